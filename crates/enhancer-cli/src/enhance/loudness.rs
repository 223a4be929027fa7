//! The search for the gain that brings a file to a target loudness.
//!
//! The chain is measured with its limiter off: there a dB of gain is a LU of loudness, so one measurement
//! gives the first gain. A limiter only reduces the level, so that gain reaches the target or less, and more
//! gain makes up the difference. The absolute gate of BS.1770 (−70 LUFS) may move the result either way,
//! because quiet passages begin to count as they are raised. So each result is measured.
//!
//! While all results lie on one side of the target, the gain follows the slope between them. Where the
//! limiter removes nearly all of the added gain, the search ends. If the gain is then lower than the config's
//! own, the config's own is tried. Between the nearest results on both sides of the target, the gain is
//! interpolated. Where interpolation moves one end only, the interval is halved.

use super::chain::{MAX_EXTRA_GAIN_DB, MIN_EXTRA_GAIN_DB};

/// Distance from the target at which the search ends, LU.
const TOLERANCE_LU: f64 = 0.05;

/// Largest distance from the target that docs/CLI.md promises, LU.
const PROMISED_LU: f64 = 0.1;

/// Slope in LU per dB below which more gain mostly causes more limiting.
const LEAST_SLOPE: f64 = 0.25;

/// The largest number of renderings.
const MOST_ATTEMPTS: usize = 14;

/// Assumed loudness of a result that lies below the absolute gate as a whole, LUFS.
const BELOW_GATE_LUFS: f64 = -71.0;

/// The reason why a file misses the target.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub(crate) enum Missed {
    #[error("is silent or too quiet to measure; its level is unchanged")]
    Silence,
    #[error(
        "lasts {seconds:.2} s, too short to measure its loudness, which takes 0.4 s; its level is unchanged"
    )]
    TooShort { seconds: f64 },
    #[error("keeps its level: bypass_all is on, which also disables --loudness; switch it off")]
    Bypassed,
    #[error(
        "comes out at {reached:.1} LUFS, not {target:.1}: the limiter's ceiling of {ceiling_dbtp} dBTP prevents a higher loudness; choose a lower target or raise limiter.ceiling"
    )]
    Ceiling { reached: f64, target: f64, ceiling_dbtp: f32 },
    #[error(
        "comes out at {reached:.1} LUFS, not {target:.1}: louder samples don't fit the file; choose a lower target, or use --bits 32f"
    )]
    FullScale { reached: f64, target: f64 },
    #[error(
        "comes out at {reached:.1} LUFS, not {target:.1}: the target needs more gain than {MAX_EXTRA_GAIN_DB} dB; choose a target nearer to its own loudness"
    )]
    GainRange { reached: f64, target: f64 },
    #[error(
        "comes out at {reached:.1} LUFS, not {target:.1}: its loudness jumps as the gain changes; choose another target"
    )]
    Unsteady { reached: f64, target: f64 },
}

/// A gain and the loudness that it gave.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Tried {
    gain_db: f64,
    lufs: f64,
}

impl Tried {
    /// LU per dB between two results.
    fn slope_to(self, other: Self) -> f64 {
        (other.lufs - self.lufs) / (other.gain_db - self.gain_db)
    }
}

/// The measured result of a gain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Outcome {
    /// Loudness, LUFS; `None` where the audio is too short or too quiet.
    pub(crate) lufs: Option<f64>,
    /// True if samples beyond full scale were clipped.
    pub(crate) is_clipped: bool,
}

/// The state of the search.
#[derive(Debug, Clone)]
pub(crate) struct GainSearch {
    target: f64,
    /// The limiter's ceiling; `None` with the limiter off.
    ceiling_dbtp: Option<f32>,
    unlimited_lufs: f64,
    /// The nearest results below and above the target.
    below: Option<Tried>,
    above: Option<Tried>,
    /// True if the last result lay above the target.
    was_above: Option<bool>,
    attempts: usize,
}

/// The next step after a result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Next {
    /// Keep the result.
    Done,
    /// Keep the result although it misses the target.
    Missed(Missed),
    /// Render again with this gain, dB.
    Try(f64),
}

impl GainSearch {
    /// Starts from the loudness without gain and limiter.
    pub(crate) fn new(target: f64, unlimited_lufs: f64, ceiling_dbtp: Option<f32>) -> Self {
        Self { target, ceiling_dbtp, unlimited_lufs, below: None, above: None, was_above: None, attempts: 0 }
    }

