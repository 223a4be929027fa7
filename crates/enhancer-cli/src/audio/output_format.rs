//! The format of an output file: container, sample format and layout, and the errors of writing it.

use super::info::{Depth, SourceInfo};

/// An error in writing a file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EncodeError {
    #[error("can't be written: {0}; check the folder's permissions and the free space")]
    Io(#[from] std::io::Error),
    #[error("can't be 32f, because FLAC holds no floating point; use --bits 24, or --format wav")]
    FlacFloat,
    #[error("can't be encoded as FLAC: {0}; use --format wav")]
    Flac(flac_codec::Error),
}

impl From<flac_codec::Error> for EncodeError {
    fn from(error: flac_codec::Error) -> Self {
        match error {
            flac_codec::Error::Io(error) => Self::Io(error),
            error => Self::Flac(error),
        }
    }
}

/// A container format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Uncompressed
    Wav,
    /// Losslessly compressed, about half the size
    Flac,
}

impl Format {
    /// The file name extension, without the dot.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Flac => "flac",
        }
    }
}

/// The storage of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Bits {
    /// 16-bit integers, dithered
    #[value(name = "16")]
    Int16,
    /// 24-bit integers, dithered
    #[value(name = "24")]
    Int24,
    /// 32-bit floating point
    #[value(name = "32f")]
    Float32,
}

impl Bits {
    /// Bytes per sample.
    pub(super) fn bytes(self) -> u8 {
        match self {
            Self::Int16 => 2,
            Self::Int24 => 3,
            Self::Float32 => 4,
        }
    }

    /// The format that loses nothing of the input: its own depth; 24 bits where it has none, or where FLAC
    /// holds no more.
    pub(crate) fn for_input(depth: Depth, format: Format) -> Self {
        match (depth, format) {
            (Depth::Integer(..=16), _) => Self::Int16,
            (Depth::Integer(25..) | Depth::Float, Format::Wav) => Self::Float32,
            _ => Self::Int24,
        }
    }
}

/// The audio facts in a file's header.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) sample_rate_hz: u32,
    pub(crate) channels: usize,
    pub(crate) speakers: Option<u32>,
    pub(crate) frames: Option<u64>,
}

impl From<&SourceInfo> for Layout {
    fn from(info: &SourceInfo) -> Self {
        let SourceInfo { sample_rate_hz, channels, speakers, frames, .. } = *info;
        Self { sample_rate_hz, channels, speakers, frames }
    }
}
