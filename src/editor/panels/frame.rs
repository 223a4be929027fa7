//! A stage's panel: background, switch, name, and room for a picture and knobs.

use crate::editor::button;
use crate::editor::ground;
use crate::editor::knob::Knob;
use crate::editor::model::{Model, Slot};
use crate::editor::theme::{self, Look};
use egui::{Align2, Rect, Ui, pos2, vec2};
use enhancer_dsp::StageId;

/// Title and stage of a panel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) title: &'static str,
    /// Stage whose switch and colour the head has.
    pub(super) stage: StageId,
}

/// Places within a panel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts {
    /// Right of the title.
    pub(super) head: Rect,
    /// For the picture.
    pub(super) picture: Rect,
    /// For two rows of knobs.
    pub(super) knobs: Rect,
    /// True while the stage is on.
    pub(super) lit: bool,
}

impl Frame {
    /// Draws the background and the head into `rect` and divides the rest.
    pub(super) fn show(self, ui: &Ui, rect: Rect, model: &mut Model, look: Look) -> Parts {
        let (inner, head) = inside(rect, look);
        let row = (inner.height() * 0.25).clamp(look.px(52.0), look.px(68.0));
        let knobs = Rect::from_min_max(pos2(inner.left(), inner.bottom() - 2.0 * row), inner.max);
        let picture = Rect::from_min_max(
            pos2(inner.left(), head.bottom() + look.px(6.0)),
            pos2(inner.right(), knobs.top() - look.px(6.0)),
        );
        ground::panel(ui.painter(), self.title, rect, picture, look);
        let (head, lit) = self.head(ui, head, model, look);
        Parts { head, picture, knobs, lit }
    }

    /// Draws the background and the head into `rect`. Returns the rest of it, and true while the stage is on.
    pub(super) fn without_picture(self, ui: &Ui, rect: Rect, model: &mut Model, look: Look) -> (Rect, bool) {
        ui.painter().rect_filled(rect, look.px(ground::PANEL_RADIUS), theme::PANEL);
        let (inner, head) = inside(rect, look);
        let (_, lit) = self.head(ui, head, model, look);
        (Rect::from_min_max(pos2(inner.left(), head.bottom() + look.px(6.0)), inner.max), lit)
    }

    /// Draws the switch and the title. Returns the place right of them, and true while the stage is on.
    fn head(self, ui: &Ui, head: Rect, model: &mut Model, look: Look) -> (Rect, bool) {
        let (switch, accent) =
            (model.slot(&self.stage.switch().to_string()), theme::stage_colour(self.stage));
        let power = Rect::from_min_size(head.min, vec2(head.height(), head.height()));
        button::switch(ui, power, model, switch, accent, look);
        let lit = model.is_on(switch);
        let colour = if lit { accent } else { theme::TEXT_FAINT };
        let at = pos2(power.right() + look.px(6.0), head.center().y);
        let title = button::one_line(ui.painter(), self.title, look.title(), colour, head.right() - at.x);
        let place = Align2::LEFT_CENTER.anchor_size(at, title.size());
        ui.painter().galley(place.min, title, colour);
        (Rect::from_min_max(pos2(place.right() + look.px(8.0), head.top()), head.max), lit)
    }
}

/// The panel's place within its edge, and the head at its top.
fn inside(rect: Rect, look: Look) -> (Rect, Rect) {
    let inner = rect.shrink(look.px(6.0));
    (inner, Rect::from_min_size(inner.min, vec2(inner.width(), look.px(22.0))))
}

/// Part of a name that may exceed the knob's column, units of the design. A longer name is cut.
const NAME_EXCESS: f32 = 4.0;

/// Shows rows of knobs, each row over the full width.
pub(super) fn knob_rows(
    ui: &mut Ui,
    rect: Rect,
    rows: &[&[(Slot, &'static str)]],
    stage: StageId,
    lit: bool,
    model: &mut Model,
    look: Look,
) {
    let accent = theme::stage_colour(stage);
    let height = rect.height() / 2.0;
    for (row, knobs) in rows.iter().enumerate() {
        let width = rect.width() / knobs.len() as f32;
        for (column, &(slot, name)) in knobs.iter().enumerate() {
            let min = rect.min + vec2(column as f32 * width, row as f32 * height);
            let cell = Rect::from_min_size(min, vec2(width, height - look.px(2.0)));
            let cell = Rect::from_center_size(cell.center(), vec2(width.min(look.px(96.0)), cell.height()));
            let room = width + look.px(NAME_EXCESS);
            let name = &button::shortened(ui.painter(), name, look.small(), room);
            Knob { slot, name, accent, lit }.show(ui, cell, model, look);
        }
    }
}