    /// The first gain to try, dB.
    pub(crate) fn first_gain_db(&self) -> f64 {
        in_range(self.target - self.unlimited_lufs)
    }

    /// Takes the result of a gain and returns the next step.
    pub(crate) fn next(&mut self, gain_db: f64, outcome: Outcome) -> Next {
        let tried = Tried { gain_db, lufs: outcome.lufs.unwrap_or(BELOW_GATE_LUFS) };
        let missing_lu = self.target - tried.lufs;
        if missing_lu.abs() <= TOLERANCE_LU {
            return Next::Done;
        }
        let is_above = missing_lu < 0.0;
        let side = if is_above { &mut self.above } else { &mut self.below };
        let slope = side.replace(tried).map_or(1.0, |earlier| earlier.slope_to(tried));
        let is_same_side = self.was_above.replace(is_above) == Some(is_above);
        self.attempts += 1;
        let is_held = self.ceiling_dbtp.is_some() || outcome.is_clipped;
        let next = match (self.below, self.above) {
            (Some(below), Some(above)) if is_same_side => between(below, above, 0.5),
            (Some(below), Some(above)) => {
                between(below, above, (self.target - below.lufs) / (above.lufs - below.lufs))
            }
            _ if !is_above && is_held && slope.abs() < LEAST_SLOPE => (gain_db < 0.0).then_some(0.0),
            // The loudness falls for a moment where quiet passages begin to count.
            _ if slope < 0.0 => Some(in_range(gain_db + missing_lu)),
            _ => Some(in_range(gain_db + missing_lu / slope.clamp(LEAST_SLOPE, 4.0))),
        };
        match next.filter(|&next| next != gain_db && self.attempts < MOST_ATTEMPTS) {
            Some(next) => Next::Try(next),
            None if missing_lu.abs() <= PROMISED_LU => Next::Done,
            None => Next::Missed(self.missed(tried, slope, outcome)),
        }
    }

    fn missed(&self, tried: Tried, slope: f64, outcome: Outcome) -> Missed {
        let (reached, target) = (tried.lufs, self.target);
        match self.ceiling_dbtp {
            _ if self.above.is_some() => Missed::Unsteady { reached, target },
            _ if tried.gain_db == MAX_EXTRA_GAIN_DB && slope >= 0.5 => Missed::GainRange { reached, target },
            Some(ceiling_dbtp) => Missed::Ceiling { reached, target, ceiling_dbtp },
            None if outcome.is_clipped => Missed::FullScale { reached, target },
            None => Missed::Unsteady { reached, target },
        }
    }
}

/// The gain at `share` of the way between two results; `None` where they are less than 1e-4 dB apart.
fn between(below: Tried, above: Tried, share: f64) -> Option<f64> {
    let width_db = above.gain_db - below.gain_db;
    (width_db.abs() > 1e-4).then(|| below.gain_db + width_db * share.clamp(0.1, 0.9))
}

