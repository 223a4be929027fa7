//! A window on X11, with its own thread and its own connection to the X server. Closing ends both.
//!
//! ```text
//! host -> EnhancerEditorHandle -> requests on the window's connection -> X server
//!                                                                           | events
//! host <- call_main_thread <- WindowThread: egui <- Input, Keyboard, Clipboard <-
//!                                |
//!                             Canvas (OpenGL)
//! ```
//!
//! baseview, used elsewhere, loses 80 kB per window here (0.4.2 never frees its keyboard map), and stays
//! blank if a host shows it late.

mod accents;
mod canvas;
mod clipboard;
mod create;
mod cursors;
mod drop;
mod geometry;
mod input;
mod keyboard;
mod link;
mod thread;

use super::{Contents, Opening, is_placeholder, resize_hint};
use create::Place;
use geometry::SizeRequest;
use link::{Link, Shared, WindowError};
use nice_plug::editor::dpi::{NativeSize, PhysicalSize, Size};
use nice_plug::editor::{EditorHandle, HostCallbacks, ParentWindowHandle, SpawnedEditor};
use std::cell::RefCell;
use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;
use thread::WindowThread;

/// Longest wait for the window's thread to end. It normally ends within a picture; a hung driver must not
/// hang the host.
const PATIENCE: Duration = Duration::from_secs(5);

/// A request for a picture. Any thread may hold it. It neither waits nor allocates.
#[derive(Debug, Clone, Default)]
pub struct Repaint(Arc<AtomicBool>);

impl Repaint {
    /// Requests a picture if `wanted`.
    pub fn request_if(&self, wanted: bool) {
        if wanted {
            self.0.store(true, Relaxed);
        }
    }

    fn take(&self) -> bool {
        self.0.swap(false, Relaxed)
    }
}

/// Pixels per point of the X screen; 1 if it does not report them.
pub(super) fn screen_scale() -> f64 {
    Link::open().ok().and_then(|link| link.scale()).unwrap_or(1.0)
}

/// Opens a window and waits until it can draw.
pub(super) fn spawn(
    opening: Opening,
    contents: Contents,
    repaint: Repaint,
) -> Result<SpawnedEditor<EnhancerEditorHandle>, Box<dyn Error>> {
    let Opening { parent, fallback_scale_factor, gui_context, host, .. } = opening;
    let (callbacks, caller) = host.map(|host| (host.callbacks, host.main_thread_caller)).unzip();
    let place = Place {
        parent: parent.map(window_id).transpose()?,
        fallback_scale: fallback_scale_factor,
        size: contents.logical_size(),
    };
    let (stay, gone) = channel();
    let (opened, opening) = channel();
    let (inside, wishes) = (contents.clone(), repaint.clone());
    let run = move || {
        // Dropped at the end of the thread.
        let _stay = stay;
        match WindowThread::open(place, inside, wishes, gui_context, caller) {
            Ok(window) => {
                let _ = opened.send(Ok(window.shared()));
                window.run();
            }
            Err(error) => {
                let _ = opened.send(Err(error));
            }
        }
    };
    let thread = std::thread::Builder::new().name("enhancer-editor".into()).spawn(run)?;
    let shared = match opening.recv().map_err(|_| WindowError::Ended).flatten() {
        Ok(shared) => shared,
        Err(error) => {
            let _ = thread.join();
            return Err(error.into());
        }
    };
    let host = RefCell::new(callbacks);
    let window = EnhancerWindow { shared, host, thread: Some(thread), gone };
    Ok(SpawnedEditor { handle: EnhancerEditorHandle { contents, repaint }, window })
}

fn window_id(parent: ParentWindowHandle) -> Result<u32, WindowError> {
    match parent {
        ParentWindowHandle::XlibWindow(id) => u32::try_from(id).map_err(|_| WindowError::NoParent),
        ParentWindowHandle::XcbWindow(id) => Ok(id.get()),
        _ => Err(WindowError::NoParent),
    }
}

/// The host's side of a window. Dropping it waits for the end of the window's thread, connection and memory.
pub struct EnhancerWindow {
    shared: Arc<Shared>,
    host: RefCell<Option<Box<dyn HostCallbacks>>>,
    thread: Option<JoinHandle<()>>,
    /// Carries no messages: it reports only that the sender is gone.
    gone: Receiver<Infallible>,
}

impl Drop for EnhancerWindow {
    fn drop(&mut self) {
        self.shared.close();
        let has_ended = self.gone.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Disconnected);
        if let Some(thread) = self.thread.take().filter(|_| has_ended) {
            // A thread that panicked has already printed its message.
            let _ = thread.join();
        }
    }
}

/// An open editor. Dropping it stops the audio thread's copies.
pub struct EnhancerEditorHandle {
    contents: Contents,
    repaint: Repaint,
}

impl Drop for EnhancerEditorHandle {
    fn drop(&mut self) {
        self.contents.close();
    }
}

impl EditorHandle for EnhancerEditorHandle {
    type Window = EnhancerWindow;
    type Error = WindowError;

    fn run_until_closed(mut window: Self::Window) -> Result<(), Self::Error> {
        window.shared.show()?;
        window.thread.take().map_or(Ok(()), |thread| thread.join().map_err(|_| WindowError::Ended))
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &Self::Window) -> Result<(), Self::Error> {
        window.shared.set_parent(window_id(parent)?)
    }

    fn show(&self, window: &Self::Window) -> Result<(), Self::Error> {
        window.shared.show()
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        window.shared.hide()
    }

    fn set_size(&self, size: NativeSize<u32>, window: &Self::Window) -> Result<(), Self::Error> {
        if is_placeholder(size, window.shared.geometry().scale) {
            return Ok(());
        }
        window.shared.resize((size.width, size.height))?;
        self.contents.resized(size, window.shared.geometry().scale);
        Ok(())
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        // A host that calls back within its own answer is served by its next call.
        let Ok(mut host) = window.host.try_borrow_mut() else { return };
        let Some(host) = host.as_mut() else { return };
        if let Some(SizeRequest { size, before }) = window.shared.take_size_request() {
            let size = Size::Physical(PhysicalSize::new(size.0, size.1));
            if host.request_resize(size, window.shared.geometry().scale).is_err() {
                // The host refused: back to the old size. A window that is gone by now has no size.
                let _ = window.shared.resize(before);
            }
        }
    }

    fn adjust_size(&self, size: NativeSize<u32>, window: &Self::Window) -> Option<NativeSize<u32>> {
        let now = window.shared.geometry();
        let current = NativeSize::new(now.size.0, now.size.1);
        let is_placeholder = is_placeholder(size, now.scale);
        Some(if is_placeholder { current } else { resize_hint().adjust_size(size, current, now.scale) })
    }

    fn set_fallback_scale_factor(&self, scale: f64, window: &Self::Window) -> Result<(), Self::Error> {
        window.shared.suggest_scale(scale)?;
        let now = window.shared.geometry();
        self.contents.resized(NativeSize::new(now.size.0, now.size.1), now.scale);
        Ok(())
    }

    fn state_changed(&self) {
        self.repaint.request_if(true);
    }

    fn param_value_changed(&self, _id: &str, _normalized: f32) {
        self.repaint.request_if(true);
    }

    fn param_modulation_changed(&self, _id: &str, _offset: f32) {
        self.repaint.request_if(true);
    }
}
