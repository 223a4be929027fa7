//! Files of every schema version that has shipped load to their original meaning.
//!
//! `fixtures/` keeps a preset and a config of each version as that version wrote them; they never change.

use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::{
    BandChannel, BandType, Bands, BassBoostConfig, CompressorConfig, Detector, EqBand, EqualizerConfig,
    FilterSlope, LimiterConfig, Quality, SCHEMA_VERSION, StereoEnhancerConfig, TrebleBoostConfig,
};
use enhancer_preset::{Preset, parse_config, parse_preset, to_json};
use std::path::Path;

fn fixture(kind: &str, version: u32) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/{kind}-v{version}.json"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The config that the fixtures describe. A new field gets its default here, as it does for older files.
fn meaning() -> EnhancerConfig {
    #![allow(clippy::needless_update, reason = "no field is left today; a new one must not break the build")]
    let bands: Bands = [
        EqBand {
            enabled: false,
            kind: BandType::Lowshelf,
            frequency_hz: 105.5,
            gain_db: 4.5,
            q: 0.71,
            slope: FilterSlope::Db12,
            channel: BandChannel::Stereo,
            ..EqBand::default()
        },
        EqBand {
            enabled: true,
            kind: BandType::Highpass,
            frequency_hz: 31.5,
            gain_db: 0.0,
            q: 0.9,
            slope: FilterSlope::Db36,
            channel: BandChannel::Left,
            ..EqBand::default()
        },
        EqBand {
            enabled: true,
            kind: BandType::Tilt,
            frequency_hz: 900.0,
            gain_db: -2.25,
            q: 0.5,
            slope: FilterSlope::Db6,
            channel: BandChannel::Mid,
            ..EqBand::default()
        },
        // The fourth of 16 slots from 25 Hz to 16 kHz, to three digits.
        EqBand { frequency_hz: 91.0, gain_db: -6.0, ..EqBand::default() },
    ]
    .into_iter()
    .collect();
    EnhancerConfig {
        schema_version: SCHEMA_VERSION,
        bypass_all: true,
        master_gain_db: -1.5,
        quality: Quality::Best,
        equalizer: EqualizerConfig { enabled: false, preamp_db: -3.5, bands, ..EqualizerConfig::default() },
        compressor: CompressorConfig {
            enabled: true,
            threshold_db: -24.0,
            ratio: 3.0,
            knee_db: 8.0,
            attack_ms: 5.0,
            release_ms: 200.0,
            makeup_gain_db: 2.5,
            auto_makeup: true,
            detector: Detector::Peak,
            sidechain_highpass_hz: 90.0,
            mix_percent: 60.0,
            ..CompressorConfig::default()
        },
        bass_boost: BassBoostConfig {
            enabled: true,
            frequency_hz: 70.0,
            amount_db: 6.0,
            harmonics_percent: 35.0,
            ..BassBoostConfig::default()
        },
        treble_boost: TrebleBoostConfig {
            enabled: true,
            frequency_hz: 9000.0,
            amount_db: 2.0,
            harmonics_percent: 15.0,
            ..TrebleBoostConfig::default()
        },
        stereo_enhancer: StereoEnhancerConfig {
            enabled: true,
            width_percent: 120.0,
            mono_below_hz: 110.0,
            balance_percent: -10.0,
            crossfeed_percent: 25.0,
            ..StereoEnhancerConfig::default()
        },
        limiter: LimiterConfig {
            enabled: false,
            ceiling_dbtp: -2.0,
            release_ms: 120.0,
            ..LimiterConfig::default()
        },
        ..EnhancerConfig::default()
    }
}

#[test]
fn every_version_loads_to_its_original_meaning() {
    for version in 1..=SCHEMA_VERSION {
        let preset = parse_preset(&fixture("preset", version)).unwrap();
        assert_eq!(preset.name, "Every Field");
        assert_eq!(preset.description, format!("A preset of schema version {version} with every field set."));
        assert_eq!((preset.category.as_str(), preset.tags.len()), ("music", 2));
        assert_eq!(preset.config, meaning(), "preset of version {version}");
        assert_eq!(
            parse_config(&fixture("config", version)).unwrap(),
            meaning(),
            "config of version {version}"
        );
        assert_eq!(parse_config(&fixture("preset", version)).unwrap(), meaning());
    }
}

#[test]
fn writes_the_current_version_and_reads_it_back() {
    let preset = Preset::new("Mine", meaning());
    let text = to_json(&preset);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["schema_version"], SCHEMA_VERSION);
    assert_eq!(parse_preset(&text).unwrap(), preset);
}

/// A file written by hand has no version and counts as version 1.
#[test]
fn a_file_without_a_version_counts_as_version_1() {
    let text = fixture("config", 1).replace("\"schema_version\": 1,", "");
    assert_eq!(parse_config(&text).unwrap(), meaning());
}
