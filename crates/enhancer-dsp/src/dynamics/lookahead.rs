//! Building blocks of a lookahead limiter: a sliding maximum, and a gain smoother without drift.

use crate::bounds::part_mut;
use crate::delay_line::DelayLine;
use crate::oversample::peak_finder::larger;

/// The largest of the last `window` values, at a cost per value that does not depend on the window.
///
/// M. van Herk, *A fast algorithm for local minimum and maximum filters on rectangular and octagonal
/// kernels*, Pattern Recognition Letters 13(7), 1992. Values come in groups of `window`. The maximum of a
/// window is the larger of two: that of the end of the last group and that of the beginning of this group.
/// Values are 0 or more.
#[derive(Debug, Clone)]
pub(super) struct SlidingMax {
    /// Before `place`: values of this group. From `place` on: maximum from each place to the end of the last
    /// group.
    group: Box<[f32]>,
    window: usize,
    place: usize,
    /// Largest value of this group so far.
    so_far: f32,
}

impl SlidingMax {
    /// A maximum over windows of up to `max_window` values. Allocates.
    pub(super) fn new(max_window: usize) -> Self {
        let window = max_window.max(1);
        Self { group: vec![0.0; window + 1].into_boxed_slice(), window, place: 0, so_far: 0.0 }
    }

    /// Sets the window in values, 1 to the `max_window` of `new`, and resets.
    pub(super) fn set_window(&mut self, window: usize) {
        self.window = window.clamp(1, self.group.len() - 1);
        self.reset();
    }

    pub(super) fn reset(&mut self) {
        self.group.fill(0.0);
        self.place = 0;
        self.so_far = 0.0;
    }

    /// Replaces each value by the largest of the window that ends with it.
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "`count` is 1 to RUN, and `group` has `count + 1` places")]
    pub(super) fn process(&mut self, values: &mut [f32]) {
        let mut rest = values;
        while !rest.is_empty() {
            let count = rest.len().min(self.window - self.place).min(RUN);
            let (now, later) = core::mem::take(&mut rest).split_at_mut(count);
            let Some(group) = self.group.get_mut(self.place..=self.place + count) else {
                debug_assert!(false, "the window is longer than its memory");
                return;
            };
            let mut so_far = [0.0; RUN];
            so_far[..count].copy_from_slice(now);
            so_far[0] = larger(so_far[0], self.so_far);
            running_max(&mut so_far);
            self.so_far = so_far[count - 1];
            for index in 0..count {
                // The next place still holds a maximum of the last group.
                let before = group[index + 1];
                group[index] = now[index];
                now[index] = larger(so_far[index], before);
            }
            self.place += count;
            if self.place == self.window {
                self.end_group();
            }
            rest = later;
        }
    }

    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "parts have 1 to RUN places")]
    fn end_group(&mut self) {
        let mut largest = 0.0;
        let group = part_mut(&mut self.group, ..self.window);
        for part in group.rchunks_mut(RUN) {
            let mut run = [0.0; RUN];
            run[..part.len()].copy_from_slice(part);
            run[part.len() - 1] = larger(run[part.len() - 1], largest);
            run.reverse();
            running_max(&mut run);
            run.reverse();
            part.copy_from_slice(&run[..part.len()]);
            largest = run[0];
        }
        self.place = 0;
        self.so_far = 0.0;
    }
}

/// Values processed together.
const RUN: usize = 64;

/// Replaces each value by the largest up to it, over windows of 2, 4, 8 …: one step per doubling, not per
/// value.
#[inline(always)]
fn running_max(values: &mut [f32; RUN]) {
    running_step::<1>(values);
    running_step::<2>(values);
    running_step::<4>(values);
    running_step::<8>(values);
    running_step::<16>(values);
    running_step::<32>(values);
}

#[inline(always)]
fn running_step<const SHIFT: usize>(values: &mut [f32; RUN]) {
    let before = *values;
    for (value, earlier) in values.iter_mut().skip(SHIFT).zip(&before) {
        *value = larger(*value, *earlier);
    }
}

