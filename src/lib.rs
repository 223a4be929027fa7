//! Audio Enhancer as CLAP, VST3 and LV2 plugin and standalone program: a translation of the host's language into
//! [`EnhancerConfig`](enhancer_dsp::EnhancerConfig) and [`Enhancer::process`]. No DSP lives here.
//!
//! ```text
//! host automation -> EnhancerParams -> snapshot() -> Enhancer::set_config
//! host buffer     ----------------------------------> Enhancer::process -> same buffer, Telemetry
//! ```

pub mod editor;
mod identity;
mod lv2;
pub mod params;
mod remote_controls;
pub mod state;
pub mod telemetry;
#[cfg(target_os = "linux")]
mod vst3;

use editor::{App, EnhancerEditor, Repaint};
use enhancer_dsp::Enhancer;
use enhancer_dsp::enhancer::SAMPLE_RATE_RANGE_HZ;
use enhancer_preset::Library;
use lv2::LevelPorts;
use nice_plug::prelude::*;
use params::EnhancerParams;
use std::sync::Arc;
use telemetry::{Telemetry, TelemetrySender};
#[cfg(target_os = "linux")]
pub use vst3::GetPluginFactory;

/// One instance of the plugin.
pub struct AudioEnhancer {
    params: Arc<EnhancerParams>,
    /// None until the host says rate and layout.
    enhancer: Option<Enhancer>,
    /// Whether the chain knows the host's sample rate; if not, the signal passes as it is.
    rate_known: bool,
    /// What the host was last told or asked to ask for.
    latency_frames: usize,
    telemetry: TelemetrySender,
    /// Wakes the editor while one is open.
    repaint: Repaint,
    level_ports: LevelPorts,
    tail: Tail,
}

/// What the host is told of how long the plugin sounds on.
#[derive(Default)]
struct Tail {
    frames: u32,
    /// Frames until it is found anew: a change of quality takes a while to get there.
    valid_frames: usize,
}

impl Default for AudioEnhancer {
    fn default() -> Self {
        Self {
            params: Arc::default(),
            enhancer: None,
            rate_known: true,
            latency_frames: 0,
            telemetry: Telemetry::channel(),
            level_ports: LevelPorts::default(),
            tail: Tail::default(),
            repaint: Repaint::default(),
        }
    }
}

const fn layout(channels: u32, names: PortNames) -> AudioIOLayout {
    AudioIOLayout {
        main_input_channels: NonZeroU32::new(channels),
        main_output_channels: NonZeroU32::new(channels),
        names,
        ..AudioIOLayout::const_default()
    }
}

const fn named(layout: &'static str) -> PortNames {
    PortNames { layout: Some(layout), ..PortNames::const_default() }
}

impl Plugin for AudioEnhancer {
    const NAME: &'static str = identity::NAME;
    const VENDOR: &'static str = identity::VENDOR;
    const URL: &'static str = identity::URL;
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[
        layout(2, named("Stereo")),
        layout(1, named("Mono")),
        layout(6, named("5.1")),
        layout(8, named("7.1")),
    ];
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    type Editor = EnhancerEditor;
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn editor(&mut self, _executor: AsyncExecutor<Self>) -> Option<EnhancerEditor> {
        let app = App::new(self.params.clone(), self.telemetry.shared(), Library::open());
        Some(EnhancerEditor::new(self.params.clone(), app, self.repaint.clone()))
    }

