//! Lines and areas as triangles: fewer triangles than egui's own lines, and one mesh for a whole picture.
//!
//! A line is a row of points with rails along it. The inner rails have its colour, the outer ones are
//! transparent and one pixel farther out, so that the edge is one pixel soft. A line up to [`RIDGE`] pixels
//! wide needs one inner rail, a wider one two. egui has two for both, and a cap at each end. Grid lines lie
//! on whole pixels and need no soft edge.

mod kept;

use super::theme::{self, Look};
use egui::epaint::{Mesh, Tessellator};
use egui::{Color32, Pos2, Rangef, Rect, Shape, Stroke, Vec2, pos2};
use std::f32::consts::TAU;

/// Widest line with one inner rail, pixels. Its edges differ from the exact ones by at most a tenth of the
/// colour.
const RIDGE: f32 = 1.25;

/// Largest distance between a circle and the sides of its polygon, pixels.
const SAGITTA: f32 = 0.1;

/// A mesh under construction.
pub(crate) struct Strokes {
    mesh: Mesh,
    /// Width of a pixel, points.
    pixel: f32,
}

impl Strokes {
    /// Width of a pixel, points.
    #[must_use]
    pub(crate) fn pixel(&self) -> f32 {
        self.pixel
    }

    /// Adds a shape tessellated by egui.
    pub(crate) fn shape(&mut self, shape: impl Into<Shape>) {
        Tessellator::new(1.0 / self.pixel, Default::default(), [1, 1], vec![])
            .tessellate_shape(shape.into(), &mut self.mesh);
    }

    /// Fills the area between a line and `base`, from colour `top` at the line to `bottom` at the base.
    pub(crate) fn area(&mut self, points: &[Pos2], base: f32, top: Color32, bottom: Color32) {
        let first = self.mesh.vertices.len() as u32;
        self.mesh.reserve_vertices(2 * points.len());
        self.mesh.reserve_triangles(2 * points.len());
        for point in points {
            self.mesh.colored_vertex(*point, top);
            self.mesh.colored_vertex(pos2(point.x, base), bottom);
        }
        for step in 1..points.len() as u32 {
            self.join(first + 2 * (step - 1), first + 2 * step, 2);
        }
    }

    /// Adds a line through these points, with square ends.
    pub(crate) fn line(&mut self, points: &[Pos2], stroke: Stroke) {
        self.rails(points, stroke, false);
    }

    /// Adds a line through these points, with ends as soft as its sides.
    pub(crate) fn soft_line(&mut self, points: &[Pos2], stroke: Stroke) {
        self.rails(points, stroke, true);
    }

    fn rails(&mut self, points: &[Pos2], stroke: Stroke, soft_ends: bool) {
        let [.., before_last, last] = *points else { return };
        let (pixel, half) = (self.pixel, 0.5 * stroke.width);
        let colour = theme::faded(stroke.color, (stroke.width / pixel).min(1.0));
        let none = Color32::TRANSPARENT;
        let (inner, outer) = (half - 0.5 * pixel, half + 0.5 * pixel);
        let ridge = stroke.width.max(pixel);
        let rails = [(ridge, none), (0.0, colour), (-ridge, none)];
        let wide = [(outer, none), (inner, colour), (-inner, colour), (-outer, none)];
        let rails = if stroke.width <= RIDGE * pixel { &rails[..] } else { &wide[..] };
        let count = rails.len() as u32;
        let begin = self.mesh.vertices.len() as u32;
        self.mesh.reserve_vertices(points.len() * rails.len());
        self.mesh.reserve_triangles(2 * points.len() * (rails.len() - 1));
        let push = |mesh: &mut Mesh, at: Pos2, normal: Vec2, shown: bool| {
            for &(offset, colour) in rails {
                mesh.colored_vertex(at + normal * offset, if shown { colour } else { none });
            }
        };
        let direction = |from: Pos2, to: Pos2| (to - from).normalized();
        let ahead = direction(points[0], points[1]);
        let mesh = &mut self.mesh;
        if soft_ends {
            push(mesh, points[0] - ahead * pixel, ahead.rot90(), false);
        }
        push(mesh, points[0], ahead.rot90(), true);
        for corner in points.windows(3) {
            let (before, after) = (direction(corner[0], corner[1]), direction(corner[1], corner[2]));
            for normal in normals(before.rot90(), after.rot90()).into_iter().flatten() {
                push(mesh, corner[1], normal, true);
            }
        }
        let ahead = direction(before_last, last);
        push(mesh, last, ahead.rot90(), true);
        if soft_ends {
            push(mesh, last + ahead * pixel, ahead.rot90(), false);
        }
        let end = self.mesh.vertices.len() as u32;
        for from in (begin..end - count).step_by(count as usize) {
            self.join(from, from + count, count);
        }
    }

