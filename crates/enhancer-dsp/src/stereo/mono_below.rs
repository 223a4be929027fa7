//! Mono lows: below a crossover the side signal goes, above it stays.
//!
//! The side passes the high band of a fourth-order Linkwitz–Riley crossover (24 dB per octave, −6 dB at the crossover; S. Linkwitz,
//! *Active crossover networks for noncoincident drivers*, JAES 24(1), 1976), the mid the all-pass that the crossover's bands add
//! up to,
//!
//! ```text
//! (1 + s⁴) / (s² + √2 s + 1)² = (s² − √2 s + 1) / (s² + √2 s + 1)
//! ```
//!
//! so that mid and side keep their phase to each other at every frequency and nothing above the crossover moves in the picture.
//! Mono sum: flat in magnitude, turned in phase by the all-pass (360° in all, 180° at the crossover).

use crate::block::{Lanes, MAX_CHUNK_FRAMES};
use crate::filter::Svf;
use crate::filter::butterworth::tuning;
use crate::simd::Vector;
use crate::smoother::{GLIDE_MS, Smoother};
use core::f64::consts::SQRT_2;

#[derive(Debug)]
pub(super) struct MonoBelow {
    sample_rate_hz: f64,
    tuning: Smoother,
    /// Share of the filtered signal, 0 while off.
    filtered: Smoother,
    /// States of both sections, mid and side each.
    states: [[Lanes; 2]; 2],
}

/// What a section multiplies by, for mid and for side, as in the equalizer: with d = x − s2 of its integrators s1, s2,
///
/// ```text
/// s1' = p s1 + b d,  s2' = s2 + b s1 + c d,  y = e0 x + e1 s1 + e2 d
/// ```
#[derive(Debug, Clone, Copy, Default)]
struct Section {
    p: Lanes,
    b: Lanes,
    c: Lanes,
    e0: Lanes,
    e1: Lanes,
    e2: Lanes,
}

/// Both sections: the first turns the mid's phase and takes the side's lows, the second takes the side's lows again and lets the
/// mid pass.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Coefficients([Section; 2]);

impl Coefficients {
    /// Of trapezoidal state-variable filters (A. Simper 2013) of damping k = √2 at g = `tuning`: the all-pass is x − 2 k times the
    /// band-pass.
    fn new(tuning: f64) -> Self {
        let turn = tuning * (tuning + SQRT_2);
        let a1 = 1.0 / (1.0 + turn);
        let (p, b, c) = (a1 * (1.0 - turn), 2.0 * tuning * a1, 2.0 * tuning * tuning * a1);
        let (turn_1, turn_2) = (-2.0 * SQRT_2 * a1, -2.0 * SQRT_2 * tuning * a1);
        let (high_1, high_2) = (-a1 * (tuning + SQRT_2), a1);
        let first = Section {
            p: [p; 2],
            b: [b; 2],
            c: [c; 2],
            e0: [1.0, 0.0],
            e1: [turn_1, high_1],
            e2: [turn_2, high_2],
        };
        let second = Section {
            p: [0.0, p],
            b: [0.0, b],
            c: [0.0, c],
            e0: [1.0, 0.0],
            e1: [0.0, high_1],
            e2: [0.0, high_2],
        };
        Self([first, second])
    }
}

impl MonoBelow {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        let glide = || Smoother::new(sample_rate_hz, GLIDE_MS, 0.0);
        Self { sample_rate_hz, tuning: glide(), filtered: glide(), states: Default::default() }
    }

    /// Sets the crossover; 0 is off.
    pub(super) fn set_frequency_hz(&mut self, frequency_hz: f64) {
        if frequency_hz <= 0.0 {
            self.filtered.set_target(0.0);
            return;
        }
        let tuning = tuning(frequency_hz, self.sample_rate_hz);
        if self.is_off() {
            self.states = Default::default();
            self.tuning.snap_to(tuning);
        } else {
            self.tuning.set_target(tuning);
        }
        self.filtered.set_target(1.0);
    }

    pub(super) fn reset(&mut self) {
        self.states = Default::default();
        self.tuning.snap();
        self.filtered.snap();
    }

    pub(super) fn flush_denormals(&mut self) {
        crate::denormals::flush(self.states.as_flattened_mut().as_flattened_mut());
    }

    pub(super) fn is_off(&self) -> bool {
        self.filtered.rests_at(0.0)
    }

    /// The two high-pass sections of the crossover, in the state that the glide ends at.
    pub(super) fn sections(&self) -> [Svf; 2] {
        [Svf { g: self.tuning.target(), k: SQRT_2, c: [0.0, 0.0, 1.0] }; 2]
    }

    /// Whether the coefficients stay as they are.
    pub(super) fn is_settled(&self) -> bool {
        self.tuning.is_settled()
    }

    /// Coefficients of the next frames, the settled ones for a single frame.
    pub(super) fn coefficients<const N: usize>(&mut self, frames: usize) -> [Coefficients; N] {
        let mut values = [Coefficients::default(); N];
        for value in values.iter_mut().take(frames.max(1)) {
            *value = Coefficients::new(self.tuning.next_value());
        }
        values
    }

    /// Shares of the filtered signal in the next frames.
    pub(super) fn shares(&mut self, frames: usize) -> [f64; MAX_CHUNK_FRAMES] {
        super::next_values(&mut self.filtered, frames)
    }

    /// Takes the states into registers.
    #[inline(always)]
    pub(super) fn start<V: Vector<Element = f64, Array = Lanes>>(&self) -> Running<V> {
        let [[a, b], [c, d]] = &self.states;
        Running([[V::load(a), V::load(b)], [V::load(c), V::load(d)]])
    }

    /// Keeps the states that they came to.
    #[inline(always)]
    pub(super) fn finish<V: Vector<Element = f64, Array = Lanes>>(&mut self, running: &Running<V>) {
        let ([[a, b], [c, d]], [[one, two], [three, four]]) = (&mut self.states, &running.0);
        one.store(a);
        two.store(b);
        three.store(c);
        four.store(d);
    }
}

/// States in registers.
pub(super) struct Running<V>([[V; 2]; 2]);

impl<V: Vector<Element = f64, Array = Lanes>> Running<V> {
    /// The `S`th section on a frame of mid and side.
    #[inline(always)]
    pub(super) fn step<const S: usize>(&mut self, input: V, coefficients: &Coefficients) -> V {
        let k = &coefficients.0[S];
        let [one, two] = self.0[S];
        let (b, d) = (V::load(&k.b), input - two);
        self.0[S] = [V::load(&k.p) * one + b * d, (two + b * one) + V::load(&k.c) * d];
        V::load(&k.e0) * input + (V::load(&k.e1) * one + V::load(&k.e2) * d)
    }
}
