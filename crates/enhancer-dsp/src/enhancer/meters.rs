//! Levels that the chain keeps as it runs, cheap enough to be always on.

use super::MAX_CHANNELS;
use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::simd::{self, Isa, Kernel, Vector};

/// Levels over a stretch of audio, linear where not said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Meters {
    /// Frames that the stretch lasted.
    pub frames: u64,
    /// Largest sample magnitude of each input channel.
    pub input_peak: [f32; MAX_CHANNELS],
    /// Largest sample magnitude of each output channel.
    pub output_peak: [f32; MAX_CHANNELS],
    /// Sum of squares of each input channel; over `frames` it is the mean square.
    pub input_energy: [f64; MAX_CHANNELS],
    /// Sum of squares of each output channel.
    pub output_energy: [f64; MAX_CHANNELS],
    /// Most gain that the compressor took away, dB, 0 or more.
    pub compressor_reduction_db: f32,
    /// Most gain that the limiter took away, dB, 0 or more.
    pub limiter_reduction_db: f32,
}

impl Meters {
    pub(super) fn observe_input(&mut self, block: &Block) {
        self.frames += block.frames() as u64;
        observe(block, &mut self.input_peak, &mut self.input_energy);
    }

    pub(super) fn observe_output(&mut self, block: &Block, compressor_db: f64, limiter_db: f64) {
        observe(block, &mut self.output_peak, &mut self.output_energy);
        self.compressor_reduction_db = self.compressor_reduction_db.max(compressor_db as f32);
        self.limiter_reduction_db = self.limiter_reduction_db.max(limiter_db as f32);
    }
}

fn observe(block: &Block, peaks: &mut [f32; MAX_CHANNELS], energies: &mut [f64; MAX_CHANNELS]) {
    debug_assert!(block.frames() <= MAX_CHUNK_FRAMES);
    let lanes = peaks.chunks_exact_mut(2).zip(energies.chunks_exact_mut(2));
    for (pair, (peaks, energies)) in block.pairs().zip(lanes) {
        let (peak, energy) = simd::run(Observe(pair));
        for lane in 0..2 {
            peaks[lane] = peaks[lane].max(peak[lane] as f32);
            energies[lane] += energy[lane];
        }
    }
}

/// Largest magnitude and sum of squares of each lane.
struct Observe<'a>(&'a [Lanes]);

impl Kernel for Observe<'_> {
    type Output = (Lanes, Lanes);

    #[inline(always)]
    fn run<I: Isa>(self) -> Self::Output {
        // Four frames side by side, which need not wait for each other.
        let (mut high, mut low, mut energy) = (I::D8::splat(0.0), I::D8::splat(0.0), I::D8::splat(0.0));
        let (groups, rest) = self.0.as_flattened().as_chunks::<8>();
        for group in groups {
            let frames = I::D8::load(group);
            high = I::D8::larger(frames, high);
            low = I::D8::smaller(frames, low);
            energy = energy + frames * frames;
        }
        let mut last = [0.0; 8];
        last[..rest.len()].copy_from_slice(rest);
        let frames = I::D8::load(&last);
        let peak =
            I::D8::larger(I::D8::larger(frames, high), I::D8::splat(0.0) - I::D8::smaller(frames, low));
        let (mut peaks, mut energies) = ([0.0; 8], [0.0; 8]);
        peak.store(&mut peaks);
        (energy + frames * frames).store(&mut energies);
        let lane = |values: &[f64; 8], fold: fn(f64, f64) -> f64, lane: usize| {
            fold(fold(values[lane], values[lane + 2]), fold(values[lane + 4], values[lane + 6]))
        };
        let max = |a: f64, b: f64| if a > b { a } else { b };
        let sum = |a: f64, b: f64| a + b;
        ([lane(&peaks, max, 0), lane(&peaks, max, 1)], [lane(&energies, sum, 0), lane(&energies, sum, 1)])
    }
}
