//! What it measures, its presets, its config and its parameters.

use super::{json, on, returned};
use crate::boundary::{MAX_JSON_BYTES, MAX_NAME_BYTES, check, handle_of, read, status, text, with, write};
use crate::held::Function;
use crate::instance::Instance;
use crate::results::{formats_json, hold_presets};
use crate::types::{AudioAnalysis, AudioBuffer, Enhancer, PluginMetadata, PresetInfo, SpectrumData};
use std::ffi::{c_char, c_int};

/// Measures a block of audio of any format.
///
/// # Safety
/// `input` is NULL (refused) or valid audio; `analysis` is NULL (refused) or a struct to write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_analyze_audio(
    enhancer: *mut Enhancer,
    input: *const AudioBuffer,
    analysis: *mut AudioAnalysis,
) -> c_int {
    status(|| {
        with(handle_of(enhancer), |instance, handle| {
            check("analysis", analysis.cast_const())?;
            // SAFETY: the caller's structs and buffers.
            unsafe { write("analysis", analysis, instance.analysis(handle, read("input", input)?)?) }
        })
    })
}

/// The spectrum of a block of audio of any format; of the latest output where `input` is NULL and real-time processing
/// was started with the spectrum on.
///
/// # Safety
/// `input` is NULL or valid audio; `spectrum` is NULL (refused) or a struct to write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_get_spectrum(
    enhancer: *mut Enhancer,
    input: *const AudioBuffer,
    spectrum: *mut SpectrumData,
) -> c_int {
    status(|| {
        with(handle_of(enhancer), |instance, handle| {
            check("spectrum", spectrum.cast_const())?;
            // SAFETY: the caller's struct.
            let input = if input.is_null() { None } else { Some(unsafe { read("input", input)? }) };
            // SAFETY: the caller's structs and buffers.
            unsafe { write("spectrum", spectrum, instance.spectrum(handle, input)?) }
        })
    })
}

/// Lists the presets: the factory's, then the user's. `presets` receives the address of an array, `count` its length;
/// `presets` may be NULL to ask for the number alone.
///
/// # Safety
/// `presets` is NULL or an address to write; `count` is NULL (refused) or an `int` to write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_get_presets(
    enhancer: *mut Enhancer,
    presets: *mut *const PresetInfo,
    count: *mut c_int,
) -> c_int {
    status(|| {
        with(handle_of(enhancer), |instance, handle| {
            check("count", count.cast_const())?;
            if !presets.is_null() {
                check("presets", presets.cast_const())?;
            }
            let (address, number) = hold_presets(handle, &instance.presets()?)?;
            // SAFETY: the caller's places, checked.
            unsafe {
                if !presets.is_null() {
                    write("presets", presets, address)?;
                }
                write("count", count, c_int::try_from(number).unwrap_or(c_int::MAX))
            }
        })
    })
}

/// Lets a preset glide in.
///
/// # Safety
/// `name` is NULL (refused) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_load_preset(enhancer: *mut Enhancer, name: *const c_char) -> c_int {
    // SAFETY: the caller's C string.
    on(enhancer, |instance| instance.load_preset(unsafe { text("name", name, MAX_NAME_BYTES)? }))
}

/// Saves a config under a name, for every program of the Audio Enhancer that this user runs. `config_json` is what stands
/// under `enhancer` in `enhancer_create`. A preset of the user's of that name is replaced; the factory's stay.
///
/// Names have letters, digits, space, `-`, `_` and `.`, at most 64 bytes, no dot or space at either end.
///
/// # Safety
/// Both are NULL (refused) or C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_save_preset(
    enhancer: *mut Enhancer,
    name: *const c_char,
    config_json: *const c_char,
) -> c_int {
    on(enhancer, |instance| {
        // SAFETY: the caller's C strings.
        let name = unsafe { text("name", name, MAX_NAME_BYTES)? };
        // SAFETY: the caller's C strings.
        instance.save_preset(name, unsafe { text("config_json", config_json, MAX_JSON_BYTES)? })
    })
}

