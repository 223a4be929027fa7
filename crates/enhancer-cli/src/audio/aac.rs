//! AAC, by a decoder that is a feature of this crate (`aac`, on by default).
//!
//! `rusty_aac` (Apache-2.0 by its own licence file) follows FFmpeg's model of channel layouts, as its
//! comments say. A distributor who wants none of it builds without the feature; AAC is refused by name then,
//! and `--decoder ffmpeg` reads it.

#[cfg(feature = "aac")]
mod decoder;

use super::error::DecodeError;
use super::stream::Decoder;

/// A decoder of access units, and what their configuration tells.
pub(super) struct Configured {
    pub(super) decoder: Box<dyn Decoder>,
    /// The rate of the decoded sound, Hz, as far as the configuration tells.
    pub(super) sample_rate_hz: u32,
    /// True where the packets may hold a spectral band replication that the configuration does not announce:
    /// twice the frames come out then.
    pub(super) may_double: bool,
}

/// For packets with ADTS headers.
///
/// # Errors
/// A build without AAC.
pub(super) fn in_adts() -> Result<Box<dyn Decoder>, DecodeError> {
    #[cfg(feature = "aac")]
    return Ok(Box::new(decoder::Aac::in_adts()));
    #[cfg(not(feature = "aac"))]
    Err(left_out())
}

/// For bare access units, with the AudioSpecificConfig of their container.
///
/// # Errors
/// A profile of AAC that is not decoded, by name; a build without AAC.
#[cfg_attr(not(feature = "aac"), expect(unused_variables, reason = "there is no decoder to configure"))]
pub(super) fn with_config(config: &[u8]) -> Result<Configured, DecodeError> {
    #[cfg(feature = "aac")]
    return decoder::Aac::with_config(config);
    #[cfg(not(feature = "aac"))]
    Err(left_out())
}

#[cfg(not(feature = "aac"))]
fn left_out() -> DecodeError {
    DecodeError::Unsupported("AAC, which this build leaves out".to_owned())
}
