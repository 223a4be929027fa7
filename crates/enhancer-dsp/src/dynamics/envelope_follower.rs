//! The compressor's detector: level of the loudest channel, peak or RMS, optionally through a high-pass.
//!
//! The largest level links the channels, never a sum, so anti-phase sound counts in full.

mod onset;
mod peak_hold;
pub(super) mod quadrature;
mod sidechain;

use super::compressor::{CompressorConfig, Detector};
use super::decibels::{fast_power_to_db, fast_powers_to_db};
use crate::block::{Block, MAX_CHUNK_FRAMES};
use crate::bounds::first_frames_mut;
use crate::smoother::{GLIDE_MS, Smoother};
use onset::Onset;
use peak_hold::PeakHold;
use quadrature::{Chains, Quadrature};
use sidechain::Sidechain;

/// Both detectors. The detector that is off does not run.
#[derive(Debug)]
pub(super) struct EnvelopeFollower {
    sidechain: Sidechain,
    peak: PeakHold,
    rms: Quadrature,
    /// Extends `rms` for short attacks.
    onset: Onset,
    /// Share of the peak detector in the level, 0…1; the RMS detector has the rest.
    peak_share: Smoother,
}

impl EnvelopeFollower {
    pub(super) fn new(sample_rate_hz: f64, channels: usize) -> Self {
        Self {
            sidechain: Sidechain::new(sample_rate_hz, channels),
            peak: PeakHold::new(),
            rms: Quadrature::new(sample_rate_hz, channels),
            onset: Onset::new(sample_rate_hz),
            peak_share: Smoother::new(sample_rate_hz, GLIDE_MS, 0.0),
        }
    }

    /// Applies a config. `hold_frames` is the shortest hold of the peak detector.
    pub(super) fn set_config(&mut self, config: &CompressorConfig, hold_frames: f64) {
        self.sidechain.set_highpass_hz(f64::from(config.sidechain_highpass_hz));
        self.peak.set_hold_frames(hold_frames);
        self.onset.set_attack_ms(f64::from(config.attack_ms));
        let share = match config.detector {
            Detector::Peak => 1.0,
            Detector::Rms => 0.0,
        };
        if self.peak_share.is_settled() && share != self.peak_share.target() {
            match config.detector {
                Detector::Peak => self.peak.reset(),
                Detector::Rms => {
                    self.rms.reset();
                    self.onset.reset();
                }
            }
        }
        self.peak_share.set_target(share);
    }

    /// Mean hold of the peak detector, frames.
    pub(super) fn mean_hold_frames(&self) -> f64 {
        self.peak.mean_hold_frames()
    }

    pub(super) fn reset(&mut self) {
        self.sidechain.reset();
        self.peak.reset();
        self.rms.reset();
        self.onset.reset();
        self.peak_share.snap();
    }

    pub(super) fn flush_denormals(&mut self) {
        self.sidechain.flush_denormals();
    }

    /// The all-passes, if the level is the mean square of a single pair and nothing else contributes to it.
    pub(super) fn lone_detector(&mut self) -> Option<&mut Chains> {
        let is_rms = self.peak_share.rests_at(0.0);
        let is_lone = is_rms && self.onset.is_off() && self.sidechain.is_off();
        self.rms.lone_pair().filter(|_| is_lone)
    }

    /// Writes the level of each frame, dBFS: peak, or RMS (−3.01 for a full-scale sine).
    pub(super) fn process(&mut self, block: &Block, levels: &mut [f64]) {
        let block = self.sidechain.process(block);
        if !self.peak_share.is_settled() {
            let mut shares = [0.0; MAX_CHUNK_FRAMES];
            self.peak_share.fill(first_frames_mut(&mut shares, levels.len()));
            let mut peaks = [0.0; MAX_CHUNK_FRAMES];
            let peaks = first_frames_mut(&mut peaks, levels.len());
            self.peak.process(block, peaks);
            mean_squares(&mut self.rms, &mut self.onset, block, levels);
            for ((level, peak), share) in levels.iter_mut().zip(peaks).zip(shares) {
                // In this form a share of 0 or 1 gives exactly the level of one detector.
                *level = fast_power_to_db(*level) * (1.0 - share) + fast_power_to_db(*peak) * share;
            }
            return;
        }
        if self.peak_share.value() == 1.0 {
            self.peak.process(block, levels);
        } else {
            mean_squares(&mut self.rms, &mut self.onset, block, levels);
        }
        fast_powers_to_db(levels);
    }
}

/// The RMS detector: writes mean squares, raised at onsets for short attacks.
fn mean_squares(rms: &mut Quadrature, onset: &mut Onset, block: &Block, levels: &mut [f64]) {
    rms.process(block, levels);
    if !onset.is_off() {
        let mut peaks = [0.0; MAX_CHUNK_FRAMES];
        let peaks = first_frames_mut(&mut peaks, levels.len());
        peak_powers(block, peaks);
        onset.raise(peaks, levels);
    }
}

/// Writes the power (the square) of the loudest channel of each frame.
fn peak_powers(block: &Block, powers: &mut [f64]) {
    powers.fill(0.0);
    for pair in block.pairs() {
        for (power, [left, right]) in powers.iter_mut().zip(pair) {
            *power = power.max((left * left).max(right * right));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Levels of `frames` frames or more of a constant.
    fn detect(follower: &mut EnvelopeFollower, sample: f64, frames: usize) -> Vec<f64> {
        let mut block = Block::new(1);
        block.first_pair_mut().fill([sample, 0.0]);
        let mut detected = vec![];
        while detected.len() < frames {
            let mut levels = [0.0; MAX_CHUNK_FRAMES];
            follower.process(&block, &mut levels);
            detected.extend(levels);
        }
        detected
    }

    #[test]
    fn a_detector_switched_on_again_starts_from_silence() {
        let mut config = CompressorConfig::default();
        config.attack_ms = 0.5;
        for (first, second) in [(Detector::Rms, Detector::Peak), (Detector::Peak, Detector::Rms)] {
            let mut follower = EnvelopeFollower::new(48_000.0, 1);
            let mut turn = |follower: &mut EnvelopeFollower, detector| {
                config.detector = detector;
                follower.set_config(&config, 1200.0);
            };
            turn(&mut follower, first);
            follower.reset();
            detect(&mut follower, 1.0, 4800);
            turn(&mut follower, second);
            detect(&mut follower, 1.0, 1920);
            // Silence clears the second detector; the first one does not run meanwhile.
            detect(&mut follower, 0.0, 96_000);
            turn(&mut follower, first);
            let silence = fast_power_to_db(0.0);
            let loudest = detect(&mut follower, 0.0, 1920).into_iter().fold(f64::MIN, f64::max);
            assert!((loudest - silence).abs() < 1e-9, "{first:?} after {second:?}: {loudest} dB");
        }
    }
}
