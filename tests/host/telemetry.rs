//! Telemetry: the audio thread publishes meters and spectrum samples only while the editor watches, and never
//! waits.

use crate::direct::Direct;
use crate::mirror::{host_value, noise};
use audio_enhancer::AudioEnhancer;
use audio_enhancer::telemetry::Telemetry;
use enhancer_dsp::StageId;
use nice_plug::prelude::*;

/// An active plugin at its defaults, for blocks of up to 1024 frames.
fn active(channels: usize) -> Direct {
    Direct::new(AudioEnhancer::default(), channels, 48_000.0, 1024)
}

fn set(direct: &Direct, id: &str, value: f32) {
    let params = direct.plugin.enhancer_params();
    let (_, ptr, _) = params.param_map().into_iter().find(|(other, ..)| other == id).expect("a parameter");
    // SAFETY: `ptr` points into `params`, which lives until the end of this function.
    #[allow(unsafe_code)]
    unsafe {
        ptr._internal_set_normalized_value(host_value(id, value) as f32);
    }
}

/// The plugin's output for `input`.
fn process(direct: &mut Direct, input: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let mut output = input.to_vec();
    direct.process(&mut output);
    output
}

/// Unread frames in the input and output ring.
fn waiting(telemetry: &Telemetry) -> (usize, usize) {
    let rings = telemetry.rings();
    (rings.input.slots() / rings.channels, rings.output.slots() / rings.channels)
}

/// Largest magnitude over all channels.
fn peak(channels: &[Vec<f32>]) -> f32 {
    channels.iter().flatten().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

#[test]
fn nothing_is_copied_while_no_editor_watches() {
    let mut direct = active(2);
    let telemetry = direct.plugin.telemetry();
    let input = noise(2, 1000, 70);
    process(&mut direct, &input);
    assert_eq!(waiting(&telemetry), (0, 0));
    assert!(telemetry.rings().blocks.is_empty());
    telemetry.set_watched(true);
    process(&mut direct, &input);
    assert_eq!(waiting(&telemetry), (1000, 1000));
    telemetry.set_watched(false);
    process(&mut direct, &input);
    assert_eq!(waiting(&telemetry), (1000, 1000), "blocks without a reader are not in the rings");
}

#[test]
fn the_rings_contain_input_and_output() {
    for channels in [1, 2, 6, 8] {
        let mut direct = active(channels);
        set(&direct, "master_gain", -6.0);
        let telemetry = direct.plugin.telemetry();
        telemetry.set_watched(true);
        assert_eq!(telemetry.sample_rate_hz(), 48_000.0);
        let input = noise(channels, 1024, 71);
        let output = process(&mut direct, &input);
        let rings = &mut *telemetry.rings();
        assert_eq!(rings.channels, channels);
        for (ring, channels) in [(&mut rings.input, &input), (&mut rings.output, &output)] {
            for frame in 0..1024 {
                for channel in channels {
                    assert_eq!(ring.pop(), Ok(channel[frame]));
                }
            }
            assert!(ring.pop().is_err());
        }
    }
}

#[test]
fn block_levels_are_the_peaks_and_reductions_of_each_block() {
    let mut direct = active(2);
    set(&direct, "compressor.enabled", 1.0);
    set(&direct, "compressor.threshold", -40.0);
    set(&direct, "master_gain", 12.0);
    let telemetry = direct.plugin.telemetry();
    telemetry.set_watched(true);
    for block in 0..20 {
        let input = noise(2, 1024, 72 + block);
        let output = process(&mut direct, &input);
        let levels = telemetry.rings().blocks.pop().unwrap();
        assert_eq!(levels.frames, 1024);
        assert_eq!((levels.input_peak, levels.output_peak), (peak(&input), peak(&output)));
        if block > 0 {
            for (&stage, reduction_db) in StageId::ALL.iter().zip(levels.reductions_db) {
                let range = if stage.reduces_gain() { 1.0..40.0 } else { 0.0..f32::MIN_POSITIVE };
                assert!(range.contains(&reduction_db), "{}: {levels:?}", stage.name());
            }
        }
    }
    assert!(telemetry.rings().blocks.is_empty());
}

#[test]
fn blocks_before_a_reader_leave_no_levels() {
    let mut direct = active(2);
    let telemetry = direct.plugin.telemetry();
    process(&mut direct, &noise(2, 1000, 90));
    telemetry.set_watched(true);
    process(&mut direct, &[vec![1e-3; 1000], vec![1e-3; 1000]]);
    assert_eq!(telemetry.rings().blocks.pop().unwrap().input_peak, 1e-3);
}

#[test]
fn a_full_ring_drops_samples_and_processing_continues() {
    let mut direct = active(2);
    let telemetry = direct.plugin.telemetry();
    telemetry.set_watched(true);
    let mut plain = active(2);
    let (mut frames, mut first) = (0, None);
    for block in 0..200 {
        let input = noise(2, 1000, 100 + block);
        first.get_or_insert([input[0][0], input[1][0]]);
        assert_eq!(process(&mut direct, &input), process(&mut plain, &input));
        frames += 1000;
    }
    // As much as fits, a part of a block included.
    assert!(frames > 1 << 16);
    assert_eq!(waiting(&telemetry), (1 << 16, 1 << 16));
    let mut rings = telemetry.rings();
    let oldest = [(); 2].map(|()| rings.input.pop().unwrap());
    assert_eq!(Some(oldest), first, "the oldest frames stay, the newest are dropped");
}
