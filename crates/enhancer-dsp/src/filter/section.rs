//! A second-order section: coefficients, response, and the proof of its stability in motion.
//!
//! The section is the trapezoidal state-variable filter (A. Simper, *Solving the continuous SVF equations
//! using trapezoidal integration and equivalent currents*, 2013). With σ = (1 − z⁻¹)/(1 + z⁻¹), which on the
//! unit circle is j tan(ω/2), and s = σ/g:
//!
//! ```text
//! H = (c0 + c1 s + c2 s²) / (1 + k s + s²)
//! ```
//!
//! Every second-order section with poles inside the unit circle has this form, with g > 0 and k > 0.
//!
//! # Stability while coefficients move
//!
//! The states s1, s2 belong to the two integrators. For an input x the section solves
//!
//! ```text
//! high = x − k band − low,   band = s1 + g high,        low = s2 + g band
//!                            s1' = s1 + 2 g high,       s2' = s2 + 2 g band
//! ```
//!
//! With the energy E = s1² + s2², `s1'² − s1² = (s1' − s1)(s1' + s1) = 4 g high band`, and likewise
//! `s2'² − s2² = 4 g band low`. The sum contains `high + low = x − k band`:
//!
//! ```text
//! E' − E = 4 g band (x − k band) ≤ g x² / k
//! ```
//!
//! 1. Without input E never grows, for any sequence of g > 0 and k > 0, one of each per frame.
//! 2. An input adds at most g x²/k in a frame, so E never grows exponentially.
//!
//! Both need g > 0 and k > 0 in every frame. The glides of this room move g and k as means of positive
//! targets, which keeps them positive. The numerator c mixes the output and has no part in stability.

use super::glide::Gliding;
use super::lanes::{Coefficients, State, run_gliding, run_settled};
use crate::block::{Block, MAX_CHUNK_FRAMES};
use crate::bounds::first_frames_mut;
use crate::enhancer::MAX_CHANNELS;
use core::f64::consts::{PI, SQRT_2};
use realfft::num_complex::Complex64;

/// Highest frequency that a tuning can place, as a share of the sample rate; the tangent has its pole at one
/// half.
const MAX_NORMALIZED: f64 = 0.49;

/// The coefficient g = tan(π f / fs) that puts s = j at `frequency_hz`, which counts as at most 0.49 of the
/// sample rate.
#[must_use]
pub fn tuning(frequency_hz: f64, sample_rate_hz: f64) -> f64 {
    (PI * (frequency_hz / sample_rate_hz).clamp(0.0, MAX_NORMALIZED)).tan()
}

/// Coefficients of one section. Any mean of stable ones with positive weights is stable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Svf {
    /// tan(ω/2) of the poles' natural frequency; above 0.
    pub g: f64,
    /// Damping, 1/Q of the poles; above 0.
    pub k: f64,
    /// Numerator in powers of s = σ/g.
    pub c: [f64; 3],
}

impl Svf {
    /// Passes its input; its poles lie at z = 0.
    pub const IDENTITY: Self = Self { g: 1.0, k: 2.0, c: [1.0, 2.0, 1.0] };

    /// Butterworth's high-pass of second order at a [`tuning`].
    #[must_use]
    pub const fn butterworth_highpass(g: f64) -> Self {
        Self { g, k: SQRT_2, c: [0.0, 0.0, 1.0] }
    }

    /// The section `(b0 + b1 z⁻¹ + b2 z⁻²) / (1 + a1 z⁻¹ + a2 z⁻²)`; the poles must be stable.
    #[must_use]
    pub fn from_biquad([b0, b1, b2]: [f64; 3], [a1, a2]: [f64; 2]) -> Self {
        let nyquist = 1.0 - a1 + a2;
        let dc = 1.0 + a1 + a2;
        let g = (dc / nyquist).sqrt();
        let first = |difference: f64| 2.0 * difference / (g * nyquist);
        Self { g, k: first(1.0 - a2), c: [(b0 + b1 + b2) / dc, first(b0 - b2), (b0 - b1 + b2) / nyquist] }
    }

