//! A graphic equalizer's line: `GraphicEQ: 20 -1.2; 21 -1.0; …`, frequencies in Hz and gains in dB.
//!
//! Between its points the curve is straight in dB over the logarithm of frequency, beyond them it is level.

use super::fit::frequencies_hz;
use super::words::{Piece, pieces};

/// Gains at the frequencies of the fit, dB.
///
/// # Errors
/// What is wrong with the points.
pub(super) fn curve_db(parameters: &str) -> Result<Vec<f64>, String> {
    let mut points = Vec::new();
    for pair in parameters.split(';').filter(|pair| !pair.trim().is_empty()) {
        match pieces(pair).as_slice() {
            [Piece::Number(frequency), Piece::Number(gain)] if frequency.value > 0.0 => {
                points.push((frequency.value.ln(), gain.value));
            }
            _ => return Err(format!("`{}` is not a frequency and a gain", pair.trim())),
        }
    }
    if points.is_empty() {
        return Err("no points".to_owned());
    }
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(frequencies_hz().map(|frequency| at(&points, frequency.ln())).collect())
}

fn at(points: &[(f64, f64)], x: f64) -> f64 {
    let after = points.partition_point(|point| point.0 < x);
    let high = points.get(after).or(points.last());
    let low = points.get(after.saturating_sub(1));
    match (low, high) {
        (Some(&(x0, y0)), Some(&(x1, y1))) if x1 > x0 => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
        (_, Some(&(_, y))) => y,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_runs_through_its_points_and_stays_level_outside() {
        let curve = curve_db("100 -3; 1000 6; 10000 0;").unwrap();
        for (frequency, gain) in frequencies_hz().zip(&curve) {
            let expected = match frequency {
                f if f <= 100.0 => -3.0,
                f if f <= 1000.0 => -3.0 + 9.0 * (f / 100.0).log10(),
                f if f <= 10_000.0 => 6.0 - 6.0 * (f / 1000.0).log10(),
                _ => 0.0,
            };
            assert!((gain - expected).abs() < 1e-9, "{frequency} Hz: {gain}, not {expected}");
        }
        assert_eq!(curve_db("1000 6; 100 -3; 10000 0").unwrap(), curve);
        assert_eq!(curve_db("100 -3,0; 1000 6,0; 10000 0").unwrap(), curve);
        assert!(curve_db("500 2").unwrap().iter().all(|&gain| gain == 2.0));
    }

    #[test]
    fn what_is_no_point_is_named() {
        for (text, part) in [
            ("20 1; x 2", "`x 2`"),
            ("20", "`20`"),
            ("-20 1", "`-20 1`"),
            ("0 1", "`0 1`"),
            (" ; ", "no points"),
        ] {
            assert!(curve_db(text).unwrap_err().contains(part), "{text}");
        }
    }
}
