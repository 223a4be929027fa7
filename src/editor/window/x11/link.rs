//! The connection to the X server, and what the window's thread and its host share of it.

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
    /// Names that the X server keeps numbers for.
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

/// What keeps a window from opening, or from doing what its host asks.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// No X server.
    #[error("no X server answers, is DISPLAY right? {0}")]
    NoServer(#[from] ConnectError),
    /// The X server left.
    #[error("the X server left: {0}")]
    Lost(#[from] ConnectionError),
    /// The X server refused a request.
    #[error("the X server refuses the editor's window: {0}")]
    Refused(#[from] ReplyError),
    /// The X server refused to make something.
    #[error("the X server refuses the editor's window: {0}")]
    NotMade(#[from] ReplyOrIdError),
    /// The parent is no X11 window.
    #[error("the host's window is no X11 window")]
    NoParent,
    /// No OpenGL.
    #[error(
        "the editor needs OpenGL by EGL, and the graphics driver says: {0}; Mesa has it (Debian: libegl1, libgl1-mesa-dri)"
    )]
    NoGraphics(String),
    /// The window's thread ended.
    #[error("the editor's thread has ended")]
    Ended,
}

/// A connection to the X server that `DISPLAY` names.
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

    /// Hears of the size of the host's window from now on.
    pub(super) fn watch(&self, parent: Window) -> Result<(), WindowError> {
        let events = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        self.connection.change_window_attributes(parent, &events)?.check()?;
        Ok(())
    }

    /// Pixels per point, where the desktop says it: `Xft.dpi` is 96 for one.
    pub(super) fn scale(&self) -> Option<f64> {
        let dpi: f64 = self.resources.get_value("Xft.dpi", "").ok().flatten()?;
        usable_scale(dpi / 96.0)
    }
}

/// None for a scale that nobody could read the editor at.
pub(super) fn usable_scale(scale: f64) -> Option<f64> {
    (0.25..=8.0).contains(&scale).then_some(scale)
}

/// A window, for its thread and for its host, whose calls send and don't wait.
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

    /// The host's window becomes this one's parent. Its thread hears of it.
    pub(super) fn set_parent(&self, parent: Window) -> Result<(), WindowError> {
        self.link.connection.reparent_window(self.window, parent, 0, 0)?;
        self.wake()
    }

    /// A size that the host knows.
    pub(super) fn resize(&self, size: PixelSize) -> Result<(), WindowError> {
        let size = (size.0.clamp(1, 32_767), size.1.clamp(1, 32_767));
        let wanted = ConfigureWindowAux::new().width(size.0).height(size.1);
        let mut geometry = self.lock();
        let request = self.link.connection.configure_window(self.window, &wanted)?;
        geometry.give(size, request.sequence_number());
        drop((request, geometry));
        self.wake()
    }

    /// A scale for screens that don't say theirs; the window grows with it.
    pub(super) fn suggest_scale(&self, scale: f64) -> Result<(), WindowError> {
        let Some(scale) = usable_scale(scale).filter(|_| self.link.scale().is_none()) else { return Ok(()) };
        let before = self.geometry();
        self.lock().scale = scale;
        let scaled = |length: u32| (f64::from(length) * scale / before.scale).round() as u32;
        self.resize((scaled(before.size.0), scaled(before.size.1)))
    }

    /// Whether what the server says `at` this request is older than the size that the host gave last.
    pub(super) fn is_stale(&self, at: SequenceNumber) -> bool {
        self.lock().is_stale(at)
    }

    /// The window had this size `at` this request. Whether the host is to be asked.
    pub(super) fn hear_size(&self, size: PixelSize, at: SequenceNumber) -> bool {
        self.lock().hear(size, at)
    }

    /// What the host is to be asked, once.
    pub(super) fn take_size_request(&self) -> Option<SizeRequest> {
        self.lock().take_request()
    }

    /// The thread is to end.
    pub(super) fn close(&self) {
        self.is_closing.store(true, Relaxed);
        // Without a server the thread ends by itself.
        let _ = self.wake();
    }

    pub(super) fn is_closing(&self) -> bool {
        self.is_closing.load(Relaxed)
    }

    /// Sends what was asked, and ends the thread's sleep. The thread alone waits for answers: where two wait on one connection, each may
    /// take the other's and leave it asleep.
    fn wake(&self) -> Result<(), WindowError> {
        let event = ClientMessageEvent::new(32, self.window, self.link.atoms._AUDIO_ENHANCER_WAKE, [0; 5]);
        self.link.connection.send_event(false, self.window, EventMask::NO_EVENT, event)?;
        Ok(self.link.connection.flush()?)
    }

    /// Takes the keyboard.
    pub(super) fn focus(&self) {
        let _ = self.link.connection.set_input_focus(InputFocus::PARENT, self.window, x11rb::CURRENT_TIME);
        let _ = self.link.connection.flush();
    }
}
