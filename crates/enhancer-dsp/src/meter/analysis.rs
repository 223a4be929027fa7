//! The analysis of a whole stream in one pass and bounded memory.

use super::channel::{Channel, PIECE_FRAMES};
use super::features::{Features, SpectralShape};
use super::loudness::{LoudnessCurve, LoudnessMeter};
use super::overview::{Overview, Waveform, WaveformSums};
use super::spectrum::{MeanSpectrum, SpectrumAverage};
use super::true_peak::TruePeakMeter;
use super::{amplitude_db, power_db};
use crate::block::{MAX_CHANNELS, SCRUB_LIMIT};
use crate::bounds::part;
use crate::format::NewError;
use crate::simd::{self, Isa, Kernel};

/// Measurements of a whole stream.
///
/// JSON contains the spectrum unless [`AudioAnalysis::without_spectrum`] removed it, and never the loudness
/// curve, the waveform or the number of frames.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct AudioAnalysis {
    /// Integrated loudness, LUFS (ITU-R BS.1770-4); `None` for silence (below −70 LUFS) and below 400 ms.
    pub lufs_integrated: Option<f64>,
    /// Loudness range, LU (EBU Tech 3342); `None` for silence and below 3 s.
    pub loudness_range: Option<f64>,
    /// True peak, dBTP (ITU-R BS.1770-4, annex 2): peak of the band-limited waveform through the samples.
    pub true_peak_dbtp: Option<f64>,
    /// Largest sample magnitude of any channel, dBFS.
    pub sample_peak_dbfs: Option<f64>,
    /// Root mean square over all samples of all channels, dBFS; −3.01 for a full-scale sine.
    pub rms_dbfs: Option<f64>,
    /// Dynamic range, dB, by the published algorithm of the TT Dynamic Range Meter (Pleasurize Music
    /// Foundation 2009), which the loudness-war databases use.
    ///
    /// Each channel is cut into blocks of 3 s. Its range is the second highest of the blocks' peaks over the
    /// RMS of the loudest fifth of the blocks; that RMS is scaled so that a sine reads its peak. The result
    /// is the mean over the channels with sound: 0 for a sine, 5 to 8 for loud pop, 12 to 20 for uncompressed
    /// music. A last part of less than half a block is left out. A single block counts with its highest peak.
    pub dynamic_range_db: Option<f64>,
    /// Level-independent features: crest factor, spectral shape, correlation, clipping.
    pub features: Features,
    /// Mean spectrum; `None` after [`AudioAnalysis::without_spectrum`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spectrum: Option<MeanSpectrum>,
    /// Loudness over time, at most [`MAX_POINTS`](super::MAX_POINTS) values.
    #[serde(skip)]
    pub loudness_curve: LoudnessCurve,
    /// Waveform over time, at most [`MAX_POINTS`](super::MAX_POINTS) bins.
    #[serde(skip)]
    pub waveform: Waveform,
    /// Number of frames measured.
    #[serde(skip)]
    pub frames: u64,
}

impl AudioAnalysis {
    /// Returns the analysis without its spectrum.
    #[must_use]
    pub fn without_spectrum(self) -> Self {
        Self { spectrum: None, ..self }
    }
}

/// Measures a stream of planar channels. The cuts into blocks do not change the result.
pub struct Analyzer {
    sample_rate_hz: f64,
    frames: u64,
    non_finite: u64,
    /// Scrubbed samples of the current piece, per channel.
    piece: Vec<Vec<f32>>,
    channels: Vec<Channel>,
    /// Σ L R of the first two channels.
    product: f64,
    loudness: LoudnessMeter,
    true_peak: TruePeakMeter,
    spectrum: SpectrumAverage,
    waveform: Overview<WaveformSums>,
}

impl core::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Analyzer")
            .field("frames", &self.frames)
            .field("loudness", &self.loudness)
            .finish_non_exhaustive()
    }
}

