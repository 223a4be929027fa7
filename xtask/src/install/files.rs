//! Replaces whole bundles, files or folders. An interruption leaves the old bundle or the new one.

use crate::run::{TaskError, at};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Every file of a bundle: its path inside (empty if the bundle is a file) and its bytes.
///
/// # Errors
/// [`TaskError::File`] for a file that can't be read.
pub(super) fn contents(bundle: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, TaskError> {
    if !bundle.is_dir() {
        return Ok(BTreeMap::from([(PathBuf::new(), fs::read(bundle).map_err(at(bundle))?)]));
    }
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(bundle).map_err(at(bundle))? {
        let entry = entry.map_err(at(bundle))?;
        let name = PathBuf::from(entry.file_name());
        files.extend(contents(&entry.path())?.into_iter().map(|(path, bytes)| (name.join(path), bytes)));
    }
    Ok(files)
}

/// Copies the bundle `from` to the path `to` and replaces a bundle there.
///
/// # Errors
/// [`TaskError::File`] for a file that can't be read or written; the old bundle is then back in its place.
pub(super) fn replace(from: &Path, to: &Path) -> Result<(), TaskError> {
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder).map_err(at(folder))?;
    // In the same folder, so that renaming doesn't copy. Without a plugin's suffix, so that no host scans
    // them.
    let aside = |state: &str| folder.join(format!(".audio-enhancer-{}.{state}", std::process::id()));
    let (new, old) = (aside("new"), aside("old"));
    copy(from, &new).inspect_err(|_| {
        let _ = remove(&new);
    })?;
    let had_one = to.exists();
    if had_one {
        fs::rename(to, &old).map_err(at(to))?;
    }
    fs::rename(&new, to).map_err(at(to)).inspect_err(|_| {
        if had_one {
            let _ = fs::rename(&old, to);
        }
        let _ = remove(&new);
    })?;
    if had_one { remove(&old) } else { Ok(()) }
}

/// Deletes a bundle, file or folder.
///
/// # Errors
/// [`TaskError::File`] for a file that can't be deleted.
pub(super) fn remove(bundle: &Path) -> Result<(), TaskError> {
    let removed = if bundle.is_dir() { fs::remove_dir_all(bundle) } else { fs::remove_file(bundle) };
    removed.map_err(at(bundle))
}

fn copy(from: &Path, to: &Path) -> Result<(), TaskError> {
    if !from.is_dir() {
        return fs::copy(from, to).map(drop).map_err(at(from));
    }
    fs::create_dir_all(to).map_err(at(to))?;
    for entry in fs::read_dir(from).map_err(at(from))? {
        let entry = entry.map_err(at(from))?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
