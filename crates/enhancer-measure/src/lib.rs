//! Test signals and independent meters that the tests and `cargo xtask measure` share.
//!
//! Nothing here comes from the core under test: signals from their formulas, meters from their standards.

pub mod compressor;
pub mod ebu;
pub mod eq;
pub mod harmonics;
pub mod limiter;
pub mod meter;
pub mod programme;
pub mod signal;
pub mod stereo;
pub mod tone;
pub mod zipper;
