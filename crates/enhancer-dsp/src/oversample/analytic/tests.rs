//! The oversamplers of the treble boost against their definition, at the higher rate sample by sample.

use super::*;
use crate::simd::{self, Kernel};
use core::f64::consts::TAU;

/// Upper edge of the passband in sample rates, as the transitions promise.
const EDGE: f64 = 0.4535;

/// `re³ + re im`, which creates new frequencies.
struct Bend;

impl Function for Bend {
    #[inline(always)]
    fn apply<V: Vector<Element = f64>>(&self, real: V, imaginary: V) -> V {
        real * real * real + real * imaginary
    }
}

/// `re`, unchanged.
struct Identity;

impl Function for Identity {
    #[inline(always)]
    fn apply<V: Vector<Element = f64>>(&self, real: V, _: V) -> V {
        real
    }
}

/// `re²`.
struct Square;

impl Function for Square {
    #[inline(always)]
    fn apply<V: Vector<Element = f64>>(&self, real: V, _: V) -> V {
        real * real
    }
}

/// Replaces the real part of a signal with the result.
struct InPlace<'a>(&'a mut [[f64; 2]], &'a [[f64; 2]]);

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

#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "a test has two of them")]
enum Oversampler {
    Twice(Twice),
    FourTimes(FourTimes),
}

impl Oversampler {
    fn all() -> [Self; 2] {
        [Self::Twice(Twice::new()), Self::FourTimes(FourTimes::new())]
    }

    /// The result for a signal of two channels.
    fn run(mut self, real: &[[f64; 2]], imaginary: &[[f64; 2]], function: &impl Function) -> Vec<[f64; 2]> {
        let mut result = real.to_vec();
        for (real, imaginary) in result.chunks_mut(50).zip(imaginary.chunks(50)) {
            simd::run(Run(&mut self, InPlace(real, imaginary), function));
        }
        result
    }

    /// The result for the first channel of a real signal.
    fn run_real(self, signal: &[f64], function: &impl Function) -> Vec<f64> {
        let real: Vec<[f64; 2]> = signal.iter().map(|&x| [x, 0.0]).collect();
        self.run(&real, &vec![[0.0; 2]; real.len()], function).into_iter().map(|[left, _]| left).collect()
    }
}

struct Run<'a, F>(&'a mut Oversampler, InPlace<'a>, &'a F);

impl<F: Function> Kernel for Run<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let Self(oversampler, mut ends, function) = self;
        let frames = ends.0.len();
        match oversampler {
            Oversampler::Twice(twice) => twice.process::<I>(frames, &mut ends, function),
            Oversampler::FourTimes(four_times) => four_times.process::<I>(frames, &mut ends, function),
        }
    }
}

/// `H(z) = ½ (A0(z²) + z⁻¹ A1(z²))` on a signal of the higher rate.
fn halfband<const N: usize>(transition: f64, signal: &[f64]) -> Vec<f64> {
    let design: [f64; N] = halfband_coefficients(transition);
    let chain = |odd: usize| {
        design.iter().skip(odd).step_by(2).fold(signal.to_vec(), |input, c| {
            let mut output = vec![0.0; input.len()];
            for n in 0..input.len() {
                let before = |values: &[f64]| if n < 2 { 0.0 } else { values[n - 2] };
                output[n] = c * (input[n] - before(&output)) + before(&input);
            }
            output
        })
    };
    let (even, odd) = (chain(0), chain(1));
    (0..signal.len()).map(|n| 0.5 * (even[n] + if n < 1 { 0.0 } else { odd[n - 1] })).collect()
}

/// Inserts zeros between the samples and interpolates.
fn raise<const N: usize>(transition: f64, signal: &[f64]) -> Vec<f64> {
    let spread: Vec<f64> = signal.iter().flat_map(|&x| [2.0 * x, 0.0]).collect();
    halfband::<N>(transition, &spread)
}

/// Filters and keeps every second sample.
fn lower<const N: usize>(transition: f64, signal: &[f64]) -> Vec<f64> {
    halfband::<N>(transition, signal).into_iter().skip(1).step_by(2).collect()
}

