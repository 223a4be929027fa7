//! The stereo enhancer: mono lows, width, crossfeed, balance, in this order, on exactly two channels.
//!
//! Each part that is at rest (width 100 %, the others 0) passes its input to the bit, so at rest the stage is
//! transparent. What each does to the mono sum stands in its module.

use super::balance::Balance;
use super::crossfeed::Crossfeed;
use super::mono_below::MonoBelow;
use super::width::Width;
use crate::block::Block;
use crate::config::{Quality, StereoEnhancerConfig};
use crate::enhancer::Stage;

/// The stage.
#[derive(Debug)]
pub struct StereoEnhancer {
    mono_below: MonoBelow,
    width: Width,
    crossfeed: Crossfeed,
    balance: Balance,
}

impl StereoEnhancer {
    /// A stage at rest.
    #[must_use]
    pub fn new(sample_rate_hz: f64) -> Self {
        Self {
            mono_below: MonoBelow::new(sample_rate_hz),
            width: Width::new(sample_rate_hz),
            crossfeed: Crossfeed::new(sample_rate_hz),
            balance: Balance::new(sample_rate_hz),
        }
    }
}

impl Stage for StereoEnhancer {
    type Config = StereoEnhancerConfig;

    fn set_config(&mut self, config: &StereoEnhancerConfig, _quality: Quality) {
        self.mono_below.set_frequency_hz(f64::from(config.mono_below_hz));
        self.width.set_percent(f64::from(config.width_percent));
        self.crossfeed.set_percent(f64::from(config.crossfeed_percent));
        self.balance.set_percent(f64::from(config.balance_percent));
    }

    fn process(&mut self, block: &mut Block) {
        let frames = block.first_pair_mut();
        self.mono_below.process(frames);
        self.width.process(frames);
        self.crossfeed.process(frames);
        self.balance.process(frames);
    }

    fn reset(&mut self) {
        self.mono_below.reset();
        self.width.reset();
        self.crossfeed.reset();
        self.balance.reset();
    }

    fn flush_denormals(&mut self) {
        self.mono_below.flush_denormals();
        self.crossfeed.flush_denormals();
    }
}
