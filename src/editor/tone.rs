//! The panels of bass and treble boost: shelf and harmonics.

mod probe;

use super::control;
use super::model::Model;
use super::numbers;
use super::panel::{self, Panel};
use super::plot::{self, Axes};
use super::strokes::Strokes;
use super::theme::{self, Look};
use egui::{Align2, Color32, Id, Painter, Rect, Shape, Stroke, Ui, pos2, vec2};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::{BandType, BassBoostConfig, EqBand, TrebleBoostConfig};
use enhancer_dsp::filter::prototype;
use probe::{FLOOR_DBC, Probe};

/// Top of the shelf's axis, dB.
const TOP_DB: f32 = 13.0;

/// Bass or treble boost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Tone {
    /// Works on low frequencies.
    Bass,
    /// Works on high frequencies.
    Treble,
}

/// A panel and its state.
pub(crate) struct ToneView {
    tone: Tone,
    probe: Probe,
}

/// The bass boost's shelf as an equalizer band. Both use the Cookbook's shelf with Q = 1/√2.
#[must_use]
pub(crate) fn bass_shelf(config: &BassBoostConfig) -> EqBand {
    let (frequency_hz, gain_db) = (config.frequency_hz, config.amount_db);
    EqBand { kind: BandType::Lowshelf, frequency_hz, gain_db, ..EqBand::default() }
}

/// The treble boost's shelf as an equalizer band.
#[must_use]
pub(crate) fn treble_shelf(config: &TrebleBoostConfig) -> EqBand {
    let (frequency_hz, gain_db) = (config.frequency_hz, config.amount_db);
    EqBand { kind: BandType::Highshelf, frequency_hz, gain_db, ..EqBand::default() }
}

impl ToneView {
    #[must_use]
    pub(crate) fn new(tone: Tone) -> Self {
        Self { tone, probe: Probe::new(tone) }
    }

    /// Fills `rect`.
    pub(crate) fn show(&mut self, ui: &mut Ui, rect: Rect, model: &mut Model, look: Look) {
        let (section, title, accent) = match self.tone {
            Tone::Bass => ("bass_boost", "Bass", theme::BASS),
            Tone::Treble => ("treble_boost", "Treble", theme::TREBLE),
        };
        let slot = |field: &str| model.slot(&format!("{section}.{field}"));
        let (frequency, amount, harmonics) = (slot("frequency"), slot("amount"), slot("harmonics"));
        let parts = Panel { title, switch: slot("enabled"), accent }.show(ui, rect, model, look);
        let config = model.config();
        let colour = if parts.lit { accent } else { theme::TEXT_FAINT };
        self.picture(&ui.painter_at(parts.picture), parts.picture, &config, colour, look);
        let hover = ui.interact(parts.picture, egui::Id::unique((section, "picture")), egui::Sense::HOVER);
        control::hint(hover, || {
            format!(
                "Line: gain of the shelf, dB. Bars: harmonics added to a tone of {} at −12 dBFS, from the tone's own level \
                 at the top to −60 dB at the bottom.",
                numbers::frequency_text(self.probe.tone_hz())
            )
        });
        let rows: [&[_]; 2] = [&[(frequency, "Freq"), (amount, "Amount")], &[(harmonics, "Harmonics")]];
        panel::knob_rows(ui, parts.knobs, &rows, accent, parts.lit, model, look);
    }

    fn picture(
        &mut self,
        painter: &Painter,
        rect: Rect,
        config: &EnhancerConfig,
        colour: Color32,
        look: Look,
    ) {
        let (hz, shelf) = match self.tone {
            Tone::Bass => ((20.0, 1500.0), bass_shelf(&config.bass_boost)),
            Tone::Treble => ((1000.0, 22_000.0), treble_shelf(&config.treble_boost)),
        };
        let axes = Axes { rect, hz, db: (0.0, TOP_DB) };
        let scale = Axes { db: (FLOOR_DBC, 0.0), ..axes };
        let bars = self.probe.harmonics_dbc(config);
        let seen = |(hz, dbc): (f64, f32)| dbc > FLOOR_DBC && hz < axes.hz.1;
        let id = Id::unique(("tone", self.tone));
        Strokes::kept(painter, id.with("grid"), (axes, bars.to_vec(), colour, look), |strokes| {
            plot::frequency_grid(strokes, &axes, look);
            for db in [3.0, 6.0, 9.0, 12.0] {
                strokes.level(rect.x_range(), axes.y(db), look.hairline(theme::GRID));
            }
            for &(hz, dbc) in bars.iter().filter(|bar| seen(**bar)) {
                let bar = Rect::from_x_y_ranges(axes.x(hz)..=axes.x(hz), scale.y(dbc)..=rect.bottom())
                    .expand2(vec2(look.px(1.5), 0.0));
                strokes.shape(Shape::rect_filled(bar, look.px(1.0), theme::faded(colour, 0.6)));
            }
        });
        for (order, &(hz, dbc)) in bars.iter().enumerate().take(2).filter(|(_, bar)| seen(**bar)) {
            let before = order.checked_sub(1).and_then(|before| bars.get(before));
            if before.is_none_or(|(before, _)| axes.x(hz) - axes.x(*before) > look.px(16.0)) {
                let at = pos2(axes.x(hz), scale.y(dbc) - look.px(1.0));
                let name = format!("{}×", order + 2);
                painter.text(at, Align2::CENTER_BOTTOM, name, look.tiny(), theme::TEXT_FAINT);
            }
        }
        Strokes::kept(painter, id.with("shelf"), (axes, shelf, colour, look), |strokes| {
            let points = axes
                .frequencies(look.px(2.0))
                .map(|hz| axes.at(hz, prototype::gain_db(&shelf, hz) as f32) - vec2(0.0, look.px(1.0)));
            let points = plot::needed(points, strokes.pixel());
            let top = theme::faded(colour, 0.25);
            strokes.area(&points, rect.bottom(), top, theme::faded(colour, 0.03));
            strokes.line(&points, Stroke::new(look.px(1.8), colour));
            let x = axes.x(f64::from(shelf.frequency_hz));
            strokes.upright(x, rect.y_range(), look.hairline(theme::faded(colour, 0.35)));
        });
    }
}
