//! Imports files dropped on the editor, and shows a note while they hover.

use super::model::Model;
use super::presets::Presets;
use super::theme::{self, Look};
use egui::{Align2, Id, LayerId, Order, Ui, vec2};
use std::path::PathBuf;

/// File types that can be dropped.
const KINDS: &str = "Equalizer APO, AutoEQ, GraphicEQ, EasyEffects or a preset file";

/// Imports the files dropped in this picture.
pub(crate) fn take(ui: &Ui, model: &mut Model, presets: &mut Presets) {
    let files = ui.input_mut(|input| std::mem::take(&mut input.raw.dropped_files));
    if !files.is_empty() {
        let paths: Vec<PathBuf> = files.iter().map(|file| file.path().to_owned()).collect();
        presets.import_files(model, &paths);
    }
}

/// Covers the editor with a note while files hover.
pub(crate) fn announce(ui: &Ui, look: Look) {
    if ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let window = ui.ctx().content_rect();
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Tooltip, Id::unique("drop")));
    painter.rect_filled(window, 0.0, theme::faded(theme::BACKGROUND, 0.9));
    let frame = window.shrink(look.px(8.0));
    let stroke = egui::Stroke::new(look.px(2.0), theme::BLUE);
    painter.rect_stroke(frame, look.px(6.0), stroke, egui::StrokeKind::Inside);
    let at = window.center();
    painter.text(at, Align2::CENTER_BOTTOM, "Drop to import and save as a preset", look.large(), theme::TEXT);
    let below = at + vec2(0.0, look.px(10.0));
    painter.text(below, Align2::CENTER_TOP, KINDS, look.text(), theme::TEXT_DIM);
}
