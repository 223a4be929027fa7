//! Picks the band that harmonics are made of: a fourth-order Butterworth low-pass or high-pass whose corner glides.

use super::section::{self, Integrators, Turns};
use crate::block::Lanes;
use crate::simd::Vector;
use crate::smoother::{GLIDE_MS, Smoother};
use core::f64::consts::PI;

/// Dampings of the two sections of a fourth-order Butterworth filter, `2 sin(π/8)` and `2 sin(3π/8)`.
const DAMPINGS: [f64; 2] = [1.847_759_065_022_573_5, 0.765_366_864_730_179_6];

/// Corners that the bilinear transform can place, in sample rates.
const HIGHEST_CORNER: f64 = 0.45;

/// Coefficients of both sections.
pub(super) type BandCoefficients = [BandSection; 2];

/// What a section multiplies by: the high-pass is `a1 (d − (g + k) s1)`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BandSection {
    turns: Turns,
    a1: f64,
    a1_g_k: f64,
}

/// The corner of the band, one for all channels.
#[derive(Debug)]
pub(super) struct Corner {
    sample_rate_hz: f64,
    /// Integrator gain.
    g: Smoother,
}

impl Corner {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        Self { sample_rate_hz, g: Smoother::new(sample_rate_hz, GLIDE_MS, 1.0) }
    }

    pub(super) fn set_target(&mut self, frequency_hz: f64) {
        self.g.set_target((PI * (frequency_hz / self.sample_rate_hz).min(HIGHEST_CORNER)).tan());
    }

    pub(super) fn snap(&mut self) {
        self.g.snap();
    }

    /// Whether the coefficients stay as they are.
    pub(super) fn is_settled(&self) -> bool {
        self.g.is_settled()
    }

    /// Coefficients of the next frames, the settled ones for a single frame.
    pub(super) fn coefficients<const N: usize>(&mut self, frames: usize) -> [BandCoefficients; N] {
        let mut values = [BandCoefficients::default(); N];
        if self.g.is_settled() {
            return [both_sections(self.g.value()); N];
        }
        for c in values.iter_mut().take(frames) {
            *c = both_sections(self.g.next_value());
        }
        values
    }
}

fn both_sections(g: f64) -> BandCoefficients {
    let g = g.max(1e-6);
    DAMPINGS.map(|k| {
        let (turns, a1) = Turns::new(g, k);
        BandSection { turns, a1, a1_g_k: a1 * (g + k) }
    })
}

/// State of the band filter of a channel pair.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Band([Integrators; 2]);

impl Band {
    /// Takes it into registers.
    #[inline(always)]
    pub(super) fn start<V: Vector<Element = f64, Array = Lanes>>(&self) -> Running<V> {
        Running([self.0[0].start(), self.0[1].start()])
    }

    /// Keeps the states that it came to.
    #[inline(always)]
    pub(super) fn finish<V: Vector<Element = f64, Array = Lanes>>(&mut self, running: &Running<V>) {
        self.0[0].finish(&running.0[0]);
        self.0[1].finish(&running.0[1]);
    }

    pub(super) fn flush_denormals(&mut self) {
        self.0.iter_mut().for_each(Integrators::flush_denormals);
    }
}

/// A band in registers.
pub(super) struct Running<V>([section::Running<V>; 2]);

impl<V: Vector<Element = f64>> Running<V> {
    /// The `S`th section, low-pass.
    #[inline(always)]
    pub(super) fn lowpass<const S: usize>(&mut self, input: V, coefficients: &BandCoefficients) -> V {
        self.0[S].lowpass(input, &coefficients[S].turns)
    }

    /// The `S`th section, high-pass.
    #[inline(always)]
    pub(super) fn highpass<const S: usize>(&mut self, input: V, coefficients: &BandCoefficients) -> V {
        let BandSection { turns, a1, a1_g_k } = &coefficients[S];
        let (one, d) = self.0[S].step(input, turns);
        V::splat(*a1) * d - V::splat(*a1_g_k) * one
    }
}
