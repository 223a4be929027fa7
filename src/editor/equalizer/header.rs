//! The row above the picture: the equalizer's switch and preamp, and the spectrum's settings.

use super::{Equalizer, RANGES_DB};
use crate::editor::button::{self, Button};
use crate::editor::field::Field;
use crate::editor::model::Model;
use crate::editor::monitor::{Monitor, Slope, Speed};
use crate::editor::theme::{self, Look};
use egui::{Align2, Rect, Ui, pos2, vec2};
use enhancer_dsp::StageId;

impl Equalizer {
    pub(super) fn header(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        model: &mut Model,
        monitor: &mut Monitor,
        look: Look,
    ) {
        let row = rect.shrink2(vec2(look.px(8.0), look.px(5.0)));
        let enabled = model.slot("equalizer.enabled");
        let power = Rect::from_min_size(row.min, vec2(row.height(), row.height()));
        button::switch(ui, power, model, enabled, theme::stage_colour(StageId::Equalizer), look);
        let title = pos2(power.right() + look.px(8.0), row.center().y);
        let on = model.is_on(enabled);
        let colour = if on { theme::stage_colour(StageId::Equalizer) } else { theme::TEXT_FAINT };
        let title = ui.painter().text(title, Align2::LEFT_CENTER, "Equalizer", look.title(), colour);
        let preamp = Rect::from_min_size(
            pos2(title.right() + look.px(16.0), row.top()),
            vec2(look.px(124.0), row.height()),
        );
        let slot = model.slot("equalizer.preamp");
        Field { slot, name: "Preamp", accent: theme::stage_colour(StageId::Equalizer), lit: on }
            .show(ui, preamp, model, look);
        if let Some(band) = model.solo() {
            let at = pos2(preamp.right() + look.px(8.0), row.top());
            let rect = Rect::from_min_size(at, vec2(look.px(72.0), row.height()));
            let text = format!("Solo {}", band + 1);
            let tip = "Solo: plays only the frequencies of this band. Click to end.";
            let end = Button::text(&text, tip).lit(true, theme::band_colour(band)).called("End solo");
            if end.show(ui, rect, look).clicked() {
                model.set_solo(None);
            }
        }
        self.spectrum_buttons(ui, row, monitor, look);
    }

    fn spectrum_buttons(&mut self, ui: &Ui, row: Rect, monitor: &mut Monitor, look: Look) {
        const WIDTHS: [f32; 4] = [80.0, 64.0, 56.0, 60.0];
        let mut left = row.right() - look.px(WIDTHS.iter().sum::<f32>() + 12.0);
        let [slope_rect, speed_rect, freeze_rect, range_rect] = WIDTHS.map(|width| {
            let rect = Rect::from_min_size(pos2(left, row.top()), vec2(look.px(width), row.height()));
            left = rect.right() + look.px(4.0);
            rect
        });
        let analyzer = &monitor.output.analyzer;
        let (slope, speed, frozen) = (analyzer.slope, analyzer.speed, analyzer.frozen);
        let button = Button::text(
            slope.text(),
            "Slope of the spectrum: pink noise is level at 3 dB/oct, most music at 4.5. The spectrum shows the loudest \
             channel at each frequency.",
        );
        let turn = button.called("Spectrum slope").show(ui, slope_rect, look).clicked();
        let slope = if turn { Slope::ALL[(slope as usize + 1) % 3] } else { slope };
        let button = Button::text(speed.text(), "Speed of the spectrum: falls in 1.5, 0.4 or 0.12 s")
            .called("Spectrum speed");
        let turn = button.show(ui, speed_rect, look).clicked();
        let speed = if turn { Speed::ALL[(speed as usize + 1) % 3] } else { speed };
        let freeze = Button::text("Freeze", "Freezes the spectrum")
            .lit(frozen, theme::stage_colour(StageId::Equalizer));
        let frozen = frozen != freeze.show(ui, freeze_rect, look).clicked();
        let range = format!("±{:.0} dB", self.range_db);
        let button = Button::text(&range, "Range of the gain axis, ±6 to ±27 dB").called("Gain axis");
        if button.show(ui, range_rect, look).clicked() {
            let next = RANGES_DB.iter().position(|&db| db == self.range_db).unwrap_or(0) + 1;
            self.range_db = RANGES_DB[next % RANGES_DB.len()];
        }
        for end in [&mut monitor.input, &mut monitor.output] {
            (end.analyzer.slope, end.analyzer.speed, end.analyzer.frozen) = (slope, speed, frozen);
        }
    }
}
