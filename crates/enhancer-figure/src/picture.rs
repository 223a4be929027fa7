//! File formats: a sheet's drawing as the bytes of an SVG or PNG file.
//!
//! The backends draw in whole pixels only, so the picture is drawn several times as large. An SVG keeps the
//! finer grid in its view box. A PNG is averaged down, which also smooths its edges.

use crate::sheet::{Paper, Sheet};
use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::drawing::IntoDrawingArea;
use plotters::style::{FontStyle, RGBColor, register_font};
use std::path::Path;
use std::sync::Once;

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

/// The picture could not be drawn or encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the picture could not be drawn or encoded")]
pub struct DrawError;

/// The file format of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Vector graphics. The viewer chooses the font.
    Svg,
    /// Pixels, 8 bits each of red, green and blue, without transparency.
    Png,
}

impl Format {
    /// The format of a path's extension, in any case; `None` for extensions other than `svg` and `png`.
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "svg" => Some(Self::Svg),
            "png" => Some(Self::Png),
            _ => None,
        }
    }
}

/// Draws a picture of `size` px, width and height, with `paint`, and returns the file's bytes.
///
/// # Errors
/// A failure of the backend or of the PNG encoder.
pub fn draw(
    format: Format,
    size: (u32, u32),
    paint: &mut dyn FnMut(&mut dyn Sheet),
) -> Result<Vec<u8>, DrawError> {
    let bytes = match format {
        Format::Svg => svg(size, paint),
        Format::Png => png(size, paint),
    };
    bytes.ok_or(DrawError)
}

fn register_fonts() {
    static FONTS: Once = Once::new();
    FONTS.call_once(|| {
        // A rejected font shows as a failure to draw.
        let _ =
            register_font("sans-serif", FontStyle::Normal, include_bytes!("../assets/Roboto-Regular.ttf"));
        let _ = register_font("sans-serif", FontStyle::Bold, include_bytes!("../assets/Roboto-Medium.ttf"));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Color, INK};

    fn paint(sheet: &mut dyn Sheet) {
        sheet.dot((10.0, 5.0), 4.0, INK);
        sheet.dashes((0.0, 9.0), (20.0, 9.0), 1.0, Color(0xff, 0, 0));
    }

    #[test]
    fn the_extension_selects_the_format() {
        let of = |name: &str| Format::of(Path::new(name));
        assert_eq!((of("a.svg"), of("a.PNG")), (Some(Format::Svg), Some(Format::Png)));
        assert_eq!((of("a.jpg"), of("svg")), (None, None));
    }

    #[test]
    fn an_svg_has_its_size_in_pixels_and_ten_steps_per_pixel() {
        let text = String::from_utf8(draw(Format::Svg, (20, 10), &mut paint).unwrap()).unwrap();
        assert!(text.starts_with("<svg width=\"20\" height=\"10\" viewBox=\"0 0 200 100\""), "{text}");
        assert!(text.contains("<circle cx=\"100\" cy=\"50\" r=\"40\""), "{text}");
    }

    #[test]
    fn a_dot_covers_its_area_in_a_png() {
        let bytes = draw(Format::Png, (20, 10), &mut paint).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (20, 10));
        // The share of ink in each pixel of the first 8 rows; the dashes are below them.
        let ink: f64 =
            pixels[..20 * 8 * 3].chunks_exact(3).map(|pixel| (255.0 - f64::from(pixel[0])) / 228.0).sum();
        let row_8 = std::f64::consts::PI * 16.0;
        assert!((ink - row_8).abs() < 0.1 * row_8, "{ink} of {row_8}");
    }
}
