//! Telemetry: the audio thread publishes meters and spectrum samples only while the editor watches, and never
//! waits.

use crate::direct::Direct;
use crate::mirror::{host_value, noise};
use audio_enhancer::AudioEnhancer;
use audio_enhancer::telemetry::{Levels, Telemetry};
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
    (rings.input.slots(), rings.output.slots())
}

fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

#[test]
fn nothing_is_copied_while_no_editor_watches() {
    let mut direct = active(2);
    let telemetry = direct.plugin.telemetry();
    let input = noise(2, 1000, 70);
    process(&mut direct, &input);
    assert_eq!(telemetry.take_levels(), Levels::default());
    assert_eq!(waiting(&telemetry), (0, 0));
    telemetry.set_watched(true);
    process(&mut direct, &input);
    assert_eq!(waiting(&telemetry), (1000, 1000));
    telemetry.set_watched(false);
    process(&mut direct, &input);
    assert_eq!(telemetry.rings().input.slots(), 1000, "the ring contains no unwatched samples");
}

#[test]
fn the_rings_contain_input_and_output() {
    for channels in [1, 2, 6] {
        let mut direct = active(channels);
        set(&direct, "master_gain", -6.0);
        let telemetry = direct.plugin.telemetry();
        telemetry.set_watched(true);
        assert_eq!(telemetry.sample_rate_hz(), 48_000.0);
        let input = noise(channels, 1024, 71);
        let output = process(&mut direct, &input);
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
fn levels_are_the_peaks_since_the_last_read() {
    let mut direct = active(2);
    set(&direct, "compressor.enabled", 1.0);
    set(&direct, "compressor.threshold", -40.0);
    set(&direct, "master_gain", 12.0);
    let telemetry = direct.plugin.telemetry();
    telemetry.set_watched(true);
    let (mut input_peak, mut output_peak) = ([0f32; 2], [0f32; 2]);
    for block in 0..20 {
        let input = noise(2, 1024, 72 + block);
        let output = process(&mut direct, &input);
        for side in 0..2 {
            input_peak[side] = input_peak[side].max(peak(&input[side]));
            output_peak[side] = output_peak[side].max(peak(&output[side]));
        }
    }
    let levels = telemetry.take_levels();
    assert_eq!((levels.input_peak, levels.output_peak), (input_peak, output_peak));
    assert!((1.0..40.0).contains(&levels.compressor_reduction_db), "{levels:?}");
    assert!((1.0..40.0).contains(&levels.limiter_reduction_db), "{levels:?}");
    assert_eq!(telemetry.take_levels(), Levels::default(), "reading resets the levels");
}

#[test]
fn levels_exclude_samples_before_watching_starts() {
    let mut direct = active(2);
    let telemetry = direct.plugin.telemetry();
    process(&mut direct, &noise(2, 1000, 90));
    telemetry.set_watched(true);
    let quiet = vec![vec![1e-3; 1000]; 2];
    process(&mut direct, &quiet);
    assert_eq!(telemetry.take_levels().input_peak, [1e-3; 2]);
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
    let mut rings = telemetry.rings();
    let held = rings.input.slots();
    assert!(held < frames);
    // The ring fills completely, even within a block.
    assert_eq!((held, rings.output.slots()), (1 << 16, 1 << 16));
    assert_eq!(rings.input.pop().ok(), first, "the oldest samples stay, new ones are dropped");
}
