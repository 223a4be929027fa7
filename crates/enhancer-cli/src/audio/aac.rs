//! AAC, by a decoder that is a feature of this crate (`aac`, on by default).
//!
//! `rusty_aac` (Apache-2.0 by its own licence file) follows FFmpeg's model of channel layouts, according to
//! its comments. A distributor who objects builds without the feature. AAC is then refused by name, and
//! `--decoder ffmpeg` reads it.

#[cfg(feature = "aac")]
mod decoder;

use super::error::DecodeError;
use super::stream::Decoder;

/// A decoder of access units, and the facts from their configuration.
pub(super) struct Configured {
    pub(super) decoder: Box<dyn Decoder>,
    /// Sample rate of the decoded sound, Hz, according to the configuration.
    pub(super) sample_rate_hz: u32,
    /// True where the packets may hold a spectral band replication that the configuration does not announce.
    /// The decoder then returns twice the frames.
    pub(super) may_double: bool,
}

/// A decoder of packets with ADTS headers.
///
/// # Errors
/// A build without AAC.
pub(super) fn in_adts() -> Result<Box<dyn Decoder>, DecodeError> {
    #[cfg(feature = "aac")]
    return Ok(Box::new(decoder::Aac::in_adts()));
    #[cfg(not(feature = "aac"))]
    Err(left_out())
}

/// A decoder of bare access units, with the AudioSpecificConfig of their container.
///
/// # Errors
/// An AAC profile that is not decoded, by name; a build without AAC.
#[cfg_attr(not(feature = "aac"), expect(unused_variables, reason = "there is no decoder to configure"))]
pub(super) fn with_config(config: &[u8]) -> Result<Configured, DecodeError> {
    #[cfg(feature = "aac")]
    return decoder::Aac::with_config(config);
    #[cfg(not(feature = "aac"))]
    Err(left_out())
}

#[cfg(not(feature = "aac"))]
fn left_out() -> DecodeError {
    DecodeError::Unsupported("AAC, which this build does not include".to_owned())
}
