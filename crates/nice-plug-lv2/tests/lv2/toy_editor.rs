//! The toy's editor: an X11 window that the test controls.

use super::toy::ToyParams;
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{NativeSize, PhysicalSize};
use nice_plug::editor::{HostMethods, SpawnedEditor};
use nice_plug::prelude::*;
use std::error::Error;
use std::sync::{Arc, Mutex};
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, CreateWindowAux, WindowClass};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// An editor whose window has 300 by 200 pixels. The test controls it through [`OPENED`].
pub(crate) struct ToyEditor {
    params: Arc<ToyParams>,
}

impl ToyEditor {
    pub(crate) fn new(params: Arc<ToyParams>) -> Self {
        Self { params }
    }
}

/// The most recently opened editor, for the test.
pub(crate) struct Opened {
    pub(crate) params: Arc<ToyParams>,
    pub(crate) context: GuiContext,
    pub(crate) host: Option<HostMethods>,
    pub(crate) window: u32,
    pub(crate) scale: Option<f64>,
}

// SAFETY: the test creates and uses the value on one thread.
unsafe impl Send for Opened {}

pub(crate) static OPENED: Mutex<Option<Opened>> = Mutex::new(None);
/// The wrapper's calls to the editor, in order.
static RECORDED: Mutex<Vec<String>> = Mutex::new(Vec::new());

pub(crate) fn recorded() -> Vec<String> {
    std::mem::take(&mut RECORDED.lock().unwrap())
}

fn record(call: String) {
    RECORDED.lock().unwrap().push(call);
}

pub(crate) struct ToyHandle;

pub(crate) struct ToyWindow {
    connection: RustConnection,
    window: u32,
}

impl Drop for ToyWindow {
    fn drop(&mut self) {
        self.connection.destroy_window(self.window).unwrap();
        self.connection.sync().unwrap();
        record("closed".to_owned());
    }
}

impl Editor for ToyEditor {
    type Handle = ToyHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        _wait_for_parent: bool,
        scale: Option<f64>,
        context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<ToyHandle>, Box<dyn Error>> {
        let Some(ParentWindowHandle::XlibWindow(parent)) = parent else { return Err("no parent".into()) };
        let (connection, _) = x11rb::connect(None)?;
        let window = open_window(&connection, parent as u32, (300, 200))?;
        *OPENED.lock().unwrap() = Some(Opened { params: self.params.clone(), context, host, window, scale });
        Ok(SpawnedEditor { handle: ToyHandle, window: ToyWindow { connection, window } })
    }

    fn size(&self) -> NativeSize<u32> {
        NativeSize { width: 300, height: 200 }
    }

    fn resize_hint(&self) -> ResizeHint {
        ResizeHint::RESIZABLE.with_min_physical_size(PhysicalSize { width: 100, height: 50 })
    }
}

impl nice_plug::editor::EditorHandle for ToyHandle {
    type Window = ToyWindow;
    type Error = std::fmt::Error;

    fn run_until_closed(_window: ToyWindow) -> Result<(), Self::Error> {
        Ok(())
    }
    fn set_parent(&self, _parent: ParentWindowHandle, _window: &ToyWindow) -> Result<(), Self::Error> {
        Ok(())
    }
    fn show(&self, window: &ToyWindow) -> Result<(), Self::Error> {
        window.connection.map_window(window.window).unwrap();
        window.connection.sync().unwrap();
        Ok(())
    }
    fn hide(&self, _window: &ToyWindow) -> Result<(), Self::Error> {
        Ok(())
    }
    fn set_size(&self, size: NativeSize<u32>, _window: &ToyWindow) -> Result<(), Self::Error> {
        record(format!("size {}x{}", size.width, size.height));
        Ok(())
    }
    fn host_main_thread_callback(&self, _window: &ToyWindow) {
        record("called".to_owned());
    }
    fn param_value_changed(&self, id: &str, normalized: f32) {
        record(format!("{id} {normalized}"));
    }
    fn param_modulation_changed(&self, _id: &str, _offset: f32) {}
}

pub(crate) fn open_window(
    connection: &RustConnection,
    parent: u32,
    (width, height): (u16, u16),
) -> Result<u32, Box<dyn Error>> {
    let window = connection.generate_id()?;
    let class = WindowClass::INPUT_OUTPUT;
    let nothing = CreateWindowAux::new();
    connection
        .create_window(COPY_DEPTH_FROM_PARENT, window, parent, 0, 0, width, height, 0, class, 0, &nothing)?
        .check()?;
    Ok(window)
}
