//! `urid.h`, `options.h`, `state.h`, `worker.h`, `log.h`.

use super::{LV2_Feature, LV2_Handle};
use std::ffi::{c_char, c_int, c_void};

pub type LV2_URID = u32;

#[repr(C)]
pub struct LV2_URID_Map {
    pub handle: *mut c_void,
    pub map: unsafe extern "C" fn(handle: *mut c_void, uri: *const c_char) -> LV2_URID,
}

#[repr(C)]
pub struct LV2_Options_Option {
    pub context: u32,
    pub subject: u32,
    pub key: LV2_URID,
    pub size: u32,
    pub type_: LV2_URID,
    pub value: *const c_void,
}

pub const LV2_STATE_IS_POD: u32 = 1;
pub const LV2_STATE_IS_PORTABLE: u32 = 2;

pub const LV2_STATE_SUCCESS: u32 = 0;
pub const LV2_STATE_ERR_UNKNOWN: u32 = 1;
pub const LV2_STATE_ERR_BAD_TYPE: u32 = 2;
pub const LV2_STATE_ERR_NO_FEATURE: u32 = 4;
pub const LV2_STATE_ERR_NO_PROPERTY: u32 = 5;

pub type LV2_State_Store_Function = unsafe extern "C" fn(
    handle: *mut c_void,
    key: u32,
    value: *const c_void,
    size: usize,
    type_: u32,
    flags: u32,
) -> u32;

pub type LV2_State_Retrieve_Function = unsafe extern "C" fn(
    handle: *mut c_void,
    key: u32,
    size: *mut usize,
    type_: *mut u32,
    flags: *mut u32,
) -> *const c_void;

#[repr(C)]
pub struct LV2_State_Interface {
    pub save: unsafe extern "C" fn(
        instance: LV2_Handle,
        store: LV2_State_Store_Function,
        handle: *mut c_void,
        flags: u32,
        features: *const *const LV2_Feature,
    ) -> u32,
    pub restore: unsafe extern "C" fn(
        instance: LV2_Handle,
        retrieve: LV2_State_Retrieve_Function,
        handle: *mut c_void,
        flags: u32,
        features: *const *const LV2_Feature,
    ) -> u32,
}

pub const LV2_WORKER_SUCCESS: u32 = 0;

pub type LV2_Worker_Respond_Function =
    unsafe extern "C" fn(handle: *mut c_void, size: u32, data: *const c_void) -> u32;

#[repr(C)]
pub struct LV2_Worker_Interface {
    pub work: unsafe extern "C" fn(
        instance: LV2_Handle,
        respond: LV2_Worker_Respond_Function,
        handle: *mut c_void,
        size: u32,
        data: *const c_void,
    ) -> u32,
    pub work_response: unsafe extern "C" fn(instance: LV2_Handle, size: u32, body: *const c_void) -> u32,
    pub end_run: Option<unsafe extern "C" fn(instance: LV2_Handle) -> u32>,
}

#[repr(C)]
pub struct LV2_Worker_Schedule {
    pub handle: *mut c_void,
    pub schedule_work: unsafe extern "C" fn(handle: *mut c_void, size: u32, data: *const c_void) -> u32,
}

#[repr(C)]
pub struct LV2_Log_Log {
    pub handle: *mut c_void,
    pub printf:
        unsafe extern "C" fn(handle: *mut c_void, type_: LV2_URID, format: *const c_char, ...) -> c_int,
    /// Takes a `va_list`, which Rust cannot create.
    pub vprintf: *const c_void,
}
