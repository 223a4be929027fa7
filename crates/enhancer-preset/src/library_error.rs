//! What can go wrong with the library.

use crate::name::NameError;
use crate::parse::ParseError;
use crate::store::DATA_DIR_VARIABLE;
use crate::text::one_line;
use enhancer_dsp::ConfigError;
use std::io;
use std::path::{Path, PathBuf};

/// Why the library can't do what was asked. The message is one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LibraryError {
    /// No preset of that name.
    #[error("no preset is called `{name}`; {}`presets list` shows those there are", question(nearest.as_deref()))]
    NotFound {
        /// What was asked for.
        name: String,
        /// The preset that was probably meant.
        nearest: Option<String>,
    },
    /// A user's preset of that name, or of one that differs only in case.
    #[error("a preset is already called `{name}`; choose another name, or use --force to replace it")]
    Exists {
        /// The one that is there.
        name: String,
    },
    /// A factory preset of that name, which can't be changed.
    #[error("`{name}` is a factory preset and stays as it is; choose another name")]
    Factory {
        /// The factory preset.
        name: String,
    },
    /// A file whose name is a factory preset's.
    #[error("{}: `{name}` is a factory preset, which it can't replace; rename the file", shown(path))]
    Shadowing {
        /// The file.
        path: PathBuf,
        /// The factory preset.
        name: String,
    },
    /// A name that no preset can have.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A config that can't be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file that is no preset, or a preset that no file can hold.
    #[error("{}: {error}", shown(path))]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: ParseError,
    },
    /// The system refused.
    #[error("can't {action} {}: {error}; check the path and its permissions", shown(path))]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A link, folder or device where a preset file should be.
    #[error("{} is {kind}, not a plain file; move it away or name the preset otherwise", shown(path))]
    NotAFile {
        /// What is there.
        path: PathBuf,
        /// What kind of thing it is.
        kind: &'static str,
    },
    /// No home to keep presets in.
    #[error("the platform names no folder for the user's data; set {DATA_DIR_VARIABLE} to one")]
    NoFolder,
}

/// A file in the user's folder that is no usable preset; the others are listed all the same.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Problem {
    /// The file, or the folder when that can't be read.
    pub path: PathBuf,
    /// What is wrong.
    #[source]
    pub error: LibraryError,
}

fn question(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("did you mean `{name}`? "))
}

fn shown(path: &Path) -> String {
    one_line(&path.to_string_lossy())
}
