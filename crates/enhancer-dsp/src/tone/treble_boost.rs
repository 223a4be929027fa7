//! The treble boost.

use crate::block::Block;
use crate::config::{Quality, TrebleBoostConfig};
use crate::enhancer::Stage;

/// The stage.
#[derive(Debug)]
pub struct TrebleBoost {}

impl TrebleBoost {
    /// Allocates.
    #[must_use]
    pub fn new(_sample_rate_hz: f64, _channels: usize) -> Self {
        Self {}
    }
}

impl Stage for TrebleBoost {
    type Config = TrebleBoostConfig;

    fn set_config(&mut self, _config: &TrebleBoostConfig, _quality: Quality) {}

    fn process(&mut self, _block: &mut Block) {}

    fn reset(&mut self) {}

    fn flush_denormals(&mut self) {}
}
