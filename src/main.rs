//! Audio Enhancer as a standalone program: processes sound from JACK, a sound card or a file in real time.

mod player;
mod recorder;

use clap::{Parser, ValueEnum};
use nice_plug::prelude::nice_export_standalone_with_args;
use player::Player;
use std::path::PathBuf;
use std::process::ExitCode;

/// Enhances sound from JACK (PipeWire included) or a sound card in real time.
///
/// With JACK or PipeWire, connect the ports in a patchbay such as qpwgraph. With a sound card, select the
/// input with --input-device: none is open by default, so that a microphone cannot feed back into the
/// speakers.
#[derive(Parser)]
#[command(name = "audio-enhancer-standalone", version)]
struct Arguments {
    /// Audio system for input and output
    #[arg(short, long, value_enum, default_value = "auto")]
    backend: Backend,
    /// Channel layout of input and output
    #[arg(short, long, value_enum, default_value = "stereo")]
    layout: Layout,
    /// JACK ports to connect the inputs to, such as `system:capture_1,system:capture_2`
    #[arg(long, value_name = "PORTS")]
    connect_jack_inputs: Option<String>,
    /// Sound card for the input; an empty name lists all cards [default: none]
    #[arg(long, value_name = "NAME")]
    input_device: Option<String>,
    /// Sound card for the output; an empty name lists all cards [default: the system's]
    #[arg(long, value_name = "NAME")]
    output_device: Option<String>,
    /// WAV file to play in a loop in place of the input
    #[arg(long, value_name = "FILE")]
    play: Option<PathBuf>,
    /// New WAV file that records the output
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Sample rate of the sound card, Hz; JACK uses its own [default: the played file's, or 48000]
    #[arg(short = 'r', long, value_name = "HZ",
          value_parser = clap::value_parser!(u32).range(8000..=384_000))]
    sample_rate: Option<u32>,
    /// Block length on the sound card, frames; JACK uses its own
    #[arg(short, long, value_name = "FRAMES", default_value = "512",
          value_parser = clap::value_parser!(u32).range(16..=8192))]
    period_size: u32,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Backend {
    /// JACK if a server is running, otherwise the sound card
    Auto,
    /// JACK, or PipeWire's JACK server
    Jack,
    /// The sound card, through ALSA, WASAPI or Core Audio
    Card,
    /// No sound: tests whether the program starts
    Dummy,
}

/// Channel layouts, in the order of the plugin's `AUDIO_IO_LAYOUTS`.
#[derive(Clone, Copy, ValueEnum)]
enum Layout {
    Stereo,
    Mono,
    #[value(name = "5.1")]
    Surround51,
    #[value(name = "7.1")]
    Surround71,
}

/// The framework's name of the sound card backend.
const CARD: &str = if cfg!(windows) {
    "wasapi"
} else if cfg!(target_os = "macos") {
    "core-audio"
} else {
    "alsa"
};

const NO_SOUND: &str = "found neither a JACK server nor a usable sound card; start JACK or PipeWire, or connect a sound card. \
     `--backend dummy` runs without sound";

fn main() -> ExitCode {
    let mut arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            // Only the first line: the rest of clap's message repeats the usage.
            let message = error.to_string();
            eprintln!("{}; see --help", message.lines().next().unwrap_or_default());
            return ExitCode::from(2);
        }
        Err(help) => help.exit(),
    };
    // Prints the framework's messages without time, level and target.
    tracing_subscriber::fmt()
        .without_time()
        .with_level(false)
        .with_target(false)
        .with_writer(std::io::stderr)
        .init();
    if let Some(file) = &arguments.play {
        match player::load(file) {
            Ok(rate_hz) => arguments.sample_rate = arguments.sample_rate.or(Some(rate_hz)),
            Err(error) => {
                eprintln!("error: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    if let Some(Err(error)) = arguments.record.as_deref().map(recorder::open) {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    let ran = match arguments.backend {
        Backend::Auto => run(&arguments, "jack") || run(&arguments, CARD),
        Backend::Jack => run(&arguments, "jack"),
        Backend::Card => run(&arguments, CARD),
        Backend::Dummy => run(&arguments, "dummy"),
    };
    recorder::discard();
    if ran {
        return ExitCode::SUCCESS;
    }
    if arguments.backend == Backend::Auto {
        eprintln!("error: {NO_SOUND}");
    }
    ExitCode::FAILURE
}

/// Plays until it is interrupted; returns false if the backend cannot start.
fn run(arguments: &Arguments, backend: &str) -> bool {
    let mut words = vec!["audio-enhancer-standalone".to_owned()];
    let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
    option("--backend", backend.to_owned());
    option("--audio-layout", (arguments.layout as usize + 1).to_string());
    option("--sample-rate", arguments.sample_rate.unwrap_or(48_000).to_string());
    option("--period-size", arguments.period_size.to_string());
    let chosen = [
        ("--connect-jack-inputs", &arguments.connect_jack_inputs),
        ("--input-device", &arguments.input_device),
        ("--output-device", &arguments.output_device),
    ];
    for (name, value) in chosen {
        if let Some(value) = value {
            option(name, value.clone());
        }
    }
    nice_export_standalone_with_args::<Player, _>(words)
}
