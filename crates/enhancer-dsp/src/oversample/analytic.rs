//! Oversampling for the harmonics: runs a function of an analytic signal at two or four times the sample
//! rate.
//!
//! The signal has two channels. The lanes of a vector hold both chains of each half-band filter:
//!
//! ```text
//! up    [re re' re re' | im im' im im']  A0 A0 A1 A1 | A0 A0 A1 A1   the earlier sample's pair, then the later one's
//! down  [earlier pair, later pair]       A1 A1 A0 A0                 in this order
//! ```

use super::all_passes::{AllPassRegisters, AllPasses};
use super::halfband_coefficients;
use crate::pipeline::Pipelined;
use crate::simd::{Halves, Isa, Vector};

/// Transition band of the first filter, in units of twice the sample rate. Audio up to 0.4535 of the sample
/// rate (20 kHz at 44.1 kHz) passes unchanged, and nothing that would fold below that edge remains.
pub(super) const FIRST_TRANSITION: f64 = 0.5 - 0.4535;

/// Transition band of the second filter, in units of four times the sample rate. It passes all that the first
/// filter passes, up to 0.5465 of the sample rate.
pub(super) const SECOND_TRANSITION: f64 = 0.5 - 2.0 * 0.5465 / 4.0;

/// An interpolator with `N` all-passes, `S` per chain.
#[expect(clippy::indexing_slicing, reason = "N is 2 S, and the eight lanes alternate between two chains")]
fn up<const N: usize, const S: usize>(transition: f64) -> AllPasses<S, 8> {
    const { assert!(N == 2 * S) }
    let design: [f64; N] = halfband_coefficients(transition);
    AllPasses::new(|place, lane| design[2 * place + lane / 2 % 2])
}

/// A decimator with `N` all-passes, `S` per chain.
#[expect(clippy::indexing_slicing, reason = "N is 2 S, and the four lanes belong to two chains")]
fn down<const N: usize, const S: usize>(transition: f64) -> AllPasses<S, 4> {
    const { assert!(N == 2 * S) }
    let design: [f64; N] = halfband_coefficients(transition);
    AllPasses::new(|place, lane| design[2 * place + 1 - lane / 2])
}

/// A function of the analytic signal.
pub(crate) trait Function {
    /// The function's value, for real and imaginary parts of one or more samples of both channels.
    fn apply<V: Vector<Element = f64>>(&self, real: V, imaginary: V) -> V;
}

/// Input and output of an oversampler. All functions must be `#[inline(always)]`.
pub(crate) trait Ends<I: Isa> {
    /// Returns the real and imaginary part of a frame. Called in the order of the frames.
    fn take(&mut self, frame: usize) -> [I::D2; 2];
    /// Receives the result of a frame, some frames later. Called in the order of the frames.
    fn give(&mut self, frame: usize, value: I::D2);
}

/// Twice the sample rate, stopband −78 dB: six all-passes per filter.
#[derive(Debug, Clone)]
pub(crate) struct Twice {
    up: AllPasses<3, 8>,
    down: AllPasses<3, 4>,
}

impl Twice {
    pub(crate) fn new() -> Self {
        Self { up: up::<6, 3>(FIRST_TRANSITION), down: down::<6, 3>(FIRST_TRANSITION) }
    }

    /// Runs `function` on `frames` frames at the higher rate.
    #[inline(always)]
    pub(crate) fn process<I: Isa>(
        &mut self,
        frames: usize,
        ends: &mut impl Ends<I>,
        function: &impl Function,
    ) {
        let (up, down, zero) = (self.up.start(), self.down.start(), I::D4::splat(0.0));
        let nothing = [I::D8::splat(0.0); 2];
        let mut registers = TwiceRegisters {
            up,
            down,
            ends,
            function,
            raised: [nothing; 3],
            bent: zero,
            lowered: [[zero; 2]; 2],
        };
        registers.run(frames);
        self.up.finish(&registers.up);
        self.down.finish(&registers.down);
    }

    pub(crate) fn reset(&mut self) {
        self.up.reset();
        self.down.reset();
    }

    pub(crate) fn flush_denormals(&mut self) {
        self.up.flush_denormals();
        self.down.flush_denormals();
    }
}

/// The states of [`Twice`] in registers.
struct TwiceRegisters<'a, I: Isa, E, F> {
    up: AllPassRegisters<I::D8, 3>,
    down: AllPassRegisters<I::D4, 3>,
    ends: &'a mut E,
    function: &'a F,
    /// Result of each step for the next one.
    raised: [[I::D8; 2]; 3],
    bent: I::D4,
    lowered: [[I::D4; 2]; 2],
}

impl<I: Isa, E: Ends<I>, F: Function> Pipelined for TwiceRegisters<'_, I, E, F> {
    const STEPS: usize = 7;

    #[inline(always)]
    fn step<const K: usize>(&mut self, frame: usize) {
        match K {
            0 => self.raised[0] = self.up.first(four::<I>(self.ends.take(frame))),
            1 => self.raised[1] = self.up.next::<1>(self.raised[0]),
            2 => self.raised[2] = self.up.next::<2>(self.raised[1]),
            3 => {
                let [real, imaginary] = self.raised[2][0].split();
                self.bent = self.function.apply(real, imaginary);
            }
            4 => self.lowered[0] = self.down.first(self.bent),
            5 => self.lowered[1] = self.down.next::<1>(self.lowered[0]),
            _ => {
                let [lowered, _] = self.down.next::<2>(self.lowered[1]);
                self.ends.give(frame, mean::<I>(lowered));
            }
        }
    }
}

