//! How long the chain sounds on after its input: a bound that holds for every input.
//!
//! A section's impulse response stays below a sum of exponentials, and so does a cascade's. With `M(s) = Σ |h[n]| e^(s n)` of each
//! section, an input of peak 1 that ended T frames ago leaves at most (H. Chernoff, *A measure of asymptotic efficiency*,
//! Ann. Math. Stat. 23(4), 1952, for probabilities; the argument is the same)
//!
//! ```text
//! |y| ≤ Σ over n > T of |h[n]| ≤ e^(−s T) Π M(s),    for every s > 0 below the slowest pole's decay
//! ```
//!
//! so that `T = (ln Π M(s) + ln 10⁵) / s`, at the best of a few s, ends at −100 dB. The poles are the ones the sections run with. With
//! s = σ/g as in [`crate::filter::section`] and poles s₁, s₂:
//!
//! ```text
//! H = c2 + m1 s/((s−s₁)(s−s₂)) + m2/((s−s₁)(s−s₂)) = c2 + R/(s−s₁) + R*/(s−s₁*)
//! 1/(s−s₁) = G (1 + z⁻¹)/(1 − p z⁻¹),   G = g/(1−σ₁),  p = (1+σ₁)/(1−σ₁),  1 + p = 2/(1−σ₁)
//! ```

use super::Enhancer;
use crate::config::MAX_BANDS;
use crate::dynamics::Compressor;
use crate::filter::{MAX_SECTIONS, Svf, tuning};
use crate::smoother::GLIDE_MS;
use crate::units::{db_to_gain, ms_to_frames};
use core::f64::consts::SQRT_2;
use realfft::num_complex::Complex64;

/// ln 10⁵: the tail ends at −100 dB of the input's peak.
const DEPTH: f64 = 11.512_925_464_970_229;

/// Longest tail, s. One band can reach it: 10 Hz, +24 dB, Q 40 rings for 72 s.
const MOST_SECONDS: f64 = 120.0;

/// Places of s below the slowest decay that are tried.
const PLACES: [f64; 8] = [0.4, 0.6, 0.75, 0.85, 0.91, 0.95, 0.975, 0.99];

/// What the bass boost's harmonics add, ms: they are made by filters that reach down to 10 Hz, two of which keep a constant
/// out (11.5 time constants of 16 ms, and half of that again for the second).
const BASS_HARMONICS_MS: f64 = 300.0;

/// What the treble boost's harmonics add, ms: band filters from 2 kHz up and the oversampling filters.
const TREBLE_HARMONICS_MS: f64 = 10.0;

/// From this damping on, 2 being critical, the poles are bounded one after the other: as a pair their residues grow without
/// limit.
const PAIRED_BELOW: f64 = 1.8;

/// The most sections: those of the equalizer, now and after a change of channel, two shelves and the crossover.
const MOST_SECTIONS: usize = 2 * MAX_BANDS * MAX_SECTIONS + 4;

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

    /// M(s) with x = e^s, at least 1: what a cut takes away need not be there.
    fn moment(&self, x: f64) -> f64 {
        let [first, second] = self.poles.map(|pole| pole.moment(x));
        (self.direct + self.single * first + self.both * first * second).max(1.0)
    }
}

/// Product of the moments of at most [`SAFE_FACTORS`] sections.
fn product(sections: &[Ringing], x: f64) -> f64 {
    sections.iter().map(|section| section.moment(x)).product()
}

impl Enhancer {
    /// Frames after the end of the input until the output has fallen below −100 dB of the input's peak: the latency and an
    /// upper bound of the ringing of what is switched on, at most 120 s. Glides under way are taken as at their end.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics. Takes some 0.2 µs for each section of the equalizer: call it when the config
    /// changed, not for every block.
    #[must_use]
    pub fn tail_frames(&self) -> usize {
        let latency = self.latency_frames();
        let config = &self.config;
        if config.bypass_all {
            return latency;
        }
        let mut added_ms = GLIDE_MS;
        if config.bass_boost.enabled && config.bass_boost.harmonics_percent > 0.0 {
            added_ms += BASS_HARMONICS_MS;
        }
        if config.treble_boost.enabled && config.treble_boost.harmonics_percent > 0.0 {
            added_ms += TREBLE_HARMONICS_MS;
        }
        let ringing = self.ringing_frames() + ms_to_frames(added_ms, self.sample_rate_hz);
        latency + ringing.min(MOST_SECONDS * self.sample_rate_hz).ceil() as usize
    }

    fn ringing_frames(&self) -> f64 {
        let mut all = [Ringing::SILENT; MOST_SECTIONS];
        let count = all.iter_mut().zip(self.sections()).map(|(slot, svf)| *slot = Ringing::new(&svf)).count();
        let all = all.get(..count).unwrap_or_default();
        let slowest = all.iter().map(Ringing::decay).fold(f64::INFINITY, f64::min);
        if !slowest.is_finite() {
            return 0.0;
        }
        let level = DEPTH + self.most_gain().ln();
        let frames = |place: f64| {
            let s = place * slowest;
            let x = s.exp();
            let moments: f64 = all.chunks(SAFE_FACTORS).map(|some| product(some, x).ln()).sum();
            (level + moments).max(0.0) / s
        };
        PLACES.iter().map(|&place| frames(place)).fold(f64::INFINITY, f64::min)
    }

    /// The sections that are on, or on their way to be.
    fn sections(&self) -> impl Iterator<Item = Svf> {
        let config = &self.config;
        let equalizer = config.equalizer.enabled.then(|| self.equalizer.stage().sections());
        let bass = config.bass_boost.enabled.then(|| self.bass_boost.stage().shelf());
        let treble = config.treble_boost.enabled.then(|| self.treble_boost.stage().shelf());
        let below_hz = f64::from(config.stereo_enhancer.mono_below_hz);
        let mono_below = config.stereo_enhancer.enabled && self.channels == 2 && below_hz > 0.0;
        let highpass = Svf { g: tuning(below_hz, self.sample_rate_hz), k: SQRT_2, c: [0.0, 0.0, 1.0] };
        let crossover = core::iter::repeat_n(highpass, if mono_below { 2 } else { 0 });
        equalizer.into_iter().flatten().chain(bass).chain(treble).chain(crossover)
    }

    /// Most gain of what has no memory, or a short one.
    fn most_gain(&self) -> f64 {
        let config = &self.config;
        let mut db = f64::from(config.master_gain_db);
        if config.equalizer.enabled {
            db += f64::from(config.equalizer.preamp_db);
        }
        if config.compressor.enabled {
            let makeup_db = f64::from(config.compressor.makeup_gain_db);
            db += (makeup_db + Compressor::auto_makeup_db(&config.compressor)).max(0.0);
        }
        let width = if config.stereo_enhancer.enabled { config.stereo_enhancer.width_percent } else { 0.0 };
        db_to_gain(db) * (f64::from(width) / 100.0).max(1.0)
    }
}
