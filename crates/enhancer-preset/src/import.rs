//! Reads what other tools write: Equalizer APO and what speaks its language (AutoEQ, squig.link, Room EQ
//! Wizard), Peace, EasyEffects, Poweramp, JamesDSP, CamillaDSP, Qudelix, ToneBoosters, Roon's OPRA, and
//! curves as text.
//!
//! What can't be taken over is never dropped in silence: each such line or effect becomes a [`Note`]. Each format's
//! rules stand with its reader; `docs/PRESETS.md` has them all in one table.

mod apo;
mod assemble;
mod autoeq_csv;
mod camilladsp;
mod curve;
mod decode;
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
mod taken;
mod toneboosters;
mod words;

pub use decode::decode;
pub use error::ImportError;
pub use format::Format;

use crate::name::{MAX_NAME_BYTES, check_name, is_allowed};
use crate::parse::MAX_FILE_BYTES;
use crate::preset::Preset;
use std::path::Path;

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

/// A text and what is known of it.
struct Source<'a> {
    text: &'a str,
    /// What the preset will be called.
    name: String,
    /// The file's name as a person knows it.
    file: &'a str,
    /// The file, where the text came from one.
    path: Option<&'a Path>,
    /// The device whose sections count.
    device: Option<&'a str>,
}

/// Reads a file if it is in a reader's format.
type Reader = fn(&Source<'_>) -> Option<Result<Imported, ImportError>>;

/// What to say where a device is chosen in vain.
const NO_DEVICES: &str = "the file has no sections for devices, so the choice of one changes nothing";

/// Every reader, those that look closest first.
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

/// Reads a file of any format that [`detect_and_import`] knows, in UTF-8, UTF-16 or Windows' western code
/// page. The preset is called after the file. Files that an Equalizer APO configuration includes are read
/// from its folder.
///
/// # Errors
/// A file that can't be read, is too long, is in no known format, or holds nothing to import.
pub fn import_file(path: &Path) -> Result<Imported, ImportError> {
    import_file_for(path, None)
}

/// As [`import_file`]; of an Equalizer APO configuration with `Device:` sections, those for `device` count.
/// `device` is a device's whole name or a part of a section's, in any case of letters.
///
/// # Errors
/// As [`import_file`]; [`ImportError::Devices`] when sections for several devices fit, or none does.
pub fn import_file_for(path: &Path, device: Option<&str>) -> Result<Imported, ImportError> {
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
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name_from(&path.file_stem().unwrap_or_default().to_string_lossy());
    read(Source { text: &text, name, file: &file, path: Some(path), device })
}

/// Finds out what `text` is and reads it. `name_hint`, such as the file's name without extension, becomes the preset's
/// name, shorn of what no name can have and of `ParametricEQ` or `GraphicEQ`; a preset of ours keeps its own.
///
/// # Errors
/// Text in no known format or with nothing to import, a damaged preset of ours, or one longer than
/// [`MAX_FILE_BYTES`].
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
    let unknown = || Err(ImportError::Unknown { file: crate::text::one_line(source.file) });
    let mut imported = read.unwrap_or_else(unknown)?;
    let may_name_devices = matches!(imported.format, Format::EqualizerApo | Format::GraphicEq);
    if source.device.is_some() && !may_name_devices {
        imported.notes.push(Note { line: None, text: NO_DEVICES.to_owned() });
    }
    Ok(imported)
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
