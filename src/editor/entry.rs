//! The entry field for a typed value, and its message for text that is not a value or exceeds the range.

use super::model::{Model, Slot};
use super::theme::{self, Look};
use crate::params::HostParam;
use egui::text::{CCursor, CCursorRange};
use egui::{Id, Key, PointerButton, Popup, PopupKind, Rect, Response, Ui, WidgetInfo};
use std::time::Duration;

/// Time that a note stays visible, s.
const NOTE_S: f64 = 4.0;

/// A value being typed.
#[derive(Clone, Default)]
struct Entry {
    slot: Slot,
    text: String,
    /// True until its field was shown once.
    fresh: bool,
    /// True if all text is selected at first.
    select: bool,
    /// Time of opening, s.
    since_s: f64,
    /// Control that takes the keyboard focus back after Enter or Escape.
    back: Option<Id>,
    /// Message about an invalid text, and the parameter's value at that time.
    refused: Option<(String, f32)>,
    /// egui's last pass that showed it.
    pass: u64,
}

/// A line of text beside a control.
#[derive(Clone)]
struct Note {
    text: String,
    at: Rect,
    since_s: f64,
}

fn entry_id() -> Id {
    Id::unique("value entry")
}

fn note_id() -> Id {
    Id::unique("value note")
}

fn now_s(ui: &Ui) -> f64 {
    ui.input(|input| input.time)
}

fn present(ui: &Ui) -> Option<Entry> {
    ui.data(|data| data.get_temp(entry_id()))
}

fn keep(ui: &Ui, mut entry: Entry) {
    entry.pass = ui.ctx().cumulative_pass_nr();
    ui.data_mut(|data| data.insert_temp(entry_id(), entry));
}

/// Closes the field and its message.
fn end(ui: &Ui) {
    ui.data_mut(|data| {
        data.remove::<Entry>(entry_id());
        data.remove::<Note>(note_id());
    });
}

/// Opens the field with this text. Enter or Escape returns the focus to `back`.
pub(crate) fn begin(ui: &Ui, slot: Slot, text: String, back: Id) {
    end(ui);
    let since_s = f64::NEG_INFINITY;
    keep(ui, Entry { slot, text, fresh: true, since_s, back: Some(back), ..Entry::default() });
}

/// Opens the field with the present value selected. Enter or Escape returns the focus to `back`.
pub(crate) fn open(ui: &Ui, model: &Model, slot: Slot, back: Id) {
    end(ui);
    let text = model.param(slot).format(model.value(slot));
    let (since_s, back) = (now_s(ui), Some(back));
    keep(ui, Entry { slot, text, fresh: true, select: true, since_s, back, ..Entry::default() });
}

/// True while this parameter's value is being typed.
#[must_use]
pub(crate) fn is_typed(ui: &Ui, slot: Slot) -> bool {
    present(ui).is_some_and(|entry| entry.slot == slot)
}

/// True while a note is visible.
#[must_use]
pub(crate) fn is_noted(ui: &Ui) -> bool {
    ui.data(|data| data.get_temp::<Note>(note_id())).is_some()
}

/// Shows the entry field, if open. Enter or leaving accepts the value, Escape discards it. Invalid text stays
/// in the field.
pub(crate) fn show(ui: &mut Ui, rect: Rect, model: &mut Model, slot: Slot, look: Look) {
    let Some(mut entry) = present(ui).filter(|entry| entry.slot == slot) else { return };
    let id = entry_id().with(slot);
    if entry.fresh {
        let length = entry.text.chars().count();
        focus(ui, id, if entry.select { 0 } else { length }..length);
    }
    let response = field(ui, rect, id, &mut entry.text, look);
    // Uses the pointer: the field may not have existed when the second click began.
    let on_it = response.contains_pointer() || ui.rect_contains_pointer(rect);
    let doubled = ui.input(|input| input.pointer.button_double_clicked(PointerButton::Primary));
    if doubled && on_it && now_s(ui) - entry.since_s < 0.6 {
        // This is the second click of a double click whose first opened the field.
        model.set_default(slot);
        return end(ui);
    }
    let cancelled = ui.input(|input| input.key_pressed(Key::Escape)) && !entry.fresh;
    let replaced = entry.refused.as_ref().is_some_and(|(_, value)| *value != model.value(slot));
    if cancelled || replaced || entry.text.trim().is_empty() && response.lost_focus() {
        give_back(ui, &entry, cancelled);
        return end(ui);
    }
    if response.lost_focus() {
        match read(model.param(slot), &entry.text) {
            Ok((value, limit)) => {
                model.set(&[(slot, value)]);
                give_back(ui, &entry, false);
                end(ui);
                limit.into_iter().for_each(|text| note(ui, text, rect));
                return;
            }
            Err(wanted) => {
                entry.refused = Some((wanted, model.value(slot)));
                if ui.input(|input| input.key_pressed(Key::Enter)) {
                    focus(ui, id, 0..entry.text.chars().count());
                }
            }
        }
    }
    if let Some((wanted, _)) = &entry.refused {
        note(ui, wanted.clone(), rect);
    }
    entry.fresh = false;
    keep(ui, entry);
}

