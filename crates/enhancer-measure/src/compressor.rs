//! Procedures that measure a compressor from outside: static curve, attack and release, distortion on tones.
//!
//! Each takes `process`, which compresses planar channels in place and starts fresh at each measurement, and
//! `latency_frames`, by which its output lags. Levels are those of a stereo sine, the same in both channels unless said
//! otherwise; times count from the step to 63 % (1 − 1/e) of the gain's change in dB.

use crate::signal::{from_db, sine, to_db};
use crate::tone::{fit_sine, thd_n_db};
use std::f64::consts::TAU;

/// Something under test: planar channels in place.
pub type Process<'a> = &'a mut dyn FnMut(&mut [&mut [f32]]);

/// Runs `input` through both channels and gives back the left output, aligned to the input.
pub fn run(process: Process<'_>, latency_frames: usize, input: &[f32]) -> Vec<f32> {
    let mut left = input.to_vec();
    left.resize(input.len() + latency_frames, 0.0);
    let mut right = left.clone();
    process(&mut [&mut left, &mut right]);
    left.split_off(latency_frames)
}

/// Settled gain in dB for a sine of peak `level_db`, measured over the last fifth of `seconds`.
pub fn static_gain_db(
    process: Process<'_>,
    latency_frames: usize,
    sample_rate_hz: f64,
    frequency_hz: f64,
    level_db: f64,
    seconds: f64,
) -> f64 {
    let frames = (seconds * sample_rate_hz) as usize;
    let input = sine(frequency_hz, from_db(level_db), 0.0, sample_rate_hz, frames);
    let output = run(process, latency_frames, &input);
    let (amplitude, _) = fit_sine(&output[frames * 4 / 5..], frequency_hz, sample_rate_hz);
    to_db(amplitude) - level_db
}

/// THD+N in dB of the settled output for a sine of peak `level_db`, over the last second of `seconds`.
pub fn distortion_db(
    process: Process<'_>,
    latency_frames: usize,
    sample_rate_hz: f64,
    frequency_hz: f64,
    level_db: f64,
    seconds: f64,
) -> f64 {
    let frames = (seconds * sample_rate_hz) as usize;
    let input = sine(frequency_hz, from_db(level_db), 0.0, sample_rate_hz, frames);
    let output = run(process, latency_frames, &input);
    thd_n_db(&output[frames - sample_rate_hz as usize..], frequency_hz, sample_rate_hz)
}

/// Intermodulation: a high tone beside a low one 12 dB louder. The RMS of what is not the two tones over that of the
/// high tone, dB, within `band_hz` either side of the high tone (the low tone modulating the high one's gain).
pub fn intermodulation_db(
    process: Process<'_>,
    latency_frames: usize,
    sample_rate_hz: f64,
    (low_hz, high_hz): (f64, f64),
    low_level_db: f64,
) -> f64 {
    let second = sample_rate_hz as usize;
    let low = sine(low_hz, from_db(low_level_db), 0.0, sample_rate_hz, 4 * second);
    let high = sine(high_hz, from_db(low_level_db - 12.0), 0.0, sample_rate_hz, 4 * second);
    let input: Vec<f32> = low.iter().zip(&high).map(|(l, h)| l + h).collect();
    let output = run(process, latency_frames, &input);
    let last = &output[3 * second..];
    let (carrier, _) = fit_sine(last, high_hz, sample_rate_hz);
    let side = |hz: f64| fit_sine(last, hz, sample_rate_hz).0.powi(2);
    let power: f64 =
        (1..=4).map(|n| f64::from(n) * low_hz).map(|d| side(high_hz - d) + side(high_hz + d)).sum();
    to_db(power.sqrt() / carrier)
}

/// Attack and release as measured, ms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepTimes {
    /// From the step up to 63 % of the fall in gain, mean over the phases.
    pub attack_ms: f64,
    /// From the step down to 63 % of the rise in gain, mean over the phases.
    pub release_ms: f64,
}

/// How long each part of the step test lasts, and how high the step is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Frequency of the sine, Hz.
    pub frequency_hz: f64,
    /// Peak level before and after, dBFS.
    pub low_db: f64,
    /// Peak level between, dBFS.
    pub high_db: f64,
    /// Length of each of the three parts, ms: long enough to settle.
    pub part_ms: f64,
}

