//! Detector, static curve and ballistics of one channel pair in one loop, for settings that rest.
//!
//! Each all-pass of the detector and each pole of the ballistics waits for its own last frame, 10 to 15 steps of the processor. So the
//! all-passes work a frame behind each other, and the ballistics on frames whose levels were found before: three waits in
//! one. The same operations as those of the detector, the curve and the ballistics one after the other, to the bit.

use super::super::ballistics::{Ballistics, BallisticsRegisters};
use super::super::decibels::power_to_db;
use super::super::envelope_follower::quadrature::{self, Chains, ORDER, Stage};
use super::super::gain_computer::Curve;
use crate::block::{Lanes, MAX_CHUNK_FRAMES};
use crate::oversample::all_passes;
use crate::simd::{Isa, Kernel, Vector};
use crate::skew::Skewed;

/// Frames whose levels are found at once.
const GROUP: usize = 16;

/// Frames that the ballistics are behind the detector: a group, and the time that its levels take.
const BEHIND: usize = GROUP + 7;

/// The loop; leaves the reductions, dB.
pub(super) struct Together<'a> {
    pub(super) detector: &'a mut Chains,
    pub(super) curve: Curve,
    /// Settled.
    pub(super) ballistics: &'a mut Ballistics,
    pub(super) pair: &'a [Lanes],
    pub(super) reductions_db: &'a mut [f64; MAX_CHUNK_FRAMES],
}

impl Kernel for Together<'_> {
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

impl Together<'_> {
    #[inline(always)]
    fn run_towards<I: Isa, const LARGER: bool>(self) {
        let Self { detector, curve, ballistics, pair, reductions_db } = self;
        let count = pair.len().min(MAX_CHUNK_FRAMES);
        let mut frames = [Stage::default(); MAX_CHUNK_FRAMES];
        for (frame, lanes) in frames.iter_mut().zip(pair) {
            *frame = quadrature::enter(lanes);
        }
        let mut running = Running::<I, LARGER> {
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
            running.run_turns(begun..end, count);
            running.find_levels(group);
            begun = end;
        }
        for frame in count.saturating_sub(BEHIND)..count {
            running.smooth(frame);
        }
        detector.finish(&running.detector);
        ballistics.finish(&running.ballistics);
    }
}

/// The same in registers.
struct Running<'a, I: Isa, const LARGER: bool> {
    detector: all_passes::Running<I::F4, ORDER>,
    /// What an all-pass leaves to the next.
    begun: [[I::F4; 2]; ORDER],
    /// The frames that go in, then the squares of the chains' outputs.
    frames: &'a mut [Stage; MAX_CHUNK_FRAMES],
    curve: Curve,
    ballistics: BallisticsRegisters<I::D2>,
    reductions_db: &'a mut [f64; MAX_CHUNK_FRAMES],
}

impl<I: Isa, const LARGER: bool> Running<'_, I, LARGER> {
    /// Turns a group's squares into reductions.
    #[inline(always)]
    fn find_levels(&mut self, group: usize) {
        let frames = self.frames.as_chunks::<GROUP>().0.get(group);
        let reductions = self.reductions_db.as_chunks_mut::<GROUP>().0.get_mut(group);
        if let (Some(frames), Some(reductions)) = (frames, reductions) {
            for (reduction_db, frame) in reductions.iter_mut().zip(frames) {
                *reduction_db = self.curve.reduction_db(power_to_db(quadrature::louder(frame)));
            }
        }
    }

    #[inline(always)]
    fn smooth(&mut self, frame: usize) {
        let reduction_db = &mut self.reductions_db[frame];
        *reduction_db = self.ballistics.step::<LARGER>(*reduction_db);
    }
}

impl<I: Isa, const LARGER: bool> Skewed for Running<'_, I, LARGER> {
    const STEPS: usize = ORDER + 1;

    #[inline(always)]
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
    use crate::config::{CompressorConfig, Quality};
    use crate::enhancer::Stage as _;
    use crate::simd;

    #[test]
    fn together_is_one_after_the_other_to_the_bit() {
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
                    simd::run(Together { detector, curve, ballistics, pair, reductions_db });
                    assert_eq!(&found[..expected.len()], expected, "turn {turn}");
                    assert!(turn != 30 || found[0] > 0.1, "it works");
                }
            });
        }
    }
}
