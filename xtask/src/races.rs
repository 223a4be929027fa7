//! `cargo xtask races`: runs the C library's threads under ThreadSanitizer.
//!
//! The task builds the standard library for the sanitizer, too. Without that build the sanitizer can't see
//! the library's locks and reports the data behind them as races. It needs a nightly Rust and the library's
//! source.

use crate::install::musicfox::target;
use crate::run::{self, TaskError};
use std::process::Command;

/// Targets with tests of several threads.
const TESTS: &[&str] = &["--lib", "--test", "threads", "--test", "at_odds"];

/// Builds and runs the tests. A report of the sanitizer is a failure.
///
/// # Errors
/// No nightly Rust with the standard library's source, a failed test, or a race.
pub(crate) fn run() -> Result<(), TaskError> {
    let nightly = |words: &[&str]| {
        let mut command = Command::new("rustup");
        command.args(["run", "nightly"]).args(words).current_dir(crate::root());
        command
    };
    let components = ["component", "list", "--installed", "--toolchain", "nightly"];
    let components = run::read(Command::new("rustup").args(components)).unwrap_or_default();
    if !components.lines().any(|line| line.starts_with("rust-src")) {
        let advice = "a nightly Rust with the standard library's source is missing: `rustup toolchain install nightly --component rust-src`";
        return Err(TaskError::Missing(advice.to_owned()));
    }
    let version = run::read(&mut nightly(&["rustc", "-vV"]))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let mut test =
        nightly(&["cargo", "test", "-Zbuild-std", "--package", "enhancer-musicfox", "--target", host]);
    test.args(TESTS).env("RUSTFLAGS", "-Zsanitizer=thread").env("CARGO_TARGET_DIR", target().join("tsan"));
    // Line numbers for the reports, without the rest of the debug information, which fills the disk.
    run::show(test.env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only"))
}
