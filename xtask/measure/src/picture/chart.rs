//! A chart of lines over two axes.

use super::frame::{self, Frame, Head, Limit, Scale};
use enhancer_figure::{Align, Color, DrawError, Point, Sheet};

/// Left edge of the frame, px.
const LEFT: f64 = 110.0;

/// One line. The legend omits a line without a name.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) color: Color,
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
    pub(crate) x: Scale,
    pub(crate) y: Scale,
    pub(crate) lines: Vec<Line>,
    pub(crate) limits: Vec<Limit>,
}

impl Chart {
    /// The picture as SVG.
    ///
    /// # Errors
    /// A failure of the drawing backend.
    pub(crate) fn svg(&self) -> Result<Vec<u8>, DrawError> {
        let named = self.lines.iter().filter(|line| !line.name.is_empty());
        let legend: Vec<_> = named.map(|line| (line.name.clone(), line.color)).collect();
        let Self { title, note, x, y, .. } = self;
        frame::draw(&Head { title, note, x, y, left: LEFT, legend: &legend }, &mut |sheet, frame| {
            for line in &self.lines {
                line.draw(sheet, frame);
            }
            for limit in &self.limits {
                let y = frame.y.px(limit.at);
                sheet.dashes((LEFT, y), (Frame::RIGHT, y), 2.0, limit.color);
                let end = LEFT + (Frame::RIGHT - LEFT) * limit.name_at - 8.0;
                frame::mark(sheet, limit, (end, y - 7.0), Align::Right);
            }
        })
    }
}

impl Line {
    fn draw(&self, sheet: &mut dyn Sheet, frame: &Frame) {
        let points: Vec<Point> = self.points.iter().map(|&(x, y)| frame.point(x, y)).collect();
        match self.stroke {
            Stroke::Line => sheet.line(&thin(&points), 3.0, self.color, 1.0),
            Stroke::Broad => sheet.line(&thin(&points), 10.0, self.color, 1.0),
            Stroke::Dots => points.iter().for_each(|&point| sheet.dot(point, 6.0, self.color)),
            Stroke::Stems => points.iter().for_each(|&(x, y)| {
                sheet.line(&[(x, Frame::BOTTOM), (x, y)], 4.0, self.color, 1.0);
                sheet.dot((x, y), 6.0, self.color);
            }),
        }
    }
}

/// Rounds points to whole pixels and drops those between neighbours in one row or column. The curve stays the
/// same within half a pixel, and the file shrinks.
fn thin(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = vec![];
    for pixel in points.iter().map(|(x, y)| (x.round(), y.round())) {
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
        let points = [(0.0, 0.0), (1.2, 0.0), (2.0, 0.3), (2.0, 5.0), (2.0, 9.0), (2.0, 3.0), (3.0, 3.0)];
        assert_eq!(thin(&points), [(0.0, 0.0), (2.0, 0.0), (2.0, 9.0), (2.0, 3.0), (3.0, 3.0)]);
    }
}
