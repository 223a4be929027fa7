//! Reads the files that Equalizer APO's `Include:` names, within the folder of the imported file only.

use crate::import::decode;
use crate::parse::MAX_FILE_BYTES;
use std::path::{Component, Path, PathBuf};

/// The deepest nesting of included files.
const MAX_DEPTH: usize = 8;
/// The largest number of included files.
const MAX_FILES: usize = 32;

/// The folder that may contain included files, and the files being read.
#[derive(Debug)]
pub(super) struct Folder {
    /// The folder of the imported file; `None` for pasted text.
    root: Option<PathBuf>,
    /// The files being read, the innermost last.
    open: Vec<PathBuf>,
    files: usize,
    bytes: usize,
}

impl Folder {
    /// The folder of `file`, with `file` open.
    pub(super) fn of(file: Option<&Path>) -> Self {
        let file = file.and_then(|file| file.canonicalize().ok());
        let root = file.as_deref().and_then(Path::parent).map(Path::to_owned);
        Self { root, open: file.into_iter().collect(), files: 0, bytes: 0 }
    }

    /// Reads the file that the innermost file calls `name`. It is the innermost until [`Self::close`].
    ///
    /// # Errors
    /// The reason, a predicate that follows the name.
    pub(super) fn open(&mut self, name: &str) -> Result<String, String> {
        let path = self.find(name)?;
        if self.open.contains(&path) {
            return Err("includes itself and is not read again".to_owned());
        }
        if self.open.len() > MAX_DEPTH || self.files >= MAX_FILES {
            return Err(format!(
                "is not read; at most {MAX_FILES} files are, nested at most {MAX_DEPTH} deep"
            ));
        }
        let metadata = path.metadata().map_err(|error| format!("can't be read: {error}"))?;
        let bytes = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        if !metadata.is_file() || bytes > MAX_FILE_BYTES.saturating_sub(self.bytes) {
            return Err("is not a file or too long, and is not read".to_owned());
        }
        let bytes = std::fs::read(&path).map_err(|error| format!("can't be read: {error}"))?;
        self.files += 1;
        self.bytes += bytes.len();
        self.open.push(path);
        Ok(decode(&bytes))
    }

    /// Closes the innermost file.
    pub(super) fn close(&mut self) {
        self.open.pop();
    }

    fn find(&self, name: &str) -> Result<PathBuf, String> {
        let (Some(root), Some(within)) = (&self.root, self.open.last().and_then(|file| file.parent())) else {
            return Err("is not read, because pasted text has no folder".to_owned());
        };
        // Equalizer APO's paths are Windows paths.
        let name = name.trim().trim_matches('"').replace('\\', "/");
        let relative = Path::new(&name);
        let steps_down =
            relative.components().all(|step| matches!(step, Component::Normal(_) | Component::CurDir));
        if name.is_empty() || name.contains(':') || !steps_down {
            return Err("lies outside the file's folder and is not read".to_owned());
        }
        let path = within.join(relative).canonicalize().map_err(|error| format!("can't be read: {error}"))?;
        // A symbolic link may lead out of the folder.
        if !path.starts_with(root) {
            return Err("lies outside the file's folder and is not read".to_owned());
        }
        Ok(path)
    }
}
