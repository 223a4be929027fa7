//! What can go wrong at the boundary. Every message is one line and says what to do next.

use crate::instance::Status;
use enhancer_dsp::ConfigError;
use enhancer_dsp::enhancer::NewError;
use enhancer_preset::{LibraryError, NameError, ParseError};

/// Why a call was refused. What an audio call can meet formats without allocating.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("`{0}` is null; pass an address")]
    Null(&'static str),
    #[error("`{0}` is not aligned for what it points to; pass the struct's or array's own address")]
    Misaligned(&'static str),
    #[error(
        "not a handle of a living instance; pass what enhancer_create returned, before its enhancer_destroy"
    )]
    Handle,
    #[error("no plugin; call PluginCreate first")]
    NoPlugin,
    #[error("there is a plugin already, one per process; call PluginDestroy first, or use enhancer_create")]
    PluginExists,
    #[error("too many instances; destroy some")]
    TooManyInstances,
    #[error("`{call}` can't be called while the status is {status}; {advice}")]
    Order { call: &'static str, status: Status, advice: &'static str },
    #[error("`{0}` is longer than {1} bytes; shorten it")]
    TextTooLong(&'static str, usize),
    #[error("`{0}` is not UTF-8; encode it as UTF-8")]
    NotUtf8(&'static str),
    #[error("{0} is not valid: {1}; see the header for its fields")]
    Document(&'static str, serde_json::Error),
    #[error("{0} is not a JSON object; put its fields in braces")]
    NotAnObject(&'static str),
    #[error("`{field}` is {value}, outside {min} to {max}; choose a value in that range")]
    Range { field: &'static str, value: i64, min: i64, max: i64 },
    #[error("`{field}` is {value}, but the instance has {present}; {advice}")]
    Fixed { field: &'static str, value: i64, present: i64, advice: &'static str },
    #[error("both `preset` and `enhancer` are set; keep one")]
    PresetAndConfig,
    #[error("enhancer config: {0}")]
    Parse(#[from] ParseError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Format(#[from] NewError),
    #[error(transparent)]
    Name(#[from] NameError),
    #[error("no preset is called `{0}`; PluginGetPresets and enhancer_get_presets list those there are")]
    NoPreset(String),
    #[error(transparent)]
    Presets(LibraryError),
    #[error("no parameter is called `{0}`; PluginGetParameters and enhancer_get_parameters list them")]
    NoParameter(String),
    #[error("`{name}` is {value}, outside {min} to {max}; choose a value in that range")]
    ParameterRange { name: String, value: f64, min: f32, max: f32 },
    #[error("`{name}` is {value}, but takes whole numbers only; choose one from {min} to {max}")]
    ParameterWhole { name: String, value: f64, min: f32, max: f32 },
    #[error("channel count mismatch: expected {expected}, got {got}; convert the audio or set its format")]
    Channels { expected: usize, got: i64 },
    #[error("sample rate mismatch: expected {expected}, got {got}; resample the audio or set its format")]
    SampleRate { expected: u32, got: i64 },
    #[error("invalid frame count: {got}; pass 1 to {max} frames")]
    Frames { got: i64, max: i64 },
    #[error("channel arrays overlap; give each output channel memory of its own, or its input's")]
    Overlap,
    #[error("invalid buffer count: {got}; pass 0 to {max}")]
    Count { got: i64, max: i64 },
    #[error("invalid worker count: {got}; pass 0 (as many as processors) to {max}")]
    Workers { got: i64, max: i64 },
    #[error("in buffer {index}: {error}")]
    InBuffer { index: usize, error: Box<Error> },
    #[error("another thread is processing this instance, or its format is being set; use one audio thread")]
    Busy,
    #[error("all {0} buffers of the library are lent; give some back, or pass your own")]
    PoolEmpty(usize),
    #[error(
        "{frames} frames are more than the {most} that real-time processing was started for; cut the block"
    )]
    BlockTooLong { frames: usize, most: usize },
    #[error("these buffers are not lent by this instance, or were given back already")]
    NotLent,
    #[error(
        "this preset was not there when presets were last listed or loaded; load it before the audio thread asks"
    )]
    PresetNotReady,
    #[error("no live spectrum; start real-time processing with `\"spectrum\": true`, or pass audio")]
    NoSpectrum,
    #[error("the worker threads could not start: {0}; pass fewer")]
    Threads(std::io::Error),
    #[error("a worker thread ended before its work; the outputs are not valid")]
    Worker,
    #[error("this thread is ending and can't keep results; call from another")]
    ThreadEnding,
    #[error("internal error: {0}; initialize again, and report this")]
    Panic(String),
    #[error("the plugin is in the error status after an internal error; initialize it again")]
    Unhealthy,
}

impl From<LibraryError> for Error {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::NotFound { name, .. } => Self::NoPreset(name),
            other => Self::Presets(other),
        }
    }
}
