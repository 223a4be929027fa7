//! The standalone program on a screen of its own: `cargo xtask screenshot`, and tests that move the real pointer.
//!
//! Xvfb is the screen, Mesa draws in software, xdotool is the hand; sound is a file through the backend without a sound card.

mod desk;
mod pictures;
mod trial;

use crate::packages::{self, SCREEN, STANDALONE};
use crate::run::{self, TaskError};
use std::path::{Path, PathBuf};

/// Makes the pictures of `docs/img`.
///
/// # Errors
/// A package that can't be had, a program that failed.
pub(crate) fn screenshots() -> Result<(), TaskError> {
    packages::ensure(&[STANDALONE, SCREEN].concat())?;
    let program = program()?;
    pictures::take(&program, &song()?)
}

/// Sees that the hand's movements arrive.
///
/// # Errors
/// A test that failed.
pub(crate) fn test() -> Result<(), TaskError> {
    let program = program()?;
    let song = song()?;
    for (name, trial) in trial::TRIALS {
        trial(&program, &song)?;
        println!("screen {name} ... ok");
    }
    Ok(())
}

/// The standalone program as `cargo test` builds it.
fn program() -> Result<PathBuf, TaskError> {
    let arguments = ["build", "--quiet", "--package", "audio-enhancer", "--bin", "audio-enhancer-standalone"];
    // The other packages of the workspace decide features, too: so nothing is built twice.
    run::show(run::cargo().args(arguments).args(["--features", "audio-enhancer/standalone"]))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    Ok(crate::root().join(target).join("debug/audio-enhancer-standalone"))
}

/// The music of `audio-enhancer demo`: stereo, full range, the same on every machine.
fn song() -> Result<PathBuf, TaskError> {
    let folder = crate::root().join("target/screen");
    let song = folder.join("music.wav");
    if !song.is_file() {
        let demo = ["run", "--quiet", "--package", "enhancer-cli", "--", "demo", "--output"];
        run::read(run::cargo().args(demo).arg(&folder))?;
    }
    Ok(song)
}

/// A measure of the editor's layout: the equalizer's picture in a window of this size, logical points.
fn picture(width: f32, height: f32) -> (f32, f32, f32, f32) {
    let column = if width - 16.0 > 1000.0 { 164.0 } else { 148.0 };
    let panels = ((height - 16.0) * 0.36).clamp(208.0, 300.0);
    (16.0, 78.0, width - 24.0 - column, height - 16.0 - panels - 40.0)
}

/// Where the song is, for messages.
fn shown(path: &Path) -> String {
    path.display().to_string()
}
