//! A value in a box with a bar for its position, used in rows of text where a knob is too large.

use super::control;
use super::entry;
use super::model::{Model, Slot};
use super::numbers;
use super::strokes::Strokes;
use super::theme::{self, Look};
use egui::epaint::RectShape;
use egui::{Align2, Color32, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

/// A field's parameter and state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) slot: Slot,
    /// Text before the value; may be empty.
    pub(crate) name: &'static str,
    /// Colour of its stage.
    pub(crate) accent: Color32,
    /// True while its stage is on.
    pub(crate) lit: bool,
}

impl Field {
    /// Fills `rect` with the field.
    pub(crate) fn show(self, ui: &mut Ui, rect: Rect, model: &mut Model, look: Look) -> Response {
        let id = egui::Id::unique(("field", self.slot));
        let response = ui.interact(rect, id, Sense::click_and_drag());
        control::describe(&response, model, self.slot, model.param(self.slot).name());
        if entry::is_typed(ui, self.slot) {
            entry::show(ui, rect, model, self.slot, look);
            return response;
        }
        control::drive(ui, &response, model, self.slot, look, vec2(0.7, -0.7));
        if response.clicked() && !response.double_clicked() {
            entry::open(ui, model, self.slot, response.id);
        }
        self.paint(ui, rect, &response, model, look);
        let response = response.on_hover_cursor(egui::CursorIcon::ResizeVertical);
        control::explain(ui, response, model, self.slot)
    }

    fn paint(&self, ui: &Ui, rect: Rect, response: &Response, model: &Model, look: Look) {
        let painter = ui.painter();
        let hovered = response.hovered() || response.dragged();
        let ground = if hovered { theme::HOVERED } else { theme::RAISED };
        let edge = if response.has_focus() { theme::TEXT } else { theme::LINE };
        let kind = model.param(self.slot).kind();
        let place =
            |value: f32| rect.left() + look.px(4.0) + (rect.width() - look.px(8.0)) * kind.position_of(value);
        let (min, max) = kind.range();
        let from = if min < 0.0 && max > 0.0 { place(0.0) } else { place(min) };
        let to = place(model.value(self.slot));
        let y = rect.bottom() - look.px(3.0);
        let accent = if self.lit { self.accent } else { theme::TEXT_FAINT };
        let bar = [pos2(from.min(to), y), pos2(from.max(to), y)];
        Strokes::kept(painter, response.id, (rect, ground, edge, bar, accent, look), |strokes| {
            let edge = look.hairline(edge);
            strokes.shape(RectShape::new(rect, look.px(4.0), ground, edge, StrokeKind::Inside));
            strokes.shape(Shape::line_segment(bar, Stroke::new(look.px(1.5), accent)));
        });
        // On a hovered ground, faint text would have too little contrast.
        let off = if hovered { theme::TEXT_DIM } else { theme::TEXT_FAINT };
        let colour = if self.lit { theme::TEXT } else { off };
        let value = numbers::value_text(model, self.slot);
        let middle = rect.center().y - look.px(0.5);
        if self.name.is_empty() {
            painter.text(pos2(rect.center().x, middle), Align2::CENTER_CENTER, value, look.text(), colour);
            return;
        }
        let dim = if self.lit { theme::TEXT_DIM } else { off };
        let name = pos2(rect.left() + look.px(7.0), middle);
        painter.text(name, Align2::LEFT_CENTER, self.name, look.text(), dim);
        let right = pos2(rect.right() - look.px(7.0), middle);
        painter.text(right, Align2::RIGHT_CENTER, value, look.text(), colour);
    }
}
