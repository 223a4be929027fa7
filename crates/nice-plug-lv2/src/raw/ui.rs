//! `ui.h`.

use super::LV2_Feature;
use std::ffi::{c_char, c_int, c_void};

pub type LV2UI_Handle = *mut c_void;
pub type LV2UI_Controller = *mut c_void;
/// In an X11 UI: the window's id.
pub type LV2UI_Widget = *mut c_void;

pub type LV2UI_Write_Function = unsafe extern "C" fn(
    controller: LV2UI_Controller,
    port_index: u32,
    buffer_size: u32,
    port_protocol: u32,
    buffer: *const c_void,
);

#[repr(C)]
pub struct LV2UI_Descriptor {
    pub uri: *const c_char,
    pub instantiate: Option<
        unsafe extern "C" fn(
            descriptor: *const LV2UI_Descriptor,
            plugin_uri: *const c_char,
            bundle_path: *const c_char,
            write_function: Option<LV2UI_Write_Function>,
            controller: LV2UI_Controller,
            widget: *mut LV2UI_Widget,
            features: *const *const LV2_Feature,
        ) -> LV2UI_Handle,
    >,
    pub cleanup: Option<unsafe extern "C" fn(ui: LV2UI_Handle)>,
    pub port_event: Option<
        unsafe extern "C" fn(
            ui: LV2UI_Handle,
            port_index: u32,
            buffer_size: u32,
            format: u32,
            buffer: *const c_void,
        ),
    >,
    pub extension_data: Option<unsafe extern "C" fn(uri: *const c_char) -> *const c_void>,
}

// SAFETY: a descriptor is never written after its construction. Its functions live as long as the library,
// and `UiDescriptors` owns its URI.
unsafe impl Send for LV2UI_Descriptor {}
// SAFETY: as for Send.
unsafe impl Sync for LV2UI_Descriptor {}

#[repr(C)]
pub struct LV2UI_Resize {
    pub handle: *mut c_void,
    pub ui_resize: Option<unsafe extern "C" fn(handle: *mut c_void, width: c_int, height: c_int) -> c_int>,
}

// SAFETY: this crate's only static value has a null handle and is never written.
unsafe impl Sync for LV2UI_Resize {}

#[repr(C)]
pub struct LV2UI_Touch {
    pub handle: *mut c_void,
    pub touch: Option<unsafe extern "C" fn(handle: *mut c_void, port_index: u32, grabbed: bool)>,
}

#[repr(C)]
pub struct LV2UI_Idle_Interface {
    pub idle: unsafe extern "C" fn(ui: LV2UI_Handle) -> c_int,
}

#[repr(C)]
pub struct LV2UI_Show_Interface {
    pub show: unsafe extern "C" fn(ui: LV2UI_Handle) -> c_int,
    pub hide: unsafe extern "C" fn(ui: LV2UI_Handle) -> c_int,
}
