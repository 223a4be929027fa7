//! The stereo enhancer: mono lows, width, crossfeed, balance, in this order, on exactly two channels.
//!
//! A part at rest (width 100 %, the others 0) passes its input to the bit. Each part's module describes its
//! effect on the mono sum.

use super::balance::Balance;
use super::crossfeed::{Crossfeed, CrossfeedRegisters};
use super::mono_below::{self, CrossoverCoefficients, CrossoverRegisters, MonoBelow};
use super::width::{Width, widen};
use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::filter::BandChannel;
use crate::param::ParamKind as K;
use crate::param::Unit::{Hz, Percent};
use crate::param::section;
use crate::pipeline::Pipelined;
use crate::quality::Quality;
use crate::simd::{self, Isa, Kernel, Vector};
use crate::stage::Stage;
use crate::tail::Tail;
use core::f64::consts::TAU;
use realfft::num_complex::Complex64;

section! {
    /// Stereo enhancer: width, mono lows, balance and headphone crossfeed.
    StereoEnhancerConfig at "stereo_enhancer.", {
    enabled: bool, "enabled", "Stereo Enhancer", K::Switch, 0.0, "Switches the stereo enhancer.",
        "Widen or narrow the picture, centre the lows, or relieve headphones. Acts on exactly two channels.";
    width_percent: f32, "width", "Width", K::float(0.0, 200.0, Percent), 100.0,
        "Level of the side signal: 0 is mono, 100 leaves it unchanged, 200 doubles it.",
        "110 to 130 to open a mix; check the mono sum.";
    mono_below_hz: f32, "mono_below", "Mono Below", K::float_or_off(500.0, Hz), 0.0,
        "Crossover below which both channels are equal, 24 dB per octave; 0 is off.",
        "80 to 120 Hz for subwoofers, clubs and vinyl.";
    balance_percent: f32, "balance", "Balance", K::float(-100.0, 100.0, Percent), 0.0,
        "Towards left (negative) or right, at constant power.",
        "Correct a recording or a room that leans to one side.";
    crossfeed_percent: f32, "crossfeed", "Crossfeed", K::float(0.0, 100.0, Percent), 0.0,
        "Feeds each ear the lows of the other channel, as loudspeakers do.",
        "20 to 60 % on headphones for recordings with hard left and right.";
    } also {
    }
}

/// The stereo enhancer as a stage of the chain.
#[derive(Debug)]
pub struct StereoEnhancer {
    is_stereo: bool,
    mono_below: MonoBelow,
    width: Width,
    crossfeed: Crossfeed,
    balance: Balance,
}

impl Stage for StereoEnhancer {
    type Config = StereoEnhancerConfig;

    const NAME: &'static str = "Stereo Enhancer";
    const MAIN: &'static str = "width";

    fn new(sample_rate_hz: f64, channels: usize) -> Self {
        Self {
            is_stereo: channels == 2,
            mono_below: MonoBelow::new(sample_rate_hz),
            width: Width::new(sample_rate_hz),
            crossfeed: Crossfeed::new(sample_rate_hz),
            balance: Balance::new(sample_rate_hz),
        }
    }

    fn is_enabled(&self, config: &StereoEnhancerConfig) -> bool {
        config.enabled && self.is_stereo
    }

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

    fn add_tail(&self, config: &StereoEnhancerConfig, tail: &mut Tail) {
        if config.mono_below_hz > 0.0 {
            self.mono_below.sections().iter().for_each(|section| tail.add_section(section));
        }
        tail.add_gain(f64::from(config.width_percent) / 100.0);
    }

    fn response(
        config: &StereoEnhancerConfig,
        sample_rate_hz: f64,
        _quality: Quality,
    ) -> impl Fn(f64, BandChannel) -> Complex64 {
        let crossover_hz = f64::from(config.mono_below_hz);
        move |frequency_hz, channel| {
            let omega = TAU * frequency_hz / sample_rate_hz;
            let [mid, side] = mono_below::response(crossover_hz, sample_rate_hz, omega);
            match channel {
                BandChannel::Mid => mid,
                BandChannel::Side => side,
                BandChannel::Stereo | BandChannel::Left | BandChannel::Right => Complex64::ONE,
            }
        }
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

impl<I: Isa, const N: usize> Pipelined for PartLoop<'_, I, N> {
    const STEPS: usize = 3;

    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "`run` keeps `frame` below the frames of the chunk")]
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
