//! `Plugin…`: one plugin per process, with the functions of go-musicfox's plugin guide.
//!
//! Each function calls the function of [`instances`](super::instances) that its documentation names. As in
//! the guide, a struct's address is passed as an integer.

use super::instances::*;
use crate::boundary::{as_pointer, handle_of, value_or};
use crate::error::Error;
use crate::last_error;
use crate::types::{AudioAnalysis, AudioBuffer, Enhancer, PluginMetadata, PresetInfo, SpectrumData};
use std::ffi::{c_char, c_int};
use std::ptr::{null, with_exposed_provenance, with_exposed_provenance_mut};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Handle of the plugin; 0 while there is none.
static PLUGIN: AtomicUsize = AtomicUsize::new(0);

/// Runs `call` on the plugin. Without a plugin, stores a message and returns `failed`.
fn plugin<T>(failed: T, call: impl FnOnce(*mut Enhancer) -> T) -> T {
    match PLUGIN.load(Ordering::Acquire) {
        0 => {
            last_error::set(&Error::NoPlugin);
            failed
        }
        handle => call(as_pointer(handle)),
    }
}

/// Creates the plugin of this process. Returns its handle, which `enhancer_` functions accept as
/// `Enhancer *`. Returns 0 on failure, or if the plugin already exists.
#[unsafe(no_mangle)]
pub extern "C" fn PluginCreate() -> usize {
    value_or(0, || {
        if PLUGIN.load(Ordering::Acquire) != 0 {
            return Err(Error::PluginExists);
        }
        // SAFETY: null is allowed: it creates an instance without a config.
        let handle = handle_of(unsafe { enhancer_create(null()) });
        if handle == 0 {
            return Err(Error::TooManyInstances);
        }
        if PLUGIN.compare_exchange(0, handle, Ordering::AcqRel, Ordering::Acquire).is_err() {
            enhancer_destroy(as_pointer(handle));
            return Err(Error::PluginExists);
        }
        Ok(handle)
    })
}

/// Destroys the plugin; see `enhancer_destroy`. `PluginCreate` can create a new one.
#[unsafe(no_mangle)]
pub extern "C" fn PluginDestroy() {
    match PLUGIN.swap(0, Ordering::AcqRel) {
        0 => last_error::set(&Error::NoPlugin),
        handle => enhancer_destroy(as_pointer(handle)),
    }
}

/// Initializes the plugin; see `enhancer_initialize`.
///
/// # Safety
/// As for `enhancer_initialize`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginInitialize(config_json: *const c_char) -> c_int {
    // SAFETY: the C caller guarantees the conditions of `enhancer_initialize`.
    plugin(-1, |plugin| unsafe { enhancer_initialize(plugin, config_json) })
}

/// Starts the plugin; see `enhancer_start`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginStart() -> c_int {
    plugin(-1, |plugin| enhancer_start(plugin))
}

/// Stops the plugin; see `enhancer_stop`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginStop() -> c_int {
    plugin(-1, |plugin| enhancer_stop(plugin))
}

/// Processes a block of audio; see `enhancer_process_audio`. Both arguments are addresses of an
/// `AudioBuffer`.
///
/// # Safety
/// As for `enhancer_process_audio`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginProcessAudio(input: usize, output: usize) -> c_int {
    // SAFETY: the C caller guarantees the conditions of `enhancer_process_audio`.
    plugin(-1, |plugin| unsafe { enhancer_process_audio(plugin, audio(input), audio_mut(output)) })
}

/// Processes a block of audio with a preset; see `enhancer_enhance_audio`. `input` and `output` are addresses
/// of an `AudioBuffer`.
///
/// # Safety
/// As for `enhancer_enhance_audio`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginEnhanceAudio(input: usize, preset: *const c_char, output: usize) -> c_int {
    // SAFETY: the C caller guarantees the conditions of `enhancer_enhance_audio`.
    plugin(-1, |plugin| unsafe { enhancer_enhance_audio(plugin, audio(input), preset, audio_mut(output)) })
}

