//! What one picture of the editor takes of the processor before the graphics card gets it: reading the sound, laying out, tessellating.
//!
//! `cargo xtask bench editor`. Every stage is on and noise plays; one picture in 33 ms, as the editor draws while sound plays. The time
//! is the thread's own (`CLOCK_THREAD_CPUTIME_ID`), so another program's work doesn't count.

use audio_enhancer::AudioEnhancer;
use audio_enhancer::editor::{App, install_fonts};
use egui::{Context, Pos2, RawInput, Rect, Vec2};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::EqBand;
use enhancer_preset::Library;
use nice_plug::context::PluginApi;
use nice_plug::context::gui::{GuiContext, GuiContextInner};
use nice_plug::context::process::{SendEventError, Transport};
use nice_plug::prelude::*;
use std::sync::Arc;
use std::time::Duration;

const RATE_HZ: f32 = 48_000.0;
const PICTURES_PER_SECOND: usize = 30;
const BLOCK_FRAMES: usize = 1600;
const PICTURES: usize = 300;

/// Window in logical points, and pixels for a point.
const SIZES: [((f32, f32), f32); 4] =
    [((800.0, 500.0), 1.0), ((1280.0, 800.0), 1.0), ((1920.0, 1080.0), 2.0), ((3840.0, 2160.0), 1.0)];

fn main() {
    println!(
        "{:>22} {:>9} {:>9} {:>9} {:>9} {:>8}",
        "window", "layout", "triangles", "picture", "30/s", "vertices"
    );
    for (size, scale) in SIZES {
        let cost = Stage::new(size, scale).measure();
        let name =
            format!("{}x{}{}", size.0 * scale, size.1 * scale, if scale > 1.0 { " at 200 %" } else { "" });
        let picture = cost.layout + cost.tessellation;
        let share = picture.as_secs_f64() * PICTURES_PER_SECOND as f64 * 100.0;
        println!(
            "{name:>22} {:>6.2} ms {:>6.2} ms {:>6.2} ms {share:>7.1} % {:>8}",
            milliseconds(cost.layout),
            milliseconds(cost.tessellation),
            milliseconds(picture),
            cost.vertices
        );
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Time, where a thread's own can't be had.
#[cfg(not(target_os = "linux"))]
fn thread_time() -> Duration {
    static BEGIN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    BEGIN.get_or_init(std::time::Instant::now).elapsed()
}

/// Processor time of this thread.
#[cfg(target_os = "linux")]
fn thread_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a clock that every Linux has, and a place for its time.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The means of a picture.
struct Cost {
    layout: Duration,
    tessellation: Duration,
    vertices: usize,
}

/// The plugin, playing, and its editor without a window.
struct Stage {
    plugin: AudioEnhancer,
    transport: Transport,
    app: App,
    context: Context,
    input: RawInput,
    scale: f32,
    seed: u32,
}

/// A host that obeys at once.
struct Host;

impl GuiContextInner for Host {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Standalone
    }
    unsafe fn raw_begin_set_parameter(&self, _param: ParamPtr) {}
    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        // SAFETY: the parameters live as long as the stage, which holds them.
        unsafe { param._internal_set_normalized_value(normalized) };
    }
    unsafe fn raw_end_set_parameter(&self, _param: ParamPtr) {}
    fn get_state(&self) -> PluginState {
        unreachable!("the editor saves no host state")
    }
    fn set_state(&self, _state: PluginState) {
        unreachable!("the editor loads no host state")
    }
    fn request_restart(&self) {}
}

struct Activation;

impl ActivateContext<AudioEnhancer> for Activation {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Standalone
    }
    fn execute(&self, (): ()) {}
    fn set_latency_samples(&self, _samples: u32) {}
    fn set_current_voice_capacity(&self, _capacity: u32) {}
}

struct Playing<'a>(&'a Transport);

