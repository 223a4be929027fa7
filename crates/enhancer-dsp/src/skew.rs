//! Filters in a row, each a frame behind the one before it, so that none waits for another within a turn of the loop.
//!
//! A recursive filter waits for its own last sample. Filters that run one after the other on the same frame wait for each
//! other, too, and the processor looks only some hundred operations ahead for other work, not as far as the next frame. On
//! different frames, all of them are that other work. Order and rounding are those of one filter after the other.

use core::ops::Range;

/// Steps of a loop over frames. In a turn the last step comes first, so that what a step hands on to the next one needs room for a
/// single frame.
pub(crate) trait Skewed {
    /// Steps; 8 at most.
    const STEPS: usize;

    /// Does one step, the `K`th, on a frame. Must be `#[inline(always)]`.
    fn step<const K: usize>(&mut self, frame: usize);

    /// Does all steps on all frames below `frames`: each step on the frames in order, each frame by the steps in order.
    #[inline(always)]
    fn run(&mut self, frames: usize) {
        self.run_turns(0..frames + Self::STEPS - 1, frames);
    }

    /// Does some of the turns that [`run`](Self::run) does: in turn t the first step works on frame t, the last one on frame
    /// `t − STEPS + 1`.
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

    /// A turn of the loop, for those frames that there are.
    #[inline(always)]
    fn turn(&mut self, time: usize, is_there: impl Fn(usize) -> bool) {
        self.step_behind::<7>(time, &is_there);
        self.step_behind::<6>(time, &is_there);
        self.step_behind::<5>(time, &is_there);
        self.step_behind::<4>(time, &is_there);
        self.step_behind::<3>(time, &is_there);
        self.step_behind::<2>(time, &is_there);
        self.step_behind::<1>(time, &is_there);
        self.step_behind::<0>(time, &is_there);
    }

    /// The `K`th step of a turn.
    #[inline(always)]
    fn step_behind<const K: usize>(&mut self, time: usize, is_there: &impl Fn(usize) -> bool) {
        // Frames before the first wrap to the far end.
        let frame = time.wrapping_sub(K);
        if K < Self::STEPS && is_there(frame) {
            self.step::<K>(frame);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Count([usize; 8]);

    impl Skewed for Count {
        const STEPS: usize = 8;

        fn step<const K: usize>(&mut self, frame: usize) {
            assert_eq!(frame, self.0[K], "step {K}");
            assert!(K == 0 || self.0[K - 1] > frame, "step {K}, frame {frame}");
            self.0[K] += 1;
        }
    }

    #[test]
    fn every_step_sees_every_frame_once_in_order_and_after_the_step_before() {
        for frames in 0..20 {
            let mut count = Count::default();
            count.run(frames);
            assert_eq!(count.0, [frames; 8]);
        }
    }
}
