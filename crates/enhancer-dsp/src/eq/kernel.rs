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
//! the section before it. Order and rounding are those of one section after the other.

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
    pub(super) fn on(self, acts: [bool; 2]) -> [Self; 2] {
        acts.map(|acts| if acts { self } else { Self::PASS })
    }
}

/// States s1 and s2 of both lanes.
pub(super) type State = [Lanes; 2];

/// The most sections that work side by side.
pub(super) const GROUP: usize = 4;

#[inline(always)]
fn step(kernel: &[Kernel; 2], [s1, s2]: &mut State, x: Lanes) -> Lanes {
    let mut y = [0.0; 2];
    for lane in 0..2 {
        let k = &kernel[lane];
        let d = x[lane] - s2[lane];
        y[lane] = k.e0 * x[lane] + (k.e1 * s1[lane] + k.e2 * d);
        let next = k.p * s1[lane] + k.b * d;
        s2[lane] += k.b * s1[lane] + k.c * d;
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

/// `N` settled sections in cascade.
pub(super) fn run_settled<const N: usize>(
    kernels: &[[Kernel; 2]; N],
    states: &mut [State; N],
    samples: &mut [Lanes],
) {
    let frames = samples.len();
    if frames < N {
        for sample in samples {
            for (kernel, state) in kernels.iter().zip(states.iter_mut()) {
                *sample = step(kernel, state, *sample);
            }
        }
        return;
    }
    let mut state = *states;
    let mut outputs = [[0.0; 2]; N];
    for time in 0..frames + N - 1 {
        let first = samples.get(time).copied().unwrap_or_default();
        if time + 1 >= N && time < frames {
            let mut inputs = [first; N];
            inputs[1..].copy_from_slice(&outputs[..N - 1]);
            for section in 0..N {
                outputs[section] = step(&kernels[section], &mut state[section], inputs[section]);
            }
        } else {
            // While the group fills and empties only the sections that have a sample move; backwards, so that each
            // reads what the one before it put out a sample ago.
            for section in (0..N).rev() {
                if time >= section && time - section < frames {
                    let input = if section == 0 { first } else { outputs[section - 1] };
                    outputs[section] = step(&kernels[section], &mut state[section], input);
                }
            }
        }
        if let Some(sample) = (time + 1).checked_sub(N).and_then(|index| samples.get_mut(index)) {
            *sample = outputs[N - 1];
        }
    }
    *states = state;
}
