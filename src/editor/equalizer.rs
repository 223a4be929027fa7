//! Spectrum and equalizer in one picture, and the bands in it to be moved by hand.

mod band_bar;
mod bands;
mod curves;
mod header;
mod readout;

use super::ground;
use super::model::Model;
use super::monitor::{MAX_HZ, MIN_HZ, Monitor};
use super::plot::{self, Axes};
use super::strokes::Strokes;
use super::theme::{self, Look};
use curves::Curves;
use egui::{Align2, Pos2, Rect, Sense, Stroke, Ui, pos2, vec2};

/// Spans of the gain axis to choose from, dB to each side.
const RANGES_DB: [f32; 4] = [6.0, 12.0, 18.0, 27.0];

/// Top and bottom of the spectrum's axis, dBFS.
const SPECTRUM_DB: (f32, f32) = (-90.0, 0.0);

/// The picture and what it remembers.
pub(crate) struct Equalizer {
    /// The gain axis, dB to each side.
    range_db: f32,
    /// The band whose values stand below the picture.
    pub(crate) selected: Option<usize>,
    curves: Curves,
    hand: bands::Hand,
    /// Where the picture was drawn last, for tests.
    axes: Option<Axes>,
}

impl Default for Equalizer {
    fn default() -> Self {
        Self {
            range_db: 12.0,
            selected: None,
            curves: Curves::default(),
            hand: bands::Hand::default(),
            axes: None,
        }
    }
}

impl Equalizer {
    /// The axes of the picture as it was drawn last.
    #[must_use]
    pub(crate) fn axes(&self) -> Option<Axes> {
        self.axes
    }

