//! Runs a function of an analytic signal of two channels, giving two channels, at two or four times the sample rate: what
//! [`Oversampler2`](super::Oversampler2) and [`Oversampler4`](super::Oversampler4) do, with the lanes of a vector for both chains of
//! each half-band filter.
//!
//! ```text
//! up    [re re' re re' | im im' im im']  A0 A0 A1 A1 | A0 A0 A1 A1   gives the earlier sample's pair, then the later's
//! down  [earlier pair, later pair]       A1 A1 A0 A0                 as they come
//! ```

use super::all_passes::{AllPasses, Running};
use super::halfband_coefficients;
use super::oversampler::{FIRST_TRANSITION, SECOND_TRANSITION};
use crate::simd::{Halves, Isa, Vector};
use crate::skew::Skewed;

/// Doubles the rate.
fn up<const N: usize, const S: usize>(transition: f64) -> AllPasses<S, 8> {
    let design: [f64; N] = halfband_coefficients(transition);
    AllPasses::new(|place, lane| design.get(2 * place + lane / 2 % 2).copied().unwrap_or_default())
}

/// Halves it.
fn down<const N: usize, const S: usize>(transition: f64) -> AllPasses<S, 4> {
    let design: [f64; N] = halfband_coefficients(transition);
    AllPasses::new(|place, lane| design.get(2 * place + 1 - lane / 2).copied().unwrap_or_default())
}

/// A function of real and imaginary parts of two samples of two channels.
pub(crate) trait Function {
    /// Its value.
    fn apply<V: Vector<Element = f64>>(&self, real: V, imaginary: V) -> V;
}

/// Where an oversampler's signal comes from, and where it goes. All of it must be `#[inline(always)]`.
pub(crate) trait Ends<I: Isa> {
    /// Real and imaginary part of a frame; asked for in order.
    fn take(&mut self, frame: usize) -> [I::D2; 2];
    /// What came of a frame, some frames later, in order.
    fn give(&mut self, frame: usize, value: I::D2);
}

/// Twice the rate, with the filters of [`Oversampler2`](super::Oversampler2).
#[derive(Debug, Clone)]
pub(crate) struct Twice {
    up: AllPasses<3, 8>,
    down: AllPasses<3, 4>,
}

impl Twice {
    pub(crate) fn new() -> Self {
        Self { up: up::<6, 3>(FIRST_TRANSITION), down: down::<6, 3>(FIRST_TRANSITION) }
    }

    /// Runs `function` on `frames` frames.
    #[inline(always)]
    pub(crate) fn process<I: Isa>(
        &mut self,
        frames: usize,
        ends: &mut impl Ends<I>,
        function: &impl Function,
    ) {
        let (up, down, zero) = (self.up.start(), self.down.start(), I::D4::splat(0.0));
        let nothing = [I::D8::splat(0.0); 2];
        let mut running = TwiceRunning {
            up,
            down,
            ends,
            function,
            raised: [nothing; 3],
            bent: zero,
            lowered: [[zero; 2]; 2],
        };
        running.run(frames);
        self.up.finish(&running.up);
        self.down.finish(&running.down);
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

/// The same in registers.
struct TwiceRunning<'a, I: Isa, E, F> {
    up: Running<I::D8, 3>,
    down: Running<I::D4, 3>,
    ends: &'a mut E,
    function: &'a F,
    /// What a step leaves to the next.
    raised: [[I::D8; 2]; 3],
    bent: I::D4,
    lowered: [[I::D4; 2]; 2],
}

impl<I: Isa, E: Ends<I>, F: Function> Skewed for TwiceRunning<'_, I, E, F> {
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

/// Four times the rate, with the filters of [`Oversampler4`](super::Oversampler4).
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

