//! The cases of the benchmark: each stage alone and the whole chain, in every quality, with goals.

use enhancer_dsp::config::{BandType, Bands, EnhancerConfig, EqBand, Quality};

/// One config to time.
pub(crate) struct Case {
    pub(crate) name: &'static str,
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
    let case = |name, goal_ns, edit: &dyn Fn(&mut EnhancerConfig)| {
        let mut config = idle;
        edit(&mut config);
        Case { name, config, level_dbfs: -12.0, goal_ns }
    };
    let chain = match quality {
        Quality::Draft => 35.0,
        Quality::Good => 60.0,
        Quality::Best => 150.0,
    };
    let limiter = (quality == Quality::Good).then_some(30.0);
    vec![
        case("nothing on", None, &|_| {}),
        case("EQ, 8 bands", Some(8.0), &equalizer),
        case("compressor", Some(12.0), &compressor),
        case("bass boost", None, &|config| config.bass_boost.enabled = true),
        case("treble boost", None, &|config| config.treble_boost.enabled = true),
        case("stereo enhancer", None, &stereo),
        Case { level_dbfs: 0.0, ..case("limiter, +12 dB", limiter, &|config| config.limiter.enabled = true) },
        case("whole chain", Some(chain), &everything),
    ]
}

fn idle(quality: Quality) -> EnhancerConfig {
    let mut config = EnhancerConfig { quality, ..EnhancerConfig::default() };
    config.equalizer.enabled = false;
    config.limiter.enabled = false;
    config
}

/// Q of a Butterworth filter, without resonance.
const Q: f32 = std::f32::consts::FRAC_1_SQRT_2;

/// High-pass, low shelf, four bells, high shelf, low-pass.
fn equalizer(config: &mut EnhancerConfig) {
    let band =
        |kind, frequency_hz, gain_db, q| EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() };
    config.equalizer.enabled = true;
    config.equalizer.bands = Bands::from_iter([
        band(BandType::Highpass, 30.0, 0.0, Q),
        band(BandType::Lowshelf, 90.0, 3.0, Q),
        band(BandType::Peak, 200.0, -2.0, 1.0),
        band(BandType::Peak, 600.0, 2.0, 1.0),
        band(BandType::Peak, 1500.0, -3.0, 1.0),
        band(BandType::Peak, 4000.0, 2.0, 1.0),
        band(BandType::Highshelf, 10_000.0, 3.0, Q),
        band(BandType::Lowpass, 18_000.0, 0.0, Q),
    ]);
}

fn compressor(config: &mut EnhancerConfig) {
    config.compressor.enabled = true;
    config.compressor.ratio = 4.0;
    config.compressor.release_ms = 100.0;
}

fn stereo(config: &mut EnhancerConfig) {
    config.stereo_enhancer.enabled = true;
    config.stereo_enhancer.width_percent = 130.0;
    config.stereo_enhancer.mono_below_hz = 120.0;
    config.stereo_enhancer.crossfeed_percent = 20.0;
}

/// Every stage on, with 12 dB of gain before the limiter, so that it limits.
fn everything(config: &mut EnhancerConfig) {
    equalizer(config);
    compressor(config);
    stereo(config);
    config.bass_boost.enabled = true;
    config.treble_boost.enabled = true;
    config.master_gain_db = 12.0;
    config.limiter.enabled = true;
}
