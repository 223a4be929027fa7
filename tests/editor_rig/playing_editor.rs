//! A plugin that plays, and its editor without a window, for the tests and the bench that examine pictures.

use crate::direct::Direct;
use crate::host::Host;
use audio_enhancer::AudioEnhancer;
use audio_enhancer::editor::{App, Triangles, install_fonts};
use egui::epaint::ClippedShape;
use egui::{ClippedPrimitive, Context, FullOutput, Pos2, RawInput, Rect, Vec2};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::EqBand;
use enhancer_measure::signal::Random;
use enhancer_preset::Library;
use nice_plug::context::gui::GuiContext;
use std::sync::Arc;

const RATE_HZ: f32 = 48_000.0;

/// Pictures per second of an editor while sound plays.
pub(crate) const PICTURES_PER_SECOND: usize = 30;

const BLOCK_FRAMES: usize = RATE_HZ as usize / PICTURES_PER_SECOND;

/// A playing plugin with its editor.
pub(crate) struct PlayingEditor {
    direct: Direct,
    pub(crate) app: App,
    pub(crate) context: Context,
    triangles: Triangles,
    pub(crate) input: RawInput,
    pub(crate) scale: f32,
    random: Random,
}

/// A config with every stage on and eight bands.
fn everything() -> EnhancerConfig {
    let mut config = EnhancerConfig::default();
    config.equalizer.enabled = true;
    let bands = (0..8).map(|index| EqBand {
        enabled: true,
        frequency_hz: 60.0 * 2.2f32.powi(index),
        gain_db: if index % 2 == 0 { 4.0 } else { -3.0 },
        ..EqBand::default()
    });
    config.equalizer.bands = bands.collect();
    config.compressor.enabled = true;
    config.bass_boost.enabled = true;
    config.treble_boost.enabled = true;
    config.stereo_enhancer.enabled = true;
    config
}

impl PlayingEditor {
    /// Opens the editor with every stage on, in a window of this size in logical points with `scale` pixels
    /// per point.
    pub(crate) fn new(size: (f32, f32), scale: f32) -> Self {
        let plugin = AudioEnhancer::default();
        let folder = std::env::temp_dir().join("audio-enhancer-bench-without-presets");
        let mut app = App::new(plugin.enhancer_params(), plugin.telemetry(), Library::at(&folder));
        app.open(GuiContext::new(Arc::new(Host::default())));
        app.model().load(&everything(), "");
        let direct = Direct::new(plugin, 2, RATE_HZ, BLOCK_FRAMES as u32);
        let context = Context::default();
        install_fonts(&context);
        let rect = Rect::from_min_size(Pos2::ZERO, Vec2::from(size));
        let mut input =
            RawInput { screen_rect: Some(rect), max_texture_side: Some(8192), ..Default::default() };
        input.viewports.entry(egui::ViewportId::ROOT).or_default().native_pixels_per_point = Some(scale);
        Self { direct, app, context, triangles: Triangles::default(), input, scale, random: Random::new(1) }
    }

    /// Plays noise for the duration of one picture, alternately loud and soft.
    pub(crate) fn play(&mut self, picture: usize) {
        let height = if picture % 15 < 7 { 0.4 } else { 0.1 };
        let mut noise = || height * self.random.between(-1.0, 1.0) as f32;
        let mut channels: [Vec<f32>; 2] =
            std::array::from_fn(|_| (0..BLOCK_FRAMES).map(|_| noise()).collect());
        self.direct.process(&mut channels);
    }

    /// Lays out the picture at this time, without its textures.
    pub(crate) fn lay_out(&mut self, time_s: f64) -> FullOutput {
        let mut output = self.lay_out_with_textures(time_s);
        output.textures_delta.clear();
        output
    }

    /// Lays out the picture at this time, with its textures.
    pub(crate) fn lay_out_with_textures(&mut self, time_s: f64) -> FullOutput {
        self.input.time = Some(time_s);
        let input = self.input.clone();
        self.context.run_ui(input, |ui| self.app.show(ui))
    }

    /// The triangles for the graphics driver.
    pub(crate) fn triangles(&mut self, shapes: Vec<ClippedShape>) -> &[ClippedPrimitive] {
        self.triangles.of(&self.context, shapes, self.scale)
    }
}

/// Numbers of vertices and triangles.
pub(crate) fn amount(primitives: &[ClippedPrimitive]) -> (usize, usize) {
    let meshes = primitives.iter().filter_map(|primitive| match &primitive.primitive {
        egui::epaint::Primitive::Mesh(mesh) => Some(mesh),
        egui::epaint::Primitive::Callback(_) => None,
    });
    meshes.fold((0, 0), |(vertices, triangles), mesh| {
        (vertices + mesh.vertices.len(), triangles + mesh.indices.len() / 3)
    })
}
