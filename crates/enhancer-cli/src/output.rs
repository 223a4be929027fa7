//! Output files that appear complete or not at all.
//!
//! A file is written without a name (Linux: `O_TMPFILE`) or under a hidden one beside its target,
//! `.NAME.part-XXXXXX`. It takes the target's name when it is complete. A file that is dropped earlier is
//! removed. A file without a name vanishes even when the process is killed. Output for a pipe or device is
//! completed in the system's temporary folder and then copied.

mod name;
#[cfg(unix)]
mod stream;
mod target;

use crate::interrupt::Stop;
use name::hidden_prefix;
pub(crate) use name::{MAX_NAME_BYTES, fitting};
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
pub(crate) use target::{Target, followed};

/// An error in writing an output.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutputError {
    #[error("{} exists; use --force to replace it, or write elsewhere with --out-dir", .0.display())]
    Exists(PathBuf),
    #[error("{} is {kind}, which is never written to; choose another name", path.display())]
    NotAFile { path: PathBuf, kind: &'static str },
    #[error("{} can't be written: {error}; {}", path.display(), advice(error))]
    Io { path: PathBuf, error: io::Error },
    #[error("{} can't be written completely: {error}; check the program that reads it", path.display())]
    #[cfg_attr(not(unix), allow(dead_code))]
    Stream { path: PathBuf, error: io::Error },
    #[error("{} was interrupted; it may have received a part", .0.display())]
    #[cfg_attr(not(unix), allow(dead_code))]
    Interrupted(PathBuf),
}

fn advice(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::InvalidFilename => format!("shorten the name to {MAX_NAME_BYTES} bytes at most"),
        _ => "check the folder's permissions and the free space".to_owned(),
    }
}

/// Writes a whole file from memory; it appears complete or not at all.
pub(crate) fn write(target: &Path, bytes: &[u8], replace: bool) -> Result<(), OutputError> {
    use std::io::Write;
    let pending = PendingFile::create(target, replace)?;
    let failed = |error| OutputError::Io { path: target.to_owned(), error };
    pending.writer()?.write_all(bytes).map_err(failed)?;
    pending.commit(&Stop::default())
}

/// A file being written, without its final name.
#[derive(Debug)]
pub(crate) struct PendingFile {
    hold: Hold,
    target: Target,
    replace: bool,
    /// The metadata of the file whose permissions it receives.
    like: Option<Metadata>,
}

#[derive(Debug)]
enum Hold {
    #[cfg(target_os = "linux")]
    Unnamed(File),
    Named(tempfile::NamedTempFile),
    /// In the system's temporary folder, for a stream.
    Elsewhere(File),
}

impl PendingFile {
    /// Creates a new file in the target's folder, and the folder if it is missing. `replace` allows an
    /// existing target.
    pub(crate) fn create(target: &Path, replace: bool) -> Result<Self, OutputError> {
        Self::new(target, replace, None)
    }

    /// Like [`create`](Self::create), with the permissions of the file `like`.
    pub(crate) fn create_like(like: &Path, target: &Path, replace: bool) -> Result<Self, OutputError> {
        Self::new(target, replace, fs::metadata(like).ok())
    }

    fn new(target: &Path, replace: bool, like: Option<Metadata>) -> Result<Self, OutputError> {
        let failed = |error| OutputError::Io { path: target.to_owned(), error };
        let target = Target::of(target, replace)?;
        let hold = match &target {
            Target::Stream(_) => Hold::Elsewhere(tempfile::tempfile().map_err(failed)?),
            Target::File(path) => {
                let folder = folder_of(path);
                fs::create_dir_all(folder).map_err(failed)?;
                // Other users can't read a file until it has the permissions of `like`.
                hold_in(folder, path, if like.is_some() { 0o600 } else { 0o666 }).map_err(failed)?
            }
        };
        Ok(Self { hold, target, replace, like })
    }

    /// A second handle to the file, for writing.
    pub(crate) fn writer(&self) -> Result<File, OutputError> {
        self.file().try_clone().map_err(|error| self.failed(error))
    }

