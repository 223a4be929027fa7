//! Balance at constant power: the squares of the left and right gain add up to 2, with 1 and 1 in the centre.
//!
//! ```text
//! θ = (1 + b) π/4,  left √2 cos θ,  right √2 sin θ,  b in −1…1
//! ```
//!
//! At the ends one side is silent and the other is 3.01 dB louder. The mono sum of a centred sound changes
//! from 0 dB in the centre to −3.01 dB at the ends.

use crate::block::{Lanes, MAX_CHUNK_FRAMES};
use crate::smoother::{GLIDE_MS, Smoother};
use core::f64::consts::{FRAC_PI_4, SQRT_2};

#[derive(Debug)]
pub(super) struct Balance {
    gains: [Smoother; 2],
}

impl Balance {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        Self { gains: [Smoother::new(sample_rate_hz, GLIDE_MS, 1.0); 2] }
    }

    pub(super) fn set_percent(&mut self, percent: f64) {
        let [left, right] = gains(percent);
        self.gains[0].set_target(left);
        self.gains[1].set_target(right);
    }

    pub(super) fn reset(&mut self) {
        self.gains.iter_mut().for_each(Smoother::snap);
    }

    pub(super) fn is_off(&self) -> bool {
        self.gains.iter().all(|gain| gain.rests_at(1.0))
    }

    /// Gains of both channels in the next frames.
    pub(super) fn gains(&mut self, frames: usize) -> [Lanes; MAX_CHUNK_FRAMES] {
        let mut gains = [[1.0; 2]; MAX_CHUNK_FRAMES];
        for lanes in gains.iter_mut().take(frames) {
            *lanes = self.gains.each_mut().map(Smoother::next_value);
        }
        gains
    }
}

/// Gains of both channels, exact at the centre and the ends, where the functions round.
fn gains(percent: f64) -> [f64; 2] {
    if percent == 0.0 {
        return [1.0; 2];
    }
    let (sin, cos) = ((1.0 + percent / 100.0) * FRAC_PI_4).sin_cos();
    [cos, sin].map(|gain| if gain.abs() < 1e-9 { 0.0 } else { SQRT_2 * gain })
}
