//! A second-order section whose coefficients glide: the linear trapezoidal state-variable filter.
//!
//! A. Simper, *Linear Trapezoidal State Variable Filter*, Cytomic technical papers, 2013: with integrator gain `g` and damping
//! `k` the outputs are low-pass, band-pass and high-pass, and `y = m0 x + m1 bandpass + m2 lowpass`. For any `g`, `k` > 0 it is
//! stable, so that all five numbers may glide independently.

use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::filter::Svf;
use crate::simd::{self, Isa, Kernel, Vector};
use crate::smoother::{GLIDE_MS, Smoother};

/// What a section is asked to be: any biquad with stable poles can be written so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    pub(super) g: f64,
    pub(super) k: f64,
    pub(super) m0: f64,
    pub(super) m1: f64,
    pub(super) m2: f64,
}

impl Shape {
    /// Passes everything.
    pub(super) const FLAT: Self = Self { g: 1.0, k: 2.0, m0: 1.0, m1: 0.0, m2: 0.0 };

    /// The shape with numerator `b` and denominator `1 + a1 z⁻¹ + a2 z⁻²`; the poles must be stable.
    pub(super) fn from_biquad(b: [f64; 3], [a1, a2]: [f64; 2]) -> Self {
        let nyquist = 1.0 - a1 + a2;
        let dc = 1.0 + a1 + a2;
        let g = (dc / nyquist).sqrt();
        let k = 2.0 * (1.0 - a2) / (g * nyquist);
        let m0 = (b[0] - b[1] + b[2]) / nyquist;
        let m1 = 2.0 * (b[0] - b[2]) / (g * nyquist) - m0 * k;
        let m2 = (b[0] + b[1] + b[2]) / dc - m0;
        Self { g, k, m0, m1, m2 }
    }

    /// The same with its numerator in powers of s.
    pub(super) fn to_svf(self) -> Svf {
        let Self { g, k, m0, m1, m2 } = self;
        Svf { g, k, c: [m0 + m2, m0 * k + m1, m0] }
    }

    fn to_array(self) -> [f64; 5] {
        [self.g, self.k, self.m0, self.m1, self.m2]
    }
}

/// What the sample loop multiplies by, as in the equalizer: with d = x − s2 of the integrators s1, s2,
///
/// ```text
/// s1' = p s1 + b d,  s2' = s2 + b s1 + c d,  y = e0 x + e1 s1 + e2 d
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Coefficients {
    turns: Turns,
    e0: f64,
    e1: f64,
    e2: f64,
}

/// How the integrators turn.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Turns {
    p: f64,
    b: f64,
    c: f64,
}

impl Turns {
    /// For integrator gain `g` and damping `k`; with it `a1 = 1 / (1 + g (g + k))`.
    pub(super) fn new(g: f64, k: f64) -> (Self, f64) {
        let turn = g * (g + k);
        let a1 = 1.0 / (1.0 + turn);
        (Self { p: a1 * (1.0 - turn), b: 2.0 * g * a1, c: 2.0 * g * g * a1 }, a1)
    }
}

impl Coefficients {
    /// Those of `[g, k, m0, m1, m2]`. A redirected glide may swing beyond both its ends: `g` and `k` stay positive.
    fn new([g, k, m0, m1, m2]: [f64; 5]) -> Self {
        let (g, k) = (g.max(1e-6), k.max(1e-2));
        let (turns, a1) = Turns::new(g, k);
        Self { turns, e0: m0 + m2, e1: a1 * (m1 + g * m2), e2: a1 * (g * m1 - (1.0 + g * k) * m2) }
    }
}

/// State of a section: the two integrators of a channel pair.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Integrators {
    one: Lanes,
    two: Lanes,
}

impl Integrators {
    /// Takes them into registers.
    #[inline(always)]
    pub(super) fn start<V: Vector<Element = f64, Array = Lanes>>(&self) -> Running<V> {
        Running { one: V::load(&self.one), two: V::load(&self.two) }
    }

    /// Keeps the states that they came to.
    #[inline(always)]
    pub(super) fn finish<V: Vector<Element = f64, Array = Lanes>>(&mut self, running: &Running<V>) {
        running.one.store(&mut self.one);
        running.two.store(&mut self.two);
    }

    pub(super) fn flush_denormals(&mut self) {
        crate::denormals::flush(&mut self.one);
        crate::denormals::flush(&mut self.two);
    }
}

