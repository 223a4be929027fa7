//! The gain that brings a file to a loudness.
//!
//! Without a limiter, a dB of gain is a LU of loudness, and one measurement gives the gain. The limiter takes some of it
//! back, and the absolute gate of BS.1770 (−70 LUFS) lets quiet passages count as they are raised, so the result
//! is measured, and the gain corrected along the slope found, until it is right or the limiter gives no more.

use super::chain::MAX_EXTRA_GAIN_DB;

/// How near the target the result has to come, LU; 0.1 is promised.
const TOLERANCE_LU: f64 = 0.05;

/// Below this slope, LU per dB, more gain mostly makes more limiting.
const LEAST_SLOPE: f64 = 0.25;

/// The most results that are rendered.
const MOST_ATTEMPTS: usize = 8;

/// Why a file's loudness is not the target.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub(crate) enum Missed {
    #[error("is silent or too quiet to measure; its level stays")]
    Silence,
    #[error(
        "comes out at {reached:.1} LUFS, not {target:.1}: the limiter's ceiling of {ceiling_dbtp} dBTP takes back what more gain adds; choose a lower target or raise limiter.ceiling"
    )]
    Ceiling { reached: f64, target: f64, ceiling_dbtp: f32 },
    #[error(
        "comes out at {reached:.1} LUFS, not {target:.1}: that takes more gain than {MAX_EXTRA_GAIN_DB} dB; choose a target nearer to its own loudness"
    )]
    GainRange { reached: f64, target: f64 },
    #[error(
        "comes out at {reached:.1} LUFS, not {target:.1}: its loudness doesn't follow the gain; is bypass_all on?"
    )]
    Unsteady { reached: f64, target: f64 },
}

/// The search for the gain.
#[derive(Debug, Clone)]
pub(crate) struct GainSearch {
    target: f64,
    /// The limiter's ceiling, where it works.
    ceiling_dbtp: Option<f32>,
    /// Gains tried, dB, and the loudness they gave, LUFS; the first is a measurement only.
    tried: Vec<(f64, f64)>,
}

/// What to do after a result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Next {
    /// Keep it.
    Done,
    /// Keep it, though it is not what was asked for.
    Missed(Missed),
    /// Render again, with this gain.
    Try(f64),
}

impl GainSearch {
    /// A search that starts from the loudness without gain.
    pub(crate) fn new(target: f64, unaided: f64, ceiling_dbtp: Option<f32>) -> Self {
        Self { target, ceiling_dbtp, tried: vec![(0.0, unaided)] }
    }

    /// The first gain to try.
    pub(crate) fn first_gain_db(&self) -> f64 {
        self.tried.first().map_or(0.0, |(_, unaided)| in_range(self.target - unaided))
    }

    /// Learns what a gain gave.
    pub(crate) fn next(&mut self, gain_db: f64, lufs: Option<f64>) -> Next {
        let Some(reached) = lufs else { return Next::Missed(Missed::Silence) };
        let target = self.target;
        let wanting = target - reached;
        if wanting.abs() <= TOLERANCE_LU {
            return Next::Done;
        }
        let slope = self.slope(gain_db, reached);
        self.tried.push((gain_db, reached));
        let ceiling = self.ceiling_dbtp.filter(|_| wanting > 0.0);
        let missed = match ceiling {
            Some(ceiling_dbtp) => Missed::Ceiling { reached, target, ceiling_dbtp },
            None => Missed::Unsteady { reached, target },
        };
        let next = in_range(gain_db + wanting / slope.clamp(LEAST_SLOPE, 4.0));
        if slope < LEAST_SLOPE || self.tried.len() > MOST_ATTEMPTS {
            Next::Missed(missed)
        } else if next == gain_db {
            Next::Missed(if slope < 0.5 { missed } else { Missed::GainRange { reached, target } })
        } else {
            Next::Try(next)
        }
    }

    /// LU per dB, from the nearest of the earlier results.
    fn slope(&self, gain_db: f64, reached: f64) -> f64 {
        let others = self.tried.iter().filter(|(gain, _)| (gain - gain_db).abs() > 1e-6);
        let nearest = others.min_by(|(a, _), (b, _)| (a - gain_db).abs().total_cmp(&(b - gain_db).abs()));
        nearest.map_or(1.0, |(gain, lufs)| (reached - lufs) / (gain_db - gain))
    }
}

fn in_range(gain_db: f64) -> f64 {
    gain_db.clamp(-MAX_EXTRA_GAIN_DB, MAX_EXTRA_GAIN_DB)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the search against a loudness as a function of gain.
    fn search(target: f64, loudness: impl Fn(f64) -> f64, ceiling: Option<f32>) -> (f64, Next, usize) {
        let mut search = GainSearch::new(target, loudness(0.0), ceiling);
        let mut gain = search.first_gain_db();
        for attempt in 1.. {
            match search.next(gain, Some(loudness(gain))) {
                Next::Try(next) => gain = next,
                end => return (loudness(gain), end, attempt),
            }
        }
        unreachable!()
    }

    #[test]
    fn plain_gain_is_found_at_once() {
        let (reached, end, attempts) = search(-14.0, |gain| -23.0 + gain, Some(-1.0));
        assert!((reached + 14.0).abs() < 1e-9);
        assert_eq!((end, attempts), (Next::Done, 1));
    }

    #[test]
    fn what_the_limiter_takes_is_made_up_for() {
        // Soft saturation: slope 1 far below, 0 far above.
        let limited =
            |gain: f64| -8.0 - 3.0 * (1.0 + ((-16.0 - gain + 8.0) / 3.0f64).exp()).ln() + 0.0 * gain;
        let (reached, end, attempts) = search(-12.0, |gain| limited(gain).min(-16.0 + gain), Some(-1.0));
        assert_eq!(end, Next::Done);
        assert!((reached + 12.0).abs() <= 0.1 && attempts <= 6, "{reached} after {attempts}");
    }

    #[test]
    fn a_ceiling_that_forbids_the_target_is_named() {
        let (_, end, _) = search(-5.0, |gain| (-16.0 + gain).min(-9.0), Some(-1.0));
        assert!(matches!(end, Next::Missed(Missed::Ceiling { reached, .. }) if reached == -9.0), "{end:?}");
        let (_, end, _) = search(-5.0, |gain| -66.0 + gain, Some(-1.0));
        assert!(matches!(end, Next::Missed(Missed::GainRange { .. })), "{end:?}");
        let (_, end, _) = search(-5.0, |_| -20.0, None);
        assert!(matches!(end, Next::Missed(Missed::Unsteady { .. })), "{end:?}");
    }
}