    /// Runs `function` on `frames` frames.
    #[inline(always)]
    pub(crate) fn process<I: Isa>(
        &mut self,
        frames: usize,
        ends: &mut impl Ends<I>,
        function: &impl Function,
    ) {
        let nothing = I::D4::splat(0.0);
        let mut running = FourTimesRunning {
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
        running.run(frames);
        self.up.finish(&running.up);
        self.up_again.finish(&running.up_again);
        self.down_first.finish(&running.down_first);
        self.down.finish(&running.down);
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

/// The same in registers.
struct FourTimesRunning<'a, I: Isa, E, F> {
    up: Running<I::D8, 4>,
    up_again: Running<I::D8, 2>,
    down_first: Running<I::D4, 2>,
    down: Running<I::D4, 4>,
    ends: &'a mut E,
    function: &'a F,
    /// What a step leaves to the next.
    begun: [I::D8; 2],
    raised: I::D8,
    raised_again: [I::D8; 2],
    made: I::D4,
    lowered: [I::D4; 2],
}

impl<I: Isa, E: Ends<I>, F: Function> Skewed for FourTimesRunning<'_, I, E, F> {
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

impl<I: Isa, E, F: Function> FourTimesRunning<'_, I, E, F> {
    /// The function's value for two samples, at half their rate.
    #[inline(always)]
    fn bend(&mut self, samples: I::D8) -> I::D2 {
        let [real, imaginary] = samples.split();
        let first = self.down_first.first(self.function.apply(real, imaginary));
        mean::<I>(self.down_first.next::<1>(first)[0])
    }
}

/// A frame for both chains of real and imaginary part.
#[inline(always)]
fn four<I: Isa>([real, imaginary]: [I::D2; 2]) -> I::D8 {
    I::D8::join(I::D4::join(real, real), I::D4::join(imaginary, imaginary))
}

/// The sample that follows from what both chains put out.
#[inline(always)]
fn mean<I: Isa>(samples: I::D4) -> I::D2 {
    let [odd, even] = samples.split();
    I::D2::splat(0.5) * (even + odd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oversample::{Oversample, Oversampler2, Oversampler4};
    use crate::simd::{self, Kernel};

    /// `re³ + re im`: new frequencies.
    struct Bend;

    impl Function for Bend {
        #[inline(always)]
        fn apply<V: Vector<Element = f64>>(&self, real: V, imaginary: V) -> V {
            real * real * real + real * imaginary
        }
    }

    /// A signal that is replaced by what comes of it.
    struct InPlace<'a>(&'a mut [[f64; 2]; 50], &'a [[f64; 2]; 50]);

    impl<I: Isa> Ends<I> for InPlace<'_> {
        #[inline(always)]
        fn take(&mut self, frame: usize) -> [I::D2; 2] {
            [I::D2::load(&self.0[frame]), I::D2::load(&self.1[frame])]
        }

        #[inline(always)]
        fn give(&mut self, frame: usize, value: I::D2) {
            value.store(&mut self.0[frame]);
        }
    }

    struct Run<'a>(&'a mut Twice, &'a mut FourTimes, [InPlace<'a>; 2]);

    impl Kernel for Run<'_> {
        type Output = ();

        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self(twice, four_times, [mut first, mut second]) = self;
            twice.process::<I>(50, &mut first, &Bend);
            four_times.process::<I>(50, &mut second, &Bend);
        }
    }

    #[test]
    fn lanes_change_nothing_about_the_oversamplers() {
        let signal = |a: f64| core::array::from_fn(|n| [(a * n as f64).sin(), (1.0 - a) * (n as f64).cos()]);
        let (real, imaginary): ([[f64; 2]; 50], [[f64; 2]; 50]) = (signal(0.3), signal(0.7));
        let bend = |[a, b, c, d]: [f64; 4]| [a * a * a + a * c, b * b * b + b * d];
        let (mut two, mut four) = (Oversampler2::new(), Oversampler4::new());
        let inputs = real.iter().zip(&imaginary).map(|(re, im)| [re[0], re[1], im[0], im[1]]);
        let expected: Vec<_> =
            inputs.map(|input| (two.process(input, bend), four.process(input, bend))).collect();
        simd::tests::with_each(|| {
            let mut found = [real; 2];
            let both = found.each_mut().map(|signal| InPlace(signal, &imaginary));
            simd::run(Run(&mut Twice::new(), &mut FourTimes::new(), both));
            for (n, expected) in expected.iter().enumerate() {
                assert_eq!(&(found[0][n], found[1][n]), expected, "sample {n}");
            }
        });
    }
}
