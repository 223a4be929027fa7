//! The drawing surface: lines, shapes and text in pixels, as SVG or PNG, on `plotters`' backends.
//!
//! The backends draw in whole pixels only, so the picture is drawn several times as large. An SVG keeps the
//! finer grid in its view box. A PNG is averaged down, which also smooths its edges.

use super::FigureError;
use crate::output;
use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{PathElement, Polygon, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, IntoFont, RGBAColor, RGBColor, ShapeStyle, register_font};
use std::path::Path;
use std::sync::Once;

/// A point, px from the top left.
pub(super) type Point = (f64, f64);

/// Text and frames.
pub(super) const INK: RGBColor = RGBColor(0x1b, 0x25, 0x30);
/// Captions and axis labels.
pub(super) const MUTED: RGBColor = RGBColor(0x66, 0x73, 0x80);
/// Grid lines.
pub(super) const GRID: RGBColor = RGBColor(0xe3, 0xe8, 0xed);
/// Faults in the sound, such as clipping.
pub(super) const ALARM: RGBColor = RGBColor(0xc9, 0x2a, 0x2a);
/// The sound itself; in comparisons, the sound after.
pub(super) const SOUND: RGBColor = RGBColor(0x1c, 0x6d, 0xd0);
/// In comparisons, the sound before.
pub(super) const BEFORE: RGBColor = RGBColor(0x8a, 0x96, 0xa3);
/// Loudness; in comparisons, the response.
pub(super) const LOUDNESS: RGBColor = RGBColor(0xd9, 0x5f, 0x0e);

/// Size requested from `plotters` in SVG, per px of the font's em.
const SVG_EM: f64 = 1.24;
/// The same in PNG. There it is the font's ascent less its descent: 2400 of 2048 units for Roboto.
const PNG_EM: f64 = 2400.0 / 2048.0;
/// Font families requested in SVG, narrow ones first.
const FONT_FAMILY: &str =
    "font-family=\"Roboto, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif\"";
/// Factor by which pictures are drawn larger.
const SVG_SCALE: u32 = 10;
const PNG_SCALE: u32 = 3;

/// Thickness of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Medium,
}

/// The end of a text that lies at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Center,
    Right,
}

/// A drawing surface. It stores failures of the backend until the drawing is complete.
pub(super) trait Sheet {
    /// Draws joined lines, `width` px thick.
    fn line(&mut self, points: &[Point], width: f64, color: RGBColor, opacity: f64);
    /// Draws a filled polygon.
    fn fill(&mut self, points: &[Point], color: RGBColor, opacity: f64);
    /// Draws text with its baseline at `at`, `size` px per em.
    fn text(&mut self, at: Point, size: f64, weight: Weight, align: Align, color: RGBColor, text: &str);
}

impl dyn Sheet + '_ {
    /// Draws a dashed line, `width` px thick.
    pub(super) fn dashes(&mut self, from: Point, to: Point, width: f64, color: RGBColor) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let count = (dx.hypot(dy) / 10.0).round().max(1.0);
        for dash in 0..count as u32 {
            let at = |share: f64| (from.0 + dx * share / count, from.1 + dy * share / count);
            self.line(&[at(f64::from(dash)), at(f64::from(dash) + 0.6)], width, color, 1.0);
        }
    }
}

struct Paper<'a, B: DrawingBackend> {
    area: &'a DrawingArea<B, Shift>,
    scale: f64,
    /// Size to request per em, and the distance from the text's top to its baseline in such sizes.
    em: f64,
    baseline: f64,
    failed: bool,
}

impl<B: DrawingBackend> Paper<'_, B> {
    fn pixel(&self, (x, y): Point) -> (i32, i32) {
        ((x * self.scale).round() as i32, (y * self.scale).round() as i32)
    }
}

fn shade(RGBColor(r, g, b): RGBColor, opacity: f64) -> RGBAColor {
    RGBAColor(r, g, b, opacity)
}

impl<B: DrawingBackend> Sheet for Paper<'_, B> {
    fn line(&mut self, points: &[Point], width: f64, color: RGBColor, opacity: f64) {
        let stroke_width = (width * self.scale).round().max(1.0) as u32;
        let style = ShapeStyle { color: shade(color, opacity), filled: false, stroke_width };
        let points: Vec<(i32, i32)> = points.iter().map(|&point| self.pixel(point)).collect();
        self.failed |= self.area.draw(&PathElement::new(points, style)).is_err();
    }

    fn fill(&mut self, points: &[Point], color: RGBColor, opacity: f64) {
        let style = ShapeStyle { color: shade(color, opacity), filled: true, stroke_width: 0 };
        let points: Vec<(i32, i32)> = points.iter().map(|&point| self.pixel(point)).collect();
        self.failed |= self.area.draw(&Polygon::new(points, style)).is_err();
    }

    fn text(&mut self, at: Point, size: f64, weight: Weight, align: Align, color: RGBColor, text: &str) {
        let requested = size * self.scale * self.em;
        let style = if weight == Weight::Medium { FontStyle::Bold } else { FontStyle::Normal };
        let h_pos = match align {
            Align::Left => HPos::Left,
            Align::Center => HPos::Center,
            Align::Right => HPos::Right,
        };
        let font = ("sans-serif", requested, style).into_font().color(&color).pos(Pos::new(h_pos, VPos::Top));
        let (x, y) = self.pixel(at);
        let top = y - (requested * self.baseline).round() as i32;
        self.failed |= self.area.draw(&Text::new(text.to_owned(), (x, top), font)).is_err();
    }
}

