//! nice-plug's object for component and controller, with its `createView` replaced.
//!
//! This module defines the object's memory layout and reference count, as `ComWrapper` would. It can
//! therefore fill the object's header itself: nice-plug's method tables, unchanged except for `createView`.

use super::view;
use crate::AudioEnhancer;
use nice_plug::wrapper::vst3::Wrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IEditController, IEditControllerTrait, IEditControllerVtbl,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{FIDString, FUnknown, IPlugView, TUID, tresult};
use nice_plug::wrapper::vst3::vst3::com_scrape_types::{
    Header, InterfaceList, MakeHeader, Wrapper as Layout,
};
use nice_plug::wrapper::vst3::vst3::{Class, Interface};
use std::ffi::c_void;
use std::mem::offset_of;
use std::sync::{Arc, OnceLock};

type Plugin = Wrapper<AudioEnhancer>;
type Interfaces = <Plugin as Class>::Interfaces;

/// The object that a host references. It is always in an [`Arc`]; COM's interface pointers point into
/// `header`.
#[repr(C)]
struct Object {
    header: Header<Plugin>,
    plugin: Plugin,
}

/// Gives the generated methods the offset of the plugin in an [`Object`] and its reference count.
struct Counted;

impl Layout<Plugin> for Counted {
    unsafe fn data_from_header(header: *mut Header<Plugin>) -> *mut Plugin {
        // SAFETY: `create` is the only source of these headers, so `header` is the field of an `Object`.
        unsafe { header.byte_add(offset_of!(Object, plugin) - offset_of!(Object, header)).cast() }
    }

    unsafe fn header_from_data(plugin: *mut Plugin) -> *mut Header<Plugin> {
        // SAFETY: `create` is the only source of these plugins, so `plugin` is the field of an `Object`.
        unsafe { plugin.byte_sub(offset_of!(Object, plugin) - offset_of!(Object, header)).cast() }
    }

    unsafe fn add_ref(plugin: *mut Plugin) -> usize {
        // SAFETY: `plugin` is the field of an `Object`, and `create` puts every `Object` into an `Arc`. The
        // host calls this only through a reference that it holds, so the object is alive.
        unsafe {
            let object = plugin.byte_sub(offset_of!(Object, plugin)).cast::<Object>();
            Arc::increment_strong_count(object);
            count(object)
        }
    }

    unsafe fn release(plugin: *mut Plugin) -> usize {
        // SAFETY: `plugin` is the field of an `Object` in an `Arc`. By COM's rules the host releases only
        // references that it holds, so the object is alive until the decrement.
        unsafe {
            let object = plugin.byte_sub(offset_of!(Object, plugin)).cast::<Object>();
            let left = count(object) - 1;
            Arc::decrement_strong_count(object);
            left
        }
    }
}

/// The number of references to an object.
///
/// # Safety
/// `object` must point into a living `Arc`.
unsafe fn count(object: *const Object) -> usize {
    // SAFETY: the caller guarantees a living `Arc`; `ManuallyDrop` keeps the count unchanged.
    let object = std::mem::ManuallyDrop::new(unsafe { Arc::from_raw(object) });
    Arc::strong_count(&object)
}

/// Offset of the controller's interface in an object's header, bytes.
fn controller_offset() -> isize {
    // nice-plug's tuple of interfaces contains `IEditController`, so `query` returns `Some`.
    Interfaces::query(&IEditController::IID).unwrap_or_default()
}

/// Creates an instance and writes a pointer to the requested interface to `object`.
///
/// # Safety
/// `iid` must point to an interface id of 16 bytes, and `object` to writable memory for a pointer.
pub(super) unsafe fn create(iid: *const TUID, object: *mut *mut c_void) -> tresult {
    static TABLE: OnceLock<IEditControllerVtbl> = OnceLock::new();
    let mut header = <Interfaces as MakeHeader<Plugin, Counted>>::HEADER;
    // SAFETY: `controller_offset` is the offset of an interface in `header`, and the only word of an
    // interface points to its method table.
    unsafe {
        let controller = (&raw mut header).byte_offset(controller_offset()).cast::<IEditController>();
        let table = *(*controller).vtbl;
        (*controller).vtbl = TABLE.get_or_init(|| IEditControllerVtbl { createView: create_view, ..table });
    }
    let made = Arc::into_raw(Arc::new(Object { header, plugin: Plugin::new() })).cast_mut();
    // SAFETY: every interface begins with FUnknown's methods, the first one in the header included.
    // `queryInterface` adds the host's reference, and `release` drops the one from `Arc::new`. The caller
    // guarantees `iid` and `object`.
    unsafe {
        let unknown = (&raw mut (*made).header).cast::<FUnknown>();
        let result = ((*(*unknown).vtbl).queryInterface)(unknown, iid, object);
        ((*(*unknown).vtbl).release)(unknown);
        result
    }
}

/// `IEditController::createView`: wraps nice-plug's view in a [`View`](view::View).
///
/// # Safety
/// As for every COM method, `this` must point to the controller's interface of a living [`Object`].
unsafe extern "system" fn create_view(this: *mut IEditController, name: FIDString) -> *mut IPlugView {
    // SAFETY: the caller guarantees that `this` lies in an `Object`, at `controller_offset` from its header.
    // `createView` returns a view with one reference, or null.
    unsafe {
        let header = this.byte_offset(-controller_offset()).cast();
        let plugin = Counted::data_from_header(header);
        view::around((*plugin).createView(name))
    }
}
