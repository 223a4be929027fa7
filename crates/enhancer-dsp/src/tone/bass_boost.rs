//! The bass boost: a low shelf, and the second to fifth harmonic of the band below its corner.
//!
//! From the harmonics alone the ear hears the fundamental (J. F. Schouten, *The residue, a new component in subjective sound
//! analysis*, 1940), which is how lows come through a speaker that cannot play them. Levels do not depend on loudness.

use super::analytic::{LowAnalytic, LowRunning, low_coefficients};
use super::band::{self, Band, BandCoefficients, Corner};
use super::dc_blocker::{self, DcBlocker, blocker_coefficient};
use super::envelope::{self, Envelope, release_factor};
use super::phasors::{GROUP, Phasors, Unit};
use super::section::{self as svf_section, Coefficients, Integrators, Section, course};
use super::shelf::low_shelf;
use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::param::ParamKind as K;
use crate::param::Unit::{Db, Hz, Percent};
use crate::param::section;
use crate::pipeline::Pipelined;
use crate::quality::Quality;
use crate::simd::{self, Isa, Kernel, Vector};
use crate::smoother::{GLIDE_MS, Smoother};
use crate::stage::Stage;
use crate::tail::Tail;

/// Second to fifth harmonic at 100 %, over the fundamental: −10.5, −14, −18.4 and −23.1 dB. A decay of the order of a plucked
/// string's, and at the default of 20 % a second harmonic of −24.4 dB.
const SERIES: [f64; 4] = [0.30, 0.20, 0.12, 0.07];

/// Time that the harmonics sound on, ms: their filters reach down to 10 Hz, and two of them keep a constant out (11.5
/// time constants of 16 ms, and half of that again for the second).
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

/// The stage.
#[derive(Debug)]
pub struct BassBoost {
    sample_rate_hz: f64,
    shelf: Section,
    corner: Corner,
    harmonics: Smoother,
    coefficients: Fixed,
    pairs: Box<[State]>,
}

/// What the sample rate decides.
#[derive(Debug, Clone, Copy)]
struct Fixed {
    analytic: [f64; 7],
    release: f64,
    blocker: f64,
}

/// Harmonics of a channel pair.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    before: DcBlocker,
    band: Band,
    analytic: LowAnalytic,
    envelope: Envelope,
    after: DcBlocker,
}

impl BassBoost {
    /// Whether the harmonics are off and cost nothing.
    fn is_plain(&self) -> bool {
        self.harmonics.rests_at(0.0)
    }
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
            shelf: Section::new(sample_rate_hz, channels),
            corner: Corner::new(sample_rate_hz),
            harmonics: Smoother::new(sample_rate_hz, GLIDE_MS, 0.0),
            coefficients,
            pairs: vec![State::default(); channels.div_ceil(2)].into_boxed_slice(),
        }
    }

    fn is_enabled(&self, config: &BassBoostConfig) -> bool {
        config.enabled
    }

    fn set_config(&mut self, config: &BassBoostConfig, _quality: Quality) {
        let frequency_hz = f64::from(config.frequency_hz);
        self.shelf.set_target(low_shelf(frequency_hz, f64::from(config.amount_db), self.sample_rate_hz));
        self.corner.set_target(frequency_hz);
        if self.is_plain() {
            self.corner.snap();
            self.pairs.fill(State::default());
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
        self.shelf.reset();
        self.corner.snap();
        self.harmonics.snap();
        self.pairs.fill(State::default());
    }

    fn flush_denormals(&mut self) {
        self.shelf.flush_denormals();
        for state in &mut self.pairs {
            state.before.flush_denormals();
            state.band.flush_denormals();
            state.analytic.flush_denormals();
            state.after.flush_denormals();
        }
    }

    fn add_tail(&self, config: &BassBoostConfig, tail: &mut Tail) {
        tail.add_section(&self.shelf.target().to_svf());
        if config.harmonics_percent > 0.0 {
            tail.add_ms(HARMONICS_TAIL_MS);
        }
    }
}

impl BassBoost {
    /// Shelf and harmonics, with coefficients for one frame or for each.
    fn run<const N: usize>(&mut self, block: &mut Block) {
        let shelf = self.shelf.coefficients::<N>(block.frames());
        let band = self.corner.coefficients::<N>(block.frames());
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.harmonics.fill(shares.get_mut(..block.frames()).unwrap_or_default());
        let states = self.shelf.states().zip(&mut self.pairs);
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
    shelf_state: &'a mut Integrators,
    state: &'a mut State,
    shelf: &'a [Coefficients; N],
    band: &'a [BandCoefficients; N],
    shares: &'a [f64; MAX_CHUNK_FRAMES],
    fixed: &'a Fixed,
}

impl<const N: usize> Kernel for Harmonics<'_, N> {
    type Output = ();

    #[inline(always)]
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
            shelf: (shelf_state.start(), shelf),
            before: state.before.start(fixed.blocker),
            band: (state.band.start(), band),
            analytic: state.analytic.start(&fixed.analytic),
            envelope: state.envelope.start(fixed.release),
        };
        lows.run(frames);
        shelf_state.finish(&lows.shelf.0);
        state.before.finish(&lows.before);
        state.band.finish(&lows.band.0);
        state.analytic.finish(&lows.analytic);
        state.envelope.finish(&lows.envelope);

        // What was made is added a group of frames later, while the processor divides.
        let mut after = state.after.start::<I::D2>(fixed.blocker);
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
        state.after.finish(&after);
    }
}

/// The lows of a chunk of a pair, which goes through the shelf.
struct Lows<'a, I: Isa, const N: usize> {
    pair: &'a mut [Lanes],
    shelf: (svf_section::Running<I::D2>, &'a [Coefficients; N]),
    before: dc_blocker::Running<I::D2>,
    band: (band::Running<I::D2>, &'a [BandCoefficients; N]),
    analytic: LowRunning<I::D4>,
    envelope: envelope::Running<I::D2>,
    /// What a step leaves to the next.
    lifted: I::D2,
    low: I::D2,
    begun: [I::D4; 2],
    phasors: &'a mut Phasors,
}

impl<I: Isa, const N: usize> Pipelined for Lows<'_, I, N> {
    const STEPS: usize = 4;

    #[inline(always)]
    fn step<const K: usize>(&mut self, frame: usize) {
        match K {
            0 => {
                let lifted = self.shelf.0.shape(I::D2::load(&self.pair[frame]), course(self.shelf.1, frame));
                lifted.store(&mut self.pair[frame]);
                self.lifted = self.before.step(lifted);
            }
            1 => {
                let coefficients = course(self.band.1, frame);
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

/// Turns a group's real part into the harmonics, at the envelope's level.
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
