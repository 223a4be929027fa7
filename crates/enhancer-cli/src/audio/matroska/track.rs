//! Matroska's tracks (RFC 9559 §5.1.4), and a decoder for each codec (draft-ietf-cellar-codec).

use crate::audio::ebml::{children, find, float, unsigned};
use crate::audio::error::DecodeError;
use crate::audio::info::Depth;
use crate::audio::opus::{self, OpusHead};
use crate::audio::stream::Decoder;
use crate::audio::xiph;
use crate::audio::{aac, codec};
use symphonia::core::audio::layouts;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, well_known as id};

const TRACK_ENTRY: u32 = 0xAE;
const NUMBER: u32 = 0xD7;
const TYPE: u32 = 0x83;
const CODEC_ID: u32 = 0x86;
const CODEC_PRIVATE: u32 = 0x63A2;
const CODEC_DELAY: u32 = 0x56AA;
const AUDIO: u32 = 0xE1;
const SAMPLING_FREQUENCY: u32 = 0xB5;
const OUTPUT_SAMPLING_FREQUENCY: u32 = 0x78B5;
const CHANNELS: u32 = 0x9F;
const BIT_DEPTH: u32 = 0x6264;
const CONTENT_ENCODINGS: u32 = 0x6D80;
const CONTENT_ENCODING: u32 = 0x6240;
const CONTENT_ENCODING_TYPE: u32 = 0x5033;
const CONTENT_COMPRESSION: u32 = 0x5034;
const COMPRESSION_ALGORITHM: u32 = 0x4254;
const COMPRESSION_SETTINGS: u32 = 0x4255;

/// `TrackType` of audio.
const SOUND: u64 = 2;

/// Compression that removes the bytes at the start of every block.
const HEADER_STRIPPING: u64 = 3;

/// An audio track.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Track {
    pub(super) number: u64,
    pub(super) codec_id: String,
    pub(super) private: Vec<u8>,
    /// Decoded frames before the sound.
    pub(super) skip: u64,
    pub(super) sample_rate_hz: f64,
    channels: usize,
    bits: Option<u32>,
    /// Bytes that every block starts with and that are not stored.
    pub(super) prefix: Vec<u8>,
    /// The reason why the blocks can't be read.
    sealed: Option<&'static str>,
}

impl Track {
    /// The audio tracks in the body of `Tracks`.
    pub(super) fn all(body: &[u8]) -> Vec<Self> {
        let entries = children(body).filter(|(id, _)| *id == TRACK_ENTRY);
        entries.filter_map(|(_, entry)| Self::parse(entry)).collect()
    }

    fn parse(entry: &[u8]) -> Option<Self> {
        let integer = |body: &[u8], id: u32| find(body, id).and_then(unsigned);
        if integer(entry, TYPE)? != SOUND {
            return None;
        }
        let audio = find(entry, AUDIO).unwrap_or_default();
        let codec_id = String::from_utf8_lossy(find(entry, CODEC_ID)?);
        let coded_rate = find(audio, SAMPLING_FREQUENCY).and_then(float).unwrap_or(8000.0);
        let mut track = Self {
            number: integer(entry, NUMBER)?,
            codec_id: codec_id.trim_end_matches('\0').to_owned(),
            private: find(entry, CODEC_PRIVATE).unwrap_or_default().to_vec(),
            sample_rate_hz: find(audio, OUTPUT_SAMPLING_FREQUENCY).and_then(float).unwrap_or(coded_rate),
            channels: integer(audio, CHANNELS).unwrap_or(1) as usize,
            bits: integer(audio, BIT_DEPTH).map(|bits| bits as u32),
            ..Self::default()
        };
        let mut pre_skip = None;
        if track.codec() == Some(xiph::Codec::Opus) {
            track.sample_rate_hz = f64::from(opus::RATE_HZ);
            pre_skip = OpusHead::parse(&track.private).ok().map(|head| u64::from(head.pre_skip));
        }
        let delay = integer(entry, CODEC_DELAY).map(|delay| track.frames(delay as f64));
        track.skip = pre_skip.or(delay).unwrap_or(0);
        track.encodings(find(entry, CONTENT_ENCODINGS).unwrap_or_default());
        Some(track)
    }

    fn encodings(&mut self, encodings: &[u8]) {
        for (_, encoding) in children(encodings).filter(|(id, _)| *id == CONTENT_ENCODING) {
            if find(encoding, CONTENT_ENCODING_TYPE).and_then(unsigned).unwrap_or(0) != 0 {
                self.sealed = Some("encrypted");
                continue;
            }
            let compression = find(encoding, CONTENT_COMPRESSION).unwrap_or_default();
            match find(compression, COMPRESSION_ALGORITHM).and_then(unsigned).unwrap_or(0) {
                HEADER_STRIPPING => {
                    self.prefix = find(compression, COMPRESSION_SETTINGS).unwrap_or_default().to_vec();
                }
                _ => self.sealed = Some("compressed a second time"),
            }
        }
    }

