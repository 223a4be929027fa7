//! True peaks of one channel.

use super::interpolator::{Between, Interpolator, parabola_top};
use crate::block::MAX_CHUNK_FRAMES;
use crate::bounds::{part, part_mut};
use crate::simd::{self, Isa, Kernel};

/// Peaks of a chunk, one per frame.
pub(crate) type Peaks = [f32; MAX_CHUNK_FRAMES];

/// Magnitudes of a chunk's samples and of the sample after them.
type Samples = [f32; MAX_CHUNK_FRAMES + 1];

/// Finds, for each frame of a channel, the largest magnitude from that frame up to the next one.
///
/// The peak of a frame is available `side` frames later: a chunk of n frames gives the peaks of the n frames
/// `side` before it.
#[derive(Debug, Clone)]
pub(crate) struct PeakFinder {
    /// The last `2 side − 1` samples, then the chunk's.
    history: Box<[f32]>,
    side: usize,
    /// Magnitude at the last point before the next frame.
    before: f32,
}

impl PeakFinder {
    /// A finder for interpolators of up to `max_side` taps per side, at rest. Allocates.
    pub(crate) fn new(max_side: usize) -> Self {
        let history = vec![0.0; Interpolator::history_frames(max_side)].into_boxed_slice();
        Self { history, side: max_side, before: 0.0 }
    }

    /// Sets the taps per side, 0 for sample peaks and at most the `max_side` of `new`, and resets.
    pub(crate) fn set_side(&mut self, side: usize) {
        self.side = side;
        self.reset();
    }

    pub(crate) fn reset(&mut self) {
        self.history.fill(0.0);
        self.before = 0.0;
    }

    /// Samples of the current chunk.
    pub(crate) fn new_samples(&self) -> &[f32] {
        part(&self.history, self.kept_frames()..)
    }

    /// Stores a chunk of samples.
    pub(crate) fn load(&mut self, samples: impl Iterator<Item = f32>) {
        for (to, sample) in self.incoming().iter_mut().zip(samples) {
            *to = sample;
        }
    }

    /// Memory for the samples of the next chunk.
    pub(crate) fn incoming(&mut self) -> &mut [f32] {
        let kept = self.kept_frames();
        part_mut(&mut self.history, kept..)
    }

    /// Ends a chunk of `frames` frames.
    pub(crate) fn retire(&mut self, frames: usize) {
        let kept = self.kept_frames();
        self.history.copy_within(frames..frames + kept, 0);
    }

    /// Prepares for peaks after chunks whose peaks were skipped: restarts from the stored samples.
    pub(crate) fn wake(&mut self) {
        self.before = magnitude(self.own_samples().first());
    }

    /// Raises `peaks` to the magnitudes of the frames' own samples.
    pub(crate) fn raise_to_samples(&self, peaks: &mut Peaks) {
        for (peak, sample) in peaks.iter_mut().zip(self.own_samples()) {
            *peak = larger(*peak, sample.abs());
        }
    }

    /// Raises `peaks` to the peaks of the frames that are `near` the ceiling, and to the own sample of other
    /// frames.
    pub(crate) fn raise_to_peaks(
        &mut self,
        interpolator: &Interpolator,
        frames: usize,
        near: &[bool; MAX_CHUNK_FRAMES],
        between: &mut Between,
        peaks: &mut Peaks,
    ) {
        if near.iter().take(frames).any(|&near| near) {
            simd::run(Raise { finder: self, interpolator, frames, near, between, peaks });
        } else {
            self.raise_to_samples(peaks);
            self.before = magnitude(self.own_samples().get(frames));
        }
    }

    /// Samples of the frames whose peaks a chunk gives, and all later samples.
    fn own_samples(&self) -> &[f32] {
        part(&self.history, self.side.saturating_sub(1)..)
    }

    fn kept_frames(&self) -> usize {
        (2 * self.side).saturating_sub(1)
    }
}

/// The loops of [`PeakFinder::raise_to_peaks`].
struct Raise<'a> {
    finder: &'a mut PeakFinder,
    interpolator: &'a Interpolator,
    frames: usize,
    near: &'a [bool; MAX_CHUNK_FRAMES],
    between: &'a mut Between,
    peaks: &'a mut Peaks,
}

impl Kernel for Raise<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let Self { finder, interpolator, frames, near, between, peaks } = self;
        interpolator.magnitudes::<I>(&finder.history, frames, near, between);
        let Some(own) = finder.own_samples().first_chunk::<{ MAX_CHUNK_FRAMES + 1 }>() else {
            debug_assert!(false, "the history holds fewer frames than a chunk");
            return;
        };
        let mut samples: Samples = [0.0; MAX_CHUNK_FRAMES + 1];
        for (sample, own) in samples.iter_mut().zip(own) {
            *sample = own.abs();
        }
        // A frame that is not near the ceiling counts as flat, so its neighbour has a point beside its
        // sample.
        let Some(last) = between.get_mut(interpolator.points() - 2) else {
            debug_assert!(false, "{} points per sample", interpolator.points());
            return;
        };
        for ((last, near), next) in last.iter_mut().zip(near).zip(samples.iter().skip(1)) {
            *last = if *near { *last } else { *next };
        }
        let mut previous = [finder.before; MAX_CHUNK_FRAMES];
        previous[1..].copy_from_slice(&last[..MAX_CHUNK_FRAMES - 1]);
        finder.before = last.get(frames - 1).copied().unwrap_or(0.0);
        if interpolator.points() == 4 {
            tops::<4>(&samples, &previous, between, near, peaks);
        } else {
            tops::<8>(&samples, &previous, between, near, peaks);
        }
    }
}

/// Raises `peaks` to the parabolas' tops around every point of the intervals that are near the ceiling.
#[inline(always)]
#[expect(clippy::indexing_slicing, reason = "i counts MAX_CHUNK_FRAMES, points count up to MAX_BETWEEN")]
fn tops<const POINTS: usize>(
    samples: &Samples,
    previous: &[f32; MAX_CHUNK_FRAMES],
    between: &Between,
    near: &[bool; MAX_CHUNK_FRAMES],
    peaks: &mut Peaks,
) {
    for i in 0..MAX_CHUNK_FRAMES {
        let mut top = larger(samples[i], parabola_top(previous[i], samples[i], between[0][i]));
        top = larger(top, parabola_top(samples[i], between[0][i], between[1][i]));
        for point in 1..POINTS - 2 {
            top = larger(top, parabola_top(between[point - 1][i], between[point][i], between[point + 1][i]));
        }
        top = larger(top, parabola_top(between[POINTS - 3][i], between[POINTS - 2][i], samples[i + 1]));
        peaks[i] = larger(peaks[i], if near[i] { top } else { samples[i] });
    }
}

fn magnitude(sample: Option<&f32>) -> f32 {
    sample.map_or(0.0, |sample| sample.abs())
}

/// The larger of two numbers. Faster than `max`, which handles NaN; samples here are finite.
#[inline(always)]
pub(crate) fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}