    /// Adds the triangles between two rows of `count` vertices.
    fn join(&mut self, from: u32, to: u32, count: u32) {
        for rail in 0..count - 1 {
            let (a, b, c, d) = (from + rail, from + rail + 1, to + rail, to + rail + 1);
            self.mesh.indices.extend_from_slice(&[a, b, c, b, d, c]);
        }
    }

    /// Adds a dashed line.
    pub(crate) fn dashes(&mut self, points: &[Pos2], stroke: Stroke, look: Look) {
        let lengths = [look.px(5.0), look.px(4.0)];
        let (mut drawing, mut left) = (true, lengths[0]);
        let mut dash = points.first().map_or_else(Vec::new, |first| vec![*first]);
        for side in points.windows(2) {
            let (mut at, to) = (side[0], side[1]);
            let ahead = (to - at).normalized();
            while left < (to - at).length() {
                at += ahead * left;
                if drawing {
                    dash.push(at);
                    self.line(&dash, stroke);
                }
                drawing = !drawing;
                left = lengths[usize::from(!drawing)];
                dash.clear();
                dash.push(at);
            }
            left -= (to - at).length();
            dash.push(to);
        }
        if drawing {
            self.line(&dash, stroke);
        }
    }

    /// Adds a horizontal line on whole pixels.
    pub(crate) fn level(&mut self, x: Rangef, y: f32, stroke: Stroke) {
        let (top, bottom) = self.pixels(y, stroke.width);
        self.crisp(Rect::from_x_y_ranges(self.whole(x.min)..=self.whole(x.max), top..=bottom), stroke);
    }

    /// Adds a vertical line on whole pixels.
    pub(crate) fn upright(&mut self, x: f32, y: Rangef, stroke: Stroke) {
        let (left, right) = self.pixels(x, stroke.width);
        self.crisp(Rect::from_x_y_ranges(left..=right, self.whole(y.min)..=self.whole(y.max)), stroke);
    }

    /// Adds a dashed horizontal line on whole pixels.
    pub(crate) fn level_dashes(&mut self, x: Rangef, y: f32, stroke: Stroke, look: Look) {
        let mut left = x.min;
        while left < x.max {
            self.level(Rangef::new(left, (left + look.px(5.0)).min(x.max)), y, stroke);
            left += look.px(9.0);
        }
    }

    fn crisp(&mut self, rect: Rect, stroke: Stroke) {
        self.rect(rect, theme::faded(stroke.color, (stroke.width / self.pixel).min(1.0)));
    }

    /// Adds a rectangle without soft edges.
    pub(crate) fn rect(&mut self, rect: Rect, colour: Color32) {
        self.mesh.add_colored_rect(rect, colour);
    }

    /// Adds a rectangle moved to whole pixels.
    pub(crate) fn whole_rect(&mut self, rect: Rect, colour: Color32) {
        let [left, right, top, bottom] =
            [rect.left(), rect.right(), rect.top(), rect.bottom()].map(|place| self.whole(place));
        self.rect(Rect::from_x_y_ranges(left..=right, top..=bottom), colour);
    }

    /// The nearest boundary of pixels.
    fn whole(&self, place: f32) -> f32 {
        (place / self.pixel).round() * self.pixel
    }

    /// Edges of a line of this width about `middle`, on whole pixels.
    fn pixels(&self, middle: f32, width: f32) -> (f32, f32) {
        let width = (width / self.pixel).round().max(1.0) * self.pixel;
        let low = self.whole(middle - 0.5 * width);
        (low, low + width)
    }

