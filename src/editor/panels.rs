//! The row of panels below the picture: one for each stage in the order of processing, except the equalizer,
//! which has the picture.
//!
//! A stage without a panel of its own gets one of knobs and buttons, in the order of its rows.

mod compressor;
mod frame;
mod generic;
mod limiter;
mod stereo;
mod tone;

use super::model::Model;
use super::monitor::Monitor;
use super::theme::Look;
use compressor::CompressorPanel;
use egui::{Rect, Ui, pos2, vec2};
use enhancer_dsp::StageId;
use generic::GenericPanel;
use limiter::LimiterPanel;
use stereo::StereoPanel;
use tone::TonePanel;
pub(super) use tone::{Tone, shelf_gains};

/// A stage's panel and its state.
trait StagePanel: Send {
    /// Width of the panel.
    fn width(&self) -> Width;

    /// Fills `rect`.
    fn show(&mut self, ui: &mut Ui, rect: Rect, model: &mut Model, monitor: &mut Monitor, look: Look);
}

/// The panel of a stage; a stage that is not listed has a [`GenericPanel`].
fn panel_of(stage: StageId) -> Box<dyn StagePanel> {
    match stage {
        StageId::Compressor => Box::new(CompressorPanel),
        StageId::BassBoost => Box::new(TonePanel::new(Tone::Bass)),
        StageId::TrebleBoost => Box::new(TonePanel::new(Tone::Treble)),
        StageId::StereoEnhancer => Box::new(StereoPanel::default()),
        StageId::Limiter => Box::new(LimiterPanel),
        _ => Box::new(GenericPanel::new(stage)),
    }
}

/// Width of a panel in the row.
#[derive(Debug, Clone, Copy)]
struct Width {
    /// Share of the row, relative to the other panels.
    share: f32,
    /// Width at which the texts still fit, units of the design.
    least: f32,
}

/// The panels from left to right.
pub(super) struct Panels(Vec<(StageId, Box<dyn StagePanel>)>);

impl Default for Panels {
    fn default() -> Self {
        let stages = StageId::ALL.iter().filter(|stage| **stage != StageId::Equalizer);
        Self(stages.map(|&stage| (stage, panel_of(stage))).collect())
    }
}

impl Panels {
    /// The stages and the places of their panels in `row`.
    pub(super) fn places(&self, row: Rect, look: Look, gap: f32) -> Vec<(StageId, Rect)> {
        let widths: Vec<Width> = self.0.iter().map(|(_, panel)| panel.width()).collect();
        self.0.iter().map(|(stage, _)| *stage).zip(shared(row, &widths, look, gap)).collect()
    }

    /// Fills the places from [`places`](Self::places).
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        places: &[(StageId, Rect)],
        model: &mut Model,
        monitor: &mut Monitor,
        look: Look,
    ) {
        for ((_, panel), (_, rect)) in self.0.iter_mut().zip(places) {
            panel.show(ui, *rect, model, monitor, look);
        }
    }
}

