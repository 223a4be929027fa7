//! The chain's working memory: up to [`MAX_CHUNK_FRAMES`] frames in `f64`, two channels to a lane pair.
//!
//! Channels 2k and 2k+1 are the lanes of pair k, so that one SIMD operation treats a left and a right
//! sample; an odd last channel leaves the second lane at zero. Every stage works in place on a block.

use crate::simd::{self, Isa, Kernel};

/// The most frames a [`Block`] holds. The chain cuts longer blocks; where the cuts fall never
/// changes the result.
pub const MAX_CHUNK_FRAMES: usize = 64;

/// The most channels of a block.
pub const MAX_CHANNELS: usize = 8;

/// Largest magnitude that enters the chain, +96 dBFS. Louder samples are clipped there, so that invalid input cannot ring
/// in a filter for minutes.
pub const SCRUB_LIMIT: f32 = 65_536.0;

/// Two channels of one frame.
pub type Lanes = [f64; 2];

/// A chunk of audio, shape `[pair][frame][lane]`.
#[derive(Debug, Clone)]
pub struct Block {
    channels: usize,
    frames: usize,
    pairs: Box<[[Lanes; MAX_CHUNK_FRAMES]]>,
}

impl Block {
    /// A silent block of `MAX_CHUNK_FRAMES` frames. Allocates.
    #[must_use]
    pub fn new(channels: usize) -> Self {
        let pairs = vec![[[0.0; 2]; MAX_CHUNK_FRAMES]; channels.div_ceil(2)].into_boxed_slice();
        Self { channels, frames: MAX_CHUNK_FRAMES, pairs }
    }

    /// Channels of audio; pairs are `channels / 2`, rounded up.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Frames in use.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Sets the frames in use, at most [`MAX_CHUNK_FRAMES`] (a larger number counts as that).
    pub fn set_frames(&mut self, frames: usize) {
        self.frames = frames.min(MAX_CHUNK_FRAMES);
    }

    /// The pairs in order, each a slice of `frames` lane pairs.
    pub fn pairs(&self) -> impl ExactSizeIterator<Item = &[Lanes]> {
        let frames = self.frames;
        self.pairs.iter().map(move |pair| pair.get(..frames).unwrap_or_default())
    }

    /// The pairs in order, each a mutable slice of `frames` lane pairs.
    pub fn pairs_mut(&mut self) -> impl ExactSizeIterator<Item = &mut [Lanes]> {
        let frames = self.frames;
        self.pairs.iter_mut().map(move |pair| pair.get_mut(..frames).unwrap_or_default())
    }

    /// Left and right, the first pair.
    #[must_use]
    pub fn first_pair_mut(&mut self) -> &mut [Lanes] {
        self.pairs_mut().next().unwrap_or_default()
    }

    /// Copies the frames in use of `other`, which must have the same channel count.
    pub fn copy_from(&mut self, other: &Block) {
        self.frames = other.frames;
        for (to, from) in self.pairs_mut().zip(other.pairs()) {
            to.copy_from_slice(from);
        }
    }

    /// Fills `frames` frames from planar channels, starting at `start`.
    pub(crate) fn load(&mut self, channels: &[&mut [f32]], start: usize, frames: usize) {
        self.set_frames(frames);
        let frames = self.frames;
        for (pair, channels) in self.pairs.iter_mut().zip(channels.chunks(2)) {
            let mut samples =
                channels.iter().map(|channel| channel.get(start..start + frames).unwrap_or_default());
            let [left, right] = core::array::from_fn(|_| samples.next().unwrap_or_default());
            let pair = pair.get_mut(..frames).unwrap_or_default();
            simd::run(Load { pair, left, right });
        }
    }

    /// Writes the frames in use to planar channels, starting at `start`.
    pub(crate) fn store(&self, channels: &mut [&mut [f32]], start: usize) {
        let frames = self.frames;
        for (pair, channels) in self.pairs().zip(channels.chunks_mut(2)) {
            let mut samples =
                channels.iter_mut().map(|channel| channel.get_mut(start..start + frames).unwrap_or_default());
            let [left, right] = core::array::from_fn(|_| samples.next().unwrap_or_default());
            simd::run(Store { pair, left, right });
        }
    }

    /// Fills as many frames as there are from interleaved samples, a frame's channels side by side.
    pub(crate) fn load_interleaved<S: Sample>(&mut self, samples: &[S]) {
        let channels = self.channels;
        self.set_frames(samples.len() / channels.max(1));
        if channels == 2 {
            // The block is laid out as the samples are.
            return simd::run(LoadPairs { lanes: self.first_pair_mut().as_flattened_mut(), samples });
        }
        for (index, pair) in self.pairs_mut().enumerate() {
            for lane in 0..2.min(channels - 2 * index) {
                let from = samples.iter().skip(2 * index + lane).step_by(channels);
                pair.iter_mut().zip(from).for_each(|(lanes, sample)| lanes[lane] = enter(sample.to_f32()));
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
                pair.iter().zip(to).for_each(|(lanes, sample)| *sample = S::from_f32(leave(lanes[lane])));
            }
        }
    }
}

/// A sample at the chain's door, which is `f32` wide whatever comes: the same numbers in give the same numbers out.
pub trait Sample: Copy {
    /// The nearest `f32`.
    fn to_f32(self) -> f32;
    /// The `f32` as it is.
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

/// Bits of an `f32`'s exponent, and its lowest.
const EXPONENT: u32 = 0x7F80_0000;
const EXPONENT_ONE: u32 = 0x0080_0000;

/// A sample on its way in. One that is not finite or subnormal becomes 0 (processors take many times as long to convert the
/// latter), and magnitudes stay within [`SCRUB_LIMIT`], so that no stage's state can be poisoned.
#[inline(always)]
fn enter(sample: f32) -> f64 {
    let limit = SCRUB_LIMIT;
    let low = if sample < limit { sample } else { limit };
    let held = if low > -limit { low } else { -limit };
    // `is_normal` without branches: the exponent is neither 0 nor 255.
    let exponent = sample.to_bits() & EXPONENT;
    f64::from(if exponent.wrapping_sub(EXPONENT_ONE) < EXPONENT - EXPONENT_ONE { held } else { 0.0 })
}

/// A sample on its way out: finite, and never subnormal.
#[inline(always)]
fn leave(sample: f64) -> f32 {
    let (least, most) = (f64::from(f32::MIN), f64::from(f32::MAX));
    let value = if sample < most { sample } else { most };
    let value = if value > least { value } else { least };
    if value.abs() < f64::from(f32::MIN_POSITIVE) { 0.0 } else { value as f32 }
}

/// Takes in one or two channels, and puts them side by side.
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

/// Takes out one or two channels.
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

/// Takes in two channels that are side by side.
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

/// Takes two channels out, side by side.
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

    /// A subnormal sample costs a processor many times as long as another wherever it is converted.
    #[test]
    fn nothing_subnormal_or_unbounded_enters() {
        let mut block = Block::new(1);
        let mut samples = [1e-40f32, -1e-40, f32::NAN, f32::INFINITY, 1e9, -1e9, 0.5, f32::MIN_POSITIVE];
        block.load(&[&mut samples], 0, 8);
        let entered: Vec<f64> = block.pairs().flatten().map(|lanes| lanes[0]).collect();
        let limit = f64::from(SCRUB_LIMIT);
        assert_eq!(entered, [0.0, 0.0, 0.0, 0.0, limit, -limit, 0.5, f64::from(f32::MIN_POSITIVE)]);
    }
}
