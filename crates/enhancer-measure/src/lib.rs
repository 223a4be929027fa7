//! Test signals and independent meters for the tests and `cargo xtask measure`.
//!
//! Nothing here comes from the core under test: signals follow their formulas, meters their standards.

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

/// A processor under test: processes planar channels in place.
pub type Process<'a> = dyn FnMut(&mut [&mut [f32]]) + 'a;
