//! The last seconds: levels and gain reductions against time.

use super::decibels;
use crate::telemetry::BlockLevels;
use std::collections::VecDeque;

/// How far back it remembers, s.
pub(crate) const TRACE_SECONDS: f64 = 5.0;

/// Time that a moment stands for, s.
const MOMENT_S: f64 = 0.02;

/// Moments remembered.
const MOMENTS: usize = (TRACE_SECONDS / MOMENT_S) as usize;

/// What happened in one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    /// Largest sample in, dBFS.
    pub(crate) input_db: f32,
    /// Largest sample out, dBFS.
    pub(crate) output_db: f32,
    /// What the compressor took away, dB.
    pub(crate) compressor_db: f32,
    /// What the limiter took away, dB.
    pub(crate) limiter_db: f32,
}

/// Moments of the last seconds, oldest first. Time is the sound's own, so it doesn't depend on how often it is drawn.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    moments: VecDeque<Moment>,
    /// The moment under way, and how much of it has passed.
    largest: BlockLevels,
    passed_s: f64,
}

impl Trace {
    /// Takes the levels of the next block.
    pub(crate) fn push(&mut self, block: &BlockLevels, rate_hz: f32) {
        let largest = &mut self.largest;
        largest.input_peak = largest.input_peak.max(block.input_peak);
        largest.output_peak = largest.output_peak.max(block.output_peak);
        largest.compressor_reduction_db = largest.compressor_reduction_db.max(block.compressor_reduction_db);
        largest.limiter_reduction_db = largest.limiter_reduction_db.max(block.limiter_reduction_db);
        self.passed_s += f64::from(block.frames) / f64::from(rate_hz);
        if self.passed_s < MOMENT_S {
            return;
        }
        let moment = Moment {
            input_db: decibels(largest.input_peak),
            output_db: decibels(largest.output_peak),
            compressor_db: largest.compressor_reduction_db,
            limiter_db: largest.limiter_reduction_db,
        };
        *largest = BlockLevels::default();
        while self.passed_s >= MOMENT_S {
            self.passed_s -= MOMENT_S;
            if self.moments.len() == MOMENTS {
                self.moments.pop_front();
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
                age_s <= TRACE_SECONDS && (moment.output_db - decibels(0.25)).abs() < 1e-3
            }));
        }
    }
}
