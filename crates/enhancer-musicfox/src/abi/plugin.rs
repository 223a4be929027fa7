//! `Plugin…`: one plugin per process, with the functions of go-musicfox's plugin guide.
//!
//! Each hands on to the function of the same purpose in [`instances`](super::instances), where it is described. Addresses of
//! structs come as numbers, as the guide has them. Status codes: 0 unknown, 1 initializing, 2 running, 3 stopped, 4 error.

use super::instances::*;
use crate::boundary::{as_pointer, handle_of, value};
use crate::error::Error;
use crate::last_error;
use crate::types::{AudioAnalysis, AudioBuffer, Enhancer, PluginMetadata, PresetInfo, SpectrumData};
use std::ffi::{c_char, c_int};
use std::ptr::{null, with_exposed_provenance, with_exposed_provenance_mut};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The plugin's handle, or 0.
static PLUGIN: AtomicUsize = AtomicUsize::new(0);

/// Hands the plugin on to `call`, or leaves a message.
fn plugin<T>(failed: T, call: impl FnOnce(*mut Enhancer) -> T) -> T {
    match PLUGIN.load(Ordering::Acquire) {
        0 => {
            last_error::set(&Error::NoPlugin);
            failed
        }
        handle => call(as_pointer(handle)),
    }
}

/// Creates the process's plugin. Returns its handle, which the `enhancer_` functions take as well; 0 on failure or when there is
/// one already.
#[unsafe(no_mangle)]
pub extern "C" fn PluginCreate() -> usize {
    value(0, || {
        if PLUGIN.load(Ordering::Acquire) != 0 {
            return Err(Error::PluginExists);
        }
        // SAFETY: no config.
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

/// Destroys the plugin; a new one can be created.
#[unsafe(no_mangle)]
pub extern "C" fn PluginDestroy() {
    match PLUGIN.swap(0, Ordering::AcqRel) {
        0 => last_error::set(&Error::NoPlugin),
        handle => enhancer_destroy(as_pointer(handle)),
    }
}

/// Initializes: `enhancer_initialize`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginInitialize(config_json: *const c_char) -> c_int {
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_initialize(plugin, config_json) })
}

/// Lets audio in: `enhancer_start`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginStart() -> c_int {
    plugin(-1, |plugin| enhancer_start(plugin))
}

/// Lets no more audio in: `enhancer_stop`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginStop() -> c_int {
    plugin(-1, |plugin| enhancer_stop(plugin))
}

/// Processes a block: `enhancer_process_audio` with addresses of two `AudioBuffer`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginProcessAudio(input: usize, output: usize) -> c_int {
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_process_audio(plugin, audio(input), audio_mut(output)) })
}

/// Processes a block with a preset: `enhancer_enhance_audio` with addresses of two `AudioBuffer`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginEnhanceAudio(input: usize, preset: *const c_char, output: usize) -> c_int {
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_enhance_audio(plugin, audio(input), preset, audio_mut(output)) })
}

/// Processes independent recordings in parallel: `enhancer_process_parallel` with addresses of two arrays of `AudioBuffer`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginProcessAudioParallel(inputs: usize, outputs: usize, count: c_int) -> c_int {
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe {
        enhancer_process_parallel(plugin, audio(inputs), audio_mut(outputs), i64::from(count))
    })
}

/// Lists the presets: `enhancer_get_presets`. `presets` is the address of a `const PresetInfo *`, or 0.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginGetPresets(presets: usize, count: *mut c_int) -> c_int {
    let presets = with_exposed_provenance_mut::<*const PresetInfo>(presets);
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_get_presets(plugin, presets, count) })
}

/// Lets a preset glide in: `enhancer_load_preset`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginLoadPreset(name: *const c_char) -> c_int {
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_load_preset(plugin, name) })
}

/// Saves a preset: `enhancer_save_preset`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginSavePreset(name: *const c_char, config_json: *const c_char) -> c_int {
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_save_preset(plugin, name, config_json) })
}

/// Deletes a preset: `enhancer_delete_preset`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginDeletePreset(name: *const c_char) -> c_int {
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_delete_preset(plugin, name) })
}

