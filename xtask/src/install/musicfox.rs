//! Installs the library for go-musicfox: `~/.go-musicfox/plugins/audio-enhancer/` with the library,
//! `plugin.json` and the factory presets.

use crate::run::{self, TaskError, at};
use std::fs;
use std::path::{Path, PathBuf};

/// The library's file name in go-musicfox's folder.
const LIBRARY: &str = if cfg!(windows) {
    "audio-enhancer.dll"
} else if cfg!(target_os = "macos") {
    "audio-enhancer.dylib"
} else {
    "audio-enhancer.so"
};

/// The library's file name in cargo's target folder.
pub(crate) const BUILT: &str = if cfg!(windows) {
    "enhancer_musicfox.dll"
} else if cfg!(target_os = "macos") {
    "libenhancer_musicfox.dylib"
} else {
    "libenhancer_musicfox.so"
};

/// The manifest's file name.
const MANIFEST: &str = "plugin.json";

/// The presets' folder, inside the plugin's.
const PRESETS: &str = "configs/presets";

/// The makers' name. Our library and our manifest contain it; those of other makers don't.
const MARK: &[u8] = b"The Audio Enhancer developers";

/// Builds the library and installs it.
///
/// # Errors
/// A failed build, a file of another maker in the way, or a file that can't be written.
pub(crate) fn install() -> Result<(), TaskError> {
    run::show(run::cargo().args(["build", "--release", "--package", "enhancer-musicfox"]))?;
    let folder = folder()?;
    install_into(&folder, &target().join("release").join(BUILT))?;
    println!("Installed {} {}", folder.display(), env!("CARGO_PKG_VERSION"));
    Ok(())
}

/// Removes the files of `install`; other files stay.
///
/// # Errors
/// [`TaskError::File`] for a file that can't be deleted.
pub(crate) fn uninstall() -> Result<(), TaskError> {
    let folder = folder()?;
    let text = if uninstall_from(&folder)? { "Uninstalled" } else { "Not installed:" };
    println!("{text} {}", folder.display());
    Ok(())
}

/// Prints the installed version, and whether it equals the last build.
///
/// # Errors
/// [`TaskError::NoHome`] without a home folder.
pub(crate) fn status() -> Result<(), TaskError> {
    let folder = folder()?;
    println!("{}", status_of(&folder, &target().join("release").join(BUILT))?);
    Ok(())
}

/// Installs a library into an empty home under `target`, for tests, and returns that home.
///
/// # Errors
/// [`TaskError::File`] for a file that can't be written.
pub(crate) fn install_for_tests(library: &Path) -> Result<PathBuf, TaskError> {
    let home = crate::root().join("target/host-tests/musicfox-home");
    if home.exists() {
        fs::remove_dir_all(&home).map_err(at(&home))?;
    }
    install_into(&folder_in(&home), library)?;
    Ok(home)
}

/// The plugin's folder in this user's home.
fn folder() -> Result<PathBuf, TaskError> {
    let home = std::env::home_dir().filter(|home| home.is_absolute());
    let home = home.ok_or(TaskError::NoHome(if cfg!(windows) { "USERPROFILE" } else { "HOME" }))?;
    Ok(folder_in(&home))
}

fn folder_in(home: &Path) -> PathBuf {
    home.join(".go-musicfox").join("plugins").join("audio-enhancer")
}

/// Cargo's target folder, as an absolute path.
pub(crate) fn target() -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| crate::root().join("target"), PathBuf::from);
    // Go runs in another current folder.
    std::path::absolute(&target).unwrap_or(target)
}

