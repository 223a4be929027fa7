//! What the compressor hears: the level of the loudest channel, by peaks or by RMS, perhaps without the bass.
//!
//! Channels are linked by the largest level, never by a sum: anti-phase sound counts in full.

mod onset;
mod peak_hold;
pub(super) mod quadrature;
mod sidechain;

use super::compressor::{CompressorConfig, Detector};
use super::decibels::{power_to_db, powers_to_db};
use crate::block::{Block, MAX_CHUNK_FRAMES};
use crate::smoother::{GLIDE_MS, Smoother};
use onset::Onset;
use peak_hold::PeakHold;
use quadrature::{Chains, Quadrature};
use sidechain::Sidechain;

/// Both detectors; the one that isn't heard rests.
#[derive(Debug)]
pub(super) struct EnvelopeFollower {
    sidechain: Sidechain,
    peak: PeakHold,
    rms: Quadrature,
    /// Part of `rms`.
    onset: Onset,
    /// 1 where peaks count, 0 where RMS does.
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

    /// Takes over a config, with the time that the peak detector has to hold.
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

    /// The time that the peak detector holds a peak, frames.
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

    /// The detector, if there is nothing to it but the mean squares of a pair of channels.
    pub(super) fn lone_detector(&mut self) -> Option<&mut Chains> {
        let hears_rms = self.peak_share.rests_at(0.0);
        let is_lone = hears_rms && self.onset.is_off() && self.sidechain.is_off();
        self.rms.lone_pair().filter(|_| is_lone)
    }

    /// Writes the level at each frame, dBFS: peak, or RMS (a full-scale sine has −3.01).
    pub(super) fn process(&mut self, block: &Block, levels: &mut [f64]) {
        let heard = self.sidechain.process(block);
        if !self.peak_share.is_settled() {
            let mut shares = [0.0; MAX_CHUNK_FRAMES];
            self.peak_share.fill(&mut shares[..levels.len().min(MAX_CHUNK_FRAMES)]);
            let mut peaks = [0.0; MAX_CHUNK_FRAMES];
            let peaks = &mut peaks[..levels.len().min(MAX_CHUNK_FRAMES)];
            self.peak.process(heard, peaks);
            mean_squares(&mut self.rms, &mut self.onset, heard, levels);
            for ((level, peak), share) in levels.iter_mut().zip(peaks).zip(shares) {
                // Written so that a share of 0 or 1 gives exactly what the lone detector gives.
                *level = power_to_db(*level) * (1.0 - share) + power_to_db(*peak) * share;
            }
            return;
        }
        if self.peak_share.value() == 1.0 {
            self.peak.process(heard, levels);
        } else {
            mean_squares(&mut self.rms, &mut self.onset, heard, levels);
        }
        powers_to_db(levels);
    }
}

/// The RMS detector: mean squares, beginnings heard in time.
fn mean_squares(rms: &mut Quadrature, onset: &mut Onset, heard: &Block, levels: &mut [f64]) {
    rms.process(heard, levels);
    if !onset.is_off() {
        let mut peaks = [0.0; MAX_CHUNK_FRAMES];
        let peaks = &mut peaks[..levels.len().min(MAX_CHUNK_FRAMES)];
        peak_powers(heard, peaks);
        onset.raise(peaks, levels);
    }
}

/// Writes the power (the square) of the loudest channel at each frame.
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

    /// Runs `frames` of a constant through and gives back the levels.
    fn hear(follower: &mut EnvelopeFollower, sample: f64, frames: usize) -> Vec<f64> {
        let mut block = Block::new(1);
        block.first_pair_mut().fill([sample, 0.0]);
        let mut heard = vec![];
        while heard.len() < frames {
            let mut levels = [0.0; MAX_CHUNK_FRAMES];
            follower.process(&block, &mut levels);
            heard.extend(levels);
        }
        heard
    }

    #[test]
    fn a_detector_that_rested_has_forgotten_what_it_heard_before() {
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
            hear(&mut follower, 1.0, 4800);
            turn(&mut follower, second);
            hear(&mut follower, 1.0, 1920);
            // The second forgets by itself; the first rests meanwhile.
            hear(&mut follower, 0.0, 96_000);
            turn(&mut follower, first);
            let silence = power_to_db(0.0);
            let loudest = hear(&mut follower, 0.0, 1920).into_iter().fold(f64::MIN, f64::max);
            assert!((loudest - silence).abs() < 1e-9, "{first:?} after {second:?}: {loudest} dB");
        }
    }
}
