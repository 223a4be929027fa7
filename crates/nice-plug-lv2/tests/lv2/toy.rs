//! The toy: a small plugin with each kind of parameter, a side chain, latency, notes, a task, a meter and an
//! editor.

use super::toy_editor::ToyEditor;
use nice_plug::midi::Key;
use nice_plug::prelude::*;
use nice_plug_lv2::{Lv2Entry, Lv2Plugin, Lv2Preset, MeterSpec, PortKind, PortSpec};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, RwLock};

/// The toy's latency, frames: it reports this value and delays by it.
pub(crate) const LATENCY: usize = 3;

/// Polarity of the toy's output.
#[derive(Enum, Debug, PartialEq, Clone, Copy)]
pub(crate) enum Polarity {
    /// Unchanged.
    #[id = "plain"]
    Plain,
    /// Inverted: multiplied by −1.
    #[id = "inverted"]
    Inverted,
}

#[derive(Params)]
pub(crate) struct ToyParams {
    /// A position from 0 to 1 that stands for −20 to 20 dB. Its LV2 port is in decibels.
    #[id = "gain"]
    pub(crate) gain: FloatParam,
    /// A linear gain with a smoother.
    #[id = "trim"]
    pub(crate) trim: FloatParam,
    #[id = "cutoff.hz"]
    pub(crate) cutoff: FloatParam,
    #[id = "polarity"]
    pub(crate) polarity: EnumParam<Polarity>,
    #[id = "repeat"]
    pub(crate) repeat: IntParam,
    #[id = "duck"]
    pub(crate) duck: BoolParam,
    #[id = "bypass"]
    pub(crate) bypass: BoolParam,
    /// Its id collides with the wrapper's port `latency`.
    #[id = "latency"]
    pub(crate) latency: BoolParam,
    #[persist = "note"]
    pub(crate) note: RwLock<String>,
}

impl Default for ToyParams {
    fn default() -> Self {
        let unit = FloatRange::Linear { min: 0.0, max: 1.0 };
        let trim = FloatRange::Linear { min: 0.0, max: 2.0 };
        let hertz = FloatRange::Skewed { min: 20.0, max: 20_000.0, factor: FloatRange::skew_factor(-2.2) };
        Self {
            gain: FloatParam::new("Gain", 0.5, unit),
            trim: FloatParam::new("Trim", 1.0, trim).with_smoother(SmoothingStyle::Linear(1.0)),
            cutoff: FloatParam::new("Cutoff", 1000.0, hertz).with_unit(" Hz"),
            polarity: EnumParam::new("Polarity", Polarity::Plain),
            repeat: IntParam::new("Repeat", 1, IntRange::Linear { min: 1, max: 8 }).non_automatable(),
            duck: BoolParam::new("Duck \"side\"", false),
            bypass: BoolParam::new("Bypass", false).make_bypass(),
            latency: BoolParam::new("Another Latency", false).hide(),
            note: RwLock::new("fresh".to_owned()),
        }
    }
}

#[derive(Default)]
pub(crate) struct Toy {
    pub(crate) params: Arc<ToyParams>,
    delay: [[f32; LATENCY]; 2],
    peak: f32,
    begun: bool,
    watched: bool,
}

/// A background task that adds to one of [`SUMS`]: the index in the upper 16 bits, the summand in the lower.
pub(crate) struct Add(pub(crate) u32);

/// Sums of the tasks of all toys, by index. Each test uses its own.
pub(crate) static SUMS: [AtomicU32; 4] = [const { AtomicU32::new(0) }; 4];

