//! The limiter's detector: the largest magnitude between two frames, over all channels.

use super::tuning::{MAX_SIDE, Tuning};
use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::bounds::first_frames_mut;
use crate::oversample::interpolator::{Between, Interpolator, MAX_BETWEEN};
use crate::oversample::peak_finder::{PeakFinder, Peaks, larger};
use crate::simd::{self, Isa, Kernel};

/// Detects true peaks (sample peaks in `draft`), linked over the channels.
///
/// The peak of frame n is the largest magnitude from frame n up to frame n + 1, available `side` frames
/// later. Frames whose neighbourhood is so quiet that no interpolated point can reach the ceiling count as
/// sample peaks. (The parabola between points, which adds at most 1/8, is not part of that bound.) Only
/// samples decide this, never the cuts of the stream.
#[derive(Debug)]
pub(super) struct Detector {
    interpolators: [Interpolator; 2],
    /// Index of the interpolator in use; `None` detects sample peaks.
    used: Option<usize>,
    channels: Box<[PeakFinder]>,
    between: Box<Between>,
    bound: Bound,
}

/// The largest sample of the last `group` frames or more: that of this group of frames and the last.
#[derive(Debug, Default)]
struct Bound {
    group: usize,
    place: usize,
    now: f32,
    last: f32,
}

impl Detector {
    /// A detector of sample peaks. Allocates for every interpolator.
    pub(super) fn new(channels: usize) -> Self {
        Self {
            interpolators: Tuning::interpolators(),
            used: None,
            channels: vec![PeakFinder::new(MAX_SIDE); channels].into_boxed_slice(),
            between: Box::new([[0.0; MAX_CHUNK_FRAMES]; MAX_BETWEEN]),
            bound: Bound::default(),
        }
    }

    /// Selects the interpolator and resets.
    pub(super) fn set_interpolator(&mut self, used: Option<usize>) {
        self.used = used;
        let side = used.and_then(|used| self.interpolators.get(used)).map_or(0, Interpolator::side);
        self.bound = Bound { group: 2 * side, ..Bound::default() };
        self.channels.iter_mut().for_each(|channel| channel.set_side(side));
    }

    pub(super) fn reset(&mut self) {
        self.bound = Bound { group: self.bound.group, ..Bound::default() };
        self.channels.iter_mut().for_each(PeakFinder::reset);
    }

    /// Stores a chunk without detecting peaks.
    pub(super) fn skip(&mut self, block: &Block) {
        self.load(block);
        self.retire(block.frames());
    }

    /// Prepares for [`process`](Self::process) after [`skip`](Self::skip).
    pub(super) fn wake(&mut self) {
        self.bound = Bound { group: self.bound.group, place: 0, now: f32::MAX, last: f32::MAX };
        self.channels.iter_mut().for_each(PeakFinder::wake);
    }

    /// Stores a chunk and writes the peaks of the frames `side` before it. A peak that cannot pass its
    /// ceiling may read low, but not below its frame's own sample.
    pub(super) fn process(&mut self, block: &Block, ceilings: &[f64; MAX_CHUNK_FRAMES], peaks: &mut Peaks) {
        self.load(block);
        let frames = block.frames();
        peaks.fill(0.0);
        match self.used.and_then(|used| self.interpolators.get(used)) {
            None => self.channels.iter().for_each(|channel| channel.raise_to_samples(peaks)),
            Some(interpolator) => {
                let mut bounds = [0.0; MAX_CHUNK_FRAMES];
                self.bound.process(&self.channels, first_frames_mut(&mut bounds, frames));
                let reach = interpolator.l1_norm();
                let mut near = [false; MAX_CHUNK_FRAMES];
                for ((near, bound), ceiling) in near.iter_mut().zip(bounds).zip(ceilings) {
                    *near = bound * reach > *ceiling as f32;
                }
                for channel in &mut self.channels {
                    channel.raise_to_peaks(interpolator, frames, &near, &mut self.between, peaks);
                }
            }
        }
        self.retire(frames);
    }

    fn load(&mut self, block: &Block) {
        for (channels, pair) in self.channels.chunks_mut(2).zip(block.pairs()) {
            let mut incoming = channels.iter_mut().map(PeakFinder::incoming);
            let [left, right] = core::array::from_fn(|_| incoming.next().unwrap_or(&mut []));
            simd::run(Load { pair, left, right });
        }
    }

    fn retire(&mut self, frames: usize) {
        self.channels.iter_mut().for_each(|channel| channel.retire(frames));
    }
}

/// Stores a pair in the histories of its channels.
struct Load<'a> {
    pair: &'a [Lanes],
    left: &'a mut [f32],
    /// Empty for an odd last channel.
    right: &'a mut [f32],
}

impl Kernel for Load<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        if self.right.is_empty() {
            for (lanes, left) in self.pair.iter().zip(self.left) {
                *left = lanes[0] as f32;
            }
            return;
        }
        for ((lanes, left), right) in self.pair.iter().zip(self.left).zip(self.right) {
            (*left, *right) = (lanes[0] as f32, lanes[1] as f32);
        }
    }
}

impl Bound {
    /// Largest magnitude of any channel within the interpolator's reach, for each frame of the chunk.
    fn process(&mut self, channels: &[PeakFinder], bounds: &mut [f32]) {
        for channel in channels {
            for (bound, sample) in bounds.iter_mut().zip(channel.new_samples()) {
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
