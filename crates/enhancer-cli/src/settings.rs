//! The config: a preset or a file, changed by `--set` and `--quality`.

use crate::args::SettingsArgs;
use enhancer_dsp::{ConfigError, EnhancerConfig, ParamId, ParseValueError};
use enhancer_preset::{Library, LibraryError, MAX_FILE_BYTES, ParseError, parse_config};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What is used where nothing else is asked for: made for the music that most people have, and gentle.
pub(crate) const DEFAULT_PRESET: &str = "pop";

/// What stops a config from being made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("--preset: {0}")]
    Preset(#[from] LibraryError),
    #[error("{}: can't be read: {error}; check the path and its permissions", path.display())]
    Read { path: PathBuf, error: std::io::Error },
    #[error("{}: is longer than any config; check that it is one", .0.display())]
    TooLong(PathBuf),
    #[error("{}: {error}", path.display())]
    Parse { path: PathBuf, error: ParseError },
    #[error("--set {0}: write it as ID=VALUE, such as compressor.threshold=-18")]
    NoValue(String),
    #[error("--set {id}: there is no such parameter; did you mean `{nearest}`?")]
    UnknownParam { id: String, nearest: String },
    #[error("--set: {0}")]
    Value(#[from] ParseValueError),
    #[error("the config: {0}")]
    Config(#[from] ConfigError),
}

/// A config and the preset that it came from, if any.
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

/// Reads a config file, or a preset file for its config.
pub(crate) fn read_config(path: &Path) -> Result<EnhancerConfig, SettingsError> {
    let text = read_text(path)?;
    parse_config(&text).map_err(|error| SettingsError::Parse { path: path.to_owned(), error })
}

/// Reads a text file, in UTF-8 or nearly so, that is no longer than a config can be.
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
    let Some(param) = ParamId::find(id) else {
        return Err(SettingsError::UnknownParam { id: id.to_owned(), nearest: nearest(id) });
    };
    let value = param.parse_value(value)?;
    param.set(config, value);
    Ok(())
}

/// The id that takes the fewest changes to reach.
fn nearest(id: &str) -> String {
    let ids = ParamId::all().map(|param| param.to_string());
    ids.min_by_key(|known| distance(id, known)).unwrap_or_default()
}

/// Letters to insert, delete or replace (V. I. Levenshtein 1966).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_change_what_they_name() {
        let mut config = EnhancerConfig::default();
        set(&mut config, "equalizer.bands.2.gain=-3").unwrap();
        set(&mut config, "compressor.threshold = -18 dB").unwrap();
        assert_eq!(config.equalizer.bands.len(), 3);
        assert_eq!(config.equalizer.bands[2].gain_db, -3.0);
        assert_eq!(config.compressor.threshold_db, -18.0);
    }

    #[test]
    fn a_slip_of_the_pen_gets_the_nearest_id() {
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
}