/// Processes independent recordings in parallel; see `enhancer_process_parallel`. `inputs` and `outputs` are
/// addresses of arrays of `count` `AudioBuffer`.
///
/// # Safety
/// As for `enhancer_process_parallel`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginProcessAudioParallel(inputs: usize, outputs: usize, count: c_int) -> c_int {
    // SAFETY: the C caller guarantees the conditions of `enhancer_process_parallel`.
    plugin(-1, |plugin| unsafe {
        enhancer_process_parallel(plugin, audio(inputs), audio_mut(outputs), i64::from(count))
    })
}

/// Lists the presets; see `enhancer_get_presets`. `presets` is the address of a `const PresetInfo *`, or 0.
///
/// # Safety
/// As for `enhancer_get_presets`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginGetPresets(presets: usize, count: *mut c_int) -> c_int {
    let presets = with_exposed_provenance_mut::<*const PresetInfo>(presets);
    // SAFETY: the C caller guarantees the conditions of `enhancer_get_presets`.
    plugin(-1, |plugin| unsafe { enhancer_get_presets(plugin, presets, count) })
}

/// Loads a preset; see `enhancer_load_preset`.
///
/// # Safety
/// As for `enhancer_load_preset`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginLoadPreset(name: *const c_char) -> c_int {
    // SAFETY: the C caller guarantees the conditions of `enhancer_load_preset`.
    plugin(-1, |plugin| unsafe { enhancer_load_preset(plugin, name) })
}

/// Saves a config as a preset; see `enhancer_save_preset`.
///
/// # Safety
/// As for `enhancer_save_preset`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginSavePreset(name: *const c_char, config_json: *const c_char) -> c_int {
    // SAFETY: the C caller guarantees the conditions of `enhancer_save_preset`.
    plugin(-1, |plugin| unsafe { enhancer_save_preset(plugin, name, config_json) })
}

/// Deletes a preset of the user; see `enhancer_delete_preset`.
///
/// # Safety
/// As for `enhancer_delete_preset`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginDeletePreset(name: *const c_char) -> c_int {
    // SAFETY: the C caller guarantees the conditions of `enhancer_delete_preset`.
    plugin(-1, |plugin| unsafe { enhancer_delete_preset(plugin, name) })
}

/// Measures a block of audio; see `enhancer_analyze_audio`. `input` is the address of an `AudioBuffer`,
/// `analysis` that of an `AudioAnalysis`.
///
/// # Safety
/// As for `enhancer_analyze_audio`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginAnalyzeAudio(input: usize, analysis: usize) -> c_int {
    let analysis = with_exposed_provenance_mut::<AudioAnalysis>(analysis);
    // SAFETY: the C caller guarantees the conditions of `enhancer_analyze_audio`.
    plugin(-1, |plugin| unsafe { enhancer_analyze_audio(plugin, audio(input), analysis) })
}

/// Computes the spectrum of a block of audio; see `enhancer_get_spectrum`. `input` is the address of an
/// `AudioBuffer`, or 0 for the live spectrum; `spectrum` is the address of a `SpectrumData`.
///
/// # Safety
/// As for `enhancer_get_spectrum`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginGetSpectrum(input: usize, spectrum: usize) -> c_int {
    let spectrum = with_exposed_provenance_mut::<SpectrumData>(spectrum);
    // SAFETY: the C caller guarantees the conditions of `enhancer_get_spectrum`.
    plugin(-1, |plugin| unsafe { enhancer_get_spectrum(plugin, audio(input), spectrum) })
}

/// Starts real-time processing; see `enhancer_start_real_time`.
///
/// # Safety
/// As for `enhancer_start_real_time`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginStartRealTimeProcessing(config_json: *const c_char) -> c_int {
    // SAFETY: the C caller guarantees the conditions of `enhancer_start_real_time`.
    plugin(-1, |plugin| unsafe { enhancer_start_real_time(plugin, config_json) })
}

/// Stops real-time processing; see `enhancer_stop_real_time`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginStopRealTimeProcessing() -> c_int {
    plugin(-1, |plugin| enhancer_stop_real_time(plugin))
}

