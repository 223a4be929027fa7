//! How high the sound rises between two frames, over all channels.

use super::tuning::{MAX_SIDE, Tuning};
use crate::block::{Block, MAX_CHUNK_FRAMES};
use crate::dynamics::lookahead::larger;
use crate::oversample::interpolator::{Between, Interpolator, MAX_BETWEEN, parabola_top};

/// Peaks of a chunk, one for each frame.
pub(super) type Peaks = [f32; MAX_CHUNK_FRAMES];

/// Finds true peaks (sample peaks in `draft`), linked over the channels.
///
/// The peak of frame n is the largest magnitude from frame n up to frame n + 1, known `side` frames later. Where the last
/// samples could not reach the ceiling by any interpolation, only the frame itself is looked at; that is decided for each
/// frame by samples alone, never by how the stream is cut.
#[derive(Debug)]
pub(super) struct Detector {
    interpolators: [Interpolator; 2],
    /// Which of the interpolators is in use; none looks at samples.
    used: Option<usize>,
    channels: Box<[Channel]>,
    between: Box<Between>,
    bound: Bound,
}

/// One channel's samples: the last `2 side − 1`, then the chunk's.
#[derive(Debug)]
struct Channel {
    history: Box<[f32]>,
    /// Magnitude at the last point before the next interval.
    before: f32,
}

/// The largest sample of at least the last `group` frames, from this and the last group's.
#[derive(Debug, Default)]
struct Bound {
    group: usize,
    place: usize,
    now: f32,
    last: f32,
}

impl Detector {
    /// Allocates.
    pub(super) fn new(channels: usize) -> Self {
        let channel = || Channel {
            history: vec![0.0; Interpolator::history_frames(MAX_SIDE)].into_boxed_slice(),
            before: 0.0,
        };
        Self {
            interpolators: Tuning::interpolators(),
            used: None,
            channels: (0..channels).map(|_| channel()).collect(),
            between: Box::new([[0.0; MAX_CHUNK_FRAMES]; MAX_BETWEEN]),
            bound: Bound::default(),
        }
    }

    /// Chooses the interpolator and forgets the past.
    pub(super) fn set_interpolator(&mut self, used: Option<usize>) {
        self.used = used;
        self.bound.group = 2 * self.side();
        self.reset();
    }

    pub(super) fn reset(&mut self) {
        self.bound = Bound { group: self.bound.group, ..Bound::default() };
        for channel in &mut self.channels {
            channel.history.fill(0.0);
            channel.before = 0.0;
        }
    }

    /// Takes in a chunk without looking at it.
    pub(super) fn skip(&mut self, block: &Block) {
        self.load(block);
        self.retire(block.frames());
    }

    /// Prepares for [`process`](Self::process) after [`skip`](Self::skip).
    pub(super) fn wake(&mut self) {
        let group = self.bound.group;
        self.bound = Bound { group, place: 0, now: f32::MAX, last: f32::MAX };
        let own = self.side().saturating_sub(1);
        for channel in &mut self.channels {
            channel.before = channel.history.get(own).map_or(0.0, |sample| sample.abs());
        }
    }

    /// Takes in a chunk and finds the peaks of the frames `side` before it. Peaks that can't pass
    /// the ceilings may be told too low, but not below their frame's own sample.
    pub(super) fn process(&mut self, block: &Block, ceilings: &[f64; MAX_CHUNK_FRAMES], peaks: &mut Peaks) {
        self.load(block);
        let frames = block.frames();
        peaks.fill(0.0);
        match self.used.and_then(|used| self.interpolators.get(used)) {
            None => {
                for channel in &self.channels {
                    raise(peaks, channel.history.iter());
                }
            }
            Some(interpolator) => {
                let mut near = [0.0; MAX_CHUNK_FRAMES];
                self.bound.process(&self.channels, interpolator.side(), &mut near[..frames]);
                let reach = interpolator.l1_norm();
                let near = core::array::from_fn(|i| near[i] * reach > ceilings[i] as f32);
                for channel in &mut self.channels {
                    channel.find(interpolator, frames, &near, &mut self.between, peaks);
                }
            }
        }
        self.retire(frames);
    }

