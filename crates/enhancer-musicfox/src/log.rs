//! The log for troubleshooting: JSON lines in `<temp>/go-musicfox/plugins/audio-enhancer.log`. Audio calls
//! never log.
//!
//! Other users can write to the folder for temporary files, so the log checks every step. It opens each part
//! of the path without following links. Each part must belong to this user and must not be writable by
//! others. The file must be a regular file with one name. If a check fails, there is no log.

use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// Largest file, bytes. A file of this size is renamed to `.1` and replaces the previous one.
const MAX_BYTES: u64 = 1 << 20;

/// Level of a message or of the log. The log writes messages up to its own level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Off,
    Error,
    Warn,
    Info,
    Debug,
}

/// The log of one instance.
#[derive(Debug)]
pub(crate) struct Log {
    level: Level,
    file: Mutex<Option<place::Place>>,
}

impl Log {
    /// A log that writes nothing until [`set_level`](Self::set_level).
    pub(crate) fn closed() -> Self {
        Self { level: Level::Off, file: Mutex::new(None) }
    }

    pub(crate) fn level(&self) -> Level {
        self.level
    }

    /// Sets the level, and opens the file unless the level is `Off`.
    pub(crate) fn set_level(&mut self, level: Level) {
        self.level = level;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if level == Level::Off {
            *file = None;
        } else if file.is_none() {
            *file = place::open();
        }
    }

    /// Writes a line with the message and the fields of `fields`, a JSON object.
    pub(crate) fn write(&self, level: Level, message: &str, fields: serde_json::Value) {
        if level > self.level {
            return;
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(place) = file.as_mut() else { return };
        let mut line = serde_json::Map::new();
        let time = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
        line.insert("time".to_owned(), time.into());
        line.insert("level".to_owned(), format!("{level:?}").to_uppercase().into());
        line.insert("component".to_owned(), "audio-enhancer".into());
        line.insert("msg".to_owned(), message.into());
        if let serde_json::Value::Object(fields) = fields {
            line.extend(fields);
        }
        let line = format!("{}\n", serde_json::Value::Object(line));
        if place.file().metadata().is_ok_and(|file| file.len() + line.len() as u64 > MAX_BYTES) {
            place.rotate();
        }
        // A write error is ignored: a full disk must not stop the music.
        let _ = place.file().write_all(line.as_bytes());
    }
}

#[cfg(unix)]
mod place {
    use super::File;
    use rustix::fd::{AsFd, OwnedFd};
    use rustix::fs::{AtFlags, FileType, Mode, OFlags, mkdirat, openat, renameat};

    const FILE: &str = "audio-enhancer.log";
    const PREVIOUS: &str = "audio-enhancer.log.1";

    /// The open log file and its folder.
    #[derive(Debug)]
    pub(super) struct Place {
        folder: OwnedFd,
        file: File,
    }

    impl Place {
        pub(super) fn file(&mut self) -> &mut File {
            &mut self.file
        }

        pub(super) fn rotate(&mut self) {
            let _ = renameat(&self.folder, FILE, &self.folder, PREVIOUS);
            if let Some(file) = open_file(&self.folder) {
                self.file = file;
            }
        }
    }

    pub(super) fn open() -> Option<Place> {
        let temp = rustix::fs::open(std::env::temp_dir(), OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
            .ok()?;
        let folder = enter(&enter(&temp, "go-musicfox")?, "plugins")?;
        let file = open_file(&folder)?;
        Some(Place { folder, file })
    }

    /// Opens a private folder of this user; creates it if it does not exist.
    fn enter(parent: &OwnedFd, name: &str) -> Option<OwnedFd> {
        let _ = mkdirat(parent, name, Mode::RWXU);
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = openat(parent, name, flags, Mode::empty()).ok()?;
        is_private(&folder, FileType::Directory).then_some(folder)
    }

    fn open_file(folder: &OwnedFd) -> Option<File> {
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let file = openat(folder, FILE, flags | OFlags::CLOEXEC, Mode::RUSR | Mode::WUSR).ok()?;
        let links = rustix::fs::statat(folder, FILE, AtFlags::SYMLINK_NOFOLLOW).ok()?.st_nlink;
        (links == 1 && is_private(&file, FileType::RegularFile)).then(|| File::from(file))
    }

    /// True if the file is of this kind, belongs to this user and is not writable by others.
    fn is_private(file: impl AsFd, kind: FileType) -> bool {
        rustix::fs::fstat(file).is_ok_and(|stat| {
            let others = Mode::from_raw_mode(stat.st_mode) & (Mode::WGRP | Mode::WOTH);
            FileType::from_raw_mode(stat.st_mode) == kind
                && stat.st_uid == rustix::process::geteuid().as_raw()
                && others.is_empty()
        })
    }
}

#[cfg(not(unix))]
mod place {
    use super::File;
    use std::fs::{self, OpenOptions};
    use std::path::PathBuf;

    /// The open log file. Windows gives each user a private folder for temporary files.
    #[derive(Debug)]
    pub(super) struct Place {
        path: PathBuf,
        file: File,
    }

    impl Place {
        pub(super) fn file(&mut self) -> &mut File {
            &mut self.file
        }

        pub(super) fn rotate(&mut self) {
            let _ = fs::rename(&self.path, self.path.with_extension("log.1"));
            if let Some(place) = open() {
                *self = place;
            }
        }
    }

    pub(super) fn open() -> Option<Place> {
        let folder = std::env::temp_dir().join("go-musicfox").join("plugins");
        fs::create_dir_all(&folder).ok()?;
        let path = folder.join("audio-enhancer.log");
        let is_link =
            |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_symlink());
        if is_link(&folder) || is_link(&path) {
            return None;
        }
        let file = OpenOptions::new().append(true).create(true).open(&path).ok()?;
        Some(Place { path, file })
    }
}
