//! Options for reading a file, and facts about its sound.

/// The resolution of the input's samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Integers of this many bits.
    Integer(u32),
    /// Floating point.
    Float,
    /// A lossy codec, which has no depth of its own.
    Lossy,
}

/// Options for decoding.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct DecodeOptions {
    /// Fill damage with silence instead of refusing the file.
    pub(crate) salvage: bool,
    /// The decoder to use.
    pub(crate) decoder: DecoderChoice,
}

/// A choice of decoder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DecoderChoice {
    /// The readers built into this program
    #[default]
    Builtin,
    /// An installed ffmpeg, for any format that it reads
    Ffmpeg,
}

/// Facts about a file's sound before it is decoded.
#[derive(Debug, Clone)]
pub(crate) struct SourceInfo {
    pub(crate) sample_rate_hz: u32,
    pub(crate) channels: usize,
    /// Speaker positions as in `WAVEFORMATEXTENSIBLE`; `None` where unknown.
    pub(crate) speakers: Option<u32>,
    pub(crate) depth: Depth,
    /// Number of frames, counted from the data.
    pub(crate) frames: Option<u64>,
    /// Approximate number of frames for a progress bar.
    pub(crate) frames_hint: Option<u64>,
}
