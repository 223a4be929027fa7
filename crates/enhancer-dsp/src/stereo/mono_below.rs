//! Mono lows: below a crossover the side signal goes, above it stays.
//!
//! The side passes the high band of a fourth-order Linkwitz–Riley crossover (24 dB per octave, −6 dB at the crossover),
//! the mid the all-pass that the crossover's bands add up to, so that mid and side keep their phase to each other at every
//! frequency and nothing above the crossover moves in the picture. Mono sum: flat in magnitude, turned in phase by
//! the all-pass (360° in all, 180° at the crossover).

use crate::block::{Lanes, MAX_CHUNK_FRAMES};
use crate::filter::crossover::{Coefficients, Section, tuning};
use crate::smoother::{GLIDE_MS, Smoother};

#[derive(Debug)]
pub(super) struct MonoBelow {
    sample_rate_hz: f64,
    tuning: Smoother,
    /// Share of the filtered signal, 0 while off.
    filtered: Smoother,
    /// Mid and side.
    first: Section,
    /// The side again; its other lane idles.
    second: Section,
}

impl MonoBelow {
    pub(super) fn new(sample_rate_hz: f64) -> Self {
        let glide = || Smoother::new(sample_rate_hz, GLIDE_MS, 0.0);
        Self {
            sample_rate_hz,
            tuning: glide(),
            filtered: glide(),
            first: Section::default(),
            second: Section::default(),
        }
    }

    /// Sets the crossover; 0 is off.
    pub(super) fn set_frequency_hz(&mut self, frequency_hz: f64) {
        if frequency_hz <= 0.0 {
            self.filtered.set_target(0.0);
            return;
        }
        let tuning = tuning(frequency_hz, self.sample_rate_hz);
        if self.is_off() {
            self.forget();
            self.tuning.snap_to(tuning);
        } else {
            self.tuning.set_target(tuning);
        }
        self.filtered.set_target(1.0);
    }

    pub(super) fn reset(&mut self) {
        self.forget();
        self.tuning.snap();
        self.filtered.snap();
    }

    pub(super) fn flush_denormals(&mut self) {
        self.first.flush_denormals();
        self.second.flush_denormals();
    }

    pub(super) fn process(&mut self, frames: &mut [Lanes]) {
        if self.is_off() {
            return;
        }
        let count = frames.len().min(MAX_CHUNK_FRAMES);
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.filtered.fill(&mut shares[..count]);
        let mut tunings = [0.0; MAX_CHUNK_FRAMES];
        let settled = self.tuning.fill(&mut tunings[..count]);
        let fixed = Coefficients::new(self.tuning.value());
        for ((lanes, share), tuning) in frames.iter_mut().zip(shares).zip(tunings) {
            let coefficients = if settled { fixed } else { Coefficients::new(tuning) };
            let [left, right] = *lanes;
            let bands = self.first.process([0.5 * (left + right), 0.5 * (left - right)], &coefficients);
            let mid = bands.all_pass[0];
            let [_, side] = self.second.process([0.0, bands.high[1]], &coefficients).high;
            *lanes =
                [left * (1.0 - share) + (mid + side) * share, right * (1.0 - share) + (mid - side) * share];
        }
    }

    fn forget(&mut self) {
        self.first.reset();
        self.second.reset();
    }

    fn is_off(&self) -> bool {
        self.filtered.is_settled() && self.filtered.value() == 0.0
    }
}
