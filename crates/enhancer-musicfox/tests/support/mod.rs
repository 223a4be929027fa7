//! The C interface for the tests in Rust.

#![allow(dead_code, reason = "each test crate uses a part")]

use enhancer_musicfox::instances::*;
use enhancer_musicfox::types::{AudioBuffer, Enhancer};
use std::ffi::{CStr, CString, c_char};
use std::path::Path;
use std::ptr::null_mut;

/// A C string from a text without NUL.
pub(crate) fn c(text: impl Into<Vec<u8>>) -> CString {
    CString::new(text).unwrap()
}

/// Copies a string that the library returned.
pub(crate) fn string(text: *const c_char) -> String {
    assert!(!text.is_null(), "{}", last_error());
    // SAFETY: the library guarantees a C string that is valid until this thread calls the same function
    // again.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned()
}

pub(crate) fn last_error() -> String {
    string(enhancer_last_error())
}

/// A running instance; dropping it destroys the instance.
pub(crate) struct Running(pub(crate) *mut Enhancer);

// SAFETY: the header (Threads) allows calls from any thread; the pointer is a handle that is never
// dereferenced.
unsafe impl Send for Running {}
// SAFETY: as for `Send`; the header allows calls from several threads at once.
unsafe impl Sync for Running {}

impl Running {
    /// Starts an instance with this folder of presets, no log and these further fields of the config.
    pub(crate) fn with(folder: &Path, fields: &str) -> Self {
        let config =
            format!(r#"{{"log_level": "off", "preset_folder": {:?}, {fields}}}"#, folder.to_str().unwrap());
        // SAFETY: `c` makes a C string.
        let enhancer = unsafe { enhancer_create(c(config).as_ptr()) };
        assert!(!enhancer.is_null(), "{}", last_error());
        assert_eq!(enhancer_start(enhancer), 0);
        Self(enhancer)
    }

    /// Starts an instance for stereo at 48 kHz.
    pub(crate) fn stereo(folder: &Path) -> Self {
        Self::with(folder, r#""sample_rate": 48000, "buffer_size": 512"#)
    }

    pub(crate) fn config(&self) -> String {
        string(enhancer_get_config(self.0))
    }

    pub(crate) fn update(&self, enhancer: &str) {
        let config = c(format!(r#"{{"enhancer": {enhancer}}}"#));
        // SAFETY: `c` makes a C string.
        assert_eq!(unsafe { enhancer_update_config(self.0, config.as_ptr()) }, 0, "{}", last_error());
    }

    /// Processes planar channels in place at 48 kHz. Returns the result of `enhancer_process_audio`.
    pub(crate) fn process(&self, channels: &mut [&mut [f32]]) -> i32 {
        let frames = channels.first().map_or(0, |channel| channel.len());
        let mut pointers: Vec<*mut f32> = channels.iter_mut().map(|channel| channel.as_mut_ptr()).collect();
        let mut buffer = buffer(&mut pointers, frames);
        let input = buffer;
        // SAFETY: `buffer` has the channels and frames of the slices; in place is allowed.
        unsafe { enhancer_process_audio(self.0, &raw const input, &raw mut buffer) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        enhancer_destroy(self.0);
    }
}

/// A block at 48 kHz with these channels.
pub(crate) fn buffer(channels: &mut [*mut f32], frames: usize) -> AudioBuffer {
    AudioBuffer {
        data: channels.as_mut_ptr(),
        sample_rate: 48_000,
        channels: channels.len() as i64,
        frames: frames as i64,
        timestamp_ns: 0,
    }
}

/// An output that requests lent buffers.
pub(crate) const LEND: AudioBuffer =
    AudioBuffer { data: null_mut(), sample_rate: 0, channels: 0, frames: 0, timestamp_ns: 0 };
