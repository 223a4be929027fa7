//! Formats of input and output.

use crate::support::{Bench, Kind, material, noise, read_wav};
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn the_sample_format_is_kept_without_an_option() {
    let bench = Bench::new();
    let planes = noise(2, 5000);
    for (kind, arguments, bits, format) in [
        (Kind::Int(16), &[][..], 16, hound::SampleFormat::Int),
        (Kind::Int(24), &[], 24, hound::SampleFormat::Int),
        (Kind::Int(8), &[], 16, hound::SampleFormat::Int),
        (Kind::Int(32), &[], 32, hound::SampleFormat::Float),
        (Kind::Float, &[], 32, hound::SampleFormat::Float),
        (Kind::Float, &["--bits", "16"], 16, hound::SampleFormat::Int),
        (Kind::Int(16), &["--bits", "24"], 24, hound::SampleFormat::Int),
    ] {
        bench.write_wav("in.wav", 48_000, kind, &planes);
        bench.run(&[&["enhance", "in.wav", "--preset", "flat", "--force"], arguments].concat()).ok();
        let (spec, out) = read_wav(&bench.path("in.enhanced.wav"));
        assert_eq!((spec.bits_per_sample, spec.sample_format), (bits, format), "{kind:?} {arguments:?}");
        let step = if kind == Kind::Int(8) { 1.0 / 128.0 } else { 2.0 / 32_768.0 };
        assert!(out.iter().zip(&planes).all(|(a, b)| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= step)));
    }
}

#[test]
fn flac_and_wav_hold_the_same_samples() {
    let bench = Bench::new();
    for (channels, bits) in [(1, "16"), (2, "16"), (2, "24"), (6, "24"), (8, "16")] {
        bench.write_wav("in.wav", 44_100, Kind::Float, &noise(channels, 20_011));
        bench.run(&["enhance", "in.wav", "-o", "a.wav", "--bits", bits, "--force"]).ok();
        bench.run(&["enhance", "in.wav", "-o", "a.flac", "--bits", bits, "--force"]).ok();
        let mut flac = flac_codec::decode::FlacSampleReader::open(bench.path("a.flac")).unwrap();
        let mut samples = Vec::new();
        flac.read_to_end(&mut samples).unwrap();
        let scale = 2f64.powi(bits.parse::<i32>().unwrap() - 1);
        let (_, wav) = read_wav(&bench.path("a.wav"));
        assert_eq!(samples.len(), channels * 20_011);
        for (n, sample) in samples.iter().enumerate() {
            assert_eq!(
                (f64::from(*sample) / scale) as f32,
                wav[n % channels][n / channels],
                "{channels} {bits}"
            );
        }
        let verified = flac_codec::decode::verify(bench.path("a.flac")).unwrap();
        assert_eq!(verified, flac_codec::decode::Verified::MD5Match);
        // The command reads its own FLAC without change, at the same depth.
        bench.run(&["enhance", "a.flac", "-o", "b.wav", "--preset", "flat", "--bits", "32f", "--force"]).ok();
        assert!(read_wav(&bench.path("b.wav")).1 == wav, "{channels} {bits}");
    }
}

#[test]
fn speaker_positions_are_kept() {
    let bench = Bench::new();
    let path = bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(6, 3000));
    // The mask is at byte 40 of an extensible header: here front and side pairs, centre and LFE.
    let mut bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes[20..22], [0xFE, 0xFF]);
    bytes[40..44].copy_from_slice(&0x60Fu32.to_le_bytes());
    std::fs::write(&path, bytes).unwrap();
    bench.run(&["enhance", "in.wav", "-o", "out.wav"]).ok();
    assert_eq!(std::fs::read(bench.path("out.wav")).unwrap()[40..44], 0x60Fu32.to_le_bytes());
    bench.run(&["enhance", "in.wav", "-o", "out.flac"]).ok();
    let flac = std::fs::read(bench.path("out.flac")).unwrap();
    let comment = b"WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x060F";
    assert!(flac.windows(comment.len()).any(|window| window == comment));
}

