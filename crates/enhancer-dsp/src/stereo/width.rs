//! Width: the level of the side signal, what left and right differ in.
//!
//! ```text
//! mid = (l + r) / 2, side = (l − r) / 2;  l' = mid + w side = l + (w − 1) side,  r' = mid − w side = r − (w − 1) side
//! ```
//!
//! The right-hand form changes no bit at w = 1 nor of a mono signal at any width. Mono sum: untouched, always.

use crate::block::{Lanes, MAX_CHUNK_FRAMES};
use crate::smoother::{GLIDE_MS, Smoother};

#[derive(Debug)]
pub(super) struct Width {
    /// w − 1.
    excess: Smoother,
}

impl Width {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        Self { excess: Smoother::new(sample_rate_hz, GLIDE_MS, 0.0) }
    }

    pub(super) fn set_percent(&mut self, percent: f64) {
        self.excess.set_target(percent / 100.0 - 1.0);
    }

    pub(super) fn reset(&mut self) {
        self.excess.snap();
    }

    pub(super) fn process(&mut self, frames: &mut [Lanes]) {
        if self.excess.is_settled() && self.excess.value() == 0.0 {
            return;
        }
        let mut excess = [0.0; MAX_CHUNK_FRAMES];
        self.excess.fill(&mut excess[..frames.len().min(MAX_CHUNK_FRAMES)]);
        for ([left, right], excess) in frames.iter_mut().zip(excess) {
            let added = excess * 0.5 * (*left - *right);
            *left += added;
            *right -= added;
        }
    }
}
