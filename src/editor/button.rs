//! Buttons, switches and drop-down choices.

use super::control;
use super::model::{Model, Slot};
use super::strokes::Strokes;
use super::theme::{self, Look};
use egui::epaint::RectShape;
use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align2, Color32, FontId, Galley, Painter, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};
use std::sync::Arc;

/// Contents of a button.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Face<'a> {
    Text(&'a str),
    /// A drawn sign.
    Icon(Icon),
}

/// Signs drawn from lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    /// Arrow to the left: previous.
    Left,
    /// Arrow to the right: next.
    Right,
    /// Arrow down: opens a list.
    Down,
    /// Arrow back: undo.
    Undo,
    /// Arrow forward: redo.
    Redo,
    /// Power sign: on and off.
    Power,
    /// Headphones: solo.
    Headphones,
    /// Cross: remove.
    Cross,
}

/// A button's contents and state.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Button<'a> {
    pub(crate) face: Face<'a>,
    /// Name for assistive technology and tests.
    pub(crate) name: &'a str,
    /// Hint shown while the pointer rests on it.
    pub(crate) tooltip: &'a str,
    /// True while it is pressed in.
    pub(crate) on: bool,
    /// False draws it dim and ignores clicks.
    pub(crate) enabled: bool,
    /// Colour while `on`.
    pub(crate) accent: Color32,
}

impl<'a> Button<'a> {
    /// A button with text, which is also its name.
    #[must_use]
    pub(crate) fn text(text: &'a str, tooltip: &'a str) -> Self {
        let face = Face::Text(text);
        Self { face, name: text, tooltip, on: false, enabled: true, accent: theme::BLUE }
    }

    /// A button with a sign.
    #[must_use]
    pub(crate) fn icon(icon: Icon, name: &'a str, tooltip: &'a str) -> Self {
        Self { face: Face::Icon(icon), name, tooltip, on: false, enabled: true, accent: theme::BLUE }
    }

    /// Sets `on` and its colour.
    #[must_use]
    pub(crate) fn lit(self, on: bool, accent: Color32) -> Self {
        Self { on, accent, ..self }
    }

    /// Sets `enabled`.
    #[must_use]
    pub(crate) fn able(self, enabled: bool) -> Self {
        Self { enabled, ..self }
    }

    /// Sets a name that differs from the text.
    #[must_use]
    pub(crate) fn called(self, name: &'a str) -> Self {
        Self { name, ..self }
    }

    /// Fills `rect` with the button.
    pub(crate) fn show(self, ui: &Ui, rect: Rect, look: Look) -> Response {
        let id = ui.scope_id().with(("button", self.name));
        let sense = if self.enabled { Sense::click() } else { Sense::HOVER };
        let response = ui.interact(rect, id, sense);
        response.widget_info(|| {
            WidgetInfo::selected(egui::accesskit::Role::Button, self.enabled, self.on, self.name)
        });
        let painter = ui.painter();
        let fill = match (self.on, response.hovered() && self.enabled) {
            (true, _) => self.accent,
            (false, true) => theme::HOVERED,
            (false, false) => theme::RAISED,
        };
        let edge = if response.has_focus() { theme::TEXT } else { theme::LINE };
        let colour = match (self.enabled, self.on) {
            (false, _) => theme::faded(theme::TEXT, theme::DISABLED),
            (true, true) => theme::ON_ACCENT,
            (true, false) => theme::TEXT,
        };
        let icon = if let Face::Icon(icon) = self.face { Some((icon, colour)) } else { None };
        Strokes::kept(painter, id, (rect, fill, edge, icon, look), |strokes| {
            ground(strokes, rect, fill, edge, look);
            if let Some((icon, colour)) = icon {
                icon.draw(strokes, rect, look, colour);
            }
        });
        if let Face::Text(text) = self.face {
            painter.text(rect.center(), Align2::CENTER_CENTER, text, look.text(), colour);
        }
        control::hint(response, || self.tooltip)
    }
}

/// Draws a button's ground.
fn ground(strokes: &mut Strokes, rect: Rect, fill: Color32, edge: Color32, look: Look) {
    strokes.shape(RectShape::new(rect, look.px(4.0), fill, look.hairline(edge), StrokeKind::Inside));
}

