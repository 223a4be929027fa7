//! Installs the plugin into the user's own plugin folders, which every host searches. Plugins of other makers
//! stay unchanged.

#[cfg(test)]
mod tests;

use super::files;
use crate::bundle;
use crate::run::{TaskError, at};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// One plugin format.
struct Format {
    /// Name of the bundle, a file or a folder.
    bundle: &'static str,
    /// Folder below the user's base folder on Linux, macOS and Windows.
    folders: [&'static str; 3],
}

/// Every format with the user's plugin folders from its specification (CLAP, Steinberg's VST3, LV2).
const FORMATS: &[Format] = &[
    Format {
        bundle: bundle::CLAP,
        folders: [".clap", "Library/Audio/Plug-Ins/CLAP", "Programs/Common/CLAP"],
    },
    Format {
        bundle: bundle::VST3,
        folders: [".vst3", "Library/Audio/Plug-Ins/VST3", "Programs/Common/VST3"],
    },
    Format { bundle: bundle::lv2::LV2, folders: [".lv2", "Library/Audio/Plug-Ins/LV2", "../Roaming/LV2"] },
];

impl Format {
    fn folder(&self, base: &Path) -> PathBuf {
        let [linux, mac, windows] = self.folders;
        base.join(if cfg!(windows) {
            windows
        } else if cfg!(target_os = "macos") {
            mac
        } else {
            linux
        })
    }

    fn installed(&self, base: &Path) -> PathBuf {
        self.folder(base).join(self.bundle)
    }
}

/// The plugin's CLAP id. Our library contains it in every format; those of other makers don't.
const MARK: &[u8] = b"io.github.audio-enhancer";

/// The present state of a bundle's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    /// Our bundle, the same as the last build.
    Same,
    /// Our bundle, of another build than the last one, or without a build to compare with.
    Other,
    /// A bundle of another maker, or a link.
    Foreign,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Found::Nothing => "not installed",
            Found::Same => "installed, the same as the last build",
            Found::Other => "installed, not the same as the last build",
            Found::Foreign => "of another maker, left unchanged",
        })
    }
}

/// Builds, then installs every format.
pub(super) fn install() -> Result<(), TaskError> {
    let base = base_folder()?;
    install_from(&bundle::release(false)?, &base)?;
    println!("Hosts find the plugin at their next scan. `cargo xtask uninstall` removes it.");
    Ok(())
}

pub(super) fn uninstall() -> Result<(), TaskError> {
    uninstall_from(&base_folder()?)
}

pub(super) fn status() -> Result<(), TaskError> {
    let built = bundle::release_folder();
    for (path, found) in survey(&built, &base_folder()?)? {
        println!("{}: {found}", path.display());
    }
    if !built.is_dir() {
        println!(
            "No build here yet: `cargo xtask bundle` builds, `cargo xtask install` builds and installs."
        );
    }
    Ok(())
}

fn install_from(built: &Path, base: &Path) -> Result<(), TaskError> {
    // All paths are checked before any write: a bundle of another maker stops the whole installation.
    let found = survey(built, base)?;
    if let Some((path, _)) = found.iter().find(|(_, found)| *found == Found::Foreign) {
        return Err(TaskError::NotOurs(path.clone()));
    }
    for (format, (to, found)) in FORMATS.iter().zip(found) {
        let from = built.join(format.bundle);
        if !is_ours(&from)? {
            return Err(TaskError::Bundle(format!("{} does not contain the plugin", from.display())));
        }
        if found == Found::Same {
            println!("{}: up to date", to.display());
            continue;
        }
        files::replace(&from, &to)?;
        println!("{}: {}", to.display(), if found == Found::Nothing { "installed" } else { "replaced" });
    }
    Ok(())
}

fn uninstall_from(base: &Path) -> Result<(), TaskError> {
    for format in FORMATS {
        let path = format.installed(base);
        let outcome = match inspect(&path, None)? {
            Found::Nothing => "not installed",
            Found::Foreign => "of another maker, left unchanged",
            Found::Same | Found::Other => {
                files::remove(&path)?;
                "removed"
            }
        };
        println!("{}: {outcome}", path.display());
    }
    Ok(())
}

/// The path of each format's bundle, and its present state.
fn survey(built: &Path, base: &Path) -> Result<Vec<(PathBuf, Found)>, TaskError> {
    let state = |format: &Format| {
        let path = format.installed(base);
        let found = inspect(&path, Some(&built.join(format.bundle)))?;
        Ok((path, found))
    };
    FORMATS.iter().map(state).collect()
}

fn inspect(path: &Path, built: Option<&Path>) -> Result<Found, TaskError> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(at(path)(error)),
        Ok(metadata) if metadata.is_symlink() => return Ok(Found::Foreign),
        Ok(_) => {}
    }
    if !is_ours(path)? {
        return Ok(Found::Foreign);
    }
    let same = match built {
        Some(built) if built.exists() => files::contents(built)? == files::contents(path)?,
        _ => false,
    };
    Ok(if same { Found::Same } else { Found::Other })
}

/// True if a file of the bundle is our library.
fn is_ours(bundle: &Path) -> Result<bool, TaskError> {
    let holds_mark = |bytes: &Vec<u8>| bytes.windows(MARK.len()).any(|window| window == MARK);
    Ok(files::contents(bundle)?.values().any(holds_mark))
}

/// The user's folder that contains the formats' folders.
fn base_folder() -> Result<PathBuf, TaskError> {
    let variable = if cfg!(windows) { "LOCALAPPDATA" } else { "HOME" };
    match std::env::var_os(variable) {
        Some(folder) if !folder.is_empty() => Ok(folder.into()),
        _ => Err(TaskError::NoHome(variable)),
    }
}
