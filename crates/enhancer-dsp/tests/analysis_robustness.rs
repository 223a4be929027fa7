//! The analysis accepts any content: silence, no frames, NaN, any channel count, any cut into blocks.

use enhancer_dsp::meter::{Analyzer, AudioAnalysis};
use enhancer_measure::signal::{Random, sine, white_noise};

fn analyze(channels: &[&[f32]], sample_rate_hz: f64) -> AudioAnalysis {
    let mut analyzer = Analyzer::new(sample_rate_hz, channels.len()).unwrap();
    analyzer.push(channels);
    analyzer.finish()
}

#[test]
fn silence_and_no_frames_have_no_levels() {
    for frames in [0, 1, 200_000] {
        let analysis = analyze(&[&vec![0.0; frames], &vec![0.0; frames]], 48_000.0);
        let levels = [
            analysis.lufs_integrated,
            analysis.loudness_range,
            analysis.true_peak_dbtp,
            analysis.sample_peak_dbfs,
            analysis.rms_dbfs,
            analysis.dynamic_range_db,
        ];
        assert_eq!(levels, [None; 6], "{frames} frames");
        let json = serde_json::to_value(&analysis).unwrap();
        for name in ["lufs_integrated", "true_peak_dbtp", "rms_dbfs", "dynamic_range_db"] {
            assert!(json[name].is_null(), "{name}");
        }
        assert!(json["features"]["spectral_centroid_hz"].is_null() && json["features"]["dc_offset"] == 0.0);
        assert!(json["spectrum"]["magnitudes_db"].as_array().unwrap().iter().all(|level| level == -200.0));
    }
}

#[test]
fn the_json_has_the_documented_names() {
    let analysis = analyze(&[&white_noise(0.1, 1, 48_000)], 48_000.0);
    let json = serde_json::to_value(analysis.clone().without_spectrum()).unwrap();
    let mut names: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "dynamic_range_db",
        "features",
        "loudness_range",
        "lufs_integrated",
        "rms_dbfs",
        "sample_peak_dbfs",
        "true_peak_dbtp",
    ];
    assert_eq!(names, expected);
    let json = serde_json::to_value(analysis).unwrap();
    assert!(json["spectrum"]["frequencies_hz"].is_array());
}

/// A short tone has a peak, an RMS and a spectrum, but no loudness above the gate.
#[test]
fn less_than_400_ms_has_levels_but_no_loudness() {
    let short = analyze(&[&sine(1000.0, 0.5, 0.0, 48_000.0, 9600)], 48_000.0);
    assert!(short.lufs_integrated.is_none() && short.loudness_range.is_none());
    assert!(
        (short.sample_peak_dbfs.unwrap() + 6.02).abs() < 0.03
            && (short.rms_dbfs.unwrap() + 9.03).abs() < 0.01
    );
    assert!(short.dynamic_range_db.unwrap().abs() < 0.05);
}

/// A sample that is not finite counts as 0 and changes nothing else.
#[test]
fn nan_and_infinity_count_as_zero_and_are_counted() {
    let clean = white_noise(0.1, 2, 240_000);
    let (mut poisoned, mut zeroed) = (clean.clone(), clean);
    for (index, bad) in
        [(100, f32::NAN), (5000, f32::INFINITY), (70_001, f32::NEG_INFINITY), (239_999, f32::NAN)]
    {
        poisoned[index] = bad;
        zeroed[index] = 0.0;
    }
    let (mut poisoned, zeroed) = (analyze(&[&poisoned], 48_000.0), analyze(&[&zeroed], 48_000.0));
    assert_eq!(poisoned.features.non_finite_samples, 4);
    poisoned.features.non_finite_samples = 0;
    assert_eq!(poisoned, zeroed);
    let loud = analyze(&[&[f32::MAX; 48_000]], 48_000.0);
    assert!(loud.rms_dbfs.is_some_and(f64::is_finite) && loud.true_peak_dbtp.is_some_and(f64::is_finite));
}

#[test]
fn cuts_into_blocks_change_nothing() {
    let (left, right) = (white_noise(0.1, 3, 200_000), sine(440.0, 1.0, 0.0, 44_100.0, 200_000));
    let whole = analyze(&[&left, &right], 44_100.0);
    let mut random = Random::new(4);
    for longest in [1.0, 300.0, 10_000.0] {
        let mut analyzer = Analyzer::new(44_100.0, 2).unwrap();
        let mut start = 0;
        while start < left.len() {
            let end = left.len().min(start + random.between(0.0, longest + 1.0) as usize);
            analyzer.push(&[&left[start..end], &right[start..end]]);
            start = end;
        }
        assert_eq!(analyzer.finish(), whole);
    }
}

#[test]
fn every_rate_and_channel_count_measures_the_same_sound() {
    for rate in [8_000.0, 11_025.0, 22_050.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0] {
        for channels in 1..=8 {
            let tone = sine(997.0, 0.1, 0.0, rate, rate as usize);
            let silent = vec![0.0; tone.len()];
            let mut planar: Vec<&[f32]> = vec![&silent; channels];
            planar[channels - 1 - channels / 2 % 2] = &tone;
            planar[0] = &tone;
            let analysis = analyze(&planar, rate);
            assert!(
                (analysis.sample_peak_dbfs.unwrap() + 20.0).abs() < 0.7,
                "{rate} Hz, {channels} channels"
            );
            assert!((analysis.true_peak_dbtp.unwrap() + 20.0).abs() < 0.2, "{rate} Hz, {channels} channels");
            let lufs = analysis.lufs_integrated.unwrap();
            assert!((-23.2..-18.5).contains(&lufs), "{lufs} LUFS at {rate} Hz, {channels} channels");
        }
    }
    assert!(Analyzer::new(7_999.0, 2).is_err() && Analyzer::new(f64::NAN, 2).is_err());
    assert!(Analyzer::new(48_000.0, 0).is_err() && Analyzer::new(48_000.0, 9).is_err());
}
