//! Crossfeed for headphones: each ear hears the other channel too, softer, later and without its highs, as from speakers.
//!
//! A first-order low-pass at 700 Hz feeds a share α of each channel to the other and takes the same from its own:
//!
//! ```text
//! l' = l + α LP(r − l),  r' = r + α LP(l − r)
//! ```
//!
//! Corner and depth are those of bs2b's default (after B. Bauer, *Stereophonic earphones and binaural loudspeakers*, JAES
//! 9(2), 1961): at 100 % the far ear hears lows 4.5 dB below the near one (α = 0.373) and 0.36 ms later, about as from a
//! speaker at 30°. What left and right have in common has no difference to filter: a mono signal passes to the bit,
//! and the mono sum stays. The side signal falls by 11.9 dB in the lows and not at all in the highs.

use crate::block::{Lanes, MAX_CHUNK_FRAMES};
use crate::smoother::{GLIDE_MS, Smoother};
use core::f64::consts::PI;

/// Corner of the low-pass, Hz.
const CORNER_HZ: f64 = 700.0;

/// α at 100 %: (1 − α) / α is 4.5 dB.
const FULL_SHARE: f64 = 0.373_3;

#[derive(Debug)]
pub(super) struct Crossfeed {
    /// α.
    share: Smoother,
    /// g / (1 + g) of the trapezoidal one-pole low-pass, g = tan(π f / fs).
    coefficient: f64,
    /// The low-pass's integrator, fed with l − r.
    state: f64,
}

impl Crossfeed {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        let tuning = (PI * CORNER_HZ / sample_rate_hz).tan();
        let share = Smoother::new(sample_rate_hz, GLIDE_MS, 0.0);
        Self { share, coefficient: tuning / (1.0 + tuning), state: 0.0 }
    }

    pub(super) fn set_percent(&mut self, percent: f64) {
        if self.is_off() {
            self.state = 0.0;
        }
        self.share.set_target(FULL_SHARE * percent / 100.0);
    }

    pub(super) fn reset(&mut self) {
        self.share.snap();
        self.state = 0.0;
    }

    pub(super) fn flush_denormals(&mut self) {
        if self.state.abs() < 1e-30 {
            self.state = 0.0;
        }
    }

    pub(super) fn process(&mut self, frames: &mut [Lanes]) {
        if self.is_off() {
            return;
        }
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.share.fill(&mut shares[..frames.len().min(MAX_CHUNK_FRAMES)]);
        for ([left, right], share) in frames.iter_mut().zip(shares) {
            let step = self.coefficient * (*left - *right - self.state);
            let low = self.state + step;
            self.state = low + step;
            *left -= share * low;
            *right += share * low;
        }
    }

    fn is_off(&self) -> bool {
        self.share.is_settled() && self.share.value() == 0.0
    }
}
