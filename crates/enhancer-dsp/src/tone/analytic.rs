//! Analytic signals: two all-pass chains whose outputs stay 90° apart over a band.
//!
//! A half-band filter shifted by a quarter of the sample rate passes positive frequencies alone. Its two
//! chains then give the real and the imaginary part. The transform `z → (1 + s) / (1 − s)` of the same design
//! gives the poles of first-order sections for a band anywhere on the frequency axis.

use crate::block::Lanes;
use crate::oversample::halfband_coefficients;
use crate::simd::{Halves, Vector};
use core::f64::consts::PI;

/// All-passes of the analytic signal of the highs.
const HIGH_SECTIONS: usize = 6;

/// Lowest frequency of the analytic signal of the highs, Hz: below the lowest corner of the treble's band.
const HIGH_LOWEST_HZ: f64 = 1500.0;

/// Coefficients of [`HighAnalytic`]: negative frequencies at −96 dB at 48 kHz, −50 dB at 384 kHz.
pub(super) fn high_coefficients(sample_rate_hz: f64) -> [f64; HIGH_SECTIONS] {
    halfband_coefficients(2.0 * HIGH_LOWEST_HZ / sample_rate_hz)
}

/// Analytic signal of a channel pair from [`HIGH_LOWEST_HZ`] to as far below half the sample rate: all-passes
/// in `z⁻²`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct HighAnalytic {
    /// The last two inputs of the real chain and of the imaginary one, which is a sample later; newer first.
    inputs: [[f64; 4]; 2],
    /// The last two outputs of a section of each chain.
    outputs: [[[f64; 4]; 2]; HIGH_SECTIONS / 2],
}

/// States and coefficients of [`HighAnalytic`] in registers.
pub(super) struct HighRegisters<V> {
    coefficients: [V; HIGH_SECTIONS / 2],
    inputs: [V; 2],
    outputs: [[V; 2]; HIGH_SECTIONS / 2],
}

impl<V: Halves<Element = f64>> HighRegisters<V> {
    /// Advances one frame. Returns the real and the imaginary part.
    #[inline(always)]
    pub(super) fn step(&mut self, input: V::Half) -> [V::Half; 2] {
        let mut signal = V::join(input, self.inputs[0].split()[0]);
        let mut previous = self.inputs[1];
        self.inputs = [signal, self.inputs[0]];
        for (c, output) in self.coefficients.iter().zip(&mut self.outputs) {
            let [y1, y2] = *output;
            signal = *c * (signal + y2) - previous;
            previous = y2;
            *output = [signal, y1];
        }
        signal.split()
    }
}

impl HighAnalytic {
    /// Loads the state into registers.
    #[inline(always)]
    pub(super) fn load<V: Vector<Element = f64, Array = [f64; 4]>>(
        &self,
        coefficients: &[f64; HIGH_SECTIONS],
    ) -> HighRegisters<V> {
        let [c0, c1, c2, c3, c4, c5] = *coefficients;
        let coefficients =
            [[c0, c0, c1, c1], [c2, c2, c3, c3], [c4, c4, c5, c5]].map(|chains| V::load(&chains));
        let inputs = self.inputs.each_ref().map(V::load);
        let outputs = self.outputs.each_ref().map(|section| section.each_ref().map(V::load));
        HighRegisters { coefficients, inputs, outputs }
    }

    /// Stores the states from registers.
    #[inline(always)]
    pub(super) fn store<V: Vector<Element = f64, Array = [f64; 4]>>(&mut self, registers: &HighRegisters<V>) {
        for (from, to) in registers.inputs.iter().zip(&mut self.inputs) {
            from.store(to);
        }
        for (from, to) in registers.outputs.as_flattened().iter().zip(self.outputs.as_flattened_mut()) {
            from.store(to);
        }
    }

    /// Sets states too small to matter to zero. The inputs last two samples and need no flush.
    pub(super) fn flush_denormals(&mut self) {
        crate::denormals::flush(self.outputs.as_flattened_mut().as_flattened_mut());
    }
}

/// Coefficients of the half-band design for the analytic signal of the lows.
const LOW_DESIGN: usize = 3;

/// All-passes of the analytic signal of the lows. Even places belong to the real chain, odd ones to the
/// imaginary chain.
const LOW_SECTIONS: usize = 2 * LOW_DESIGN + 1;

/// Band of the analytic signal of the lows, Hz: an octave beyond the bass boost's highest corner.
const LOW_BAND_HZ: [f64; 2] = [20.0, 500.0];

