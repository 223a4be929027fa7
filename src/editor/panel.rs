//! A stage's panel: background, switch, name, and room for a picture and knobs.

use super::button;
use super::ground;
use super::knob::Knob;
use super::model::{Model, Slot};
use super::theme::{self, Look};
use egui::{Align2, Color32, Rect, Ui, pos2, vec2};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Panel {
    pub(crate) title: &'static str,
    /// On/off switch of the stage.
    pub(crate) switch: Slot,
    /// Accent colour of the stage.
    pub(crate) accent: Color32,
}

/// Places within a panel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    /// Right of the title.
    pub(crate) head: Rect,
    /// For the picture.
    pub(crate) picture: Rect,
    /// For two rows of knobs.
    pub(crate) knobs: Rect,
    /// True while the stage is on.
    pub(crate) lit: bool,
}

impl Panel {
    /// Draws the background and the head into `rect` and divides the rest.
    pub(crate) fn show(self, ui: &Ui, rect: Rect, model: &mut Model, look: Look) -> Parts {
        let inner = rect.shrink(look.px(6.0));
        let head = Rect::from_min_size(inner.min, vec2(inner.width(), look.px(22.0)));
        let row = (inner.height() * 0.25).clamp(look.px(52.0), look.px(68.0));
        let knobs = Rect::from_min_max(pos2(inner.left(), inner.bottom() - 2.0 * row), inner.max);
        let picture = Rect::from_min_max(
            pos2(inner.left(), head.bottom() + look.px(6.0)),
            pos2(inner.right(), knobs.top() - look.px(6.0)),
        );
        ground::panel(ui.painter(), self.title, rect, picture, look);
        let power = Rect::from_min_size(head.min, vec2(head.height(), head.height()));
        button::switch(ui, power, model, self.switch, self.accent, look);
        let lit = model.is_on(self.switch);
        let colour = if lit { self.accent } else { theme::TEXT_FAINT };
        let at = pos2(power.right() + look.px(6.0), head.center().y);
        let title = ui.painter().text(at, Align2::LEFT_CENTER, self.title, look.title(), colour);
        let head = Rect::from_min_max(pos2(title.right() + look.px(8.0), head.top()), head.max);
        Parts { head, picture, knobs, lit }
    }
}

/// Shows rows of knobs, each row over the full width.
pub(crate) fn knob_rows(
    ui: &mut Ui,
    rect: Rect,
    rows: &[&[(Slot, &'static str)]],
    accent: Color32,
    lit: bool,
    model: &mut Model,
    look: Look,
) {
    let height = rect.height() / 2.0;
    for (row, knobs) in rows.iter().enumerate() {
        let width = rect.width() / knobs.len() as f32;
        for (column, &(slot, name)) in knobs.iter().enumerate() {
            let min = rect.min + vec2(column as f32 * width, row as f32 * height);
            let cell = Rect::from_min_size(min, vec2(width, height - look.px(2.0)));
            let cell = Rect::from_center_size(cell.center(), vec2(width.min(look.px(96.0)), cell.height()));
            Knob { slot, name, accent, lit }.show(ui, cell, model, look);
        }
    }
}
