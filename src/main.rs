//! Audio Enhancer as a program of its own: sound comes in from JACK, a sound card or a file and goes out enhanced.

mod player;
mod recorder;

use clap::{Parser, ValueEnum};
use nice_plug::prelude::nice_export_standalone_with_args;
use player::Player;
use std::path::PathBuf;
use std::process::ExitCode;

/// Plays what comes in from JACK (PipeWire included) or a sound card, enhanced.
///
/// With JACK, connect its ports in a patchbay such as qpwgraph. With a sound card, choose the input yourself, so that a
/// microphone never feeds back into the speakers by itself.
#[derive(Parser)]
#[command(name = "audio-enhancer-standalone", version)]
struct Arguments {
    /// Where sound comes from and goes to
    #[arg(short, long, value_enum, default_value = "auto")]
    backend: Backend,
    /// Channels
    #[arg(short, long, value_enum, default_value = "stereo")]
    layout: Layout,
    /// JACK ports to connect the inputs to, such as `system:capture_1,system:capture_2`
    #[arg(long, value_name = "PORTS")]
    connect_jack_inputs: Option<String>,
    /// Sound card to record from; an empty name lists what there is [default: none]
    #[arg(long, value_name = "NAME")]
    input_device: Option<String>,
    /// Sound card to play on; an empty name lists what there is [default: the system's]
    #[arg(long, value_name = "NAME")]
    output_device: Option<String>,
    /// WAV file to play over and over in place of the input
    #[arg(long, value_name = "FILE")]
    play: Option<PathBuf>,
    /// New WAV file to write what is played into
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Sample rate of the sound card, Hz; JACK has its own [default: the played file's, or 48000]
    #[arg(short = 'r', long, value_name = "HZ",
          value_parser = clap::value_parser!(u32).range(8000..=384_000))]
    sample_rate: Option<u32>,
    /// Frames at a time on the sound card; JACK has its own
    #[arg(short, long, value_name = "FRAMES", default_value = "512",
          value_parser = clap::value_parser!(u32).range(16..=8192))]
    period_size: u32,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Backend {
    /// JACK if it runs, or else the sound card
    Auto,
    /// JACK, or PipeWire in its place
    Jack,
    /// The sound card, through the system's own interface
    Card,
    /// No sound at all, to see whether it starts
    Dummy,
}

/// In the order of the plugin's layouts.
#[derive(Clone, Copy, ValueEnum)]
enum Layout {
    Stereo,
    Mono,
    #[value(name = "5.1")]
    Surround51,
    #[value(name = "7.1")]
    Surround71,
}

/// What the framework calls the sound card.
const CARD: &str = if cfg!(windows) {
    "wasapi"
} else if cfg!(target_os = "macos") {
    "core-audio"
} else {
    "alsa"
};

const NO_SOUND: &str = "no sound: neither a JACK server nor a usable sound card was found. Start JACK or PipeWire, connect \
     a sound card, or see that it starts with `--backend dummy`";

fn main() -> ExitCode {
    let mut arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            // What is wrong, in a line; the rest of clap's message repeats the usage.
            let message = error.to_string();
            eprintln!("{}; --help tells more", message.lines().next().unwrap_or_default());
            return ExitCode::from(2);
        }
        Err(help) => help.exit(),
    };
    // The framework's messages, as plain sentences.
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

/// Plays until it is interrupted; false if the backend can't start.
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
