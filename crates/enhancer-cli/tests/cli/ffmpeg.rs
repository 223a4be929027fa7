//! `--decoder ffmpeg`: process handling with a stand-in for the program, and sound with the real one.

use crate::support::{Bench, Kind, Run, material, noise, read_wav};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs the command with this program in `AUDIO_ENHANCER_FFMPEG`.
fn run_with(bench: &Bench, ffmpeg: &Path, arguments: &[&str]) -> Run {
    let output = bench.command(arguments).env("AUDIO_ENHANCER_FFMPEG", ffmpeg).output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn a_missing_ffmpeg_is_an_error_with_advice() {
    let bench = Bench::new();
    std::fs::write(bench.path("in.wma"), b"\x30\x26\xB2\x75\x8E\x66\xCF\x11 rest").unwrap();
    let decode = ["enhance", "in.wma", "--decoder", "ffmpeg"];
    let run = run_with(&bench, &bench.path("nowhere"), &decode);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("nowhere, which doesn't exist"), "{run:?}");
    let refuse = |arguments: &[&str]| {
        let output = bench.command(arguments).env_remove("AUDIO_ENHANCER_FFMPEG").env("PATH", "").output();
        String::from_utf8(output.unwrap().stderr).unwrap()
    };
    assert!(refuse(&decode).contains("needs ffmpeg: none is installed"), "{}", refuse(&decode));
    let printed =
        "is Windows Media (WMA, ASF), which this program doesn't read itself; ffmpeg reads it: install it";
    assert!(refuse(&decode[..2]).contains(printed), "{}", refuse(&decode[..2]));
}

#[test]
fn files_without_audio_are_named() {
    let bench = Bench::new();
    for (name, content, printed) in [
        ("a.mp3", &b"\x89PNG\r\n\x1A\n\0\0"[..], "is not audio but a picture (PNG); name an audio file"),
        ("b.m3u8", b"#EXTM3U\nhttp://127.0.0.1:9/a.ts\n", "is not audio but a playlist; name the files"),
        ("c.cue", b"FILE \"a.wav\" WAVE\nTRACK 01 AUDIO\n", "is not audio but a cue sheet; name the files"),
        ("d.mid", b"MThd\0\0\0\x06", "MIDI: notes without sound; render it"),
        ("e.wav", b"<!DOCTYPE html><html>", "a web page (HTML); download"),
    ] {
        std::fs::write(bench.path(name), content).unwrap();
        for decoder in ["builtin", "ffmpeg"] {
            let run = bench.run(&["analyze", name, "--decoder", decoder]);
            assert_eq!(run.code, Some(1), "{run:?}");
            assert!(run.stderr.contains(printed), "{decoder}: {run:?}");
        }
    }
}

#[cfg(unix)]
mod stand_in {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// Frames in `sound.raw`: more than the pipe and the queued chunks hold.
    const FRAMES: usize = 300_000;

    /// The lines that the real program writes before its output.
    const MESSAGES: &str = "echo \"[info] Input #0, wv, from 'file:in.wv':\" >&2
        echo '[info]   Stream #0:0: Audio: wavpack, 48000 Hz, stereo, s16p' >&2
        echo \"[info] Output #0, wav, to 'pipe:':\" >&2\n";

    /// A folder with a file to read, a WAV header of unknown sizes, and the sound after it.
    fn bench() -> (Bench, Vec<Vec<f32>>) {
        let bench = Bench::new();
        std::fs::write(bench.path("in.wv"), b"wvpk").unwrap();
        let (unknown, rate, bytes) = ([0xFF; 4], 48_000u32.to_le_bytes(), 384_000u32.to_le_bytes());
        let format = [&[3, 0, 2, 0][..], &rate, &bytes, &[8, 0, 32, 0]].concat();
        let header = [b"RIFF", &unknown[..], b"WAVEfmt \x10\0\0\0", &format, b"data", &unknown].concat();
        std::fs::write(bench.path("header"), header).unwrap();
        let planes = noise(2, FRAMES);
        let samples = (0..2 * FRAMES).flat_map(|n| planes[n % 2][n / 2].to_le_bytes());
        std::fs::write(bench.path("sound.raw"), samples.collect::<Vec<u8>>()).unwrap();
        (bench, planes)
    }

