//! The parts of every picture: paper, frame, grid, text.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Size of a picture, px.
pub(super) const SIZE: (i32, i32) = (1200, 640);
const LEFT: i32 = 110;
const RIGHT: i32 = 40;
const TOP: i32 = 146;
const BOTTOM: i32 = 90;
const PAPER: RGBColor = RGBColor(0xFC, 0xFC, 0xFB);
const INK: RGBColor = RGBColor(0x22, 0x26, 0x2B);
const PALE_INK: RGBColor = RGBColor(0x5B, 0x63, 0x6B);
const GRID: RGBColor = RGBColor(0xE3, 0xE5, 0xE8);
const LETTER: i32 = 21;

/// Red, green, blue, 0 to 255.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl From<Colour> for RGBColor {
    fn from(Colour(red, green, blue): Colour) -> Self {
        Self(red, green, blue)
    }
}

/// One axis: its name with unit, its ends, and the lines of its grid.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    name: String,
    from: f64,
    to: f64,
    logarithmic: bool,
    ticks: Vec<f64>,
}

impl Axis {
    /// A linear axis with a tick at each multiple of `step`.
    pub(crate) fn linear(name: &str, from: f64, to: f64, step: f64) -> Self {
        let first = (from / step).ceil() as i64;
        let last = (to / step + 1e-9).floor() as i64;
        let ticks = (first..=last).map(|tick| tick as f64 * step).collect();
        Self { name: name.to_owned(), from, to, logarithmic: false, ticks }
    }

    /// An axis from 0 to 1 without name and ticks.
    pub(super) fn bare() -> Self {
        Self { name: String::new(), from: 0.0, to: 1.0, logarithmic: false, ticks: vec![] }
    }

    /// A logarithmic axis with these ticks.
    pub(crate) fn logarithmic(name: &str, from: f64, to: f64, ticks: &[f64]) -> Self {
        Self { name: name.to_owned(), from, to, logarithmic: true, ticks: ticks.to_vec() }
    }

    /// Position of a value, 0 to 1, clamped to the ends.
    fn place(&self, value: f64) -> f64 {
        let scale = |value: f64| if self.logarithmic { value.max(1e-300).ln() } else { value };
        let place = (scale(value) - scale(self.from)) / (scale(self.to) - scale(self.from));
        place.clamp(0.0, 1.0)
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
    pub(crate) colour: Colour,
}

/// A picture in progress, with a frame and two axes.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
    x: Axis,
    y: Axis,
    left: i32,
}

type Drawn = Result<(), String>;

fn to_text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl<'a> Canvas<'a> {
    /// Draws paper, title, note, grid and axes. `left` is the margin for text beside the y axis, px.
    pub(super) fn new(
        svg: &'a mut String,
        title: &str,
        note: &str,
        x: Axis,
        y: Axis,
        left: Option<i32>,
    ) -> Result<Self, String> {
        let area = SVGBackend::with_string(svg, (SIZE.0 as u32, SIZE.1 as u32)).into_drawing_area();
        let canvas = Self { area, x, y, left: left.unwrap_or(LEFT) };
        canvas.area.fill(&PAPER).map_err(to_text)?;
        canvas.words(title, (24, 22), 28, INK, HPos::Left, VPos::Top)?;
        canvas.words(note, (24, 60), LETTER, PALE_INK, HPos::Left, VPos::Top)?;
        canvas.grid()?;
        Ok(canvas)
    }

    fn grid(&self) -> Drawn {
        let (left, right, top, bottom) = self.frame();
        for &tick in &self.x.ticks {
            let x = self.pixel(tick, self.y.from).0;
            self.stroke(&[(x, top), (x, bottom)], GRID, 1)?;
            self.words(&tick_text(tick), (x, bottom + 10), LETTER, PALE_INK, HPos::Center, VPos::Top)?;
        }
        for &tick in &self.y.ticks {
            let y = self.pixel(self.x.from, tick).1;
            self.stroke(&[(left, y), (right, y)], GRID, 1)?;
            self.words(&tick_text(tick), (left - 12, y), LETTER, PALE_INK, HPos::Right, VPos::Center)?;
        }
        self.stroke(&[(left, top), (left, bottom), (right, bottom)], PALE_INK, 2)?;
        self.words(&self.x.name, ((left + right) / 2, SIZE.1 - 18), LETTER, INK, HPos::Center, VPos::Bottom)?;
        let font = ("sans-serif", LETTER).into_font().transform(FontTransform::Rotate270).color(&INK);
        let style = font.pos(Pos::new(HPos::Center, VPos::Top));
        let text = Text::new(self.y.name.clone(), (20, (top + bottom) / 2), style);
        self.area.draw(&text).map_err(to_text)
    }

    /// Left, right, top, bottom of the frame, px.
    pub(super) fn frame(&self) -> (i32, i32, i32, i32) {
        (self.left, SIZE.0 - RIGHT, TOP, SIZE.1 - BOTTOM)
    }

    /// Position of a point of the axes, px.
    pub(super) fn pixel(&self, x: f64, y: f64) -> (i32, i32) {
        let (left, right, top, bottom) = self.frame();
        let across = self.x.place(x) * f64::from(right - left);
        let up = self.y.place(y) * f64::from(bottom - top);
        (left + across.round() as i32, bottom - up.round() as i32)
    }

    pub(super) fn stroke(&self, pixels: &[(i32, i32)], colour: impl Into<RGBColor>, width: u32) -> Drawn {
        let style = colour.into().stroke_width(width);
        self.area.draw(&PathElement::new(pixels.to_vec(), style)).map_err(to_text)
    }

    pub(super) fn dashes(&self, from: (i32, i32), to: (i32, i32), colour: impl Into<RGBColor>) -> Drawn {
        let style = colour.into().stroke_width(2);
        let dashes = plotters::element::DashedPathElement::new([from, to], 8, 6, style);
        self.area.draw(&dashes).map_err(to_text)
    }

    pub(super) fn dot(&self, at: (i32, i32), colour: impl Into<RGBColor>, radius: i32) -> Drawn {
        self.area.draw(&Circle::new(at, radius, colour.into().filled())).map_err(to_text)
    }

    pub(super) fn label(&self, text: &str, at: (i32, i32), right: bool) -> Drawn {
        let side = if right { HPos::Right } else { HPos::Left };
        self.words(text, at, LETTER, INK, side, VPos::Center)
    }

    pub(super) fn mark(
        &self,
        text: &str,
        at: (i32, i32),
        colour: impl Into<RGBColor>,
        side: HPos,
        level: VPos,
    ) -> Drawn {
        self.words(text, at, LETTER - 2, colour.into(), side, level)
    }

    /// Draws a row of colours with their names, below the note.
    pub(super) fn legend(&self, names: &[(String, Colour)]) -> Drawn {
        let mut x = self.left;
        let y = TOP - 42;
        for (name, colour) in names {
            self.stroke(&[(x, y), (x + 34, y)], *colour, 5)?;
            self.words(name, (x + 44, y), LETTER, INK, HPos::Left, VPos::Center)?;
            // Letters are about half as wide as they are high.
            x += 44 + (name.chars().count() as i32 * LETTER * 11) / 20 + 34;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Drawn {
        self.area.present().map_err(to_text)
    }

    fn words(
        &self,
        text: &str,
        at: (i32, i32),
        size: i32,
        colour: RGBColor,
        side: HPos,
        level: VPos,
    ) -> Drawn {
        let style = ("sans-serif", size).into_font().color(&colour).pos(Pos::new(side, level));
        self.area.draw(&Text::new(text.to_owned(), at, style)).map_err(to_text)
    }
}
