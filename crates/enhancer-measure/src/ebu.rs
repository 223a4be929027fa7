//! Test signals of EBU Tech 3341 (2023, table 1) and Tech 3342 (2023, table 1) that their description
//! defines: sines and pauses. The authentic programmes (3341: cases 7 and 8; 3342: 5 and 6) are not among
//! them.

use crate::signal::{from_db, sine};
use std::f64::consts::{PI, TAU};

/// Seconds and peak level (dBFS) of a 1 kHz sine in every channel; −∞ is silence.
pub type Tone = (f64, f64);

/// Tones of Tech 3341, cases 1 to 5, 9 and 12.
#[must_use]
pub fn tones_3341(case: u32) -> Vec<Tone> {
    match case {
        1 => vec![(20.0, -23.0)],
        2 => vec![(20.0, -33.0)],
        3 => vec![(10.0, -36.0), (60.0, -23.0), (10.0, -36.0)],
        4 => vec![(10.0, -72.0), (10.0, -36.0), (60.0, -23.0), (10.0, -36.0), (10.0, -72.0)],
        5 => vec![(20.0, -26.0), (20.1, -20.0), (20.0, -26.0)],
        9 => [(1.34, -20.0), (1.66, -30.0)].repeat(5),
        12 => [(0.18, -20.0), (0.22, -30.0)].repeat(25),
        _ => Vec::new(),
    }
}

/// Segment `i` (0 to 19) of Tech 3341, cases 10, 11, 13 and 14: a pause that moves the tone against the
/// meter's grid, the tone, a pause.
#[must_use]
pub fn segment_3341(case: u32, i: u32) -> [Tone; 3] {
    let (i, silence) = (f64::from(i), f64::NEG_INFINITY);
    match case {
        10 => [(0.15 * i, silence), (3.0, -23.0), (1.0, silence)],
        11 => [(0.15 * i, silence), (3.0, -38.0 + i), (3.0 - 0.15 * i, silence)],
        13 => [(0.02 * i, silence), (0.4, -23.0), (1.0, silence)],
        _ => [(0.02 * i, silence), (0.4, -38.0 + i), (0.4 - 0.02 * i, silence)],
    }
}

/// Tones of Tech 3342, cases 1 to 4, with their prescribed range, LU.
#[must_use]
pub fn tones_3342(case: u32) -> (Vec<Tone>, f64) {
    let of = |levels: &[f64]| levels.iter().map(|&level| (20.0, level)).collect();
    match case {
        1 => (of(&[-20.0, -30.0]), 10.0),
        2 => (of(&[-20.0, -15.0]), 5.0),
        3 => (of(&[-40.0, -20.0]), 20.0),
        _ => (of(&[-50.0, -35.0, -20.0, -35.0, -50.0]), 15.0),
    }
}

/// Samples of a sequence of tones in one channel, each tone from phase 0.
#[must_use]
pub fn samples(tones: &[Tone], sample_rate_hz: f64) -> Vec<f32> {
    let frames = |seconds: f64| (seconds * sample_rate_hz).round() as usize;
    tones
        .iter()
        .flat_map(|&(seconds, level)| sine(1000.0, from_db(level), 0.0, sample_rate_hz, frames(seconds)))
        .collect()
}

/// Tech 3341, cases 15 to 19: one channel, with its prescribed true peak, dBTP (+0.2 −0.4 dB).
#[must_use]
pub fn sine_3341(case: u32, sample_rate_hz: f64) -> (Vec<f32>, f64) {
    let (divisor, amplitude, degrees, expected) = match case {
        15 => (4.0, 0.5, 0.0, -6.0),
        16 => (4.0, 0.5, 45.0, -6.0),
        17 => (6.0, 0.5, 60.0, -6.0),
        18 => (8.0, 0.5, 67.5, -6.0),
        _ => (4.0, 1.41, 45.0, 3.0),
    };
    let frames = sample_rate_hz as usize / 2;
    let mut samples = sine(sample_rate_hz / divisor, amplitude, degrees * PI / 180.0, sample_rate_hz, frames);
    taper(&mut samples, (0.01 * sample_rate_hz) as usize);
    (samples, expected)
}

/// Tech 3341, cases 20 to 23: one channel with a prescribed true peak of 0 dBTP (+0.2 −0.4 dB).
///
/// At four times the sample rate: a sine at fs/6 of amplitude 0.5 that contains one period of fs/4 of
/// amplitude 1. Then filtered and decimated, from sample `case - 20` on.
#[must_use]
pub fn transient_3341(case: u32) -> Vec<f32> {
    const PERIODS: usize = 400;
    let period = |length: usize, amplitude: f64| {
        (0..length).map(move |n| (amplitude * (TAU * n as f64 / length as f64).sin()) as f32)
    };
    let quiet = || (0..PERIODS).flat_map(|_| period(24, 0.5));
    let mut fine: Vec<f32> = quiet().chain(period(16, 1.0)).chain(quiet()).collect();
    taper(&mut fine, 1920);
    decimate(&fine, case as usize - 20)
}

/// Every fourth sample from `offset` on, after a linear-phase low-pass: Hann-windowed sinc of 511 taps, −6 dB
/// at 0.475 of the low rate.
fn decimate(fine: &[f32], offset: usize) -> Vec<f32> {
    const SIDE: i64 = 255;
    let cutoff = 0.475 / 4.0;
    let taps: Vec<f64> = (-SIDE..=SIDE)
        .map(|n| {
            let x = n as f64;
            let sinc = if n == 0 { 2.0 * cutoff } else { (TAU * cutoff * x).sin() / (PI * x) };
            sinc * (0.5 + 0.5 * (PI * x / (SIDE + 1) as f64).cos())
        })
        .collect();
    fine.windows(taps.len())
        .skip(offset)
        .step_by(4)
        .map(|window| {
            window.iter().zip(&taps).map(|(&sample, tap)| f64::from(sample) * tap).sum::<f64>() as f32
        })
        .collect()
}

fn taper(samples: &mut [f32], frames: usize) {
    let length = samples.len();
    for n in 0..frames {
        let gain = (0.5 - 0.5 * (PI * n as f64 / frames as f64).cos()) as f32;
        samples[n] *= gain;
        samples[length - 1 - n] *= gain;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::true_peak_16x;
    use crate::signal::to_db;

    #[test]
    fn the_true_peak_signals_have_the_peaks_of_the_table() {
        for case in 15..=19 {
            let (samples, expected) = sine_3341(case, 48_000.0);
            assert!((to_db(true_peak_16x(&samples)) - expected).abs() < 0.05, "case {case}");
        }
        for case in 20..=23 {
            let peak = to_db(true_peak_16x(&transient_3341(case)));
            assert!((-0.4..0.2).contains(&peak), "case {case}: {peak}");
        }
    }
}
