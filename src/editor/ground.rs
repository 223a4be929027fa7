//! Backgrounds, drawn only where they are visible: each layer over the whole window costs the graphics card
//! as much as all lines together.

use super::strokes::Strokes;
use super::theme::{self, Look};
use egui::{CornerRadius, Id, Painter, Rect, Shape, pos2};

/// Corner radius of a panel, units of the design.
pub(crate) const PANEL_RADIUS: f32 = 6.0;

/// Corner radius of a picture, units of the design.
const WELL_RADIUS: f32 = 4.0;

/// Draws the window's background, except under these panels.
pub(crate) fn background(painter: &Painter, window: Rect, panels: &[Rect], look: Look) {
    Strokes::kept(painter, Id::unique("background"), (window, panels.to_vec(), look), |strokes| {
        let hidden = panels.iter().map(|panel| panel.shrink(look.px(PANEL_RADIUS)));
        for piece in outside(window, hidden) {
            strokes.whole_rect(piece, theme::BACKGROUND);
        }
    });
}

/// Draws a panel's background, and its picture's. Neither lies under the other.
pub(crate) fn panel(painter: &Painter, title: &str, rect: Rect, well: Rect, look: Look) {
    Strokes::kept(painter, Id::unique(("ground", title)), (rect, well, look), |strokes| {
        let hidden = well.shrink(look.px(WELL_RADIUS));
        let round = CornerRadius::from(look.px(PANEL_RADIUS));
        let top = Rect::from_min_max(rect.min, pos2(rect.right(), hidden.top()));
        let top_round = CornerRadius { sw: 0, se: 0, ..round };
        strokes.shape(Shape::rect_filled(top, top_round, theme::PANEL));
        let bottom = Rect::from_min_max(pos2(rect.left(), hidden.bottom()), rect.max);
        let bottom_round = CornerRadius { nw: 0, ne: 0, ..round };
        strokes.shape(Shape::rect_filled(bottom, bottom_round, theme::PANEL));
        let sides = Rect::from_x_y_ranges(rect.x_range(), hidden.y_range());
        for side in outside(sides, [hidden]) {
            strokes.whole_rect(side, theme::PANEL);
        }
        strokes.shape(Shape::rect_filled(well, look.px(WELL_RADIUS), theme::WELL));
    });
}

/// Parts of `rect` outside all these holes.
fn outside(rect: Rect, holes: impl IntoIterator<Item = Rect>) -> Vec<Rect> {
    let mut pieces = vec![rect];
    for hole in holes {
        pieces = pieces.into_iter().flat_map(|piece| without(piece, hole)).collect();
    }
    pieces
}

fn without(rect: Rect, hole: Rect) -> Vec<Rect> {
    let hole = rect.intersect(hole);
    if !hole.is_positive() {
        return vec![rect];
    }
    let above = Rect::from_min_max(rect.min, pos2(rect.right(), hole.top()));
    let below = Rect::from_min_max(pos2(rect.left(), hole.bottom()), rect.max);
    let left = Rect::from_x_y_ranges(rect.left()..=hole.left(), hole.y_range());
    let right = Rect::from_x_y_ranges(hole.right()..=rect.right(), hole.y_range());
    [above, below, left, right].into_iter().filter(|piece| piece.is_positive()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Vec2, vec2};

    #[test]
    fn each_place_outside_the_holes_is_covered_exactly_once() {
        let hole = |x: f32, y: f32, width: f32, height: f32| {
            Rect::from_min_size(pos2(x, y), Vec2::new(width, height))
        };
        let holes = [hole(10.0, 10.0, 30.0, 20.0), hole(50.0, 5.0, 20.0, 80.0), hole(-5.0, 60.0, 30.0, 60.0)];
        let whole = Rect::from_min_size(pos2(0.0, 0.0), vec2(100.0, 100.0));
        let pieces = outside(whole, holes);
        for x in 0..100 {
            for y in 0..100 {
                let at = pos2(x as f32 + 0.5, y as f32 + 0.5);
                let covered = pieces.iter().filter(|piece| piece.contains(at)).count();
                let free = holes.iter().all(|hole| !hole.contains(at));
                assert_eq!(covered, usize::from(free), "{at:?}");
            }
        }
    }
}
