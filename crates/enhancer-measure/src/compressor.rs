//! A compressor's quality, measured from outside: static curve, attack and release, distortion of tones.
//!
//! Each procedure takes a [`Rig`] and `process`, which compresses planar channels in place and starts at rest
//! at each call. Signals are stereo sines, equal in both channels. Times count from the step to 63 % (1 −
//! 1/e) of the gain's change in dB.

use crate::Process;
use crate::signal::{from_db, sine, to_db};
use crate::tone::{fit_sine, thd_n_db};
use std::f64::consts::TAU;

/// Sample rate and latency of the compressor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rig {
    /// Sample rate of input and output, Hz.
    pub sample_rate_hz: f64,
    /// Frames by which the output lags the input.
    pub latency_frames: usize,
}

impl Rig {
    /// Processes `input` in both channels and returns the left output, aligned to the input.
    pub fn run(&self, input: &[f32], process: &mut Process) -> Vec<f32> {
        let mut left = input.to_vec();
        left.resize(input.len() + self.latency_frames, 0.0);
        let mut right = left.clone();
        process(&mut [&mut left, &mut right]);
        left.split_off(self.latency_frames)
    }

    fn sine(&self, frequency_hz: f64, level_db: f64, seconds: f64) -> Vec<f32> {
        let frames = (seconds * self.sample_rate_hz) as usize;
        sine(frequency_hz, from_db(level_db), 0.0, self.sample_rate_hz, frames)
    }
}

/// Settled gain in dB for a sine of peak `level_db`, measured over the last fifth of `seconds`.
pub fn static_gain_db(
    rig: &Rig,
    frequency_hz: f64,
    level_db: f64,
    seconds: f64,
    process: &mut Process,
) -> f64 {
    let output = rig.run(&rig.sine(frequency_hz, level_db, seconds), process);
    let (amplitude, _) = fit_sine(&output[output.len() * 4 / 5..], frequency_hz, rig.sample_rate_hz);
    to_db(amplitude) - level_db
}

/// THD+N in dB of the settled output for a sine of peak `level_db`, over the last of `seconds` (two at
/// least).
pub fn tone_thd_n_db(
    rig: &Rig,
    frequency_hz: f64,
    level_db: f64,
    seconds: f64,
    process: &mut Process,
) -> f64 {
    let output = rig.run(&rig.sine(frequency_hz, level_db, seconds), process);
    thd_n_db(&output[output.len() - rig.sample_rate_hz as usize..], frequency_hz, rig.sample_rate_hz)
}

/// Intermodulation of a low tone of peak `low_level_db` with a high tone 12 dB softer: RMS of the first four
/// pairs of sidebands over that of the high tone, dB.
pub fn intermodulation_db(
    rig: &Rig,
    (low_hz, high_hz): (f64, f64),
    low_level_db: f64,
    process: &mut Process,
) -> f64 {
    let low = rig.sine(low_hz, low_level_db, 4.0);
    let high = rig.sine(high_hz, low_level_db - 12.0, 4.0);
    let input: Vec<f32> = low.iter().zip(&high).map(|(l, h)| l + h).collect();
    let output = rig.run(&input, process);
    let last = &output[output.len() * 3 / 4..];
    let amplitude = |hz: f64| fit_sine(last, hz, rig.sample_rate_hz).0;
    let sidebands = (1..=4).map(|n| f64::from(n) * low_hz);
    let power: f64 = sidebands.map(|d| amplitude(high_hz - d).powi(2) + amplitude(high_hz + d).powi(2)).sum();
    to_db(power.sqrt() / amplitude(high_hz))
}

/// Measured attack and release, ms; infinite if the gain never gets there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepTimes {
    /// From the step up to 63 % of the fall in gain, mean over the phases.
    pub attack_ms: f64,
    /// From the step down to 63 % of the rise in gain, mean over the phases.
    pub release_ms: f64,
}

/// Length and height of the step test.
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

/// Attack and release on a sine that jumps up and down again: the mean over eight phases of the sine at the
/// jumps.
pub fn step_times(rig: &Rig, step: &Step, process: &mut Process) -> StepTimes {
    const PHASES: usize = 8;
    let mut sum = StepTimes { attack_ms: 0.0, release_ms: 0.0 };
    for phase in 0..PHASES {
        let times = step_times_at(rig, step, phase as f64 / PHASES as f64, process);
        sum.attack_ms += times.attack_ms / PHASES as f64;
        sum.release_ms += times.release_ms / PHASES as f64;
    }
    sum
}

fn step_times_at(rig: &Rig, step: &Step, phase: f64, process: &mut Process) -> StepTimes {
    let sample_rate_hz = rig.sample_rate_hz;
    let part = (step.part_ms * 1e-3 * sample_rate_hz) as usize;
    let tone = sine(step.frequency_hz, 1.0, TAU * phase, sample_rate_hz, 3 * part);
    let level = |frame: usize| if frame / part == 1 { from_db(step.high_db) } else { from_db(step.low_db) };
    let input: Vec<f32> = tone.iter().enumerate().map(|(n, s)| s * level(n) as f32).collect();
    let output = rig.run(&input, process);
    // Only samples near the sine's peaks give a gain: elsewhere it would be a ratio of small numbers.
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

/// Frames from `start` to 63 % of the way from the last gain before `start` to the last gain before `end`;
/// infinite if the gain never gets there.
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
        // A "compressor" with the step times built in: 15 dB, 10 ms down, 100 ms up.
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
        let times = step_times(&Rig { sample_rate_hz: rate, latency_frames: 0 }, &step, &mut process);
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
        // A sideband of m/2 of the carrier on either side: m/√2 together. The low tone's own products lie
        // elsewhere.
        let rig = Rig { sample_rate_hz: rate, latency_frames: 0 };
        let read = intermodulation_db(&rig, (60.0, 1000.0), -6.0, &mut process);
        assert!((read - to_db(0.01 / 2f64.sqrt())).abs() < 0.05, "{read}");
    }
}
