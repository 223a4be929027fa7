//! Surround Ogg Vorbis decodes to what ffmpeg decodes it to, each channel in its place.

use std::path::Path;
use std::process::Command;

const CHANNELS: usize = 6;

fn ffmpeg(arguments: &[&str], folder: &Path) -> Vec<u8> {
    let mut command = Command::new("ffmpeg");
    let output = command.args(["-v", "error", "-nostdin", "-y"]).args(arguments).current_dir(folder).output();
    let output = output.expect("ffmpeg starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn samples(file: &str, folder: &Path) -> Vec<f64> {
    let bytes = ffmpeg(&["-i", file, "-f", "f32le", "-"], folder);
    bytes.chunks_exact(4).map(|b| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]]))).collect()
}

/// Three seconds, for of a file of one page ffmpeg leaves out a block. Noise and a tone of its own in each channel, so that couplings are many and a swap is seen. An error of −100 dBFS is far above
/// what two decoders' rounding gives (−150) and far below what a wrong coupling does (−20).
#[test]
#[ignore = "needs ffmpeg: cargo xtask test"]
fn surround_vorbis_is_decoded_as_ffmpeg_does() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tones: Vec<String> = (0..CHANNELS)
        .map(|channel| format!("0.1*sin(2*PI*{}*t)+0.01*random({channel})", 300 + 200 * channel))
        .collect();
    let source = format!("aevalsrc={}:c=5.1:d=3:s=48000", tones.join("|"));
    ffmpeg(&["-f", "lavfi", "-i", &source, "-c:a", "libvorbis", "in.ogg"], folder.path());
    let mut command = Command::new(env!("CARGO_BIN_EXE_audio-enhancer"));
    command.args([
        "enhance",
        "in.ogg",
        "-o",
        "out.wav",
        "--bits",
        "32f",
        "--set",
        "bypass_all=true",
        "--quiet",
    ]);
    assert!(command.current_dir(folder.path()).status().expect("the command starts").success());
    let (theirs, ours) = (samples("in.ogg", folder.path()), samples("out.wav", folder.path()));
    assert_eq!(theirs.len(), ours.len());
    for channel in 0..CHANNELS {
        let pick = |all: &[f64]| all.iter().skip(channel).step_by(CHANNELS).copied().collect::<Vec<f64>>();
        let (theirs, ours) = (pick(&theirs), pick(&ours));
        let error: f64 = theirs.iter().zip(&ours).map(|(a, b)| (a - b).powi(2)).sum();
        let error_db = 10.0 * (error / theirs.len() as f64).max(1e-30).log10();
        assert!(error_db < -100.0, "channel {channel} is {error_db:.1} dBFS off");
    }
}