/// Integrators in registers.
pub(super) struct Running<V> {
    one: V,
    two: V,
}

impl<V: Vector<Element = f64>> Running<V> {
    /// Moves on by a sample; gives `s1` and `d`, of which every output of the section is made.
    #[inline(always)]
    pub(super) fn step(&mut self, input: V, turns: &Turns) -> (V, V) {
        let (p, b, c) = (V::splat(turns.p), V::splat(turns.b), V::splat(turns.c));
        let (one, d) = (self.one, input - self.two);
        self.one = p * one + b * d;
        self.two = (self.two + b * one) + c * d;
        (one, d)
    }

    /// The section's output.
    #[inline(always)]
    pub(super) fn shape(&mut self, input: V, k: &Coefficients) -> V {
        let (one, d) = self.step(input, &k.turns);
        V::splat(k.e0) * input + (V::splat(k.e1) * one + V::splat(k.e2) * d)
    }

    /// The low-pass at gain 1: the mean of the second integrator before and after.
    #[inline(always)]
    pub(super) fn lowpass(&mut self, input: V, turns: &Turns) -> V {
        let before = self.two;
        self.step(input, turns);
        V::splat(0.5) * (before + self.two)
    }
}

/// One gliding section on every channel.
#[derive(Debug)]
pub(super) struct Section {
    glides: [Smoother; 5],
    pairs: Box<[Integrators]>,
}

impl Section {
    /// A flat section at rest. Allocates.
    pub(super) fn new(sample_rate_hz: f64, channels: usize) -> Self {
        Self {
            glides: Shape::FLAT.to_array().map(|value| Smoother::new(sample_rate_hz, GLIDE_MS, value)),
            pairs: vec![Integrators::default(); channels.div_ceil(2)].into_boxed_slice(),
        }
    }

    pub(super) fn set_target(&mut self, shape: Shape) {
        for (glide, target) in self.glides.iter_mut().zip(shape.to_array()) {
            glide.set_target(target);
        }
    }

    /// What it glides to.
    pub(super) fn target(&self) -> Shape {
        let [g, k, m0, m1, m2] = self.glides.map(|glide| glide.target());
        Shape { g, k, m0, m1, m2 }
    }

    /// Whether the coefficients stay as they are.
    pub(super) fn is_settled(&self) -> bool {
        self.glides.iter().all(Smoother::is_settled)
    }

    /// The coefficients of the next frames, the settled ones for a single frame.
    pub(super) fn coefficients<const N: usize>(&mut self, frames: usize) -> [Coefficients; N] {
        let mut values = [Coefficients::default(); N];
        for c in values.iter_mut().take(frames.max(1)) {
            *c = Coefficients::new(self.glides.each_mut().map(Smoother::next_value));
        }
        values
    }

    /// Processes a block in place.
    pub(super) fn process(&mut self, block: &mut Block) {
        if self.is_settled() {
            self.run::<1>(block);
        } else {
            self.run::<MAX_CHUNK_FRAMES>(block);
        }
    }

    fn run<const N: usize>(&mut self, block: &mut Block) {
        let coefficients = self.coefficients::<N>(block.frames());
        for (state, pair) in self.pairs.iter_mut().zip(block.pairs_mut()) {
            simd::run(Alone { state, pair, coefficients: &coefficients });
        }
    }

    /// The states by pair.
    pub(super) fn states(&mut self) -> impl Iterator<Item = &mut Integrators> {
        self.pairs.iter_mut()
    }

    pub(super) fn reset(&mut self) {
        self.glides.iter_mut().for_each(Smoother::snap);
        self.pairs.fill(Integrators::default());
    }

    pub(super) fn flush_denormals(&mut self) {
        self.pairs.iter_mut().for_each(Integrators::flush_denormals);
    }
}

/// The section on its own.
struct Alone<'a, const N: usize> {
    state: &'a mut Integrators,
    pair: &'a mut [Lanes],
    coefficients: &'a [Coefficients; N],
}

impl<const N: usize> Kernel for Alone<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let mut state = self.state.start::<I::D2>();
        for (n, lanes) in self.pair.iter_mut().enumerate() {
            state.shape(I::D2::load(lanes), course(self.coefficients, n)).store(lanes);
        }
        self.state.finish(&state);
    }
}

/// What holds at frame `n`: of a single value, that one.
#[inline(always)]
pub(super) fn course<T, const N: usize>(values: &[T; N], n: usize) -> &T {
    &values[if N == 1 { 0 } else { n % N }]
}
