//! The stereo enhancer.

use crate::block::Block;
use crate::config::{Quality, StereoEnhancerConfig};
use crate::enhancer::Stage;

/// The stage.
#[derive(Debug)]
pub struct StereoEnhancer {}

impl StereoEnhancer {
    /// Allocates.
    #[must_use]
    pub fn new(_sample_rate_hz: f64) -> Self {
        Self {}
    }
}

impl Stage for StereoEnhancer {
    type Config = StereoEnhancerConfig;

    fn set_config(&mut self, _config: &StereoEnhancerConfig, _quality: Quality) {}

    fn process(&mut self, _block: &mut Block) {}

    fn reset(&mut self) {}

    fn flush_denormals(&mut self) {}
}
