//! The treble boost: a high shelf, and the second and third harmonic of the band above its corner.
//!
//! Harmonics that the sample rate cannot carry are made at a higher rate and filtered off: twice in `good`, four times in `best`.
//! In `draft` they fold.

use super::analytic::{HighAnalytic, high_coefficients};
use super::band::{Band, BandCoefficients, Corner};
use super::envelope::{Envelope, release_factor};
use super::section::{Coefficients, Integrators, Section, course};
use super::shelf::high_shelf;
use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::config::{Quality, TrebleBoostConfig};
use crate::enhancer::Stage;
use crate::filter::Svf;
use crate::oversample::analytic::{FourTimes, Function, Twice};
use crate::simd::{self, Isa, Kernel, Vector};
use crate::smoother::{GLIDE_MS, Smoother};

/// Second harmonic at 100 %, over the fundamental: −16 dB; −36 dB at the default of 10 %.
const SECOND: f64 = 0.158_489_319_246_111_35;

/// Third harmonic at 100 %, over the fundamental: −24 dB.
const THIRD: f64 = 0.063_095_734_448_019_33;

/// Corners from here up leave less than the Nyquist frequency's last tenth to make harmonics of, and those could not be
/// played: there the stage is a shelf. In sample rates.
const HIGHEST_CORNER: f64 = 0.45;

/// The stage.
#[derive(Debug)]
pub struct TrebleBoost {
    sample_rate_hz: f64,
    quality: Quality,
    shelf: Section,
    corner: Corner,
    harmonics: Smoother,
    coefficients: Fixed,
    pairs: Box<[State]>,
}

/// What the sample rate decides.
#[derive(Debug, Clone, Copy)]
struct Fixed {
    analytic: [f64; 6],
    release: f64,
}

/// Harmonics of a channel pair; of the oversamplers the quality uses one.
#[derive(Debug, Clone)]
struct State {
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
    /// A stage at rest. Allocates.
    #[must_use]
    pub fn new(sample_rate_hz: f64, channels: usize) -> Self {
        let state = State { source: Source::default(), good: Twice::new(), best: FourTimes::new() };
        let coefficients =
            Fixed { analytic: high_coefficients(sample_rate_hz), release: release_factor(sample_rate_hz) };
        Self {
            sample_rate_hz,
            quality: Quality::Good,
            shelf: Section::new(sample_rate_hz, channels),
            corner: Corner::new(sample_rate_hz),
            harmonics: Smoother::new(sample_rate_hz, GLIDE_MS, 0.0),
            coefficients,
            pairs: vec![state; channels.div_ceil(2)].into_boxed_slice(),
        }
    }

    /// The shelf, as it is when it has glided.
    pub(crate) fn shelf(&self) -> Svf {
        self.shelf.target().to_svf()
    }

    /// Whether the harmonics are off and cost nothing.
    fn is_plain(&self) -> bool {
        self.harmonics.is_settled() && self.harmonics.value() == 0.0
    }

    fn forget_harmonics(&mut self) {
        for state in &mut self.pairs {
            state.source = Source::default();
            state.good.reset();
            state.best.reset();
        }
    }
}

impl Stage for TrebleBoost {
    type Config = TrebleBoostConfig;

