//! Chains of first-order all-passes `(c + z⁻¹) / (1 + c z⁻¹)`, one chain per lane of a vector.

use crate::simd::Vector;

/// Coefficients and states of `W` chains of `S` all-passes.
#[derive(Debug, Clone)]
pub(crate) struct AllPasses<const S: usize, const W: usize, T = f64> {
    coefficients: [[T; W]; S],
    /// Last input of each chain.
    input: [T; W],
    /// Last output of each all-pass, equal to the last input of the next one.
    outputs: [[T; W]; S],
}

impl<const S: usize, const W: usize> AllPasses<S, W> {
    /// Sets states below −600 dB to zero. The input needs none of it: it stays for one sample only.
    pub(crate) fn flush_denormals(&mut self) {
        crate::denormals::flush(self.outputs.as_flattened_mut());
    }
}

impl<const S: usize, const W: usize, T: Copy + Default> AllPasses<S, W, T> {
    /// All-passes at rest. `coefficient` receives the place in the chain and the lane.
    pub(crate) fn new(coefficient: impl Fn(usize, usize) -> T) -> Self {
        let coefficients =
            core::array::from_fn(|place| core::array::from_fn(|lane| coefficient(place, lane)));
        Self { coefficients, input: [T::default(); W], outputs: [[T::default(); W]; S] }
    }

    /// Clears the states.
    pub(crate) fn reset(&mut self) {
        self.input = [T::default(); W];
        self.outputs = [[T::default(); W]; S];
    }

    /// Loads coefficients and states into registers.
    #[inline(always)]
    pub(crate) fn start<V: Vector<Element = T, Array = [T; W]>>(&self) -> AllPassRegisters<V, S> {
        let rows = |rows: &[[T; W]; S]| rows.each_ref().map(V::load);
        AllPassRegisters {
            coefficients: rows(&self.coefficients),
            input: V::load(&self.input),
            outputs: rows(&self.outputs),
        }
    }

    /// Stores the states from registers.
    #[inline(always)]
    pub(crate) fn finish<V: Vector<Element = T, Array = [T; W]>>(
        &mut self,
        registers: &AllPassRegisters<V, S>,
    ) {
        registers.input.store(&mut self.input);
        for (row, output) in self.outputs.iter_mut().zip(&registers.outputs) {
            output.store(row);
        }
    }
}

/// [`AllPasses`] in registers.
pub(crate) struct AllPassRegisters<V, const S: usize> {
    coefficients: [V; S],
    input: V,
    outputs: [V; S],
}

impl<V: Vector, const S: usize> AllPassRegisters<V, S> {
    /// Runs the whole chains on one sample.
    #[inline(always)]
    pub(crate) fn all(&mut self, input: V) -> V {
        let mut signal = input;
        let mut previous = core::mem::replace(&mut self.input, input);
        for (c, output) in self.coefficients.iter().zip(&mut self.outputs) {
            let last = core::mem::replace(output, *c * (signal - *output) + previous);
            (signal, previous) = (*output, last);
        }
        signal
    }

    /// Runs the first all-pass of every chain on one sample. Returns its output and its previous output.
    #[inline(always)]
    pub(crate) fn first(&mut self, input: V) -> [V; 2] {
        let previous = core::mem::replace(&mut self.input, input);
        self.next::<0>([input, previous])
    }

    /// Runs all-pass `P` of every chain on the result of the all-pass before it.
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "the compiler checks P")]
    pub(crate) fn next<const P: usize>(&mut self, [signal, previous]: [V; 2]) -> [V; 2] {
        const { assert!(P < S) }
        let last = self.outputs[P];
        self.outputs[P] = self.coefficients[P] * (signal - last) + previous;
        [self.outputs[P], last]
    }
}
