//! A chart of lines over two axes.

use super::canvas::{Axis, Canvas, Colour, Limit};
use plotters::style::text_anchor::{HPos, VPos};

/// One line. The legend omits a line without a name.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) colour: Colour,
    pub(crate) points: Vec<(f64, f64)>,
    pub(crate) stroke: Stroke,
}

/// The form of a line's points.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stroke {
    Line,
    /// Broad enough to be visible under another line.
    Broad,
    Dots,
    /// Dots on vertical lines.
    Stems,
}

/// Lines, and horizontal limits.
#[derive(Debug, Clone)]
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) x: Axis,
    pub(crate) y: Axis,
    pub(crate) lines: Vec<Line>,
    pub(crate) limits: Vec<Limit>,
}

impl Chart {
    /// The picture as SVG.
    pub(crate) fn svg(&self) -> Result<String, String> {
        let mut svg = String::new();
        let canvas = Canvas::new(&mut svg, &self.title, &self.note, self.x.clone(), self.y.clone(), None)?;
        let (left, right, _, bottom) = canvas.frame();
        for Line { colour, points, stroke, .. } in &self.lines {
            let pixels: Vec<(i32, i32)> = points.iter().map(|&(x, y)| canvas.pixel(x, y)).collect();
            match stroke {
                Stroke::Line => canvas.stroke(&thin(&pixels), *colour, 3)?,
                Stroke::Broad => canvas.stroke(&thin(&pixels), *colour, 10)?,
                Stroke::Dots => pixels.iter().try_for_each(|&pixel| canvas.dot(pixel, *colour, 6))?,
                Stroke::Stems => pixels.iter().try_for_each(|&(x, y)| {
                    canvas.stroke(&[(x, bottom), (x, y)], *colour, 4)?;
                    canvas.dot((x, y), *colour, 6)
                })?,
            }
        }
        for Limit { at, name, name_at, colour } in &self.limits {
            let y = canvas.pixel(0.0, *at).1;
            canvas.dashes((left, y), (right, y), *colour)?;
            let x = left + (f64::from(right - left) * name_at) as i32;
            canvas.mark(name, (x - 8, y - 5), *colour, HPos::Right, VPos::Bottom)?;
        }
        let named = self.lines.iter().filter(|line| !line.name.is_empty());
        canvas.legend(&named.map(|line| (line.name.clone(), line.colour)).collect::<Vec<_>>())?;
        canvas.finish()?;
        Ok(svg)
    }
}

/// Drops points between neighbours in one row or column. The picture stays the same, the file shrinks.
fn thin(pixels: &[(i32, i32)]) -> Vec<(i32, i32)> {
    let mut kept: Vec<(i32, i32)> = vec![];
    for &pixel in pixels {
        if let [.., before, last] = kept.as_slice() {
            let flat = before.1 == last.1 && last.1 == pixel.1;
            let upright =
                before.0 == last.0 && last.0 == pixel.0 && (before.1 <= last.1) == (last.1 <= pixel.1);
            if flat || upright {
                kept.pop();
            }
        }
        kept.push(pixel);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::thin;

    #[test]
    fn thinning_keeps_corners_and_turning_points() {
        let points = [(0, 0), (1, 0), (2, 0), (2, 5), (2, 9), (2, 3), (3, 3)];
        assert_eq!(thin(&points), [(0, 0), (2, 0), (2, 9), (2, 3), (3, 3)]);
    }
}
