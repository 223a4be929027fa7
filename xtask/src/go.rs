//! The Go package's tests, and those of the C library that need valgrind or a minute.

mod toolchain;

use crate::install::musicfox::{self, target};
use crate::run::{self, TaskError};
use std::path::Path;
use std::process::Command;
pub(crate) use toolchain::{found, program};

/// `go version go1.21.3 linux/amd64` as (1, 21).
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers =
        text.split_whitespace().nth(2)?.strip_prefix("go")?.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Tells the tests where the songs are.
const MATERIAL_VARIABLE: &str = "AUDIO_ENHANCER_TEST_MATERIAL";

/// Tells them where the library is installed.
const HOME_VARIABLE: &str = "AUDIO_ENHANCER_TEST_HOME";

/// Runs the Go package's tests on the library that the Rust tests were run on: vet, race detector, without cgo, a while of fuzzing;
/// and its example on songs, if there are any.
///
/// # Errors
/// A test that failed.
pub(crate) fn test(go: &Path, material: Option<&Path>) -> Result<(), TaskError> {
    let library = target().join("debug/deps").join(musicfox::BUILT);
    let home = musicfox::install_for_tests(&library)?;
    let go = |words: &[&str]| {
        let mut command = Command::new(go);
        command.args(words).current_dir(crate::root().join("go")).env("AUDIO_ENHANCER_LIBRARY", &library);
        // What is pinned in go.sum, and no other toolchain.
        command
            .env("GOFLAGS", "-mod=readonly -buildvcs=false")
            .env("GOTOOLCHAIN", "local")
            .env_remove("GOROOT");
        command.env(HOME_VARIABLE, &home);
        command
    };
    run::show(&mut go(&["vet", "./..."]))?;
    run::show(&mut go(&["test", "-race", "-count=1", "./..."]))?;
    // The detector allocates by itself, so that what counts allocations needs a run without; so does cgo's absence. Songs are
    // rendered here alone, as the detector takes two minutes for them and one goroutine races with none.
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
    fn versions_are_read() {
        assert_eq!(version("go version go1.21.3 linux/amd64\n"), Some((1, 21)));
        assert_eq!(version("go version go1.9 darwin/arm64"), Some((1, 9)));
        assert_eq!(version("go version go1.22rc1 linux/amd64"), Some((1, 22)));
        assert_eq!(version("command not found"), None);
    }
}
