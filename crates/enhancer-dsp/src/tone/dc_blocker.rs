//! A first-order high-pass at 10 Hz that keeps constants out of the harmonics.

use crate::block::Lanes;
use crate::simd::Vector;
use core::f64::consts::TAU;

/// Corner, Hz: an octave and a half below the lowest bass corner.
const CORNER_HZ: f64 = 10.0;

/// Share of the distance to the input that the stored constant moves per frame.
pub(super) fn blocker_coefficient(sample_rate_hz: f64) -> f64 {
    1.0 - (-TAU * CORNER_HZ / sample_rate_hz).exp()
}

/// State of a channel pair: the constant.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DcBlocker(Lanes);

impl DcBlocker {
    /// Loads the state into a register.
    #[inline(always)]
    pub(super) fn load<V: Vector<Element = f64, Array = Lanes>>(
        &self,
        coefficient: f64,
    ) -> DcBlockerRegisters<V> {
        let (coefficient, keep) = (V::splat(coefficient), V::splat(1.0 - coefficient));
        DcBlockerRegisters { constant: V::load(&self.0), coefficient, keep }
    }

    /// Stores the state from registers.
    #[inline(always)]
    pub(super) fn store<V: Vector<Element = f64, Array = Lanes>>(
        &mut self,
        registers: &DcBlockerRegisters<V>,
    ) {
        registers.constant.store(&mut self.0);
    }

    pub(super) fn flush_denormals(&mut self) {
        crate::denormals::flush(&mut self.0);
    }
}

/// State and coefficients in registers.
pub(super) struct DcBlockerRegisters<V> {
    constant: V,
    coefficient: V,
    /// Share of the constant that remains after a frame.
    keep: V,
}

impl<V: Vector<Element = f64>> DcBlockerRegisters<V> {
    #[inline(always)]
    pub(super) fn step(&mut self, signal: V) -> V {
        let moving = signal - self.constant;
        self.constant = self.keep * self.constant + self.coefficient * signal;
        moving
    }
}
