//! Levels and gain reductions of the last seconds.

use super::decibels;
use crate::telemetry::BlockLevels;
use enhancer_dsp::StageId;
use std::collections::VecDeque;

/// A gain reduction for each stage, dB.
type Reductions = [f32; StageId::ALL.len()];

/// Length of the history, s.
pub(crate) const TRACE_SECONDS: f64 = 5.0;

/// Length of a moment, s.
const MOMENT_S: f64 = 0.02;

/// Moments kept: a few more than fit the picture, so that its lines reach the left edge.
pub(crate) const MOMENTS: usize = (TRACE_SECONDS / MOMENT_S) as usize + 10;

/// Levels of one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    /// Largest input sample, dBFS.
    pub(crate) input_db: f32,
    /// Largest output sample, dBFS.
    pub(crate) output_db: f32,
    /// Gain reduction of each stage, dB, in the order of [`StageId::ALL`].
    reductions_db: Reductions,
}

/// The moments of the last seconds, oldest first. Time counts samples, not pictures.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    moments: VecDeque<Moment>,
    /// Levels of the present moment, and its length so far.
    largest: BlockLevels,
    passed_s: f64,
    /// Number of moments dropped so far.
    gone: u64,
}

impl Moment {
    /// The larger of each value.
    fn larger(self, other: Self) -> Self {
        Self {
            input_db: self.input_db.max(other.input_db),
            output_db: self.output_db.max(other.output_db),
            reductions_db: larger_each(self.reductions_db, other.reductions_db),
        }
    }

    /// Gain reduction of a stage, dB, 0 or more.
    #[must_use]
    pub(crate) fn reduction_db(&self, stage: StageId) -> f32 {
        self.reductions_db[stage as usize]
    }
}

/// The larger reduction of each stage.
fn larger_each(a: Reductions, b: Reductions) -> Reductions {
    std::array::from_fn(|stage| a[stage].max(b[stage]))
}

impl Trace {
    /// Adds the levels of the next block.
    pub(crate) fn push(&mut self, block: &BlockLevels, rate_hz: f32) {
        let largest = &mut self.largest;
        largest.input_peak = largest.input_peak.max(block.input_peak);
        largest.output_peak = largest.output_peak.max(block.output_peak);
        largest.reductions_db = larger_each(largest.reductions_db, block.reductions_db);
        self.passed_s += f64::from(block.frames) / f64::from(rate_hz);
        if self.passed_s < MOMENT_S {
            return;
        }
        let moment = Moment {
            input_db: decibels(largest.input_peak),
            output_db: decibels(largest.output_peak),
            reductions_db: largest.reductions_db,
        };
        *largest = BlockLevels::default();
        while self.passed_s >= MOMENT_S {
            self.passed_s -= MOMENT_S;
            if self.moments.len() == MOMENTS {
                self.moments.pop_front();
                self.gone += 1;
            }
            self.moments.push_back(moment);
        }
    }

    /// The moments with their age in s, oldest first.
    pub(crate) fn moments(&self) -> impl DoubleEndedIterator<Item = (f64, &Moment)> + '_ {
        let count = self.moments.len();
        self.moments
            .iter()
            .enumerate()
            .map(move |(place, moment)| ((count - 1 - place) as f64 * MOMENT_S, moment))
    }

    /// Moments joined into groups about `step_s` long, each with the largest levels and its age in s, oldest
    /// first. A group keeps its moments as it ages, so that the picture scrolls without flicker.
    pub(crate) fn moments_apart(&self, step_s: f64) -> impl Iterator<Item = (f64, Moment)> + '_ {
        let together = (step_s / MOMENT_S).round().max(1.0) as usize;
        let count = self.moments.len();
        let mut place = 0;
        std::iter::from_fn(move || {
            let first = place;
            // A group ends where the number of moments since the beginning is a multiple of its size.
            let number = self.gone + first as u64;
            let left = together - (number % together as u64) as usize;
            place = (first + left).min(count);
            let moment = self.moments.range(first..place).copied().reduce(Moment::larger)?;
            Some(((count - place) as f64 * MOMENT_S, moment))
        })
    }

    /// Largest gain reduction of a stage in the last half second, dB.
    #[must_use]
    pub(crate) fn recent_reduction_db(&self, stage: StageId) -> f32 {
        let recent = self.moments().rev().take_while(|(age_s, _)| *age_s < 0.5);
        recent.map(|(_, moment)| moment.reduction_db(stage)).fold(0.0, f32::max)
    }

    /// The latest moment.
    #[must_use]
    pub(crate) fn latest(&self) -> Option<&Moment> {
        self.moments.back()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_keep_their_largest_levels_and_their_moments() {
        let mut trace = Trace::default();
        let mut before: Vec<Moment> = vec![];
        for number in 0..600 {
            // One loud moment in each 50.
            let output_peak = if number % 50 == 17 { 1.0 } else { 0.1 };
            trace.push(&BlockLevels { frames: 960, output_peak, ..BlockLevels::default() }, 48_000.0);
            for (step_s, most) in [(0.001, MOMENTS), (0.06, MOMENTS.div_ceil(3) + 1)] {
                let together: Vec<(f64, Moment)> = trace.moments_apart(step_s).collect();
                let loud = |moment: &Moment| moment.output_db == 0.0;
                let expected = trace.moments().filter(|(_, moment)| loud(moment)).count();
                assert_eq!(together.iter().filter(|(_, moment)| loud(moment)).count(), expected);
                assert!(together.len() <= most && together.len() * 3 >= trace.moments().count());
                assert!(together.is_sorted_by(|a, b| a.0 > b.0) && together.last().unwrap().0 == 0.0);
            }
            // All but the one at each end are the same as before the last moment.
            let now: Vec<Moment> = trace.moments_apart(0.06).map(|(_, moment)| moment).collect();
            let inner = |moments: &[Moment]| moments[1..moments.len().max(2) - 1].to_vec();
            if number > 300 {
                let (old, new) = (inner(&before), inner(&now));
                assert!(
                    old.starts_with(&new[..new.len() - 1]) || old[1..].starts_with(&new[..new.len() - 1])
                );
            }
            before = now;
        }
    }

    #[test]
    fn blocks_of_any_length_fill_the_same_time() {
        for frames in [16, 100, 960, 4800] {
            let mut trace = Trace::default();
            let levels = |peak| BlockLevels { frames, output_peak: peak, ..BlockLevels::default() };
            let blocks = 3 * 48_000 / frames;
            (0..blocks).for_each(|_| trace.push(&levels(0.5), 48_000.0));
            let oldest = trace.moments().next().map(|(age_s, _)| age_s).unwrap();
            assert!((oldest - 3.0).abs() < 0.05, "{oldest} s of blocks of {frames}");
            (0..10 * blocks).for_each(|_| trace.push(&levels(0.25), 48_000.0));
            assert!(trace.moments().all(|(age_s, moment)| {
                age_s <= TRACE_SECONDS + 0.2 && (moment.output_db - decibels(0.25)).abs() < 1e-3
            }));
        }
    }
}
