//! Colours, fonts and sizes: dark, one accent per stage, a grid of 8 units.
//!
//! Text has a contrast of at least 4.5:1 on every background (WCAG 2.1, 1.4.3); a test computes it.

use egui::{Color32, FontData, FontDefinitions, FontFamily, FontId, Stroke, TextStyle, Vec2};
use enhancer_dsp::StageId;
use std::sync::Arc;

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// Background of the window.
pub(crate) const BACKGROUND: Color32 = rgb(0x0E1116);
/// Background of a panel.
pub(crate) const PANEL: Color32 = rgb(0x171B22);
/// Background of a picture.
pub(crate) const WELL: Color32 = rgb(0x10141A);
/// Background of a button.
pub(crate) const RAISED: Color32 = rgb(0x232932);
/// Background under the pointer.
pub(crate) const HOVERED: Color32 = rgb(0x2E3641);
/// Edges.
pub(crate) const LINE: Color32 = rgb(0x2A313B);
/// Grid lines.
pub(crate) const GRID: Color32 = rgb(0x1D232B);
/// Main grid lines.
pub(crate) const GRID_STRONG: Color32 = rgb(0x2F3742);
/// Values and titles.
pub(crate) const TEXT: Color32 = rgb(0xE8ECF2);
/// Names and units.
pub(crate) const TEXT_DIM: Color32 = rgb(0xA4AEBB);
/// Axis figures, and stages that are off.
pub(crate) const TEXT_FAINT: Color32 = rgb(0x8A94A2);
/// Over full scale, clipped.
pub(crate) const ALARM: Color32 = rgb(0xFF6B6B);
/// Text on an accent.
pub(crate) const ON_ACCENT: Color32 = rgb(0x0E1116);

/// Opacity of the text on a disabled control.
pub(crate) const DISABLED: f32 = 0.7;

/// Accent of the first stage, and of everything selected.
pub(crate) const BLUE: Color32 = rgb(0x6CC7F5);
/// Accent of the second stage, of listening switches and notes.
pub(crate) const AMBER: Color32 = rgb(0xF2B35E);
/// Accent of the fifth stage, and of levels.
pub(crate) const GREEN: Color32 = rgb(0x6FD6AE);
/// Accent of the output column.
pub(crate) const OUTPUT: Color32 = rgb(0xC9D3E0);

/// Accents of the stages by place in the chain; neighbours differ strongly. More stages begin at the first
/// again.
const STAGES: [Color32; 8] =
    [BLUE, AMBER, rgb(0xF28B76), rgb(0xB7A4F5), GREEN, rgb(0xF08FB8), rgb(0xE3D26F), rgb(0x8FD3DC)];

/// Accent of a stage.
#[must_use]
pub(crate) const fn stage_colour(stage: StageId) -> Color32 {
    STAGES[stage as usize % STAGES.len()]
}

/// Colours of the bands; neighbours differ strongly.
const BANDS: [u32; 8] = [0x6CC7F5, 0xF2B35E, 0x6FD6AE, 0xF08FB8, 0xB7A4F5, 0xE3D26F, 0xF28B76, 0x8FD3DC];

/// Colour of an equalizer band.
#[must_use]
pub(crate) fn band_colour(band: usize) -> Color32 {
    rgb(BANDS.get(band % BANDS.len()).copied().unwrap_or(0x6CC7F5))
}

/// `colour` with an opacity of 0 to 1.
#[must_use]
pub(crate) fn faded(colour: Color32, opacity: f32) -> Color32 {
    colour.gamma_multiply(opacity)
}

/// Scale of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Look {
    /// Points per unit of the design.
    pub(crate) scale: f32,
}

impl Look {
    /// Enlarges controls in large windows, in steps, so that lines stay crisp.
    #[must_use]
    pub(crate) fn for_window(size: Vec2) -> Self {
        let fit = (size.x / 1280.0).min(size.y / 800.0);
        Self { scale: ((fit * 8.0).floor() / 8.0).clamp(1.0, 3.0) }
    }

    /// Converts units of the design to points.
    #[must_use]
    pub(crate) fn px(self, measure: f32) -> f32 {
        measure * self.scale
    }

    /// Font of axis figures.
    #[must_use]
    pub(crate) fn tiny(self) -> FontId {
        FontId::proportional(self.px(10.0))
    }

    /// Font of control names.
    #[must_use]
    pub(crate) fn small(self) -> FontId {
        FontId::proportional(self.px(11.0))
    }

    /// Font of values and buttons.
    #[must_use]
    pub(crate) fn text(self) -> FontId {
        FontId::proportional(self.px(12.5))
    }

