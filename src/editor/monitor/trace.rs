//! The last seconds: levels and gain reductions against time.

use std::collections::VecDeque;

/// How far back it remembers, s.
pub(crate) const TRACE_SECONDS: f64 = 5.0;

/// What one frame of the picture saw.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// When, s.
    pub(crate) time_s: f64,
    /// Largest sample in, dBFS.
    pub(crate) input_db: f32,
    /// Largest sample out, dBFS.
    pub(crate) output_db: f32,
    /// What the compressor took away, dB.
    pub(crate) compressor_db: f32,
    /// What the limiter took away, dB.
    pub(crate) limiter_db: f32,
}

/// Moments of the last seconds, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    moments: VecDeque<Moment>,
}

impl Trace {
    /// Remembers a moment and forgets what is too old.
    pub(crate) fn push(&mut self, moment: Moment) {
        while self.moments.front().is_some_and(|first| moment.time_s - first.time_s > TRACE_SECONDS) {
            self.moments.pop_front();
        }
        self.moments.push_back(moment);
    }

    /// The moments, oldest first.
    pub(crate) fn moments(&self) -> impl DoubleEndedIterator<Item = &Moment> + '_ {
        self.moments.iter()
    }

    /// The latest moment.
    #[must_use]
    pub(crate) fn latest(&self) -> Option<&Moment> {
        self.moments.back()
    }
}
