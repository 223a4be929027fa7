//! The command line's grammar. The doc comments are the texts of `--help` and of the manual page.

use crate::audio::info::{DecodeOptions, DecoderChoice};
use crate::audio::output_format::{Bits, Format};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use enhancer_dsp::Quality;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Make recordings sound better, and measure the change.
#[derive(Debug, Parser)]
#[command(
    name = "audio-enhancer",
    version,
    propagate_version = true,
    max_term_width = 100,
    after_long_help = "Exit status: 0 done, 1 a file failed, 2 invalid command line, 70 a fault in this program, \
                       130 interrupted."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Enhance audio files and folders of them
    ///
    /// Reads WAV (RF64, BW64, W64), AIFF, CAF, FLAC, Ogg (Vorbis, Opus), MP3, AAC (also HE-AAC), M4A and MP4,
    /// Matroska and WebM. With --decoder ffmpeg it reads every format of an installed ffmpeg. Length, sample
    /// rate, channels, tags and cover are kept. The input is never changed.
    Enhance(EnhanceArgs),
    /// Measure audio files: loudness, peaks, dynamics, spectrum
    Analyze(AnalyzeArgs),
    /// List, show, save, import and export presets
    Presets(PresetsArgs),
    /// Make a short demonstration: music and speech, before and after three presets, with pictures
    Demo(DemoArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff)
    Man {
        /// Subcommand to describe [default: the program itself]
        command: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct EnhanceArgs {
    /// Audio files, or folders to search for them
    #[arg(required = true, value_name = "IN", value_hint = ValueHint::AnyPath)]
    pub(crate) inputs: Vec<PathBuf>,
    /// File to write, for a single input [default: NAME.enhanced.wav beside the input]
    ///
    /// OUT may be a pipe (FIFO) or a character device, such as /dev/stdout or the null device. It then
    /// receives the file with or without --force, as WAV unless its extension or --format names another
    /// format. Block devices, sockets and folders are refused.
    #[arg(short, long, value_name = "OUT", conflicts_with = "out_dir", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Folder to write to; files from a folder keep their subfolders
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out_dir: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// Loudness of every result in LUFS, set by gain before the limiter: -14 for streaming, -16 for podcasts,
    /// -23 for broadcast
    #[arg(long, value_name = "LUFS", allow_negative_numbers = true, value_parser = loudness)]
    pub(crate) loudness: Option<f64>,
    /// File format [default: by OUT's extension, otherwise wav]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Sample format [default: the input's own; 24 for lossy input]
    #[arg(long, value_enum)]
    pub(crate) bits: Option<Bits>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Number of files processed at a time [default: one per processor]
    #[arg(short, long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Replace existing files, but never an input
    ///
    /// A link is kept, and the file that it leads to is replaced. Without --force a link counts as an
    /// existing file, even if its target is missing.
    #[arg(short, long)]
    pub(crate) force: bool,
    /// Print the results as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print no results, only errors and notes
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Options for reading files, shared by `enhance` and `analyze`.
#[derive(Debug, Args)]
pub(crate) struct ReadingArgs {
    /// Read damaged files as far as possible: silence fills each hole, and a note reports it
    #[arg(long)]
    salvage: bool,
    /// Decoder; ffmpeg is found on the PATH or by AUDIO_ENHANCER_FFMPEG
    #[arg(long, value_enum, default_value = "builtin")]
    decoder: DecoderChoice,
}

impl ReadingArgs {
    pub(crate) fn options(&self) -> DecodeOptions {
        DecodeOptions { salvage: self.salvage, decoder: self.decoder }
    }
}

/// Options that set the sound.
#[derive(Debug, Args)]
pub(crate) struct SettingsArgs {
    /// Preset to start from; `audio-enhancer presets list` lists them [default: pop]
    #[arg(short, long, value_name = "NAME", conflicts_with = "config")]
    pub(crate) preset: Option<String>,
    /// JSON config file to start from
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Set one parameter, such as compressor.threshold=-18 or equalizer.bands.2.gain=-3; repeatable
    #[arg(short, long = "set", value_name = "ID=VALUE")]
    pub(crate) set: Vec<String>,
    /// Processing quality; a higher one takes more time [default: the preset's]
    #[arg(long, value_parser = quality_parser())]
    pub(crate) quality: Option<Quality>,
}

#[derive(Debug, Args)]
pub(crate) struct AnalyzeArgs {
    /// Audio files, or folders to search for them
    #[arg(required = true, value_name = "IN", value_hint = ValueHint::AnyPath)]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Print the results as JSON, with the spectrum
    #[arg(long)]
    pub(crate) json: bool,
    /// Draw the spectrum, waveform and loudness over time of a single input to an SVG or PNG file
    #[arg(long, value_name = "FILE.svg|.png", value_hint = ValueHint::FilePath)]
    pub(crate) plot: Option<PathBuf>,
    /// Replace an existing picture
    #[arg(short, long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PresetsArgs {
    #[command(subcommand)]
    pub(crate) command: PresetsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PresetsCommand {
    /// List all presets
    List {
        /// Print the list as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the settings of a preset as JSON
    Show {
        /// Name of the preset
        name: String,
    },
    /// Save a config as a user preset
    Save {
        /// Name of the preset
        name: String,
        /// JSON config file
        #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        config: PathBuf,
        /// Replace a user preset of the same name
        #[arg(short, long)]
        force: bool,
    },
    /// Delete a user preset
    Delete {
        /// Name of the preset
        name: String,
    },
    /// Import a preset, or the equalizer of another program: Equalizer APO, EasyEffects, Peace, Poweramp …
    Import {
        /// File to import
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// Name of a device, or a part of it: imports that device's sections of an Equalizer APO file
        #[arg(long, value_name = "NAME")]
        device: Option<String>,
        /// Name of the new preset [default: the file's name]
        #[arg(long)]
        name: Option<String>,
        /// Replace a user preset of the same name
        #[arg(short, long)]
        force: bool,
    },
    /// Print a preset for use in other programs
    Export {
        /// Name of the preset
        name: String,
        /// Format to print
        #[arg(long, value_enum, default_value = "json")]
        format: ExportFormat,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Equalizer APO text, with the equalizer only
    Apo,
    /// Preset file of this program
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Folder to write to
    #[arg(short, long, value_name = "DIR", default_value = "demo", value_hint = ValueHint::DirPath)]
    pub(crate) output: PathBuf,
}

fn quality_parser() -> impl clap::builder::TypedValueParser<Value = Quality> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(Quality::LABELS).map(|label| {
        let found = Quality::ALL.iter().find(|quality| quality.label() == label);
        found.copied().unwrap_or(Quality::Good)
    })
}

/// The lowest target is the absolute gate of BS.1770, −70 LUFS: nothing below it can be measured.
fn loudness(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches("LUFS").trim().replace('−', "-").replace(',', ".");
    let value: f64 = number.parse().map_err(|_| "use a number such as -14".to_owned())?;
    if (-70.0..=0.0).contains(&value) {
        Ok(value)
    } else {
        Err("choose a value from -70 to 0 LUFS".to_owned())
    }
}
