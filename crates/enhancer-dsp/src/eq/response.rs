//! The equalizer's response, computed from the coefficients that its filters run with.

use super::{EqualizerConfig, MAX_BANDS};
use crate::filter::{BandChannel, BandDesign};
use crate::quality::Quality;
use crate::units::{db_to_gain, gain_to_db};
use core::f64::consts::TAU;
use realfft::num_complex::Complex64;

/// The response of an equalizer that is switched on and settled; for drawing and for tests.
#[derive(Debug, Clone)]
pub struct EqResponse {
    sample_rate_hz: f64,
    preamp_gain: f64,
    /// Designs of the bands in use, and their channels.
    bands: [(BandChannel, BandDesign); MAX_BANDS],
}

impl EqResponse {
    /// Designs the filters as [`Equalizer`](super::Equalizer) does. Bands that are not enabled change
    /// nothing.
    #[must_use]
    pub fn new(config: &EqualizerConfig, sample_rate_hz: f64, quality: Quality) -> Self {
        let mut bands = [(BandChannel::Stereo, BandDesign::IDENTITY); MAX_BANDS];
        for (slot, band) in bands.iter_mut().zip(config.bands.iter()) {
            if band.enabled {
                *slot = (band.channel, BandDesign::new(band, sample_rate_hz, quality));
            }
        }
        Self { sample_rate_hz, preamp_gain: db_to_gain(f64::from(config.preamp_db)), bands }
    }

    /// Complex response for `channel` at `frequency_hz`, 0 to half the sample rate: the preamp, the stereo
    /// bands and the bands on `channel`. For stereo, the stereo bands alone.
    #[must_use]
    pub fn response(&self, frequency_hz: f64, channel: BandChannel) -> Complex64 {
        let omega = TAU * frequency_hz / self.sample_rate_hz;
        let acting = self.bands.iter().filter(|(on, _)| *on == BandChannel::Stereo || *on == channel);
        acting.map(|(_, design)| design.response(omega)).product::<Complex64>() * self.preamp_gain
    }

    /// Magnitude of [`response`](Self::response), dB.
    #[must_use]
    pub fn gain_db(&self, frequency_hz: f64, channel: BandChannel) -> f64 {
        gain_to_db(self.response(frequency_hz, channel).norm())
    }

    /// Magnitude of the response of the band in slot `band` alone, dB; 0 for an unused slot.
    #[must_use]
    pub fn band_gain_db(&self, band: usize, frequency_hz: f64) -> f64 {
        let omega = TAU * frequency_hz / self.sample_rate_hz;
        self.bands.get(band).map_or(0.0, |(_, design)| gain_to_db(design.response(omega).norm()))
    }
}