/// The files to install: the path of each in the folder, and its content.
fn contents(library: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>, TaskError> {
    let read = |path: PathBuf| fs::read(&path).map_err(at(path));
    let manifest = read(crate::root().join("crates/enhancer-musicfox/plugin.json"))?;
    let manifest = String::from_utf8_lossy(&manifest).replace("audio-enhancer.so", LIBRARY);
    let mut all = vec![
        (PathBuf::from(LIBRARY), read(library.to_owned())?),
        (PathBuf::from(MANIFEST), manifest.into_bytes()),
    ];
    for name in preset_names()? {
        let content = read(factory().join(name.file_name().unwrap_or_default()))?;
        all.push((name, content));
    }
    Ok(all)
}

/// The folder of the factory presets' files.
fn factory() -> PathBuf {
    crate::root().join("presets")
}

/// The factory presets' paths in the folder.
fn preset_names() -> Result<Vec<PathBuf>, TaskError> {
    let mut names = vec![];
    for entry in fs::read_dir(factory()).map_err(at(factory()))? {
        let name = PathBuf::from(entry.map_err(at(factory()))?.file_name());
        if name.extension().is_some_and(|extension| extension == "json") {
            names.push(Path::new(PRESETS).join(name));
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// The present state of a file's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    /// Our file, of any version.
    Ours,
    /// A file of another maker, a folder, or a link.
    Foreign,
}

/// The state of the path `name`; `ours` recognises our file by its content.
fn inspect(folder: &Path, name: &Path, ours: impl FnOnce(&[u8]) -> bool) -> Result<Found, TaskError> {
    // A link on the way would lead our files to another folder of the user's.
    for part in name.ancestors().skip(1) {
        // Without a slash at its end, because a slash follows the link.
        let path = if part.as_os_str().is_empty() { folder.to_owned() } else { folder.join(part) };
        if path.is_symlink() || path.exists() && !path.is_dir() {
            return Ok(Found::Foreign);
        }
    }
    let path = folder.join(name);
    match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(at(&path)(error)),
        Ok(metadata) if !metadata.is_file() => return Ok(Found::Foreign),
        Ok(_) => {}
    }
    let content = fs::read(&path).map_err(at(&path))?;
    Ok(if ours(&content) { Found::Ours } else { Found::Foreign })
}

/// The state of each file's path. Our library and our manifest contain the makers' name. Presets with factory
/// names are ours if the manifest beside them is.
fn survey<'a>(
    folder: &Path,
    names: impl IntoIterator<Item = &'a PathBuf>,
) -> Result<Vec<(PathBuf, Found)>, TaskError> {
    let marked = |content: &[u8]| content.windows(MARK.len()).any(|window| window == MARK);
    let is_plugins = inspect(folder, Path::new(MANIFEST), marked)? == Found::Ours;
    let find = |name: &PathBuf| {
        let is_preset = name.starts_with(PRESETS);
        let found = inspect(folder, name, |content| if is_preset { is_plugins } else { marked(content) })?;
        Ok((folder.join(name), found))
    };
    names.into_iter().map(find).collect()
}

/// Replaces each file as a whole, so that a running player keeps the library that it has loaded. A file of
/// another maker in the way stops the installation before any change.
fn install_into(folder: &Path, library: &Path) -> Result<(), TaskError> {
    let contents = contents(library)?;
    let found = survey(folder, contents.iter().map(|(name, _)| name))?;
    if let Some((path, _)) = found.into_iter().find(|(_, found)| *found == Found::Foreign) {
        return Err(TaskError::NotOurs(path));
    }
    for (name, content) in contents {
        let path = folder.join(&name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(at(parent))?;
        let aside = parent.join(format!(".audio-enhancer-{}.new", std::process::id()));
        let written = fs::write(&aside, content).map_err(at(&aside));
        written.and_then(|()| fs::rename(&aside, &path).map_err(at(&path))).inspect_err(|_| {
            let _ = fs::remove_file(&aside);
        })?;
    }
    Ok(())
}

/// Removes our files and returns true if there were any. Other files stay.
fn uninstall_from(folder: &Path) -> Result<bool, TaskError> {
    let mut names = preset_names()?;
    // The manifest last: after an interruption it still marks the presets as ours.
    names.extend([LIBRARY, MANIFEST].map(PathBuf::from));
    let found = survey(folder, &names)?;
    let ours = found.iter().filter(|(_, found)| *found == Found::Ours).map(|(path, _)| path);
    let mut was_there = false;
    for path in ours {
        fs::remove_file(path).map_err(at(path))?;
        was_there = true;
    }
    if was_there {
        // A folder with other files stays.
        for folder in [&folder.join(PRESETS), &folder.join("configs"), folder] {
            let _ = fs::remove_dir(folder);
        }
    }
    Ok(was_there)
}

fn status_of(folder: &Path, built: &Path) -> Result<String, TaskError> {
    let names = [MANIFEST, LIBRARY].map(PathBuf::from);
    let found = survey(folder, &names)?;
    let text = match found.as_slice() {
        [(path, Found::Foreign), _] | [_, (path, Found::Foreign)] => {
            return Ok(format!("{}: of another maker, left unchanged", path.display()));
        }
        [(_, Found::Nothing), (_, Found::Nothing)] => {
            "not installed; `cargo xtask install musicfox` installs it".to_owned()
        }
        [(_, Found::Ours), (library, Found::Ours)] => {
            let manifest = fs::read_to_string(folder.join(MANIFEST)).unwrap_or_default();
            let version = manifest
                .lines()
                .find_map(|line| line.trim().strip_prefix("\"version\": \"")?.split('"').next());
            let state = match (fs::read(library), fs::read(built)) {
                (Ok(installed), Ok(built)) if installed == built => "the same as the last build",
                (_, Ok(_)) => "not the same as the last build",
                (_, Err(_)) => "no build here to compare with",
            };
            format!("{}, {state}", version.unwrap_or("unknown version"))
        }
        _ => "incomplete; `cargo xtask install musicfox` completes it".to_owned(),
    };
    Ok(format!("{}: {text}", folder.display()))
}

#[cfg(test)]
mod tests;
