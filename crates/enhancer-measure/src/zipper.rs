//! Zipper noise of a jumping control: energy above 5 kHz while a 1 kHz sine plays.

use crate::signal::{from_db, sine, to_db};
use crate::tone::rms;
use std::f64::consts::PI;

/// Frequency of the sine, Hz.
const TONE_HZ: f64 = 1000.0;
/// Peak of the sine, dBFS, with room for 12 dB more.
const TONE_DBFS: f64 = -18.0;
/// Lower edge of the measured band, Hz.
const SPLASH_ABOVE_HZ: f64 = 5000.0;

/// Frames between calls of the closure.
const BLOCK_FRAMES: usize = 48;
/// Measured time after the jump, s.
const AFTER_SECONDS: f64 = 0.3;
/// Number of phases of the sine at the jump.
const PHASES: usize = 8;

/// Effect of a jump.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Splash {
    /// RMS above 5 kHz in the worst 10 ms after the jump, over the RMS of the sine before it, dB.
    pub splash_dbc: f64,
    /// Change of the sine's level after the jump, dB. A control without effect shows 0.
    pub moved_db: f64,
}

/// Measures a control's jump under a sine, at eight phases of the sine, and returns the worst.
///
/// `start` returns an effect at rest. The effect receives `false` before the jump and `true` after it, and
/// planar stereo in blocks of 48 frames; it moves the control at the first `true`, 0.5 s after the start.
/// `right_gain` scales the sine of the right channel (−1 for anti-phase).
pub fn splash<E>(sample_rate_hz: f64, right_gain: f32, mut start: impl FnMut() -> E) -> Splash
where
    E: FnMut(bool, &mut [&mut [f32]]),
{
    let jump = (0.5 * sample_rate_hz) as usize / BLOCK_FRAMES * BLOCK_FRAMES;
    let frames = jump + (AFTER_SECONDS * sample_rate_hz) as usize;
    let mut one = |phase: usize| {
        let phase = 2.0 * PI * phase as f64 / PHASES as f64;
        let mut left = sine(TONE_HZ, from_db(TONE_DBFS), phase, sample_rate_hz, frames);
        let mut right: Vec<f32> = left.iter().map(|sample| sample * right_gain).collect();
        let mut effect = start();
        let blocks = left.chunks_mut(BLOCK_FRAMES).zip(right.chunks_mut(BLOCK_FRAMES));
        for (block, (left, right)) in blocks.enumerate() {
            effect(block * BLOCK_FRAMES >= jump, &mut [left, right]);
        }
        splash_of(&left, jump, sample_rate_hz)
    };
    let worst = |a: Splash, b: Splash| if b.splash_dbc > a.splash_dbc { b } else { a };
    let first = one(0);
    (1..PHASES).map(one).fold(first, worst)
}

/// Effect of a jump at frame `jump` of a 1 kHz sine.
fn splash_of(samples: &[f32], jump: usize, sample_rate_hz: f64) -> Splash {
    let window = (0.01 * sample_rate_hz) as usize;
    let taps = high_pass(sample_rate_hz);
    let settled = samples.get(jump / 2..jump).unwrap_or_default();
    // The kernel reaches both ways: an event at the jump appears from half a kernel before it.
    let reached = samples.get(jump - taps.len()..).unwrap_or_default();
    let filtered = reached.windows(taps.len());
    let filtered =
        filtered.map(|window| window.iter().zip(&taps).map(|(&x, tap)| f64::from(x) * tap).sum::<f64>());
    let squares: Vec<f64> = filtered.map(|high| high * high).collect();
    let loudest = squares.windows(window).step_by(window / 10).map(|window| window.iter().sum::<f64>());
    let power = loudest.fold(0.0, f64::max) / window as f64;
    let last = samples.get(samples.len() - 10 * window..).unwrap_or_default();
    Splash {
        splash_dbc: 10.0 * (power / rms(settled).powi(2)).log10(),
        moved_db: to_db(rms(last) / rms(settled)),
    }
}

/// A linear-phase high-pass from 5 kHz: Kaiser-windowed sinc, β = 16 (−155 dB below 3.6 kHz at 48 kHz).
fn high_pass(sample_rate_hz: f64) -> Vec<f64> {
    let half = (200.0 * sample_rate_hz / 48_000.0).ceil() as isize;
    // The corner lies half the transition below 5 kHz, so that 5 kHz itself passes unattenuated.
    let corner = (SPLASH_ABOVE_HZ - 700.0) / sample_rate_hz;
    let tap = |n: isize| {
        let x = n as f64;
        let low = if n == 0 { 2.0 * corner } else { (2.0 * PI * corner * x).sin() / (PI * x) };
        let pass = if n == 0 { 1.0 } else { 0.0 };
        (pass - low) * crate::meter::kaiser(x / (half + 1) as f64, 16.0)
    };
    (-half..=half).map(tap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 48_000.0;

    /// A gain that moves from 1 to 1/4 along `shape` (0 to 1) in `frames`.
    fn gain(frames: usize, shape: impl Fn(f64) -> f64 + Copy) -> Splash {
        splash(RATE, 1.0, || {
            let mut since = 0;
            move |jumped, channels: &mut [&mut [f32]]| {
                for frame in 0..channels[0].len() {
                    since += usize::from(jumped);
                    let way = if frames == 0 {
                        f64::from(u8::from(jumped))
                    } else {
                        (since as f64 / frames as f64).min(1.0)
                    };
                    let gain = 1.0 + (from_db(-12.0) - 1.0) * shape(way);
                    for channel in channels.iter_mut() {
                        channel[frame] = (f64::from(channel[frame]) * gain) as f32;
                    }
                }
            }
        })
    }

    #[test]
    fn jumps_and_ramps_read_their_theoretical_levels() {
        // A step of a in a sine of amplitude 1 has the spectrum a/ω. Its energy above ω0 is a²/(2π ω0)
        // (one-sided), here in 10 ms over the sine's 1/2.
        let Splash { splash_dbc: jump, moved_db } = gain(0, |way| way);
        assert!((moved_db + 12.0).abs() < 0.01);
        let step = 1.0 - from_db(-12.0);
        let energy = step * step / (PI * 2.0 * PI * SPLASH_ABOVE_HZ);
        let expected = 10.0 * (energy / 0.01 / 0.5).log10();
        assert!((jump - expected).abs() < 1.5, "an instant jump reads {jump}, in theory {expected}");
        let linear = gain(960, |way| way).splash_dbc;
        assert!((-92.0..-84.0).contains(&linear), "a linear ramp of 20 ms reads {linear}");
        let smooth = gain(960, |way| way.powi(3) * (10.0 - 15.0 * way + 6.0 * way * way)).splash_dbc;
        assert!(smooth < -110.0, "a minimum-jerk ramp of 20 ms reads {smooth}");
    }

    #[test]
    fn an_unchanged_sine_reads_the_rounding_of_its_samples() {
        let still = splash(RATE, 1.0, || |_: bool, _: &mut [&mut [f32]]| {});
        assert!(still.splash_dbc < -140.0 && still.moved_db.abs() < 1e-3, "{still:?}");
    }
}
