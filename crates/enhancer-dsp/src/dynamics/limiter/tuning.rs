//! What each quality spends: the detector's kernel and the time to come down.

use crate::oversample::interpolator::Interpolator;
use crate::quality::Quality;
use crate::units::ms_to_frames;

/// Longest kernel, taps a side.
pub(super) const MAX_SIDE: usize = 48;

/// At low rates the gain takes this many frames all the same: a gain that moves within the kernel's reach lifts peaks
/// between the samples (12 frames at 8 kHz leave 0.12 dB on drums in `best`).
const LEAST_AVERAGE_FRAMES: usize = 24;

/// How long the gain stays down after a lone peak before it is released.
const HOLD_MS: f64 = 1.5;

/// Each of two such stretches is compared to know a steady tone: half a period of 20 Hz and a little.
const STEADY_MS: f64 = 25.5;

/// Lengths in frames that follow from the quality and the sample rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tuning {
    /// Which of [`Tuning::interpolators`] detects; none reads samples.
    pub interpolator: Option<usize>,
    /// Taps a side of the detector.
    pub side: usize,
    /// Length of each of the two averages that smooth the gain.
    pub average: usize,
    /// The short window: what the gain must respect at once.
    pub window: usize,
    /// The long window, half of what tells a steady tone.
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
        // Two averages of n frames end 2 n − 2 frames after the first gain they contain.
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

    /// The interpolators of `good` and `best`. Kaiser's β trades the reach to the top of the band for ripple: with β = 4,
    /// 24 taps a side read tones to 0.46 fs within +0.06/−0.05 dB, 48 taps to 0.48 fs within +0.05/−0.06 dB.
    pub(super) fn interpolators() -> [Interpolator; 2] {
        [Interpolator::new(24, 4.0, 4), Interpolator::new(MAX_SIDE, 4.0, 8)]
    }
}
