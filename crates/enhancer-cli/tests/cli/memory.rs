//! Memory does not grow with the length of a file.
#![cfg(target_os = "linux")]

use crate::support::Bench;
use std::io::{Seek, SeekFrom, Write};
use std::process::Stdio;
use std::time::Duration;

/// A stereo 16-bit file of digital silence: a header, and a hole for the audio.
fn sparse_wav(bench: &Bench, name: &str, frames: u32) {
    let data = frames * 4;
    let mut file = std::fs::File::create(bench.path(name)).unwrap();
    let header = [
        &b"RIFF"[..],
        &(36 + data).to_le_bytes(),
        b"WAVEfmt \x10\0\0\0\x01\0\x02\0",
        &48_000u32.to_le_bytes(),
        &192_000u32.to_le_bytes(),
        b"\x04\0\x10\0data",
        &data.to_le_bytes(),
    ];
    file.write_all(&header.concat()).unwrap();
    file.seek(SeekFrom::Start(u64::from(data) + 44 - 1)).unwrap();
    file.write_all(&[0]).unwrap();
}

/// Peak memory of a run, kB.
fn peak_kb(bench: &Bench, arguments: &[&str]) -> u64 {
    let mut child = bench.command(arguments).stdout(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        peak = peak.max(line.trim().trim_end_matches(" kB").parse().unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success());
    assert!(peak > 0);
    peak
}

#[test]
fn ten_minutes_take_no_more_than_one() {
    let bench = Bench::new();
    sparse_wav(&bench, "short.wav", 60 * 48_000);
    sparse_wav(&bench, "long.wav", 600 * 48_000);
    for format in ["wav", "flac"] {
        let [short, long] = ["short.wav", "long.wav"].map(|name| {
            let quality = ["--quality", "draft", "--bits", "24", "--force"];
            peak_kb(&bench, &[&["enhance", name, "-q", "--format", format], &quality[..]].concat())
        });
        // The additional nine minutes are 104 MB of input and 156 MB of output.
        assert!(long < short + 6_000, "{format}: {short} kB for one minute, {long} kB for ten");
    }
}
