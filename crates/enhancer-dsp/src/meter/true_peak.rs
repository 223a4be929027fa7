//! True peaks: the level between samples that a converter or a codec reaches.
//!
//! By ITU-R BS.1770-4 annex 2: 4x interpolation. Each point has a kernel of 48 taps (12 in the standard's
//! example), and a parabola passes through each local maximum. A tone up to 0.46 fs reads within +0.04 and
//! −0.09 dB of its true peak, at any position of its samples. EBU Tech 3341 allows +0.2 and −0.4 dB.

use crate::block::{MAX_CHANNELS, MAX_CHUNK_FRAMES};
use crate::oversample::interpolator::{Between, Interpolator, MAX_BETWEEN};
use crate::oversample::peak_finder::PeakFinder;

/// Taps per side.
const SIDE: usize = 24;

/// Kaiser's β: flat within +0.04 and −0.02 dB to 0.46 fs.
const BETA: f64 = 5.0;

/// Points per sample.
const POINTS: usize = 4;

/// Measures the true peak of each channel of a stream. The cuts into blocks do not change the result.
#[derive(Debug, Clone)]
pub struct TruePeakMeter {
    interpolator: Interpolator,
    channels: Box<[Channel]>,
    between: Box<Between>,
}

/// Largest ratio of a parabola's top to its middle point: 1 plus 1/8 of the fall to a neighbour of 0.
const PARABOLA: f32 = 1.125;

#[derive(Debug, Clone)]
struct Channel {
    finder: PeakFinder,
    peak: f32,
    /// Largest samples of the current and the last group. A group lasts as long as the kernel or longer, so
    /// no sample within the kernel's reach exceeds both.
    largest: [f32; 2],
    /// Frames in the current group.
    frames: usize,
}

impl Channel {
    fn new() -> Self {
        Self { finder: PeakFinder::new(SIDE), peak: 0.0, largest: [0.0; 2], frames: 0 }
    }

    /// Measures a chunk. Interpolates only if samples of the largest magnitude and the worst signs could make
    /// a new peak.
    fn push(&mut self, chunk: &[f32], interpolator: &Interpolator, between: &mut Between) {
        let newest = chunk.iter().fold(0.0f32, |largest, sample| largest.max(sample.abs()));
        let [under_way, before] = self.largest;
        let reach = newest.max(under_way).max(before) * interpolator.l1_norm().max(1.0) * PARABOLA;
        let near = [reach > self.peak.max(newest); MAX_CHUNK_FRAMES];
        self.finder.load(chunk.iter().copied());
        let mut peaks = [0.0; MAX_CHUNK_FRAMES];
        self.finder.raise_to_peaks(interpolator, chunk.len(), &near, between, &mut peaks);
        self.finder.retire(chunk.len());
        self.peak =
            peaks.iter().take(chunk.len()).fold(self.peak.max(newest), |peak, &found| peak.max(found));
        self.largest[0] = under_way.max(newest);
        self.frames += chunk.len();
        if self.frames >= 2 * SIDE {
            (self.largest, self.frames) = ([0.0, self.largest[0]], 0);
        }
    }
}

impl TruePeakMeter {
    /// A meter at rest, for up to [`MAX_CHANNELS`] channels. Allocates.
    #[must_use]
    pub fn new(channels: usize) -> Self {
        Self {
            interpolator: Interpolator::new(SIDE, BETA, POINTS),
            channels: vec![Channel::new(); channels].into_boxed_slice(),
            between: Box::new([[0.0; MAX_CHUNK_FRAMES]; MAX_BETWEEN]),
        }
    }

    /// Measures the next frames, planar. The samples must be finite. Channels beyond the meter's are ignored.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics.
    pub fn push(&mut self, channels: &[&[f32]]) {
        for (channel, samples) in self.channels.iter_mut().zip(channels) {
            for chunk in samples.chunks(MAX_CHUNK_FRAMES) {
                channel.push(chunk, &self.interpolator, &mut self.between);
            }
        }
    }

    /// Ends the stream with silence, which completes the peaks between the last samples.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics.
    pub fn finish(&mut self) {
        let silence = [0.0; 2 * SIDE];
        self.push(&[&silence[..]; MAX_CHANNELS]);
    }

    /// Largest magnitude of each channel since `new` or [`reset`](Self::reset), linear. The last 24 frames
    /// count with their samples only, until more frames follow or the stream [ends](Self::finish).
    pub fn peaks(&self) -> impl ExactSizeIterator<Item = f64> {
        self.channels.iter().map(|channel| f64::from(channel.peak))
    }

    /// Largest magnitude over all channels, linear.
    #[must_use]
    pub fn peak(&self) -> f64 {
        self.peaks().fold(0.0, f64::max)
    }

    /// Restarts the measurement, as in a new meter.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics.
    pub fn reset(&mut self) {
        for channel in &mut self.channels {
            channel.finder.reset();
            (channel.peak, channel.largest, channel.frames) = (0.0, [0.0; 2], 0);
        }
    }
}
