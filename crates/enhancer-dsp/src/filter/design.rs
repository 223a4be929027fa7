//! Designs the digital sections of a band, so that their response follows the analog prototype to the top of
//! the band.
//!
//! `draft` takes the bilinear transform, which is exact at the band's frequency alone. `good` fits one
//! section to each section of the prototype, and `best` adds one section that corrects the rest. `docs/EQ.md`
//! lists the errors.

use super::band::{BandType, EqBand};
use super::fit::start::{start, with_correction};
use super::fit::{Fit, Node, Nodes, ONE, TWO};
use super::prototype::{AnalogSection, MAX_PROTOTYPE_SECTIONS, Prototype};
use super::section::Svf;
use crate::bounds::part;
use crate::quality::Quality;
use core::f64::consts::{FRAC_PI_2, PI};
use realfft::num_complex::Complex64;

/// Largest number of sections of one band: four of the steepest slope and a correction.
pub const MAX_SECTIONS: usize = MAX_PROTOTYPE_SECTIONS + 1;

/// The digital sections of one band, in cascade.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BandDesign {
    sections: [Svf; MAX_SECTIONS],
    len: usize,
}

impl BandDesign {
    /// A band without sections, which passes its input.
    pub const IDENTITY: Self = Self { sections: [Svf::IDENTITY; MAX_SECTIONS], len: 0 };

    /// Designs `band` for a sample rate, whether or not it is enabled.
    ///
    /// # Realtime safety
    /// Never allocates or panics; takes a bounded number of steps.
    #[must_use]
    pub fn new(band: &EqBand, sample_rate_hz: f64, quality: Quality) -> Self {
        let mut design = Self::IDENTITY;
        // A cut is the exact inverse of the boost. Of the two, the fit takes the one with its poles below its
        // zeros.
        let (fitted, inverse) = match band.kind {
            BandType::Peak | BandType::Lowshelf => (band.gain_db.abs(), band.gain_db < 0.0),
            BandType::Highshelf | BandType::Tilt => (-band.gain_db.abs(), band.gain_db > 0.0),
            _ => (band.gain_db, false),
        };
        if fitted == 0.0 && band.kind.has_gain() {
            return design;
        }
        let prototype = Prototype::new(&EqBand { gain_db: fitted, ..*band });
        Designer::new(prototype, sample_rate_hz).fill(&mut design, quality);
        if inverse {
            for section in design.sections.iter_mut().take(design.len) {
                *section = section.inverse();
            }
        }
        design
    }

    /// The sections in cascade, 0 to [`MAX_SECTIONS`].
    #[must_use]
    pub fn sections(&self) -> &[Svf] {
        part(&self.sections, ..self.len)
    }

    /// The complex response at `omega` radians a sample, 0…π.
    #[must_use]
    pub fn response(&self, omega: f64) -> Complex64 {
        self.sections().iter().map(|section| section.response(omega)).product()
    }

    fn push(&mut self, section: Svf) {
        if let Some(slot) = self.sections.get_mut(self.len) {
            *slot = section;
            self.len += 1;
        }
    }
}

/// Starts of a fit, as shares of the frequencies of the prototype's poles and zeros.
const STARTS: [f64; 4] = [1.0, 0.8, 0.6, 0.4];
/// Mean relative error of |H|² above which the next start is tried; 0.15 dB.
const GOOD_START: f64 = 0.035;
/// Damped steps from each start.
const FIRST_STEPS: usize = 7;
/// Damped steps after each of two rounds of weighing.
const STEPS: [usize; 2] = [3, 3];
/// Damped steps with the correction: before the weighing, and after each of two rounds.
const STEPS_WITH_CORRECTION: [usize; 3] = [12, 4, 4];

/// Power below which the shape of a prototype is ignored, −90 dB.
const INAUDIBLE_POWER: f64 = 1e-9;
/// Importance of errors above the audio band; within it, 1.
const BEYOND_THE_BAND: f64 = 0.03;

struct Designer {
    prototype: Prototype,
    /// Frequency of s = j, radians a sample.
    omega0: f64,
    /// Top of the band in which errors have their full importance, radians a sample.
    top_omega: f64,
}

impl Designer {
    fn new(prototype: Prototype, sample_rate_hz: f64) -> Self {
        let radians = 2.0 * PI / sample_rate_hz;
        let top_hz = (0.45 * sample_rate_hz).min((0.4 * sample_rate_hz).max(20_000.0));
        Self { omega0: prototype.frequency_hz() * radians, top_omega: top_hz * radians, prototype }
    }

    fn fill(&self, design: &mut BandDesign, quality: Quality) {
        if quality == Quality::Draft && self.omega0 < 0.9 * PI {
            for section in self.prototype.sections() {
                design.push(bilinear(section, self.omega0));
            }
            return;
        }
        let single = self.prototype.sections().len() == 1;
        if quality == Quality::Best && single {
            for section in self.prototype.sections() {
                let mut nodes = self.nodes(self.prototype.sections(), None);
                let mut fit = with_correction(&self.first_fit(section, &nodes));
                fit.refine(&nodes, STEPS_WITH_CORRECTION[0]);
                improve(&mut fit, &mut nodes, &STEPS_WITH_CORRECTION[1..]);
                design.push(main_section(&fit));
                design.push(correction(&fit));
            }
            return;
        }
        for section in self.prototype.sections() {
            let mut nodes = self.nodes(core::slice::from_ref(section), None);
            let mut fit = self.first_fit(section, &nodes);
            improve(&mut fit, &mut nodes, &STEPS);
            design.push(main_section(&fit));
        }
        if quality == Quality::Best {
            self.correct(design);
        }
    }

