//! An upper bound of the time that the chain sounds on after its input, for any input.
//!
//! A section's impulse response stays below a sum of exponentials, and so does a cascade's. With
//! `M(s) = Σ |h[n]| e^(s n)` of each section, an input of peak 1 that ended T frames ago leaves at most (H.
//! Chernoff, *A measure of asymptotic efficiency*, Ann. Math. Stat. 23(4), 1952, for probabilities; the
//! argument is the same)
//!
//! ```text
//! |y| ≤ Σ over n > T of |h[n]| ≤ e^(−s T) Π M(s),    for every s > 0 below the slowest pole's decay
//! ```
//!
//! so that `T = (ln Π M(s) + ln 10⁵) / s`, at the best of a few s, ends at −100 dB. The poles are those of
//! the running sections. With s = σ/g as in [`crate::filter::section`] and poles s₁, s₂:
//!
//! ```text
//! H = c2 + m1 s/((s−s₁)(s−s₂)) + m2/((s−s₁)(s−s₂)) = c2 + R/(s−s₁) + R*/(s−s₁*)
//! 1/(s−s₁) = G (1 + z⁻¹)/(1 − p z⁻¹),   G = g/(1−σ₁),  p = (1+σ₁)/(1−σ₁),  1 + p = 2/(1−σ₁)
//! ```

use crate::eq::MAX_BANDS;
use crate::filter::glide::SETTLE_MS;
use crate::filter::{MAX_SECTIONS, Svf};
use crate::units::{db_to_gain, ms_to_frames};
use realfft::num_complex::Complex64;

/// ln 10⁵: the tail ends at −100 dB of the input's peak.
const DEPTH: f64 = 11.512_925_464_970_229;

/// Longest tail, s. One band can reach it: 10 Hz, +24 dB, Q 40 rings for 72 s.
const MOST_SECONDS: f64 = 120.0;

/// Places of s below the slowest decay that are tried.
const PLACES: [f64; 8] = [0.4, 0.6, 0.75, 0.85, 0.91, 0.95, 0.975, 0.99];

/// From this damping on, 2 being critical, the poles are bounded one after the other: as a pair their
/// residues grow without limit.
const PAIRED_BELOW: f64 = 1.8;

/// The most sections that a bound takes: an equalizer whose bands all change their channel, and 32 more.
const MOST_SECTIONS: usize = 2 * MAX_BANDS * MAX_SECTIONS + 32;

/// So many moments, each below 10²⁰, have a product that is no infinity.
const SAFE_FACTORS: usize = 12;

/// First-order factor 1/(s − s₁).
#[derive(Debug, Clone, Copy)]
struct Pole {
    /// |G|.
    gain: f64,
    /// |1 + p|.
    next: f64,
    /// |p|.
    radius: f64,
    /// −ln |p|, per frame.
    decay: f64,
}

impl Pole {
    fn new(s1: Complex64, g: f64) -> Self {
        let sigma = s1 * g;
        let distance = (1.0 - sigma).norm_sqr();
        let root = distance.sqrt();
        let decay = -0.5 * (4.0 * sigma.re / distance).ln_1p();
        Self { gain: g / root, next: 2.0 / root, radius: (-decay).exp(), decay }
    }

    /// `Σ |h[n]| xⁿ`, x = e^s.
    fn moment(&self, x: f64) -> f64 {
        self.gain * (1.0 + self.next * x / (1.0 - self.radius * x))
    }
}

/// Bound on a section: `direct + single F₁ + both F₁ F₂`.
#[derive(Debug, Clone, Copy)]
struct Ringing {
    direct: f64,
    single: f64,
    both: f64,
    poles: [Pole; 2],
}

impl Ringing {
    /// A section that changes nothing.
    const SILENT: Self = Self {
        direct: 1.0,
        single: 0.0,
        both: 0.0,
        poles: [Pole { gain: 0.0, next: 0.0, radius: 0.0, decay: f64::INFINITY }; 2],
    };

