//! The equalizer picture: spectra, the response curve, and the bands as points to drag.

mod band_bar;
mod bands;
mod curves;
mod header;
mod readout;

use super::control;
use super::ground;
use super::model::Model;
use super::monitor::{MAX_HZ, MIN_HZ, Monitor};
use super::numbers;
use super::panels::{Tone, shelf_gains};
use super::plot::{self, Axes};
use super::strokes::Strokes;
use super::theme::{self, Look};
use curves::Curves;
use egui::{Align2, Key, Modifiers, Pos2, Rect, Sense, Stroke, Ui, pos2, vec2};
use enhancer_dsp::config::MAX_BANDS;
use enhancer_dsp::{EnhancerConfig, StageId};

/// Half-spans of the gain axis to choose from, dB.
const RANGES_DB: [f32; 4] = [6.0, 12.0, 18.0, 27.0];

/// Frequencies for bands that a key adds, Hz.
const KEY_HZ: [f32; MAX_BANDS] = [
    1000.0, 250.0, 4000.0, 100.0, 10_000.0, 500.0, 2000.0, 50.0, 7000.0, 160.0, 700.0, 2800.0, 1400.0, 350.0,
    5500.0, 14_000.0,
];

/// Ends of the spectrum's axis, dBFS.
const SPECTRUM_DB: (f32, f32) = (-90.0, 0.0);

/// The picture and its state.
pub(crate) struct Equalizer {
    /// Half-span of the gain axis, dB.
    range_db: f32,
    /// Largest gain of a band when the axis was last widened, dB.
    largest_db: f32,
    /// Band whose values stand below the picture.
    pub(crate) selected: Option<usize>,
    /// True if one of those values had the keyboard focus in the last picture.
    in_bar: bool,
    curves: Curves,
    columns: Columns,
    hand: bands::Hand,
    /// Axes as last drawn, for tests.
    axes: Option<Axes>,
}

impl Default for Equalizer {
    fn default() -> Self {
        Self {
            range_db: 12.0,
            largest_db: 0.0,
            selected: None,
            in_bar: false,
            curves: Curves::default(),
            columns: Columns::default(),
            hand: bands::Hand::default(),
            axes: None,
        }
    }
}

impl Equalizer {
    /// Axes of the picture as last drawn.
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
        ground::panel(painter, "Equalizer", rect, well, look);
        self.widen(model);
        let axes = Axes { rect: well, hz: (MIN_HZ, MAX_HZ), db: (-self.range_db, self.range_db) };
        self.axes = Some(axes);
        self.header(ui, head, model, monitor, look);
        self.picture(ui, &axes, foot, model, monitor, look);
    }

    /// Draws the picture, and the selected band's values at its `foot`.
    fn picture(
        &mut self,
        ui: &mut Ui,
        axes: &Axes,
        foot: Rect,
        model: &mut Model,
        monitor: &Monitor,
        look: Look,
    ) {
        let ground = ui.interact(axes.rect, ground_id(), Sense::click());
        ground.widget_info(|| {
            egui::WidgetInfo::labeled(egui::accesskit::Role::GraphicsObject, true, "Equalizer picture")
        });
        // Consumed, so that the new band does not receive the key in the same picture.
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let by_key = ground.has_focus() && (pressed(Key::Enter) || pressed(Key::Space));
        if by_key {
            self.add_band_by_key(ui, model);
        } else if ground.double_clicked()
            && let Some(at) = ground.interact_pointer_pos()
        {
            self.add_band_at(at, axes, model);
        } else if ground.clicked() {
            self.selected = None;
        }
        let clipped = ui.painter_at(axes.rect);
        let grid = ground_id().with("grid");
        Strokes::kept(&clipped, grid, (*axes, look), |strokes| {
            plot::frequency_grid(strokes, axes, look);
            gain_grid(strokes, axes, look);
        });
        plot::frequency_figures(&clipped, axes, look);
        paint_spectra(&clipped, axes, &mut self.columns, monitor, look);
        let config = model.config();
        let pixel = 1.0 / clipped.pixels_per_point();
        self.curves.follow(&config, f64::from(monitor.rate_hz()), axes, pixel, look);
        let lit = config.equalizer.enabled && !config.bypass_all;
        self.curves.paint(&clipped, axes, self.selected, lit, look);
        paint_tone(&clipped, axes, &config, f64::from(monitor.rate_hz()), look);
        figures(&clipped, axes, look);
        self.nodes(ui, axes, foot, model, look);
        control::outline_focus(ui, &ground, look);
        self.readout(ui, axes, &ground, model, &config, look);
    }

    fn add_band_at(&mut self, at: Pos2, axes: &Axes, model: &mut Model) {
        let frequency_hz = axes.hz_at(at.x) as f32;
        if let Some(band) = model.add_band(frequency_hz, axes.db_at(at.y)) {
            self.selected = Some(band);
        }
    }

    /// Adds a band in the first free place, for the keyboard.
    fn add_band_by_key(&mut self, ui: &Ui, model: &mut Model) {
        let taken = |hz: f32, model: &Model| {
            (0..MAX_BANDS).any(|band| {
                let octaves = (model.value(model.band(band).frequency) / hz).log2().abs();
                model.has_band(band) && octaves < 0.3
            })
        };
        let hz = KEY_HZ.into_iter().find(|&hz| !taken(hz, model)).unwrap_or(KEY_HZ[0]);
        if let Some(band) = model.add_band(hz, 0.0) {
            self.selected = Some(band);
            ui.memory_mut(|memory| memory.request_focus(bands::node_id(band)));
        }
    }

    /// Widens the gain axis when a band's gain exceeds it. The user may narrow it again.
    fn widen(&mut self, model: &Model) {
        let gain_db =
            |band| if bands::has_gain(model, band) { model.value(model.band(band).gain) } else { 0.0 };
        let bands = (0..MAX_BANDS).filter(|&band| model.has_band(band));
        let largest_db = bands.fold(0.0f32, |largest, band| largest.max(gain_db(band).abs()));
        if model.is_held() || largest_db == self.largest_db {
            return;
        }
        self.largest_db = largest_db;
        if largest_db > self.range_db {
            let wider = RANGES_DB.into_iter().find(|&range_db| range_db >= largest_db);
            self.range_db = wider.unwrap_or(RANGES_DB[RANGES_DB.len() - 1]);
        }
    }
}

