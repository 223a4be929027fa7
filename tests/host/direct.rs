//! Calls the plugin directly, as a framework's wrapper does, without a host.

use audio_enhancer::AudioEnhancer;
use nice_plug::context::PluginApi;
use nice_plug::context::process::{SendEventError, Transport};
use nice_plug::prelude::*;

/// An active plugin.
pub(crate) struct Direct {
    pub(crate) plugin: AudioEnhancer,
    transport: Transport,
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

impl Direct {
    /// Activates the plugin for a channel count and a maximum block length, frames.
    pub(crate) fn new(
        mut plugin: AudioEnhancer,
        channels: usize,
        sample_rate: f32,
        max_buffer_size: u32,
    ) -> Self {
        let layouts = AudioEnhancer::AUDIO_IO_LAYOUTS.iter();
        let mut with = layouts.filter(|layout| {
            layout.main_output_channels.is_some_and(|count| count.get() as usize == channels)
        });
        let layout = with.next().expect("a layout");
        let process_mode = ProcessMode::Realtime;
        let config = BufferConfig { sample_rate, min_buffer_size: None, max_buffer_size, process_mode };
        assert!(plugin.activate(layout, &config, &mut Activation));
        Self { plugin, transport: Transport::new(sample_rate) }
    }

    /// Processes a block in place.
    pub(crate) fn process(&mut self, channels: &mut [Vec<f32>]) {
        let frames = channels[0].len();
        let mut buffer = Buffer::default();
        let mut aux = AuxiliaryBuffers { inputs: &mut [], outputs: &mut [] };
        // SAFETY: every channel has `frames` samples, and `channels` outlives `buffer`.
        #[allow(unsafe_code)]
        unsafe {
            buffer.set_slices(frames, |slices| {
                *slices = channels.iter_mut().map(|channel| &mut channel[..]).collect()
            });
        }
        let status = self.plugin.process(&mut buffer, &mut aux, &mut Playing(&self.transport));
        assert!(matches!(status, ProcessStatus::Tail(_)));
    }
}
