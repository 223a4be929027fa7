//! `cargo xtask test`: runs every test of the workspace, those on songs and speech and in real hosts
//! included.

use crate::display::Display;
use crate::packages::{self, GO, HOSTS, LIBRARY, LV2_HOSTS, MUSIC, SCREEN, STANDALONE, TOOLS};
use crate::run::{self, TaskError};
use crate::steps::Steps;
use crate::{bundle, counted, go, hosts, material, screen};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Pixels of the screen that hosts show the editor on.
const HOSTS_SCREEN: (u32, u32) = (1600, 1200);

/// The variable with the folder of songs and speech, for tests.
const MATERIAL_VARIABLE: &str = "AUDIO_ENHANCER_TEST_MATERIAL";

/// The variable with the folder of bundles, for tests.
const BUNDLES_VARIABLE: &str = "AUDIO_ENHANCER_BUNDLES";

/// The variable with the Python that has the VST3 host, for tests.
const PYTHON_VARIABLE: &str = "AUDIO_ENHANCER_PYTHON";

/// Targets of the tests on songs and speech.
const MATERIAL_TESTS: &[&str] = &["real_material", "surround", "chapters_ffmpeg"];

/// Targets of the C library's tests.
const LIBRARY_TESTS: &[&str] =
    &["at_odds", "c_client", "folders", "header", "hostile", "manifest", "plugin", "threads"];

/// Targets of the C library's tests that need valgrind or a minute.
const SLOW_LIBRARY_TESTS: &[&str] = &["c_client", "threads"];

/// Steps of [`run()`].
const STEPS: usize = 12;

/// Steps of [`run_library()`].
const LIBRARY_STEPS: usize = 5;

/// Installs the packages that the tests need.
///
/// # Errors
/// [`TaskError::Missing`] if one can't be installed.
pub(crate) fn setup() -> Result<(), TaskError> {
    packages::ensure(&packages::all())
}

/// Installs packages, prepares the material, and runs every test. A missing package leaves out the tests that
/// need it; the error at the end names both.
///
/// # Errors
/// A failed build or test; [`TaskError::Incomplete`] if tests were left out.
pub(crate) fn run(songs_from: Option<&Path>) -> Result<(), TaskError> {
    let mut session = Session::new(STEPS);
    let outcome = session.run_all(songs_from);
    session.finish(outcome)
}

/// Runs the tests of the C library and the Go package alone.
///
/// # Errors
/// As for [`run()`].
pub(crate) fn run_library() -> Result<(), TaskError> {
    let mut session = Session::new(LIBRARY_STEPS);
    let outcome = session.run_library();
    session.finish(outcome)
}

/// A run of tests.
struct Session {
    steps: Steps,
    /// Cargo's arguments for the features that can be built here.
    features: &'static [&'static str],
    /// The folder of songs and speech.
    material: Option<PathBuf>,
    /// The reasons why tests are left out.
    missing: Vec<String>,
}

impl Session {
    fn new(steps: usize) -> Self {
        Self { steps: Steps::new(steps), features: &[], material: None, missing: vec![] }
    }

    /// Prints the times and merges the reasons for left-out tests into the outcome.
    fn finish(mut self, outcome: Result<(), TaskError>) -> Result<(), TaskError> {
        print!("{}", self.steps.table());
        outcome?;
        if self.missing.is_empty() { Ok(()) } else { Err(TaskError::Incomplete(self.missing.join("\n"))) }
    }

    fn run_all(&mut self, songs_from: Option<&Path>) -> Result<(), TaskError> {
        self.prepare(songs_from);
        let python = packages::ensure(HOSTS).and_then(|()| hosts::python());
        let python = self.keep(python);
        self.build(
            "every crate and test program, once for all steps; the tests need an optimised build",
            &[],
        )?;
        self.steps.begin("tests of every crate", "their units and their laws");
        self.counted(&["--lib", "--bins", "--tests"], &[])?;
        self.steps.begin("examples in the documentation", "they must compile and run");
        run::show(self.cargo_test().arg("--doc"))?;
        if let Some(folder) = self.material.clone() {
            self.steps.begin("whole songs and speech", &format!("from {}", folder.display()));
            self.counted(&targets(MATERIAL_TESTS), &["--ignored"])?;
        } else {
            self.steps.leave_out("whole songs and speech");
        }
        match (self.material.clone(), python) {
            (Some(material), Some(python)) => self.run_in_hosts(&material, &python)?,
            _ => ["VST3 host", "editor in windows", "editor in a VST3 host", "LV2 hosts"]
                .into_iter()
                .for_each(|name| self.steps.leave_out(name)),
        }
        self.run_slow_library()?;
        let can_show = !self.features.is_empty();
        if can_show && self.keep(packages::ensure(SCREEN)).is_some() {
            self.steps.begin("editor on a screen", "the real program, moved by xdotool");
            screen::test()
        } else {
            self.steps.leave_out("editor on a screen");
            Ok(())
        }
    }