impl Analyzer {
    /// An analyzer at rest for `channels` channels in WAV order (see [`LoudnessMeter::new`]). Allocates.
    ///
    /// # Errors
    /// A sample rate outside 8 to 384 kHz, no channel, or more than 8 channels.
    pub fn new(sample_rate_hz: f64, channels: usize) -> Result<Self, NewError> {
        Self::with_speakers(sample_rate_hz, channels, None)
    }

    /// An analyzer at rest, with the speaker positions of `speakers`, a WAVE mask (see
    /// [`LoudnessMeter::with_speakers`]). The positions affect the loudness only.
    ///
    /// # Errors
    /// As [`Analyzer::new`].
    pub fn with_speakers(
        sample_rate_hz: f64,
        channels: usize,
        speakers: Option<u32>,
    ) -> Result<Self, NewError> {
        let loudness = LoudnessMeter::with_speakers(sample_rate_hz, channels, speakers)?;
        Ok(Self {
            sample_rate_hz,
            frames: 0,
            non_finite: 0,
            piece: vec![Vec::with_capacity(PIECE_FRAMES); channels],
            channels: vec![Channel::new(sample_rate_hz); channels],
            product: 0.0,
            loudness,
            true_peak: TruePeakMeter::new(channels),
            spectrum: SpectrumAverage::new(sample_rate_hz, channels),
            waveform: Overview::new(),
        })
    }

    /// Measures the next frames, planar. The shortest channel sets the length.
    ///
    /// A call with fewer channels than the analyzer's is ignored; channels beyond them are ignored. Samples
    /// that are not finite count as 0 and are counted; magnitudes above [`SCRUB_LIMIT`] count as that limit.
    pub fn push(&mut self, channels: &[&[f32]]) {
        let Some(channels) = channels.get(..self.channels.len()) else { return };
        let frames = channels.iter().map(|channel| channel.len()).min().unwrap_or(0);
        let mut start = 0;
        while start < frames {
            let held = self.piece.first().map_or(0, Vec::len);
            let end = frames.min(start + PIECE_FRAMES - held);
            for (piece, channel) in self.piece.iter_mut().zip(channels) {
                let samples = part(channel, start..end);
                self.non_finite += samples.iter().map(|sample| u64::from(!sample.is_finite())).sum::<u64>();
                piece.extend(samples.iter().map(|&sample| {
                    if sample.is_finite() { sample.clamp(-SCRUB_LIMIT, SCRUB_LIMIT) } else { 0.0 }
                }));
            }
            if held + end - start == PIECE_FRAMES {
                self.end_piece();
            }
            start = end;
        }
    }

    /// Ends the stream and returns the analysis.
    #[must_use]
    pub fn finish(mut self) -> AudioAnalysis {
        self.end_piece();
        self.true_peak.finish();
        let channels = &self.channels;
        let samples = self.frames as f64 * channels.len() as f64;
        let peak = channels.iter().map(|channel| channel.peak).fold(0.0, f32::max);
        let energy: f64 = channels.iter().map(|channel| channel.energy).sum();
        let sample_peak_dbfs = amplitude_db(f64::from(peak));
        let rms_dbfs = power_db(energy / samples.max(1.0));
        let power = self.spectrum.finish();
        let ranges: Vec<f64> = channels.iter().filter_map(Channel::dynamic_range_db).collect();
        AudioAnalysis {
            lufs_integrated: self.loudness.integrated_lufs(),
            loudness_range: self.loudness.range_lu(),
            true_peak_dbtp: amplitude_db(self.true_peak.peak()),
            sample_peak_dbfs,
            rms_dbfs,
            dynamic_range_db: (!ranges.is_empty()).then(|| ranges.iter().sum::<f64>() / ranges.len() as f64),
            features: Features {
                crest_factor_db: sample_peak_dbfs.zip(rms_dbfs).map(|(peak, rms)| peak - rms),
                ..self.features(SpectralShape::of(&power, self.spectrum.bin_hz()))
            },
            spectrum: Some(MeanSpectrum::new(&power, self.spectrum.bin_hz())),
            loudness_curve: self.loudness.curve(),
            waveform: Waveform {
                bin_seconds: (self.waveform.per_point() * PIECE_FRAMES as u64) as f64 / self.sample_rate_hz,
                bins: self.waveform.points().map(WaveformSums::bin).collect(),
            },
            frames: self.frames,
        }
    }