    fn script(bench: &Bench, body: &str) -> PathBuf {
        let path = bench.path("ffmpeg.sh");
        std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn enhance(bench: &Bench, body: &str, more: &[&str]) -> Run {
        let arguments = ["enhance", "in.wv", "-o", "out.wav", "--decoder", "ffmpeg", "--preset", "flat"];
        run_with(bench, &script(bench, body), &[&arguments[..], more].concat())
    }

    #[test]
    fn slow_output_and_many_messages_cause_no_deadlock() {
        let (bench, planes) = bench();
        // 2 MB of messages before the sound, and as much within it: either would fill a pipe that is not
        // emptied.
        let flood = "yes '[info] a message of fifty-odd bytes, as ffmpeg writes them' | head -n 40000 >&2\n";
        let slow = "head -c 100001 sound.raw; sleep 0.3; tail -c +100002 sound.raw";
        let body = [MESSAGES, flood, "cat header\n", slow, "\n", flood].concat();
        enhance(&bench, &body, &["--bits", "32f"]).ok();
        let (spec, out) = read_wav(&bench.path("out.wav"));
        assert_eq!((spec.sample_rate, out[0].len()), (48_000, FRAMES));
        assert!(out == planes, "the sound differs");
    }

    #[test]
    fn the_depth_of_lossless_input_is_kept() {
        let (bench, _) = bench();
        enhance(&bench, &[MESSAGES, "cat header sound.raw"].concat(), &[]).ok();
        assert_eq!(read_wav(&bench.path("out.wav")).0.bits_per_sample, 16);
    }

    #[test]
    fn a_failure_after_half_the_sound_is_an_error_with_ffmpeg_s_message() {
        let (bench, planes) = bench();
        let half = "cat header; head -c 1200000 sound.raw\n";
        let messages = "echo '[wavpack @ 0x5] [error] sample 533925 -304 too large' >&2\n";
        let body = [MESSAGES, half, messages, "exit 1"].concat();
        let run = enhance(&bench, &body, &[]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stderr.contains("damaged at 0:03.1: wavpack: sample 533925 -304 too large"), "{run:?}");
        assert!(!bench.path("out.wav").exists());
        let run = enhance(&bench, &body, &["--salvage", "--bits", "32f"]).ok();
        assert_eq!(run.stderr.matches("too large").count(), 1, "{run:?}");
        assert!(read_wav(&bench.path("out.wav")).1[1] == planes[1][..150_000]);
        // Without a message, the error gives the exit status.
        let run = enhance(&bench, &[MESSAGES, half, "exit 3"].concat(), &["--force"]);
        assert!(run.stderr.contains("damaged at 0:03.1: ffmpeg stopped with exit status: 3"), "{run:?}");
    }

    #[test]
    fn a_fault_that_ffmpeg_survives_is_an_error_or_a_note() {
        let (bench, _) = bench();
        let body = [MESSAGES, "echo '[tta @ 0x5] [error] CRC error' >&2\ncat header sound.raw"].concat();
        let run = enhance(&bench, &body, &[]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stderr.contains("tta: CRC error") && run.stderr.contains("--salvage"), "{run:?}");
        let run = enhance(&bench, &body, &["--salvage"]).ok();
        assert!(run.stderr.contains("note: in.wv: ffmpeg reports: tta: CRC error"), "{run:?}");
    }

    #[test]
    fn output_other_than_sound_is_refused() {
        let (bench, _) = bench();
        let huge = "printf 'RIFF\\377\\377\\377\\377WAVELIST\\376\\377\\377\\177'; cat /dev/zero";
        for (body, printed) in [
            ("exit 0", "can't be read by ffmpeg: it wrote no sound"),
            ("echo 'cannot open shared object' >&2; exit 127", "ffmpeg: cannot open shared object"),
            ("cat /dev/zero", "its output is not a WAV stream"),
            (huge, "its output has a chunk of 2147483646 bytes"),
            ("cat header; head -c 1201 sound.raw", "in the middle of a frame"),
        ] {
            let run = enhance(&bench, body, &[]);
            assert_eq!(run.code, Some(1), "{run:?}");
            assert!(run.stderr.contains(printed) && run.stderr.lines().count() == 1, "{printed}: {run:?}");
            assert!(!bench.path("out.wav").exists());
        }
    }

    #[test]
    fn a_length_that_the_header_overstates_is_noted() {
        let (bench, _) = bench();
        let messages = MESSAGES.replace(
            "echo '[info]   Stream",
            "echo '[info]   Duration: 00:00:09.00, x' >&2\necho '[info]   Stream",
        );
        let run = enhance(&bench, &[&messages, "cat header sound.raw"].concat(), &[]).ok();
        assert!(run.stderr.contains("states a length of 0:09.0, but 0:06.3 of sound was decoded"), "{run:?}");
    }

    #[test]
    fn further_streams_are_noted() {
        let (bench, _) = bench();
        let more = "echo '[info]   Stream #0:1: Audio: aac, 48000 Hz, stereo, fltp' >&2\n";
        let messages = MESSAGES.replace("echo \"[info] Output", &[more, "echo \"[info] Output"].concat());
        let run = enhance(&bench, &[&messages, "cat header sound.raw"].concat(), &[]).ok();
        assert!(run.stderr.contains("1 more audio stream is left out"), "{run:?}");
    }

    #[test]
    fn an_interruption_ends_a_silent_ffmpeg() {
        let (bench, _) = bench();
        let body = [MESSAGES, "echo $$ > pid; cat header; head -c 80000 sound.raw; exec sleep 60"].concat();
        let arguments = ["enhance", "in.wv", "-o", "out.wav", "--decoder", "ffmpeg"];
        let mut command = bench.command(&arguments);
        command.env("AUDIO_ENHANCER_FFMPEG", script(&bench, &body));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let begin = Instant::now();
        while !bench.path("pid").exists() && begin.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(300));
        let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), stderr.contains("was interrupted")), (Some(130), true), "{stderr}");
        assert!(begin.elapsed() < Duration::from_secs(30), "it waited for ffmpeg");
        let pid = std::fs::read_to_string(bench.path("pid")).unwrap();
        let alive = Command::new("kill").args(["-0", pid.trim()]).stderr(Stdio::null()).status().unwrap();
        assert!(!alive.success(), "ffmpeg outlived the command");
        assert!(!bench.path("out.wav").exists());
    }
}

