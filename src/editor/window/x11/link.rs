//! The connection to the X server, shared by the window's thread and its host.

use super::geometry::{Geometry, PixelSize, SizeRequest};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use x11rb::connection::{Connection as _, SequenceNumber};
use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, EventMask,
    InputFocus, Screen, Window,
};
use x11rb::resource_manager::{self, Database};
use x11rb::rust_connection::RustConnection;

x11rb::atom_manager! {
    /// Atoms that the window uses.
    pub(super) Atoms: AtomsCookie {
        WM_PROTOCOLS,
        WM_DELETE_WINDOW,
        _NET_WM_NAME,
        UTF8_STRING,
        CLIPBOARD,
        TARGETS,
        INCR,
        XdndAware,
        XdndProxy,
        XdndEnter,
        XdndPosition,
        XdndStatus,
        XdndLeave,
        XdndDrop,
        XdndFinished,
        XdndSelection,
        XdndTypeList,
        XdndActionCopy,
        text_uri_list: b"text/uri-list",
        _AUDIO_ENHANCER_WAKE,
        _AUDIO_ENHANCER_PASTE,
        _AUDIO_ENHANCER_DROP,
    }
}

/// Reasons why a window cannot open or cannot follow its host.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// No X server answers on `DISPLAY`.
    #[error("cannot reach the X server; check DISPLAY: {0}")]
    NoServer(#[from] ConnectError),
    /// The connection to the server broke.
    #[error("the connection to the X server broke: {0}")]
    Lost(#[from] ConnectionError),
    /// The server answered a request with an error.
    #[error("the X server refused the editor's window: {0}")]
    Refused(#[from] ReplyError),
    /// The server answered with an error, or the connection ran out of ids.
    #[error("the X server refused the editor's window: {0}")]
    NotMade(#[from] ReplyOrIdError),
    /// The host passed a parent that is not an X11 window.
    #[error("the host's window is not an X11 window")]
    NoParent,
    /// EGL offers no OpenGL context for windows.
    #[error(
        "the editor needs OpenGL through EGL, but the driver reports: {0}. Mesa provides it (Debian: libegl1, libgl1-mesa-dri)"
    )]
    NoGraphics(String),
    /// The window's thread has ended.
    #[error("the editor's thread has ended")]
    Ended,
}

/// A connection to the X server named by `DISPLAY`.
pub(super) struct Link {
    pub(super) connection: RustConnection,
    pub(super) screen_number: usize,
    pub(super) atoms: Atoms,
    pub(super) resources: Database,
}

impl Link {
    pub(super) fn open() -> Result<Self, WindowError> {
        let (connection, screen_number) = RustConnection::connect(None)?;
        let atoms = Atoms::new(&connection)?.reply()?;
        let resources = resource_manager::new_from_default(&connection)?;
        Ok(Self { connection, screen_number, atoms, resources })
    }

    pub(super) fn screen(&self) -> &Screen {
        &self.connection.setup().roots[self.screen_number]
    }

    /// Subscribes to the size of the host's window.
    pub(super) fn watch(&self, parent: Window) -> Result<(), WindowError> {
        let events = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        self.connection.change_window_attributes(parent, &events)?.check()?;
        Ok(())
    }

    /// Pixels per point, if the desktop sets `Xft.dpi`: 96 dpi is 1.
    pub(super) fn scale(&self) -> Option<f64> {
        let dpi: f64 = self.resources.get_value("Xft.dpi", "").ok().flatten()?;
        usable_scale(dpi / 96.0)
    }
}

/// `scale` if the editor is readable at it, else `None`.
pub(super) fn usable_scale(scale: f64) -> Option<f64> {
    (0.25..=8.0).contains(&scale).then_some(scale)
}

/// A window as its thread and its host share it. The host's calls send requests and never wait for answers.
pub(super) struct Shared {
    pub(super) link: Link,
    pub(super) window: Window,
    geometry: Mutex<Geometry>,
    is_closing: AtomicBool,
}

impl Shared {
    pub(super) fn new(link: Link, window: Window, size: PixelSize, scale: f64) -> Self {
        let geometry = Mutex::new(Geometry::new(size, scale));
        Self { link, window, geometry, is_closing: AtomicBool::new(false) }
    }

    fn lock(&self) -> MutexGuard<'_, Geometry> {
        self.geometry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn geometry(&self) -> Geometry {
        *self.lock()
    }

    pub(super) fn show(&self) -> Result<(), WindowError> {
        self.link.connection.map_window(self.window)?;
        self.wake()
    }

    pub(super) fn hide(&self) -> Result<(), WindowError> {
        self.link.connection.unmap_window(self.window)?;
        self.wake()
    }

    /// Moves the window into the host's. Its thread follows.
    pub(super) fn set_parent(&self, parent: Window) -> Result<(), WindowError> {
        self.link.connection.reparent_window(self.window, parent, 0, 0)?;
        self.wake()
    }

    /// Applies a size set by the host.
    pub(super) fn resize(&self, size: PixelSize) -> Result<(), WindowError> {
        let size = (size.0.clamp(1, 32_767), size.1.clamp(1, 32_767));
        let wanted = ConfigureWindowAux::new().width(size.0).height(size.1);
        let mut geometry = self.lock();
        let request = self.link.connection.configure_window(self.window, &wanted)?;
        geometry.give(size, request.sequence_number());
        drop((request, geometry));
        self.wake()
    }

    /// Sets a scale for screens that do not report theirs. The window grows with it.
    pub(super) fn suggest_scale(&self, scale: f64) -> Result<(), WindowError> {
        let Some(scale) = usable_scale(scale).filter(|_| self.link.scale().is_none()) else { return Ok(()) };
        let before = self.geometry();
        self.lock().scale = scale;
        let scaled = |length: u32| (f64::from(length) * scale / before.scale).round() as u32;
        self.resize((scaled(before.size.0), scaled(before.size.1)))
    }

    /// True if a report that names request `at` is older than the host's last size.
    pub(super) fn is_stale(&self, at: SequenceNumber) -> bool {
        self.lock().is_stale(at)
    }

    /// Stores a size reported at request `at`. True if the host must confirm it.
    pub(super) fn store_reported_size(&self, size: PixelSize, at: SequenceNumber) -> bool {
        self.lock().store_reported(size, at)
    }

    /// Takes the pending question to the host.
    pub(super) fn take_size_request(&self) -> Option<SizeRequest> {
        self.lock().take_request()
    }

    /// Ends the window's thread.
    pub(super) fn close(&self) {
        self.is_closing.store(true, Relaxed);
        // Without a server the thread ends by itself.
        let _ = self.wake();
    }

    pub(super) fn is_closing(&self) -> bool {
        self.is_closing.load(Relaxed)
    }

    /// Sends the pending requests and wakes the thread. Only the thread waits for answers: if two threads
    /// waited on one connection, each might take the other's answer and leave it asleep.
    fn wake(&self) -> Result<(), WindowError> {
        let event = ClientMessageEvent::new(32, self.window, self.link.atoms._AUDIO_ENHANCER_WAKE, [0; 5]);
        self.link.connection.send_event(false, self.window, EventMask::NO_EVENT, event)?;
        Ok(self.link.connection.flush()?)
    }

    /// Takes the keyboard focus.
    pub(super) fn focus(&self) {
        let _ = self.link.connection.set_input_focus(InputFocus::PARENT, self.window, x11rb::CURRENT_TIME);
        let _ = self.link.connection.flush();
    }
}
