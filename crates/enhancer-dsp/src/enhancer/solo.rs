//! Solo of an equalizer band: plays the frequencies that the band changes in place of the output.
//!
//! A filter as wide as the band selects them from the input.
//!
//! ```text
//! peak, notch, band-pass    band-pass at the band's frequency and q
//! low shelf, high-pass      low-pass at the corner
//! high shelf, low-pass      high-pass at the corner
//! tilt                      the whole input
//! ```
//!
//! Low-pass and high-pass fall by 12 dB an octave, the band-pass by 6 dB an octave on each side. A band on
//! left, right, mid or side plays that channel alone. The input is delayed by the latency, as for the bypass.
//! Without a solo nothing is computed, and no bit of the output changes.

use super::Enhancer;
use crate::block::{Block, MAX_CHUNK_FRAMES};
use crate::bounds::first_frames_mut;
use crate::config::{BandChannel, BandType, EnhancerConfig, EqBand, EqualizerConfig, FilterSlope, Quality};
use crate::eq::Equalizer;
use crate::smoother::{CROSSFADE_MS, Smoother};
use crate::stage::Stage;

/// The filter and its crossfade.
#[derive(Debug)]
pub(super) struct Solo {
    band: Option<usize>,
    /// Share of the filtered input in the output, 0…1.
    share: Smoother,
    filter: Equalizer,
    channel: BandChannel,
    block: Block,
}

impl Solo {
    pub(super) fn new(sample_rate_hz: f64, channels: usize) -> Self {
        Self {
            band: None,
            share: Smoother::new(sample_rate_hz, CROSSFADE_MS, 0.0),
            filter: Equalizer::new(sample_rate_hz, channels),
            channel: BandChannel::Stereo,
            block: Block::new(channels),
        }
    }

    /// Follows a change of the band. An unused slot ends the solo.
    pub(super) fn follow(&mut self, config: &EnhancerConfig) {
        let Some(band) = self.band.and_then(|band| config.equalizer.bands.get(band)) else {
            self.share.set_target(0.0);
            return;
        };
        let mut filter = EqualizerConfig::default();
        if let Some(band) = touched_by(band) {
            filter.bands.push(band);
        }
        // The solo needs no exact response near the top of the band.
        self.filter.set_config(&filter, Quality::Draft);
        self.channel = band.channel;
        if self.is_off() {
            self.filter.reset();
        }
        self.share.set_target(1.0);
    }

    /// Crossfades from `output` to the filtered `dry` while a solo is on.
    pub(super) fn process(&mut self, output: &mut Block, dry: &Block) {
        if self.is_off() {
            return;
        }
        self.block.copy_from(dry);
        self.filter.process(&mut self.block);
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.share.fill(first_frames_mut(&mut shares, dry.frames()));
        for (pair, (output, solo)) in output.pairs_mut().zip(self.block.pairs()).enumerate() {
            for ((output, solo), share) in output.iter_mut().zip(solo).zip(shares) {
                let solo = alone(*solo, self.channel, pair, self.block.channels());
                for (output, solo) in output.iter_mut().zip(solo) {
                    *output += share * (solo - *output);
                }
            }
        }
    }

    pub(super) fn flush_denormals(&mut self) {
        if !self.is_off() {
            self.filter.flush_denormals();
        }
    }

    /// Clears the filter and ends the crossfade.
    pub(super) fn reset(&mut self) {
        self.filter.reset();
        self.share.snap();
    }

    /// True while a solo is on or fades out.
    pub(super) fn is_on(&self) -> bool {
        !self.is_off()
    }

    fn is_off(&self) -> bool {
        self.share.rests_at(0.0)
    }
}

/// The filter that selects the frequencies a band changes; none if the band changes all.
fn touched_by(band: &EqBand) -> Option<EqBand> {
    let (kind, q) = match band.kind {
        BandType::Peak | BandType::Notch | BandType::Bandpass => (BandType::Bandpass, band.q),
        BandType::Lowshelf | BandType::Highpass => (BandType::Lowpass, EqBand::default().q),
        BandType::Highshelf | BandType::Lowpass => (BandType::Highpass, EqBand::default().q),
        BandType::Tilt => return None,
    };
    let frequency_hz = band.frequency_hz;
    Some(EqBand { kind, frequency_hz, q, slope: FilterSlope::Db12, ..EqBand::default() })
}

/// A frame reduced to `channel`. For every channel but stereo, pairs after the first are silent. A single
/// channel is left, and mid.
fn alone([left, right]: [f64; 2], channel: BandChannel, pair: usize, channels: usize) -> [f64; 2] {
    match channel {
        BandChannel::Stereo => [left, right],
        _ if pair > 0 => [0.0; 2],
        BandChannel::Mid if channels == 1 => [left, 0.0],
        BandChannel::Side if channels == 1 => [0.0; 2],
        BandChannel::Left => [left, 0.0],
        BandChannel::Right => [0.0, right],
        BandChannel::Mid => [0.5 * (left + right); 2],
        BandChannel::Side => [0.5 * (left - right), 0.5 * (right - left)],
    }
}

impl Enhancer {
    /// Plays the frequencies that the equalizer band in this slot changes instead of the output. `None` plays
    /// the output, and so does an unused slot.
    ///
    /// The change crossfades in 10 ms. Before the first frame after `new` or [`reset`](Self::reset) it
    /// applies immediately; a reset keeps the choice. A solo takes precedence over bypass and delta, and is
    /// no part of the config.
    ///
    /// # Realtime safety
    /// Never allocates, locks or panics.
    pub fn set_solo(&mut self, band: Option<usize>) {
        if self.solo.band == band {
            return;
        }
        self.solo.band = band;
        let config = self.config;
        self.solo.follow(&config);
        if self.fresh {
            self.solo.reset();
        }
    }

    /// Slot of the band in solo; `None` without a solo.
    #[must_use]
    pub fn solo(&self) -> Option<usize> {
        self.solo.band
    }
}
