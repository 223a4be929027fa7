//! How fast the gain follows: attack and release in the log domain, each the time to 63 % of a step in dB.
//!
//! The branching smoother of Giannoulis, Massberg and Reiss (2012, eq. 16) on the reduction in dB: a fall in gain
//! approaches its end with the attack's time constant, a rise with the release's, whatever the size of the step. What
//! the detectors take of that time is deducted, so that the sum is what is set:
//!
//! - `peak` holds for a quarter of the release, at most 25 ms (half the period of 20 Hz); the smoother gets the rest.
//! - `rms` averages power over a tenth of the attack (and at most 1/40 of the release). In dB an average in power comes
//!   late by 0.5 time constants for a rise of 14 dB and by 1.9 for an equal fall.

use crate::config::{CompressorConfig, Detector};
use crate::units::ms_to_frames;

/// Longest hold, ms: the rectified wave of the lowest audible tone repeats every 25 ms.
const MAX_HOLD_MS: f64 = 25.0;

/// Hold as a share of the release.
const HOLD_SHARE: f64 = 0.25;

/// Times that the detectors and the smoother share, frames.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    attack: f64,
    release: f64,
    pub(super) hold: f64,
    pub(super) average: f64,
}

impl Times {
    pub(super) fn new(config: &CompressorConfig, sample_rate_hz: f64) -> Self {
        let attack = ms_to_frames(f64::from(config.attack_ms), sample_rate_hz);
        let release = ms_to_frames(f64::from(config.release_ms), sample_rate_hz);
        Self {
            attack,
            release,
            hold: (HOLD_SHARE * release).min(ms_to_frames(MAX_HOLD_MS, sample_rate_hz)),
            average: (0.1 * attack).min(release / 40.0),
        }
    }
}

/// The smoother of the reduction.
#[derive(Debug)]
pub(super) struct Ballistics {
    attack: f64,
    release: f64,
    reduction_db: f64,
}

impl Ballistics {
    pub(super) fn new() -> Self {
        Self { attack: 1.0, release: 1.0, reduction_db: 0.0 }
    }

    /// Sets the times; `mean_hold_frames` is what the peak detector really holds.
    pub(super) fn set_times(&mut self, times: &Times, detector: Detector, mean_hold_frames: f64) {
        let (attack, release) = match detector {
            Detector::Peak => (times.attack, times.release - mean_hold_frames),
            Detector::Rms => (times.attack - 0.5 * times.average, times.release - 1.9 * times.average),
        };
        self.attack = share(attack);
        self.release = share(release);
    }

    pub(super) fn reset(&mut self) {
        self.reduction_db = 0.0;
    }

    pub(super) fn flush_denormals(&mut self) {
        if self.reduction_db < 1e-30 {
            self.reduction_db = 0.0;
        }
    }

    pub(super) fn reduction_db(&self) -> f64 {
        self.reduction_db
    }

    /// Smooths reductions in place.
    pub(super) fn process(&mut self, reductions: &mut [f64]) {
        // The step towards a target above is the attack's, towards one below the release's. Whichever time is the
        // shorter, that choice is the larger (or the smaller) of both steps: no branch in the loop.
        let (attack, release) = (self.attack, self.release);
        let mut state = self.reduction_db;
        if attack >= release {
            for reduction in reductions {
                state = follow(state, *reduction, attack).max(follow(state, *reduction, release));
                *reduction = state;
            }
        } else {
            for reduction in reductions {
                state = follow(state, *reduction, attack).min(follow(state, *reduction, release));
                *reduction = state;
            }
        }
        self.reduction_db = state;
    }
}

#[inline]
fn follow(state: f64, target: f64, share: f64) -> f64 {
    (1.0 - share) * state + share * target
}

/// The share of a new value in a one-pole smoother of a time constant in frames.
fn share(frames: f64) -> f64 {
    1.0 - (-1.0 / frames.max(1e-3)).exp()
}
