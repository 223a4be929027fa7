//! Moves filter coefficients to new targets without a click and without leaving the stable region.
//!
//! Each value passes four one-pole smoothers in cascade, `x += step (input − x)` with `step` in 0…1. All
//! values of a glide share the same smoothers. So the values on the way are a mean of the targets set so far,
//! with positive weights that are the same for every value. It follows, for any number of redirected glides:
//!
//! - A value stays between the smallest and the largest of its targets. A tuning `g` and a damping `k` stay
//!   positive.
//! - A gain at resonance is a quotient `c / k`. It stays below the largest quotient of the targets, because
//!   the mediant of fractions lies between them.
//!
//! A polynomial ramp ([`Smoother`](crate::smoother::Smoother)) has neither property. Redirected under way it
//! overshoots by up to 7 % of the jump, which turns a small `g` negative, and a section with a negative `g`
//! grows without bound.
//!
//! Four poles of 1.25 ms leave 1e-4 of a jump after 20 ms. They fall by 80 dB a decade above 130 Hz, so that
//! a jump sprays no audible energy. They follow automation with a lag of 5 ms.

use crate::bounds::part_mut;
use crate::units::ms_to_frames;

/// Time constant of each smoother, ms.
const TIME_CONSTANT_MS: f64 = 1.25;

/// Length of a glide in time constants. It skips the last e⁻³² (1 + 32 + 32²/2 + 32³/6) = 8e-11 of a jump.
const SETTLE_TIME_CONSTANTS: f64 = 32.0;

/// Length of a glide, ms.
pub(crate) const SETTLE_MS: f64 = TIME_CONSTANT_MS * SETTLE_TIME_CONSTANTS;

/// `N` coefficients that glide together. Settles exactly on its targets, after 40 ms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glide<const N: usize> {
    /// Outputs of the smoothers; the last ones are in force.
    smoothed: [[f64; N]; 4],
    target: [f64; N],
    remaining: u32,
    settle_frames: u32,
    step: f64,
}

impl<const N: usize> Glide<N> {
    /// A settled glide at `values`.
    pub(crate) fn new(sample_rate_hz: f64, values: [f64; N]) -> Self {
        let frames = ms_to_frames(TIME_CONSTANT_MS, sample_rate_hz);
        Self {
            smoothed: [values; 4],
            target: values,
            remaining: 0,
            settle_frames: (SETTLE_TIME_CONSTANTS * frames).ceil() as u32,
            step: 1.0 - (-1.0 / frames).exp(),
        }
    }

    /// Starts a glide to `target`; a glide to the present target goes on unchanged.
    pub(crate) fn set_target(&mut self, target: [f64; N]) {
        if target != self.target {
            self.target = target;
            self.remaining = self.settle_frames;
        }
    }

    /// Jumps to the target.
    pub(crate) fn snap(&mut self) {
        self.smoothed = [self.target; 4];
        self.remaining = 0;
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.remaining == 0
    }

    /// Frames until the target is in force, 0 when settled.
    pub(crate) fn remaining_frames(&self) -> usize {
        self.remaining as usize
    }

    pub(crate) fn target(&self) -> [f64; N] {
        self.target
    }

    /// The values in force.
    pub(crate) fn values(&self) -> [f64; N] {
        self.smoothed[3]
    }

    /// Advances one frame and returns the values in force.
    #[expect(clippy::indexing_slicing, reason = "`lane` counts the N values of each smoother")]
    pub(crate) fn next_values(&mut self) -> [f64; N] {
        if self.remaining > 1 {
            self.remaining -= 1;
            let [first, second, third, fourth] = &mut self.smoothed;
            for lane in 0..N {
                fourth[lane] += self.step * (third[lane] - fourth[lane]);
                third[lane] += self.step * (second[lane] - third[lane]);
                second[lane] += self.step * (first[lane] - second[lane]);
                first[lane] += self.step * (self.target[lane] - first[lane]);
            }
        } else if self.remaining == 1 {
            self.snap();
        }
        self.values()
    }
}

/// Coefficients `C` of a sample loop, made from `N` gliding values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gliding<C, const N: usize> {
    glide: Glide<N>,
    /// Coefficients at the target; stale while the glide is under way.
    settled: C,
}

impl<C: Copy + From<[f64; N]>, const N: usize> Gliding<C, N> {
    /// Settled coefficients of `values`.
    pub(crate) fn new(sample_rate_hz: f64, values: [f64; N]) -> Self {
        Self { glide: Glide::new(sample_rate_hz, values), settled: values.into() }
    }

    /// Starts a glide to `target`.
    pub(crate) fn set_target(&mut self, target: [f64; N]) {
        self.glide.set_target(target);
    }

    /// Jumps to the target.
    pub(crate) fn snap(&mut self) {
        self.glide.snap();
        self.settled = self.glide.target().into();
    }

    /// Jumps to `target`.
    pub(crate) fn snap_to(&mut self, target: [f64; N]) {
        self.glide.set_target(target);
        self.snap();
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.glide.is_settled()
    }

    /// Frames until the target is in force, 0 when settled.
    pub(crate) fn remaining_frames(&self) -> usize {
        self.glide.remaining_frames()
    }

    pub(crate) fn target(&self) -> [f64; N] {
        self.glide.target()
    }

    /// The coefficients of a settled glide.
    pub(crate) fn settled(&self) -> &C {
        &self.settled
    }

    /// Advances the glide and fills in the coefficients of the next frames.
    pub(crate) fn fill(&mut self, coefficients: &mut [C]) {
        for c in coefficients {
            if self.glide.is_settled() {
                *c = self.settled;
                continue;
            }
            *c = self.glide.next_values().into();
            if self.glide.is_settled() {
                self.settled = *c;
            }
        }
    }

    /// Coefficients of the next `frames` frames. While settled, `M` may be 1: then it holds for all frames.
    pub(crate) fn coefficients<const M: usize>(&mut self, frames: usize) -> [C; M] {
        let mut coefficients = [self.settled; M];
        if !self.is_settled() {
            self.fill(part_mut(&mut coefficients, ..frames));
        }
        coefficients
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glide_is_nearly_there_in_20_ms_and_exactly_in_40() {
        let mut glide = Glide::new(48_000.0, [1.0, 2.0]);
        let target = [3.0, 0.1];
        glide.set_target(target);
        let path: Vec<[f64; 2]> = (0..1920).map(|_| glide.next_values()).collect();
        assert!((path[959][0] - 3.0).abs() < 2.0 * 1.1e-4, "{:?}", path[959]);
        assert!((path[1918][0] - 3.0).abs() < 1e-9 && !path[..1919].contains(&target));
        assert!(path[1919] == target && glide.is_settled());
    }

    #[test]
    fn a_glide_never_leaves_the_range_of_its_targets() {
        let mut glide = Glide::new(8000.0, [1.0, 1.0, 1.0]);
        for index in 0..500u32 {
            let k = if index % 2 == 0 { 40.0 } else { 1e-3 };
            glide.set_target([1.0 / k, k, 100.0 * k]);
            for _ in 0..index % 13 {
                let [g, k, c] = glide.next_values();
                assert!((1e-3..=40.0).contains(&k) && g > 0.0 && c / k < 100.0 + 1e-9);
            }
        }
    }
}
