//! No interruption leaves an incomplete file.
#![cfg(unix)]

use crate::support::{Bench, Kind, noise};
use enhancer_measure::signal::Random;
use std::process::{Command, Stdio};
use std::time::Duration;

fn work(bench: &Bench) {
    for name in ["music/1.wav", "music/2.wav", "music/3.wav"] {
        bench.write_wav(name, 48_000, Kind::Int(16), &noise(2, 700_000));
    }
}

#[test]
fn twenty_kills_at_random_times_leave_no_incomplete_file() {
    let bench = Bench::new();
    work(&bench);
    let mut random = Random::new(2026);
    let signals = ["-INT", "-TERM", "-HUP", "-KILL"];
    let mut interrupted = 0;
    for turn in 0..20 {
        let format = if turn % 2 == 0 { "wav" } else { "flac" };
        let out = format!("out{turn}");
        let mut command = bench.command(&["enhance", "music", "--out-dir", &out, "--format", format]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_secs_f64(random.between(0.0, 0.9)));
        let signal = signals[turn % signals.len()];
        let _ = Command::new("kill")
            .args([signal, &child.id().to_string()])
            .stderr(Stdio::null())
            .status()
            .unwrap();
        interrupted += usize::from(!child.wait().unwrap().success());
        let out = bench.path(&out);
        let entries = walkdir::WalkDir::new(&out).into_iter().filter_map(Result::ok);
        for entry in entries.filter(|entry| entry.file_type().is_file()) {
            let path = entry.path();
            let name = path.file_name().unwrap().to_string_lossy();
            assert!(!name.starts_with('.'), "{signal} left {}", path.display());
            let frames = match format {
                "wav" => u64::from(hound::WavReader::open(path).unwrap().duration()),
                _ => {
                    let verified = flac_codec::decode::verify(path).unwrap();
                    assert_eq!(verified, flac_codec::decode::Verified::MD5Match);
                    700_000
                }
            };
            assert_eq!(frames, 700_000, "{signal} left half of {}", path.display());
        }
    }
    assert!(interrupted > 5, "only {interrupted} of 20 kills came in time to matter");
}

#[test]
fn a_full_disk_leaves_no_incomplete_file() {
    let bench = Bench::new();
    work(&bench);
    // A limit on the length of files (in 512-byte blocks, 1 MB) simulates the full disk: writing beyond it
    // fails.
    let script = "trap '' XFSZ; ulimit -f 2000; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args([
        "-c",
        script,
        env!("CARGO_BIN_EXE_audio-enhancer"),
        "enhance",
        "music",
        "--out-dir",
        "out",
    ]);
    command.env("AUDIO_ENHANCER_DATA_DIR", bench.path(".data")).current_dir(bench.path("."));
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert_eq!(stderr.lines().count(), 3, "{stderr}");
    assert!(
        stderr.lines().all(|line| line.contains("can't be written") && line.contains("free space")),
        "{stderr}"
    );
    assert_eq!(bench.files().iter().filter(|name| name.starts_with("out")).count(), 0);
}

#[test]
fn an_interrupted_batch_reports_it() {
    let bench = Bench::new();
    work(&bench);
    let mut command =
        bench.command(&["enhance", "music", "--out-dir", "out", "--jobs", "1", "--quality", "best"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(60));
    let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.lines().all(|line| line.contains("was interrupted")), "{stderr}");
}
