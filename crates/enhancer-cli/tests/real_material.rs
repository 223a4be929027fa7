//! The command on real songs and speech, judged by ffmpeg. Nothing is lost, no peak exceeds the ceiling, and
//! the figures are true. An interruption leaves no incomplete file.
//!
//! `cargo xtask test` prepares the material and runs these tests. They need ffmpeg and the folder named in
//! `AUDIO_ENHANCER_TEST_MATERIAL`.

mod ffmpeg;

use enhancer_measure::signal::Random;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Instant;

/// Requested ceiling, dBTP. No preset has this one, so its effect is visible.
const CEILING_DBTP: f64 = -1.5;

/// The largest excess over the ceiling on ffmpeg's 4x meter, dB: the bound of quality `good` on tones, drums
/// and clicks.
const OVER_DB: f64 = 0.3;

/// The largest difference between two loudness meters, LU (EBU Tech 3341's tolerance).
const LOUDNESS_LU: f64 = 0.1;

fn material() -> PathBuf {
    let folder = std::env::var_os("AUDIO_ENHANCER_TEST_MATERIAL");
    PathBuf::from(
        folder.expect("no songs: run `cargo xtask test`, which prepares them and names their folder"),
    )
}

fn audio_enhancer() -> Command {
    Command::new(env!("CARGO_BIN_EXE_audio-enhancer"))
}

