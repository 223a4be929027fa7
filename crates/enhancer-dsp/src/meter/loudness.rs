//! Loudness by ITU-R BS.1770-4 and EBU R 128: momentary, short-term, integrated, range, and loudness over
//! time.
//!
//! The `ebur128` crate filters (K weighting) and sums. This meter reads its energies in slices of 10 ms and
//! builds the windows from the slices. So the momentary window moves in steps of 10 ms and the short-term
//! window in steps of 100 ms, the gates compare exact energies instead of bins of 0.1 LU, and each sample is
//! summed once.
//!
//! - Momentary: mean energy of 400 ms; short-term: of 3 s (EBU Tech 3341, clause 2.2).
//! - Integrated: blocks of 400 ms every 100 ms, absolute gate −70 LUFS, relative gate −10 LU (BS.1770-4,
//!   annex 1).
//! - Range: short-term values every 100 ms, gates −70 LUFS and −20 LU, 10th to 95th percentile (EBU Tech
//!   3342, clause 3).
//!
//! Weights (BS.1770-4, annex 3): 1.41 (+1.5 dB) for azimuths of 60° to 120°, 1 for all others, 0 for the LFE.
//!
//! Limits: at sample rates that are no multiple of 100 Hz a slice is shorter than 10 ms by up to one sample,
//! at most 1.3 % (near 8 kHz). Audio shorter than a window has no value for it.

use super::histogram::EnergyHistogram;
use super::overview::{Overview, Point};
use super::weights;
use crate::block::MAX_CHANNELS;
use crate::bounds;
use crate::format::{NewError, SAMPLE_RATE_RANGE_HZ};
use ebur128::{EbuR128, Mode};

/// Length of a slice, ms.
const SLICE_MS: u32 = 10;
/// Slices per momentary window.
const MOMENTARY_SLICES: usize = 40;
/// Slices per short-term window.
const SHORT_TERM_SLICES: usize = 300;
/// Slices between two gating blocks, and between two short-term values.
const STEP_SLICES: u64 = 10;
/// Offset of BS.1770, so that a sine of 997 Hz in one channel reads its RMS level.
const OFFSET_LU: f64 = -0.691;
/// Absolute gate.
const ABSOLUTE_GATE_LUFS: f64 = -70.0;
/// Relative gate of the integrated loudness as a ratio of energies: −10 LU.
const RELATIVE_GATE: f64 = 0.1;
/// Relative gate of the loudness range as a ratio of energies: −20 LU.
const RANGE_GATE: f64 = 0.01;
/// Percentiles that bound the loudness range.
const RANGE_SHARES: [f64; 2] = [0.1, 0.95];

/// A loudness meter for live displays and whole streams.
pub struct LoudnessMeter {
    meter: EbuR128,
    channels: usize,
    slice_frames: usize,
    /// Frames in the current slice.
    frames: usize,
    slices: [f64; SHORT_TERM_SLICES],
    /// Number of complete slices.
    count: u64,
    blocks: EnergyHistogram,
    short_terms: EnergyHistogram,
    max_momentary: f64,
    max_short_term: f64,
    curve: Overview<CurveSums>,
}

impl core::fmt::Debug for LoudnessMeter {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("LoudnessMeter")
            .field("meter", &self.meter)
            .field("slices_ended", &self.count)
            .finish_non_exhaustive()
    }
}

impl LoudnessMeter {
    /// A meter at rest, for channels in the usual WAV order: mono, L R, L R C, L R Ls Rs, L R C Ls Rs, L R C
    /// LFE Ls Rs, L R C LFE Cs Ls Rs, L R C LFE Lb Rb Ls Rs. Allocates.
    ///
    /// # Errors
    /// A sample rate outside 8 to 384 kHz, no channel, or more than 8 channels.
    pub fn new(sample_rate_hz: f64, channels: usize) -> Result<Self, NewError> {
        Self::with_speakers(sample_rate_hz, channels, None)
    }

