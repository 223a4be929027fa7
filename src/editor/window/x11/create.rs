//! Creates a window.

use super::canvas::PixelFormat;
use super::link::{Link, WindowError};
use crate::editor::app::MIN_SIZE;
use crate::editor::window::TITLE;
use nice_plug::editor::dpi::LogicalSize;
use x11rb::connection::Connection as _;
use x11rb::properties::WmSizeHints;
use x11rb::protocol::xproto::{
    AtomEnum, BackPixmap, ColormapAlloc, ConnectionExt as _, CreateWindowAux, Depth, EventMask, Gravity,
    PropMode, Window, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

/// Parent and size of a new window.
pub(super) struct Place {
    pub(super) parent: Option<Window>,
    pub(super) fallback_scale: Option<f64>,
    pub(super) size: LogicalSize<f64>,
}

/// Creates the window, unmapped.
pub(super) fn create(
    link: &Link,
    place: &Place,
    format: &PixelFormat,
    size: (u32, u32),
) -> Result<Window, WindowError> {
    let (connection, screen) = (&link.connection, link.screen());
    let window = connection.generate_id()?;
    let visual = format.visual();
    let has_visual = |depth: &&Depth| depth.visuals.iter().any(|known| known.visual_id == visual);
    let depth = screen.allowed_depths.iter().find(has_visual).map_or(screen.root_depth, |depth| depth.depth);
    let colormap = connection.generate_id()?;
    connection.create_colormap(ColormapAlloc::NONE, colormap, screen.root, visual)?.check()?;
    let events = EventMask::EXPOSURE
        | EventMask::STRUCTURE_NOTIFY
        | EventMask::POINTER_MOTION
        | EventMask::BUTTON_PRESS
        | EventMask::BUTTON_RELEASE
        | EventMask::LEAVE_WINDOW
        | EventMask::KEY_PRESS
        | EventMask::KEY_RELEASE
        | EventMask::FOCUS_CHANGE
        | EventMask::PROPERTY_CHANGE;
    let attributes = CreateWindowAux::new()
        .event_mask(events)
        .colormap(colormap)
        .border_pixel(0)
        // While the window grows, the old picture stays.
        .background_pixmap(BackPixmap::NONE)
        .bit_gravity(Gravity::NORTH_WEST);
    let parent = place.parent.unwrap_or(screen.root);
    let (width, height) = (size.0 as u16, size.1 as u16);
    let class = WindowClass::INPUT_OUTPUT;
    connection
        .create_window(depth, window, parent, 0, 0, width, height, 0, class, visual, &attributes)?
        .check()?;
    Ok(window)
}

/// Sets the properties that window managers and other programs read.
pub(super) fn introduce(link: &Link, window: Window, scale: f64) -> Result<(), WindowError> {
    let (connection, atoms) = (&link.connection, &link.atoms);
    let replace = PropMode::REPLACE;
    connection.change_property8(replace, window, AtomEnum::WM_NAME, AtomEnum::STRING, TITLE.as_bytes())?;
    let class = b"audio-enhancer\0Audio Enhancer\0";
    connection.change_property8(replace, window, AtomEnum::WM_CLASS, AtomEnum::STRING, class)?;
    connection.change_property8(replace, window, atoms._NET_WM_NAME, atoms.UTF8_STRING, TITLE.as_bytes())?;
    let closing = [atoms.WM_DELETE_WINDOW];
    connection.change_property32(replace, window, atoms.WM_PROTOCOLS, AtomEnum::ATOM, &closing)?;
    let version = [super::drop::VERSION];
    connection.change_property32(replace, window, atoms.XdndAware, AtomEnum::ATOM, &version)?;
    // A host may then forward drops on its own window to this one.
    connection.change_property32(replace, window, atoms.XdndProxy, AtomEnum::WINDOW, &[window])?;
    let least = |points: u32| (f64::from(points) * scale).round() as i32;
    let hints = WmSizeHints { min_size: Some((least(MIN_SIZE.0), least(MIN_SIZE.1))), ..WmSizeHints::new() };
    hints.set_normal_hints(connection, window)?.check()?;
    Ok(())
}
