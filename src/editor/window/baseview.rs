//! A window by baseview, on systems without X11. It runs in its opener's thread.

use super::{Contents, NEWS_PERIOD, Opening, TITLE, is_placeholder, resize_hint};
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{Editor, EditorHandle, Modifiers, ParentWindowHandle, SpawnedEditor, VirtualKeyCode};
use nice_plug_egui::baseview::{HandlerError, WindowSize};
use nice_plug_egui::{
    EguiEditor, EguiEditorHandle, EguiEditorState, EguiNiceSettings, Frame, NiceEguiApp, RepaintNotifier,
    create_egui_editor,
};
use std::error::Error;

/// A request for a picture. Any thread may hold it. It neither waits nor allocates.
#[derive(Debug, Clone, Default)]
pub struct Repaint(RepaintNotifier);

impl Repaint {
    /// Requests a picture if `wanted`.
    pub fn request_if(&self, wanted: bool) {
        self.0.request_repaint_with(wanted);
    }
}

/// Pixels per point until a window reports its own: these systems report it to each window.
pub(super) fn screen_scale() -> f64 {
    1.0
}

impl NiceEguiApp for Contents {
    fn build(
        &mut self,
        ctx: egui::Context,
        host: GuiContext,
        _frame: &mut Frame,
    ) -> Result<(), HandlerError> {
        self.open(&ctx, host);
        Ok(())
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut Frame) {
        self.show(ui);
    }

    fn resized(&mut self, size: WindowSize) {
        let native = NativeSize::from_logical_or_physical(size.logical, size.physical);
        Contents::resized(self, native, size.scale_factor);
    }
}

type Inner = EguiEditorHandle;

/// The host's side of a window.
pub type EnhancerWindow = <Inner as EditorHandle>::Window;

pub(super) fn spawn(
    opening: Opening,
    contents: Contents,
    repaint: Repaint,
) -> Result<SpawnedEditor<EnhancerEditorHandle>, Box<dyn Error>> {
    let settings = EguiNiceSettings::new()
        .with_tile(TITLE)
        .with_resize_hint(resize_hint())
        .with_repaint_poll_interval(NEWS_PERIOD);
    let state = EguiEditorState::from_size(contents.logical_size(), 1.0);
    let inner: EguiEditor<Contents> =
        create_egui_editor(state, repaint.0, settings, contents.clone()).ok_or("no editor")?;
    let Opening { parent, wait_for_parent, fallback_scale_factor, gui_context, host } = opening;
    let spawned = inner.spawn(parent, wait_for_parent, fallback_scale_factor, gui_context, host)?;
    let handle = EnhancerEditorHandle { inner: spawned.handle, contents };
    Ok(SpawnedEditor { handle, window: spawned.window })
}

/// An open editor. Dropping it closes the window and stops the audio thread's copies.
pub struct EnhancerEditorHandle {
    inner: Inner,
    contents: Contents,
}

impl Drop for EnhancerEditorHandle {
    fn drop(&mut self) {
        self.contents.close();
    }
}

impl EditorHandle for EnhancerEditorHandle {
    type Window = EnhancerWindow;
    type Error = <Inner as EditorHandle>::Error;

    fn run_until_closed(window: Self::Window) -> Result<(), Self::Error> {
        Inner::run_until_closed(window)
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.set_parent(parent, window)
    }

    fn show(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.show(window)
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.hide(window)
    }

    fn set_size(&self, size: NativeSize<u32>, window: &Self::Window) -> Result<(), Self::Error> {
        let is_placeholder = is_placeholder(size, window.size().scale_factor);
        if is_placeholder { Ok(()) } else { self.inner.set_size(size, window) }
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        self.inner.host_main_thread_callback(window);
    }

    fn adjust_size(&self, size: NativeSize<u32>, window: &Self::Window) -> Option<NativeSize<u32>> {
        let now = window.size();
        if is_placeholder(size, now.scale_factor) {
            return Some(NativeSize::from_logical_or_physical(now.logical, now.physical));
        }
        self.inner.adjust_size(size, window)
    }

    fn set_fallback_scale_factor(&self, scale: f64, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.set_fallback_scale_factor(scale, window)
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
