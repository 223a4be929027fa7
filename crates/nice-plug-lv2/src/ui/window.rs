//! The X11 window that contains the editor's own: embedded in the host's window, or top-level if the host
//! passes no parent.

use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::errors::ReplyOrIdError;
use x11rb::properties::{WmSizeHints, WmSizeHintsSpecification};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConfigureWindowAux, ConnectionExt, CreateWindowAux, EventMask, PropMode, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

pub(super) struct Container {
    connection: RustConnection,
    window: u32,
    size: (u32, u32),
    delete: Atom,
}

/// Failure to open a window.
#[derive(Debug, thiserror::Error)]
pub(super) enum WindowError {
    #[error("no X11 display: {0}")]
    Connect(#[from] x11rb::errors::ConnectError),
    #[error("X11: {0}")]
    Request(#[from] ReplyOrIdError),
}

impl From<x11rb::errors::ConnectionError> for WindowError {
    fn from(error: x11rb::errors::ConnectionError) -> Self {
        Self::Request(error.into())
    }
}

impl From<x11rb::errors::ReplyError> for WindowError {
    fn from(error: x11rb::errors::ReplyError) -> Self {
        Self::Request(error.into())
    }
}

impl Container {
    /// Opens a visible window inside `parent`, or, without a parent, a top-level window that is not visible
    /// yet.
    pub(super) fn open(parent: Option<u32>, title: &str, size: (u32, u32)) -> Result<Self, WindowError> {
        let (connection, screen) = x11rb::connect(None)?;
        let root = connection.setup().roots[screen].root;
        let window = connection.generate_id()?;
        let (width, height) = (clamp(size.0), clamp(size.1));
        let events = CreateWindowAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        connection
            .create_window(
                COPY_DEPTH_FROM_PARENT,
                window,
                parent.unwrap_or(root),
                0,
                0,
                width,
                height,
                0,
                WindowClass::INPUT_OUTPUT,
                0,
                &events,
            )?
            .check()?;
        let protocols = connection.intern_atom(false, b"WM_PROTOCOLS")?.reply()?.atom;
        let delete = connection.intern_atom(false, b"WM_DELETE_WINDOW")?.reply()?.atom;
        connection.change_property32(PropMode::REPLACE, window, protocols, AtomEnum::ATOM, &[delete])?;
        let name = title.as_bytes();
        connection.change_property8(PropMode::REPLACE, window, AtomEnum::WM_NAME, AtomEnum::STRING, name)?;
        if parent.is_some() {
            connection.map_window(window)?;
        }
        connection.sync()?;
        Ok(Self { connection, window, size: (width.into(), height.into()), delete })
    }

    pub(super) fn window(&self) -> u32 {
        self.window
    }

    pub(super) fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Declares the smallest and largest size to window managers and hosts.
    pub(super) fn limit(&self, [smallest, largest]: [Option<(u32, u32)>; 2]) -> Result<(), WindowError> {
        let signed = |(width, height): (u32, u32)| (width as i32, height as i32);
        let hints = WmSizeHints {
            size: Some((
                WmSizeHintsSpecification::ProgramSpecified,
                signed(self.size).0,
                signed(self.size).1,
            )),
            base_size: Some(signed(self.size)),
            min_size: smallest.map(signed),
            max_size: largest.map(signed),
            ..WmSizeHints::default()
        };
        hints.set_normal_hints(&self.connection, self.window)?;
        self.connection.flush()?;
        Ok(())
    }

    /// Resizes the window; the next [`poll`](Self::poll) reports the new size.
    pub(super) fn resize(&self, (width, height): (u32, u32)) {
        let size = ConfigureWindowAux::new().width(u32::from(clamp(width))).height(u32::from(clamp(height)));
        // `sync` waits for the server, because a host may query the size next. Errors are ignored: the window
        // may be destroyed.
        drop(self.connection.configure_window(self.window, &size).map(drop));
        drop(self.connection.sync());
    }

    /// Maps or unmaps the window.
    pub(super) fn show(&self, visible: bool) -> Result<(), WindowError> {
        if visible {
            self.connection.map_window(self.window)?;
        } else {
            self.connection.unmap_window(self.window)?;
        }
        self.connection.sync()?;
        Ok(())
    }

    /// Returns the size if it changed since the last call, and true if the user closed the window.
    pub(super) fn poll(&mut self) -> (Option<(u32, u32)>, bool) {
        let (before, mut closed) = (self.size, false);
        while let Ok(Some(event)) = self.connection.poll_for_event() {
            match event {
                Event::ConfigureNotify(event) if event.window == self.window => {
                    self.size = (event.width.into(), event.height.into());
                }
                Event::ClientMessage(event) if event.data.as_data32()[0] == self.delete => closed = true,
                Event::DestroyNotify(event) if event.window == self.window => closed = true,
                _ => {}
            }
        }
        ((self.size != before).then_some(self.size), closed)
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // The host may have destroyed the window together with its parent.
        drop(self.connection.destroy_window(self.window).map(drop));
        drop(self.connection.sync());
    }
}

/// Clamps a length to X11's range, 1 to 65535 pixels.
fn clamp(length: u32) -> u16 {
    length.clamp(1, u16::MAX.into()) as u16
}
