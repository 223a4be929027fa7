//! The limiter's panel: the history of its gain reduction, the true peak, and the clip light.

use super::button::Button;
use super::control;
use super::model::Model;
use super::monitor::Monitor;
use super::numbers::tenths;
use super::panel::{self, Panel};
use super::theme::{self, Look};
use super::traces::Traces;
use egui::{Align2, Rect, Ui, pos2, vec2};

/// Fills `rect`.
pub(crate) fn show(ui: &mut Ui, rect: Rect, model: &mut Model, monitor: &mut Monitor, look: Look) {
    let slot = |field: &str| model.slot(&format!("limiter.{field}"));
    let (ceiling, release) = (slot("ceiling"), slot("release"));
    let accent = theme::LIMITER;
    let parts = Panel { title: "Limiter", switch: slot("enabled"), accent }.show(ui, rect, model, look);
    Traces {
        reduction_db: |moment| moment.limiter_db,
        mark_db: model.value(ceiling),
        accent,
        lit: parts.lit,
    }
    .paint(&ui.painter_at(parts.picture), parts.picture, monitor, look);
    let hover = ui.interact(parts.picture, egui::Id::unique("limiter history"), egui::Sense::HOVER);
    control::hint(hover, || {
        "The last 5 s, −48 to 0 dBFS. Area: input level. Line: output level. From the top: gain reduction of the limiter, \
         18 dB over the whole height. Dashed: ceiling."
    });
    let row = Rect::from_min_max(parts.knobs.min, pos2(parts.knobs.right(), parts.knobs.center().y));
    let whole = Rect::from_min_size(row.min, vec2(row.width(), row.height() * 2.0));
    let rows: [&[_]; 1] = [&[(ceiling, "Ceiling"), (release, "Release")]];
    panel::knob_rows(ui, whole, &rows, accent, parts.lit, model, look);
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