impl ProcessContext<AudioEnhancer> for Playing<'_> {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Standalone
    }
    fn execute_background(&self, (): ()) {}
    fn execute_gui(&self, (): ()) {}
    fn transport(&self) -> &Transport {
        self.0
    }
    fn next_event(&mut self) -> Option<PluginNoteEvent<AudioEnhancer>> {
        None
    }
    fn try_send_event(
        &mut self,
        event: PluginNoteEvent<AudioEnhancer>,
    ) -> Result<(), (PluginNoteEvent<AudioEnhancer>, SendEventError)> {
        Err((event, SendEventError::NoOutputBuffer))
    }
    fn set_latency_samples(&self, _samples: u32) {}
    fn request_restart(&self) {}
    fn set_current_voice_capacity(&self, _capacity: u32) {}
}

/// Every stage on, and eight bands.
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

impl Stage {
    fn new(size: (f32, f32), scale: f32) -> Self {
        let mut plugin = AudioEnhancer::default();
        let folder = std::env::temp_dir().join("audio-enhancer-bench-without-presets");
        let mut app = App::new(plugin.enhancer_params(), plugin.telemetry(), Library::at(&folder));
        app.open(GuiContext::new(Arc::new(Host)));
        app.model().load(&everything(), "");
        let config = BufferConfig {
            sample_rate: RATE_HZ,
            min_buffer_size: None,
            max_buffer_size: BLOCK_FRAMES as u32,
            process_mode: ProcessMode::Realtime,
        };
        assert!(plugin.activate(&AudioEnhancer::AUDIO_IO_LAYOUTS[0], &config, &mut Activation));
        let context = Context::default();
        install_fonts(&context);
        let rect = Rect::from_min_size(Pos2::ZERO, Vec2::from(size));
        let mut input =
            RawInput { screen_rect: Some(rect), max_texture_side: Some(8192), ..Default::default() };
        input.viewports.entry(egui::ViewportId::ROOT).or_default().native_pixels_per_point = Some(scale);
        Self { plugin, transport: Transport::new(RATE_HZ), app, context, input, scale, seed: 1 }
    }

    /// A picture's worth of noise, louder and softer so that everything moves.
    fn play(&mut self, picture: usize) {
        let height = if picture % 15 < 7 { 0.4 } else { 0.1 };
        let mut noise = || {
            self.seed = self.seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            height * ((self.seed >> 8) as f32 / 8_388_608.0 - 1.0)
        };
        let mut channels: [Vec<f32>; 2] =
            std::array::from_fn(|_| (0..BLOCK_FRAMES).map(|_| noise()).collect());
        let mut buffer = Buffer::default();
        // SAFETY: both slices have so many samples and outlive the buffer.
        unsafe {
            buffer.set_slices(BLOCK_FRAMES, |slices| {
                *slices = channels.iter_mut().map(|channel| &mut channel[..]).collect();
            });
        }
        let mut aux = AuxiliaryBuffers { inputs: &mut [], outputs: &mut [] };
        self.plugin.process(&mut buffer, &mut aux, &mut Playing(&self.transport));
    }

    fn measure(mut self) -> Cost {
        let mut cost = Cost { layout: Duration::ZERO, tessellation: Duration::ZERO, vertices: 0 };
        // The first half fills the histories and the caches.
        for picture in 0..2 * PICTURES {
            self.play(picture);
            self.input.time = Some(picture as f64 / PICTURES_PER_SECOND as f64);
            let input = self.input.clone();
            let begin = thread_time();
            let mut output = self.context.run_ui(input, |ui| self.app.show(ui));
            let laid_out = thread_time();
            let primitives = self.context.tessellate(std::mem::take(&mut output.shapes), self.scale);
            let tessellated = thread_time();
            output.textures_delta.clear();
            if picture >= PICTURES {
                cost.layout += (laid_out - begin) / PICTURES as u32;
                cost.tessellation += (tessellated - laid_out) / PICTURES as u32;
            }
            cost.vertices = primitives.iter().map(vertices).sum();
        }
        cost
    }
}

fn vertices(primitive: &egui::ClippedPrimitive) -> usize {
    match &primitive.primitive {
        egui::epaint::Primitive::Mesh(mesh) => mesh.vertices.len(),
        egui::epaint::Primitive::Callback(_) => 0,
    }
}
