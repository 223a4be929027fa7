//! Levels, dynamic range and counted features match their definitions.

use enhancer_dsp::meter::{Analyzer, AudioAnalysis};
use enhancer_measure::signal::{from_db, sine, white_noise};

const RATE_HZ: f64 = 48_000.0;

fn analyze(channels: &[&[f32]]) -> AudioAnalysis {
    let mut analyzer = Analyzer::new(RATE_HZ, channels.len()).unwrap();
    analyzer.push(channels);
    analyzer.finish()
}

#[track_caller]
fn assert_near(value: Option<f64>, expected: f64, tolerance: f64) {
    let value = value.unwrap_or(f64::NAN);
    assert!((value - expected).abs() <= tolerance, "{value} should be {expected}");
}

#[test]
fn a_full_scale_sine_reads_0_dbfs_peak_and_3_01_db_less_rms() {
    let tone = sine(1000.0, 1.0, 0.3, RATE_HZ, 480_000);
    let analysis = analyze(&[&tone, &tone]);
    assert_near(analysis.sample_peak_dbfs, 0.0, 0.03);
    assert_near(analysis.rms_dbfs, -3.0103, 1e-4);
    assert_near(analysis.features.crest_factor_db, 3.01, 0.03);
    assert_near(analysis.true_peak_dbtp, 0.0, 0.1);
    assert_near(analysis.dynamic_range_db, 0.0, 0.03);
    assert_near(Some(analysis.features.zero_crossing_rate), 2.0 * 1000.0 / RATE_HZ, 1e-5);
    assert_eq!(analysis.frames, 480_000);
}

#[test]
fn rms_is_over_all_channels() {
    let (loud, silent) = (sine(1000.0, 0.5, 0.0, RATE_HZ, 48_000), vec![0.0; 48_000]);
    let analysis = analyze(&[&loud, &silent]);
    assert_near(analysis.rms_dbfs, -6.0206 - 3.0103 - 3.0103, 1e-3);
    assert_near(analysis.sample_peak_dbfs, -6.0206, 1e-3);
}

/// Eight of ten blocks at −40 dBFS, the others at −20 and −26 dBFS, plus clicks. Blocks of 3 s lie on a grid
/// of 256 samples.
#[test]
fn dynamic_range_is_the_second_peak_over_the_loudest_fifth() {
    let block = 3 * 48_000 / 256 * 256;
    let mut channel = Vec::new();
    for n in 0..10 {
        let level = [-40.0, -20.0, -40.0, -40.0, -40.0, -40.0, -40.0, -26.0, -40.0, -40.0][n];
        channel.extend(sine(1000.0, from_db(level), 0.0, RATE_HZ, block));
    }
    channel[block / 2] = 0.9;
    channel[block * 5 + 100] = -0.5;
    // Two of ten blocks are loud: the mean of their powers (a sine reads its peak), and the second highest
    // peak, 0.5.
    let loudest_db = 10.0 * (0.5f64 * (0.01 + 0.002_511_886)).log10();
    let expected = -6.0206 - loudest_db;
    assert_near(analyze(&[&channel]).dynamic_range_db, expected, 0.01);
    let quiet = sine(1000.0, 0.1, 0.0, RATE_HZ, channel.len());
    assert_near(analyze(&[&channel, &quiet]).dynamic_range_db, 0.5 * expected, 0.01);
    let silent = vec![0.0; channel.len()];
    assert_near(analyze(&[&channel, &silent]).dynamic_range_db, expected, 0.01);
}

#[test]
fn white_noise_crosses_zero_every_second_sample_and_is_uncorrelated() {
    let (left, right) = (white_noise(0.1, 1, 480_000), white_noise(0.1, 2, 480_000));
    let analysis = analyze(&[&left, &right]);
    // Binomial: three sigma of 960 000 trials at one half are 0.0015, of a correlation of 480 000 pairs
    // 0.0043.
    assert_near(Some(analysis.features.zero_crossing_rate), 0.5, 0.0015);
    assert_near(analysis.features.stereo_correlation, 0.0, 0.0043);
    assert_near(analysis.rms_dbfs, -20.0, 0.02);
}

#[test]
fn correlation_is_1_for_mono_and_minus_1_for_inverted_channels() {
    let left = white_noise(0.1, 3, 48_000);
    let inverted: Vec<f32> = left.iter().map(|sample| -0.25 * sample).collect();
    assert_near(analyze(&[&left, &left]).features.stereo_correlation, 1.0, 1e-9);
    assert_near(analyze(&[&left, &inverted]).features.stereo_correlation, -1.0, 1e-9);
    let half: Vec<f32> = left.iter().zip(white_noise(0.1, 4, 48_000)).map(|(a, b)| a + b).collect();
    assert_near(analyze(&[&left, &half]).features.stereo_correlation, 0.5f64.sqrt(), 0.02);
    assert_eq!(analyze(&[&left]).features.stereo_correlation, None, "one channel");
    assert_eq!(analyze(&[&left, &vec![0.0; 48_000]]).features.stereo_correlation, None, "one is silent");
}

#[test]
fn dc_offset_is_that_of_the_worst_channel() {
    let tone = sine(1000.0, 0.5, 0.0, RATE_HZ, 48_000);
    let shifted: Vec<f32> = tone.iter().map(|sample| sample - 0.125).collect();
    let offset = analyze(&[&tone, &shifted]).features.dc_offset;
    assert!((offset + 0.125).abs() < 1e-6, "{offset}");
}

#[test]
fn clipped_samples_are_those_in_runs_at_full_scale_and_beyond_it() {
    let full = 32_767.0 / 32_768.0;
    let mut channel = vec![0.1; 5000];
    let clipped = |channel: &[f32]| analyze(&[channel]).features.clipped_samples;
    channel[10..12].fill(full);
    channel[20] = -1.0;
    assert_eq!(clipped(&channel), 0, "peaks may touch full scale");
    channel[254..259].fill(full);
    channel[300..303].fill(-1.0);
    assert_eq!(clipped(&channel), 8, "runs of three or more, also across pieces");
    channel[511] = full;
    channel[1024..1026].fill(full);
    assert_eq!(clipped(&channel), 8, "shorter runs do not count");
    channel[400] = 1.5;
    channel[401] = full;
    assert_eq!(clipped(&channel), 9, "one beyond full scale; its neighbour may touch it");
    channel[399] = -full;
    assert_eq!(clipped(&channel), 11, "three in a row");
}