/// Gives the field the keyboard focus and selects these characters.
fn focus(ui: &Ui, id: Id, selected: std::ops::Range<usize>) {
    ui.memory_mut(|memory| memory.request_focus(id));
    let mut state = egui::text_edit::TextEditState::default();
    let range = CCursorRange::two(CCursor::new(selected.start), CCursor::new(selected.end));
    state.cursor.set_char_range(Some(range));
    state.store(ui.ctx(), id);
}

fn field(ui: &mut Ui, rect: Rect, id: Id, text: &mut String, look: Look) -> Response {
    let field = egui::TextEdit::singleline(text)
        .id(id)
        .font(look.text())
        .align(egui::Align2::CENTER_CENTER)
        .margin(egui::Margin::symmetric(2, 0))
        .min_size(rect.size())
        .background_color(theme::WELL);
    // No higher than the value's place, or it would cover the control below.
    let height = std::mem::replace(&mut ui.spacing_mut().interact_size.y, rect.height());
    let response = ui.put(rect, field);
    ui.spacing_mut().interact_size.y = height;
    response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::TextInput, true, "Value"));
    response
}

/// Returns the focus to its place before the typing, if a key ended it.
fn give_back(ui: &Ui, entry: &Entry, cancelled: bool) {
    if cancelled || ui.input(|input| input.key_pressed(Key::Enter)) {
        entry.back.into_iter().for_each(|id| ui.memory_mut(|memory| memory.request_focus(id)));
    }
}

/// Reads a text as a value, with a note if the value was limited to the range.
///
/// # Errors
/// The expected form, for text that is not a value.
fn read(param: &HostParam, text: &str) -> Result<(f32, Option<String>), String> {
    param.read(text).map(|value| (value, None)).or_else(|error| {
        let Some(end) = param.parse(text) else {
            return Err(format!("Not a value: {}", error.expected));
        };
        let which = if end == param.kind().range().0 { "minimum" } else { "maximum" };
        Ok((end, Some(format!("{} is the {which}", param.format(end)))))
    })
}

fn note(ui: &Ui, text: String, at: Rect) {
    let since_s = now_s(ui);
    ui.data_mut(|data| data.insert_temp(note_id(), Note { text, at, since_s }));
}

/// Shows the note above everything. Closes an entry whose field is no longer shown.
pub(crate) fn show_note(ui: &Ui) {
    if present(ui).is_some_and(|entry| entry.pass + 1 < ui.ctx().cumulative_pass_nr()) {
        ui.data_mut(|data| data.remove::<Entry>(entry_id()));
    }
    let Some(note) = ui.data(|data| data.get_temp::<Note>(note_id())) else { return };
    let age_s = now_s(ui) - note.since_s;
    if age_s > NOTE_S || age_s > 0.0 && ui.input(|input| input.pointer.any_pressed()) {
        ui.data_mut(|data| data.remove::<Note>(note_id()));
        return;
    }
    let popup = Popup::new(note_id(), ui.ctx().clone(), note.at, ui.layer_id()).kind(PopupKind::Tooltip);
    popup.gap(4.0).sense(egui::Sense::HOVER).interactable(false).show(|ui| {
        ui.set_max_width(ui.spacing().tooltip_width);
        ui.label(note.text);
    });
    ui.ctx().request_repaint_after(Duration::from_secs_f64(NOTE_S - age_s + 0.01));
}
