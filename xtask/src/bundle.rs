//! `cargo xtask bundle`: the plugin in the shape that hosts look for, and the standalone program, in `target/bundled`.

pub(crate) mod lv2;

use crate::packages;
use crate::run::{self, TaskError, at};
use std::fs;
use std::path::{Path, PathBuf};

/// The plugin's package; `bundler.toml` says what its bundles are called.
const PACKAGE: &str = "audio-enhancer";

/// The standalone program, without the platform's ending.
const STANDALONE: &str = "audio-enhancer-standalone";

/// Switches on what the standalone program needs; on Linux its build needs libasound2-dev.
pub(crate) const STANDALONE_FEATURE: &str = "audio-enhancer/standalone";

/// Bundle names, which are also the names in the user's plugin folders.
pub(crate) const CLAP: &str = "Audio Enhancer.clap";
/// See [`CLAP`].
pub(crate) const VST3: &str = "Audio Enhancer.vst3";

/// Builds all there is; without the standalone program where its packages can't be had.
///
/// # Errors
/// A build that failed, a file that can't be written.
pub(crate) fn run() -> Result<(), TaskError> {
    let packages = packages::ensure(packages::STANDALONE);
    release(packages.is_ok())?;
    if let Err(missing) = packages {
        println!("The standalone program was left out: {missing}");
    }
    Ok(())
}

/// Builds for release; with the standalone program where `with_standalone`. Returns the folder of the bundles.
///
/// # Errors
/// A build that failed, a file that can't be written.
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

/// Bundles what `cargo test` has built, assertions and allocation trap included, apart from the release's bundles.
///
/// # Errors
/// A build that failed, a file that can't be written.
pub(crate) fn for_tests(features: &[&str]) -> Result<PathBuf, TaskError> {
    // The library as `cargo test --workspace` sees it: with the same features, so that no dependency is built anew.
    let build = ["build", "--quiet", "--workspace", "--lib", "--tests"];
    run::show(run::cargo().args(build).args(features))?;
    let target = target_folder();
    let apart = target.join("host-tests");
    let debug = apart.join("debug");
    fs::create_dir_all(&debug).map_err(at(&debug))?;
    let built = target.join("debug").join(library());
    fs::copy(&built, debug.join(library())).map_err(at(&built))?;
    bundle(&apart, "debug")
}

/// What cargo calls the plugin's library.
fn library() -> String {
    let (prefix, suffix) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    format!("{prefix}{}{suffix}", PACKAGE.replace('-', "_"))
}

/// Makes the bundles of the library in `target`'s folder `profile`.
fn bundle(target: &Path, profile: &str) -> Result<PathBuf, TaskError> {
    let failed = |error| TaskError::Bundle(format!("{error:#}"));
    nice_plug_xtask::chdir_workspace_root().map_err(failed)?;
    let arguments = [format!("--profile={profile}")];
    nice_plug_xtask::bundle(target, PACKAGE, &arguments, false).map_err(failed)?;
    let bundled = target.join("bundled");
    lv2::make(&target.join(profile).join(library()), &bundled)?;
    Ok(bundled)
}

/// Where [`release`] leaves its bundles.
pub(crate) fn release_folder() -> PathBuf {
    target_folder().join("bundled")
}

/// Where cargo builds.
fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| crate::root().join("target"), |folder| crate::root().join(folder))
}
