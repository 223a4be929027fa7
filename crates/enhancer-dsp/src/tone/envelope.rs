//! The level that harmonics are made at: the magnitude of the analytic signal, held and released.
//!
//! Of a steady tone the magnitude is constant, so that the level of a harmonic relative to its fundamental is the same at any
//! loudness and nothing but harmonics appears.

use crate::block::Lanes;

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
    /// The envelope of `real + i imaginary`, and one over it.
    #[inline(always)]
    pub(super) fn process(&mut self, real: Lanes, imaginary: Lanes, release: f64) -> (Lanes, Lanes) {
        let (mut envelope, mut inverse) = ([0.0; 2], [0.0; 2]);
        for lane in 0..2 {
            let power = real[lane] * real[lane] + imaginary[lane] * imaginary[lane];
            let held = (self.power[lane] * release).max(power).max(FLOOR);
            self.power[lane] = held;
            envelope[lane] = held.sqrt();
            inverse[lane] = 1.0 / envelope[lane];
        }
        (envelope, inverse)
    }
}
