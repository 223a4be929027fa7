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

    /// Runs `function` on the signal, `real` first, and leaves its value there.
    #[inline(always)]
    pub(crate) fn process<I: Isa>(
        &mut self,
        real: &mut [[f64; 2]],
        imaginary: &[[f64; 2]],
        function: &impl Function,
    ) {
        let (mut up, mut down) = (self.up.start::<I::D8>(), self.down.start::<I::D4>());
        for (real, imaginary) in real.iter_mut().zip(imaginary) {
            let [re, im] = raise::<I, 3>(&mut up, I::D2::load(real), I::D2::load(imaginary));
            lower::<I, 3>(&mut down, function.apply(re, im)).store(real);
        }
        self.up.finish(&up);
        self.down.finish(&down);
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

    /// Runs `function` on the signal, `real` first, and leaves its value there.
    #[inline(always)]
    pub(crate) fn process<I: Isa>(
        &mut self,
        real: &mut [[f64; 2]],
        imaginary: &[[f64; 2]],
        function: &impl Function,
    ) {
        let (mut up, mut up_again) = (self.up.start::<I::D8>(), self.up_again.start::<I::D8>());
        let (mut down_first, mut down) = (self.down_first.start::<I::D4>(), self.down.start::<I::D4>());
        for (real, imaginary) in real.iter_mut().zip(imaginary) {
            let [re, im] = raise::<I, 4>(&mut up, I::D2::load(real), I::D2::load(imaginary));
            let (re, im) = (re.split(), im.split());
            let [re_1, im_1] = raise::<I, 2>(&mut up_again, re[0], im[0]);
            let earlier = lower::<I, 2>(&mut down_first, function.apply(re_1, im_1));
            let [re_2, im_2] = raise::<I, 2>(&mut up_again, re[1], im[1]);
            let later = lower::<I, 2>(&mut down_first, function.apply(re_2, im_2));
            lower::<I, 4>(&mut down, I::D4::join(earlier, later)).store(real);
        }
        self.up.finish(&up);
        self.up_again.finish(&up_again);
        self.down_first.finish(&down_first);
        self.down.finish(&down);
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

/// Real and imaginary parts of the two samples that follow from one.
#[inline(always)]
fn raise<I: Isa, const S: usize>(up: &mut Running<I::D8, S>, real: I::D2, imaginary: I::D2) -> [I::D4; 2] {
    up.step(I::D8::join(I::D4::join(real, real), I::D4::join(imaginary, imaginary))).split()
}

/// The sample that follows from two.
#[inline(always)]
fn lower<I: Isa, const S: usize>(down: &mut Running<I::D4, S>, samples: I::D4) -> I::D2 {
    let [odd, even] = down.step(samples).split();
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

    struct Run<'a>(&'a mut Twice, &'a mut FourTimes, &'a mut [[[f64; 2]; 50]; 2], &'a [[f64; 2]; 50]);

    impl Kernel for Run<'_> {
        type Output = ();

        #[inline(always)]
        fn run<I: Isa>(self) {
            let Self(twice, four_times, [first, second], imaginary) = self;
            twice.process::<I>(first, imaginary, &Bend);
            four_times.process::<I>(second, imaginary, &Bend);
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
            simd::run(Run(&mut Twice::new(), &mut FourTimes::new(), &mut found, &imaginary));
            for (n, expected) in expected.iter().enumerate() {
                assert_eq!(&(found[0][n], found[1][n]), expected, "sample {n}");
            }
        });
    }
}
