//! The line at the top: presets, A and B, undo and redo, bypass and how it is compared.

use super::button::{self, Button, Icon};
use super::model::Model;
use super::presets::Presets;
use super::theme::{self, Look};
use egui::{Align2, Key, Modifiers, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

/// Fills `rect`.
pub(crate) fn show(ui: &mut Ui, rect: Rect, model: &mut Model, presets: &mut Presets, look: Look) {
    shortcuts(ui, model);
    let mut left = rect.left();
    let mut from_left = |width: f32| {
        let place = Rect::from_min_size(pos2(left, rect.top()), vec2(look.px(width), rect.height()));
        left = place.right() + look.px(4.0);
        place
    };
    let wide = rect.width() > look.px(1000.0);
    if wide {
        let at = from_left(126.0).left_center() + vec2(look.px(2.0), 0.0);
        ui.painter().text(at, Align2::LEFT_CENTER, "Audio Enhancer", look.title(), theme::TEXT);
    }
    let previous = Button::icon(Icon::Left, "Previous preset", "Loads the preset before this one");
    if previous.show(ui, from_left(26.0), look).clicked() {
        presets.step(model, -1);
    }
    preset_name(ui, from_left(if wide { 260.0 } else { 176.0 }), model, presets, look);
    let next = Button::icon(Icon::Right, "Next preset", "Loads the preset after this one");
    if next.show(ui, from_left(26.0), look).clicked() {
        presets.step(model, 1);
    }
    let save = Button::text("Save", "Saves the settings as a preset of yours").called("Save preset");
    if save.show(ui, from_left(48.0), look).clicked() {
        presets.ask_to_save(model);
    }
    right_side(ui, rect, model, look);
}

fn preset_name(ui: &Ui, rect: Rect, model: &Model, presets: &mut Presets, look: Look) {
    let response = ui.interact(rect, egui::Id::unique("preset name"), Sense::click());
    let name = presets.current(model);
    let changed = presets.is_changed(model);
    let text = if name.is_empty() { "No preset" } else { &name };
    let mark = if changed { " · changed" } else { "" };
    let said = format!("Preset: {text}{mark}");
    response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Button, true, &said));
    button::drop_down_face(ui, rect, &response, text, mark, look);
    if response.clicked() {
        presets.toggle();
    }
    response.on_hover_text("Browse, search, import and export presets");
}

/// From the right: bypass, undo and redo, A and B.
fn right_side(ui: &Ui, rect: Rect, model: &mut Model, look: Look) {
    let mut right = rect.right();
    let mut from_right = |width: f32| {
        let max = pos2(right, rect.bottom());
        let place = Rect::from_min_max(pos2(right - look.px(width), rect.top()), max);
        right = place.left() - look.px(4.0);
        place
    };
    let bypass = model.slot("bypass_all");
    button::toggle(ui, from_right(60.0), model, bypass, "Bypass", theme::COMPRESSOR, look);
    for (id, text, tip) in [
        ("listening.delta", "Delta", "Plays only what the processing adds and takes away; bypass wins"),
        (
            "listening.loudness_match",
            "Match",
            "While bypassed, plays the input as loud as the processed sound, so that louder doesn't seem better",
        ),
    ] {
        let on = model.listens(id);
        let switch = Button::text(text, tip).lit(on, theme::COMPRESSOR);
        if switch.show(ui, from_right(50.0), look).clicked() {
            model.listen(id, !on);
        }
    }
    from_right(4.0);
    let redo = Button::icon(Icon::Redo, "Redo", "Takes the step again (Ctrl+Shift+Z)");
    if redo.able(model.can_redo()).show(ui, from_right(28.0), look).clicked() {
        model.redo();
    }
    let undo = Button::icon(Icon::Undo, "Undo", "Takes the last step back (Ctrl+Z)");
    if undo.able(model.can_undo()).show(ui, from_right(28.0), look).clicked() {
        model.undo();
    }
    from_right(4.0);
    let hears_b = model.hears_b();
    let (copy_text, copy_tip) =
        if hears_b { ("B › A", "Makes A the same as B") } else { ("A › B", "Makes B the same as A") };
    if Button::text(copy_text, copy_tip).called("Copy A and B").show(ui, from_right(44.0), look).clicked() {
        model.copy_to_other();
    }
    let tip = "Two settings to compare; the lit one is heard";
    for (name, is_b, width) in [("B", true, 28.0), ("A", false, 28.0)] {
        let letter = Button::text(name, tip).lit(hears_b == is_b, theme::EQUALIZER);
        if letter.show(ui, from_right(width), look).clicked() && hears_b != is_b {
            model.swap();
        }
    }
}

/// Undo and redo by keyboard, unless text is being typed.
fn shortcuts(ui: &Ui, model: &mut Model) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    if pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z) || pressed(Modifiers::COMMAND, Key::Y) {
        model.redo();
    } else if pressed(Modifiers::COMMAND, Key::Z) {
        model.undo();
    }
}
