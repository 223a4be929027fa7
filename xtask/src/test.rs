//! `cargo xtask test`: every test of the workspace, those on real songs and speech and in real hosts included.

use crate::display::Display;
use crate::packages::{self, GO, HOSTS, LIBRARY, LV2_HOSTS, MUSIC, SCREEN, STANDALONE, TOOLS};
use crate::run::{self, TaskError};
use crate::{bundle, go, hosts, material, screen};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Pixels of the screen that hosts show the editor on.
const HOSTS_SCREEN: (u32, u32) = (1600, 1200);

/// Tells the tests where the songs and the speech are.
const MATERIAL_VARIABLE: &str = "AUDIO_ENHANCER_TEST_MATERIAL";

/// Tells the tests where the bundles are.
const BUNDLES_VARIABLE: &str = "AUDIO_ENHANCER_BUNDLES";

/// Tells the tests which Python has the VST3 host.
const PYTHON_VARIABLE: &str = "AUDIO_ENHANCER_PYTHON";

/// The C library's tests.
const LIBRARY_TESTS: &[&str] =
    &["at_odds", "c_client", "folders", "header", "hostile", "manifest", "plugin", "threads"];

/// Installs what the tests need.
///
/// # Errors
/// [`TaskError::Missing`].
pub(crate) fn setup() -> Result<(), TaskError> {
    packages::ensure(&packages::all())
}

/// Installs, prepares, tests. What is missing keeps only those tests out that need it, and is told at the end.
///
/// # Errors
/// A test that failed, or tests that had to stay out.
pub(crate) fn run(songs_from: Option<&Path>) -> Result<(), TaskError> {
    let mut missing = vec![];
    let Prepared { features, material } = prepare(songs_from, &mut missing);
    let python = keep(packages::ensure(HOSTS).and_then(|()| hosts::python()), &mut missing);
    let test = |arguments: &[&str]| cargo_test(features, material.as_deref(), arguments);
    run::show(&mut test(&[]))?;
    if let Some(folder) = &material {
        println!("\nOn whole songs and speech ({}):", folder.display());
        run::show(&mut test(&[
            "--test",
            "real_material",
            "--test",
            "surround",
            "--test",
            "chapters_ffmpeg",
            "--",
            "--ignored",
        ]))?;
    }
    if let (Some(folder), Some(python)) = (&material, &python) {
        println!("\nIn real hosts:");
        let bundles = bundle::for_tests(features)?;
        let mut agree = test(&["--test", "all_ways_agree", "--", "--ignored"]);
        run::show(agree.env(BUNDLES_VARIABLE, &bundles).env(PYTHON_VARIABLE, python))?;
        hosts::run("hosts", python, &bundles, folder, None)?;
        let screen = keep(packages::ensure(SCREEN).and_then(|()| Display::start(HOSTS_SCREEN)), &mut missing);
        if let Some(display) = &screen {
            println!("\nThe editor in windows:");
            let mut windows = test(&["--test", "editor_window", "--", "--ignored"]);
            run::show(windows.env("DISPLAY", display.name()))?;
            println!("\nThe editor in a VST3 host:");
            hosts::run("editor_hosts", python, &bundles, folder, Some(display))?;
        }
        let hosts_present = keep(packages::ensure(LV2_HOSTS), &mut missing).is_some();
        if let Some(display) = screen.filter(|_| hosts_present) {
            println!("\nIn LV2 hosts:");
            let mut windows = test(&["--test", "lv2", "--", "--ignored"]);
            run::show(windows.env("DISPLAY", display.name()))?;
            hosts::run("lv2_hosts", python, &bundles, folder, Some(&display))?;
        }
    }
    library(features, material.as_deref(), &mut missing)?;
    if !features.is_empty() && keep(packages::ensure(SCREEN), &mut missing).is_some() {
        println!("\nThe editor on a screen:");
        screen::test()?;
    }
    told(&missing)
}

/// Runs the tests of the C library and the Go package, and no others.
///
/// # Errors
/// As for [`run()`].
pub(crate) fn run_library() -> Result<(), TaskError> {
    let mut missing = vec![];
    let Prepared { features, material } = prepare(None, &mut missing);
    let targets = LIBRARY_TESTS.iter().flat_map(|name| ["--test", *name]);
    run::show(&mut cargo_test(features, None, &targets.collect::<Vec<_>>()))?;
    library(features, material.as_deref(), &mut missing)?;
    told(&missing)
}

/// What several parts need.
struct Prepared {
    features: &'static [&'static str],
    /// The folder of songs and speech.
    material: Option<PathBuf>,
}

fn prepare(songs_from: Option<&Path>, missing: &mut Vec<String>) -> Prepared {
    let music: &[_] = if songs_from.is_none() { MUSIC } else { &[] };
    let standalone = keep(packages::ensure(STANDALONE), missing).is_some();
    let features: &[&str] = if standalone { &["--features", bundle::STANDALONE_FEATURE] } else { &[] };
    let material = packages::ensure(&[TOOLS, music].concat()).and_then(|()| material::prepare(songs_from));
    Prepared { features, material: keep(material, missing) }
}

fn cargo_test(features: &[&str], material: Option<&Path>, arguments: &[&str]) -> Command {
    let mut command = run::cargo();
    // The whole workspace each time, so that dependencies keep their features and are not built anew.
    command.args(["test", "--workspace"]).args(features).args(arguments);
    command.envs(material.map(|folder| (MATERIAL_VARIABLE, folder)));
    command
}

/// What of the C library needs valgrind or a minute, and the Go package.
fn library(features: &[&str], material: Option<&Path>, missing: &mut Vec<String>) -> Result<(), TaskError> {
    if keep(packages::ensure(LIBRARY), missing).is_some() {
        println!("\nThe C library:");
        let tests = ["--test", "c_client", "--test", "threads", "--", "--ignored"];
        run::show(&mut cargo_test(features, None, &tests))?;
    }
    let go = packages::ensure(&[LIBRARY, GO].concat()).and_then(|()| go::program());
    if let Some(go) = keep(go, missing) {
        println!("\nThe Go package:");
        go::test(&go, material)?;
    }
    Ok(())
}

fn told(missing: &[String]) -> Result<(), TaskError> {
    if missing.is_empty() { Ok(()) } else { Err(TaskError::Incomplete(missing.join("\n"))) }
}

/// The value, or the reason among `missing`.
fn keep<T>(outcome: Result<T, TaskError>, missing: &mut Vec<String>) -> Option<T> {
    outcome.map_err(|error| missing.push(error.to_string())).ok()
}
