//! Levels that the chain keeps as it runs, cheap enough to be always on.

use super::MAX_CHANNELS;
use crate::block::{Block, MAX_CHUNK_FRAMES};

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
        let (mut peak, mut energy) = ([0.0f64; 2], [0.0f64; 2]);
        for frame in pair {
            for lane in 0..2 {
                peak[lane] = peak[lane].max(frame[lane].abs());
                energy[lane] += frame[lane] * frame[lane];
            }
        }
        for lane in 0..2 {
            peaks[lane] = peaks[lane].max(peak[lane] as f32);
            energies[lane] += energy[lane];
        }
    }
}
