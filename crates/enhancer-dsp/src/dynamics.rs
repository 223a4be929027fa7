//! Stages that turn the level down by what they hear: compressor and limiter.

mod compressor;
mod limiter;
mod lookahead;

pub use compressor::Compressor;
pub use limiter::Limiter;
