//! The compressor distorts steady tones by no more than its detector's ripple explains.

mod rig;

use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::Detector;
use enhancer_measure::compressor::{Rig, intermodulation_db, tone_thd_n_db};
use rig::{chain, compressor};

const RATE: f64 = 48_000.0;

fn rig_of(config: &EnhancerConfig) -> Rig {
    Rig { sample_rate_hz: RATE, latency_frames: chain(RATE, 2, config).latency_frames() }
}

/// THD+N of a sine with 6 dB of reduction.
fn thd_n_db(detector: Detector, frequency_hz: f64, attack_ms: f32, release_ms: f32) -> f64 {
    let config = compressor(detector, |config| {
        config.compressor.attack_ms = attack_ms;
        config.compressor.release_ms = release_ms;
    });
    let peak_db = if detector == Detector::Peak { -12.0 } else { -12.0 + 3.01 };
    tone_thd_n_db(&rig_of(&config), frequency_hz, peak_db, 3.0, &mut |channels| {
        chain(RATE, 2, &config).process(channels);
    })
}

#[test]
fn bass_tones_stay_clean_even_with_a_fast_attack() {
    for frequency_hz in [30.0, 41.0, 73.0, 100.0, 997.0] {
        for attack_ms in [10.0, 0.5] {
            // The peak is held for half a period of 20 Hz, so the gain is constant. Only the rounding of f32
            // remains.
            let peak = thd_n_db(Detector::Peak, frequency_hz, attack_ms, 100.0);
            assert!(peak <= -120.0, "peak, {frequency_hz} Hz, {attack_ms} ms: {peak} dB");
            // 0.182° off quadrature is ±0.014 dB of level and ±0.010 dB of gain at 4:1: sidebands of −64 dB
            // before any smoothing. The poles, and the branching pole's following of the peaks, reduce them
            // by 20 dB or more.
            let rms = thd_n_db(Detector::Rms, frequency_hz, attack_ms, 100.0);
            assert!(rms <= -84.0, "RMS, {frequency_hz} Hz, {attack_ms} ms: {rms} dB");
        }
    }
}

#[test]
fn a_short_release_keeps_tones_within_its_hold_clean() {
    // A release of 30 ms holds 7.5 ms, half a period of 67 Hz.
    assert!(thd_n_db(Detector::Peak, 73.0, 10.0, 30.0) <= -110.0);
    assert!(thd_n_db(Detector::Rms, 73.0, 10.0, 30.0) <= -80.0);
}

#[test]
fn a_bass_tone_does_not_modulate_higher_tones() {
    for (detector, limit) in [(Detector::Peak, -90.0), (Detector::Rms, -70.0)] {
        let config = compressor(detector, |_| {});
        let intermodulation = intermodulation_db(&rig_of(&config), (60.0, 1000.0), -9.0, &mut |channels| {
            chain(RATE, 2, &config).process(channels);
        });
        assert!(intermodulation <= limit, "{detector:?}: {intermodulation} dB");
    }
}