impl Icon {
    /// Draws the sign in the middle of `rect`.
    pub(crate) fn draw(self, strokes: &mut Strokes, rect: Rect, look: Look, colour: Color32) {
        let c = rect.center();
        let u = look.px(1.0);
        let stroke = Stroke::new(1.6 * u, colour);
        let at = |x: f32, y: f32| c + vec2(x, y) * u;
        let mut line = |points: &[(f32, f32)]| {
            strokes.shape(Shape::line(points.iter().map(|&(x, y)| at(x, y)).collect(), stroke));
        };
        match self {
            Self::Left => line(&[(2.0, -4.5), (-2.5, 0.0), (2.0, 4.5)]),
            Self::Right => line(&[(-2.0, -4.5), (2.5, 0.0), (-2.0, 4.5)]),
            Self::Down => line(&[(-4.0, -2.0), (0.0, 2.0), (4.0, -2.0)]),
            Self::Cross => {
                line(&[(-3.5, -3.5), (3.5, 3.5)]);
                line(&[(-3.5, 3.5), (3.5, -3.5)]);
            }
            Self::Undo | Self::Redo => {
                let side = if self == Self::Undo { 1.0 } else { -1.0 };
                let bow = |step: i32| {
                    let angle = -std::f32::consts::FRAC_PI_2 + std::f32::consts::PI * step as f32 / 12.0;
                    (side * (1.5 + 3.5 * angle.cos()), 1.0 + 3.5 * angle.sin())
                };
                let mut points = vec![(-5.0 * side, -2.5)];
                points.extend((0..=12).map(bow));
                points.push((-2.5 * side, 4.5));
                line(&points);
                line(&[(-1.8 * side, -5.5), (-5.0 * side, -2.5), (-1.8 * side, 0.5)]);
            }
            Self::Power => {
                let bow = |step: i32| {
                    let angle = -0.9 + (std::f32::consts::TAU - 1.35) * step as f32 / 20.0;
                    (4.5 * angle.cos(), 0.5 + 4.5 * angle.sin())
                };
                line(&(0..=20).map(bow).collect::<Vec<_>>());
                line(&[(0.0, -5.0), (0.0, 0.0)]);
            }
            Self::Headphones => {
                let bow = |step: i32| {
                    let angle = std::f32::consts::PI * (1.0 + step as f32 / 12.0);
                    (4.8 * angle.cos(), 0.5 + 4.8 * angle.sin())
                };
                line(&(0..=12).map(bow).collect::<Vec<_>>());
                for x in [-4.2, 4.2] {
                    let ear = Rect::from_center_size(at(x, 2.6), vec2(2.8, 4.6) * u);
                    strokes.shape(Shape::rect_filled(ear, u, colour));
                }
            }
        }
    }
}

/// A stage's on/off switch: a power sign, lit while on.
pub(crate) fn switch(
    ui: &Ui,
    rect: Rect,
    model: &mut Model,
    slot: Slot,
    accent: Color32,
    look: Look,
) -> Response {
    let on = model.is_on(slot);
    let id = egui::Id::unique(("switch", slot));
    let response = ui.interact(rect, id, Sense::click());
    control::describe(&response, model, slot, model.param(slot).name());
    if response.clicked() {
        model.set(&[(slot, if on { 0.0 } else { 1.0 })]);
    }
    let radius = rect.height().min(rect.width()) / 2.0 - look.px(1.0);
    let ground = if response.hovered() { theme::HOVERED } else { theme::RAISED };
    let (ground, colour) = if on { (accent, theme::ON_ACCENT) } else { (ground, theme::TEXT_FAINT) };
    Strokes::kept(ui.painter(), id, (rect, ground, colour, look), |strokes| {
        strokes.disc(rect.center(), radius, ground, None);
        Icon::Power.draw(strokes, rect, Look { scale: look.scale * 0.85 }, colour);
    });
    if response.has_focus() {
        ui.painter().circle_stroke(rect.center(), radius + look.px(2.0), look.hairline(theme::TEXT));
    }
    control::explain(ui, response, model, slot)
}

/// A switch with text, lit while on.
pub(crate) fn toggle(
    ui: &Ui,
    rect: Rect,
    model: &mut Model,
    slot: Slot,
    text: &str,
    accent: Color32,
    look: Look,
) -> Response {
    let on = model.is_on(slot);
    let explanation = model.param(slot).explanation();
    let button = Button::text(text, &explanation).lit(on, accent).called(model.param(slot).name());
    let response = button.show(ui, rect, look);
    if response.clicked() {
        model.set(&[(slot, if on { 0.0 } else { 1.0 })]);
    }
    response
}

