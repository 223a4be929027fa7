//! The chain: one ordered list of stages.
//!
//! A line is `field: module::Stage(Config)`, under one sentence of documentation. The config's fields, the
//! processing order and [`StageId`](crate::config::StageId) derive from this list. Everything after `gain`
//! follows the master gain; the limiter is last, because nothing after it may raise a peak.

/// Calls the macro `then` with the list.
macro_rules! chain {
    ($then:ident) => {
        $then! {
            before {
                /// Parametric equalizer.
                equalizer: eq::Equalizer(EqualizerConfig),
                /// Compressor with linked channels.
                compressor: dynamics::Compressor(CompressorConfig),
                /// Low shelf, and harmonics for small speakers.
                bass_boost: tone::BassBoost(BassBoostConfig),
                /// High shelf, and harmonics for air.
                treble_boost: tone::TrebleBoost(TrebleBoostConfig),
                /// Width, mono lows, balance and crossfeed of exactly two channels.
                stereo_enhancer: stereo::StereoEnhancer(StereoEnhancerConfig),
            }
            gain {
                master_gain_db: gain::MasterGain,
            }
            after {
                /// True-peak limiter.
                limiter: dynamics::Limiter(LimiterConfig),
            }
        }
    };
}

pub(crate) use chain;

/// Imports the stages of the list and their sections of the config.
macro_rules! imports {
    (
        before { $($(#[$before_doc:meta])* $before:ident: $before_room:ident::$before_stage:ident($before_config:ident),)* }
        gain { $gain:ident: $gain_room:ident::$gain_stage:ident, }
        after { $($(#[$after_doc:meta])* $after:ident: $after_room:ident::$after_stage:ident($after_config:ident),)* }
    ) => {
        pub(crate) mod stages {
            $(pub(crate) use crate::$before_room::$before_stage;)*
            pub(crate) use crate::$gain_room::$gain_stage;
            $(pub(crate) use crate::$after_room::$after_stage;)*
        }

        pub(crate) mod configs {
            $(pub use crate::$before_room::$before_config;)*
            $(pub use crate::$after_room::$after_config;)*
        }
    };
}

chain!(imports);
