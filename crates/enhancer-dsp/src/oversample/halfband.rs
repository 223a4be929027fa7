//! Half-band filters: `H(z) = ½ (A0(z²) + z⁻¹ A1(z²))`. A0 and A1 are chains of all-passes `(c + z⁻²) / (1 +
//! c z⁻²)`.
//!
//! The coefficients are elliptic, in closed form by theta series: R. A. Valenzuela, A. G. Constantinides,
//! *Digital signal processing schemes for efficient interpolation and decimation*, IEE Proc. G 130(6), 1983.
//! Passband and stopband are mirror images about a quarter of the higher rate. The two chains are power
//! complementary, so a stopband of −60 dB means a passband ripple of 4e-6 dB. The phase is not linear.

use core::f64::consts::PI;

/// Coefficients of a half-band filter of order `2 N + 1`; even places belong to A0, odd places to A1.
///
/// `transition` is the width of the transition band in units of the higher sample rate, above 0 and below ½.
/// The band is centred on a quarter of that rate.
#[must_use]
pub(crate) fn halfband_coefficients<const N: usize>(transition: f64) -> [f64; N] {
    let k = ((1.0 - 2.0 * transition) * PI / 4.0).tan().powi(2);
    let q = nome(k);
    let order = (2 * N + 1) as f64;
    core::array::from_fn(|index| {
        let angle = (index + 1) as f64 * PI / order;
        let w = theta_ratio(q, angle).powi(2);
        let x = ((1.0 - w * k) * (1.0 - w / k)).sqrt() / (1.0 + w);
        (1.0 - x) / (1.0 + x)
    })
}

/// Elliptic nome of modulus `k`, by its series in the complementary modulus.
fn nome(k: f64) -> f64 {
    let root = (1.0 - k * k).sqrt().sqrt();
    let e = 0.5 * (1.0 - root) / (1.0 + root);
    let e4 = e.powi(4);
    e * (1.0 + e4 * (2.0 + e4 * (15.0 + 150.0 * e4)))
}

/// `θ1(angle) / θ4(angle)` of nome `q`, equal to `√k sn`. Ten terms reach the precision of `f64` for every
/// `q` in use.
fn theta_ratio(q: f64, angle: f64) -> f64 {
    let mut numerator = 0.0;
    let mut denominator = 0.5;
    for i in 0..10i32 {
        let sign = if i % 2 == 0 { 1.0 } else { -1.0 };
        numerator += sign * q.powi(i * (i + 1)) * (f64::from(2 * i + 1) * angle).sin();
        if i > 0 {
            denominator += sign * q.powi(i * i) * (f64::from(2 * i) * angle).cos();
        }
    }
    q.sqrt().sqrt() * numerator / denominator
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oversample::analytic::{FIRST_TRANSITION, SECOND_TRANSITION};
    use realfft::num_complex::Complex;

    /// H at `turn` periods per sample of the higher rate, from the formula.
    fn response<const N: usize>(design: &[f64; N], turn: f64) -> Complex<f64> {
        let delay = Complex::cis(-2.0 * PI * turn);
        let chain = |odd: usize| {
            let places = design.iter().skip(odd).step_by(2);
            places.map(|&c| (c + delay * delay) / (1.0 + c * delay * delay)).product::<Complex<f64>>()
        };
        0.5 * (chain(0) + delay * chain(1))
    }

    fn check<const N: usize>(transition: f64, stopband_db: f64, delay: f64) {
        let design: [f64; N] = halfband_coefficients(transition);
        let (pass, stop) = (0.25 - transition / 2.0, 0.25 + transition / 2.0);
        let db = |turn: f64| 20.0 * response(&design, turn).norm().log10();
        let over = |from: f64, to: f64| (0..=3000).map(move |i| from + (to - from) * f64::from(i) / 3000.0);
        let ripple = over(0.0, pass).map(|turn| db(turn).abs()).fold(0.0, f64::max);
        let level = over(stop, 0.5).map(db).fold(f64::MIN, f64::max);
        assert!(ripple < 1e-5, "{N} all-passes: ripple {ripple} dB");
        assert!((level - stopband_db).abs() < 0.5, "{N} all-passes: stopband {level} dB");
        let measured = -response(&design, 1e-4).arg() / (2.0 * PI * 1e-4);
        assert!((measured - delay).abs() < 0.05, "{N} all-passes: delay {measured} samples");
    }

    #[test]
    fn ripple_stopband_and_delay_match_the_documented_figures() {
        check::<6>(FIRST_TRANSITION, -78.0, 2.8);
        check::<8>(FIRST_TRANSITION, -104.0, 3.7);
        check::<4>(SECOND_TRANSITION, -109.0, 2.7);
    }

    #[test]
    fn coefficients_are_stable_and_ascending() {
        let c = halfband_coefficients::<8>(0.02);
        assert!(c.windows(2).all(|pair| pair[0] < pair[1]) && c[0] > 0.0 && c[7] < 1.0, "{c:?}");
    }
}
