//! The treble boost: a high shelf, and the second and third harmonic of the band above its corner.
//!
//! Harmonics above half the sample rate are made at a higher rate and filtered off: twice the rate in `good`,
//! four times in `best`. In `draft` they alias.

use super::analytic::{HighAnalytic, HighRegisters, high_coefficients};
use super::band::{Band, BandCoefficients, BandRegisters, Corner};
use super::envelope::{Envelope, EnvelopeRegisters, release_factor};
use super::phasors::{GROUP, Phasors};
use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::bounds::first_frames_mut;
use crate::filter::lanes::{Coefficients, State, StateRegisters, at_frame};
use crate::filter::shelf::high_shelf;
use crate::filter::{BandChannel, Section, Svf};
use crate::oversample::analytic::{Ends, FourTimes, Function, Twice};
use crate::param::ParamKind as K;
use crate::param::Unit::{Db, Hz, Percent};
use crate::param::section;
use crate::pipeline::Pipelined;
use crate::quality::Quality;
use crate::simd::{self, Isa, Kernel, Vector};
use crate::smoother::{GLIDE_MS, Smoother};
use crate::stage::Stage;
use crate::tail::Tail;
use core::f64::consts::TAU;
use realfft::num_complex::Complex64;

/// Second harmonic at 100 %, over the fundamental: −16 dB; −36 dB at the default of 10 %.
const SECOND: f64 = 0.158_489_319_246_111_35;

/// Third harmonic at 100 %, over the fundamental: −24 dB.
const THIRD: f64 = 0.063_095_734_448_019_33;

/// Corners from here up make no harmonics, in sample rates. The band above them is less than the last tenth
/// below Nyquist, and its harmonics lie above Nyquist.
const HIGHEST_CORNER: f64 = 0.45;

/// Time that the harmonics sound on, ms: band filters from 2 kHz up and the oversampling filters.
const HARMONICS_TAIL_MS: f64 = 10.0;

section! {
    /// Treble boost: a high shelf, and harmonics of the highs for air.
    TrebleBoostConfig at "treble_boost.", {
    enabled: bool, "enabled", "Treble Boost", K::Switch, 0.0, "Switches the treble boost.",
        "More air and detail, for dull recordings and speakers.";
    frequency_hz: f32, "frequency", "Treble Frequency", K::log(2000.0, 16_000.0, Hz), 8000.0,
        "Midpoint of the shelf; harmonics are made from the band above it.",
        "3 to 5 kHz for presence, 8 to 12 kHz for air.";
    amount_db: f32, "amount", "Treble Amount", K::float(0.0, 12.0, Db), 3.0, "Gain of the shelf.",
        "2 to 4 dB; 0 leaves the harmonics alone.";
    harmonics_percent: f32, "harmonics", "Treble Harmonics", K::float(0.0, 100.0, Percent), 10.0,
        "Level of the harmonics; at 100 % the second lies 16 dB and the third 24 dB below its fundamental.",
        "10 to 20 % for material that lost its highs, such as old recordings.";
    } also {
    }
}

/// The treble boost as a stage of the chain.
#[derive(Debug)]
pub struct TrebleBoost {
    sample_rate_hz: f64,
    quality: Quality,
    shelf: Section,
    corner: Corner,
    harmonics: Smoother,
    coefficients: Fixed,
    pairs: Box<[PairState]>,
}

/// Coefficients that depend on the sample rate alone.
#[derive(Debug, Clone, Copy)]
struct Fixed {
    analytic: [f64; 6],
    release: f64,
}

/// States of the harmonics of a channel pair. The quality selects one of the oversamplers.
#[derive(Debug, Clone)]
struct PairState {
    source: Source,
    good: Twice,
    best: FourTimes,
}

/// Makes the normalised analytic signal of the band.
#[derive(Debug, Clone, Copy, Default)]
struct Source {
    band: Band,
    analytic: HighAnalytic,
    envelope: Envelope,
}

impl TrebleBoost {
    /// True while the harmonics are off and cost nothing.
    fn is_plain(&self) -> bool {
        self.harmonics.rests_at(0.0)
    }

    fn clear_harmonics(&mut self) {
        for state in &mut self.pairs {
            state.source = Source::default();
            state.good.reset();
            state.best.reset();
        }
    }
}

fn shelf(config: &TrebleBoostConfig, sample_rate_hz: f64) -> Svf {
    high_shelf(f64::from(config.frequency_hz), f64::from(config.amount_db), sample_rate_hz)
}

