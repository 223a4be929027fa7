//! `enhancer_…`: any number of instances.
//!
//! Each function checks its handle, so that a stale, foreign or null one fails instead of crashing. All may be called from
//! any thread; one thread at a time gets audio through an instance.

mod audio;
mod control;
mod life;

pub use audio::*;
pub use control::*;
pub use life::*;

use crate::boundary::{MAX_JSON_BYTES, handle_of, status, text, value, with};
use crate::error::Error;
use crate::held::Function;
use crate::instance::Instance;
use crate::results::hold_text;
use crate::types::Enhancer;
use std::ffi::{c_char, c_int};

/// 0, or −1 and a message.
fn on(enhancer: *const Enhancer, call: impl FnOnce(&Instance) -> Result<(), Error>) -> c_int {
    status(|| with(handle_of(enhancer), |instance, _| call(instance)))
}

/// The same with a JSON text.
///
/// # Safety
/// `json` is null or a C string.
unsafe fn json(
    enhancer: *const Enhancer,
    what: &'static str,
    json: *const c_char,
    call: impl FnOnce(&Instance, &str) -> Result<(), Error>,
) -> c_int {
    // SAFETY: the caller's C string.
    on(enhancer, |instance| call(instance, unsafe { text(what, json, MAX_JSON_BYTES)? }))
}

/// A text that the library keeps, or null and a message.
fn returned(
    enhancer: *const Enhancer,
    function: Function,
    call: impl FnOnce(&Instance) -> Result<String, Error>,
) -> *const c_char {
    value(std::ptr::null(), || {
        with(handle_of(enhancer), |instance, handle| hold_text(handle, function, &call(instance)?))
    })
}
