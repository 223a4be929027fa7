//! The high-pass of the compressor's detector, 12 dB per octave: sound below the corner no longer triggers
//! reduction.

use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::bounds::first_frames_mut;
use crate::filter::glide::Gliding;
use crate::filter::lanes::{PassCoefficients, State, at_frame};
use crate::filter::tuning;
use crate::simd::{self, Isa, Kernel, Vector};
use crate::smoother::{GLIDE_MS, Smoother};
use core::f64::consts::SQRT_2;

/// Coefficients of Butterworth's second-order high-pass.
#[derive(Debug, Clone, Copy)]
struct Highpass(PassCoefficients);

impl From<[f64; 1]> for Highpass {
    fn from([g]: [f64; 1]) -> Self {
        Self(PassCoefficients::new(g, SQRT_2))
    }
}

/// A copy of the block, high-passed; the block itself while the high-pass is off.
#[derive(Debug)]
pub(super) struct Sidechain {
    sample_rate_hz: f64,
    highpass: Gliding<Highpass, 1>,
    /// Share of the filtered signal, 0 while off.
    filtered: Smoother,
    /// States by pair.
    states: Box<[State]>,
    copy: Block,
}

impl Sidechain {
    pub(super) fn new(sample_rate_hz: f64, channels: usize) -> Self {
        Self {
            sample_rate_hz,
            highpass: Gliding::new(sample_rate_hz, [1.0]),
            filtered: Smoother::new(sample_rate_hz, GLIDE_MS, 0.0),
            states: vec![State::default(); channels.div_ceil(2)].into_boxed_slice(),
            copy: Block::new(channels),
        }
    }

    /// Sets the corner (−3 dB), Hz; 0 is off.
    pub(super) fn set_highpass_hz(&mut self, frequency_hz: f64) {
        if frequency_hz <= 0.0 {
            self.filtered.set_target(0.0);
            return;
        }
        let g = tuning(frequency_hz, self.sample_rate_hz);
        if self.is_off() {
            self.states.fill(State::default());
            self.highpass.snap_to([g]);
        } else {
            self.highpass.set_target([g]);
        }
        self.filtered.set_target(1.0);
    }

    pub(super) fn reset(&mut self) {
        self.states.fill(State::default());
        self.highpass.snap();
        self.filtered.snap();
    }

    pub(super) fn flush_denormals(&mut self) {
        self.states.iter_mut().for_each(State::flush_denormals);
    }

    pub(super) fn process<'a>(&'a mut self, block: &'a Block) -> &'a Block {
        if self.is_off() {
            return block;
        }
        self.copy.copy_from(block);
        if self.highpass.is_settled() {
            self.run::<1>();
        } else {
            self.run::<MAX_CHUNK_FRAMES>();
        }
        &self.copy
    }

    /// Filters the copy, with coefficients for all frames or for each.
    fn run<const N: usize>(&mut self) {
        let frames = self.copy.frames();
        let k = self.highpass.coefficients::<N>(frames);
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.filtered.fill(first_frames_mut(&mut shares, frames));
        for (state, pair) in self.states.iter_mut().zip(self.copy.pairs_mut()) {
            simd::run(Filter { state, pair, k: &k, shares: &shares });
        }
    }

    pub(super) fn is_off(&self) -> bool {
        self.filtered.rests_at(0.0)
    }
}

/// The loop over a pair.
struct Filter<'a, const N: usize> {
    state: &'a mut State,
    pair: &'a mut [Lanes],
    k: &'a [Highpass; N],
    shares: &'a [f64; MAX_CHUNK_FRAMES],
}

impl<const N: usize> Kernel for Filter<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let mut state = self.state.load::<I::D2>();
        for (frame, (lanes, &share)) in self.pair.iter_mut().zip(self.shares).enumerate() {
            let sample = I::D2::load(lanes);
            let high = state.highpass(&at_frame(self.k, frame).0, sample);
            (sample * I::D2::splat(1.0 - share) + high * I::D2::splat(share)).store(lanes);
        }
        self.state.store(&state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_high_pass_starts_from_silence_when_it_is_switched_on_again() {
        let mut sidechain = Sidechain::new(48_000.0, 2);
        let mut block = Block::new(2);
        let mut peak_of = |sidechain: &mut Sidechain, sample: f64| {
            let mut peak = 0f64;
            for _ in 0..40 {
                block.first_pair_mut().fill([sample, -sample]);
                let filtered =
                    sidechain.process(&block).pairs().flatten().flatten().map(|sample| sample.abs());
                peak = filtered.fold(peak, f64::max);
            }
            peak
        };
        sidechain.set_highpass_hz(20.0);
        assert!(peak_of(&mut sidechain, 1.0) > 0.5);
        sidechain.set_highpass_hz(0.0);
        assert_eq!(peak_of(&mut sidechain, 1.0), 1.0);
        assert!(sidechain.is_off());
        sidechain.set_highpass_hz(20.0);
        assert_eq!(peak_of(&mut sidechain, 0.0), 0.0, "silence is silence");
    }
}