/// Four times the sample rate in two steps, stopbands −104 and −109 dB: eight and four all-passes per filter.
#[derive(Debug, Clone)]
pub(crate) struct FourTimes {
    up: AllPasses<4, 8>,
    up_again: AllPasses<2, 8>,
    down_first: AllPasses<2, 4>,
    down: AllPasses<4, 4>,
}

impl FourTimes {
    pub(crate) fn new() -> Self {
        Self {
            up: up::<8, 4>(FIRST_TRANSITION),
            up_again: up::<4, 2>(SECOND_TRANSITION),
            down_first: down::<4, 2>(SECOND_TRANSITION),
            down: down::<8, 4>(FIRST_TRANSITION),
        }
    }

    /// Runs `function` on `frames` frames at the higher rate.
    #[inline(always)]
    pub(crate) fn process<I: Isa>(
        &mut self,
        frames: usize,
        ends: &mut impl Ends<I>,
        function: &impl Function,
    ) {
        let nothing = I::D4::splat(0.0);
        let mut registers = FourTimesRegisters {
            up: self.up.start(),
            up_again: self.up_again.start(),
            down_first: self.down_first.start(),
            down: self.down.start(),
            ends,
            function,
            begun: [I::D8::splat(0.0); 2],
            raised: I::D8::splat(0.0),
            raised_again: [I::D8::splat(0.0); 2],
            made: nothing,
            lowered: [nothing; 2],
        };
        registers.run(frames);
        self.up.finish(&registers.up);
        self.up_again.finish(&registers.up_again);
        self.down_first.finish(&registers.down_first);
        self.down.finish(&registers.down);
    }

    pub(crate) fn reset(&mut self) {
        self.up.reset();
        self.up_again.reset();
        self.down_first.reset();
        self.down.reset();
    }

    pub(crate) fn flush_denormals(&mut self) {
        self.up.flush_denormals();
        self.up_again.flush_denormals();
        self.down_first.flush_denormals();
        self.down.flush_denormals();
    }
}

/// The states of [`FourTimes`] in registers.
struct FourTimesRegisters<'a, I: Isa, E, F> {
    up: AllPassRegisters<I::D8, 4>,
    up_again: AllPassRegisters<I::D8, 2>,
    down_first: AllPassRegisters<I::D4, 2>,
    down: AllPassRegisters<I::D4, 4>,
    ends: &'a mut E,
    function: &'a F,
    /// Result of each step for the next one.
    begun: [I::D8; 2],
    raised: I::D8,
    raised_again: [I::D8; 2],
    made: I::D4,
    lowered: [I::D4; 2],
}

impl<I: Isa, E: Ends<I>, F: Function> Pipelined for FourTimesRegisters<'_, I, E, F> {
    const STEPS: usize = 6;

    #[inline(always)]
    fn step<const K: usize>(&mut self, frame: usize) {
        match K {
            0 => {
                let first = self.up.first(four::<I>(self.ends.take(frame)));
                self.begun = self.up.next::<1>(first);
            }
            1 => {
                let third = self.up.next::<2>(self.begun);
                self.raised = self.up.next::<3>(third)[0];
            }
            2 => {
                let [real, imaginary] = self.raised.split();
                let ([re, re_2], [im, im_2]) = (real.split(), imaginary.split());
                let earlier = self.up_again.first(four::<I>([re, im]));
                let earlier = self.up_again.next::<1>(earlier)[0];
                let later = self.up_again.first(four::<I>([re_2, im_2]));
                self.raised_again = [earlier, self.up_again.next::<1>(later)[0]];
            }
            3 => {
                let [earlier, later] = self.raised_again;
                self.made = I::D4::join(self.bend(earlier), self.bend(later));
            }
            4 => {
                let first = self.down.first(self.made);
                self.lowered = self.down.next::<1>(first);
            }
            _ => {
                let third = self.down.next::<2>(self.lowered);
                self.ends.give(frame, mean::<I>(self.down.next::<3>(third)[0]));
            }
        }
    }
}

impl<I: Isa, E, F: Function> FourTimesRegisters<'_, I, E, F> {
    /// Applies the function to two samples and halves their rate.
    #[inline(always)]
    fn bend(&mut self, samples: I::D8) -> I::D2 {
        let [real, imaginary] = samples.split();
        let first = self.down_first.first(self.function.apply(real, imaginary));
        mean::<I>(self.down_first.next::<1>(first)[0])
    }
}

/// Copies a frame to the lanes of both chains.
#[inline(always)]
fn four<I: Isa>([real, imaginary]: [I::D2; 2]) -> I::D8 {
    I::D8::join(I::D4::join(real, real), I::D4::join(imaginary, imaginary))
}

/// The decimator's output: the mean of both chains' outputs.
#[inline(always)]
fn mean<I: Isa>(samples: I::D4) -> I::D2 {
    let [odd, even] = samples.split();
    I::D2::splat(0.5) * (even + odd)
}

#[cfg(test)]
mod tests;
