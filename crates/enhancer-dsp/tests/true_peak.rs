//! The true-peak meter agrees with an independent meter of 16 points per sample.

use enhancer_dsp::meter::TruePeakMeter;
use enhancer_measure::ebu;
use enhancer_measure::limiter::cases;
use enhancer_measure::meter::true_peak_16x;
use enhancer_measure::signal::{sine, to_db};

fn peak_db(samples: &[f32], block: usize) -> f64 {
    let mut meter = TruePeakMeter::new(2);
    for block in samples.chunks(block) {
        meter.push(&[&vec![0.0; block.len()], block]);
    }
    meter.finish();
    assert_eq!(meter.peaks().next(), Some(0.0), "a silent channel");
    to_db(meter.peak())
}

/// A tone under a raised-cosine swell, so that its top lies at one position between two samples.
fn swell(turn: f64, phase: f64) -> Vec<f32> {
    let mut tone = sine(turn, 1.0, phase, 1.0, 8000);
    for (n, sample) in tone.iter_mut().enumerate() {
        *sample *= (0.5 - 0.5 * (n as f64 / 8000.0 * std::f64::consts::TAU).cos()) as f32;
    }
    tone
}

#[test]
fn tones_read_their_true_peak_at_any_position_of_their_samples() {
    for turn in [0.001, 0.02, 0.1, 1.0 / 6.0, 0.25, 1.0 / 3.0, 0.4, 0.44, 0.459] {
        for phase in 0..12 {
            let level = peak_db(&swell(turn, f64::from(phase) * 0.26), 512);
            assert!((-0.09..0.05).contains(&level), "{turn} fs, phase {phase}: {level} dB");
        }
    }
}

#[test]
fn it_agrees_with_16_points_a_sample() {
    for case in cases(48_000.0) {
        let (ours, theirs) = (peak_db(&case.channels[0], 777), to_db(true_peak_16x(&case.channels[0])));
        assert!((ours - theirs).abs() < 0.25, "{}: {ours} and {theirs} dB", case.name);
    }
}

#[test]
fn ebu_tech_3341_cases_15_to_23() {
    for rate in [44_100.0, 48_000.0, 96_000.0] {
        for case in 15..=19 {
            let (channel, expected) = ebu::sine_3341(case, rate);
            let error = peak_db(&channel, 512) - expected;
            assert!((-0.4..=0.2).contains(&error), "case {case} at {rate} Hz: {error:+.3} dB off");
        }
    }
    for case in 20..=23 {
        let error = peak_db(&ebu::transient_3341(case), 512);
        assert!((-0.4..=0.2).contains(&error), "case {case}: {error:+.3} dB off");
    }
}

#[test]
fn cuts_change_nothing_and_peaks_at_the_end_count() {
    let noise = &cases(48_000.0).pop().unwrap().channels[0][..20_000];
    assert_eq!(peak_db(noise, 1), peak_db(noise, 20_000));
    assert_eq!(peak_db(noise, 61), peak_db(noise, 64));
    // Two equal samples at the very end: the peak between them is 4/π of them.
    let mut end = vec![0.0f32; 100];
    end[98..].fill(0.5);
    assert!((peak_db(&end, 7) - to_db(0.5 * 4.0 / std::f64::consts::PI)).abs() < 0.05);
}

#[test]
fn reset_clears_the_peak() {
    let mut meter = TruePeakMeter::new(1);
    meter.push(&[&[1.0, 1.0]]);
    meter.reset();
    meter.push(&[&[0.25]]);
    meter.finish();
    assert!((meter.peak() - 0.25).abs() < 1e-3);
}
