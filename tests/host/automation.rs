//! A parameter change takes effect on the sample that the host sets.

use crate::mirror::{Values, any_value, assert_same, chain, host_value, noise};
use crate::rig::{Host, frozen_ids};
use clack_host::prelude::*;
use enhancer_dsp::Enhancer;
use enhancer_measure::signal::Random;

/// Changes of parameters: frame, id and value, sorted by frame.
pub(crate) type Changes = Vec<(usize, String, f64)>;

/// Processes `input` in the core with the same changes.
pub(crate) fn expected(
    enhancer: &mut Enhancer,
    values: &mut Values,
    input: &[Vec<f32>],
    changes: &[(usize, String, f64)],
) -> Vec<Vec<f32>> {
    let mut output = input.to_vec();
    let frames = input[0].len();
    let mut at = 0;
    let mut changes = changes.iter().peekable();
    while at < frames {
        let mut changed = false;
        while let Some((_, id, value)) = changes.next_if(|(frame, ..)| *frame <= at) {
            values.set(id, *value);
            changed = true;
        }
        if changed {
            enhancer.set_config(&values.config()).unwrap();
            enhancer.set_listening(values.listening());
        }
        let end = changes.peek().map_or(frames, |(frame, ..)| *frame).min(frames);
        enhancer.process(&mut output.iter_mut().map(|channel| &mut channel[at..end]).collect::<Vec<_>>());
        at = end;
    }
    output
}

/// The events of the `frames` frames from `start` on.
pub(crate) fn events(
    host: &Host,
    changes: &[(usize, String, f64)],
    start: usize,
    frames: usize,
) -> EventBuffer {
    let mut events = EventBuffer::new();
    for (frame, id, value) in changes.iter().filter(|(frame, ..)| (start..start + frames).contains(frame)) {
        events.push(&host.change(frame - start, id, *value));
    }
    events
}

/// Processes `input` with a new plugin and with a new chain, and asserts that the outputs are equal.
fn assert_agrees(
    setup: &[(&str, f64)],
    input: &[Vec<f32>],
    changes: &Changes,
    lengths: &mut dyn FnMut() -> usize,
) {
    let mut host = Host::new();
    host.flush(setup);
    let mut values = Values::of(&mut host);
    let mut player = host.start(48_000.0, 4096);
    let played = player.play_with(input, lengths, |start, frames| events(&host, changes, start, frames));
    let mut enhancer = chain(48_000.0, input.len(), &values);
    assert_same(&played, &expected(&mut enhancer, &mut values, input, changes), "plugin and core");
    host.stop(player);
}

#[test]
fn a_change_takes_effect_on_its_sample() {
    let input = noise(2, 4096, 1);
    // Inside a block, on its first and last sample, and several at once.
    for frame in [0, 1, 500, 511, 512, 1023, 2049] {
        let changes = vec![
            (frame, "master_gain".to_owned(), host_value("master_gain", -9.0)),
            (frame, "equalizer.bands.2.enabled".to_owned(), 1.0),
            (frame, "equalizer.bands.2.gain".to_owned(), host_value("equalizer.bands.2.gain", 8.0)),
        ];
        assert_agrees(&[], &input, &changes, &mut || 512);
    }
}

#[test]
fn a_change_has_no_effect_before_its_sample() {
    // With the limiter off, the samples before the change are untouched; the gain glides from there.
    let setup = [("limiter.enabled", 0.0)];
    let input = vec![vec![0.5; 2000]; 2];
    let mut host = Host::new();
    host.flush(&setup);
    let mut player = host.start(48_000.0, 2000);
    let changes = vec![(700, "master_gain".to_owned(), host_value("master_gain", -24.0))];
    let output = player.play_with(&input, || 2000, |start, frames| events(&host, &changes, start, frames));
    let latency = host.latency_frames();
    let after = 700.max(latency);
    // The gain stage precedes the limiter's delay.
    assert!(output[0][latency..after + latency].iter().all(|&sample| sample == 0.5));
    assert!(output[0][after + latency + 10] < 0.5);
    host.stop(player);
}

#[test]
fn any_changes_at_any_samples_agree_with_the_core() {
    let ids: Vec<&str> = frozen_ids().collect();
    let mut random = Random::new(3);
    for seed in 0..6 {
        let input = noise(2, 24_000, seed);
        let mut changes: Changes = (0..60)
            .map(|_| {
                let id = ids[(random.next_u64() % ids.len() as u64) as usize];
                let frame = (random.next_u64() % 24_000) as usize;
                (frame, id.to_owned(), any_value(id, &mut random))
            })
            .collect();
        changes.sort_by_key(|(frame, ..)| *frame);
        let mut lengths = Random::new(seed + 50);
        let setup =
            [("compressor.enabled", 1.0), ("bass_boost.enabled", 1.0), ("stereo_enhancer.enabled", 1.0)];
        assert_agrees(&setup, &input, &changes, &mut || 1 + (lengths.next_u64() % 3000) as usize);
    }
}

#[test]
fn the_listening_switches_take_effect_on_their_samples() {
    let mut changes: Changes = Vec::new();
    for (frame, id, value) in [
        (1000, "listening.delta", 1.0),
        (7001, "listening.delta", 0.0),
        (7001, "listening.loudness_match", 1.0),
        (20_003, "bypass_all", 1.0),
        (40_000, "listening.delta", 1.0),
        (44_000, "bypass_all", 0.0),
        (46_000, "listening.loudness_match", 0.0),
    ] {
        changes.push((frame, id.to_owned(), value));
    }
    let setup = [("master_gain", host_value("master_gain", 9.0))];
    assert_agrees(&setup, &noise(2, 48_000, 9), &changes, &mut || 777);
}
