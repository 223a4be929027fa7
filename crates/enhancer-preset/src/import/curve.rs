//! Reads curves of gain over frequency: a graphic equalizer's `20 -1.2; 21 -1.0; …`, or a list of points.
//!
//! Between two points the gain is linear in dB over the logarithm of frequency. Outside the points it is
//! constant.

use super::fit::frequencies_hz;
use super::tokens::{Token, hertz_per, tokens};

/// Gains in dB at the frequencies of the fit, from `frequency gain; frequency gain; …` in Hz or kHz and dB.
///
/// # Errors
/// The first invalid point, or that there is none.
pub(super) fn of_pairs(parameters: &str) -> Result<Vec<f64>, String> {
    let mut points = Vec::new();
    for pair in parameters.split(';').filter(|pair| !pair.trim().is_empty()) {
        let point =
            point(&tokens(pair)).ok_or_else(|| format!("`{}` is not a frequency and a gain", pair.trim()))?;
        points.push(point);
    }
    of_points(points).ok_or_else(|| "no points".to_owned())
}

fn point(tokens: &[Token]) -> Option<(f64, f64)> {
    let (frequency, rest) = match tokens {
        [Token::Number(frequency), Token::Word(unit), rest @ ..] => {
            (frequency.value * hertz_per(unit)?, rest)
        }
        [Token::Number(frequency), rest @ ..] => (frequency.value, rest),
        _ => return None,
    };
    match rest {
        [Token::Number(gain)] if frequency > 0.0 => Some((frequency, gain.value)),
        [Token::Number(gain), Token::Word(unit)] if frequency > 0.0 && unit == "DB" => {
            Some((frequency, gain.value))
        }
        _ => None,
    }
}

/// Gains in dB at the frequencies of the fit, from points of frequency in Hz, above 0, and gain in dB.
/// `None` without points.
pub(super) fn of_points(mut points: Vec<(f64, f64)>) -> Option<Vec<f64>> {
    points.iter_mut().for_each(|point| point.0 = point.0.ln());
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let curve = || frequencies_hz().map(|frequency| at(&points, frequency.ln())).collect();
    (!points.is_empty()).then(curve)
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
    fn interpolates_between_points_and_is_constant_outside() {
        let curve = of_pairs("100 -3; 1000 6; 10000 0;").unwrap();
        for (frequency, gain) in frequencies_hz().zip(&curve) {
            let expected = match frequency {
                f if f <= 100.0 => -3.0,
                f if f <= 1000.0 => -3.0 + 9.0 * (f / 100.0).log10(),
                f if f <= 10_000.0 => 6.0 - 6.0 * (f / 1000.0).log10(),
                _ => 0.0,
            };
            assert!((gain - expected).abs() < 1e-9, "{frequency} Hz: {gain}, not {expected}");
        }
        assert_eq!(of_pairs("1000 6; 100 -3; 10000 0").unwrap(), curve);
        assert_eq!(of_pairs("100 -3,0; 1000 6,0; 10000 0").unwrap(), curve);
        assert_eq!(of_pairs("0.1 kHz -3 dB; 1k 6dB; 10kHz 0").unwrap(), curve);
        assert!(of_pairs("500 2").unwrap().iter().all(|&gain| gain == 2.0));
    }

    #[test]
    fn an_invalid_point_is_quoted_in_the_error() {
        for (text, part) in [
            ("20 1; x 2", "`x 2`"),
            ("20", "`20`"),
            ("20 mHz 3", "`20 mHz 3`"),
            ("-20 1", "`-20 1`"),
            ("0 1", "`0 1`"),
            (" ; ", "no points"),
        ] {
            assert!(of_pairs(text).unwrap_err().contains(part), "{text}");
        }
    }
}
