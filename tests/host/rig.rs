//! A CLAP host in this process: loads the plugin's entry point and calls it as a DAW does.

use clack_extensions::audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig};
use clack_extensions::latency::{HostLatency, HostLatencyImpl, PluginLatency};
use clack_extensions::params::{ParamInfoBuffer, PluginParams};
use clack_extensions::state::PluginState;
use clack_extensions::tail::{PluginTail, TailLength};
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The plugin's requests to the host.
#[derive(Default)]
pub(crate) struct Requests {
    restart: AtomicBool,
    callback: AtomicBool,
    latency_changes: AtomicUsize,
}

impl SharedHandler<'_> for Requests {
    fn request_restart(&self) {
        self.restart.store(true, Ordering::SeqCst);
    }
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.callback.store(true, Ordering::SeqCst);
    }
}

pub(crate) struct MainThread<'a>(&'a Requests);

impl<'a> MainThreadHandler<'a> for MainThread<'a> {}

impl HostLatencyImpl for MainThread<'_> {
    fn changed(&self) {
        self.0.latency_changes.fetch_add(1, Ordering::SeqCst);
    }
}

pub(crate) struct Daw;

impl HostHandlers for Daw {
    type Shared<'a> = Requests;
    type MainThread<'a> = MainThread<'a>;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _shared: &Self::Shared<'_>) {
        builder.register::<HostLatency>();
    }
}

/// An instance of the plugin; [`start`](Self::start) activates it.
pub(crate) struct Host {
    pub(crate) instance: PluginInstance<Daw>,
    ids: HashMap<String, ClapId>,
    channels: usize,
}

/// The host's description of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Info {
    pub(crate) id: u32,
    pub(crate) name: String,
    pub(crate) module: String,
    pub(crate) range: [f64; 2],
    pub(crate) default: f64,
    pub(crate) automatable: bool,
    pub(crate) bypass: bool,
    pub(crate) stepped: bool,
}

/// CLAP's number for an id: its 31-bit hash.
pub(crate) fn hash(id: &str) -> u32 {
    id.bytes().fold(0u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte))) & 0x7fff_ffff
}

/// The ids in the host's order, from the frozen list.
pub(crate) fn frozen_ids() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("../../src/params/frozen.txt").lines();
    lines.filter_map(|line| line.split(' ').next())
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

impl Host {
    pub(crate) fn new() -> Self {
        // SAFETY: nice-plug guarantees that `clap_entry` follows CLAP; it is linked into this program.
        #[allow(unsafe_code)]
        let entry =
            unsafe { PluginEntry::load_from_raw(&audio_enhancer::clap_entry, c"/audio-enhancer.clap") };
        let entry = entry.expect("an entry that initializes");
        let info = HostInfo::new("test", "test", "https://example.com", "1").expect("no zero bytes");
        let instance = PluginInstance::new(
            |_| Requests::default(),
            |requests| MainThread(requests),
            &entry,
            c"io.github.audio-enhancer",
            &info,
        );
        let ids = frozen_ids().map(|id| (id.to_owned(), ClapId::new(hash(id)))).collect();
        Self { instance: instance.expect("an instance"), ids, channels: 2 }
    }

    fn extension<
        E: clack_host::extensions::Extension<ExtensionSide = clack_host::extensions::PluginExtensionSide>,
    >(
        &self,
    ) -> E {
        self.instance.plugin_shared_handle().get_extension().expect("the plugin has the extension")
    }

    pub(crate) fn id(&self, id: &str) -> ClapId {
        *self.ids.get(id).unwrap_or_else(|| panic!("the parameter `{id}` does not exist"))
    }

    /// Selects the layout with `channels` channels; returns false if there is none.
    pub(crate) fn select_layout(&mut self, channels: usize) -> bool {
        let configs: PluginAudioPortsConfig = self.extension();
        let mut buffer = AudioPortsConfigBuffer::new();
        for index in 0..configs.count(&self.instance.plugin_handle()) {
            let handle = self.instance.plugin_handle();
            let config = configs.get(&handle, index, &mut buffer).expect("a layout below the count");
            let ports =
                [config.main_input, config.main_output].map(|port| port.map(|port| port.channel_count));
            assert_eq!(ports[0], ports[1], "input and output have the same channel count");
            if ports[0] == Some(channels as u32) {
                let id = config.id;
                self.channels = channels;
                return configs.select(&handle, id).is_ok();
            }
        }
        false
    }

