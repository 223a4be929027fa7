//! [`EnhancerConfig`]: everything that shapes the sound, in physical units, validated, `Copy`.
//!
//! Each field is declared once, below: its JSON name, range, default and meaning. The structs, their defaults and the
//! parameter table ([`crate::param`]) all come from that line. A field absent from a file takes its default; an
//! unknown field is an error that names it; nothing is clamped silently.

mod bands;
mod choices;
mod error;
mod section;

pub use bands::{Bands, MAX_BANDS, default_band_frequency_hz};
pub use choices::{BandChannel, BandType, Detector, FilterSlope, Quality};
pub use error::ConfigError;

use crate::param::ParamKind as K;
use crate::param::Unit::{Db, DbTp, Hz, Ms, None as Bare, Percent, Ratio};
use crate::param::{ParamId, ParamSpec};
use section::section;

/// Q of a band that sets none: 1/√2 to the digits that files carry, no resonance.
#[allow(clippy::approx_constant, reason = "the JSON default is written with four digits")]
const DEFAULT_Q: f32 = 0.7071;

/// The schema version that this build writes.
pub const SCHEMA_VERSION: u32 = 1;

section! {
    /// The whole configuration of the chain.
    EnhancerConfig at "", |config, band| config, {
    bypass_all: bool, "bypass_all", "Bypass", K::Switch, 0.0, "Passes the input untouched, delayed by the latency.";
    master_gain_db: f32, "master_gain", "Master Gain", K::float(-24.0, 24.0, Db), 0.0, "Gain before the limiter.";
    quality: Quality, "processing_quality", "Quality", K::Choice(Quality::LABELS), 1.0,
        "How much work goes into quality; sets the latency.";
    } also {
    /// Version of the JSON schema, [`SCHEMA_VERSION`].
    schema_version: u32 = SCHEMA_VERSION;
    /// Parametric equalizer.
    equalizer: EqualizerConfig = EqualizerConfig::default();
    /// Compressor.
    compressor: CompressorConfig = CompressorConfig::default();
    /// Bass boost.
    bass_boost: BassBoostConfig = BassBoostConfig::default();
    /// Treble boost.
    treble_boost: TrebleBoostConfig = TrebleBoostConfig::default();
    /// Stereo enhancer, at work on exactly two channels.
    stereo_enhancer: StereoEnhancerConfig = StereoEnhancerConfig::default();
    /// True-peak limiter, last in the chain.
    limiter: LimiterConfig = LimiterConfig::default();
    }
}

section! {
    /// Parametric equalizer: a preamp and up to [`MAX_BANDS`] bands, none by default.
    EqualizerConfig at "equalizer.", |config, band| config.equalizer, {
    enabled: bool, "enabled", "EQ", K::Switch, 1.0, "Switches the equalizer.";
    preamp_db: f32, "preamp", "EQ Preamp", K::float(-24.0, 24.0, Db), 0.0,
        "Gain before the bands, to make room for boosts.";
    } also {
    /// The bands in use, in order.
    bands: Bands = Bands::default();
    }
}

section! {
    /// One band of the equalizer.
    EqBand at "", |config, band| config.equalizer.bands.slots[band % MAX_BANDS], {
    enabled: bool, "enabled", "On", K::Switch, 1.0, "Switches the band.";
    kind: BandType, "type", "Type", K::Choice(BandType::LABELS), 0.0, "Shape of the band's response.";
    #[serde(default = "bands::slot_decides")]
    frequency_hz: f32, "frequency", "Frequency", K::log(10.0, 30_000.0, Hz), 1000.0,
        "Centre, corner or midpoint frequency; one beyond the sample rate's reach acts as far as the audio band goes.";
    gain_db: f32, "gain", "Gain", K::float(-24.0, 24.0, Db), 0.0,
        "Boost or cut; without effect on low-pass, high-pass, notch and band-pass.";
    q: f32, "q", "Q", K::log(0.1, 40.0, Bare), DEFAULT_Q, "Narrowness: centre frequency over bandwidth.";
    slope: FilterSlope, "slope", "Slope", K::Choice(FilterSlope::LABELS), 1.0,
        "Steepness of a low-pass or high-pass, dB per octave.";
    channel: BandChannel, "channel", "Channel", K::Choice(BandChannel::LABELS), 0.0,
        "What the band works on: everything, left, right, mid or side.";
    } also {
    }
}

section! {
    /// Compressor: feed-forward, soft knee, linked channels.
    CompressorConfig at "compressor.", |config, band| config.compressor, {
    enabled: bool, "enabled", "Compressor", K::Switch, 0.0, "Switches the compressor.";
    threshold_db: f32, "threshold", "Threshold", K::float(-60.0, 0.0, Db), -20.0, "Level above which it turns down.";
    ratio: f32, "ratio", "Ratio", K::log(1.0, 20.0, Ratio), 2.0, "Input change over output change above the threshold.";
    knee_db: f32, "knee", "Knee", K::float(0.0, 24.0, Db), 6.0, "Width of the bend around the threshold.";
    attack_ms: f32, "attack", "Attack", K::log(0.05, 250.0, Ms), 10.0, "Time to 63 % of a fall in gain.";
    release_ms: f32, "release", "Release", K::log(5.0, 2500.0, Ms), 120.0, "Time to 63 % of a rise in gain.";
    makeup_gain_db: f32, "makeup_gain", "Make-up Gain", K::float(-12.0, 24.0, Db), 0.0, "Gain of the compressed signal.";
    auto_makeup: bool, "auto_makeup", "Auto Make-up", K::Switch, 0.0,
        "Adds the gain that the static curve takes from loud programme.";
    detector: Detector, "detector", "Detector", K::Choice(Detector::LABELS), 1.0, "What counts as level: peak or RMS.";
    sidechain_highpass_hz: f32, "sidechain_highpass", "Side-chain High-pass", K::float_or_off(500.0, Hz), 0.0,
        "Keeps what lies below from turning everything down; 0 is off.";
    mix_percent: f32, "mix", "Mix", K::float(0.0, 100.0, Percent), 100.0, "Share of the compressed signal.";
    } also {
    }
}

