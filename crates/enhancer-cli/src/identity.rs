//! Identity of files, with links and other spellings of a path resolved.

use std::fs;
use std::path::Path;

/// A value that is the same for all paths to one file: device and inode, or else the canonical path.
#[cfg(unix)]
pub(crate) type Identity = (u64, u64);
#[cfg(not(unix))]
pub(crate) type Identity = std::path::PathBuf;

#[cfg(unix)]
pub(crate) fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
pub(crate) fn identity(path: &Path) -> Option<Identity> {
    fs::canonicalize(path).ok()
}

/// True if two paths lead to one file. Unix compares device and inode without opening the files, since
/// opening a pipe waits for its other end. Windows opens them, because hard links have no other identity
/// there.
pub(crate) fn is_same_file(a: &Path, b: &Path) -> bool {
    if cfg!(unix) {
        identity(a).is_some_and(|of_a| Some(of_a) == identity(b))
    } else {
        same_file::is_same_file(a, b).unwrap_or(false)
    }
}

/// True if a path leads to the pipe or file that standard output is connected to, as `/dev/stdout` does.
/// False for devices: the null device takes sound and results alike.
pub(crate) fn is_stdout(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let is_device = fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_char_device());
        !is_device && is_same_file(path, Path::new("/dev/stdout"))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}
