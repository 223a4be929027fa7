//! The column at the right: levels in and out, loudness, master gain and quality.

use super::button::{self, Button};
use super::control;
use super::knob::Knob;
use super::model::Model;
use super::monitor::Monitor;
use super::numbers::{self, tenths};
use super::strokes::Strokes;
use super::theme::{self, Look};
use egui::{Align2, Color32, Id, Painter, Rect, Sense, Shape, Ui, pos2, vec2};

/// Ends of the bars' axis, dBFS.
const BARS_DB: (f32, f32) = (-60.0, 3.0);

/// Fills `rect`.
pub(crate) fn show(ui: &mut Ui, rect: Rect, model: &mut Model, monitor: &mut Monitor, look: Look) {
    ui.painter().rect_filled(rect, look.px(6.0), theme::PANEL);
    let inner = rect.shrink(look.px(8.0));
    let title = Rect::from_min_size(inner.min, vec2(inner.width(), look.px(20.0)));
    ui.painter().text(title.left_center(), Align2::LEFT_CENTER, "Output", look.title(), theme::OUTPUT);
    let reset = Rect::from_min_max(pos2(title.right() - look.px(48.0), title.top()), title.max);
    if Button::text("Reset", "Starts loudness and true peak anew")
        .called("Reset loudness")
        .show(ui, reset, look)
        .clicked()
    {
        monitor.reset_loudness();
        monitor.clipped = false;
    }
    let body = Rect::from_min_max(pos2(inner.left(), title.bottom() + look.px(6.0)), inner.max);
    let bars = Rect::from_min_size(body.min, vec2(look.px(58.0), body.height()));
    paint_bars(ui.painter(), bars, monitor, look);
    let hover = ui.interact(bars, egui::Id::unique("level bars"), Sense::HOVER);
    control::hint(
        hover,
        || "Peak level of the input and the output, one bar for each channel, −60 to +3 dBFS",
    );
    let column = Rect::from_min_max(pos2(bars.right() + look.px(8.0), body.top()), body.max);
    let quality = Rect::from_min_max(pos2(column.left(), column.bottom() - look.px(24.0)), column.max);
    let slot = model.slot("processing_quality");
    button::choice(ui, quality, model, slot, look);
    let tall = look.px(if column.height() > look.px(260.0) { 68.0 } else { 56.0 });
    let knob = Rect::from_min_max(
        pos2(column.left(), quality.top() - look.px(6.0) - tall),
        pos2(column.right(), quality.top() - look.px(6.0)),
    );
    let slot = model.slot("master_gain");
    Knob { slot, name: "Gain", accent: theme::OUTPUT, lit: true }.show(ui, knob, model, look);
    let figures = Rect::from_min_max(column.min, pos2(column.right(), knob.top() - look.px(6.0)));
    paint_figures(ui, figures, monitor, look);
}

fn paint_bars(painter: &Painter, rect: Rect, monitor: &Monitor, look: Look) {
    let wells = Rect::from_min_max(rect.min + vec2(look.px(18.0), 0.0), rect.max - vec2(0.0, look.px(14.0)));
    let y = |db: f32| {
        let share = (db - BARS_DB.0) / (BARS_DB.1 - BARS_DB.0);
        wells.bottom() - wells.height() * share.clamp(0.0, 1.0)
    };
    for db in [0.0f32, -6.0, -12.0, -24.0, -36.0, -48.0] {
        let at = pos2(rect.left() + look.px(14.0), y(db));
        painter.text(at, Align2::RIGHT_CENTER, numbers::axis_level(db), look.tiny(), theme::TEXT_FAINT);
    }
    let ends = [&monitor.input.bars_db, &monitor.output.bars_db];
    let count = ends[1].len().max(1);
    let well = |end: usize, place: usize| bar_well(wells, end, place, count, look);
    let id = Id::unique("level bars");
    Strokes::kept(painter, id.with("wells"), (rect, count, look), |strokes| {
        for (end, place) in [0, 1].into_iter().flat_map(|end| (0..count).map(move |place| (end, place))) {
            strokes.shape(Shape::rect_filled(well(end, place), look.px(1.0), theme::WELL));
        }
    });
    for (end, (levels_db, name)) in ends.into_iter().zip(["In", "Out"]).enumerate() {
        for (place, &db) in levels_db.iter().enumerate() {
            let well = well(end, place);
            let strength = if end == 0 { 0.5 } else { 1.0 };
            let colour = if db > 0.0 { theme::ALARM } else { theme::faded(theme::GREEN, strength) };
            let fill = Rect::from_min_max(pos2(well.left(), y(db)), well.max);
            painter.rect_filled(fill, look.px(1.0), colour);
        }
        let middle = well(end, 0).union(well(end, count - 1)).center().x;
        let at = pos2(middle, rect.bottom());
        painter.text(at, Align2::CENTER_BOTTOM, name, look.tiny(), theme::TEXT_DIM);
    }
    Strokes::kept(painter, id.with("lines"), (rect, look), |strokes| {
        for db in [0.0f32, -12.0, -24.0, -36.0, -48.0] {
            strokes.level(wells.x_range(), y(db), look.hairline(theme::faded(theme::BACKGROUND, 0.6)));
        }
    });
}

/// Place of a channel's bar. The `count` bars of the input (end 0) stand left of those of the output (end 1).
fn bar_well(wells: Rect, end: usize, place: usize, count: usize, look: Look) -> Rect {
    let gap = look.px(5.0);
    let group = 0.5 * (wells.width() - gap);
    let pitch = group / count as f32;
    let left = wells.left() + end as f32 * (group + gap) + place as f32 * pitch;
    let width = pitch - look.px(1.0).min(0.35 * pitch);
    Rect::from_x_y_ranges(left..=left + width, wells.y_range())
}

fn paint_figures(ui: &Ui, rect: Rect, monitor: &Monitor, look: Look) {
    let loudness = monitor.loudness;
    let text = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| tenths(value as f32));
    let peak = monitor.true_peak_dbtp();
    let alarm = |over: bool| if over { theme::ALARM } else { theme::TEXT };
    let figures: [(&str, String, Color32, &str); 5] = [
        ("M", text(loudness.momentary), theme::TEXT, "Momentary loudness (400 ms), all channels, LUFS"),
        ("S", text(loudness.short_term), theme::TEXT, "Short-term loudness (3 s), all channels, LUFS"),
        (
            "I",
            text(loudness.integrated),
            theme::TEXT,
            "Integrated loudness since the reset, all channels, LUFS",
        ),
        ("LRA", text(loudness.range), theme::TEXT, "Loudness range since the reset, LU"),
        (
            "TP",
            text(peak.map(f64::from)),
            alarm(peak.is_some_and(|db| db > 0.0)),
            "Highest true peak of any channel since the reset, dBTP",
        ),
    ];
    let row = (rect.height() / figures.len() as f32).min(look.px(30.0));
    for (index, (name, text, colour, tip)) in figures.into_iter().enumerate() {
        let top = rect.top() + index as f32 * row;
        let line = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), row));
        let painter = ui.painter();
        painter.text(line.left_center(), Align2::LEFT_CENTER, name, look.small(), theme::TEXT_DIM);
        let font = if row > look.px(20.0) { look.large() } else { look.text() };
        painter.text(line.right_center(), Align2::RIGHT_CENTER, text, font, colour);
        control::hint(ui.interact(line, egui::Id::unique(("figure", name)), Sense::HOVER), || tip);
    }
}
