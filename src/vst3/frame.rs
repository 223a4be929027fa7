//! The frame and run loop that nice-plug receives in place of the host's. They record the event handlers, and
//! release those that nice-plug leaks.

use nice_plug::wrapper::vst3::vst3::Steinberg::Linux::{
    FileDescriptor, IEventHandler, IRunLoop, IRunLoopTrait, ITimerHandler, TimerInterval,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FUnknown, IPlugFrame, IPlugFrameTrait, IPlugView, ViewRect, kResultOk, tresult,
};
use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, ComRef};
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Wraps the host's frame and run loop, and records nice-plug's event handlers.
pub(super) struct Frame {
    host: ComPtr<IPlugFrame>,
    run_loop: ComPtr<IRunLoop>,
    /// The host's pointer to the view. The view owns this frame, so it outlives the frame.
    view: AtomicPtr<IPlugView>,
    /// Handlers that are registered with the host.
    handlers: Mutex<Vec<ComPtr<IEventHandler>>>,
}

impl Frame {
    pub(super) fn new(host: ComPtr<IPlugFrame>, run_loop: ComPtr<IRunLoop>, view: *mut IPlugView) -> Self {
        Self { host, run_loop, view: AtomicPtr::new(view), handlers: Mutex::default() }
    }

    fn handlers(&self) -> MutexGuard<'_, Vec<ComPtr<IEventHandler>>> {
        self.handlers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Unregisters all handlers from the host and releases nice-plug's leaked reference to each. Call it only
    /// when nice-plug no longer uses this frame.
    pub(super) fn end_handlers(&self) {
        let handlers = std::mem::take(&mut *self.handlers());
        for handler in handlers {
            // SAFETY: `handlers` holds a reference to each handler, so it is alive. After the host has
            // dropped its own, two references remain: this one and the one that nice-plug leaks. If nice-plug
            // had released that one, `release` would return 0 and the second call would not happen.
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
        // SAFETY: nice-plug guarantees `size`; `view` is the host's own view, which owns this frame and so is
        // alive.
        unsafe { self.host.resizeView(self.view.load(Relaxed), size) }
    }
}

impl IRunLoopTrait for Frame {
    unsafe fn registerEventHandler(&self, handler: *mut IEventHandler, file: FileDescriptor) -> tresult {
        // SAFETY: nice-plug guarantees a living handler and an open file; they are passed to the host
        // unchanged.
        let result = unsafe { self.run_loop.registerEventHandler(handler, file) };
        if result == kResultOk {
            // SAFETY: nice-plug guarantees that `handler` is null or alive.
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
        // A handler unregisters itself once more while `end_handlers` releases it.
        let Some(_known) = known else { return kResultOk };
        // SAFETY: `_known` holds a reference to `handler`, so it is alive during the call.
        unsafe { self.run_loop.unregisterEventHandler(handler) }
    }

    unsafe fn registerTimer(&self, handler: *mut ITimerHandler, interval: TimerInterval) -> tresult {
        // SAFETY: nice-plug guarantees a living handler; it is passed to the host unchanged.
        unsafe { self.run_loop.registerTimer(handler, interval) }
    }

    unsafe fn unregisterTimer(&self, handler: *mut ITimerHandler) -> tresult {
        // SAFETY: nice-plug guarantees a living handler; it is passed to the host unchanged.
        unsafe { self.run_loop.unregisterTimer(handler) }
    }
}