/// Gains that have a grid line, dB.
fn gains(axes: &Axes) -> impl Iterator<Item = (f32, f32)> + use<> {
    let range_db = axes.db.1;
    let step = if range_db > 12.0 { 6.0 } else { range_db / 4.0 };
    let lines = (range_db / step).floor() as i32;
    let axes = *axes;
    (-lines..=lines).map(move |line| line as f32 * step).map(move |db| (db, axes.y(db)))
}

fn gain_grid(strokes: &mut Strokes, axes: &Axes, look: Look) {
    let inside = axes.rect.y_range().shrink(look.px(2.0));
    for (db, y) in gains(axes).filter(|(_, y)| inside.contains(*y)) {
        let colour = if db == 0.0 { theme::GRID_STRONG } else { theme::GRID };
        strokes.level(axes.rect.x_range(), y, look.hairline(colour));
    }
}

/// Draws the figures of the axes above the curves, which would cross them out.
fn figures(painter: &egui::Painter, axes: &Axes, look: Look) {
    // The bottom belongs to the frequencies.
    let lowest = axes.rect.bottom() - look.px(20.0);
    for (db, y) in gains(axes) {
        if y < lowest && y > axes.rect.top() + look.px(14.0) {
            let text = numbers::axis_gain(db);
            let at = pos2(axes.rect.left() + look.px(4.0), y - look.px(1.0));
            painter.text(at, Align2::LEFT_BOTTOM, text, look.tiny(), theme::TEXT_DIM);
        }
    }
    let spectrum = Axes { db: SPECTRUM_DB, ..*axes };
    for db in [-12.0f32, -24.0, -36.0, -48.0, -60.0, -72.0] {
        let y = spectrum.y(db);
        if y < lowest {
            let at = pos2(axes.rect.right() - look.px(4.0), y);
            painter.text(at, Align2::RIGHT_CENTER, numbers::axis_level(db), look.tiny(), theme::TEXT_DIM);
        }
    }
}

/// Draws the shelves of bass and treble boost, which the equalizer's curve does not include.
fn paint_tone(painter: &egui::Painter, axes: &Axes, config: &EnhancerConfig, rate_hz: f64, look: Look) {
    let settings = (config.bass_boost, config.treble_boost, config.quality, config.bypass_all);
    let key = (*axes, settings, rate_hz.to_bits(), look);
    Strokes::kept(painter, ground_id().with("tone"), key, |strokes| {
        for (stage, tone) in [(StageId::BassBoost, Tone::Bass), (StageId::TrebleBoost, Tone::Treble)] {
            if !stage.is_on(config) || config.bypass_all {
                continue;
            }
            let gains = shelf_gains(tone, config, rate_hz, axes, look.px(3.0));
            let points = gains.into_iter().filter(|(_, db)| *db > 0.05).map(|(hz, db)| axes.at(hz, db));
            let points = plot::needed(points, strokes.pixel());
            let colour = theme::faded(theme::stage_colour(stage), 0.8);
            strokes.dashes(&points, Stroke::new(look.px(1.2), colour), look);
        }
    });
}

/// Focus id of the picture.
fn ground_id() -> egui::Id {
    egui::Id::unique("equalizer")
}

/// Horizontal places of the spectra's points, kept from picture to picture.
#[derive(Default)]
struct Columns {
    axes: Option<Axes>,
    x: Vec<f32>,
}

impl Columns {
    /// Recomputes the places if the axes changed. All spectra have the same frequencies.
    fn follow(&mut self, axes: &Axes, hz: impl Iterator<Item = f64>) {
        if self.axes != Some(*axes) {
            self.axes = Some(*axes);
            self.x = hz.map(|hz| axes.x(hz)).collect();
        }
    }
}

fn paint_spectra(painter: &egui::Painter, axes: &Axes, columns: &mut Columns, monitor: &Monitor, look: Look) {
    let spectrum = Axes { db: SPECTRUM_DB, ..*axes };
    let pixel = 1.0 / painter.pixels_per_point();
    columns.follow(axes, monitor.output.analyzer.points().map(|(hz, _)| hz));
    let line = |analyzer: &super::monitor::Analyzer| {
        let points = columns.x.iter().zip(analyzer.points());
        plot::needed(points.map(|(&x, (_, db))| pos2(x, spectrum.held_y(db))), pixel)
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
