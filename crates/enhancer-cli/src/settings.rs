//! The config of a run: a preset or a file, changed by `--set` and `--quality`.

use crate::advice;
use crate::args::SettingsArgs;
use enhancer_dsp::{ConfigError, EnhancerConfig, ParamId, ParamKind, ParseValueError};
use enhancer_preset::suggest::nearest;
use enhancer_preset::{Library, LibraryError, MAX_FILE_BYTES, ParseError, parse_config};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The preset without `--preset` and `--config`: gentle, and made for the most common music.
pub(crate) const DEFAULT_PRESET: &str = "pop";

/// An error that stops a config from being made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("--preset: {}", advice::on_library(.0))]
    Preset(#[from] LibraryError),
    #[error("{}: can't be read: {error}; check the path and its permissions", path.display())]
    Read { path: PathBuf, error: std::io::Error },
    #[error("{}: is longer than any config file; check that it is one", .0.display())]
    TooLong(PathBuf),
    #[error("{}: {}", path.display(), advice::on_parse(error))]
    Parse { path: PathBuf, error: ParseError },
    #[error("--set {0}: write it as ID=VALUE, such as compressor.threshold=-18")]
    NoValue(String),
    #[error("--set {id}: there is no such parameter; did you mean `{nearest}`?")]
    UnknownParam { id: String, nearest: ParamId },
    #[error("--set {0}: there is no such parameter; `audio-enhancer presets show flat` shows their names")]
    StrangeParam(String),
    #[error("--set: {0}")]
    Value(#[from] ParseValueError),
    #[error("the config: {}", advice::on_config(.0))]
    Config(#[from] ConfigError),
}

/// A config, and the name of its preset.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) config: EnhancerConfig,
    pub(crate) preset: Option<String>,
}

impl Settings {
    pub(crate) fn new(args: &SettingsArgs) -> Result<Self, SettingsError> {
        let mut settings = match (&args.config, &args.preset) {
            (Some(path), _) => Self { config: read_config(path)?, preset: None },
            (None, name) => {
                let preset = Library::open().get(name.as_deref().unwrap_or(DEFAULT_PRESET))?;
                Self { config: preset.config, preset: Some(preset.name) }
            }
        };
        for assignment in &args.set {
            set(&mut settings.config, assignment)?;
        }
        if let Some(quality) = args.quality {
            settings.config.quality = quality;
        }
        settings.config.validate()?;
        Ok(settings)
    }
}

/// Reads the config from a config file or a preset file.
pub(crate) fn read_config(path: &Path) -> Result<EnhancerConfig, SettingsError> {
    let text = read_text(path)?;
    parse_config(&text).map_err(|error| SettingsError::Parse { path: path.to_owned(), error })
}

/// Reads a text file of at most [`MAX_FILE_BYTES`]; invalid UTF-8 is replaced.
pub(crate) fn read_text(path: &Path) -> Result<String, SettingsError> {
    let failed = |error| SettingsError::Read { path: path.to_owned(), error };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > MAX_FILE_BYTES {
        return Err(SettingsError::TooLong(path.to_owned()));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn set(config: &mut EnhancerConfig, assignment: &str) -> Result<(), SettingsError> {
    let (id, value) =
        assignment.split_once('=').ok_or_else(|| SettingsError::NoValue(assignment.to_owned()))?;
    let id = id.trim();
    let param = ParamId::find(id).ok_or_else(|| match meant(id, value) {
        Some(nearest) => SettingsError::UnknownParam { id: id.to_owned(), nearest },
        None => SettingsError::StrangeParam(id.to_owned()),
    })?;
    let value = param.parse_value(value)?;
    param.set(config, value);
    Ok(())
}

/// The parameter nearest to a misspelt `id`: among those that take `value` if any is near, otherwise among
/// all.
fn meant(id: &str, value: &str) -> Option<ParamId> {
    let is_number = value.trim().parse::<f64>().is_ok();
    let takes = |param: &ParamId| {
        let is_switch = matches!(param.spec.kind, ParamKind::Switch);
        param.parse_value(value).is_ok() && !(is_switch && is_number)
    };
    let nearest_of = |params: Vec<ParamId>| {
        let named: Vec<(String, ParamId)> =
            params.into_iter().map(|param| (param.to_string(), param)).collect();
        let name = nearest(id, named.iter().map(|(name, _)| name.as_str()))?;
        named.iter().find(|(known, _)| known == name).map(|(_, param)| *param)
    };
    nearest_of(ParamId::all().filter(takes).collect()).or_else(|| nearest_of(ParamId::all().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_change_the_named_parameters() {
        let mut config = EnhancerConfig::default();
        set(&mut config, "equalizer.bands.2.gain=-3").unwrap();
        set(&mut config, "compressor.threshold = -18 dB").unwrap();
        assert_eq!(config.equalizer.bands.len(), 3);
        assert_eq!(config.equalizer.bands[2].gain_db, -3.0);
        assert_eq!(config.compressor.threshold_db, -18.0);
    }

    #[test]
    fn a_misspelt_id_gets_the_nearest_id() {
        let message = set(&mut EnhancerConfig::default(), "compresor.treshold=-3").unwrap_err().to_string();
        assert!(message.contains("`compressor.threshold`"), "{message}");
        let message = set(&mut EnhancerConfig::default(), "equalizer.band.3.gain=1").unwrap_err().to_string();
        assert!(message.contains("`equalizer.bands.3.gain`"), "{message}");
        assert!(
            set(&mut EnhancerConfig::default(), "bypass_all").unwrap_err().to_string().contains("ID=VALUE")
        );
        let message = set(&mut EnhancerConfig::default(), "compressor.ratio=99").unwrap_err().to_string();
        assert!(message.contains("from 1 to 20"), "{message}");
    }

    #[test]
    fn a_word_suggests_the_parameter_that_takes_the_value() {
        for (assignment, meant) in [
            ("bass=3", "bass_boost.amount"),
            ("bass=on", "bass_boost.enabled"),
            ("bass boost = 3 dB", "bass_boost.amount"),
            ("treble=3", "treble_boost.amount"),
            ("trebble=3", "treble_boost.amount"),
            ("threshold=-18", "compressor.threshold"),
            ("comp.ratio=4:1", "compressor.ratio"),
            ("compressor=on", "compressor.enabled"),
            ("ceiling=-1", "limiter.ceiling"),
            ("gain=3", "master_gain"),
            ("master=-3", "master_gain"),
            ("preamp=-3", "equalizer.preamp"),
            ("eq.preamp=-3", "equalizer.preamp"),
            ("stereo_width=120", "stereo_enhancer.width"),
            ("bypass=on", "bypass_all"),
            ("equalizer.bands.16.gain=1", "equalizer.bands.15.gain"),
            ("eq.bands.2.freq=1k", "equalizer.bands.2.frequency"),
            ("Bass_Boost.Amount=3", "bass_boost.amount"),
        ] {
            let message = set(&mut EnhancerConfig::default(), assignment).unwrap_err().to_string();
            assert!(message.contains(&format!("did you mean `{meant}`?")), "{assignment}: {message}");
        }
        let message = set(&mut EnhancerConfig::default(), "xyzzy=1").unwrap_err().to_string();
        assert!(!message.contains("did you mean") && message.contains("presets show"), "{message}");
    }
}
