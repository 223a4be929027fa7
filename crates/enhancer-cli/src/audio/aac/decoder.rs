//! AAC by `rusty_aac`: LC, Main, LTP, HE-AAC (SBR) and HE-AAC v2 (parametric stereo), 1 to 8 channels.
//!
//! ISO/IEC 14496-3. The spectral band replication of HE-AAC may be announced in the configuration or appear
//! in the fill elements alone; either way the whole band is decoded. A profile of which the decoder reads
//! only the core is refused by name.

use super::super::block::Block;
use super::super::error::DecodeError;
use super::super::stream::{Decoder, Shape};
use super::Configured;
use rusty_aac::AacDecoder;
use rusty_aac::decode::layout::{OutputConfig, Tag, default_layout, pce_layout};
use rusty_aac::sbr::SbrSupport;

/// The source of a packet's configuration.
enum Config {
    /// Each packet has its own header.
    Adts,
    /// An AudioSpecificConfig, and the speakers that it describes as a WAVE mask.
    Specific { bytes: Vec<u8>, speakers: Option<u32> },
}

/// A decoder of AAC packets.
pub(super) struct Aac {
    config: Config,
    decoder: AacDecoder,
}

impl Aac {
    /// A decoder of packets with ADTS headers.
    pub(super) fn in_adts() -> Self {
        Self { config: Config::Adts, decoder: AacDecoder::new() }
    }

    /// A decoder of bare access units, with the AudioSpecificConfig of their container.
    ///
    /// # Errors
    /// An AAC profile that is not decoded, by name.
    pub(super) fn with_config(config: &[u8]) -> Result<Configured, DecodeError> {
        let refused = |error: rusty_aac::Error| {
            DecodeError::Unsupported(profile(config).map_or_else(|| error.to_string(), str::to_owned))
        };
        let decoder = AacDecoder::with_config_bytes(config).map_err(refused)?;
        if let Some(name) = profile(config) {
            return Err(DecodeError::Unsupported(name.to_owned()));
        }
        if decoder.sbr_support() == SbrSupport::CoreOnly {
            return Err(DecodeError::Unsupported("AAC-ELD with SBR".to_owned()));
        }
        let stream = rusty_aac::config::parse(config).map_err(refused)?;
        let speakers = match &stream.pce {
            Some(pce) => mask(pce_layout(pce), stream.ps),
            None => default_mask(stream.channel_config, stream.ps),
        };
        let sample_rate_hz = decoder.output_sample_rate().unwrap_or(0);
        let is_announced = stream.sbr || stream.sbr_explicitly_absent;
        let config = Config::Specific { bytes: config.to_vec(), speakers };
        Ok(Configured {
            decoder: Box::new(Self { config, decoder }),
            sample_rate_hz,
            may_double: sample_rate_hz <= MOST_CORE_HZ && !is_announced,
        })
    }
}

/// The highest core rate with an unannounced replication, Hz: HE-AAC decodes to at most 48 kHz.
const MOST_CORE_HZ: u32 = 24_000;

/// The name of an object type that is not decoded (ISO/IEC 14496-3, table 1.17).
fn profile(config: &[u8]) -> Option<&'static str> {
    let (first, second) = (*config.first()?, *config.get(1)?);
    let kind = match first >> 3 {
        31 => 32 + ((first & 7) << 3 | second >> 5),
        kind => kind,
    };
    match kind {
        3 => Some("AAC SSR"),
        6 | 20 => Some("scalable AAC"),
        22 => Some("BSAC"),
        34 => Some("MP3 on MP4"),
        36 => Some("MPEG-4 ALS"),
        42 => Some("xHE-AAC (USAC)"),
        _ => None,
    }
}

impl Decoder for Aac {
    fn decode(&mut self, data: &[u8], block: &mut Block) -> Result<Option<Shape>, String> {
        let audio = match self.decoder.decode(data, None) {
            Ok(audio) => audio,
            Err(rusty_aac::Error::Again) => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let channels = usize::from(audio.channels);
        if channels == 0 || audio.samples.is_empty() {
            return Ok(None);
        }
        let speakers = match &self.config {
            Config::Specific { speakers, .. } => *speakers,
            // The decoder does not report the speakers of a layout that the packets describe themselves
            // (configuration 0).
            Config::Adts => data.get(2..4).and_then(|header| {
                let configuration = (header[0] & 1) << 2 | header[1] >> 6;
                default_mask(configuration, channels == 2 && configuration == 1)
            }),
        };
        let shape = Shape { sample_rate_hz: audio.sample_rate, channels, speakers };
        if block.frames() == 0 {
            block.planes.resize_with(channels, Vec::new);
        }
        if block.planes.len() == channels {
            for (channel, plane) in block.planes.iter_mut().enumerate() {
                plane.extend(audio.samples.iter().skip(channel).step_by(channels));
            }
        }
        Ok(Some(shape))
    }

    fn reset(&mut self) {
        self.decoder = match &self.config {
            Config::Adts => AacDecoder::new(),
            Config::Specific { bytes, .. } => AacDecoder::with_config_bytes(bytes).unwrap_or_default(),
        };
    }
}

/// Speakers of a channel configuration (ISO/IEC 14496-3, table 1.19).
fn default_mask(configuration: u8, is_parametric_stereo: bool) -> Option<u32> {
    mask(default_layout(configuration, false)?, is_parametric_stereo)
}

/// The WAVE mask of a layout, in whose order the decoder returns the channels; `None` where it has no mask.
fn mask(layout: Vec<Tag>, is_parametric_stereo: bool) -> Option<u32> {
    if is_parametric_stereo && layout.len() == 1 {
        return Some(0x3);
    }
    let mask = OutputConfig::configure(layout, is_parametric_stereo).mask;
    u32::try_from(mask).ok().filter(|&mask| mask > 0 && mask < 1 << 18)
}