    /// Number of frames in a duration in nanoseconds.
    pub(super) fn frames(&self, nanoseconds: f64) -> u64 {
        (nanoseconds * self.sample_rate_hz * 1e-9).round() as u64
    }

    /// The codec, where Ogg has it as well.
    pub(super) fn codec(&self) -> Option<xiph::Codec> {
        match &self.codec_id[..] {
            "A_FLAC" => Some(xiph::Codec::Flac),
            "A_OPUS" => Some(xiph::Codec::Opus),
            "A_VORBIS" => Some(xiph::Codec::Vorbis),
            _ => None,
        }
    }

    /// Bytes of a frame of PCM.
    pub(super) fn pcm_frame_bytes(&self) -> Option<usize> {
        let bits = self.bits.filter(|bits| self.codec_id.starts_with("A_PCM/") && *bits >= 8)?;
        Some(bits as usize / 8 * self.channels.max(1))
    }

    /// A decoder for the track.
    ///
    /// # Errors
    /// An unsupported codec or option, by name.
    pub(super) fn decoder(&self) -> Result<(Box<dyn Decoder>, Depth), DecodeError> {
        if let Some(sealed) = self.sealed {
            return Err(DecodeError::Unsupported(format!("a Matroska track that is {sealed}")));
        }
        if let Some(codec) = self.codec() {
            return codec.decoder(&self.private);
        }
        if self.codec_id == "A_AAC" || self.codec_id.starts_with("A_AAC/") {
            return Ok((aac::with_config(&self.private)?.decoder, Depth::Lossy));
        }
        let params = self.params().ok_or_else(|| {
            DecodeError::Unsupported(format!("{} in Matroska", self.codec_id.trim_start_matches("A_")))
        })?;
        Ok((Box::new(codec::Codec::new(&params)?), codec::depth(&params)))
    }

    /// Symphonia's parameters for the codecs that it decodes.
    fn params(&self) -> Option<AudioCodecParameters> {
        let codec = match &self.codec_id[..] {
            "A_ALAC" => id::CODEC_ID_ALAC,
            "A_MPEG/L3" => id::CODEC_ID_MP3,
            "A_MPEG/L2" => id::CODEC_ID_MP2,
            "A_MPEG/L1" => id::CODEC_ID_MP1,
            name => self.pcm(name)?,
        };
        let mut params = AudioCodecParameters::default();
        params.for_codec(codec).with_sample_rate(self.sample_rate_hz as u32);
        if let Some(bits) = self.bits {
            params.with_bits_per_sample(bits);
        }
        params.with_channels(layouts::CHANNEL_LAYOUT_MONO.clone());
        if self.channels > 1 {
            params.with_channels(symphonia::core::audio::Channels::Discrete(self.channels as u16));
        }
        if !self.private.is_empty() {
            params.with_extra_data(self.private.as_slice().into());
        }
        params.with_max_frames_per_packet(MAX_PCM_FRAMES);
        Some(params)
    }

    fn pcm(&self, name: &str) -> Option<AudioCodecId> {
        Some(match (name, self.bits?) {
            ("A_PCM/INT/LIT", 8) => id::CODEC_ID_PCM_U8,
            ("A_PCM/INT/LIT", 16) => id::CODEC_ID_PCM_S16LE,
            ("A_PCM/INT/LIT", 24) => id::CODEC_ID_PCM_S24LE,
            ("A_PCM/INT/LIT", 32) => id::CODEC_ID_PCM_S32LE,
            ("A_PCM/INT/BIG", 8) => id::CODEC_ID_PCM_U8,
            ("A_PCM/INT/BIG", 16) => id::CODEC_ID_PCM_S16BE,
            ("A_PCM/INT/BIG", 24) => id::CODEC_ID_PCM_S24BE,
            ("A_PCM/INT/BIG", 32) => id::CODEC_ID_PCM_S32BE,
            ("A_PCM/FLOAT/IEEE", 32) => id::CODEC_ID_PCM_F32LE,
            ("A_PCM/FLOAT/IEEE", 64) => id::CODEC_ID_PCM_F64LE,
            _ => return None,
        })
    }
}

/// The largest number of frames in a block of PCM.
const MAX_PCM_FRAMES: u64 = 1 << 16;
