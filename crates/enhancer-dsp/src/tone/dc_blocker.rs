//! Keeps what never moves out of the harmonics.

use crate::block::Lanes;
use core::f64::consts::TAU;

/// Corner, Hz: an octave and a half below the lowest bass corner.
const CORNER_HZ: f64 = 10.0;

/// Share of the way that the remembered constant moves each frame.
pub(super) fn blocker_coefficient(sample_rate_hz: f64) -> f64 {
    1.0 - (-TAU * CORNER_HZ / sample_rate_hz).exp()
}

/// First-order high-pass of a channel pair.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DcBlocker(Lanes);

impl DcBlocker {
    #[inline(always)]
    pub(super) fn process(&mut self, mut signal: Lanes, coefficient: f64) -> Lanes {
        for (sample, constant) in signal.iter_mut().zip(&mut self.0) {
            *sample -= *constant;
            *constant += coefficient * *sample;
        }
        signal
    }

    pub(super) fn flush_denormals(&mut self) {
        super::flush(&mut self.0);
    }
}
