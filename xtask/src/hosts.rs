//! The VST3 host that tests use (pedalboard, which hosts as JUCE does), in a Python environment under `target`.

use crate::display::Display;
use crate::run::{self, TaskError, at};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What Python is called.
pub(crate) const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// Makes the environment of `tests/hosts/requirements.txt`, if it isn't there yet, and returns its Python.
///
/// # Errors
/// An environment that can't be made, packages that can't be had.
pub(crate) fn python() -> Result<PathBuf, TaskError> {
    let requirements = crate::root().join("tests/hosts/requirements.txt");
    let wanted = fs::read_to_string(&requirements).map_err(at(&requirements))?;
    let folder = crate::root().join("target/host-tests/python");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let stamp = folder.join("requirements");
    if run::works(Command::new(&python).arg("--version"))
        && fs::read_to_string(&stamp).is_ok_and(|found| found == wanted)
    {
        return Ok(python);
    }
    println!("Preparing the VST3 host in {}", folder.display());
    run::read(Command::new(PYTHON).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    run::read(Command::new(&python).args(install).arg(&requirements))?;
    // Written last: an interruption leaves nothing that looks complete.
    fs::write(&stamp, wanted).map_err(at(&stamp))?;
    Ok(python)
}

/// Runs the tests in `folder` (`hosts`, `editor_hosts` or `lv2_hosts`) of `tests` on the bundles, with the songs of `material`;
/// windows open on `display`.
///
/// # Errors
/// A test that failed.
pub(crate) fn run(
    folder: &str,
    python: &Path,
    bundles: &Path,
    material: &Path,
    display: Option<&Display>,
) -> Result<(), TaskError> {
    let tests = crate::root().join("tests");
    let mut command = Command::new(python);
    command.args(["-B", "-m", "unittest", "discover", "--start-directory"]);
    // What they share is among the first of them.
    command.arg(tests.join(folder)).env("PYTHONPATH", tests.join("hosts"));
    command.envs(display.map(|display| ("DISPLAY", display.name())));
    run::show(command.env("AUDIO_ENHANCER_BUNDLES", bundles).env("AUDIO_ENHANCER_TEST_MATERIAL", material))
}
