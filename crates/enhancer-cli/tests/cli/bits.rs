//! Samples that the chain does not change are identical in the output; changed ones are dithered.

use crate::support::{Bench, Kind, noise};
use std::path::Path;

fn integers(path: &Path) -> (u16, Vec<i32>) {
    let mut reader = hound::WavReader::open(path).unwrap();
    (reader.spec().bits_per_sample, reader.samples::<i32>().map(Result::unwrap).collect())
}

fn flac_integers(path: &Path) -> Vec<i32> {
    let mut samples = Vec::new();
    flac_codec::decode::FlacSampleReader::open(path).unwrap().read_to_end(&mut samples).unwrap();
    samples
}

#[test]
fn integers_that_no_stage_changes_stay_identical() {
    let bench = Bench::new();
    for bits in [8, 16, 24] {
        bench.write_wav("in.wav", 44_100, Kind::Int(bits), &noise(2, 30_011));
        let (_, original) = integers(&bench.path("in.wav"));
        let out_bits = bits.max(16);
        let expected: Vec<i32> = original.iter().map(|value| value << (out_bits - bits)).collect();
        for quality in ["draft", "good", "best"] {
            let flat = ["enhance", "in.wav", "--preset", "flat", "--force", "--quality", quality];
            bench.run(&[&flat[..], &["-o", "out.wav"]].concat()).ok();
            assert!(integers(&bench.path("out.wav")) == (out_bits, expected.clone()), "{bits} {quality}");
            bench.run(&[&flat[..], &["-o", "out.flac"]].concat()).ok();
            assert!(flac_integers(&bench.path("out.flac")) == expected, "{bits} {quality}");
            // Wider files hold narrower samples exactly, and can be narrowed again without loss.
            bench.run(&[&flat[..], &["-o", "wide.flac", "--bits", "24"]].concat()).ok();
            bench.run(&["enhance", "wide.flac", "-p", "flat", "-o", "narrow.wav", "--bits", "16", "-f"]).ok();
            let narrow = integers(&bench.path("narrow.wav")).1;
            assert!(bits == 24 || narrow == expected, "{bits} {quality}");
        }
    }
}

#[test]
fn samples_away_from_a_limited_peak_stay_identical() {
    let bench = Bench::new();
    let mut planes = noise(2, 192_000);
    planes[0][48_000] = 0.99;
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &planes);
    bench.run(&["enhance", "in.wav", "--preset", "flat"]).ok();
    let (before, after) = (integers(&bench.path("in.wav")).1, integers(&bench.path("in.enhanced.wav")).1);
    let changed: Vec<usize> = (0..before.len()).filter(|&n| before[n] != after[n]).map(|n| n / 2).collect();
    // Lookahead of a few milliseconds before the peak; after it the release, until the gain is exactly 1
    // again.
    let (first, last) = (changed[0], *changed.last().unwrap());
    assert!((47_000..=48_000).contains(&first) && (48_001..144_000).contains(&last), "{first} to {last}");
}

#[test]
fn digital_silence_stays_silent() {
    let bench = Bench::new();
    for bits in [16, 24] {
        bench.write_wav("in.wav", 48_000, Kind::Int(bits), &vec![vec![0.0; 20_000]; 2]);
        for preset in ["flat", "pop", "loudness"] {
            bench.run(&["enhance", "in.wav", "--preset", preset, "--force"]).ok();
            let (_, out) = integers(&bench.path("in.enhanced.wav"));
            assert!(out.iter().all(|&value| value == 0), "{bits} {preset}");
        }
    }
    // Silence before and after sound as well.
    let mut planes = vec![vec![0.0; 144_000]; 2];
    for (plane, noise) in planes.iter_mut().zip(noise(2, 48_000)) {
        plane[48_000..96_000].copy_from_slice(&noise);
    }
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &planes);
    bench.run(&["enhance", "in.wav", "--preset", "flat", "--set", "master_gain=-1.3", "--force"]).ok();
    let (_, out) = integers(&bench.path("in.enhanced.wav"));
    let is_silent =
        |frames: std::ops::Range<usize>| out[2 * frames.start..2 * frames.end].iter().all(|&v| v == 0);
    assert!(is_silent(0..48_000) && !is_silent(48_000..96_000) && is_silent(96_100..144_000));
}

#[test]
fn changed_samples_are_dithered() {
    let bench = Bench::new();
    // A tone of 1.3 steps: rounding alone would distort it, dither leaves noise of 0.5 steps.
    let tone = enhancer_measure::signal::sine(997.0, 2.6 / 32_768.0, 0.0, 48_000.0, 192_000);
    bench.write_wav("in.wav", 48_000, Kind::Float, &[tone]);
    bench.run(&["enhance", "in.wav", "-p", "flat", "--set", "master_gain=-6.0206", "--bits", "16"]).ok();
    let (_, out) = integers(&bench.path("in.enhanced.wav"));
    let out: Vec<f32> = out.iter().map(|&value| value as f32).collect();
    let (level, _) = enhancer_measure::tone::fit_sine(&out, 997.0, 48_000.0);
    assert!((level - 1.3).abs() < 0.02, "{level}");
    // A third harmonic of plain rounding has 0.1 steps and more; noise leaves 0.5 × √(2 / 192 000) × 3 at
    // most.
    let (third, _) = enhancer_measure::tone::fit_sine(&out, 2991.0, 48_000.0);
    assert!(third < 0.01, "{third}");
}
