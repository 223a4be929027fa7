//! The equalizer's response is what its bands promise.

use enhancer_dsp::config::{BandChannel, BandType, EqBand, EqualizerConfig, Quality};
use enhancer_dsp::eq::EqResponse;
use enhancer_dsp::filter::prototype;
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
    let mut chain = Enhancer::new(sample_rate_hz, 1, 512).unwrap();
    chain.set_config(&config(bands, quality)).unwrap();
    chain
}

/// The cases of the accuracy law: ±12 dB bells of Q 0.5 to 3 at 5 to 18 kHz, and ±12 dB shelves.
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
                let (hz, error) = response.worst_error(top_hz, |hz| prototype::gain_db(&band, hz));
                assert!(
                    error.abs() <= limit_db,
                    "{quality:?} {sample_rate_hz} {band:?}: {error} dB at {hz} Hz"
                );
            }
        }
    }
}

#[test]
fn the_response_function_is_what_comes_out() {
    for sample_rate_hz in [8000.0, 44_100.0, 384_000.0] {
        for quality in [Quality::Draft, Quality::Good, Quality::Best] {
            let bands = BandType::ALL.iter().enumerate().map(|(index, &kind)| {
                let frequency_hz = 900.0 + 300.0 * index as f32;
                EqBand { kind, frequency_hz, gain_db: 4.0, q: 1.2, ..EqBand::default() }
            });
            // A notch's and a band-pass's floor is no place to compare decibels.
            let bands: Vec<EqBand> =
                bands.filter(|b| !matches!(b.kind, BandType::Notch | BandType::Bandpass)).collect();
            let mut config = config(&bands, quality);
            config.equalizer.preamp_db = -7.0;
            let mut chain = Enhancer::new(sample_rate_hz, 1, 512).unwrap();
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
