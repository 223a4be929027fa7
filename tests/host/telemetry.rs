//! Meters and spectrum samples leave the audio thread only while somebody looks, and never make it wait.

use crate::mirror::{host_value, noise};
use audio_enhancer::AudioEnhancer;
use audio_enhancer::telemetry::{Levels, Telemetry};
use nice_plug::context::PluginApi;
use nice_plug::context::process::{SendEventError, Transport};
use nice_plug::prelude::*;

/// Calls the plugin as a framework's wrapper does.
struct Direct {
    plugin: AudioEnhancer,
    transport: Transport,
}

impl ActivateContext<AudioEnhancer> for Direct {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Standalone
    }
    fn execute(&self, (): ()) {}
    fn set_latency_samples(&self, _samples: u32) {}
    fn set_current_voice_capacity(&self, _capacity: u32) {}
}

struct Context<'a>(&'a Transport);

impl ProcessContext<AudioEnhancer> for Context<'_> {
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
    fn new(channels: usize) -> Self {
        let mut plugin = AudioEnhancer::default();
        let layouts = AudioEnhancer::AUDIO_IO_LAYOUTS.iter();
        let mut with = layouts.filter(|layout| {
            layout.main_output_channels.is_some_and(|count| count.get() as usize == channels)
        });
        let layout = with.next().expect("a layout");
        let config = BufferConfig {
            sample_rate: 48_000.0,
            min_buffer_size: None,
            max_buffer_size: 1024,
            process_mode: ProcessMode::Realtime,
        };
        let mut context = Self { plugin: AudioEnhancer::default(), transport: Transport::new(48_000.0) };
        assert!(plugin.activate(layout, &config, &mut context));
        context.plugin = plugin;
        context
    }

    fn set(&mut self, id: &str, value: f32) {
        let params = self.plugin.enhancer_params();
        let (_, ptr, _) =
            params.param_map().into_iter().find(|(other, ..)| other == id).expect("a parameter");
        // SAFETY: `params` lives on.
        #[allow(unsafe_code)]
        unsafe {
            ptr._internal_set_normalized_value(host_value(id, value) as f32);
        }
    }

    fn process(&mut self, channels: &[Vec<f32>]) -> Vec<Vec<f32>> {
        let mut output = channels.to_vec();
        let frames = output[0].len();
        let mut buffer = Buffer::default();
        let mut aux = AuxiliaryBuffers { inputs: &mut [], outputs: &mut [] };
        // SAFETY: every slice has `frames` samples and outlives the buffer.
        #[allow(unsafe_code)]
        unsafe {
            buffer.set_slices(frames, |slices| {
                *slices = output.iter_mut().map(|channel| &mut channel[..]).collect()
            });
        }
        let status = self.plugin.process(&mut buffer, &mut aux, &mut Context(&self.transport));
        assert!(matches!(status, ProcessStatus::Tail(_)));
        drop(buffer);
        output
    }
}

/// Frames that wait in the rings.
fn waiting(telemetry: &Telemetry) -> (usize, usize) {
    let rings = telemetry.rings();
    (rings.input.slots(), rings.output.slots())
}

fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

#[test]
fn nothing_is_copied_while_nobody_looks() {
    let mut direct = Direct::new(2);
    let telemetry = direct.plugin.telemetry();
    let input = noise(2, 1000, 70);
    direct.process(&input);
    assert_eq!(telemetry.take_levels(), Levels::default());
    assert_eq!(waiting(&telemetry), (0, 0));
    telemetry.set_watched(true);
    direct.process(&input);
    assert_eq!(waiting(&telemetry), (1000, 1000));
    telemetry.set_watched(false);
    direct.process(&input);
    assert_eq!(telemetry.rings().input.slots(), 1000, "what came while nobody looked is not in the ring");
}

#[test]
fn the_rings_hold_what_came_in_and_what_went_out() {
    for channels in [1, 2, 6] {
        let mut direct = Direct::new(channels);
        direct.set("master_gain", -6.0);
        let telemetry = direct.plugin.telemetry();
        telemetry.set_watched(true);
        assert_eq!(telemetry.sample_rate_hz(), 48_000.0);
        let input = noise(channels, 1024, 71);
        let output = direct.process(&input);
        let rings = &mut *telemetry.rings();
        for (ring, channels) in [(&mut rings.input, &input), (&mut rings.output, &output)] {
            let right = channels.get(1).unwrap_or(&channels[0]);
            for (&left, &right) in channels[0].iter().zip(right) {
                assert_eq!(ring.pop(), Ok([left, right]));
            }
            assert!(ring.pop().is_err());
        }
    }
}

#[test]
fn levels_are_the_peaks_since_the_last_look() {
    let mut direct = Direct::new(2);
    direct.set("compressor.enabled", 1.0);
    direct.set("compressor.threshold", -40.0);
    direct.set("master_gain", 12.0);
    let telemetry = direct.plugin.telemetry();
    telemetry.set_watched(true);
    let (mut input_peak, mut output_peak) = ([0f32; 2], [0f32; 2]);
    for block in 0..20 {
        let input = noise(2, 1024, 72 + block);
        let output = direct.process(&input);
        for side in 0..2 {
            input_peak[side] = input_peak[side].max(peak(&input[side]));
            output_peak[side] = output_peak[side].max(peak(&output[side]));
        }
    }
    let levels = telemetry.take_levels();
    assert_eq!((levels.input_peak, levels.output_peak), (input_peak, output_peak));
    assert!((1.0..40.0).contains(&levels.compressor_reduction_db), "{levels:?}");
    assert!((1.0..40.0).contains(&levels.limiter_reduction_db), "{levels:?}");
    assert_eq!(telemetry.take_levels(), Levels::default(), "taken is taken");
}

#[test]
fn what_was_before_a_look_does_not_show_in_it() {
    let mut direct = Direct::new(2);
    let telemetry = direct.plugin.telemetry();
    direct.process(&noise(2, 1000, 90));
    telemetry.set_watched(true);
    let quiet = vec![vec![1e-3; 1000]; 2];
    direct.process(&quiet);
    assert_eq!(telemetry.take_levels().input_peak, [1e-3; 2]);
}

#[test]
fn a_full_ring_drops_and_the_sound_goes_on() {
    let mut direct = Direct::new(2);
    let telemetry = direct.plugin.telemetry();
    telemetry.set_watched(true);
    let mut plain = Direct::new(2);
    let (mut frames, mut first) = (0, None);
    for block in 0..200 {
        let input = noise(2, 1000, 100 + block);
        first.get_or_insert([input[0][0], input[1][0]]);
        assert_eq!(direct.process(&input), plain.process(&input));
        frames += 1000;
    }
    let mut rings = telemetry.rings();
    let held = rings.input.slots();
    assert!(held < frames);
    // As much as fits, a part of a block included.
    assert_eq!((held, rings.output.slots()), (1 << 16, 1 << 16));
    assert_eq!(rings.input.pop().ok(), first, "the oldest stay, the newest are dropped");
}
