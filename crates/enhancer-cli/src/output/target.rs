//! The target of an output: the file, link or device at its path, and the effect of writing there.
//!
//! | there is | without `replace` | with it |
//! |---|---|---|
//! | nothing | a file is made | a file is made |
//! | a file | refused | replaced as a whole |
//! | a link to a file, or to nothing | refused | its target is replaced or made, the link stays |
//! | a pipe (FIFO), a character device such as the null device | written into | written into |
//! | a folder, a block device, a socket | refused | refused |
//!
//! A link to a pipe, device or folder counts as its target.

use super::OutputError;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The longest chain of links that is followed, as on Linux.
const MOST_LINKS: usize = 40;

/// The kind of a target, with its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// The path of a file to make or replace, with links followed.
    File(PathBuf),
    /// A pipe or character device.
    Stream(PathBuf),
}

impl Target {
    /// Finds the target at `path`.
    ///
    /// # Errors
    /// A target that can't be written to; without `replace` a file or link.
    pub(crate) fn of(path: &Path, replace: bool) -> Result<Self, OutputError> {
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        let refused = |kind| Err(OutputError::NotAFile { path: path.to_owned(), kind });
        match fs::metadata(path) {
            Ok(metadata) => match Kind::of(metadata.file_type()) {
                Kind::Stream => return Ok(Self::Stream(path.to_owned())),
                Kind::Refused(kind) => return refused(kind),
                Kind::File if !replace => return Err(OutputError::Exists(path.to_owned())),
                Kind::File => {}
            },
            Err(_) if is_link && !replace => return Err(OutputError::Exists(path.to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(OutputError::Io { path: path.to_owned(), error }),
        }
        Ok(Self::File(followed(path)))
    }

    pub(super) fn path(&self) -> &Path {
        match self {
            Self::File(path) | Self::Stream(path) => path,
        }
    }
}

enum Kind {
    File,
    #[cfg_attr(not(unix), allow(dead_code))]
    Stream,
    Refused(&'static str),
}

impl Kind {
    fn of(kind: fs::FileType) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt;
            if kind.is_fifo() || kind.is_char_device() {
                return Self::Stream;
            } else if kind.is_block_device() {
                return Self::Refused("a block device");
            } else if kind.is_socket() {
                return Self::Refused("a socket");
            }
        }
        if kind.is_dir() { Self::Refused("a folder") } else { Self::File }
    }
}

/// The path with the chain of links at its end followed, also where the last one leads to nothing.
pub(crate) fn followed(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&path) else { break };
        path = match path.parent() {
            Some(folder) => folder.join(next),
            None => next,
        };
    }
    path
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_lead_to_files_and_to_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), b"").unwrap();
        for (link, to) in [("a", "file"), ("b", "a"), ("gap", "missing"), ("knot", "knot")] {
            symlink(to, at(link)).unwrap();
            assert!(
                matches!(Target::of(&at(link), false), Err(OutputError::Exists(path)) if path == at(link))
            );
        }
        for (link, to) in [("a", "file"), ("b", "file"), ("gap", "missing"), ("file", "file"), ("new", "new")]
        {
            assert_eq!(Target::of(&at(link), true).unwrap(), Target::File(at(to)), "{link}");
        }
        assert!(matches!(Target::of(&at("knot"), true), Err(OutputError::Io { .. })));
        assert!(matches!(
            Target::of(folder.path(), true),
            Err(OutputError::NotAFile { kind: "a folder", .. })
        ));
    }
}
