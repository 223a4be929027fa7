//! From what was named on the command line to the audio files it means.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Extensions of audio files: in a folder, those are taken and all others passed by. Some are audio that
/// only ffmpeg reads: without it they are reported rather than passed by in silence.
const AUDIO_EXTENSIONS: &[&str] = &[
    "3g2", "3gp", "aac", "ac3", "adts", "aif", "aifc", "aiff", "amr", "ape", "au", "awb", "bwf", "caf",
    "dff", "dsf", "dts", "dtshd", "eac3", "ec3", "flac", "latm", "loas", "m4a", "m4b", "m4r", "mka", "mlp",
    "mp1", "mp2", "mp3", "mp4", "mpc", "mpga", "ofr", "oga", "ogg", "opus", "ra", "rf64", "rm", "shn", "snd",
    "spx", "tak", "thd", "tta", "voc", "vqf", "w64", "wav", "wave", "weba", "webm", "wma", "wv",
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

/// The files that `named` means, those of a folder in the order of their names. `skip` is a folder to leave
/// out.
pub(crate) fn find(named: &[PathBuf], skip: Option<&Path>) -> (Vec<Input>, Vec<(PathBuf, InputError)>) {
    let (mut inputs, mut failures) = (Vec::new(), Vec::new());
    let skip = skip.and_then(|folder| fs::canonicalize(folder).ok());
    for path in named {
        match fs::metadata(path) {
            Err(error) => failures.push((path.clone(), error.into())),
            Ok(metadata) if metadata.is_dir() => {
                let mut walk = Walk::default();
                // The folder to leave out counts as seen, unless it is the one to walk.
                walk.seen
                    .extend(skip.clone().filter(|skip| fs::canonicalize(path).ok().as_ref() != Some(skip)));
                walk.run(path);
                inputs.append(&mut walk.inputs);
                failures.append(&mut walk.failures);
            }
            Ok(_) => {
                let relative = PathBuf::from(path.file_name().unwrap_or_default());
                inputs.push(Input { path: path.clone(), relative });
            }
        }
    }
    (inputs, failures)
}

/// A walk through a folder, links followed. Level by level, so that each file and folder is met by its
/// shortest path, and of paths of the same length first by one without links: those that are met again are
/// passed by. So links that lead round in circles end where they began.
#[derive(Debug, Default)]
struct Walk {
    inputs: Vec<Input>,
    failures: Vec<(PathBuf, InputError)>,
    /// Files and folders met, links resolved.
    seen: HashSet<PathBuf>,
}

/// A file or folder that a walk has come to; sorted, the paths without links come first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    is_by_link: bool,
    relative: PathBuf,
}

impl Walk {
    fn run(&mut self, folder: &Path) {
        let mut level = vec![Place { is_by_link: false, relative: PathBuf::new() }];
        while !level.is_empty() {
            let mut next = Vec::new();
            for place in level {
                self.visit(folder, &place, &mut next);
            }
            next.sort();
            level = next;
        }
        self.inputs.sort_by(|a, b| a.relative.cmp(&b.relative));
        self.failures.sort_by(|a, b| a.0.cmp(&b.0));
        if self.inputs.is_empty() && self.failures.is_empty() {
            self.failures.push((folder.to_owned(), InputError::NoAudio));
        }
    }

    /// Takes a file, or puts what a folder holds onto the next level.
    fn visit(&mut self, folder: &Path, place: &Place, next: &mut Vec<Place>) {
        // Joined with nothing, a path would end in a slash.
        let is_top = place.relative.as_os_str().is_empty();
        let path = if is_top { folder.to_owned() } else { folder.join(&place.relative) };
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => {
                if self.is_new(&path)
                    && let Err(error) = expand(&path, place, next)
                {
                    self.failures.push((path, error.into()));
                }
            }
            Ok(metadata) if metadata.is_file() && is_wanted(&path) => {
                if self.is_new(&path) {
                    self.inputs.push(Input { path, relative: place.relative.clone() });
                }
            }
            Ok(_) => {}
            // Links that lead nowhere, or to themselves, are told where their name promises audio.
            Err(_) if place.is_by_link && !is_wanted(&path) => {}
            Err(error) => self.failures.push((path, error.into())),
        }
    }

    fn is_new(&mut self, path: &Path) -> bool {
        self.seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()))
    }
}

/// Puts what the folder at `path` holds into `next`.
fn expand(path: &Path, place: &Place, next: &mut Vec<Place>) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        next.push(Place {
            is_by_link: place.is_by_link || entry.file_type()?.is_symlink(),
            relative: place.relative.join(entry.file_name()),
        });
    }
    Ok(())
}

fn is_wanted(path: &Path) -> bool {
    let extension =
        path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_lowercase();
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let own = path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(ENHANCED));
    AUDIO_EXTENSIONS.contains(&extension.as_str()) && !hidden && !own
}