    /// Adds a filled circle, with an outline if there is a stroke.
    pub(crate) fn disc(&mut self, centre: Pos2, radius: f32, fill: Color32, stroke: Option<Stroke>) {
        let half = 0.5 * self.pixel;
        let stroke = stroke.unwrap_or(Stroke::new(0.0, Color32::TRANSPARENT));
        let outer = radius + stroke.width;
        let rings = [
            (radius - half, fill),
            (radius + half, stroke.color),
            (outer - half, stroke.color),
            (outer + half, Color32::TRANSPARENT),
        ];
        let rings = if stroke.width > 0.0 { &rings[..] } else { &rings[..2] };
        let sides = (TAU / turn(outer / self.pixel)).ceil() as u32;
        let first = self.mesh.vertices.len() as u32;
        for side in 0..sides {
            let direction = Vec2::angled(TAU * side as f32 / sides as f32);
            for &(radius, colour) in rings {
                self.mesh.colored_vertex(centre + direction * radius, colour);
            }
        }
        let count = rings.len() as u32;
        for side in 0..sides {
            self.join(first + side * count, first + (side + 1) % sides * count, count);
        }
        for side in 2..sides {
            self.mesh.add_triangle(first, first + (side - 1) * count, first + side * count);
        }
    }
}

/// Largest angle of one side of a polygon for a circle of this radius in pixels, rad.
#[must_use]
pub(crate) fn turn(radius: f32) -> f32 {
    2.0 * (1.0 - SAGITTA / radius.max(1.0)).acos()
}

