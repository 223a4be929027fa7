//! Files that appear whole or not at all.
//!
//! A file is written under no name (Linux: `O_TMPFILE`) or under a hidden one beside its target, `.NAME.part-XXXXXX`, and takes
//! the target's name when it is complete. What is dropped before leaves nothing behind; without a name not even
//! a killed process does.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// What stops a file from taking its name.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutputError {
    #[error("{} exists; use --force to replace it, or write elsewhere with --out-dir", .0.display())]
    Exists(PathBuf),
    #[error("{} can't be written: {error}; check the folder's permissions and the free space", path.display())]
    Io { path: PathBuf, error: io::Error },
}

/// Writes a file that is complete in memory.
pub(crate) fn write(target: &Path, bytes: &[u8], replace: bool) -> Result<(), OutputError> {
    use std::io::Write;
    let pending = PendingFile::create(target, replace)?;
    let failed = |error| OutputError::Io { path: target.to_owned(), error };
    pending.writer()?.write_all(bytes).map_err(failed)?;
    pending.commit()
}

/// A file on its way to its name.
#[derive(Debug)]
pub(crate) struct PendingFile {
    hold: Hold,
    target: PathBuf,
    replace: bool,
}

#[derive(Debug)]
enum Hold {
    #[cfg(target_os = "linux")]
    Unnamed(File),
    Named(tempfile::NamedTempFile),
}

impl PendingFile {
    /// Opens a new file in the target's folder, which is made if need be. `replace` allows an existing target.
    pub(crate) fn create(target: &Path, replace: bool) -> Result<Self, OutputError> {
        if !replace && fs::symlink_metadata(target).is_ok() {
            return Err(OutputError::Exists(target.to_owned()));
        }
        let folder = folder_of(target);
        let failed = |error| OutputError::Io { path: target.to_owned(), error };
        fs::create_dir_all(folder).map_err(failed)?;
        #[cfg(target_os = "linux")]
        if let Some(file) = unnamed(folder) {
            return Ok(Self { hold: Hold::Unnamed(file), target: target.to_owned(), replace });
        }
        let hold = Hold::Named(builder(&hidden_prefix(target)).tempfile_in(folder).map_err(failed)?);
        Ok(Self { hold, target: target.to_owned(), replace })
    }

    /// A handle to write with.
    pub(crate) fn writer(&self) -> Result<File, OutputError> {
        let file = match &self.hold {
            #[cfg(target_os = "linux")]
            Hold::Unnamed(file) => file,
            Hold::Named(file) => file.as_file(),
        };
        file.try_clone().map_err(|error| OutputError::Io { path: self.target.clone(), error })
    }

    /// Gives the file its name.
    pub(crate) fn commit(self) -> Result<(), OutputError> {
        let Self { hold, target, replace } = self;
        let done = match hold {
            #[cfg(target_os = "linux")]
            Hold::Unnamed(file) => link(&file, &target, replace),
            Hold::Named(file) if replace => file.persist(&target).map(drop).map_err(|error| error.error),
            Hold::Named(file) => file.persist_noclobber(&target).map(drop).map_err(|error| error.error),
        };
        done.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => OutputError::Exists(target),
            _ => OutputError::Io { path: target, error },
        })
    }
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// What a file is called before it is complete, but for the random end.
fn hidden_prefix(target: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(target.file_name().unwrap_or_default());
    prefix.push(".part-");
    prefix
}

fn builder(prefix: &OsStr) -> tempfile::Builder<'_, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    // As for any new file; the user's umask takes its share.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}

/// A file without a name, where the file system can and `/proc` can name it later.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(folder, flags, Mode::from_raw_mode(0o666)).ok()?);
    fs::metadata(proc_path(&file)).is_ok().then_some(file)
}

#[cfg(target_os = "linux")]
fn proc_path(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd;
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

/// Links the file to its name. An existing target is replaced by way of a second name, since a link never replaces.
#[cfg(target_os = "linux")]
fn link(file: &File, target: &Path, replace: bool) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    let link_as = |name: &Path| -> io::Result<()> {
        Ok(linkat(CWD, proc_path(file), CWD, name, AtFlags::SYMLINK_FOLLOW)?)
    };
    match link_as(target) {
        Err(error) if replace && error.kind() == io::ErrorKind::AlreadyExists => {
            let beside = builder(&hidden_prefix(target)).make_in(folder_of(target), link_as)?;
            beside.persist(target).map_err(|error| error.error)
        }
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("deep/er/a.wav");
        let pending = PendingFile::create(&target, false).unwrap();
        pending.writer().unwrap().write_all(b"half").unwrap();
        drop(pending);
        assert!(names(target.parent().unwrap()).is_empty());
        let pending = PendingFile::create(&target, false).unwrap();
        pending.writer().unwrap().write_all(b"whole").unwrap();
        pending.commit().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert_eq!(names(target.parent().unwrap()), ["a.wav"]);
    }

    #[test]
    fn what_exists_is_replaced_only_when_told() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.wav");
        fs::write(&target, b"old").unwrap();
        assert!(matches!(PendingFile::create(&target, false), Err(OutputError::Exists(_))));
        let pending = PendingFile::create(&target, true).unwrap();
        pending.writer().unwrap().write_all(b"new").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"old");
        pending.commit().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["a.wav"]);
    }

    #[test]
    fn a_target_that_appears_meanwhile_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.wav");
        let pending = PendingFile::create(&target, false).unwrap();
        fs::write(&target, b"someone else's").unwrap();
        assert!(matches!(pending.commit(), Err(OutputError::Exists(_))));
        assert_eq!(fs::read(&target).unwrap(), b"someone else's");
        assert_eq!(names(folder.path()), ["a.wav"]);
    }
}
