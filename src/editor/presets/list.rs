//! Categories, search and the list.

use super::{Presets, load};
use crate::editor::model::Model;
use crate::editor::theme::{self, Look};
use egui::{Align2, Rect, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

impl Presets {
    pub(super) fn categories(&mut self, ui: &mut Ui, rect: Rect, look: Look) {
        let mut names: Vec<String> = vec![];
        for preset in &self.all {
            if !names.contains(&preset.category) {
                names.push(preset.category.clone());
            }
        }
        let rows = std::iter::once(None).chain(names.into_iter().map(Some));
        for (index, category) in rows.enumerate() {
            let top = rect.top() + index as f32 * look.px(26.0);
            let row = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), look.px(24.0)));
            let text = category.as_deref().map_or_else(|| "All".to_owned(), capitalized);
            let count = self
                .all
                .iter()
                .filter(|preset| category.as_ref().is_none_or(|c| *c == preset.category))
                .count();
            let chosen = self.category == category;
            let response = ui.interact(row, ui.scope_id().with(("category", index)), Sense::CLICK);
            response.widget_info(|| {
                WidgetInfo::selected(egui::accesskit::Role::RadioButton, true, chosen, text.clone())
            });
            ground(ui, row, chosen, &response, look);
            let painter = ui.painter();
            let at = row.left_center() + vec2(look.px(10.0), 0.0);
            painter.text(at, Align2::LEFT_CENTER, text, look.text(), theme::TEXT);
            let at = row.right_center() - vec2(look.px(10.0), 0.0);
            painter.text(at, Align2::RIGHT_CENTER, count, look.small(), theme::TEXT_DIM);
            if response.clicked() {
                self.category = category;
            }
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
                let (row, response) = ui.allocate_exact_size(size, Sense::CLICK);
                let is_current = preset.name == current;
                response.widget_info(|| {
                    let role = egui::accesskit::Role::ListItem;
                    WidgetInfo::selected(role, true, is_current, preset.name.clone())
                });
                ground(ui, row, is_current, &response, look);
                let painter = ui.painter_at(row);
                let at = row.left_center() + vec2(look.px(10.0), 0.0);
                let name = painter.text(at, Align2::LEFT_CENTER, &preset.name, look.text(), theme::TEXT);
                let at = pos2(name.right() + look.px(10.0), row.center().y);
                let room = row.right() - look.px(8.0) - at.x;
                if room > look.px(60.0) {
                    let galley = one_line(&painter, &preset.description, room, look);
                    let place = Align2::LEFT_CENTER.anchor_size(at, galley.size());
                    painter.galley(place.min, galley, theme::TEXT_DIM);
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
        (true, _) => theme::faded(theme::EQUALIZER, 0.25),
        (false, true) => theme::HOVERED,
        (false, false) => theme::PANEL,
    };
    ui.painter().rect_filled(row, look.px(4.0), fill);
    if chosen {
        let mark = Rect::from_min_size(row.min, vec2(look.px(3.0), row.height()));
        ui.painter().rect_filled(mark, look.px(1.0), theme::EQUALIZER);
    }
    if response.has_focus() {
        let kind = egui::StrokeKind::Inside;
        ui.painter().rect_stroke(row, look.px(4.0), look.hairline(theme::TEXT), kind);
    }
}

/// Text that ends in an ellipsis where there is no more room.
fn one_line(painter: &egui::Painter, text: &str, width: f32, look: Look) -> std::sync::Arc<egui::Galley> {
    let mut job = egui::text::LayoutJob::simple(text.to_owned(), look.small(), theme::TEXT_DIM, width);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width);
    painter.layout_job(job)
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
