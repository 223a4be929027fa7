//! From what was named on the command line to the audio files it means.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Extensions of audio files: in a folder, those are taken and all others passed by. Some are audio that can't be read:
/// they are reported rather than passed by in silence.
const AUDIO_EXTENSIONS: &[&str] = &[
    "aac", "ac3", "aif", "aifc", "aiff", "ape", "caf", "dff", "dsf", "flac", "m4a", "m4b", "mka", "mp1",
    "mp2", "mp3", "mpc", "oga", "ogg", "opus", "spx", "tta", "w64", "wav", "wave", "wma", "wv",
];

/// End of the stems of files that `enhance` writes beside their inputs; in a folder they are passed by.
pub(crate) const ENHANCED: &str = ".enhanced";

/// An audio file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    pub(crate) path: PathBuf,
    /// Its place in the folder that was named; of a file named itself, the name.
    pub(crate) relative: PathBuf,
}

/// What was named and can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    #[error("doesn't exist; check the path")]
    NotFound,
    #[error("can't be read: {0}; check the path and its permissions")]
    Io(io::Error),
    #[error("holds no audio files; name a folder that does, or the files")]
    NoAudio,
}

impl From<io::Error> for InputError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Self::NotFound } else { Self::Io(error) }
    }
}

/// The files that `named` means, folders walked in the order of their names. `skip` is a folder to leave out.
pub(crate) fn find(named: &[PathBuf], skip: Option<&Path>) -> (Vec<Input>, Vec<(PathBuf, InputError)>) {
    let (mut inputs, mut failures) = (Vec::new(), Vec::new());
    let skip = skip.and_then(|folder| fs::canonicalize(folder).ok());
    for path in named {
        match fs::metadata(path) {
            Err(error) => failures.push((path.clone(), error.into())),
            Ok(metadata) if metadata.is_dir() => walk(path, skip.as_deref(), &mut inputs, &mut failures),
            Ok(_) => {
                let relative = PathBuf::from(path.file_name().unwrap_or_default());
                inputs.push(Input { path: path.clone(), relative });
            }
        }
    }
    (inputs, failures)
}

fn walk(
    folder: &Path,
    skip: Option<&Path>,
    inputs: &mut Vec<Input>,
    failures: &mut Vec<(PathBuf, InputError)>,
) {
    let known = inputs.len() + failures.len();
    let is_skipped = |entry: &walkdir::DirEntry| {
        entry.file_type().is_dir() && skip.is_some() && fs::canonicalize(entry.path()).ok().as_deref() == skip
    };
    let entries = walkdir::WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
    for entry in entries.filter_entry(|entry| !is_skipped(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_wanted(entry.path()) => {
                let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path()).to_owned();
                inputs.push(Input { path: entry.into_path(), relative });
            }
            Ok(_) => {}
            // A link that leads back into its own folder, or nowhere, is no file to enhance.
            Err(error) if error.loop_ancestor().is_some() => {}
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                match error.into_io_error() {
                    Some(error) if error.kind() == io::ErrorKind::NotFound && !is_wanted(&path) => {}
                    Some(error) => failures.push((path, error.into())),
                    None => {}
                }
            }
        }
    }
    if inputs.len() + failures.len() == known {
        failures.push((folder.to_owned(), InputError::NoAudio));
    }
}

fn is_wanted(path: &Path) -> bool {
    let extension =
        path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_lowercase();
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let own = path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(ENHANCED));
    AUDIO_EXTENSIONS.contains(&extension.as_str()) && !hidden && !own
}
