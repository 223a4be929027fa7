//! Levenberg–Marquardt for bands in series.

use enhancer_dsp::config::EqBand;
use enhancer_dsp::filter::prototype::Prototype;

/// Step of the numeric derivatives in ln Hz, dB and ln Q: well above the resolution of `f32`, well below a
/// feature.
const STEP: f64 = 1e-3;
/// Weight of the gains in the error, so that neighbouring bands don't grow against each other: 30 dB of
/// gain costs as much as an error of 0.03 dB.
const GAIN_PENALTY: f64 = 1e-3;

/// Bounds of a band's frequency in Hz, gain in dB and Q.
const FREQUENCIES_HZ: [f64; 2] = [20.0, 20_000.0];
const GAINS_DB: [f64; 2] = [-20.0, 20.0];
const QS: [f64; 2] = [0.2, 10.0];

/// A curve and the bands that are fitted to it.
pub(super) struct Model<'a> {
    frequencies: &'a [f64],
    curve_db: &'a [f64],
    bands: Vec<EqBand>,
    gain_db: Option<f64>,
    /// Gain of each band at each frequency, dB.
    responses: Vec<Vec<f64>>,
}

impl<'a> Model<'a> {
    pub(super) fn new(
        frequencies: &'a [f64],
        curve_db: &'a [f64],
        bands: Vec<EqBand>,
        gain_db: Option<f64>,
    ) -> Self {
        let responses = bands.iter().map(|band| response(frequencies, band)).collect();
        Self { frequencies, curve_db, bands, gain_db, responses }
    }

    pub(super) fn into_parts(self) -> (Vec<EqBand>, Option<f64>) {
        (self.bands, self.gain_db)
    }

    /// Runs at most `rounds` rounds and returns the squared error, gain penalty included.
    pub(super) fn descend(&mut self, rounds: usize) -> f64 {
        let mut error = self.error();
        let mut damping = 1e-2;
        for _ in 0..rounds {
            let (matrix, slope) = self.normal_equations();
            let mut improved = false;
            while damping < 1e8 {
                let Some(step) = solve(&matrix, &slope, damping) else {
                    damping *= 10.0;
                    continue;
                };
                let next = self.moved(&step);
                let next_error = next.error();
                if next_error < error {
                    improved = next_error < error * (1.0 - 1e-6);
                    (*self, error) = (next, next_error);
                    damping = (damping / 5.0).max(1e-7);
                    break;
                }
                damping *= 4.0;
            }
            if !improved {
                break;
            }
        }
        error
    }

    fn residual(&self) -> Vec<f64> {
        let gain_db = self.gain_db.unwrap_or(0.0);
        let mut residual: Vec<f64> = self.curve_db.iter().map(|curve| curve - gain_db).collect();
        for response in &self.responses {
            residual.iter_mut().zip(response).for_each(|(residual, gain)| *residual -= gain);
        }
        residual
    }

    fn error(&self) -> f64 {
        let penalty: f64 =
            self.bands.iter().map(|band| (GAIN_PENALTY * f64::from(band.gain_db)).powi(2)).sum();
        self.residual().iter().map(|error| error * error).sum::<f64>()
            + penalty * self.frequencies.len() as f64
    }

    /// JᵀJ and Jᵀr of the residual r, gain penalty included.
    fn normal_equations(&self) -> (Vec<Vec<f64>>, Vec<f64>) {
        let mut columns: Vec<Vec<f64>> = Vec::new();
        for (band, response) in self.bands.iter().zip(&self.responses) {
            for value in 0..3 {
                let moved = self::response(self.frequencies, &with_step(band, value, STEP));
                columns.push(moved.iter().zip(response).map(|(moved, gain)| (moved - gain) / STEP).collect());
            }
        }
        if self.gain_db.is_some() {
            columns.push(vec![1.0; self.frequencies.len()]);
        }
        let residual = self.residual();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut matrix: Vec<Vec<f64>> =
            columns.iter().map(|a| columns.iter().map(|b| dot(a, b)).collect()).collect();
        let mut slope: Vec<f64> = columns.iter().map(|column| dot(column, &residual)).collect();
        let weight = GAIN_PENALTY.powi(2) * self.frequencies.len() as f64;
        for (index, band) in self.bands.iter().enumerate() {
            let row = 3 * index + 1;
            if let (Some(diagonal), Some(slope)) =
                (matrix.get_mut(row).and_then(|line| line.get_mut(row)), slope.get_mut(row))
            {
                *diagonal += weight;
                *slope -= weight * f64::from(band.gain_db);
            }
        }
        (matrix, slope)
    }

