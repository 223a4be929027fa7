//! Damaged input: an error with fault and place, no output, and the rest of the batch completed.

use crate::support::{Bench, Kind, Run, material, noise, read_wav};
use enhancer_measure::signal::Random;
use std::path::PathBuf;

#[test]
fn a_damaged_file_does_not_stop_the_batch() {
    let bench = Bench::new();
    bench.write_wav("1.wav", 48_000, Kind::Int(16), &noise(1, 20_000));
    bench.write_wav("3.wav", 48_000, Kind::Int(16), &noise(1, 20_000));
    bench.run(&["enhance", "1.wav", "-o", "2.flac"]).ok();
    let whole = std::fs::read(bench.path("2.flac")).unwrap();
    std::fs::write(bench.path("2.flac"), &whole[..20_000]).unwrap();
    std::fs::write(bench.path("4.wav"), b"").unwrap();
    let run = bench.run(&["enhance", "1.wav", "2.flac", "3.wav", "4.wav", "--out-dir", "out"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("error: ")).count(), 2, "{run:?}");
    assert!(run.stderr.contains("error: 2.flac: "), "{run:?}");
    assert!(run.stderr.contains("4.wav: is empty"), "{run:?}");
    let made: Vec<String> = bench.files().into_iter().filter(|name| name.starts_with("out")).collect();
    assert_eq!(made, ["out/1.wav", "out/3.wav"]);
}

#[test]
fn a_wav_cut_short_gives_its_sound_and_a_note() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(1, 20_000));
    let whole = std::fs::read(bench.path("in.wav")).unwrap();
    std::fs::write(bench.path("in.wav"), &whole[..20_001]).unwrap();
    let run = bench.run(&["enhance", "in.wav", "-o", "out.wav"]).ok();
    let note = "note: in.wav: the header claims 20000 frames; the file holds 9978, and all of them are read";
    assert!(run.stderr.contains(note), "{run:?}");
    assert!(run.stderr.contains("note: in.wav: the last byte of the sound is less than a frame"), "{run:?}");
    assert_eq!(read_wav(&bench.path("out.wav")).1[0].len(), 9978);
}

#[test]
fn a_truncated_file_is_never_shortened_silently() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(2, 50_000));
    bench.run(&["enhance", "in.wav", "-o", "in.flac"]).ok();
    let mut inputs = vec![bench.path("in.flac")];
    // Songs in formats that state their length. An MP3 without its encoder's tag does not state it. The sizes
    // in WAV and AIFF are hints.
    let is_packed =
        |path: &PathBuf| path.extension().is_some_and(|ending| ending != "aiff" && ending != "wav");
    let excerpts =
        material().unwrap_or_default().into_iter().filter(|path| path.to_string_lossy().contains("excerpt"));
    inputs.extend(excerpts.filter(is_packed));
    let songs = material().unwrap_or_default();
    inputs.extend(
        songs.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "ogg")).take(1),
    );
    for input in inputs {
        let whole = std::fs::read(&input).unwrap();
        let name = format!("cut.{}", input.extension().unwrap().to_string_lossy());
        for share in [0.3, 0.6, 0.97] {
            std::fs::write(bench.path(&name), &whole[..(whole.len() as f64 * share) as usize]).unwrap();
            let run = bench.run(&["enhance", &name, "-o", "out.wav", "--quality", "draft"]);
            assert_eq!(run.code, Some(1), "{} {share}: {run:?}", input.display());
            assert!(!bench.path("out.wav").exists());
            check_manners(&run);
        }
    }
}

#[test]
fn a_flipped_bit_in_audio_with_a_checksum_is_reported() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(2, 50_000));
    bench.run(&["enhance", "in.wav", "-o", "in.flac"]).ok();
    let mut bytes = std::fs::read(bench.path("in.flac")).unwrap();
    for share in [0.5, 0.9] {
        let at = (bytes.len() as f64 * share) as usize;
        bytes[at] ^= 0x10;
        std::fs::write(bench.path("flipped.flac"), &bytes).unwrap();
        bytes[at] ^= 0x10;
        let run = bench.run(&["enhance", "flipped.flac", "-o", "out.wav"]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stderr.contains("damaged") && !bench.path("out.wav").exists(), "{run:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_or_device_as_an_input_is_refused_without_waiting() {
    let bench = Bench::new();
    assert!(std::process::Command::new("mkfifo").arg(bench.path("pipe.wav")).status().unwrap().success());
    for input in ["pipe.wav", "/dev/zero"] {
        let run = bench.run(&["enhance", input, "-o", "out.wav"]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stderr.contains("not a regular file"), "{run:?}");
    }
}

/// Each error is one line, without a panic or a backtrace.
#[track_caller]
fn check_manners(run: &Run) {
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    assert!(
        run.stderr.lines().all(|line| line.starts_with("error: ") || line.starts_with("note: ")),
        "{run:?}"
    );
    assert!(!run.stderr.contains("panicked") && !run.stderr.contains("RUST_BACKTRACE"), "{run:?}");
    // The place of a panic in a decoder from another package lies outside of this workspace.
    let is_own_panic = |line: &str| line.contains("fault in this program") && line.contains(", at crates/");
    assert!(!run.stderr.lines().any(is_own_panic), "{run:?}");
}

fn inputs(bench: &Bench) -> Vec<PathBuf> {
    bench.write_wav("in.wav", 48_000, Kind::Int(24), &noise(2, 6000));
    bench.run(&["enhance", "in.wav", "-o", "in.flac"]).ok();
    let mut inputs = vec![bench.path("in.wav"), bench.path("in.flac")];
    for ending in ["mp3", "ogg", "m4a", "aiff"] {
        let files = material().unwrap_or_default().into_iter();
        let files = files.filter(|path| path.extension().is_some_and(|found| found == ending));
        inputs.extend(files.min_by_key(|path| std::fs::metadata(path).unwrap().len()));
    }
    inputs
}

#[test]
fn mutated_files_are_enhanced_or_refused_without_a_crash() {
    let bench = Bench::new();
    let mut random = Random::new(11);
    for input in inputs(&bench) {
        let mut whole = std::fs::read(&input).unwrap();
        whole.truncate(150_000);
        let name = format!("mutated.{}", input.extension().unwrap().to_string_lossy());
        for turn in 0..24 {
            let mut bytes = whole.clone();
            // Headers matter most: every other mutation is in the first 512 bytes.
            let reach = if turn % 2 == 0 { bytes.len().min(512) } else { bytes.len() };
            for _ in 0..=turn / 4 {
                let at = (random.unit() * reach as f64) as usize;
                bytes[at] = random.next_u64() as u8;
            }
            std::fs::write(bench.path(&name), &bytes).unwrap();
            let run = bench.run(&["enhance", &name, "-o", "out.wav", "--quality", "draft", "--force"]);
            check_manners(&run);
            assert_eq!(bench.path("out.wav").exists(), run.code == Some(0), "{run:?}");
            let _ = std::fs::remove_file(bench.path("out.wav"));
        }
    }
}
