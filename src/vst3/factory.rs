//! What a host asks for the plugin: one class.

use super::component;
use crate::AudioEnhancer;
use nice_plug::wrapper::vst3::PluginInfo;
use nice_plug::wrapper::vst3::vst3::Class;
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FIDString, FUnknown, IPluginFactory, IPluginFactory2, IPluginFactory2Trait, IPluginFactory3,
    IPluginFactory3Trait, IPluginFactoryTrait, PClassInfo, PClassInfo2, PClassInfoW, PFactoryInfo, TUID,
    int32, kInvalidArgument, kResultOk, tresult,
};
use std::ffi::c_void;

/// The plugin's only class.
pub(super) struct Factory(PluginInfo);

impl Factory {
    pub(super) fn new() -> Self {
        Self(PluginInfo::for_plugin::<AudioEnhancer>())
    }
}

impl Class for Factory {
    type Interfaces = (IPluginFactory, IPluginFactory2, IPluginFactory3);
}

/// Writes what a host asked for where it wants it.
///
/// # Safety
/// `place` is null or the host's.
unsafe fn tell<T>(place: *mut T, what: T) -> tresult {
    if place.is_null() {
        return kInvalidArgument;
    }
    // SAFETY: as said.
    unsafe { place.write(what) };
    kResultOk
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        // SAFETY: the host's.
        unsafe { tell(info, self.0.create_factory_info()) }
    }

    unsafe fn countClasses(&self) -> int32 {
        1
    }

    unsafe fn getClassInfo(&self, index: int32, info: *mut PClassInfo) -> tresult {
        if index != 0 {
            return kInvalidArgument;
        }
        // SAFETY: the host's.
        unsafe { tell(info, self.0.create_class_info()) }
    }

    unsafe fn createInstance(&self, cid: FIDString, iid: FIDString, object: *mut *mut c_void) -> tresult {
        if cid.is_null() || iid.is_null() || object.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: the host's ids are 16 bytes, wherever they lie.
        let (cid, iid) = unsafe { (cid.cast::<[u8; 16]>().read(), iid.cast::<TUID>()) };
        if cid != *self.0.cid {
            return kInvalidArgument;
        }
        // SAFETY: the host's.
        unsafe { component::create(iid, object) }
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, index: int32, info: *mut PClassInfo2) -> tresult {
        if index != 0 {
            return kInvalidArgument;
        }
        // SAFETY: the host's.
        unsafe { tell(info, self.0.create_class_info_2()) }
    }
}

impl IPluginFactory3Trait for Factory {
    unsafe fn getClassInfoUnicode(&self, index: int32, info: *mut PClassInfoW) -> tresult {
        if index != 0 {
            return kInvalidArgument;
        }
        // SAFETY: the host's.
        unsafe { tell(info, self.0.create_class_info_unicode()) }
    }

    unsafe fn setHostContext(&self, _context: *mut FUnknown) -> tresult {
        kResultOk
    }
}
