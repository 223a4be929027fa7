//! The C functions that a host calls on an instance, and the descriptors that list them.

use crate::features::{self, Features, Severity};
use crate::instance::{Instance, has_tasks};
use crate::plugin::{Lv2Entry, Lv2Plugin};
use crate::raw::*;
use std::ffi::{CStr, CString, c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The descriptors that `lv2_descriptor` returns; [`nice_export_lv2!`](crate::nice_export_lv2) keeps one such
/// list for the library.
pub struct Descriptors {
    /// One for each of [`Lv2Plugin::LV2_PLUGINS`].
    descriptors: Vec<LV2_Descriptor>,
    /// Owns the strings that the descriptors' `uri` pointers refer to.
    _uris: Vec<CString>,
}

impl Descriptors {
    /// Creates a descriptor for each of [`Lv2Plugin::LV2_PLUGINS`].
    #[must_use]
    pub fn new<P: Lv2Plugin>() -> Self {
        let uris: Vec<CString> =
            P::LV2_PLUGINS.iter().map(|entry| CString::new(entry.uri).unwrap_or_default()).collect();
        let descriptors = uris.iter().map(|uri| LV2_Descriptor {
            uri: uri.as_ptr(),
            instantiate: Some(instantiate::<P>),
            connect_port: Some(connect_port::<P>),
            activate: Some(activate::<P>),
            run: Some(run::<P>),
            deactivate: Some(deactivate::<P>),
            cleanup: Some(cleanup::<P>),
            extension_data: Some(extension_data::<P>),
        });
        Self { descriptors: descriptors.collect(), _uris: uris }
    }

    /// The descriptor at `index`, or null past the end.
    #[must_use]
    pub fn get(&self, index: u32) -> *const LV2_Descriptor {
        self.descriptors.get(index as usize).map_or(std::ptr::null(), std::ptr::from_ref)
    }
}

/// Finds the plugin with a URI; `None` for null and for a URI that is not in [`Lv2Plugin::LV2_PLUGINS`].
///
/// # Safety
/// `uri` must be null or a C string.
pub(crate) unsafe fn entry_of<P: Lv2Plugin>(uri: *const c_char) -> Option<&'static Lv2Entry> {
    if uri.is_null() {
        return None;
    }
    // SAFETY: the caller guarantees that a pointer other than null is a C string.
    let uri = unsafe { CStr::from_ptr(uri) }.to_str().ok()?;
    P::LV2_PLUGINS.iter().find(|entry| entry.uri == uri)
}

unsafe extern "C" fn instantiate<P: Lv2Plugin>(
    descriptor: *const LV2_Descriptor,
    sample_rate_hz: f64,
    _bundle_path: *const c_char,
    list: *const *const LV2_Feature,
) -> LV2_Handle {
    nice_plug::wrapper::setup_logger::<P>();
    // SAFETY: the host guarantees, by LV2's `instantiate`, that `descriptor` came from `lv2_descriptor` and
    // that `list` and its features outlive the instance.
    let (entry, features) = unsafe { (entry_of::<P>((*descriptor).uri), Features::new(list)) };
    let Some(entry) = entry else { return std::ptr::null_mut() };
    let instance = catch_unwind(AssertUnwindSafe(|| Instance::<P>::new(entry, sample_rate_hz, &features)));
    match instance {
        Ok(Some(instance)) => Box::into_raw(instance).cast(),
        Ok(None) => std::ptr::null_mut(),
        Err(_) => {
            features.log(Severity::Error, &format!("{}: panic during instantiation", entry.name));
            std::ptr::null_mut()
        }
    }
}

unsafe extern "C" fn connect_port<P: Lv2Plugin>(handle: LV2_Handle, port: u32, data: *mut c_void) {
    // SAFETY: the host guarantees that `handle` came from `instantiate`, and, by LV2's audio class, that no
    // other function of this instance runs during the call.
    unsafe { Instance::<P>::from_handle(handle).audio() }.connect(port, data);
}

