//! A CLAP host that loads the bundle from its file, sets the parameters before processing, and removes the
//! latency.

use crate::{Case, host_values, variable};
use clack_extensions::audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig};
use clack_extensions::latency::PluginLatency;
use clack_extensions::params::PluginParams;
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;
use enhancer_dsp::ParamKind;
use std::path::PathBuf;

struct Shared;

impl SharedHandler<'_> for Shared {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {}
}

struct Host;

impl HostHandlers for Host {
    type Shared<'a> = Shared;
    type MainThread<'a> = ();
    type AudioProcessor<'a> = ();
}

/// Processes a case's music with the plugin, in blocks of `block` frames.
pub(crate) fn render(case: &Case, block: usize) -> Vec<Vec<f32>> {
    let bundle = PathBuf::from(variable("AUDIO_ENHANCER_BUNDLES")).join("Audio Enhancer.clap");
    // SAFETY: the bundle is this project's own; nice-plug guarantees that its entry point follows CLAP.
    #[allow(unsafe_code)]
    let entry = unsafe { PluginEntry::load(&bundle) }.expect("a CLAP bundle");
    let info = HostInfo::new("test", "test", "https://example.com", "1").expect("no zero bytes");
    let instance =
        PluginInstance::<Host>::new(|_| Shared, |_| (), &entry, c"io.github.audio-enhancer", &info);
    let mut instance = instance.expect("an instance");
    select_layout(&mut instance, case.music.len());
    set_parameters(&mut instance, case);
    let config = PluginAudioConfiguration {
        sample_rate: f64::from(case.rate_hz),
        min_frames_count: 1,
        max_frames_count: block as u32,
    };
    let stopped = instance.activate(|_, _| (), config).expect("it activates");
    let latency: PluginLatency = instance.plugin_shared_handle().get_extension().expect("latency");
    let latency = latency.get(&instance.plugin_handle()) as usize;
    let mut processor = stopped.start_processing().expect("it starts");
    let mut output = case.music.clone();
    output.iter_mut().for_each(|channel| channel.extend(std::iter::repeat_n(0.0, latency)));
    for start in (0..output[0].len()).step_by(block) {
        let end = (start + block).min(output[0].len());
        play(&mut processor, &mut output.iter_mut().map(|c| &mut c[start..end]).collect::<Vec<_>>());
    }
    instance.deactivate(processor.stop_processing());
    output.iter_mut().for_each(|channel| drop(channel.drain(..latency)));
    output
}

fn select_layout(instance: &mut PluginInstance<Host>, channels: usize) {
    let configs: PluginAudioPortsConfig =
        instance.plugin_shared_handle().get_extension().expect("it has layouts");
    let mut buffer = AudioPortsConfigBuffer::new();
    for index in 0..configs.count(&instance.plugin_handle()) {
        let config = configs.get(&instance.plugin_handle(), index, &mut buffer).expect("a layout");
        if config.main_input.is_some_and(|port| port.channel_count == channels as u32) {
            let id = config.id;
            return configs.select(&instance.plugin_handle(), id).expect("it takes its own layout");
        }
    }
    panic!("no layout of {channels} channels");
}

fn set_parameters(instance: &mut PluginInstance<Host>, case: &Case) {
    let params: PluginParams = instance.plugin_shared_handle().get_extension().expect("it has parameters");
    let mut events = EventBuffer::new();
    for (id, _, position) in host_values(&case.config) {
        let (_, last) = id.spec.kind.range();
        let value = match id.spec.kind {
            ParamKind::Float { .. } => f64::from(position),
            _ => f64::from(position * last).round(),
        };
        // CLAP's number for a parameter is the 31-bit hash of its id.
        let hash =
            id.to_string().bytes().fold(0u32, |h, byte| h.wrapping_mul(31).wrapping_add(u32::from(byte)));
        events.push(&ParamValueEvent::new(0, ClapId::new(hash & 0x7fff_ffff), Pckn::match_all(), value));
    }
    let mut out = EventBuffer::new();
    let mut handle = instance.inactive_plugin_handle().expect("not active yet");
    params.flush(&mut handle, &events.as_input(), &mut out.as_output());
}

fn play(processor: &mut StartedPluginAudioProcessor<Host>, block: &mut [&mut [f32]]) {
    let mut input: Vec<Vec<f32>> = block.iter().map(|channel| channel.to_vec()).collect();
    let mut ports = [AudioPorts::with_capacity(block.len(), 1), AudioPorts::with_capacity(block.len(), 1)];
    let [inputs, outputs] = &mut ports;
    let inputs = inputs.with_input_buffers([AudioPortBuffer {
        latency: 0,
        channels: AudioPortBufferType::f32_input_only(input.iter_mut().map(InputChannel::variable)),
    }]);
    let mut outputs = outputs.with_output_buffers([AudioPortBuffer {
        latency: 0,
        channels: AudioPortBufferType::f32_output_only(block.iter_mut().map(|channel| &mut channel[..])),
    }]);
    let (none, mut out) = (EventBuffer::new(), EventBuffer::new());
    let status = processor.process(&inputs, &mut outputs, &none.as_input(), &mut out.as_output(), None, None);
    status.expect("it processes");
}
