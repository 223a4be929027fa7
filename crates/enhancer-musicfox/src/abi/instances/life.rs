//! The life of an instance, real-time processing, format and error messages.

use super::{on, on_config};
use crate::boundary::{as_pointer, handle_of, value_or, with_instance};
use crate::instance::Instance;
use crate::pointers::{MAX_JSON_BYTES, read_text};
use crate::results::ABI_VERSION;
use crate::types::Enhancer;
use crate::{handle, last_error};
use std::ffi::{c_char, c_int};

/// Creates an instance. A config initializes it as well. With NULL, call `enhancer_initialize` next.
///
/// `config_json` is a JSON object. Every field is optional:
///
/// - `sample_rate`: Hz, 8000 to 384000; default 44100.
/// - `channels`: 1 to 8; default 2.
/// - `buffer_size`: frames of a block for which buffers are prepared, 1 to 1048576; default 1024.
/// - `preset`: name of the preset to load; no default.
/// - `enhancer`: config of the sound, in the form of a preset's `config` or of a whole preset file. Not with
///   `preset`.
/// - `log_level`: `off`, `error`, `warn`, `info` or `debug`; default `info`.
/// - `preset_folder`: folder of the user's presets; default the one that all programs of the Audio Enhancer
///   share.
///
/// Example: `{"sample_rate": 48000, "preset": "warm", "log_level": "off"}`.
///
/// Returns a handle to be passed to `enhancer_destroy`; NULL on failure.
///
/// # Safety
/// `config_json` is NULL or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_create(config_json: *const c_char) -> *mut Enhancer {
    value_or(std::ptr::null_mut(), || {
        let instance = Instance::new();
        if !config_json.is_null() {
            // SAFETY: the C caller guarantees a C string (Safety section of this function).
            instance.initialize(unsafe { read_text("config_json", config_json, MAX_JSON_BYTES)? })?;
        }
        handle::create(Box::new(instance)).map(as_pointer)
    })
}

/// Destroys an instance after the calls in progress have returned. Its results and lent buffers become
/// invalid. An invalid handle has no effect except a message.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_destroy(enhancer: *mut Enhancer) {
    value_or((), || handle::destroy(handle_of(enhancer)).map(|instance| instance.log_end()));
}

/// Initializes an instance that does not run: a new or stopped one, or one in the error status. Config as for
/// `enhancer_create`. Afterwards the status is 1 (initializing). On failure the instance stays unchanged.
///
/// # Safety
/// `config_json` is NULL (an error) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_initialize(enhancer: *mut Enhancer, config_json: *const c_char) -> c_int {
    // SAFETY: the C caller guarantees null or a C string (Safety section of this function).
    unsafe { on_config(enhancer, config_json, |instance, text| instance.initialize(text)) }
}

/// Starts an initialized or stopped instance: from here on it accepts audio. Its first block follows silence.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_start(enhancer: *mut Enhancer) -> c_int {
    on(enhancer, |instance| instance.start())
}

/// Stops a running instance: audio calls fail until `enhancer_start`. Ends real-time processing.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_stop(enhancer: *mut Enhancer) -> c_int {
    on(enhancer, |instance| instance.stop())
}

/// Returns the status: 0 unknown (created), 1 initializing (ready to start), 2 running, 3 stopped, 4 error.
/// An invalid handle gives 0.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_status(enhancer: *const Enhancer) -> c_int {
    value_or(0, || with_instance(handle_of(enhancer), |instance| Ok(instance.status() as c_int)))
}

/// Returns 0 while the instance runs, otherwise −1.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_health_check(enhancer: *const Enhancer) -> c_int {
    on(enhancer, |instance| instance.health_check())
}

/// Starts real-time processing. Until `enhancer_stop_real_time`, the audio calls do not allocate, wait for
/// locks, log or make system calls. Blocks longer than `buffer_size` frames are an error. The library lends a
/// fixed number of prepared buffers.
///
/// `config_json` is a JSON object. `buffer_size` is the most frames of a block; default the instance's own.
/// `spectrum` (true or false) enables the live spectrum of `enhancer_get_spectrum`; default false.
///
/// # Safety
/// `config_json` is NULL (an error) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_start_real_time(
    enhancer: *mut Enhancer,
    config_json: *const c_char,
) -> c_int {
    // SAFETY: the C caller guarantees null or a C string (Safety section of this function).
    unsafe { on_config(enhancer, config_json, |instance, text| instance.start_real_time(text)) }
}

/// Ends real-time processing. The instance keeps running.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_stop_real_time(enhancer: *mut Enhancer) -> c_int {
    on(enhancer, |instance| instance.stop_real_time())
}

/// Changes sample rate (Hz, 8000 to 384000) and number of channels (1 to 8). Clears the chain's state. Audio
/// calls that coincide with the change fail.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_set_audio_format(
    enhancer: *mut Enhancer,
    sample_rate: c_int,
    channels: c_int,
) -> c_int {
    on(enhancer, |instance| instance.set_format(i64::from(sample_rate), i64::from(channels)))
}

/// Returns the message of the latest failed call on this thread, one line; an empty string if none failed.
/// The string is valid until the next failure on this thread.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_last_error() -> *const c_char {
    last_error::get()
}

/// Returns the version of this interface. It grows with every change that affects a caller.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_abi_version() -> c_int {
    ABI_VERSION
}
