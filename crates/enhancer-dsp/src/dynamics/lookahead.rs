//! What a lookahead limiter stands on: the largest value of a sliding window, and a gain smoothed without drift.

use crate::oversample::peak_finder::larger;

use crate::ring::Ring;

/// The largest of the last `window` values, at a constant cost per value whatever the window.
///
/// M. van Herk, *A fast algorithm for local minimum and maximum filters*, 1992: values come in groups of `window`; the
/// largest of a window is that of the end of the last group and the beginning of this one. Values are 0 or more.
#[derive(Debug, Clone)]
pub(super) struct SlidingMax {
    /// Before `place`: this group's values; from there on: largest value from each place to the last group's end.
    group: Box<[f32]>,
    window: usize,
    place: usize,
    /// Largest value of this group so far.
    so_far: f32,
}

impl SlidingMax {
    /// Room for windows up to `max_window`. Allocates.
    pub(super) fn new(max_window: usize) -> Self {
        let window = max_window.max(1);
        Self { group: vec![0.0; window + 1].into_boxed_slice(), window, place: 0, so_far: 0.0 }
    }

    /// Sets the window in values, 1 or more and at most the room, and forgets the past.
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
    pub(super) fn process(&mut self, values: &mut [f32]) {
        let mut rest = values;
        while !rest.is_empty() {
            let count = rest.len().min(self.window - self.place).min(RUN);
            let (now, later) = core::mem::take(&mut rest).split_at_mut(count);
            let Some(group) = self.group.get_mut(self.place..=self.place + count) else { return };
            let mut so_far = [0.0; RUN];
            so_far[..count].copy_from_slice(now);
            so_far[0] = larger(so_far[0], self.so_far);
            running_max(&mut so_far);
            self.so_far = so_far[count - 1];
            for index in 0..count {
                // The next place still holds the last group's.
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
    fn end_group(&mut self) {
        let mut largest = 0.0;
        let group = self.group.get_mut(..self.window).unwrap_or_default();
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

/// Values that are compared at once.
const RUN: usize = 64;

/// Replaces each value by the largest up to it: windows of 2, 4, 8 …, a step for each doubling instead of one for each value.
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
    for (value, earlier) in values[SHIFT..].iter_mut().zip(&before) {
        *value = larger(*value, *earlier);
    }
}

/// Smooths a gain in 0…1 by two moving averages in a row, which spread a step over a quadratic S of their summed lengths.
///
/// Gains are whole numbers of 2^−32, so that sums neither drift nor round: a gain that rests at 1 gives exactly 1, and no
/// result lies above the largest of the gains it averages. Sums stay below 2^53 for lengths up to 2^10 each,
/// so their way to `f64` is exact too.
#[derive(Debug, Clone)]
pub(super) struct GainSmoother {
    first: Ring<i64>,
    second: Ring<i64>,
    first_sum: i64,
    second_sum: i64,
    full: i64,
}

/// The gain 1.
const ONE: i64 = 1 << 32;

/// Longest average, so that sums are exact in `f64`.
pub(super) const MAX_AVERAGE_FRAMES: usize = 1 << 10;

impl GainSmoother {
    /// Room for averages up to `max_length`, at most [`MAX_AVERAGE_FRAMES`]. Allocates.
    pub(super) fn new(max_length: usize) -> Self {
        let room = max_length.clamp(1, MAX_AVERAGE_FRAMES);
        let mut smoother = Self {
            first: Ring::new(room, ONE),
            second: Ring::new(room, 0),
            first_sum: 0,
            second_sum: 0,
            full: 0,
        };
        smoother.set_length(room);
        smoother
    }

    /// Sets the length of each average and forgets the past. A step takes `2 length − 1` frames.
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

    /// Whether every gain in the averages is 1.
    pub(super) fn rests(&self) -> bool {
        self.second_sum == self.full
    }

    /// The smoothed gain after one more `gain`, which is rounded down, in units of [`unit`](Self::unit).
    #[inline(always)]
    pub(super) fn next_sum(&mut self, gain: f64) -> f64 {
        let gain = (gain * ONE as f64) as i64;
        self.first_sum += gain - self.first.exchange(gain);
        self.second_sum += self.first_sum - self.second.exchange(self.first_sum);
        self.second_sum as f64
    }

    /// What [`next_sum`](Self::next_sum) gives for a gain of 1.
    pub(super) fn unit(&self) -> f64 {
        self.full as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(count: usize) -> Vec<f32> {
        (0..count).map(|n| ((n * n * 7 + n) % 101) as f32 / 101.0).collect()
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
        for n in 0..20_000 {
            let gain = if n % 1000 < 700 { 0.1 + 0.9 * f64::from(values(101)[n % 101]) } else { 1.0 };
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