    /// A meter at rest, with the speaker positions of `speakers`, a WAVE mask (`dwChannelMask`).
    ///
    /// An LFE does not count. The back pair counts as surrounds (weight 1.41) if the mask has no side pair.
    /// `None` and a mask without a defined position mean the order of [`LoudnessMeter::new`].
    ///
    /// # Errors
    /// As [`LoudnessMeter::new`].
    pub fn with_speakers(
        sample_rate_hz: f64,
        channels: usize,
        speakers: Option<u32>,
    ) -> Result<Self, NewError> {
        if !SAMPLE_RATE_RANGE_HZ.contains(&sample_rate_hz) {
            return Err(NewError::SampleRate(sample_rate_hz));
        }
        let positions = weights::positions(channels, speakers).ok_or(NewError::Channels(channels))?;
        let layout = positions.get(..channels).ok_or(NewError::Channels(channels))?;
        let rate = sample_rate_hz.round() as u32;
        let mut meter =
            EbuR128::new(channels as u32, rate, Mode::M).map_err(|_| NewError::SampleRate(sample_rate_hz))?;
        meter.set_channel_map(layout).map_err(|_| NewError::Channels(channels))?;
        Ok(Self {
            meter,
            channels,
            slice_frames: (rate * SLICE_MS / 1000) as usize,
            frames: 0,
            slices: [0.0; SHORT_TERM_SLICES],
            count: 0,
            blocks: EnergyHistogram::new(),
            short_terms: EnergyHistogram::new(),
            max_momentary: 0.0,
            max_short_term: 0.0,
            curve: Overview::new(),
        })
    }

    /// Measures the next frames, planar. The shortest channel sets the length.
    ///
    /// Samples must be finite: one that is not stays in the weighting filter's state until the next reset.
    /// ([`Analyzer`](super::Analyzer) scrubs samples.) A call with fewer channels than the meter's is
    /// ignored; channels beyond them are ignored.
    pub fn push(&mut self, channels: &[&[f32]]) {
        let Some(channels) = channels.get(..self.channels) else { return };
        let frames = channels.iter().map(|channel| channel.len()).min().unwrap_or(0);
        let mut start = 0;
        while start < frames {
            let end = frames.min(start + self.slice_frames - self.frames);
            let mut part = [&[][..]; MAX_CHANNELS];
            for (part, channel) in part.iter_mut().zip(channels) {
                *part = bounds::part(channel, start..end);
            }
            let taken = self.meter.add_frames_planar_f32(bounds::part(&part, ..self.channels));
            debug_assert!(taken.is_ok());
            self.frames += end - start;
            start = end;
            if self.frames == self.slice_frames {
                self.end_slice();
            }
        }
    }

    /// Loudness of the last 400 ms, LUFS; `None` in the first 400 ms and for silence.
    #[must_use]
    pub fn momentary_lufs(&self) -> Option<f64> {
        self.window(MOMENTARY_SLICES).and_then(lufs)
    }

    /// Loudness of the last 3 s, LUFS; `None` in the first 3 s and for silence.
    #[must_use]
    pub fn short_term_lufs(&self) -> Option<f64> {
        self.window(SHORT_TERM_SLICES).and_then(lufs)
    }

    /// Highest momentary loudness so far, LUFS; `None` like [`momentary_lufs`](Self::momentary_lufs).
    #[must_use]
    pub fn max_momentary_lufs(&self) -> Option<f64> {
        lufs(self.max_momentary)
    }

    /// Highest short-term loudness so far, LUFS; `None` like [`short_term_lufs`](Self::short_term_lufs).
    #[must_use]
    pub fn max_short_term_lufs(&self) -> Option<f64> {
        lufs(self.max_short_term)
    }

    /// Integrated loudness so far, LUFS; `None` in the first 400 ms and if no block is above the absolute
    /// gate of −70 LUFS.
    #[must_use]
    pub fn integrated_lufs(&self) -> Option<f64> {
        let ungated = self.blocks.mean_above(absolute_gate())?;
        self.blocks.mean_above(absolute_gate().max(RELATIVE_GATE * ungated)).and_then(lufs)
    }

    /// Loudness range so far, LU; `None` if no short-term value is above the absolute gate of −70 LUFS.
    #[must_use]
    pub fn range_lu(&self) -> Option<f64> {
        let ungated = self.short_terms.mean_above(absolute_gate())?;
        let gate = absolute_gate().max(RANGE_GATE * ungated);
        let [low, high] = self.short_terms.percentiles_above(gate, RANGE_SHARES)?;
        Some(10.0 * (high / low).log10())
    }

