//! A knob: an arc that fills with the value, its name above, its value below.

use super::control;
use super::entry;
use super::model::{Model, Slot};
use super::numbers;
use super::strokes::{self, Strokes};
use super::theme::{self, Look};
use egui::{Align2, Color32, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2, pos2, vec2};
use enhancer_dsp::param::ParamKind;
use std::f32::consts::PI;

/// Start of the arc, radians clockwise from three o'clock, and its sweep. The arc is open at the bottom.
const ARC_START: f32 = 0.75 * PI;
const ARC_SWEEP: f32 = 1.5 * PI;

/// Part of the track below each end of the value's arc, as a share of the sweep.
const COVERED: f32 = 0.02;

/// A knob's parameter and state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Knob<'a> {
    pub(crate) slot: Slot,
    /// Name above the knob.
    pub(crate) name: &'a str,
    /// Colour of its stage.
    pub(crate) accent: Color32,
    /// True while its stage is on. A dim knob still moves.
    pub(crate) lit: bool,
}

impl Knob<'_> {
    /// Fills `rect` with the knob.
    pub(crate) fn show(self, ui: &mut Ui, rect: Rect, model: &mut Model, look: Look) -> Response {
        let line = look.px(14.0);
        let dial = Rect::from_min_max(rect.min + vec2(0.0, line), rect.max - vec2(0.0, line));
        let value_rect = Rect::from_min_max(pos2(rect.left(), rect.bottom() - line), rect.max);
        let sensitive = Rect::from_min_max(rect.min, pos2(rect.right(), value_rect.top()));
        let id = egui::Id::unique(("knob", self.slot));
        let mut response = ui.interact(sensitive, id, Sense::click_and_drag());
        control::drive(ui, &response, model, self.slot, look, vec2(0.0, -1.0));
        control::describe(&response, model, self.slot, model.param(self.slot).name());
        self.paint(ui, rect, dial, &response, model, look);
        self.value(ui, value_rect, response.id, model, look);
        if response.hovered() {
            response = response.on_hover_cursor(egui::CursorIcon::ResizeVertical);
        }
        control::explain(ui, response, model, self.slot)
    }

    fn paint(&self, ui: &Ui, rect: Rect, dial: Rect, response: &Response, model: &Model, look: Look) {
        let painter = ui.painter();
        let colour = if self.lit { theme::TEXT_DIM } else { theme::TEXT_FAINT };
        painter.text(rect.center_top(), Align2::CENTER_TOP, self.name, look.small(), colour);
        let radius = (dial.height().min(dial.width()) / 2.0 - look.px(2.0)).min(look.px(22.0));
        let centre = dial.center() + vec2(0.0, radius * 0.1);
        let kind = model.param(self.slot).kind();
        let position = kind.position_of(model.value(self.slot));
        let from = match kind {
            ParamKind::Float { min, max, .. } if min < 0.0 && max > 0.0 => kind.position_of(0.0),
            _ => 0.0,
        };
        let face = if response.hovered() || response.dragged() { theme::HOVERED } else { theme::RAISED };
        let accent = if self.lit { self.accent } else { theme::TEXT_FAINT };
        let white = if self.lit { theme::TEXT } else { theme::TEXT_FAINT };
        let dial = Dial { centre, radius, from, position, face, accent, white };
        Strokes::kept(painter, response.id, (dial, look), |strokes| dial.draw(strokes, look));
        if response.has_focus() {
            let kind = egui::StrokeKind::Outside;
            painter.rect_stroke(rect, look.px(4.0), look.hairline(theme::TEXT), kind);
        }
    }

    fn value(&self, ui: &mut Ui, rect: Rect, knob: egui::Id, model: &mut Model, look: Look) {
        if entry::is_typed(ui, self.slot) {
            let width = rect.width().max(look.px(56.0));
            let rect = Rect::from_center_size(rect.center(), vec2(width, rect.height()));
            entry::show(ui, rect, model, self.slot, look);
            return;
        }
        let response = ui.interact(rect, egui::Id::unique(("knob value", self.slot)), Sense::CLICK);
        if response.double_clicked() {
            model.set_default(self.slot);
        } else if response.clicked() {
            entry::open(ui, model, self.slot, knob);
        }
        let colour = match (self.lit, response.hovered()) {
            (true, _) | (_, true) => theme::TEXT,
            _ => theme::TEXT_FAINT,
        };
        let text = numbers::value_text(model, self.slot);
        let painted = ui.painter().text(rect.center(), Align2::CENTER_CENTER, text, look.small(), colour);
        if response.hovered() {
            let y = painted.bottom();
            ui.painter().hline(painted.x_range(), y, look.hairline(theme::TEXT_FAINT));
        }
        control::hint(response.on_hover_cursor(egui::CursorIcon::Text), || "Click to type a value");
    }
}

/// The moving part.
#[derive(Clone, Copy, PartialEq)]
struct Dial {
    centre: Pos2,
    radius: f32,
    /// Start of the value's arc, 0 to 1.
    from: f32,
    /// End of the value's arc, 0 to 1.
    position: f32,
    face: Color32,
    accent: Color32,
    /// Colour of the pointer line.
    white: Color32,
}

impl Dial {
    fn draw(&self, strokes: &mut Strokes, look: Look) {
        let Self { centre, radius, from, position, .. } = *self;
        strokes.disc(centre, radius * 0.72, self.face, None);
        let width = look.px(3.0);
        let pixel = strokes.pixel();
        let (low, high) = (from.min(position), from.max(position));
        // The track beyond the value's arc, with a little overlap.
        for (begin, end) in [(0.0, low + COVERED), (high - COVERED, 1.0)] {
            if begin < end - COVERED {
                let points = arc(centre, radius, begin.max(0.0), end.min(1.0), pixel);
                strokes.soft_line(&points, Stroke::new(width, theme::GRID_STRONG));
            }
        }
        if high - low > 1e-4 {
            strokes.soft_line(&arc(centre, radius, low, high, pixel), Stroke::new(width, self.accent));
        }
        let along = direction(position);
        let hand = [centre + along * radius * 0.3, centre + along * radius * 0.66];
        strokes.soft_line(&hand, Stroke::new(look.px(2.0), self.white));
    }
}

fn direction(position: f32) -> Vec2 {
    Vec2::angled(ARC_START + ARC_SWEEP * position)
}

fn arc(centre: Pos2, radius: f32, from: f32, to: f32, pixel: f32) -> Vec<Pos2> {
    let steps = ((to - from) * ARC_SWEEP / strokes::turn(radius / pixel)).ceil().max(1.0) as usize;
    let place = |step: usize| from + (to - from) * step as f32 / steps as f32;
    (0..=steps).map(|step| centre + direction(place(step)) * radius).collect()
}