impl Stage for TrebleBoost {
    type Config = TrebleBoostConfig;

    const NAME: &'static str = "Treble Boost";
    const MAIN: &'static str = "amount";

    fn new(sample_rate_hz: f64, channels: usize) -> Self {
        let state = PairState { source: Source::default(), good: Twice::new(), best: FourTimes::new() };
        let coefficients =
            Fixed { analytic: high_coefficients(sample_rate_hz), release: release_factor(sample_rate_hz) };
        Self {
            sample_rate_hz,
            quality: Quality::Good,
            shelf: Section::new(sample_rate_hz),
            corner: Corner::new(sample_rate_hz),
            harmonics: Smoother::new(sample_rate_hz, GLIDE_MS, 0.0),
            coefficients,
            pairs: vec![state; channels.div_ceil(2)].into_boxed_slice(),
        }
    }

    fn is_enabled(&self, config: &TrebleBoostConfig) -> bool {
        config.enabled
    }

    fn set_config(&mut self, config: &TrebleBoostConfig, quality: Quality) {
        let frequency_hz = f64::from(config.frequency_hz);
        self.shelf.set_target(&shelf(config, self.sample_rate_hz));
        self.corner.set_target(frequency_hz);
        self.quality = quality;
        if self.is_plain() {
            self.corner.snap();
            self.clear_harmonics();
        }
        let reachable = frequency_hz < HIGHEST_CORNER * self.sample_rate_hz;
        self.harmonics.set_target(if reachable { f64::from(config.harmonics_percent) / 100.0 } else { 0.0 });
    }

    fn process(&mut self, block: &mut Block) {
        if self.is_plain() {
            self.shelf.process(block);
        } else if self.shelf.is_settled() && self.corner.is_settled() {
            self.run::<1>(block);
        } else {
            self.run::<MAX_CHUNK_FRAMES>(block);
        }
    }

    fn reset(&mut self) {
        self.shelf.snap();
        self.shelf.clear();
        self.corner.snap();
        self.harmonics.snap();
        self.clear_harmonics();
    }

    fn flush_denormals(&mut self) {
        self.shelf.flush_denormals(self.pairs.len());
        for state in &mut self.pairs {
            state.source.band.flush_denormals();
            state.source.analytic.flush_denormals();
            state.good.flush_denormals();
            state.best.flush_denormals();
        }
    }

    fn add_tail(&self, config: &TrebleBoostConfig, tail: &mut Tail) {
        tail.add_section(&self.shelf.target());
        if config.harmonics_percent > 0.0 {
            tail.add_ms(HARMONICS_TAIL_MS);
        }
    }

    fn response(
        config: &TrebleBoostConfig,
        sample_rate_hz: f64,
        _quality: Quality,
    ) -> impl Fn(f64, BandChannel) -> Complex64 {
        let shelf = shelf(config, sample_rate_hz);
        move |frequency_hz, _| shelf.response(TAU * frequency_hz / sample_rate_hz)
    }
}

impl TrebleBoost {
    /// Runs shelf and harmonics. `N` is 1 for constant coefficients, else the most frames.
    fn run<const N: usize>(&mut self, block: &mut Block) {
        let shelf = self.shelf.coefficients::<N>(block.frames());
        let band = self.corner.coefficients::<N>(block.frames());
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.harmonics.fill(first_frames_mut(&mut shares, block.frames()));
        let (quality, fixed) = (self.quality, &self.coefficients);
        let states = self.shelf.states().iter_mut().zip(&mut self.pairs);
        for ((shelf_state, state), pair) in states.zip(block.pairs_mut()) {
            simd::run(Harmonics {
                pair,
                shelf_state,
                state,
                shelf: &shelf,
                band: &band,
                shares: &shares,
                fixed,
                quality,
            });
        }
    }
}

/// The loops over a chunk of a pair.
struct Harmonics<'a, const N: usize> {
    pair: &'a mut [Lanes],
    shelf_state: &'a mut State,
    state: &'a mut PairState,
    shelf: &'a [Coefficients; N],
    band: &'a [BandCoefficients; N],
    shares: &'a [f64; MAX_CHUNK_FRAMES],
    fixed: &'a Fixed,
    quality: Quality,
}

