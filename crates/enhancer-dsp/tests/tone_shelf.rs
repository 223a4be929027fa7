//! The shelves of the bass and treble boost follow their analog prototypes.

use enhancer_dsp::config::BandChannel;
use enhancer_dsp::tone::{BassBoost, TrebleBoost};
use enhancer_dsp::{Enhancer, EnhancerConfig, Quality, Stage};
use realfft::num_complex::Complex64;
use std::f64::consts::TAU;

fn config(quality: Quality) -> EnhancerConfig {
    let mut config = EnhancerConfig { quality, ..EnhancerConfig::default() };
    config.limiter.enabled = false;
    config.bass_boost.harmonics_percent = 0.0;
    config.treble_boost.harmonics_percent = 0.0;
    config
}

/// Response of `config` at each of `frequencies_hz`, from the impulse response of the second channel.
fn responses(config: &EnhancerConfig, sample_rate_hz: f64, frequencies_hz: &[f64]) -> Vec<Complex64> {
    let mut enhancer = Enhancer::new(sample_rate_hz, 2).unwrap();
    enhancer.set_config(config).unwrap();
    // The poles of a 30 Hz shelf, or of a 2 kHz one, have fallen by 150 dB and more.
    let seconds = if config.bass_boost.enabled { 0.2 } else { 0.005 };
    let mut left = vec![0.0; (sample_rate_hz * seconds) as usize + enhancer.latency_frames()];
    let mut right = left.clone();
    right[0] = 0.25;
    enhancer.process(&mut [&mut left, &mut right]);
    assert!(left.iter().all(|&sample| sample == 0.0));
    let response = |hz: &f64| {
        let step = TAU * hz / sample_rate_hz;
        let time = |n: usize| n as f64 - enhancer.latency_frames() as f64;
        let terms = right.iter().enumerate();
        terms.map(|(n, &h)| Complex64::from_polar(4.0 * f64::from(h), -step * time(n))).sum()
    };
    frequencies_hz.iter().map(response).collect()
}

/// Gain in dB of `config` at each of `frequencies_hz`.
fn gains_db(config: &EnhancerConfig, sample_rate_hz: f64, frequencies_hz: &[f64]) -> Vec<f64> {
    let responses = responses(config, sample_rate_hz, frequencies_hz);
    responses.iter().map(|response| 10.0 * response.norm_sqr().log10()).collect()
}

/// The high shelf of the Audio EQ Cookbook at Q = 1/√2; at the reciprocal ratio, the low shelf.
fn shelf_db(ratio: f64, amount_db: f64) -> f64 {
    let gain = 10f64.powf(amount_db / 20.0);
    let w4 = ratio.powi(4);
    10.0 * ((1.0 + w4 * gain) / (1.0 + w4 / gain)).log10()
}

fn audible_hz(sample_rate_hz: f64) -> Vec<f64> {
    let top = (0.4535 * sample_rate_hz).min(20_000.0);
    (0..60).map(|i| 20.0 * (top / 20.0).powf(f64::from(i) / 59.0)).collect()
}

#[test]
fn the_high_shelf_follows_its_prototype_to_the_top() {
    let mut worst = 0f64;
    for rate in [8_000.0, 22_050.0, 44_100.0, 48_000.0, 96_000.0, 384_000.0] {
        let frequencies = audible_hz(rate);
        for corner in [2000.0f32, 3500.0, 5000.0, 8000.0, 10_000.0, 12_500.0, 16_000.0] {
            for amount in [0.5f32, 3.0, 12.0] {
                let mut config = config(Quality::Good);
                config.treble_boost.enabled = true;
                config.treble_boost.frequency_hz = corner;
                config.treble_boost.amount_db = amount;
                for (hz, gain) in frequencies.iter().zip(gains_db(&config, rate, &frequencies)) {
                    worst = worst.max((gain - shelf_db(hz / f64::from(corner), f64::from(amount))).abs());
                }
            }
        }
    }
    // The largest error of the design; a bilinear shelf errs by more than 3 dB.
    assert!(worst < 0.05, "{worst} dB");
}

