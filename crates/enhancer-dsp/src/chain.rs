//! The chain: one ordered list of stages.
//!
//! A line is `field: Stage(Config)`, under one sentence of documentation; the imports of both types are below
//! the list. The config's fields, the processing order and [`StageId`](crate::config::StageId) derive from this
//! list. Everything after `gain` follows the master gain; the limiter is last, because nothing after it may
//! raise a peak.

/// Calls the macro `then` with the list.
macro_rules! chain {
    ($then:ident) => {
        $then! {
            before {
                /// Parametric equalizer.
                equalizer: Equalizer(EqualizerConfig),
                /// Compressor with linked channels.
                compressor: Compressor(CompressorConfig),
                /// Low shelf, and harmonics for small speakers.
                bass_boost: BassBoost(BassBoostConfig),
                /// High shelf, and harmonics for air.
                treble_boost: TrebleBoost(TrebleBoostConfig),
                /// Width, mono lows, balance and crossfeed of exactly two channels.
                stereo_enhancer: StereoEnhancer(StereoEnhancerConfig),
            }
            gain {
                master_gain_db: MasterGain,
            }
            after {
                /// True-peak limiter.
                limiter: Limiter(LimiterConfig),
            }
        }
    };
}

pub(crate) use chain;

/// The stages that the list names.
pub(crate) mod stages {
    pub(crate) use crate::dynamics::{Compressor, Limiter};
    pub(crate) use crate::eq::Equalizer;
    pub(crate) use crate::gain::MasterGain;
    pub(crate) use crate::stereo::StereoEnhancer;
    pub(crate) use crate::tone::{BassBoost, TrebleBoost};
}

/// The stages' sections of the config.
pub(crate) mod configs {
    pub use crate::dynamics::{CompressorConfig, LimiterConfig};
    pub use crate::eq::EqualizerConfig;
    pub use crate::stereo::StereoEnhancerConfig;
    pub use crate::tone::{BassBoostConfig, TrebleBoostConfig};
}
