//! Audio Enhancer as a CLAP, VST3 and LV2 plugin and as a standalone program.
//!
//! This crate translates a host's calls into [`EnhancerConfig`](enhancer_dsp::EnhancerConfig) and
//! [`Enhancer::process`]. All signal processing is in `enhancer-dsp`.
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

/// An instance of the plugin: parameters, the chain, and the links to the editor and the LV2 level ports.
pub struct AudioEnhancer {
    params: Arc<EnhancerParams>,
    /// The chain; `None` until the host activates the plugin with a sample rate and a layout.
    enhancer: Option<Enhancer>,
    /// False if the host's sample rate is outside the chain's range. The signal then passes unprocessed.
    rate_supported: bool,
    /// The latency last reported to the host, or for which a restart was requested.
    latency_frames: usize,
    telemetry: TelemetrySender,
    /// Requests a repaint of the editor while it is open.
    repaint: Repaint,
    level_ports: LevelPorts,
    tail: Tail,
}

/// The tail length that the plugin reports to the host.
#[derive(Default)]
struct Tail {
    frames: u32,
    /// Frames until the tail is computed again. A change of quality takes effect with a delay, so one result
    /// is not enough.
    valid_frames: usize,
}

impl Default for AudioEnhancer {
    fn default() -> Self {
        Self {
            params: Arc::default(),
            enhancer: None,
            rate_supported: true,
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
        self.rate_supported = rate_hz == host_rate_hz;
        if !self.rate_supported {
            nice_warn!(
                "sample rate {host_rate_hz} Hz is outside 8000 to 384000 Hz; the signal passes unprocessed"
            );
        }
        let same =
            |enhancer: &Enhancer| enhancer.sample_rate_hz() == rate_hz && enhancer.channels() == channels;
        if !self.enhancer.as_ref().is_some_and(same) {
            self.enhancer = match Enhancer::new(rate_hz, channels) {
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
            // CLAP allows a new latency only during activation, so the plugin requests a restart.
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
    /// Sends the parameters to the chain if one of them changed since the last call.
    fn follow_params(&mut self) {
        let Some(enhancer) = &mut self.enhancer else { return };
        if self.params.take_changed() {
            self.telemetry.wake();
            let mut config = self.params.snapshot();
            config.bypass_all |= !self.rate_supported;
            let accepted = enhancer.set_config(&config);
            enhancer.set_solo(self.params.solo().filter(|_| self.rate_supported));
            let listening = self.params.listening().snapshot();
            enhancer.set_listening(if self.rate_supported { listening } else { Default::default() });
            self.tail.valid_frames = 0;
            debug_assert!(accepted.is_ok(), "host parameters are always in range: {accepted:?}");
        }
    }

    /// The meters and spectrum samples of the audio thread, for an editor or a test.
    #[must_use]
    pub fn telemetry(&self) -> Arc<Telemetry> {
        self.telemetry.shared()
    }

    /// The host parameters, for an editor or a test.
    #[must_use]
    pub fn enhancer_params(&self) -> Arc<EnhancerParams> {
        self.params.clone()
    }
}

impl Tail {
    /// Computes the tail every tenth of a second and after each change of a parameter.
    fn follow(&mut self, enhancer: &Enhancer, frames: usize) {
        if self.valid_frames == 0 {
            self.frames = u32::try_from(enhancer.tail_frames()).unwrap_or(u32::MAX);
            self.valid_frames = (enhancer.sample_rate_hz() / 10.0) as usize;
        }
        self.valid_frames = self.valid_frames.saturating_sub(frames);
    }
}

nice_export_clap!(AudioEnhancer);
// Other systems have no host run loop in VST3, so nice-plug's own entry points suffice.
#[cfg(not(target_os = "linux"))]
nice_plug::nice_export_vst3!(AudioEnhancer);
nice_plug_lv2::nice_export_lv2!(AudioEnhancer);
