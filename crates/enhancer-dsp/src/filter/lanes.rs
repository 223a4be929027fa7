//! The sample loops of a section, on numbers and on vectors.
//!
//! The equations of the [section](super::section) in the states s1, s2 of its integrators, regrouped so that
//! a state waits for few operations:
//!
//! ```text
//! a1 = 1/(1 + g (g + k)),  a2 = g a1,  a3 = g a2,  d = x − s2
//! s1' = p s1 + b d                    p = a1 (1 − g (g + k)), b = 2 a2
//! s2' = (s2 + b s1) + c d             c = 2 a3
//! y = e0 x + (e1 s1 − e2 s2)          any numerator
//! y = (s2 + s2') / 2                  the low-pass, c0 = 1
//! y = a1 d − a1 (g + k) s1            the high-pass, c2 = 1
//! ```
//!
//! Every loop computes these with the same operations in the same order, on numbers or on vectors, so that
//! all give the same bits. The [cascade](super::cascade) runs several sections side by side with the same
//! step.

use super::Svf;
use crate::block::Lanes;
use crate::simd::{self, Isa, Vector};
use core::ops::{Add, Mul, Sub};

/// A number or a vector of numbers.
pub(super) trait Number: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {}

impl<T: Copy + Add<Output = T> + Sub<Output = T> + Mul<Output = T>> Number for T {}

/// Moves the integrators by one frame for the input `x`; returns s1 and d from before.
#[inline(always)]
fn turn<N: Number>([s1, s2]: [&mut N; 2], [p, b, c]: [N; 3], x: N) -> [N; 2] {
    let (one, d) = (*s1, x - *s2);
    *s2 = (*s2 + b * one) + c * d;
    *s1 = p * one + b * d;
    [one, d]
}

/// Moves the integrators by one frame for the input `x`; returns the output.
#[inline(always)]
pub(super) fn step<N: Number>([s1, s2]: [&mut N; 2], k: [N; 3], [e0, e1, e2]: [N; 3], x: N) -> N {
    let y = e0 * x + (e1 * *s1 - e2 * *s2);
    turn([s1, s2], k, x);
    y
}

/// p, b and c of a tuning `g` and a damping `k`, and a1.
fn turn_coefficients(g: f64, k: f64) -> ([f64; 3], f64) {
    let turn = g * (g + k);
    let a1 = 1.0 / (1.0 + turn);
    let a2 = g * a1;
    let a3 = g * a2;
    ([a1 * (1.0 - turn), 2.0 * a2, 2.0 * a3], a1)
}

/// Coefficients of a section with any numerator.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Coefficients {
    /// p, b, c.
    turn: [f64; 3],
    /// e0, e1, e2.
    mix: [f64; 3],
}

impl Coefficients {
    /// Passes its input to the bit and keeps its states at zero.
    pub(crate) const PASS: Self = Self { turn: [0.0; 3], mix: [1.0, 0.0, 0.0] };

    pub(crate) fn new(svf: &Svf) -> Self {
        let Svf { g, k, c: [c0, c1, c2] } = *svf;
        let (turn, a1) = turn_coefficients(g, k);
        let (m1, m2) = (c1 - k * c2, c0 - c2);
        // m1 a2 + m2 a3 − m2, without the difference of nearly equal numbers.
        let e2 = a1 * (g * m1 - (1.0 + g * k) * m2);
        Self { turn, mix: [c0 + e2, a1 * (m1 + g * m2), e2] }
    }
}

/// Coefficients of a low-pass or high-pass of gain 1.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PassCoefficients {
    turn: [f64; 3],
    a1: f64,
    a1_g_k: f64,
}

impl PassCoefficients {
    /// Those of a tuning `g` and a damping `k`.
    pub(crate) fn new(g: f64, k: f64) -> Self {
        let (turn, a1) = turn_coefficients(g, k);
        Self { turn, a1, a1_g_k: a1 * (g + k) }
    }
}

/// Coefficients of both lanes, side by side as vectors load them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LaneCoefficients {
    pub(super) turn: [Lanes; 3],
    pub(super) mix: [Lanes; 3],
}

impl LaneCoefficients {
    pub(crate) fn new([left, right]: &[Coefficients; 2]) -> Self {
        let lanes = |[l0, l1, l2]: [f64; 3], [r0, r1, r2]: [f64; 3]| [[l0, r0], [l1, r1], [l2, r2]];
        Self { turn: lanes(left.turn, right.turn), mix: lanes(left.mix, right.mix) }
    }

