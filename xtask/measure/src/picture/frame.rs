//! The parts of every picture: title, note, frame, grid, legend.

use enhancer_figure::{Align, Axis, Color, DrawError, Format, GRID, INK, MUTED, Point, Sheet, Weight};

/// Size of a picture, px.
const SIZE: (u32, u32) = (1200, 640);
const RIGHT: f64 = 1160.0;
const TOP: f64 = 146.0;
const BOTTOM: f64 = 550.0;
/// Size of labels, px per em.
pub(super) const LABEL: f64 = 17.0;
/// Distance from a text's middle to its baseline, em.
const MIDDLE: f64 = 0.35;

/// One axis: its name with unit, its ends, and the lines of its grid.
#[derive(Debug, Clone)]
pub(crate) struct Scale {
    name: String,
    ends: (f64, f64),
    logarithmic: bool,
    ticks: Vec<f64>,
}

impl Scale {
    /// A linear axis with a tick at each multiple of `step`.
    pub(crate) fn linear(name: &str, from: f64, to: f64, step: f64) -> Self {
        let ticks = Axis::linear((from, to), (0.0, 1.0)).multiples(step).collect();
        Self { name: name.to_owned(), ends: (from, to), logarithmic: false, ticks }
    }

    /// An axis from 0 to 1 without name and ticks.
    pub(super) fn bare() -> Self {
        Self { name: String::new(), ends: (0.0, 1.0), logarithmic: false, ticks: vec![] }
    }

    /// A logarithmic axis with these ticks.
    pub(crate) fn logarithmic(name: &str, from: f64, to: f64, ticks: &[f64]) -> Self {
        Self { name: name.to_owned(), ends: (from, to), logarithmic: true, ticks: ticks.to_vec() }
    }

    fn axis(&self, pixels: (f64, f64)) -> Axis {
        if self.logarithmic { Axis::logarithmic(self.ends, pixels) } else { Axis::linear(self.ends, pixels) }
    }
}

fn tick_text(value: f64) -> String {
    if value >= 1000.0 {
        format!("{}k", value / 1000.0)
    } else {
        format!("{}", (value * 1e6).round() / 1e6).replace('-', "−")
    }
}

/// A dashed line at a goal or a prescribed value.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    /// Value, in the axis's unit.
    pub(crate) at: f64,
    pub(crate) name: String,
    /// End of the name along the line, 0 to 1.
    pub(crate) name_at: f64,
    pub(crate) color: Color,
}

/// A picture's contents outside its lines and dots.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) title: &'a str,
    pub(super) note: &'a str,
    pub(super) x: &'a Scale,
    pub(super) y: &'a Scale,
    /// Left edge of the frame, px.
    pub(super) left: f64,
    pub(super) legend: &'a [(String, Color)],
}

/// The drawn frame. Its axes map values to pixels.
pub(super) struct Frame {
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) left: f64,
}

impl Frame {
    pub(super) const RIGHT: f64 = RIGHT;
    pub(super) const TOP: f64 = TOP;
    pub(super) const BOTTOM: f64 = BOTTOM;

    /// The position of a point of the axes.
    pub(super) fn point(&self, x: f64, y: f64) -> Point {
        (self.x.px(x), self.y.px(y))
    }

    fn grid(&self, sheet: &mut dyn Sheet, head: &Head<'_>) {
        for &tick in &head.x.ticks {
            let x = self.x.px(tick);
            sheet.line(&[(x, TOP), (x, BOTTOM)], 1.0, GRID, 1.0);
            let at = (x, BOTTOM + 26.0);
            sheet.text(at, LABEL, Weight::Regular, Align::Center, MUTED, &tick_text(tick));
        }
        for &tick in &head.y.ticks {
            let y = self.y.px(tick);
            sheet.line(&[(self.left, y), (RIGHT, y)], 1.0, GRID, 1.0);
            label(sheet, &tick_text(tick), (self.left - 12.0, y), Align::Right, MUTED);
        }
        sheet.line(&[(self.left, TOP), (self.left, BOTTOM), (RIGHT, BOTTOM)], 2.0, MUTED, 1.0);
        let middle = (self.left + RIGHT) / 2.0;
        sheet.text((middle, 616.0), LABEL, Weight::Regular, Align::Center, INK, &head.x.name);
        sheet.text((24.0, TOP - 19.0), LABEL, Weight::Regular, Align::Left, INK, &head.y.name);
    }
}

/// Draws a text whose middle is at `at`.
pub(super) fn label(sheet: &mut dyn Sheet, text: &str, at: Point, align: Align, color: Color) {
    sheet.text((at.0, at.1 + MIDDLE * LABEL), LABEL, Weight::Regular, align, color, text);
}

/// Draws the name of a limit with its baseline at `at`.
pub(super) fn mark(sheet: &mut dyn Sheet, limit: &Limit, at: Point, align: Align) {
    sheet.text(at, 15.0, Weight::Regular, align, limit.color, &limit.name);
}

/// Draws a row of colors with their names, below the note.
fn legend(sheet: &mut dyn Sheet, left: f64, names: &[(String, Color)]) {
    let mut x = left;
    let y = 98.0;
    for (name, color) in names {
        sheet.line(&[(x, y), (x + 34.0, y)], 5.0, *color, 1.0);
        label(sheet, name, (x + 44.0, y), Align::Left, INK);
        // Letters are about half as wide as they are high.
        x += 44.0 + 0.55 * LABEL * name.chars().count() as f64 + 34.0;
    }
}

/// Draws title, note, grid, axes and legend, then `paint` in the frame, and returns the picture as SVG.
///
/// # Errors
/// A failure of the drawing backend.
pub(super) fn draw(
    head: &Head<'_>,
    paint: &mut dyn FnMut(&mut dyn Sheet, &Frame),
) -> Result<Vec<u8>, DrawError> {
    enhancer_figure::draw(Format::Svg, SIZE, &mut |sheet| {
        sheet.text((24.0, 44.0), 23.0, Weight::Medium, Align::Left, INK, head.title);
        sheet.text((24.0, 76.0), LABEL, Weight::Regular, Align::Left, MUTED, head.note);
        let (x, y) = (head.x.axis((head.left, RIGHT)), head.y.axis((BOTTOM, TOP)));
        let frame = Frame { x, y, left: head.left };
        frame.grid(sheet, head);
        paint(sheet, &frame);
        legend(sheet, head.left, head.legend);
    })
}
