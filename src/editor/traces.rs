//! The history of a dynamics stage: input level, output level and gain reduction.

use super::monitor::{MOMENTS, Moment, Monitor, TRACE_SECONDS};
use super::numbers::tenths;
use super::plot;
use super::strokes::Strokes;
use super::theme::{self, Look};
use egui::{Align2, Color32, Painter, Rect, Stroke, pos2};
use enhancer_dsp::StageId;

/// Bottom of the level axis, dBFS.
const FLOOR_DB: f32 = -48.0;
/// Gain reduction that fills the height, dB.
pub(crate) const FULL_REDUCTION_DB: f32 = 18.0;

/// Distance of the lines' points, pixels, rounded to whole moments.
const STEP_PIXELS: f32 = 1.0;

/// Settings of a history picture.
#[derive(Clone, Copy)]
pub(crate) struct Traces {
    /// Stage whose gain reduction is drawn.
    pub(crate) stage: StageId,
    /// Level of the dashed line, dBFS.
    pub(crate) mark_db: f32,
    /// True while the stage is on.
    pub(crate) lit: bool,
}

impl Traces {
    /// Draws the history into `rect`; the present is at the right edge.
    pub(crate) fn paint(&self, painter: &Painter, rect: Rect, monitor: &Monitor, look: Look) {
        let x = |age_s: f64| rect.right() - rect.width() * (age_s / TRACE_SECONDS) as f32;
        let level = |db: f32| rect.bottom() - rect.height() * ((db - FLOOR_DB) / -FLOOR_DB).clamp(0.0, 1.1);
        let mut strokes = Strokes::new(painter);
        for db in [-12.0, -24.0, -36.0] {
            strokes.level(rect.x_range(), level(db), look.hairline(theme::GRID));
        }
        for second in 1..TRACE_SECONDS as i32 {
            let x = rect.right() - rect.width() * second as f32 / TRACE_SECONDS as f32;
            strokes.upright(x, rect.y_range(), look.hairline(theme::GRID));
        }
        let pixel = 1.0 / painter.pixels_per_point();
        let step_s = TRACE_SECONDS * f64::from(STEP_PIXELS * pixel / rect.width());
        let mut moments = Vec::with_capacity(MOMENTS);
        moments.extend(monitor.trace.moments_apart(step_s));
        let line = |y: &dyn Fn(&Moment) -> f32| {
            plot::needed(moments.iter().map(|(age_s, moment)| pos2(x(*age_s), y(moment))), pixel)
        };
        let input = line(&|moment| level(moment.input_db));
        let grey = theme::OUTPUT;
        strokes.area(&input, rect.bottom(), theme::faded(grey, 0.16), theme::faded(grey, 0.03));
        let output = line(&|moment| level(moment.output_db));
        strokes.line(&output, Stroke::new(look.px(1.0), theme::faded(grey, 0.75)));
        let colour = if self.lit { theme::stage_colour(self.stage) } else { theme::TEXT_FAINT };
        let mark = look.hairline(theme::faded(colour, 0.7));
        strokes.level_dashes(rect.x_range(), level(self.mark_db), mark, look);
        let reduction = line(&|moment| {
            let share = (moment.reduction_db(self.stage) / FULL_REDUCTION_DB).clamp(0.0, 1.0);
            rect.top() + rect.height() * share
        });
        strokes.area(&reduction, rect.top(), theme::faded(colour, 0.45), theme::faded(colour, 0.15));
        strokes.line(&reduction, Stroke::new(look.px(1.4), colour));
        strokes.paint(painter);
        self.figure(painter, rect, monitor, colour, look);
    }

    /// Draws the largest gain reduction of the last half second as a figure.
    fn figure(&self, painter: &Painter, rect: Rect, monitor: &Monitor, colour: Color32, look: Look) {
        let text = format!("{} dB", tenths(-monitor.trace.recent_reduction_db(self.stage)));
        let at = rect.right_bottom() - egui::vec2(look.px(4.0), look.px(3.0));
        let galley = painter.layout_no_wrap(text, look.small(), colour);
        let place = Align2::RIGHT_BOTTOM.anchor_size(at, galley.size());
        painter.rect_filled(
            place.expand2(egui::vec2(look.px(3.0), 0.0)),
            look.px(3.0),
            theme::faded(theme::WELL, 0.8),
        );
        painter.galley(place.min, galley, colour);
    }
}
