//! The files that show the presence of a package.

use crate::run;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program on the path.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).map(|folder| folder.join(&file)).find(|file| file.is_file())
}

/// A file or a folder at this absolute path.
pub(super) fn place(path: &str) -> Option<PathBuf> {
    Some(PathBuf::from(path)).filter(|path| path.exists())
}

/// A shared library, by its path below the system's folder of libraries.
pub(super) fn library(file: &str) -> Option<PathBuf> {
    let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/lib64"];
    folders.iter().map(|folder| Path::new(folder).join(file)).find(|path| path.exists())
}

/// The `.pc` file by which pkg-config finds a library for builds.
pub(super) fn module_file(module: &str) -> Option<PathBuf> {
    let folder = run::read(Command::new("pkg-config").args(["--variable=pcfiledir", module])).ok()?;
    Some(Path::new(folder.trim()).join(format!("{module}.pc")))
}

/// A folder of PipeWire's plugins, below the folder of the machine's architecture.
pub(super) fn pipewire_plugin(name: &str) -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let plugins = folders.map(|folder| folder.path().join("spa-0.2").join(name));
    plugins.chain([Path::new("/usr/lib64/spa-0.2").join(name)]).find(|folder| folder.is_dir())
}

/// Python's module `ensurepip`, which Debian splits off; `venv` needs it.
pub(super) fn venv() -> Option<PathBuf> {
    let script = "import venv, ensurepip; print(ensurepip.__file__)";
    let file = run::read(Command::new(crate::hosts::PYTHON).args(["-c", script])).ok()?;
    Some(PathBuf::from(file.trim()))
}