section! {
    /// Bass boost: a low shelf, and harmonics of the lows for small speakers.
    BassBoostConfig at "bass_boost.", |config, band| config.bass_boost, {
    enabled: bool, "enabled", "Bass Boost", K::Switch, 0.0, "Switches the bass boost.";
    frequency_hz: f32, "frequency", "Bass Frequency", K::log(30.0, 250.0, Hz), 90.0,
        "Corner of the shelf; harmonics are made of what lies below.";
    amount_db: f32, "amount", "Bass Amount", K::float(0.0, 12.0, Db), 4.0, "Gain of the shelf.";
    harmonics_percent: f32, "harmonics", "Bass Harmonics", K::float(0.0, 100.0, Percent), 20.0,
        "Overtones that make the lows heard on small speakers.";
    } also {
    }
}

section! {
    /// Treble boost: a high shelf, and harmonics of the highs for air.
    TrebleBoostConfig at "treble_boost.", |config, band| config.treble_boost, {
    enabled: bool, "enabled", "Treble Boost", K::Switch, 0.0, "Switches the treble boost.";
    frequency_hz: f32, "frequency", "Treble Frequency", K::log(2000.0, 16_000.0, Hz), 8000.0,
        "Corner of the shelf; harmonics are made of what lies above.";
    amount_db: f32, "amount", "Treble Amount", K::float(0.0, 12.0, Db), 3.0, "Gain of the shelf.";
    harmonics_percent: f32, "harmonics", "Treble Harmonics", K::float(0.0, 100.0, Percent), 10.0,
        "Overtones that add air and presence.";
    } also {
    }
}

section! {
    /// Stereo enhancer: width, mono lows, balance and headphone crossfeed.
    StereoEnhancerConfig at "stereo_enhancer.", |config, band| config.stereo_enhancer, {
    enabled: bool, "enabled", "Stereo Enhancer", K::Switch, 0.0, "Switches the stereo enhancer.";
    width_percent: f32, "width", "Width", K::float(0.0, 200.0, Percent), 100.0,
        "Level of the side signal: 0 is mono, 100 leaves it, 200 doubles it.";
    mono_below_hz: f32, "mono_below", "Mono Below", K::float_or_off(500.0, Hz), 0.0,
        "Makes what lies below mono; 0 is off.";
    balance_percent: f32, "balance", "Balance", K::float(-100.0, 100.0, Percent), 0.0,
        "Left (negative) or right, at constant power.";
    crossfeed_percent: f32, "crossfeed", "Crossfeed", K::float(0.0, 100.0, Percent), 0.0,
        "Lets each ear hear the other channel as from speakers, for headphones.";
    } also {
    }
}

section! {
    /// True-peak limiter.
    LimiterConfig at "limiter.", |config, band| config.limiter, {
    enabled: bool, "enabled", "Limiter", K::Switch, 1.0, "Switches the limiter.";
    ceiling_dbtp: f32, "ceiling", "Ceiling", K::float(-24.0, 0.0, DbTp), -1.0, "Highest true peak that comes out.";
    release_ms: f32, "release", "Limiter Release", K::log(1.0, 1000.0, Ms), 80.0,
        "Time to 63 % of the way back after a peak.";
    } also {
    }
}

/// The table's rows that stand once in a config, section by section in chain order.
pub(crate) const SECTIONS: &[&[ParamSpec]] = &[
    EnhancerConfig::PARAMS,
    EqualizerConfig::PARAMS,
    CompressorConfig::PARAMS,
    BassBoostConfig::PARAMS,
    TrebleBoostConfig::PARAMS,
    StereoEnhancerConfig::PARAMS,
    LimiterConfig::PARAMS,
];

impl EnhancerConfig {
    /// Checks every value against its range.
    ///
    /// # Errors
    /// The first field out of range, with its value and range; or a schema version that is not [`SCHEMA_VERSION`].
    ///
    /// # Realtime safety
    /// Neither the check nor the error allocates.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if self.schema_version != SCHEMA_VERSION {
            return Err(ConfigError::SchemaVersion { found: self.schema_version });
        }
        let bands = 0..self.equalizer.bands.len();
        let of_bands = bands.flat_map(|band| EqBand::PARAMS.iter().map(move |spec| (spec, Some(band))));
        let of_sections = SECTIONS.iter().flat_map(|section| section.iter()).map(|spec| (spec, None));
        for (spec, band) in of_sections.chain(of_bands) {
            let param = ParamId { spec, band };
            let (min, max) = spec.kind.range();
            let value = param.get(self);
            if !(min..=max).contains(&value) {
                return Err(ConfigError::OutOfRange { param, value });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