/// Enhances songs and speech into `out`; returns the command's output.
fn enhance_all(preset: &str, format: &[&str], out: &Path) -> Output {
    let mut command = audio_enhancer();
    command.arg("enhance").args([material().join("music"), material().join("speech")]);
    command.args([
        "--preset",
        preset,
        "--set",
        &format!("limiter.ceiling={CEILING_DBTP}"),
        "--json",
        "--out-dir",
    ]);
    command.arg(out).args(format).output().expect("the command starts")
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return vec![] };
    let paths = entries.map(|entry| entry.expect("a readable folder").path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn check(preset: &str, format: &[&str]) {
    let out = tempfile::tempdir().expect("a temporary folder");
    let output = enhance_all(preset, format, out.path());
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    assert!(output.status.success(), "{preset}: {}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(report["failed"], Value::Array(vec![]));
    let results = report["files"].as_array().expect("a list of files");
    let inputs = files(&material().join("music")).len() + files(&material().join("speech")).len();
    assert_eq!(results.len(), inputs, "every file that went in is reported");
    assert_eq!(files(out.path()).len(), inputs, "one output for each input");
    assert!(inputs >= 10, "{inputs} files are too few to judge by");
    for result in results {
        let path = |key: &str| PathBuf::from(result[key].as_str().expect("a path"));
        check_file(result, &path("input"), &path("output"));
    }
}

fn check_file(result: &Value, input: &Path, output: &Path) {
    let name = output.display();
    let channels = result["channels"].as_u64().expect("a number");
    let (before, after) = (ffmpeg::read(input, channels), ffmpeg::read(output, channels));
    assert_eq!(after.complaints, "", "{name} doesn't open cleanly");
    assert_eq!(result["frames"], after.frames, "{name} has another length than was reported");
    // ffmpeg keeps the padding of an AAC file's last packet, up to a packet of 1024 frames.
    let padding = if input.extension().is_some_and(|ending| ending == "m4a") { 1024 } else { 0 };
    let lengths = before.frames - padding..=before.frames;
    assert!(lengths.contains(&after.frames), "{name}: {} frames became {}", before.frames, after.frames);
    let over = after.true_peak_dbtp - CEILING_DBTP;
    assert!(over <= OVER_DB, "{name} is {over:.2} dB over the ceiling");
    for (key, judged) in [("before", &before), ("after", &after)] {
        let figure = |name: &str| result[key][name].as_f64().expect("a number");
        let off = figure("lufs_integrated") - judged.lufs_integrated;
        assert!(off.abs() <= LOUDNESS_LU, "{name}: loudness {key} is {off:.2} LU off");
        let off = figure("true_peak_dbtp") - judged.true_peak_dbtp;
        assert!(off.abs() <= 0.5, "{name}: true peak {key} is {off:.2} dB off");
    }
    let moved = after.lufs_integrated - before.lufs_integrated;
    assert!(moved.abs() > 1e-3, "{name}: nothing was done to it");
}

#[test]
#[ignore = "needs songs and ffmpeg: cargo xtask test"]
fn songs_are_complete_below_the_ceiling_and_truly_reported_as_wav() {
    check("loudness", &["--format", "wav", "--bits", "16"]);
}

#[test]
#[ignore = "needs songs and ffmpeg: cargo xtask test"]
fn songs_are_complete_below_the_ceiling_and_truly_reported_as_flac() {
    check("headphones", &["--format", "flac", "--bits", "24"]);
}

#[test]
#[ignore = "needs songs and ffmpeg: cargo xtask test"]
fn songs_are_complete_below_the_ceiling_and_truly_reported_as_float() {
    check("night", &["--format", "wav", "--bits", "32f", "--quality", "best"]);
}

/// Starts enhancing files into `out`.
fn start(inputs: &[PathBuf], out: &Path) -> Child {
    let mut command = audio_enhancer();
    command.arg("enhance").args(inputs);
    command.args(["--preset", "loudness", "--jobs", "2", "--quiet", "--force", "--out-dir"]).arg(out);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the command starts")
}

fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let name = |path: &PathBuf| path.strip_prefix(folder).expect("below the folder").to_owned();
    files(folder).into_iter().map(|path| (name(&path), audio(fs::read(&path).expect("readable")))).collect()
}

/// A WAV file from its audio on; all of another file. Tags precede the audio in any order.
fn audio(mut file: Vec<u8>) -> Vec<u8> {
    let start = file.windows(4).position(|window| window == b"data").unwrap_or(0);
    file.split_off(start)
}

/// Ends the command by one of three signals that it can catch, or by one that it can't. Returns true for the
/// former.
#[cfg(unix)]
fn interrupt(child: &mut Child, turn: usize) -> bool {
    let signal = ["-INT", "-TERM", "-HUP", "-KILL"][turn % 4];
    let sent = Command::new("kill").arg(signal).arg(child.id().to_string()).stderr(Stdio::null()).status();
    sent.expect("kill is there");
    signal != "-KILL"
}

#[cfg(not(unix))]
fn interrupt(child: &mut Child, _turn: usize) -> bool {
    // An error means that the process has already ended.
    let _ = child.kill();
    false
}

#[test]
#[ignore = "needs songs: cargo xtask test"]
fn twenty_interruptions_at_random_times_leave_no_incomplete_file() {
    let mut inputs = files(&material().join("music"));
    inputs.retain(|path| path.to_string_lossy().contains("-excerpt."));
    inputs.sort();
    let whole = tempfile::tempdir().expect("a temporary folder");
    let began = Instant::now();
    assert!(start(&inputs, whole.path()).wait().expect("it ends").success());
    let duration = began.elapsed();
    let expected = contents(whole.path());
    assert_eq!(expected.len(), inputs.len());

    let mut random = Random::new(20);
    let mut early = 0;
    for turn in 0..20 {
        let out = tempfile::tempdir().expect("a temporary folder");
        let mut child = start(&inputs, out.path());
        sleep(duration.mul_f64(random.between(0.02, 0.95)));
        let was_caught = interrupt(&mut child, turn);
        early += usize::from(!child.wait().expect("it ends").success());
        for (name, bytes) in &contents(out.path()) {
            match expected.get(name) {
                Some(expected) => {
                    assert!(bytes == expected, "turn {turn}: {} is incomplete", name.display())
                }
                // Only a signal that can't be caught may leave an incomplete file, under a hidden name.
                None => assert!(!was_caught && is_hidden(name), "turn {turn}: {} was left", name.display()),
            }
        }
        // The next run completes the output.
        if turn % 4 == 3 {
            assert!(start(&inputs, out.path()).wait().expect("it ends").success());
            assert!(contents(out.path()) == expected, "turn {turn}: the run after it left something else");
        }
    }
    assert!(early >= 10, "only {early} of 20 interruptions came before the end");
}

fn is_hidden(name: &Path) -> bool {
    name.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}
