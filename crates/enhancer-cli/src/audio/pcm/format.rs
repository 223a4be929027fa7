//! The sample format from a header: its coding, the size of a block, and its decoder.

use super::adpcm::{Adpcm, Kind};
use super::order::Reordered;
use crate::audio::codec::Codec;
use crate::audio::error::DecodeError;
use crate::audio::info::Depth;
use crate::audio::stream::Decoder;
use enhancer_dsp::enhancer::{MAX_CHANNELS, SAMPLE_RATE_RANGE_HZ};
use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::well_known as codec;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters};

/// The coding of samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Coding {
    /// Interleaved samples, each of `bytes` bytes.
    Pcm { codec: AudioCodecId, bytes: u64, depth: Depth },
    /// Blocks of ADPCM, each of `bytes` bytes.
    Adpcm { kind: Kind, bytes: u64 },
    /// MPEG audio.
    Mpeg,
}

impl Coding {
    /// Integers of `bytes` bytes, with the sample's bits at the top.
    pub(super) fn integer(bytes: u64, bits: u32, is_signed: bool, is_big_endian: bool) -> Option<Self> {
        let codec = match (bytes, is_signed, is_big_endian) {
            (1, true, _) => codec::CODEC_ID_PCM_S8,
            (1, false, _) => codec::CODEC_ID_PCM_U8,
            (2, true, false) => codec::CODEC_ID_PCM_S16LE,
            (2, true, true) => codec::CODEC_ID_PCM_S16BE,
            (2, false, true) => codec::CODEC_ID_PCM_U16BE,
            (3, true, false) => codec::CODEC_ID_PCM_S24LE,
            (3, true, true) => codec::CODEC_ID_PCM_S24BE,
            (3, false, true) => codec::CODEC_ID_PCM_U24BE,
            (4, true, false) => codec::CODEC_ID_PCM_S32LE,
            (4, true, true) => codec::CODEC_ID_PCM_S32BE,
            (4, false, true) => codec::CODEC_ID_PCM_U32BE,
            _ => return None,
        };
        Some(Self::Pcm { codec, bytes, depth: Depth::Integer(bits) })
    }

    /// Floating point of 4 or 8 bytes.
    pub(super) fn float(bytes: u64, is_big_endian: bool) -> Option<Self> {
        let codec = match (bytes, is_big_endian) {
            (4, false) => codec::CODEC_ID_PCM_F32LE,
            (4, true) => codec::CODEC_ID_PCM_F32BE,
            (8, false) => codec::CODEC_ID_PCM_F64LE,
            (8, true) => codec::CODEC_ID_PCM_F64BE,
            _ => return None,
        };
        Some(Self::Pcm { codec, bytes, depth: Depth::Float })
    }

    /// G.711 A-law.
    pub(super) fn a_law() -> Self {
        Self::Pcm { codec: codec::CODEC_ID_PCM_ALAW, bytes: 1, depth: Depth::Lossy }
    }

    /// G.711 µ-law.
    pub(super) fn mu_law() -> Self {
        Self::Pcm { codec: codec::CODEC_ID_PCM_MULAW, bytes: 1, depth: Depth::Lossy }
    }
}

/// The format of a file's samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) coding: Coding,
    pub(super) sample_rate_hz: u32,
    pub(super) channels: u64,
    /// Speaker positions as in `WAVEFORMATEXTENSIBLE`; `None` where unknown.
    pub(super) speakers: Option<u32>,
    /// The file's channels in the order of the speakers; empty where that is the file's order.
    pub(super) order: Vec<usize>,
}

impl Format {
    /// Refuses a sample rate or channel count that the chain does not support, before further arithmetic.
    pub(super) fn check(&self) -> Result<(), DecodeError> {
        if !(1..=MAX_CHANNELS as u64).contains(&self.channels) {
            return Err(DecodeError::Channels(self.channels as usize));
        }
        if !SAMPLE_RATE_RANGE_HZ.contains(&f64::from(self.sample_rate_hz)) {
            return Err(DecodeError::SampleRate(self.sample_rate_hz));
        }
        Ok(())
    }

    /// Bytes of the smallest unit that decodes by itself.
    pub(super) fn block_bytes(&self) -> u64 {
        match &self.coding {
            Coding::Pcm { bytes, .. } => bytes * self.channels,
            Coding::Adpcm { bytes, .. } => *bytes,
            Coding::Mpeg => 1,
        }
        .max(1)
    }

    /// Number of frames in `bytes` bytes.
    pub(super) fn frames_in(&self, bytes: u64) -> u64 {
        let (blocks, rest) = (bytes / self.block_bytes(), bytes % self.block_bytes());
        let frames = |bytes| match &self.coding {
            Coding::Adpcm { kind, .. } => kind.frames_in(bytes, self.channels),
            _ => 0,
        };
        blocks.saturating_mul(self.block_frames()).saturating_add(frames(rest))
    }

    /// Frames in a block.
    pub(super) fn block_frames(&self) -> u64 {
        match &self.coding {
            Coding::Adpcm { kind, bytes } => kind.frames_in(*bytes, self.channels),
            _ => 1,
        }
    }

    pub(super) fn depth(&self) -> Depth {
        match self.coding {
            Coding::Pcm { depth, .. } => depth,
            Coding::Adpcm { .. } | Coding::Mpeg => Depth::Lossy,
        }
    }

    /// The decoder of PCM and ADPCM.
    ///
    /// # Errors
    /// MPEG audio, which has a reader of its own.
    pub(super) fn decoder(&self) -> Result<Box<dyn Decoder>, DecodeError> {
        let decoder: Box<dyn Decoder> = match &self.coding {
            Coding::Pcm { codec, .. } => {
                let mut params = AudioCodecParameters::new();
                params.for_codec(*codec).with_sample_rate(self.sample_rate_hz);
                params.with_channels(Channels::Discrete(self.channels as u16));
                Box::new(Codec::new(&params)?)
            }
            Coding::Adpcm { kind, bytes } => Box::new(Adpcm::new(
                kind.clone(),
                *bytes as usize,
                self.channels as usize,
                self.sample_rate_hz,
            )),
            Coding::Mpeg => return Err(DecodeError::Unsupported("MPEG audio".to_owned())),
        };
        Ok(if self.order.is_empty() {
            decoder
        } else {
            Box::new(Reordered::new(decoder, self.order.clone()))
        })
    }
}

/// The speakers of a format without positions: centre for mono, left and right for stereo.
pub(super) fn usual_speakers(channels: u64) -> Option<u32> {
    match channels {
        1 => Some(0x4),
        2 => Some(0x3),
        _ => None,
    }
}
