//! Audio files: decoding whatever people have, encoding WAV and FLAC, the tags in between.

mod aac;
pub(crate) mod block;
mod codec;
pub(crate) mod decode;
pub(crate) mod dither;
pub(crate) mod encode;
mod error;
mod ffmpeg;
mod flac;
mod forward;
mod info;
mod layout;
mod matroska;
mod mp4;
mod mpeg;
mod ogg;
mod open;
mod opus;
mod pcm;
mod sniff;
mod stream;
pub(crate) mod tags;
mod trailer;
mod vorbis;
mod wav;
mod window;
mod xiph;
