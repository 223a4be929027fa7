//! The bass boost.

use crate::block::Block;
use crate::config::{BassBoostConfig, Quality};
use crate::enhancer::Stage;

/// The stage.
#[derive(Debug)]
pub struct BassBoost {}

impl BassBoost {
    /// Allocates.
    #[must_use]
    pub fn new(_sample_rate_hz: f64, _channels: usize) -> Self {
        Self {}
    }
}

impl Stage for BassBoost {
    type Config = BassBoostConfig;

    fn set_config(&mut self, _config: &BassBoostConfig, _quality: Quality) {}

    fn process(&mut self, _block: &mut Block) {}

    fn reset(&mut self) {}

    fn flush_denormals(&mut self) {}
}
