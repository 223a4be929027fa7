//! The folder of user presets: one JSON file `<name>.json` for each. The file name is the preset's name.
//!
//! A save writes a temporary file in the same folder, flushes it to the disk and renames it. A reader
//! therefore finds the old file or the new one, never a part.

use crate::library_error::{LibraryError, Problem};
use crate::name::{check_name, folded};
use crate::parse::{MAX_FILE_BYTES, check_texts, parse_as};
use crate::preset::{Preset, to_json};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// The environment variable that names the data folder; `presets/` is inside it. It replaces the platform's
/// folder.
pub const DATA_DIR_VARIABLE: &str = "AUDIO_ENHANCER_DATA_DIR";

/// The action of a save if a user preset already has the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// Keep the existing preset and return an error.
    Refuse,
    /// Replace the existing preset.
    Replace,
}

/// A folder of presets.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    pub(crate) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// The folder `presets` in the folder that [`DATA_DIR_VARIABLE`] names, or in the platform's data
    /// folder.
    pub(crate) fn platform() -> Option<Self> {
        Self::in_data_folder(std::env::var_os(DATA_DIR_VARIABLE))
    }

    fn in_data_folder(named: Option<OsString>) -> Option<Self> {
        let named = named.filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let base = named.or_else(|| {
            directories::ProjectDirs::from("", "", "audio-enhancer").map(|dirs| dirs.data_dir().to_owned())
        })?;
        Some(Self::at(base.join("presets")))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Every usable preset, sorted by name, and every unusable file. A missing folder counts as empty.
    pub(crate) fn list(&self) -> (Vec<Preset>, Vec<Problem>) {
        let (files, mut problems) = self.files();
        let mut presets = Vec::new();
        for (name, path) in files {
            match read(&name, &path) {
                Ok(preset) => presets.push(preset),
                Err(error) => problems.push(Problem { path, error }),
            }
        }
        (presets, problems)
    }

    /// Loads the preset called `name`. An exact match takes precedence over one that differs in case.
    pub(crate) fn get(&self, name: &str) -> Result<Preset, LibraryError> {
        check_name(name)?;
        match self.find(name) {
            Some((name, path)) => read(&name, &path),
            None => Err(not_found(name)),
        }
    }

    /// Writes the preset. The caller has checked that no factory preset has its name.
    pub(crate) fn save(&self, preset: &Preset, overwrite: Overwrite) -> Result<PathBuf, LibraryError> {
        check_name(&preset.name)?;
        preset.config.validate()?;
        let path = self.path_of(&preset.name);
        check_texts(preset).map_err(|error| LibraryError::Damaged { path: path.clone(), error })?;
        let existing = self.find(&preset.name);
        if let Some((name, _)) = &existing
            && overwrite == Overwrite::Refuse
        {
            return Err(LibraryError::Exists { name: name.clone() });
        }
        let path = existing.map_or(path, |(_, path)| path);
        require_plain_file(&path)?;
        self.write(&path, &to_json(preset), overwrite, &preset.name)?;
        Ok(path)
    }

    /// Deletes the preset's file; if that is a symbolic link, deletes the link only.
    pub(crate) fn delete(&self, name: &str) -> Result<(), LibraryError> {
        check_name(name)?;
        let (_, path) = self.find(name).ok_or_else(|| not_found(name))?;
        fs::remove_file(&path).map_err(|error| LibraryError::Io { action: "delete", path, error })
    }

    /// Renames a preset; the names may differ in case alone. After a failure, at least one of the two files
    /// is complete.
    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), LibraryError> {
        check_name(to)?;
        let preset = self.get(from)?;
        let old_path = self.path_of(&preset.name);
        require_plain_file(&old_path)?;
        let renamed = Preset { name: to.to_owned(), ..preset };
        if folded(&renamed.name) == folded(from) {
            self.write(&old_path, &to_json(&renamed), Overwrite::Replace, to)?;
            let rename = fs::rename(&old_path, self.path_of(to));
            return rename.map_err(|error| LibraryError::Io { action: "rename", path: old_path, error });
        }
        self.save(&renamed, Overwrite::Refuse)?;
        fs::remove_file(&old_path).map_err(|error| LibraryError::Io {
            action: "delete",
            path: old_path,
            error,
        })
    }

    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    /// Name and path of each preset file, sorted by name, and each other file that ends in `.json`.
    fn files(&self) -> (Vec<(String, PathBuf)>, Vec<Problem>) {
        let (mut files, mut problems) = (Vec::new(), Vec::new());
        let fail = |path: &Path, error| Problem {
            path: path.to_owned(),
            error: LibraryError::Io { action: "read", path: path.to_owned(), error },
        };
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return (files, problems),
            Err(error) => return (files, vec![fail(&self.folder, error)]),
        };
        for entry in entries {
            let path = match entry {
                Ok(entry) => entry.path(),
                Err(error) => {
                    problems.push(fail(&self.folder, error));
                    continue;
                }
            };
            let hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
            if hidden || path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            match check_name(&name) {
                Ok(()) => files.push((name, path)),
                Err(error) => {
                    let error = LibraryError::Damaged { path: path.clone(), error: error.into() };
                    problems.push(Problem { path, error });
                }
            }
        }
        files.sort();
        (files, problems)
    }

    /// The file of the preset called `name`. An exact match takes precedence over one that differs in case.
    fn find(&self, name: &str) -> Option<(String, PathBuf)> {
        let (files, _) = self.files();
        let exact = files.iter().find(|(found, _)| found == name);
        exact.or_else(|| files.iter().find(|(found, _)| folded(found) == folded(name))).cloned()
    }

    fn write(&self, path: &Path, text: &str, overwrite: Overwrite, name: &str) -> Result<(), LibraryError> {
        let fail = |action, path: &Path| {
            let path = path.to_owned();
            move |error| LibraryError::Io { action, path, error }
        };
        fs::create_dir_all(&self.folder).map_err(fail("create", &self.folder))?;
        let mut builder = tempfile::Builder::new();
        let mut file =
            builder.prefix(".preset-").tempfile_in(&self.folder).map_err(fail("write in", &self.folder))?;
        let written = file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all());
        written.map_err(fail("write", path))?;
        let placed = match overwrite {
            Overwrite::Replace => file.persist(path),
            Overwrite::Refuse => file.persist_noclobber(path),
        };
        match placed {
            Ok(_) => {}
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(LibraryError::Exists { name: name.to_owned() });
            }
            Err(error) => return Err(fail("write", path)(error.error)),
        }
        // The folder is flushed too, so that the rename survives a power failure. Some systems don't allow
        // opening a folder.
        if let Ok(folder) = File::open(&self.folder) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

