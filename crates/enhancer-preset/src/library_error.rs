//! The library's errors. Each message states the fact on one line; the caller adds the remedy.

use crate::excerpt::excerpt;
use crate::name::NameError;
use crate::parse::ParseError;
use crate::store::DATA_DIR_VARIABLE;
use enhancer_dsp::ConfigError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a call of [`Library`](crate::Library) failed.
///
/// Exhaustive, so that a new variant fails to compile in each program until that program has words for it.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// No factory or user preset has this name.
    #[error("no preset is called `{name}`")]
    NotFound {
        /// The name that was requested.
        name: String,
        /// The existing name closest to it ([`suggest::nearest`](crate::suggest::nearest)).
        nearest: Option<String>,
    },
    /// A user preset already has this name, or one that differs only in case.
    #[error("a preset is already called `{name}`")]
    Exists {
        /// Name of the existing preset.
        name: String,
    },
    /// The name belongs to a factory preset, which is read-only.
    #[error("`{name}` is a factory preset, which can't be changed or deleted")]
    Factory {
        /// Name of the factory preset.
        name: String,
    },
    /// A user's file has the name of a factory preset, which takes precedence.
    #[error("{}: the name `{name}` belongs to a factory preset, so this file is not used", shown(path))]
    Shadowing {
        /// Path of the user's file.
        path: PathBuf,
        /// Name of the factory preset.
        name: String,
    },
    /// The name breaks a rule of [`check_name`](crate::check_name).
    #[error(transparent)]
    Name(#[from] NameError),
    /// The config to save has a value outside its range.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file is not a valid preset, or a preset has a text or tag list that a file can't hold.
    #[error("{}: {error}", shown(path))]
    Damaged {
        /// Path of the file.
        path: PathBuf,
        /// The first mistake in it.
        error: ParseError,
    },
    /// The operating system refused to read or write.
    #[error("can't {action} {}: {error}", shown(path))]
    Io {
        /// The failed operation, a verb: `read`, `write`, `write in`, `create`, `rename` or `delete`.
        action: &'static str,
        /// Path of the file or folder.
        path: PathBuf,
        /// The error of the system call.
        error: io::Error,
    },
    /// A link, folder or device has the path of a preset file.
    #[error("{} is {kind}, not a plain file", shown(path))]
    NotAFile {
        /// Path of the object.
        path: PathBuf,
        /// Its kind with an article: `a symbolic link`, `a folder` or `a device`.
        kind: &'static str,
    },
    /// There is no folder for user presets.
    #[error("neither {DATA_DIR_VARIABLE} nor the platform names a folder for user data")]
    NoFolder,
}

/// A file in the user's folder that is not a usable preset. [`Library::list`](crate::Library::list) skips it.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Problem {
    /// The file, or the folder if the folder can't be read.
    pub path: PathBuf,
    /// Why the file is skipped.
    #[source]
    pub error: LibraryError,
}

fn shown(path: &Path) -> String {
    excerpt(&path.to_string_lossy())
}
