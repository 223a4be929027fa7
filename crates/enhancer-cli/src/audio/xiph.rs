//! The codecs common to Ogg and Matroska, by the headers in Matroska's `CodecPrivate`: FLAC's metadata, the
//! `OpusHead` packet, Vorbis' three laced headers.

use super::error::DecodeError;
use super::flac::decoder::Flac;
use super::info::Depth;
use super::opus::Opus;
use super::stream::Decoder;
use super::vorbis::Vorbis;

/// A codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Flac,
    Opus,
    Vorbis,
}

impl Codec {
    /// A decoder for these headers.
    ///
    /// # Errors
    /// Invalid headers; an unsupported option of the codec.
    pub(super) fn decoder(self, headers: &[u8]) -> Result<(Box<dyn Decoder>, Depth), DecodeError> {
        Ok(match self {
            Self::Flac => {
                let decoder = Flac::new(headers)?;
                let depth = decoder.depth();
                (Box::new(decoder), depth)
            }
            Self::Opus => (Box::new(Opus::new(headers)?), Depth::Lossy),
            Self::Vorbis => (Box::new(Vorbis::new(headers)?), Depth::Lossy),
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Flac => "FLAC",
            Self::Opus => "Opus",
            Self::Vorbis => "Vorbis",
        }
    }
}