    fn filter_state(state: &mut PluginState) {
        state::filter(state);
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        buffer: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        let channels = layout.main_output_channels.map_or(0, |channels| channels.get() as usize);
        let host_rate_hz = f64::from(buffer.sample_rate);
        let rate_hz = host_rate_hz.clamp(*SAMPLE_RATE_RANGE_HZ.start(), *SAMPLE_RATE_RANGE_HZ.end());
        self.rate_known = rate_hz == host_rate_hz;
        if !self.rate_known {
            nice_warn!("{host_rate_hz} Hz is outside 8000 to 384000 Hz: the signal passes as it is");
        }
        let same =
            |enhancer: &Enhancer| enhancer.sample_rate_hz() == rate_hz && enhancer.channels() == channels;
        if !self.enhancer.as_ref().is_some_and(same) {
            self.enhancer = match Enhancer::new(rate_hz, channels, buffer.max_buffer_size as usize) {
                Ok(enhancer) => Some(enhancer),
                Err(error) => {
                    nice_error!("{error}");
                    return false;
                }
            };
        }
        self.params.mark_changed();
        self.follow_params();
        if let Some(enhancer) = &self.enhancer {
            self.latency_frames = enhancer.latency_frames();
            context.set_latency_samples(self.latency_frames as u32);
            self.telemetry.activate(buffer.sample_rate, channels);
            self.level_ports.activate(rate_hz, channels);
        }
        true
    }

    fn reset(&mut self) {
        if let Some(enhancer) = &mut self.enhancer {
            enhancer.reset();
        }
        self.level_ports.reset();
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        self.follow_params();
        let Some(enhancer) = &mut self.enhancer else { return ProcessStatus::Error("not activated") };
        if self.latency_frames != enhancer.latency_frames() {
            self.latency_frames = enhancer.latency_frames();
            // CLAP's latency may change in its activate alone, so the host is asked to activate anew.
            match context.plugin_api() {
                PluginApi::Clap => context.request_restart(),
                _ => context.set_latency_samples(self.latency_frames as u32),
            }
        }
        self.telemetry.observe_input(buffer.as_slice());
        enhancer.process(buffer.as_slice());
        let meters = enhancer.meters();
        self.telemetry.observe_output(buffer.as_slice(), &meters);
        self.repaint.request_if(self.telemetry.has_news());
        self.level_ports.observe(buffer.as_slice_immutable(), &meters);
        self.tail.follow(enhancer, buffer.samples());
        ProcessStatus::Tail(self.tail.frames)
    }
}

impl AudioEnhancer {
    /// Hands the parameters to the chain if one of them moved since the last call.
    fn follow_params(&mut self) {
        let Some(enhancer) = &mut self.enhancer else { return };
        if self.params.take_changed() {
            self.telemetry.wake();
            let mut config = self.params.snapshot();
            config.bypass_all |= !self.rate_known;
            let accepted = enhancer.set_config(&config);
            enhancer.set_solo(self.params.solo().filter(|_| self.rate_known));
            let listening = self.params.listening().snapshot();
            enhancer.set_listening(if self.rate_known { listening } else { Default::default() });
            self.tail.valid_frames = 0;
            debug_assert!(accepted.is_ok(), "host parameters can't leave their ranges: {accepted:?}");
        }
    }

    /// The audio thread's figures, for an editor or a test.
    #[must_use]
    pub fn telemetry(&self) -> Arc<Telemetry> {
        self.telemetry.shared()
    }

    /// The parameters, for an editor or a test.
    #[must_use]
    pub fn enhancer_params(&self) -> Arc<EnhancerParams> {
        self.params.clone()
    }
}

impl Tail {
    /// Finds the tail every tenth of a second, and after a change of the parameters.
    fn follow(&mut self, enhancer: &Enhancer, frames: usize) {
        if self.valid_frames == 0 {
            self.frames = u32::try_from(enhancer.tail_frames()).unwrap_or(u32::MAX);
            self.valid_frames = (enhancer.sample_rate_hz() / 10.0) as usize;
        }
        self.valid_frames = self.valid_frames.saturating_sub(frames);
    }
}

nice_export_clap!(AudioEnhancer);
// Elsewhere no run loop of the host is involved, and nice-plug's own doors do.
#[cfg(not(target_os = "linux"))]
nice_plug::nice_export_vst3!(AudioEnhancer);
nice_plug_lv2::nice_export_lv2!(AudioEnhancer);
