//! The row at the top: presets, A/B, undo and redo, and the switches for comparing by ear.

use super::button::{self, Button, Icon};
use super::control;
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
    let previous = Button::icon(Icon::Left, "Previous preset", "Loads the previous preset");
    if previous.show(ui, from_left(26.0), look).clicked() {
        presets.step(model, -1);
    }
    preset_name(ui, from_left(if wide { 260.0 } else { 176.0 }), model, presets, look);
    let next = Button::icon(Icon::Right, "Next preset", "Loads the next preset");
    if next.show(ui, from_left(26.0), look).clicked() {
        presets.step(model, 1);
    }
    let save = Button::text("Save", "Saves the settings as your preset").called("Save preset");
    if save.show(ui, from_left(48.0), look).clicked() {
        presets.open_save_dialog(model);
    }
    right_side(ui, rect, model, look);
}

fn preset_name(ui: &Ui, rect: Rect, model: &Model, presets: &mut Presets, look: Look) {
    let response = ui.interact(rect, egui::Id::unique("preset name"), Sense::click());
    let name = presets.current(model);
    let changed = presets.is_changed(model);
    let text = if name.is_empty() { "No preset" } else { &name };
    let mark = if changed { " · changed" } else { "" };
    let full_name = format!("Preset: {text}{mark}");
    response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Button, true, &full_name));
    button::drop_down_face(ui, rect, &response, text, mark, look);
    if response.clicked() {
        presets.toggle();
    }
    control::hint(response, || "Browse, search, import and export presets");
}

/// The right side: A/B, undo and redo, listening switches. Tab follows this order.
fn right_side(ui: &Ui, rect: Rect, model: &mut Model, look: Look) {
    const WIDTHS: [f32; 8] = [28.0, 28.0, 44.0, 28.0, 28.0, 50.0, 50.0, 60.0];
    // Wider gaps separate the groups.
    let gap = |index: usize| if matches!(index, 2 | 4) { 12.0 } else { 4.0 };
    let whole = (0..WIDTHS.len()).map(|index| WIDTHS[index] + gap(index)).sum::<f32>() - 4.0;
    let mut left = rect.right() - look.px(whole);
    let [a, b, copy, undo, redo, matched, delta, bypass] = std::array::from_fn(|index| {
        let place = Rect::from_min_size(pos2(left, rect.top()), vec2(look.px(WIDTHS[index]), rect.height()));
        left = place.right() + look.px(gap(index));
        place
    });
    compare(ui, [a, b, copy], model, look);
    let button = Button::icon(Icon::Undo, "Undo", "Undoes the last step (Ctrl+Z)");
    if button.able(model.can_undo()).show(ui, undo, look).clicked() {
        model.undo();
    }
    let button = Button::icon(Icon::Redo, "Redo", "Redoes the last undone step (Ctrl+Shift+Z)");
    if button.able(model.can_redo()).show(ui, redo, look).clicked() {
        model.redo();
    }
    for (place, id, text, tip) in [
        (
            matched,
            "listening.loudness_match",
            "Match",
            "Matched bypass: while bypassed, plays the input at the loudness of the processed sound, for a fair comparison",
        ),
        (
            delta,
            "listening.delta",
            "Delta",
            "Delta: plays only the difference between output and input. Bypass overrides it.",
        ),
    ] {
        let on = model.listens(id);
        let switch = Button::text(text, tip).lit(on, theme::AMBER);
        if switch.show(ui, place, look).clicked() {
            model.listen(id, !on);
        }
    }
    let slot = model.slot("bypass_all");
    button::toggle(ui, bypass, model, slot, "Bypass", theme::AMBER, look);
}

/// The buttons A, B and copy.
fn compare(ui: &Ui, [a, b, copy]: [Rect; 3], model: &mut Model, look: Look) {
    let plays_b = model.plays_b();
    let tip = "Two settings to compare. The lit one plays.";
    for (place, name, is_b) in [(a, "A", false), (b, "B", true)] {
        let letter = Button::text(name, tip).lit(plays_b == is_b, theme::BLUE);
        if letter.show(ui, place, look).clicked() && plays_b != is_b {
            model.swap();
        }
    }
    let (text, tip) = if plays_b {
        ("B › A", "Copies the settings of B to A")
    } else {
        ("A › B", "Copies the settings of A to B")
    };
    if Button::text(text, tip).called("Copy A and B").show(ui, copy, look).clicked() {
        model.copy_to_other();
    }
}

/// Undo and redo by keyboard, except while text is being typed.
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