    fn set_config(&mut self, config: &TrebleBoostConfig, quality: Quality) {
        let (frequency_hz, amount_db) = (f64::from(config.frequency_hz), f64::from(config.amount_db));
        self.shelf.set_target(high_shelf(frequency_hz, amount_db, self.sample_rate_hz));
        self.corner.set_target(frequency_hz);
        self.quality = quality;
        if self.is_plain() {
            self.corner.snap();
            self.forget_harmonics();
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
        self.shelf.reset();
        self.corner.snap();
        self.harmonics.snap();
        self.forget_harmonics();
    }

    fn flush_denormals(&mut self) {
        self.shelf.flush_denormals();
        for state in &mut self.pairs {
            state.source.band.flush_denormals();
            state.source.analytic.flush_denormals();
            state.good.flush_denormals();
            state.best.flush_denormals();
        }
    }
}

impl TrebleBoost {
    /// Shelf and harmonics, with coefficients for one frame or for each.
    fn run<const N: usize>(&mut self, block: &mut Block) {
        let shelf = self.shelf.coefficients::<N>(block.frames());
        let band = self.corner.coefficients::<N>(block.frames());
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.harmonics.fill(shares.get_mut(..block.frames()).unwrap_or_default());
        let (quality, fixed) = (self.quality, &self.coefficients);
        let states = self.shelf.states().zip(&mut self.pairs);
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
    shelf_state: &'a mut Integrators,
    state: &'a mut State,
    shelf: &'a [Coefficients; N],
    band: &'a [BandCoefficients; N],
    shares: &'a [f64; MAX_CHUNK_FRAMES],
    fixed: &'a Fixed,
    quality: Quality,
}

/// A chunk of a pair.
type Chunk = [Lanes; MAX_CHUNK_FRAMES];

impl<const N: usize> Kernel for Harmonics<'_, N> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self) {
        let (mut real, mut imaginary, mut level) =
            ([[0.0; 2]; MAX_CHUNK_FRAMES], [[0.0; 2]; MAX_CHUNK_FRAMES], [[1.0; 2]; MAX_CHUNK_FRAMES]);
        let Self { pair, state, fixed, .. } = self;
        let source = &mut state.source;

        let (mut shelf, mut band) = (self.shelf_state.start::<I::D2>(), source.band.start::<I::D2>());
        for (n, (lanes, highs)) in pair.iter_mut().zip(&mut real).enumerate() {
            let lifted = shelf.shape(I::D2::load(lanes), course(self.shelf, n));
            lifted.store(lanes);
            band.highpass(lifted, course(self.band, n)).store(highs);
        }
        self.shelf_state.finish(&shelf);
        source.band.finish(&band);

        let mut analytic = source.analytic.start::<I::D4>(&fixed.analytic);
        let mut envelope = source.envelope.start::<I::D2>(fixed.release);
        for (((real, imaginary), power), _) in real.iter_mut().zip(&mut imaginary).zip(&mut level).zip(&*pair)
        {
            let [re, im] = analytic.step(I::D2::load(real));
            envelope.step(re, im).store(power);
            re.store(real);
            im.store(imaginary);
        }
        source.analytic.finish(&analytic);
        source.envelope.finish(&envelope);

        normalise::<I>(&mut real, &mut imaginary, &mut level, pair.len());
        let (signal, other) = (&mut real[..pair.len()], &imaginary[..]);
        match self.quality {
            Quality::Draft => {
                for (real, imaginary) in signal.iter_mut().zip(other) {
                    Powers.apply(I::D2::load(real), I::D2::load(imaginary)).store(real);
                }
            }
            Quality::Good => state.good.process::<I>(signal, other, &Powers),
            Quality::Best => state.best.process::<I>(signal, other, &Powers),
        }
        for (((lanes, made), level), share) in pair.iter_mut().zip(&real).zip(&level).zip(self.shares) {
            let made = I::D2::splat(*share) * I::D2::load(level) * I::D2::load(made);
            (I::D2::load(lanes) + made).store(lanes);
        }
    }
}

/// Turns powers into levels, and divides the signal by them.
#[inline(always)]
fn normalise<I: Isa>(real: &mut Chunk, imaginary: &mut Chunk, level: &mut Chunk, frames: usize) {
    let real = real.as_flattened_mut().as_chunks_mut::<8>().0.iter_mut();
    let imaginary = imaginary.as_flattened_mut().as_chunks_mut::<8>().0.iter_mut();
    let level = level.as_flattened_mut().as_chunks_mut::<8>().0.iter_mut();
    for ((real, imaginary), level) in real.zip(imaginary).zip(level).take(frames.div_ceil(4)) {
        let envelope = I::D8::load(level).sqrt();
        let inverse = I::D8::splat(1.0) / envelope;
        envelope.store(level);
        (I::D8::load(real) * inverse).store(real);
        (I::D8::load(imaginary) * inverse).store(imaginary);
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