    fn features(&self, shape: Option<SpectralShape>) -> Features {
        let frames = self.frames.max(1) as f64;
        let pairs = self.frames.saturating_sub(1).max(1) as f64 * self.channels.len() as f64;
        let crossings: u64 = self.channels.iter().map(|channel| channel.crossings).sum();
        let offsets = self.channels.iter().map(|channel| channel.sum / frames);
        Features {
            lufs_momentary_max: self.loudness.max_momentary_lufs(),
            lufs_short_term_max: self.loudness.max_short_term_lufs(),
            crest_factor_db: None,
            dc_offset: offsets.max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(0.0),
            zero_crossing_rate: crossings as f64 / pairs,
            spectral_centroid_hz: shape.map(|shape| shape.centroid_hz),
            spectral_rolloff_hz: shape.map(|shape| shape.rolloff_hz),
            spectral_flatness: shape.map(|shape| shape.flatness),
            spectral_bandwidth_hz: shape.map(|shape| shape.bandwidth_hz),
            stereo_correlation: self.correlation(),
            clipped_samples: self.channels.iter().map(|channel| channel.clipped).sum(),
            non_finite_samples: self.non_finite,
        }
    }

    fn correlation(&self) -> Option<f64> {
        let [left, right] = self.channels.get(..2)? else { return None };
        let scale = (left.energy * right.energy).sqrt();
        (scale > 0.0).then(|| (self.product / scale).clamp(-1.0, 1.0))
    }

    fn end_piece(&mut self) {
        let frames = self.piece.first().map_or(0, Vec::len);
        if frames == 0 {
            return;
        }
        self.frames += frames as u64;
        let pieces: [&[f32]; MAX_CHANNELS] =
            core::array::from_fn(|index| self.piece.get(index).map_or(&[][..], Vec::as_slice));
        let pieces = part(&pieces, ..self.channels.len());
        let mut sums = WaveformSums { min: f32::INFINITY, max: f32::NEG_INFINITY, energy: 0.0, samples: 0 };
        for (channel, samples) in self.channels.iter_mut().zip(pieces) {
            let piece = channel.push(samples);
            sums.min = sums.min.min(piece.min);
            sums.max = sums.max.max(piece.max);
            sums.energy += piece.energy;
            sums.samples += samples.len() as u64;
        }
        self.waveform.push(sums);
        if let [left, right, ..] = pieces {
            self.product += dot(left, right);
        }
        self.loudness.push(pieces);
        self.true_peak.push(pieces);
        self.spectrum.push(pieces.iter().copied());
        self.piece.iter_mut().for_each(Vec::clear);
    }
}

/// Σ a b, in eight partial sums.
fn dot(a: &[f32], b: &[f32]) -> f64 {
    simd::run(Dot(a, b))
}

/// The loop of [`dot`].
struct Dot<'a>(&'a [f32], &'a [f32]);

impl Kernel for Dot<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<I: Isa>(self) -> f64 {
        let Self(a, b) = self;
        let mut sums = [0.0f64; 8];
        let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
        for (a, b) in a.iter().zip(b) {
            for ((sum, &a), &b) in sums.iter_mut().zip(a).zip(b) {
                *sum += f64::from(a) * f64::from(b);
            }
        }
        let rest: f64 = a_rest.iter().zip(b_rest).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
        sums.iter().sum::<f64>() + rest
    }
}
