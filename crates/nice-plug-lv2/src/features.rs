//! The features that a host passes at instantiation.

use crate::raw::*;
use std::ffi::{CStr, CString, c_char, c_void};

pub(crate) const URID_MAP: &CStr = c"http://lv2plug.in/ns/ext/urid#map";
pub(crate) const OPTIONS: &CStr = c"http://lv2plug.in/ns/ext/options#options";
pub(crate) const WORKER_SCHEDULE: &CStr = c"http://lv2plug.in/ns/ext/worker#schedule";
pub(crate) const WORKER_INTERFACE: &CStr = c"http://lv2plug.in/ns/ext/worker#interface";
pub(crate) const STATE_INTERFACE: &CStr = c"http://lv2plug.in/ns/ext/state#interface";
pub(crate) const LOG: &CStr = c"http://lv2plug.in/ns/ext/log#log";
pub(crate) const INSTANCE_ACCESS: &CStr = c"http://lv2plug.in/ns/ext/instance-access";
const MAX_BLOCK: &CStr = c"http://lv2plug.in/ns/ext/buf-size#maxBlockLength";
const ATOM_INT: &CStr = c"http://lv2plug.in/ns/ext/atom#Int";
const ATOM_FLOAT: &CStr = c"http://lv2plug.in/ns/ext/atom#Float";
const LOG_ERROR: &CStr = c"http://lv2plug.in/ns/ext/log#Error";
const LOG_WARNING: &CStr = c"http://lv2plug.in/ns/ext/log#Warning";

/// The host's features. The pointers are valid as long as the instance that received them.
#[derive(Clone, Copy)]
pub(crate) struct Features {
    list: *const *const LV2_Feature,
    map: Option<*const LV2_URID_Map>,
}

/// The severity of a log message.
#[derive(Clone, Copy)]
pub(crate) enum Severity {
    Error,
    Warning,
}

impl Features {
    /// Reads the host's list and finds its URID map.
    ///
    /// # Safety
    /// `list` must be null, or a list that ends with null and outlives the result, as LV2 requires of hosts.
    pub(crate) unsafe fn new(list: *const *const LV2_Feature) -> Self {
        let mut features = Self { list, map: None };
        features.map = features.find(URID_MAP).map(|data| data.cast::<LV2_URID_Map>().cast_const());
        features
    }

    /// The data of the feature with this URI; `None` if the host lacks the feature or its data is null.
    pub(crate) fn find(&self, uri: &CStr) -> Option<*mut c_void> {
        if self.list.is_null() {
            return None;
        }
        let mut at = self.list;
        // SAFETY: `new`'s caller guarantees a list that ends with null; the host guarantees, by LV2, that
        // each entry is a feature with a C string as its URI.
        unsafe {
            while let Some(feature) = (*at).as_ref() {
                if !feature.uri.is_null() && CStr::from_ptr(feature.uri) == uri {
                    return (!feature.data.is_null()).then_some(feature.data);
                }
                at = at.add(1);
            }
        }
        None
    }

    /// The host's number for a URI; `None` without a URID map.
    pub(crate) fn urid(&self, uri: &CStr) -> Option<LV2_URID> {
        // SAFETY: the host guarantees, by LV2's `urid:map`, that the map outlives the instance.
        let map = unsafe { self.map?.as_ref() }?;
        // SAFETY: `map` is the host's function with its own handle, and a `CStr` is a C string.
        let urid = unsafe { (map.map)(map.handle, uri.as_ptr()) };
        (urid != 0).then_some(urid)
    }

    /// The host's largest block, frames; `None` if the host does not declare it.
    pub(crate) fn max_block_frames(&self) -> Option<u32> {
        let value = self.option(MAX_BLOCK, ATOM_INT, 4)?;
        // SAFETY: `option` checked that the value is an atom:Int of 4 bytes.
        let frames = unsafe { value.cast::<i32>().read_unaligned() };
        u32::try_from(frames).ok().filter(|&frames| frames > 0)
    }

    /// The value of an atom:Float option.
    pub(crate) fn float_option(&self, key: &CStr) -> Option<f32> {
        let value = self.option(key, ATOM_FLOAT, 4)?;
        // SAFETY: `option` checked that the value is an atom:Float of 4 bytes.
        Some(unsafe { value.cast::<f32>().read_unaligned() })
    }

    fn option(&self, key: &CStr, type_: &CStr, size: u32) -> Option<*const c_void> {
        let (key, type_) = (self.urid(key)?, self.urid(type_)?);
        let mut option = self.find(OPTIONS)?.cast::<LV2_Options_Option>().cast_const();
        // SAFETY: the host guarantees, by LV2's `opts:options`, a list that ends with a key and a value of 0.
        unsafe {
            while (*option).key != 0 || !(*option).value.is_null() {
                let present = &*option;
                let fits = present.type_ == type_ && present.size == size && !present.value.is_null();
                if present.key == key && fits {
                    return Some(present.value);
                }
                option = option.add(1);
            }
        }
        None
    }

    /// Logs a message through the host, or to the error stream if the host has no log. Not for the audio
    /// thread.
    pub(crate) fn log(&self, severity: Severity, message: &str) {
        let uri = match severity {
            Severity::Error => LOG_ERROR,
            Severity::Warning => LOG_WARNING,
        };
        let text = CString::new(message.replace('\0', " ") + "\n").unwrap_or_default();
        let log = self.find(LOG).map(|data| data.cast::<LV2_Log_Log>());
        if let (Some(log), Some(urid)) = (log, self.urid(uri)) {
            // SAFETY: `printf` is the host's function with its own handle; `%s` takes one C string, which
            // `text` is.
            unsafe {
                ((*log).printf)((*log).handle, urid, c"%s".as_ptr(), text.as_ptr().cast::<c_char>());
            }
        } else {
            eprint!("{}", text.to_string_lossy());
        }
    }
}
