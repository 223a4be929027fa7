//! Analysis, presets, config, parameters, metadata and metrics.

use super::{on, on_config, on_named, text_of};
use crate::held::Function;
use crate::instance::Instance;
use crate::pointers::{MAX_JSON_BYTES, check_address, read, read_text, write};
use crate::results::{formats_json, hold_presets};
use crate::types::{AudioAnalysis, AudioBuffer, Enhancer, PluginMetadata, PresetInfo, SpectrumData};
use std::ffi::{c_char, c_int};

/// Measures a block of audio. Its format may differ from the instance's. Not for the audio thread: it
/// allocates.
///
/// # Safety
/// `input` is NULL (an error) or points to a struct whose arrays have its channels and frames. No thread
/// writes to them during the call. `analysis` is NULL (an error) or points to a struct, which is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_analyze_audio(
    enhancer: *mut Enhancer,
    input: *const AudioBuffer,
    analysis: *mut AudioAnalysis,
) -> c_int {
    on(enhancer, |instance| {
        check_address("analysis", analysis.cast_const())?;
        // SAFETY: the C caller guarantees null or a struct for both, and the input's arrays.
        unsafe { write("analysis", analysis, instance.analysis(read("input", input)?)?) }
    })
}

/// Computes the spectrum of a block of audio. Its format may differ from the instance's. If `input` is NULL,
/// computes the live spectrum, that of the latest output; real-time processing must be started with
/// `"spectrum": true`. Not for the audio thread: it allocates.
///
/// # Safety
/// As for `enhancer_analyze_audio`, except that `input` may be NULL; `spectrum` is NULL (an error) or points
/// to a struct, which is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_get_spectrum(
    enhancer: *mut Enhancer,
    input: *const AudioBuffer,
    spectrum: *mut SpectrumData,
) -> c_int {
    on(enhancer, |instance| {
        check_address("spectrum", spectrum.cast_const())?;
        // SAFETY: the C caller guarantees null or a struct.
        let input = if input.is_null() { None } else { Some(unsafe { read("input", input)? }) };
        // SAFETY: the C caller guarantees null or a struct for `spectrum`, and the input's arrays.
        unsafe { write("spectrum", spectrum, instance.spectrum(input)?) }
    })
}

/// Lists the presets: those of the factory, then those of the user. Writes the address of an array to
/// `presets` and its length to `count`. If `presets` is NULL, writes the length only.
///
/// # Safety
/// `presets` is NULL or points to a `const PresetInfo *`, which is written. `count` is NULL (an error) or
/// points to an `int`, which is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_get_presets(
    enhancer: *mut Enhancer,
    presets: *mut *const PresetInfo,
    count: *mut c_int,
) -> c_int {
    on(enhancer, |instance| {
        check_address("count", count.cast_const())?;
        if !presets.is_null() {
            check_address("presets", presets.cast_const())?;
        }
        let (address, number) = hold_presets(instance, &instance.presets()?)?;
        // SAFETY: the C caller guarantees null or writable memory for both; `check_address` excluded a null
        // `count`.
        unsafe {
            if !presets.is_null() {
                write("presets", presets, address)?;
            }
            write("count", count, c_int::try_from(number).unwrap_or(c_int::MAX))
        }
    })
}

/// Loads a preset. The sound glides to it from the next block on.
///
/// # Safety
/// `name` is NULL (an error) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_load_preset(enhancer: *mut Enhancer, name: *const c_char) -> c_int {
    // SAFETY: the C caller guarantees null or a C string.
    unsafe { on_named(enhancer, "name", name, |instance, name| instance.load_preset(name)) }
}

/// Saves a config as a preset of the user, for all programs of the Audio Enhancer. Replaces the user's preset
/// of that name. A factory preset's name is an error. `config_json` has the form of the field `enhancer` of
/// `enhancer_create`.
///
/// A name has 1 to 64 bytes: letters, digits, space, `-`, `_` and `.`, without a dot or space at either end.
///
/// # Safety
/// `name` and `config_json` are NULL (an error) or C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_save_preset(
    enhancer: *mut Enhancer,
    name: *const c_char,
    config_json: *const c_char,
) -> c_int {
    // SAFETY: the C caller guarantees null or a C string for both.
    unsafe {
        on_named(enhancer, "name", name, |instance, name| {
            instance.save_preset(name, read_text("config_json", config_json, MAX_JSON_BYTES)?)
        })
    }
}

