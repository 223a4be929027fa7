//! The equalizer's response follows analog prototypes that are written independently of the core.

mod cookbook;

use enhancer_dsp::config::{BandChannel, BandType, EqBand, EqualizerConfig, FilterSlope, Quality};
use enhancer_dsp::eq::EqResponse;
use enhancer_dsp::filter::prototype::Prototype;
use enhancer_dsp::{Enhancer, EnhancerConfig};
use enhancer_measure::eq::impulse_response;

fn config(bands: &[EqBand], quality: Quality) -> EnhancerConfig {
    let mut config = EnhancerConfig { quality, ..EnhancerConfig::default() };
    config.equalizer =
        EqualizerConfig { bands: bands.iter().copied().collect(), ..EqualizerConfig::default() };
    config.limiter.enabled = false;
    config
}

fn chain(bands: &[EqBand], quality: Quality, sample_rate_hz: f64) -> Enhancer {
    let mut chain = Enhancer::new(sample_rate_hz, 1).unwrap();
    chain.set_config(&config(bands, quality)).unwrap();
    chain
}

/// ±12 dB bells of Q 0.5 to 3 and ±12 dB shelves of Q 0.5 to 1, at 5 to 18 kHz.
fn law_cases() -> Vec<EqBand> {
    let mut cases = Vec::new();
    for gain_db in [12.0, -12.0] {
        for step in 0..14 {
            let frequency_hz = 5000.0 + 1000.0 * step as f32;
            for q in [0.5, 0.7, 1.0, 1.4, 2.0, 3.0] {
                cases.push(EqBand { frequency_hz, gain_db, q, ..EqBand::default() });
            }
            for kind in [BandType::Lowshelf, BandType::Highshelf] {
                for q in [0.5, 0.7, 1.0] {
                    cases.push(EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() });
                }
            }
        }
    }
    cases
}

#[test]
fn bells_and_shelves_follow_the_analog_prototype_to_the_top() {
    for (quality, limit_db) in [(Quality::Good, 0.2), (Quality::Best, 0.1)] {
        for sample_rate_hz in [44_100.0, 48_000.0] {
            let top_hz = f64::min(20_000.0, 0.45 * sample_rate_hz);
            for band in law_cases() {
                let mut chain = chain(&[band], quality, sample_rate_hz);
                let latency = chain.latency_frames();
                let process = &mut |audio: &mut [&mut [f32]]| chain.process(audio);
                let response = impulse_response(process, sample_rate_hz, 1, latency, 4096);
                let (hz, error) = response.worst_error(top_hz, |hz| cookbook::gain_db(&band, hz));
                assert!(
                    error.abs() <= limit_db,
                    "{quality:?} {sample_rate_hz} {band:?}: {error} dB at {hz} Hz"
                );
            }
        }
    }
}

#[test]
fn the_prototypes_of_the_core_equal_the_cookbook() {
    for &kind in BandType::ALL {
        for &slope in FilterSlope::ALL {
            for (gain_db, q) in [(12.0, 0.5), (-24.0, 3.0), (5.0, 40.0)] {
                let band = EqBand { kind, slope, frequency_hz: 700.0, gain_db, q, ..EqBand::default() };
                let prototype = Prototype::new(&band);
                for hz in [20.0, 300.0, 690.0, 701.0, 1500.0, 20_000.0] {
                    let (found, expected) = (prototype.response(hz), cookbook::response(&band, hz));
                    // The published factors have ten decimals.
                    let error = (found - expected).norm() / expected.norm();
                    assert!(error < 1e-7, "{band:?} at {hz} Hz: {found}, not {expected}");
                    assert!((prototype.gain_db(hz) - cookbook::gain_db(&band, hz)).abs() < 1e-6);
                }
            }
        }
    }
}

#[test]
fn the_response_function_equals_the_measured_response() {
    for sample_rate_hz in [8000.0, 44_100.0, 384_000.0] {
        for quality in [Quality::Draft, Quality::Good, Quality::Best] {
            let bands = BandType::ALL.iter().enumerate().map(|(index, &kind)| {
                let frequency_hz = 900.0 + 300.0 * index as f32;
                EqBand { kind, frequency_hz, gain_db: 4.0, q: 1.2, ..EqBand::default() }
            });
            // Decibels of the floor of a notch or a band-pass measure rounding.
            let bands: Vec<EqBand> =
                bands.filter(|b| !matches!(b.kind, BandType::Notch | BandType::Bandpass)).collect();
            let mut config = config(&bands, quality);
            config.equalizer.preamp_db = -7.0;
            let mut chain = Enhancer::new(sample_rate_hz, 1).unwrap();
            chain.set_config(&config).unwrap();
            let expected = EqResponse::new(&chain.config().equalizer, sample_rate_hz, quality);
            let latency = chain.latency_frames();
            let process = &mut |audio: &mut [&mut [f32]]| chain.process(audio);
            let response = impulse_response(process, sample_rate_hz, 1, latency, 1 << 16);
            for (hz, db) in response.points(0.49 * sample_rate_hz) {
                let expected = expected.gain_db(hz, BandChannel::Left);
                if expected > -50.0 {
                    assert!(
                        (db - expected).abs() < 1e-3,
                        "{sample_rate_hz} {quality:?} {hz} Hz: {db}, not {expected}"
                    );
                }
            }
        }
    }
}
