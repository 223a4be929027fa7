//! The panels of bass and treble boost: shelf and harmonics.

mod probe;

use super::frame::{self, Frame};
use super::{StagePanel, Width};
use crate::editor::control;
use crate::editor::model::Model;
use crate::editor::monitor::Monitor;
use crate::editor::numbers;
use crate::editor::plot::{self, Axes};
use crate::editor::strokes::Strokes;
use crate::editor::theme::{self, Look};
use egui::{Align2, Color32, Id, Painter, Rect, Shape, Stroke, Ui, pos2, vec2};
use enhancer_dsp::config::BandChannel;
use enhancer_dsp::tone::{BassBoost, TrebleBoost};
use enhancer_dsp::{EnhancerConfig, Stage, StageId};
use probe::{FLOOR_DBC, Probe};

/// Top of the shelf's axis, dB.
const TOP_DB: f32 = 13.0;

/// Bass or treble boost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::editor) enum Tone {
    /// Works on low frequencies.
    Bass,
    /// Works on high frequencies.
    Treble,
}

/// A boost's panel with its measurement of the harmonics.
pub(super) struct TonePanel {
    tone: Tone,
    probe: Probe,
}

/// Frequencies, Hz, `step` points apart, with the gains of the boost's shelf there, dB.
///
/// The gains come from the filter that the stage runs.
#[must_use]
pub(in crate::editor) fn shelf_gains(
    tone: Tone,
    config: &EnhancerConfig,
    rate_hz: f64,
    axes: &Axes,
    step: f32,
) -> Vec<(f64, f32)> {
    match tone {
        Tone::Bass => {
            let response = BassBoost::response(&config.bass_boost, rate_hz, config.quality);
            axes.gains(step, rate_hz, |hz| response(hz, BandChannel::Stereo).norm()).collect()
        }
        Tone::Treble => {
            let response = TrebleBoost::response(&config.treble_boost, rate_hz, config.quality);
            axes.gains(step, rate_hz, |hz| response(hz, BandChannel::Stereo).norm()).collect()
        }
    }
}

impl StagePanel for TonePanel {
    fn width(&self) -> Width {
        Width { share: 1.0, least: 94.0 }
    }

    fn show(&mut self, ui: &mut Ui, rect: Rect, model: &mut Model, monitor: &mut Monitor, look: Look) {
        let (stage, title) = match self.tone {
            Tone::Bass => (StageId::BassBoost, "Bass"),
            Tone::Treble => (StageId::TrebleBoost, "Treble"),
        };
        let slot = |field: &str| model.slot(&format!("{}.{field}", stage.id()));
        let (frequency, amount, harmonics) = (slot("frequency"), slot("amount"), slot("harmonics"));
        let parts = Frame { title, stage }.show(ui, rect, model, look);
        let config = model.config();
        let colour = if parts.lit { theme::stage_colour(stage) } else { theme::TEXT_FAINT };
        let rate_hz = f64::from(monitor.rate_hz());
        self.picture(&ui.painter_at(parts.picture), parts.picture, &config, rate_hz, colour, look);
        let hover = ui.interact(parts.picture, egui::Id::unique((stage.id(), "picture")), egui::Sense::HOVER);
        control::hint(hover, || {
            format!(
                "Line: gain of the shelf, dB. Bars: harmonics added to a tone of {} at −12 dBFS, from the tone's own level \
                 at the top to −60 dB at the bottom.",
                numbers::frequency_text(self.probe.tone_hz())
            )
        });
        let rows: [&[_]; 2] = [&[(frequency, "Freq"), (amount, "Amount")], &[(harmonics, "Harmonics")]];
        frame::knob_rows(ui, parts.knobs, &rows, stage, parts.lit, model, look);
    }
}

impl TonePanel {
    pub(super) fn new(tone: Tone) -> Self {
        Self { tone, probe: Probe::new(tone) }
    }

    fn picture(
        &mut self,
        painter: &Painter,
        rect: Rect,
        config: &EnhancerConfig,
        rate_hz: f64,
        colour: Color32,
        look: Look,
    ) {
        let (hz, corner_hz) = match self.tone {
            Tone::Bass => ((20.0, 1500.0), config.bass_boost.frequency_hz),
            Tone::Treble => ((1000.0, 22_000.0), config.treble_boost.frequency_hz),
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
        let key =
            (axes, config.bass_boost, config.treble_boost, config.quality, rate_hz.to_bits(), colour, look);
        Strokes::kept(painter, id.with("shelf"), key, |strokes| {
            let gains = shelf_gains(self.tone, config, rate_hz, &axes, look.px(2.0));
            let points = gains.into_iter().map(|(hz, db)| axes.at(hz, db) - vec2(0.0, look.px(1.0)));
            let points = plot::needed(points, strokes.pixel());
            let top = theme::faded(colour, 0.25);
            strokes.area(&points, rect.bottom(), top, theme::faded(colour, 0.03));
            strokes.line(&points, Stroke::new(look.px(1.8), colour));
            let x = axes.x(f64::from(corner_hz));
            strokes.upright(x, rect.y_range(), look.hairline(theme::faded(colour, 0.35)));
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use enhancer_dsp::Enhancer;
    use std::f64::consts::TAU;

    /// Gain of the chain, from its impulse response, dB.
    fn gain_db(config: &EnhancerConfig, rate_hz: f64, hz: f64) -> f64 {
        let mut enhancer = Enhancer::new(rate_hz, 1).unwrap();
        enhancer.set_config(config).unwrap();
        let mut samples = vec![0.0f32; 8192];
        samples[0] = 0.5;
        enhancer.process(&mut [&mut samples]);
        let sum = |wave: fn(f64) -> f64| -> f64 {
            let samples = samples.iter().enumerate();
            samples.map(|(n, sample)| f64::from(*sample) * wave(TAU * hz * n as f64 / rate_hz)).sum()
        };
        20.0 * (2.0 * sum(f64::cos).hypot(sum(f64::sin))).log10()
    }

    /// The analog prototype of the treble shelf differs from its filter by up to 0.047 dB.
    #[test]
    fn the_drawn_shelf_is_the_gain_of_the_sound() {
        let rate_hz = 44_100.0;
        for tone in [Tone::Bass, Tone::Treble] {
            let mut config = EnhancerConfig::default();
            config.limiter.enabled = false;
            (config.bass_boost.harmonics_percent, config.treble_boost.harmonics_percent) = (0.0, 0.0);
            (config.bass_boost.frequency_hz, config.bass_boost.amount_db) = (250.0, 12.0);
            (config.treble_boost.frequency_hz, config.treble_boost.amount_db) = (12_000.0, 12.0);
            config.bass_boost.enabled = tone == Tone::Bass;
            config.treble_boost.enabled = tone == Tone::Treble;
            let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(100.0, 50.0));
            let axes = Axes { rect, hz: (100.0, 20_000.0), db: (0.0, TOP_DB) };
            let drawn = shelf_gains(tone, &config, rate_hz, &axes, 5.0);
            assert!(drawn.len() > 20 && drawn.iter().any(|(_, db)| *db > 6.0));
            for (hz, db) in drawn {
                let measured = gain_db(&config, rate_hz, hz);
                assert!((f64::from(db) - measured).abs() < 0.002, "{tone:?}, {hz} Hz: {db}, {measured} dB");
            }
        }
    }
}
