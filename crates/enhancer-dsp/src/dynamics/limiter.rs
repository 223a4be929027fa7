//! The true-peak limiter.

use crate::block::Block;
use crate::config::{LimiterConfig, Quality};

/// The stage.
#[derive(Debug)]
pub struct Limiter {}

impl Limiter {
    /// Allocates.
    #[must_use]
    pub fn new(_sample_rate_hz: f64, _channels: usize) -> Self {
        Self {}
    }

    /// Latency at a quality, frames; the same whether the limiter is on or off.
    #[must_use]
    pub fn latency_frames(_sample_rate_hz: f64, _quality: Quality) -> usize {
        0
    }

    /// Takes over a valid config; values glide, the switch crossfades. After a change of quality `reset` follows.
    pub fn set_config(&mut self, _config: &LimiterConfig, _quality: Quality) {}

    /// Processes the block in place, delayed by the latency.
    pub fn process(&mut self, _block: &mut Block) {}

    /// Forgets the past and ends every glide at its target.
    pub fn reset(&mut self) {}

    /// Sets states too small to matter to zero.
    pub fn flush_denormals(&mut self) {}

    /// Most gain taken away in the last block, dB, 0 or more.
    #[must_use]
    pub fn gain_reduction_db(&self) -> f64 {
        0.0
    }
}
