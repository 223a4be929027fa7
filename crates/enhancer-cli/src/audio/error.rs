//! Errors of decoding.

use crate::panics::Panic;

/// The error of one file, on one line: the fault, its place, and advice.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecodeError {
    #[error("can't be read: {0}; check the path and its permissions")]
    Io(#[from] std::io::Error),
    #[error("is not a regular file; name an audio file or a folder")]
    NotAFile,
    #[error("is not audio that this program reads ({0}); {advice}", advice = ffmpeg_advice("may read"))]
    Unsupported(String),
    #[error("is {0}, which this program doesn't read itself; {advice}", advice = ffmpeg_advice("reads"))]
    Foreign(&'static str),
    #[error("is not audio but {name}; {advice}")]
    NotSound { name: &'static str, advice: &'static str },
    #[error("needs ffmpeg: {0}")]
    NoFfmpeg(String),
    #[error("can't be read by ffmpeg: {0}; check that it is an intact audio file")]
    Ffmpeg(String),
    #[error("was interrupted; nothing was written")]
    Interrupted,
    #[error("is empty; get an intact copy")]
    Empty,
    #[error("is cut short: its audio or the index of it is missing; get an intact copy")]
    Headless,
    #[error("holds no audio; choose a file that does")]
    NoAudio,
    #[error("is damaged at {at}: {fault}; get an intact copy, or read the rest with --salvage")]
    Damaged { at: Timecode, fault: String },
    #[error("is damaged at {at}: {fault}; get an intact copy, or read the rest with --salvage")]
    Hole {
        at: Timecode,
        fault: String,
        /// Number of missing frames.
        frames: u64,
    },
    #[error(
        "is damaged or cut short: {found} of {expected} frames can be read; get an intact copy, or read them with --salvage"
    )]
    Incomplete { found: u64, expected: u64 },
    #[error("ends early, at {at}: {fault}; get an intact copy, or read the rest with --salvage")]
    Unfinished { at: Timecode, fault: String },
    #[error("changes from {from} to {to} at {at}; split it there")]
    FormatChange { at: Timecode, from: String, to: String },
    #[error("has a sample rate of {0} Hz, outside 8000 to 384000 Hz; resample it")]
    SampleRate(u32),
    #[error("has {0} channels, but 1 to 8 are supported; downmix it")]
    Channels(usize),
    #[error(
        "is damaged, or caused a fault in this program: {0}; get an intact copy; if other programs play the file, please report this line"
    )]
    Panicked(#[from] Panic),
}

impl DecodeError {
    /// True for damage that `--salvage` replaces by silence.
    pub(super) fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. } | Self::Hole { .. } | Self::Incomplete { .. } | Self::Unfinished { .. }
        )
    }
}

/// Advice to use ffmpeg, which `reads` or `may read` the file.
fn ffmpeg_advice(reads: &str) -> String {
    if super::ffmpeg::is_installed() {
        format!("an installed ffmpeg {reads} it: use --decoder ffmpeg")
    } else {
        format!("ffmpeg {reads} it: install it and use --decoder ffmpeg")
    }
}

/// A time in a file, s, shown as `m:ss.s`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Timecode(pub(crate) f64);

impl Timecode {
    /// The time of a frame.
    pub(super) fn of(frame: u64, sample_rate_hz: u32) -> Self {
        Self(frame as f64 / f64::from(sample_rate_hz.max(1)))
    }
}

impl std::fmt::Display for Timecode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tenths = (self.0 * 10.0).round() as u64;
        write!(f, "{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
    }
}
