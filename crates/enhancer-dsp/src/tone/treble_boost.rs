//! The treble boost: a high shelf, and the second and third harmonic of the band above its corner.
//!
//! Harmonics that the sample rate cannot carry are made at a higher rate and filtered off: twice in `good`, four times in `best`.
//! In `draft` they fold.

use super::analytic::{HighAnalytic, high_coefficients};
use super::band::{Band, BandCoefficients, Corner};
use super::envelope::{Envelope, release_factor};
use super::section::Section;
use super::shelf::high_shelf;
use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::config::{Quality, TrebleBoostConfig};
use crate::enhancer::Stage;
use crate::filter::Svf;
use crate::oversample::{Oversample, Oversampler2, Oversampler4};
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
    good: Oversampler2<4, 2>,
    best: Oversampler4<4, 2>,
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
        let state = State { source: Source::default(), good: Oversampler2::new(), best: Oversampler4::new() };
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
        self.shelf.process(block);
        if self.is_plain() {
            return;
        }
        let mut band = [BandCoefficients::default(); MAX_CHUNK_FRAMES];
        self.corner.fill(&mut band, block.frames());
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.harmonics.fill(&mut shares[..block.frames()]);
        for (state, pair) in self.pairs.iter_mut().zip(block.pairs_mut()) {
            let (source, fixed) = (&mut state.source, &self.coefficients);
            match self.quality {
                Quality::Draft => add_harmonics(pair, source, &band, &shares, fixed, powers),
                Quality::Good => {
                    add_harmonics(pair, source, &band, &shares, fixed, |u| state.good.process(u, powers));
                }
                Quality::Best => {
                    add_harmonics(pair, source, &band, &shares, fixed, |u| state.best.process(u, powers));
                }
            }
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

/// Adds to each frame the harmonics that `make` makes of the normalised band.
#[inline(always)]
fn add_harmonics(
    pair: &mut [Lanes],
    source: &mut Source,
    band: &[BandCoefficients; MAX_CHUNK_FRAMES],
    shares: &[f64; MAX_CHUNK_FRAMES],
    fixed: &Fixed,
    mut make: impl FnMut([f64; 4]) -> Lanes,
) {
    let mut local = *source;
    for ((lanes, band), share) in pair.iter_mut().zip(band).zip(shares) {
        let highs = local.band.highpass(*lanes, band);
        let [real, imaginary] = local.analytic.process(highs, &fixed.analytic);
        let (envelope, inverse) = local.envelope.process(real, imaginary, fixed.release);
        let made = make([
            real[0] * inverse[0],
            real[1] * inverse[1],
            imaginary[0] * inverse[0],
            imaginary[1] * inverse[1],
        ]);
        for ((sample, made), envelope) in lanes.iter_mut().zip(made).zip(envelope) {
            *sample += share * envelope * made;
        }
    }
    *source = local;
}

/// `Re(c2 u² + c3 u³)` of two analytic samples, real parts first.
#[inline(always)]
fn powers([a0, a1, b0, b1]: [f64; 4]) -> Lanes {
    [[a0, b0], [a1, b1]].map(|[a, b]| {
        let (aa, bb) = (a * a, b * b);
        SECOND * (aa - bb) + THIRD * a * (aa - 3.0 * bb)
    })
}
