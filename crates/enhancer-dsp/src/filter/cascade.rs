//! Up to eight settled sections in cascade, side by side in the lanes of vectors.
//!
//! A section waits for its own last sample, but not for the section after it. So every section works one
//! sample behind the section before it, on both channels of a pair. At the ends of a chunk, lanes that have
//! no sample yet or no more keep their states. Order and rounding are those of one section after the other.

use super::lanes::{LaneCoefficients, State, step};
use crate::block::Lanes;
use crate::simd::{self, Follow, Isa};

/// The most sections that work side by side.
pub(crate) const GROUP: usize = 8;

/// One number for each lane of four sections.
type Row = [f64; 8];

/// `4 R` settled sections side by side.
#[derive(Debug, Clone)]
pub(crate) struct Cascade<const R: usize> {
    turn: [[Row; 3]; R],
    mix: [[Row; 3]; R],
    state: [[Row; 2]; R],
}

impl<const R: usize> Cascade<R> {
    /// Sections that pass their input.
    pub(crate) const PASS: Self = Self {
        turn: [[[0.0; 8]; 3]; R],
        mix: [[[1.0; 8], [0.0; 8], [0.0; 8]]; R],
        state: [[[0.0; 8]; 2]; R],
    };

    /// Fills the place of a section.
    #[expect(clippy::indexing_slicing, reason = "callers pass a section below 4 R; a row has eight numbers")]
    pub(crate) fn set(&mut self, section: usize, k: &LaneCoefficients, state: &State) {
        let (row, at) = (section / 4, 2 * (section % 4));
        for lane in 0..2 {
            for n in 0..3 {
                self.turn[row][n][at + lane] = k.turn[n][lane];
                self.mix[row][n][at + lane] = k.mix[n][lane];
            }
            for n in 0..2 {
                self.state[row][n][at + lane] = state.0[n][lane];
            }
        }
    }

    /// States of a section.
    #[expect(clippy::indexing_slicing, reason = "callers pass a section below 4 R; a row has eight numbers")]
    pub(crate) fn state(&self, section: usize) -> State {
        let (row, at) = (section / 4, 2 * (section % 4));
        State(self.state[row].map(|s| [s[at], s[at + 1]]))
    }

    /// Runs the sections in place.
    pub(crate) fn run(&mut self, samples: &mut [Lanes]) {
        simd::run(Run { cascade: self, samples });
    }
}

struct Run<'a, const R: usize> {
    cascade: &'a mut Cascade<R>,
    samples: &'a mut [Lanes],
}

impl<const R: usize> simd::Kernel for Run<'_, R> {
    type Output = ();

    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "each index is below `frames`, the length")]
    fn run<I: Isa>(self) {
        let Self { cascade, samples } = self;
        let mut bank = Bank::<I::D8, R>::load(cascade);
        // The last section is this many samples behind the first.
        let (frames, behind) = (samples.len(), 4 * R - 1);
        for time in 0..behind {
            bank.step_some(&samples.get(time).copied().unwrap_or([0.0; 2]), time, frames);
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

/// A lane that is on, in a mask.
const ON: f64 = f64::from_bits(u64::MAX);

/// Masks of lanes, 48 in a row. From place 16 − n, n lanes are on and the next ones off. From place 32 − n, n
/// lanes are off and the next ones on.
const EDGE: [[f64; 16]; 3] = [[ON; 16], [0.0; 16], [ON; 16]];

/// A cascade in registers.
struct Bank<D, const R: usize> {
    turn: [[D; 3]; R],
    mix: [[D; 3]; R],
    state: [[D; 2]; R],
    /// The last outputs.
    y: [D; R],
}

impl<D: Follow<Element = f64, Array = Row>, const R: usize> Bank<D, R> {
    #[inline(always)]
    fn load(cascade: &Cascade<R>) -> Self {
        Self {
            turn: cascade.turn.map(|rows| rows.map(|row| D::load(&row))),
            mix: cascade.mix.map(|rows| rows.map(|row| D::load(&row))),
            state: cascade.state.map(|rows| rows.map(|row| D::load(&row))),
            y: [D::splat(0.0); R],
        }
    }

    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "`row` is below R, `n` below 2")]
    fn store(&self, cascade: &mut Cascade<R>) {
        for row in 0..R {
            for n in 0..2 {
                self.state[row][n].store(&mut cascade.state[row][n]);
            }
        }
    }

    /// Advances every section by one sample: takes the input of the first and returns the output of the last.
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "`row` is below R, which is 1 or 2")]
    fn step(&mut self, input: &Lanes) -> Lanes {
        let before = self.y;
        for row in 0..R {
            let x = if row == 0 { before[0].enter(input) } else { before[row].follow(before[row - 1]) };
            self.y[row] = step(self.state[row].each_mut(), self.turn[row], self.mix[row], x);
        }
        self.y[R - 1].leave()
    }

    /// Advances only the sections that have a sample to work on.
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "`from` ends at 32, `row` at 1, `edge` at 48")]
    fn step_some(&mut self, input: &Lanes, time: usize, frames: usize) -> Lanes {
        let before = self.state;
        let output = self.step(input);
        // Section s works on sample time − s.
        let begun = (2 * (time + 1)).min(16);
        let ended = (2 * (time + 1).saturating_sub(frames)).min(16);
        for (row, (state, before)) in self.state.iter_mut().zip(before).enumerate() {
            let edge = EDGE.as_flattened();
            let mask = |from: usize| D::load(edge[from + 8 * row..].first_chunk().unwrap_or(&[0.0; 8]));
            let (begun, on) = (mask(16 - begun), mask(32 - ended));
            for (state, before) in state.iter_mut().zip(before) {
                *state = state.select(before, begun).select(before, on);
            }
        }
        output
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::Coefficients;
    use super::*;
    use crate::filter::EqBand;
    use crate::filter::{BandDesign, Svf};
    use crate::quality::Quality;

    fn coefficients<const N: usize>() -> [Coefficients; N] {
        core::array::from_fn(|n| {
            let n = n as f32;
            let band =
                EqBand { frequency_hz: 60.0 * 1.9f32.powf(n), gain_db: 2.0 * n - 7.0, ..EqBand::default() };
            let design = BandDesign::new(&band, 48_000.0, Quality::Draft);
            Coefficients::new(design.sections().first().unwrap_or(&Svf::IDENTITY))
        })
    }

    /// Compares cascades of `N` sections with one section after the other, in chunks of many lengths. Every
    /// other section works on one lane.
    fn assert_cascade_matches_single_sections<const N: usize, const R: usize>() {
        let coefficients: [Coefficients; N] = coefficients();
        let lanes = |n: usize| LaneCoefficients::on(&coefficients[n], [true, n.is_multiple_of(2)]);
        let (mut expected, mut found) = ([State::default(); N], [State::default(); N]);
        for frames in (0..20).chain([63, 64]) {
            let source: Vec<Lanes> =
                (0..frames).map(|n| [f64::from(n * 37 % 11) - 5.0, f64::from(n % 3)]).collect();
            let mut slow = source.clone();
            for (n, state) in expected.iter_mut().enumerate() {
                slow.iter_mut().for_each(|sample| *sample = state.step(&lanes(n), *sample));
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
    fn a_cascade_equals_one_section_after_the_other_to_the_bit() {
        simd::tests::with_each(|| {
            assert_cascade_matches_single_sections::<1, 1>();
            assert_cascade_matches_single_sections::<4, 1>();
            assert_cascade_matches_single_sections::<5, 2>();
            assert_cascade_matches_single_sections::<8, 2>();
        });
    }
}
