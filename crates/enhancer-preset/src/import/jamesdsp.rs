//! Presets of JamesDSP for Linux: `key=value` lines, each stage with a switch `…_enable`.
//!
//! Its graphic equalizer has points as Equalizer APO's, its 15-band equalizer frequencies and gains in a row;
//! both are taken for straight lines between the points. A Liveprog script (EEL) is a program and is refused
//! by name.

use super::filter::hold;
use super::ini::Ini;
use super::sides::crossfeed_percent;
use super::taken::Taken;
use super::words::only_number;
use super::{Format, ImportError, Imported, Source, curve};
use crate::text::one_line;
use enhancer_dsp::config::{BandChannel, BassBoostConfig, LimiterConfig};

/// Keys of which a preset has one at least.
const KEYS: [&str; 4] = ["graphiceq_enable", "graphiceq_param", "tone_eq", "master_limthreshold"];
/// Frequencies of the 15-band equalizer, where the file gives gains alone, Hz.
const FREQUENCIES_HZ: [f64; 15] = [
    25.0, 40.0, 63.0, 100.0, 160.0, 250.0, 400.0, 630.0, 1000.0, 1600.0, 2500.0, 4000.0, 6300.0, 10_000.0,
    16_000.0,
];
/// The custom crossfeed of bs2b among the modes.
const CUSTOM_CROSSFEED: f64 = 99.0;
/// Stages that the chain doesn't have, by their keys.
const LEFT_OUT: [(&str, &str); 7] = [
    ("tube", "analog modelling"),
    ("compander", "the dynamic range compander"),
    ("convolver", "the convolver"),
    ("ddc", "ViPER-DDC"),
    ("liveprog", "the Liveprog script"),
    ("reverb", "reverberation"),
    ("stereowide", "the stereo widener"),
];

/// Reads `source` if it is a preset or a Liveprog script.
pub(super) fn import(source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    let starts = |word: &str| source.text.lines().any(|line| line.trim_start().starts_with(word));
    if starts("@init") && starts("@sample") {
        let reason = "is here a Liveprog script, a program that can't be taken over; use an equalizer preset";
        return Some(Err(ImportError::Refused { format: Format::JamesDsp, reason: reason.to_owned() }));
    }
    let key = |line: &str| line.split_once('=').map(|(key, _)| key.trim().to_lowercase());
    let is_preset = source.text.lines().filter_map(key).any(|key| KEYS.contains(&key.as_str()));
    is_preset.then(|| read(&Ini::read(source.text), source))
}

fn read(ini: &Ini<'_>, source: &Source<'_>) -> Result<Imported, ImportError> {
    let mut taken = Taken::default();
    if ini.get("", "master_enable").is_some() && !is_on(ini, "master") {
        taken.note(
            line(ini, "master_enable"),
            "JamesDSP is off in this preset; it is taken over all the same",
        );
    }
    if is_on(ini, "graphiceq")
        && let Some((text, line)) = ini.get("", "graphiceq_param")
    {
        let points = text.split_once(':').map_or(text, |(_, points)| points);
        add_curve(&mut taken, line, curve::of_pairs(points));
    }
    if is_on(ini, "tone")
        && let Some((text, line)) = ini.get("", "tone_eq")
    {
        add_curve(&mut taken, line, tone_curve(text));
    }
    if is_on(ini, "crossfeed") {
        crossfeed(ini, &mut taken);
    }
    if is_on(ini, "bass") {
        bass(ini, &mut taken);
    }
    for (key, name) in LEFT_OUT {
        if is_on(ini, key) {
            let text = format!("{name} is not part of the chain and is left out");
            taken.note(line(ini, &format!("{key}_enable")), text);
        }
    }
    master(ini, &mut taken);
    taken.finish(Format::JamesDsp, &source.name)
}

fn is_on(ini: &Ini<'_>, stage: &str) -> bool {
    ini.get("", &format!("{stage}_enable")).is_some_and(|(value, _)| matches!(value, "true" | "1"))
}

