//! Why nothing came out of a file.

use super::{Format, Note};
use crate::parse::{MAX_FILE_BYTES, ParseError};
use crate::text::one_line;

/// Why nothing came out of a file. The message is one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A damaged preset or config of ours, or JSON that breaks off.
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
    /// No reader knows the format.
    #[error(
        "`{file}` is in an unknown format; known are Equalizer APO, AutoEQ, GraphicEQ, EasyEffects, Peace, Poweramp, \
         JamesDSP, CamillaDSP, Qudelix, ToneBoosters, OPRA and a table of frequency and gain"
    )]
    Unknown {
        /// The file's name.
        file: String,
    },
    /// A file of a known format that sets nothing that the chain has.
    #[error("{} holds nothing that can be taken over{}; nothing is imported", .format.name(), first(.notes))]
    Nothing {
        /// What it was taken for.
        format: Format,
        /// What was left out.
        notes: Vec<Note>,
    },
    /// A file of a known format of a kind that is not taken over.
    #[error("{} {reason}", .format.name())]
    Refused {
        /// What it was taken for.
        format: Format,
        /// What kind it is and what to do, to follow on the format's name.
        reason: String,
    },
    /// An Equalizer APO configuration for several devices of which one must be chosen.
    #[error("{}", devices(.asked.as_deref(), .names))]
    Devices {
        /// The device that was asked for.
        asked: Option<String>,
        /// The devices that can be chosen.
        names: Vec<String>,
    },
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

/// The most devices that a message names.
const MAX_NAMES: usize = 8;

fn devices(asked: Option<&str>, names: &[String]) -> String {
    let mut named: Vec<String> =
        names.iter().take(MAX_NAMES).map(|name| format!("`{}`", one_line(name))).collect();
    if names.len() > MAX_NAMES {
        named.push(format!("{} more", names.len() - MAX_NAMES));
    }
    let named = named.join(", ");
    match asked {
        None => {
            format!(
                "the file has sections for several devices: {named}; choose one by `presets import --device NAME`"
            )
        }
        Some(asked) => {
            let count = if names.len() > 1 { "is none or several of" } else { "is not" };
            format!("device `{}` {count} the file's: {named}; choose one of them", one_line(asked))
        }
    }
}
