//! Splits sound in two at a frequency: Butterworth sections and the Linkwitz–Riley crossover made of them.
//!
//! A section is the trapezoidal state-variable filter (A. Simper, *Solving the continuous SVF equations using
//! trapezoidal integration*, 2013) at Q = 1/√2: low, band and high share one state, and the coefficients may move
//! every sample. Two equal sections in a row are Linkwitz–Riley of the fourth order (S. Linkwitz, *Active crossover
//! networks for noncoincident drivers*, JAES 24(1), 1976): 24 dB per octave, −6 dB at the crossover, and the two
//! bands add up to the section's own all-pass, flat in magnitude:
//!
//! ```text
//! (1 + s⁴) / (s² + √2 s + 1)² = (s² − √2 s + 1) / (s² + √2 s + 1)
//! ```

use crate::block::Lanes;
use core::f64::consts::{PI, SQRT_2};

/// Highest crossover, as a share of the sample rate: the tangent's pole lies at one half.
const MAX_NORMALIZED: f64 = 0.49;

/// The tuning of a section, `tan(π f / fs)`: what a gliding crossover glides.
#[must_use]
pub fn tuning(frequency_hz: f64, sample_rate_hz: f64) -> f64 {
    (PI * (frequency_hz / sample_rate_hz).clamp(0.0, MAX_NORMALIZED)).tan()
}

/// Coefficients of a section at one tuning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficients {
    a1: f64,
    a2: f64,
    a3: f64,
}

impl Coefficients {
    /// Coefficients for a [`tuning`].
    #[must_use]
    pub fn new(tuning: f64) -> Self {
        let a1 = 1.0 / (1.0 + tuning * (tuning + SQRT_2));
        let a2 = tuning * a1;
        Self { a1, a2, a3: tuning * a2 }
    }
}

/// What a section makes of a frame, two channels to each band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bands {
    /// Second-order Butterworth low-pass.
    pub low: Lanes,
    /// Second-order Butterworth high-pass.
    pub high: Lanes,
    /// The all-pass that the bands of a whole crossover at this tuning add up to.
    pub all_pass: Lanes,
}

/// A second-order Butterworth section of two channels.
#[derive(Debug, Clone, Copy, Default)]
pub struct Section {
    /// States of the two integrators, `[integrator][lane]`.
    state: [Lanes; 2],
}

impl Section {
    /// Advances one frame.
    #[inline]
    #[must_use]
    pub fn process(&mut self, input: Lanes, coefficients: &Coefficients) -> Bands {
        let Coefficients { a1, a2, a3 } = *coefficients;
        let [ic1, ic2] = &mut self.state;
        let mut bands = Bands { low: [0.0; 2], high: [0.0; 2], all_pass: [0.0; 2] };
        for lane in 0..2 {
            let rest = input[lane] - ic2[lane];
            let band = a1 * ic1[lane] + a2 * rest;
            let low = ic2[lane] + a2 * ic1[lane] + a3 * rest;
            ic1[lane] = 2.0 * band - ic1[lane];
            ic2[lane] = 2.0 * low - ic2[lane];
            bands.low[lane] = low;
            bands.high[lane] = input[lane] - SQRT_2 * band - low;
            bands.all_pass[lane] = input[lane] - 2.0 * SQRT_2 * band;
        }
        bands
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Sets states under 1e-30 to zero.
    pub fn flush_denormals(&mut self) {
        for state in self.state.iter_mut().flatten() {
            if state.abs() < 1e-30 {
                *state = 0.0;
            }
        }
    }
}

/// A fourth-order Linkwitz–Riley crossover of two channels.
#[derive(Debug, Clone, Copy, Default)]
pub struct LinkwitzRiley {
    first: Section,
    low: Section,
    high: Section,
}

impl LinkwitzRiley {
    /// Advances one frame: low and high, 24 dB per octave each, that add up to `all_pass`.
    #[inline]
    #[must_use]
    pub fn process(&mut self, input: Lanes, coefficients: &Coefficients) -> Bands {
        let first = self.first.process(input, coefficients);
        let low = self.low.process(first.low, coefficients).low;
        let high = self.high.process(first.high, coefficients).high;
        Bands { low, high, all_pass: first.all_pass }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Sets states under 1e-30 to zero.
    pub fn flush_denormals(&mut self) {
        self.first.flush_denormals();
        self.low.flush_denormals();
        self.high.flush_denormals();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gain of the impulse response `h` at a frequency in cycles per sample.
    fn gain(h: &[f64], normalized: f64) -> f64 {
        let step = 2.0 * PI * normalized;
        let (re, im) = h.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, &h)| {
            let (sin, cos) = (step * n as f64).sin_cos();
            (re + h * cos, im - h * sin)
        });
        f64::hypot(re, im)
    }

    #[test]
    fn the_bands_add_up_to_a_flat_all_pass_and_fall_by_24_db_an_octave() {
        let rate = 48_000.0;
        let coefficients = Coefficients::new(tuning(500.0, rate));
        let mut crossover = LinkwitzRiley::default();
        let bands: Vec<Bands> = (0..20_000)
            .map(|n| crossover.process([if n == 0 { 1.0 } else { 0.0 }, 0.0], &coefficients))
            .collect();
        let low: Vec<f64> = bands.iter().map(|b| b.low[0]).collect();
        let high: Vec<f64> = bands.iter().map(|b| b.high[0]).collect();
        for band in &bands {
            assert!((band.low[0] + band.high[0] - band.all_pass[0]).abs() < 1e-12);
        }
        let sum: Vec<f64> = low.iter().zip(&high).map(|(l, h)| l + h).collect();
        for hz in [20.0, 100.0, 400.0, 500.0, 700.0, 5000.0, 20_000.0] {
            assert!((gain(&sum, hz / rate) - 1.0).abs() < 1e-9, "sum at {hz} Hz");
            // |L| = 1 / (1 + w⁴), with w the ratio of the bilinear transform's frequencies.
            let w = (PI * hz / rate).tan() / (PI * 500.0 / rate).tan();
            assert!((gain(&low, hz / rate) - 1.0 / (1.0 + w.powi(4))).abs() < 1e-9, "low at {hz} Hz");
            assert!((gain(&high, hz / rate) - 1.0 / (1.0 + w.powi(-4))).abs() < 1e-9, "high at {hz} Hz");
        }
    }
}