    fn run_in_hosts(&mut self, material: &Path, python: &Path) -> Result<(), TaskError> {
        self.steps.begin("VST3 host", "the bundles play as the core does");
        let bundles = bundle::for_tests()?;
        let variables = [(BUNDLES_VARIABLE, bundles.as_path()), (PYTHON_VARIABLE, python)];
        self.counted_with(&targets(&["all_ways_agree"]), &["--ignored"], &variables)?;
        hosts::run("hosts", python, &bundles, material, None)?;
        let display = packages::ensure(SCREEN).and_then(|()| Display::start(HOSTS_SCREEN));
        let Some(display) = self.keep(display) else {
            let names = ["editor in windows", "editor in a VST3 host", "LV2 hosts"];
            names.into_iter().for_each(|name| self.steps.leave_out(name));
            return Ok(());
        };
        let on_display = [("DISPLAY", Path::new(display.name()))];
        self.steps.begin("editor in windows", "of X11, drawn in software");
        self.counted_with(&targets(&["editor_window"]), &["--ignored"], &on_display)?;
        self.steps.begin("editor in a VST3 host", "in the host's window");
        hosts::run("editor_hosts", python, &bundles, material, Some(&display))?;
        if self.keep(packages::ensure(LV2_HOSTS)).is_none() {
            self.steps.leave_out("LV2 hosts");
            return Ok(());
        }
        self.steps.begin("LV2 hosts", "lilv, jalv, PipeWire");
        self.counted_with(&targets(&["lv2"]), &["--ignored"], &on_display)?;
        hosts::run("lv2_hosts", python, &bundles, material, Some(&display))
    }

    fn run_library(&mut self) -> Result<(), TaskError> {
        self.prepare(None);
        self.build("the C library and its test programs", &targets(LIBRARY_TESTS))?;
        self.steps.begin("tests of the C library", "its functions, header and folders");
        self.counted(&targets(LIBRARY_TESTS), &[])?;
        self.run_slow_library()
    }

    /// Installs packages and makes the material; sets the features.
    fn prepare(&mut self, songs_from: Option<&Path>) {
        self.steps.begin("preparation", "system packages, songs, speech, the VST3 host");
        let music: &[_] = if songs_from.is_none() { MUSIC } else { &[] };
        if self.keep(packages::ensure(STANDALONE)).is_some() {
            self.features = &["--features", bundle::STANDALONE_FEATURE];
        }
        let material =
            packages::ensure(&[TOOLS, music].concat()).and_then(|()| material::prepare(songs_from));
        self.material = self.keep(material);
    }

    /// Builds test programs, with cargo's progress on the terminal.
    fn build(&mut self, reason: &str, cargo: &[&str]) -> Result<(), TaskError> {
        self.steps.begin("build", reason);
        run::show(self.cargo_test().arg("--no-run").args(cargo))
    }

    /// Runs the C library's slow tests and the Go package's tests.
    fn run_slow_library(&mut self) -> Result<(), TaskError> {
        if self.keep(packages::ensure(LIBRARY)).is_some() {
            self.steps.begin("C library", "a C program under valgrind, threads");
            self.counted(&targets(SLOW_LIBRARY_TESTS), &["--ignored"])?;
        } else {
            self.steps.leave_out("C library");
        }
        let go = packages::ensure(&[LIBRARY, GO].concat()).and_then(|()| go::program());
        if let Some(go) = self.keep(go) {
            self.steps.begin("Go package", "on the C library, with the race detector");
            go::test(&go, self.material.as_deref())
        } else {
            self.steps.leave_out("Go package");
            Ok(())
        }
    }

    /// `cargo test` of the whole workspace: a part of it would give dependencies other features, and build
    /// them again.
    fn cargo_test(&self) -> Command {
        let mut command = run::cargo();
        command.args(["test", "--workspace"]).args(self.features);
        command.envs(self.material.as_ref().map(|folder| (MATERIAL_VARIABLE, folder)));
        command
    }

    fn counted(&self, cargo: &[&str], programs: &[&str]) -> Result<(), TaskError> {
        self.counted_with(cargo, programs, &[])
    }

    fn counted_with(
        &self,
        cargo: &[&str],
        programs: &[&str],
        variables: &[(&str, &Path)],
    ) -> Result<(), TaskError> {
        let command = || {
            let mut command = self.cargo_test();
            command.envs(variables.iter().copied());
            command
        };
        counted::run(command, cargo, programs)
    }

    /// The value; an error becomes a reason for left-out tests.
    fn keep<T>(&mut self, outcome: Result<T, TaskError>) -> Option<T> {
        outcome.map_err(|error| self.missing.push(error.to_string())).ok()
    }
}

/// Cargo's arguments for test targets.
fn targets(names: &[&'static str]) -> Vec<&'static str> {
    names.iter().flat_map(|name| ["--test", *name]).collect()
}
