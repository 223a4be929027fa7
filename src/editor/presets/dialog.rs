//! The right side of the browser: the present preset's description, and the dialogs to save, rename, delete,
//! import and export.

use super::file_dialog::{Answer, FileDialog, FileQuestion, typed_path};
use super::{Presets, advice, load};
use crate::editor::model::Model;
use crate::editor::theme::{self, Look};
use egui::{TextEdit, Ui, WidgetInfo};
use enhancer_preset::import::{self, Imported};
use enhancer_preset::{Overwrite, Preset, export, to_json};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Interval for polling the desktop's file dialog.
const PATIENCE: Duration = Duration::from_millis(100);

/// The dialog shown.
pub(super) enum Dialog {
    /// None: shows the present preset's description.
    None,
    /// Asks for a name to save under.
    Save { name: String, replace: bool },
    /// Asks for a new name of a user preset.
    Rename { from: String, to: String },
    /// Asks to confirm the deletion of a user preset.
    Delete { name: String },
    /// Asks for a file or a text to import.
    Import { path: String, text: String },
    /// Shows a text to copy, or to write to a file.
    Export { title: &'static str, name: String, text: String, path: String },
}

impl Presets {
    pub(super) fn side(&mut self, ui: &mut Ui, model: &mut Model, look: Look) {
        ui.spacing_mut().item_spacing.y = look.px(8.0);
        // At the top, so that it is visible in the smallest window, too.
        if self.message.is_empty() {
            // The ids of the widgets below must not depend on the message.
            ui.skip_ahead_auto_ids(1);
        } else {
            ui.colored_label(theme::AMBER, &self.message);
        }
        let shown = self.message.clone();
        match std::mem::replace(&mut self.dialog, Dialog::None) {
            Dialog::None => self.about(ui, model, look),
            Dialog::Save { name, replace } => self.save(ui, model, name, replace),
            Dialog::Rename { from, to } => self.rename(ui, model, from, to),
            Dialog::Delete { name } => self.delete(ui, model, name),
            Dialog::Import { path, text } => self.import(ui, model, path, text, look),
            Dialog::Export { title, name, text, path } => self.export(ui, title, name, text, path, look),
        }
        if !matches!(self.dialog, Dialog::Import { .. } | Dialog::Export { .. }) {
            self.file_dialog = None;
        }
        if self.message != shown {
            ui.ctx().request_repaint();
        }
    }

    fn about(&mut self, ui: &mut Ui, model: &mut Model, look: Look) {
        let current = self.current(model);
        let preset = self.all.iter().find(|preset| preset.name == current).cloned();
        if let Some(preset) = &preset {
            ui.label(egui::RichText::new(&preset.name).font(look.large()));
            if !preset.description.is_empty() {
                ui.label(&preset.description);
            }
            if !preset.tags.is_empty() {
                ui.colored_label(theme::TEXT_DIM, preset.tags.join(" · "));
            }
        } else {
            ui.label("Click a preset to load it. Undo reverts it.");
        }
        let own = preset.as_ref().is_some_and(|preset| !preset.factory);
        ui.horizontal_wrapped(|ui| {
            if ui.button("Save as…").clicked() {
                self.open_save_dialog(model);
            }
            if ui.button("Import…").clicked() {
                self.dialog = Dialog::Import { path: String::new(), text: String::new() };
                self.wants_focus = true;
            }
            if ui.button("Export preset…").clicked() {
                let title = "Preset file (JSON)";
                let preset = self.present(model);
                let (name, text) = (format!("{}.json", preset.name), to_json(&preset));
                self.dialog = Dialog::Export { title, name, text, path: String::new() };
            }
            if ui.button("Export EQ…").clicked() {
                let preset = self.present(model);
                let exported = export::equalizer_apo(&preset);
                let notes: Vec<String> = exported.notes.iter().map(ToString::to_string).collect();
                self.message = notes.join("; ");
                let (title, name) = ("Equalizer APO", format!("{}.txt", preset.name));
                self.dialog = Dialog::Export { title, name, text: exported.text, path: String::new() };
            }
            if own && ui.button("Rename…").clicked() {
                self.dialog = Dialog::Rename { from: current.clone(), to: current.clone() };
                self.wants_focus = true;
            }
            if own && ui.button("Delete…").clicked() {
                self.dialog = Dialog::Delete { name: current };
            }
        });
    }

    /// The present settings as a preset.
    fn present(&self, model: &Model) -> Preset {
        let current = self.current(model);
        let known = self.all.iter().find(|preset| preset.name == current).cloned();
        let mut preset = known.unwrap_or_else(|| Preset::new("My preset", model.config()));
        preset.config = model.config();
        preset.config.bypass_all = false;
        preset
    }

