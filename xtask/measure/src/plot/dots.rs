//! A chart with one row per case and one dot per quality, beside limits.

use super::canvas::{Axis, Canvas, Colour, Limit};
use plotters::style::text_anchor::{HPos, VPos};

/// Distance between the dots of a row, px.
const SPREAD: i32 = 9;

/// One case with a dot per quality.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) dots: Vec<(Colour, f64)>,
}

/// Rows of dots, and vertical limits.
#[derive(Debug, Clone)]
pub(crate) struct Dots {
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) x: Axis,
    pub(crate) legend: Vec<(String, Colour)>,
    pub(crate) rows: Vec<Row>,
    pub(crate) limits: Vec<Limit>,
}

impl Dots {
    /// The picture as SVG.
    pub(crate) fn svg(&self) -> Result<String, String> {
        let mut svg = String::new();
        let y = Axis::bare();
        let letters = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        let left = 40 + 23 * letters as i32 / 2;
        let canvas = Canvas::new(&mut svg, &self.title, &self.note, self.x.clone(), y, Some(left))?;
        let (left, right, top, bottom) = canvas.frame();
        for (index, row) in self.rows.iter().enumerate() {
            let y = top + (bottom - top) * (2 * index as i32 + 1) / (2 * self.rows.len() as i32);
            canvas.stroke(&[(left, y), (right, y)], Colour(0xE3, 0xE5, 0xE8), 1)?;
            canvas.label(&row.name, (left - 14, y), true)?;
            // A vertical offset keeps dots of equal values visible.
            let first = y - (row.dots.len() as i32 - 1) * SPREAD / 2;
            for (place, &(colour, value)) in row.dots.iter().enumerate() {
                canvas.dot((canvas.pixel(value, 0.0).0, first + place as i32 * SPREAD), colour, 6)?;
            }
        }
        for Limit { at, name, colour, .. } in &self.limits {
            let x = canvas.pixel(*at, 0.0).0;
            canvas.dashes((x, top), (x, bottom), *colour)?;
            canvas.mark(name, (x, top - 4), *colour, HPos::Center, VPos::Bottom)?;
        }
        canvas.legend(&self.legend)?;
        canvas.finish()?;
        Ok(svg)
    }
}
