//! The editor's view as the host sees it: nice-plug's, but what nice-plug gets for the host's frame is a [`Frame`].

use super::frame::Frame;
use nice_plug::wrapper::vst3::vst3::Steinberg::IPlugViewContentScaleSupport_::ScaleFactor;
use nice_plug::wrapper::vst3::vst3::Steinberg::Linux::IRunLoop;
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FIDString, IPlugFrame, IPlugView, IPlugViewContentScaleSupport, IPlugViewContentScaleSupportTrait,
    IPlugViewTrait, TBool, ViewRect, char16, int16, kNotImplemented, tresult,
};
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComRef, ComWrapper};
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// A view around nice-plug's.
pub(super) struct View {
    inner: ComPtr<IPlugView>,
    frame: Mutex<Option<ComWrapper<Frame>>>,
    /// This view as the host knows it.
    own: AtomicPtr<IPlugView>,
}

/// The view that the host gets instead of `inner`, whose reference it takes. Null stays null.
///
/// # Safety
/// A view, or null.
pub(super) unsafe fn around(inner: *mut IPlugView) -> *mut IPlugView {
    // SAFETY: as said.
    let Some(inner) = (unsafe { ComPtr::from_raw(inner) }) else { return ptr::null_mut() };
    let view = ComWrapper::new(View { inner, frame: Mutex::new(None), own: AtomicPtr::default() });
    let Some(own) = view.to_com_ptr::<IPlugView>() else { return ptr::null_mut() };
    view.own.store(own.as_ptr(), Relaxed);
    own.into_raw()
}

impl Class for View {
    type Interfaces = (IPlugView, IPlugViewContentScaleSupport);
}

impl Drop for View {
    fn drop(&mut self) {
        // SAFETY: no frame is a frame. A host may release a view without taking its frame away.
        unsafe { self.setFrame(ptr::null_mut()) };
    }
}

/// Methods that are nice-plug's.
macro_rules! forward {
    ($($method:ident($($name:ident: $type:ty),*);)*) => {
        $(unsafe fn $method(&self, $($name: $type),*) -> tresult {
            // SAFETY: the host calls it as it may call nice-plug's.
            unsafe { self.inner.$method($($name),*) }
        })*
    };
}

impl IPlugViewTrait for View {
    forward! {
        isPlatformTypeSupported(kind: FIDString);
        attached(parent: *mut c_void, kind: FIDString);
        removed();
        onWheel(distance: f32);
        onKeyDown(key: char16, code: int16, modifiers: int16);
        onKeyUp(key: char16, code: int16, modifiers: int16);
        getSize(size: *mut ViewRect);
        onSize(size: *mut ViewRect);
        onFocus(state: TBool);
        canResize();
        checkSizeConstraint(size: *mut ViewRect);
    }

    unsafe fn setFrame(&self, frame: *mut IPlugFrame) -> tresult {
        // SAFETY: the host's frame, or null.
        let host = unsafe { ComRef::from_raw(frame) };
        let wrapped = host.and_then(|host| {
            let run_loop = host.cast::<IRunLoop>()?;
            Some(ComWrapper::new(Frame::new(host.to_com_ptr(), run_loop, self.own.load(Relaxed))))
        });
        let given = wrapped.as_ref().and_then(ComWrapper::as_com_ref).map_or(frame, |frame| frame.as_ptr());
        // SAFETY: a frame that lives as long as nice-plug holds it, or null.
        let result = unsafe { self.inner.setFrame(given) };
        let before =
            std::mem::replace(&mut *self.frame.lock().unwrap_or_else(PoisonError::into_inner), wrapped);
        if let Some(before) = before {
            before.end_handlers();
        }
        result
    }
}

impl IPlugViewContentScaleSupportTrait for View {
    unsafe fn setContentScaleFactor(&self, factor: ScaleFactor) -> tresult {
        let Some(inner) = self.inner.cast::<IPlugViewContentScaleSupport>() else { return kNotImplemented };
        // SAFETY: a number.
        unsafe { inner.setContentScaleFactor(factor) }
    }
}
