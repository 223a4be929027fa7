//! The bass boost: a low shelf, and the second to fifth harmonic of the band below its corner.
//!
//! From the harmonics alone the ear hears the fundamental (J. F. Schouten, *The residue, a new component in subjective sound
//! analysis*, 1940), which is how lows come through a speaker that cannot play them. Levels do not depend on loudness.

use super::analytic::{LowAnalytic, low_coefficients};
use super::band::{Band, BandCoefficients, Corner};
use super::dc_blocker::{DcBlocker, blocker_coefficient};
use super::envelope::{Envelope, release_factor};
use super::section::Section;
use super::shelf::low_shelf;
use crate::block::{Block, Lanes, MAX_CHUNK_FRAMES};
use crate::config::{BassBoostConfig, Quality};
use crate::enhancer::Stage;
use crate::filter::Svf;
use crate::smoother::{GLIDE_MS, Smoother};

/// Second to fifth harmonic at 100 %, over the fundamental: −10.5, −14, −18.4 and −23.1 dB. A decay of the order of a plucked
/// string's, and at the default of 20 % a second harmonic of −24.4 dB.
const SERIES: [f64; 4] = [0.30, 0.20, 0.12, 0.07];

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
    /// A stage at rest. Allocates.
    #[must_use]
    pub fn new(sample_rate_hz: f64, channels: usize) -> Self {
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

    /// The shelf, as it is when it has glided.
    pub(crate) fn shelf(&self) -> Svf {
        self.shelf.target().to_svf()
    }

    /// Whether the harmonics are off and cost nothing.
    fn is_plain(&self) -> bool {
        self.harmonics.is_settled() && self.harmonics.value() == 0.0
    }
}

impl Stage for BassBoost {
    type Config = BassBoostConfig;

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
        self.shelf.process(block);
        if self.is_plain() {
            return;
        }
        let mut band = [BandCoefficients::default(); MAX_CHUNK_FRAMES];
        self.corner.fill(&mut band, block.frames());
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.harmonics.fill(&mut shares[..block.frames()]);
        for (state, pair) in self.pairs.iter_mut().zip(block.pairs_mut()) {
            let mut local = *state;
            for ((lanes, band), share) in pair.iter_mut().zip(&band).zip(shares) {
                let made = local.process(*lanes, band, &self.coefficients);
                for (sample, made) in lanes.iter_mut().zip(made) {
                    *sample += share * made;
                }
            }
            *state = local;
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
}

impl State {
    #[inline(always)]
    fn process(&mut self, input: Lanes, band: &BandCoefficients, fixed: &Fixed) -> Lanes {
        let lows = self.band.lowpass(self.before.process(input, fixed.blocker), band);
        let [real, imaginary] = self.analytic.process(lows, &fixed.analytic);
        let (envelope, inverse) = self.envelope.process(real, imaginary, fixed.release);
        let mut made = [0.0; 2];
        for lane in 0..2 {
            made[lane] = envelope[lane] * series(real[lane] * inverse[lane], imaginary[lane] * inverse[lane]);
        }
        self.after.process(made, fixed.blocker)
    }
}

/// `Re(c2 u² + c3 u³ + c4 u⁴ + c5 u⁵)` of `u = a + i b`, by Horner's rule.
#[inline(always)]
fn series(a: f64, b: f64) -> f64 {
    let [c2, c3, c4, c5] = SERIES;
    let (real, imaginary) = (c4 + c5 * a, c5 * b);
    let (real, imaginary) = (c3 + a * real - b * imaginary, a * imaginary + b * real);
    let (real, imaginary) = (c2 + a * real - b * imaginary, a * imaginary + b * real);
    (a * a - b * b) * real - 2.0 * a * b * imaginary
}
