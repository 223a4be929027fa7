//! Stages that reduce the gain by the level of their input: compressor and limiter.

mod ballistics;
mod compressor;
mod decibels;
mod envelope_follower;
mod gain_computer;
mod limiter;
mod lookahead;

pub use compressor::{Compressor, CompressorConfig, Detector};
pub use limiter::{Limiter, LimiterConfig};
