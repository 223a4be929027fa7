//! The filters' own responses as lines: the total, and each band.

use crate::editor::plot::{self, Axes};
use crate::editor::strokes::Strokes;
use crate::editor::theme::{self, Look};
use egui::epaint::Mesh;
use egui::{Painter, Pos2, Stroke};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::Quality;
use enhancer_dsp::config::{BandChannel, EqualizerConfig};
use enhancer_dsp::eq::EqResponse;
use std::sync::Arc;

/// Distance of a curve's points, in units of the design.
const STEP: f32 = 1.5;

/// What the lines depend on; the last is a pixel's width.
type Key = (EqualizerConfig, Quality, f64, Axes, f32);

/// Lines, kept until the equalizer, the sample rate or the picture changes.
#[derive(Default)]
pub(super) struct Curves {
    key: Option<Key>,
    response: Option<EqResponse>,
    /// One for what is heard on everything, and one for each channel that has bands of its own.
    totals: Vec<(BandChannel, Vec<Pos2>)>,
    bands: Vec<(usize, Vec<Pos2>)>,
    drawn: Option<Drawn>,
}

/// The lines as triangles: most of the picture's, and the same from one picture to the next.
struct Drawn {
    key: DrawnKey,
    /// The bands and what is heard on everything.
    mesh: Arc<Mesh>,
}

/// The selected band, whether the equalizer is at work, pixels for a point, and the look.
type DrawnKey = (Option<usize>, bool, f32, Look);

impl Curves {
    /// Computes the lines anew if need be.
    pub(super) fn follow(
        &mut self,
        config: &EnhancerConfig,
        rate_hz: f64,
        axes: &Axes,
        pixel: f32,
        look: Look,
    ) {
        let key = (config.equalizer, config.quality, rate_hz, *axes, pixel);
        let same = self.key.as_ref().is_some_and(|known| {
            known.0 == key.0
                && known.1 == key.1
                && known.2 == key.2
                && known.3.rect == axes.rect
                && known.3.db == axes.db
                && known.4 == pixel
        });
        if same {
            return;
        }
        let response = EqResponse::new(&config.equalizer, rate_hz, config.quality);
        let frequencies: Vec<f64> =
            axes.frequencies(look.px(STEP)).filter(|hz| *hz < rate_hz * 0.499).collect();
        let line = |gain_db: &dyn Fn(f64) -> f64| -> Vec<Pos2> {
            let points: Vec<Pos2> = frequencies.iter().map(|&hz| axes.at(hz, gain_db(hz) as f32)).collect();
            plot::needed(&points, pixel)
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
        self.drawn = None;
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
        &mut self,
        painter: &Painter,
        axes: &Axes,
        selected: Option<usize>,
        lit: bool,
        look: Look,
    ) {
        let key = (selected, lit, painter.pixels_per_point(), look);
        let mesh = match &self.drawn {
            Some(drawn) if drawn.key == key => drawn.mesh.clone(),
            _ => {
                let mesh = Arc::new(self.mesh(painter, axes, selected, lit, look));
                self.drawn = Some(Drawn { key, mesh: mesh.clone() });
                mesh
            }
        };
        painter.add(mesh);
        let own = self.totals.iter().filter(|(channel, _)| *channel != BandChannel::Stereo);
        for (channel, points) in own {
            let colour = theme::faded(theme::EQUALIZER, strength(lit));
            let mut strokes = Strokes::new(painter);
            strokes.dashes(points, Stroke::new(look.px(1.4), colour), look);
            strokes.paint(painter);
            let colour = if lit { theme::EQUALIZER } else { theme::TEXT_DIM };
            label(painter, points, *channel, colour, axes, look);
        }
    }

    /// The bands, and above them what is heard on everything.
    fn mesh(&self, painter: &Painter, axes: &Axes, selected: Option<usize>, lit: bool, look: Look) -> Mesh {
        let strength = strength(lit);
        let mut strokes = Strokes::new(painter);
        for (band, points) in &self.bands {
            let colour = theme::band_colour(*band);
            let (fill, line) = if selected == Some(*band) { (0.28, 0.9) } else { (0.07, 0.35) };
            let top = theme::faded(colour, fill * strength);
            strokes.area(points, axes.y(0.0), top, theme::faded(colour, 0.04 * strength));
            let stroke = Stroke::new(look.px(1.0), theme::faded(colour, line * strength));
            strokes.line(points, stroke);
        }
        let whole = self.totals.iter().filter(|(channel, _)| *channel == BandChannel::Stereo);
        let stroke = Stroke::new(look.px(2.2), theme::faded(theme::EQUALIZER, strength));
        whole.for_each(|(_, points)| strokes.line(points, stroke));
        strokes.into_mesh()
    }
}

/// How much of a colour is left of an equalizer that is not at work.
fn strength(lit: bool) -> f32 {
    if lit { 1.0 } else { 0.35 }
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
    // Off the figures of the axes.
    let (sides, top, bottom) = (look.px(36.0), look.px(10.0), look.px(24.0));
    let inside = egui::Rect::from_min_max(
        axes.rect.min + egui::vec2(sides, top),
        axes.rect.max - egui::vec2(sides, bottom),
    );
    let at = inside.clamp(*farthest + egui::vec2(look.px(10.0), 0.0));
    painter.text(at, egui::Align2::LEFT_CENTER, letter, look.title(), colour);
}
