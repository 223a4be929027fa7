//! `cargo xtask bundle`: puts the plugin, in the layout of each format, and the standalone program into
//! `target/bundled`.

pub(crate) mod lv2;

use crate::packages;
use crate::run::{self, TaskError, at};
use std::fs;
use std::path::{Path, PathBuf};

/// The plugin's package; `bundler.toml` has the names of its bundles.
const PACKAGE: &str = "audio-enhancer";

/// The standalone program's file name, without the platform's suffix.
pub(crate) const STANDALONE: &str = "audio-enhancer-standalone";

/// The feature of the standalone program. On Linux its build needs libasound2-dev.
pub(crate) const STANDALONE_FEATURE: &str = "audio-enhancer/standalone";

/// Name of the CLAP bundle, here and in the user's plugin folder.
pub(crate) const CLAP: &str = "Audio Enhancer.clap";
/// Name of the VST3 bundle, here and in the user's plugin folder.
pub(crate) const VST3: &str = "Audio Enhancer.vst3";

/// Builds the plugin and, where its system packages are present, the standalone program.
///
/// # Errors
/// A failed build, or a file that can't be written.
pub(crate) fn run() -> Result<(), TaskError> {
    let packages = packages::ensure(packages::STANDALONE);
    release(packages.is_ok())?;
    if let Err(missing) = packages {
        println!("The standalone program was left out: {missing}");
    }
    Ok(())
}

/// Builds for release and returns the folder of the bundles. `with_standalone` adds the standalone program.
///
/// # Errors
/// A failed build, or a file that can't be written.
pub(crate) fn release(with_standalone: bool) -> Result<PathBuf, TaskError> {
    let mut build = run::cargo();
    build.args(["build", "--release", "--package", PACKAGE]);
    if with_standalone {
        build.args(["--features", STANDALONE_FEATURE]);
    }
    run::show(&mut build)?;
    let target = target_folder();
    let bundled = bundle(&target, "release")?;
    if with_standalone {
        let program = format!("{STANDALONE}{}", std::env::consts::EXE_SUFFIX);
        let (from, to) = (target.join("release").join(&program), bundled.join(&program));
        fs::copy(&from, &to).map_err(at(&from))?;
        println!("{}", to.display());
    }
    Ok(bundled)
}

/// Bundles the library that `cargo test` left in `debug/deps`, with its assertions and its allocation trap,
/// into a folder apart from the release's bundles.
///
/// # Errors
/// A missing library, or a file that can't be written.
pub(crate) fn for_tests() -> Result<PathBuf, TaskError> {
    let target = target_folder();
    let apart = target.join("host-tests");
    let debug = apart.join("debug");
    fs::create_dir_all(&debug).map_err(at(&debug))?;
    let built = target.join("debug/deps").join(library());
    fs::copy(&built, debug.join(library())).map_err(at(&built))?;
    bundle(&apart, "debug")
}

/// Cargo's file name for the plugin's library.
fn library() -> String {
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    format!("{prefix}{}{suffix}", PACKAGE.replace('-', "_"))
}

/// Makes the bundles from the library in `target`'s subfolder `profile`.
fn bundle(target: &Path, profile: &str) -> Result<PathBuf, TaskError> {
    let failed = |error| TaskError::Bundle(format!("{error:#}"));
    nice_plug_xtask::chdir_workspace_root().map_err(failed)?;
    let arguments = [format!("--profile={profile}")];
    nice_plug_xtask::bundle(target, PACKAGE, &arguments, false).map_err(failed)?;
    let bundled = target.join("bundled");
    lv2::make(&target.join(profile).join(library()), &bundled)?;
    Ok(bundled)
}

/// The folder of [`release`]'s bundles.
pub(crate) fn release_folder() -> PathBuf {
    target_folder().join("bundled")
}

/// Cargo's target folder.
pub(crate) fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| crate::root().join("target"), |folder| crate::root().join(folder))
}