/// A drop-down choice: a button with the present value, which opens a list of all values below it.
pub(crate) fn choice(ui: &mut Ui, rect: Rect, model: &mut Model, slot: Slot, look: Look) -> Response {
    let kind = model.param(slot).kind();
    let enhancer_dsp::param::ParamKind::Choice(labels) = kind else { return ui.response() };
    let present = model.value(slot) as usize;
    let text = labels.get(present).copied().map(label).unwrap_or_default();
    let id = egui::Id::unique(("choice", slot));
    let response = ui.interact(rect, id, Sense::click());
    control::describe(&response, model, slot, model.param(slot).name());
    drop_down_face(ui, rect, &response, &text, "", look);
    let steps = control::wheel_notches(ui, &response) + control::key_steps(ui, &response);
    if steps != 0.0 {
        model.nudge(slot, control::stepped(kind, model.value(slot), -steps));
    }
    let by_key = response.has_focus() && response.clicked();
    let popup = egui::Popup::default_response_id(&response);
    let was_open = egui::Popup::is_id_open(ui.ctx(), popup);
    egui::Popup::menu(&response).show(|ui| {
        // As wide as its button, its own edge included.
        let edge = egui::Frame::popup(ui.style()).total_margin().sum().x;
        ui.set_min_width(rect.width().max(look.px(96.0)) - edge);
        for (index, words) in labels.iter().enumerate() {
            let item = ui.selectable_label(index == present, label(words));
            if by_key && index == present {
                item.request_focus();
            }
            if item.clicked() {
                model.set(&[(slot, index as f32)]);
                ui.close();
            }
            control::outline_focus(ui, &item, look);
        }
    });
    if was_open && !egui::Popup::is_id_open(ui.ctx(), popup) {
        // The list is gone: its button takes the focus back.
        response.request_focus();
    }
    control::explain(ui, response, model, slot)
}

/// Lays out text on one line, cut with an ellipsis where it exceeds the room.
#[must_use]
pub(crate) fn one_line(
    painter: &Painter,
    text: &str,
    font: FontId,
    colour: Color32,
    width: f32,
) -> Arc<Galley> {
    let mut job = LayoutJob::simple(text.to_owned(), font, colour, width);
    job.wrap = TextWrapping::truncate_at_width(width);
    painter.layout_job(job)
}

/// The text, cut with an ellipsis where it exceeds the room.
#[must_use]
pub(crate) fn shortened(painter: &Painter, text: &str, font: FontId, width: f32) -> String {
    let line = one_line(painter, text, font, theme::TEXT, width);
    line.rows.first().map(|row| row.text()).unwrap_or_default()
}

/// Draws the button of a list. In too little room the text is shortened; the arrow stays.
pub(crate) fn drop_down_face(ui: &Ui, rect: Rect, response: &Response, text: &str, mark: &str, look: Look) {
    let fill = if response.hovered() { theme::HOVERED } else { theme::RAISED };
    let edge = if response.has_focus() { theme::TEXT } else { theme::LINE };
    let arrow = Rect::from_min_max(pos2(rect.right() - look.px(18.0), rect.top()), rect.max);
    Strokes::kept(ui.painter(), response.id, (rect, fill, edge, look), |strokes| {
        ground(strokes, rect, fill, edge, look);
        Icon::Down.draw(strokes, arrow, Look { scale: look.scale * 0.8 }, theme::TEXT_DIM);
    });
    let words = Rect::from_min_max(rect.min, pos2(arrow.left(), rect.bottom()));
    let painter = ui.painter_at(words);
    let start = words.left_center() + vec2(look.px(8.0), 0.0);
    let mark = painter.layout_no_wrap(mark.to_owned(), look.text(), theme::TEXT);
    let room = words.right() - start.x - mark.size().x;
    let text = one_line(&painter, text, look.text(), theme::TEXT, room);
    let place = Align2::LEFT_CENTER.anchor_size(start, text.size());
    painter.galley(place.min, text, theme::TEXT);
    painter.galley(place.right_top(), mark, theme::TEXT);
}

/// A choice's JSON value as a label.
#[must_use]
pub(crate) fn label(json: &str) -> String {
    match json {
        "lowpass" => "Low-pass",
        "highpass" => "High-pass",
        "lowshelf" => "Low shelf",
        "highshelf" => "High shelf",
        "bandpass" => "Band-pass",
        "peak" => "Peak",
        "notch" => "Notch",
        "tilt" => "Tilt",
        "rms" => "RMS",
        "stereo" => "Stereo",
        "left" => "Left",
        "right" => "Right",
        "mid" => "Mid",
        "side" => "Side",
        "draft" => "Draft",
        "good" => "Good",
        "best" => "Best",
        "6" | "12" | "24" | "36" | "48" => return format!("{json} dB/oct"),
        other => other,
    }
    .to_owned()
}