    fn save(&mut self, ui: &mut Ui, model: &mut Model, mut name: String, replace: bool) {
        ui.label("Save the settings as your preset");
        let entered = field(ui, &mut name, "Name", "Preset name", &mut self.wants_focus);
        let text = if replace { "Replace it" } else { "Save" };
        let (go, cancel) = buttons(ui, text, !name.trim().is_empty());
        if cancel {
            return;
        }
        if !(go || entered) || name.trim().is_empty() {
            self.dialog = Dialog::Save { name, replace };
            return;
        }
        let mut preset = Preset::new(name.trim(), model.config());
        preset.config.bypass_all = false;
        let overwrite = if replace { Overwrite::Replace } else { Overwrite::Refuse };
        match self.library.save(&preset, overwrite) {
            Ok(_) => {
                self.message = format!("Saved {}", preset.name);
                model.name_preset(&preset.name);
                self.reload();
            }
            Err(error) => {
                let taken = self.all.iter().any(|known| !known.factory && known.name == preset.name);
                self.message = advice::on_library(&error, taken);
                self.wants_focus = true;
                self.dialog = Dialog::Save { name, replace: taken };
            }
        }
    }

    fn rename(&mut self, ui: &mut Ui, model: &mut Model, from: String, mut to: String) {
        ui.label(format!("New name for {from}"));
        let entered = field(ui, &mut to, "New name", "New name", &mut self.wants_focus);
        let (go, cancel) = buttons(ui, "Rename", !to.trim().is_empty());
        if cancel {
            return;
        }
        if !(go || entered) {
            self.dialog = Dialog::Rename { from, to };
            return;
        }
        match self.library.rename(&from, to.trim()) {
            Ok(()) => {
                model.rename_preset(&from, to.trim());
                self.message = format!("Renamed {from} to {}", to.trim());
                self.reload();
            }
            Err(error) => {
                self.message = advice::on_library(&error, false);
                self.wants_focus = true;
                self.dialog = Dialog::Rename { from, to };
            }
        }
    }

    fn delete(&mut self, ui: &mut Ui, model: &mut Model, name: String) {
        ui.label(format!("Delete {name}? The present settings stay as they are."));
        let (go, cancel) = buttons(ui, "Delete", true);
        if go {
            match self.library.delete(&name) {
                Ok(()) => {
                    model.rename_preset(&name, "");
                    self.message = format!("Deleted {name}");
                    self.reload();
                }
                Err(error) => self.message = advice::on_library(&error, false),
            }
        } else if !cancel {
            self.dialog = Dialog::Delete { name };
        }
    }

