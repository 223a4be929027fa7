//! The panel of a stage without a panel file: a knob for each number, a button for each switch and choice,
//! and a bar for the gain reduction.

use super::frame::Frame;
use super::{StagePanel, Width};
use crate::editor::button;
use crate::editor::control;
use crate::editor::knob::Knob;
use crate::editor::model::{Model, Slot};
use crate::editor::monitor::Monitor;
use crate::editor::theme::{self, Look};
use crate::editor::traces::FULL_REDUCTION_DB;
use egui::{Id, Rect, Sense, Ui, pos2, vec2};
use enhancer_dsp::{ParamId, ParamKind, StageId};

/// Least width and height of a knob with its name and value, units of the design.
const KNOB: (f32, f32) = (41.0, 50.0);

/// Largest width and height of a knob, units of the design.
const LARGEST_KNOB: (f32, f32) = (96.0, 68.0);

/// Height of a button with the gap below it, units of the design.
const BUTTON_ROW: f32 = 25.0;

/// Height of the bar with the gap below it, units of the design.
const BAR_ROW: f32 = 14.0;

/// Height of a panel's contents in the smallest window, units of the design.
const LEAST_HEIGHT: f32 = 168.0;

/// The parameters of the stage, without its switch.
pub(super) struct GenericPanel {
    stage: StageId,
    numbers: Vec<ParamId>,
    others: Vec<ParamId>,
}

impl GenericPanel {
    pub(super) fn new(stage: StageId) -> Self {
        let params = stage.params().filter(|param| *param != stage.switch());
        let (numbers, others) = params.partition(|param| matches!(param.spec.kind, ParamKind::Float { .. }));
        Self { stage, numbers, others }
    }

    /// Columns of knobs, so that the smallest window has room for their rows.
    fn columns(&self) -> usize {
        let bar = if self.stage.reduces_gain() { BAR_ROW } else { 0.0 };
        let height = LEAST_HEIGHT - bar - BUTTON_ROW * self.others.len() as f32;
        self.numbers.len().div_ceil((height / KNOB.1).max(1.0) as usize).max(1)
    }
}

impl StagePanel for GenericPanel {
    fn width(&self) -> Width {
        let columns = self.columns() as f32;
        Width { share: (0.55 * columns).max(1.0), least: (12.0 + KNOB.0 * columns).max(80.0) }
    }

    fn show(&mut self, ui: &mut Ui, rect: Rect, model: &mut Model, monitor: &mut Monitor, look: Look) {
        let frame = Frame { title: self.stage.name(), stage: self.stage };
        let (mut body, lit) = frame.without_picture(ui, rect, model, look);
        if self.stage.reduces_gain() {
            let bar = Rect::from_min_size(body.min, vec2(body.width(), look.px(8.0)));
            reduction_bar(ui, bar, self.stage, monitor, look);
            body.min.y += look.px(BAR_ROW);
        }
        let buttons = look.px(BUTTON_ROW) * self.others.len() as f32;
        let knobs = Rect::from_min_max(body.min, body.max - vec2(0.0, buttons));
        for (row, param) in self.others.iter().enumerate() {
            let top = knobs.bottom() + look.px(BUTTON_ROW) * row as f32 + look.px(3.0);
            let place = Rect::from_min_size(pos2(body.left(), top), vec2(body.width(), look.px(22.0)));
            other(ui, place, self.stage, *param, model, look);
        }
        let columns = self.columns();
        let rows = self.numbers.len().div_ceil(columns).max(1);
        let height = (knobs.height() / rows as f32).min(look.px(LARGEST_KNOB.1));
        let width = knobs.width() / columns as f32;
        for (index, param) in self.numbers.iter().enumerate() {
            let (column, row) = ((index % columns) as f32, (index / columns) as f32);
            let cell =
                Rect::from_min_size(knobs.min + vec2(column * width, row * height), vec2(width, height));
            let size = vec2(width.min(look.px(LARGEST_KNOB.0)), height - look.px(2.0));
            let cell = Rect::from_center_size(cell.center(), size);
            let name = short_name(self.stage, param.spec.name);
            let font = look.small();
            let name = button::shortened(ui.painter(), name, font, cell.width() - look.px(2.0));
            let slot = model.slot(&param.to_string());
            let accent = theme::stage_colour(self.stage);
            Knob { slot, name: &name, accent, lit }.show(ui, cell, model, look);
        }
    }
}

/// Draws the button of a switch or a choice.
fn other(ui: &mut Ui, rect: Rect, stage: StageId, param: ParamId, model: &mut Model, look: Look) {
    let slot: Slot = model.slot(&param.to_string());
    if matches!(param.spec.kind, ParamKind::Choice(_)) {
        button::choice(ui, rect, model, slot, look);
    } else {
        let name = short_name(stage, param.spec.name);
        let name = button::shortened(ui.painter(), name, look.text(), rect.width() - look.px(8.0));
        button::toggle(ui, rect, model, slot, &name, theme::stage_colour(stage), look);
    }
}

/// The name without the leading words that the stage's name contains: `Bass Frequency` of `Bass Boost`
/// becomes `Frequency`.
fn short_name(stage: StageId, name: &'static str) -> &'static str {
    let mut rest = name;
    while let Some((word, after)) = rest.split_once(' ') {
        if !stage.name().split(' ').any(|other| other == word) {
            break;
        }
        rest = after;
    }
    rest
}

/// Draws the largest gain reduction of the last half second, from the right.
fn reduction_bar(ui: &Ui, rect: Rect, stage: StageId, monitor: &Monitor, look: Look) {
    let share = (monitor.trace.recent_reduction_db(stage) / FULL_REDUCTION_DB).clamp(0.0, 1.0);
    ui.painter().rect_filled(rect, look.px(2.0), theme::WELL);
    let fill = Rect::from_min_max(pos2(rect.right() - rect.width() * share, rect.top()), rect.max);
    ui.painter().rect_filled(fill, look.px(2.0), theme::stage_colour(stage));
    let hover = ui.interact(rect, Id::unique((stage.id(), "reduction")), Sense::HOVER);
    control::hint(hover, || "Gain reduction, from 0 at the right to 18 dB at the left");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_drops_the_words_of_the_stage_and_keeps_the_last() {
        assert_eq!(short_name(StageId::BassBoost, "Bass Frequency"), "Frequency");
        assert_eq!(short_name(StageId::Limiter, "Limiter Release"), "Release");
        assert_eq!(short_name(StageId::Compressor, "Side-chain High-pass"), "Side-chain High-pass");
        assert_eq!(short_name(StageId::Limiter, "Limiter"), "Limiter");
    }
}
