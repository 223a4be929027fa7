//! Mono lows: removes the side signal below a crossover.
//!
//! The side passes the high band of a fourth-order Linkwitz–Riley crossover (24 dB per octave, −6 dB at the
//! crossover; S. Linkwitz, *Active crossover networks for noncoincident drivers*, JAES 24(1), 1976). The mid
//! passes the sum of both bands, an all-pass:
//!
//! ```text
//! (1 + s⁴) / (s² + √2 s + 1)² = (s² − √2 s + 1) / (s² + √2 s + 1)
//! ```
//!
//! So mid and side keep their relative phase at every frequency, and sources keep their place above the
//! crossover. The mono sum keeps its magnitude. The all-pass turns its phase by 360° in all, 180° at the
//! crossover.

use crate::block::{Lanes, MAX_CHUNK_FRAMES};
use crate::filter::glide::Gliding;
use crate::filter::lanes::{Coefficients, LaneCoefficients, State, StateRegisters};
use crate::filter::{Svf, tuning};
use crate::simd::Vector;
use crate::smoother::{GLIDE_MS, Smoother};
use core::f64::consts::SQRT_2;
use realfft::num_complex::Complex64;

/// Coefficients of both sections, for mid and for side. The first section turns the mid's phase and filters
/// the side. The second filters the side again and passes the mid.
#[derive(Debug, Clone, Copy)]
pub(super) struct CrossoverCoefficients([LaneCoefficients; 2]);

impl From<[f64; 1]> for CrossoverCoefficients {
    fn from([g]: [f64; 1]) -> Self {
        let [turned, high] = [allpass(g), Svf::butterworth_highpass(g)].map(|svf| Coefficients::new(&svf));
        Self([[turned, high], [Coefficients::PASS, high]].map(|lanes| LaneCoefficients::new(&lanes)))
    }
}

/// The sum of the crossover's bands.
fn allpass(g: f64) -> Svf {
    Svf { g, k: SQRT_2, c: [1.0, -SQRT_2, 1.0] }
}

/// Complex response of the settled crossover for mid and for side at `omega` radians a sample.
pub(super) fn response(crossover_hz: f64, sample_rate_hz: f64, omega: f64) -> [Complex64; 2] {
    if crossover_hz <= 0.0 {
        return [Complex64::new(1.0, 0.0); 2];
    }
    let g = tuning(crossover_hz, sample_rate_hz);
    let high = Svf::butterworth_highpass(g).response(omega);
    [allpass(g).response(omega), high * high]
}

#[derive(Debug)]
pub(super) struct MonoBelow {
    sample_rate_hz: f64,
    crossover: Gliding<CrossoverCoefficients, 1>,
    /// Share of the filtered signal, 0 while off.
    filtered: Smoother,
    /// States of both sections, mid and side each.
    states: [State; 2],
}

impl MonoBelow {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        Self {
            sample_rate_hz,
            crossover: Gliding::new(sample_rate_hz, [1.0]),
            filtered: Smoother::new(sample_rate_hz, GLIDE_MS, 0.0),
            states: Default::default(),
        }
    }

    /// Sets the crossover, Hz; 0 is off.
    pub(super) fn set_frequency_hz(&mut self, frequency_hz: f64) {
        if frequency_hz <= 0.0 {
            self.filtered.set_target(0.0);
            return;
        }
        let g = tuning(frequency_hz, self.sample_rate_hz);
        if self.is_off() {
            self.states = Default::default();
            self.crossover.snap_to([g]);
        } else {
            self.crossover.set_target([g]);
        }
        self.filtered.set_target(1.0);
    }

    pub(super) fn reset(&mut self) {
        self.states = Default::default();
        self.crossover.snap();
        self.filtered.snap();
    }

    pub(super) fn flush_denormals(&mut self) {
        self.states.iter_mut().for_each(State::flush_denormals);
    }

    pub(super) fn is_off(&self) -> bool {
        self.filtered.rests_at(0.0)
    }

    /// The two high-pass sections of the crossover, at the end of the glide.
    pub(super) fn sections(&self) -> [Svf; 2] {
        let [g] = self.crossover.target();
        [Svf::butterworth_highpass(g); 2]
    }

    /// True while the coefficients are constant.
    pub(super) fn is_settled(&self) -> bool {
        self.crossover.is_settled()
    }

    /// Coefficients of the next `frames` frames. While settled, `N` may be 1: then it holds for all frames.
    pub(super) fn coefficients<const N: usize>(&mut self, frames: usize) -> [CrossoverCoefficients; N] {
        self.crossover.coefficients(frames)
    }

    /// Shares of the filtered signal in the next frames.
    pub(super) fn shares(&mut self, frames: usize) -> [f64; MAX_CHUNK_FRAMES] {
        super::next_values(&mut self.filtered, frames)
    }

    /// Loads the states into registers.
    #[inline(always)]
    pub(super) fn load<V: Vector<Element = f64, Array = Lanes>>(&self) -> CrossoverRegisters<V> {
        CrossoverRegisters([self.states[0].load(), self.states[1].load()])
    }

    /// Stores the states from registers.
    #[inline(always)]
    pub(super) fn store<V: Vector<Element = f64, Array = Lanes>>(
        &mut self,
        registers: &CrossoverRegisters<V>,
    ) {
        self.states[0].store(&registers.0[0]);
        self.states[1].store(&registers.0[1]);
    }
}

/// States of the crossover in registers.
pub(super) struct CrossoverRegisters<V>([StateRegisters<V>; 2]);

impl<V: Vector<Element = f64, Array = Lanes>> CrossoverRegisters<V> {
    /// Advances the `S`th section by a frame of mid and side.
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "the compiler checks S")]
    pub(super) fn step<const S: usize>(&mut self, input: V, coefficients: &CrossoverCoefficients) -> V {
        const { assert!(S < 2) }
        self.0[S].step_lanes(&coefficients.0[S], input)
    }
}
