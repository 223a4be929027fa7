//! K-weighting and channel weights after ITU-R BS.1770-4, at any sample rate, without allocation.
//!
//! The standard tabulates its two filters at 48 kHz. Inverting the bilinear transform gives their analog
//! prototypes: a high shelf of 4 dB around 1682 Hz (the head) and a second-order high-pass at 38 Hz. The
//! bilinear transform then places them at any sample rate.

use crate::block::Lanes;
use crate::filter::lanes::{Coefficients, State};
use crate::filter::{Svf, tuning};
use crate::simd::{self, Isa, Kernel, Vector};
use crate::units::db_to_gain;

/// Midpoint of the shelf, Hz, its gain, dB, and its Q.
const SHELF: (f64, f64, f64) = (1_681.974_450_955_533, 3.999_843_853_973_347, 0.707_175_236_955_419_6);
/// Power of the shelf's gain in its first-order coefficient.
const SHELF_BEND: f64 = 0.499_666_774_154_541_6;
/// Corner of the high-pass, Hz, and its Q.
const HIGHPASS: (f64, f64) = (38.135_470_876_024_44, 0.500_327_037_323_877_3);

/// Coefficients of the shelf and the high-pass at one sample rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct KWeighting([Coefficients; 2]);

/// States of both sections, for one channel pair.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Memory([State; 2]);

/// The shelf and the high-pass at one sample rate.
fn sections(sample_rate_hz: f64) -> [Svf; 2] {
    let (hz, gain_db, q) = SHELF;
    let high = db_to_gain(gain_db);
    let band = high.powf(SHELF_BEND);
    let shelf = Svf { g: tuning(hz, sample_rate_hz), k: 1.0 / q, c: [1.0, band / q, high] };
    let (hz, q) = HIGHPASS;
    let (g, k) = (tuning(hz, sample_rate_hz), 1.0 / q);
    // The numerator 1 − 2 z⁻¹ + z⁻² has no scale in the standard.
    let unscaled = 1.0 + g * (g + k);
    [shelf, Svf { g, k, c: [0.0, 0.0, unscaled] }]
}

impl KWeighting {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        Self(sections(sample_rate_hz).map(|svf| Coefficients::new(&svf)))
    }

    /// Adds the squares of the weighted frames to `energy`.
    pub(super) fn observe(&self, memory: &mut Memory, energy: &mut Lanes, frames: &[Lanes]) {
        simd::run(Observe { sections: &self.0, memory, energy, frames });
    }
}

/// The loop over a chunk of a pair.
struct Observe<'a> {
    sections: &'a [Coefficients; 2],
    memory: &'a mut Memory,
    energy: &'a mut Lanes,
    frames: &'a [Lanes],
}

impl Kernel for Observe<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let [shelf, highpass] = self.sections;
        let [shelf_state, highpass_state] = &mut self.memory.0;
        let (mut head, mut low) = (shelf_state.load::<I::D2>(), highpass_state.load::<I::D2>());
        let mut sum = I::D2::load(self.energy);
        for frame in self.frames {
            let signal = low.step(highpass, head.step(shelf, I::D2::load(frame)));
            sum = sum + signal * signal;
        }
        sum.store(self.energy);
        shelf_state.store(&head);
        highpass_state.store(&low);
    }
}

impl Memory {
    pub(super) fn flush_denormals(&mut self) {
        self.0.iter_mut().for_each(State::flush_denormals);
    }
}

/// Weight of a channel's energy (BS.1770-4, annex 3): 1 in front and behind 120°, 1.41 at the sides, 0 for
/// the low-frequency channel. Channels have the WAV order of [`LoudnessMeter`].
///
/// [`LoudnessMeter`]: crate::meter::LoudnessMeter
pub(super) fn channel_weight(channel: usize, channels: usize) -> f64 {
    match (channels, channel) {
        (6.., 3) => 0.0,
        (4, 2 | 3) | (5, 3 | 4) | (6, 4 | 5) | (7, 5 | 6) | (8, 6 | 7) => 1.41,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::f64::consts::PI;
    use realfft::num_complex::Complex64;

    #[test]
    fn at_48_khz_the_filters_equal_the_tables_of_the_standard() {
        // BS.1770-4, annex 1, tables 1 and 2: b from z⁰ on, a from z⁻¹ on.
        let tables = [
            (
                [1.535_124_859_586_97, -2.691_696_189_406_38, 1.198_392_810_852_85],
                [-1.690_659_293_182_41, 0.732_480_774_215_85],
            ),
            ([1.0, -2.0, 1.0], [-1.990_047_454_833_98, 0.990_072_250_366_21]),
        ];
        for (section, (b, a)) in sections(48_000.0).iter().zip(tables) {
            for omega in [0.003, 0.01, 0.2, 1.0, 2.0, 3.0, PI] {
                let z = Complex64::from_polar(1.0, -omega);
                let expected = (b[0] + z * (b[1] + z * b[2])) / (1.0 + z * (a[0] + z * a[1]));
                let found = section.response(omega);
                // 14 digits after the point, amplified near the double pole at 0.005 radians.
                assert!((found - expected).norm() < 1e-8, "{found} for {expected} at {omega}");
            }
        }
    }
}
