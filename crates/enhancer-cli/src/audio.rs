//! Audio files: decoding whatever people have, encoding WAV and FLAC, the tags in between.

pub(crate) mod block;
pub(crate) mod decode;
pub(crate) mod dither;
pub(crate) mod encode;
mod flac;
mod gapless;
mod ogg;
pub(crate) mod tags;
mod vorbis;
mod wav;