    /// The section with these poles and zeros on top of them: it passes its input.
    #[must_use]
    pub fn passing(&self) -> Self {
        Self { c: [1.0, self.k, 1.0], ..*self }
    }

    /// The section that undoes this one, if its zeros lie inside the unit circle and none at 0 Hz or Nyquist.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let [c0, c1, c2] = self.c;
        // Numerator and denominator over c0, with s in units of the zeros' natural frequency.
        let ratio = (c0 / c2).sqrt();
        let scale = 1.0 / c0;
        Self {
            g: self.g * ratio,
            k: c1 * scale * ratio,
            c: [scale, scale * self.k * ratio, scale * ratio * ratio],
        }
    }

    /// The complex response at `omega` radians a sample, 0…π.
    #[must_use]
    pub fn response(&self, omega: f64) -> Complex64 {
        let t = (0.5 * omega).tan() / self.g;
        // Above 1, both lines over t², so that the infinite t of Nyquist stays out of them.
        let (one, first, second) = if t < 1.0 { (1.0, t, t * t) } else { (1.0 / (t * t), 1.0 / t, 1.0) };
        let [c0, c1, c2] = self.c;
        Complex64::new(c0 * one - c2 * second, c1 * first) / Complex64::new(one - second, self.k * first)
    }

    /// Decay of the slower pole, nepers per frame: the states fall as e^(−decay n).
    #[must_use]
    pub fn decay(&self) -> f64 {
        let Self { g, k, .. } = *self;
        // s₁ s₂ = 1, so the slower of two real poles is the reciprocal of the faster one, without a
        // difference of nearly equal numbers.
        let root = (0.25 * k * k - 1.0).max(0.0).sqrt();
        let real = if root > 0.0 { -1.0 / (0.5 * k + root) } else { -0.5 * k };
        let square = if root > 0.0 { real * real } else { 1.0 };
        // |1 + σ|² / |1 − σ|² = 1 + 4 Re σ / |1 − σ|², σ = g s.
        let distance = 1.0 - 2.0 * g * real + g * g * square;
        -0.5 * (4.0 * g * real / distance).ln_1p()
    }
}

/// g, k, c0, c1, c2, and one value more to fill SIMD lanes.
type Values = [f64; 6];

impl From<Svf> for Values {
    fn from(Svf { g, k, c: [c0, c1, c2] }: Svf) -> Self {
        [g, k, c0, c1, c2, 0.0]
    }
}

impl From<Values> for Svf {
    fn from([g, k, c0, c1, c2, _]: Values) -> Self {
        Self { g, k, c: [c0, c1, c2] }
    }
}

impl From<Values> for Coefficients {
    fn from(values: Values) -> Self {
        Self::new(&values.into())
    }
}

/// A section at work: its coefficients glide to a target, and each channel has its states.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    coefficients: Gliding<Coefficients, 6>,
    states: [State; MAX_CHANNELS.div_ceil(2)],
}

impl Section {
    /// A section at rest that passes its input.
    pub(crate) fn new(sample_rate_hz: f64) -> Self {
        Self { coefficients: Gliding::new(sample_rate_hz, Svf::IDENTITY.into()), states: Default::default() }
    }

    /// Starts a glide to `target`.
    pub(crate) fn set_target(&mut self, target: &Svf) {
        self.coefficients.set_target((*target).into());
    }

    /// The coefficients at the end of the glide.
    pub(crate) fn target(&self) -> Svf {
        self.coefficients.target().into()
    }

    /// Ends the glide at its target.
    pub(crate) fn snap(&mut self) {
        self.coefficients.snap();
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.coefficients.is_settled()
    }

    /// Frames until the target is in force, 0 when settled.
    pub(crate) fn remaining_frames(&self) -> usize {
        self.coefficients.remaining_frames()
    }

    /// Coefficients of a settled section.
    pub(crate) fn settled(&self) -> &Coefficients {
        self.coefficients.settled()
    }

    /// Advances the glide and fills in the coefficients of the next frames.
    pub(crate) fn fill(&mut self, coefficients: &mut [Coefficients]) {
        self.coefficients.fill(coefficients);
    }