fn not_found(name: &str) -> LibraryError {
    LibraryError::NotFound { name: name.to_owned(), nearest: None }
}

/// Reads a preset file, following a link, and names the preset after the file.
fn read(name: &str, path: &Path) -> Result<Preset, LibraryError> {
    let fail = |error| LibraryError::Io { action: "read", path: path.to_owned(), error };
    // Checked before opening, because opening a pipe blocks until its other end is opened.
    let metadata = fs::metadata(path).map_err(fail)?;
    if !metadata.is_file() {
        let kind = if metadata.is_dir() { "a folder" } else { "a device" };
        return Err(LibraryError::NotAFile { path: path.to_owned(), kind });
    }
    let mut bytes = Vec::new();
    let most = MAX_FILE_BYTES as u64 + 1;
    File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(fail)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| fail(io::Error::new(io::ErrorKind::InvalidData, "the text is not UTF-8")))?;
    parse_as(name, &text).map_err(|error| LibraryError::Damaged { path: path.to_owned(), error })
}

/// Returns an error if `path` exists and is not a plain file.
fn require_plain_file(path: &Path) -> Result<(), LibraryError> {
    let Ok(metadata) = fs::symlink_metadata(path) else { return Ok(()) };
    let kind = match metadata.file_type() {
        kind if kind.is_file() => return Ok(()),
        kind if kind.is_symlink() => "a symbolic link",
        kind if kind.is_dir() => "a folder",
        _ => "a device",
    };
    Err(LibraryError::NotAFile { path: path.to_owned(), kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let named = Store::in_data_folder(Some("/data".into())).unwrap();
        assert_eq!(named.folder(), Path::new("/data").join("presets"));
        let platform = Store::in_data_folder(None).map(|store| store.folder);
        assert!(platform.as_ref().is_none_or(|folder| folder.ends_with("presets") && folder.is_absolute()));
        assert_eq!(Store::in_data_folder(Some(OsString::new())).map(|store| store.folder), platform);
    }
}
