//! Finds the audio files among the command line's arguments.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Extensions of audio files, which are taken from a folder; other files are skipped. Formats that only
/// ffmpeg reads are included, so that they are reported instead of being skipped silently.
const AUDIO_EXTENSIONS: &[&str] = &[
    "3g2", "3gp", "aac", "ac3", "adts", "aif", "aifc", "aiff", "amr", "ape", "au", "awb", "bwf", "caf",
    "dff", "dsf", "dts", "dtshd", "eac3", "ec3", "flac", "latm", "loas", "m4a", "m4b", "m4r", "mka", "mlp",
    "mp1", "mp2", "mp3", "mp4", "mpc", "mpga", "ofr", "oga", "ogg", "opus", "ra", "rf64", "rm", "shn", "snd",
    "spx", "tak", "thd", "tta", "voc", "vqf", "w64", "wav", "wave", "weba", "webm", "wma", "wv",
];

/// End of the stems of files that `enhance` writes beside their inputs. A folder's walk skips them.
pub(crate) const ENHANCED: &str = ".enhanced";

/// An audio file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Input {
    pub(crate) path: PathBuf,
    /// Its path within the named folder; the file name where the file itself was named.
    pub(crate) relative: PathBuf,
}

/// The reason why an argument can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    #[error("doesn't exist; check the path")]
    NotFound,
    #[error("can't be read: {0}; check the path and its permissions")]
    Io(io::Error),
    #[error("holds no audio files; name a folder with audio files, or the files")]
    NoAudio,
}

impl From<io::Error> for InputError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Self::NotFound } else { Self::Io(error) }
    }
}

/// The files that the arguments `named` stand for, those of a folder sorted by name. `skip` is a folder to
/// leave out.
pub(crate) fn find(named: &[PathBuf], skip: Option<&Path>) -> (Vec<Input>, Vec<(PathBuf, InputError)>) {
    let (mut inputs, mut failures) = (Vec::new(), Vec::new());
    let skip = skip.and_then(|folder| fs::canonicalize(folder).ok());
    for path in named {
        match fs::metadata(path) {
            Err(error) => failures.push((path.clone(), error.into())),
            Ok(metadata) if metadata.is_dir() => {
                let mut walk = Walk::default();
                // The skipped folder counts as visited, unless it is the folder to walk.
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

/// A walk through a folder that follows links. It goes level by level, so each file and folder is reached by
/// its shortest path. Among paths of the same length, those without links come first. Later paths to the same
/// file or folder are skipped, so circles of links end.
#[derive(Debug, Default)]
struct Walk {
    inputs: Vec<Input>,
    failures: Vec<(PathBuf, InputError)>,
    /// Canonical paths of visited files and folders.
    seen: HashSet<PathBuf>,
}

/// A file or folder to visit. In sorted order, paths without links come first.
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

    /// Takes a file, or adds the entries of a folder to the next level.
    fn visit(&mut self, folder: &Path, place: &Place, next: &mut Vec<Place>) {
        // A path joined with nothing would end in a slash.
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
            // A broken link is reported only where its name ends like that of an audio file.
            Err(_) if place.is_by_link && !is_wanted(&path) => {}
            Err(error) => self.failures.push((path, error.into())),
        }
    }

    fn is_new(&mut self, path: &Path) -> bool {
        self.seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()))
    }
}

/// Adds the entries of the folder at `path` to `next`.
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
