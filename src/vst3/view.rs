//! The editor's view: passes each call to nice-plug's view, but wraps the host's frame in a [`Frame`].

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

/// Wraps nice-plug's view, and owns the [`Frame`] that nice-plug receives.
pub(super) struct View {
    inner: ComPtr<IPlugView>,
    frame: Mutex<Option<ComWrapper<Frame>>>,
    /// The host's pointer to this view.
    own: AtomicPtr<IPlugView>,
}

/// Wraps `inner` in a [`View`] and takes over its reference. Returns null for null.
///
/// # Safety
/// `inner` must be null or a valid view. The caller owns one reference to it and gives it away.
pub(super) unsafe fn around(inner: *mut IPlugView) -> *mut IPlugView {
    // SAFETY: the caller guarantees that `inner` is null or a view with a reference to take over.
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
        // SAFETY: null is a valid argument: it removes the frame. A host may release a view without removing
        // its frame.
        unsafe { self.setFrame(ptr::null_mut()) };
    }
}

/// Defines methods that call nice-plug's view.
macro_rules! forward {
    ($($method:ident($($name:ident: $type:ty),*);)*) => {
        $(unsafe fn $method(&self, $($name: $type),*) -> tresult {
            // SAFETY: the host guarantees, by VST3's contract, arguments that are valid for nice-plug's
            // method.
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
        // SAFETY: the host guarantees, by VST3's contract, that `frame` is null or alive during this call.
        let host = unsafe { ComRef::from_raw(frame) };
        let wrapped = host.and_then(|host| {
            let run_loop = host.cast::<IRunLoop>()?;
            Some(ComWrapper::new(Frame::new(host.to_com_ptr(), run_loop, self.own.load(Relaxed))))
        });
        let given = wrapped.as_ref().and_then(ComWrapper::as_com_ref).map_or(frame, |frame| frame.as_ptr());
        // SAFETY: `given` is null, the host's frame or one in `wrapped`; nice-plug adds a reference to keep
        // it alive.
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
        // SAFETY: the only argument is a number.
        unsafe { inner.setContentScaleFactor(factor) }
    }
}
