//! Measures the harmonics that the core adds: runs it on a tone and analyses the result.

use super::Tone;
use enhancer_dsp::{Enhancer, EnhancerConfig, Quality};
use std::f64::consts::TAU;

/// Lowest level of a harmonic in the picture, dB relative to the tone.
pub(super) const FLOOR_DBC: f32 = -60.0;

const RATE_HZ: f64 = 48_000.0;
/// Frames analysed: bins of 10 Hz.
const FRAMES: usize = 4800;
/// Frames before the analysis, in which the stage settles.
const SETTLE: usize = 14_400;
/// Peak of the tone: −12 dBFS.
const PEAK: f64 = 0.251_188_6;
/// Harmonics measured: 2 to 7.
const ORDERS: std::ops::RangeInclusive<usize> = 2..=7;

/// Runs the core again whenever the settings change.
pub(super) struct Probe {
    tone: Tone,
    enhancer: Option<Enhancer>,
    key: Option<(f32, f32, f32, Quality)>,
    tone_hz: f64,
    harmonics: Vec<(f64, f32)>,
}

impl Probe {
    pub(super) fn new(tone: Tone) -> Self {
        Self { tone, enhancer: None, key: None, tone_hz: 60.0, harmonics: vec![] }
    }

    /// Frequency of the tone, Hz.
    pub(super) fn tone_hz(&self) -> f64 {
        self.tone_hz
    }

    /// Frequencies of the harmonics in Hz, from the second up, with their levels relative to the tone in dB.
    pub(super) fn harmonics_dbc(&mut self, config: &EnhancerConfig) -> &[(f64, f32)] {
        let (bass, treble) = (&config.bass_boost, &config.treble_boost);
        let (frequency, amount, harmonics) = match self.tone {
            Tone::Bass => (bass.frequency_hz, bass.amount_db, bass.harmonics_percent),
            Tone::Treble => (treble.frequency_hz, treble.amount_db, treble.harmonics_percent),
        };
        let key = (frequency, amount, harmonics, config.quality);
        if self.key != Some(key) {
            self.key = Some(key);
            self.measure(config, f64::from(frequency));
        }
        &self.harmonics
    }

    fn measure(&mut self, config: &EnhancerConfig, frequency_hz: f64) {
        let mut alone = EnhancerConfig { quality: config.quality, ..EnhancerConfig::default() };
        alone.limiter.enabled = false;
        let place = match self.tone {
            Tone::Bass => {
                alone.bass_boost = config.bass_boost;
                alone.bass_boost.enabled = true;
                0.7
            }
            Tone::Treble => {
                alone.treble_boost = config.treble_boost;
                alone.treble_boost.enabled = true;
                1.0
            }
        };
        self.harmonics.clear();
        self.tone_hz = (frequency_hz * place / 10.0).round().max(1.0) * 10.0;
        if self.enhancer.is_none() {
            self.enhancer = Enhancer::new(RATE_HZ, 1).ok();
        }
        let Some(enhancer) = &mut self.enhancer else { return };
        enhancer.reset();
        if enhancer.set_config(&alone).is_err() {
            return;
        }
        let tone_hz = self.tone_hz;
        let sine = |n: usize| (PEAK * (TAU * tone_hz * n as f64 / RATE_HZ).sin()) as f32;
        let mut samples: Vec<f32> = (0..SETTLE + FRAMES).map(sine).collect();
        enhancer.process(&mut [&mut samples]);
        let tail = &samples[SETTLE..];
        let fundamental = magnitude(tail, tone_hz);
        let level = |order: usize| {
            let hz = tone_hz * order as f64;
            let ratio = if hz < 0.5 * RATE_HZ { magnitude(tail, hz) / fundamental.max(1e-12) } else { 0.0 };
            (hz, (20.0 * ratio.max(1e-9).log10()) as f32)
        };
        self.harmonics.extend(ORDERS.map(level));
    }
}

/// Peak of the sine of `hz` in `samples`, which must hold whole periods of it.
fn magnitude(samples: &[f32], hz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (n, &sample) in samples.iter().enumerate() {
        let (sin, cos) = (TAU * hz * n as f64 / RATE_HZ).sin_cos();
        re += f64::from(sample) * cos;
        im += f64::from(sample) * sin;
    }
    2.0 * (re * re + im * im).sqrt() / samples.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_setting_adds_more_harmonics() {
        for tone in [Tone::Bass, Tone::Treble] {
            let second = |percent: f32| {
                let mut config = EnhancerConfig::default();
                config.bass_boost.harmonics_percent = percent;
                config.treble_boost.harmonics_percent = percent;
                Probe::new(tone).harmonics_dbc(&config).iter().map(|bar| bar.1).fold(f32::MIN, f32::max)
            };
            assert!(second(0.0) < -100.0, "{tone:?} {}", second(0.0));
            assert!(second(100.0) > -40.0, "{tone:?} {}", second(100.0));
            assert!(second(100.0) > second(20.0) + 6.0, "{tone:?}");
        }
    }
}