    fn new(svf: &Svf) -> Self {
        let Svf { g, k, c: [c0, c1, c2] } = *svf;
        let root = Complex64::new(k * k - 4.0, 0.0).sqrt();
        let [s1, s2] = [(root - k) / 2.0, (-root - k) / 2.0];
        // The slower of two real poles is found without a difference of nearly equal numbers: s₁ s₂ = 1.
        let s1 = if k > 2.0 { s2.inv() } else { s1 };
        let poles = [Pole::new(s1, g), Pole::new(s2, g)];
        if k < PAIRED_BELOW {
            let residue = (c0 + s1 * (c1 + s1 * c2)) / (s1 - s2);
            return Self { direct: c2.abs(), single: 2.0 * residue.norm(), both: 0.0, poles };
        }
        let (m1, m2) = ((c1 - k * c2).abs(), (c0 - c2).abs());
        Self { direct: c2.abs(), single: m1, both: m1 * s2.norm() + m2, poles }
    }

    /// The slowest decay per frame.
    fn decay(&self) -> f64 {
        self.poles.iter().fold(f64::INFINITY, |slowest, pole| slowest.min(pole.decay))
    }

    /// M(s) with x = e^s, at least 1: a cut need not affect the input at hand.
    fn moment(&self, x: f64) -> f64 {
        let [first, second] = self.poles.map(|pole| pole.moment(x));
        (self.direct + self.single * first + self.both * first * second).max(1.0)
    }
}

/// Product of the moments of at most [`SAFE_FACTORS`] sections.
fn product(sections: &[Ringing], x: f64) -> f64 {
    sections.iter().map(|section| section.moment(x)).product()
}

/// An upper bound of the time that a chain of stages sounds on, to which every enabled stage adds its share.
#[derive(Debug)]
pub struct Tail {
    sections: [Ringing; MOST_SECTIONS],
    len: usize,
    /// More sections than the list holds: the bound is then the longest tail.
    is_full: bool,
    gain_db: f64,
    gain: f64,
    added_ms: f64,
}

impl Default for Tail {
    fn default() -> Self {
        Self::new()
    }
}

impl Tail {
    /// The bound of a chain without stages: the time that glides take.
    #[must_use]
    pub fn new() -> Self {
        let sections = [Ringing::SILENT; MOST_SECTIONS];
        Self { sections, len: 0, is_full: false, gain_db: 0.0, gain: 1.0, added_ms: SETTLE_MS }
    }

    /// Adds a section in the state that its glide ends at.
    pub fn add_section(&mut self, svf: &Svf) {
        match self.sections.get_mut(self.len) {
            Some(place) => {
                *place = Ringing::new(svf);
                self.len += 1;
            }
            None => self.is_full = true,
        }
    }

    /// Adds the gain of a part without memory, dB.
    pub fn add_gain_db(&mut self, gain_db: f64) {
        self.gain_db += gain_db;
    }

    /// Adds the gain of a part without memory, linear; one below 1 counts as 1.
    pub fn add_gain(&mut self, gain: f64) {
        self.gain *= gain.max(1.0);
    }

    /// Adds the time, ms, of a part whose response ends.
    pub fn add_ms(&mut self, ms: f64) {
        self.added_ms += ms;
    }

    /// The bound, frames, at most 120 s.
    #[must_use]
    pub fn frames(&self, sample_rate_hz: f64) -> usize {
        let most = MOST_SECONDS * sample_rate_hz;
        if self.is_full {
            return most.ceil() as usize;
        }
        let frames = self.ringing_frames() + ms_to_frames(self.added_ms, sample_rate_hz);
        frames.min(most).ceil() as usize
    }

    fn ringing_frames(&self) -> f64 {
        let all = self.sections.get(..self.len).unwrap_or(&self.sections);
        let slowest = all.iter().map(Ringing::decay).fold(f64::INFINITY, f64::min);
        if !slowest.is_finite() {
            return 0.0;
        }
        let level = DEPTH + (db_to_gain(self.gain_db) * self.gain).ln();
        let frames = |place: f64| {
            let s = place * slowest;
            let x = s.exp();
            let moments: f64 = all.chunks(SAFE_FACTORS).map(|some| product(some, x).ln()).sum();
            (level + moments).max(0.0) / s
        };
        PLACES.iter().map(|&place| frames(place)).fold(f64::INFINITY, f64::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_sections_than_the_list_holds_give_the_longest_tail() {
        let mut tail = Tail::new();
        (0..MOST_SECTIONS).for_each(|_| tail.add_section(&Svf::IDENTITY));
        assert!(tail.frames(48_000.0) < 48_000);
        tail.add_section(&Svf::IDENTITY);
        assert_eq!(tail.frames(48_000.0), 120 * 48_000);
    }
}
