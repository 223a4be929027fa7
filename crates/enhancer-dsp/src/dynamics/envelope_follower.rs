//! What the compressor hears: the level of the loudest channel, by peaks or by RMS, perhaps without the bass.
//!
//! Channels are linked by the largest level, never by a sum: anti-phase sound counts in full.

mod peak_hold;
mod quadrature;
mod sidechain;

use super::decibels::power_to_db;
use crate::block::{Block, MAX_CHUNK_FRAMES};
use crate::config::{CompressorConfig, Detector};
use crate::smoother::{GLIDE_MS, Smoother};
use peak_hold::PeakHold;
use quadrature::Quadrature;
use sidechain::Sidechain;

/// Both detectors; the one that isn't heard rests.
#[derive(Debug)]
pub(super) struct EnvelopeFollower {
    sidechain: Sidechain,
    peak: PeakHold,
    rms: Quadrature,
    /// 1 where peaks count, 0 where RMS does.
    peak_share: Smoother,
}

impl EnvelopeFollower {
    pub(super) fn new(sample_rate_hz: f64, channels: usize) -> Self {
        Self {
            sidechain: Sidechain::new(sample_rate_hz, channels),
            peak: PeakHold::new(),
            rms: Quadrature::new(sample_rate_hz, channels),
            peak_share: Smoother::new(sample_rate_hz, GLIDE_MS, 0.0),
        }
    }

    /// Takes over a config, with the time that the peak detector has to hold.
    pub(super) fn set_config(&mut self, config: &CompressorConfig, hold_frames: f64) {
        self.sidechain.set_highpass_hz(f64::from(config.sidechain_highpass_hz));
        self.peak.set_hold_frames(hold_frames);
        let share = match config.detector {
            Detector::Peak => 1.0,
            Detector::Rms => 0.0,
        };
        if self.peak_share.is_settled() && share != self.peak_share.target() {
            match config.detector {
                Detector::Peak => self.peak.reset(),
                Detector::Rms => self.rms.reset(),
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
        self.peak_share.snap();
    }

    pub(super) fn flush_denormals(&mut self) {
        self.sidechain.flush_denormals();
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
            self.rms.process(heard, levels);
            for ((level, peak), share) in levels.iter_mut().zip(peaks).zip(shares) {
                // Written so that a share of 0 or 1 gives exactly what the lone detector gives.
                *level = power_to_db(*level) * (1.0 - share) + power_to_db(*peak) * share;
            }
            return;
        }
        if self.peak_share.value() == 1.0 {
            self.peak.process(heard, levels);
        } else {
            self.rms.process(heard, levels);
        }
        for level in levels {
            *level = power_to_db(*level);
        }
    }
}
