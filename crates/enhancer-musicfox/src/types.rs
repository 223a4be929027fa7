//! The C structs. Lengths and counts are `int64_t`, so that every platform uses the same layout.

use std::ffi::{c_char, c_void};

/// An instance. The pointer is an opaque handle: pass it to `enhancer_` functions, never dereference it.
#[derive(Debug)]
pub struct Enhancer {
    _opaque: c_void,
}

/// A block of planar audio, one array of samples per channel. Full scale is 1.0.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct AudioBuffer {
    /// Samples: `data[channel][frame]`. In an output, NULL requests lent buffers, to be returned with
    /// `PluginReleaseAudio` or `enhancer_release_audio`. Otherwise the library writes to the caller's arrays,
    /// which may be those of the input (in place).
    pub data: *mut *mut f32,
    /// Sample rate, Hz: 8000 to 384000. Written in an output.
    pub sample_rate: i64,
    /// Number of channels: 1 to 8. Written in an output.
    pub channels: i64,
    /// Number of frames (samples per channel): 1 to 2^27. Written in an output.
    pub frames: i64,
    /// Time of the first frame, ns since 1970 UTC. The library copies it to the output and does not interpret
    /// it.
    pub timestamp_ns: i64,
}

/// Measurements of a block of audio. Levels are linear: 1.0 is full scale. A value that silence leaves
/// undefined is 0 here and absent from `features_json`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct AudioAnalysis {
    /// Root mean square over all channels, linear.
    pub rms: f64,
    /// Largest sample magnitude, linear.
    pub peak: f64,
    /// Dynamic range, dB, by the method of the TT Dynamic Range Meter.
    pub dynamic_range: f64,
    /// Mean spectrum, dBFS. Bin k is at `k * sample_rate / (2 * (spectrum_len - 1))` Hz. A full-scale sine
    /// reads 0.
    pub spectrum: *const f64,
    /// Number of bins in `spectrum`.
    pub spectrum_len: i64,
    /// JSON object of numbers: `lufs_integrated`, `true_peak_dbtp`, `crest_factor_db`, `spectral_centroid_hz`
    /// and others.
    pub features_json: *const c_char,
    /// Time of the first frame, copied from the input.
    pub timestamp_ns: i64,
}

/// A spectrum: one frequency and one level per bin.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct SpectrumData {
    /// Frequency of each bin, Hz.
    pub frequencies_hz: *const f64,
    /// Level of each bin, dBFS. A full-scale sine reads 0.
    pub magnitudes_db: *const f64,
    /// Number of bins in both arrays.
    pub len: i64,
    /// Sample rate of the analyzed audio, Hz.
    pub sample_rate: i64,
    /// Length of the analysis window, frames: `2 * (len - 1)`.
    pub fft_size: i64,
    /// Time of the first frame, copied from the input; 0 for the live spectrum.
    pub timestamp_ns: i64,
}

/// A preset of the factory or the user.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct PresetInfo {
    /// Name to pass to `enhancer_load_preset`.
    pub name: *const c_char,
    /// Effect on the sound, one sentence.
    pub description: *const c_char,
    /// Category; `user` for a preset saved from a config.
    pub category: *const c_char,
    /// JSON array of search words.
    pub tags_json: *const c_char,
    /// JSON object with the preset's config, in the form of the `enhancer` field of `enhancer_create`.
    pub config_json: *const c_char,
}

/// Description of the library and of the instance's present format.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct PluginMetadata {
    /// Identifier of the plugin, always `audio-enhancer`.
    pub id: *const c_char,
    /// Display name, always `Audio Enhancer`.
    pub name: *const c_char,
    /// Version of the library, `major.minor.patch`.
    pub version: *const c_char,
    /// Summary of the processing, one sentence.
    pub description: *const c_char,
    /// Authors of the library.
    pub author: *const c_char,
    /// Licence, an SPDX expression.
    pub license: *const c_char,
    /// JSON array of search words.
    pub tags_json: *const c_char,
    /// JSON array of capabilities, such as `real-time` and `presets`.
    pub capabilities_json: *const c_char,
    /// JSON object: category, ABI and API version, ranges of sample rate and channels, present format,
    /// latency in frames.
    pub metadata_json: *const c_char,
}