    /// Gives the file its name; copies it into a pipe or device.
    pub(crate) fn commit(self, stop: &Stop) -> Result<(), OutputError> {
        if let Target::File(path) = &self.target {
            // The target may have changed since `create`.
            if Target::of(path, self.replace)? != self.target {
                return Err(OutputError::Exists(path.clone()));
            }
            if let Some(like) = &self.like {
                keep_permissions(self.file(), like);
            }
        }
        let Self { hold, target, replace, .. } = self;
        let path = target.path();
        let done = match hold {
            #[cfg(target_os = "linux")]
            Hold::Unnamed(file) => link(&file, path, replace),
            Hold::Named(file) if replace => file.persist(path).map(drop).map_err(|error| error.error),
            Hold::Named(file) => file.persist_noclobber(path).map(drop).map_err(|error| error.error),
            Hold::Elsewhere(file) => return pour(file, path, stop),
        };
        done.map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => OutputError::Exists(path.to_owned()),
            _ => OutputError::Io { path: path.to_owned(), error },
        })
    }

    fn file(&self) -> &File {
        match &self.hold {
            #[cfg(target_os = "linux")]
            Hold::Unnamed(file) => file,
            Hold::Named(file) => file.as_file(),
            Hold::Elsewhere(file) => file,
        }
    }

    fn failed(&self, error: io::Error) -> OutputError {
        OutputError::Io { path: self.target.path().to_owned(), error }
    }
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// A file without a name where possible, otherwise with a hidden one. The user's umask reduces `mode`.
fn hold_in(folder: &Path, target: &Path, mode: u32) -> io::Result<Hold> {
    #[cfg(target_os = "linux")]
    if let Some(file) = unnamed(folder, mode) {
        return Ok(Hold::Unnamed(file));
    }
    let prefix = hidden_prefix(target.file_name().unwrap_or_default());
    Ok(Hold::Named(builder(&prefix, mode).tempfile_in(folder)?))
}

#[cfg_attr(not(unix), allow(unused_variables))]
fn builder(prefix: &OsStr, mode: u32) -> tempfile::Builder<'_, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    builder
}

/// Copies the read, write and execute permissions of a file; never setuid, setgid or sticky. In another
/// group, the group receives only the permissions that both the group and all others have.
#[cfg(unix)]
fn keep_permissions(file: &File, like: &Metadata) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let is_same_group = file.metadata().is_ok_and(|metadata| metadata.gid() == like.gid());
    let mode = like.mode() & 0o777;
    let mode = if is_same_group { mode } else { mode & (0o707 | (mode & 0o007) << 3) };
    // File systems without permissions report an error, and have none to keep.
    let _ = file.set_permissions(fs::Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn keep_permissions(_file: &File, _like: &Metadata) {}

#[cfg(unix)]
fn pour(content: File, path: &Path, stop: &Stop) -> Result<(), OutputError> {
    stream::pour(content, path, stop).map_err(|error| match error.kind() {
        io::ErrorKind::Interrupted => OutputError::Interrupted(path.to_owned()),
        io::ErrorKind::AlreadyExists => OutputError::Exists(path.to_owned()),
        _ => OutputError::Stream { path: path.to_owned(), error },
    })
}

/// Other systems have no streams.
#[cfg(not(unix))]
fn pour(_content: File, path: &Path, _stop: &Stop) -> Result<(), OutputError> {
    Err(OutputError::NotAFile { path: path.to_owned(), kind: "a device" })
}

/// A file without a name, where the file system supports it and `/proc` can name it later.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path, mode: u32) -> Option<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(folder, flags, Mode::from_raw_mode(mode)).ok()?);
    fs::metadata(proc_path(&file)).is_ok().then_some(file)
}

