//! The bass boost: a low shelf, and the second to fifth harmonic of the band below its corner.
//!
//! Listeners perceive the fundamental from its harmonics alone (J. F. Schouten, *The residue, a new component
//! in subjective sound analysis*, 1940). So bass is perceived through a speaker that cannot reproduce it. The
//! relative levels of the harmonics do not depend on loudness.

use super::analytic::{LowAnalytic, LowRegisters, low_coefficients};
use super::band::{Band, BandCoefficients, BandRegisters, Corner};
use super::dc_blocker::{DcBlocker, DcBlockerRegisters, blocker_coefficient};
use super::envelope::{Envelope, EnvelopeRegisters, release_factor};
use super::phasors::{GROUP, Phasors, Unit};
use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::bounds::first_frames_mut;
use crate::filter::lanes::{Coefficients, State, StateRegisters, at_frame};
use crate::filter::shelf::low_shelf;
use crate::filter::{BandChannel, Section, Svf};
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

/// Second to fifth harmonic at 100 %, over the fundamental: −10.5, −14, −18.4 and −23.1 dB. They decay about
/// as those of a plucked string. At the default of 20 % the second harmonic has −24.4 dB.
const SERIES: [f64; 4] = [0.30, 0.20, 0.12, 0.07];

/// Time that the harmonics sound on, ms: their filters reach down to 10 Hz, and two of them keep a constant
/// out (11.5 time constants of 16 ms, and half of that again for the second).
const HARMONICS_TAIL_MS: f64 = 300.0;

section! {
    /// Bass boost: a low shelf, and harmonics of the lows for small speakers.
    BassBoostConfig at "bass_boost.", {
    enabled: bool, "enabled", "Bass Boost", K::Switch, 0.0, "Switches the bass boost.",
        "More weight, or the impression of bass on speakers that cannot play it.";
    frequency_hz: f32, "frequency", "Bass Frequency", K::log(30.0, 250.0, Hz), 90.0,
        "Midpoint of the shelf; harmonics are made from the band below it.",
        "60 to 90 Hz for large speakers, 120 to 180 Hz for small ones.";
    amount_db: f32, "amount", "Bass Amount", K::float(0.0, 12.0, Db), 4.0, "Gain of the shelf.",
        "3 to 6 dB; 0 leaves the harmonics alone.";
    harmonics_percent: f32, "harmonics", "Bass Harmonics", K::float(0.0, 100.0, Percent), 20.0,
        "Level of the second to fifth harmonic; at 100 % the second lies 10.5 dB below its fundamental.",
        "20 to 40 % on small speakers and headphones, 0 where a subwoofer plays.";
    } also {
    }
}

/// The bass boost as a stage of the chain.
#[derive(Debug)]
pub struct BassBoost {
    sample_rate_hz: f64,
    shelf: Section,
    corner: Corner,
    harmonics: Smoother,
    coefficients: Fixed,
    pairs: Box<[PairState]>,
}

/// Coefficients that depend on the sample rate alone.
#[derive(Debug, Clone, Copy)]
struct Fixed {
    analytic: [f64; 7],
    release: f64,
    blocker: f64,
}

/// States of the harmonics of a channel pair.
#[derive(Debug, Clone, Copy, Default)]
struct PairState {
    before: DcBlocker,
    band: Band,
    analytic: LowAnalytic,
    envelope: Envelope,
    after: DcBlocker,
}

impl BassBoost {
    /// True while the harmonics are off and cost nothing.
    fn is_plain(&self) -> bool {
        self.harmonics.rests_at(0.0)
    }
}

fn shelf(config: &BassBoostConfig, sample_rate_hz: f64) -> Svf {
    low_shelf(f64::from(config.frequency_hz), f64::from(config.amount_db), sample_rate_hz)
}

impl Stage for BassBoost {
    type Config = BassBoostConfig;

    const NAME: &'static str = "Bass Boost";
    const MAIN: &'static str = "amount";

    fn new(sample_rate_hz: f64, channels: usize) -> Self {
        let coefficients = Fixed {
            analytic: low_coefficients(sample_rate_hz),
            release: release_factor(sample_rate_hz),
            blocker: blocker_coefficient(sample_rate_hz),
        };
        Self {
            sample_rate_hz,
            shelf: Section::new(sample_rate_hz),
            corner: Corner::new(sample_rate_hz),
            harmonics: Smoother::new(sample_rate_hz, GLIDE_MS, 0.0),
            coefficients,
            pairs: vec![PairState::default(); channels.div_ceil(2)].into_boxed_slice(),
        }
    }

    fn is_enabled(&self, config: &BassBoostConfig) -> bool {
        config.enabled
    }

    fn set_config(&mut self, config: &BassBoostConfig, _quality: Quality) {
        self.shelf.set_target(&shelf(config, self.sample_rate_hz));
        self.corner.set_target(f64::from(config.frequency_hz));
        if self.is_plain() {
            self.corner.snap();
            self.pairs.fill(PairState::default());
        }
        self.harmonics.set_target(f64::from(config.harmonics_percent) / 100.0);
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
        self.pairs.fill(PairState::default());
    }

    fn flush_denormals(&mut self) {
        self.shelf.flush_denormals(self.pairs.len());
        for state in &mut self.pairs {
            state.before.flush_denormals();
            state.band.flush_denormals();
            state.analytic.flush_denormals();
            state.after.flush_denormals();
        }
    }

    fn add_tail(&self, config: &BassBoostConfig, tail: &mut Tail) {
        tail.add_section(&self.shelf.target());
        if config.harmonics_percent > 0.0 {
            tail.add_ms(HARMONICS_TAIL_MS);
        }
    }

