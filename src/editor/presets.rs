//! The preset browser: categories, search, and actions on a preset.

mod advice;
mod dialog;
mod file_dialog;
mod list;

use super::button::{Button, Icon};
use super::model::Model;
use super::theme::{self, Look};
use dialog::Dialog;
use egui::{Align2, Key, Rect, Ui, UiBuilder, pos2, vec2};
use enhancer_dsp::EnhancerConfig;
use enhancer_preset::{Library, Preset};
use file_dialog::FileDialog;
pub use file_dialog::{FilePrograms, FileQuestion};

/// The presets and the state of their browser.
pub(crate) struct Presets {
    library: Library,
    /// All presets at the last read of the folder.
    all: Vec<Preset>,
    open: bool,
    search: String,
    /// The category shown; `None` for all.
    category: Option<String>,
    dialog: Dialog,
    /// The desktop's file dialog while it is open.
    file_dialog: Option<FileDialog>,
    /// Programs that open it.
    file_programs: FilePrograms,
    /// True if the text field is to take the keyboard focus.
    wants_focus: bool,
    /// Result of the last action, one line.
    message: String,
}

impl Presets {
    /// Creates the browser of a library, closed.
    #[must_use]
    pub(crate) fn new(library: Library) -> Self {
        let all = library.list().0;
        Self {
            library,
            all,
            open: false,
            search: String::new(),
            category: None,
            dialog: Dialog::None,
            file_dialog: None,
            file_programs: Box::new(file_dialog::desktop_programs),
            wants_focus: false,
            message: String::new(),
        }
    }

    /// Opens or closes the browser.
    pub(crate) fn toggle(&mut self) {
        self.open = !self.open;
        self.message.clear();
        self.dialog = Dialog::None;
        self.file_dialog = None;
        if self.open {
            self.reload();
        }
    }

    /// Closes the desktop's file dialog. Call it when the window closes.
    pub(crate) fn close_file_dialog(&mut self) {
        self.file_dialog = None;
    }

    /// Replaces the desktop's file dialogs by other programs.
    pub(crate) fn set_file_programs(&mut self, programs: FilePrograms) {
        self.file_programs = programs;
    }

    /// True while the browser is shown.
    #[must_use]
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    /// Opens the browser at its field for a new name.
    pub(crate) fn open_save_dialog(&mut self, model: &Model) {
        self.open = true;
        self.message.clear();
        self.reload();
        let current = self.current(model);
        let own = self.all.iter().any(|preset| preset.name == current && !preset.factory);
        self.dialog = Dialog::Save { name: if own { current } else { String::new() }, replace: false };
        self.wants_focus = true;
    }

    /// Name of the preset loaded last; empty for none.
    #[must_use]
    pub(crate) fn current(&self, model: &Model) -> String {
        model.preset()
    }

    /// True if the settings differ from the preset loaded last.
    #[must_use]
    pub(crate) fn is_changed(&self, model: &Model) -> bool {
        let current = self.current(model);
        let preset = self.all.iter().find(|preset| preset.name == current);
        preset.is_some_and(|preset| model.differs_from(&as_shown(&preset.config)))
    }

    /// Loads the preset `by` places after the present one.
    pub(crate) fn step(&mut self, model: &mut Model, by: isize) {
        let current = self.current(model);
        let count = self.all.len() as isize;
        let place = self.all.iter().position(|preset| preset.name == current);
        let next = match place {
            Some(place) => (place as isize + by).rem_euclid(count.max(1)),
            None => 0,
        };
        if let Some(preset) = self.all.get(next as usize).cloned() {
            load(model, &preset);
        }
    }

    /// Presets that match the category and the search, in the library's order.
    #[must_use]
    pub(crate) fn found(&self) -> Vec<&Preset> {
        let words: Vec<String> = self.search.split_whitespace().map(str::to_lowercase).collect();
        let matches = |preset: &&Preset| {
            let text = [&preset.name[..], &preset.category, &preset.description, &preset.tags.join(" ")]
                .join(" ")
                .to_lowercase();
            let in_category = self.category.as_ref().is_none_or(|category| *category == preset.category);
            in_category && words.iter().all(|word| text.contains(word.as_str()))
        };
        self.all.iter().filter(matches).collect()
    }

    /// Fills `rect` with the browser.
    pub(crate) fn show(&mut self, ui: &mut Ui, rect: Rect, model: &mut Model, look: Look) {
        ui.painter().rect_filled(rect, look.px(6.0), theme::PANEL);
        let inner = rect.shrink(look.px(12.0));
        let head = Rect::from_min_size(inner.min, vec2(inner.width(), look.px(24.0)));
        ui.painter().text(head.left_center(), Align2::LEFT_CENTER, "Presets", look.title(), theme::BLUE);
        let close = Rect::from_min_max(pos2(head.right() - look.px(24.0), head.top()), head.max);
        let escape = ui.input(|input| input.key_pressed(Key::Escape)) && !ui.ctx().text_edit_focused();
        let cross = Button::icon(Icon::Cross, "Close presets", "Back to the equalizer (Esc)");
        let closed = cross.show(ui, close, look).clicked();
        if escape && !closed && !matches!(self.dialog, Dialog::None) {
            self.dialog = Dialog::None;
            self.message.clear();
        } else if closed || escape {
            self.open = false;
            self.file_dialog = None;
        }
        let body = Rect::from_min_max(pos2(inner.left(), head.bottom() + look.px(8.0)), inner.max);
        let gap = look.px(12.0);
        let (left, right) = (look.px(148.0), (body.width() * 0.36).max(look.px(220.0)));
        let categories = Rect::from_min_size(body.min, vec2(left, body.height()));
        let side = Rect::from_min_max(pos2(body.right() - right, body.top()), body.max);
        let list = Rect::from_min_max(
            pos2(categories.right() + gap, body.top()),
            pos2(side.left() - gap, body.bottom()),
        );
        self.categories(ui, categories, look);
        self.list(ui, list, model, look);
        let mut side_ui = ui.new_child(UiBuilder::new().max_rect(side).id_salt("preset side"));
        side_ui.set_clip_rect(side);
        egui::ScrollArea::vertical()
            .id_salt("preset side")
            .auto_shrink(false)
            .show(&mut side_ui, |ui| self.side(ui, model, look));
    }

    /// Reads the folder again.
    fn reload(&mut self) {
        self.all = self.library.list().0;
    }
}

/// Loads a preset as one step of undo.
fn load(model: &mut Model, preset: &Preset) {
    model.load(&preset.config, &preset.name);
}

/// A preset's config without silent bands at its end, as the parameters represent it.
fn as_shown(config: &EnhancerConfig) -> EnhancerConfig {
    let mut config = *config;
    config.equalizer.bands.drop_unused_end();
    config
}