#[test]
fn both_oversamplers_match_their_definition_with_all_instruction_sets() {
    let signal = |a: f64| -> Vec<[f64; 2]> {
        (0..170).map(|n| [(a * f64::from(n)).sin(), (1.0 - a) * f64::from(n).cos()]).collect()
    };
    let (real, imaginary) = (signal(0.3), signal(0.7));
    let channel = |frames: &[[f64; 2]], index: usize| frames.iter().map(|f| f[index]).collect::<Vec<f64>>();
    let bend = |real: Vec<f64>, imaginary: Vec<f64>| -> Vec<f64> {
        real.iter().zip(imaginary).map(|(re, im)| re * re * re + re * im).collect()
    };
    let expected: [[Vec<f64>; 2]; 2] = [0, 1].map(|index| {
        let (re, im) = (channel(&real, index), channel(&imaginary, index));
        let twice = |x: &[f64]| raise::<6>(FIRST_TRANSITION, x);
        let two = lower::<6>(FIRST_TRANSITION, &bend(twice(&re), twice(&im)));
        let four_times = |x: &[f64]| raise::<4>(SECOND_TRANSITION, &raise::<8>(FIRST_TRANSITION, x));
        let made = lower::<4>(SECOND_TRANSITION, &bend(four_times(&re), four_times(&im)));
        [two, lower::<8>(FIRST_TRANSITION, &made)]
    });
    let results = simd::tests::with_each(|| Oversampler::all().map(|o| o.run(&real, &imaginary, &Bend)));
    for (level, result) in &results {
        assert_eq!(result, &results[0].1, "{level:?}");
        for (oversampler, result) in result.iter().enumerate() {
            for (n, frame) in result.iter().enumerate() {
                for (channel, &found) in frame.iter().enumerate() {
                    let expected = expected[channel][oversampler][n];
                    assert!(
                        (found - expected).abs() < 1e-12,
                        "{oversampler}, frame {n}: {found}, {expected}"
                    );
                }
            }
        }
    }
}

fn db(amplitude: f64) -> f64 {
    20.0 * amplitude.log10()
}

fn tone(turn: f64, frames: usize) -> Vec<f64> {
    (0..frames).map(|n| (TAU * turn * n as f64).sin()).collect()
}

/// Sine and cosine amplitudes of the tone at `turn` periods per sample.
fn fit(signal: &[f64], turn: f64) -> (f64, f64) {
    let part = |shift: f64| {
        let terms = signal.iter().enumerate().map(|(n, x)| x * (TAU * (turn * n as f64 + shift)).sin());
        2.0 * terms.sum::<f64>() / signal.len() as f64
    };
    (part(0.0), part(0.25))
}

#[test]
fn the_identity_at_the_higher_rate_leaves_the_audio_band_unchanged() {
    for oversampler in Oversampler::all() {
        for turn in [0.01, 0.1, 0.3, 0.4, EDGE] {
            let output = oversampler.clone().run_real(&tone(turn, 9000), &Identity);
            let steady = &output[1000..];
            let (sine, cosine) = fit(steady, turn);
            assert!(db(sine.hypot(cosine)).abs() < 2e-3, "{turn}: {} dB", db(sine.hypot(cosine)));
            let residue = steady.iter().enumerate().map(|(n, x)| {
                let (sin, cos) = (TAU * turn * n as f64).sin_cos();
                (x - sine * sin - cosine * cos).powi(2)
            });
            let residue = (2.0 * residue.sum::<f64>() / steady.len() as f64).sqrt();
            assert!(db(residue) < -140.0, "{turn}: {} dB beside the tone", db(residue));
        }
    }
}

/// A tone at 0.3 of the sample rate, squared, contains 0.6, which folds to 0.4 without oversampling.
#[test]
fn frequencies_above_the_band_do_not_fold() {
    let folded = |output: &[f64]| {
        let (sine, cosine) = fit(&output[1000..], 0.4);
        db(sine.hypot(cosine) / 0.5)
    };
    let input = tone(0.3, 4000);
    let plain: Vec<f64> = input.iter().map(|x| x * x).collect();
    assert!(folded(&plain) > -0.1, "without oversampling it folds at its own level");
    let [two, four] = Oversampler::all().map(|oversampler| folded(&oversampler.run_real(&input, &Square)));
    assert!(two < -77.0, "{two} dB");
    assert!(four < -100.0, "{four} dB");
}