impl Plugin for Toy {
    const NAME: &'static str = "Toy";
    const VENDOR: &'static str = "Toy & Co";
    const URL: &'static str = "https://example.org/toy";
    const EMAIL: &'static str = "toy@example.org";
    const VERSION: &'static str = "1.2.3";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[
        AudioIOLayout {
            main_input_channels: NonZeroU32::new(2),
            main_output_channels: NonZeroU32::new(2),
            aux_input_ports: &[new_nonzero_u32(1)],
            aux_output_ports: &[new_nonzero_u32(2)],
            ..AudioIOLayout::const_default()
        },
        AudioIOLayout {
            main_input_channels: NonZeroU32::new(1),
            main_output_channels: NonZeroU32::new(1),
            ..AudioIOLayout::const_default()
        },
    ];
    const MIDI_INPUT: MidiConfig = MidiConfig::Basic;
    const MIDI_OUTPUT: MidiConfig = MidiConfig::Basic;
    type Editor = ToyEditor;
    type SysExMessage = ();
    type BackgroundTask = Add;

    fn task_executor(&mut self) -> TaskExecutor<Self> {
        Box::new(|Add(number)| {
            SUMS[(number >> 16) as usize].fetch_add(number & 0xffff, Ordering::SeqCst);
        })
    }

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn editor(&mut self, _executor: AsyncExecutor<Self>) -> Option<ToyEditor> {
        Some(ToyEditor::new(self.params.clone()))
    }

    fn filter_state(state: &mut PluginState) {
        if let Some(note) = state.fields.get_mut("note") {
            *note = note.replace("old", "new");
        }
    }

    fn activate(
        &mut self,
        _layout: &AudioIOLayout,
        config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        context.set_latency_samples(LATENCY as u32);
        config.sample_rate > 1000.0
    }

    fn reset(&mut self) {
        self.delay = Default::default();
        self.peak = 0.0;
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let decibels = self.params.gain.value() * 40.0 - 20.0;
        let sign = if self.params.polarity.value() == Polarity::Inverted { -1.0 } else { 1.0 };
        let gain = if self.params.bypass.value() { 1.0 } else { sign * 10f32.powf(decibels / 20.0) };
        while let Some(event) = context.next_event() {
            if let NoteEvent::NoteOn { timing, channel, key, velocity, voice_id } = event {
                let key = Key::Number(key.number().unwrap_or(0) + 12);
                let octave_up = NoteEvent::NoteOn { timing, channel, key, velocity, voice_id };
                let _ = context.try_send_event(octave_up);
            }
        }
        for frame in 0..buffer.samples() {
            let trim = self.params.trim.smoothed.next();
            let duck = match aux.inputs.first_mut() {
                Some(side) if self.params.duck.value() => side.as_slice()[0][frame],
                _ => 0.0,
            };
            for (channel, samples) in buffer.as_slice().iter_mut().enumerate() {
                let delay = &mut self.delay[channel];
                let input = samples[frame];
                if input >= 1000.0 {
                    context.execute_background(Add(input as u32 - 1000));
                }
                samples[frame] = delay[0] * gain * trim - duck;
                delay.rotate_left(1);
                delay[LATENCY - 1] = input;
                self.peak = self.peak.max(samples[frame].abs());
                if let Some(copy) = aux.outputs.first_mut() {
                    copy.as_slice()[channel][frame] = samples[frame] * 0.5;
                }
            }
        }
        ProcessStatus::Normal
    }
}

impl Lv2Plugin for Toy {
    const LV2_PLUGINS: &'static [Lv2Entry] = &[
        Lv2Entry { uri: "https://example.org/toy/stereo", name: "Toy", layout: 0, file: "stereo" },
        Lv2Entry { uri: "https://example.org/toy/mono", name: "Toy Mono", layout: 1, file: "mono" },
    ];
    const LV2_CLASSES: &'static [&'static str] = &["AmplifierPlugin"];
    const LV2_DESCRIPTION: &'static str = "Makes it louder";
    const LV2_LICENSE: &'static str = "https://spdx.org/licenses/MIT";
    const LV2_PORT_ORDER: &'static str = "enabled freewheel latency peak gain";
    const LV2_METER_SWITCH: bool = true;
    const LV2_METERS: &'static [MeterSpec] =
        &[MeterSpec { symbol: "peak", name: "Peak", unit: "dBFS", range: (0.0, 2.0), default: 0.0 }];

    fn lv2_port(param_id: &str, mut port: PortSpec) -> PortSpec {
        port.expensive = param_id == "repeat";
        if param_id == "gain" {
            port.kind = PortKind::Number;
            port.unit = "dB".to_owned();
            port.comment = "How much louder.".to_owned();
            (port.range, port.default) = ((-20.0, 20.0), 0.0);
            port.to_normalized = Arc::new(|decibels| (decibels + 20.0) / 40.0);
            port.from_normalized = Arc::new(|place| place * 40.0 - 20.0);
        }
        port
    }

    fn lv2_begin(&mut self) {
        self.begun = true;
    }

    fn lv2_watch(&mut self, watched: bool) {
        self.watched = watched;
    }

    fn lv2_meters(&mut self, values: &mut [f32]) {
        let peak = std::mem::take(&mut self.peak);
        values[0] = if self.begun && self.watched { peak } else { 0.0 };
    }

    fn lv2_presets() -> Vec<Lv2Preset> {
        vec![Lv2Preset {
            id: "loud".to_owned(),
            label: "Loud".to_owned(),
            comment: "Six more.".to_owned(),
            values: vec![("gain".to_owned(), 6.0), ("bypass".to_owned(), 1.0), ("polarity".to_owned(), 1.0)],
        }]
    }
}

nice_plug_lv2::nice_export_lv2!(Toy);
