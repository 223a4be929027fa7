//! What every control of a number does: drag, fine drag, wheel, arrow keys, double click to the default.

use super::entry;
use super::model::{Model, Slot};
use super::theme::{self, Look};
use egui::{Event, EventFilter, Key, MouseWheelUnit, Response, Ui, Vec2, WidgetInfo};
use enhancer_dsp::param::{ParamKind, Unit};

/// Points of pointer travel from one end to the other.
const TRAVEL_POINTS: f32 = 220.0;
/// Share of the travel for one notch of the wheel or one press of an arrow key.
const STEP: f32 = 0.01;
/// Fine moves are this much smaller.
const FINE: f32 = 0.1;

/// The factor of a move under the present modifier keys.
#[must_use]
pub(crate) fn fineness(ui: &Ui) -> f32 {
    let modifiers = ui.input(|input| input.modifiers);
    if modifiers.ctrl || modifiers.command || modifiers.alt { FINE } else { 1.0 }
}

/// Notches that the wheel turned over `response` this frame, up is positive.
#[must_use]
pub(crate) fn wheel_notches(ui: &Ui, response: &Response) -> f32 {
    if !response.contains_pointer() {
        return 0.0;
    }
    ui.input_mut(|input| {
        let mut notches = 0.0;
        input.events.retain(|event| {
            let Event::MouseWheel { unit, delta, .. } = event else { return true };
            // Some systems turn the wheel sideways while shift is held.
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

/// Makes `response` move the parameter. `along` is the direction of pointer travel that turns it up.
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

/// Pointer travel of this frame; in a drag's first frame all since the press, so that nothing is lost.
#[must_use]
pub(crate) fn travelled(ui: &Ui, response: &Response) -> Vec2 {
    if !response.drag_started() {
        return response.drag_delta();
    }
    ui.input(|input| input.pointer.total_drag_delta()).unwrap_or_default()
}

/// `value` moved by steps of the travel; a choice or a switch by whole values.
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

/// Steps of the arrow keys while `response` has the focus.
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

/// A digit or Enter on a focused control begins a value.
fn keys_open_entry(ui: &Ui, response: &Response, model: &mut Model, slot: Slot) {
    if !response.has_focus() || entry::is_typed(ui, slot) {
        return;
    }
    // The letters are taken out: the field may be shown in this very frame, and would take them once more.
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

/// Whether Enter is pressed. It is taken out: the field that it opens may be shown in this very frame, and would end by it.
#[must_use]
pub(crate) fn enter_taken(ui: &Ui) -> bool {
    ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Enter))
}

/// Draws a line around what has the keyboard's focus.
pub(crate) fn outline_focus(ui: &Ui, response: &Response, look: Look) {
    if response.has_focus() {
        let kind = egui::StrokeKind::Inside;
        ui.painter().rect_stroke(response.rect, look.px(4.0), look.hairline(theme::TEXT), kind);
    }
}

/// Says what a control does, its range and its default.
pub(crate) fn explain(ui: &Ui, response: Response, model: &Model, slot: Slot) -> Response {
    if ui.input(|input| input.pointer.any_down()) || entry::is_noted(ui) {
        return response;
    }
    hint(response, || model.param(slot).explanation())
}

/// Says more where the pointer rests, and to assistive technology. The words are made only then.
pub(crate) fn hint<W: Into<egui::WidgetText>>(response: Response, words: impl FnOnce() -> W) -> Response {
    let is_asked = response.contains_pointer()
        || response.hovered()
        || response.is_tooltip_open()
        || response.ctx.has_accesskit_node(response.id);
    if is_asked { response.on_hover_text(words()) } else { response }
}

/// Tells assistive technology and tests what a control is.
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

/// The value as shown on a control: three or four digits, with its unit.
#[must_use]
pub(crate) fn short_text(model: &Model, slot: Slot) -> String {
    let value = model.value(slot);
    let ParamKind::Float { unit, zero_is_off, .. } = model.param(slot).kind() else {
        return model.param(slot).format(value);
    };
    if zero_is_off && value == 0.0 {
        return "off".to_owned();
    }
    match unit {
        Unit::Hz if value >= 1000.0 => format!("{} kHz", digits(value / 1000.0, 3)),
        Unit::Hz => format!("{} Hz", digits(value, 3)),
        Unit::Ms if value >= 1000.0 => format!("{} s", digits(value / 1000.0, 3)),
        Unit::Ms => format!("{} ms", digits(value, 3)),
        Unit::Db | Unit::DbTp => format!("{} {}", signed(value), unit.symbol()),
        Unit::Percent => format!("{} %", minus(format!("{value:.0}"))),
        Unit::Ratio => format!("{}:1", digits(value, 3)),
        Unit::None => digits(value, 3),
    }
}

/// One decimal, with a real minus sign.
#[must_use]
pub(crate) fn signed(value: f32) -> String {
    minus(format!("{value:.1}"))
}

fn minus(text: String) -> String {
    match text.strip_prefix('-') {
        Some(number) if number.chars().all(|c| "0.".contains(c)) => number.to_owned(),
        Some(number) => format!("−{number}"),
        None => text,
    }
}

fn digits(value: f32, digits: i32) -> String {
    let before = value.abs().max(1e-3).log10().floor() as i32 + 1;
    let decimals = (digits - before.max(1)).max(0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