/// Deletes a preset of the user. A factory preset's name is an error.
///
/// # Safety
/// `name` is NULL (an error) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_delete_preset(enhancer: *mut Enhancer, name: *const c_char) -> c_int {
    // SAFETY: the C caller guarantees null or a C string.
    unsafe { on_named(enhancer, "name", name, |instance, name| instance.delete_preset(name)) }
}

/// Describes the library and the instance's format. Works in every status.
///
/// # Safety
/// `metadata` is NULL (an error) or points to a struct, which is written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_get_metadata(
    enhancer: *mut Enhancer,
    metadata: *mut PluginMetadata,
) -> c_int {
    on(enhancer, |instance| {
        // SAFETY: the C caller guarantees null or a struct.
        unsafe { write("metadata", metadata, instance.metadata()?) }
    })
}

/// Returns the config as a JSON object with every field, in the form that `enhancer_update_config` accepts;
/// NULL on failure.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_config(enhancer: *mut Enhancer) -> *const c_char {
    text_of(enhancer, Function::Config, Instance::config_json)
}

/// Changes the config. The sound glides to it from the next block on. On failure nothing changes.
///
/// `config_json` has the fields of `enhancer_create`. Without `enhancer` and `preset` the sound stays as it
/// is. A field absent from `enhancer` takes its default. `sample_rate`, `channels` and `buffer_size` must be
/// absent or have the instance's values.
///
/// # Safety
/// `config_json` is NULL (an error) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_update_config(
    enhancer: *mut Enhancer,
    config_json: *const c_char,
) -> c_int {
    // SAFETY: the C caller guarantees null or a C string.
    unsafe { on_config(enhancer, config_json, |instance, text| instance.update_config(text)) }
}

/// Returns all parameters as a JSON array of objects; NULL on failure. Each object has `name`,
/// `display_name`, `type` (`float`, `switch` or `choice`), `value`, `min`, `max`, `default`, `unit` and
/// `description`; a choice also has `choices`.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_parameters(enhancer: *mut Enhancer) -> *const c_char {
    text_of(enhancer, Function::Parameters, Instance::parameters_json)
}

/// Sets a parameter, such as `limiter.ceiling` or `equalizer.bands.2.gain`. The sound glides to it from the
/// next block on.
///
/// `value` is in the parameter's unit. For a switch it is 0 or 1, for a choice the index in `choices`. A
/// value out of range is an error; nothing is clamped.
///
/// # Safety
/// `name` is NULL (an error) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_set_parameter(
    enhancer: *mut Enhancer,
    name: *const c_char,
    value: f64,
) -> c_int {
    // SAFETY: the C caller guarantees null or a C string.
    unsafe { on_named(enhancer, "name", name, |instance, name| instance.set_parameter(name, value)) }
}

/// Writes the value of a parameter to `value`, in the form of `enhancer_set_parameter`.
///
/// # Safety
/// `name` is NULL (an error) or a C string; `value` is NULL (an error) or points to a `double`, which is
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_get_parameter(
    enhancer: *mut Enhancer,
    name: *const c_char,
    value: *mut f64,
) -> c_int {
    // SAFETY: the C caller guarantees null or a C string for `name`, and null or a `double` for `value`.
    unsafe {
        on_named(enhancer, "name", name, |instance, name| write("value", value, instance.parameter(name)?))
    }
}

/// Returns common formats as a JSON array of objects with `sample_rate`, `channels`, `bit_depth` and
/// `format`; NULL on failure. Every sample rate from 8000 to 384000 Hz is supported, listed or not.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_supported_formats(enhancer: *mut Enhancer) -> *const c_char {
    text_of(enhancer, Function::Formats, |_| Ok(formats_json()))
}

/// Returns metrics as a JSON object; NULL on failure. `operations` has for each operation `count`,
/// `total_ns`, `min_ns`, `max_ns`, `last_ns` and `average_ns`. `frames` and `errors` are counts. `memory` has
/// the bytes and numbers of lendable and lent buffers, and the resident bytes of the process.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_metrics(enhancer: *mut Enhancer) -> *const c_char {
    text_of(enhancer, Function::Metrics, |instance| Ok(instance.metrics_json()))
}
