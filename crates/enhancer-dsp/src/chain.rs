//! The chain: one ordered list of stages.
//!
//! A line is `field: Stage(Config)`, under one sentence of documentation. The config's fields, the processing
//! order and [`StageId`](crate::config::StageId) derive from this list. Everything after `gain` follows the
//! master gain; the limiter is last, because nothing after it may raise a peak.

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
