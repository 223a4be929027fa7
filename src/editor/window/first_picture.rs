//! That a window's first picture comes, however late the host shows it.
//!
//! On X11 baseview 0.4.2 asks the server to be told of the next picture's time, and asks no more until it has been told. It selects
//! that event only when it hears that its window is mapped, but whoever wants a picture before, such as egui-baseview's poll of the
//! audio thread's news, makes it ask at once. The answer is then sent to nobody, and the window stays blank for ever. So the window
//! hears here, before it can ask, what baseview waits for.

use nice_plug_egui::baseview::WindowContext;
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use std::error::Error;
use x11rb::connection::RequestConnection as _;
use x11rb::protocol::present;
use x11rb::protocol::xproto::{ConnectionExt as _, EventMask, MAP_NOTIFY_EVENT, MapNotifyEvent};
use x11rb::rust_connection::RustConnection;

/// To be called before the window's event loop runs. Where it fails, all is as it was: the editor is drawn if it is shown soon enough.
pub(super) fn prepare(window: &WindowContext) {
    let _ = announce(window);
}

/// Tells the window that it is mapped.
fn announce(window: &WindowContext) -> Result<(), Box<dyn Error>> {
    let window = match window.window_handle().map(|handle| handle.as_raw()) {
        Ok(RawWindowHandle::Xlib(handle)) => u32::try_from(handle.window)?,
        Ok(RawWindowHandle::Xcb(handle)) => handle.window.get(),
        _ => return Ok(()),
    };
    let (connection, _) = RustConnection::connect(None)?;
    // Without the extension baseview draws by a timer, which each of these events would start anew.
    if connection.extension_information(present::X11_EXTENSION_NAME)?.is_none() {
        return Ok(());
    }
    let mapped = MapNotifyEvent {
        response_type: MAP_NOTIFY_EVENT,
        sequence: 0,
        event: window,
        window,
        override_redirect: false,
    };
    // No event mask: to the client that made the window. Checked: the event is there when this returns.
    connection.send_event(false, window, EventMask::NO_EVENT, mapped)?.check()?;
    Ok(())
}