/// Runs the real program; true on success.
fn ffmpeg(bench: &Bench, arguments: &[&str]) -> bool {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-y"]).args(arguments).current_dir(bench.path("."));
    command.status().is_ok_and(|status| status.success())
}

/// The channels' samples as ffmpeg decodes a file.
fn by_ffmpeg(bench: &Bench, name: &str, channels: usize) -> Vec<Vec<f32>> {
    let raw = bench.path("theirs.raw");
    let input = format!("file:{name}");
    assert!(ffmpeg(
        bench,
        &["-i", &input, "-map", "0:a:0", "-c:a", "pcm_f32le", "-f", "f32le", "theirs.raw"]
    ));
    let bytes = std::fs::read(raw).unwrap();
    let samples = bytes.chunks_exact(4).map(|sample| f32::from_le_bytes(sample.try_into().unwrap()));
    let samples: Vec<f32> = samples.collect();
    let plane = |channel: usize| samples.iter().skip(channel).step_by(channels).copied().collect();
    (0..channels).map(plane).collect()
}

/// Enhances a file with a preset that changes no sample.
fn unchanged(bench: &Bench, name: &str, bits: &[&str]) -> Run {
    let settings = ["--preset", "flat", "--set", "limiter.enabled=off", "--decoder", "ffmpeg", "--force"];
    bench.run(&[&["enhance", &format!("./{name}"), "-o", "out.wav"], &settings[..], bits].concat())
}

