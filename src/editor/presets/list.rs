//! The browser's categories, search field and list.

use super::{Presets, load};
use crate::editor::button::one_line;
use crate::editor::model::Model;
use crate::editor::theme::{self, Look};
use egui::{Align2, Rect, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use enhancer_preset::Preset;

impl Presets {
    pub(super) fn categories(&mut self, ui: &mut Ui, rect: Rect, look: Look) {
        let mut names: Vec<String> = vec![];
        for preset in &self.all {
            if !names.contains(&preset.category) {
                names.push(preset.category.clone());
            }
        }
        let rows: Vec<_> = std::iter::once(None).chain(names.into_iter().map(Some)).collect();
        let mut list = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("preset categories"));
        list.set_clip_rect(rect);
        ScrollArea::vertical().id_salt("categories").auto_shrink(false).show(&mut list, |ui| {
            ui.spacing_mut().item_spacing.y = look.px(2.0);
            for category in rows {
                self.category_row(ui, category, look);
            }
        });
    }

    fn category_row(&mut self, ui: &mut Ui, category: Option<String>, look: Look) {
        let (row, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), look.px(24.0)), Sense::click());
        let text = category.as_deref().map_or_else(|| "All".to_owned(), capitalized);
        let within = |preset: &&Preset| category.as_ref().is_none_or(|c| *c == preset.category);
        let count = self.all.iter().filter(within).count();
        let chosen = self.category == category;
        response.widget_info(|| {
            WidgetInfo::selected(egui::accesskit::Role::RadioButton, true, chosen, text.clone())
        });
        ground(ui, row, chosen, &response, look);
        let painter = ui.painter();
        let at = row.right_center() - vec2(look.px(10.0), 0.0);
        let colour = if chosen { theme::TEXT } else { theme::TEXT_DIM };
        let figure = painter.text(at, Align2::RIGHT_CENTER, count, look.small(), colour);
        let at = row.left_center() + vec2(look.px(10.0), 0.0);
        let room = figure.left() - look.px(6.0) - at.x;
        let name = one_line(painter, &text, look.text(), theme::TEXT, room);
        let place = Align2::LEFT_CENTER.anchor_size(at, name.size());
        painter.galley(place.min, name, theme::TEXT);
        if response.clicked() {
            self.category = category;
        }
    }

    pub(super) fn list(&mut self, ui: &mut Ui, rect: Rect, model: &mut Model, look: Look) {
        let field = Rect::from_min_size(rect.min, vec2(rect.width(), look.px(26.0)));
        let search = egui::TextEdit::singleline(&mut self.search)
            .id(egui::Id::unique("preset search"))
            .hint_text("Search by name, purpose or tag")
            .align(egui::Align2::LEFT_CENTER)
            .margin(egui::Margin::symmetric(look.px(8.0) as i8, 2))
            .min_size(field.size());
        let response = ui.put(field, search);
        response
            .widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::TextInput, true, "Search presets"));
        let below = Rect::from_min_max(pos2(rect.left(), field.bottom() + look.px(6.0)), rect.max);
        let current = self.current(model);
        let found: Vec<_> = self.found().into_iter().cloned().collect();
        let mut list = ui.new_child(UiBuilder::new().max_rect(below).id_salt("preset list"));
        list.set_clip_rect(below);
        let mut chosen = None;
        ScrollArea::vertical().id_salt("presets").auto_shrink(false).show(&mut list, |ui| {
            ui.spacing_mut().item_spacing.y = look.px(2.0);
            for preset in &found {
                let size = vec2(ui.available_width() - look.px(10.0), look.px(26.0));
                let (row, response) = ui.allocate_exact_size(size, Sense::click());
                let is_current = preset.name == current;
                response.widget_info(|| {
                    let role = egui::accesskit::Role::ListItem;
                    WidgetInfo::selected(role, true, is_current, preset.name.clone())
                });
                ground(ui, row, is_current, &response, look);
                let painter = ui.painter_at(row);
                let at = row.left_center() + vec2(look.px(10.0), 0.0);
                let room = row.width() - look.px(18.0);
                let name = one_line(&painter, &preset.name, look.text(), theme::TEXT, room);
                let place = Align2::LEFT_CENTER.anchor_size(at, name.size());
                painter.galley(place.min, name, theme::TEXT);
                let at = pos2(place.right() + look.px(10.0), row.center().y);
                let room = row.right() - look.px(8.0) - at.x;
                if room > look.px(60.0) {
                    let colour = if is_current { theme::TEXT } else { theme::TEXT_DIM };
                    let galley = one_line(&painter, &preset.description, look.small(), colour, room);
                    let place = Align2::LEFT_CENTER.anchor_size(at, galley.size());
                    painter.galley(place.min, galley, colour);
                }
                if response.clicked() {
                    chosen = Some(preset.clone());
                }
                response.on_hover_text(&preset.description);
            }
            if found.is_empty() {
                ui.colored_label(theme::TEXT_DIM, "No preset matches; try another word or category");
            }
        });
        if let Some(preset) = chosen {
            load(model, &preset);
            self.dialog = super::Dialog::None;
            self.message.clear();
        }
    }
}

fn ground(ui: &Ui, row: Rect, chosen: bool, response: &egui::Response, look: Look) {
    let fill = match (chosen, response.hovered()) {
        (true, _) => theme::faded(theme::BLUE, 0.25),
        (false, true) => theme::HOVERED,
        (false, false) => theme::PANEL,
    };
    ui.painter().rect_filled(row, look.px(4.0), fill);
    if chosen {
        let mark = Rect::from_min_size(row.min, vec2(look.px(3.0), row.height()));
        ui.painter().rect_filled(mark, look.px(1.0), theme::BLUE);
    }
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    if response.has_focus() {
        let kind = egui::StrokeKind::Inside;
        ui.painter().rect_stroke(row, look.px(4.0), look.hairline(theme::TEXT), kind);
    }
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
