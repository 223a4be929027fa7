//! Levels that the chain measures while it runs, cheap enough to be always on.

use crate::block::{Block, Lanes, MAX_CHANNELS};
use crate::config::StageId;
use crate::simd::{self, Isa, Kernel, Vector};

/// Levels over a stretch of audio. Peaks are linear.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Meters {
    /// Length of the stretch, frames.
    pub frames: u64,
    /// Largest sample magnitude of each input channel.
    pub input_peak: [f32; MAX_CHANNELS],
    /// Largest sample magnitude of each output channel.
    pub output_peak: [f32; MAX_CHANNELS],
    /// Largest gain reduction of each stage, dB, 0 or more, in the order of [`StageId::ALL`].
    pub reductions_db: [f32; StageId::ALL.len()],
}

impl Meters {
    /// Largest gain reduction of a stage, dB, 0 or more; 0 for a stage that is off or does not reduce gain.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "the list has a place for each stage")]
    pub fn reduction_db(&self, stage: StageId) -> f32 {
        self.reductions_db[stage as usize]
    }

    pub(super) fn observe_input(&mut self, block: &Block) {
        self.frames += block.frames() as u64;
        observe(block, &mut self.input_peak);
    }

    pub(super) fn observe_output(&mut self, block: &Block, reductions_db: &[f64; StageId::ALL.len()]) {
        observe(block, &mut self.output_peak);
        for (largest, new) in self.reductions_db.iter_mut().zip(reductions_db) {
            *largest = largest.max(*new as f32);
        }
    }
}

fn observe(block: &Block, peaks: &mut [f32; MAX_CHANNELS]) {
    for (pair, peaks) in block.pairs().zip(peaks.chunks_exact_mut(2)) {
        let peak = simd::run(Peak(pair));
        for (largest, new) in peaks.iter_mut().zip(peak) {
            *largest = largest.max(new as f32);
        }
    }
}

/// Largest magnitude of each lane.
struct Peak<'a>(&'a [Lanes]);

impl Kernel for Peak<'_> {
    type Output = Lanes;

    #[inline(always)]
    fn run<I: Isa>(self) -> Self::Output {
        // Four frames side by side, which need not wait for each other.
        let (mut high, mut low) = (I::D8::splat(0.0), I::D8::splat(0.0));
        let (groups, rest) = self.0.as_flattened().as_chunks::<8>();
        for group in groups {
            let frames = I::D8::load(group);
            high = I::D8::larger(frames, high);
            low = I::D8::smaller(frames, low);
        }
        let mut last = [0.0; 8];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        let frames = I::D8::load(&last);
        let high = I::D8::larger(frames, high);
        let low = I::D8::smaller(frames, low);
        let mut peaks = [0.0; 8];
        I::D8::larger(high, I::D8::splat(0.0) - low).store(&mut peaks);
        let larger = |a: f64, b: f64| if a > b { a } else { b };
        let [l0, r0, l1, r1, l2, r2, l3, r3] = peaks;
        [larger(larger(l0, l1), larger(l2, l3)), larger(larger(r0, r1), larger(r2, r3))]
    }
}
