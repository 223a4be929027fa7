//! The equalizer's inner loop: sections of the state-variable filter, several at once.
//!
//! Simper's section (see [`crate::filter::svf`]) in the states s1, s2 of its two integrators, with a1 = 1/(1 + g (g + k)), a2 = g a1,
//! a3 = g a2, regrouped so that each state waits for few operations:
//!
//! ```text
//! d = x − s2
//! s1' = p s1 + b d                    p = a1 (1 − g (g + k)), b = 2 a2
//! s2' = s2 + (b s1 + c d)             c = 2 a3
//! y = e0 x + e1 s1 + e2 d             e0 = c0
//! ```
//!
//! A section waits for its own last sample only, so a group of sections works side by side, each one sample behind
//! the section before it, two lanes each. Order and rounding are those of one section after the other.

use crate::block::Lanes;
use crate::filter::Svf;

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
        Self {
            p: a1 * (1.0 - turn),
            b: 2.0 * a2,
            c: 2.0 * a3,
            e0: c0,
            e1: a1 * (m1 + g * m2),
            // m1 a2 + m2 a3 − m2, without the difference of nearly equal numbers.
            e2: a1 * (g * m1 - (1.0 + g * k) * m2),
        }
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
pub(super) const GROUP: usize = 4;

#[inline(always)]
fn step(k: &LaneKernel, [s1, s2]: &mut State, x: Lanes) -> Lanes {
    let mut y = [0.0; 2];
    for lane in 0..2 {
        let d = x[lane] - s2[lane];
        y[lane] = k.e0[lane] * x[lane] + (k.e1[lane] * s1[lane] + k.e2[lane] * d);
        let next = k.p[lane] * s1[lane] + k.b[lane] * d;
        s2[lane] += k.b[lane] * s1[lane] + k.c[lane] * d;
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

/// `W / 2` settled sections side by side, `W` lanes of coefficients and states.
#[derive(Debug, Clone)]
pub(super) struct Cascade<const W: usize> {
    p: [f64; W],
    b: [f64; W],
    c: [f64; W],
    e0: [f64; W],
    e1: [f64; W],
    e2: [f64; W],
    s1: [f64; W],
    s2: [f64; W],
    /// What each section takes in, and puts out.
    x: [f64; W],
    y: [f64; W],
}

impl<const W: usize> Cascade<W> {
    /// Sections that pass their input.
    pub(super) const PASS: Self = Self {
        p: [0.0; W],
        b: [0.0; W],
        c: [0.0; W],
        e0: [1.0; W],
        e1: [0.0; W],
        e2: [0.0; W],
        s1: [0.0; W],
        s2: [0.0; W],
        x: [0.0; W],
        y: [0.0; W],
    };

    /// Takes in a section.
    pub(super) fn set(&mut self, section: usize, kernel: &LaneKernel, [s1, s2]: &State) {
        for lane in 0..2 {
            let at = 2 * section + lane;
            self.p[at] = kernel.p[lane];
            self.b[at] = kernel.b[lane];
            self.c[at] = kernel.c[lane];
            self.e0[at] = kernel.e0[lane];
            self.e1[at] = kernel.e1[lane];
            self.e2[at] = kernel.e2[lane];
            self.s1[at] = s1[lane];
            self.s2[at] = s2[lane];
        }
    }

    /// A section's states.
    pub(super) fn state(&self, section: usize) -> State {
        let at = 2 * section;
        [[self.s1[at], self.s1[at + 1]], [self.s2[at], self.s2[at + 1]]]
    }

    /// Runs the sections in cascade, in place.
    pub(super) fn run(&mut self, samples: &mut [Lanes]) {
        let (frames, sections) = (samples.len(), W / 2);
        if frames < sections {
            for section in 0..sections {
                for sample in samples.iter_mut() {
                    self.step_one(section, *sample);
                    sample.copy_from_slice(&self.y[2 * section..2 * section + 2]);
                }
            }
            return;
        }
        // The group fills: section s takes its first sample at time s. Backwards, so that each reads what the one before
        // it put out a sample ago.
        for (time, &sample) in samples.iter().enumerate().take(sections - 1) {
            for section in (0..=time).rev() {
                let input = if section == 0 { sample } else { self.output(section - 1) };
                self.step_one(section, input);
            }
        }
        for time in sections - 1..frames {
            self.x[2..].copy_from_slice(&self.y[..W - 2]);
            self.x[..2].copy_from_slice(&samples[time]);
            self.step_all();
            samples[time + 1 - sections] = self.output(sections - 1);
        }
        // And empties: section s takes its last sample s after the first section's.
        for done in 1..sections {
            for section in (done..sections).rev() {
                let input = self.output(section - 1);
                self.step_one(section, input);
            }
            samples[frames + done - sections] = self.output(sections - 1);
        }
    }

    fn output(&self, section: usize) -> Lanes {
        [self.y[2 * section], self.y[2 * section + 1]]
    }

    /// Moves every section by one sample. Out of line, because the compiler makes SIMD of arrays in memory and
    /// single operations of arrays that it can keep apart.
    #[inline(never)]
    fn step_all(&mut self) {
        for lane in 0..W {
            self.step_lane(lane);
        }
    }

    fn step_one(&mut self, section: usize, x: Lanes) {
        for (lane, x) in (2 * section..).zip(x) {
            self.x[lane] = x;
            self.step_lane(lane);
        }
    }

    #[inline(always)]
    fn step_lane(&mut self, lane: usize) {
        let (x, s1, s2) = (self.x[lane], self.s1[lane], self.s2[lane]);
        let d = x - s2;
        self.y[lane] = self.e0[lane] * x + (self.e1[lane] * s1 + self.e2[lane] * d);
        self.s2[lane] = s2 + (self.b[lane] * s1 + self.c[lane] * d);
        self.s1[lane] = self.p[lane] * s1 + self.b[lane] * d;
    }
}
