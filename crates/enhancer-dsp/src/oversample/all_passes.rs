//! Chains of first-order all-passes `(c + z⁻¹) / (1 + c z⁻¹)` side by side in the lanes of a vector.

use crate::simd::Vector;

/// Up to `W` chains of `S` all-passes each: coefficients and states.
#[derive(Debug, Clone)]
pub(crate) struct AllPasses<const S: usize, const W: usize, T = f64> {
    coefficients: [[T; W]; S],
    /// The last input.
    input: [T; W],
    /// Each all-pass's last output, which is the next one's last input.
    outputs: [[T; W]; S],
}

impl<const S: usize, const W: usize> AllPasses<S, W> {
    /// Sets states too small to matter to zero. The input is kept for one sample only, so it can't linger.
    pub(crate) fn flush_denormals(&mut self) {
        crate::denormals::flush(self.outputs.as_flattened_mut());
    }
}

impl<const S: usize, const W: usize, T: Copy + Default> AllPasses<S, W, T> {
    /// All-passes at rest; `coefficient` is asked for the all-pass's place in its chain and the lane.
    pub(crate) fn new(coefficient: impl Fn(usize, usize) -> T) -> Self {
        let coefficients =
            core::array::from_fn(|place| core::array::from_fn(|lane| coefficient(place, lane)));
        Self { coefficients, input: [T::default(); W], outputs: [[T::default(); W]; S] }
    }

    /// Forgets the past.
    pub(crate) fn reset(&mut self) {
        self.input = [T::default(); W];
        self.outputs = [[T::default(); W]; S];
    }

    /// Takes them into registers.
    #[inline(always)]
    pub(crate) fn start<V: Vector<Element = T, Array = [T; W]>>(&self) -> Running<V, S> {
        let rows = |rows: &[[T; W]; S]| core::array::from_fn(|place| V::load(&rows[place]));
        Running {
            coefficients: rows(&self.coefficients),
            input: V::load(&self.input),
            outputs: rows(&self.outputs),
        }
    }

    /// Keeps the states that they came to.
    #[inline(always)]
    pub(crate) fn finish<V: Vector<Element = T, Array = [T; W]>>(&mut self, running: &Running<V, S>) {
        running.input.store(&mut self.input);
        for (row, output) in self.outputs.iter_mut().zip(&running.outputs) {
            output.store(row);
        }
    }
}

/// All-passes in registers.
pub(crate) struct Running<V, const S: usize> {
    coefficients: [V; S],
    input: V,
    outputs: [V; S],
}

impl<V: Vector, const S: usize> Running<V, S> {
    /// Every chain on the next sample, from end to end.
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

    /// The first all-pass of every chain on the next sample: what it puts out, and what it put out before.
    #[inline(always)]
    pub(crate) fn first(&mut self, input: V) -> [V; 2] {
        let previous = core::mem::replace(&mut self.input, input);
        self.next::<0>([input, previous])
    }

    /// The `P`th all-pass of every chain, on what the one before it gave.
    #[inline(always)]
    pub(crate) fn next<const P: usize>(&mut self, [signal, previous]: [V; 2]) -> [V; 2] {
        let last = self.outputs[P];
        self.outputs[P] = self.coefficients[P] * (signal - last) + previous;
        [self.outputs[P], last]
    }
}
