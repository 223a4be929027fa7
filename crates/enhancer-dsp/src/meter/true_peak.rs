//! True peaks: the level between the samples, that a converter or a codec will reach.
//!
//! By ITU-R BS.1770-4 annex 2: 4x interpolation, here by a kernel of 48 taps to each point (the standard's example has 12) and
//! with a parabola through each local maximum. A tone up to 0.46 fs reads within +0.04 and −0.09 dB of its true peak, wherever
//! its samples fall. EBU Tech 3341 allows +0.2 and −0.4 dB.

use crate::block::MAX_CHUNK_FRAMES;
use crate::enhancer::MAX_CHANNELS;
use crate::oversample::interpolator::{Between, Interpolator, MAX_BETWEEN};
use crate::oversample::peak_finder::PeakFinder;

/// Taps a side.
const SIDE: usize = 24;

/// Kaiser's β: flat within +0.04 and −0.02 dB to 0.46 fs.
const BETA: f64 = 5.0;

/// Points a sample.
const POINTS: usize = 4;

/// Measures the true peak of each channel of a stream; how it is cut into blocks changes nothing.
#[derive(Debug, Clone)]
pub struct TruePeakMeter {
    interpolator: Interpolator,
    channels: Box<[(PeakFinder, f32)]>,
    between: Box<Between>,
}

impl TruePeakMeter {
    /// A meter at rest for up to [`MAX_CHANNELS`] channels. Allocates.
    #[must_use]
    pub fn new(channels: usize) -> Self {
        Self {
            interpolator: Interpolator::new(SIDE, BETA, POINTS),
            channels: vec![(PeakFinder::new(SIDE), 0.0); channels].into_boxed_slice(),
            between: Box::new([[0.0; MAX_CHUNK_FRAMES]; MAX_BETWEEN]),
        }
    }

    /// Takes the next frames, planar; the samples must be finite. Channels beyond the meter's own are left alone.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics.
    pub fn push(&mut self, channels: &[&[f32]]) {
        for ((finder, peak), samples) in self.channels.iter_mut().zip(channels) {
            for chunk in samples.chunks(MAX_CHUNK_FRAMES) {
                let newest = chunk.iter().fold(*peak, |peak, sample| peak.max(sample.abs()));
                finder.load(chunk.iter().copied());
                let mut peaks = [0.0; MAX_CHUNK_FRAMES];
                let all = [true; MAX_CHUNK_FRAMES];
                finder.raise_to_peaks(&self.interpolator, chunk.len(), &all, &mut self.between, &mut peaks);
                finder.retire(chunk.len());
                *peak = peaks.iter().take(chunk.len()).fold(newest, |peak, &found| peak.max(found));
            }
        }
    }

    /// Ends the stream: silence follows, so that the peaks between the last samples are found too.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics.
    pub fn finish(&mut self) {
        let silence = [0.0; 2 * SIDE];
        self.push(&[&silence[..]; MAX_CHANNELS]);
    }

    /// Largest magnitude of each channel since the beginning or the last [`reset`](Self::reset), linear. The last
    /// 24 frames are told by their samples alone until more frames come or the stream [ends](Self::finish).
    pub fn peaks(&self) -> impl ExactSizeIterator<Item = f64> {
        self.channels.iter().map(|(_, peak)| f64::from(*peak))
    }

    /// Largest magnitude over all channels, linear.
    #[must_use]
    pub fn peak(&self) -> f64 {
        self.peaks().fold(0.0, f64::max)
    }

    /// Forgets the past.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics.
    pub fn reset(&mut self) {
        for (finder, peak) in &mut self.channels {
            finder.reset();
            *peak = 0.0;
        }
    }
}