    /// Font of stage names.
    #[must_use]
    pub(crate) fn title(self) -> FontId {
        FontId::new(self.px(12.5), FontFamily::Name(MEDIUM.into()))
    }

    /// Font of the main figures.
    #[must_use]
    pub(crate) fn large(self) -> FontId {
        FontId::new(self.px(18.0), FontFamily::Name(MEDIUM.into()))
    }

    /// A line one unit wide.
    #[must_use]
    pub(crate) fn hairline(self, colour: Color32) -> Stroke {
        Stroke::new(self.px(1.0), colour)
    }
}

const MEDIUM: &str = "medium";

/// Installs Roboto, with egui's own fonts as its fallback.
pub fn install_fonts(ctx: &egui::Context) {
    let mut fonts = FontDefinitions::default();
    let regular = include_bytes!("../../crates/enhancer-figure/assets/Roboto-Regular.ttf");
    let medium = include_bytes!("../../crates/enhancer-figure/assets/Roboto-Medium.ttf");
    fonts.font_data.insert("roboto".to_owned(), Arc::new(FontData::from_static(regular)));
    fonts.font_data.insert("roboto-medium".to_owned(), Arc::new(FontData::from_static(medium)));
    let behind = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    for (family, first) in
        [(FontFamily::Proportional, "roboto"), (FontFamily::Name(MEDIUM.into()), "roboto-medium")]
    {
        let list = std::iter::once(first.to_owned()).chain(behind.iter().cloned()).collect();
        fonts.families.insert(family, list);
    }
    ctx.set_fonts(fonts);
}

/// Sets the colours and sizes of egui's own widgets.
pub(crate) fn install_style(ctx: &egui::Context, look: Look) {
    ctx.set_theme(egui::Theme::Dark);
    ctx.global_style_mut(|style| {
        style.text_styles = [
            (TextStyle::Small, look.small()),
            (TextStyle::Body, look.text()),
            (TextStyle::Button, look.text()),
            (TextStyle::Heading, look.large()),
            (TextStyle::Monospace, FontId::monospace(look.px(12.0))),
        ]
        .into();
        style.spacing.item_spacing = egui::vec2(look.px(8.0), look.px(4.0));
        style.spacing.button_padding = egui::vec2(look.px(8.0), look.px(4.0));
        style.spacing.interact_size.y = look.px(24.0);
        style.interaction.tooltip_delay = 0.6;
        style.interaction.selectable_labels = false;
        colour(&mut style.visuals, look);
    });
}

fn colour(visuals: &mut egui::Visuals, look: Look) {
    visuals.override_text_color = Some(TEXT);
    visuals.panel_fill = BACKGROUND;
    visuals.window_fill = PANEL;
    visuals.extreme_bg_color = WELL;
    visuals.faint_bg_color = PANEL;
    visuals.window_stroke = look.hairline(LINE);
    visuals.selection.bg_fill = faded(BLUE, 0.35);
    visuals.selection.stroke = look.hairline(BLUE);
    visuals.weak_text_color = Some(TEXT_DIM);
    visuals.disabled_alpha = DISABLED;
    let radius = egui::CornerRadius::same(look.px(4.0) as u8);
    let widgets = &mut visuals.widgets;
    for (state, fill) in [
        (&mut widgets.noninteractive, PANEL),
        (&mut widgets.inactive, RAISED),
        (&mut widgets.hovered, HOVERED),
        (&mut widgets.active, HOVERED),
        (&mut widgets.open, HOVERED),
    ] {
        state.bg_fill = fill;
        state.weak_bg_fill = fill;
        state.bg_stroke = look.hairline(LINE);
        state.corner_radius = radius;
        state.expansion = 0.0;
    }
    // egui calls a focused widget active.
    widgets.active.bg_stroke = look.hairline(TEXT);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.1).
    fn luminance(colour: Color32) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(colour.r()) + 0.7152 * channel(colour.g()) + 0.0722 * channel(colour.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_has_enough_contrast_on_every_background() {
        let accents = STAGES.into_iter().chain([OUTPUT]);
        let bands = (0..16).map(band_colour);
        for text in [TEXT, TEXT_DIM, TEXT_FAINT, ALARM].into_iter().chain(accents.clone()).chain(bands) {
            for ground in [BACKGROUND, PANEL, WELL, RAISED] {
                assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}: {}", contrast(text, ground));
            }
        }
        for text in [TEXT, TEXT_DIM] {
            assert!(contrast(text, HOVERED) >= 4.5, "{text:?}");
        }
        for ground in accents.chain((0..16).map(band_colour)).chain([ALARM]) {
            assert!(contrast(ON_ACCENT, ground) >= 4.5, "{ground:?}");
        }
    }
}
