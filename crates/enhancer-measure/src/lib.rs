//! Test signals and independent meters that the tests and `cargo xtask measure` share.
//!
//! Nothing here comes from the core under test: signals from their formulas, meters from their standards.

pub mod compressor;
pub mod meter;
pub mod signal;
pub mod tone;
