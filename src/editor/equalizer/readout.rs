//! The readout at the pointer: frequency, note, and the equalizer's gain there.

use super::Equalizer;
use super::bands::node_place;
use crate::editor::model::Model;
use crate::editor::numbers::{self, tenths};
use crate::editor::plot::Axes;
use crate::editor::theme::{self, Look};
use egui::{Align2, Rect, Response, Ui, pos2, vec2};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::MAX_BANDS;

impl Equalizer {
    pub(super) fn readout(
        &self,
        ui: &Ui,
        axes: &Axes,
        ground: &Response,
        model: &Model,
        config: &EnhancerConfig,
        look: Look,
    ) {
        let Some(pointer) = ui.ctx().pointer_hover_pos().filter(|at| axes.rect.contains(*at)) else { return };
        if !ground.contains_pointer() && !ui.input(|input| input.pointer.any_down()) {
            return;
        }
        let hz = axes.hz_at(pointer.x);
        let painter = ui.painter_at(axes.rect);
        painter.vline(pointer.x, axes.rect.y_range(), look.hairline(theme::faded(theme::TEXT_DIM, 0.3)));
        let mut text = format!("{}   {}", numbers::frequency_text(hz), numbers::note_name(hz));
        if let Some(db) = self.curves.total_db(hz).filter(|_| config.equalizer.enabled) {
            text += &format!("   {} dB", tenths(db as f32));
        }
        if let Some(band) = self.selected.filter(|band| config.equalizer.bands.len() > *band) {
            text += &format!("   band {}: {} dB", band + 1, tenths(self.curves.band_db(band, hz)));
        }
        let galley = painter.layout_no_wrap(text, look.small(), theme::TEXT);
        let size = galley.size() + vec2(look.px(12.0), look.px(6.0));
        // Beside the pointer, at the top or the bottom: the place that covers the fewest bands.
        let right = pointer.x + look.px(16.0);
        let left = pointer.x - look.px(16.0) - size.x;
        let top = axes.rect.top() + look.px(6.0);
        let bottom = axes.rect.bottom() - size.y - look.px(20.0);
        let places = [(right, top), (left, top), (right, bottom), (left, bottom)];
        let places = places.map(|(x, y)| Rect::from_min_size(pos2(x, y), size));
        let inside = places.into_iter().filter(|place| axes.rect.contains_rect(*place));
        let bands: Vec<Rect> = (0..MAX_BANDS)
            .filter(|&band| model.has_band(band))
            .map(|band| {
                Rect::from_center_size(node_place(axes, model, band, look), vec2(1.0, 1.0) * look.px(26.0))
            })
            .collect();
        let covers = |place: &Rect| bands.iter().filter(|band| place.intersects(**band)).count();
        let Some(rect) = inside.min_by_key(covers) else { return };
        painter.rect_filled(rect, look.px(4.0), theme::faded(theme::RAISED, 0.95));
        let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
        painter.galley(at.min, galley, theme::TEXT);
    }
}
