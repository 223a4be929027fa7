//! ffmpeg's analysis of a file, as a reference independent of this project.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

/// The results of ffmpeg for a file.
pub(crate) struct Reading {
    pub(crate) frames: u64,
    /// EBU R128 integrated loudness, LUFS.
    pub(crate) lufs_integrated: f64,
    /// True peak over all channels, dBTP, to 0.1 dB.
    pub(crate) true_peak_dbtp: f64,
    /// Its messages while decoding.
    pub(crate) complaints: String,
}

/// Analyses a file of `channels` channels.
pub(crate) fn read(file: &Path, channels: u64) -> Reading {
    let (lufs_integrated, true_peak_dbtp) = loudness(file);
    let (frames, complaints) = decode(file, channels);
    Reading { frames, lufs_integrated, true_peak_dbtp, complaints }
}

/// Counts the decoded frames, at one byte per sample.
fn decode(file: &Path, channels: u64) -> (u64, String) {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-i"]).arg(file);
    command.args(["-map", "0:a:0", "-c:a", "pcm_u8", "-f", "u8", "-"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("ffmpeg starts");
    let mut stdout = child.stdout.take().expect("a pipe");
    let bytes = std::io::copy(&mut stdout, &mut std::io::sink()).expect("decoded audio");
    let mut complaints = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut complaints).expect("UTF-8");
    assert!(child.wait().expect("ffmpeg ends").success(), "{}: {complaints}", file.display());
    assert_eq!(bytes % channels, 0, "{} has another channel count than was reported", file.display());
    (bytes / channels, complaints)
}

/// The `ebur128` filter's figures: the loudness from its last frame, which is finer than its summary, and the
/// true peak from the summary.
fn loudness(file: &Path) -> (f64, f64) {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "info", "-nostats", "-nostdin", "-i"]).arg(file);
    let filter = "ebur128=metadata=1:peak=true,ametadata=mode=print:file=-";
    let output =
        command.args(["-map", "0:a:0", "-af", filter, "-f", "null", "-"]).output().expect("ffmpeg starts");
    let last = |text: &[u8], key: &str| -> f64 {
        let text = String::from_utf8_lossy(text);
        let found = text.lines().rev().find_map(|line| line.trim().strip_prefix(key));
        let number = found.map(|rest| rest.trim().trim_end_matches("dBFS").trim().to_owned());
        number.unwrap_or_else(|| panic!("no {key} for {}", file.display())).parse().expect("a number")
    };
    (last(&output.stdout, "lavfi.r128.I="), last(&output.stderr, "Peak:"))
}
