//! The structs that cross the boundary. Lengths and counts are `int64_t`, so that the layout is the same everywhere.

use std::ffi::{c_char, c_void};

/// An instance: a handle to hand back, never an address to look at.
#[derive(Debug)]
pub struct Enhancer {
    _opaque: c_void,
}

/// A block of audio, one array of samples per channel. Full scale is 1.0.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct AudioBuffer {
    /// `data[channel][frame]`. Of an output: NULL asks the library to lend buffers, which go back with
    /// `PluginReleaseAudio` or `enhancer_release_audio`; else the caller's own buffers, the input's allowed (in place).
    pub data: *mut *mut f32,
    /// Sample rate, Hz.
    pub sample_rate: i64,
    /// Channels.
    pub channels: i64,
    /// Frames, that is samples per channel. Ignored in an output: it gets the input's.
    pub frames: i64,
    /// Time of the first frame, ns since 1970 UTC. Handed through.
    pub timestamp_ns: i64,
}

/// What a block of audio measures. Levels are linear: 1.0 is full scale. What silence leaves undefined is 0, and
/// absent from `features_json`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct AudioAnalysis {
    /// Root mean square over all channels.
    pub rms: f64,
    /// Largest sample magnitude.
    pub peak: f64,
    /// Dynamic range, dB, after the TT Dynamic Range Meter.
    pub dynamic_range: f64,
    /// Mean spectrum, dBFS: bin k is at `k * sample_rate / (2 * (spectrum_len - 1))` Hz. A full-scale sine reads 0.
    pub spectrum: *const f64,
    /// Bins in `spectrum`.
    pub spectrum_len: i64,
    /// JSON object of numbers: `lufs_integrated`, `true_peak_dbtp`, `crest_factor_db`, `spectral_centroid_hz` and others.
    pub features_json: *const c_char,
    /// Time of the first frame, from the input.
    pub timestamp_ns: i64,
}

/// A spectrum.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct SpectrumData {
    /// Frequency of each bin, Hz.
    pub frequencies_hz: *const f64,
    /// Level of each bin, dBFS: a full-scale sine reads 0.
    pub magnitudes_db: *const f64,
    /// Bins.
    pub len: i64,
    /// Sample rate, Hz.
    pub sample_rate: i64,
    /// Frames under one window.
    pub fft_size: i64,
    /// Time of the first frame, from the input; 0 for the live spectrum.
    pub timestamp_ns: i64,
}

/// A preset.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct PresetInfo {
    /// What it is loaded by.
    pub name: *const c_char,
    /// What it does to the sound.
    pub description: *const c_char,
    /// The shelf it stands on; `user` for those saved here.
    pub category: *const c_char,
    /// JSON array of words to find it by.
    pub tags_json: *const c_char,
    /// JSON object, what it sets.
    pub config_json: *const c_char,
}

/// What the plugin is.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct PluginMetadata {
    /// `audio-enhancer`.
    pub id: *const c_char,
    /// Name to show.
    pub name: *const c_char,
    /// Version of the library.
    pub version: *const c_char,
    /// What it does.
    pub description: *const c_char,
    /// Who wrote it.
    pub author: *const c_char,
    /// Its licence, an SPDX expression.
    pub license: *const c_char,
    /// JSON array of words.
    pub tags_json: *const c_char,
    /// JSON array of what it can do.
    pub capabilities_json: *const c_char,
    /// JSON object: category, ABI version, ranges of rates and channels, latency in frames.
    pub metadata_json: *const c_char,
}
