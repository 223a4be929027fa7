//! The drawing surface: lines, shapes, dots and text in pixels, on `plotters`' backends.

use plotters::backend::DrawingBackend;
use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{Circle, PathElement, Polygon, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, IntoFont, RGBAColor, RGBColor, ShapeStyle};

/// A point, px from the left and from the top.
pub type Point = (f64, f64);

/// Red, green and blue in sRGB, 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color(pub u8, pub u8, pub u8);

/// Color of text and frames.
pub const INK: Color = Color(0x1b, 0x25, 0x30);
/// Color of captions and axis labels.
pub const MUTED: Color = Color(0x66, 0x73, 0x80);
/// Color of grid lines.
pub const GRID: Color = Color(0xe3, 0xe8, 0xed);

/// Thickness of letters, as a weight of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Weight 400, for labels and captions.
    Regular,
    /// Weight 500 in PNG; an SVG requests bold.
    Medium,
}

/// The part of a text that lies at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// The text starts at the point.
    Left,
    /// The text extends equally to both sides of the point.
    Center,
    /// The text ends at the point.
    Right,
}

/// A drawing surface of white paper. Opacity ranges from 0 to 1.
///
/// A sheet stores a failure of its backend; [`draw`](crate::draw) returns it.
pub trait Sheet {
    /// Draws joined lines, `width` px thick.
    fn line(&mut self, points: &[Point], width: f64, color: Color, opacity: f64);

    /// Draws a filled polygon.
    fn fill(&mut self, points: &[Point], color: Color, opacity: f64);

    /// Draws a filled circle of `radius` px.
    fn dot(&mut self, center: Point, radius: f64, color: Color);

    /// Draws text with its baseline at `at`, `size` px per em.
    fn text(&mut self, at: Point, size: f64, weight: Weight, align: Align, color: Color, text: &str);

    /// Draws a dashed line, `width` px thick, with one dash of 6 px about every 10 px.
    fn dashes(&mut self, from: Point, to: Point, width: f64, color: Color) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let count = (dx.hypot(dy) / 10.0).round().max(1.0);
        for dash in 0..count as u32 {
            let at = |share: f64| (from.0 + dx * share / count, from.1 + dy * share / count);
            self.line(&[at(f64::from(dash)), at(f64::from(dash) + 0.6)], width, color, 1.0);
        }
    }
}

/// A sheet on a backend that is `scale` times as large as the picture.
pub(crate) struct Paper<'a, B: DrawingBackend> {
    pub(crate) area: &'a DrawingArea<B, Shift>,
    pub(crate) scale: f64,
    /// Size to request per em.
    pub(crate) em: f64,
    /// Distance from the text's top to its baseline, in requested sizes.
    pub(crate) baseline: f64,
    /// True after the first failure.
    pub(crate) failed: bool,
}

impl<B: DrawingBackend> Paper<'_, B> {
    fn pixel(&self, (x, y): Point) -> (i32, i32) {
        ((x * self.scale).round() as i32, (y * self.scale).round() as i32)
    }

    fn pixels(&self, points: &[Point]) -> Vec<(i32, i32)> {
        points.iter().map(|&point| self.pixel(point)).collect()
    }
}

fn filled(Color(r, g, b): Color, opacity: f64) -> ShapeStyle {
    ShapeStyle { color: RGBAColor(r, g, b, opacity), filled: true, stroke_width: 0 }
}

impl<B: DrawingBackend> Sheet for Paper<'_, B> {
    fn line(&mut self, points: &[Point], width: f64, color: Color, opacity: f64) {
        let stroke_width = (width * self.scale).round().max(1.0) as u32;
        let style = ShapeStyle { filled: false, stroke_width, ..filled(color, opacity) };
        self.failed |= self.area.draw(&PathElement::new(self.pixels(points), style)).is_err();
    }

    fn fill(&mut self, points: &[Point], color: Color, opacity: f64) {
        let shape = Polygon::new(self.pixels(points), filled(color, opacity));
        self.failed |= self.area.draw(&shape).is_err();
    }

    fn dot(&mut self, center: Point, radius: f64, color: Color) {
        let radius = (radius * self.scale).round() as i32;
        let circle = Circle::new(self.pixel(center), radius, filled(color, 1.0));
        self.failed |= self.area.draw(&circle).is_err();
    }

    fn text(&mut self, at: Point, size: f64, weight: Weight, align: Align, color: Color, text: &str) {
        let requested = size * self.scale * self.em;
        let style = if weight == Weight::Medium { FontStyle::Bold } else { FontStyle::Normal };
        let h_pos = match align {
            Align::Left => HPos::Left,
            Align::Center => HPos::Center,
            Align::Right => HPos::Right,
        };
        let ink = RGBColor(color.0, color.1, color.2);
        let font = ("sans-serif", requested, style).into_font().color(&ink).pos(Pos::new(h_pos, VPos::Top));
        let (x, y) = self.pixel(at);
        let top = y - (requested * self.baseline).round() as i32;
        self.failed |= self.area.draw(&Text::new(text.to_owned(), (x, top), font)).is_err();
    }
}