/// Cuts a row into parts, `gap` apart. Each part has its share, but at least its least width. A row that is
/// too short for the least widths is cut in proportion to them.
fn shared(row: Rect, widths: &[Width], look: Look, gap: f32) -> Vec<Rect> {
    let room = row.width() - gap * (widths.len() as f32 - 1.0);
    let least: Vec<f32> = widths.iter().map(|width| look.px(width.least)).collect();
    let mut held = vec![false; widths.len()];
    let unit = loop {
        let sum = |of: &dyn Fn(usize) -> f32, is_held: bool| -> f32 {
            (0..widths.len()).filter(|&place| held[place] == is_held).map(of).sum()
        };
        let rest = room - sum(&|place| least[place], true);
        let unit = rest / sum(&|place| widths[place].share, false);
        let narrow = |place: &usize| !held[*place] && unit * widths[*place].share < least[*place];
        let new: Vec<usize> = (0..widths.len()).filter(narrow).collect();
        if new.is_empty() {
            break unit;
        }
        new.into_iter().for_each(|place| held[place] = true);
    };
    let squeeze = (room / least.iter().sum::<f32>()).min(1.0);
    let mut left = row.left();
    let part = |place: usize| {
        let width = if held[place] { least[place] * squeeze } else { unit * widths[place].share };
        let part = Rect::from_min_size(pos2(left, row.top()), vec2(width, row.height()));
        left = part.right() + gap;
        part
    };
    (0..widths.len()).map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::app::{GAP, Layout};
    use crate::editor::theme::{install_fonts, install_style};
    use crate::params::EnhancerParams;
    use crate::telemetry::Telemetry;
    use egui::{Context, Pos2, RawInput, Shape};
    use std::sync::Arc;

    /// An empty panel that takes half of a long row.
    struct Greedy;

    impl StagePanel for Greedy {
        fn width(&self) -> Width {
            Width { share: 8.0, least: 94.0 }
        }

        fn show(&mut self, _: &mut Ui, _: Rect, _: &mut Model, _: &mut Monitor, _: Look) {}
    }

    /// Today's panels, with one more, with a greedy one, with a generic one, and with generic ones alone.
    fn rows() -> Vec<(&'static str, Panels)> {
        let generic = |stage| (stage, Box::new(GenericPanel::new(stage)) as Box<dyn StagePanel>);
        let mut one_more = Panels::default();
        one_more.0.insert(2, generic(StageId::Equalizer));
        let mut greedy = Panels::default();
        greedy.0.push((StageId::Equalizer, Box::new(Greedy)));
        let mut one_generic = Panels::default();
        one_generic.0[0] = generic(StageId::Compressor);
        let all = Panels(StageId::ALL.iter().map(|&stage| generic(stage)).collect());
        vec![
            ("today", Panels::default()),
            ("one more", one_more),
            ("greedy", greedy),
            ("one generic", one_generic),
            ("generic alone", all),
        ]
    }

    /// Texts and their places, drawn by the panels with long values.
    fn texts(panels: &mut Panels, size: (f32, f32)) -> (Vec<Rect>, Vec<(String, Rect, Rect)>) {
        let context = Context::default();
        install_fonts(&context);
        let window = Rect::from_min_size(Pos2::ZERO, size.into());
        let look = Look::for_window(window.size());
        let places = panels.places(Layout::of(window, look).row, look, look.px(GAP));
        let mut model = Model::new(Arc::<EnhancerParams>::default());
        let mut monitor = Monitor::new(Telemetry::channel().shared());
        let long = [
            ("compressor.threshold", -59.9),
            ("compressor.ratio", 19.9),
            ("compressor.makeup_gain", 11.9),
            ("compressor.sidechain_highpass", 456.0),
            ("compressor.release", 1234.0),
            ("limiter.ceiling", -11.9),
            ("stereo_enhancer.balance", -100.0),
            ("stereo_enhancer.mono_below", 123.0),
            ("bass_boost.frequency", 123.0),
            ("treble_boost.frequency", 12_345.0),
        ];
        let long = long.map(|(id, value)| (model.slot(id), value));
        model.set(&long);
        install_style(&context, look);
        let mut texts = vec![];
        for _ in 0..2 {
            let input = RawInput { screen_rect: Some(window), ..Default::default() };
            let mut output =
                context.run_ui(input, |ui| panels.show(ui, &places, &mut model, &mut monitor, look));
            output.textures_delta.clear();
            texts.clear();
            for shape in output.shapes {
                if let Shape::Text(text) = shape.shape
                    && !text.galley.text().is_empty()
                {
                    let rect = text.galley.mesh_bounds.translate(text.pos.to_vec2());
                    texts.push((text.galley.text().to_owned(), rect, shape.clip_rect));
                }
            }
        }
        (places.into_iter().map(|(_, rect)| rect).collect(), texts)
    }

    /// Six panels fit into the smallest window, and more into larger ones.
    #[test]
    fn one_more_stage_fits_into_the_row_without_overlap() {
        for (row, size) in (0..rows().len()).flat_map(|row| [(row, (800.0, 500.0)), (row, (1280.0, 800.0))]) {
            let (name, mut panels) = rows().swap_remove(row);
            if size.0 < 1280.0 && panels.0.len() > 6 {
                continue;
            }
            let (places, texts) = texts(&mut panels, size);
            let window = Rect::from_min_size(Pos2::ZERO, size.into());
            assert!(places.iter().all(|place| window.shrink(GAP - 0.1).contains_rect(*place)), "{name}");
            for pair in places.windows(2) {
                assert!(pair[1].left() - pair[0].right() > GAP - 0.1, "{name}: {pair:?}");
            }
            assert!(texts.len() > 20, "{name}: {}", texts.len());
            for (index, (text, rect, clip)) in texts.iter().enumerate() {
                let inside = places.iter().any(|place| place.contains_rect(*rect));
                assert!(
                    inside && clip.expand(0.6).contains_rect(*rect),
                    "{name}, {size:?}: {text} at {rect:?}"
                );
                for (other, other_rect, _) in &texts[index + 1..] {
                    let shared = rect.intersect(*other_rect);
                    let overlap = shared.is_positive() && shared.width() > 0.5 && shared.height() > 0.5;
                    assert!(!overlap, "{name}, {size:?}: {text} {rect:?} on {other} {other_rect:?}");
                }
            }
        }
    }

    #[test]
    fn panels_have_their_shares_where_the_least_widths_allow() {
        let width = |share, least| Width { share, least };
        let look = Look { scale: 1.0 };
        let cut = |total: f32, widths: &[Width]| -> Vec<f32> {
            let row = Rect::from_min_size(Pos2::ZERO, vec2(total, 10.0));
            shared(row, widths, look, 10.0).iter().map(Rect::width).collect()
        };
        let widths = [width(2.0, 50.0), width(1.0, 50.0), width(1.0, 90.0)];
        assert_eq!(cut(420.0, &widths), [200.0, 100.0, 100.0]);
        assert_eq!(cut(320.0, &widths), [140.0, 70.0, 90.0]);
        assert_eq!(cut(115.0, &widths), [25.0, 25.0, 45.0], "half of the least widths");
    }
}