fn line(ini: &Ini<'_>, key: &str) -> Option<usize> {
    ini.get("", key).map(|(_, line)| line)
}

fn add_curve(taken: &mut Taken, line: usize, curve: Result<Vec<f64>, String>) {
    match curve {
        Ok(curve) => taken.curve(line, BandChannel::Stereo, curve),
        Err(reason) => taken.note(line, format!("the equalizer is left out: {}", one_line(&reason))),
    }
}

/// 15 frequencies and then as many gains, or the gains alone.
fn tone_curve(text: &str) -> Result<Vec<f64>, String> {
    let numbers: Option<Vec<f64>> = text.split(';').map(only_number).collect();
    let numbers = numbers.ok_or("it has something else than numbers")?;
    let points: Vec<(f64, f64)> = match numbers.len() {
        15 => FREQUENCIES_HZ.into_iter().zip(numbers).collect(),
        30 => numbers.iter().copied().zip(numbers.iter().copied().skip(15)).collect(),
        count => return Err(format!("{count} numbers are neither 15 nor 30")),
    };
    match points.iter().all(|(frequency, _)| *frequency > 0.0) {
        true => curve::of_points(points).ok_or_else(|| "no points".to_owned()),
        false => Err("its frequencies are not above zero".to_owned()),
    }
}

fn crossfeed(ini: &Ini<'_>, taken: &mut Taken) {
    let at = line(ini, "crossfeed_enable");
    if ini.number("", "crossfeed_mode") != Some(CUSTOM_CROSSFEED) {
        return taken.note(at, "the crossfeed of this mode is not part of the chain and is left out");
    }
    let percent = crossfeed_percent(ini.number("", "crossfeed_bs2b_feed").unwrap_or(45.0) / 10.0);
    let mut changes = Vec::new();
    taken.config.stereo_enhancer.enabled = true;
    taken.config.stereo_enhancer.crossfeed_percent = hold("crossfeed", percent, 0.0, 100.0, &mut changes);
    for change in changes {
        taken.note(at, change);
    }
}

fn bass(ini: &Ini<'_>, taken: &mut Taken) {
    let at = line(ini, "bass_enable");
    taken.note(at, "the dynamic bass boost is taken over in kind: a steady one of its largest gain");
    let mut changes = Vec::new();
    taken.config.bass_boost = BassBoostConfig {
        enabled: true,
        amount_db: hold("bass", ini.number("", "bass_maxgain").unwrap_or(5.0), 0.0, 12.0, &mut changes),
        harmonics_percent: 0.0,
        ..BassBoostConfig::default()
    };
    for change in changes {
        taken.note(at, change);
    }
}

/// Gain and limiter at the end. A limiter at full scale alone is no reason to keep a preset.
fn master(ini: &Ini<'_>, taken: &mut Taken) {
    let gain_db = ini.number("", "master_postgain").unwrap_or(0.0);
    let threshold_db = ini.number("", "master_limthreshold").unwrap_or(0.0);
    let config = &taken.config;
    let has_sound = !taken.draft.is_empty() || config.stereo_enhancer.enabled || config.bass_boost.enabled;
    if !has_sound && gain_db == 0.0 && threshold_db == 0.0 {
        return;
    }
    let mut changes = Vec::new();
    taken.config.master_gain_db = hold("the post-gain", gain_db, -24.0, 24.0, &mut changes);
    let release_ms = ini.number("", "master_limrelease").unwrap_or(60.0);
    taken.config.limiter = LimiterConfig {
        enabled: true,
        ceiling_dbtp: hold("the limiter's threshold", threshold_db, -24.0, 0.0, &mut changes),
        release_ms: hold("the limiter's release", release_ms, 1.0, 1000.0, &mut changes),
    };
    let at = line(ini, "master_limthreshold").or(line(ini, "master_postgain"));
    for change in changes {
        taken.note(at, change);
    }
}