    fn side(&self) -> usize {
        self.used.and_then(|used| self.interpolators.get(used)).map_or(0, Interpolator::side)
    }

    fn kept_frames(&self) -> usize {
        (2 * self.side()).saturating_sub(1)
    }

    fn load(&mut self, block: &Block) {
        let kept = self.kept_frames();
        for (pair, lanes) in self.channels.chunks_mut(2).zip(block.pairs()) {
            for (lane, channel) in pair.iter_mut().enumerate() {
                let new = channel.history.get_mut(kept..).unwrap_or_default();
                for (sample, lanes) in new.iter_mut().zip(lanes) {
                    *sample = lanes[lane] as f32;
                }
            }
        }
    }

    fn retire(&mut self, frames: usize) {
        let kept = self.kept_frames();
        for channel in &mut self.channels {
            channel.history.copy_within(frames..frames + kept, 0);
        }
    }
}

impl Channel {
    /// Raises `peaks` to this channel's; frames not `near` the ceiling count as their own sample.
    fn find(
        &mut self,
        interpolator: &Interpolator,
        frames: usize,
        near: &[bool; MAX_CHUNK_FRAMES],
        between: &mut Between,
        peaks: &mut Peaks,
    ) {
        let own = self.history.get(interpolator.side() - 1..).unwrap_or_default();
        raise(peaks, own.iter());
        if !near.iter().take(frames).any(|&near| near) {
            self.before = own.get(frames).map_or(0.0, |next| next.abs());
            return;
        }
        interpolator.magnitudes(&self.history, frames, between);
        // A frame that is far from the ceiling is as flat as its samples, and so is its neighbours' view of it.
        for (i, near) in near.iter().enumerate().take(frames) {
            if !near {
                for point in between.iter_mut() {
                    point[i] = 0.0;
                }
                between[interpolator.points() - 2][i] = own.get(i + 1).map_or(0.0, |next| next.abs());
            }
        }
        let samples: [f32; MAX_CHUNK_FRAMES + 1] =
            core::array::from_fn(|i| own.get(i).map_or(0.0, |s| s.abs()));
        let last = &between[interpolator.points() - 2];
        let mut previous = [0.0; MAX_CHUNK_FRAMES];
        previous[0] = self.before;
        previous[1..].copy_from_slice(&last[..MAX_CHUNK_FRAMES - 1]);
        self.before = last.get(frames - 1).copied().unwrap_or(0.0);
        if interpolator.points() == 4 {
            tops::<4>(&samples, &previous, between, near, peaks);
        } else {
            tops::<8>(&samples, &previous, between, near, peaks);
        }
    }
}

/// Raises `peaks` to the parabolas' tops around every point of the intervals that are near the ceiling.
fn tops<const POINTS: usize>(
    samples: &[f32; MAX_CHUNK_FRAMES + 1],
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

fn raise<'a>(peaks: &mut Peaks, samples: impl Iterator<Item = &'a f32>) {
    for (peak, sample) in peaks.iter_mut().zip(samples) {
        *peak = larger(*peak, sample.abs());
    }
}

impl Bound {
    /// Largest magnitude that any channel had over the interpolator's reach, for each frame of the chunk.
    fn process(&mut self, channels: &[Channel], side: usize, bounds: &mut [f32]) {
        for channel in channels {
            let new = channel.history.get(2 * side - 1..).unwrap_or_default();
            for (bound, sample) in bounds.iter_mut().zip(new) {
                *bound = larger(*bound, sample.abs());
            }
        }
        for bound in bounds {
            self.now = larger(self.now, *bound);
            *bound = larger(self.now, self.last);
            self.place += 1;
            if self.place == self.group {
                *self = Self { group: self.group, place: 0, now: 0.0, last: self.now };
            }
        }
    }
}