    fn moved(&self, step: &[f64]) -> Self {
        let bands: Vec<EqBand> = self
            .bands
            .iter()
            .zip(step.chunks_exact(3))
            .map(|(band, step)| {
                (0..3).zip(step).fold(*band, |band, (value, step)| with_step(&band, value, *step))
            })
            .collect();
        let last = if self.gain_db.is_some() { step.last().copied().unwrap_or(0.0) } else { 0.0 };
        let gain_db = self.gain_db.map(|gain_db| gain_db + last);
        Self::new(self.frequencies, self.curve_db, bands, gain_db)
    }
}

/// The band with one value moved by `step` within its bounds. `value` is 0 for ln Hz, 1 for dB, 2 for ln Q.
fn with_step(band: &EqBand, value: usize, step: f64) -> EqBand {
    let times = |value: f32, [low, high]: [f64; 2]| (f64::from(value) * step.exp()).clamp(low, high) as f32;
    match value {
        0 => EqBand { frequency_hz: times(band.frequency_hz, FREQUENCIES_HZ), ..*band },
        1 => {
            let [low, high] = GAINS_DB;
            EqBand { gain_db: (f64::from(band.gain_db) + step).clamp(low, high) as f32, ..*band }
        }
        _ => EqBand { q: times(band.q, QS), ..*band },
    }
}

fn response(frequencies: &[f64], band: &EqBand) -> Vec<f64> {
    let prototype = Prototype::new(band);
    frequencies.iter().map(|&frequency| prototype.gain_db(frequency)).collect()
}

/// Solves (M + damping·diag M) x = b by Cholesky; `None` where M is not positive definite.
fn solve(matrix: &[Vec<f64>], right: &[f64], damping: f64) -> Option<Vec<f64>> {
    let size = right.len();
    let mut lower = vec![vec![0.0; size]; size];
    for row in 0..size {
        for column in 0..=row {
            let dot: f64 = {
                let (a, b) = (lower.get(row)?, lower.get(column)?);
                a.iter().zip(b).take(column).map(|(a, b)| a * b).sum()
            };
            let element = *matrix.get(row)?.get(column)?;
            let value = if row == column {
                let pivot = element * (1.0 + damping) + 1e-12 - dot;
                if pivot.is_nan() || pivot <= 0.0 {
                    return None;
                }
                pivot.sqrt()
            } else {
                (element - dot) / *lower.get(column)?.get(column)?
            };
            *lower.get_mut(row)?.get_mut(column)? = value;
        }
    }
    let mut x = right.to_vec();
    for row in 0..size {
        let line = lower.get(row)?;
        let dot: f64 = line.iter().zip(&x).take(row).map(|(a, b)| a * b).sum();
        let value = (x.get(row)? - dot) / line.get(row)?;
        *x.get_mut(row)? = value;
    }
    for row in (0..size).rev() {
        let dot: f64 = (row + 1..size).filter_map(|k| Some(lower.get(k)?.get(row)? * x.get(k)?)).sum();
        let value = (x.get(row)? - dot) / lower.get(row)?.get(row)?;
        *x.get_mut(row)? = value;
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_a_linear_system() {
        let matrix = vec![vec![4.0, 1.0, 0.5], vec![1.0, 3.0, -1.0], vec![0.5, -1.0, 5.0]];
        let x = solve(&matrix, &[1.0, 2.0, 3.0], 0.0).unwrap();
        for (row, right) in matrix.iter().zip([1.0, 2.0, 3.0]) {
            let left: f64 = row.iter().zip(&x).map(|(a, b)| a * b).sum();
            assert!((left - right).abs() < 1e-9);
        }
        assert!(solve(&[vec![-1.0]], &[1.0], 0.0).is_none());
    }
}
