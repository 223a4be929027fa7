//! The equalizer's response curves, total and per band, from the filters' own response function.

use crate::editor::plot::{self, Axes};
use crate::editor::strokes::Strokes;
use crate::editor::theme::{self, Look};
use egui::{Id, Painter, Pos2, Stroke};
use enhancer_dsp::config::{BandChannel, EqualizerConfig};
use enhancer_dsp::eq::EqResponse;
use enhancer_dsp::{EnhancerConfig, Quality, StageId};

/// Distance of a curve's points, units of the design.
const STEP: f32 = 1.5;

/// Inputs of the curves; the last is a pixel's width in points.
type CurvesKey = (EqualizerConfig, Quality, f64, Axes, f32);

/// The curves, kept until the equalizer, the sample rate or the picture changes.
#[derive(Default)]
pub(super) struct Curves {
    key: Option<CurvesKey>,
    response: Option<EqResponse>,
    /// The common curve, and one for each channel that has bands of its own.
    totals: Vec<(BandChannel, Vec<Pos2>)>,
    bands: Vec<(usize, Vec<Pos2>)>,
    /// Number of computations so far; identifies the present curves.
    round: u64,
}

impl Curves {
    /// Recomputes the curves if an input changed.
    pub(super) fn follow(
        &mut self,
        config: &EnhancerConfig,
        rate_hz: f64,
        axes: &Axes,
        pixel: f32,
        look: Look,
    ) {
        let key = (config.equalizer, config.quality, rate_hz, *axes, pixel);
        if self.key.as_ref() == Some(&key) {
            return;
        }
        let response = EqResponse::new(&config.equalizer, rate_hz, config.quality);
        let frequencies: Vec<f64> =
            axes.frequencies(look.px(STEP)).filter(|hz| *hz < rate_hz * 0.499).collect();
        let line = |gain_db: &dyn Fn(f64) -> f64| -> Vec<Pos2> {
            plot::needed(frequencies.iter().map(|&hz| axes.at(hz, gain_db(hz) as f32)), pixel)
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
        self.round += 1;
        self.key = Some(key);
    }

    /// Gain of all bands that work on stereo at a frequency, dB.
    pub(super) fn total_db(&self, hz: f64) -> Option<f64> {
        self.response.as_ref().map(|response| response.gain_db(hz, BandChannel::Stereo))
    }

    /// Gain of one band at a frequency, dB.
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
        let key = (self.round, selected, lit, look);
        Strokes::kept(painter, Id::unique("equalizer curves"), key, |strokes| {
            self.draw(strokes, axes, selected, lit, look);
        });
        let colour = if lit { theme::stage_colour(StageId::Equalizer) } else { theme::TEXT_DIM };
        let own = self.totals.iter().filter(|(channel, _)| *channel != BandChannel::Stereo);
        own.for_each(|(channel, points)| label(painter, points, *channel, colour, axes, look));
    }

    /// Draws the bands, and the totals above them.
    fn draw(&self, strokes: &mut Strokes, axes: &Axes, selected: Option<usize>, lit: bool, look: Look) {
        let strength = strength(lit);
        for (band, points) in &self.bands {
            let colour = theme::band_colour(*band);
            let (fill, line) = if selected == Some(*band) { (0.28, 0.9) } else { (0.07, 0.35) };
            let top = theme::faded(colour, fill * strength);
            strokes.area(points, axes.y(0.0), top, theme::faded(colour, 0.04 * strength));
            let stroke = Stroke::new(look.px(1.0), theme::faded(colour, line * strength));
            strokes.line(points, stroke);
        }
        let colour = theme::faded(theme::stage_colour(StageId::Equalizer), strength);
        let (whole, own): (Vec<_>, Vec<_>) =
            self.totals.iter().partition(|(channel, _)| *channel == BandChannel::Stereo);
        whole.iter().for_each(|(_, points)| strokes.line(points, Stroke::new(look.px(2.2), colour)));
        own.iter().for_each(|(_, points)| strokes.dashes(points, Stroke::new(look.px(1.4), colour), look));
    }
}

/// Opacity of the curves: full while the equalizer is on, faint while off.
fn strength(lit: bool) -> f32 {
    if lit { 1.0 } else { 0.35 }
}

/// Names a channel's own curve where it is farthest from 0 dB.
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
    // Away from the figures of the axes.
    let (sides, top, bottom) = (look.px(36.0), look.px(10.0), look.px(24.0));
    let inside = egui::Rect::from_min_max(
        axes.rect.min + egui::vec2(sides, top),
        axes.rect.max - egui::vec2(sides, bottom),
    );
    let at = inside.clamp(*farthest + egui::vec2(look.px(10.0), 0.0));
    painter.text(at, egui::Align2::LEFT_CENTER, letter, look.title(), colour);
}
