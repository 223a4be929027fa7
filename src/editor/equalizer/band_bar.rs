//! The line below the picture: the selected band's values.

use super::Equalizer;
use super::bands::{has_gain, has_slope};
use crate::editor::button::{self, Button, Icon};
use crate::editor::field::Field;
use crate::editor::model::Model;
use crate::editor::theme::{self, Look};
use egui::{Align2, Rect, Ui, pos2, vec2};

impl Equalizer {
    pub(super) fn band_bar(&mut self, ui: &mut Ui, rect: Rect, model: &mut Model, look: Look) {
        let row = rect.shrink2(vec2(look.px(8.0), look.px(8.0)));
        let Some(band) = self.selected.filter(|band| model.has_band(*band)) else {
            let words = if model.free_band().is_some() {
                "Double-click or Enter adds a band; drag it (Ctrl: finely, Shift: straight), wheel for Q, right-click for more"
            } else {
                "All 16 bands are in use; click one to see its values"
            };
            let colour = theme::TEXT_DIM;
            ui.painter().text(row.left_center(), Align2::LEFT_CENTER, words, look.small(), colour);
            return;
        };
        let slots = model.band(band);
        let accent = theme::band_colour(band);
        let lit = model.is_on(slots.enabled);
        let mut left = row.left();
        let mut place = |width: f32| {
            let rect = Rect::from_min_size(pos2(left, row.top()), vec2(look.px(width), row.height()));
            left = rect.right() + look.px(6.0);
            rect
        };
        button::switch(ui, place(24.0), model, slots.enabled, accent, look);
        let name = format!("Band {}", band + 1);
        let at = place(50.0).left_center();
        ui.painter().text(at, Align2::LEFT_CENTER, name, look.title(), accent);
        button::choice(ui, place(98.0), model, slots.kind, look);
        let field = |slot, name| Field { slot, name, accent, lit };
        field(slots.frequency, "").show(ui, place(76.0), model, look);
        if has_gain(model, band) {
            field(slots.gain, "").show(ui, place(68.0), model, look);
        }
        if has_slope(model, band) {
            button::choice(ui, place(92.0), model, slots.slope, look);
        }
        field(slots.q, "Q").show(ui, place(66.0), model, look);
        button::choice(ui, place(78.0), model, slots.channel, look);
        let alone = model.solo() == Some(band);
        let tip = "Plays what the band touches, and nothing else";
        let solo = Button::icon(Icon::Headphones, "Solo band", tip).lit(alone, accent);
        if solo.show(ui, place(24.0), look).clicked() {
            model.set_solo((!alone).then_some(band));
        }
        let remove = Button::icon(Icon::Cross, "Remove band", "Removes the band");
        if remove.show(ui, place(24.0), look).clicked() {
            model.remove_band(band);
            self.selected = None;
        }
    }
}
