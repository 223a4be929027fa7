//! From peaks to the gain that keeps them under the ceiling.

use super::tuning::Tuning;
use crate::block::MAX_CHUNK_FRAMES;
use crate::dynamics::lookahead::{GainSmoother, SlidingMax};
use crate::oversample::peak_finder::{Peaks, larger};
use crate::ring::Ring;

/// Two stretches whose largest peaks differ by less than this are one steady sound.
const STEADY_SHARE: f64 = 0.99;

/// How fast the hold gives way where they differ more: gone at a ratio of `STEADY_SHARE − 1 / STEADY_SLOPE`.
const STEADY_SLOPE: f64 = 1.0;

/// Added to a released gain each frame, so that it reaches 1 in the end instead of coming ever closer.
const LAST_STEP: f64 = 1e-10;

/// The gain computer.
#[derive(Debug)]
pub(super) struct GainComputer {
    short: SlidingMax,
    long: SlidingMax,
    /// The long maximum of one long window ago.
    before: Ring<f32>,
    smoother: GainSmoother,
    /// Gain before smoothing.
    released: f64,
    release_share: f64,
}

impl GainComputer {
    /// Room for every quality at the sample rate. Allocates.
    pub(super) fn new(tunings: &[Tuning]) -> Self {
        let most = |length: fn(&Tuning) -> usize| tunings.iter().map(length).max().unwrap_or(1);
        Self {
            short: SlidingMax::new(most(|tuning| tuning.window)),
            long: SlidingMax::new(most(|tuning| tuning.steady)),
            before: Ring::new(most(|tuning| tuning.steady), 0.0),
            smoother: GainSmoother::new(most(|tuning| tuning.average)),
            released: 1.0,
            release_share: 1.0,
        }
    }

    /// Takes over another quality's lengths and forgets the past.
    pub(super) fn set_tuning(&mut self, tuning: &Tuning) {
        self.short.set_window(tuning.window);
        self.long.set_window(tuning.steady);
        self.before.set_length(tuning.steady);
        self.smoother.set_length(tuning.average);
        self.released = 1.0;
    }

    /// Sets the time to 63 % of the way back, frames.
    pub(super) fn set_release_frames(&mut self, frames: f64) {
        self.release_share = 1.0 - (-1.0 / frames).exp();
    }

    pub(super) fn reset(&mut self) {
        self.short.reset();
        self.long.reset();
        self.before.reset();
        self.smoother.reset();
        self.released = 1.0;
    }

    /// The gains for `frames` frames, each the tuning's lookahead after its peak. False when all are exactly 1.
    pub(super) fn process(
        &mut self,
        peaks: &mut Peaks,
        frames: usize,
        ceilings: &[f64; MAX_CHUNK_FRAMES],
        gains: &mut [f64; MAX_CHUNK_FRAMES],
    ) -> bool {
        let (mut now, mut before) = (*peaks, [0.0; MAX_CHUNK_FRAMES]);
        self.short.process(&mut peaks[..frames]);
        self.long.process(&mut now[..frames]);
        before[..frames].copy_from_slice(&now[..frames]);
        self.before.process(&mut before[..frames]);
        // What each frame must not pass, and what a release must not pass.
        let mut holds = [1.0; MAX_CHUNK_FRAMES];
        let mut lowest = 1f64;
        for i in 0..MAX_CHUNK_FRAMES {
            let (level, steady) = (f64::from(peaks[i]), steady_level(now[i], before[i]));
            gains[i] = if level > ceilings[i] { ceilings[i] / level } else { 1.0 };
            holds[i] = if steady > ceilings[i] { ceilings[i] / steady } else { 1.0 };
        }
        for gain in gains.iter().take(frames) {
            lowest = lowest.min(*gain);
        }
        if lowest == 1.0 && self.released == 1.0 && self.smoother.rests() {
            return false;
        }
        let (keep, share) = (1.0 - self.release_share, self.release_share);
        for (gain, hold) in gains.iter_mut().zip(holds).take(frames) {
            let back = self.released * keep + (*gain * share + LAST_STEP);
            // Whatever is steady keeps the gain from rising; it never pulls it down.
            let held = if hold > self.released { hold } else { self.released };
            let rise = if back < held { back } else { held };
            self.released = if rise < *gain { rise } else { *gain };
            *gain = self.smoother.next_gain(self.released);
        }
        true
    }
}

/// The level that two long stretches in a row have in common, less the more they differ; 0 where one is much quieter.
#[inline]
fn steady_level(now: f32, before: f32) -> f64 {
    let (high, low) = (f64::from(larger(now, before)), f64::from(if now < before { now } else { before }));
    let ratio = low / high.max(f64::MIN_POSITIVE);
    low * (1.0 - STEADY_SLOPE * (STEADY_SHARE - ratio)).clamp(0.0, 1.0)
}
