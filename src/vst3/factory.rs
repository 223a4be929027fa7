//! The VST3 class factory, with the plugin as its only class.

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

/// The factory; it stores the description of the plugin's class.
pub(super) struct Factory(PluginInfo);

impl Factory {
    pub(super) fn new() -> Self {
        Self(PluginInfo::for_plugin::<AudioEnhancer>())
    }
}

impl Class for Factory {
    type Interfaces = (IPluginFactory, IPluginFactory2, IPluginFactory3);
}

/// Writes `value` to `place`; returns `kInvalidArgument` if `place` is null.
///
/// # Safety
/// `place` must be null or point to writable memory for a `T`.
unsafe fn write<T>(place: *mut T, value: T) -> tresult {
    if place.is_null() {
        return kInvalidArgument;
    }
    // SAFETY: the caller guarantees that a pointer other than null is writable.
    unsafe { place.write(value) };
    kResultOk
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        // SAFETY: the host guarantees, by VST3's contract, that `info` is null or writable.
        unsafe { write(info, self.0.create_factory_info()) }
    }

    unsafe fn countClasses(&self) -> int32 {
        1
    }

    unsafe fn getClassInfo(&self, index: int32, info: *mut PClassInfo) -> tresult {
        if index != 0 {
            return kInvalidArgument;
        }
        // SAFETY: the host guarantees, by VST3's contract, that `info` is null or writable.
        unsafe { write(info, self.0.create_class_info()) }
    }

    unsafe fn createInstance(&self, cid: FIDString, iid: FIDString, object: *mut *mut c_void) -> tresult {
        if cid.is_null() || iid.is_null() || object.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: the host guarantees, by VST3's contract, that `cid` points to 16 bytes; bytes need no
        // alignment.
        let (cid, iid) = unsafe { (cid.cast::<[u8; 16]>().read(), iid.cast::<TUID>()) };
        if cid != *self.0.cid {
            return kInvalidArgument;
        }
        // SAFETY: the host guarantees, by VST3's contract, that `iid` and `object` are valid; neither is
        // null.
        unsafe { component::create(iid, object) }
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, index: int32, info: *mut PClassInfo2) -> tresult {
        if index != 0 {
            return kInvalidArgument;
        }
        // SAFETY: the host guarantees, by VST3's contract, that `info` is null or writable.
        unsafe { write(info, self.0.create_class_info_2()) }
    }
}

impl IPluginFactory3Trait for Factory {
    unsafe fn getClassInfoUnicode(&self, index: int32, info: *mut PClassInfoW) -> tresult {
        if index != 0 {
            return kInvalidArgument;
        }
        // SAFETY: the host guarantees, by VST3's contract, that `info` is null or writable.
        unsafe { write(info, self.0.create_class_info_unicode()) }
    }

    unsafe fn setHostContext(&self, _context: *mut FUnknown) -> tresult {
        kResultOk
    }
}