/// The file format of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Svg,
    Png,
}

impl Format {
    /// The format of a path's extension.
    pub(super) fn of(path: &Path) -> Result<Self, FigureError> {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "svg" => Ok(Self::Svg),
            "png" => Ok(Self::Png),
            _ => Err(FigureError::Format(path.to_owned())),
        }
    }
}

/// Draws a picture of `size` px with `paint` and writes it to `path` in the format of its extension.
pub(super) fn draw(
    path: &Path,
    replace: bool,
    size: (u32, u32),
    paint: &mut dyn FnMut(&mut dyn Sheet),
) -> Result<(), FigureError> {
    let bytes = match Format::of(path)? {
        Format::Svg => svg(size, paint),
        Format::Png => png(size, paint),
    };
    let bytes = bytes.ok_or_else(|| FigureError::Draw(path.to_owned()))?;
    Ok(output::write(path, &bytes, replace)?)
}

fn register_fonts() {
    static FONTS: Once = Once::new();
    FONTS.call_once(|| {
        // A rejected font shows as a failure to draw.
        let _ =
            register_font("sans-serif", FontStyle::Normal, include_bytes!("../../assets/Roboto-Regular.ttf"));
        let _ =
            register_font("sans-serif", FontStyle::Bold, include_bytes!("../../assets/Roboto-Medium.ttf"));
    });
}

/// Draws on a backend; `None` on failure.
fn paint_on<B: DrawingBackend>(
    backend: B,
    scale: u32,
    (em, baseline): (f64, f64),
    paint: &mut dyn FnMut(&mut dyn Sheet),
) -> Option<()> {
    register_fonts();
    let area = backend.into_drawing_area();
    area.fill(&RGBColor(255, 255, 255)).ok()?;
    let mut paper = Paper { area: &area, scale: f64::from(scale), em, baseline, failed: false };
    paint(&mut paper);
    let failed = paper.failed;
    area.present().ok()?;
    (!failed).then_some(())
}

fn svg((width, height): (u32, u32), paint: &mut dyn FnMut(&mut dyn Sheet)) -> Option<Vec<u8>> {
    let mut text = String::new();
    let (wide, high) = (width * SVG_SCALE, height * SVG_SCALE);
    // The backend places the top of a text 0.76 em above its baseline.
    paint_on(SVGBackend::with_string(&mut text, (wide, high)), SVG_SCALE, (SVG_EM, 0.76 / SVG_EM), paint)?;
    let fine = format!("width=\"{wide}\" height=\"{high}\"");
    let text = text.replacen(&fine, &format!("width=\"{width}\" height=\"{height}\""), 1);
    Some(text.replace("font-family=\"sans-serif\"", FONT_FAMILY).into_bytes())
}

fn png((width, height): (u32, u32), paint: &mut dyn FnMut(&mut dyn Sheet)) -> Option<Vec<u8>> {
    let (wide, high) = (width * PNG_SCALE, height * PNG_SCALE);
    let mut fine = vec![0; (wide * high * 3) as usize];
    // The backend places the baseline half a size below the top of a text.
    paint_on(BitMapBackend::with_buffer(&mut fine, (wide, high)), PNG_SCALE, (PNG_EM, 0.5), paint)?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&average(&fine, width as usize, PNG_SCALE as usize)).ok()?;
    writer.finish().ok()?;
    Some(bytes)
}

/// The mean of every square of `scale` by `scale` pixels.
fn average(fine: &[u8], width: usize, scale: usize) -> Vec<u8> {
    let row = width * scale * 3;
    let mut coarse = Vec::with_capacity(fine.len() / (scale * scale));
    for rows in fine.chunks_exact(row * scale) {
        for x in 0..width {
            for color in 0..3 {
                let inside = |n: usize| (n / scale) * row + (x * scale + n % scale) * 3 + color;
                let sum: u32 = (0..scale * scale).map(|n| u32::from(rows[inside(n)])).sum();
                coarse.push((sum / (scale * scale) as u32) as u8);
            }
        }
    }
    coarse
}
