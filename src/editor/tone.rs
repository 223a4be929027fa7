//! Bass and treble boost: what they add to the spectrum, shelf and harmonics.

mod probe;

use super::model::Model;
use super::panel::{self, Panel};
use super::plot::{self, Axes};
use super::strokes::Strokes;
use super::theme::{self, Look};
use egui::{Align2, Color32, Painter, Pos2, Rect, Stroke, Ui, pos2, vec2};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::{BandType, BassBoostConfig, EqBand, TrebleBoostConfig};
use enhancer_dsp::filter::prototype;
use probe::{FLOOR_DBC, Probe};

/// Top of the shelf's axis, dB.
const TOP_DB: f32 = 13.0;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Below.
    Bass,
    /// Above.
    Treble,
}

/// One of the two panels and what it remembers.
pub(crate) struct ToneView {
    tone: Tone,
    probe: Probe,
}

/// The bass boost's shelf as a band of an equalizer; both have the Cookbook's shelf at Q = 1/√2.
#[must_use]
pub(crate) fn bass_shelf(config: &BassBoostConfig) -> EqBand {
    let (frequency_hz, gain_db) = (config.frequency_hz, config.amount_db);
    EqBand { kind: BandType::Lowshelf, frequency_hz, gain_db, ..EqBand::default() }
}

/// The treble boost's shelf as a band of an equalizer.
#[must_use]
pub(crate) fn treble_shelf(config: &TrebleBoostConfig) -> EqBand {
    let (frequency_hz, gain_db) = (config.frequency_hz, config.amount_db);
    EqBand { kind: BandType::Highshelf, frequency_hz, gain_db, ..EqBand::default() }
}

impl ToneView {
    /// The panel of one of the two.
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
        let tone_hz = self.probe.tone_hz();
        hover.on_hover_text(format!(
            "The line is the gain of the shelf. The bars are the harmonics that a tone of {} at −12 dBFS gets, \
             from the top (as loud as the tone) down to −60 dB.",
            plot::frequency_text(tone_hz)
        ));
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
        plot::frequency_grid(painter, &axes, look, false);
        let mut strokes = Strokes::new(painter);
        for db in [3.0, 6.0, 9.0, 12.0] {
            strokes.level(rect.x_range(), axes.y(db), look.hairline(theme::GRID));
        }
        strokes.paint(painter);
        let bars = self.probe.harmonics_dbc(config);
        let scale = Axes { db: (FLOOR_DBC, 0.0), ..axes };
        for (order, &(hz, dbc)) in bars.iter().enumerate() {
            if dbc <= FLOOR_DBC || hz >= axes.hz.1 {
                continue;
            }
            let (x, y) = (axes.x(hz), scale.y(dbc));
            let bar = Rect::from_min_max(pos2(x - look.px(1.5), y), pos2(x + look.px(1.5), rect.bottom()));
            painter.rect_filled(bar, look.px(1.0), theme::faded(colour, 0.6));
            let before = order.checked_sub(1).and_then(|before| bars.get(before));
            let room = before.is_none_or(|(before, _)| x - axes.x(*before) > look.px(16.0));
            if order < 2 && room {
                let at = pos2(x, y - look.px(1.0));
                let name = format!("{}×", order + 2);
                painter.text(at, Align2::CENTER_BOTTOM, name, look.tiny(), theme::TEXT_FAINT);
            }
        }
        let points: Vec<Pos2> = axes
            .frequencies(look.px(2.0))
            .map(|hz| axes.at(hz, prototype::gain_db(&shelf, hz) as f32) - vec2(0.0, look.px(1.0)))
            .collect();
        let points = plot::needed(&points, 1.0 / painter.pixels_per_point());
        let mut strokes = Strokes::new(painter);
        let top = theme::faded(colour, 0.25);
        strokes.area(&points, rect.bottom(), top, theme::faded(colour, 0.03));
        strokes.line(&points, Stroke::new(look.px(1.8), colour));
        let x = axes.x(f64::from(shelf.frequency_hz));
        strokes.upright(x, rect.y_range(), look.hairline(theme::faded(colour, 0.35)));
        strokes.paint(painter);
    }
}