    pub(crate) fn infos(&mut self) -> Vec<Info> {
        use clack_extensions::params::ParamInfoFlags as F;
        let params: PluginParams = self.extension();
        let handle = self.instance.plugin_handle();
        let mut buffer = ParamInfoBuffer::new();
        let mut info = |index| {
            let info = params.get_info(&handle, index, &mut buffer).expect("a parameter below the count");
            Info {
                id: info.id.get(),
                name: text(info.name),
                module: text(info.module),
                range: [info.min_value, info.max_value],
                default: info.default_value,
                automatable: info.flags.contains(F::IS_AUTOMATABLE),
                bypass: info.flags.contains(F::IS_BYPASS),
                stepped: info.flags.contains(F::IS_STEPPED),
            }
        };
        (0..params.count(&handle)).map(&mut info).collect()
    }

    pub(crate) fn value(&mut self, id: &str) -> f64 {
        let (params, id): (PluginParams, _) = (self.extension(), self.id(id));
        params.get_value(&self.instance.plugin_handle(), id).expect("a known parameter")
    }

    /// The values of all parameters, in the host's order.
    pub(crate) fn values(&mut self) -> Vec<f64> {
        frozen_ids().map(|id| self.value(id)).collect()
    }

    pub(crate) fn value_to_text(&mut self, id: &str, value: f64) -> String {
        let (params, id): (PluginParams, _) = (self.extension(), self.id(id));
        let mut buffer = [0; 256];
        let text_of = params.value_to_text(&self.instance.plugin_handle(), id, value, &mut buffer);
        text(text_of.expect("a text for every value"))
    }

    pub(crate) fn text_to_value(&mut self, id: &str, text: &str) -> Option<f64> {
        let (params, id): (PluginParams, _) = (self.extension(), self.id(id));
        let text = std::ffi::CString::new(text).expect("no zero byte");
        params.text_to_value(&self.instance.plugin_handle(), id, &text)
    }

    /// Sets parameters while the plugin is inactive.
    pub(crate) fn flush(&mut self, changes: &[(&str, f64)]) {
        let params: PluginParams = self.extension();
        let mut events = EventBuffer::new();
        for (id, value) in changes {
            events.push(&self.change(0, id, *value));
        }
        let (mut out, mut handle) =
            (EventBuffer::new(), self.instance.inactive_plugin_handle().expect("inactive"));
        params.flush(&mut handle, &events.as_input(), &mut out.as_output());
    }

    pub(crate) fn change(&self, time: usize, id: &str, value: f64) -> ParamValueEvent {
        ParamValueEvent::new(time as u32, self.id(id), Pckn::match_all(), value)
    }

    pub(crate) fn save(&mut self) -> Vec<u8> {
        let state: PluginState = self.extension();
        let mut bytes = Vec::new();
        state.save(&self.instance.plugin_handle(), &mut bytes).expect("a state to save");
        bytes
    }

    /// Loads a state; returns true if the plugin reports success.
    pub(crate) fn load(&mut self, mut bytes: &[u8]) -> bool {
        let state: PluginState = self.extension();
        state.load(&self.instance.plugin_handle(), &mut bytes).is_ok()
    }

    pub(crate) fn latency_frames(&mut self) -> usize {
        let latency: PluginLatency = self.extension();
        latency.get(&self.instance.plugin_handle()) as usize
    }

    /// The number of latency changes that the plugin reported.
    pub(crate) fn latency_changes(&self) -> usize {
        self.instance.access_shared_handler(|requests| requests.latency_changes.load(Ordering::SeqCst))
    }

    /// Returns true if the plugin requested a restart since the last call. Executes requested callbacks
    /// first.
    pub(crate) fn take_restart_request(&mut self) -> bool {
        let asked = |flag: fn(&Requests) -> &AtomicBool, instance: &PluginInstance<Daw>| {
            instance.access_shared_handler(|requests| flag(requests).swap(false, Ordering::SeqCst))
        };
        while asked(|requests| &requests.callback, &self.instance) {
            self.instance.call_on_main_thread_callback();
        }
        asked(|requests| &requests.restart, &self.instance)
    }

