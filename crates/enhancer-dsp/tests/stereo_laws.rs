//! Effects of the stereo enhancer on left, right, mid and side.

mod rig;

use enhancer_dsp::config::{BandChannel, StereoEnhancerConfig};
use enhancer_dsp::stereo::StereoEnhancer;
use enhancer_dsp::{EnhancerConfig, Quality, Stage};
use enhancer_measure::signal::to_db;
use enhancer_measure::stereo::{Gain, response};
use realfft::num_complex::Complex64;
use rig::{chain, config, moving_noise, run_fresh};
use std::f64::consts::PI;

const RATE: f64 = 48_000.0;

fn stereo(edit: impl Fn(&mut StereoEnhancerConfig)) -> EnhancerConfig {
    config(|config| {
        config.stereo_enhancer.enabled = true;
        edit(&mut config.stereo_enhancer);
    })
}

fn gains(config: &EnhancerConfig, rate: f64, frequency_hz: f64, amplitudes: [f64; 2]) -> [Gain; 2] {
    let latency = chain(rate, 2, config).latency_frames();
    response(rate, latency, frequency_hz, amplitudes, &mut |channels| {
        chain(rate, 2, config).process(channels)
    })
}

/// The mono sum of two channels, sample by sample.
fn mono(channels: &[Vec<f32>]) -> Vec<f64> {
    channels[0].iter().zip(&channels[1]).map(|(&l, &r)| f64::from(l) + f64::from(r)).collect()
}

fn assert_same_mono(a: &[Vec<f32>], b: &[Vec<f32>]) {
    for (n, (a, b)) in mono(a).iter().zip(mono(b)).enumerate() {
        // Each output channel is rounded to f32 once, a relative error of 2⁻²⁴ of samples that stay below 16.
        assert!((a - b).abs() < 2e-6, "frame {n}: {a} for {b}");
    }
}

#[test]
fn at_rest_the_stage_is_transparent_to_the_bit() {
    let noise = moving_noise(2, 5000, 1);
    assert!(run_fresh(RATE, &stereo(|_| {}), &noise) == noise);
}

#[test]
fn width_scales_the_side_alone() {
    let noise = moving_noise(2, 5000, 2);
    for percent in [0.0f32, 30.0, 150.0, 200.0] {
        let out = run_fresh(RATE, &stereo(|s| s.width_percent = percent), &noise);
        assert_same_mono(&out, &noise);
        for n in 0..5000 {
            let side = f64::from(noise[0][n]) - f64::from(noise[1][n]);
            let side_out = f64::from(out[0][n]) - f64::from(out[1][n]);
            assert!((side_out - side * f64::from(percent) / 100.0).abs() < 2e-6, "{percent} % at {n}");
        }
    }
    let narrow = run_fresh(RATE, &stereo(|s| s.width_percent = 0.0), &noise);
    assert!(narrow[0] == narrow[1], "width 0 is mono");
}

#[test]
fn a_mono_signal_stays_as_it_is_at_any_width_and_crossfeed() {
    let noise = moving_noise(1, 5000, 3);
    let input = vec![noise[0].clone(); 2];
    for (width, crossfeed) in [(0.0, 0.0), (200.0, 0.0), (100.0, 100.0), (170.0, 35.0)] {
        let config = stereo(|s| (s.width_percent, s.crossfeed_percent) = (width, crossfeed));
        assert!(run_fresh(RATE, &config, &input) == input, "width {width} %, crossfeed {crossfeed} %");
    }
}

