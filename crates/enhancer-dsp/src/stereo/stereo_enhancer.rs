//! The stereo enhancer: mono lows, width, crossfeed, balance, in this order, on exactly two channels.
//!
//! A part at rest (width 100 %, the others 0) passes its input to the bit. Each part's module describes its
//! effect on the mono sum.

use super::balance::Balance;
use super::crossfeed::{Crossfeed, CrossfeedRegisters};
use super::mono_below::{self, CrossoverCoefficients, CrossoverRegisters, MonoBelow};
use super::width::{Width, widen};
use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::config::{Quality, StereoEnhancerConfig};
use crate::enhancer::Stage;
use crate::simd::{self, Isa, Kernel, Vector};
use crate::skew::Skewed;
use core::f64::consts::TAU;
use realfft::num_complex::Complex64;

/// The stereo enhancer as a stage of the chain.
#[derive(Debug)]
pub struct StereoEnhancer {
    mono_below: MonoBelow,
    width: Width,
    crossfeed: Crossfeed,
    balance: Balance,
}

impl StereoEnhancer {
    /// A stage with every part at rest.
    #[must_use]
    pub fn new(sample_rate_hz: f64) -> Self {
        Self {
            mono_below: MonoBelow::new(sample_rate_hz),
            width: Width::new(sample_rate_hz),
            crossfeed: Crossfeed::new(sample_rate_hz),
            balance: Balance::new(sample_rate_hz),
        }
    }

    /// Complex responses of the settled mono lows for mid and for side at `frequency_hz`, 0 to half the
    /// sample rate. They come from the coefficients that the stage runs with. `enabled` has no influence.
    #[must_use]
    pub fn mono_below_response(
        config: &StereoEnhancerConfig,
        sample_rate_hz: f64,
        frequency_hz: f64,
    ) -> [Complex64; 2] {
        let omega = TAU * frequency_hz / sample_rate_hz;
        mono_below::response(f64::from(config.mono_below_hz), sample_rate_hz, omega)
    }
}

impl Stage for StereoEnhancer {
    type Config = StereoEnhancerConfig;

    fn set_config(&mut self, config: &StereoEnhancerConfig, _quality: Quality) {
        self.mono_below.set_frequency_hz(f64::from(config.mono_below_hz));
        self.width.set_percent(f64::from(config.width_percent));
        self.crossfeed.set_percent(f64::from(config.crossfeed_percent));
        self.balance.set_percent(f64::from(config.balance_percent));
    }

    fn process(&mut self, block: &mut Block) {
        let frames = block.first_pair_mut();
        if self.mono_below.is_settled() {
            self.run::<1>(frames);
        } else {
            self.run::<MAX_CHUNK_FRAMES>(frames);
        }
    }

    fn reset(&mut self) {
        self.mono_below.reset();
        self.width.reset();
        self.crossfeed.reset();
        self.balance.reset();
    }

    fn flush_denormals(&mut self) {
        self.mono_below.flush_denormals();
        self.crossfeed.flush_denormals();
    }
}

impl StereoEnhancer {
    /// Runs every part that is on. `N` is 1 for constant coefficients of the crossover, else the most frames.
    fn run<const N: usize>(&mut self, frames: &mut [Lanes]) {
        let count = frames.len().min(MAX_CHUNK_FRAMES);
        let mono = (!self.mono_below.is_off())
            .then(|| Mono(self.mono_below.coefficients::<N>(count), self.mono_below.shares(count)));
        let halves = (!self.width.is_off()).then(|| self.width.halves(count));
        let shares = (!self.crossfeed.is_off()).then(|| self.crossfeed.shares(count));
        let gains = (!self.balance.is_off()).then(|| self.balance.gains(count));
        let (mono, halves) = (mono.as_ref(), halves.as_ref());
        let (shares, gains) = (shares.as_ref(), gains.as_ref());
        simd::run(Parts { enhancer: self, frames, mono, halves, shares, gains });
    }
}

/// One value for each frame.
type Course<T> = [T; MAX_CHUNK_FRAMES];

/// Coefficients of the crossover, and the share of its output.
struct Mono<const N: usize>([CrossoverCoefficients; N], Course<f64>);

/// The parts that are on.
struct Parts<'a, const N: usize> {
    enhancer: &'a mut StereoEnhancer,
    frames: &'a mut [Lanes],
    mono: Option<&'a Mono<N>>,
    halves: Option<&'a Course<f64>>,
    shares: Option<&'a Course<f64>>,
    gains: Option<&'a Course<Lanes>>,
}

impl<const N: usize> Kernel for Parts<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let Self { enhancer, frames, mono, halves, shares, gains } = self;
        let count = frames.len().min(MAX_CHUNK_FRAMES);
        let mut parts = PartLoop::<I, N> {
            frames,
            mono: (enhancer.mono_below.load(), mono),
            halves,
            crossfeed: (enhancer.crossfeed.load(), shares),
            gains,
            mid_side: I::D2::splat(0.0),
            lanes: I::D2::splat(0.0),
        };
        parts.run(count);
        enhancer.mono_below.store(&parts.mono.0);
        enhancer.crossfeed.store(&parts.crossfeed.0);
    }
}

/// The parts in registers.
struct PartLoop<'a, I: Isa, const N: usize> {
    frames: &'a mut [Lanes],
    mono: (CrossoverRegisters<I::D2>, Option<&'a Mono<N>>),
    halves: Option<&'a Course<f64>>,
    crossfeed: (CrossfeedRegisters<I::D2>, Option<&'a Course<f64>>),
    gains: Option<&'a Course<Lanes>>,
    /// Results that a step passes to the next.
    mid_side: I::D2,
    lanes: I::D2,
}

impl<I: Isa, const N: usize> Skewed for PartLoop<'_, I, N> {
    const STEPS: usize = 3;

    #[inline(always)]
    fn step<const K: usize>(&mut self, frame: usize) {
        let (sections, mono) = &mut self.mono;
        match K {
            0 => {
                if let Some(Mono(coefficients, _)) = mono {
                    let [left, right] = self.frames[frame];
                    let mid_side = I::D2::load(&[0.5 * (left + right), 0.5 * (left - right)]);
                    self.mid_side = sections.step::<0>(mid_side, &coefficients[frame % N]);
                }
            }
            1 => {
                let mut lanes = I::D2::load(&self.frames[frame]);
                if let Some(Mono(coefficients, shares)) = mono {
                    let mut parts = [0.0; 2];
                    sections.step::<1>(self.mid_side, &coefficients[frame % N]).store(&mut parts);
                    let filtered = I::D2::load(&[parts[0] + parts[1], parts[0] - parts[1]]);
                    let share = shares[frame];
                    lanes = I::D2::splat(1.0 - share) * lanes + I::D2::splat(share) * filtered;
                }
                if let Some(halves) = self.halves {
                    lanes = widen(lanes, swapped(lanes), halves[frame]);
                }
                self.lanes = lanes;
            }
            _ => {
                let mut lanes = self.lanes;
                if let Some(shares) = self.crossfeed.1 {
                    lanes = self.crossfeed.0.step(lanes, swapped(lanes), shares[frame]);
                }
                if let Some(gains) = self.gains {
                    lanes = lanes * I::D2::load(&gains[frame]);
                }
                lanes.store(&mut self.frames[frame]);
            }
        }
    }
}

/// Left and right exchanged.
#[inline(always)]
fn swapped<V: Vector<Element = f64, Array = Lanes>>(lanes: V) -> V {
    let mut values = [0.0; 2];
    lanes.store(&mut values);
    V::load(&[values[1], values[0]])
}
