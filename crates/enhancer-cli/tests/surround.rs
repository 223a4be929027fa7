//! Ogg and Matroska decode to the same sound as with ffmpeg, each channel in its place.

use std::path::Path;
use std::process::Command;

fn ffmpeg(arguments: &[&str], folder: &Path) -> Vec<u8> {
    let mut command = Command::new("ffmpeg");
    let output = command.args(["-v", "error", "-nostdin", "-y"]).args(arguments).current_dir(folder).output();
    let output = output.expect("ffmpeg starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn samples(decoder: &[&str], file: &str, folder: &Path) -> Vec<f64> {
    let bytes = ffmpeg(&[decoder, &["-i", file, "-f", "f32le", "-c:a", "pcm_f32le", "-"]].concat(), folder);
    bytes.chunks_exact(4).map(|b| f64::from(f32::from_le_bytes([b[0], b[1], b[2], b[3]]))).collect()
}

/// Encodes three seconds, because ffmpeg drops a block of a file with one page. Each channel has noise and a
/// tone of its own, so that couplings are frequent and a swap is visible.
fn encode(layout: &str, channels: usize, codec: &[&str], file: &str, folder: &Path) {
    let tones: Vec<String> = (0..channels)
        .map(|channel| format!("0.1*sin(2*PI*{}*t)+0.01*random({channel})", 300 + 200 * channel))
        .collect();
    let source = format!("aevalsrc={}:c={layout}:d=3.0123:s=48000", tones.join("|"));
    ffmpeg(&[&["-f", "lavfi", "-i", &source, "-c:a"], codec, &[file]].concat(), folder);
}

/// The largest error of a channel, dBFS.
fn error_dbfs(channels: usize, decoder: &[&str], file: &str, folder: &Path) -> f64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_audio-enhancer"));
    command.args(["enhance", file, "-o", "out.wav", "--bits", "32f", "--force", "--quiet"]);
    command.args(["--set", "bypass_all=true"]);
    assert!(command.current_dir(folder).status().expect("the command starts").success());
    let (theirs, ours) = (samples(decoder, file, folder), samples(&[], "out.wav", folder));
    assert_eq!(theirs.len(), ours.len(), "{file}");
    let error_of = |channel: usize| {
        let errors = theirs.iter().zip(&ours).skip(channel).step_by(channels).map(|(a, b)| (a - b).powi(2));
        let mean = errors.sum::<f64>() / (theirs.len() / channels) as f64;
        10.0 * mean.max(1e-30).log10()
    };
    (0..channels).map(error_of).fold(f64::MIN, f64::max)
}

/// An error of −100 dBFS is far above the rounding of two decoders (−150) and far below a wrong coupling
/// (−20). libopus, which ffmpeg uses, rounds to 16 bits (−101).
#[test]
#[ignore = "needs ffmpeg: cargo xtask test"]
fn files_from_ffmpeg_decode_as_with_ffmpeg() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (vorbis, flac) = (&["libvorbis"][..], &["flac"][..]);
    let opus = &["libopus", "-b:a", "200k", "-mapping_family", "1"][..];
    let speech = &["libopus", "-b:a", "24k", "-application", "voip", "-frame_duration", "60"][..];
    let libopus = &["-c:a", "libopus"][..];
    for (layout, channels, codec, decoder, endings, limit_dbfs) in [
        ("mono", 1, speech, libopus, &["opus", "webm"][..], -95.0),
        ("stereo", 2, opus, libopus, &["opus", "webm"], -95.0),
        ("5.1", 6, opus, libopus, &["opus", "webm"], -95.0),
        ("7.1", 8, opus, libopus, &["opus", "mka"], -95.0),
        ("stereo", 2, vorbis, &[], &["ogg", "mka"], -100.0),
        ("5.1", 6, vorbis, &[], &["ogg", "webm"], -100.0),
        ("stereo", 2, flac, &[], &["flac", "oga", "mka"], -200.0),
        ("5.1", 6, flac, &[], &["flac", "oga", "mka"], -200.0),
        ("stereo", 2, &["pcm_s24le"], &[], &["mka"], -200.0),
    ] {
        for ending in endings {
            let file = format!("in.{ending}");
            encode(layout, channels, codec, &file, folder.path());
            let error_dbfs = error_dbfs(channels, decoder, &file, folder.path());
            assert!(error_dbfs < limit_dbfs, "{codec:?} {layout} in {file}: {error_dbfs:.1} dBFS off");
        }
    }
}
