//! Detector, static curve and ballistics of one channel pair in one loop, for settings that do not glide.
//!
//! Each all-pass of the detector and each filter of the ballistics waits for its own last frame, 10 to 15
//! processor cycles. Here the all-passes work one frame behind each other, and the ballistics work on frames
//! whose levels exist already, so the three waits overlap. The operations are those of the detector, the
//! curve and the ballistics one after the other, so the result is the same to the bit.

use super::super::ballistics::{Ballistics, BallisticsRegisters};
use super::super::decibels::fast_power_to_db;
use super::super::envelope_follower::quadrature::{self, Chains, ORDER, QuadratureLanes};
use super::super::gain_computer::Curve;
use crate::block::{Lanes, MAX_CHUNK_FRAMES};
use crate::oversample::all_passes::AllPassRegisters;
use crate::pipeline::Pipelined;
use crate::simd::{Isa, Kernel, Vector};

/// Frames whose levels are computed together.
const GROUP: usize = 16;

/// Frames that the ballistics lag the detector: a group, and the time to compute its levels.
const BEHIND: usize = GROUP + 7;

/// The loop; writes the smoothed reductions, dB.
pub(super) struct FusedReduction<'a> {
    pub(super) detector: &'a mut Chains,
    pub(super) curve: Curve,
    /// Without gliding weights.
    pub(super) ballistics: &'a mut Ballistics,
    pub(super) pair: &'a [Lanes],
    pub(super) reductions_db: &'a mut [f64; MAX_CHUNK_FRAMES],
}

impl Kernel for FusedReduction<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        if self.ballistics.rises_faster() {
            self.run_towards::<I, true>();
        } else {
            self.run_towards::<I, false>();
        }
    }
}

impl FusedReduction<'_> {
    #[inline(always)]
    fn run_towards<I: Isa, const LARGER: bool>(self) {
        let Self { detector, curve, ballistics, pair, reductions_db } = self;
        let count = pair.len().min(MAX_CHUNK_FRAMES);
        let mut frames = [QuadratureLanes::default(); MAX_CHUNK_FRAMES];
        for (frame, lanes) in frames.iter_mut().zip(pair) {
            *frame = quadrature::enter(lanes);
        }
        let mut registers = FusedRegisters::<I, LARGER> {
            detector: detector.start(),
            begun: [[I::F4::splat(0.0); 2]; ORDER],
            frames: &mut frames,
            curve,
            ballistics: ballistics.start(),
            reductions_db,
        };
        let (mut begun, last_step) = (0, ORDER);
        for group in 0..count.div_ceil(GROUP) {
            let end = (GROUP * (group + 1)).min(count) + last_step;
            registers.run_turns(begun..end, count);
            registers.compute_reductions(group);
            begun = end;
        }
        for frame in count.saturating_sub(BEHIND)..count {
            registers.smooth(frame);
        }
        detector.finish(&registers.detector);
        ballistics.finish(&registers.ballistics);
    }
}

/// The states of the loop in registers. Frame indexes are below `count`, at most [`MAX_CHUNK_FRAMES`].
struct FusedRegisters<'a, I: Isa, const LARGER: bool> {
    detector: AllPassRegisters<I::F4, ORDER>,
    /// Result of each all-pass for the next one.
    begun: [[I::F4; 2]; ORDER],
    /// The input frames, then the squares of the chains' outputs.
    frames: &'a mut [QuadratureLanes; MAX_CHUNK_FRAMES],
    curve: Curve,
    ballistics: BallisticsRegisters<I::D2>,
    reductions_db: &'a mut [f64; MAX_CHUNK_FRAMES],
}