#[test]
fn the_real_ffmpeg_s_samples_are_unchanged() {
    if material().is_none() {
        return;
    }
    let bench = Bench::new();
    bench.write_wav("16.wav", 44_100, Kind::Int(16), &noise(2, 66_150));
    bench.write_wav("24.wav", 96_000, Kind::Int(24), &noise(6, 50_000));
    for (input, channels, bits, name, codec) in [
        ("16.wav", 2, 16, "16.wv", &["-c:a", "wavpack"][..]),
        ("16.wav", 2, 16, "16.tta", &["-c:a", "tta"]),
        ("24.wav", 6, 24, "24.wv", &["-c:a", "wavpack", "-bits_per_raw_sample", "24"]),
        ("24.wav", 6, 24, "24.tta", &["-c:a", "tta", "-bits_per_raw_sample", "24"]),
        ("16.wav", 2, 16, "a.au", &[]),
        ("16.wav", 2, 16, "-a:b %d.voc", &["-c:a", "pcm_s16le"]),
        ("16.wav", 2, 24, "a.wma", &["-c:a", "wmav2"]),
        ("16.wav", 2, 24, "a.ac3", &[]),
        ("16.wav", 2, 24, "a.eac3", &[]),
        ("16.wav", 2, 24, "a.dts", &["-strict", "-2"]),
        ("16.wav", 2, 24, "a.mpg", &["-c:a", "mp2", "-f", "vob"]),
        ("16.wav", 2, 24, "a.ts", &["-c:a", "mp2"]),
        ("16.wav", 2, 24, "a.avi", &["-c:a", "mp2"]),
        ("16.wav", 2, 24, "a.flv", &["-c:a", "aac"]),
        ("16.wav", 2, 24, "a.loas", &["-c:a", "aac", "-f", "latm"]),
        ("16.wav", 2, 24, "a.rm", &["-c:a", "real_144", "-ar", "8000", "-ac", "1"]),
        ("16.wav", 2, 24, "speex.ogg", &["-c:a", "libspeex", "-ar", "16000", "-ac", "1"]),
    ] {
        let target = format!("file:{name}");
        if !ffmpeg(&bench, &[&["-i", input], codec, &[&target]].concat()) {
            println!("{name}: this ffmpeg has no encoder");
            continue;
        }
        let channels = if codec.contains(&"-ac") { 1 } else { channels };
        let refusal = bench.run(&["analyze", &format!("./{name}")]);
        assert!(refusal.stderr.contains("reads it: use --decoder ffmpeg"), "{name}: {refusal:?}");
        unchanged(&bench, name, &["--bits", "32f"]).ok();
        let (spec, ours) = read_wav(&bench.path("out.wav"));
        let theirs = by_ffmpeg(&bench, name, channels);
        assert_eq!((spec.channels as usize, ours[0].len()), (channels, theirs[0].len()), "{name}");
        assert!(ours == theirs, "{name}: samples differ from ffmpeg's");
        unchanged(&bench, name, &[]).ok();
        assert_eq!(read_wav(&bench.path("out.wav")).0.bits_per_sample, bits, "{name}");
        println!("{name}: {} frames", theirs[0].len());
    }
}

#[test]
fn the_real_ffmpeg_s_messages_are_reported() {
    if material().is_none() {
        return;
    }
    let bench = Bench::new();
    let planes = noise(2, 132_300);
    bench.write_wav("in.wav", 44_100, Kind::Int(16), &planes);
    assert!(ffmpeg(&bench, &["-i", "in.wav", "-c:a", "wavpack", "a.wv"]));
    let mut bytes = std::fs::read(bench.path("a.wv")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 200].iter_mut().for_each(|byte| *byte = byte.wrapping_mul(7) ^ 0x3C);
    std::fs::write(bench.path("a.wv"), &bytes).unwrap();
    let run = unchanged(&bench, "a.wv", &[]);
    assert_eq!((run.code, run.stderr.contains("a.wv: is damaged at 0:0")), (Some(1), true), "{run:?}");
    let run = unchanged(&bench, "a.wv", &["--salvage"]).ok();
    assert!(run.stderr.contains("note: ") && run.stderr.contains("wavpack: "), "{run:?}");
    // The hole is as long as the sound that it replaces.
    let (_, ours) = read_wav(&bench.path("out.wav"));
    assert_eq!(ours[0].len(), 132_300);
    let equal = ours[0].iter().zip(&planes[0]).filter(|(a, b)| (**a - **b).abs() < 1e-4).count();
    assert!((66_150..132_300).contains(&equal), "{equal} samples are as they were");
}

#[test]
fn the_real_ffmpeg_does_not_resample_within_a_file() {
    if material().is_none() {
        return;
    }
    let bench = Bench::new();
    // Longer than the part from which ffmpeg detects the format.
    bench.write_wav("in.wav", 44_100, Kind::Int(16), &noise(2, 882_000));
    for (rate, name) in [("24000", "1.mp2"), ("22050", "2.mp2")] {
        assert!(ffmpeg(&bench, &["-i", "in.wav", "-ar", rate, "-b:a", "64k", name]));
    }
    let joined = ["1.mp2", "2.mp2"].map(|name| std::fs::read(bench.path(name)).unwrap()).concat();
    std::fs::write(bench.path("joined.mp2"), joined).unwrap();
    let run = unchanged(&bench, "joined.mp2", &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("changes from 24000 Hz to 22050 Hz at 0:20."), "{run:?}");
}
