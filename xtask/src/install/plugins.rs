//! The plugin in the user's own plugin folders, which every host searches; nothing of another maker's is touched.

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
    /// Name of the bundle.
    bundle: &'static str,
    /// Folder below the user's base folder on Linux, macOS and Windows.
    folders: [&'static str; 3],
}

/// Every format, and where the CLAP and LV2 specifications and Steinberg's say that a user's plugins live.
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

/// The plugin's CLAP id: the library of every format holds it, and no one else's does.
const MARK: &[u8] = b"io.github.audio-enhancer";

/// What lies where a bundle goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    /// Ours, and the same as the one that is built.
    Same,
    /// Ours, but not the one that is built; or none is built.
    Other,
    /// Somebody else's, or a link.
    Foreign,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Found::Nothing => "not installed",
            Found::Same => "installed, the same as the one built here",
            Found::Other => "installed, but not the one built here",
            Found::Foreign => "not ours: left alone",
        })
    }
}

/// Builds, then installs every format.
pub(super) fn install() -> Result<(), TaskError> {
    let base = base_folder()?;
    install_from(&bundle::release(false)?, &base)?;
    println!("Hosts find it at their next scan. `cargo xtask uninstall` takes it away.");
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
            "Nothing is built yet: `cargo xtask bundle` builds, `cargo xtask install` builds and installs."
        );
    }
    Ok(())
}

fn install_from(built: &Path, base: &Path) -> Result<(), TaskError> {
    // Looked at before anything is written: one that can't be replaced stops all.
    let found = survey(built, base)?;
    if let Some((path, _)) = found.iter().find(|(_, found)| *found == Found::Foreign) {
        return Err(TaskError::NotOurs(path.clone()));
    }
    for (format, (to, found)) in FORMATS.iter().zip(found) {
        let from = built.join(format.bundle);
        if !is_ours(&from)? {
            return Err(TaskError::Bundle(format!("{} doesn't hold the plugin", from.display())));
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
        let outcome = match look(&path, None)? {
            Found::Nothing => "not installed",
            Found::Foreign => "not ours: left alone",
            Found::Same | Found::Other => {
                files::remove(&path)?;
                "removed"
            }
        };
        println!("{}: {outcome}", path.display());
    }
    Ok(())
}

/// Where each format goes, and what lies there.
fn survey(built: &Path, base: &Path) -> Result<Vec<(PathBuf, Found)>, TaskError> {
    let look = |format: &Format| {
        let path = format.installed(base);
        let found = look(&path, Some(&built.join(format.bundle)))?;
        Ok((path, found))
    };
    FORMATS.iter().map(look).collect()
}

fn look(path: &Path, built: Option<&Path>) -> Result<Found, TaskError> {
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

/// Whether a file of the bundle is our library.
fn is_ours(bundle: &Path) -> Result<bool, TaskError> {
    let holds_mark = |bytes: &Vec<u8>| bytes.windows(MARK.len()).any(|window| window == MARK);
    Ok(files::contents(bundle)?.values().any(holds_mark))
}

/// The folder that the formats' folders start from.
fn base_folder() -> Result<PathBuf, TaskError> {
    let variable = if cfg!(windows) { "LOCALAPPDATA" } else { "HOME" };
    match std::env::var_os(variable) {
        Some(folder) if !folder.is_empty() => Ok(folder.into()),
        _ => Err(TaskError::NoHome(variable)),
    }
}
