//! The analog responses that the equalizer promises, written from their sources and independent of the core.
//!
//! H(s) of the bell, the shelves, the notch, the band-pass and the second-order passes is copied from R.
//! Bristow-Johnson, *Cookbook formulae for audio EQ biquad filter coefficients*. Steeper slopes take
//! Butterworth's published factors. The tilt and the meaning of q on steep slopes are the product's own
//! definitions (`docs/EQ.md`).

#![allow(dead_code, reason = "each test crate uses its part")]

use enhancer_dsp::config::{BandType, EqBand, FilterSlope};
use realfft::num_complex::Complex64;
use std::f64::consts::SQRT_2;

/// Dampings of the quadratic factors s² + k s + 1 of Butterworth's polynomials, sharpest first, to ten
/// decimals (e.g. A. B. Williams, *Electronic Filter Design Handbook*).
const ORDER_2: &[f64] = &[SQRT_2];
const ORDER_4: &[f64] = &[0.765_366_864_7, 1.847_759_065_0];
const ORDER_6: &[f64] = &[0.517_638_090_2, SQRT_2, 1.931_851_652_6];
const ORDER_8: &[f64] = &[0.390_180_644_0, 1.111_140_466_0, 1.662_939_224_6, 1.961_570_560_8];

/// H(s) of `band` at s = j `frequency_hz` / f₀.
pub(crate) fn response(band: &EqBand, frequency_hz: f64) -> Complex64 {
    let s = Complex64::new(0.0, frequency_hz / f64::from(band.frequency_hz));
    let (q, gain_db) = (f64::from(band.q), f64::from(band.gain_db));
    // The cookbook's A, the square root of the gain.
    let a = 10f64.powf(gain_db / 40.0);
    let root = a.sqrt();
    match band.kind {
        BandType::Peak => (s * s + s * (a / q) + 1.0) / (s * s + s / (a * q) + 1.0),
        BandType::Lowshelf => a * (s * s + s * (root / q) + a) / (a * s * s + s * (root / q) + 1.0),
        BandType::Highshelf => a * (a * s * s + s * (root / q) + 1.0) / (s * s + s * (root / q) + a),
        BandType::Notch => (s * s + 1.0) / (s * s + s / q + 1.0),
        BandType::Bandpass => (s / q) / (s * s + s / q + 1.0),
        BandType::Tilt => {
            let gain = 10f64.powf(gain_db / 20.0);
            let damping = (gain + 1.0) / (2.0 * q);
            (gain * s * s + damping * s + 1.0) / (s * s + damping * s + gain)
        }
        BandType::Lowpass => slope(band, s, Complex64::new(1.0, 0.0)),
        BandType::Highpass => slope(band, s, s),
    }
}

/// A pass whose numerator is `pole` per pole: 1 for the low-pass, s for the high-pass.
fn slope(band: &EqBand, s: Complex64, pole: Complex64) -> Complex64 {
    let dampings = match band.slope {
        FilterSlope::Db6 => return pole / (s + 1.0),
        FilterSlope::Db12 => ORDER_2,
        FilterSlope::Db24 => ORDER_4,
        FilterSlope::Db36 => ORDER_6,
        FilterSlope::Db48 => ORDER_8,
    };
    // q = 1/√2 is Butterworth's. Other values scale the Q of the sharpest factor.
    let sharpen = SQRT_2 * f64::from(band.q);
    let factors = dampings.iter().enumerate().map(|(index, damping)| {
        let damping = if index == 0 { damping / sharpen } else { *damping };
        pole * pole / (s * s + s * damping + 1.0)
    });
    factors.product()
}

/// Gain of `band` at `frequency_hz`, dB; −∞ at the bottom of a notch.
pub(crate) fn gain_db(band: &EqBand, frequency_hz: f64) -> f64 {
    20.0 * response(band, frequency_hz).norm().log10()
}
