//! Conversions between the units people read and the ones the arithmetic uses; done at doors only.

/// Linear amplitude of a level in decibels: `10^(db / 20)`.
#[must_use]
pub fn db_to_gain(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// Level in decibels of a linear amplitude, −∞ for 0: `20 log10 |gain|`.
#[must_use]
pub fn gain_to_db(gain: f64) -> f64 {
    20.0 * gain.abs().log10()
}

/// Frames that a time lasts, unrounded.
#[must_use]
pub fn ms_to_frames(ms: f64, sample_rate_hz: f64) -> f64 {
    ms * 1e-3 * sample_rate_hz
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decibels_follow_their_definition() {
        assert!((db_to_gain(20.0) - 10.0).abs() < 1e-12);
        assert!((gain_to_db(-0.5) + 6.020_599_913_279_624).abs() < 1e-12);
        assert_eq!(gain_to_db(0.0), f64::NEG_INFINITY);
        assert!((ms_to_frames(20.0, 48_000.0) - 960.0).abs() < 1e-9);
    }
}
