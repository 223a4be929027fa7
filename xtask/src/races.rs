//! `cargo xtask races`: the C library's threads under ThreadSanitizer.
//!
//! The standard library is built for it, too: otherwise its locks are unknown to the sanitizer, which then takes what they protect
//! for races. That needs a nightly Rust and the library's source.

use crate::install::musicfox::target;
use crate::run::{self, TaskError};
use std::process::Command;

/// Tests in which threads meet.
const TESTS: &[&str] = &["--lib", "--test", "threads", "--test", "at_odds"];

/// Builds and runs them; a report of the sanitizer's is a failure.
///
/// # Errors
/// No nightly Rust with the standard library's source; a test that failed; a race.
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
    // Lines in reports, and no more: it is large enough.
    run::show(test.env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only"))
}
