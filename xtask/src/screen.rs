//! Runs the standalone program on a separate screen: for `cargo xtask screenshot`, and for tests by pointer
//! and keys.
//!
//! Xvfb is the screen, Mesa draws in software, xdotool moves the pointer and types. The program plays a file
//! through the backend that needs no sound card.

mod desk;
mod pictures;
mod trial;

use crate::bundle;
use crate::packages::{self, SCREEN, STANDALONE};
use crate::run::{self, TaskError};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Takes the pictures of `docs/img`.
///
/// # Errors
/// A missing package, or a program that failed.
pub(crate) fn screenshots() -> Result<(), TaskError> {
    packages::ensure(&[STANDALONE, SCREEN].concat())?;
    let programs = build()?;
    pictures::take(&programs.join(bundle::STANDALONE), &song(&programs)?)
}

/// Tests that pointer and keys change the parameters, the picture and the saved file.
///
/// # Errors
/// A failed build or test.
pub(crate) fn test() -> Result<(), TaskError> {
    let programs = build()?;
    let (program, song) = (programs.join(bundle::STANDALONE), song(&programs)?);
    for (name, trial) in trial::TRIALS {
        trial(&program, &song)?;
        println!("screen {name} ... ok");
    }
    Ok(())
}

/// Builds the standalone program and the command, and returns the folder of both.
fn build() -> Result<PathBuf, TaskError> {
    // A test of each package and the whole workspace select the same features as `cargo xtask test`, whose
    // build then serves here.
    let arguments = ["test", "--quiet", "--workspace", "--no-run", "--test", "standalone", "--test", "cli"];
    run::show(run::cargo().args(arguments).args(["--features", bundle::STANDALONE_FEATURE]))?;
    Ok(bundle::target_folder().join("debug"))
}

/// The music of `audio-enhancer demo`: stereo, full range, the same on every machine.
fn song(programs: &Path) -> Result<PathBuf, TaskError> {
    let folder = crate::root().join("target/screen");
    let song = folder.join("music.wav");
    if !song.is_file() {
        run::read(Command::new(programs.join("audio-enhancer")).args(["demo", "--output"]).arg(&folder))?;
    }
    Ok(song)
}

/// The equalizer's picture in a window of this size: left, top, right and bottom, logical points.
fn picture(width: f32, height: f32) -> (f32, f32, f32, f32) {
    let column = if width - 16.0 > 1000.0 { 164.0 } else { 148.0 };
    let panels = ((height - 16.0) * 0.36).clamp(208.0, 300.0);
    (16.0, 78.0, width - 24.0 - column, height - 16.0 - panels - 40.0)
}
