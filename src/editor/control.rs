//! Behaviour shared by all number controls: drag, fine drag, wheel, arrow keys, double click to the default.

use super::entry;
use super::model::{Model, Slot};
use super::theme::{self, Look};
use egui::{Event, EventFilter, Key, MouseWheelUnit, Response, Ui, Vec2, WidgetInfo};
use enhancer_dsp::param::ParamKind;

/// Pointer travel over the whole range, points.
const TRAVEL_POINTS: f32 = 220.0;
/// Share of the travel for one notch of the wheel or one press of an arrow key.
const STEP: f32 = 0.01;
/// Factor of a fine move.
const FINE: f32 = 0.1;

/// Factor of a move with the present modifier keys: [`FINE`] with Ctrl, Command or Alt, else 1.
#[must_use]
pub(crate) fn fineness(ui: &Ui) -> f32 {
    let modifiers = ui.input(|input| input.modifiers);
    if modifiers.ctrl || modifiers.command || modifiers.alt { FINE } else { 1.0 }
}

/// Notches that the wheel turned over `response` in this picture; up is positive.
#[must_use]
pub(crate) fn wheel_notches(ui: &Ui, response: &Response) -> f32 {
    if !response.contains_pointer() {
        return 0.0;
    }
    ui.input_mut(|input| {
        let mut notches = 0.0;
        input.events.retain(|event| {
            let Event::MouseWheel { unit, delta, .. } = event else { return true };
            // Some systems turn the wheel sideways while Shift is held.
            let turned = if delta.y == 0.0 { delta.x } else { delta.y };
            notches += match unit {
                MouseWheelUnit::Line => turned,
                MouseWheelUnit::Point => turned / 40.0,
                MouseWheelUnit::Page => turned * 5.0,
            };
            false
        });
        notches
    })
}

/// Lets `response` move the parameter. `along` is the direction of pointer travel that raises it.
pub(crate) fn drive(
    ui: &mut Ui,
    response: &Response,
    model: &mut Model,
    slot: Slot,
    look: Look,
    along: Vec2,
) {
    let kind = model.param(slot).kind();
    let fine = fineness(ui);
    let held = response.id.with("held position");
    if response.drag_started() {
        response.request_focus();
        let start = kind.position_of(model.value(slot));
        ui.data_mut(|data| data.insert_temp(held, start));
        model.begin(&[slot]);
    }
    if response.dragged() && model.holds(slot) {
        let start = ui.data(|data| data.get_temp::<f32>(held)).unwrap_or(0.0);
        let moved = travelled(ui, response).dot(along) / look.px(TRAVEL_POINTS) * fine;
        let position = (start + moved).clamp(0.0, 1.0);
        ui.data_mut(|data| data.insert_temp(held, position));
        model.drag(slot, kind.value_at(position));
    }
    if response.drag_stopped() && model.holds(slot) {
        model.end();
    }
    if response.double_clicked() {
        model.set_default(slot);
    } else if response.clicked() {
        response.request_focus();
    }
    let steps = wheel_notches(ui, response) + key_steps(ui, response);
    if steps != 0.0 {
        model.nudge(slot, stepped(kind, model.value(slot), steps * fine));
    }
    keys_open_entry(ui, response, model, slot);
}

/// Pointer travel in this picture, points. The first picture of a drag counts from the press.
#[must_use]
pub(crate) fn travelled(ui: &Ui, response: &Response) -> Vec2 {
    if !response.drag_started() {
        return response.drag_delta();
    }
    ui.input(|input| input.pointer.total_drag_delta()).unwrap_or_default()
}

/// `value` after `steps` of the travel; choices and switches move by whole values.
#[must_use]
pub(crate) fn stepped(kind: ParamKind, value: f32, steps: f32) -> f32 {
    match kind {
        ParamKind::Float { .. } => kind.value_at(kind.position_of(value) + steps * STEP),
        ParamKind::Switch | ParamKind::Choice(_) => {
            let (min, max) = kind.range();
            (value + steps.signum()).clamp(min, max)
        }
    }
}

/// Steps from the arrow keys while `response` has the focus.
#[must_use]
pub(crate) fn key_steps(ui: &Ui, response: &Response) -> f32 {
    if !response.has_focus() {
        return 0.0;
    }
    let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    ui.input(|input| {
        let count = |key| input.num_presses(key) as f32;
        count(Key::ArrowUp) + count(Key::ArrowRight) - count(Key::ArrowDown) - count(Key::ArrowLeft)
            + 10.0 * (count(Key::PageUp) - count(Key::PageDown))
    })
}

/// Opens the entry field when a digit or Enter is pressed on a focused control.
fn keys_open_entry(ui: &Ui, response: &Response, model: &mut Model, slot: Slot) {
    if !response.has_focus() || entry::is_typed(ui, slot) {
        return;
    }
    // Consumes the characters: the field may open in this picture and would receive them twice.
    let typed = ui.input_mut(|input| {
        let begins = |text: &str| text.starts_with(|c: char| c.is_ascii_digit() || "-+.,−".contains(c));
        let mut typed = String::new();
        input.events.retain(|event| match event {
            Event::Text(text) if !typed.is_empty() || begins(text) => {
                typed.push_str(text);
                false
            }
            _ => true,
        });
        (!typed.is_empty()).then_some(typed)
    });
    if let Some(text) = typed {
        entry::begin(ui, slot, text, response.id);
    } else if enter_taken(ui) {
        entry::open(ui, model, slot, response.id);
    } else if ui.input(|input| input.key_pressed(Key::Delete) || input.key_pressed(Key::Backspace)) {
        model.set_default(slot);
    }
}

/// True if Enter was pressed. Consumes it: the field that it opens in this picture would end by it.
#[must_use]
pub(crate) fn enter_taken(ui: &Ui) -> bool {
    ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Enter))
}

/// Draws an outline around the control with the keyboard focus.
pub(crate) fn outline_focus(ui: &Ui, response: &Response, look: Look) {
    if response.has_focus() {
        let kind = egui::StrokeKind::Inside;
        ui.painter().rect_stroke(response.rect, look.px(4.0), look.hairline(theme::TEXT), kind);
    }
}

/// Shows a control's description, range and default as its hint.
pub(crate) fn explain(ui: &Ui, response: Response, model: &Model, slot: Slot) -> Response {
    if ui.input(|input| input.pointer.any_down()) || entry::is_noted(ui) {
        return response;
    }
    hint(response, || model.param(slot).explanation())
}

/// Adds a hint, for the resting pointer and for assistive technology. Computes the text only when it is
/// shown.
pub(crate) fn hint<W: Into<egui::WidgetText>>(response: Response, words: impl FnOnce() -> W) -> Response {
    let is_asked = response.contains_pointer()
        || response.hovered()
        || response.is_tooltip_open()
        || response.ctx.has_accesskit_node(response.id);
    if is_asked { response.on_hover_text(words()) } else { response }
}

/// Gives assistive technology and tests a control's role, name and value.
pub(crate) fn describe(response: &Response, model: &Model, slot: Slot, name: &str) {
    response.widget_info(|| {
        let kind = model.param(slot).kind();
        match kind {
            ParamKind::Switch => {
                WidgetInfo::selected(egui::accesskit::Role::CheckBox, true, model.is_on(slot), name)
            }
            _ => WidgetInfo::slider(true, f64::from(model.value(slot)), name),
        }
    });
}
