//! The limiter's panel: the history of its gain reduction, the true peak, and the clip light.

use super::frame::{self, Frame};
use super::{StagePanel, Width};
use crate::editor::button::Button;
use crate::editor::control;
use crate::editor::model::Model;
use crate::editor::monitor::Monitor;
use crate::editor::numbers::tenths;
use crate::editor::theme::{self, Look};
use crate::editor::traces::Traces;
use egui::{Align2, Rect, Ui, pos2, vec2};
use enhancer_dsp::StageId;

const STAGE: StageId = StageId::Limiter;

/// The panel; its pictures keep no state.
pub(super) struct LimiterPanel;

impl StagePanel for LimiterPanel {
    fn width(&self) -> Width {
        Width { share: 1.6, least: 127.0 }
    }

    fn show(&mut self, ui: &mut Ui, rect: Rect, model: &mut Model, monitor: &mut Monitor, look: Look) {
        show(ui, rect, model, monitor, look);
    }
}

fn show(ui: &mut Ui, rect: Rect, model: &mut Model, monitor: &mut Monitor, look: Look) {
    let (ceiling, release) = (model.slot("limiter.ceiling"), model.slot("limiter.release"));
    let parts = Frame { title: "Limiter", stage: STAGE }.show(ui, rect, model, look);
    let traces = Traces { stage: STAGE, mark_db: model.value(ceiling), lit: parts.lit };
    traces.paint(&ui.painter_at(parts.picture), parts.picture, monitor, look);
    let hover = ui.interact(parts.picture, egui::Id::unique("limiter history"), egui::Sense::HOVER);
    control::hint(hover, || {
        "The last 5 s, −48 to 0 dBFS. Area: input level. Line: output level. From the top: gain reduction of the limiter, \
         18 dB over the whole height. Dashed: ceiling."
    });
    let row = Rect::from_min_max(parts.knobs.min, pos2(parts.knobs.right(), parts.knobs.center().y));
    let whole = Rect::from_min_size(row.min, vec2(row.width(), row.height() * 2.0));
    let rows: [&[_]; 1] = [&[(ceiling, "Ceiling"), (release, "Release")]];
    frame::knob_rows(ui, whole, &rows, STAGE, parts.lit, model, look);
    let below = Rect::from_min_max(pos2(row.left(), row.bottom()), parts.knobs.max);
    readings(ui, below, monitor, look);
}

fn readings(ui: &Ui, rect: Rect, monitor: &mut Monitor, look: Look) {
    let peak = monitor.true_peak_dbtp();
    let centre = rect.center().x - look.px(30.0);
    let painter = ui.painter();
    let colour = if peak.is_some_and(|db| db > 0.0) { theme::ALARM } else { theme::TEXT };
    let text = peak.map_or_else(|| "–".to_owned(), tenths);
    let middle = rect.center().y;
    let at = pos2(centre, middle - look.px(1.0));
    painter.text(at, Align2::CENTER_BOTTOM, text, look.large(), colour);
    let at = pos2(centre, middle + look.px(1.0));
    painter.text(at, Align2::CENTER_TOP, "dB true peak", look.tiny(), theme::TEXT_DIM);
    let light = Rect::from_center_size(
        pos2(rect.right() - look.px(31.0), middle),
        vec2(look.px(58.0), look.px(24.0)),
    );
    let tip =
        "Clip light: turns on when a sample of any output channel exceeds 0 dBFS, and stays on until clicked";
    let text = if monitor.clipped { "CLIP!" } else { "No clip" };
    let button = Button::text(text, tip).lit(monitor.clipped, theme::ALARM).called("Clip light");
    if button.show(ui, light, look).clicked() {
        monitor.clipped = false;
    }
}
