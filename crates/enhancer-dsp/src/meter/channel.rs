//! Sums and counts of one channel: peak, energy, zero crossings, clipping, and the blocks of the dynamic
//! range.

use super::histogram::EnergyHistogram;
use super::power_db;
use crate::simd::{self, Isa, Kernel};

/// Frames per piece.
pub(crate) const PIECE_FRAMES: usize = 256;

/// Positive full scale of 16 bits, the highest value of a converter.
const FULL_SCALE: f32 = 1.0 - 1.0 / 32_768.0;

/// Consecutive samples at full scale that count as clipped.
const CLIPPED_RUN: u64 = 3;

/// Length of a block of the dynamic range, s.
const DR_BLOCK_SECONDS: f64 = 3.0;

/// Share of the loudest blocks in the dynamic range.
const DR_LOUDEST: f64 = 0.2;

/// Sums over a piece of at most [`PIECE_FRAMES`] samples.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    pub(crate) min: f32,
    pub(crate) max: f32,
    pub(crate) sum: f64,
    pub(crate) energy: f64,
}

impl Piece {
    /// Sums in eight independent parts, so that the additions do not wait for each other.
    pub(crate) fn of(samples: &[f32]) -> Self {
        simd::run(Sums(samples))
    }

    #[inline(always)]
    fn sum_up(samples: &[f32]) -> Self {
        let (mut min, mut max) = ([f32::INFINITY; 8], [f32::NEG_INFINITY; 8]);
        let (mut sum, mut energy) = ([0.0f64; 8], [0.0f64; 8]);
        let (chunks, rest) = samples.as_chunks::<8>();
        let mut padded = [rest.first().copied().unwrap_or(0.0); 8];
        for chunk in chunks {
            for ((&sample, min), max) in chunk.iter().zip(&mut min).zip(&mut max) {
                *min = if sample < *min { sample } else { *min };
                *max = if sample > *max { sample } else { *max };
            }
            for ((&sample, sum), energy) in chunk.iter().zip(&mut sum).zip(&mut energy) {
                let value = f64::from(sample);
                *sum += value;
                *energy += value * value;
            }
        }
        for (to, &from) in padded.iter_mut().zip(rest) {
            *to = from;
        }
        for &sample in rest {
            sum[0] += f64::from(sample);
            energy[0] += f64::from(sample).powi(2);
        }
        let edges = if rest.is_empty() { &[][..] } else { &padded[..] };
        Self {
            min: min.iter().chain(edges).fold(f32::INFINITY, |a, &b| a.min(b)),
            max: max.iter().chain(edges).fold(f32::NEG_INFINITY, |a, &b| a.max(b)),
            sum: sum.iter().sum(),
            energy: energy.iter().sum(),
        }
    }

