//! The row below the picture: the selected band's values.

use super::bands::{has_gain, has_slope, node_id};
use super::{Equalizer, ground_id};
use crate::editor::button::{self, Button, Icon};
use crate::editor::field::Field;
use crate::editor::model::Model;
use crate::editor::theme::{self, Look};
use egui::{Align2, Key, Rect, Response, Sense, Ui, pos2, vec2};

/// Hint for the keys of a focused band.
const KEYS: &str = "Arrow keys: frequency and gain (Ctrl: fine). Page Up, Page Down: Q. Delete: remove.\n\
    Tab: next band. Enter: this band's values. Esc: back to the band.";

impl Equalizer {
    pub(super) fn band_bar(&mut self, ui: &mut Ui, rect: Rect, model: &mut Model, look: Look) {
        let row = rect.shrink2(vec2(look.px(8.0), look.px(8.0)));
        let was_in_bar = std::mem::take(&mut self.in_bar);
        let Some(band) = self.selected.filter(|band| model.has_band(*band)) else {
            let words = if model.free_band().is_some() {
                "Double-click or Enter: new band. Drag: move (Ctrl: fine, Shift: straight). Wheel: Q. Right-click: menu."
            } else {
                "All 16 bands are in use. Click one for its values."
            };
            let colour = theme::TEXT_DIM;
            ui.painter().text(row.left_center(), Align2::LEFT_CENTER, words, look.small(), colour);
            return;
        };
        if was_in_bar && ui.input(|input| input.key_pressed(Key::Escape)) {
            ui.memory_mut(|memory| memory.request_focus(node_id(band)));
        }
        self.values(ui, row, band, model, look);
    }

    fn values(&mut self, ui: &mut Ui, row: Rect, band: usize, model: &mut Model, look: Look) {
        let slots = model.band(band);
        let accent = theme::band_colour(band);
        let lit = model.is_on(slots.enabled);
        let mut left = row.left();
        let mut place = |width: f32| {
            let rect = Rect::from_min_size(pos2(left, row.top()), vec2(look.px(width), row.height()));
            left = rect.right() + look.px(6.0);
            rect
        };
        let mut in_bar = false;
        let mut see = |response: Response| in_bar |= response.has_focus();
        see(button::switch(ui, place(24.0), model, slots.enabled, accent, look));
        let name = format!("Band {}", band + 1);
        let title = place(50.0);
        ui.painter().text(title.left_center(), Align2::LEFT_CENTER, name, look.title(), accent);
        ui.interact(title, egui::Id::unique("band keys"), Sense::HOVER).on_hover_text(KEYS);
        see(button::choice(ui, place(98.0), model, slots.kind, look));
        let field = |slot, name| Field { slot, name, accent, lit };
        see(field(slots.frequency, "").show(ui, place(76.0), model, look));
        if has_gain(model, band) {
            see(field(slots.gain, "").show(ui, place(68.0), model, look));
        }
        if has_slope(model, band) {
            see(button::choice(ui, place(92.0), model, slots.slope, look));
        }
        see(field(slots.q, "Q").show(ui, place(66.0), model, look));
        see(button::choice(ui, place(78.0), model, slots.channel, look));
        let alone = model.solo() == Some(band);
        let tip = "Solo: plays only the frequencies of this band";
        let solo = Button::icon(Icon::Headphones, "Solo band", tip).lit(alone, accent);
        let solo = solo.show(ui, place(24.0), look);
        if solo.clicked() {
            model.set_solo((!alone).then_some(band));
        }
        see(solo);
        let remove = Button::icon(Icon::Cross, "Remove band", "Removes the band");
        let remove = remove.show(ui, place(24.0), look);
        if remove.clicked() {
            model.remove_band(band);
            self.selected = None;
            if remove.has_focus() {
                ui.memory_mut(|memory| memory.request_focus(ground_id()));
            }
        }
        see(remove);
        self.in_bar = in_bar;
    }
}
