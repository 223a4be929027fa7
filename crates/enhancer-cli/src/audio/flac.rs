//! Streaming FLAC writer with tags, pictures, seek table and the MD5 of the audio (RFC 9639).

pub(super) mod decoder;
mod frame;
mod headers;
pub(super) mod reader;
mod search;
mod wide;

use super::output_format::{Bits, EncodeError, Layout};
use super::tags::{FlacBlocks, Tags};
use flac_codec::encode::{FlacChannelWriter, Options};
use flac_codec::metadata::VorbisComment;
use std::io::{Seek, Write};

/// Default speakers for each count of channels (RFC 9639 §9.1.3), as a WAVE mask. A comment states any other
/// layout.
const DEFAULT_SPEAKERS: [u32; 8] = [0x4, 0x3, 0x7, 0x33, 0x37, 0x3F, 0x70F, 0x63F];

pub(super) struct FlacWriter<W: Write + Seek>(FlacChannelWriter<W>);

impl<W: Write + Seek> FlacWriter<W> {
    pub(super) fn new(writer: W, layout: &Layout, bits: Bits, tags: &Tags) -> Result<Self, EncodeError> {
        let bits = match bits {
            Bits::Float32 => return Err(EncodeError::FlacFloat),
            Bits::Int16 => 16,
            Bits::Int24 => 24,
        };
        let FlacBlocks { comments: mut fields, pictures, cuesheet, applications } = tags.flac_blocks();
        let usual = DEFAULT_SPEAKERS.get(layout.channels.wrapping_sub(1)).copied();
        if let (3.., Some(mask)) = (layout.channels, layout.speakers.filter(|&mask| Some(mask) != usual)) {
            fields.push(format!("WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x{mask:04X}"));
        }
        // The best pairing of channels is estimated instead of tried out, because that is the most expensive
        // step.
        let mut options = Options::default().fast_channel_correlation(true);
        if !fields.is_empty() {
            let vendor_string = concat!("audio-enhancer ", env!("CARGO_PKG_VERSION")).to_owned();
            options = options.comment(VorbisComment { vendor_string, fields });
        }
        options = pictures.into_iter().fold(options, Options::picture);
        options = cuesheet.into_iter().fold(options, Options::cuesheet);
        options = applications.into_iter().fold(options, Options::application);
        let channels = layout.channels as u8;
        let writer = FlacChannelWriter::new(writer, options, layout.sample_rate_hz, bits, channels, None)?;
        Ok(Self(writer))
    }

    pub(super) fn write(&mut self, planes: &[Vec<i32>]) -> Result<(), EncodeError> {
        Ok(self.0.write(planes)?)
    }

    pub(super) fn finish(self) -> Result<(), EncodeError> {
        Ok(self.0.finalize()?)
    }
}