impl<I: Isa, const LARGER: bool> FusedRegisters<'_, I, LARGER> {
    /// Converts a group's squares to reductions.
    #[inline(always)]
    fn compute_reductions(&mut self, group: usize) {
        let frames = self.frames.as_chunks::<GROUP>().0.get(group);
        let reductions = self.reductions_db.as_chunks_mut::<GROUP>().0.get_mut(group);
        if let (Some(frames), Some(reductions)) = (frames, reductions) {
            for (reduction_db, frame) in reductions.iter_mut().zip(frames) {
                *reduction_db = self.curve.reduction_db(fast_power_to_db(quadrature::louder(frame)));
            }
        }
    }

    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "`run_towards` keeps frames below MAX_CHUNK_FRAMES")]
    fn smooth(&mut self, frame: usize) {
        let reduction_db = &mut self.reductions_db[frame];
        *reduction_db = self.ballistics.step::<LARGER>(*reduction_db);
    }
}

impl<I: Isa, const LARGER: bool> Pipelined for FusedRegisters<'_, I, LARGER> {
    const STEPS: usize = ORDER + 1;

    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "`run_towards` keeps frames below MAX_CHUNK_FRAMES")]
    fn step<const K: usize>(&mut self, frame: usize) {
        match K {
            0 => self.begun[0] = self.detector.first(I::F4::load(&self.frames[frame])),
            1 => self.begun[1] = self.detector.next::<1>(self.begun[0]),
            2 => self.begun[2] = self.detector.next::<2>(self.begun[1]),
            3 => self.begun[3] = self.detector.next::<3>(self.begun[2]),
            4 => self.begun[4] = self.detector.next::<4>(self.begun[3]),
            5 => self.begun[5] = self.detector.next::<5>(self.begun[4]),
            _ => {
                let [signal, _] = self.begun[5];
                (signal * signal).store(&mut self.frames[frame]);
                if frame >= BEHIND {
                    self.smooth(frame - BEHIND);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Compressor;
    use super::*;
    use crate::block::Block;
    use crate::dynamics::CompressorConfig;
    use crate::quality::Quality;
    use crate::simd;
    use crate::stage::Stage as _;

    #[test]
    fn the_fused_loop_equals_its_parts_to_the_bit() {
        for (attack_ms, release_ms) in [(10.0, 120.0), (200.0, 20.0)] {
            let mut config = CompressorConfig { ratio: 4.0, knee_db: 9.0, ..CompressorConfig::default() };
            (config.attack_ms, config.release_ms) = (attack_ms, release_ms);
            simd::tests::with_each(|| {
                let mut both = [Compressor::new(48_000.0, 2), Compressor::new(48_000.0, 2)];
                for compressor in &mut both {
                    compressor.set_config(&config, Quality::Good);
                    compressor.reset();
                }
                let [mut one, mut other] = both;
                let mut block = Block::new(2);
                for turn in 0..400usize {
                    block.set_frames([64, 1, 5, 15, 16, 17, 23, 40, 63][turn % 9]);
                    for (n, lanes) in block.first_pair_mut().iter_mut().enumerate() {
                        let loud = if turn / 40 % 2 == 0 { 0.9 } else { 0.01 };
                        *lanes = [loud * (n as f64 * 0.3).sin(), -0.5 * loud * (n as f64 * 0.011).cos()];
                    }
                    let mut expected = [0.0; MAX_CHUNK_FRAMES];
                    let expected = &mut expected[..block.frames()];
                    one.follower.process(&block, expected);
                    one.computer.process(expected);
                    one.ballistics.process(expected);
                    let mut found = [0.0; MAX_CHUNK_FRAMES];
                    let curve = other.computer.settled().unwrap();
                    let (detector, pair) = (other.follower.lone_detector().unwrap(), block.first_pair_mut());
                    let (ballistics, reductions_db) = (&mut other.ballistics, &mut found);
                    simd::run(FusedReduction { detector, curve, ballistics, pair, reductions_db });
                    assert_eq!(&found[..expected.len()], expected, "turn {turn}");
                    assert!(turn != 30 || found[0] > 0.1, "the compressor reduces");
                }
            });
        }
    }
}
