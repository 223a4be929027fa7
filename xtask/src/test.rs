//! `cargo xtask test`: every test of the workspace, those on real songs and speech included.

use crate::run::{self, TaskError};
use crate::{go, material, packages};
use std::path::{Path, PathBuf};

/// Tells the tests where the songs and the speech are.
const MATERIAL_VARIABLE: &str = "AUDIO_ENHANCER_TEST_MATERIAL";

/// Installs, prepares, tests. Without ffmpeg, espeak-ng or songs it runs the other tests and then says what is missing.
///
/// # Errors
/// A test that failed, or tests that had to stay out.
pub(crate) fn run(songs_from: Option<&Path>) -> Result<(), TaskError> {
    let missing = on_material(songs_from);
    if !matches!(missing, Ok(()) | Err(TaskError::Incomplete(_))) {
        return missing;
    }
    library().and(missing)
}

/// The C library under valgrind and for a minute under fire, and the Go package.
fn library() -> Result<(), TaskError> {
    packages::ensure_library()?;
    println!("\nThe C library and the Go package:");
    cargo_test(&["--workspace", "--test", "c_client", "--test", "threads", "--", "--ignored"], None)?;
    go::test()
}

fn on_material(songs_from: Option<&Path>) -> Result<(), TaskError> {
    let material = packages::ensure(songs_from.is_none()).and_then(|()| material::prepare(songs_from));
    match material {
        Ok(folder) => {
            println!("Songs and speech: {}", folder.display());
            cargo_test(&["--workspace"], Some(&folder))?;
            println!("\nOn whole songs and speech:");
            // The whole workspace again, so that dependencies keep their features and are not built anew.
            let on_songs =
                ["--workspace", "--test", "real_material", "--test", "surround", "--", "--ignored"];
            cargo_test(&on_songs, Some(&folder))
        }
        Err(missing) => {
            cargo_test(&["--workspace"], None)?;
            Err(missing)
        }
    }
}

fn cargo_test(arguments: &[&str], material: Option<&PathBuf>) -> Result<(), TaskError> {
    let mut command = run::cargo();
    command.arg("test").args(arguments);
    if let Some(folder) = material {
        command.env(MATERIAL_VARIABLE, folder);
    }
    run::show(&mut command)
}