/// Coefficients of [`LowAnalytic`]: negative frequencies at −60 dB.
pub(super) fn low_coefficients(sample_rate_hz: f64) -> [f64; LOW_SECTIONS] {
    let [lowest, highest] = LOW_BAND_HZ;
    let middle = (lowest * highest).sqrt();
    let transition = 2.0 / PI * (lowest / highest).sqrt().atan();
    let design: [f64; LOW_DESIGN] = halfband_coefficients(transition);
    // The design has poles at z = ±√c, and at 0 from the delay of the odd chain. Here they are analog,
    // relative to the middle of the band.
    let pole = |index: usize| match design.get(index / 2) {
        Some(c) if index.is_multiple_of(2) => (1.0 - c.sqrt()) / (1.0 + c.sqrt()),
        Some(c) => (1.0 + c.sqrt()) / (1.0 - c.sqrt()),
        None => 1.0,
    };
    // Sections 0 and 2 of the design (real) alternate with section 1 and the delay (imaginary).
    let order = [0, 2, 1, 3, 4, 6, 5];
    order.map(|index| {
        let warped = (PI * middle * pole(index) / sample_rate_hz).tan();
        (warped - 1.0) / (warped + 1.0)
    })
}

/// Analytic signal of a channel pair over [`LOW_BAND_HZ`].
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LowAnalytic {
    input: [f64; 4],
    /// The last outputs of a section of each chain.
    outputs: [[f64; 4]; LOW_DESIGN],
    /// Last output of the last section of the real chain, which has no counterpart in the imaginary chain.
    last: Lanes,
}

/// States and coefficients of [`LowAnalytic`] in registers.
pub(super) struct LowRegisters<V: Halves> {
    coefficients: [V; LOW_DESIGN],
    input: V,
    outputs: [V; LOW_DESIGN],
    /// Coefficient and output.
    last: (V::Half, V::Half),
}

impl<V: Halves<Element = f64>> LowRegisters<V> {
    /// Runs the first sections of both chains. Returns their outputs and the outputs of the frame before.
    #[inline(always)]
    pub(super) fn begin(&mut self, input: V::Half) -> [V; 2] {
        let mut signal = V::join(input, input);
        let mut previous = core::mem::replace(&mut self.input, signal);
        let [first, second, _] = &mut self.outputs;
        for (c, output) in self.coefficients.iter().zip([first, second]) {
            let last = *output;
            signal = *c * (signal - last) + previous;
            previous = last;
            *output = signal;
        }
        [signal, previous]
    }

    /// Runs the other sections. Returns the real and the imaginary part.
    #[inline(always)]
    pub(super) fn end(&mut self, [signal, previous]: [V; 2]) -> [V::Half; 2] {
        let [.., c] = self.coefficients;
        let [.., output] = &mut self.outputs;
        let before = *output;
        *output = c * (signal - before) + previous;
        let ([real, imaginary], [previous, _]) = (output.split(), before.split());
        let (c, last) = self.last;
        self.last.1 = c * (real - last) + previous;
        [self.last.1, imaginary]
    }
}

impl LowAnalytic {
    /// Loads the state into registers.
    #[inline(always)]
    pub(super) fn load<V: Halves<Element = f64, Array = [f64; 4]>>(
        &self,
        coefficients: &[f64; LOW_SECTIONS],
    ) -> LowRegisters<V>
    where
        V::Half: Vector<Array = Lanes>,
    {
        let [c0, c1, c2, c3, c4, c5, c6] = *coefficients;
        let coefficients =
            [[c0, c0, c1, c1], [c2, c2, c3, c3], [c4, c4, c5, c5]].map(|chains| V::load(&chains));
        let outputs = self.outputs.each_ref().map(V::load);
        let last = (V::Half::splat(c6), V::Half::load(&self.last));
        LowRegisters { coefficients, input: V::load(&self.input), outputs, last }
    }

    /// Stores the states from registers.
    #[inline(always)]
    pub(super) fn store<V: Halves<Element = f64, Array = [f64; 4]>>(&mut self, registers: &LowRegisters<V>)
    where
        V::Half: Vector<Array = Lanes>,
    {
        registers.input.store(&mut self.input);
        for (row, output) in self.outputs.iter_mut().zip(&registers.outputs) {
            output.store(row);
        }
        registers.last.1.store(&mut self.last);
    }

    /// Sets states too small to matter to zero. The input lasts one sample and needs no flush.
    pub(super) fn flush_denormals(&mut self) {
        crate::denormals::flush(self.outputs.as_flattened_mut());
        crate::denormals::flush(&mut self.last);
    }
}
