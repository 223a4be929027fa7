//! The window that a host opens: egui in baseview, as large as the session says.

mod farewell;
#[cfg(target_os = "linux")]
mod first_picture;

use super::app::{App, MIN_SIZE};
use super::theme;
use crate::params::EnhancerParams;
use farewell::{Departure, Farewell};
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize};
use nice_plug::editor::{
    Editor, EditorHandle, HostMethods, Modifiers, ParentWindowHandle, ResizeHint, SpawnedEditor,
    VirtualKeyCode,
};
use nice_plug_egui::baseview::{self, HandlerError, WindowSize};
use nice_plug_egui::{
    EguiEditor, EguiEditorHandle, EguiEditorState, EguiNiceSettings, Frame, NiceEguiApp, RepaintNotifier,
    create_egui_editor,
};
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Most pictures a second that the audio thread's news cause.
const PICTURES_PER_SECOND: u32 = 30;

/// What a host asks for a window.
pub struct EnhancerEditor {
    params: Arc<EnhancerParams>,
    app: Arc<Mutex<App>>,
    repaint: RepaintNotifier,
    /// Scale of the last window's screen.
    scale: Arc<Mutex<f64>>,
}

impl EnhancerEditor {
    /// The editor of `app`; the audio thread wakes it through `repaint`.
    #[must_use]
    pub fn new(params: Arc<EnhancerParams>, app: App, repaint: RepaintNotifier) -> Self {
        Self { params, app: Arc::new(Mutex::new(app)), repaint, scale: Arc::new(Mutex::new(1.0)) }
    }

    fn logical_size(&self) -> LogicalSize<f64> {
        let (width, height) = self.params.session().editor_size;
        LogicalSize::new(f64::from(width.max(MIN_SIZE.0)), f64::from(height.max(MIN_SIZE.1)))
    }
}

/// The contents of one window.
struct Contents {
    params: Arc<EnhancerParams>,
    app: Arc<Mutex<App>>,
    scale: Arc<Mutex<f64>>,
    farewell: Option<Farewell>,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl NiceEguiApp for Contents {
    fn build(&mut self, ctx: egui::Context, host: GuiContext, frame: &mut Frame) -> Result<(), HandlerError> {
        if let Some(farewell) = self.farewell.take() {
            farewell.leave_here();
        }
        #[cfg(target_os = "linux")]
        first_picture::prepare(frame.baseview_window());
        #[cfg(not(target_os = "linux"))]
        let _ = frame;
        theme::install_fonts(&ctx);
        locked(&self.app).open(host);
        Ok(())
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut Frame) {
        locked(&self.app).show(ui);
    }

    fn resized(&mut self, size: WindowSize) {
        *locked(&self.scale) = size.scale_factor;
        let whole = |length: f64| length.round().clamp(1.0, 16_384.0) as u32;
        let editor_size = (whole(size.logical.width), whole(size.logical.height));
        self.params.update_session(|session| session.editor_size = editor_size);
    }
}

impl Editor for EnhancerEditor {
    type Handle = EnhancerEditorHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self::Handle>, Box<dyn Error>> {
        let (farewell, departure) = farewell::pair();
        let contents = Contents {
            params: self.params.clone(),
            app: self.app.clone(),
            scale: self.scale.clone(),
            farewell: Some(farewell),
        };
        let settings = EguiNiceSettings::new()
            .with_tile("Audio Enhancer")
            .with_resize_hint(self.resize_hint())
            .with_repaint_poll_interval(Duration::from_secs(1) / PICTURES_PER_SECOND);
        let state = EguiEditorState::from_size(self.logical_size(), 1.0);
        let inner: EguiEditor<Contents> =
            create_egui_editor(state, self.repaint.clone(), settings, contents).ok_or("no editor")?;
        let spawned = inner.spawn(parent, wait_for_parent, fallback_scale_factor, gui_context, host)?;
        let handle = EnhancerEditorHandle { inner: spawned.handle, app: self.app.clone() };
        Ok(SpawnedEditor { handle, window: EnhancerWindow { inner: spawned.window, _departure: departure } })
    }

    fn size(&self) -> NativeSize<u32> {
        NativeSize::from_size(self.logical_size().into(), *locked(&self.scale))
    }

    fn resize_hint(&self) -> ResizeHint {
        ResizeHint::resizable().with_min_logical_size(LogicalSize::new(MIN_SIZE.0 as f32, MIN_SIZE.1 as f32))
    }
}

/// One open window; dropped, it is closed and the audio thread no longer watched.
pub struct EnhancerEditorHandle {
    inner: EguiEditorHandle,
    app: Arc<Mutex<App>>,
}

impl Drop for EnhancerEditorHandle {
    fn drop(&mut self) {
        locked(&self.app).close();
    }
}

/// Whether a host asks for this size before its window has one: JUCE's hosts now and then pass the 128 by 128 pixels that their windows
/// have at birth. Shrinking to the smallest size for it would lose the size that a person chose.
fn is_placeholder(size: NativeSize<u32>, window: &baseview::Window) -> bool {
    let scale = window.size().scale_factor;
    let is_tiny = |length: u32, smallest: u32| f64::from(length) < 0.5 * f64::from(smallest) * scale;
    is_tiny(size.width, MIN_SIZE.0) && is_tiny(size.height, MIN_SIZE.1)
}

type Inner = EguiEditorHandle;

/// The window itself. When it has been dropped its thread has ended, with its connections to the X server and all its memory.
pub struct EnhancerWindow {
    inner: <Inner as EditorHandle>::Window,
    /// After `inner`: fields are dropped in this order.
    _departure: Departure,
}

impl EditorHandle for EnhancerEditorHandle {
    type Window = EnhancerWindow;
    type Error = <Inner as EditorHandle>::Error;

    fn run_until_closed(window: Self::Window) -> Result<(), Self::Error> {
        let EnhancerWindow { inner, _departure } = window;
        Inner::run_until_closed(inner)
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.set_parent(parent, &window.inner)
    }

    fn show(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.show(&window.inner)
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.hide(&window.inner)
    }

    fn set_size(&self, size: NativeSize<u32>, window: &Self::Window) -> Result<(), Self::Error> {
        let window = &window.inner;
        if is_placeholder(size, window) { Ok(()) } else { self.inner.set_size(size, window) }
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        self.inner.host_main_thread_callback(&window.inner);
    }

    fn adjust_size(&self, size: NativeSize<u32>, window: &Self::Window) -> Option<NativeSize<u32>> {
        let window = &window.inner;
        if is_placeholder(size, window) {
            let now = window.size();
            return Some(NativeSize::from_logical_or_physical(now.logical, now.physical));
        }
        self.inner.adjust_size(size, window)
    }

    fn set_fallback_scale_factor(&self, scale: f64, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.set_fallback_scale_factor(scale, &window.inner)
    }

    fn on_virtual_key_from_host(&self, key: VirtualKeyCode, down: bool, modifiers: Modifiers) -> bool {
        self.inner.on_virtual_key_from_host(key, down, modifiers)
    }

    fn state_changed(&self) {
        self.inner.state_changed();
    }

    fn param_value_changed(&self, id: &str, normalized: f32) {
        self.inner.param_value_changed(id, normalized);
    }

    fn param_modulation_changed(&self, id: &str, offset: f32) {
        self.inner.param_modulation_changed(id, offset);
    }
}
