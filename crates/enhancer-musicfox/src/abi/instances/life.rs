//! From created to destroyed, and the messages.

use super::{json, on};
use crate::boundary::{MAX_JSON_BYTES, as_pointer, handle_of, text, value, with};
use crate::instance::Instance;
use crate::results::ABI_VERSION;
use crate::types::Enhancer;
use crate::{handle, last_error};
use std::ffi::{c_char, c_int};

/// Creates an instance. With a config it is initialized, too; with NULL it waits for `enhancer_initialize`.
///
/// `config_json` is an object, all of it optional: `{"sample_rate": 44100, "channels": 2, "buffer_size": 1024,
/// "log_level": "info", "preset": "warm", "enhancer": {…}}`. `enhancer` is what a preset's `config` holds, or a whole preset file.
/// `log_level` is `off`, `error`, `warn`, `info` or `debug`; `preset_folder` names another folder for the user's presets.
///
/// Returns a handle, which goes back with `enhancer_destroy`; NULL on failure.
///
/// # Safety
/// `config_json` is NULL or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_create(config_json: *const c_char) -> *mut Enhancer {
    value(std::ptr::null_mut(), || {
        let instance = Instance::new();
        if !config_json.is_null() {
            // SAFETY: the caller's C string.
            instance.initialize(unsafe { text("config_json", config_json, MAX_JSON_BYTES)? })?;
        }
        handle::create(Box::new(instance)).map(as_pointer)
    })
}

/// Destroys an instance, after the calls under way. What it returned or lent is gone. A handle that is none does nothing
/// but leave a message.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_destroy(enhancer: *mut Enhancer) {
    value((), || handle::destroy(handle_of(enhancer)).map(|instance| instance.log_end()));
}

/// Initializes an instance that is created, stopped or in the error status. See `enhancer_create` for the config.
///
/// # Safety
/// `config_json` is NULL (refused) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_initialize(enhancer: *mut Enhancer, config_json: *const c_char) -> c_int {
    // SAFETY: the caller's C string.
    unsafe { json(enhancer, "config_json", config_json, |instance, text| instance.initialize(text)) }
}

/// Lets audio in. After `enhancer_stop` it starts again, with the past forgotten.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_start(enhancer: *mut Enhancer) -> c_int {
    on(enhancer, Instance::start)
}

/// Lets no more audio in, and ends real-time processing.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_stop(enhancer: *mut Enhancer) -> c_int {
    on(enhancer, Instance::stop)
}

/// 0 unknown (created), 1 initializing (ready to start), 2 running, 3 stopped, 4 error; 0 for a handle that is none.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_get_status(enhancer: *const Enhancer) -> c_int {
    value(0, || with(handle_of(enhancer), |instance, _| Ok(instance.status() as c_int)))
}

/// 0 while the instance runs.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_health_check(enhancer: *const Enhancer) -> c_int {
    on(enhancer, Instance::health_check)
}

/// From here to `enhancer_stop_real_time` the audio calls do not allocate, lock, log or call the system for blocks of up
/// to `buffer_size` frames; longer ones are refused.
///
/// `config_json` is `{"buffer_size": 512, "spectrum": false}`, both optional; `buffer_size` is the instance's own if left out.
///
/// # Safety
/// `config_json` is NULL (refused) or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn enhancer_start_real_time(
    enhancer: *mut Enhancer,
    config_json: *const c_char,
) -> c_int {
    // SAFETY: the caller's C string.
    unsafe { json(enhancer, "config_json", config_json, |instance, text| instance.start_real_time(text)) }
}

/// Ends what `enhancer_start_real_time` began.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_stop_real_time(enhancer: *mut Enhancer) -> c_int {
    on(enhancer, Instance::stop_real_time)
}

/// Changes sample rate and channels. The chain starts afresh; audio calls that meet the change itself fail.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_set_audio_format(
    enhancer: *mut Enhancer,
    sample_rate: c_int,
    channels: c_int,
) -> c_int {
    on(enhancer, |instance| instance.set_format(i64::from(sample_rate), i64::from(channels)))
}

/// What the latest failed call on this thread met, one line; empty if none failed. Holds until the next one fails.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_last_error() -> *const c_char {
    last_error::get()
}

/// The version of this interface. It grows with each change that a caller could notice.
#[unsafe(no_mangle)]
pub extern "C" fn enhancer_abi_version() -> c_int {
    ABI_VERSION
}
