//! The equalizer's inner loop: sections of the state-variable filter, several at once.
//!
//! Simper's section (see [`crate::filter::svf`]) in the states s1, s2 of its two integrators, with a1 = 1/(1 + g (g + k)), a2 = g a1,
//! a3 = g a2, regrouped so that each state waits for few operations, and the output for fewer:
//!
//! ```text
//! d = x − s2
//! s1' = p s1 + b d                    p = a1 (1 − g (g + k)), b = 2 a2
//! s2' = (s2 + b s1) + c d             c = 2 a3
//! y = e0 x + (e1 s1 − e2 s2)
//! ```
//!
//! A section waits for its own last sample only, so a group of sections works side by side, each one sample behind
//! the section before it, two lanes each. Order and rounding are those of one section after the other.

use crate::block::Lanes;
use crate::filter::Svf;
use crate::simd::{self, Follow, Isa};

/// What a section multiplies by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kernel {
    p: f64,
    b: f64,
    c: f64,
    e0: f64,
    e1: f64,
    e2: f64,
}

impl Kernel {
    /// Passes its input to the bit and keeps its state at zero.
    const PASS: Self = Self { p: 0.0, b: 0.0, c: 0.0, e0: 1.0, e1: 0.0, e2: 0.0 };

    pub(super) fn new(svf: &Svf) -> Self {
        let Svf { g, k, c: [c0, c1, c2] } = *svf;
        let turn = g * (g + k);
        let a1 = 1.0 / (1.0 + turn);
        let a2 = g * a1;
        let a3 = g * a2;
        let (m1, m2) = (c1 - k * c2, c0 - c2);
        // m1 a2 + m2 a3 − m2, without the difference of nearly equal numbers.
        let e2 = a1 * (g * m1 - (1.0 + g * k) * m2);
        Self { p: a1 * (1.0 - turn), b: 2.0 * a2, c: 2.0 * a3, e0: c0 + e2, e1: a1 * (m1 + g * m2), e2 }
    }

    /// The kernels of both lanes, where `acts` says which of them the band works on.
    pub(super) fn on(&self, acts: [bool; 2]) -> LaneKernel {
        let [left, right] = acts.map(|acts| if acts { *self } else { Self::PASS });
        LaneKernel {
            p: [left.p, right.p],
            b: [left.b, right.b],
            c: [left.c, right.c],
            e0: [left.e0, right.e0],
            e1: [left.e1, right.e1],
            e2: [left.e2, right.e2],
        }
    }
}

/// The kernels of both lanes, side by side as SIMD registers take them.
#[derive(Debug, Clone, Copy)]
pub(super) struct LaneKernel {
    p: Lanes,
    b: Lanes,
    c: Lanes,
    e0: Lanes,
    e1: Lanes,
    e2: Lanes,
}

/// States s1 and s2 of both lanes.
pub(super) type State = [Lanes; 2];

/// The most sections that work side by side.
pub(super) const GROUP: usize = 8;

#[inline(always)]
fn step(k: &LaneKernel, [s1, s2]: &mut State, x: Lanes) -> Lanes {
    let mut y = [0.0; 2];
    for lane in 0..2 {
        let d = x[lane] - s2[lane];
        y[lane] = k.e0[lane] * x[lane] + (k.e1[lane] * s1[lane] - k.e2[lane] * s2[lane]);
        let next = k.p[lane] * s1[lane] + k.b[lane] * d;
        s2[lane] = (s2[lane] + k.b[lane] * s1[lane]) + k.c[lane] * d;
        s1[lane] = next;
    }
    y
}

/// One section whose kernel changes from frame to frame.
pub(super) fn run_gliding(kernels: &[Kernel], acts: [bool; 2], state: &mut State, samples: &mut [Lanes]) {
    for (sample, kernel) in samples.iter_mut().zip(kernels) {
        *sample = step(&kernel.on(acts), state, *sample);
    }
}

/// Four settled sections' worth of lanes.
type Row = [f64; 8];

