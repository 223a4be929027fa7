//! A CLAP host that shows the plugin's editor.

use crate::screen::{Parent, Screen};
use clack_extensions::gui::{GuiApiType, GuiConfiguration, GuiSize, HostGui, HostGuiImpl, PluginGui, Window};
use clack_host::prelude::*;
use enhancer_measure::signal::Random;
use std::time::Duration;

const SAMPLE_RATE_HZ: f64 = 48_000.0;
const BLOCK_FRAMES: u32 = 480;

pub(crate) struct Requests;

impl SharedHandler<'_> for Requests {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {}
}

impl HostGuiImpl for Requests {
    fn resize_hints_changed(&self) {}
    fn request_resize(&self, _size: GuiSize) -> Result<(), HostError> {
        Ok(())
    }
    fn request_show(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn request_hide(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn closed(&self, _was_destroyed: bool) {
        panic!("only the host closes the editor");
    }
}

pub(crate) struct Daw;

impl HostHandlers for Daw {
    type Shared<'a> = Requests;
    type MainThread<'a> = ();
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _shared: &Self::Shared<'_>) {
        builder.register::<HostGui>();
    }
}

/// A playing instance of the plugin, with or without its editor.
pub(crate) struct Track {
    instance: PluginInstance<Daw>,
    processor: Option<StartedPluginAudioProcessor<Daw>>,
    ports: [AudioPorts; 2],
    gui: PluginGui,
}

impl Track {
    pub(crate) fn new() -> Self {
        // SAFETY: the entry is linked into this program from the plugin and follows CLAP's rules.
        #[allow(unsafe_code)]
        let entry =
            unsafe { PluginEntry::load_from_raw(&audio_enhancer::clap_entry, c"/audio-enhancer.clap") };
        let entry = entry.expect("an entry that initializes");
        let info = HostInfo::new("test", "test", "https://example.com", "1").expect("no zero bytes");
        let id = c"io.github.audio-enhancer";
        let instance = PluginInstance::<Daw>::new(|_| Requests, |_| (), &entry, id, &info);
        let mut instance = instance.expect("an instance");
        let config = PluginAudioConfiguration {
            sample_rate: SAMPLE_RATE_HZ,
            min_frames_count: BLOCK_FRAMES,
            max_frames_count: BLOCK_FRAMES,
        };
        let processor = instance.activate(|_, _| (), config).expect("the plugin activates");
        let processor = processor.start_processing().map_err(|_| ()).expect("processing starts");
        let gui = instance.plugin_shared_handle().get_extension().expect("an editor");
        let ports = [AudioPorts::with_capacity(2, 1), AudioPorts::with_capacity(2, 1)];
        Self { instance, processor: Some(processor), ports, gui }
    }

    /// Opens the editor in a new window at `x`, and waits for its picture.
    pub(crate) fn open(&mut self, screen: &'static Screen, x: i16) -> Parent {
        self.open_slowly(screen, x, Duration::ZERO)
    }

    /// Like [`open`](Self::open), with a pause between creating the editor and showing it.
    pub(crate) fn open_slowly(&mut self, screen: &'static Screen, x: i16, pause: Duration) -> Parent {
        let parent = screen.parent(x, (800, 500));
        let configuration = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
        let handle = self.instance.plugin_handle();
        self.gui.create(&handle, configuration).expect("an editor");
        std::thread::sleep(pause);
        let size = GuiSize { width: 800, height: 500 };
        self.gui.set_size(&handle, size).expect("the smallest size");
        // SAFETY: each test closes the editor before its window.
        #[allow(unsafe_code)]
        let embedded = unsafe { self.gui.set_parent(&handle, Window::from_x11_handle(parent.id.into())) };
        embedded.expect("the editor embeds");
        self.gui.show(&handle).expect("the window shows");
        parent.wait_for_editor();
        parent
    }

    pub(crate) fn close(&mut self) {
        self.gui.destroy(&self.instance.plugin_handle());
    }

    /// Plays a block of noise of this amplitude.
    pub(crate) fn play(&mut self, height: f32) {
        let mut random = Random::new(1);
        let mut noise = || height * random.between(-1.0, 1.0) as f32;
        let mut input: [Vec<f32>; 2] = std::array::from_fn(|_| (0..BLOCK_FRAMES).map(|_| noise()).collect());
        let mut output = input.clone();
        let [inputs, outputs] = &mut self.ports;
        let inputs = inputs.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(input.iter_mut().map(InputChannel::variable)),
        }]);
        let mut outputs = outputs.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(output.iter_mut().map(|channel| &mut channel[..])),
        }]);
        let processor = self.processor.as_mut().expect("a running processor");
        let (events, mut out) = (EventBuffer::new(), EventBuffer::new());
        let status =
            processor.process(&inputs, &mut outputs, &events.as_input(), &mut out.as_output(), None, None);
        assert!(status.is_ok(), "{status:?}");
    }
}

impl Drop for Track {
    fn drop(&mut self) {
        if let Some(processor) = self.processor.take() {
            self.instance.deactivate(processor.stop_processing());
        }
    }
}