    fn response(
        config: &BassBoostConfig,
        sample_rate_hz: f64,
        _quality: Quality,
    ) -> impl Fn(f64, BandChannel) -> Complex64 {
        let shelf = shelf(config, sample_rate_hz);
        move |frequency_hz, _| shelf.response(TAU * frequency_hz / sample_rate_hz)
    }
}

impl BassBoost {
    /// Runs shelf and harmonics. `N` is 1 for constant coefficients, else the most frames.
    fn run<const N: usize>(&mut self, block: &mut Block) {
        let shelf = self.shelf.coefficients::<N>(block.frames());
        let band = self.corner.coefficients::<N>(block.frames());
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.harmonics.fill(first_frames_mut(&mut shares, block.frames()));
        let states = self.shelf.states().iter_mut().zip(&mut self.pairs);
        for ((shelf_state, state), pair) in states.zip(block.pairs_mut()) {
            simd::run(Harmonics {
                pair,
                shelf_state,
                state,
                shelf: &shelf,
                band: &band,
                shares: &shares,
                fixed: &self.coefficients,
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
}

impl<const N: usize> Kernel for Harmonics<'_, N> {
    type Output = ();

    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "`n` ends at `frames`, the frames of the chunk")]
    fn run<I: Isa>(self) {
        let Self { pair, shelf_state, state, shelf, band, shares, fixed } = self;
        let frames = pair.len().min(MAX_CHUNK_FRAMES);
        let mut phasors = Phasors::new();
        let mut lows = Lows::<I, N> {
            lifted: I::D2::splat(0.0),
            low: I::D2::splat(0.0),
            begun: [I::D4::splat(0.0); 2],
            phasors: &mut phasors,
            pair: &mut *pair,
            shelf: (shelf_state.load(), shelf),
            before: state.before.load(fixed.blocker),
            band: (state.band.load(), band),
            analytic: state.analytic.load(&fixed.analytic),
            envelope: state.envelope.load(fixed.release),
        };
        lows.run(frames);
        shelf_state.store(&lows.shelf.0);
        state.before.store(&lows.before);
        state.band.store(&lows.band.0);
        state.analytic.store(&lows.analytic);
        state.envelope.store(&lows.envelope);

        // Harmonics are added one group of frames later, while the processor divides.
        let mut after = state.after.load::<I::D2>(fixed.blocker);
        for group in 0..=frames.div_ceil(GROUP) {
            if group < frames.div_ceil(GROUP) {
                make::<I>(&mut phasors, group);
            }
            let added = (GROUP * group).saturating_sub(GROUP)..(GROUP * group).min(frames);
            for n in added {
                let made = after.step(I::D2::load(&phasors.real[n]));
                (I::D2::load(&pair[n]) + I::D2::splat(shares[n]) * made).store(&mut pair[n]);
            }
        }
        state.after.store(&after);
    }
}

/// The loop that runs the shelf on a chunk of a pair and extracts the band of the harmonics.
struct Lows<'a, I: Isa, const N: usize> {
    pair: &'a mut [Lanes],
    shelf: (StateRegisters<I::D2>, &'a [Coefficients; N]),
    before: DcBlockerRegisters<I::D2>,
    band: (BandRegisters<I::D2>, &'a [BandCoefficients; N]),
    analytic: LowRegisters<I::D4>,
    envelope: EnvelopeRegisters<I::D2>,
    /// Results that a step passes to the next.
    lifted: I::D2,
    low: I::D2,
    begun: [I::D4; 2],
    phasors: &'a mut Phasors,
}

impl<I: Isa, const N: usize> Pipelined for Lows<'_, I, N> {
    const STEPS: usize = 4;

    #[inline(always)]
    #[expect(clippy::indexing_slicing, reason = "`run` keeps `frame` below the frames of the chunk")]
    fn step<const K: usize>(&mut self, frame: usize) {
        match K {
            0 => {
                let lifted = self.shelf.0.step(at_frame(self.shelf.1, frame), I::D2::load(&self.pair[frame]));
                lifted.store(&mut self.pair[frame]);
                self.lifted = self.before.step(lifted);
            }
            1 => {
                let coefficients = at_frame(self.band.1, frame);
                let once = self.band.0.lowpass::<0>(self.lifted, coefficients);
                self.low = self.band.0.lowpass::<1>(once, coefficients);
            }
            2 => self.begun = self.analytic.begin(self.low),
            _ => {
                let signal = self.analytic.end(self.begun);
                self.phasors.set(frame, signal, self.envelope.step(signal));
            }
        }
    }
}

/// Replaces the real part of a group by the harmonics, at the level of the envelope.
#[inline(always)]
fn make<I: Isa>(phasors: &mut Phasors, group: usize) {
    if let Some(Unit { real, imaginary, level }) = phasors.unit::<I>(group) {
        phasors.replace_real::<I>(group, level * series(real, imaginary));
    }
}

/// `Re(c2 u² + c3 u³ + c4 u⁴ + c5 u⁵)` of `u = a + i b`, by Horner's rule.
#[inline(always)]
fn series<V: Vector<Element = f64>>(a: V, b: V) -> V {
    let [c2, c3, c4, c5] = SERIES.map(V::splat);
    let (real, imaginary) = (c4 + c5 * a, c5 * b);
    let (real, imaginary) = (c3 + a * real - b * imaginary, a * imaginary + b * real);
    let (real, imaginary) = (c2 + a * real - b * imaginary, a * imaginary + b * real);
    (a * a - b * b) * real - V::splat(2.0) * a * b * imaginary
}
