//! The library for go-musicfox: `~/.go-musicfox/plugins/audio-enhancer/` with the library, `plugin.json` and the factory presets.

use crate::run::{self, TaskError, at};
use std::fs;
use std::path::{Path, PathBuf};

/// The library's name where go-musicfox looks for it.
const LIBRARY: &str = if cfg!(windows) {
    "audio-enhancer.dll"
} else if cfg!(target_os = "macos") {
    "audio-enhancer.dylib"
} else {
    "audio-enhancer.so"
};

/// The library's name where cargo leaves it.
pub(crate) const BUILT: &str = if cfg!(windows) {
    "enhancer_musicfox.dll"
} else if cfg!(target_os = "macos") {
    "libenhancer_musicfox.dylib"
} else {
    "libenhancer_musicfox.so"
};

/// Builds the library and installs it.
///
/// # Errors
/// A build that failed, or a file that can't be written.
pub(crate) fn install() -> Result<(), TaskError> {
    run::show(run::cargo().args(["build", "--release", "--package", "enhancer-musicfox"]))?;
    let folder = folder()?;
    install_into(&folder, &target().join("release").join(BUILT))?;
    println!("Installed {} {}", folder.display(), env!("CARGO_PKG_VERSION"));
    Ok(())
}

/// Takes out what `install` put there; files of others stay.
///
/// # Errors
/// A file that can't be deleted.
pub(crate) fn uninstall() -> Result<(), TaskError> {
    let folder = folder()?;
    let text = if uninstall_from(&folder)? { "Uninstalled" } else { "Not installed:" };
    println!("{text} {}", folder.display());
    Ok(())
}

/// Says what is installed, and whether it is what was built last.
///
/// # Errors
/// A home that is not known.
pub(crate) fn status() -> Result<(), TaskError> {
    let folder = folder()?;
    println!("{}", status_of(&folder, &target().join("release").join(BUILT)));
    Ok(())
}

/// The plugin's folder in this user's home.
fn folder() -> Result<PathBuf, TaskError> {
    let home = std::env::home_dir().filter(|home| home.is_absolute());
    let home = home.ok_or_else(|| TaskError::Usage("install musicfox without a home folder".to_owned()))?;
    Ok(home.join(".go-musicfox").join("plugins").join("audio-enhancer"))
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| crate::root().join("target"), PathBuf::from);
    // Go runs in a folder of its own.
    std::path::absolute(&target).unwrap_or(target)
}

/// What goes into the folder: each file's place there and its content.
fn contents(library: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>, TaskError> {
    let read = |path: PathBuf| fs::read(&path).map_err(at(path));
    let manifest = read(crate::root().join("crates/enhancer-musicfox/plugin.json"))?;
    let manifest = String::from_utf8_lossy(&manifest).replace("audio-enhancer.so", LIBRARY);
    let mut all = vec![
        (PathBuf::from(LIBRARY), read(library.to_owned())?),
        (PathBuf::from("plugin.json"), manifest.into_bytes()),
    ];
    let presets = crate::root().join("presets");
    for entry in fs::read_dir(&presets).map_err(at(&presets))? {
        let path = entry.map_err(at(&presets))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let name = path.file_name().map(PathBuf::from).unwrap_or_default();
            all.push((Path::new("configs/presets").join(name), read(path)?));
        }
    }
    Ok(all)
}

/// Each file takes its place whole: a player that runs keeps the library that it has loaded.
fn install_into(folder: &Path, library: &Path) -> Result<(), TaskError> {
    for (name, content) in contents(library)? {
        let path = folder.join(&name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(at(parent))?;
        let aside = parent.join(format!(".audio-enhancer-{}.new", std::process::id()));
        fs::write(&aside, content).map_err(at(&aside))?;
        fs::rename(&aside, &path).map_err(at(&path)).inspect_err(|_| {
            let _ = fs::remove_file(&aside);
        })?;
    }
    Ok(())
}

/// Whether there was something.
fn uninstall_from(folder: &Path) -> Result<bool, TaskError> {
    if !folder.join("plugin.json").exists() && !folder.join(LIBRARY).exists() {
        return Ok(false);
    }
    let presets = crate::root().join("presets");
    let names = fs::read_dir(&presets).map_err(at(&presets))?.flatten();
    let presets = names.map(|entry| Path::new("configs/presets").join(entry.file_name()));
    for name in [PathBuf::from(LIBRARY), PathBuf::from("plugin.json")].into_iter().chain(presets) {
        let path = folder.join(name);
        if path.exists() {
            fs::remove_file(&path).map_err(at(&path))?;
        }
    }
    // Folders that hold something of others' stay.
    for folder in [&folder.join("configs/presets"), &folder.join("configs"), folder] {
        let _ = fs::remove_dir(folder);
    }
    Ok(true)
}

fn status_of(folder: &Path, built: &Path) -> String {
    let Ok(manifest) = fs::read_to_string(folder.join("plugin.json")) else {
        return format!("{}: not installed; `cargo xtask install musicfox` does it", folder.display());
    };
    let version =
        manifest.lines().find_map(|line| line.trim().strip_prefix("\"version\": \"")?.split('"').next());
    let version = version.unwrap_or("of an unknown version");
    let state = match (fs::read(folder.join(LIBRARY)), fs::read(built)) {
        (Err(_), _) => "but the library is missing; install it again",
        (Ok(installed), Ok(built)) if installed == built => "the one that was built last",
        (Ok(_), Ok(_)) => "another one than was built last",
        (Ok(_), Err(_)) => "none was built here",
    };
    format!("{}: {version}, {state}", folder.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed_can_be_taken_out_again() {
        let home = std::env::temp_dir().join(format!("audio-enhancer-install-{}", std::process::id()));
        let (folder, library) = (home.join("plugins/audio-enhancer"), home.join("built.so"));
        fs::create_dir_all(&home).unwrap();
        fs::write(&library, b"library").unwrap();
        assert!(status_of(&folder, &library).contains("not installed"));
        assert!(!uninstall_from(&folder).unwrap());
        for _ in 0..2 {
            install_into(&folder, &library).unwrap();
        }
        assert_eq!(fs::read(folder.join(LIBRARY)).unwrap(), b"library");
        let manifest = fs::read_to_string(folder.join("plugin.json")).unwrap();
        assert!(manifest.contains(&format!("\"entry_point\": \"{LIBRARY}\"")), "{manifest}");
        assert!(manifest.contains(concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"")));
        let presets = fs::read_dir(folder.join("configs/presets")).unwrap().count();
        assert_eq!(presets, fs::read_dir(crate::root().join("presets")).unwrap().count());
        let text = status_of(&folder, &library);
        assert!(
            text.ends_with(concat!(env!("CARGO_PKG_VERSION"), ", the one that was built last")),
            "{text}"
        );
        fs::write(&library, b"newer").unwrap();
        assert!(status_of(&folder, &library).contains("another one"));
        fs::write(folder.join("configs/mine.txt"), "mine").unwrap();
        assert!(uninstall_from(&folder).unwrap());
        assert!(folder.join("configs/mine.txt").exists() && !folder.join("plugin.json").exists());
        fs::remove_file(folder.join("configs/mine.txt")).unwrap();
        fs::write(folder.join(LIBRARY), b"again").unwrap();
        assert!(uninstall_from(&folder).unwrap() && !folder.exists());
        fs::remove_dir_all(&home).unwrap();
    }
}