    /// Coefficients that work on the lanes in `acts` and pass the others.
    pub(crate) fn on(coefficients: &Coefficients, acts: [bool; 2]) -> Self {
        Self::new(&acts.map(|acts| if acts { *coefficients } else { Coefficients::PASS }))
    }
}

/// States s1 and s2 of the integrators of a channel pair.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct State(pub(super) [Lanes; 2]);

impl State {
    /// Advances one frame.
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "`lane` is 0 or 1")]
    pub(crate) fn step(&mut self, k: &LaneCoefficients, x: Lanes) -> Lanes {
        let [s1, s2] = &mut self.0;
        core::array::from_fn(|lane| {
            let [turn, mix] = [&k.turn, &k.mix].map(|k| k.map(|lanes| lanes[lane]));
            step([&mut s1[lane], &mut s2[lane]], turn, mix, x[lane])
        })
    }

    /// Loads the states into registers.
    #[inline(always)]
    pub(crate) fn load<V: Vector<Element = f64, Array = Lanes>>(&self) -> StateRegisters<V> {
        StateRegisters { s1: V::load(&self.0[0]), s2: V::load(&self.0[1]) }
    }

    /// Stores the states from registers.
    #[inline(always)]
    pub(crate) fn store<V: Vector<Element = f64, Array = Lanes>>(&mut self, registers: &StateRegisters<V>) {
        registers.s1.store(&mut self.0[0]);
        registers.s2.store(&mut self.0[1]);
    }

    /// Sets states too small to matter to zero.
    pub(crate) fn flush_denormals(&mut self) {
        crate::denormals::flush(self.0.as_flattened_mut());
    }
}

/// States of a channel pair in registers.
pub(crate) struct StateRegisters<V> {
    s1: V,
    s2: V,
}

impl<V: Vector<Element = f64>> StateRegisters<V> {
    /// Advances one frame of a section with any numerator.
    #[inline(always)]
    pub(crate) fn step(&mut self, k: &Coefficients, x: V) -> V {
        step([&mut self.s1, &mut self.s2], k.turn.map(V::splat), k.mix.map(V::splat), x)
    }

    /// Advances one frame with other coefficients in each lane.
    #[inline(always)]
    pub(crate) fn step_lanes(&mut self, k: &LaneCoefficients, x: V) -> V
    where
        V: Vector<Array = Lanes>,
    {
        step([&mut self.s1, &mut self.s2], k.turn.map(|k| V::load(&k)), k.mix.map(|k| V::load(&k)), x)
    }

    /// Advances one frame of a low-pass.
    #[inline(always)]
    pub(crate) fn lowpass(&mut self, k: &PassCoefficients, x: V) -> V {
        let before = self.s2;
        turn([&mut self.s1, &mut self.s2], k.turn.map(V::splat), x);
        V::splat(0.5) * (before + self.s2)
    }

    /// Advances one frame of a high-pass.
    #[inline(always)]
    pub(crate) fn highpass(&mut self, k: &PassCoefficients, x: V) -> V {
        let [s1, d] = turn([&mut self.s1, &mut self.s2], k.turn.map(V::splat), x);
        V::splat(k.a1) * d - V::splat(k.a1_g_k) * s1
    }
}

/// The value of frame `frame`, or the only value.
#[inline(always)]
#[expect(clippy::indexing_slicing, reason = "the remainder is below N")]
pub(crate) fn at_frame<T, const N: usize>(values: &[T; N], frame: usize) -> &T {
    &values[if N == 1 { 0 } else { frame % N }]
}

/// Runs one section whose coefficients change from frame to frame.
pub(crate) fn run_gliding(k: &[Coefficients], acts: [bool; 2], state: &mut State, samples: &mut [Lanes]) {
    for (sample, k) in samples.iter_mut().zip(k) {
        *sample = state.step(&LaneCoefficients::on(k, acts), *sample);
    }
}

/// Runs one settled section on both lanes.
pub(crate) fn run_settled(k: &Coefficients, state: &mut State, samples: &mut [Lanes]) {
    simd::run(Alone { k, state, samples });
}

struct Alone<'a> {
    k: &'a Coefficients,
    state: &'a mut State,
    samples: &'a mut [Lanes],
}

impl simd::Kernel for Alone<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let mut state = self.state.load::<I::D2>();
        for lanes in self.samples {
            state.step(self.k, I::D2::load(lanes)).store(lanes);
        }
        self.state.store(&state);
    }
}
