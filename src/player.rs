//! The plugin inside the standalone program. It can play a WAV file in a loop, and it opens a window if there
//! is a display.
//!
//! A loaded file replaces the input. The output goes to JACK or the sound card, and can be
//! [recorded](crate::recorder).

use crate::recorder::Recorder;
use audio_enhancer::AudioEnhancer;
use nice_plug::context::process::SendEventError;
use nice_plug::prelude::*;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The played file, decoded before the audio system starts.
static SONG: OnceLock<Song> = OnceLock::new();

/// The decoded file, left and right channel.
struct Song {
    rate_hz: u32,
    channels: [Vec<f32>; 2],
}

/// Decodes the file and returns its sample rate, or a message of one line if it cannot be played.
pub(crate) fn load(path: &Path) -> Result<u32, String> {
    let song = read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if song.channels[0].is_empty() {
        return Err(format!("{}: the file contains no samples", path.display()));
    }
    Ok(SONG.get_or_init(|| song).rate_hz)
}

fn read(path: &Path) -> Result<Song, hound::Error> {
    let mut reader = hound::WavReader::open(path)?;
    let spec = reader.spec();
    let samples: Vec<f32> = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().collect::<Result<_, _>>()?,
        hound::SampleFormat::Int => {
            let full_scale = (1u64 << (spec.bits_per_sample - 1)) as f32;
            let scaled = reader.samples::<i32>().map(|sample| Ok(sample? as f32 / full_scale));
            scaled.collect::<Result<_, hound::Error>>()?
        }
    };
    let count = usize::from(spec.channels.max(1));
    let channel = |index: usize| samples.iter().skip(index.min(count - 1)).step_by(count).copied().collect();
    Ok(Song { rate_hz: spec.sample_rate, channels: [channel(0), channel(1)] })
}

/// The plugin, the position in the played file, and the recorder.
#[derive(Default)]
pub(crate) struct Player {
    plugin: AudioEnhancer,
    /// Index of the next frame of the file.
    place: usize,
    recorder: Option<Recorder>,
}

impl Plugin for Player {
    const NAME: &'static str = AudioEnhancer::NAME;
    const VENDOR: &'static str = AudioEnhancer::VENDOR;
    const URL: &'static str = AudioEnhancer::URL;
    const EMAIL: &'static str = AudioEnhancer::EMAIL;
    const VERSION: &'static str = AudioEnhancer::VERSION;
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = AudioEnhancer::AUDIO_IO_LAYOUTS;
    const SAMPLE_ACCURATE_AUTOMATION: bool = AudioEnhancer::SAMPLE_ACCURATE_AUTOMATION;

    type Editor = <AudioEnhancer as Plugin>::Editor;
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.plugin.params()
    }

    /// `None` without a display; the program then plays without a window.
    fn editor(&mut self, executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        if !has_screen() {
            return None;
        }
        let (background, gui) = (executor.clone(), executor);
        let executor = AsyncExecutor::new(
            Arc::new(move |()| background.execute_background(())),
            Arc::new(move |()| gui.execute_gui(())),
        );
        self.plugin.editor(executor)
    }

    fn filter_state(state: &mut PluginState) {
        AudioEnhancer::filter_state(state);
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        buffer: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        if let Some(song) = SONG.get().filter(|song| song.rate_hz as f32 != buffer.sample_rate) {
            nice_error!(
                "the file's sample rate is {} Hz and the audio system's is {} Hz; resample the file or change the audio \
                 system's rate",
                song.rate_hz,
                buffer.sample_rate
            );
            return false;
        }
        if self.recorder.is_none() {
            let channels = layout.main_output_channels.map_or(0, |channels| channels.get() as usize);
            self.recorder = Recorder::begin(channels, buffer.sample_rate);
        }
        self.plugin.activate(layout, buffer, &mut Inner(context))
    }

    fn reset(&mut self) {
        self.plugin.reset();
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        if let Some(song) = SONG.get() {
            let length = song.channels[0].len();
            for (index, channel) in buffer.as_slice().iter_mut().enumerate() {
                let source = &song.channels[index.min(1)];
                for (frame, sample) in channel.iter_mut().enumerate() {
                    *sample = source[(self.place + frame) % length];
                }
            }
            self.place = (self.place + buffer.samples()) % length;
        }
        let status = self.plugin.process(buffer, aux, &mut Inner(context));
        if let Some(recorder) = &mut self.recorder {
            recorder.record(buffer.as_slice());
        }
        status
    }
}

/// Returns true if a window can open. With X11, `DISPLAY` must name a server.
fn has_screen() -> bool {
    let is_x11 = cfg!(all(unix, not(target_os = "macos")));
    !is_x11 || std::env::var_os("DISPLAY").is_some_and(|display| !display.is_empty())
}

/// Passes the inner plugin's calls to the context of the outer one.
struct Inner<'a, C>(&'a mut C);

impl<C: ActivateContext<Player>> ActivateContext<AudioEnhancer> for Inner<'_, C> {
    fn plugin_api(&self) -> PluginApi {
        self.0.plugin_api()
    }

    fn execute(&self, task: ()) {
        self.0.execute(task);
    }

    fn set_latency_samples(&self, samples: u32) {
        self.0.set_latency_samples(samples);
    }

    fn set_current_voice_capacity(&self, capacity: u32) {
        self.0.set_current_voice_capacity(capacity);
    }
}

impl<C: ProcessContext<Player>> ProcessContext<AudioEnhancer> for Inner<'_, C> {
    fn plugin_api(&self) -> PluginApi {
        self.0.plugin_api()
    }

    fn execute_background(&self, task: ()) {
        self.0.execute_background(task);
    }

    fn execute_gui(&self, task: ()) {
        self.0.execute_gui(task);
    }

    fn transport(&self) -> &Transport {
        self.0.transport()
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

    fn set_latency_samples(&self, samples: u32) {
        self.0.set_latency_samples(samples);
    }

    fn request_restart(&self) {
        self.0.request_restart();
    }

    fn set_current_voice_capacity(&self, capacity: u32) {
        self.0.set_current_voice_capacity(capacity);
    }
}
