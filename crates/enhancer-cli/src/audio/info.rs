//! How a file is to be read, and the facts about its sound.

/// The resolution of the input's samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Integers of so many bits.
    Integer(u32),
    /// Floating point.
    Float,
    /// A lossy codec: no depth of its own.
    Lossy,
}

/// How files are decoded.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct DecodeOptions {
    /// Fill damage with silence instead of refusing the file.
    pub(crate) salvage: bool,
    /// Which decoder reads the file.
    pub(crate) decoder: DecoderChoice,
}

/// A decoder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DecoderChoice {
    /// The readers built into this program
    #[default]
    Builtin,
    /// An installed ffmpeg: reads any format that it knows
    Ffmpeg,
}

/// The facts about a file before it is decoded.
#[derive(Debug, Clone)]
pub(crate) struct SourceInfo {
    pub(crate) sample_rate_hz: u32,
    pub(crate) channels: usize,
    /// Speaker positions as in `WAVEFORMATEXTENSIBLE`; `None` where unknown.
    pub(crate) speakers: Option<u32>,
    pub(crate) depth: Depth,
    /// Frames to come, counted from the data.
    pub(crate) frames: Option<u64>,
    /// About how many, for a progress bar.
    pub(crate) frames_hint: Option<u64>,
}
