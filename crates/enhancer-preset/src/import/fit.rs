//! Fits a few bands to a curve: a graphic equalizer's, or the sum of more filters than there are slots.
//!
//! Bells and shelves are added one at a time, each where it reduces the squared error most. After each, all
//! of them are refined together by Levenberg–Marquardt (D. Marquardt, *An algorithm for least-squares
//! estimation of nonlinear parameters*, 1963). The variables are the logarithms of frequency and Q, the
//! gains in dB and, on request, a common gain. The error is in dB, evenly weighted over the logarithm of
//! frequency.

mod least_squares;

use super::filter::q_of_octaves;
use enhancer_dsp::config::{BandType, EqBand};
use enhancer_dsp::filter::prototype::Prototype;
use least_squares::Model;

/// Points of the curve from 20 Hz to 20 kHz, about 24 per octave.
const POINTS: usize = 240;
const LOW_HZ: f64 = 20.0;
const HIGH_HZ: f64 = 20_000.0;

/// Refinement rounds after each band and at the end.
const ROUNDS: usize = 10;
const LAST_ROUNDS: usize = 60;

/// The fit stops adding bands below this largest error, dB.
const TARGET_ERROR_DB: f64 = 0.02;

/// The fitted bands and their accuracy.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    pub(super) bands: Vec<EqBand>,
    /// The common gain, dB; 0 without one.
    pub(super) gain_db: f64,
    /// Largest error, dB.
    pub(super) worst_db: f64,
    /// Root mean square of the error, dB.
    pub(super) rms_db: f64,
}

/// The frequencies at which a curve is sampled, Hz.
pub(super) fn frequencies_hz() -> impl Iterator<Item = f64> {
    (0..POINTS).map(|point| LOW_HZ * (HIGH_HZ / LOW_HZ).powf(point as f64 / (POINTS - 1) as f64))
}

/// Fits at most `max_bands` bands to `curve_db`, the gains at [`frequencies_hz`]. With `with_gain` a common
/// gain is fitted too.
pub(super) fn fit(curve_db: &[f64], max_bands: usize, with_gain: bool) -> Fit {
    let frequencies: Vec<f64> = frequencies_hz().collect();
    let mut bands: Vec<EqBand> = Vec::new();
    let mut gain_db = if with_gain { median(curve_db) } else { 0.0 };
    while bands.len() < max_bands {
        let residual = residual(&frequencies, curve_db, &bands, gain_db);
        if worst(&residual) < TARGET_ERROR_DB {
            break;
        }
        let Some(next) = candidates(&frequencies, &residual)
            .into_iter()
            .map(|band| refine(&frequencies, &residual, vec![band], None, ROUNDS))
            .min_by(|a, b| a.error.total_cmp(&b.error))
        else {
            break;
        };
        bands.extend(next.bands);
        let refined = refine(&frequencies, curve_db, bands, with_gain.then_some(gain_db), ROUNDS);
        (bands, gain_db) = (refined.bands, refined.gain_db);
    }
    let refined = refine(&frequencies, curve_db, bands, with_gain.then_some(gain_db), LAST_ROUNDS);
    finish(&frequencies, curve_db, refined)
}

/// Rounds the values to practical precision and measures the resulting error.
fn finish(frequencies: &[f64], curve_db: &[f64], refined: Refined) -> Fit {
    let mut bands = refined.bands;
    for band in &mut bands {
        let decimals = if band.frequency_hz < 100.0 { 10.0 } else { 1.0 };
        band.frequency_hz = (band.frequency_hz * decimals).round() / decimals;
        band.gain_db = (band.gain_db * 100.0).round() / 100.0;
        band.q = (band.q * 1000.0).round() / 1000.0;
    }
    bands.sort_by(|a, b| a.frequency_hz.total_cmp(&b.frequency_hz));
    let residual = residual(frequencies, curve_db, &bands, refined.gain_db);
    let power = residual.iter().map(|error| error * error).sum::<f64>() / residual.len().max(1) as f64;
    Fit { bands, gain_db: refined.gain_db, worst_db: worst(&residual), rms_db: power.sqrt() }
}

/// Candidates for the next band: a bell on the largest hump of the residual, and a shelf at each end.
fn candidates(frequencies: &[f64], residual: &[f64]) -> Vec<EqBand> {
    let mut bands = Vec::new();
    // The area of a hump is the sum over a run of one sign.
    let mut best = (0.0, 0, 0);
    let mut start = 0;
    for end in 1..=residual.len() {
        let sign_changes = match (residual.get(start), residual.get(end)) {
            (Some(first), Some(next)) => (*first > 0.0) != (*next > 0.0),
            _ => true,
        };
        if sign_changes {
            let area: f64 = residual.get(start..end).unwrap_or_default().iter().map(|r| r.abs()).sum();
            if area > best.0 {
                best = (area, start, end);
            }
            start = end;
        }
    }
    let (_, start, end) = best;
    let hump = residual.get(start..end).unwrap_or_default();
    let top = hump.iter().enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
    if let Some((offset, &gain)) = top
        && let Some(&frequency) = frequencies.get(start + offset)
    {
        let octaves = ((end - start) as f64 / 24.0 / 2.0).clamp(0.1, 4.0);
        let q = q_of_octaves(octaves).clamp(0.3, 8.0);
        for q in [q, 2.0 * q] {
            bands.push(band(BandType::Peak, frequency, gain, q));
        }
    }
    for (kind, frequency, gain) in [
        (BandType::Lowshelf, 100.0, mean(residual.get(..POINTS / 5))),
        (BandType::Highshelf, 8000.0, mean(residual.get(POINTS - POINTS / 6..))),
    ] {
        bands.push(band(kind, frequency, gain, core::f64::consts::FRAC_1_SQRT_2));
    }
    bands
}

fn band(kind: BandType, frequency_hz: f64, gain_db: f64, q: f64) -> EqBand {
    EqBand {
        kind,
        frequency_hz: frequency_hz as f32,
        gain_db: gain_db.clamp(-20.0, 20.0) as f32,
        q: q as f32,
        ..EqBand::default()
    }
}

struct Refined {
    bands: Vec<EqBand>,
    gain_db: f64,
    error: f64,
}

/// Moves all bands, and the common gain if there is one, to the nearest minimum of the squared error.
fn refine(
    frequencies: &[f64],
    curve_db: &[f64],
    bands: Vec<EqBand>,
    gain_db: Option<f64>,
    rounds: usize,
) -> Refined {
    let mut model = Model::new(frequencies, curve_db, bands, gain_db);
    let error = model.descend(rounds);
    let (bands, gain_db) = model.into_parts();
    Refined { bands, gain_db: gain_db.unwrap_or(0.0), error }
}

fn residual(frequencies: &[f64], curve_db: &[f64], bands: &[EqBand], gain_db: f64) -> Vec<f64> {
    let prototypes: Vec<Prototype> = bands.iter().map(Prototype::new).collect();
    let sum = |frequency: f64| prototypes.iter().map(|prototype| prototype.gain_db(frequency)).sum::<f64>();
    frequencies.iter().zip(curve_db).map(|(&frequency, curve)| curve - gain_db - sum(frequency)).collect()
}

fn worst(residual: &[f64]) -> f64 {
    residual.iter().fold(0.0, |worst, error| worst.max(error.abs()))
}

fn mean(values: Option<&[f64]>) -> f64 {
    values.map_or(0.0, |values| values.iter().sum::<f64>() / values.len().max(1) as f64)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests;
