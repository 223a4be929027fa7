//! The gain that brings a file to a loudness.
//!
//! The chain is measured with its limiter off: there a dB of gain is a LU of loudness, and one measurement
//! gives the gain. A limiter only takes away, so what that gain gives is the target or less, and more gain
//! makes up for it. The absolute gate of BS.1770 (−70 LUFS), which lets quiet passages count as they are
//! raised, may move the result either way. So each result is measured. While all lie on one side of the
//! target, the gain follows the slope between them. Where the limiter takes nearly all of what more gain
//! adds, the search ends, unless the gain is lower than the config's own, which is then tried. Between the
//! nearest results on both sides of the target, the gain is interpolated; where that moves one end only, the
//! interval is halved.

use super::chain::{MAX_EXTRA_GAIN_DB, MIN_EXTRA_GAIN_DB};

/// How near the target the search comes, LU.
const TOLERANCE_LU: f64 = 0.05;

/// How near the target a result has to be, LU; docs/CLI.md promises it.
const PROMISED_LU: f64 = 0.1;

/// Below this slope, LU per dB, more gain mostly makes more limiting.
const LEAST_SLOPE: f64 = 0.25;

/// The most results that are rendered.
const MOST_ATTEMPTS: usize = 14;

/// What stands for the loudness of a result that the absolute gate leaves nothing of, LUFS.
const BELOW_GATE_LUFS: f64 = -71.0;

/// Why a file's loudness is not the target.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub(crate) enum Missed {
    #[error("is silent or too quiet to measure; its level stays")]
    Silence,
    #[error("lasts {seconds:.2} s, too short to measure its loudness, which takes 0.4 s; its level stays")]
    TooShort { seconds: f64 },
    #[error("keeps its level: bypass_all is on, and takes --loudness out as well; switch it off")]
    Bypassed,
    #[error(
        "comes out at {reached:.1} LUFS, not {target:.1}: the limiter's ceiling of {ceiling_dbtp} dBTP takes back what more gain adds; choose a lower target or raise limiter.ceiling"
    )]
    Ceiling { reached: f64, target: f64, ceiling_dbtp: f32 },
    #[error(
        "comes out at {reached:.1} LUFS, not {target:.1}: louder samples don't fit the file; choose a lower target, or use --bits 32f"
    )]
    FullScale { reached: f64, target: f64 },
    #[error(
        "comes out at {reached:.1} LUFS, not {target:.1}: that takes more gain than {MAX_EXTRA_GAIN_DB} dB; choose a target nearer to its own loudness"
    )]
    GainRange { reached: f64, target: f64 },
    #[error(
        "comes out at {reached:.1} LUFS, not {target:.1}: its loudness leaps as the gain changes; choose another target"
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

/// What came of a gain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Outcome {
    /// Loudness, LUFS, if there is any to measure.
    pub(crate) lufs: Option<f64>,
    /// Whether samples beyond full scale were held there.
    pub(crate) is_clipped: bool,
}

/// The search for the gain.
#[derive(Debug, Clone)]
pub(crate) struct GainSearch {
    target: f64,
    /// The limiter's ceiling, where it works.
    ceiling_dbtp: Option<f32>,
    unlimited_lufs: f64,
    /// The nearest results below and above the target.
    below: Option<Tried>,
    above: Option<Tried>,
    /// True if the last result lay above the target.
    was_above: Option<bool>,
    attempts: usize,
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
    /// A search that starts from the loudness with neither gain nor limiter.
    pub(crate) fn new(target: f64, unlimited_lufs: f64, ceiling_dbtp: Option<f32>) -> Self {
        Self { target, ceiling_dbtp, unlimited_lufs, below: None, above: None, was_above: None, attempts: 0 }
    }

    /// The first gain to try.
    pub(crate) fn first_gain_db(&self) -> f64 {
        in_range(self.target - self.unlimited_lufs)
    }

    /// Learns what a gain gave.
    pub(crate) fn next(&mut self, gain_db: f64, outcome: Outcome) -> Next {
        let tried = Tried { gain_db, lufs: outcome.lufs.unwrap_or(BELOW_GATE_LUFS) };
        let wanting = self.target - tried.lufs;
        if wanting.abs() <= TOLERANCE_LU {
            return Next::Done;
        }
        let is_above = wanting < 0.0;
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
            // Passages that begin to count lower the loudness for a moment.
            _ if slope < 0.0 => Some(in_range(gain_db + wanting)),
            _ => Some(in_range(gain_db + wanting / slope.clamp(LEAST_SLOPE, 4.0))),
        };
        match next.filter(|&next| next != gain_db && self.attempts < MOST_ATTEMPTS) {
            Some(next) => Next::Try(next),
            None if wanting.abs() <= PROMISED_LU => Next::Done,
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

/// The gain at a share of the way between two results; `None` where they are as good as one.
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

    /// Runs the search against a loudness as a function of gain; `unlimited` is the loudness without gain and
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

    /// The loudness of material of `unlimited` LUFS behind a limiter that lets no more than `most` LUFS
    /// through: a slope of 1 far below, of 0 far above.
    fn limited(unlimited: f64, most: f64) -> impl Fn(f64) -> f64 {
        move |gain| most - 3.0 * (1.0 + ((most - unlimited - gain) / 3.0).exp()).ln()
    }

    #[test]
    fn plain_gain_is_found_at_once() {
        for (target, unlimited) in [(-14.0, -23.0), (-23.0, 7.0), (-70.0, 90.0), (-8.0, -50.0)] {
            let (reached, end, attempts) = search(target, unlimited, |gain| unlimited + gain, Some(-1.0));
            assert!((reached - target).abs() < 1e-9);
            assert_eq!((end, attempts), (Next::Done, 1));
        }
    }

    #[test]
    fn what_the_limiter_takes_is_made_up_for() {
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
    fn a_flat_stretch_below_the_own_gain_is_no_end() {
        // Beats of +30 dBFS over a quiet tone: first the beats grow, then, limited, nearly nothing, then the
        // tone.
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
    fn what_the_gate_lets_in_is_made_up_for() {
        // Half of the passages lie 40 LU lower and count from −70 LUFS on, 3 LU down at once.
        let gated = |gain: f64| -20.0 + gain - 3.0 / (1.0 + (-(gain - 10.0) * 2.0).exp());
        for target in [-30.0, -14.0, -12.0, -10.5, -8.0] {
            let (reached, end, _) = search(target, -20.0, gated, None);
            assert!(end == Next::Done && (reached - target).abs() <= 0.1, "{target}: {reached} {end:?}");
        }
        // A leap over the target can't be helped, but is told.
        let leaping = |gain: f64| -20.0 + gain - if gain > 6.0 { 3.0 } else { 0.0 };
        let (reached, end, _) = search(-14.5, -20.0, leaping, None);
        assert!(end == Next::Done && (reached + 14.5).abs() <= 0.1, "{end:?}");
        let jump = |gain: f64| if gain > 6.0 { -10.0 } else { -20.0 };
        let (_, end, _) = search(-14.0, -20.0, jump, Some(-1.0));
        assert!(matches!(end, Next::Missed(Missed::Unsteady { .. })), "{end:?}");
    }

    #[test]
    fn what_forbids_the_target_is_named() {
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
    fn a_result_as_near_as_promised_gets_no_remark() {
        let (reached, end, _) = search(-9.0, -16.0, |gain| (-16.0 + gain).min(-9.08), Some(-1.0));
        assert_eq!((reached, end), (-9.08, Next::Done));
    }
}
