//! How high the sound rises between two frames, over all channels.

use super::tuning::{MAX_SIDE, Tuning};
use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::oversample::interpolator::{Between, Interpolator, MAX_BETWEEN};
use crate::oversample::peak_finder::{PeakFinder, Peaks, larger};
use crate::simd::{self, Isa, Kernel};

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
    channels: Box<[PeakFinder]>,
    between: Box<Between>,
    bound: Bound,
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
        Self {
            interpolators: Tuning::interpolators(),
            used: None,
            channels: vec![PeakFinder::new(MAX_SIDE); channels].into_boxed_slice(),
            between: Box::new([[0.0; MAX_CHUNK_FRAMES]; MAX_BETWEEN]),
            bound: Bound::default(),
        }
    }

    /// Chooses the interpolator and forgets the past.
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

    /// Takes in a chunk without looking at it.
    pub(super) fn skip(&mut self, block: &Block) {
        self.load(block);
        self.retire(block.frames());
    }

    /// Prepares for [`process`](Self::process) after [`skip`](Self::skip).
    pub(super) fn wake(&mut self) {
        self.bound = Bound { group: self.bound.group, place: 0, now: f32::MAX, last: f32::MAX };
        self.channels.iter_mut().for_each(PeakFinder::wake);
    }

    /// Takes in a chunk and finds the peaks of the frames `side` before it. Peaks that can't pass
    /// the ceilings may be told too low, but not below their frame's own sample.
    pub(super) fn process(&mut self, block: &Block, ceilings: &[f64; MAX_CHUNK_FRAMES], peaks: &mut Peaks) {
        self.load(block);
        let frames = block.frames();
        peaks.fill(0.0);
        match self.used.and_then(|used| self.interpolators.get(used)) {
            None => self.channels.iter().for_each(|channel| channel.raise_to_samples(peaks)),
            Some(interpolator) => {
                let mut bounds = [0.0; MAX_CHUNK_FRAMES];
                self.bound.process(&self.channels, &mut bounds[..frames]);
                let reach = interpolator.l1_norm();
                let near = core::array::from_fn(|i| bounds[i] * reach > ceilings[i] as f32);
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
            let [left, right] = core::array::from_fn(|_| incoming.next().unwrap_or_default());
            simd::run(Load { pair, left, right });
        }
    }

    fn retire(&mut self, frames: usize) {
        self.channels.iter_mut().for_each(|channel| channel.retire(frames));
    }
}

/// Hands channels their samples.
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
    /// Largest magnitude that any channel had over the interpolator's reach, for each frame of the chunk.
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
