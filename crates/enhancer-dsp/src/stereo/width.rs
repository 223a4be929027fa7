//! Width: the level of the side signal, the difference of left and right.
//!
//! ```text
//! mid = (l + r) / 2, side = (l − r) / 2;  l' = mid + w side = l + (w − 1) side,  r' = mid − w side = r − (w − 1) side
//! ```
//!
//! The right-hand form changes no bit at w = 1, and no bit of a mono signal at any width. The mono sum never
//! changes.

use crate::block::MAX_CHUNK_FRAMES;
use crate::simd::Vector;
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

    pub(super) fn is_off(&self) -> bool {
        self.excess.rests_at(0.0)
    }

    /// (w − 1) / 2 in the next frames.
    pub(super) fn halves(&mut self, frames: usize) -> [f64; MAX_CHUNK_FRAMES] {
        super::next_values(&mut self.excess, frames).map(|excess| 0.5 * excess)
    }
}

/// Scales the side of a frame. `swapped` is the frame with its channels exchanged.
#[inline(always)]
pub(super) fn widen<V: Vector<Element = f64>>(lanes: V, swapped: V, half: f64) -> V {
    lanes + V::splat(half) * (lanes - swapped)
}
