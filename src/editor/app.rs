//! The whole picture and the place of each part.

use super::equalizer::Equalizer;
use super::model::Model;
use super::monitor::Monitor;
use super::panels::Panels;
use super::plot::Axes;
use super::presets::{FilePrograms, Presets};
use super::theme::{self, Look};
use super::{drops, entry, ground, output, top_bar};
use crate::params::EnhancerParams;
use crate::telemetry::Telemetry;
use egui::{Pos2, Rect, Ui, Vec2, pos2, vec2};
use enhancer_preset::Library;
use nice_plug::context::gui::GuiContext;
use std::sync::Arc;

/// Smallest window size, logical points.
pub(super) const MIN_SIZE: (u32, u32) = (800, 500);

/// Gap between parts, units of the design.
pub(super) const GAP: f32 = 8.0;

/// The editor's state. It outlives the window, so that the undo history survives closing.
pub struct App {
    model: Model,
    monitor: Monitor,
    equalizer: Equalizer,
    panels: Panels,
    presets: Presets,
    look: Option<Look>,
}

impl App {
    /// Creates the editor of one plugin instance, without a window.
    #[must_use]
    pub fn new(params: Arc<EnhancerParams>, telemetry: Arc<Telemetry>, library: Library) -> Self {
        Self {
            model: Model::new(params),
            monitor: Monitor::new(telemetry),
            equalizer: Equalizer::default(),
            panels: Panels::default(),
            presets: Presets::new(library),
            look: None,
        }
    }

    /// Call it when a window opens, after [`install_fonts`](super::install_fonts). Sends edits to `host` and
    /// starts the audio thread's copies.
    pub fn open(&mut self, host: GuiContext) {
        self.look = None;
        self.model.connect(host);
        self.monitor.set_watching(true);
    }

    /// Call it when the window closes. Ends solo and gestures, and stops the audio thread's copies.
    pub fn close(&mut self) {
        self.model.set_solo(None);
        self.model.disconnect();
        self.monitor.set_watching(false);
        self.presets.close_file_dialog();
    }

    /// Ends the gesture under way. Call it when the window becomes invisible.
    pub fn release_all(&mut self) {
        self.model.end();
    }

    /// Replaces the desktop's file dialogs by other programs, for tests.
    pub fn set_file_programs(&mut self, programs: FilePrograms) {
        self.presets.set_file_programs(programs);
    }

    /// The parameters with their undo history.
    pub fn model(&mut self) -> &mut Model {
        &mut self.model
    }

    /// Axes of the equalizer picture as last drawn; `None` before the first picture.
    #[must_use]
    pub fn equalizer_axes(&self) -> Option<Axes> {
        self.equalizer.axes()
    }

    /// Names of the presets in the browser's list, filtered by its search.
    #[must_use]
    pub fn listed_presets(&self) -> Vec<String> {
        self.presets.found().into_iter().map(|preset| preset.name.clone()).collect()
    }

    /// Draws one picture of the whole window.
    pub fn show(&mut self, ui: &mut Ui) {
        let window = ui.ctx().content_rect();
        let look = Look::for_window(window.size());
        if self.look != Some(look) {
            theme::install_style(ui.ctx(), look);
            self.look = Some(look);
        }
        let now_s = ui.input(|input| input.time);
        self.model.refresh(now_s);
        self.monitor.update(now_s);
        drops::take(ui, &mut self.model, &mut self.presets);
        let parts = Layout::of(window, look);
        let panels = self.panels.places(parts.row, look, look.px(GAP));
        let stages = panels.iter().map(|(_, rect)| *rect);
        let covered: Vec<Rect> = [parts.picture, parts.output].into_iter().chain(stages).collect();
        ground::background(ui.painter(), window, &covered, look);
        top_bar::show(ui, parts.top, &mut self.model, &mut self.presets, look);
        if self.presets.is_open() {
            self.presets.show(ui, parts.picture, &mut self.model, look);
        } else {
            self.equalizer.show(ui, parts.picture, &mut self.model, &mut self.monitor, look);
        }
        output::show(ui, parts.output, &mut self.model, &mut self.monitor, look);
        self.panels.show(ui, &panels, &mut self.model, &mut self.monitor, look);
        entry::show_note(ui);
        drops::announce(ui, look);
        if !self.monitor.is_running() && !self.monitor.is_settled() {
            // The audio thread wakes the editor only while it runs; the bars still have to fall.
            ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
        }
    }
}

/// Names and places of the editor's parts in a window of this size, logical points.
#[must_use]
pub fn places(window: Vec2) -> Vec<(&'static str, Rect)> {
    let look = Look::for_window(window);
    let parts = Layout::of(Rect::from_min_size(Pos2::ZERO, window), look);
    let panels = Panels::default().places(parts.row, look, look.px(GAP));
    [("top bar", parts.top), ("equalizer", parts.picture), ("output", parts.output)]
        .into_iter()
        .chain(panels.into_iter().map(|(stage, rect)| (stage.id(), rect)))
        .collect()
}

/// Places of the parts.
pub(super) struct Layout {
    top: Rect,
    picture: Rect,
    output: Rect,
    /// The row of panels.
    pub(super) row: Rect,
}

impl Layout {
    pub(super) fn of(window: Rect, look: Look) -> Self {
        let gap = look.px(GAP);
        let inner = window.shrink(gap);
        let top = Rect::from_min_size(inner.min, vec2(inner.width(), look.px(30.0)));
        let height = (inner.height() * 0.36).clamp(look.px(208.0), look.px(300.0));
        let row = Rect::from_min_max(pos2(inner.left(), inner.bottom() - height), inner.max);
        let middle =
            Rect::from_min_max(pos2(inner.left(), top.bottom() + gap), pos2(inner.right(), row.top() - gap));
        let column = look.px(if inner.width() > look.px(1000.0) { 164.0 } else { 148.0 });
        let output = Rect::from_min_max(pos2(middle.right() - column, middle.top()), middle.max);
        let picture = Rect::from_min_max(middle.min, pos2(output.left() - gap, middle.bottom()));
        Self { top, picture, output, row }
    }
}
