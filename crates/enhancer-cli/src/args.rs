//! The command line's grammar.

use crate::audio::decode::{DecodeOptions, DecoderChoice};
use crate::audio::encode::{Bits, Format};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use enhancer_dsp::Quality;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Make recordings sound better, and see what changed.
#[derive(Debug, Parser)]
#[command(name = "audio-enhancer", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Enhance audio files and folders of them
    ///
    /// Reads WAV (RF64, BW64, W64), AIFF, CAF, FLAC, Ogg (Vorbis, Opus), MP3, AAC (HE-AAC, too), M4A and MP4,
    /// Matroska and WebM; with --decoder ffmpeg every format that an installed ffmpeg reads. Length, sample
    /// rate, channels, tags and cover stay as they are; the input is never changed.
    Enhance(EnhanceArgs),
    /// Measure audio files: loudness, peaks, dynamics, spectrum
    Analyze(AnalyzeArgs),
    /// List, show, save, import and export presets
    Presets(PresetsArgs),
    /// Make a short demonstration: music and speech before and after three presets, with pictures
    Demo(DemoArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff)
    Man {
        /// The subcommand whose page is wanted; the program's own by default
        command: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct EnhanceArgs {
    /// Audio files, or folders to walk
    #[arg(required = true, value_name = "IN", value_hint = ValueHint::AnyPath)]
    pub(crate) inputs: Vec<PathBuf>,
    /// The file to write, for a single input [default: NAME.enhanced.wav beside the input]
    ///
    /// A pipe (FIFO) or a character device, such as /dev/stdout or the null device, is written into, with or
    /// without --force, as WAV unless its extension or --format says otherwise. Block devices, sockets and
    /// folders are refused.
    #[arg(short, long, value_name = "OUT", conflicts_with = "out_dir", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// The folder to write to; what lies in a folder keeps its place
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out_dir: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    /// Make every file this loud, in LUFS, by gain before the limiter: -14 for streaming, -16 for podcasts,
    /// -23 for broadcast
    #[arg(long, value_name = "LUFS", allow_negative_numbers = true, value_parser = loudness)]
    pub(crate) loudness: Option<f64>,
    /// File format [default: that of OUT's extension, or else wav]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Sample format [default: the input's own, 24 where that is lossy]
    #[arg(long, value_enum)]
    pub(crate) bits: Option<Bits>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Files at a time [default: one per processor]
    #[arg(short, long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Replace files that exist; never an input
    ///
    /// A link stays, and what it leads to is replaced. Without --force a link counts as existing, even if it
    /// leads to nothing.
    #[arg(short, long)]
    pub(crate) force: bool,
    /// Print the results as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print no results, only errors and notes
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// How files are read.
#[derive(Debug, Args)]
pub(crate) struct ReadingArgs {
    /// Take what can be read of damaged files: silence fills the holes, and a note names each
    #[arg(long)]
    salvage: bool,
    /// Decoder; `ffmpeg` is an installed one, found on the path or by AUDIO_ENHANCER_FFMPEG
    #[arg(long, value_enum, default_value = "builtin")]
    decoder: DecoderChoice,
}

impl ReadingArgs {
    pub(crate) fn options(&self) -> DecodeOptions {
        DecodeOptions { salvage: self.salvage, decoder: self.decoder }
    }
}

/// What shapes the sound.
#[derive(Debug, Args)]
pub(crate) struct SettingsArgs {
    /// Preset to start from; `audio-enhancer presets list` shows all [default: pop]
    #[arg(short, long, value_name = "NAME", conflicts_with = "config")]
    pub(crate) preset: Option<String>,
    /// Config to start from, a JSON file
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Change one parameter, such as compressor.threshold=-18 or equalizer.bands.2.gain=-3; may be repeated
    #[arg(short, long = "set", value_name = "ID=VALUE")]
    pub(crate) set: Vec<String>,
    /// How much work goes into quality [default: the preset's]
    #[arg(long, value_parser = quality_parser())]
    pub(crate) quality: Option<Quality>,
}

#[derive(Debug, Args)]
pub(crate) struct AnalyzeArgs {
    /// Audio files, or folders to walk
    #[arg(required = true, value_name = "IN", value_hint = ValueHint::AnyPath)]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Print the results as JSON, with the spectrum
    #[arg(long)]
    pub(crate) json: bool,
    /// Draw spectrum, waveform and loudness over time of a single input
    #[arg(long, value_name = "FILE.svg|.png", value_hint = ValueHint::FilePath)]
    pub(crate) plot: Option<PathBuf>,
    /// Replace the picture if it exists
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
    /// Show what a preset sets, as JSON
    Show {
        /// The preset
        name: String,
    },
    /// Save a config as a preset of your own
    Save {
        /// The preset
        name: String,
        /// The config, a JSON file
        #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        config: PathBuf,
        /// Replace a preset of your own
        #[arg(short, long)]
        force: bool,
    },
    /// Delete a preset of your own
    Delete {
        /// The preset
        name: String,
    },
    /// Import a preset, or an equalizer of another program: Equalizer APO, EasyEffects, Peace, Poweramp …
    Import {
        /// The file
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
        /// The device whose sections count, where an Equalizer APO file has several; or a part of its name
        #[arg(long, value_name = "NAME")]
        device: Option<String>,
        /// The new preset's name [default: the file's]
        #[arg(long)]
        name: Option<String>,
        /// Replace a preset of your own
        #[arg(short, long)]
        force: bool,
    },
    /// Print a preset for other programs
    Export {
        /// The preset
        name: String,
        /// The format
        #[arg(long, value_enum, default_value = "json")]
        format: ExportFormat,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Equalizer APO text: the equalizer alone
    Apo,
    /// A preset file of this program
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// The folder to write to
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

/// The quietest target is where the standard's absolute gate lies, above which there is something to measure.
fn loudness(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches("LUFS").trim().replace('−', "-").replace(',', ".");
    let value: f64 = number.parse().map_err(|_| "use a number such as -14".to_owned())?;
    if (-70.0..=0.0).contains(&value) {
        Ok(value)
    } else {
        Err("choose a value from -70 to 0 LUFS".to_owned())
    }
}
