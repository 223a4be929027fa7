//! Amplitude, phase and distortion of steady tones, by least squares.

use std::f64::consts::TAU;

/// Amplitude and phase (radians) of the sine at `frequency_hz` in `samples`, by a least-squares fit together
/// with a constant. Exact for any number of periods, also a fractional one.
#[must_use]
pub fn fit_sine(samples: &[f32], frequency_hz: f64, sample_rate_hz: f64) -> (f64, f64) {
    let [sine, cosine, _] = fit(samples, frequency_hz, sample_rate_hz);
    (sine.hypot(cosine), cosine.atan2(sine))
}

/// Total harmonic distortion plus noise: RMS of `samples` without the sine at `frequency_hz` and the
/// constant, over the RMS of the sine, dB.
#[must_use]
pub fn thd_n_db(samples: &[f32], frequency_hz: f64, sample_rate_hz: f64) -> f64 {
    let [sine, cosine, offset] = fit(samples, frequency_hz, sample_rate_hz);
    let step = TAU * frequency_hz / sample_rate_hz;
    let residue = samples.iter().enumerate().map(|(n, &sample)| {
        let angle = step * n as f64;
        (f64::from(sample) - sine * angle.sin() - cosine * angle.cos() - offset).powi(2)
    });
    let power = residue.sum::<f64>() / samples.len() as f64;
    10.0 * (power / (0.5 * (sine * sine + cosine * cosine))).log10()
}

/// Root mean square of samples, linear.
#[must_use]
pub fn rms(samples: &[f32]) -> f64 {
    (samples.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>() / samples.len() as f64).sqrt()
}

/// Least squares for `a sin + b cos + c` by the 3x3 normal equations.
fn fit(samples: &[f32], frequency_hz: f64, sample_rate_hz: f64) -> [f64; 3] {
    let step = TAU * frequency_hz / sample_rate_hz;
    let mut normal = [[0.0f64; 4]; 3];
    for (n, &sample) in samples.iter().enumerate() {
        let (sin, cos) = (step * n as f64).sin_cos();
        let basis = [sin, cos, 1.0];
        for (row, &left) in normal.iter_mut().zip(&basis) {
            for (cell, &right) in row.iter_mut().zip(basis.iter().chain([&f64::from(sample)])) {
                *cell += left * right;
            }
        }
    }
    solve(normal)
}

/// Gaussian elimination of a symmetric positive 3x3 system; the last column is the right-hand side.
fn solve(mut m: [[f64; 4]; 3]) -> [f64; 3] {
    for pivot in 0..3 {
        for row in pivot + 1..3 {
            let (above, below) = m.split_at_mut(row);
            let (pivot_row, row) = (&above[pivot], &mut below[0]);
            let factor = row[pivot] / pivot_row[pivot];
            for (cell, from) in row.iter_mut().zip(pivot_row).skip(pivot) {
                *cell -= factor * from;
            }
        }
    }
    let mut x = [0.0; 3];
    for row in (0..3).rev() {
        let known: f64 = (row + 1..3).map(|column| m[row][column] * x[column]).sum();
        x[row] = (m[row][3] - known) / m[row][row];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signal::{sine, to_db, white_noise};

    #[test]
    fn a_known_sine_and_a_known_residue_are_measured() {
        let mut samples = sine(997.0, 0.5, 0.7, 48_000.0, 10_007);
        let (amplitude, phase) = fit_sine(&samples, 997.0, 48_000.0);
        assert!((amplitude - 0.5).abs() < 1e-7 && (phase - 0.7).abs() < 1e-6);
        assert!(thd_n_db(&samples, 997.0, 48_000.0) < -145.0, "f32 rounding alone");
        for (sample, noise) in samples.iter_mut().zip(white_noise(0.5e-3 / 2f64.sqrt(), 1, 10_007)) {
            *sample += noise;
        }
        assert!((thd_n_db(&samples, 997.0, 48_000.0) + 60.0).abs() < 0.2);
        assert!((to_db(rms(&samples)) - to_db(0.5) + 3.0103).abs() < 0.01);
    }
}
