//! Files that Equalizer APO's `Include:` names, within the folder of the file that is imported and nowhere
//! else.

use crate::import::decode;
use crate::parse::MAX_FILE_BYTES;
use std::path::{Component, Path, PathBuf};

/// How deep files may include each other.
const MAX_DEPTH: usize = 8;
/// The most files that are included.
const MAX_FILES: usize = 32;

/// Where included files may lie.
#[derive(Debug)]
pub(super) struct Folder {
    /// The folder of the imported file; `None` for a text that came from no file.
    root: Option<PathBuf>,
    /// The files being read, the innermost last.
    open: Vec<PathBuf>,
    files: usize,
    bytes: usize,
}

impl Folder {
    /// The folder of `file`.
    pub(super) fn of(file: Option<&Path>) -> Self {
        let file = file.and_then(|file| file.canonicalize().ok());
        let root = file.as_deref().and_then(Path::parent).map(Path::to_owned);
        Self { root, open: file.into_iter().collect(), files: 0, bytes: 0 }
    }

    /// The text of the file that the innermost file calls `name`, which then is the innermost until
    /// [`Self::close`].
    ///
    /// # Errors
    /// Why it is not read, to follow on the name.
    pub(super) fn open(&mut self, name: &str) -> Result<String, String> {
        let path = self.find(name)?;
        if self.open.contains(&path) {
            return Err("includes itself and is not read again".to_owned());
        }
        if self.open.len() > MAX_DEPTH || self.files >= MAX_FILES {
            return Err(format!("is not read: at most {MAX_FILES} files are, {MAX_DEPTH} within each other"));
        }
        let metadata = path.metadata().map_err(|error| format!("can't be read: {error}"))?;
        let bytes = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        if !metadata.is_file() || bytes > MAX_FILE_BYTES.saturating_sub(self.bytes) {
            return Err("is no file or too long and is not read".to_owned());
        }
        let bytes = std::fs::read(&path).map_err(|error| format!("can't be read: {error}"))?;
        self.files += 1;
        self.bytes += bytes.len();
        self.open.push(path);
        Ok(decode(&bytes))
    }

    /// Leaves the innermost file.
    pub(super) fn close(&mut self) {
        self.open.pop();
    }

    fn find(&self, name: &str) -> Result<PathBuf, String> {
        let (Some(root), Some(within)) = (&self.root, self.open.last().and_then(|file| file.parent())) else {
            return Err("is not read: this text came from no folder".to_owned());
        };
        // Equalizer APO's paths are those of Windows.
        let name = name.trim().trim_matches('"').replace('\\', "/");
        let relative = Path::new(&name);
        let steps_down =
            relative.components().all(|step| matches!(step, Component::Normal(_) | Component::CurDir));
        if name.is_empty() || name.contains(':') || !steps_down {
            return Err("lies outside the file's folder and is not read".to_owned());
        }
        let path = within.join(relative).canonicalize().map_err(|error| format!("can't be read: {error}"))?;
        // A link may lead out of the folder.
        if !path.starts_with(root) {
            return Err("lies outside the file's folder and is not read".to_owned());
        }
        Ok(path)
    }
}
