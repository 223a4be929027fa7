//! A picture's axes, and the points that a line needs.

use super::strokes::Strokes;
use super::theme::{self, Look};
use egui::{Align2, Painter, Pos2, Rect, pos2};

/// Frequency across, logarithmic; a level upwards, linear.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Axes {
    /// Where the picture is.
    pub rect: Rect,
    /// Left and right edge, Hz.
    pub hz: (f64, f64),
    /// Bottom and top edge, dB.
    pub db: (f32, f32),
}

impl Axes {
    /// Points from the left of the screen.
    #[must_use]
    pub fn x(&self, hz: f64) -> f32 {
        let share = (hz / self.hz.0).ln() / (self.hz.1 / self.hz.0).ln();
        self.rect.left() + self.rect.width() * share as f32
    }

    /// Frequency at `x`.
    #[must_use]
    pub fn hz_at(&self, x: f32) -> f64 {
        let share = f64::from((x - self.rect.left()) / self.rect.width());
        self.hz.0 * (self.hz.1 / self.hz.0).powf(share)
    }

    /// Points from the top of the screen.
    #[must_use]
    pub fn y(&self, db: f32) -> f32 {
        self.rect.bottom() - self.rect.height() * (db - self.db.0) / (self.db.1 - self.db.0)
    }

    /// Level at `y`.
    #[must_use]
    pub fn db_at(&self, y: f32) -> f32 {
        self.db.0 + (self.db.1 - self.db.0) * (self.rect.bottom() - y) / self.rect.height()
    }

    /// A place, held within a little of the picture's edges so that lines leave it straight.
    #[must_use]
    pub fn at(&self, hz: f64, db: f32) -> Pos2 {
        pos2(self.x(hz), self.held_y(db))
    }

    /// Points from the top of the screen, held within a little of the picture's edges.
    #[must_use]
    pub(crate) fn held_y(&self, db: f32) -> f32 {
        self.y(db).clamp(self.rect.top() - 20.0, self.rect.bottom() + 20.0)
    }

    /// Frequencies for a curve, one every `step` points.
    pub fn frequencies(&self, step: f32) -> impl Iterator<Item = f64> + use<> {
        let axes = *self;
        let count = (axes.rect.width() / step).ceil() as usize;
        (0..=count)
            .map(move |index| axes.hz_at((axes.rect.left() + index as f32 * step).min(axes.rect.right())))
    }
}

/// Farthest that a line may pass by a point that was left out, pixels.
const OFF_PIXELS: f32 = 0.1;

/// The frequencies that have a line, with their first digits.
fn frequency_lines(axes: &Axes) -> impl Iterator<Item = (f64, i32)> + use<> {
    let (low, high) = axes.hz;
    let lines = [10.0, 100.0, 1000.0, 10_000.0]
        .into_iter()
        .flat_map(|decade| (1..10).map(move |step| (decade * f64::from(step), step)));
    lines.filter(move |(hz, _)| (low..=high).contains(hz))
}

/// Vertical lines of a frequency axis.
pub(crate) fn frequency_grid(strokes: &mut Strokes, axes: &Axes, look: Look) {
    for (hz, step) in frequency_lines(axes) {
        let colour = if step == 1 { theme::GRID_STRONG } else { theme::GRID };
        strokes.upright(axes.x(hz), axes.rect.y_range(), look.hairline(colour));
    }
}

/// What stands at the lines of a frequency axis.
pub(crate) fn frequency_figures(painter: &Painter, axes: &Axes, look: Look) {
    let wide = axes.rect.width() > look.px(520.0);
    for (hz, step) in frequency_lines(axes) {
        if matches!(step, 1 | 2 | 5) || (wide && matches!(step, 3 | 7)) {
            let text = if hz >= 1000.0 { format!("{}k", hz / 1000.0) } else { format!("{hz}") };
            let at = pos2(axes.x(hz), axes.rect.bottom() - look.px(3.0));
            let galley = painter.layout_no_wrap(text, look.tiny(), theme::TEXT_DIM);
            let place = Align2::CENTER_BOTTOM.anchor_size(at, galley.size());
            let over = (place.right() - (axes.rect.right() - look.px(2.0))).max(0.0);
            painter.galley(place.min - egui::vec2(over, 0.0), galley, theme::TEXT_DIM);
        }
    }
}

/// The points that a line from left to right needs: from what is drawn between them, none of those left out is farther off than a
/// tenth of a pixel.
#[must_use]
pub(crate) fn needed(points: impl IntoIterator<Item = Pos2>, pixel: f32) -> Vec<Pos2> {
    let off = OFF_PIXELS * pixel;
    let mut rest = points.into_iter();
    let Some(first) = rest.next() else { return vec![] };
    // As much room as if all were needed: most lines are short.
    let mut kept = Vec::with_capacity(1 + rest.size_hint().0);
    kept.push(first);
    let (mut from, mut last) = (first, first);
    // Slopes of lines that leave `from` and pass by every point so far.
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

/// The nearest note to a frequency and how far it is off, such as `A4 +3 ct`; A4 is 440 Hz.
#[must_use]
pub(crate) fn note_name(hz: f64) -> String {
    const NAMES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
    let semitones = 69.0 + 12.0 * (hz / 440.0).log2();
    let nearest = semitones.round();
    let cents = (100.0 * (semitones - nearest)).round() as i32;
    let (name, octave) = ((nearest as i32).rem_euclid(12), (nearest as i32).div_euclid(12) - 1);
    let sign = if cents < 0 { "−" } else { "+" };
    let name = NAMES.get(name as usize).copied().unwrap_or_default();
    if cents == 0 { format!("{name}{octave}") } else { format!("{name}{octave} {sign}{} ct", cents.abs()) }
}

/// A frequency as read on an axis.
#[must_use]
pub(crate) fn frequency_text(hz: f64) -> String {
    if hz >= 10_000.0 {
        format!("{:.1} kHz", hz / 1000.0)
    } else if hz >= 1000.0 {
        format!("{:.2} kHz", hz / 1000.0)
    } else if hz >= 100.0 {
        format!("{hz:.0} Hz")
    } else {
        format!("{hz:.1} Hz")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_have_their_names() {
        for (hz, name) in
            [(440.0, "A4"), (261.6256, "C4"), (27.5, "A0"), (442.0, "A4 +8 ct"), (1000.0, "B5 +21 ct")]
        {
            assert_eq!(note_name(hz), name);
        }
    }

    #[test]
    fn a_line_is_drawn_through_few_points_and_goes_where_it_did() {
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
    fn places_and_values_are_each_others_inverse() {
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
