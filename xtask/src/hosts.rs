//! Prepares the VST3 host for tests in a Python environment under `target`, and runs tests in it. The host is
//! pedalboard, which uses JUCE.

use crate::display::Display;
use crate::run::{self, TaskError, at};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Python's program name.
pub(crate) const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// Makes the environment of `tests/hosts/requirements.txt`, unless it exists, and returns its Python.
///
/// # Errors
/// `venv` or `pip` fails.
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
    // Written last, so that an interruption leaves no environment that seems complete.
    fs::write(&stamp, wanted).map_err(at(&stamp))?;
    Ok(python)
}

/// Runs the Python tests in `tests/folder` (`hosts`, `editor_hosts` or `lv2_hosts`) on the bundles, with the
/// songs of `material`. Windows open on `display`.
///
/// # Errors
/// [`TaskError::Failed`] if a test fails.
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
    // `hosts` has the modules that all folders share.
    command.arg(tests.join(folder)).env("PYTHONPATH", tests.join("hosts"));
    command.envs(display.map(|display| ("DISPLAY", display.name())));
    run::show(command.env("AUDIO_ENHANCER_BUNDLES", bundles).env("AUDIO_ENHANCER_TEST_MATERIAL", material))
}
