//! The stereo enhancer's panel: goniometer, correlation and knobs.

use super::frame::{self, Frame};
use super::{StagePanel, Width};
use crate::editor::control;
use crate::editor::model::Model;
use crate::editor::monitor::Monitor;
use crate::editor::strokes::Strokes;
use crate::editor::theme::{self, Look};
use egui::{Align2, Color32, Id, Painter, Rect, Shape, Ui, Vec2, pos2, vec2};
use enhancer_dsp::StageId;

/// Largest number of dots in the goniometer.
const MOST_DOTS: usize = 640;

/// Cells of the goniometer per side, each a little smaller than a dot.
const CELLS: usize = 128;

/// Memory for the goniometer's dots, kept from picture to picture.
#[derive(Default)]
struct DotBuffers {
    /// Number of each cell's dot, from 1; 0 for none.
    cells: Vec<u16>,
    /// Places and opacities.
    dots: Vec<(Vec2, f32)>,
}

const STAGE: StageId = StageId::StereoEnhancer;

/// The panel with the memory of its goniometer.
#[derive(Default)]
pub(super) struct StereoPanel {
    dots: DotBuffers,
}

impl StagePanel for StereoPanel {
    fn width(&self) -> Width {
        Width { share: 1.5, least: 119.0 }
    }

    fn show(&mut self, ui: &mut Ui, rect: Rect, model: &mut Model, monitor: &mut Monitor, look: Look) {
        show(ui, rect, model, monitor, &mut self.dots, look);
    }
}

fn show(ui: &mut Ui, rect: Rect, model: &mut Model, monitor: &Monitor, room: &mut DotBuffers, look: Look) {
    let slot = |field: &str| model.slot(&format!("stereo_enhancer.{field}"));
    let rows: [&[_]; 2] = [
        &[(slot("width"), "Width"), (slot("balance"), "Balance")],
        &[(slot("mono_below"), "Mono below"), (slot("crossfeed"), "Crossfeed")],
    ];
    let parts = Frame { title: "Stereo", stage: STAGE }.show(ui, rect, model, look);
    let colour = if parts.lit { theme::stage_colour(STAGE) } else { theme::OUTPUT };
    let bar = look.px(16.0);
    let scope = Rect::from_min_max(parts.picture.min, parts.picture.max - vec2(0.0, bar));
    goniometer(&ui.painter_at(scope), scope, monitor, room, colour, look);
    let below = Rect::from_min_max(pos2(scope.left(), scope.bottom()), parts.picture.max);
    correlation(ui.painter(), below, monitor, look);
    let hover = ui.interact(parts.picture, egui::Id::unique("stereo picture"), egui::Sense::HOVER);
    control::hint(hover, || {
        "Goniometer of front left and right: mono is vertical, opposite phase horizontal. Below: their correlation, +1 \
         mono, 0 unrelated, −1 opposite phase."
    });
    frame::knob_rows(ui, parts.knobs, &rows, STAGE, parts.lit, model, look);
}

/// Draws the goniometer: mid upwards, side across, scaled to the loudest sample.
fn goniometer(
    painter: &Painter,
    rect: Rect,
    monitor: &Monitor,
    room: &mut DotBuffers,
    colour: Color32,
    look: Look,
) {
    let centre = rect.center();
    let radius = 0.5 * rect.height().min(rect.width()) - look.px(3.0);
    let diagonal = radius * std::f32::consts::FRAC_1_SQRT_2;
    Strokes::kept(painter, Id::unique("goniometer"), (rect, look), |strokes| {
        for (x, y) in [(1.0, 1.0), (1.0, -1.0)] {
            let arm = vec2(x, y) * diagonal;
            let grid = look.hairline(theme::GRID_STRONG);
            strokes.shape(Shape::line_segment([centre - arm, centre + arm], grid));
        }
        strokes.shape(Shape::circle_stroke(centre, radius, look.hairline(theme::GRID)));
    });
    for (name, x) in [("L", -1.0), ("R", 1.0)] {
        let at = centre + vec2(x * (diagonal + look.px(7.0)), -diagonal);
        painter.text(at, Align2::CENTER_CENTER, name, look.tiny(), theme::TEXT_FAINT);
    }
    find_dots(room, monitor, radius);
    let mut strokes = Strokes::new(painter);
    let size = Vec2::splat(look.px(1.3));
    for &(place, opacity) in &room.dots {
        strokes.rect(Rect::from_center_size(centre + place, size), theme::faded(colour, opacity));
    }
    strokes.paint(painter);
}

/// Computes the dots of the latest frames, newer ones brighter. Frames in one cell share a dot. Beyond
/// [`MOST_DOTS`] the oldest, which are the faintest, are left out.
fn find_dots(room: &mut DotBuffers, monitor: &Monitor, radius: f32) {
    let largest = monitor.scope.iter().flatten().fold(0.05f32, |largest, sample| largest.max(sample.abs()));
    let scale = radius / (largest * std::f32::consts::SQRT_2);
    let count = monitor.scope.len().max(1) as f32;
    let DotBuffers { cells, dots } = room;
    cells.clear();
    cells.resize(CELLS * CELLS, 0);
    dots.clear();
    for (age, &[left, right]) in monitor.scope.iter().enumerate().rev() {
        let place = vec2(right - left, -(left + right)) * scale * std::f32::consts::FRAC_1_SQRT_2;
        let opacity = 0.15 + 0.65 * age as f32 / count;
        let along = |length: f32| (0.5 * CELLS as f32 * (1.0 + 0.99 * length / radius)) as usize;
        let Some(cell) = cells.get_mut(along(place.y) * CELLS + along(place.x)) else { continue };
        if let Some(dot) = usize::from(*cell).checked_sub(1).and_then(|number| dots.get_mut(number)) {
            dot.1 += (1.0 - dot.1) * opacity;
        } else if dots.len() < MOST_DOTS {
            dots.push((place, opacity));
            *cell = dots.len() as u16;
        }
    }
}

fn correlation(painter: &Painter, rect: Rect, monitor: &Monitor, look: Look) {
    let track = Rect::from_center_size(rect.center(), vec2(rect.width() - look.px(44.0), look.px(4.0)));
    Strokes::kept(painter, Id::unique("correlation"), (track, look), |strokes| {
        strokes.shape(Shape::rect_filled(track, look.px(2.0), theme::RAISED));
        let middle = track.y_range().expand(look.px(2.0));
        strokes.shape(Shape::vline(track.center().x, middle, look.hairline(theme::TEXT_FAINT)));
    });
    for (text, x, align) in [
        ("−1", rect.left() + look.px(6.0), Align2::LEFT_CENTER),
        ("+1", rect.right() - look.px(6.0), Align2::RIGHT_CENTER),
    ] {
        painter.text(pos2(x, rect.center().y), align, text, look.tiny(), theme::TEXT_FAINT);
    }
    let Some(value) = monitor.correlation() else { return };
    let colour = if value < 0.0 { theme::ALARM } else { theme::stage_colour(STAGE) };
    let x = track.center().x + 0.5 * track.width() * value;
    let bar = Rect::from_x_y_ranges(track.center().x.min(x)..=track.center().x.max(x), track.y_range());
    painter.rect_filled(bar, look.px(2.0), theme::faded(colour, 0.6));
    let mark = Rect::from_center_size(pos2(x, track.center().y), vec2(look.px(4.0), look.px(10.0)));
    painter.rect_filled(mark, look.px(2.0), colour);
}
