//! A chart with one row per case and one dot per quality, beside limits.

use super::frame::{self, Frame, Head, Limit, Scale};
use enhancer_figure::{Align, Color, DrawError, GRID, INK, Sheet};

/// Distance between the dots of a row, px.
const SPREAD: f64 = 9.0;

/// One case with a dot per quality.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) dots: Vec<(Color, f64)>,
}

/// Rows of dots, and vertical limits.
#[derive(Debug, Clone)]
pub(crate) struct Dots {
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) x: Scale,
    pub(crate) legend: Vec<(String, Color)>,
    pub(crate) rows: Vec<Row>,
    pub(crate) limits: Vec<Limit>,
}

impl Dots {
    /// The picture as SVG.
    ///
    /// # Errors
    /// A failure of the drawing backend.
    pub(crate) fn svg(&self) -> Result<Vec<u8>, DrawError> {
        let letters = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        let left = 40.0 + 0.55 * frame::LABEL * letters as f64;
        let Self { title, note, x, legend, .. } = self;
        frame::draw(&Head { title, note, x, y: &Scale::bare(), left, legend }, &mut |sheet, frame| {
            for (index, row) in self.rows.iter().enumerate() {
                let share = (index as f64 + 0.5) / self.rows.len() as f64;
                row.draw(sheet, frame, Frame::TOP + (Frame::BOTTOM - Frame::TOP) * share);
            }
            for limit in &self.limits {
                let x = frame.x.px(limit.at);
                sheet.dashes((x, Frame::TOP), (x, Frame::BOTTOM), 2.0, limit.color);
                frame::mark(sheet, limit, (x, Frame::TOP - 8.0), Align::Center);
            }
        })
    }
}

impl Row {
    fn draw(&self, sheet: &mut dyn Sheet, frame: &Frame, y: f64) {
        sheet.line(&[(frame.left, y), (Frame::RIGHT, y)], 1.0, GRID, 1.0);
        frame::label(sheet, &self.name, (frame.left - 14.0, y), Align::Right, INK);
        // A vertical offset keeps dots of equal values visible.
        let first = y - (self.dots.len() as f64 - 1.0) * SPREAD / 2.0;
        for (place, &(color, value)) in self.dots.iter().enumerate() {
            sheet.dot((frame.x.px(value), first + place as f64 * SPREAD), 6.0, color);
        }
    }
}
