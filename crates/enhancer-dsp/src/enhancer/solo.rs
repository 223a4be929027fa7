//! Listening to what one equalizer band touches: the input through a filter as wide as the band, in place of the output.
//!
//! ```text
//! peak, notch, band-pass    band-pass at the band's frequency and q
//! low shelf, high-pass      low-pass at the corner: what the band moves, or takes away
//! high shelf, low-pass      high-pass at the corner
//! tilt                      all of it
//! ```
//!
//! 12 dB an octave. A band on left, right, mid or side plays that channel alone. The input is delayed by the latency as for the bypass. While no
//! band is listened to, nothing is computed and no bit of the output changes.

use super::Enhancer;
use crate::block::{Block, MAX_CHUNK_FRAMES};
use crate::config::{BandChannel, BandType, EnhancerConfig, EqBand, EqualizerConfig, FilterSlope, Quality};
use crate::eq::Equalizer;
use crate::smoother::{CROSSFADE_MS, Smoother};
use crate::stage::Stage;

/// The filter and its crossfade.
#[derive(Debug)]
pub(super) struct Solo {
    band: Option<usize>,
    /// Share of what is heard instead of the output.
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

    /// The band as it is now; one that is not in use is not listened to.
    pub(super) fn follow(&mut self, config: &EnhancerConfig) {
        let Some(band) = self.band.and_then(|band| config.equalizer.bands.get(band)) else {
            self.share.set_target(0.0);
            return;
        };
        let mut filter = EqualizerConfig::default();
        if let Some(band) = touched_by(band) {
            filter.bands.push(band);
        }
        // How a filter follows its prototype near the top of the band is no matter here.
        self.filter.set_config(&filter, Quality::Draft);
        self.channel = band.channel;
        if self.is_off() {
            self.filter.reset();
        }
        self.share.set_target(1.0);
    }

    /// Fades from `heard` to the filtered `dry`, as far as a band is listened to.
    pub(super) fn process(&mut self, heard: &mut Block, dry: &Block) {
        if self.is_off() {
            return;
        }
        self.block.copy_from(dry);
        self.filter.process(&mut self.block);
        let mut shares = [0.0; MAX_CHUNK_FRAMES];
        self.share.fill(shares.get_mut(..dry.frames()).unwrap_or_default());
        for (pair, (heard, solo)) in heard.pairs_mut().zip(self.block.pairs()).enumerate() {
            for ((heard, solo), share) in heard.iter_mut().zip(solo).zip(shares) {
                let solo = alone(*solo, self.channel, pair);
                for (heard, solo) in heard.iter_mut().zip(solo) {
                    *heard += share * (solo - *heard);
                }
            }
        }
    }

    pub(super) fn flush_denormals(&mut self) {
        if !self.is_off() {
            self.filter.flush_denormals();
        }
    }

    /// Forgets the past; the crossfade ends.
    pub(super) fn reset(&mut self) {
        self.filter.reset();
        self.share.snap();
    }

    /// Whether a band is listened to, or was until a moment ago.
    pub(super) fn is_on(&self) -> bool {
        !self.is_off()
    }

    fn is_off(&self) -> bool {
        self.share.rests_at(0.0)
    }
}

/// The filter that passes what a band touches; none if that is everything.
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

/// A frame of which only the channel is left; of pairs after the first nothing, unless everything is meant.
fn alone([left, right]: [f64; 2], channel: BandChannel, pair: usize) -> [f64; 2] {
    match channel {
        BandChannel::Stereo => [left, right],
        _ if pair > 0 => [0.0; 2],
        BandChannel::Left => [left, 0.0],
        BandChannel::Right => [0.0, right],
        BandChannel::Mid => [0.5 * (left + right); 2],
        BandChannel::Side => [0.5 * (left - right), 0.5 * (right - left)],
    }
}

impl Enhancer {
    /// Plays what the equalizer band in this slot touches instead of the output, crossfaded in 10 ms; none plays the output
    /// again. A slot not in use plays the output, too. Wins over bypass and delta; belongs to no config. Before the first frame after
    /// `new` or [`reset`](Self::reset) it applies at once; a reset keeps the choice.
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

    /// The slot of the band that is listened to.
    #[must_use]
    pub fn solo(&self) -> Option<usize> {
        self.solo.band
    }
}