/// `4 R` settled sections side by side.
#[derive(Debug, Clone)]
pub(super) struct Cascade<const R: usize> {
    p: [Row; R],
    b: [Row; R],
    c: [Row; R],
    e0: [Row; R],
    e1: [Row; R],
    e2: [Row; R],
    s1: [Row; R],
    s2: [Row; R],
}

impl<const R: usize> Cascade<R> {
    /// Sections that pass their input.
    pub(super) const PASS: Self = Self {
        p: [[0.0; 8]; R],
        b: [[0.0; 8]; R],
        c: [[0.0; 8]; R],
        e0: [[1.0; 8]; R],
        e1: [[0.0; 8]; R],
        e2: [[0.0; 8]; R],
        s1: [[0.0; 8]; R],
        s2: [[0.0; 8]; R],
    };

    /// Takes in a section.
    pub(super) fn set(&mut self, section: usize, kernel: &LaneKernel, [s1, s2]: &State) {
        for lane in 0..2 {
            let (row, at) = (section / 4, 2 * (section % 4) + lane);
            self.p[row][at] = kernel.p[lane];
            self.b[row][at] = kernel.b[lane];
            self.c[row][at] = kernel.c[lane];
            self.e0[row][at] = kernel.e0[lane];
            self.e1[row][at] = kernel.e1[lane];
            self.e2[row][at] = kernel.e2[lane];
            self.s1[row][at] = s1[lane];
            self.s2[row][at] = s2[lane];
        }
    }

    /// A section's states.
    pub(super) fn state(&self, section: usize) -> State {
        let (row, at) = (section / 4, 2 * (section % 4));
        [[self.s1[row][at], self.s1[row][at + 1]], [self.s2[row][at], self.s2[row][at + 1]]]
    }

    /// Runs the sections in cascade, in place.
    pub(super) fn run(&mut self, samples: &mut [Lanes]) {
        simd::run(Run { cascade: self, samples });
    }
}

/// The loop over `samples`.
struct Run<'a, const R: usize> {
    cascade: &'a mut Cascade<R>,
    samples: &'a mut [Lanes],
}

impl<const R: usize> simd::Kernel for Run<'_, R> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let Self { cascade, samples } = self;
        let mut bank = Bank::<I::D8, R>::load(cascade);
        // The last section is this many samples behind the first.
        let (frames, behind) = (samples.len(), 4 * R - 1);
        for time in 0..behind {
            bank.step_some(&samples.get(time).copied().unwrap_or_default(), time, frames);
        }
        for time in behind..frames {
            let input = samples[time];
            samples[time - behind] = bank.step(&input);
        }
        for time in frames.max(behind)..frames + behind {
            let output = bank.step_some(&[0.0; 2], time, frames);
            samples[time - behind] = output;
        }
        bank.store(cascade);
    }
}

/// Masks of lanes: `EDGE[16 − n..]` begins with n that are on, then off ones; `EDGE[32 − n..]` with n that are off, then on ones.
const EDGE: [f64; 48] = {
    let mut edge = [0.0; 48];
    let mut lane = 0;
    while lane < 16 {
        edge[lane] = f64::from_bits(u64::MAX);
        edge[lane + 32] = f64::from_bits(u64::MAX);
        lane += 1;
    }
    edge
};

/// A cascade in registers.
struct Bank<D, const R: usize> {
    p: [D; R],
    b: [D; R],
    c: [D; R],
    e0: [D; R],
    e1: [D; R],
    e2: [D; R],
    s1: [D; R],
    s2: [D; R],
    /// What the sections put out.
    y: [D; R],
}

impl<D: Follow<Element = f64, Array = Row>, const R: usize> Bank<D, R> {
    #[inline(always)]
    fn load(cascade: &Cascade<R>) -> Self {
        let rows = |rows: &[Row; R]| core::array::from_fn(|row| D::load(&rows[row]));
        Self {
            p: rows(&cascade.p),
            b: rows(&cascade.b),
            c: rows(&cascade.c),
            e0: rows(&cascade.e0),
            e1: rows(&cascade.e1),
            e2: rows(&cascade.e2),
            s1: rows(&cascade.s1),
            s2: rows(&cascade.s2),
            y: [D::splat(0.0); R],
        }
    }

