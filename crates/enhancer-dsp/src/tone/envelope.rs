//! The level that harmonics are made at: the magnitude of the analytic signal, held and released.
//!
//! Of a steady tone the magnitude is constant, so that the level of a harmonic relative to its fundamental is the same at any
//! loudness and nothing but harmonics appears.

use crate::block::Lanes;
use crate::simd::Vector;

/// Time to 37 % of the amplitude after a tone ends: below the ear's forward masking, above the beat of two bass tones.
const RELEASE_MS: f64 = 40.0;

/// Power of the smallest envelope, −200 dBFS: what lies below makes no harmonics.
const FLOOR: f64 = 1e-20;

/// Factor per frame by which the held power falls.
pub(super) fn release_factor(sample_rate_hz: f64) -> f64 {
    (-2.0 / crate::units::ms_to_frames(RELEASE_MS, sample_rate_hz)).exp()
}

/// State of a channel pair.
#[derive(Debug, Clone, Copy)]
pub(super) struct Envelope {
    power: Lanes,
}

impl Default for Envelope {
    fn default() -> Self {
        Self { power: [FLOOR; 2] }
    }
}

impl Envelope {
    /// Takes it into registers.
    #[inline(always)]
    pub(super) fn start<V: Vector<Element = f64, Array = Lanes>>(&self, release: f64) -> Running<V> {
        Running { power: V::load(&self.power), release: V::splat(release) }
    }

    /// Keeps the state that it came to.
    #[inline(always)]
    pub(super) fn finish<V: Vector<Element = f64, Array = Lanes>>(&mut self, running: &Running<V>) {
        running.power.store(&mut self.power);
    }
}

/// An envelope in registers.
pub(super) struct Running<V> {
    power: V,
    release: V,
}

impl<V: Vector<Element = f64>> Running<V> {
    /// The square of the envelope of `real + i imaginary`.
    #[inline(always)]
    pub(super) fn step(&mut self, [real, imaginary]: [V; 2]) -> V {
        let power = V::larger(real * real + imaginary * imaginary, V::splat(FLOOR));
        self.power = V::larger(self.power * self.release, power);
        self.power
    }
}
