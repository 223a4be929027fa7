//! The shelves of the bass and treble boost, after R. Bristow-Johnson's *Audio EQ Cookbook* (Q = 1/√2).
//!
//! With `A² = G` the gain, the high shelf is `|H|² = (1 + (f/f0)⁴ A²) / (1 + (f/f0)⁴ / A²)`. It has no hump
//! and reaches half its decibels at `f0`. The low shelf lies so far below half the sample rate that the
//! bilinear transform follows it within 0.03 dB (250 Hz, 12 dB, at 8 kHz).
//!
//! The high shelf interpolates: |H|² of a digital biquad is a ratio of quadratics in `φ = sin²(π f / fs)`,
//! and its coefficients follow from the prototype at 0 Hz and four more frequencies by linear equations.
//!
//! The equalizer's high shelf has the same prototype and [another design](super::design), on purpose:
//!
//! - The interpolation has one Q and a gain of 0 to 12 dB, so that fixed nodes reach 0.047 dB in constant
//!   time. The equalizer's fit has any Q and gain, starts from a guess and iterates.
//! - At 0 dB the interpolation keeps the poles of small gains, so that its coefficients are continuous there.
//!   The equalizer has no section at 0 dB.

use super::{Svf, tuning};
use crate::units::db_to_gain;
use core::f64::consts::{PI, SQRT_2};

/// The low shelf of `amount_db` around `frequency_hz`.
pub(crate) fn low_shelf(frequency_hz: f64, amount_db: f64, sample_rate_hz: f64) -> Svf {
    let a = db_to_gain(amount_db / 2.0);
    Svf { g: tuning(frequency_hz, sample_rate_hz) / a.sqrt(), k: SQRT_2, c: [a * a, SQRT_2 * a, 1.0] }
}

/// Places of the four frequencies on the scale `f / (f + c)`, 0 at 0 Hz and 1 at [`TOP`].
///
/// They and the two numbers below come from a search (Nelder and Mead) for the smallest error up to 0.4535 of
/// the sample rate (20 kHz at 44.1 kHz), over f0 of 0.005 to 2 sample rates and 0.01 to 12 dB. The largest
/// error is 0.047 dB, and all results are stable and of minimum phase.
const NODES: [f64; 4] = [0.537, 0.751, 0.904, 0.981];

/// Frequency at place 1 of [`NODES`], in sample rates.
const TOP: f64 = 0.463;

/// `c` over the frequency of the shelf.
const SPREAD: f64 = 0.937;

/// Highest frequency of the shelf that `c` follows, in sample rates; beyond, the shape hardly changes.
const FARTHEST: f64 = 0.411;

/// The high shelf of `amount_db`, 0 to 12, around `frequency_hz`. It follows its prototype for frequencies
/// beyond half the sample rate, too.
pub(crate) fn high_shelf(frequency_hz: f64, amount_db: f64, sample_rate_hz: f64) -> Svf {
    let ratio = frequency_hz / sample_rate_hz;
    // The limit of the denominator at 0 dB equals that of a small gain, to well within the error of the
    // design.
    let gain = db_to_gain(amount_db.max(1e-3));
    let (zero, pole) = (gain * ratio.powi(-4), ratio.powi(-4) / gain);
    let c = SPREAD * ratio.min(FARTHEST);
    let mut lift = [0.0; 4];
    let mut phi = [0.0; 4];
    for ((lift, phi), node) in lift.iter_mut().zip(&mut phi).zip(NODES) {
        let v = node * TOP / (TOP + c);
        let f = c * v / (1.0 - v);
        let f4 = f.powi(4);
        *lift = (zero - pole) * f4 / (1.0 + pole * f4);
        *phi = (PI * f).sin().powi(2);
    }
    // N = D + scale (m1 φ + m2 φ²), D = 1 + d1 φ + d2 φ²; N / D = 1 + lift. Scaled so that it stays regular
    // at 0 dB.
    let scale = lift[3];
    let mut rows = [[0.0; 5]; 4];
    for ((row, lift), phi) in rows.iter_mut().zip(lift).zip(phi) {
        let tau = lift / scale;
        *row = [phi, phi * phi, -tau * phi, -tau * phi * phi, tau];
    }
    let [m1, m2, d1, d2] = solve(rows);
    let scale = if amount_db > 0.0 { scale } else { 0.0 };
    let [b0, b1, b2] = minimum_phase(d1 + scale * m1, d2 + scale * m2);
    let [a0, a1, a2] = minimum_phase(d1, d2);
    Svf::from_biquad([b0, b1, b2].map(|b| b / a0), [a1 / a0, a2 / a0])
}

/// The minimum-phase quadratic whose squared magnitude is `1 + p1 φ + p2 φ²`, φ = sin² of half the angle (M.
/// Vicanek, *Matched second order digital filters*, 2016).
fn minimum_phase(p1: f64, p2: f64) -> [f64; 3] {
    let nyquist = (1.0 + p1 + p2).max(0.0).sqrt();
    let w = 0.5 * (1.0 + nyquist);
    let b0 = 0.5 * (w + (w * w - 0.25 * p2).max(0.0).sqrt());
    [b0, 0.5 * (1.0 - nyquist), p2 / (16.0 * b0)]
}

/// Gaussian elimination with partial pivoting of four equations, right-hand sides in the last column.
#[expect(clippy::indexing_slicing, reason = "rows and places count 4; a row has five cells")]
fn solve(mut m: [[f64; 5]; 4]) -> [f64; 4] {
    for pivot in 0..4 {
        let largest = (pivot..4).max_by(|&a, &b| m[a][pivot].abs().total_cmp(&m[b][pivot].abs()));
        m.swap(pivot, largest.unwrap_or(pivot));
        let pivot_row = m[pivot];
        for row in m.iter_mut().skip(pivot + 1) {
            let factor = row[pivot] / pivot_row[pivot];
            for (cell, from) in row.iter_mut().zip(pivot_row).skip(pivot) {
                *cell -= factor * from;
            }
        }
    }
    let mut x = [0.0; 4];
    for row in (0..4).rev() {
        let known: f64 = m[row].iter().zip(x).skip(row + 1).map(|(cell, x)| cell * x).sum();
        x[row] = (m[row][4] - known) / m[row][row];
    }
    x
}
