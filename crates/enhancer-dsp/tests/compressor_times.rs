//! Attack and release are the times to 63 % of the gain's change in dB.

mod rig;

use enhancer_dsp::config::Detector;
use enhancer_measure::compressor::{Rig, Step, StepTimes, step_times};
use rig::{chain, compressor};

const RATE: f64 = 48_000.0;

fn measure(detector: Detector, attack_ms: f32, release_ms: f32, high_db: f64) -> StepTimes {
    let config = compressor(detector, |config| {
        config.compressor.attack_ms = attack_ms;
        config.compressor.release_ms = release_ms;
    });
    let latency_frames = chain(RATE, 2, &config).latency_frames();
    let part_ms = 50.0 + 8.0 * f64::from(attack_ms.max(release_ms));
    let step = Step { frequency_hz: 2000.0, low_db: -26.0, high_db, part_ms };
    step_times(&Rig { sample_rate_hz: RATE, latency_frames }, &step, &mut |channels| {
        chain(RATE, 2, &config).process(channels);
    })
}

fn assert_near(name: &str, measured: f64, set: f32, late_ms: f64) {
    let set = f64::from(set);
    assert!(measured > 0.97 * set && measured < 1.03 * set + late_ms, "{name}: {measured} ms for {set} ms");
}

/// The peaks of 2 kHz lie 0.25 ms apart, so a step is detected up to that much later, 0.02 ms on average.
const PEAK_LATE_MS: f64 = 0.02;

#[test]
fn attack_and_release_take_the_set_time() {
    let set =
        [(1.0, 50.0), (2.0, 20.0), (3.0, 30.0), (5.0, 50.0), (10.0, 100.0), (50.0, 400.0), (250.0, 60.0)];
    for (attack_ms, release_ms) in set {
        for (detector, late_ms) in [(Detector::Peak, PEAK_LATE_MS), (Detector::Rms, 0.0)] {
            let times = measure(detector, attack_ms, release_ms, -6.0);
            assert_near(&format!("{detector:?} attack"), times.attack_ms, attack_ms, late_ms);
            assert_near(&format!("{detector:?} release"), times.release_ms, release_ms, 0.0);
        }
    }
}

/// The level of 2 kHz appears with its first peak, up to a quarter of a period after the step. A step that
/// only just passes the threshold is detected at the peak: 0.05 ms late on average over the phases.
const UNKNOWN_MS: f64 = 0.05;

#[test]
fn the_fastest_attacks_are_late_by_less_than_a_peak_of_the_wave_takes() {
    for (attack_ms, high_db) in [(0.5, -6.0), (0.5, 0.0), (1.0, -14.0), (2.0, -14.0)] {
        for detector in [Detector::Peak, Detector::Rms] {
            let times = measure(detector, attack_ms, 20.0, high_db);
            let name = format!("{detector:?} attack to {high_db} dBFS");
            assert_near(&name, times.attack_ms, attack_ms, UNKNOWN_MS + 0.05 * f64::from(attack_ms));
        }
    }
}

#[test]
fn a_small_step_takes_as_long_as_a_large_one() {
    for (detector, late_ms) in [(Detector::Peak, PEAK_LATE_MS), (Detector::Rms, 0.0)] {
        for high_db in [-14.0, 0.0] {
            let times = measure(detector, 10.0, 120.0, high_db);
            assert_near("attack", times.attack_ms, 10.0, late_ms);
            assert_near("release", times.release_ms, 120.0, 0.0);
        }
    }
}
