//! nice-plug's component and controller, one object, with another `createView`.
//!
//! The object is laid out and counted here, as `ComWrapper` would do it, so that its header is ours to fill: the tables of nice-plug's
//! methods as they are, but for that one entry.

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

/// The object that a host holds, in an [`Arc`]. COM's interface pointers point into `header`.
#[repr(C)]
struct Object {
    header: Header<Plugin>,
    plugin: Plugin,
}

/// Tells the generated methods where the plugin lies and how it is counted.
struct Counted;

impl Layout<Plugin> for Counted {
    unsafe fn data_from_header(header: *mut Header<Plugin>) -> *mut Plugin {
        // SAFETY: the header is an `Object`'s.
        unsafe { header.byte_add(offset_of!(Object, plugin) - offset_of!(Object, header)).cast() }
    }

    unsafe fn header_from_data(plugin: *mut Plugin) -> *mut Header<Plugin> {
        // SAFETY: the plugin is an `Object`'s.
        unsafe { plugin.byte_sub(offset_of!(Object, plugin) - offset_of!(Object, header)).cast() }
    }

    unsafe fn add_ref(plugin: *mut Plugin) -> usize {
        // SAFETY: as above, and every `Object` is in an `Arc`.
        unsafe {
            let object = plugin.byte_sub(offset_of!(Object, plugin)).cast::<Object>();
            Arc::increment_strong_count(object);
            count(object)
        }
    }

    unsafe fn release(plugin: *mut Plugin) -> usize {
        // SAFETY: as above; the caller gives one of its references back.
        unsafe {
            let object = plugin.byte_sub(offset_of!(Object, plugin)).cast::<Object>();
            let left = count(object) - 1;
            Arc::decrement_strong_count(object);
            left
        }
    }
}

/// References to an object.
///
/// # Safety
/// It is in an `Arc`, alive.
unsafe fn count(object: *const Object) -> usize {
    // SAFETY: as said; the reference is not given back.
    let object = std::mem::ManuallyDrop::new(unsafe { Arc::from_raw(object) });
    Arc::strong_count(&object)
}

/// Bytes from an object's header to the controller's interface in it.
fn controller_offset() -> isize {
    // nice-plug's tuple of interfaces has it.
    Interfaces::query(&IEditController::IID).unwrap_or_default()
}

/// Makes an instance and gives the host the interface that it asks for.
///
/// # Safety
/// Both pointers are the host's and valid.
pub(super) unsafe fn create(iid: *const TUID, object: *mut *mut c_void) -> tresult {
    static TABLE: OnceLock<IEditControllerVtbl> = OnceLock::new();
    let mut header = <Interfaces as MakeHeader<Plugin, Counted>>::HEADER;
    // SAFETY: `query` says where in the header the interface is, and its first and only word points to its table.
    unsafe {
        let controller = (&raw mut header).byte_offset(controller_offset()).cast::<IEditController>();
        let table = *(*controller).vtbl;
        (*controller).vtbl = TABLE.get_or_init(|| IEditControllerVtbl { createView: create_view, ..table });
    }
    let made = Arc::into_raw(Arc::new(Object { header, plugin: Plugin::new() })).cast_mut();
    // SAFETY: every interface begins with FUnknown's methods, the header's first too. The host gets a reference; the first is given
    // back.
    unsafe {
        let unknown = (&raw mut (*made).header).cast::<FUnknown>();
        let result = ((*(*unknown).vtbl).queryInterface)(unknown, iid, object);
        ((*(*unknown).vtbl).release)(unknown);
        result
    }
}

/// `IEditController::createView`: nice-plug's view in ours.
///
/// # Safety
/// `this` is the controller's interface of an [`Object`], as in every method of COM.
unsafe extern "system" fn create_view(this: *mut IEditController, name: FIDString) -> *mut IPlugView {
    // SAFETY: as said.
    unsafe {
        let header = this.byte_offset(-controller_offset()).cast();
        let plugin = Counted::data_from_header(header);
        view::around((*plugin).createView(name))
    }
}
