//! Analytic signals: two all-pass chains whose outputs stay 90° apart over a band.
//!
//! A half-band filter turned by a quarter of the sample rate passes positive frequencies only; its two chains are then the
//! real and the imaginary part. The transform `z → (1 + s) / (1 − s)` of the same design gives the poles of first-order sections
//! for a band anywhere on the axis.

use crate::block::Lanes;
use crate::oversample::halfband_coefficients;
use core::f64::consts::PI;

/// All-passes of the analytic signal of the highs.
const HIGH_SECTIONS: usize = 6;

/// Lowest frequency of the analytic signal of the highs, Hz: below the lowest corner of the treble's band.
const HIGH_LOWEST_HZ: f64 = 1500.0;

/// Coefficients of [`HighAnalytic`]: negative frequencies at −96 dB at 48 kHz, −50 dB at 384 kHz.
pub(super) fn high_coefficients(sample_rate_hz: f64) -> [f64; HIGH_SECTIONS] {
    halfband_coefficients(2.0 * HIGH_LOWEST_HZ / sample_rate_hz)
}

/// Analytic signal of a channel pair from [`HIGH_LOWEST_HZ`] to as far below half the sample rate: all-passes in `z⁻²`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct HighAnalytic {
    /// The real chain's last two inputs, newer first, and the imaginary one's, which is a sample later.
    inputs: [[Lanes; 2]; 2],
    last: Lanes,
    outputs: [[Lanes; 2]; HIGH_SECTIONS],
}

impl HighAnalytic {
    /// Real and imaginary part.
    #[inline(always)]
    pub(super) fn process(&mut self, input: Lanes, coefficients: &[f64; HIGH_SECTIONS]) -> [Lanes; 2] {
        let mut signal = [input, core::mem::replace(&mut self.last, input)];
        let mut previous = [self.inputs[0][1], self.inputs[1][1]];
        for (chain, input) in self.inputs.iter_mut().zip(signal) {
            *chain = [input, chain[0]];
        }
        for (index, (c, output)) in coefficients.iter().zip(&mut self.outputs).enumerate() {
            let (x, x2) = (&mut signal[index % 2], &mut previous[index % 2]);
            let [y1, y2] = *output;
            for lane in 0..2 {
                x[lane] = c * (x[lane] + y2[lane]) - x2[lane];
            }
            *output = [*x, y1];
            *x2 = y2;
        }
        signal
    }

    /// Inputs are kept for two samples only, so they can't linger.
    pub(super) fn flush_denormals(&mut self) {
        super::flush(self.outputs.as_flattened_mut().as_flattened_mut());
    }
}

/// Half the sections of the design behind the analytic signal of the lows.
const LOW_DESIGN: usize = 3;

/// All-passes of the analytic signal of the lows; even places are the real chain's, odd ones the imaginary one's.
const LOW_SECTIONS: usize = 2 * LOW_DESIGN + 1;

/// Band of the analytic signal of the lows, Hz: an octave beyond the bass boost's highest corner.
const LOW_BAND_HZ: [f64; 2] = [20.0, 500.0];

/// Coefficients of [`LowAnalytic`]: negative frequencies at −60 dB.
pub(super) fn low_coefficients(sample_rate_hz: f64) -> [f64; LOW_SECTIONS] {
    let [lowest, highest] = LOW_BAND_HZ;
    let middle = (lowest * highest).sqrt();
    let transition = 2.0 / PI * (lowest / highest).sqrt().atan();
    let design: [f64; LOW_DESIGN] = halfband_coefficients(transition);
    // Poles of the design at z = ±√c and, of the odd chain's delay, at 0; as analog ones relative to the band's middle.
    let pole = |index: usize| match design.get(index / 2) {
        Some(c) if index.is_multiple_of(2) => (1.0 - c.sqrt()) / (1.0 + c.sqrt()),
        Some(c) => (1.0 + c.sqrt()) / (1.0 - c.sqrt()),
        None => 1.0,
    };
    // In chain order: sections 0 and 2 of the design (real), 1 and the delay (imaginary), in turns.
    let order = [0, 2, 1, 3, 4, 6, 5];
    order.map(|index| {
        let warped = (PI * middle * pole(index) / sample_rate_hz).tan();
        (warped - 1.0) / (warped + 1.0)
    })
}

/// Analytic signal of a channel pair over [`LOW_BAND_HZ`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LowAnalytic {
    input: Lanes,
    outputs: [Lanes; LOW_SECTIONS],
}

impl LowAnalytic {
    /// Real and imaginary part.
    #[inline(always)]
    pub(super) fn process(&mut self, input: Lanes, coefficients: &[f64; LOW_SECTIONS]) -> [Lanes; 2] {
        let mut signal = [input; 2];
        let mut previous = [core::mem::replace(&mut self.input, input); 2];
        for (index, (c, output)) in coefficients.iter().zip(&mut self.outputs).enumerate() {
            let (x, x1) = (&mut signal[index % 2], &mut previous[index % 2]);
            let y1 = *output;
            for lane in 0..2 {
                x[lane] = c * (x[lane] - y1[lane]) + x1[lane];
            }
            *x1 = y1;
            *output = *x;
        }
        signal
    }

    /// The input is kept for one sample only, so it can't linger.
    pub(super) fn flush_denormals(&mut self) {
        super::flush(self.outputs.as_flattened_mut());
    }
}
