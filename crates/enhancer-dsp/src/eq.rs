//! The parametric equalizer.

use crate::block::Block;
use crate::config::{EqualizerConfig, Quality};
use crate::enhancer::Stage;

/// The stage.
#[derive(Debug)]
pub struct Equalizer {}

impl Equalizer {
    /// Allocates.
    #[must_use]
    pub fn new(_sample_rate_hz: f64, _channels: usize) -> Self {
        Self {}
    }
}

impl Stage for Equalizer {
    type Config = EqualizerConfig;

    fn set_config(&mut self, _config: &EqualizerConfig, _quality: Quality) {}

    fn process(&mut self, _block: &mut Block) {}

    fn reset(&mut self) {}

    fn flush_denormals(&mut self) {}
}