    pub(crate) fn peak(&self) -> f32 {
        self.max.max(-self.min)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Channel {
    pub(crate) peak: f32,
    pub(crate) sum: f64,
    pub(crate) energy: f64,
    pub(crate) crossings: u64,
    pub(crate) clipped: u64,
    last: Option<f32>,
    /// Consecutive samples at full scale up to the last one.
    run: u64,
    /// Those of `run` that do not count as clipped yet.
    suspects: u64,
    blocks: DynamicRange,
}

impl Channel {
    pub(crate) fn new(sample_rate_hz: f64) -> Self {
        let blocks = DynamicRange::new(sample_rate_hz);
        Self {
            peak: 0.0,
            sum: 0.0,
            energy: 0.0,
            crossings: 0,
            clipped: 0,
            last: None,
            run: 0,
            suspects: 0,
            blocks,
        }
    }

    /// Measures a piece. All but the last have [`PIECE_FRAMES`] samples.
    pub(crate) fn push(&mut self, samples: &[f32]) -> Piece {
        let piece = Piece::of(samples);
        self.peak = self.peak.max(piece.peak());
        self.sum += piece.sum;
        self.energy += piece.energy;
        self.blocks.push(&piece, samples.len());
        self.count_crossings(samples);
        if piece.peak() >= FULL_SCALE || self.run > 0 {
            self.count_clipped(samples);
        }
        piece
    }

    /// Dynamic range of the channel, dB; `None` for silence.
    pub(crate) fn dynamic_range_db(&self) -> Option<f64> {
        self.blocks.db()
    }

    fn count_crossings(&mut self, samples: &[f32]) {
        let (Some(&first), Some(&last)) = (samples.first(), samples.last()) else { return };
        let inside = simd::run(Crossings(samples));
        let before = self.last.map_or(0, |before| crosses(before, first));
        self.crossings += u64::from(inside + before);
        self.last = Some(last);
    }

    fn count_clipped(&mut self, samples: &[f32]) {
        for &sample in samples {
            if sample.abs() < FULL_SCALE {
                (self.run, self.suspects) = (0, 0);
                continue;
            }
            self.run += 1;
            if sample.abs() > 1.0 {
                self.clipped += 1;
            } else {
                self.suspects += 1;
            }
            if self.run >= CLIPPED_RUN {
                self.clipped += core::mem::take(&mut self.suspects);
            }
        }
    }
}

/// The loop of [`Piece::of`].
struct Sums<'a>(&'a [f32]);

impl Kernel for Sums<'_> {
    type Output = Piece;

    #[inline(always)]
    fn run<I: Isa>(self) -> Piece {
        Piece::sum_up(self.0)
    }
}

/// Counts the changes of sign.
struct Crossings<'a>(&'a [f32]);

impl Kernel for Crossings<'_> {
    type Output = u32;

    #[inline(always)]
    fn run<I: Isa>(self) -> u32 {
        let later = self.0.iter().skip(1);
        let mut count = 0;
        for (&a, &b) in self.0.iter().zip(later) {
            count += crosses(a, b);
        }
        count
    }
}

#[inline(always)]
fn crosses(a: f32, b: f32) -> u32 {
    u32::from((a < 0.0) != (b < 0.0))
}

/// Peak over the RMS of the loudest blocks, by the algorithm of
/// [`dynamic_range_db`](super::AudioAnalysis::dynamic_range_db).
#[derive(Debug, Clone)]
struct DynamicRange {
    block_frames: usize,
    frames: usize,
    energy: f64,
    peak: f32,
    blocks: u64,
    /// The highest and the second highest peak of a block.
    peaks: [f32; 2],
    energies: EnergyHistogram,
}

impl DynamicRange {
    fn new(sample_rate_hz: f64) -> Self {
        let block_frames = (DR_BLOCK_SECONDS * sample_rate_hz / PIECE_FRAMES as f64) as usize * PIECE_FRAMES;
        let energies = EnergyHistogram::new();
        Self { block_frames, frames: 0, energy: 0.0, peak: 0.0, blocks: 0, peaks: [0.0; 2], energies }
    }

    fn push(&mut self, piece: &Piece, frames: usize) {
        self.frames += frames;
        self.energy += piece.energy;
        self.peak = self.peak.max(piece.peak());
        if self.frames >= self.block_frames {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        self.energies.add(2.0 * self.energy / self.frames as f64);
        let [highest, second] = self.peaks;
        self.peaks = [highest.max(self.peak), second.max(highest.min(self.peak))];
        self.blocks += 1;
        (self.frames, self.energy, self.peak) = (0, 0.0, 0.0);
    }

    fn db(&self) -> Option<f64> {
        let mut ended = self.clone();
        if 2 * ended.frames >= ended.block_frames || (ended.blocks == 0 && ended.frames > 0) {
            ended.end_block();
        }
        let peak = if ended.blocks == 1 { ended.peaks[0] } else { ended.peaks[1] };
        let loudest = ended.energies.mean_of_loudest(DR_LOUDEST)?;
        power_db(f64::from(peak).powi(2) / loudest)
    }
}
