//! Activation at any rate, block length and layout; reset, latency and tail. All results equal the core's.

use crate::mirror::{Values, assert_same, chain, host_value, noise, run};
use crate::rig::Host;
use clack_host::prelude::*;

/// Settings that switch on every stage.
const SETUP: [(&str, f64); 6] = [
    ("compressor.enabled", 1.0),
    ("bass_boost.enabled", 1.0),
    ("treble_boost.enabled", 1.0),
    ("stereo_enhancer.enabled", 1.0),
    ("equalizer.bands.4.enabled", 1.0),
    ("equalizer.bands.4.gain", 0.8),
];

#[test]
fn any_rate_block_size_and_layout_gives_the_samples_of_the_core() {
    let mut host = Host::new();
    host.flush(&SETUP);
    let values = Values::of(&mut host);
    let mut cases = vec![];
    for (rate, channels) in [
        // From row to row, the rate changes, the layout, or both.
        (48_000.0, 2),
        (48_000.0, 6),
        (44_100.0, 6),
        (44_100.0, 1),
        (8000.0, 1),
        (384_000.0, 2),
        (192_000.0, 2),
        (96_000.0, 8),
    ] {
        for block in [1, 64, 441, 8192] {
            cases.push((rate, channels, block));
        }
    }
    // One instance for all cases.
    for (index, (rate, channels, block)) in cases.into_iter().enumerate() {
        let case = format!("{rate} Hz, {channels} channels, blocks of {block}");
        assert!(host.select_layout(channels), "{case}: a layout");
        let input = noise(channels, if block == 1 { 1500 } else { 9000 }, index as u64);
        let mut player = host.start(rate, block);
        let played = player.play(&input);
        let mut enhancer = chain(rate, channels, &values);
        assert_same(&played, &run(&mut enhancer, &input), &case);
        assert_eq!(host.latency_frames(), enhancer.latency_frames(), "{case}");
        assert_eq!(player.tail_frames(), enhancer.tail_frames(), "{case}");
        host.stop(player);
    }
    assert!(!host.select_layout(3), "there are four layouts");
}

#[test]
fn restart_and_reset_clear_all_state() {
    let mut host = Host::new();
    host.flush(&SETUP);
    let input = noise(2, 6000, 20);
    let mut player = host.start(48_000.0, 512);
    let first = player.play(&input);
    player.play(&noise(2, 3333, 21));
    player.reset();
    assert_same(&player.play(&input), &first, "after reset");
    host.stop(player);
    // A restart at the same rate reuses the chain and must reset it.
    let mut player = host.start(48_000.0, 256);
    assert_same(&player.play(&input), &first, "after a restart");
    host.stop(player);
}

#[test]
fn an_impulse_arrives_after_the_reported_latency() {
    let mut host = Host::new();
    let mut reported = vec![];
    for rate in [8000.0, 44_100.0, 48_000.0, 192_000.0] {
        for quality in 0..3 {
            host.flush(&[("processing_quality", f64::from(quality))]);
            let mut player = host.start(rate, 333);
            let latency = host.latency_frames();
            let mut input = vec![vec![0.0; latency + 1000]; 2];
            input[0][100] = 0.5;
            input[1][100] = -0.25;
            let output = player.play(&input);
            for (output, height) in output.iter().zip([0.5f32, -0.25]) {
                for (frame, &sample) in output.iter().enumerate() {
                    let expected = if frame == 100 + latency { height } else { 0.0 };
                    assert!(
                        (sample - expected).abs() < 1e-6,
                        "{rate} Hz, quality {quality}: {sample} at {frame}"
                    );
                }
            }
            reported.push(latency);
            host.stop(player);
        }
    }
    let by_quality = &reported[6..9];
    assert!(by_quality[0] < by_quality[1] && by_quality[1] < by_quality[2], "{reported:?}");
}

#[test]
fn only_the_quality_changes_the_latency() {
    let mut host = Host::new();
    let player = host.start(48_000.0, 256);
    let mut player = host.restart_as_requested(player, 48_000.0);
    let input = noise(2, 6000, 22);
    player.play(&input);
    let (latency, reported) = (host.latency_frames(), host.latency_changes());
    let ids: Vec<&str> = crate::rig::frozen_ids().filter(|id| *id != "processing_quality").collect();
    for value in [1.0, 0.0] {
        let changes: Vec<_> =
            ids.iter().enumerate().map(|(n, id)| (n * 13 % 6000, (*id).to_owned(), value)).collect();
        let mut changes = changes;
        changes.sort_by_key(|(frame, ..)| *frame);
        player.play_with(
            &input,
            || 256,
            |start, frames| crate::automation::events(&host, &changes, start, frames),
        );
        assert_eq!(host.latency_frames(), latency);
        assert!(!host.take_restart_request(), "only the quality requests a restart");
    }
    let changes = vec![(100, "processing_quality".to_owned(), 2.0)];
    player.play_with(
        &input,
        || 256,
        |start, frames| crate::automation::events(&host, &changes, start, frames),
    );
    assert_eq!(host.latency_frames(), latency, "CLAP allows a new latency only at an activation");
    let player = host.restart_as_requested(player, 48_000.0);
    assert!(host.latency_frames() > latency);
    assert_eq!(host.latency_changes(), reported + 1);
    host.stop(player);
}

#[test]
fn an_unsupported_rate_passes_the_signal_unprocessed() {
    let mut host = Host::new();
    host.flush(&SETUP);
    host.flush(&[("listening.delta", 1.0)]);
    let input = noise(2, 5000, 24);
    for rate in [1000.0, 768_000.0, 48_000.0] {
        let mut player = host.start(rate, 500);
        let output = player.play(&input);
        let latency = host.latency_frames();
        for (output, input) in output.iter().zip(&input) {
            let same = output[latency..] == input[..5000 - latency];
            assert_eq!(same, rate != 48_000.0, "{rate} Hz");
        }
        host.stop(player);
    }
}

#[test]
fn the_tail_follows_the_parameters() {
    let mut host = Host::new();
    let mut player = host.start(48_000.0, 480);
    player.play(&noise(2, 480, 23));
    let short = player.tail_frames();
    assert!(short < 4800, "no stage with a long tail is on: {short}");
    let changes = [
        ("equalizer.bands.0.enabled", 1.0),
        ("equalizer.bands.0.frequency", host_value("equalizer.bands.0.frequency", 40.0)),
        ("equalizer.bands.0.gain", host_value("equalizer.bands.0.gain", 12.0)),
        ("equalizer.bands.0.q", host_value("equalizer.bands.0.q", 10.0)),
    ];
    let mut events = EventBuffer::new();
    changes.iter().for_each(|(id, value)| events.push(&host.change(7, id, *value)));
    player.block(&[&[0.0; 480], &[0.0; 480]], &events);
    let long = player.tail_frames();
    assert!(long > 48_000, "{long}");
    let mut events = EventBuffer::new();
    events.push(&host.change(0, "bypass_all", 1.0));
    player.block(&[&[0.0; 480], &[0.0; 480]], &events);
    assert_eq!(player.tail_frames(), host.latency_frames());
    host.stop(player);
}
