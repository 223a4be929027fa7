//! Starting values of a fit: each pole and zero pair of the prototype, warped to its own frequency and
//! bandwidth.

use super::{Fit, ONE, TWO};
use crate::filter::prototype::AnalogSection;
use core::f64::consts::PI;

/// Start of a pole or zero pair that lies out of reach, radians a sample. The fit moves it to its place.
const FALLBACK_OMEGA: f64 = 0.65 * PI;

/// Highest ω at which a pair of damping `k` starts. A narrow pair must start at its place: from anywhere
/// else, no node of the fit lies on its resonance.
fn highest_omega(k: f64) -> f64 {
    PI * (0.65 + 0.34 / (1.0 + 2.0 * k))
}

/// Zeros closer than this to Nyquist, or beyond it, are no longer held on the unit circle.
const HIGHEST_NULL_OMEGA: f64 = 0.998 * PI;

/// Start of a real pole far above the band, in x. The prototype is a function of tan⁻¹√x, which has a branch
/// cut from x = −1 down; poles and zeros there imitate it.
const BRANCH_POLE: f64 = 2.0;
/// Start of a real zero that nearly cancels it.
const BRANCH_ZERO: f64 = 2.4;

/// tan²(ω/2), with [`FALLBACK_OMEGA`] in place of an ω above `highest`.
fn warped_square(omega: f64, highest: f64) -> f64 {
    (0.5 * if omega > highest { FALLBACK_OMEGA } else { omega }).tan().powi(2)
}

/// Unit and damping κ of the digital pair that represents `c[0] + c[1] s + c[2] s²` with s = j ω/ω₀. It keeps
/// the natural frequency and the bandwidth of the analog pair (dt/t = dω / sin ω for t = tan(ω/2)). Real
/// roots are warped one by one.
fn warped(c: [f64; 3], omega0: f64) -> (f64, f64) {
    let k = c[1] / (c[0] * c[2]).sqrt();
    let natural = omega0 * (c[0] / c[2]).sqrt();
    if k > 2.0 {
        let high = 0.5 * k + (0.25 * k * k - 1.0).sqrt();
        let lower = warped_square(natural / high, FALLBACK_OMEGA);
        let upper = warped_square(natural * high, FALLBACK_OMEGA);
        let unit = (lower * upper).sqrt();
        return (unit, 2.0 + unit / lower + unit / upper);
    }
    let highest = highest_omega(k);
    if natural > highest {
        return (warped_square(natural, highest), (k * k).max(1.0));
    }
    let damping = k * natural / natural.sin();
    (warped_square(natural, highest), (damping * damping).max(1e-8))
}

/// The starting fit of one section whose s = j lies at `omega0` radians a sample. Poles and zeros start at
/// `shift` times their frequencies.
pub(in crate::filter) fn start(section: &AnalogSection, omega0: f64, shift: f64) -> Fit<ONE> {
    let AnalogSection { num, den } = *section;
    let at_nyquist = section.power((PI / omega0).powi(2)).max(1e-12);
    let first_order = den[2] == 0.0;
    let (unit, d1, d2) = if first_order {
        let unit = warped_square(shift * omega0, FALLBACK_OMEGA);
        (unit, 1.0 + unit / BRANCH_POLE, unit / BRANCH_POLE)
    } else {
        let (unit, kappa) = warped(den, shift * omega0);
        (unit, kappa - 2.0, 1.0)
    };
    let dc = (num[0] / den[0]).powi(2);
    let ([n0, n1, n2], [n1_free, n2_free]) = match num {
        [0.0, 0.0, _] => ([0.0, 0.0, at_nyquist * d2], [0.0, 1.0]),
        // Far below its frequency |H|² is (num[1]/den[0] · ω/ω₀)², and ω² = 4 x.
        [0.0, first, _] => {
            ([0.0, 4.0 * unit * (first / (den[0] * omega0)).powi(2), at_nyquist * d2], [1.0, 1.0])
        }
        [_, _, 0.0] if first_order => {
            let far = at_nyquist * d2 * BRANCH_ZERO / unit;
            ([dc, unit / BRANCH_ZERO + far, at_nyquist * d2], [1.0, 1.0])
        }
        [_, _, 0.0] => ([dc, 2.0 * (dc * at_nyquist * d2).sqrt(), at_nyquist * d2], [1.0, 1.0]),
        [_, 0.0, _] if omega0 < HIGHEST_NULL_OMEGA => {
            let null = (0.5 * omega0).tan().powi(2) / unit;
            ([dc, -2.0 * dc / null, dc / (null * null)], [0.0, 0.0])
        }
        _ => {
            let (gamma, kappa) = warped(num, shift * omega0);
            let ratio = unit / gamma;
            ([dc, dc * (kappa - 2.0) * ratio, dc * ratio * ratio], [1.0, 1.0])
        }
    };
    Fit { unit, n0, values: [n1, n2, d1, d2], mask: [n1_free, n2_free, 1.0, 1.0] }
}

/// Adds a correcting section. At first its poles and zeros nearly cancel; they are real and lie above the
/// band.
pub(in crate::filter) fn with_correction(main: &Fit<ONE>) -> Fit<TWO> {
    let [n1, n2, d1, d2] = main.values;
    let [n1_free, n2_free, d1_free, d2_free] = main.mask;
    let pair = |p: f64, q: f64| [1.0 / p + 1.0 / q, 1.0 / (p * q)];
    let [c1, c2] = pair(BRANCH_ZERO, 4.5);
    let [e1, e2] = pair(BRANCH_POLE, 4.0);
    Fit {
        unit: main.unit,
        n0: main.n0,
        values: [n1, n2, d1, d2, c1, c2, e1, e2],
        mask: [n1_free, n2_free, d1_free, d2_free, 1.0, 1.0, 1.0, 1.0],
    }
}