/// Describes the library; see `enhancer_get_metadata`. `metadata` is the address of a `PluginMetadata`.
///
/// # Safety
/// As for `enhancer_get_metadata`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginGetMetadata(metadata: usize) -> c_int {
    let metadata = with_exposed_provenance_mut::<PluginMetadata>(metadata);
    // SAFETY: the C caller guarantees the conditions of `enhancer_get_metadata`.
    plugin(-1, |plugin| unsafe { enhancer_get_metadata(plugin, metadata) })
}

/// Returns 0 while the plugin runs, otherwise −1; see `enhancer_health_check`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginHealthCheck() -> c_int {
    plugin(-1, |plugin| enhancer_health_check(plugin))
}

/// Returns the status: 0 unknown (also without a plugin), 1 initializing, 2 running, 3 stopped, 4 error;
/// see `enhancer_get_status`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginGetStatus() -> c_int {
    plugin(0, |plugin| enhancer_get_status(plugin))
}

/// Returns the config as JSON; see `enhancer_get_config`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginGetConfig() -> *const c_char {
    plugin(null(), |plugin| enhancer_get_config(plugin))
}

/// Changes the config; see `enhancer_update_config`.
///
/// # Safety
/// As for `enhancer_update_config`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginUpdateConfig(config_json: *const c_char) -> c_int {
    // SAFETY: the C caller guarantees the conditions of `enhancer_update_config`.
    plugin(-1, |plugin| unsafe { enhancer_update_config(plugin, config_json) })
}

/// Returns all parameters as a JSON array; see `enhancer_get_parameters`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginGetParameters() -> *const c_char {
    plugin(null(), |plugin| enhancer_get_parameters(plugin))
}

/// Sets a parameter; see `enhancer_set_parameter`.
///
/// # Safety
/// As for `enhancer_set_parameter`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginSetParameter(name: *const c_char, value: f64) -> c_int {
    // SAFETY: the C caller guarantees the conditions of `enhancer_set_parameter`.
    plugin(-1, |plugin| unsafe { enhancer_set_parameter(plugin, name, value) })
}

/// Reads the value of a parameter; see `enhancer_get_parameter`.
///
/// # Safety
/// As for `enhancer_get_parameter`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginGetParameter(name: *const c_char, value: *mut f64) -> c_int {
    // SAFETY: the C caller guarantees the conditions of `enhancer_get_parameter`.
    plugin(-1, |plugin| unsafe { enhancer_get_parameter(plugin, name, value) })
}

/// Returns common formats as a JSON array; see `enhancer_get_supported_formats`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginGetSupportedFormats() -> *const c_char {
    plugin(null(), |plugin| enhancer_get_supported_formats(plugin))
}

/// Changes sample rate and number of channels; see `enhancer_set_audio_format`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginSetAudioFormat(sample_rate: c_int, channels: c_int) -> c_int {
    plugin(-1, |plugin| enhancer_set_audio_format(plugin, sample_rate, channels))
}

/// Returns metrics as JSON; see `enhancer_get_metrics`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginGetMetrics() -> *const c_char {
    plugin(null(), |plugin| enhancer_get_metrics(plugin))
}

/// Returns lent buffers; see `enhancer_release_audio`. `audio` is the address of an `AudioBuffer`.
///
/// # Safety
/// As for `enhancer_release_audio`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginReleaseAudio(audio: usize) {
    // SAFETY: the C caller guarantees the conditions of `enhancer_release_audio`.
    plugin((), |plugin| unsafe {
        enhancer_release_audio(plugin, audio_mut(audio));
    });
}

/// Returns the message of the latest failed call on this thread; see `enhancer_last_error`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginLastError() -> *const c_char {
    enhancer_last_error()
}

/// Returns the version of this interface; see `enhancer_abi_version`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginAbiVersion() -> c_int {
    enhancer_abi_version()
}

fn audio(address: usize) -> *const AudioBuffer {
    with_exposed_provenance(address)
}

fn audio_mut(address: usize) -> *mut AudioBuffer {
    with_exposed_provenance_mut(address)
}
