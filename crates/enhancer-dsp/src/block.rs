//! The chain's working memory: up to [`MAX_CHUNK_FRAMES`] frames in `f64`, two channels per lane pair.
//!
//! Channels 2k and 2k + 1 are the lanes of pair k, so one SIMD operation processes a left and a right sample.
//! The second lane of an odd last channel stays zero. Every stage works in place on a block.

use crate::bounds::{first_frames, first_frames_mut, part, part_mut};
use crate::simd::{self, Isa, Kernel};

/// The most frames a [`Block`] holds. The chain cuts longer blocks; the position of the cuts never changes
/// the result.
pub const MAX_CHUNK_FRAMES: usize = 64;

/// The most channels that the chain and the meters process.
pub const MAX_CHANNELS: usize = 8;

/// Largest magnitude that enters the chain, +96 dBFS. Louder samples are limited to it, so that no invalid
/// input keeps a filter ringing for minutes.
pub const SCRUB_LIMIT: f32 = 65_536.0;

/// One frame of a pair of channels.
pub type Lanes = [f64; 2];

/// A chunk of audio, shape `[pair][frame][lane]`.
#[derive(Debug, Clone)]
pub struct Block {
    channels: usize,
    /// At most [`MAX_CHUNK_FRAMES`].
    frames: usize,
    pairs: Box<[[Lanes; MAX_CHUNK_FRAMES]]>,
}

impl Block {
    /// A silent block of [`MAX_CHUNK_FRAMES`] frames. Allocates.
    #[must_use]
    pub fn new(channels: usize) -> Self {
        let pairs = vec![[[0.0; 2]; MAX_CHUNK_FRAMES]; channels.div_ceil(2)].into_boxed_slice();
        Self { channels, frames: MAX_CHUNK_FRAMES, pairs }
    }

    /// Number of channels; the block has half as many pairs, rounded up.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Number of frames in use, 0 to [`MAX_CHUNK_FRAMES`].
    #[must_use]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Sets the number of frames in use. A number above [`MAX_CHUNK_FRAMES`] counts as [`MAX_CHUNK_FRAMES`].
    pub fn set_frames(&mut self, frames: usize) {
        self.frames = frames.min(MAX_CHUNK_FRAMES);
    }

    /// The pairs in order, each a slice of [`frames`](Self::frames) lane pairs.
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = &[Lanes]> {
        let frames = self.frames;
        self.pairs.iter().map(move |pair| first_frames(pair, frames))
    }

    /// The pairs in order, each a mutable slice of [`frames`](Self::frames) lane pairs.
    pub fn pairs_mut(&mut self) -> impl ExactSizeIterator<Item = &mut [Lanes]> {
        let frames = self.frames;
        self.pairs.iter_mut().map(move |pair| first_frames_mut(pair, frames))
    }

    /// The first pair, left and right; empty for a block of no channels.
    #[must_use]
    pub fn first_pair_mut(&mut self) -> &mut [Lanes] {
        self.pairs_mut().next().unwrap_or(&mut [])
    }

    /// Copies the frames in use of `other`, which must have the same channel count.
    pub fn copy_from(&mut self, other: &Block) {
        self.frames = other.frames;
        for (to, from) in self.pairs_mut().zip(other.pairs()) {
            to.copy_from_slice(from);
        }
    }

    /// Fills `frames` frames from planar channels, starting at frame `start`. Lanes without a channel are
    /// silent.
    pub(crate) fn load(&mut self, channels: &[&mut [f32]], start: usize, frames: usize) {
        self.set_frames(frames);
        let frames = self.frames;
        let pairs = channels.chunks(2).chain(core::iter::repeat(&[][..]));
        for (pair, channels) in self.pairs.iter_mut().zip(pairs) {
            let mut samples = channels.iter().map(|channel| part(channel, start..start + frames));
            let [left, right] = core::array::from_fn(|_| samples.next().unwrap_or(&[]));
            let pair = first_frames_mut(pair, frames);
            simd::run(Load { pair, left, right });
        }
    }

    /// Writes the frames in use to planar channels, starting at frame `start`.
    pub(crate) fn store(&self, channels: &mut [&mut [f32]], start: usize) {
        let frames = self.frames;
        for (pair, channels) in self.pairs().zip(channels.chunks_mut(2)) {
            let mut samples = channels.iter_mut().map(|channel| part_mut(channel, start..start + frames));
            let [left, right] = core::array::from_fn(|_| samples.next().unwrap_or(&mut []));
            simd::run(Store { pair, left, right });
        }
    }

    /// Fills the block with all whole frames of interleaved samples, at most [`MAX_CHUNK_FRAMES`].
    pub(crate) fn load_interleaved<S: Sample>(&mut self, samples: &[S]) {
        let channels = self.channels;
        self.set_frames(samples.len() / channels.max(1));
        if channels == 2 {
            // The block's layout is that of the samples.
            return simd::run(LoadPairs { lanes: self.first_pair_mut().as_flattened_mut(), samples });
        }
        for (index, pair) in self.pairs_mut().enumerate() {
            if channels == 2 * index + 1 {
                pair.fill([0.0; 2]);
            }
            for lane in 0..2.min(channels - 2 * index) {
                let from = samples.iter().skip(2 * index + lane).step_by(channels);
                for ([left, right], sample) in pair.iter_mut().zip(from) {
                    *(if lane == 0 { left } else { right }) = enter(sample.to_f32());
                }
            }
        }
    }