    /// Coefficients of the next `frames` frames. While settled, `N` may be 1: then it holds for all frames.
    pub(crate) fn coefficients<const N: usize>(&mut self, frames: usize) -> [Coefficients; N] {
        self.coefficients.coefficients(frames)
    }

    /// States by channel pair.
    pub(crate) fn states(&mut self) -> &mut [State] {
        &mut self.states
    }

    /// Processes every channel in place.
    pub(crate) fn process(&mut self, block: &mut Block) {
        if self.is_settled() {
            let k = *self.settled();
            for (state, samples) in self.states.iter_mut().zip(block.pairs_mut()) {
                run_settled(&k, state, samples);
            }
            return;
        }
        let mut coefficients = [Coefficients::PASS; MAX_CHUNK_FRAMES];
        self.fill(first_frames_mut(&mut coefficients, block.frames()));
        for (state, samples) in self.states.iter_mut().zip(block.pairs_mut()) {
            run_gliding(&coefficients, [true; 2], state, samples);
        }
    }

    /// Clears the states.
    pub(crate) fn clear(&mut self) {
        self.states = Default::default();
    }

    /// Sets states too small to matter to zero, in the first `pairs` channel pairs.
    pub(crate) fn flush_denormals(&mut self, pairs: usize) {
        self.states.iter_mut().take(pairs).for_each(State::flush_denormals);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn biquad_response(b: [f64; 3], a: [f64; 2], omega: f64) -> Complex64 {
        let z = Complex64::from_polar(1.0, -omega);
        (b[0] + z * (b[1] + z * b[2])) / (1.0 + z * (a[0] + z * a[1]))
    }

    #[test]
    fn a_biquad_keeps_its_response_in_state_variable_form() {
        for (b, a) in [([1.2, -0.7, 0.1], [-1.6, 0.8]), ([0.3, 0.1, -0.2], [0.5, 0.06])] {
            let svf = Svf::from_biquad(b, a);
            for omega in [0.0, 0.01, 0.3, 1.5, 3.0, PI] {
                let error = svf.response(omega) - biquad_response(b, a, omega);
                assert!(error.norm() < 1e-12, "{b:?} {a:?} at {omega}: {error}");
            }
        }
    }

    #[test]
    fn an_inverse_undoes_a_section() {
        let svf = Svf { g: 0.3, k: 0.4, c: [2.0, 1.3, 0.7] };
        for omega in [0.0, 0.1, 0.6, 2.0, 3.1] {
            assert!((svf.response(omega) * svf.inverse().response(omega) - 1.0).norm() < 1e-12);
        }
    }

    #[test]
    fn the_decay_is_that_of_the_slower_root_of_the_denominator() {
        // 1 − 2 r cos θ z⁻¹ + r² z⁻² has its poles at radius r; (1 − p z⁻¹)(1 − q z⁻¹) at p and q.
        for (a, radius) in [
            ([-2.0 * 0.999 * 0.02f64.cos(), 0.999 * 0.999], 0.999f64),
            ([2.0 * 0.3 * 1.0f64.cos(), 0.09], 0.3),
            ([-(0.9999 + 0.2), 0.9999 * 0.2], 0.9999),
        ] {
            let decay = Svf::from_biquad([1.0, 0.0, 0.0], a).decay();
            assert!((decay + radius.ln()).abs() < 1e-9, "{a:?}: {decay}");
        }
    }

    #[test]
    fn butterworths_high_pass_falls_as_its_formula() {
        let highpass = Svf::butterworth_highpass(tuning(500.0, 48_000.0));
        for hz in [20.0, 100.0, 400.0, 500.0, 700.0, 5000.0, 20_000.0] {
            // |H|² = 1 / (1 + w⁻⁴), with w the ratio of the bilinear transform's frequencies.
            let w = (PI * hz / 48_000.0).tan() / (PI * 500.0 / 48_000.0).tan();
            let expected = 1.0 / (1.0 + w.powi(-4)).sqrt();
            assert!((highpass.response(2.0 * PI * hz / 48_000.0).norm() - expected).abs() < 1e-12, "{hz} Hz");
        }
    }
}