#[test]
fn unsupported_rates_and_channel_counts_are_refused() {
    let bench = Bench::new();
    bench.write_wav("nine.wav", 48_000, Kind::Int(16), &noise(9, 100));
    bench.write_wav("slow.wav", 7_999, Kind::Int(16), &noise(1, 100));
    let run = bench.run(&["enhance", "nine.wav", "slow.wav"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("9 channels, but 1 to 8") && run.stderr.contains("7999 Hz"), "{run:?}");
    assert_eq!(bench.files(), ["nine.wav", "slow.wav"]);
}

/// Frames of a file's first audio stream, as ffmpeg decodes it.
fn frames_by_ffmpeg(path: &Path, channels: u64) -> u64 {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-nostdin", "-i"]).arg(path);
    ffmpeg.args(["-map", "0:a:0", "-f", "s16le", "-c:a", "pcm_s16le", "-"]);
    let output = ffmpeg.output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}: {output:?}", path.display());
    output.stdout.len() as u64 / 2 / channels
}

#[test]
fn real_files_keep_their_length_and_open_elsewhere() {
    let Some(files) = material() else { return };
    let bench = Bench::new();
    // One of each kind: the excerpts, the speech, one whole song.
    let is_song = |path: &&PathBuf| {
        !path.to_string_lossy().contains("excerpt") && path.to_string_lossy().contains("music")
    };
    let song = files.iter().find(is_song);
    let files: Vec<&PathBuf> = files.iter().filter(|path| !is_song(path)).chain(song).collect();
    let names: Vec<&str> = files.iter().map(|path| path.to_str().unwrap()).collect();
    for format in ["wav", "flac"] {
        let run = bench
            .run(&[&["enhance", "--json", "--out-dir", format, "--format", format], &names[..]].concat())
            .ok();
        let json = run.json();
        let enhanced = json["files"].as_array().unwrap();
        assert_eq!(enhanced.len(), files.len());
        for file in enhanced {
            let (input, output) = (file["input"].as_str().unwrap(), file["output"].as_str().unwrap());
            let (frames, channels) = (file["frames"].as_u64().unwrap(), file["channels"].as_u64().unwrap());
            let expected = frames_by_ffmpeg(Path::new(input), channels);
            assert_eq!(frames_by_ffmpeg(&bench.path(output), channels), frames, "{output}");
            // An M4A file excludes a part of its last packet. Some versions of ffmpeg play that part.
            let slack = if input.ends_with(".m4a") { 1024 } else { 0 };
            assert!(expected >= frames && expected - frames <= slack, "{input}: {frames}, ffmpeg {expected}");
        }
    }
}

/// A file's first channel, as ffmpeg decodes it.
fn channel_by_ffmpeg(path: &Path) -> Vec<f32> {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-nostdin", "-i"]).arg(path);
    ffmpeg.args(["-map", "0:a:0", "-af", "pan=mono|c0=c0", "-f", "f32le", "-c:a", "pcm_f32le", "-"]);
    let bytes = ffmpeg.output().unwrap().stdout;
    bytes.chunks_exact(4).map(|sample| f32::from_le_bytes(sample.try_into().unwrap())).collect()
}

#[test]
fn lossy_files_start_where_their_music_starts() {
    // An offset of one frame would give a difference about as loud as the treble; an encoder's delay is 500
    // frames and more.
    let excerpts = material().unwrap_or_default().into_iter();
    for input in excerpts.filter(|path| path.to_string_lossy().contains("excerpt.m")) {
        let bench = Bench::new();
        let name = input.to_str().unwrap();
        bench
            .run(&[
                "enhance",
                name,
                "-o",
                "out.wav",
                "--preset",
                "flat",
                "--bits",
                "32f",
                "--set",
                "limiter.enabled=off",
            ])
            .ok();
        let (ours, theirs) = (channel_by_ffmpeg(&bench.path("out.wav")), channel_by_ffmpeg(&input));
        let difference: Vec<f32> = ours.iter().zip(&theirs).map(|(a, b)| a - b).collect();
        let level = |samples: &[f32]| enhancer_measure::tone::rms(samples);
        let db = enhancer_measure::signal::to_db(level(&difference) / level(&theirs));
        assert!(ours.len() > 40_000 && db < -60.0, "{name}: {db} dB from the sound that ffmpeg decodes");
    }
}
