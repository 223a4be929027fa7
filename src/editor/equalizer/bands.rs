//! The bands as points to drag: frequency across, gain upwards, the wheel for Q.

use super::{Equalizer, ground_id};
use crate::editor::button::{Icon, label};
use crate::editor::control;
use crate::editor::entry;
use crate::editor::model::Model;
use crate::editor::plot::Axes;
use crate::editor::strokes::Strokes;
use crate::editor::theme::{self, Look};
use egui::{Align2, Id, Key, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2, WidgetInfo, vec2};
use enhancer_dsp::config::{BandChannel, BandType, FilterSlope, MAX_BANDS};

/// A band under the pointer: its place at the press, and the pointer's travel since.
#[derive(Debug, Default)]
pub(super) struct Hand {
    start: Pos2,
    travel: Vec2,
}

/// Octaves per press of an arrow key.
const KEY_OCTAVES: f32 = 1.0 / 12.0;
/// Decibels per press of an arrow key.
const KEY_DB: f32 = 0.5;

impl Equalizer {
    /// Shows the bands and, at the `foot`, the selected band's values. The order of widgets sets the order of
    /// Tab.
    ///
    /// Tab goes from band to band. From the values, which Enter opens, it goes back to their band or on to
    /// the next. So the values follow their band while none of them has the focus, else all bands.
    pub(super) fn nodes(&mut self, ui: &mut Ui, axes: &Axes, foot: Rect, model: &mut Model, look: Look) {
        let on_band = ui
            .memory(|memory| memory.focused())
            .is_some_and(|id| (0..MAX_BANDS).any(|band| node_id(band) == id));
        let bands: Vec<usize> = (0..MAX_BANDS).filter(|&band| model.has_band(band)).collect();
        let last = bands.last().copied();
        let before_bar =
            if on_band { last } else { self.selected.filter(|band| bands.contains(band)).or(last) };
        if before_bar.is_none() {
            self.band_bar(ui, foot, model, look);
        }
        for band in bands {
            let centre = node_place(axes, model, band, look);
            let rect = Rect::from_center_size(centre, Vec2::splat(look.px(22.0)));
            let response = ui.interact(rect, node_id(band), Sense::click_and_drag());
            response.widget_info(|| {
                WidgetInfo::labeled(egui::accesskit::Role::Slider, true, format!("Band {}", band + 1))
            });
            self.drag(ui, &response, band, axes, model);
            self.turn(ui, &response, band, model);
            self.press(&response, band, model);
            context_menu(&response, band, model);
            self.paint_node(ui, node_place(axes, model, band, look), &response, band, model, look);
            response.on_hover_cursor(egui::CursorIcon::Grab);
            if before_bar == Some(band) {
                self.band_bar(ui, foot, model, look);
            }
        }
    }

    /// Moves the band with the pointer. Shift locks one direction, Ctrl makes moves fine.
    fn drag(&mut self, ui: &Ui, response: &Response, band: usize, axes: &Axes, model: &mut Model) {
        let slots = model.band(band);
        if response.drag_started() {
            response.request_focus();
            self.selected = Some(band);
            self.hand = Hand { start: place(axes, model, band), travel: Vec2::ZERO };
            model.begin(&[slots.frequency, slots.gain]);
        }
        if response.dragged() && model.holds(slots.frequency) {
            self.hand.travel += control::travelled(ui, response) * control::fineness(ui);
            let mut travel = self.hand.travel;
            if ui.input(|input| input.modifiers.shift) {
                if travel.x.abs() > travel.y.abs() {
                    travel.y = 0.0;
                } else {
                    travel.x = 0.0;
                }
            }
            let to = self.hand.start + travel;
            model.drag(slots.frequency, axes.hz_at(to.x) as f32);
            if has_gain(model, band) {
                model.drag(slots.gain, axes.db_at(to.y));
            }
        }
        if response.drag_stopped() && model.holds(slots.frequency) {
            model.end();
        }
    }

    /// Wheel and Page Up/Down: Q. Arrows: frequency and gain.
    fn turn(&mut self, ui: &Ui, response: &Response, band: usize, model: &mut Model) {
        let slots = model.band(band);
        let fine = control::fineness(ui);
        let notches = control::wheel_notches(ui, response) * fine;
        if notches != 0.0 {
            self.selected = Some(band);
            model.nudge(slots.q, model.value(slots.q) * (notches * 0.12).exp2());
        }
        if !response.has_focus() {
            return;
        }
        let arrows =
            egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let presses = |more, less| {
            ui.input(|input| input.num_presses(more) as f32 - input.num_presses(less) as f32) * fine
        };
        let across = presses(Key::ArrowRight, Key::ArrowLeft);
        if across != 0.0 {
            let hz = model.value(slots.frequency) * (across * KEY_OCTAVES).exp2();
            model.nudge(slots.frequency, hz);
        }
        let up = presses(Key::ArrowUp, Key::ArrowDown);
        if up != 0.0 && has_gain(model, band) {
            model.nudge(slots.gain, model.value(slots.gain) + up * KEY_DB);
        }
        let pages = presses(Key::PageUp, Key::PageDown);
        if pages != 0.0 {
            model.nudge(slots.q, model.value(slots.q) * (pages * 0.25).exp2());
        }
        if ui.input(|input| input.key_pressed(Key::Delete) || input.key_pressed(Key::Backspace)) {
            model.remove_band(band);
            ui.memory_mut(|memory| memory.request_focus(ground_id()));
        } else if control::enter_taken(ui) {
            entry::open(ui, model, slots.frequency, response.id);
        }
    }

