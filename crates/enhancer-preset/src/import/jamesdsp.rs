//! Imports presets of JamesDSP for Linux: `key=value` lines, with a switch `…_enable` for each stage.
//!
//! Its graphic equalizer is a list of points as in Equalizer APO. Its 15-band equalizer is a row of
//! frequencies and gains. Both are treated as linear between the points. A Liveprog script (EEL) is a
//! program and is rejected.

use super::builder::Builder;
use super::filter::clamp;
use super::ini::Ini;
use super::sides::crossfeed_percent;
use super::tokens::only_number;
use super::{Format, ImportError, Imported, Source, curve};
use crate::excerpt::excerpt;
use enhancer_dsp::config::{BandChannel, BassBoostConfig, LimiterConfig};

/// A preset has at least one of these keys.
const KEYS: [&str; 4] = ["graphiceq_enable", "graphiceq_param", "tone_eq", "master_limthreshold"];
/// Frequencies of the 15-band equalizer for a file with gains alone, Hz.
const FREQUENCIES_HZ: [f64; 15] = [
    25.0, 40.0, 63.0, 100.0, 160.0, 250.0, 400.0, 630.0, 1000.0, 1600.0, 2500.0, 4000.0, 6300.0, 10_000.0,
    16_000.0,
];
/// The crossfeed mode that means bs2b's custom crossfeed.
const CUSTOM_CROSSFEED: f64 = 99.0;
/// Stages without an equivalent, by their keys.
const LEFT_OUT: [(&str, &str); 7] = [
    ("tube", "analog modelling"),
    ("compander", "the dynamic range compander"),
    ("convolver", "the convolver"),
    ("ddc", "ViPER-DDC"),
    ("liveprog", "the Liveprog script"),
    ("reverb", "reverberation"),
    ("stereowide", "the stereo widener"),
];

/// Imports `source` if it is a preset; rejects a Liveprog script.
pub(super) fn import(source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    let starts = |word: &str| source.text.lines().any(|line| line.trim_start().starts_with(word));
    if starts("@init") && starts("@sample") {
        let reason = "is not in this file: it is a Liveprog script, a program";
        return Some(Err(ImportError::Refused { format: Format::JamesDsp, reason: reason.to_owned() }));
    }
    let key = |line: &str| line.split_once('=').map(|(key, _)| key.trim().to_lowercase());
    let is_preset = source.text.lines().filter_map(key).any(|key| KEYS.contains(&key.as_str()));
    is_preset.then(|| read(&Ini::read(source.text), source))
}

fn read(ini: &Ini<'_>, source: &Source<'_>) -> Result<Imported, ImportError> {
    let mut builder = Builder::default();
    if ini.get("", "master_enable").is_some() && !is_on(ini, "master") {
        builder.note(line(ini, "master_enable"), "JamesDSP is off in this preset; it is imported as on");
    }
    if is_on(ini, "graphiceq")
        && let Some((text, line)) = ini.get("", "graphiceq_param")
    {
        let points = text.split_once(':').map_or(text, |(_, points)| points);
        add_curve(&mut builder, line, curve::of_pairs(points));
    }
    if is_on(ini, "tone")
        && let Some((text, line)) = ini.get("", "tone_eq")
    {
        add_curve(&mut builder, line, tone_curve(text));
    }
    if is_on(ini, "crossfeed") {
        crossfeed(ini, &mut builder);
    }
    if is_on(ini, "bass") {
        bass(ini, &mut builder);
    }
    for (key, name) in LEFT_OUT {
        if is_on(ini, key) {
            let text = format!("{name} is not supported and is left out");
            builder.note(line(ini, &format!("{key}_enable")), text);
        }
    }
    master(ini, &mut builder);
    builder.finish(Format::JamesDsp, &source.name)
}

fn is_on(ini: &Ini<'_>, stage: &str) -> bool {
    ini.get("", &format!("{stage}_enable")).is_some_and(|(value, _)| matches!(value, "true" | "1"))
}

