//! Imports the files of other tools: Equalizer APO and programs that write its syntax (AutoEQ, squig.link,
//! Room EQ Wizard), Peace, EasyEffects, Poweramp, JamesDSP, CamillaDSP, Qudelix, ToneBoosters, OPRA (Roon),
//! and curves as text.
//!
//! No setting is dropped silently: each line or effect that is not imported becomes a [`Note`]. Each reader
//! documents its format's rules; `docs/PRESETS.md` has them all in one table.

mod apo;
mod autoeq_csv;
mod builder;
mod camilladsp;
mod curve;
mod decode;
mod draft;
mod easyeffects;
mod error;
mod filter;
mod fit;
mod format;
mod ini;
mod jamesdsp;
mod json;
mod passes;
mod peace;
mod poweramp;
mod qudelix;
mod roon;
mod sides;
mod table;
mod tokens;
mod toneboosters;

pub use decode::decode;
pub use error::ImportError;
pub use format::Format;

use crate::name::{MAX_NAME_BYTES, check_name, is_allowed};
use crate::parse::MAX_FILE_BYTES;
use crate::preset::Preset;
use std::path::Path;

/// A difference between the file and the imported preset: a setting that was changed or left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Line of the setting, from 1; `None` if it has no single line.
    pub line: Option<usize>,
    /// The difference, on one line.
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

/// An imported preset and the differences from its file.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The preset. It is valid and not yet saved.
    pub preset: Preset,
    /// The detected format of the file.
    pub format: Format,
    /// The differences from the file, by line.
    pub notes: Vec<Note>,
}

/// A text to import and its origin.
struct Source<'a> {
    text: &'a str,
    /// Name for the preset.
    name: String,
    /// The file's name, for messages.
    file: &'a str,
    /// The file's path; `None` for pasted text.
    path: Option<&'a Path>,
    /// The device whose sections are imported.
    device: Option<&'a str>,
}

/// Imports a text, or returns `None` if it has another format than the reader's.
type Reader = fn(&Source<'_>) -> Option<Result<Imported, ImportError>>;

/// The note for a device that was requested of a file without device sections.
const NO_DEVICES: &str = "the file has no sections for devices, so the selected device has no effect";

/// Every reader, the strictest first.
const READERS: [Reader; 10] = [
    json::import,
    toneboosters::import,
    peace::import,
    jamesdsp::import,
    camilladsp::import,
    autoeq_csv::import,
    qudelix::import,
    apo::import,
    table::import,
    json::import_broken,
];

/// Imports a file in any format that [`detect_and_import`] reads. The text is UTF-8, UTF-16 or
/// Windows-1252. The preset is named after the file. Files that an Equalizer APO configuration includes are
/// read from its folder.
///
/// # Errors
/// The file can't be read, is too long, has an unknown format, or holds nothing to import.
pub fn import_file(path: &Path) -> Result<Imported, ImportError> {
    import_file_for(path, None)
}

/// As [`import_file`], but with a device selected: of an Equalizer APO configuration with `Device:`
/// sections, only those for `device` are imported. `device` is a device's full name or a part of a
/// section's pattern, in any case.
///
/// # Errors
/// As [`import_file`], and [`ImportError::Devices`] if the sections of no device or of several devices
/// match.
pub fn import_file_for(path: &Path, device: Option<&str>) -> Result<Imported, ImportError> {
    let fail = |error| ImportError::Io { path: path.to_owned(), error };
    let metadata = std::fs::metadata(path).map_err(fail)?;
    if !metadata.is_file() {
        return Err(fail(std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is not a file")));
    }
    // UTF-16 takes two bytes for a character that takes one in UTF-8.
    if metadata.len() > 2 * MAX_FILE_BYTES as u64 {
        let bytes = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        return Err(ImportError::TooLong { bytes });
    }
    let text = decode(&std::fs::read(path).map_err(fail)?);
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name_from(&path.file_stem().unwrap_or_default().to_string_lossy());
    read(Source { text: &text, name, file: &file, path: Some(path), device })
}

/// Detects the format of `text` and imports it. `name_hint`, such as a file name without extension, becomes
/// the preset's name. Invalid characters and the words `ParametricEQ`, `GraphicEQ` and `FixedBandEQ` are
/// removed from it. A preset in the product's own format keeps its own name.
///
/// # Errors
/// The text has an unknown format, holds nothing to import, is a damaged preset in the product's own
/// format, or is longer than [`MAX_FILE_BYTES`].
pub fn detect_and_import(text: &str, name_hint: &str) -> Result<Imported, ImportError> {
    read(Source { text, name: name_from(name_hint), file: name_hint, path: None, device: None })
}

fn read(source: Source<'_>) -> Result<Imported, ImportError> {
    if source.text.len() > MAX_FILE_BYTES {
        return Err(ImportError::TooLong { bytes: source.text.len() });
    }
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(source.text);
    let source = Source { text, ..source };
    let read = READERS.iter().find_map(|reader| reader(&source));
    let unknown = || Err(ImportError::Unknown { file: crate::excerpt::excerpt(source.file) });
    let mut imported = read.unwrap_or_else(unknown)?;
    let may_have_devices = matches!(imported.format, Format::EqualizerApo | Format::GraphicEq);
    if source.device.is_some() && !may_have_devices {
        imported.notes.push(Note { line: None, text: NO_DEVICES.to_owned() });
    }
    Ok(imported)
}

/// The valid preset name closest to `hint`.
fn name_from(hint: &str) -> String {
    let mut name: String = hint.chars().map(|c| if is_allowed(c) { c } else { ' ' }).collect();
    for format in ["ParametricEQ", "GraphicEQ", "FixedBandEQ"] {
        name = name.replace(format, " ");
    }
    let name = shortened(name.split_whitespace().collect::<Vec<_>>().join(" "));
    match check_name(&name) {
        Ok(()) => name,
        Err(_) => shortened(format!("Imported {name}")),
    }
}

/// The name cut to the longest length, without dots and spaces at its ends.
fn shortened(mut name: String) -> String {
    while name.len() > MAX_NAME_BYTES {
        name.pop();
    }
    name.trim_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hint_becomes_a_valid_name() {
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
