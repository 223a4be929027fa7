//! Kernel and times of each quality.

use crate::oversample::interpolator::Interpolator;
use crate::quality::Quality;
use crate::units::ms_to_frames;

/// Longest kernel, taps per side.
pub(super) const MAX_SIDE: usize = 48;

/// Shortest average. A gain that moves within the kernel's reach raises peaks between the samples: at 8 kHz
/// an average of 12 frames leaves 0.12 dB on drums in `best`.
const LEAST_AVERAGE_FRAMES: usize = 24;

/// Time that the gain stays down after a lone peak before its release.
const HOLD_MS: f64 = 1.5;

/// Length of each of the two windows that detect a steady tone: a little over half a period of 20 Hz.
const STEADY_MS: f64 = 25.5;

/// Lengths in frames for a quality and a sample rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tuning {
    /// Index of the detector in [`Tuning::interpolators`]; `None` for sample peaks.
    pub interpolator: Option<usize>,
    /// Taps per side of the detector.
    pub side: usize,
    /// Length of each of the two averages that smooth the gain.
    pub average: usize,
    /// The short window, whose maximum bounds the gain at once.
    pub window: usize,
    /// The long window, one of two that detect a steady tone.
    pub steady: usize,
    /// Delay of the audio.
    pub latency: usize,
}

impl Tuning {
    pub(super) fn new(sample_rate_hz: f64, quality: Quality) -> Self {
        let (interpolator, side, average_ms) = match quality {
            Quality::Draft => (None, 0, 0.5),
            Quality::Good => (Some(0), 24, 1.0),
            Quality::Best => (Some(1), MAX_SIDE, 1.5),
        };
        let frames = |ms| (ms_to_frames(ms, sample_rate_hz).round() as usize).max(1);
        let average = frames(average_ms).max(LEAST_AVERAGE_FRAMES);
        // The result of two averages of n frames depends on the gains of the last 2 n − 1 frames.
        let lookahead = 2 * average - 2;
        Self {
            interpolator,
            side,
            average,
            window: lookahead + 1 + frames(HOLD_MS),
            steady: frames(STEADY_MS),
            latency: side + lookahead,
        }
    }

    /// The interpolators of `good` and `best`. A lower β of Kaiser's window reaches closer to the top of the
    /// band but adds ripple. With β = 4, 24 taps per side read tones to 0.46 fs within +0.06 and −0.05 dB, 48
    /// taps to 0.48 fs within +0.05 and −0.06 dB.
    pub(super) fn interpolators() -> [Interpolator; 2] {
        [Interpolator::new(24, 4.0, 4), Interpolator::new(MAX_SIDE, 4.0, 8)]
    }
}