    /// Loudness over time so far, at most [`MAX_POINTS`](super::overview::MAX_POINTS) points. Allocates.
    #[must_use]
    pub fn curve(&self) -> LoudnessCurve {
        let step_seconds = f64::from(SLICE_MS) * 1e-3 * STEP_SLICES as f64 * self.curve.per_point() as f64;
        let points: Vec<CurveSums> = self.curve.points().collect();
        LoudnessCurve {
            step_seconds,
            momentary_lufs: points.iter().map(|point| point.momentary.lufs()).collect(),
            short_term_lufs: points.iter().map(|point| point.short_term.lufs()).collect(),
        }
    }

    /// Restarts the measurement, as in a new meter.
    pub fn reset(&mut self) {
        self.meter.reset();
        (self.frames, self.count) = (0, 0);
        self.slices = [0.0; SHORT_TERM_SLICES];
        self.blocks.reset();
        self.short_terms.reset();
        (self.max_momentary, self.max_short_term) = (0.0, 0.0);
        self.curve.reset();
    }

    fn end_slice(&mut self) {
        let lufs = self.meter.loudness_window(SLICE_MS).unwrap_or(f64::NEG_INFINITY);
        let slot = (self.count % SHORT_TERM_SLICES as u64) as usize;
        if let Some(slice) = self.slices.get_mut(slot) {
            *slice = energy(lufs);
        }
        (self.frames, self.count) = (0, self.count + 1);
        let Some(momentary) = self.window(MOMENTARY_SLICES) else {
            if self.count.is_multiple_of(STEP_SLICES) {
                self.curve.push(CurveSums::default());
            }
            return;
        };
        self.max_momentary = self.max_momentary.max(momentary);
        if !self.count.is_multiple_of(STEP_SLICES) {
            return;
        }
        self.blocks.add(momentary);
        let short_term = self.window(SHORT_TERM_SLICES);
        if let Some(short_term) = short_term {
            self.max_short_term = self.max_short_term.max(short_term);
            self.short_terms.add(short_term);
        }
        self.curve.push(CurveSums { momentary: Some(momentary).into(), short_term: short_term.into() });
    }

    /// Mean energy of the last `slices` slices; `None` before that many are complete.
    fn window(&self, slices: usize) -> Option<f64> {
        if self.count < slices as u64 {
            return None;
        }
        let next = (self.count % SHORT_TERM_SLICES as u64) as usize;
        let (recent, older) = self.slices.split_at(next.min(SHORT_TERM_SLICES));
        let sum: f64 = recent.iter().rev().chain(older.iter().rev()).take(slices).sum();
        Some(sum / slices as f64)
    }
}

/// Loudness over time at equal steps; each value is the mean over its step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LoudnessCurve {
    /// Time between values, s. Value n covers the windows that end from `n` to `n + 1` steps after the start.
    pub step_seconds: f64,
    /// Momentary loudness (400 ms), LUFS; `None` as on the meter.
    pub momentary_lufs: Vec<Option<f64>>,
    /// Short-term loudness (3 s), LUFS; `None` as on the meter.
    pub short_term_lufs: Vec<Option<f64>>,
}

/// Sum and count of energies.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    energy: f64,
    count: u32,
}

impl From<Option<f64>> for Sum {
    fn from(energy: Option<f64>) -> Self {
        energy.map_or(Self::default(), |energy| Self { energy, count: 1 })
    }
}

impl Sum {
    fn lufs(self) -> Option<f64> {
        (self.count > 0).then(|| self.energy / f64::from(self.count)).and_then(lufs)
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct CurveSums {
    momentary: Sum,
    short_term: Sum,
}

impl Point for CurveSums {
    fn merge(self, later: Self) -> Self {
        let merge = |a: Sum, b: Sum| Sum { energy: a.energy + b.energy, count: a.count + b.count };
        Self {
            momentary: merge(self.momentary, later.momentary),
            short_term: merge(self.short_term, later.short_term),
        }
    }
}

/// Loudness of a weighted energy, LUFS; `None` for 0.
fn lufs(energy: f64) -> Option<f64> {
    super::power_db(energy).map(|db| db + OFFSET_LU)
}

/// Weighted energy of a loudness in LUFS.
fn energy(lufs: f64) -> f64 {
    10f64.powf((lufs - OFFSET_LU) / 10.0)
}

fn absolute_gate() -> f64 {
    energy(ABSOLUTE_GATE_LUFS)
}
