//! The C functions that a host calls on a UI, and the descriptors that list them.

use super::{Ui, has_editor};
use crate::bundle::ui_uri;
use crate::descriptor::entry_of;
use crate::features::{Features, Severity};
use crate::plugin::Lv2Plugin;
use crate::raw::*;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

const IDLE: &CStr = c"http://lv2plug.in/ns/extensions/ui#idleInterface";
const SHOW: &CStr = c"http://lv2plug.in/ns/extensions/ui#showInterface";
const RESIZE: &CStr = c"http://lv2plug.in/ns/extensions/ui#resize";

/// The UI descriptors that `lv2ui_descriptor` returns; [`nice_export_lv2!`](crate::nice_export_lv2) keeps one
/// such list for the library. It is empty for a plugin without an editor.
pub struct UiDescriptors {
    descriptors: Vec<LV2UI_Descriptor>,
    /// Owns the strings that the descriptors' `uri` pointers refer to.
    _uris: Vec<CString>,
}

impl UiDescriptors {
    /// Creates a UI descriptor for each of [`Lv2Plugin::LV2_PLUGINS`].
    #[must_use]
    pub fn new<P: Lv2Plugin>() -> Self {
        let entries = if has_editor::<P>() { P::LV2_PLUGINS } else { &[] };
        let uris: Vec<CString> =
            entries.iter().map(|entry| CString::new(ui_uri(entry)).unwrap_or_default()).collect();
        let descriptors = uris.iter().map(|uri| LV2UI_Descriptor {
            uri: uri.as_ptr(),
            instantiate: Some(instantiate::<P>),
            cleanup: Some(cleanup::<P>),
            port_event: Some(port_event::<P>),
            extension_data: Some(extension_data::<P>),
        });
        Self { descriptors: descriptors.collect(), _uris: uris }
    }

    /// The descriptor at `index`, or null past the end.
    #[must_use]
    pub fn get(&self, index: u32) -> *const LV2UI_Descriptor {
        self.descriptors.get(index as usize).map_or(std::ptr::null(), std::ptr::from_ref)
    }
}

unsafe extern "C" fn instantiate<P: Lv2Plugin>(
    _descriptor: *const LV2UI_Descriptor,
    plugin_uri: *const c_char,
    _bundle_path: *const c_char,
    write: Option<LV2UI_Write_Function>,
    controller: LV2UI_Controller,
    widget: *mut LV2UI_Widget,
    list: *const *const LV2_Feature,
) -> LV2UI_Handle {
    nice_plug::wrapper::setup_logger::<P>();
    // SAFETY: the host guarantees, by LV2's `instantiate`, that `plugin_uri` is a C string and that `list`
    // outlives the UI.
    let (entry, features) = unsafe { (entry_of::<P>(plugin_uri), Features::new(list)) };
    let (Some(entry), Some(write)) = (entry, write) else { return std::ptr::null_mut() };
    match catch_unwind(AssertUnwindSafe(|| Ui::<P>::open(entry, write, controller, &features))) {
        Ok(Some(ui)) => {
            if !widget.is_null() {
                // SAFETY: the host guarantees, by LV2's `instantiate`, that `widget` is writable.
                unsafe { widget.write(ui.widget()) };
            }
            Box::into_raw(ui).cast()
        }
        Ok(None) => std::ptr::null_mut(),
        Err(_) => {
            features.log(Severity::Error, &format!("{}: panic while the editor opened", entry.name));
            std::ptr::null_mut()
        }
    }
}

/// The UI behind a host's handle.
///
/// # Safety
/// `handle` must come from [`instantiate`] and must not be cleaned up yet. Only one call may use it at a
/// time.
unsafe fn ui<'a, P: Lv2Plugin>(handle: LV2UI_Handle) -> &'a mut Ui<P> {
    // SAFETY: the caller guarantees a living UI without another reference.
    unsafe { &mut *handle.cast::<Ui<P>>() }
}

unsafe extern "C" fn cleanup<P: Lv2Plugin>(handle: LV2UI_Handle) {
    // SAFETY: `instantiate` made `handle` with `Box::into_raw`, and the host guarantees that `cleanup` is its
    // last use.
    drop(unsafe { Box::from_raw(handle.cast::<Ui<P>>()) });
}

unsafe extern "C" fn port_event<P: Lv2Plugin>(
    handle: LV2UI_Handle,
    port: u32,
    size: u32,
    format: u32,
    buffer: *const c_void,
) {
    if format == 0 && size == 4 && !buffer.is_null() {
        // SAFETY: the host guarantees that `handle` came from `instantiate`, that it calls on its UI thread
        // only, and that a buffer of format 0 is a float.
        unsafe { ui::<P>(handle).port_event(port as usize, buffer.cast::<f32>().read_unaligned()) };
    }
}

unsafe extern "C" fn extension_data<P: Lv2Plugin>(uri: *const c_char) -> *const c_void {
    // SAFETY: the host guarantees, by LV2's `extension_data`, that `uri` is a C string.
    let uri = unsafe { CStr::from_ptr(uri) };
    if uri == IDLE {
        std::ptr::from_ref(const { &LV2UI_Idle_Interface { idle: idle::<P> } }).cast()
    } else if uri == SHOW {
        std::ptr::from_ref(const { &LV2UI_Show_Interface { show: show::<P>, hide: hide::<P> } }).cast()
    } else if uri == RESIZE {
        std::ptr::from_ref(
            const { &LV2UI_Resize { handle: std::ptr::null_mut(), ui_resize: Some(resize::<P>) } },
        )
        .cast()
    } else {
        std::ptr::null()
    }
}

unsafe extern "C" fn idle<P: Lv2Plugin>(handle: LV2UI_Handle) -> c_int {
    // SAFETY: the host guarantees that `handle` came from `instantiate` and that it calls on its UI thread
    // only.
    unsafe { ui::<P>(handle) }.idle()
}

unsafe extern "C" fn show<P: Lv2Plugin>(handle: LV2UI_Handle) -> c_int {
    // SAFETY: the host guarantees that `handle` came from `instantiate` and that it calls on its UI thread
    // only.
    unsafe { ui::<P>(handle) }.show(true)
}

unsafe extern "C" fn hide<P: Lv2Plugin>(handle: LV2UI_Handle) -> c_int {
    // SAFETY: the host guarantees that `handle` came from `instantiate` and that it calls on its UI thread
    // only.
    unsafe { ui::<P>(handle) }.show(false)
}

/// The `ui:resize` extension of the UI: its handle argument is the UI itself. Returns 1 for a negative size,
/// otherwise 0.
unsafe extern "C" fn resize<P: Lv2Plugin>(handle: *mut c_void, width: c_int, height: c_int) -> c_int {
    let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else { return 1 };
    // SAFETY: the host guarantees that `handle` came from `instantiate` and that it calls on its UI thread
    // only.
    unsafe { ui::<P>(handle) }.resize((width, height));
    0
}
