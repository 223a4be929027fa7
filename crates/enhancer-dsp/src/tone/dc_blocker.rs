//! Keeps what never moves out of the harmonics.

use crate::block::Lanes;
use crate::simd::Vector;
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
    /// Takes it into a register.
    #[inline(always)]
    pub(super) fn start<V: Vector<Element = f64, Array = Lanes>>(&self, coefficient: f64) -> Running<V> {
        let (coefficient, keep) = (V::splat(coefficient), V::splat(1.0 - coefficient));
        Running { constant: V::load(&self.0), coefficient, keep }
    }

    /// Keeps the state that it came to.
    #[inline(always)]
    pub(super) fn finish<V: Vector<Element = f64, Array = Lanes>>(&mut self, running: &Running<V>) {
        running.constant.store(&mut self.0);
    }

    pub(super) fn flush_denormals(&mut self) {
        crate::denormals::flush(&mut self.0);
    }
}

/// A high-pass in registers.
pub(super) struct Running<V> {
    constant: V,
    coefficient: V,
    /// What is left of the constant after a frame.
    keep: V,
}

impl<V: Vector<Element = f64>> Running<V> {
    #[inline(always)]
    pub(super) fn step(&mut self, signal: V) -> V {
        let moving = signal - self.constant;
        self.constant = self.keep * self.constant + self.coefficient * signal;
        moving
    }
}