    /// Writes the frames in use to interleaved samples.
    pub(crate) fn store_interleaved<S: Sample>(&mut self, samples: &mut [S]) {
        let channels = self.channels;
        if channels == 2 {
            return simd::run(StorePairs { lanes: self.first_pair_mut().as_flattened(), samples });
        }
        for (index, pair) in self.pairs().enumerate() {
            for lane in 0..2.min(channels - 2 * index) {
                let to = samples.iter_mut().skip(2 * index + lane).step_by(channels);
                for (&[left, right], sample) in pair.iter().zip(to) {
                    *sample = S::from_f32(leave(if lane == 0 { left } else { right }));
                }
            }
        }
    }
}

/// A type of interleaved samples. The chain reads and writes `f32` values in any of them, so all types give
/// the same numbers.
pub trait Sample: Copy {
    /// Converts to the nearest `f32`.
    fn to_f32(self) -> f32;
    /// Converts from `f32` without loss.
    fn from_f32(sample: f32) -> Self;
}

impl Sample for f32 {
    #[inline(always)]
    fn to_f32(self) -> f32 {
        self
    }
    #[inline(always)]
    fn from_f32(sample: f32) -> Self {
        sample
    }
}

impl Sample for f64 {
    #[inline(always)]
    fn to_f32(self) -> f32 {
        self as f32
    }
    #[inline(always)]
    fn from_f32(sample: f32) -> Self {
        Self::from(sample)
    }
}

/// Bits of an `f32`'s exponent.
const EXPONENT: u32 = 0x7F80_0000;

/// Lowest bit of an `f32`'s exponent.
const EXPONENT_ONE: u32 = 0x0080_0000;

/// Scrubs an input sample: a value that is not finite or is subnormal becomes 0, magnitudes stay within
/// [`SCRUB_LIMIT`]. So no input corrupts a state, and none is subnormal, which is slow to convert.
#[inline(always)]
fn enter(sample: f32) -> f64 {
    let low = if sample < SCRUB_LIMIT { sample } else { SCRUB_LIMIT };
    let held = if low > -SCRUB_LIMIT { low } else { -SCRUB_LIMIT };
    // `is_normal` without branches: the exponent is neither 0 nor 255.
    let exponent = sample.to_bits() & EXPONENT;
    f64::from(if exponent.wrapping_sub(EXPONENT_ONE) < EXPONENT - EXPONENT_ONE { held } else { 0.0 })
}

/// Converts an output sample: finite, and 0 where an `f32` would be subnormal.
#[inline(always)]
fn leave(sample: f64) -> f32 {
    let (least, most) = (f64::from(f32::MIN), f64::from(f32::MAX));
    let value = if sample < most { sample } else { most };
    let value = if value > least { value } else { least };
    if value.abs() < f64::from(f32::MIN_POSITIVE) { 0.0 } else { value as f32 }
}

/// Loads one or two planar channels into the lanes of a pair.
struct Load<'a> {
    pair: &'a mut [Lanes],
    left: &'a [f32],
    /// Empty for an odd last channel.
    right: &'a [f32],
}

impl Kernel for Load<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        if self.right.is_empty() {
            self.pair.fill([0.0; 2]);
            for (lanes, &left) in self.pair.iter_mut().zip(self.left) {
                lanes[0] = enter(left);
            }
            return;
        }
        for ((lanes, &left), &right) in self.pair.iter_mut().zip(self.left).zip(self.right) {
            *lanes = [enter(left), enter(right)];
        }
    }
}

/// Stores the lanes of a pair in one or two planar channels.
struct Store<'a> {
    pair: &'a [Lanes],
    left: &'a mut [f32],
    /// Empty for an odd last channel.
    right: &'a mut [f32],
}

impl Kernel for Store<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        if self.right.is_empty() {
            for (lanes, left) in self.pair.iter().zip(self.left) {
                *left = leave(lanes[0]);
            }
            return;
        }
        for ((lanes, left), right) in self.pair.iter().zip(self.left).zip(self.right) {
            (*left, *right) = (leave(lanes[0]), leave(lanes[1]));
        }
    }
}

/// Loads two interleaved channels.
struct LoadPairs<'a, S> {
    lanes: &'a mut [f64],
    samples: &'a [S],
}

impl<S: Sample> Kernel for LoadPairs<'_, S> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        for (lane, sample) in self.lanes.iter_mut().zip(self.samples) {
            *lane = enter(sample.to_f32());
        }
    }
}

/// Stores two interleaved channels.
struct StorePairs<'a, S> {
    lanes: &'a [f64],
    samples: &'a mut [S],
}

impl<S: Sample> Kernel for StorePairs<'_, S> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        for (lane, sample) in self.lanes.iter().zip(self.samples) {
            *sample = S::from_f32(leave(*lane));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A processor takes many times as long to convert a subnormal sample.
    #[test]
    fn subnormal_and_unbounded_samples_are_scrubbed() {
        let mut block = Block::new(1);
        let mut samples = [1e-40f32, -1e-40, f32::NAN, f32::INFINITY, 1e9, -1e9, 0.5, f32::MIN_POSITIVE];
        block.load(&[&mut samples], 0, 8);
        let entered: Vec<f64> = block.pairs().flatten().map(|lanes| lanes[0]).collect();
        let limit = f64::from(SCRUB_LIMIT);
        assert_eq!(entered, [0.0, 0.0, 0.0, 0.0, limit, -limit, 0.5, f64::from(f32::MIN_POSITIVE)]);
    }
}
