//! The compressor.

use crate::block::Block;
use crate::config::{CompressorConfig, Quality};
use crate::enhancer::Stage;

/// The stage.
#[derive(Debug)]
pub struct Compressor {}

impl Compressor {
    /// Allocates.
    #[must_use]
    pub fn new(_sample_rate_hz: f64, _channels: usize) -> Self {
        Self {}
    }

    /// Gain taken away at the end of the last block, dB, 0 or more.
    #[must_use]
    pub fn gain_reduction_db(&self) -> f64 {
        0.0
    }
}

impl Stage for Compressor {
    type Config = CompressorConfig;

    fn set_config(&mut self, _config: &CompressorConfig, _quality: Quality) {}

    fn process(&mut self, _block: &mut Block) {}

    fn reset(&mut self) {}

    fn flush_denormals(&mut self) {}
}
