//! The cases of the benchmark: each stage alone and the whole chain, in every quality, with goals.

use enhancer_dsp::config::{BandType, Bands, EnhancerConfig, EqBand, Quality, StageId};

/// One config to time.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) config: EnhancerConfig,
    /// Level of the programme, dBFS RMS.
    pub(crate) level_dbfs: f64,
    /// Largest time in blocks of 64, ns per frame, on a machine whose yardstick takes [`GOAL_YARDSTICK_NS`].
    pub(crate) goal_ns: Option<f64>,
}

/// The yardstick's time on the machine of the goals, ns per frame.
pub(crate) const GOAL_YARDSTICK_NS: f64 = 17.1;

/// Every case, quality by quality.
pub(crate) fn all() -> Vec<Case> {
    Quality::ALL.iter().flat_map(|&quality| of_quality(quality)).collect()
}

fn of_quality(quality: Quality) -> Vec<Case> {
    let idle = idle(quality);
    let nothing = Case { name: "nothing on".to_owned(), config: idle, level_dbfs: -12.0, goal_ns: None };
    let chain_goal_ns = match quality {
        Quality::Draft => 35.0,
        Quality::Good => 60.0,
        Quality::Best => 150.0,
    };
    let chain = Case {
        name: "whole chain".to_owned(),
        config: everything(idle),
        level_dbfs: -12.0,
        goal_ns: Some(chain_goal_ns),
    };
    let stages = StageId::ALL.iter().map(|&stage| alone(stage, idle));
    std::iter::once(nothing).chain(stages).chain([chain]).collect()
}

/// A stage alone. One without a case of its own here has its defaults, its title as name and no goal.
fn alone(stage: StageId, idle: EnhancerConfig) -> Case {
    let (name, level_dbfs, goal_ns) = match stage {
        StageId::Equalizer => ("EQ, 8 bands".to_owned(), -12.0, Some(8.0)),
        StageId::Compressor => (title(stage), -12.0, Some(12.0)),
        StageId::Limiter => {
            ("limiter, +12 dB".to_owned(), 0.0, (idle.quality == Quality::Good).then_some(30.0))
        }
        _ => (title(stage), -12.0, None),
    };
    let mut config = idle;
    switch_on(stage, &mut config);
    Case { name, config, level_dbfs, goal_ns }
}

fn title(stage: StageId) -> String {
    stage.name().to_lowercase()
}

fn idle(quality: Quality) -> EnhancerConfig {
    let mut config = EnhancerConfig { quality, ..EnhancerConfig::default() };
    for stage in StageId::ALL {
        stage.switch().set(&mut config, 0.0);
    }
    config
}

/// Switches a stage on, with settings that make it work.
fn switch_on(stage: StageId, config: &mut EnhancerConfig) {
    stage.switch().set(config, 1.0);
    match stage {
        StageId::Equalizer => config.equalizer.bands = eight_bands(),
        StageId::Compressor => {
            config.compressor.ratio = 4.0;
            config.compressor.release_ms = 100.0;
        }
        StageId::StereoEnhancer => {
            config.stereo_enhancer.width_percent = 130.0;
            config.stereo_enhancer.mono_below_hz = 120.0;
            config.stereo_enhancer.crossfeed_percent = 20.0;
        }
        _ => {}
    }
}

/// Every stage on, with 12 dB of gain before the limiter, so that it limits.
fn everything(idle: EnhancerConfig) -> EnhancerConfig {
    let mut config = EnhancerConfig { master_gain_db: 12.0, ..idle };
    for &stage in StageId::ALL {
        switch_on(stage, &mut config);
    }
    config
}

/// Q of a Butterworth filter, without resonance.
const Q: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// High-pass, low shelf, four bells, high shelf, low-pass.
fn eight_bands() -> Bands {
    let band =
        |kind, frequency_hz, gain_db, q| EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() };
    Bands::from_iter([
        band(BandType::Highpass, 30.0, 0.0, Q),
        band(BandType::Lowshelf, 90.0, 3.0, Q),
        band(BandType::Peak, 200.0, -2.0, 1.0),
        band(BandType::Peak, 600.0, 2.0, 1.0),
        band(BandType::Peak, 1500.0, -3.0, 1.0),
        band(BandType::Peak, 4000.0, 2.0, 1.0),
        band(BandType::Highshelf, 10_000.0, 3.0, Q),
        band(BandType::Lowpass, 18_000.0, 0.0, Q),
    ])
}