    /// Fills `rect`.
    pub(crate) fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        model: &mut Model,
        monitor: &mut Monitor,
        look: Look,
    ) {
        let painter = ui.painter();
        let head = Rect::from_min_size(rect.min, vec2(rect.width(), look.px(32.0)));
        let foot = Rect::from_min_max(pos2(rect.left(), rect.bottom() - look.px(40.0)), rect.max);
        let well = Rect::from_min_max(head.left_bottom(), foot.right_top()).shrink2(vec2(look.px(8.0), 0.0));
        ground::panel(painter, rect, well, look);
        let axes = Axes { rect: well, hz: (MIN_HZ, MAX_HZ), db: (-self.range_db, self.range_db) };
        self.axes = Some(axes);
        self.header(ui, head, model, monitor, look);
        self.picture(ui, &axes, model, monitor, look);
        self.band_bar(ui, foot, model, look);
    }

    fn picture(&mut self, ui: &mut Ui, axes: &Axes, model: &mut Model, monitor: &Monitor, look: Look) {
        let ground = ui.interact(axes.rect, egui::Id::unique("equalizer"), Sense::CLICK);
        ground.widget_info(|| {
            egui::WidgetInfo::labeled(egui::accesskit::Role::GraphicsObject, true, "Equalizer picture")
        });
        if ground.double_clicked()
            && let Some(at) = ground.interact_pointer_pos()
        {
            self.add_band_at(at, axes, model);
        } else if ground.clicked() {
            self.selected = None;
        }
        let clipped = ui.painter_at(axes.rect);
        plot::frequency_grid(&clipped, axes, look, true);
        self.gain_grid(&clipped, axes, look);
        paint_spectra(&clipped, axes, monitor, look);
        let config = model.config();
        let pixel = 1.0 / clipped.pixels_per_point();
        self.curves.follow(&config, f64::from(monitor.rate_hz()), axes, pixel, look);
        let lit = config.equalizer.enabled && !config.bypass_all;
        self.curves.paint(&clipped, axes, self.selected, lit, look);
        self.paint_tone(&clipped, axes, &config, look);
        self.nodes(ui, axes, model, look);
        self.readout(ui, axes, &ground, &config, look);
    }

    fn gain_grid(&self, painter: &egui::Painter, axes: &Axes, look: Look) {
        let step = if self.range_db > 12.0 { 6.0 } else { self.range_db / 4.0 };
        let lines = (self.range_db / step).floor() as i32;
        let mut strokes = Strokes::new(painter);
        for line in -lines..=lines {
            let db = line as f32 * step;
            let y = axes.y(db);
            if y < axes.rect.top() + look.px(2.0) || y > axes.rect.bottom() - look.px(2.0) {
                continue;
            }
            let colour = if line == 0 { theme::GRID_STRONG } else { theme::GRID };
            strokes.level(axes.rect.x_range(), y, look.hairline(colour));
            // The bottom belongs to the frequencies.
            if y < axes.rect.bottom() - look.px(20.0) && y > axes.rect.top() + look.px(8.0) {
                let sign = if db > 0.0 { "+" } else { "" };
                let text = format!("{sign}{db}").replace('-', "−");
                let at = pos2(axes.rect.left() + look.px(4.0), y);
                painter.text(at, Align2::LEFT_CENTER, text, look.tiny(), theme::TEXT_FAINT);
            }
        }
        strokes.paint(painter);
        let spectrum = Axes { db: SPECTRUM_DB, ..*axes };
        for db in [-12.0f32, -24.0, -36.0, -48.0, -60.0, -72.0] {
            let y = spectrum.y(db);
            if y > axes.rect.bottom() - look.px(20.0) {
                continue;
            }
            let at = pos2(axes.rect.right() - look.px(4.0), y);
            let text = format!("−{}", db.abs());
            painter.text(at, Align2::RIGHT_CENTER, text, look.tiny(), theme::faded(theme::TEXT_FAINT, 0.8));
        }
    }

    fn add_band_at(&mut self, at: Pos2, axes: &Axes, model: &mut Model) {
        let frequency_hz = axes.hz_at(at.x) as f32;
        if let Some(band) = model.add_band(frequency_hz, axes.db_at(at.y)) {
            self.selected = Some(band);
        }
    }

    /// The shelves of bass and treble boost, which the equalizer's own curve does not hold.
    fn paint_tone(
        &self,
        painter: &egui::Painter,
        axes: &Axes,
        config: &enhancer_dsp::EnhancerConfig,
        look: Look,
    ) {
        let (bass, treble) = (&config.bass_boost, &config.treble_boost);
        let bass = (bass.enabled, super::tone::bass_shelf(bass), theme::BASS);
        let treble = (treble.enabled, super::tone::treble_shelf(treble), theme::TREBLE);
        let mut strokes = Strokes::new(painter);
        for (_, shelf, colour) in [bass, treble].into_iter().filter(|(on, _, _)| *on && !config.bypass_all) {
            let gain_db = |hz| enhancer_dsp::filter::prototype::gain_db(&shelf, hz) as f32;
            let points: Vec<Pos2> = axes
                .frequencies(look.px(3.0))
                .map(|hz| (hz, gain_db(hz)))
                .filter(|(_, db)| *db > 0.05)
                .map(|(hz, db)| axes.at(hz, db))
                .collect();
            let points = plot::needed(&points, 1.0 / painter.pixels_per_point());
            strokes.dashes(&points, Stroke::new(look.px(1.2), theme::faded(colour, 0.8)), look);
        }
        strokes.paint(painter);
    }
}

fn paint_spectra(painter: &egui::Painter, axes: &Axes, monitor: &Monitor, look: Look) {
    let spectrum = Axes { db: SPECTRUM_DB, ..*axes };
    let pixel = 1.0 / painter.pixels_per_point();
    let line = |analyzer: &super::monitor::Analyzer| -> Vec<Pos2> {
        let points: Vec<Pos2> = analyzer.points().map(|(hz, db)| spectrum.at(hz, db)).collect();
        plot::needed(&points, pixel)
    };
    let mut strokes = Strokes::new(painter);
    let output = line(&monitor.output.analyzer);
    let colour = theme::OUTPUT;
    let base = axes.rect.bottom();
    strokes.area(&output, base, theme::faded(colour, 0.22), theme::faded(colour, 0.02));
    let input = line(&monitor.input.analyzer);
    strokes.line(&input, Stroke::new(look.px(1.0), theme::faded(colour, 0.30)));
    strokes.line(&output, Stroke::new(look.px(1.2), theme::faded(colour, 0.75)));
    strokes.paint(painter);
}
