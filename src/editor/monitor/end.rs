//! Samples and levels at one end of the chain, input or output.

use super::Analyzer;

/// A frame of the front left and right channels. A mono signal stands in both.
pub(crate) type StereoFrame = [f32; 2];

/// Fall of a level bar, dB/s (IEC 60268-18: 20 dB in 1.7 s).
const FALL_DB_PER_S: f32 = 11.8;

/// Lowest level that a meter shows, dBFS.
const FLOOR_DB: f32 = -90.0;

/// The sound at one end of the chain, 1 to 8 channels.
pub(crate) struct End {
    pub(crate) analyzer: Analyzer,
    /// Level of each channel's bar, dBFS: rises immediately, falls slowly.
    pub(crate) bars_db: Vec<f32>,
    /// Largest sample of any channel since the previous picture, dBFS.
    pub(crate) peak_db: f32,
    /// RMS level of the loudest channel since the previous picture, dBFS; a full-scale sine reads 0.
    pub(crate) rms_db: f32,
    /// Samples since the previous picture, channel by channel.
    channels: Vec<Vec<f32>>,
}

impl End {
    pub(super) fn new(rate_hz: f32, channels: usize) -> Self {
        Self {
            analyzer: Analyzer::new(rate_hz, channels),
            bars_db: vec![FLOOR_DB; channels],
            peak_db: FLOOR_DB,
            rms_db: FLOOR_DB,
            channels: vec![vec![]; channels],
        }
    }

    /// Replaces the samples by those of `chunk`, interleaved. A sample that is not finite becomes 0.
    pub(super) fn take(&mut self, chunk: Option<rtrb::chunks::ReadChunk<'_, f32>>) {
        self.channels.iter_mut().for_each(Vec::clear);
        let Some(chunk) = chunk else { return };
        let count = self.channels.len();
        let (first, second) = chunk.as_slices();
        for (place, channel) in self.channels.iter_mut().enumerate() {
            for part in [first, second] {
                let samples = part.iter().skip(place).step_by(count);
                channel.extend(samples.map(|&sample| if sample.is_finite() { sample } else { 0.0 }));
            }
        }
        chunk.commit_all();
    }

    /// Updates levels and spectrum with the samples of the last `elapsed_s` seconds.
    pub(super) fn settle(&mut self, elapsed_s: f32) {
        let (mut peak, mut mean_square) = (0.0f32, 0.0f32);
        for (bar, channel) in self.bars_db.iter_mut().zip(&self.channels) {
            let largest = channel.iter().fold(0.0f32, |largest, sample| largest.max(sample.abs()));
            *bar = decibels(largest).max(*bar - FALL_DB_PER_S * elapsed_s).max(FLOOR_DB);
            peak = peak.max(largest);
            let energy: f32 = channel.iter().map(|sample| sample * sample).sum();
            mean_square = mean_square.max(energy / channel.len().max(1) as f32);
        }
        self.peak_db = decibels(peak);
        self.rms_db = decibels((2.0 * mean_square).sqrt());
        self.analyzer.push(&self.channels);
        self.analyzer.update(elapsed_s);
    }

    /// Number of frames since the previous picture.
    pub(super) fn frames(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }

    /// Samples since the previous picture, channel by channel.
    pub(super) fn samples(&self) -> impl Iterator<Item = &[f32]> {
        self.channels.iter().map(Vec::as_slice)
    }

    /// Front left and right since the previous picture.
    pub(super) fn front(&self) -> impl Iterator<Item = StereoFrame> {
        let left = self.channels.first().map_or(&[][..], Vec::as_slice);
        let right = self.channels.get(1).map_or(left, Vec::as_slice);
        left.iter().zip(right).map(|(&left, &right)| [left, right])
    }
}

/// Converts a magnitude to dBFS, at least [`FLOOR_DB`].
#[must_use]
pub(crate) fn decibels(magnitude: f32) -> f32 {
    if magnitude > 0.0 { (20.0 * magnitude.log10()).max(FLOOR_DB) } else { FLOOR_DB }
}