    /// Activates the plugin and starts processing, which resets the chain.
    pub(crate) fn start(&mut self, rate: f64, max_frames: usize) -> Player {
        let config = PluginAudioConfiguration {
            sample_rate: rate,
            min_frames_count: 1,
            max_frames_count: max_frames as u32,
        };
        let stopped = self.instance.activate(|_, _| (), config).expect("a supported rate and block length");
        Player {
            processor: Some(stopped.start_processing().expect("it starts")),
            ports: [AudioPorts::with_capacity(self.channels, 1), AudioPorts::with_capacity(self.channels, 1)],
            max_frames,
            tail: self.extension(),
        }
    }

    /// Restarts as often as the plugin requests it, at most twice. (The framework reports a latency that was
    /// set during activation by requesting another activation.)
    pub(crate) fn restart_as_requested(&mut self, mut player: Player, rate: f64) -> Player {
        for _ in 0..2 {
            if !self.take_restart_request() {
                return player;
            }
            let longest = player.max_frames;
            self.stop(player);
            player = self.start(rate, longest);
        }
        assert!(!self.take_restart_request(), "the plugin requests a third restart");
        player
    }

    pub(crate) fn stop(&mut self, player: Player) {
        let processor = player.processor.expect("a started processor");
        self.instance.deactivate(processor.stop_processing());
    }
}

/// An instance that processes audio.
pub(crate) struct Player {
    processor: Option<StartedPluginAudioProcessor<Daw>>,
    ports: [AudioPorts; 2],
    max_frames: usize,
    tail: PluginTail,
}

impl Player {
    /// Processes a block with its events.
    pub(crate) fn block(&mut self, channels: &[&[f32]], events: &EventBuffer) -> Vec<Vec<f32>> {
        let mut input: Vec<Vec<f32>> = channels.iter().map(|channel| channel.to_vec()).collect();
        // NaN marks samples that the plugin does not write.
        let mut output: Vec<Vec<f32>> = input.iter().map(|channel| vec![f32::NAN; channel.len()]).collect();
        assert!(output.iter().all(|channel| channel.len() <= self.max_frames));
        let [inputs, outputs] = &mut self.ports;
        let inputs = inputs.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(input.iter_mut().map(InputChannel::variable)),
        }]);
        let mut outputs = outputs.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(output.iter_mut().map(|channel| &mut channel[..])),
        }]);
        let processor = self.processor.as_mut().expect("a started processor");
        let mut out = EventBuffer::new();
        let status =
            processor.process(&inputs, &mut outputs, &events.as_input(), &mut out.as_output(), None, None);
        assert!(status.is_ok(), "{status:?}");
        output
    }

    /// Processes `input` in blocks. `length` returns the length of the next block; `events` returns its
    /// events by start and length.
    pub(crate) fn play_with(
        &mut self,
        input: &[Vec<f32>],
        mut length: impl FnMut() -> usize,
        mut events: impl FnMut(usize, usize) -> EventBuffer,
    ) -> Vec<Vec<f32>> {
        let frames = input[0].len();
        let mut output = vec![Vec::with_capacity(frames); input.len()];
        let mut start = 0;
        while start < frames {
            let end = (start + length().clamp(1, self.max_frames)).min(frames);
            let channels: Vec<&[f32]> = input.iter().map(|channel| &channel[start..end]).collect();
            let played = self.block(&channels, &events(start, end - start));
            output.iter_mut().zip(played).for_each(|(output, played)| output.extend(played));
            start = end;
        }
        output
    }

    pub(crate) fn play(&mut self, input: &[Vec<f32>]) -> Vec<Vec<f32>> {
        let longest = self.max_frames;
        self.play_with(input, || longest, |_, _| EventBuffer::new())
    }

    pub(crate) fn reset(&mut self) {
        self.processor.as_mut().expect("a started processor").reset();
    }

    pub(crate) fn tail_frames(&mut self) -> usize {
        let processor = self.processor.as_mut().expect("a started processor");
        match self.tail.get(&processor.plugin_handle()) {
            TailLength::Finite(frames) => frames as usize,
            TailLength::Infinite => usize::MAX,
        }
    }
}
