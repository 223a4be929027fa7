//! Runs the Go package's tests on the C library.

mod toolchain;

use crate::install::musicfox::{self, target};
use crate::run::{self, TaskError};
use std::path::Path;
use std::process::Command;
pub(crate) use toolchain::{found, program};

/// Reads `go version go1.21.3 linux/amd64` as (1, 21).
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers =
        text.split_whitespace().nth(2)?.strip_prefix("go")?.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The variable with the folder of songs, for tests.
const MATERIAL_VARIABLE: &str = "AUDIO_ENHANCER_TEST_MATERIAL";

/// The variable with the home that the library is installed in, for tests.
const HOME_VARIABLE: &str = "AUDIO_ENHANCER_TEST_HOME";

/// Runs the Go package's tests on the library that the Rust tests ran on: vet, race detector, without cgo,
/// ten seconds of fuzzing, benchmarks, and the example on the songs of `material`.
///
/// # Errors
/// [`TaskError::Failed`] if a test fails.
pub(crate) fn test(go: &Path, material: Option<&Path>) -> Result<(), TaskError> {
    let library = target().join("debug/deps").join(musicfox::BUILT);
    let home = musicfox::install_for_tests(&library)?;
    let go = |words: &[&str]| {
        let mut command = Command::new(go);
        command.args(words).current_dir(crate::root().join("go")).env("AUDIO_ENHANCER_LIBRARY", &library);
        // The modules pinned in go.sum, and no other toolchain.
        command
            .env("GOFLAGS", "-mod=readonly -buildvcs=false")
            .env("GOTOOLCHAIN", "local")
            .env_remove("GOROOT");
        command.env(HOME_VARIABLE, &home);
        command
    };
    run::show(&mut go(&["vet", "./..."]))?;
    run::show(&mut go(&["test", "-race", "-count=1", "./..."]))?;
    // The race detector allocates and needs cgo, so tests that count allocations, and those without cgo, run
    // here. Songs are rendered here alone: the detector takes two minutes for them, and one goroutine can't
    // race.
    let mut plain = go(&["test", "-count=1", ".", "./beepenhancer", "./examples/render"]);
    plain.env("CGO_ENABLED", "0").envs(material.map(|folder| (MATERIAL_VARIABLE, folder)));
    run::show(&mut plain)?;
    run::show(&mut go(&["test", "-run=^$", "-fuzz=FuzzConfig", "-fuzztime=10s", "."]))?;
    run::show(&mut go(&["test", "-run=^$", "-bench=.", "-benchtime=200x", "."]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions() {
        assert_eq!(version("go version go1.21.3 linux/amd64\n"), Some((1, 21)));
        assert_eq!(version("go version go1.9 darwin/arm64"), Some((1, 9)));
        assert_eq!(version("go version go1.22rc1 linux/amd64"), Some((1, 22)));
        assert_eq!(version("command not found"), None);
    }
}
