//! Response of a stereo effect to left, right, mid and side, as complex gains of steady tones.

use crate::Process;
use crate::signal::sine;
use crate::tone::fit_sine;

/// Gain and phase of one output channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gain {
    /// Output amplitude over input amplitude.
    pub amplitude: f64,
    /// Output phase minus input phase, radians.
    pub phase: f64,
}

/// Settled response of left and right to a sine of the given amplitudes in left and right, relative to
/// amplitude 1, without the latency.
pub fn response(
    sample_rate_hz: f64,
    latency_frames: usize,
    frequency_hz: f64,
    amplitudes: [f64; 2],
    process: &mut Process,
) -> [Gain; 2] {
    // 0.3 s to settle, then 50 periods or 0.1 s, the longer of both.
    let settle = (0.3 * sample_rate_hz) as usize;
    let frames = settle + latency_frames + ((50.0 / frequency_hz).max(0.1) * sample_rate_hz) as usize;
    let mut channels = amplitudes.map(|amplitude| sine(frequency_hz, amplitude, 0.0, sample_rate_hz, frames));
    let [left, right] = &mut channels;
    process(&mut [left, right]);
    let start = settle + latency_frames;
    let turn = std::f64::consts::TAU * frequency_hz / sample_rate_hz * settle as f64;
    channels.map(|channel| {
        let (amplitude, phase) = fit_sine(&channel[start..], frequency_hz, sample_rate_hz);
        Gain { amplitude, phase: wrap(phase - turn) }
    })
}

/// The angle in −π…π.
fn wrap(angle: f64) -> f64 {
    angle - std::f64::consts::TAU * (angle / std::f64::consts::TAU).round()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_matrix_and_delay_are_read() {
        let (rate, hz) = (48_000.0, 500.0);
        let [left, right] = response(rate, 5, hz, [1.0, 0.25], &mut |channels| {
            for n in (0..channels[0].len()).rev() {
                let at = |channel: &[f32], back: usize| n.checked_sub(back).map_or(0.0, |n| channel[n]);
                let (l, r) = (at(channels[0], 5), at(channels[1], 29));
                channels[0][n] = l + r;
                channels[1][n] = 2.0 * r;
            }
        });
        // The right channel is 24 frames, a quarter period, later than the latency of 5.
        assert!((left.amplitude - 1f64.hypot(0.25)).abs() < 1e-5);
        assert!((left.phase + 0.25f64.atan()).abs() < 1e-5);
        assert!((right.amplitude - 0.5).abs() < 1e-5);
        assert!((right.phase + std::f64::consts::FRAC_PI_2).abs() < 1e-5, "{right:?}");
    }
}