    /// The least-squares fit of one section, from the first start that gives a small error, else from the
    /// best.
    fn first_fit(&self, section: &AnalogSection, nodes: &Nodes) -> Fit<ONE> {
        let mut best = start(section, self.omega0, STARTS[0]);
        best.refine(nodes, FIRST_STEPS);
        let mut least = best.mean_error(nodes);
        for &shift in &STARTS[1..] {
            if least < GOOD_START {
                break;
            }
            let mut other = start(section, self.omega0, shift);
            other.refine(nodes, FIRST_STEPS);
            let error = other.mean_error(nodes);
            if error < least {
                (best, least) = (other, error);
            }
        }
        best
    }

    /// Appends a section that reduces the error of the cascade.
    fn correct(&self, design: &mut BandDesign) {
        let done = *design;
        let mut nodes = self.nodes(self.prototype.sections(), Some(&done));
        let neutral = Fit { unit: 1.0, n0: 1.0, values: [0.0; ONE], mask: [0.0; ONE] };
        let mut fit = with_correction(&neutral);
        fit.refine(&nodes, STEPS_WITH_CORRECTION[0]);
        improve(&mut fit, &mut nodes, &STEPS_WITH_CORRECTION[1..]);
        design.push(correction(&fit));
    }

    /// Nodes of a fit: frequencies, and as target the power of `sections` over that of `done`. A first fit
    /// has no nodes where `sections` are inaudible. A correction has gain 1 as its target there: without a
    /// target it would rise to 45 dB, and ring when it is switched on.
    fn nodes(&self, sections: &[AnalogSection], done: Option<&BandDesign>) -> Nodes {
        let mut nodes = Nodes::EMPTY;
        let mut push = |omega: f64| {
            if !(omega > 0.0 && omega < 0.985 * PI) {
                return;
            }
            let square = (omega / self.omega0).powi(2);
            let power: f64 = sections.iter().map(|section| section.power(square)).product();
            let x = (0.5 * omega).tan().powi(2);
            if power < INAUDIBLE_POWER {
                if done.is_some() {
                    nodes.push(Node { x, inverse_power: 1.0, weight: 1e-3, importance: BEYOND_THE_BAND });
                }
                return;
            }
            // Errors count less where the level is low, and much less above the audio band.
            let depth = power.sqrt().sqrt().min(1.0);
            let audible = if omega <= self.top_omega * 1.000_001 { 1.0 } else { BEYOND_THE_BAND };
            let importance = depth.sqrt() * audible;
            let done = done.map_or(1.0, |done| done.response(omega).norm_sqr());
            nodes.push(Node { x, inverse_power: done / power, weight: importance * importance, importance });
        };
        const ACROSS: usize = 14;
        for index in 0..ACROSS {
            // Dense at the top, where the error is largest (Chebyshev's nodes).
            push(self.top_omega * (FRAC_PI_2 * (index as f64 + 0.75) / ACROSS as f64).sin());
        }
        push(0.94 * PI);
        push(0.98 * PI);
        for section in sections {
            for c in [section.num, section.den] {
                if c[0] > 0.0 && c[2] > 0.0 {
                    let (natural, damping) = ((c[0] / c[2]).sqrt(), c[1] / (c[0] * c[2]).sqrt());
                    push(self.omega0 * natural);
                    for offset in [0.7, 2.0] {
                        let half = 0.5 * damping * offset;
                        let spread = (1.0 + half * half).sqrt();
                        for omega in [spread + half, 1.0 / (spread + half)].map(|r| self.omega0 * natural * r)
                        {
                            // A resonance between the top of the band and Nyquist is left to the fit.
                            if omega < 0.95 * PI {
                                push(omega);
                            }
                        }
                    }
                }
            }
        }
        nodes
    }
}

/// Moves a fit from the least mean square towards the smallest largest error.
fn improve<const N: usize>(fit: &mut Fit<N>, nodes: &mut Nodes, steps: &[usize]) {
    for &steps in steps {
        fit.reweigh(nodes);
        fit.refine(nodes, steps);
    }
}

/// The bilinear transform, prewarped to be exact at s = j.
fn bilinear(section: &AnalogSection, omega0: f64) -> Svf {
    let g = (0.5 * omega0).tan();
    let [n0, n1, n2] = section.num;
    let [d0, d1, d2] = section.den;
    // A first-order section is one of second order times (1 + s)/(1 + s).
    let ([n0, n1, n2], [d0, d1, d2]) =
        if d2 == 0.0 { ([n0, n0 + n1, n1], [d0, d0 + d1, d1]) } else { ([n0, n1, n2], [d0, d1, d2]) };
    let mean = (d0 * d2).sqrt();
    Svf { g: g * (d0 / d2).sqrt(), k: d1 / mean, c: [n0 / d0, n1 / mean, n2 / d2] }
}

/// The section with squared magnitude `(n0 + n1 y + n2 y²) / (1 + d1 y + d2 y²)`, y = x / unit, of minimum
/// phase.
fn section(unit: f64, n0: f64, values: &[f64], null: bool) -> Svf {
    let &[n1, n2, d1, d2, ..] = values else { return Svf::IDENTITY };
    let root = d2.sqrt();
    let g = (unit / root).sqrt();
    let k = (d1 / root + 2.0).sqrt();
    // In powers of s = σ/g, s² = −x/g² = −y root.
    let c1 = if null { 0.0 } else { ((n1 + 2.0 * (n0 * n2).sqrt()) / root).sqrt() };
    Svf { g, k, c: [n0.sqrt(), c1, n2.sqrt() / root] }
}

fn main_section<const N: usize>(fit: &Fit<N>) -> Svf {
    section(fit.unit, fit.n0, &fit.values, fit.mask[0] == 0.0)
}

fn correction(fit: &Fit<TWO>) -> Svf {
    section(1.0, 1.0, part(&fit.values, ONE..), false)
}
