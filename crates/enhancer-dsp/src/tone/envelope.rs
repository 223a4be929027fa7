//! The level of the harmonics: the magnitude of the analytic signal, with a release.
//!
//! The magnitude of a steady tone is constant. So the level of a harmonic relative to its fundamental is the
//! same at any loudness, and the envelope adds no other tones.

use crate::block::Lanes;
use crate::simd::Vector;

/// Time to 37 % of the amplitude after a tone ends, ms: shorter than forward masking, longer than the beat of
/// two bass tones.
const RELEASE_MS: f64 = 40.0;

/// Power of the smallest envelope, −200 dBFS. Quieter sound makes no harmonics.
const FLOOR: f64 = 1e-20;

/// Factor of the held power per frame.
pub(super) fn release_factor(sample_rate_hz: f64) -> f64 {
    (-2.0 / crate::units::ms_to_frames(RELEASE_MS, sample_rate_hz)).exp()
}

/// State of a channel pair: the held power.
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
    /// Loads the state into registers.
    #[inline(always)]
    pub(super) fn load<V: Vector<Element = f64, Array = Lanes>>(&self, release: f64) -> EnvelopeRegisters<V> {
        EnvelopeRegisters { power: V::load(&self.power), release: V::splat(release) }
    }

    /// Stores the state from registers.
    #[inline(always)]
    pub(super) fn store<V: Vector<Element = f64, Array = Lanes>>(
        &mut self,
        registers: &EnvelopeRegisters<V>,
    ) {
        registers.power.store(&mut self.power);
    }
}

/// An envelope in registers.
pub(super) struct EnvelopeRegisters<V> {
    power: V,
    release: V,
}

impl<V: Vector<Element = f64>> EnvelopeRegisters<V> {
    /// Advances one frame and returns the square of the envelope of `real + i imaginary`.
    #[inline(always)]
    pub(super) fn step(&mut self, [real, imaginary]: [V; 2]) -> V {
        let power = V::larger(real * real + imaginary * imaginary, V::splat(FLOOR));
        self.power = V::larger(self.power * self.release, power);
        self.power
    }
}
