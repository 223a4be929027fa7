//! The window that a host opens: egui in our own window on X11, in baseview's elsewhere. The session stores
//! its size.

#[cfg(not(target_os = "linux"))]
mod baseview;
#[cfg(target_os = "linux")]
mod x11;

use super::app::{App, MIN_SIZE};
use super::theme;
use crate::params::EnhancerParams;
#[cfg(not(target_os = "linux"))]
use baseview as platform;
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize};
use nice_plug::editor::{Editor, HostMethods, ParentWindowHandle, ResizeHint, SpawnedEditor};
pub use platform::{EnhancerEditorHandle, EnhancerWindow, Repaint};
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
#[cfg(target_os = "linux")]
use x11 as platform;

/// Interval for polling the audio thread's news: at most 30 pictures per second.
const NEWS_PERIOD: Duration = Duration::from_nanos(1_000_000_000 / 30);

/// Title of the window, for hosts that show one.
const TITLE: &str = "Audio Enhancer";

/// The editor of one plugin instance, as the host opens it.
pub struct EnhancerEditor {
    contents: Contents,
    repaint: Repaint,
}

impl EnhancerEditor {
    /// Creates the editor of `app`. The audio thread requests pictures through `repaint`.
    #[must_use]
    pub fn new(params: Arc<EnhancerParams>, app: App, repaint: Repaint) -> Self {
        let contents = Contents { params, app: Arc::new(Mutex::new(app)), seen: Arc::default() };
        Self { contents, repaint }
    }
}

/// Contents of a window.
#[derive(Clone)]
struct Contents {
    params: Arc<EnhancerParams>,
    app: Arc<Mutex<App>>,
    seen: Arc<Mutex<Option<Seen>>>,
}

/// State of the last window.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// Pixels per point.
    scale: f64,
    /// Size in pixels, and the size in whole points that the session stores for it.
    size: Option<(NativeSize<u32>, (u32, u32))>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Contents {
    fn open(&self, ctx: &egui::Context, host: GuiContext) {
        theme::install_fonts(ctx);
        locked(&self.app).open(host);
    }

    fn show(&self, ui: &mut egui::Ui) {
        locked(&self.app).show(ui);
    }

    fn close(&self) {
        locked(&self.app).close();
    }

    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "these systems report each release"))]
    fn release_all(&self) {
        locked(&self.app).release_all();
    }

    fn has_scale(&self, scale: f64) {
        let mut seen = locked(&self.seen);
        if seen.is_none_or(|seen| seen.scale != scale) {
            *seen = Some(Seen { scale, size: None });
        }
    }

    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "these systems give each window its scale")
    )]
    fn last_scale(&self) -> Option<f64> {
        locked(&self.seen).map(|seen| seen.scale)
    }

    fn resized(&self, size: NativeSize<u32>, scale: f64) {
        let points: LogicalSize<f64> = size.cast().to_logical(scale);
        let whole = |length: f64| length.round().clamp(1.0, 16_384.0) as u32;
        let editor_size = (whole(points.width), whole(points.height));
        *locked(&self.seen) = Some(Seen { scale, size: Some((size, editor_size)) });
        self.params.update_session(|session| session.editor_size = editor_size);
    }

    /// Size that the session stores, points.
    fn logical_size(&self) -> LogicalSize<f64> {
        let (width, height) = self.params.session().editor_size;
        LogicalSize::new(f64::from(width.max(MIN_SIZE.0)), f64::from(height.max(MIN_SIZE.1)))
    }
}

/// Range of sizes that a host may set.
fn resize_hint() -> ResizeHint {
    ResizeHint::resizable().with_min_logical_size(LogicalSize::new(MIN_SIZE.0 as f32, MIN_SIZE.1 as f32))
}

/// True for the size of 128 by 128 pixels that JUCE's hosts sometimes pass before their window has its real
/// one. To shrink to the smallest size for it would lose the size that the user chose.
fn is_placeholder(size: NativeSize<u32>, scale: f64) -> bool {
    let is_tiny = |length: u32, smallest: u32| f64::from(length) < 0.5 * f64::from(smallest) * scale;
    is_tiny(size.width, MIN_SIZE.0) && is_tiny(size.height, MIN_SIZE.1)
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
        let opening = Opening { parent, wait_for_parent, fallback_scale_factor, gui_context, host };
        platform::spawn(opening, self.contents.clone(), self.repaint.clone())
    }

    fn size(&self) -> NativeSize<u32> {
        let seen = *locked(&self.contents.seen)
            .get_or_insert_with(|| Seen { scale: platform::screen_scale(), size: None });
        // The exact pixels, until the session stores another size.
        let session = self.contents.params.session().editor_size;
        let pixels = seen.size.filter(|(_, points)| *points == session).map(|(pixels, _)| pixels);
        pixels.unwrap_or_else(|| NativeSize::from_size(self.contents.logical_size().into(), seen.scale))
    }

    fn resize_hint(&self) -> ResizeHint {
        resize_hint()
    }
}

/// A host's request for a window.
struct Opening {
    parent: Option<ParentWindowHandle>,
    #[cfg_attr(target_os = "linux", expect(dead_code, reason = "an X11 window waits unmapped"))]
    wait_for_parent: bool,
    fallback_scale_factor: Option<f64>,
    gui_context: GuiContext,
    host: Option<HostMethods>,
}
