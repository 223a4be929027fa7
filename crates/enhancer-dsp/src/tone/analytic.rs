//! Analytic signals: two all-pass chains whose outputs stay 90° apart over a band.
//!
//! A half-band filter turned by a quarter of the sample rate passes positive frequencies only; its two chains are then the
//! real and the imaginary part. The transform `z → (1 + s) / (1 − s)` of the same design gives the poles of first-order sections
//! for a band anywhere on the axis.

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

/// Analytic signal of a channel pair from [`HIGH_LOWEST_HZ`] to as far below half the sample rate: all-passes in `z⁻²`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct HighAnalytic {
    /// The last two inputs of the real chain and of the imaginary one, which is a sample later; newer first.
    inputs: [[f64; 4]; 2],
    /// The last two outputs of a section of each chain.
    outputs: [[[f64; 4]; 2]; HIGH_SECTIONS / 2],
}

/// The same in registers.
pub(super) struct HighRunning<V> {
    coefficients: [V; HIGH_SECTIONS / 2],
    inputs: [V; 2],
    outputs: [[V; 2]; HIGH_SECTIONS / 2],
}

impl<V: Halves<Element = f64>> HighRunning<V> {
    /// Real and imaginary part.
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
    /// Takes it into registers.
    #[inline(always)]
    pub(super) fn start<V: Vector<Element = f64, Array = [f64; 4]>>(
        &self,
        coefficients: &[f64; HIGH_SECTIONS],
    ) -> HighRunning<V> {
        let [c0, c1, c2, c3, c4, c5] = *coefficients;
        let coefficients =
            [[c0, c0, c1, c1], [c2, c2, c3, c3], [c4, c4, c5, c5]].map(|chains| V::load(&chains));
        let inputs = self.inputs.each_ref().map(V::load);
        let outputs = self.outputs.each_ref().map(|section| section.each_ref().map(V::load));
        HighRunning { coefficients, inputs, outputs }
    }

    /// Keeps the states that it came to.
    #[inline(always)]
    pub(super) fn finish<V: Vector<Element = f64, Array = [f64; 4]>>(&mut self, running: &HighRunning<V>) {
        for age in 0..2 {
            running.inputs[age].store(&mut self.inputs[age]);
            for section in 0..HIGH_SECTIONS / 2 {
                running.outputs[section][age].store(&mut self.outputs[section][age]);
            }
        }
    }

    /// Inputs are kept for two samples only, so they can't linger.
    pub(super) fn flush_denormals(&mut self) {
        crate::denormals::flush(self.outputs.as_flattened_mut().as_flattened_mut());
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
    input: [f64; 4],
    /// The last outputs of a section of each chain.
    outputs: [[f64; 4]; LOW_DESIGN],
    /// That of the real chain's last section, which has no other beside it.
    last: Lanes,
}

/// The same in registers.
pub(super) struct LowRunning<V: Halves> {
    coefficients: [V; LOW_DESIGN],
    input: V,
    outputs: [V; LOW_DESIGN],
    /// Coefficient and output.
    last: (V::Half, V::Half),
}

impl<V: Halves<Element = f64>> LowRunning<V> {
    /// The first sections, of both chains; gives what they put out and what they put out before.
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

    /// The other sections: real and imaginary part.
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
    /// Takes it into registers.
    #[inline(always)]
    pub(super) fn start<V: Halves<Element = f64, Array = [f64; 4]>>(
        &self,
        coefficients: &[f64; LOW_SECTIONS],
    ) -> LowRunning<V>
    where
        V::Half: Vector<Array = Lanes>,
    {
        let [c0, c1, c2, c3, c4, c5, c6] = *coefficients;
        let coefficients =
            [[c0, c0, c1, c1], [c2, c2, c3, c3], [c4, c4, c5, c5]].map(|chains| V::load(&chains));
        let outputs = self.outputs.each_ref().map(V::load);
        let last = (V::Half::splat(c6), V::Half::load(&self.last));
        LowRunning { coefficients, input: V::load(&self.input), outputs, last }
    }

    /// Keeps the states that it came to.
    #[inline(always)]
    pub(super) fn finish<V: Halves<Element = f64, Array = [f64; 4]>>(&mut self, running: &LowRunning<V>)
    where
        V::Half: Vector<Array = Lanes>,
    {
        running.input.store(&mut self.input);
        for (row, output) in self.outputs.iter_mut().zip(&running.outputs) {
            output.store(row);
        }
        running.last.1.store(&mut self.last);
    }

    /// The input is kept for one sample only, so it can't linger.
    pub(super) fn flush_denormals(&mut self) {
        crate::denormals::flush(self.outputs.as_flattened_mut());
        crate::denormals::flush(&mut self.last);
    }
}
