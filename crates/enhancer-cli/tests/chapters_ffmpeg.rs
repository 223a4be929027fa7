//! ffmpeg writes chapters and a title. The command copies them into WAV and FLAC, and ffmpeg reads them
//! there.

use std::path::Path;
use std::process::Command;

const METADATA: &str = ";FFMETADATA1\ntitle=Título\nREPLAYGAIN_TRACK_GAIN=-7 dB\n\
    [CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=700\ntitle=One\n\
    [CHAPTER]\nTIMEBASE=1/1000\nSTART=700\nEND=2000\ntitle=Zwei\n";

fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// M4B has `chpl` and a chapter track, MP3 `CHAP` frames, AIFF an `ID3 ` chunk with them.
#[test]
#[ignore = "needs ffmpeg: cargo xtask test"]
fn chapters_reach_wav_and_flac() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    std::fs::write(folder.join("meta.txt"), METADATA).expect("a file");
    for (input, options) in [
        ("in.m4b", &["-c:a", "alac"][..]),
        ("in.mp3", &["-id3v2_version", "3"]),
        ("in.aiff", &["-write_id3v2", "1"]),
    ] {
        let source =
            ["-v", "error", "-y", "-f", "lavfi", "-i", "sine=f=440:d=2", "-i", "meta.txt", "-map", "0:a"];
        let maps = ["-map_metadata", "1", "-map_chapters", "1"];
        run("ffmpeg", &[&source[..], &maps, options, &[input]].concat(), folder);
        for output in ["out.wav", "out.flac"] {
            let command = env!("CARGO_BIN_EXE_audio-enhancer");
            run(command, &["enhance", input, "-o", output, "-p", "flat", "-f", "-q"], folder);
            let entries = "format_tags:chapter=start_time:chapter_tags=title";
            let probe = ["-v", "error", "-show_format", "-show_chapters", "-show_entries", entries];
            let found = run("ffprobe", &[&probe[..], &["-of", "flat", output]].concat(), folder);
            for part in ["chapters.chapter.1.start_time=\"0.700000\"", "title=\"One\"", "title=\"Zwei\""] {
                assert!(found.contains(part), "{input} {output}: {part}\n{found}");
            }
            assert!(found.to_lowercase().contains("title=\"título\""), "{input} {output}\n{found}");
            assert!(!found.to_lowercase().contains("replaygain"), "{input} {output}\n{found}");
        }
    }
}
