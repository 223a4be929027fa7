//! The host's frame and run loop as nice-plug sees them. It remembers the event handlers, and ends those that nice-plug forgets.

use nice_plug::wrapper::vst3::vst3::Steinberg::Linux::{
    FileDescriptor, IEventHandler, IRunLoop, IRunLoopTrait, ITimerHandler, TimerInterval,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FUnknown, IPlugFrame, IPlugFrameTrait, IPlugView, ViewRect, kResultOk, tresult,
};
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComRef};
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A frame around the host's.
pub(super) struct Frame {
    host: ComPtr<IPlugFrame>,
    run_loop: ComPtr<IRunLoop>,
    /// The view as the host knows it. It holds this frame, so it is there while this is used.
    view: AtomicPtr<IPlugView>,
    /// Registered with the host.
    handlers: Mutex<Vec<ComPtr<IEventHandler>>>,
}

impl Frame {
    pub(super) fn new(host: ComPtr<IPlugFrame>, run_loop: ComPtr<IRunLoop>, view: *mut IPlugView) -> Self {
        Self { host, run_loop, view: AtomicPtr::new(view), handlers: Mutex::default() }
    }

    fn handlers(&self) -> MutexGuard<'_, Vec<ComPtr<IEventHandler>>> {
        self.handlers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the handlers away from the host, and gives the last reference to each back that nice-plug, which no longer uses this
    /// frame, still counts.
    pub(super) fn end_handlers(&self) {
        let handlers = std::mem::take(&mut *self.handlers());
        for handler in handlers {
            // SAFETY: the host has it registered and is the one who keeps it; of two references left, one is ours and the other the
            // one that nice-plug never gives back. Had it been given back, ours would be the last.
            unsafe {
                self.run_loop.unregisterEventHandler(handler.as_ptr());
                let unknown = handler.into_raw().cast::<FUnknown>();
                let release = (*(*unknown).vtbl).release;
                if release(unknown) == 1 {
                    release(unknown);
                }
            }
        }
    }
}

impl Class for Frame {
    type Interfaces = (IPlugFrame, IRunLoop);
}

impl IPlugFrameTrait for Frame {
    unsafe fn resizeView(&self, _view: *mut IPlugView, size: *mut ViewRect) -> tresult {
        // SAFETY: nice-plug's call, with the view that the host knows.
        unsafe { self.host.resizeView(self.view.load(Relaxed), size) }
    }
}

impl IRunLoopTrait for Frame {
    unsafe fn registerEventHandler(&self, handler: *mut IEventHandler, file: FileDescriptor) -> tresult {
        // SAFETY: nice-plug's call.
        let result = unsafe { self.run_loop.registerEventHandler(handler, file) };
        if result == kResultOk {
            // SAFETY: a handler, or null.
            self.handlers().extend(unsafe { ComRef::from_raw(handler) }.map(|handler| handler.to_com_ptr()));
        }
        result
    }

    unsafe fn unregisterEventHandler(&self, handler: *mut IEventHandler) -> tresult {
        let known = {
            let mut handlers = self.handlers();
            let at = handlers.iter().position(|known| known.as_ptr() == handler);
            at.map(|at| handlers.swap_remove(at))
        };
        // A handler that is being ended says so itself once more.
        let Some(_known) = known else { return kResultOk };
        // SAFETY: nice-plug's call.
        unsafe { self.run_loop.unregisterEventHandler(handler) }
    }

    unsafe fn registerTimer(&self, handler: *mut ITimerHandler, interval: TimerInterval) -> tresult {
        // SAFETY: nice-plug's call.
        unsafe { self.run_loop.registerTimer(handler, interval) }
    }

    unsafe fn unregisterTimer(&self, handler: *mut ITimerHandler) -> tresult {
        // SAFETY: nice-plug's call.
        unsafe { self.run_loop.unregisterTimer(handler) }
    }
}