/// Attack and release on a sine that jumps up and down again, averaged over the sine's phase at the jumps
/// (eight of them; `process` must start fresh each time).
pub fn step_times(
    process: Process<'_>,
    latency_frames: usize,
    sample_rate_hz: f64,
    step: &Step,
) -> StepTimes {
    const PHASES: usize = 8;
    let mut sum = StepTimes { attack_ms: 0.0, release_ms: 0.0 };
    for phase in 0..PHASES {
        let times =
            step_times_at(process, latency_frames, sample_rate_hz, step, phase as f64 / PHASES as f64);
        sum.attack_ms += times.attack_ms / PHASES as f64;
        sum.release_ms += times.release_ms / PHASES as f64;
    }
    sum
}

fn step_times_at(
    process: Process<'_>,
    latency_frames: usize,
    sample_rate_hz: f64,
    step: &Step,
    phase: f64,
) -> StepTimes {
    let part = (step.part_ms * 1e-3 * sample_rate_hz) as usize;
    let tone = sine(step.frequency_hz, 1.0, TAU * phase, sample_rate_hz, 3 * part);
    let level = |frame: usize| if frame / part == 1 { from_db(step.high_db) } else { from_db(step.low_db) };
    let input: Vec<f32> = tone.iter().enumerate().map(|(n, s)| s * level(n) as f32).collect();
    let output = run(process, latency_frames, &input);
    // The gain is read where the sine is near its peaks: elsewhere it is a ratio of small numbers.
    let gains: Vec<(f64, f64)> = (0..3 * part)
        .filter(|&n| tone[n].abs() > 0.5)
        .map(|n| (n as f64, to_db(f64::from(output[n]) / f64::from(input[n]))))
        .collect();
    let ms = 1e3 / sample_rate_hz;
    StepTimes {
        attack_ms: ms * time_to_63_percent(&gains, part, 2 * part),
        release_ms: ms * time_to_63_percent(&gains, 2 * part, 3 * part),
    }
}

/// Frames from `start` to 63 % of the way from the last gain before `start` to the last before `end`; infinite if never.
fn time_to_63_percent(gains: &[(f64, f64)], start: usize, end: usize) -> f64 {
    let last_before = |limit: usize| gains.iter().rev().find(|(n, _)| *n < limit as f64).map_or(0.0, |g| g.1);
    let (from, to) = (last_before(start), last_before(end));
    let progress = |gain: f64| (gain - from) / (to - from);
    let goal = 1.0 - (-1f64).exp();
    let mut previous = (start as f64, 0.0);
    for &(n, gain) in gains.iter().filter(|(n, _)| *n >= start as f64 && *n < end as f64) {
        let p = progress(gain);
        if p >= goal {
            let share = (goal - previous.1) / (p - previous.1);
            return previous.0 + share * (n - previous.0) - start as f64;
        }
        previous = (n, p);
    }
    f64::INFINITY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_exponential_gain_is_timed_right() {
        // A "compressor" that knows where the steps are: 15 dB with 10 ms down, 100 ms up.
        let rate = 48_000.0;
        let step = Step { frequency_hz: 2000.0, low_db: -26.0, high_db: -6.0, part_ms: 800.0 };
        let part = (0.8 * rate) as usize;
        let mut process = |channels: &mut [&mut [f32]]| {
            let mut reduction = 0f64;
            for n in 0..channels[0].len() {
                let (target, ms) = if n / part == 1 { (15.0, 10.0) } else { (0.0, 100.0) };
                reduction += (1.0 - f64::exp(-1e3 / (ms * rate))) * (target - reduction);
                for channel in channels.iter_mut() {
                    channel[n] *= from_db(-reduction) as f32;
                }
            }
        };
        let times = step_times(&mut process, 0, rate, &step);
        assert!((times.attack_ms - 10.0).abs() < 0.05, "{times:?}");
        assert!((times.release_ms - 100.0).abs() < 0.1, "{times:?}");
    }

    #[test]
    fn a_known_modulation_reads_its_depth() {
        let rate = 48_000.0;
        let mut process = |channels: &mut [&mut [f32]]| {
            for channel in channels {
                for (n, sample) in channel.iter_mut().enumerate() {
                    *sample *= 1.0 + 0.01 * (TAU * 60.0 / rate * n as f64).sin() as f32;
                }
            }
        };
        // One sideband on either side at m/2 of the carrier: m/√2 together. The low tone's own products lie elsewhere.
        let read = intermodulation_db(&mut process, 0, rate, (60.0, 1000.0), -6.0);
        assert!((read - to_db(0.01 / 2f64.sqrt())).abs() < 0.05, "{read}");
    }
}