#[test]
fn mono_lows_take_the_side_away_by_24_db_an_octave_and_leave_the_mid_flat() {
    for rate in [44_100.0, 96_000.0] {
        let crossover_hz = 160.0f64;
        let config = stereo(|s| s.mono_below_hz = crossover_hz as f32);
        for octaves in [-3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0] {
            let hz = crossover_hz * 2f64.powf(octaves);
            // High band of a fourth-order Linkwitz–Riley: 1 / (1 + (fc/f)⁴), with the bilinear transform's
            // frequencies.
            let ratio = (PI * crossover_hz / rate).tan() / (PI * hz / rate).tan();
            let prescribed = 1.0 / (1.0 + ratio.powi(4));
            let [side, side_right] = gains(&config, rate, hz, [0.5, -0.5]);
            assert!(to_db(2.0 * side.amplitude / prescribed).abs() < 0.01, "side at {hz} Hz: {side:?}");
            assert!((side.amplitude - side_right.amplitude).abs() < 1e-6);
            let [mid, mid_right] = gains(&config, rate, hz, [0.5, 0.5]);
            assert!(to_db(2.0 * mid.amplitude).abs() < 0.001, "mid at {hz} Hz: {mid:?}");
            assert_eq!(mid, mid_right);
            // Mid and side keep their relative phase. So a source to the left stays there above the crossover
            // and is centred below.
            let apart = (mid.phase - side.phase + PI).rem_euclid(2.0 * PI) - PI;
            assert!(apart.abs() < 1e-3, "phase apart at {hz} Hz: {apart}");
            let promised = StereoEnhancer::response(&config.stereo_enhancer, rate, Quality::Good);
            let promised = [BandChannel::Mid, BandChannel::Side].map(|channel| promised(hz, channel));
            for (promised, measured) in promised.iter().zip([mid, side]) {
                let measured = Complex64::from_polar(2.0 * measured.amplitude, measured.phase);
                assert!((promised - measured).norm() < 1e-4, "{promised} for {measured} at {hz} Hz");
            }
        }
    }
}

#[test]
fn balance_keeps_the_power_and_is_silent_at_the_far_end() {
    let noise = moving_noise(1, 5000, 4);
    let input = vec![noise[0].clone(); 2];
    for percent in [-100.0f32, -60.0, -1.0, 0.0, 25.0, 100.0] {
        let out = run_fresh(RATE, &stereo(|s| s.balance_percent = percent), &input);
        let angle = (1.0 + f64::from(percent) / 100.0) * PI / 4.0;
        let expected = [2f64.sqrt() * angle.cos(), 2f64.sqrt() * angle.sin()];
        for n in 0..5000 {
            let [left, right, x] = [out[0][n], out[1][n], noise[0][n]].map(f64::from);
            assert!((left - expected[0] * x).abs() < 1e-6 && (right - expected[1] * x).abs() < 1e-6);
            assert!((left * left + right * right - 2.0 * x * x).abs() < 2e-6 * x * x + 1e-12, "{percent} %");
        }
    }
    let left_only = run_fresh(RATE, &stereo(|s| s.balance_percent = -100.0), &input);
    assert!(left_only[1].iter().all(|&sample| sample == 0.0));
}

#[test]
fn crossfeed_feeds_the_lows_across_later_and_keeps_the_mono_sum() {
    for rate in [44_100.0, 192_000.0] {
        for percent in [100.0, 40.0] {
            let config = stereo(|s| s.crossfeed_percent = percent);
            let alpha = f64::from(percent) / 100.0 / (1.0 + 10f64.powf(4.5 / 20.0));
            for hz in [30.0, 200.0, 700.0, 3000.0, 15_000.0] {
                let [near, far] = gains(&config, rate, hz, [1.0, 0.0]);
                // Low-pass 1 / (1 + i w), w the ratio of the bilinear transform's frequencies; the near ear
                // has 1 − α of it.
                let w = (PI * hz / rate).tan() / (PI * 700.0 / rate).tan();
                let low = [1.0 / (1.0 + w * w), -w / (1.0 + w * w)];
                let expected_far = alpha * low[0].hypot(low[1]);
                let expected_near = (1.0 - alpha * low[0]).hypot(alpha * low[1]);
                assert!(to_db(far.amplitude / expected_far).abs() < 0.01, "far at {hz} Hz: {far:?}");
                assert!(to_db(near.amplitude / expected_near).abs() < 0.01, "near at {hz} Hz: {near:?}");
            }
            let noise = moving_noise(2, 5000, 6);
            assert_same_mono(&run_fresh(rate, &config, &noise), &noise);
        }
    }
}

#[test]
fn full_crossfeed_is_4_and_a_half_db_and_a_third_of_a_millisecond_in_the_lows() {
    let config = stereo(|s| s.crossfeed_percent = 100.0);
    let [near, far] = gains(&config, RATE, 30.0, [1.0, 0.0]);
    assert!((to_db(near.amplitude / far.amplitude) - 4.5).abs() < 0.1);
    let later_ms = 1e3 * (near.phase - far.phase) / (2.0 * PI * 30.0);
    assert!((0.34..0.38).contains(&later_ms), "{later_ms}");
}

#[test]
fn other_channel_counts_pass_untouched() {
    for channels in [1, 3, 6] {
        let noise = moving_noise(channels, 2000, 9);
        let config = stereo(|s| (s.width_percent, s.balance_percent) = (0.0, 100.0));
        assert!(run_fresh(RATE, &config, &noise) == noise);
    }
}