    fn import(&mut self, ui: &mut Ui, model: &mut Model, mut path: String, mut text: String, look: Look) {
        ui.label("File or text from Equalizer APO, AutoEQ, GraphicEQ, EasyEffects or Audio Enhancer");
        let before = (path.clone(), text.clone());
        let (chosen, entered) = ui
            .horizontal(|ui| {
                let chosen = self.browse(ui, || FileQuestion::Open);
                if let Some(file) = &chosen {
                    path.clone_from(file);
                    text.clear();
                }
                let entered = field(ui, &mut path, "Path of a file", "Import path", &mut self.wants_focus);
                (chosen, entered)
            })
            .inner;
        text_box(ui, "import", look, |ui, rows| {
            let edit = TextEdit::multiline(&mut text).hint_text("… or paste text here").desired_rows(rows);
            let response = ui.add(edit.desired_width(f32::INFINITY));
            let name = "Import text";
            response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::TextInput, true, name));
        });
        if before != (path.clone(), text.clone()) {
            // A new attempt clears the old error and its room.
            self.message.clear();
        }
        let ready = !path.trim().is_empty() || !text.trim().is_empty();
        let (go, cancel) = buttons(ui, "Import", ready);
        if cancel {
            return;
        }
        if !(go || entered || chosen.is_some()) || !ready {
            self.dialog = Dialog::Import { path, text };
            return;
        }
        let imported = match &chosen {
            Some(file) => import::import_file(Path::new(file)),
            None if text.trim().is_empty() => import::import_file(&typed_path(&path)),
            None => import::detect_and_import(&text, "Imported"),
        };
        match imported {
            Ok(imported) => self.take_in(model, imported),
            Err(error) => {
                self.message = advice::on_import(&error);
                self.dialog = Dialog::Import { path, text };
            }
        }
    }

    /// Shows the button of the desktop's file dialog. Returns the path once one is chosen.
    fn browse(&mut self, ui: &mut Ui, question: impl FnOnce() -> FileQuestion) -> Option<String> {
        let waiting = self.file_dialog.is_some();
        let button = ui.add_enabled(!waiting, egui::Button::new("Browse…"));
        if button.on_disabled_hover_text("The file dialog is open in its own window").clicked() {
            self.message.clear();
            match FileDialog::open((self.file_programs)(&question())) {
                Ok(dialog) => self.file_dialog = Some(dialog),
                Err(error) => self.message = error,
            }
        }
        let Some(answer) = self.file_dialog.as_mut()?.answer() else {
            ui.ctx().request_repaint_after(PATIENCE);
            return None;
        };
        self.file_dialog = None;
        match answer {
            Answer::Chosen(path) => Some(path),
            Answer::Cancelled => None,
            Answer::Failed(error) => {
                self.message = error;
                None
            }
        }
    }

    /// Loads an import and saves it, under a free name if its own is taken.
    fn take_in(&mut self, model: &mut Model, imported: Imported) {
        let (preset, message) = self.keep(imported);
        load(model, &preset);
        self.message = message;
        self.reload();
    }

    /// Saves an import, under a free name if its own is taken. Returns the preset and a message.
    fn keep(&mut self, mut imported: Imported) -> (Preset, String) {
        imported.preset.name = self.free_name(&imported.preset.name);
        let saved = self.library.save(&imported.preset, Overwrite::Refuse);
        let name = &imported.preset.name;
        let mut message = match saved {
            Ok(_) => format!("Imported and saved as {name}"),
            Err(error) => format!("Imported but not saved: {}", advice::on_library(&error, false)),
        };
        for note in &imported.notes {
            message += &format!("; {note}");
        }
        (imported.preset, message)
    }

    /// Imports files and loads the last of them, as one step. Opens the browser with a message for each file.
    pub(crate) fn import_files(&mut self, model: &mut Model, files: &[PathBuf]) {
        if !self.open {
            self.toggle();
        }
        self.reload();
        self.dialog = Dialog::None;
        let mut told = vec![];
        let mut last = None;
        for file in files {
            match import::import_file(file) {
                Ok(imported) => {
                    let (preset, message) = self.keep(imported);
                    told.push(message);
                    // Later files must not take its name.
                    self.all.push(preset.clone());
                    last = Some(preset);
                }
                Err(error) => {
                    let name = file.file_name().filter(|_| file.is_absolute()).unwrap_or(file.as_os_str());
                    told.push(format!("{}: {}", Path::new(name).display(), advice::on_import(&error)));
                }
            }
        }
        last.into_iter().for_each(|preset| load(model, &preset));
        self.message = told.join("\n");
        self.reload();
    }

    /// Returns `name`, or `name` with a number if a preset has that name.
    fn free_name(&self, name: &str) -> String {
        let taken =
            |name: &str| self.all.iter().any(|known| known.name.to_lowercase() == name.to_lowercase());
        let numbered = (2..).map(|number| format!("{name} {number}"));
        std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
    }

    fn export(
        &mut self,
        ui: &mut Ui,
        title: &'static str,
        name: String,
        mut text: String,
        mut path: String,
        look: Look,
    ) {
        ui.label(title);
        text_box(ui, "export", look, |ui, rows| {
            let edit = TextEdit::multiline(&mut text).desired_rows(rows).desired_width(f32::INFINITY);
            ui.add(edit.code_editor());
        });
        if ui.button("Copy text").clicked() {
            ui.ctx().copy_text(text.clone());
            self.message = "Copied".to_owned();
        }
        let (chosen, entered) = ui
            .horizontal(|ui| {
                let chosen = self.browse(ui, || FileQuestion::Save(name.clone()));
                let hint = "Path of a new file";
                (chosen, field(ui, &mut path, hint, "Export path", &mut self.wants_focus))
            })
            .inner;
        let (go, cancel) = buttons(ui, "Write file", !path.trim().is_empty());
        if cancel {
            return;
        }
        if let Some(file) = chosen {
            // The file dialog has asked whether to replace the file.
            self.message = written(&file, std::fs::write(&file, &text));
            path = file;
        } else if (go || entered) && !path.trim().is_empty() {
            let file = std::fs::OpenOptions::new().write(true).create_new(true).open(typed_path(&path));
            let outcome = file.and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
            self.message = written(path.trim(), outcome);
        }
        self.dialog = Dialog::Export { title, name, text, path };
    }
}

/// Message about a written file.
fn written(path: &str, outcome: std::io::Result<()>) -> String {
    match outcome {
        Ok(()) => format!("Wrote {path}"),
        Err(error) => format!("{path}: {error}"),
    }
}

/// A line of text input, focused if `wants_focus`. Returns true if Enter was pressed in it.
fn field(ui: &mut Ui, text: &mut String, hint: &str, name: &str, wants_focus: &mut bool) -> bool {
    let edit = TextEdit::singleline(text).hint_text(hint.to_owned()).desired_width(f32::INFINITY);
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::TextInput, true, name));
    if std::mem::take(wants_focus) {
        response.request_focus();
        return false;
    }
    response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter))
}

/// A box for text that scrolls after a few lines, so that the buttons below stay visible.
fn text_box(ui: &mut Ui, id: &str, look: Look, show: impl FnOnce(&mut Ui, usize)) {
    let rows = if ui.clip_rect().height() > look.px(260.0) { 5 } else { 2 };
    let area = egui::ScrollArea::vertical().id_salt(id).max_height(look.px(17.0) * rows as f32);
    area.show(ui, |ui| show(ui, rows));
}

/// The buttons to confirm and to cancel; returns which was clicked.
fn buttons(ui: &mut Ui, text: &str, able: bool) -> (bool, bool) {
    let mut pressed = (false, false);
    ui.horizontal(|ui| {
        pressed.0 = ui.add_enabled(able, egui::Button::new(text)).clicked();
        pressed.1 = ui.button("Cancel").clicked();
    });
    pressed
}