#[cfg(target_os = "linux")]
fn proc_path(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd;
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

/// Links the file to its name. A link cannot replace a file, so for an existing target the file first gets a
/// second name, which then replaces the target.
#[cfg(target_os = "linux")]
fn link(file: &File, target: &Path, replace: bool) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    let link_as = |name: &Path| -> io::Result<()> {
        Ok(linkat(CWD, proc_path(file), CWD, name, AtFlags::SYMLINK_FOLLOW)?)
    };
    match link_as(target) {
        Err(error) if replace && error.kind() == io::ErrorKind::AlreadyExists => {
            let prefix = hidden_prefix(target.file_name().unwrap_or_default());
            let beside = builder(&prefix, 0o600).make_in(folder_of(target), link_as)?;
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
    fn a_file_appears_complete_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("deep/er/a.wav");
        let pending = PendingFile::create(&target, false).unwrap();
        pending.writer().unwrap().write_all(b"half").unwrap();
        drop(pending);
        assert!(names(target.parent().unwrap()).is_empty());
        let pending = PendingFile::create(&target, false).unwrap();
        pending.writer().unwrap().write_all(b"whole").unwrap();
        pending.commit(&Stop::default()).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert_eq!(names(target.parent().unwrap()), ["a.wav"]);
    }

    #[test]
    fn an_existing_file_is_replaced_only_on_request() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.wav");
        fs::write(&target, b"old").unwrap();
        assert!(matches!(PendingFile::create(&target, false), Err(OutputError::Exists(_))));
        let pending = PendingFile::create(&target, true).unwrap();
        pending.writer().unwrap().write_all(b"new").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"old");
        pending.commit(&Stop::default()).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["a.wav"]);
    }

    #[test]
    fn a_target_that_appears_meanwhile_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.wav");
        let pending = PendingFile::create(&target, false).unwrap();
        fs::write(&target, b"someone else's").unwrap();
        assert!(matches!(pending.commit(&Stop::default()), Err(OutputError::Exists(_))));
        assert_eq!(fs::read(&target).unwrap(), b"someone else's");
        assert_eq!(names(folder.path()), ["a.wav"]);
    }

    /// A file being written as on systems without nameless files.
    fn named(target: &Path, replace: bool) -> PendingFile {
        let prefix = hidden_prefix(target.file_name().unwrap());
        let file = builder(&prefix, 0o666).tempfile_in(folder_of(target)).unwrap();
        let target = Target::of(target, replace).unwrap();
        PendingFile { hold: Hold::Named(file), target, replace, like: None }
    }

    #[test]
    fn the_longest_name_is_written_and_replaced_with_a_hidden_name_or_without() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join(format!("{}.wav", "曲".repeat(83) + "ab"));
        for (turn, text) in ["one", "two", "three", "four"].into_iter().enumerate() {
            let replace = turn > 0;
            let pending = if turn % 2 == 0 {
                named(&target, replace)
            } else {
                PendingFile::create(&target, replace).unwrap()
            };
            pending.writer().unwrap().write_all(text.as_bytes()).unwrap();
            pending.commit(&Stop::default()).unwrap();
            assert_eq!(fs::read_to_string(&target).unwrap(), text);
            assert_eq!(names(folder.path()).len(), 1, "{:?}", names(folder.path()));
        }
    }

    #[cfg(unix)]
    #[test]
    fn permissions_are_kept_without_nameless_files_too() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (input, target) = (folder.path().join("in.wav"), folder.path().join("out.wav"));
        fs::write(&input, b"").unwrap();
        fs::set_permissions(&input, fs::Permissions::from_mode(0o4751)).unwrap();
        let pending = PendingFile { like: fs::metadata(&input).ok(), ..named(&target, false) };
        pending.commit(&Stop::default()).unwrap();
        assert_eq!(target.metadata().unwrap().permissions().mode() & 0o7777, 0o751);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_that_appears_meanwhile_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.wav");
        for replace in [true, false] {
            let pending = PendingFile::create(&target, replace).unwrap();
            assert!(std::process::Command::new("mkfifo").arg(&target).status().unwrap().success());
            assert!(matches!(pending.commit(&Stop::default()), Err(OutputError::Exists(_))));
            assert!(std::os::unix::fs::FileTypeExt::is_fifo(&target.metadata().unwrap().file_type()));
            fs::remove_file(&target).unwrap();
        }
    }
}
