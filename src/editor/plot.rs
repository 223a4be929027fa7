//! Axes of a picture, and the points that a line needs.

use super::numbers;
use super::strokes::Strokes;
use super::theme::{self, Look};
use egui::{Align2, Painter, Pos2, Rect, pos2};

/// Axes with logarithmic frequency across and linear level upwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axes {
    /// Place of the picture, points.
    pub rect: Rect,
    /// Left and right edge, Hz.
    pub hz: (f64, f64),
    /// Bottom and top edge, dB.
    pub db: (f32, f32),
}

impl Axes {
    /// Horizontal place of a frequency, points from the left of the window.
    #[must_use]
    pub fn x(&self, hz: f64) -> f32 {
        let share = (hz / self.hz.0).ln() / (self.hz.1 / self.hz.0).ln();
        self.rect.left() + self.rect.width() * share as f32
    }

    /// Frequency at `x`, Hz.
    #[must_use]
    pub fn hz_at(&self, x: f32) -> f64 {
        let share = f64::from((x - self.rect.left()) / self.rect.width());
        self.hz.0 * (self.hz.1 / self.hz.0).powf(share)
    }

    /// Vertical place of a level, points from the top of the window.
    #[must_use]
    pub fn y(&self, db: f32) -> f32 {
        self.rect.bottom() - self.rect.height() * (db - self.db.0) / (self.db.1 - self.db.0)
    }

    /// Level at `y`, dB.
    #[must_use]
    pub fn db_at(&self, y: f32) -> f32 {
        self.db.0 + (self.db.1 - self.db.0) * (self.rect.bottom() - y) / self.rect.height()
    }

    /// Place of a point, limited to just outside the picture, so that lines leave it straight.
    #[must_use]
    pub fn at(&self, hz: f64, db: f32) -> Pos2 {
        pos2(self.x(hz), self.held_y(db))
    }

    /// Vertical place, limited to just outside the picture.
    #[must_use]
    pub(crate) fn held_y(&self, db: f32) -> f32 {
        self.y(db).clamp(self.rect.top() - 20.0, self.rect.bottom() + 20.0)
    }

    /// Frequencies for a curve, one per `step` points.
    pub fn frequencies(&self, step: f32) -> impl Iterator<Item = f64> + use<> {
        let axes = *self;
        let count = (axes.rect.width() / step).ceil() as usize;
        (0..=count)
            .map(move |index| axes.hz_at((axes.rect.left() + index as f32 * step).min(axes.rect.right())))
    }

    /// Frequencies for a curve below half the sample rate, Hz, with their gains, dB. `gain` returns a linear
    /// gain.
    pub(crate) fn gains(
        &self,
        step: f32,
        rate_hz: f64,
        gain: impl Fn(f64) -> f64,
    ) -> impl Iterator<Item = (f64, f32)> {
        let below = self.frequencies(step).filter(move |hz| *hz < rate_hz * 0.499);
        below.map(move |hz| (hz, (20.0 * gain(hz).log10()) as f32))
    }
}

/// Largest distance of a line from a point that it leaves out, pixels.
const OFF_PIXELS: f32 = 0.1;

/// Frequencies of the grid lines, with their first digits.
fn frequency_lines(axes: &Axes) -> impl Iterator<Item = (f64, i32)> + use<> {
    let (low, high) = axes.hz;
    let lines = [10.0, 100.0, 1000.0, 10_000.0]
        .into_iter()
        .flat_map(|decade| (1..10).map(move |step| (decade * f64::from(step), step)));
    lines.filter(move |(hz, _)| (low..=high).contains(hz))
}

/// Draws the vertical lines of a frequency axis.
pub(crate) fn frequency_grid(strokes: &mut Strokes, axes: &Axes, look: Look) {
    for (hz, step) in frequency_lines(axes) {
        let colour = if step == 1 { theme::GRID_STRONG } else { theme::GRID };
        strokes.upright(axes.x(hz), axes.rect.y_range(), look.hairline(colour));
    }
}

