//! Reads what other tools write: Equalizer APO and AutoEQ `ParametricEQ.txt`, `GraphicEQ.txt`, EasyEffects presets.
//!
//! What can't be taken over is never dropped in silence: each such line or effect becomes a [`Note`]. Each format's
//! rules stand with its reader; `docs/PRESETS.md` has them all in one table.

mod apo;
mod apo_filter;
mod assemble;
mod decode;
mod easyeffects;
mod fit;
mod graphic_eq;
mod words;

pub use decode::decode;

use crate::name::{MAX_NAME_BYTES, check_name, is_allowed};
use crate::parse::{MAX_FILE_BYTES, ParseError, parse_config, parse_preset};
use crate::preset::Preset;
use std::path::Path;

/// What a text was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A preset file of ours.
    Preset,
    /// A config file of ours.
    Config,
    /// Equalizer APO, AutoEQ's `ParametricEQ.txt` or Room EQ Wizard's filter text.
    EqualizerApo,
    /// AutoEQ's or Equalizer APO's `GraphicEQ` line.
    GraphicEq,
    /// A preset of EasyEffects or PulseEffects.
    EasyEffects,
}

/// Something that the import did differently from the file, or left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The line that it is about, from 1.
    pub line: Option<usize>,
    /// What happened to it, one line.
    pub text: String,
}

impl core::fmt::Display for Note {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// What came out of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The preset, valid and ready to be saved.
    pub preset: Preset,
    /// What the file was taken for.
    pub format: Format,
    /// What is different from the file, in its order.
    pub notes: Vec<Note>,
}

/// Why nothing came out of a file. The message is one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// JSON that is neither a preset of ours nor of EasyEffects, or a broken one.
    #[error(transparent)]
    Json(#[from] ParseError),
    /// More than [`MAX_FILE_BYTES`].
    #[error(
        "{bytes} bytes is too long for a preset, at most {MAX_FILE_BYTES} are read; check that this is one"
    )]
    TooLong {
        /// How many it has.
        bytes: usize,
    },
    /// No line that sets anything.
    #[error(
        "no filter, preamp or graphic equalizer found{}; expected Equalizer APO, AutoEQ, GraphicEQ or EasyEffects",
        first(.0)
    )]
    Nothing(Vec<Note>),
    /// The file can't be read.
    #[error("can't be read: {error}; check the path and its permissions")]
    Io {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
}

fn first(notes: &[Note]) -> String {
    notes.first().map(|note| format!(" ({note})")).unwrap_or_default()
}

/// Reads a file of any format that [`detect_and_import`] knows, in UTF-8, UTF-16 or Windows' western code page. The
/// preset is called after the file.
///
/// # Errors
/// A file that can't be read, is too long, or holds nothing to import.
pub fn import_file(path: &Path) -> Result<Imported, ImportError> {
    let fail = |error| ImportError::Io { path: path.to_owned(), error };
    let metadata = std::fs::metadata(path).map_err(fail)?;
    if !metadata.is_file() {
        return Err(fail(std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is not a file")));
    }
    // UTF-16 takes two bytes where UTF-8 takes one.
    if metadata.len() > 2 * MAX_FILE_BYTES as u64 {
        let bytes = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        return Err(ImportError::TooLong { bytes });
    }
    let text = decode(&std::fs::read(path).map_err(fail)?);
    detect_and_import(&text, &path.file_stem().unwrap_or_default().to_string_lossy())
}

/// Finds out what `text` is and reads it. `name_hint`, such as the file's name without extension, becomes the preset's
/// name, shorn of what no name can have and of `ParametricEQ` or `GraphicEQ`; a preset of ours keeps its own.
///
/// # Errors
/// Text with nothing to import, a damaged preset of ours, or one longer than [`MAX_FILE_BYTES`].
pub fn detect_and_import(text: &str, name_hint: &str) -> Result<Imported, ImportError> {
    if text.len() > MAX_FILE_BYTES {
        return Err(ImportError::TooLong { bytes: text.len() });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let name = name_from(name_hint);
    if !text.trim_start().starts_with(['{', '[']) {
        return apo::import(text, &name);
    }
    if let Some(imported) = easyeffects::import(text, &name) {
        return Ok(imported);
    }
    let (preset, format) = match parse_preset(text) {
        Ok(preset) => (preset, Format::Preset),
        // Of a preset file this gives the same error, of a bare config the one that counts.
        Err(_) => (Preset::new(name, parse_config(text)?), Format::Config),
    };
    Ok(Imported { preset, format, notes: Vec::new() })
}

/// A name that a preset can have, as close to `hint` as may be.
fn name_from(hint: &str) -> String {
    let mut name: String = hint.chars().map(|c| if is_allowed(c) { c } else { ' ' }).collect();
    for format in ["ParametricEQ", "GraphicEQ", "FixedBandEQ"] {
        name = name.replace(format, " ");
    }
    name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    while name.len() > MAX_NAME_BYTES {
        name.pop();
    }
    let name = name.trim_matches(['.', ' ']);
    match check_name(name) {
        Ok(()) => name.to_owned(),
        Err(_) if name.is_empty() => "Imported".to_owned(),
        Err(_) => {
            let mut named = format!("Imported {name}");
            while named.len() > MAX_NAME_BYTES {
                named.pop();
            }
            named.trim_matches(['.', ' ']).to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hint_becomes_a_name() {
        for (hint, name) in [
            ("Sennheiser HD 600 ParametricEQ", "Sennheiser HD 600"),
            ("../../etc/passwd", "etc passwd"),
            ("My: EQ (2nd)", "My EQ 2nd"),
            ("", "Imported"),
            ("GraphicEQ", "Imported"),
            ("AKG K371 FixedBandEQ", "AKG K371"),
            ("nul", "Imported nul"),
            ("...", "Imported"),
        ] {
            assert_eq!(name_from(hint), name);
        }
        assert!(check_name(&name_from(&"é".repeat(100))).is_ok());
    }
}
