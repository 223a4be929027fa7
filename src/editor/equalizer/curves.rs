//! The filters' own responses as lines: the total, and each band.

use crate::editor::plot::{self, Axes};
use crate::editor::theme::{self, Look};
use egui::{Painter, Pos2, Shape, Stroke};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::Quality;
use enhancer_dsp::config::{BandChannel, EqualizerConfig};
use enhancer_dsp::eq::EqResponse;

/// Distance of a curve's points, in units of the design.
const STEP: f32 = 1.5;

/// Lines, kept until the equalizer, the sample rate or the picture changes.
#[derive(Default)]
pub(super) struct Curves {
    key: Option<(EqualizerConfig, Quality, f64, Axes)>,
    response: Option<EqResponse>,
    /// One for what is heard on everything, and one for each channel that has bands of its own.
    totals: Vec<(BandChannel, Vec<Pos2>)>,
    bands: Vec<(usize, Vec<Pos2>)>,
}

impl Curves {
    /// Computes the lines anew if need be.
    pub(super) fn follow(&mut self, config: &EnhancerConfig, rate_hz: f64, axes: &Axes, look: Look) {
        let key = (config.equalizer, config.quality, rate_hz, *axes);
        let same = self.key.as_ref().is_some_and(|known| {
            known.0 == key.0
                && known.1 == key.1
                && known.2 == key.2
                && known.3.rect == axes.rect
                && known.3.db == axes.db
        });
        if same {
            return;
        }
        let response = EqResponse::new(&config.equalizer, rate_hz, config.quality);
        let frequencies: Vec<f64> =
            axes.frequencies(look.px(STEP)).filter(|hz| *hz < rate_hz * 0.499).collect();
        let line = |gain_db: &dyn Fn(f64) -> f64| -> Vec<Pos2> {
            frequencies.iter().map(|&hz| axes.at(hz, gain_db(hz) as f32)).collect()
        };
        let bands = &config.equalizer.bands;
        let used = |channel: BandChannel| {
            channel == BandChannel::Stereo || bands.iter().any(|band| band.enabled && band.channel == channel)
        };
        self.totals = BandChannel::ALL
            .iter()
            .filter(|channel| used(**channel))
            .map(|&channel| (channel, line(&|hz| response.gain_db(hz, channel))))
            .collect();
        let enabled = bands.iter().enumerate().filter(|(_, band)| band.enabled);
        self.bands = enabled.map(|(band, _)| (band, line(&|hz| response.band_gain_db(band, hz)))).collect();
        self.response = Some(response);
        self.key = Some(key);
    }

    /// What everything goes through at a frequency, dB.
    pub(super) fn total_db(&self, hz: f64) -> Option<f64> {
        self.response.as_ref().map(|response| response.gain_db(hz, BandChannel::Stereo))
    }

    /// What a band does at a frequency, dB.
    pub(super) fn band_db(&self, band: usize, hz: f64) -> f32 {
        self.response.as_ref().map_or(0.0, |response| response.band_gain_db(band, hz) as f32)
    }

    pub(super) fn paint(
        &self,
        painter: &Painter,
        axes: &Axes,
        selected: Option<usize>,
        lit: bool,
        look: Look,
    ) {
        let strength = if lit { 1.0 } else { 0.35 };
        for (band, points) in &self.bands {
            let colour = theme::band_colour(*band);
            let (fill, line) = if selected == Some(*band) { (0.28, 0.9) } else { (0.07, 0.35) };
            let top = theme::faded(colour, fill * strength);
            painter.add(plot::area(points, axes.y(0.0), top, theme::faded(colour, 0.04 * strength)));
            let stroke = Stroke::new(look.px(1.0), theme::faded(colour, line * strength));
            painter.add(Shape::line(points.clone(), stroke));
        }
        for (channel, points) in &self.totals {
            let colour = theme::faded(theme::EQUALIZER, strength);
            if *channel == BandChannel::Stereo {
                painter.add(Shape::line(points.clone(), Stroke::new(look.px(2.2), colour)));
            } else {
                painter.extend(plot::dashed(points, Stroke::new(look.px(1.4), colour), look));
                label(painter, points, *channel, colour, axes, look);
            }
        }
    }
}

/// Names a channel's own curve where it is farthest from the middle.
fn label(
    painter: &Painter,
    points: &[Pos2],
    channel: BandChannel,
    colour: egui::Color32,
    axes: &Axes,
    look: Look,
) {
    let away = |point: &&Pos2| (point.y - axes.y(0.0)).abs();
    let Some(farthest) = points.iter().max_by(|a, b| away(a).total_cmp(&away(b))) else { return };
    let letter = match channel {
        BandChannel::Stereo => "",
        BandChannel::Left => "L",
        BandChannel::Right => "R",
        BandChannel::Mid => "M",
        BandChannel::Side => "S",
    };
    let inside = axes.rect.shrink(look.px(10.0));
    let at = inside.clamp(*farthest + egui::vec2(look.px(10.0), 0.0));
    painter.text(at, egui::Align2::LEFT_CENTER, letter, look.title(), colour);
}
