//! The import's errors. Each message states the fact on one line; the caller adds the remedy.

use super::{Format, Note};
use crate::excerpt::excerpt;
use crate::parse::{MAX_FILE_BYTES, ParseError};

/// Why a file can't be imported.
///
/// Exhaustive, so that a new variant fails to compile in each program until that program has words for it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A damaged preset or config in the product's own format, or JSON that ends too early.
    #[error(transparent)]
    Json(#[from] ParseError),
    /// The file or text is longer than [`MAX_FILE_BYTES`] bytes of UTF-8, or twice as many of UTF-16.
    #[error("the text has {bytes} bytes; a preset has at most {MAX_FILE_BYTES}")]
    TooLong {
        /// Length of the input in bytes.
        bytes: usize,
    },
    /// No reader recognizes the format.
    #[error(
        "`{file}` is in an unknown format; known are Equalizer APO, AutoEQ, GraphicEQ, EasyEffects, Peace, Poweramp, \
         JamesDSP, CamillaDSP, Qudelix, ToneBoosters, OPRA and a table of frequency and gain"
    )]
    Unknown {
        /// Name or path of the file.
        file: String,
    },
    /// The format is known, but the file sets nothing that this product can do.
    #[error("{} holds nothing that can be imported{}; nothing is saved", .format.name(), first(.notes))]
    Nothing {
        /// The format that the contents show.
        format: Format,
        /// One note for each part that was left out.
        notes: Vec<Note>,
    },
    /// The format is known, but not this kind of file.
    #[error("{} {reason}", .format.name())]
    Refused {
        /// The format that the contents show.
        format: Format,
        /// The reason, a predicate that follows the format's name.
        reason: String,
    },
    /// An Equalizer APO configuration has sections for several devices, and no single one is selected.
    #[error("{}", devices(.asked.as_deref(), .names))]
    Devices {
        /// The requested device, if the caller named one.
        asked: Option<String>,
        /// The device patterns in the file.
        names: Vec<String>,
    },
    /// The file can't be read.
    #[error("can't be read: {error}")]
    Io {
        /// Path of the file.
        path: std::path::PathBuf,
        /// The error of the system call.
        error: std::io::Error,
    },
}

fn first(notes: &[Note]) -> String {
    notes.first().map(|note| format!(" ({note})")).unwrap_or_default()
}

/// The most devices that a message lists.
const MAX_NAMES: usize = 8;

fn devices(asked: Option<&str>, names: &[String]) -> String {
    let mut named: Vec<String> =
        names.iter().take(MAX_NAMES).map(|name| format!("`{}`", excerpt(name))).collect();
    if names.len() > MAX_NAMES {
        named.push(format!("{} more", names.len() - MAX_NAMES));
    }
    let named = named.join(", ");
    match asked {
        None => format!("the file has sections for several devices: {named}"),
        Some(asked) => {
            let count = if names.len() > 1 { "none or several of the devices" } else { "no device" };
            format!("`{}` matches {count} that the file has sections for: {named}", excerpt(asked))
        }
    }
}
