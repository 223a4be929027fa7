//! `cargo xtask test`: every test of the workspace, those on real songs and speech and in real hosts included.

use crate::display::Display;
use crate::packages::{self, HOSTS, LIBRARY, LV2_HOSTS, MUSIC, SCREEN, STANDALONE, TOOLS};
use crate::run::{self, TaskError};
use crate::{bundle, go, hosts, material, screen};
use std::path::Path;

/// Pixels of the screen that hosts show the editor on.
const HOSTS_SCREEN: (u32, u32) = (1600, 1200);

/// Tells the tests where the songs and the speech are.
const MATERIAL_VARIABLE: &str = "AUDIO_ENHANCER_TEST_MATERIAL";

/// Tells the tests where the bundles are.
const BUNDLES_VARIABLE: &str = "AUDIO_ENHANCER_BUNDLES";

/// Tells the tests which Python has the VST3 host.
const PYTHON_VARIABLE: &str = "AUDIO_ENHANCER_PYTHON";

/// Installs what the tests need.
///
/// # Errors
/// [`TaskError::Missing`].
pub(crate) fn setup() -> Result<(), TaskError> {
    packages::ensure(&[TOOLS, MUSIC, STANDALONE, HOSTS, LV2_HOSTS, LIBRARY, SCREEN].concat())
}

/// Installs, prepares, tests. What is missing keeps only those tests out that need it, and is told at the end.
///
/// # Errors
/// A test that failed, or tests that had to stay out.
pub(crate) fn run(songs_from: Option<&Path>) -> Result<(), TaskError> {
    let mut missing = vec![];
    let music: &[_] = if songs_from.is_none() { MUSIC } else { &[] };
    let standalone = keep(packages::ensure(STANDALONE), &mut missing).is_some();
    let features: &[&str] = if standalone { &["--features", bundle::STANDALONE_FEATURE] } else { &[] };
    let material = packages::ensure(&[TOOLS, music].concat()).and_then(|()| material::prepare(songs_from));
    let material = keep(material, &mut missing);
    let python = keep(packages::ensure(HOSTS).and_then(|()| hosts::python()), &mut missing);

    let test = |arguments: &[&str]| {
        let mut command = run::cargo();
        // The whole workspace each time, so that dependencies keep their features and are not built anew.
        command.args(["test", "--workspace"]).args(features).args(arguments);
        command.envs(material.iter().map(|folder| (MATERIAL_VARIABLE, folder)));
        command
    };
    run::show(&mut test(&[]))?;
    if let Some(folder) = &material {
        println!("\nOn whole songs and speech ({}):", folder.display());
        run::show(&mut test(&["--test", "real_material", "--test", "surround", "--", "--ignored"]))?;
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
    if keep(packages::ensure(LIBRARY), &mut missing).is_some() {
        println!("\nThe C library and the Go package:");
        run::show(&mut test(&["--test", "c_client", "--test", "threads", "--", "--ignored"]))?;
        go::test(material.as_deref())?;
    }
    if standalone && keep(packages::ensure(SCREEN), &mut missing).is_some() {
        println!("\nThe editor on a screen:");
        screen::test()?;
    }
    if missing.is_empty() { Ok(()) } else { Err(TaskError::Incomplete(missing.join("\n"))) }
}

/// The value, or the reason among `missing`.
fn keep<T>(outcome: Result<T, TaskError>, missing: &mut Vec<String>) -> Option<T> {
    outcome.map_err(|error| missing.push(error.to_string())).ok()
}