/// Deletes a preset of the user's.
///
/// # Safety
/// `name` is NULL (refused) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_delete_preset(enhancer: *mut Enhancer, name: *const c_char) -> c_int {
    // SAFETY: the caller's C string.
    on(enhancer, |instance| instance.delete_preset(unsafe { text("name", name, MAX_NAME_BYTES)? }))
}

/// What the library is.
///
/// # Safety
/// `metadata` is NULL (refused) or a struct to write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_get_metadata(
    enhancer: *mut Enhancer,
    metadata: *mut PluginMetadata,
) -> c_int {
    status(|| {
        with(handle_of(enhancer), |instance, handle| {
            // SAFETY: the caller's struct.
            unsafe { write("metadata", metadata, instance.metadata(handle)?) }
        })
    })
}

/// The config as JSON, every field written out: `enhancer_update_config` takes it. NULL on failure.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_config(enhancer: *mut Enhancer) -> *const c_char {
    returned(enhancer, Function::Config, Instance::config_json)
}

/// Takes over a config, to glide in at the next block: `enhancer` or `preset`, and `log_level`. What is left out of `enhancer`
/// takes its default. `sample_rate`, `channels` and `buffer_size` must be what they are.
///
/// # Safety
/// `config_json` is NULL (refused) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_update_config(
    enhancer: *mut Enhancer,
    config_json: *const c_char,
) -> c_int {
    // SAFETY: the caller's C string.
    unsafe { json(enhancer, "config_json", config_json, |instance, text| instance.update_config(text)) }
}

/// Every parameter as a JSON array of objects with `name`, `display_name`, `type` (`float`, `switch`, `choice`), `value`, `min`, `max`,
/// `default`, `unit`, `description`, and of a choice `choices`. NULL on failure.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_parameters(enhancer: *mut Enhancer) -> *const c_char {
    returned(enhancer, Function::Parameters, Instance::parameters_json)
}

/// Sets a parameter, such as `limiter.ceiling` or `equalizer.bands.2.gain`, in its unit; a switch to 0 or 1, a choice to the
/// index of its label. Nothing is clamped: a value out of range is refused.
///
/// # Safety
/// `name` is NULL (refused) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_set_parameter(
    enhancer: *mut Enhancer,
    name: *const c_char,
    value: f64,
) -> c_int {
    // SAFETY: the caller's C string.
    on(enhancer, |instance| instance.set_parameter(unsafe { text("name", name, MAX_NAME_BYTES)? }, value))
}

/// Reads a parameter.
///
/// # Safety
/// `name` is NULL (refused) or a C string; `value` is NULL (refused) or a `double` to write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_get_parameter(
    enhancer: *mut Enhancer,
    name: *const c_char,
    value: *mut f64,
) -> c_int {
    on(enhancer, |instance| {
        // SAFETY: the caller's C string.
        let found = instance.parameter(unsafe { text("name", name, MAX_NAME_BYTES)? })?;
        // SAFETY: the caller's place.
        unsafe { write("value", value, found) }
    })
}

/// Common formats as a JSON array of objects with `sample_rate`, `channels`, `bit_depth`, `format`. Every rate from 8 to 384 kHz
/// works. NULL on failure.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_supported_formats(enhancer: *mut Enhancer) -> *const c_char {
    returned(enhancer, Function::Formats, |_| Ok(formats_json()))
}

/// Metrics as JSON: under `operations` each one's `count`, `total_ns`, `min_ns`, `max_ns`, `last_ns`, `average_ns`; `frames`,
/// `errors`, `memory`. NULL on failure.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_metrics(enhancer: *mut Enhancer) -> *const c_char {
    returned(enhancer, Function::Metrics, |instance| Ok(instance.metrics_json()))
}