    #[inline(always)]
    fn store(&self, cascade: &mut Cascade<R>) {
        for row in 0..R {
            self.s1[row].store(&mut cascade.s1[row]);
            self.s2[row].store(&mut cascade.s2[row]);
        }
    }

    /// Moves every section by one sample: in goes the first one's, out comes the last one's.
    #[inline(always)]
    fn step(&mut self, input: &Lanes) -> Lanes {
        let before = self.y;
        for row in 0..R {
            let x = if row == 0 { before[0].enter(input) } else { before[row].follow(before[row - 1]) };
            let (s1, s2) = (self.s1[row], self.s2[row]);
            let d = x - s2;
            self.y[row] = self.e0[row] * x + (self.e1[row] * s1 - self.e2[row] * s2);
            self.s2[row] = (s2 + self.b[row] * s1) + self.c[row] * d;
            self.s1[row] = self.p[row] * s1 + self.b[row] * d;
        }
        self.y[R - 1].leave()
    }

    /// The same, for those sections only that have a sample to work on.
    #[inline(always)]
    fn step_some(&mut self, input: &Lanes, time: usize, frames: usize) -> Lanes {
        let (s1, s2) = (self.s1, self.s2);
        let output = self.step(input);
        // Section s works on sample time − s.
        let begun = (2 * (time + 1)).min(16);
        let ended = (2 * (time + 1).saturating_sub(frames)).min(16);
        for row in 0..R {
            let mask = |from: usize| D::load(EDGE[from + 8 * row..].first_chunk().unwrap_or(&[0.0; 8]));
            let (begun, on) = (mask(16 - begun), mask(32 - ended));
            self.s1[row] = self.s1[row].select(s1[row], begun).select(s1[row], on);
            self.s2[row] = self.s2[row].select(s2[row], begun).select(s2[row], on);
        }
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::{BandDesign, EqBand, Svf};
    use crate::quality::Quality;

    fn kernels<const N: usize>() -> [Kernel; N] {
        core::array::from_fn(|n| {
            let n = n as f32;
            let band =
                EqBand { frequency_hz: 60.0 * 1.9f32.powf(n), gain_db: 2.0 * n - 7.0, ..EqBand::default() };
            let design = BandDesign::new(&band, 48_000.0, Quality::Draft);
            Kernel::new(design.sections().first().unwrap_or(&Svf::IDENTITY))
        })
    }

    /// Cascades of `N` sections, in chunks of many lengths, against one section after the other; every other on one lane.
    fn is_one_after_the_other<const N: usize, const R: usize>() {
        let kernels: [Kernel; N] = kernels();
        let lanes = |n: usize| kernels[n].on([true, n.is_multiple_of(2)]);
        let (mut expected, mut found) = ([State::default(); N], [State::default(); N]);
        for frames in (0..20).chain([63, 64]) {
            let source: Vec<Lanes> =
                (0..frames).map(|n| [f64::from(n * 37 % 11) - 5.0, f64::from(n % 3)]).collect();
            let mut slow = source.clone();
            for (n, state) in expected.iter_mut().enumerate() {
                slow.iter_mut().for_each(|sample| *sample = step(&lanes(n), state, *sample));
            }
            let mut fast = source;
            let mut cascade = Cascade::<R>::PASS;
            (0..N).for_each(|n| cascade.set(n, &lanes(n), &found[n]));
            cascade.run(&mut fast);
            found = core::array::from_fn(|n| cascade.state(n));
            assert_eq!((fast, found), (slow, expected), "{N} sections, {frames} frames");
        }
    }

    #[test]
    fn a_cascade_is_one_section_after_the_other_to_the_bit() {
        simd::tests::with_each(|| {
            is_one_after_the_other::<1, 1>();
            is_one_after_the_other::<4, 1>();
            is_one_after_the_other::<5, 2>();
            is_one_after_the_other::<8, 2>();
        });
    }
}