unsafe extern "C" fn activate<P: Lv2Plugin>(handle: LV2_Handle) {
    // SAFETY: the host guarantees that `handle` came from `instantiate`; by LV2's instantiation class, that
    // no other function of this instance runs during the call; and that each connected port has memory of its
    // type.
    unsafe { Instance::<P>::from_handle(handle).audio().activate() };
}

unsafe extern "C" fn run<P: Lv2Plugin>(handle: LV2_Handle, frames: u32) {
    // SAFETY: the host guarantees that `handle` came from `instantiate`; by LV2's audio class, that no other
    // function of this instance runs during the call; and that each connected port has memory of its type.
    unsafe { Instance::<P>::from_handle(handle).audio().run(frames) };
}

unsafe extern "C" fn deactivate<P: Lv2Plugin>(handle: LV2_Handle) {
    // SAFETY: the host guarantees that `handle` came from `instantiate`, and, by LV2's instantiation class,
    // that no other function of this instance runs during the call.
    unsafe { Instance::<P>::from_handle(handle).audio() }.deactivate();
}

unsafe extern "C" fn cleanup<P: Lv2Plugin>(handle: LV2_Handle) {
    // SAFETY: `instantiate` made `handle` with `Box::into_raw`, and the host guarantees that `cleanup` is its
    // last use.
    drop(unsafe { Box::from_raw(handle.cast::<Instance<P>>()) });
}

unsafe extern "C" fn extension_data<P: Lv2Plugin>(uri: *const c_char) -> *const c_void {
    // SAFETY: the host guarantees, by LV2's `extension_data`, that `uri` is a C string.
    let uri = unsafe { CStr::from_ptr(uri) };
    if uri == features::STATE_INTERFACE {
        std::ptr::from_ref(const { &LV2_State_Interface { save: save::<P>, restore: restore::<P> } }).cast()
    } else if uri == features::WORKER_INTERFACE && has_tasks::<P>() {
        std::ptr::from_ref(const { &LV2_Worker_Interface { work: work::<P>, work_response, end_run: None } })
            .cast()
    } else {
        std::ptr::null()
    }
}

unsafe extern "C" fn save<P: Lv2Plugin>(
    handle: LV2_Handle,
    store: LV2_State_Store_Function,
    state: *mut c_void,
    _flags: u32,
    _features: *const *const LV2_Feature,
) -> u32 {
    // SAFETY: the host guarantees that `handle` came from `instantiate` and that `store` accepts `state` as
    // its handle.
    unsafe { Instance::<P>::from_handle(handle).save(store, state) }
}

unsafe extern "C" fn restore<P: Lv2Plugin>(
    handle: LV2_Handle,
    retrieve: LV2_State_Retrieve_Function,
    state: *mut c_void,
    _flags: u32,
    list: *const *const LV2_Feature,
) -> u32 {
    // SAFETY: the host guarantees that `handle` came from `instantiate`; that `retrieve` accepts `state`;
    // and, as `restore` is in LV2's instantiation class, that no other function of this instance runs during
    // the call.
    unsafe { Instance::<P>::from_handle(handle).restore(retrieve, state, &Features::new(list)) }
}

unsafe extern "C" fn work<P: Lv2Plugin>(
    handle: LV2_Handle,
    _respond: LV2_Worker_Respond_Function,
    _respond_handle: *mut c_void,
    _size: u32,
    _data: *const c_void,
) -> u32 {
    // SAFETY: the host guarantees that `handle` came from `instantiate` and is not cleaned up yet.
    unsafe { Instance::<P>::from_handle(handle) }.shared().tasks.work();
    LV2_WORKER_SUCCESS
}

/// Does nothing: a task passes its result to the plugin itself.
unsafe extern "C" fn work_response(_handle: LV2_Handle, _size: u32, _body: *const c_void) -> u32 {
    LV2_WORKER_SUCCESS
}