    fn press(&mut self, response: &Response, band: usize, model: &mut Model) {
        if response.double_clicked() {
            model.remove_band(band);
            self.selected = None;
        } else if response.clicked() {
            response.request_focus();
            self.selected = Some(band);
        } else if response.gained_focus() || response.secondary_clicked() {
            self.selected = Some(band);
        }
    }

    fn paint_node(&self, ui: &Ui, at: Pos2, response: &Response, band: usize, model: &Model, look: Look) {
        let painter = ui.painter();
        let colour = theme::band_colour(band);
        let on = model.is_on(model.band(band).enabled);
        let selected = self.selected == Some(band);
        let radius = look.px(if selected || response.hovered() { 9.5 } else { 8.0 });
        let (fill, stroke, text) = if on && selected {
            let gap = Stroke::new(look.px(1.5), theme::faded(theme::WELL, 0.8));
            (colour, gap, theme::ON_ACCENT)
        } else if on {
            (theme::PANEL, Stroke::new(look.px(1.8), colour), colour)
        } else {
            (theme::PANEL, look.hairline(theme::TEXT_FAINT), theme::TEXT_FAINT)
        };
        Strokes::kept(painter, response.id, (at, radius, fill, stroke), |strokes| {
            strokes.disc(at, radius, fill, Some(stroke));
        });
        painter.text(at, Align2::CENTER_CENTER, band + 1, look.small(), text);
        if response.has_focus() {
            painter.circle_stroke(at, radius + look.px(3.0), look.hairline(theme::TEXT));
        }
        if model.solo() == Some(band) {
            let sign = egui::Rect::from_center_size(
                at + look.px(1.0) * vec2(14.0, -12.0),
                Vec2::splat(look.px(14.0)),
            );
            Strokes::kept(painter, response.id.with("solo"), (sign, look), |strokes| {
                strokes.disc(sign.center(), look.px(8.0), theme::PANEL, None);
                Icon::Headphones.draw(strokes, sign, Look { scale: look.scale * 0.9 }, theme::TEXT);
            });
        }
    }
}

/// Focus id of a band's point.
pub(super) fn node_id(band: usize) -> Id {
    Id::unique(("band", band))
}

/// True if the band's type has a gain.
pub(super) fn has_gain(model: &Model, band: usize) -> bool {
    let kind = model.value(model.band(band).kind) as usize;
    BandType::ALL.get(kind).is_some_and(|kind| kind.has_gain())
}

/// True if the band's type has a slope.
pub(super) fn has_slope(model: &Model, band: usize) -> bool {
    let kind = model.value(model.band(band).kind) as usize;
    matches!(BandType::ALL.get(kind), Some(BandType::Lowpass | BandType::Highpass))
}

/// Place of a band's frequency and gain, possibly outside the picture. Types without a gain lie on the middle
/// line.
fn place(axes: &Axes, model: &Model, band: usize) -> Pos2 {
    let slots = model.band(band);
    let gain_db = if has_gain(model, band) { model.value(slots.gain) } else { 0.0 };
    egui::pos2(axes.x(f64::from(model.value(slots.frequency))), axes.y(gain_db))
}

/// Place of a band's point, moved into the picture.
pub(super) fn node_place(axes: &Axes, model: &Model, band: usize, look: Look) -> Pos2 {
    axes.rect.shrink(look.px(1.0)).clamp(place(axes, model, band))
}

fn context_menu(response: &Response, band: usize, model: &mut Model) {
    let slots = model.band(band);
    response.context_menu(|ui| {
        ui.set_min_width(120.0);
        ui.label(format!("Band {}", band + 1));
        let on = model.is_on(slots.enabled);
        if ui.selectable_label(on, if on { "On" } else { "Off" }).clicked() {
            model.set(&[(slots.enabled, if on { 0.0 } else { 1.0 })]);
        }
        let slope = has_slope(model, band);
        for (name, slot, labels, able) in [
            ("Type", slots.kind, BandType::LABELS, true),
            ("Slope", slots.slope, FilterSlope::LABELS, slope),
            ("Channel", slots.channel, BandChannel::LABELS, true),
        ] {
            if !able {
                continue;
            }
            ui.menu_button(name, |ui| {
                for (index, words) in labels.iter().enumerate() {
                    if ui.selectable_label(model.value(slot) == index as f32, label(words)).clicked() {
                        model.set(&[(slot, index as f32)]);
                        ui.close();
                    }
                }
            });
        }
        let alone = model.solo() == Some(band);
        if ui.selectable_label(alone, "Solo").clicked() {
            model.set_solo((!alone).then_some(band));
        }
        if ui.button("Remove").clicked() {
            model.remove_band(band);
            ui.close();
        }
    });
}
