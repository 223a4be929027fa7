//! Pointer shapes from the desktop's theme.

use super::link::Shared;
use egui::CursorIcon;
use x11rb::connection::Connection as _;
use x11rb::cursor::Handle;
use x11rb::protocol::xproto::{ChangeWindowAttributesAux, ConnectionExt as _, Cursor};
use x11rb::rust_connection::RustConnection;

/// Loads pointer shapes and keeps those already used.
pub(super) struct Cursors {
    theme: Option<Handle>,
    known: Vec<(CursorIcon, Cursor)>,
    now: CursorIcon,
}

impl Cursors {
    pub(super) fn new(shared: &Shared) -> Self {
        let link = &shared.link;
        let theme = Handle::new(&link.connection, link.screen_number, &link.resources);
        let theme = theme.ok().and_then(|theme| theme.reply().ok());
        Self { theme, known: Vec::new(), now: CursorIcon::Default }
    }

    /// Sets the pointer's shape over the window. A shape missing in the theme becomes its arrow.
    pub(super) fn set(&mut self, icon: CursorIcon, shared: &Shared) {
        if self.now == icon {
            return;
        }
        self.now = icon;
        let connection = &shared.link.connection;
        let known = self.known.iter().find(|(known, _)| *known == icon).map(|(_, cursor)| *cursor);
        let cursor = known.or_else(|| self.load(icon, connection)).unwrap_or(x11rb::NONE);
        if known.is_none() {
            self.known.push((icon, cursor));
        }
        let shape = ChangeWindowAttributesAux::new().cursor(cursor);
        let _ = connection.change_window_attributes(shared.window, &shape);
        let _ = connection.flush();
    }

    fn load(&self, icon: CursorIcon, connection: &RustConnection) -> Option<Cursor> {
        let theme = self.theme.as_ref()?;
        let load = |name: &&str| theme.load_cursor(connection, name).ok().filter(|id| *id != x11rb::NONE);
        names(icon).iter().find_map(load)
    }
}

/// Names of a shape in themes: the freedesktop name, then X11's own.
fn names(icon: CursorIcon) -> &'static [&'static str] {
    match icon {
        CursorIcon::PointingHand => &["pointer", "hand2"],
        CursorIcon::Grab => &["grab", "openhand", "hand1"],
        CursorIcon::Grabbing => &["grabbing", "closedhand", "fleur"],
        CursorIcon::Text => &["text", "xterm"],
        CursorIcon::Crosshair => &["crosshair"],
        CursorIcon::Move | CursorIcon::AllScroll => &["move", "fleur"],
        CursorIcon::Help => &["help", "question_arrow"],
        CursorIcon::Wait => &["wait", "watch"],
        CursorIcon::Progress => &["progress", "left_ptr_watch"],
        CursorIcon::NotAllowed | CursorIcon::NoDrop => &["not-allowed", "crossed_circle"],
        CursorIcon::ResizeVertical | CursorIcon::ResizeRow => &["ns-resize", "sb_v_double_arrow"],
        CursorIcon::ResizeHorizontal | CursorIcon::ResizeColumn => &["ew-resize", "sb_h_double_arrow"],
        _ => &["default", "left_ptr"],
    }
}
