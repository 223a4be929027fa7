//! `enhancer_…`: any number of instances.
//!
//! Each function checks its handle. A stale, foreign or null handle gives an error and never a crash. Any
//! thread may call any function; one thread at a time processes audio with an instance.

mod audio;
mod control;
mod life;

pub use audio::*;
pub use control::*;
pub use life::*;

use crate::boundary::{handle_of, status_code, value_or, with_instance};
use crate::error::Error;
use crate::handle::Pinned;
use crate::held::Function;
use crate::instance::Instance;
use crate::pointers::{MAX_JSON_BYTES, MAX_NAME_BYTES, read_text};
use crate::results::hold_text;
use crate::types::Enhancer;
use std::ffi::{c_char, c_int};

/// Runs the call on the instance. Returns 0, or −1 and stores a message.
fn on(enhancer: *const Enhancer, call: impl FnOnce(&Pinned) -> Result<(), Error>) -> c_int {
    status_code(|| with_instance(handle_of(enhancer), call))
}

/// Like [`on`], with a name from the caller. Errors call it `what`.
///
/// # Safety
/// `name` is null or a C string.
unsafe fn on_named(
    enhancer: *const Enhancer,
    what: &'static str,
    name: *const c_char,
    call: impl FnOnce(&Pinned, &str) -> Result<(), Error>,
) -> c_int {
    // SAFETY: the caller guarantees null or a C string.
    on(enhancer, |instance| call(instance, unsafe { read_text(what, name, MAX_NAME_BYTES)? }))
}

/// Like [`on`], with a JSON text from the caller, which errors call `config_json`.
///
/// # Safety
/// `json` is null or a C string.
unsafe fn on_config(
    enhancer: *const Enhancer,
    json: *const c_char,
    call: impl FnOnce(&Pinned, &str) -> Result<(), Error>,
) -> c_int {
    // SAFETY: the caller guarantees null or a C string.
    on(enhancer, |instance| call(instance, unsafe { read_text("config_json", json, MAX_JSON_BYTES)? }))
}

/// Runs the call on the instance. Returns its text, or NULL and stores a message.
fn text_of(
    enhancer: *const Enhancer,
    function: Function,
    call: impl FnOnce(&Instance) -> Result<String, Error>,
) -> *const c_char {
    value_or(std::ptr::null(), || {
        with_instance(handle_of(enhancer), |instance| hold_text(instance, function, &call(instance)?))
    })
}
