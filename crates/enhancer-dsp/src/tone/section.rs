//! A second-order section whose coefficients glide: the linear trapezoidal state-variable filter.
//!
//! A. Simper, *Linear Trapezoidal State Variable Filter*, Cytomic technical papers, 2013: with integrator gain `g` and damping
//! `k` the outputs are low-pass, band-pass and high-pass, and `y = m0 x + m1 bandpass + m2 lowpass`. For any `g`, `k` > 0 it is
//! stable, so that all five numbers may glide independently.

use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::filter::Svf;
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

/// What the sample loop multiplies by.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Coefficients {
    pub(super) a1: f64,
    pub(super) a2: f64,
    pub(super) a3: f64,
    m0: f64,
    m1: f64,
    m2: f64,
}

impl Coefficients {
    /// Those of `[g, k, m0, m1, m2]`. A redirected glide may swing beyond both its ends: `g` and `k` stay positive.
    fn new([g, k, m0, m1, m2]: [f64; 5]) -> Self {
        let (g, k) = (g.max(1e-6), k.max(1e-2));
        let a1 = 1.0 / (1.0 + g * (g + k));
        let a2 = g * a1;
        Self { a1, a2, a3: g * a2, m0, m1, m2 }
    }
}

/// State of a section: the two integrators of a channel pair.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Integrators {
    one: Lanes,
    two: Lanes,
}

impl Integrators {
    /// Band-pass and low-pass of `input`.
    #[inline(always)]
    pub(super) fn process(&mut self, input: Lanes, a1: f64, a2: f64, a3: f64) -> (Lanes, Lanes) {
        let (mut bandpass, mut lowpass) = ([0.0; 2], [0.0; 2]);
        for lane in 0..2 {
            let (one, two) = (self.one[lane], self.two[lane]);
            let v3 = input[lane] - two;
            let v1 = a1 * one + a2 * v3;
            let v2 = two + a2 * one + a3 * v3;
            self.one[lane] = 2.0 * v1 - one;
            self.two[lane] = 2.0 * v2 - two;
            bandpass[lane] = v1;
            lowpass[lane] = v2;
        }
        (bandpass, lowpass)
    }

    pub(super) fn flush_denormals(&mut self) {
        super::flush(&mut self.one);
        super::flush(&mut self.two);
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

    pub(super) fn process(&mut self, block: &mut Block) {
        if self.glides.iter().all(Smoother::is_settled) {
            let c = Coefficients::new(self.glides.map(|glide| glide.value()));
            for (state, pair) in self.pairs.iter_mut().zip(block.pairs_mut()) {
                filter(state, pair.iter_mut().map(|lanes| (lanes, &c)));
            }
            return;
        }
        let mut gliding = [Coefficients::default(); MAX_CHUNK_FRAMES];
        for c in gliding.iter_mut().take(block.frames()) {
            *c = Coefficients::new(self.glides.each_mut().map(Smoother::next_value));
        }
        for (state, pair) in self.pairs.iter_mut().zip(block.pairs_mut()) {
            filter(state, pair.iter_mut().zip(&gliding));
        }
    }

    pub(super) fn reset(&mut self) {
        self.glides.iter_mut().for_each(Smoother::snap);
        self.pairs.fill(Integrators::default());
    }

    pub(super) fn flush_denormals(&mut self) {
        self.pairs.iter_mut().for_each(Integrators::flush_denormals);
    }
}

#[inline(always)]
fn filter<'a>(state: &mut Integrators, frames: impl Iterator<Item = (&'a mut Lanes, &'a Coefficients)>) {
    let mut integrators = *state;
    for (lanes, c) in frames {
        let (bandpass, lowpass) = integrators.process(*lanes, c.a1, c.a2, c.a3);
        for lane in 0..2 {
            lanes[lane] = c.m0 * lanes[lane] + c.m1 * bandpass[lane] + c.m2 * lowpass[lane];
        }
    }
    *state = integrators;
}