/// Measures a block: `enhancer_analyze_audio` with addresses of an `AudioBuffer` and an `AudioAnalysis`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginAnalyzeAudio(input: usize, analysis: usize) -> c_int {
    let analysis = with_exposed_provenance_mut::<AudioAnalysis>(analysis);
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_analyze_audio(plugin, audio(input), analysis) })
}

/// The spectrum of a block, or of the latest output where `input` is 0: `enhancer_get_spectrum` with addresses of an `AudioBuffer`
/// and a `SpectrumData`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginGetSpectrum(input: usize, spectrum: usize) -> c_int {
    let spectrum = with_exposed_provenance_mut::<SpectrumData>(spectrum);
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_get_spectrum(plugin, audio(input), spectrum) })
}

/// Starts real-time processing: `enhancer_start_real_time`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginStartRealTimeProcessing(config_json: *const c_char) -> c_int {
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_start_real_time(plugin, config_json) })
}

/// Stops real-time processing: `enhancer_stop_real_time`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginStopRealTimeProcessing() -> c_int {
    plugin(-1, |plugin| enhancer_stop_real_time(plugin))
}

/// What the plugin is: `enhancer_get_metadata` with the address of a `PluginMetadata`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginGetMetadata(metadata: usize) -> c_int {
    let metadata = with_exposed_provenance_mut::<PluginMetadata>(metadata);
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_get_metadata(plugin, metadata) })
}

/// 0 while the plugin runs: `enhancer_health_check`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginHealthCheck() -> c_int {
    plugin(-1, |plugin| enhancer_health_check(plugin))
}

/// 0 unknown, 1 initializing, 2 running, 3 stopped, 4 error: `enhancer_get_status`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginGetStatus() -> c_int {
    plugin(0, |plugin| enhancer_get_status(plugin))
}

/// The config as JSON: `enhancer_get_config`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginGetConfig() -> *const c_char {
    plugin(null(), |plugin| enhancer_get_config(plugin))
}

/// Takes over a config: `enhancer_update_config`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginUpdateConfig(config_json: *const c_char) -> c_int {
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_update_config(plugin, config_json) })
}

/// Every parameter as a JSON array: `enhancer_get_parameters`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginGetParameters() -> *const c_char {
    plugin(null(), |plugin| enhancer_get_parameters(plugin))
}

/// Sets a parameter: `enhancer_set_parameter`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginSetParameter(name: *const c_char, value: f64) -> c_int {
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_set_parameter(plugin, name, value) })
}

/// Reads a parameter: `enhancer_get_parameter`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginGetParameter(name: *const c_char, value: *mut f64) -> c_int {
    // SAFETY: handed on.
    plugin(-1, |plugin| unsafe { enhancer_get_parameter(plugin, name, value) })
}

/// Common formats as a JSON array: `enhancer_get_supported_formats`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginGetSupportedFormats() -> *const c_char {
    plugin(null(), |plugin| enhancer_get_supported_formats(plugin))
}

/// Changes sample rate and channels: `enhancer_set_audio_format`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginSetAudioFormat(sample_rate: c_int, channels: c_int) -> c_int {
    plugin(-1, |plugin| enhancer_set_audio_format(plugin, sample_rate, channels))
}

/// Metrics as JSON: `enhancer_get_metrics`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginGetMetrics() -> *const c_char {
    plugin(null(), |plugin| enhancer_get_metrics(plugin))
}

/// Gives lent buffers back: `enhancer_release_audio` with the address of an `AudioBuffer`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PluginReleaseAudio(audio: usize) {
    // SAFETY: handed on.
    plugin((), |plugin| unsafe {
        enhancer_release_audio(plugin, audio_mut(audio));
    });
}

/// What the latest failed call on this thread met: `enhancer_last_error`.
#[unsafe(no_mangle)]
pub extern "C" fn PluginLastError() -> *const c_char {
    enhancer_last_error()
}

/// The version of this interface: `enhancer_abi_version`.
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
