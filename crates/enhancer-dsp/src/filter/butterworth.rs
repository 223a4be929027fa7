//! A second-order Butterworth high-pass that glides.
//!
//! It is the trapezoidal state-variable filter (A. Simper, *Solving the continuous SVF equations using trapezoidal
//! integration*, 2013) at Q = 1/√2, whose coefficients may move every sample.

use crate::block::Lanes;
use core::f64::consts::{PI, SQRT_2};

/// Highest corner, as a share of the sample rate: the tangent's pole lies at one half.
const MAX_NORMALIZED: f64 = 0.49;

/// The tuning of a section, `tan(π f / fs)`: what a gliding corner glides.
#[must_use]
pub fn tuning(frequency_hz: f64, sample_rate_hz: f64) -> f64 {
    (PI * (frequency_hz / sample_rate_hz).clamp(0.0, MAX_NORMALIZED)).tan()
}

/// Coefficients of a high-pass at one tuning.
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

/// A high-pass of two channels.
#[derive(Debug, Clone, Copy, Default)]
pub struct Highpass {
    /// States of the two integrators, `[integrator][lane]`.
    state: [Lanes; 2],
}

impl Highpass {
    /// Advances one frame.
    #[inline]
    #[must_use]
    pub fn process(&mut self, input: Lanes, coefficients: &Coefficients) -> Lanes {
        let Coefficients { a1, a2, a3 } = *coefficients;
        let [ic1, ic2] = &mut self.state;
        let mut output = [0.0; 2];
        for lane in 0..2 {
            let rest = input[lane] - ic2[lane];
            let band = a1 * ic1[lane] + a2 * rest;
            let low = ic2[lane] + a2 * ic1[lane] + a3 * rest;
            ic1[lane] = 2.0 * band - ic1[lane];
            ic2[lane] = 2.0 * low - ic2[lane];
            output[lane] = input[lane] - SQRT_2 * band - low;
        }
        output
    }

    /// Sets states too small to matter to zero.
    pub fn flush_denormals(&mut self) {
        crate::denormals::flush(self.state.as_flattened_mut());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_falls_as_butterworth_says() {
        let rate = 48_000.0;
        let coefficients = Coefficients::new(tuning(500.0, rate));
        let mut highpass = Highpass::default();
        let response: Vec<f64> = (0..20_000)
            .map(|n| highpass.process([if n == 0 { 1.0 } else { 0.0 }, 0.0], &coefficients)[0])
            .collect();
        for hz in [20.0, 100.0, 400.0, 500.0, 700.0, 5000.0, 20_000.0] {
            let (re, im) = response.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, &h)| {
                let (sin, cos) = (2.0 * PI * hz / rate * n as f64).sin_cos();
                (re + h * cos, im - h * sin)
            });
            // |H|² = 1 / (1 + w⁻⁴), with w the ratio of the bilinear transform's frequencies.
            let w = (PI * hz / rate).tan() / (PI * 500.0 / rate).tan();
            let law = 1.0 / (1.0 + w.powi(-4)).sqrt();
            assert!((f64::hypot(re, im) - law).abs() < 1e-9, "{hz} Hz");
        }
    }
}
