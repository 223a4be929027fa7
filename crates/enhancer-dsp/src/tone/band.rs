//! The band that the harmonics are made from: a fourth-order Butterworth low-pass or high-pass with a gliding
//! corner.

use crate::block::Lanes;
use crate::filter::glide::Gliding;
use crate::filter::lanes::{PassCoefficients, State, StateRegisters};
use crate::filter::tuning;
use crate::simd::Vector;

/// Dampings of the two sections of a fourth-order Butterworth filter, `2 cos(π/8)` and `2 sin(π/8)`.
const DAMPINGS: [f64; 2] = [1.847_759_065_022_573_5, 0.765_366_864_730_179_6];

/// Highest corner, in sample rates.
const HIGHEST_CORNER: f64 = 0.45;

/// Coefficients of both sections.
#[derive(Debug, Clone, Copy)]
pub(super) struct BandCoefficients([PassCoefficients; 2]);

impl From<[f64; 1]> for BandCoefficients {
    fn from([g]: [f64; 1]) -> Self {
        Self(DAMPINGS.map(|k| PassCoefficients::new(g, k)))
    }
}

/// The corner of the band, one for all channels.
#[derive(Debug)]
pub(super) struct Corner {
    sample_rate_hz: f64,
    coefficients: Gliding<BandCoefficients, 1>,
}

impl Corner {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        Self { sample_rate_hz, coefficients: Gliding::new(sample_rate_hz, [1.0]) }
    }

    pub(super) fn set_target(&mut self, frequency_hz: f64) {
        let highest_hz = HIGHEST_CORNER * self.sample_rate_hz;
        self.coefficients.set_target([tuning(frequency_hz.min(highest_hz), self.sample_rate_hz)]);
    }

    pub(super) fn snap(&mut self) {
        self.coefficients.snap();
    }

    pub(super) fn is_settled(&self) -> bool {
        self.coefficients.is_settled()
    }

    /// Coefficients of the next `frames` frames. While settled, `N` may be 1: then it holds for all frames.
    pub(super) fn coefficients<const N: usize>(&mut self, frames: usize) -> [BandCoefficients; N] {
        self.coefficients.coefficients(frames)
    }
}

/// States of the band filter of a channel pair.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Band([State; 2]);

impl Band {
    /// Loads the states into registers.
    #[inline(always)]
    pub(super) fn load<V: Vector<Element = f64, Array = Lanes>>(&self) -> BandRegisters<V> {
        BandRegisters([self.0[0].load(), self.0[1].load()])
    }

    /// Stores the states from registers.
    #[inline(always)]
    pub(super) fn store<V: Vector<Element = f64, Array = Lanes>>(&mut self, registers: &BandRegisters<V>) {
        self.0[0].store(&registers.0[0]);
        self.0[1].store(&registers.0[1]);
    }

    pub(super) fn flush_denormals(&mut self) {
        self.0.iter_mut().for_each(State::flush_denormals);
    }
}

/// States of the band filter in registers.
pub(super) struct BandRegisters<V>([StateRegisters<V>; 2]);

impl<V: Vector<Element = f64>> BandRegisters<V> {
    /// Advances the `S`th section as a low-pass.
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "the compiler checks S")]
    pub(super) fn lowpass<const S: usize>(&mut self, input: V, coefficients: &BandCoefficients) -> V {
        const { assert!(S < 2) }
        self.0[S].lowpass(&coefficients.0[S], input)
    }

    /// Advances the `S`th section as a high-pass.
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "the compiler checks S")]
    pub(super) fn highpass<const S: usize>(&mut self, input: V, coefficients: &BandCoefficients) -> V {
        const { assert!(S < 2) }
        self.0[S].highpass(&coefficients.0[S], input)
    }
}
