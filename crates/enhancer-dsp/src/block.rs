//! The chain's working memory: up to [`MAX_CHUNK_FRAMES`] frames in `f64`, two channels to a lane pair.
//!
//! Channels 2k and 2k+1 are the lanes of pair k, so that one SIMD operation treats a left and a right
//! sample; an odd last channel leaves the second lane at zero. Every stage works in place on a block.

/// The most frames a [`Block`] holds. The chain cuts longer blocks; where the cuts fall never
/// changes the result.
pub const MAX_CHUNK_FRAMES: usize = 64;

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
        for (index, channel) in channels.iter().enumerate() {
            let Some(pair) = self.pairs.get_mut(index / 2) else { return };
            let samples = channel.get(start..start + frames).unwrap_or_default();
            for (lanes, &sample) in pair.iter_mut().zip(samples) {
                lanes[index % 2] = enter(sample);
            }
        }
    }

    /// Writes the frames in use to planar channels, starting at `start`.
    pub(crate) fn store(&self, channels: &mut [&mut [f32]], start: usize) {
        for (index, channel) in channels.iter_mut().enumerate() {
            let Some(pair) = self.pairs.get(index / 2) else { return };
            let samples = channel.get_mut(start..start + self.frames).unwrap_or_default();
            for (lanes, sample) in pair.iter().zip(samples) {
                *sample = leave(lanes[index % 2]);
            }
        }
    }

    /// Fills as many frames as there are from interleaved samples, a frame's channels side by side.
    pub(crate) fn load_interleaved<S: Sample>(&mut self, samples: &[S]) {
        let channels = self.channels;
        self.set_frames(samples.len() / channels.max(1));
        if channels == 2 {
            // The block is laid out as the samples are.
            let lanes = self.first_pair_mut().as_flattened_mut();
            lanes.iter_mut().zip(samples).for_each(|(lane, sample)| *lane = enter(sample.to_f32()));
            return;
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
            let lanes = self.first_pair_mut().as_flattened();
            samples.iter_mut().zip(lanes).for_each(|(sample, lane)| *sample = S::from_f32(leave(*lane)));
            return;
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
    fn to_f32(self) -> f32 {
        self
    }
    fn from_f32(sample: f32) -> Self {
        sample
    }
}

impl Sample for f64 {
    fn to_f32(self) -> f32 {
        self as f32
    }
    fn from_f32(sample: f32) -> Self {
        Self::from(sample)
    }
}

/// A sample on its way in. One that is not finite or subnormal becomes 0 (processors take many times as long to convert the
/// latter), and magnitudes stay within [`crate::enhancer::SCRUB_LIMIT`], so that no stage's state can be poisoned.
fn enter(sample: f32) -> f64 {
    let limit = crate::enhancer::SCRUB_LIMIT;
    f64::from(if sample.is_normal() { sample.clamp(-limit, limit) } else { 0.0 })
}

/// A sample on its way out: finite, and never subnormal.
fn leave(sample: f64) -> f32 {
    let value = sample.clamp(f64::from(f32::MIN), f64::from(f32::MAX));
    if value.abs() < f64::from(f32::MIN_POSITIVE) { 0.0 } else { value as f32 }
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
        let limit = f64::from(crate::enhancer::SCRUB_LIMIT);
        assert_eq!(entered, [0.0, 0.0, 0.0, 0.0, limit, -limit, 0.5, f64::from(f32::MIN_POSITIVE)]);
    }
}