/// Draws the figures of a frequency axis.
pub(crate) fn frequency_figures(painter: &Painter, axes: &Axes, look: Look) {
    let wide = axes.rect.width() > look.px(520.0);
    for (hz, step) in frequency_lines(axes) {
        if matches!(step, 1 | 2 | 5) || (wide && matches!(step, 3 | 7)) {
            let text = numbers::axis_frequency(hz);
            let at = pos2(axes.x(hz), axes.rect.bottom() - look.px(3.0));
            let galley = painter.layout_no_wrap(text, look.tiny(), theme::TEXT_DIM);
            let place = Align2::CENTER_BOTTOM.anchor_size(at, galley.size());
            let over = (place.right() - (axes.rect.right() - look.px(2.0))).max(0.0);
            painter.galley(place.min - egui::vec2(over, 0.0), galley, theme::TEXT_DIM);
        }
    }
}

/// The points that a line from left to right needs. The line passes each point left out within
/// [`OFF_PIXELS`].
#[must_use]
pub(crate) fn needed(points: impl IntoIterator<Item = Pos2>, pixel: f32) -> Vec<Pos2> {
    let off = OFF_PIXELS * pixel;
    let mut rest = points.into_iter();
    let Some(first) = rest.next() else { return vec![] };
    // Room for all points, since most lines are short.
    let mut kept = Vec::with_capacity(1 + rest.size_hint().0);
    kept.push(first);
    let (mut from, mut last) = (first, first);
    // Range of the slopes from `from` that pass every point so far.
    let mut slopes = (f32::NEG_INFINITY, f32::INFINITY);
    for point in rest {
        let slope = |from: Pos2, off: f32| (point.y + off - from.y) / (point.x - from.x);
        if !(slopes.0..=slopes.1).contains(&slope(from, 0.0)) {
            kept.push(last);
            from = last;
            slopes = (f32::NEG_INFINITY, f32::INFINITY);
        }
        slopes = (slopes.0.max(slope(from, -off)), slopes.1.min(slope(from, off)));
        last = point;
    }
    if last != from {
        kept.push(last);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reduced_line_stays_within_a_tenth_of_a_pixel() {
        let bell = |x: f32| 300.0 - 150.0 / (1.0 + ((x - 400.0) / 30.0).powi(2));
        let steep = |x: f32| if x < 300.0 { 20.0 } else { (20.0 + (x - 300.0) * 7.0).min(320.0) };
        for (curve, most) in [(&bell as &dyn Fn(f32) -> f32, 90), (&steep, 5), (&|_| 7.0, 2)] {
            let points: Vec<Pos2> = (0..600).map(|n| pos2(1.5 * n as f32, curve(1.5 * n as f32))).collect();
            let kept = needed(points.iter().copied(), 1.0);
            assert!(kept.len() <= most, "{} points", kept.len());
            assert_eq!((kept[0], kept[kept.len() - 1]), (points[0], points[599]));
            let mut segment = 0;
            for point in &points {
                while kept[segment + 1].x < point.x {
                    segment += 1;
                }
                let (a, b) = (kept[segment], kept[segment + 1]);
                let drawn = a.y + (b.y - a.y) * (point.x - a.x) / (b.x - a.x);
                assert!((drawn - point.y).abs() < 0.101, "{drawn} for {point:?}");
            }
        }
        assert_eq!(needed([], 1.0), []);
        assert_eq!(needed([pos2(1.0, 2.0)], 1.0), [pos2(1.0, 2.0)]);
    }

    #[test]
    fn places_and_values_are_inverse() {
        let rect = Rect::from_min_size(pos2(30.0, 40.0), egui::vec2(700.0, 300.0));
        let axes = Axes { rect, hz: (18.0, 22_000.0), db: (-12.0, 12.0) };
        for hz in [18.0, 100.0, 1234.5, 22_000.0] {
            assert!((axes.hz_at(axes.x(hz)) / hz - 1.0).abs() < 1e-4);
        }
        for db in [-12.0, -3.3, 0.0, 12.0] {
            assert!((axes.db_at(axes.y(db)) - db).abs() < 1e-4);
        }
        assert_eq!(axes.x(18.0), rect.left());
        assert_eq!(axes.y(12.0), rect.top());
    }
}
