//! Audio Enhancer as a program of its own: sound comes in from JACK, a sound card or a file and goes out enhanced.

mod player;

use nice_plug::prelude::{nice_export_standalone, nice_export_standalone_with_args};
use std::path::Path;
use std::process::ExitCode;

/// Takes a file's place among the arguments; the rest are the framework's (`--help` lists them).
const PLAY: &str = "--play";

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().collect();
    let Some(place) = arguments.iter().position(|argument| argument == PLAY) else {
        return ended_well(nice_export_standalone::<audio_enhancer::AudioEnhancer>());
    };
    let Some(file) = arguments.get(place + 1).cloned() else {
        eprintln!("{PLAY} needs a file: {PLAY} SONG.wav");
        return ExitCode::FAILURE;
    };
    arguments.drain(place..=place + 1);
    let rate_hz = match player::load(Path::new(&file)) {
        Ok(rate_hz) => rate_hz,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    if !arguments.iter().any(|argument| argument == "--sample-rate" || argument == "-r") {
        arguments.extend(["--sample-rate".to_owned(), rate_hz.to_string()]);
    }
    ended_well(nice_export_standalone_with_args::<player::Player, _>(arguments))
}

fn ended_well(well: bool) -> ExitCode {
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