fn line(ini: &Ini<'_>, key: &str) -> Option<usize> {
    ini.get("", key).map(|(_, line)| line)
}

fn add_curve(builder: &mut Builder, line: usize, curve: Result<Vec<f64>, String>) {
    match curve {
        Ok(curve) => builder.curve(line, BandChannel::Stereo, curve),
        Err(reason) => builder.note(line, format!("the equalizer is left out: {}", excerpt(&reason))),
    }
}

/// 15 frequencies and then 15 gains, or the gains alone.
fn tone_curve(text: &str) -> Result<Vec<f64>, String> {
    let numbers: Option<Vec<f64>> = text.split(';').map(only_number).collect();
    let numbers = numbers.ok_or("it is not a list of numbers")?;
    let points: Vec<(f64, f64)> = match numbers.len() {
        15 => FREQUENCIES_HZ.into_iter().zip(numbers).collect(),
        30 => numbers.iter().copied().zip(numbers.iter().copied().skip(15)).collect(),
        count => return Err(format!("it has {count} numbers, not 15 or 30")),
    };
    match points.iter().all(|(frequency, _)| *frequency > 0.0) {
        true => curve::of_points(points).ok_or_else(|| "no points".to_owned()),
        false => Err("a frequency is not above 0 Hz".to_owned()),
    }
}

fn crossfeed(ini: &Ini<'_>, builder: &mut Builder) {
    let at = line(ini, "crossfeed_enable");
    if ini.number("", "crossfeed_mode") != Some(CUSTOM_CROSSFEED) {
        return builder.note(at, "the crossfeed of this mode is not supported and is left out");
    }
    let percent = crossfeed_percent(ini.number("", "crossfeed_bs2b_feed").unwrap_or(45.0) / 10.0);
    let mut changes = Vec::new();
    builder.config.stereo_enhancer.enabled = true;
    builder.config.stereo_enhancer.crossfeed_percent = clamp("crossfeed", percent, 0.0, 100.0, &mut changes);
    builder.notes(at, changes);
}

fn bass(ini: &Ini<'_>, builder: &mut Builder) {
    let at = line(ini, "bass_enable");
    builder.note(at, "the dynamic bass boost is approximated by a constant one of its largest gain");
    let mut changes = Vec::new();
    builder.config.bass_boost = BassBoostConfig {
        enabled: true,
        amount_db: clamp("bass", ini.number("", "bass_maxgain").unwrap_or(5.0), 0.0, 12.0, &mut changes),
        harmonics_percent: 0.0,
        ..BassBoostConfig::default()
    };
    builder.notes(at, changes);
}

/// Post-gain and limiter. A preset with nothing but a limiter at full scale has no effect and is not
/// imported.
fn master(ini: &Ini<'_>, builder: &mut Builder) {
    let gain_db = ini.number("", "master_postgain").unwrap_or(0.0);
    let threshold_db = ini.number("", "master_limthreshold").unwrap_or(0.0);
    let config = &builder.config;
    let has_sound = !builder.draft.is_empty() || config.stereo_enhancer.enabled || config.bass_boost.enabled;
    if !has_sound && gain_db == 0.0 && threshold_db == 0.0 {
        return;
    }
    let mut changes = Vec::new();
    builder.config.master_gain_db = clamp("the post-gain", gain_db, -24.0, 24.0, &mut changes);
    let release_ms = ini.number("", "master_limrelease").unwrap_or(60.0);
    let limiter = &mut builder.config.limiter;
    *limiter = LimiterConfig::default();
    limiter.enabled = true;
    limiter.ceiling_dbtp = clamp("the limiter's threshold", threshold_db, -24.0, 0.0, &mut changes);
    limiter.release_ms = clamp("the limiter's release", release_ms, 1.0, 1000.0, &mut changes);
    let at = line(ini, "master_limthreshold").or(line(ini, "master_postgain"));
    builder.notes(at, changes);
}
