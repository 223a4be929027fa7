//! K-weighting and channel weights after ITU-R BS.1770-4, at any sample rate, without allocation.
//!
//! The standard tabulates its two filters at 48 kHz. Undoing the bilinear transform gives their analog prototypes: a high
//! shelf of 4 dB around 1682 Hz (the head) and a second-order high-pass at 38 Hz; the transform puts them at the rate at hand.

use crate::block::Lanes;
use crate::units::db_to_gain;
use core::f64::consts::PI;

/// The shelf's midpoint, Hz, gain, dB, and Q.
const SHELF: (f64, f64, f64) = (1_681.974_450_955_533, 3.999_843_853_973_347, 0.707_175_236_955_419_6);
/// Power of the shelf's gain that its first-order term has.
const SHELF_BEND: f64 = 0.499_666_774_154_541_6;
/// The high-pass's corner, Hz, and Q.
const HIGHPASS: (f64, f64) = (38.135_470_876_024_44, 0.500_327_037_323_877_3);

/// Numerator from z⁰ on, denominator from z⁻¹ on.
#[derive(Debug, Clone, Copy)]
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
}

/// The filter's coefficients at one sample rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct KWeighting([Biquad; 2]);

/// The filter's memory of one channel pair: two delays of each section, transposed direct form II.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Memory([[Lanes; 2]; 2]);

impl KWeighting {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        let (hz, gain_db, q) = SHELF;
        let k = (PI * hz / sample_rate_hz).tan();
        let high = db_to_gain(gain_db);
        let band = high.powf(SHELF_BEND);
        let a0 = 1.0 + k / q + k * k;
        let a = [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0];
        let b = [high + band * k / q + k * k, 2.0 * (k * k - high), high - band * k / q + k * k];
        let shelf = Biquad { b: b.map(|b| b / a0), a };
        let (hz, q) = HIGHPASS;
        let k = (PI * hz / sample_rate_hz).tan();
        let a0 = 1.0 + k / q + k * k;
        let a = [2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0];
        // Unscaled, as in the standard.
        Self([shelf, Biquad { b: [1.0, -2.0, 1.0], a }])
    }

    /// Adds the weighted frames' squares to `energy`.
    pub(super) fn observe(&self, memory: &mut Memory, energy: &mut Lanes, frames: &[Lanes]) {
        let (mut local, mut sum) = (*memory, *energy);
        for frame in frames {
            let mut signal = *frame;
            for (Biquad { b, a }, [one, two]) in self.0.iter().zip(&mut local.0) {
                for lane in 0..2 {
                    let input = signal[lane];
                    let output = b[0] * input + one[lane];
                    one[lane] = b[1] * input - a[0] * output + two[lane];
                    two[lane] = b[2] * input - a[1] * output;
                    signal[lane] = output;
                }
            }
            for lane in 0..2 {
                sum[lane] += signal[lane] * signal[lane];
            }
        }
        (*memory, *energy) = (local, sum);
    }
}

impl Memory {
    pub(super) fn flush_denormals(&mut self) {
        crate::denormals::flush(self.0.as_flattened_mut().as_flattened_mut());
    }
}

/// Weight of a channel's energy (BS.1770-4, annex 3), channels in WAV order as [`LoudnessMeter`] has them: 1 in front and
/// behind 120°, 1.41 at the sides, none for the low-frequency channel.
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

    #[test]
    fn at_48_khz_the_filters_are_the_standards_own() {
        let KWeighting([shelf, highpass]) = KWeighting::new(48_000.0);
        // BS.1770-4, annex 1, tables 1 and 2.
        let b = [1.535_124_859_586_97, -2.691_696_189_406_38, 1.198_392_810_852_85];
        let a = [-1.690_659_293_182_41, 0.732_480_774_215_85];
        for (found, expected) in shelf.b.iter().chain(&shelf.a).zip(b.iter().chain(&a)) {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
        for (found, expected) in highpass.a.iter().zip([-1.990_047_454_833_98, 0.990_072_250_366_21]) {
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
        assert_eq!(highpass.b, [1.0, -2.0, 1.0]);
    }
}