/// Smooths a gain in 0…1 by two moving averages in a row. They turn a step into a quadratic S of twice their
/// length.
///
/// Gains are integer multiples of 2^−32, so sums neither drift nor round. A constant gain of 1 gives exactly
/// 1, and no result lies above the largest of the averaged gains. Sums stay below 2^53 for lengths up to
/// 2^10, so their conversion to `f64` is exact.
#[derive(Debug, Clone)]
pub(super) struct GainSmoother {
    first: DelayLine<i64>,
    second: DelayLine<i64>,
    first_sum: i64,
    second_sum: i64,
    full: i64,
}

/// The gain 1 as an integer.
const ONE: i64 = 1 << 32;

/// Longest average whose sums are exact in `f64`.
pub(super) const MAX_AVERAGE_FRAMES: usize = 1 << 10;

impl GainSmoother {
    /// A smoother for averages of up to `max_length` frames, at most [`MAX_AVERAGE_FRAMES`]. Allocates.
    pub(super) fn new(max_length: usize) -> Self {
        let room = max_length.clamp(1, MAX_AVERAGE_FRAMES);
        let mut smoother = Self {
            first: DelayLine::new(room, ONE),
            second: DelayLine::new(room, 0),
            first_sum: 0,
            second_sum: 0,
            full: 0,
        };
        smoother.set_length(room);
        smoother
    }

    /// Sets the length of each average, frames, and resets. A step takes `2 length − 1` frames.
    pub(super) fn set_length(&mut self, length: usize) {
        self.first.set_length(length);
        let frames = self.first.length();
        let length = frames as i64;
        self.second.set_rest(ONE * length);
        self.second.set_length(frames);
        self.first_sum = ONE * length;
        self.full = ONE * length * length;
        self.second_sum = self.full;
    }

    pub(super) fn reset(&mut self) {
        self.set_length(self.first.length());
    }

    /// True if every gain in the averages is 1.
    pub(super) fn rests(&self) -> bool {
        self.second_sum == self.full
    }

    /// Adds `gain`, rounded down, and returns the smoothed gain in units of [`unit`](Self::unit).
    #[inline(always)]
    pub(super) fn next_sum(&mut self, gain: f64) -> f64 {
        let gain = (gain * ONE as f64) as i64;
        self.first_sum += gain - self.first.exchange(gain);
        self.second_sum += self.first_sum - self.second.exchange(self.first_sum);
        self.second_sum as f64
    }

    /// Result of [`next_sum`](Self::next_sum) for a constant gain of 1.
    pub(super) fn unit(&self) -> f64 {
        self.full as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use enhancer_measure::signal::Random;

    fn values(count: usize) -> Vec<f32> {
        let mut random = Random::new(1);
        (0..count).map(|_| random.unit() as f32).collect()
    }

    #[test]
    fn the_sliding_maximum_is_the_maximum_of_the_window() {
        for window in [1, 2, 3, 17, 100] {
            let input = values(500);
            let mut output = input.clone();
            let mut sliding = SlidingMax::new(100);
            sliding.set_window(window);
            for (index, chunk) in output.chunks_mut(37).enumerate() {
                let (left, right) = chunk.split_at_mut((index * 11) % 30 % chunk.len());
                sliding.process(left);
                sliding.process(right);
            }
            for (n, &found) in output.iter().enumerate() {
                let start = (n + 1).saturating_sub(window);
                let expected = input[start..=n].iter().fold(0f32, |largest, &value| largest.max(value));
                assert_eq!(found, expected, "window {window}, value {n}");
            }
        }
    }

    #[test]
    fn a_smoothed_gain_stays_between_its_inputs_and_returns_to_exactly_1() {
        let mut smoother = GainSmoother::new(48);
        smoother.set_length(48);
        let mut window = vec![1.0; 95];
        let values = values(101);
        for n in 0..20_000 {
            let gain = if n % 1000 < 700 { 0.1 + 0.9 * f64::from(values[n % 101]) } else { 1.0 };
            window.rotate_left(1);
            window[94] = gain;
            let smooth = smoother.next_sum(gain) / smoother.unit();
            let (low, high) = window.iter().fold((1f64, 0f64), |(low, high), &g| (low.min(g), high.max(g)));
            assert!(smooth <= high && smooth >= low - 1.0 / ONE as f64, "{low} {smooth} {high}");
            if n % 1000 >= 700 + 95 {
                assert_eq!(smooth, 1.0);
            }
        }
    }
}