#[test]
fn the_low_shelf_follows_its_prototype() {
    let mut worst = 0f64;
    for rate in [8_000.0, 44_100.0, 192_000.0] {
        let frequencies = audible_hz(rate);
        for corner in [30.0f32, 90.0, 250.0] {
            for amount in [0.5f32, 4.0, 12.0] {
                let mut config = config(Quality::Good);
                config.bass_boost.enabled = true;
                config.bass_boost.frequency_hz = corner;
                config.bass_boost.amount_db = amount;
                for (hz, gain) in frequencies.iter().zip(gains_db(&config, rate, &frequencies)) {
                    worst = worst.max((gain - shelf_db(f64::from(corner) / hz, f64::from(amount))).abs());
                }
            }
        }
    }
    // The bilinear transform's warp of 250 Hz at 8 kHz; at 44.1 kHz it is a thirtieth.
    assert!(worst < 0.035, "{worst} dB");
}

#[test]
fn the_response_functions_equal_the_measured_responses() {
    for rate in [8_000.0, 44_100.0, 192_000.0] {
        let frequencies: Vec<f64> =
            (1..50).map(|step| 0.0099 * f64::from(step) * rate).chain([30.0, 90.0]).collect();
        for (bass, treble) in [(30.0, 2000.0), (90.0, 8000.0), (250.0, 16_000.0)] {
            for amount_db in [0.0, 3.0, 12.0] {
                let mut config = config(Quality::Good);
                (config.bass_boost.frequency_hz, config.bass_boost.amount_db) = (bass, amount_db);
                (config.treble_boost.frequency_hz, config.treble_boost.amount_db) = (treble, amount_db);
                let (bass, treble) = (config.bass_boost, config.treble_boost);
                let bass = BassBoost::response(&bass, rate, Quality::Good);
                let treble = TrebleBoost::response(&treble, rate, Quality::Good);
                let (bass, treble) =
                    (|hz| bass(hz, BandChannel::Stereo), |hz| treble(hz, BandChannel::Stereo));
                let assert_equal = |config: &EnhancerConfig, expected: &dyn Fn(f64) -> Complex64| {
                    for (&hz, measured) in frequencies.iter().zip(responses(config, rate, &frequencies)) {
                        // Output samples are `f32`, an error of 2⁻²⁵ each.
                        let error = (measured - expected(hz)).norm();
                        assert!(error < 1e-5, "{measured}, not {} at {hz} of {rate} Hz", expected(hz));
                    }
                };
                config.bass_boost.enabled = true;
                assert_equal(&config, &bass);
                config.treble_boost.enabled = true;
                assert_equal(&config, &|hz| bass(hz) * treble(hz));
                config.bass_boost.enabled = false;
                assert_equal(&config, &treble);
            }
        }
    }
}

#[test]
fn quality_does_not_change_the_shelves() {
    let frequencies = audible_hz(44_100.0);
    for quality in Quality::ALL.iter().copied() {
        let mut config = config(quality);
        config.treble_boost.enabled = true;
        config.treble_boost.frequency_hz = 10_000.0;
        config.treble_boost.amount_db = 12.0;
        for (hz, gain) in frequencies.iter().zip(gains_db(&config, 44_100.0, &frequencies)) {
            assert!((gain - shelf_db(hz / 10_000.0, 12.0)).abs() < 0.05, "{quality:?} at {hz} Hz");
        }
    }
}

#[test]
fn no_amount_and_no_harmonics_pass_every_bit() {
    let mut config = config(Quality::Best);
    config.bass_boost.enabled = true;
    config.bass_boost.amount_db = 0.0;
    config.treble_boost.enabled = true;
    config.treble_boost.amount_db = 0.0;
    let mut enhancer = Enhancer::new(44_100.0, 1).unwrap();
    enhancer.set_config(&config).unwrap();
    let input = enhancer_measure::signal::white_noise(0.3, 7, 5000);
    let mut output = input.clone();
    enhancer.process(&mut [&mut output]);
    let latency = enhancer.latency_frames();
    assert_eq!(output[latency..], input[..5000 - latency]);
}