fn in_range(gain_db: f64) -> f64 {
    gain_db.clamp(MIN_EXTRA_GAIN_DB, MAX_EXTRA_GAIN_DB)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the search against `loudness`, a function of gain. `unlimited` is the loudness without gain and
    /// limiter.
    fn search(
        target: f64,
        unlimited: f64,
        loudness: impl Fn(f64) -> f64,
        ceiling: Option<f32>,
    ) -> (f64, Next, usize) {
        let mut search = GainSearch::new(target, unlimited, ceiling);
        let mut gain = search.first_gain_db();
        for attempt in 1.. {
            let outcome = Outcome { lufs: Some(loudness(gain)), is_clipped: false };
            match search.next(gain, outcome) {
                Next::Try(next) => gain = next,
                end => return (loudness(gain), end, attempt),
            }
        }
        unreachable!()
    }

    /// The loudness of material of `unlimited` LUFS behind a limiter that passes no more than `most` LUFS: a
    /// slope of 1 far below, of 0 far above.
    fn limited(unlimited: f64, most: f64) -> impl Fn(f64) -> f64 {
        move |gain| most - 3.0 * (1.0 + ((most - unlimited - gain) / 3.0).exp()).ln()
    }

    #[test]
    fn without_limiting_the_first_gain_is_right() {
        for (target, unlimited) in [(-14.0, -23.0), (-23.0, 7.0), (-70.0, 90.0), (-8.0, -50.0)] {
            let (reached, end, attempts) = search(target, unlimited, |gain| unlimited + gain, Some(-1.0));
            assert!((reached - target).abs() < 1e-9);
            assert_eq!((end, attempts), (Next::Done, 1));
        }
    }

    #[test]
    fn more_gain_makes_up_for_the_limiter() {
        for unlimited in [-40.0, -16.0, -8.0, 0.0, 22.0] {
            for target in [-12.0, -14.0, -23.0, -40.0] {
                let (reached, end, attempts) =
                    search(target, unlimited, limited(unlimited, -8.0), Some(-1.0));
                assert_eq!(end, Next::Done, "{unlimited} to {target}");
                assert!((reached - target).abs() <= 0.1 && attempts <= 6, "{reached} after {attempts}");
            }
        }
    }

    #[test]
    fn a_flat_slope_below_the_config_s_gain_does_not_end_the_search() {
        // Beats of +30 dBFS over a quiet tone. With rising gain, first the beats grow; then they are limited
        // and nearly nothing grows; then the tone grows.
        let beats = |gain: f64| match gain + 36.0 {
            step if step < 0.0 => -17.0 + step,
            step if step < 20.0 => -17.0 + 0.05 * step,
            step => -16.0 + 0.8 * (step - 20.0),
        };
        for target in [-30.0, -17.0, -16.8, -16.2, -15.0, -8.0, -5.0] {
            let (reached, end, _) = search(target, 19.0, beats, Some(-1.0));
            assert!(end == Next::Done && (reached - target).abs() <= 0.1, "{target}: {reached} {end:?}");
        }
        let (_, end, _) = search(-1.0, 19.0, |gain| beats(gain).min(-4.0), Some(-1.0));
        assert!(matches!(end, Next::Missed(Missed::Ceiling { .. })), "{end:?}");
    }

    #[test]
    fn the_search_allows_for_the_gate() {
        // Half of the passages lie 40 LU lower. They count from −70 LUFS on, which lowers the loudness by 3
        // LU at once.
        let gated = |gain: f64| -20.0 + gain - 3.0 / (1.0 + (-(gain - 10.0) * 2.0).exp());
        for target in [-30.0, -14.0, -12.0, -10.5, -8.0] {
            let (reached, end, _) = search(target, -20.0, gated, None);
            assert!(end == Next::Done && (reached - target).abs() <= 0.1, "{target}: {reached} {end:?}");
        }
        // A jump across the target can't be avoided, but it is reported.
        let leaping = |gain: f64| -20.0 + gain - if gain > 6.0 { 3.0 } else { 0.0 };
        let (reached, end, _) = search(-14.5, -20.0, leaping, None);
        assert!(end == Next::Done && (reached + 14.5).abs() <= 0.1, "{end:?}");
        let jump = |gain: f64| if gain > 6.0 { -10.0 } else { -20.0 };
        let (_, end, _) = search(-14.0, -20.0, jump, Some(-1.0));
        assert!(matches!(end, Next::Missed(Missed::Unsteady { .. })), "{end:?}");
    }

    #[test]
    fn the_reason_for_a_missed_target_is_named() {
        let (_, end, _) = search(-5.0, -16.0, |gain| (-16.0 + gain).min(-9.0), Some(-1.0));
        assert!(matches!(end, Next::Missed(Missed::Ceiling { reached, .. }) if reached == -9.0), "{end:?}");
        let (_, end, _) = search(-5.0, -66.0, |gain| -66.0 + gain, Some(-1.0));
        assert!(matches!(end, Next::Missed(Missed::GainRange { .. })), "{end:?}");
        let clipped = Outcome { lufs: Some(-6.0), is_clipped: true };
        let mut search = GainSearch::new(-2.0, -6.0, None);
        assert_eq!(search.next(4.0, clipped), Next::Try(8.0));
        assert!(matches!(search.next(8.0, clipped), Next::Missed(Missed::FullScale { .. })));
    }

    #[test]
    fn a_result_within_the_promised_distance_gets_no_note() {
        let (reached, end, _) = search(-9.0, -16.0, |gain| (-16.0 + gain).min(-9.08), Some(-1.0));
        assert_eq!((reached, end), (-9.08, Next::Done));
    }
}
