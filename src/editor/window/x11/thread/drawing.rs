//! Lays out a picture by egui and shows it.

use super::WindowThread;
use crate::editor::window::NEWS_PERIOD;
use crate::editor::window::x11::canvas::Painted;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};
use x11rb::protocol::xproto::{ConnectionExt as _, MapState};

/// Interval for checking whether the window is visible.
const LOOK_PERIOD: Duration = Duration::from_secs(1);

impl WindowThread {
    /// True if the picture can be visible: a host may have hidden its own window.
    fn is_visible(&mut self, now: Instant) -> bool {
        if now.duration_since(self.is_visible.1) > LOOK_PERIOD {
            let asked = self.shared.link.connection.get_window_attributes(self.shared.window);
            let state = asked.ok().and_then(|asked| asked.reply().ok()).map(|reply| reply.map_state);
            self.is_visible = (state == Some(MapState::VIEWABLE), now);
        }
        self.is_visible.0
    }

    /// Ends gestures while the window is invisible: it receives no button release then, and the host must not
    /// wait for it.
    pub(super) fn release_if_invisible(&mut self, now: Instant) {
        if self.input.holds() && !self.is_visible(now) {
            self.input.release_all(|_| true);
            self.input.leave();
            self.contents.release_all();
        }
    }

    pub(super) fn draw(&mut self, now: Instant) {
        if !self.is_visible(now) {
            self.wanted = Some(now + LOOK_PERIOD);
            return;
        }
        self.wanted = None;
        let input = self.raw_input(now);
        let output = self.ctx.run_ui(input, |ui| self.contents.show(ui));
        let egui::FullOutput { platform_output, textures_delta, shapes, pixels_per_point, viewport_output } =
            output;
        let painted = Painted { shapes, textures: textures_delta, pixels_per_point };
        self.canvas.paint(self.size, &self.ctx, painted);
        // Counts from the end: if drawing is slow, the thread still rests between pictures.
        self.drawn = Instant::now();
        for command in platform_output.commands {
            if let egui::OutputCommand::CopyText(text) = command {
                self.clipboard.copy(text, self.time, &self.shared);
            }
        }
        self.keep_keyboard(now);
        self.cursors.set(platform_output.cursor_icon, &self.shared);
        if !self.input.events.is_empty() {
            self.schedule(now);
        }
        let delays = viewport_output.values().map(|viewport| viewport.repaint_delay);
        if let Some(next) = delays.min().and_then(|delay| now.checked_add(delay)) {
            self.schedule(next);
        }
    }

    fn raw_input(&mut self, now: Instant) -> egui::RawInput {
        let points = |length: u32| (f64::from(length) / self.scale) as f32;
        let screen =
            egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(points(self.size.0), points(self.size.1)));
        let mut input = egui::RawInput {
            screen_rect: Some(screen),
            max_texture_side: Some(self.canvas.max_texture_side()),
            time: Some(now.duration_since(self.begin).as_secs_f64()),
            events: self.input.take(),
            hovered_files: self.drops.hovered(),
            dropped_files: self.drops.take(),
            // Keys also arrive when the host's window has the focus and the pointer is over ours.
            focused: true,
            ..Default::default()
        };
        let viewport = input.viewports.entry(egui::ViewportId::ROOT).or_default();
        viewport.native_pixels_per_point = Some(self.scale as f32);
        viewport.inner_rect = Some(screen);
        viewport.focused = Some(self.has_focus);
        input
    }
}

/// Creates the egui context of this window. Requests from other threads set `asked`.
pub(super) fn context(asked: &Arc<AtomicBool>) -> egui::Context {
    let ctx = egui::Context::default();
    // egui's zoom would enlarge the picture without its window.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    let asked = asked.clone();
    ctx.set_request_repaint_callback(move |request| {
        if request.delay < NEWS_PERIOD {
            asked.store(true, Relaxed);
        }
    });
    ctx
}
