//! Test signals from formulas and a seeded generator, the same on every machine.

use std::f64::consts::TAU;

/// A sine of peak `amplitude` at `frequency_hz`, `phase` in radians.
#[must_use]
pub fn sine(frequency_hz: f64, amplitude: f64, phase: f64, sample_rate_hz: f64, frames: usize) -> Vec<f32> {
    let step = TAU * frequency_hz / sample_rate_hz;
    (0..frames).map(|n| (amplitude * (step * n as f64 + phase).sin()) as f32).collect()
}

/// A generator of uniformly distributed numbers (xorshift64*, S. Vigna 2016).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator whose sequence depends on `seed` only.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Returns the next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// Returns a number of 0 to 1, 1 excluded.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Returns a number in `low..high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Returns a normally distributed number of mean 0 and variance 1 (Box and Muller 1958).
    pub fn gaussian(&mut self) -> f64 {
        (-2.0 * self.unit().max(1e-300).ln()).sqrt() * (TAU * self.unit()).cos()
    }
}

/// Gaussian white noise of the given RMS.
#[must_use]
pub fn white_noise(rms: f64, seed: u64, frames: usize) -> Vec<f32> {
    let mut random = Random::new(seed);
    (0..frames).map(|_| (rms * random.gaussian()) as f32).collect()
}

/// Amplitude of a level in dB.
#[must_use]
pub fn from_db(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// Level in dB of an amplitude.
#[must_use]
pub fn to_db(amplitude: f64) -> f64 {
    20.0 * amplitude.abs().log10()
}
