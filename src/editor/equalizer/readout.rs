//! What is under the pointer: frequency, note, and what the equalizer does there.

use super::Equalizer;
use crate::editor::control::signed;
use crate::editor::plot::{self, Axes};
use crate::editor::theme::{self, Look};
use egui::{Align2, Rect, Response, Ui, pos2, vec2};
use enhancer_dsp::EnhancerConfig;

impl Equalizer {
    pub(super) fn readout(
        &self,
        ui: &Ui,
        axes: &Axes,
        ground: &Response,
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
        let mut text = format!("{}   {}", plot::frequency_text(hz), plot::note_name(hz));
        if let Some(db) = self.curves.total_db(hz).filter(|_| config.equalizer.enabled) {
            text += &format!("   {} dB", signed(db as f32));
        }
        if let Some(band) = self.selected.filter(|band| config.equalizer.bands.len() > *band) {
            text += &format!("   band {}: {} dB", band + 1, signed(self.curves.band_db(band, hz)));
        }
        let galley = painter.layout_no_wrap(text, look.small(), theme::TEXT);
        let size = galley.size() + vec2(look.px(12.0), look.px(6.0));
        // At the top, on the side of the pointer where there is room, never under it.
        let room_right = axes.rect.right() - pointer.x > size.x + look.px(40.0);
        let left = if room_right { pointer.x + look.px(10.0) } else { pointer.x - size.x - look.px(10.0) };
        let low = pointer.y < axes.rect.top() + look.px(40.0);
        let top =
            if low { axes.rect.bottom() - size.y - look.px(20.0) } else { axes.rect.top() + look.px(6.0) };
        let rect = Rect::from_min_size(pos2(left, top), size);
        painter.rect_filled(rect, look.px(4.0), theme::faded(theme::RAISED, 0.95));
        let at = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
        painter.galley(at.min, galley, theme::TEXT);
    }
}
