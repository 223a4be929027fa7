//! Length and alignment: every input frame has an output frame at the same place.

use crate::support::{Bench, Kind, noise, read_wav};

#[test]
fn flat_returns_its_input_sample_by_sample() {
    let bench = Bench::new();
    for (rate, channels, frames) in [
        (48_000, 2, 50_001),
        (44_100, 1, 1),
        (8_000, 1, 17),
        (96_000, 6, 4096),
        (192_000, 2, 8191),
        (44_100, 8, 12_289),
    ] {
        let planes = noise(channels, frames);
        bench.write_wav("in.wav", rate, Kind::Float, &planes);
        for quality in ["draft", "good", "best"] {
            bench
                .run(&[
                    "enhance",
                    "in.wav",
                    "-o",
                    "out.wav",
                    "--preset",
                    "flat",
                    "--quality",
                    quality,
                    "--force",
                ])
                .ok();
            let (spec, out) = read_wav(&bench.path("out.wav"));
            assert_eq!((spec.sample_rate, spec.bits_per_sample), (rate, 32));
            assert!(out == planes, "{rate} Hz, {channels} channels, {frames} frames, {quality}");
        }
    }
}

#[test]
fn an_impulse_stays_in_its_place() {
    let bench = Bench::new();
    let mut plane = vec![0.0; 30_000];
    for at in [0, 12_345, 29_999] {
        plane[at] = 0.5;
    }
    bench.write_wav("in.wav", 44_100, Kind::Int(24), &[plane.clone(), plane]);
    for quality in ["draft", "good", "best"] {
        let lively = ["--set", "equalizer.bands.0.gain=3", "--set", "bass_boost.enabled=on", "--force"];
        let base =
            ["enhance", "in.wav", "-o", "out.wav", "--preset", "flat", "--bits", "32f", "--quality", quality];
        bench.run(&[&base[..], &lively[..]].concat()).ok();
        let (_, out) = read_wav(&bench.path("out.wav"));
        assert_eq!(out[0].len(), 30_000);
        for at in [0, 12_345, 29_999] {
            let around = at.max(50) - 50..(at + 50).min(30_000);
            let peak = around.max_by(|&a, &b| out[0][a].abs().total_cmp(&out[0][b].abs())).unwrap();
            assert_eq!(peak, at, "{quality}");
        }
    }
}

#[test]
fn integers_are_dithered_by_a_triangle_of_two_steps() {
    // The triangle of ±1 step around 0.25: 0.75²/2 of it lies above 0.5 steps, 0.25²/2 below −0.5.
    let bench = Bench::new();
    let frames = 100_000;
    for (bits, step) in [("16", 1.0 / 32_768.0), ("24", 1.0 / 8_388_608.0)] {
        bench.write_wav("in.wav", 48_000, Kind::Float, &vec![vec![0.25 * step; frames]; 2]);
        bench
            .run(&["enhance", "in.wav", "-o", "out.wav", "--preset", "flat", "--force", "--bits", bits])
            .ok();
        let (_, out) = read_wav(&bench.path("out.wav"));
        for plane in &out {
            let share =
                |level: f32| plane.iter().filter(|&&s| s == level * step).count() as f64 / frames as f64;
            // Standard deviation of a share: 0.0015 at most.
            for (level, expected) in [(1.0, 0.28125), (0.0, 0.6875), (-1.0, 0.03125)] {
                assert!((share(level) - expected).abs() < 0.008, "{bits}: {level}: {}", share(level));
            }
        }
        let same = out[0].iter().zip(&out[1]).filter(|(a, b)| a == b).count() as f64 / frames as f64;
        // Independent channels agree by chance: 0.28125² + 0.6875² + 0.03125².
        assert!((same - 0.55273).abs() < 0.01, "{bits}: {same}");
    }
}
