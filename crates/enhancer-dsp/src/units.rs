//! Conversions from the units of a config to those of the arithmetic, to the full precision of `f64`.
//!
//! Per-sample loops use the faster polynomials of `dynamics::decibels`.

/// Linear amplitude of a level in decibels: `10^(db / 20)`.
#[must_use]
pub(crate) fn db_to_gain(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// Level in decibels of a linear amplitude: `20 log10 |gain|`, −∞ for 0.
#[must_use]
pub(crate) fn gain_to_db(gain: f64) -> f64 {
    20.0 * gain.abs().log10()
}

/// Length of a time in frames, not rounded.
#[must_use]
pub(crate) fn ms_to_frames(ms: f64, sample_rate_hz: f64) -> f64 {
    ms * 1e-3 * sample_rate_hz
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_match_their_formulas() {
        assert!((db_to_gain(20.0) - 10.0).abs() < 1e-12);
        assert!((gain_to_db(-0.5) + 6.020_599_913_279_624).abs() < 1e-12);
        assert_eq!(gain_to_db(0.0), f64::NEG_INFINITY);
        assert!((ms_to_frames(20.0, 48_000.0) - 960.0).abs() < 1e-9);
    }
}
