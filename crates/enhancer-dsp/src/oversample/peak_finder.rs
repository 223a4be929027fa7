//! One channel's peaks between its samples.

use super::interpolator::{Between, Interpolator, parabola_top};
use crate::block::MAX_CHUNK_FRAMES;

/// Peaks of a chunk, one for each frame.
pub(crate) type Peaks = [f32; MAX_CHUNK_FRAMES];

/// Magnitudes of a chunk's samples and of the one after.
type Samples = [f32; MAX_CHUNK_FRAMES + 1];

/// Keeps one channel's last samples and finds, for each frame, the largest magnitude from it up to the next one.
///
/// A frame's peak is known `side` frames later: a chunk of n frames tells those of the n frames `side` before it.
#[derive(Debug, Clone)]
pub(crate) struct PeakFinder {
    /// The last `2 side − 1` samples, then the chunk's.
    history: Box<[f32]>,
    side: usize,
    /// Magnitude at the last point before the next frame.
    before: f32,
}

impl PeakFinder {
    /// Room for interpolators of up to `max_side` taps a side. Allocates.
    pub(crate) fn new(max_side: usize) -> Self {
        let history = vec![0.0; Interpolator::history_frames(max_side)].into_boxed_slice();
        Self { history, side: max_side, before: 0.0 }
    }

    /// Sets the taps a side, 0 for none, and forgets the past.
    pub(crate) fn set_side(&mut self, side: usize) {
        self.side = side;
        self.reset();
    }

    pub(crate) fn reset(&mut self) {
        self.history.fill(0.0);
        self.before = 0.0;
    }

    /// Samples of the chunk under way.
    pub(crate) fn new_samples(&self) -> &[f32] {
        self.history.get(self.kept_frames()..).unwrap_or_default()
    }

    /// Takes in a chunk.
    pub(crate) fn load(&mut self, samples: impl Iterator<Item = f32>) {
        let kept = self.kept_frames();
        for (to, sample) in self.history.iter_mut().skip(kept).zip(samples) {
            *to = sample;
        }
    }

    /// Ends a chunk of `frames`.
    pub(crate) fn retire(&mut self, frames: usize) {
        let kept = self.kept_frames();
        self.history.copy_within(frames..frames + kept, 0);
    }

    /// Forgets what was found before the next chunk, whose samples are known already.
    pub(crate) fn wake(&mut self) {
        self.before = magnitude(self.own_samples().first());
    }

    /// Raises `peaks` to the magnitudes of the frames' own samples.
    pub(crate) fn raise_to_samples(&self, peaks: &mut Peaks) {
        for (peak, sample) in peaks.iter_mut().zip(self.own_samples()) {
            *peak = larger(*peak, sample.abs());
        }
    }

    /// Raises `peaks` to this channel's where `near`, elsewhere to the frame's own sample only.
    pub(crate) fn raise_to_peaks(
        &mut self,
        interpolator: &Interpolator,
        frames: usize,
        near: &[bool; MAX_CHUNK_FRAMES],
        between: &mut Between,
        peaks: &mut Peaks,
    ) {
        self.raise_to_samples(peaks);
        let own = self.own_samples();
        if !near.iter().take(frames).any(|&near| near) {
            self.before = magnitude(own.get(frames));
            return;
        }
        interpolator.magnitudes(&self.history, frames, between);
        let samples: Samples = core::array::from_fn(|i| magnitude(own.get(i)));
        // A frame that is not looked at counts as flat, and so its neighbour sees it.
        let Some(last) = between.get_mut(interpolator.points() - 2) else { return };
        for ((last, near), next) in last.iter_mut().zip(near).zip(samples.iter().skip(1)) {
            *last = if *near { *last } else { *next };
        }
        let mut previous = [self.before; MAX_CHUNK_FRAMES];
        previous[1..].copy_from_slice(&last[..MAX_CHUNK_FRAMES - 1]);
        self.before = last.get(frames - 1).copied().unwrap_or(0.0);
        if interpolator.points() == 4 {
            tops::<4>(&samples, &previous, between, near, peaks);
        } else {
            tops::<8>(&samples, &previous, between, near, peaks);
        }
    }

    /// Samples of the frames that a chunk tells the peaks of, and the ones after.
    fn own_samples(&self) -> &[f32] {
        self.history.get(self.side.saturating_sub(1)..).unwrap_or_default()
    }

    fn kept_frames(&self) -> usize {
        (2 * self.side).saturating_sub(1)
    }
}

/// Raises `peaks` to the parabolas' tops around every point of the intervals that are near the ceiling.
fn tops<const POINTS: usize>(
    samples: &Samples,
    previous: &[f32; MAX_CHUNK_FRAMES],
    between: &Between,
    near: &[bool; MAX_CHUNK_FRAMES],
    peaks: &mut Peaks,
) {
    for i in 0..MAX_CHUNK_FRAMES {
        let mut top = parabola_top(previous[i], samples[i], between[0][i]);
        top = larger(top, parabola_top(samples[i], between[0][i], between[1][i]));
        for point in 1..POINTS - 2 {
            top = larger(top, parabola_top(between[point - 1][i], between[point][i], between[point + 1][i]));
        }
        top = larger(top, parabola_top(between[POINTS - 3][i], between[POINTS - 2][i], samples[i + 1]));
        peaks[i] = if near[i] { larger(peaks[i], top) } else { peaks[i] };
    }
}

fn magnitude(sample: Option<&f32>) -> f32 {
    sample.map_or(0.0, |sample| sample.abs())
}

/// `max` without the care for NaN, which can't get here.
#[inline]
pub(crate) fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
