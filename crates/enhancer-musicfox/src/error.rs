//! Errors of the C interface. Each message is one line: first the fact, then the advice.

use crate::status::Status;
use enhancer_dsp::ConfigError;
use enhancer_dsp::enhancer::NewError;
use enhancer_preset::{LibraryError, NameError, ParseError};

/// Reason why a call failed. Errors of the audio calls format without allocating.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("`{0}` is NULL; pass an address")]
    Null(&'static str),
    #[error("`{0}` is not aligned for its type; pass the address of the struct or array itself")]
    Misaligned(&'static str),
    #[error(
        "the handle belongs to no instance; pass the result of enhancer_create, and only before enhancer_destroy"
    )]
    Handle,
    #[error("there is no plugin; call PluginCreate first")]
    NoPlugin,
    #[error(
        "the plugin already exists, one per process; call PluginDestroy first, or create an instance with \
         enhancer_create"
    )]
    PluginExists,
    #[error("too many instances; destroy some")]
    TooManyInstances,
    #[error("`{call}` is not allowed while the status is {status}; {advice}")]
    Order { call: &'static str, status: Status, advice: &'static str },
    #[error("`{0}` is longer than {1} bytes; shorten it")]
    TextTooLong(&'static str, usize),
    #[error("`{0}` is not UTF-8; encode it as UTF-8")]
    NotUtf8(&'static str),
    #[error("{0} is not valid: {1}; correct the JSON")]
    Document(&'static str, serde_json::Error),
    #[error("{0} is not a JSON object; put its fields in braces")]
    NotAnObject(&'static str),
    #[error("`{field}` is {value}, outside {min} to {max}; choose a value in that range")]
    Range { field: &'static str, value: i64, min: i64, max: i64 },
    #[error("`{field}` is {value}, but the instance has {present}; {advice}")]
    Fixed { field: &'static str, value: i64, present: i64, advice: &'static str },
    #[error("both `preset` and `enhancer` are set; keep one")]
    PresetAndConfig,
    #[error("enhancer config: {0}; {advice}", advice = parse_advice(.0))]
    Parse(#[from] ParseError),
    #[error("{0}; pass a value in that range")]
    Config(#[from] ConfigError),
    #[error("{0}; convert the audio before the call")]
    Format(#[from] NewError),
    #[error("{0}; pass another name")]
    Name(#[from] NameError),
    #[error("no preset has the name `{0}`; choose a name from the list of presets")]
    NoPreset(String),
    #[error("{0}; {advice}", advice = library_advice(.0))]
    Presets(LibraryError),
    #[error("no parameter has the name `{0}`; choose a name from the list of parameters")]
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
    #[error(
        "channel arrays overlap; give each output channel its own memory, or the array of its input channel"
    )]
    Overlap,
    #[error("invalid buffer count: {got}; pass 0 to {max}")]
    Count { got: i64, max: i64 },
    #[error("invalid worker count: {got}; pass 0 (one per processor) to {max}")]
    Workers { got: i64, max: i64 },
    #[error("in buffer {index}: {error}")]
    InBuffer { index: usize, error: Box<Error> },
    #[error("another thread is processing audio or setting the format; use one audio thread per instance")]
    Busy,
    #[error("all {0} buffers of the library are lent; release some, or pass your own")]
    PoolEmpty(usize),
    #[error(
        "the block has {frames} frames, but real-time processing was started for {most}; split the block"
    )]
    BlockTooLong { frames: usize, most: usize },
    #[error("these buffers are not lent by this instance, or were released already; pass a lent buffer once")]
    NotLent,
    #[error(
        "this preset is not in the instance's list of presets; check the name, or load the preset once outside \
         the audio thread"
    )]
    PresetNotReady,
    #[error("there is no live spectrum; start real-time processing with `\"spectrum\": true`, or pass audio")]
    NoSpectrum,
    #[error("the worker threads could not start: {0}; pass a smaller worker count")]
    Threads(std::io::Error),
    #[error("a worker thread failed; discard the outputs and process them again")]
    Worker,
    #[error("this thread is ending and can't hold results; call from another thread")]
    ThreadEnding,
    #[error("internal error: {0}; initialize again, and report this")]
    Panic(String),
    #[error("the status is 4 (error) after an internal error; initialize again")]
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

/// The remedy for a failed preset call, for the caller of this library.
fn library_advice(error: &LibraryError) -> &'static str {
    match error {
        LibraryError::NotFound { .. } => "list the presets with PluginGetPresets or enhancer_get_presets",
        LibraryError::Exists { .. } | LibraryError::Factory { .. } | LibraryError::Name(_) => {
            "pass another name"
        }
        LibraryError::Shadowing { .. } => "rename the file",
        LibraryError::Config(_) => "pass a valid config",
        LibraryError::Damaged { error, .. } => parse_advice(error),
        LibraryError::Io { .. } => "check the path and its permissions",
        LibraryError::NotAFile { .. } => "move it away or pass another name",
        LibraryError::NoFolder => "set `preset_folder` when initializing",
    }
}

/// The remedy for an invalid config or preset, for the caller of this library.
fn parse_advice(error: &ParseError) -> &'static str {
    match error {
        ParseError::TooLong { .. } => "pass a preset or a config",
        ParseError::Syntax { .. } => "correct the JSON there",
        ParseError::Field { .. } => "correct or remove the field",
        ParseError::Value { .. } => "see enhancer_get_parameters for the ranges",
        ParseError::Version { .. } => "update the library to read it",
        ParseError::Name(_) => "correct the name",
        ParseError::Text { .. } => "shorten it to one line",
        ParseError::Tags(_) => "remove some",
    }
}

#[cfg(test)]
#[path = "../../enhancer-preset/tests/every_error/mod.rs"]
mod every_error;

#[cfg(test)]
mod tests {
    use super::every_error::{assert_without, library_errors, name_errors, parse_errors};
    use super::*;

    #[test]
    fn preset_errors_speak_to_a_c_program_alone() {
        let library = library_errors().into_iter().map(Error::from);
        let others = name_errors().into_iter().map(Error::from);
        for error in library.chain(others).chain(parse_errors().into_iter().map(Error::from)) {
            let message = error.to_string();
            assert_without(&message, &["--", "`presets", "command", "click", "window", "button"]);
            assert!(message.contains("; "), "{message} has no remedy");
        }
    }
}
