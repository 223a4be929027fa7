//! The compressor's panel: its curve with the present level, and the history of its gain reduction.

use super::frame::{self, Frame, Parts};
use super::{StagePanel, Width};
use crate::editor::button;
use crate::editor::control;
use crate::editor::model::Model;
use crate::editor::monitor::Monitor;
use crate::editor::plot;
use crate::editor::strokes::Strokes;
use crate::editor::theme::{self, Look};
use crate::editor::traces::Traces;
use egui::{Color32, Id, Painter, Pos2, Rect, Stroke, Ui, pos2, vec2};
use enhancer_dsp::StageId;
use enhancer_dsp::config::{CompressorConfig, Detector};
use enhancer_dsp::dynamics::Compressor;

/// Lower end of both axes of the curve, dBFS.
const FLOOR_DB: f32 = -60.0;

const STAGE: StageId = StageId::Compressor;

/// The panel; its pictures keep no state.
pub(super) struct CompressorPanel;

impl StagePanel for CompressorPanel {
    fn width(&self) -> Width {
        Width { share: 2.65, least: 213.0 }
    }

    fn show(&mut self, ui: &mut Ui, rect: Rect, model: &mut Model, monitor: &mut Monitor, look: Look) {
        let parts = Frame { title: "Compressor", stage: STAGE }.show(ui, rect, model, look);
        head_buttons(ui, parts.head, model, look);
        pictures(ui, &parts, model, monitor, look);
        knobs(ui, &parts, model, look);
    }
}

fn knobs(ui: &mut Ui, parts: &Parts, model: &mut Model, look: Look) {
    let slot = |field: &str| model.slot(&format!("compressor.{field}"));
    let rows: [&[_]; 2] = [
        &[
            (slot("threshold"), "Threshold"),
            (slot("ratio"), "Ratio"),
            (slot("knee"), "Knee"),
            (slot("makeup_gain"), "Make-up"),
        ],
        &[
            (slot("attack"), "Attack"),
            (slot("release"), "Release"),
            (slot("sidechain_highpass"), "SC high-pass"),
            (slot("mix"), "Mix"),
        ],
    ];
    frame::knob_rows(ui, parts.knobs, &rows, STAGE, parts.lit, model, look);
}

/// Shows automatic make-up and the detector.
fn head_buttons(ui: &mut Ui, head: Rect, model: &mut Model, look: Look) {
    let (auto, detector) = (model.slot("compressor.auto_makeup"), model.slot("compressor.detector"));
    let width = look.px(66.0).min(0.57 * head.width());
    let choice = Rect::from_min_max(pos2(head.right() - width, head.top()), head.max);
    let right = choice.left() - look.px(4.0);
    let width = look.px(44.0).min(0.39 * head.width());
    let toggle = Rect::from_min_max(pos2(right - width, head.top()), pos2(right, head.bottom()));
    button::toggle(ui, toggle, model, auto, "Auto", theme::stage_colour(STAGE), look);
    button::choice(ui, choice, model, detector, look);
}

/// Draws the curve and the history.
fn pictures(ui: &Ui, parts: &Parts, model: &Model, monitor: &Monitor, look: Look) {
    let side = parts.picture.height().min(parts.picture.width() * 0.45);
    let curve = Rect::from_min_size(parts.picture.min, vec2(side, parts.picture.height()));
    let config = model.config().compressor;
    let colour = if parts.lit { theme::stage_colour(STAGE) } else { theme::TEXT_FAINT };
    paint_curve(&ui.painter_at(curve), curve, &config, monitor, colour, look);
    let trace = Rect::from_min_max(pos2(curve.right() + look.px(1.0), curve.top()), parts.picture.max);
    ui.painter().vline(curve.right(), curve.y_range(), look.hairline(theme::LINE));
    let traces = Traces { stage: STAGE, mark_db: config.threshold_db, lit: parts.lit };
    traces.paint(&ui.painter_at(trace), trace, monitor, look);
    let hover = ui.interact(curve, egui::Id::unique("compressor curve"), egui::Sense::HOVER);
    control::hint(hover, || {
        "Compression curve: input level across, output level upwards, −60 to 0 dBFS. Dot: present level. Vertical \
             line: threshold."
    });
    let hover = ui.interact(trace, egui::Id::unique("compressor history"), egui::Sense::HOVER);
    control::hint(hover, || {
        "The last 5 s, −48 to 0 dBFS. Area: input level. Line: output level. From the top: gain reduction of the \
         compressor, 18 dB over the whole height. Dashed: threshold."
    });
}

/// Gain of the compressor's output in dB, make-up and mix included, at a gain reduction of `reduction_db`.
fn output_gain_db(config: &CompressorConfig, reduction_db: f32) -> f32 {
    let mix = config.mix_percent / 100.0;
    let makeup_db = config.makeup_gain_db + Compressor::auto_makeup_db(config) as f32;
    let wet = 10f32.powf((makeup_db - reduction_db) / 20.0);
    20.0 * ((1.0 - mix) + mix * wet).log10()
}

/// Draws the curve and the present level.
fn paint_curve(
    painter: &Painter,
    rect: Rect,
    config: &CompressorConfig,
    monitor: &Monitor,
    colour: Color32,
    look: Look,
) {
    let share = |db: f32| (db - FLOOR_DB) / -FLOOR_DB;
    let at = |input_db: f32, output_db: f32| -> Pos2 {
        let y = rect.bottom() - rect.height() * share(output_db).clamp(-0.1, 1.1);
        pos2(rect.left() + rect.width() * share(input_db), y)
    };
    Strokes::kept(painter, Id::unique("compressor curve lines"), (rect, *config, colour, look), |strokes| {
        for db in [-48.0, -36.0, -24.0, -12.0] {
            strokes.level(rect.x_range(), at(0.0, db).y, look.hairline(theme::GRID));
            strokes.upright(at(db, 0.0).x, rect.y_range(), look.hairline(theme::GRID));
        }
        let line = [at(FLOOR_DB, FLOOR_DB), at(0.0, 0.0)];
        strokes.line(&line, look.hairline(theme::GRID_STRONG));
        let gain_db = |level_db: f32| Compressor::static_gain_db(config, f64::from(level_db)) as f32;
        let curve = (0..=60).map(|step| FLOOR_DB + step as f32);
        let curve = plot::needed(curve.map(|db| at(db, db + gain_db(db))), strokes.pixel());
        strokes.line(&curve, Stroke::new(look.px(1.8), colour));
        let x = at(config.threshold_db, 0.0).x;
        strokes.upright(x, rect.y_range(), look.hairline(theme::faded(colour, 0.35)));
    });
    let level_db = match config.detector {
        Detector::Peak => monitor.input.peak_db,
        // RMS reads a sine 3 dB below its peak.
        Detector::Rms => monitor.input.rms_db - 3.01,
    };
    let Some(latest) = monitor.trace.latest().filter(|_| level_db > FLOOR_DB && config.enabled) else {
        return;
    };
    let point = at(level_db.min(0.0), level_db + output_gain_db(config, latest.reduction_db(STAGE)));
    let mut strokes = Strokes::new(painter);
    strokes.disc(point, look.px(3.5), theme::TEXT, Some(Stroke::new(look.px(1.5), theme::WELL)));
    strokes.paint(painter);
}