impl<const N: usize> Kernel for Harmonics<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let Self { pair, shelf_state, state, shelf, band, shares, fixed, quality } = self;
        let (frames, source) = (pair.len().min(MAX_CHUNK_FRAMES), &mut state.source);
        let mut phasors = Phasors::new();
        let mut highs = Highs::<I, N> {
            pair: &mut *pair,
            shelf: (shelf_state.load(), shelf),
            band: (source.band.load(), band),
            analytic: source.analytic.load(&fixed.analytic),
            envelope: source.envelope.load(fixed.release),
            once: I::D2::splat(0.0),
            high: I::D2::splat(0.0),
            signal: [I::D2::splat(0.0); 2],
            phasors: &mut phasors,
        };
        highs.run(frames);
        shelf_state.store(&highs.shelf.0);
        source.band.store(&highs.band.0);
        source.analytic.store(&highs.analytic);
        source.envelope.store(&highs.envelope);

        let mut ends = Added { pair, shares, phasors: &mut phasors };
        ends.normalise::<I>(0);
        match quality {
            Quality::Draft => {
                for frame in 0..frames {
                    let [real, imaginary] = Ends::<I>::take(&mut ends, frame);
                    Ends::<I>::give(&mut ends, frame, Powers.apply(real, imaginary));
                }
            }
            Quality::Good => state.good.process::<I>(frames, &mut ends, &Powers),
            Quality::Best => state.best.process::<I>(frames, &mut ends, &Powers),
        }
    }
}

/// The loop that runs the shelf on a chunk of a pair and extracts the band of the harmonics.
struct Highs<'a, I: Isa, const N: usize> {
    pair: &'a mut [Lanes],
    shelf: (StateRegisters<I::D2>, &'a [Coefficients; N]),
    band: (BandRegisters<I::D2>, &'a [BandCoefficients; N]),
    analytic: HighRegisters<I::D4>,
    envelope: EnvelopeRegisters<I::D2>,
    /// Results that a step passes to the next.
    once: I::D2,
    high: I::D2,
    signal: [I::D2; 2],
    phasors: &'a mut Phasors,
}

impl<I: Isa, const N: usize> Pipelined for Highs<'_, I, N> {
    const STEPS: usize = 4;

    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "`run` keeps `frame` below the frames of the chunk")]
    fn step<const K: usize>(&mut self, frame: usize) {
        match K {
            0 => {
                let lifted = self.shelf.0.step(at_frame(self.shelf.1, frame), I::D2::load(&self.pair[frame]));
                lifted.store(&mut self.pair[frame]);
                self.once = self.band.0.highpass::<0>(lifted, at_frame(self.band.1, frame));
            }
            1 => self.high = self.band.0.highpass::<1>(self.once, at_frame(self.band.1, frame)),
            2 => self.signal = self.analytic.step(self.high),
            _ => self.phasors.set(frame, self.signal, self.envelope.step(self.signal)),
        }
    }
}

/// Source and sink of the oversampler: the normalised analytic signal goes in, the harmonics are added to the
/// pair.
struct Added<'a> {
    pair: &'a mut [Lanes],
    shares: &'a [f64; MAX_CHUNK_FRAMES],
    phasors: &'a mut Phasors,
}

impl Added<'_> {
    /// Turns the powers of a group into levels, and divides the signal by them.
    #[inline(always)]
    fn normalise<I: Isa>(&mut self, group: usize) {
        if let Some(unit) = self.phasors.unit::<I>(group) {
            self.phasors.put_back::<I>(group, unit);
        }
    }
}

impl<I: Isa> Ends<I> for Added<'_> {
    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "`process` passes frames of the chunk")]
    fn take(&mut self, frame: usize) -> [I::D2; 2] {
        // While the filters work on a group, the processor divides the next one.
        if frame.is_multiple_of(GROUP) {
            self.normalise::<I>(frame / GROUP + 1);
        }
        [I::D2::load(&self.phasors.real[frame]), I::D2::load(&self.phasors.imaginary[frame])]
    }

    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "`process` passes frames of the chunk")]
    fn give(&mut self, frame: usize, value: I::D2) {
        let made = I::D2::splat(self.shares[frame]) * I::D2::load(&self.phasors.level[frame]) * value;
        (I::D2::load(&self.pair[frame]) + made).store(&mut self.pair[frame]);
    }
}

/// `Re(c2 u² + c3 u³)` of analytic samples.
struct Powers;

impl Function for Powers {
    #[inline(always)]
    fn apply<V: Vector<Element = f64>>(&self, a: V, b: V) -> V {
        let (aa, bb) = (a * a, b * b);
        V::splat(SECOND) * (aa - bb) + V::splat(THIRD) * a * (aa - V::splat(3.0) * bb)
    }
}
