//! Software pipelining: each filter of a chain works one frame behind the filter before it.
//!
//! A recursive filter waits for its own last output. In a chain on one frame each filter also waits for the
//! filter before it, and a processor's window of some hundred operations does not reach the next frame. With
//! each filter on a frame of its own, all of them fill that window. The order of operations within each
//! filter stays the same, so the output is the same to the bit.

use core::ops::Range;

/// A loop over frames in pipelined steps. A turn of the loop runs the last step first, so each step needs
/// room for the result of a single frame.
pub(crate) trait Pipelined {
    /// Number of steps; 8 at most.
    const STEPS: usize;

    /// Runs step `K` on a frame. Must be `#[inline(always)]`.
    fn step<const K: usize>(&mut self, frame: usize);

    /// Runs all steps on all frames below `frames`. Each step runs on the frames in order, each frame passes
    /// the steps in order.
    #[inline(always)]
    fn run(&mut self, frames: usize) {
        self.run_turns(0..frames + Self::STEPS - 1, frames);
    }

    /// Runs some of the turns of [`run`](Self::run): in turn t the first step works on frame t and the last
    /// one on frame `t − STEPS + 1`.
    #[inline(always)]
    fn run_turns(&mut self, turns: Range<usize>, frames: usize) {
        let behind = Self::STEPS - 1;
        for time in turns {
            if time >= behind && time < frames {
                self.turn(time, |_| true);
            } else {
                self.turn(time, |frame| frame < frames);
            }
        }
    }

    /// Runs one turn of the loop, without the frames for which `exists` returns false.
    #[inline(always)]
    fn turn(&mut self, time: usize, exists: impl Fn(usize) -> bool) {
        self.step_behind::<7>(time, &exists);
        self.step_behind::<6>(time, &exists);
        self.step_behind::<5>(time, &exists);
        self.step_behind::<4>(time, &exists);
        self.step_behind::<3>(time, &exists);
        self.step_behind::<2>(time, &exists);
        self.step_behind::<1>(time, &exists);
        self.step_behind::<0>(time, &exists);
    }

    /// Runs step `K` of a turn.
    #[inline(always)]
    fn step_behind<const K: usize>(&mut self, time: usize, exists: &impl Fn(usize) -> bool) {
        // For frames before the first the subtraction wraps to numbers above any frame.
        let frame = time.wrapping_sub(K);
        if K < Self::STEPS && exists(frame) {
            self.step::<K>(frame);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Count([usize; 8]);

    impl Pipelined for Count {
        const STEPS: usize = 8;

        fn step<const K: usize>(&mut self, frame: usize) {
            assert_eq!(frame, self.0[K], "step {K}");
            assert!(K == 0 || self.0[K - 1] > frame, "step {K}, frame {frame}");
            self.0[K] += 1;
        }
    }

    #[test]
    fn every_step_runs_once_per_frame_in_order_and_after_the_step_before() {
        for frames in 0..20 {
            let mut count = Count::default();
            count.run(frames);
            assert_eq!(count.0, [frames; 8]);
        }
    }
}
