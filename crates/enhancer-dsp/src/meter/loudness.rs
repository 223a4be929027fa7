//! Loudness after ITU-R BS.1770-4 and EBU R 128: momentary, short-term, integrated, range, and its course
//! over time.
//!
//! The `ebur128` crate weighs (K filter) and sums; here its energies are taken in slices of 10 ms, from which
//! the windows are built. So the windows move in steps of 10 ms (momentary) and 100 ms (short-term), the
//! gates see exact energies instead of bins of 0.1 LU, and no sample is summed more than once.
//!
//! - Momentary: mean energy of 400 ms; short-term: of 3 s (EBU Tech 3341, clause 2.2).
//! - Integrated: blocks of 400 ms every 100 ms, absolute gate −70 LUFS, relative gate −10 LU (BS.1770-4, annex 1).
//! - Range: short-term values every 100 ms, gates −70 LUFS and −20 LU, 10th to 95th percentile (EBU Tech 3342, clause 3).
//!
//! Weights (BS.1770-4, annex 3): 1 for the front and for what lies behind 120°, 1.41 (+1.5 dB) for 60° to
//! 120°, 0 for the LFE. Limits: at rates that are no multiple of 100 Hz a slice is up to one sample short of
//! 10 ms (under 0.8 % of the window at 8 to 384 kHz); audio shorter than a window has no value of it.

use super::histogram::EnergyHistogram;
use super::overview::{Overview, Point};
use super::weights;
use crate::block::MAX_CHANNELS;
use crate::format::{NewError, SAMPLE_RATE_RANGE_HZ};
use ebur128::{EbuR128, Mode};

/// Length of a slice, ms.
const SLICE_MS: u32 = 10;
/// Slices in a momentary window.
const MOMENTARY_SLICES: usize = 40;
/// Slices in a short-term window.
const SHORT_TERM_SLICES: usize = 300;
/// Slices between gating blocks, and between short-term values.
const STEP_SLICES: u64 = 10;
/// What BS.1770 adds to the weighted energy's level, so that a 997 Hz sine in one channel reads its RMS
/// level.
const OFFSET_LU: f64 = -0.691;
/// Absolute gate.
const ABSOLUTE_GATE_LUFS: f64 = -70.0;
/// Relative gate of the integrated loudness, as an energy: −10 LU.
const RELATIVE_GATE: f64 = 0.1;
/// Relative gate of the loudness range, as an energy: −20 LU.
const RANGE_GATE: f64 = 0.01;
/// Percentiles of the loudness range.
const RANGE_SHARES: [f64; 2] = [0.1, 0.95];

/// A running loudness meter.
pub struct LoudnessMeter {
    meter: EbuR128,
    channels: usize,
    slice_frames: usize,
    /// Frames of the slice under way.
    frames: usize,
    slices: [f64; SHORT_TERM_SLICES],
    /// Slices ended.
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
    /// A meter at rest for `channels` channels in the usual WAV order: mono, L R, L R C, L R Ls Rs, L R C Ls
    /// Rs, L R C LFE Ls Rs, L R C LFE Cs Ls Rs, L R C LFE Lb Rb Ls Rs. Allocates.
    ///
    /// # Errors
    /// A sample rate outside 8 to 384 kHz or more than 8 channels or none.
    pub fn new(sample_rate_hz: f64, channels: usize) -> Result<Self, NewError> {
        Self::with_speakers(sample_rate_hz, channels, None)
    }

    /// As [`LoudnessMeter::new`], with the channels at the places of `speakers`, a WAVE mask
    /// (`dwChannelMask`): an LFE doesn't count. The back pair counts as the surrounds (weight 1.41) where the
    /// mask names no side pair. `None` and a mask without a known place mean the usual order.
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

    /// Takes the next frames, planar; the shortest channel sets the length. Samples must be finite: one that
    /// is not stays in the weighting filter's memory ([`Analyzer`](super::Analyzer) scrubs them).
    ///
    /// Fewer channels than the meter has are ignored as a whole, more are left alone.
    pub fn push(&mut self, channels: &[&[f32]]) {
        let Some(channels) = channels.get(..self.channels) else { return };
        let frames = channels.iter().map(|channel| channel.len()).min().unwrap_or(0);
        let mut start = 0;
        while start < frames {
            let end = frames.min(start + self.slice_frames - self.frames);
            let mut part = [&[][..]; MAX_CHANNELS];
            for (part, channel) in part.iter_mut().zip(channels) {
                *part = channel.get(start..end).unwrap_or_default();
            }
            let taken = self.meter.add_frames_planar_f32(part.get(..self.channels).unwrap_or_default());
            debug_assert!(taken.is_ok());
            self.frames += end - start;
            start = end;
            if self.frames == self.slice_frames {
                self.end_slice();
            }
        }
    }

    /// Loudness of the last 400 ms, LUFS; `None` before 400 ms have passed and in silence.
    #[must_use]
    pub fn momentary_lufs(&self) -> Option<f64> {
        self.window(MOMENTARY_SLICES).and_then(lufs)
    }

    /// Loudness of the last 3 s, LUFS; `None` before 3 s have passed and in silence.
    #[must_use]
    pub fn short_term_lufs(&self) -> Option<f64> {
        self.window(SHORT_TERM_SLICES).and_then(lufs)
    }

    /// Highest momentary loudness so far, LUFS.
    #[must_use]
    pub fn max_momentary_lufs(&self) -> Option<f64> {
        lufs(self.max_momentary)
    }

    /// Highest short-term loudness so far, LUFS.
    #[must_use]
    pub fn max_short_term_lufs(&self) -> Option<f64> {
        lufs(self.max_short_term)
    }

    /// Integrated loudness so far, LUFS; `None` where nothing is above the absolute gate of −70 LUFS or no
    /// block of 400 ms has ended.
    #[must_use]
    pub fn integrated_lufs(&self) -> Option<f64> {
        let ungated = self.blocks.mean_above(absolute_gate())?;
        self.blocks.mean_above(absolute_gate().max(RELATIVE_GATE * ungated)).and_then(lufs)
    }

    /// Loudness range so far, LU; `None` where no short-term value is above the absolute gate of −70 LUFS.
    #[must_use]
    pub fn range_lu(&self) -> Option<f64> {
        let ungated = self.short_terms.mean_above(absolute_gate())?;
        let gate = absolute_gate().max(RANGE_GATE * ungated);
        let [low, high] = self.short_terms.percentiles_above(gate, RANGE_SHARES)?;
        Some(10.0 * (high / low).log10())
    }

    /// Loudness over time so far, at most [`MAX_POINTS`](super::overview::MAX_POINTS) points.
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

    /// Forgets all.
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

    /// Mean energy of the last `slices` slices, once so many have ended.
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

/// Loudness over time: values at equal steps, each the mean over its step.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LoudnessCurve {
    /// Time from value to value, s; value n stands for the windows that end from `n` to `n + 1` steps after
    /// the start.
    pub step_seconds: f64,
    /// Momentary loudness (400 ms), LUFS.
    pub momentary_lufs: Vec<Option<f64>>,
    /// Short-term loudness (3 s), LUFS.
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

/// Loudness of a weighted energy.
fn lufs(energy: f64) -> Option<f64> {
    super::power_db(energy).map(|db| db + OFFSET_LU)
}

/// Weighted energy of a loudness.
fn energy(lufs: f64) -> f64 {
    10f64.powf((lufs - OFFSET_LU) / 10.0)
}

fn absolute_gate() -> f64 {
    energy(ABSOLUTE_GATE_LUFS)
}