/// Offsets of the rails at a corner, one unit along the normals of its sides. A corner sharper than a right
/// angle is cut off and has two.
fn normals(before: Vec2, after: Vec2) -> [Option<Vec2>; 2] {
    // Two points at one place have no side between them.
    let before = if before == Vec2::ZERO { after } else { before };
    let after = if after == Vec2::ZERO { before } else { after };
    let middle = 0.5 * (before + after);
    if middle.length_sq() >= 0.5 {
        return [Some(middle / middle.length_sq()), None];
    }
    let middle = middle.normalized();
    [before, after].map(|side| {
        let between = 0.5 * (side + middle);
        Some(between / between.length_sq().max(0.5))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strokes(pixels_per_point: f32) -> Strokes {
        Strokes { mesh: Mesh::default(), pixel: 1.0 / pixels_per_point }
    }

    /// Opacity of `colour` at a place after blending in order, as on the graphics card.
    fn opacity(mesh: &Mesh, at: Pos2) -> f32 {
        let mut seen = 0.0;
        for corners in mesh.indices.chunks(3) {
            let [a, b, c] = [0, 1, 2].map(|corner| mesh.vertices[corners[corner] as usize]);
            let cross = |a: Vec2, b: Vec2| a.x * b.y - a.y * b.x;
            let whole = cross(b.pos - a.pos, c.pos - a.pos);
            let shares = [
                cross(b.pos - at, c.pos - at) / whole,
                cross(c.pos - at, a.pos - at) / whole,
                cross(a.pos - at, b.pos - at) / whole,
            ];
            if whole != 0.0 && shares.iter().all(|share| *share > 0.0) {
                let corners = [a, b, c].into_iter().zip(shares);
                let alpha: f32 =
                    corners.map(|(corner, share)| f32::from(corner.color.a()) * share / 255.0).sum();
                seen = alpha + seen * (1.0 - alpha);
            }
        }
        seen
    }

    #[test]
    fn a_line_is_as_opaque_as_its_width_and_one_pixel_soft() {
        for pixels_per_point in [1.0f32, 2.0] {
            for width in [0.6f32, 1.0, 1.2, 1.4, 2.2, 4.4] {
                for end in [pos2(40.0, 10.0), pos2(40.0, 47.0), pos2(23.0, 50.0)] {
                    let mut strokes = strokes(pixels_per_point);
                    let points = [pos2(10.0, 10.0), pos2(10.0, 10.0).lerp(end, 0.4), end];
                    strokes.line(&points, Stroke::new(width, Color32::WHITE));
                    let mesh = strokes.mesh;
                    let across = (end - points[0]).normalized().rot90();
                    let place = |step: i32| points[0].lerp(end, 0.6) + across * (step as f32 * 0.01 + 0.003);
                    let profile: Vec<f32> = (-500..500).map(|step| opacity(&mesh, place(step))).collect();
                    let held = profile.iter().sum::<f32>() * 0.01;
                    assert!((held - width).abs() < 0.03, "{held} of {width} at {pixels_per_point}");
                    let wide = profile.iter().filter(|opacity| **opacity > 0.0).count() as f32 * 0.01;
                    let most = (width + 1.3 / pixels_per_point).max(2.1 / pixels_per_point);
                    assert!(wide < most, "{wide} points wide, a line of {width}");
                }
            }
        }
    }

    #[test]
    fn corners_have_no_holes_and_no_spikes() {
        for end in [pos2(60.0, 30.0), pos2(60.0, 60.0), pos2(25.0, 60.0), pos2(10.0, 55.0), pos2(12.0, 16.0)]
        {
            let mut strokes = strokes(1.0);
            let points = [pos2(10.0, 10.0), pos2(30.0, 30.0), end];
            strokes.line(&points, Stroke::new(3.0, Color32::WHITE));
            let mesh = strokes.mesh;
            assert!(opacity(&mesh, points[1] + Vec2::new(0.013, 0.027)) > 0.99, "{end:?}");
            for vertex in &mesh.vertices {
                let from_line = |from: Pos2, to: Pos2| {
                    let along =
                        ((vertex.pos - from).dot(to - from) / (to - from).length_sq()).clamp(0.0, 1.0);
                    (vertex.pos - from.lerp(to, along)).length()
                };
                let off = from_line(points[0], points[1]).min(from_line(points[1], end));
                assert!(off < 3.0, "{off} off the line to {end:?}");
            }
        }
    }

    #[test]
    fn grid_lines_fill_whole_pixels() {
        for pixels_per_point in [1.0f32, 1.25, 2.0, 2.5] {
            for place in 0..40 {
                let mut strokes = strokes(pixels_per_point);
                let place = 20.0 + 0.173 * place as f32;
                strokes.level(Rangef::new(3.3, 90.1), place, Stroke::new(1.0, Color32::WHITE));
                strokes.upright(place, Rangef::new(3.3, 90.1), Stroke::new(1.0, Color32::WHITE));
                for vertex in strokes.mesh.vertices {
                    for place in [vertex.pos.x, vertex.pos.y] {
                        let pixels = place * pixels_per_point;
                        assert!((pixels - pixels.round()).abs() < 1e-3, "{pixels}");
                    }
                }
            }
        }
    }

    #[test]
    fn dashes_keep_their_length_around_corners() {
        let mut strokes = strokes(1.0);
        let points: Vec<Pos2> = (0..=90).map(|step| pos2(step as f32, 10.0)).collect();
        strokes.dashes(&points, Stroke::new(2.0, Color32::WHITE), Look { scale: 1.0 });
        let mesh = strokes.mesh;
        for step in 0..90 {
            let drawn = opacity(&mesh, pos2(step as f32 + 0.51, 10.02)) > 0.5;
            assert_eq!(drawn, step % 9 < 5, "{step}");
        }
    }

    #[test]
    fn a_disc_is_round_within_a_tenth_of_a_pixel() {
        for radius in [2.0f32, 8.0, 14.0, 40.0] {
            let mut strokes = strokes(1.0);
            strokes.disc(pos2(50.0, 50.0), radius, Color32::WHITE, Some(Stroke::new(2.0, Color32::WHITE)));
            let mesh = strokes.mesh;
            for step in 0..500 {
                let direction = Vec2::angled(step as f32 * 0.0126 + 0.001);
                let seen = |from_edge: f32| {
                    opacity(&mesh, pos2(50.0, 50.0) + direction * (radius + 2.0 + from_edge))
                };
                assert!(seen(0.51) == 0.0 && seen(-0.62) > 0.99, "{radius}: {} {}", seen(0.51), seen(-0.62));
            }
        }
    }
}
