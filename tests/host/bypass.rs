//! The host's bypass: after its crossfade, the output is the delayed input to the bit. No switch clicks.

use crate::automation::events;
use crate::mirror::{assert_same, host_value, noise};
use crate::rig::{Host, Player};
use clack_host::prelude::*;
use enhancer_measure::signal::Random;
use enhancer_measure::zipper::splash;

const RATE: f64 = 48_000.0;

#[test]
fn bypass_equals_the_delayed_input_after_the_crossfade() {
    for (channels, quality) in [(1, 0.0), (2, 1.0), (2, 2.0), (6, 1.0), (8, 0.0)] {
        let mut host = Host::new();
        assert!(host.select_layout(channels));
        host.flush(&[
            ("processing_quality", quality),
            ("compressor.enabled", 1.0),
            ("bass_boost.enabled", 1.0),
            ("master_gain", host_value("master_gain", 6.0)),
        ]);
        let input = noise(channels, 20_000, 30);
        let mut player = host.start(RATE, 700);
        let latency = host.latency_frames();
        let changes = vec![(5000, "bypass_all".to_owned(), 1.0), (15_000, "bypass_all".to_owned(), 0.0)];
        let mut lengths = Random::new(31);
        let lengths = || 1 + (lengths.next_u64() % 700) as usize;
        let output =
            player.play_with(&input, lengths, |start, frames| events(&host, &changes, start, frames));
        // The crossfade takes 10 ms.
        let settled = 5000 + 481;
        for (output, input) in output.iter().zip(&input) {
            assert_eq!(output[settled..15_000], input[settled - latency..15_000 - latency]);
            assert_ne!(
                output[latency..5000],
                input[..5000 - latency],
                "the chain processes before the bypass"
            );
            assert_ne!(
                output[16_000..],
                input[16_000 - latency..20_000 - latency],
                "the chain processes after the bypass"
            );
        }
        host.stop(player);
    }
}

#[test]
fn a_start_under_bypass_has_no_crossfade() {
    let mut host = Host::new();
    host.flush(&[("bypass_all", 1.0), ("master_gain", 0.9)]);
    let input = noise(2, 3000, 32);
    let mut player = host.start(RATE, 128);
    let output = player.play(&input);
    let latency = host.latency_frames();
    let delayed: Vec<Vec<f32>> = input
        .iter()
        .map(|channel| [vec![0.0; latency], channel[..3000 - latency].to_vec()].concat())
        .collect();
    assert_same(&output, &delayed, "bypass");
    host.stop(player);
}

/// Processes a block in place, with a change at its start if there is one.
fn process(host: &Host, player: &mut Player, change: Option<(&str, f64)>, channels: &mut [&mut [f32]]) {
    let mut events = EventBuffer::new();
    if let Some((id, value)) = change {
        events.push(&host.change(0, id, value));
    }
    let views: Vec<&[f32]> = channels.iter().map(|channel| &**channel).collect();
    let output = player.block(&views, &events);
    channels.iter_mut().zip(output).for_each(|(channel, output)| channel.copy_from_slice(&output));
}

#[test]
fn no_switch_clicks() {
    let up = host_value("master_gain", 12.0);
    for (name, setup, change, moves_db) in [
        ("bypass", vec![("master_gain", up)], ("bypass_all", 1.0), 11.0),
        ("bypass off", vec![("master_gain", up), ("bypass_all", 1.0)], ("bypass_all", 0.0), 11.0),
        ("delta", vec![("master_gain", up)], ("listening.delta", 1.0), 2.0),
        (
            "loudness match under bypass",
            vec![("master_gain", up), ("bypass_all", 1.0)],
            ("listening.loudness_match", 1.0),
            6.0,
        ),
        ("gain", vec![], ("master_gain", host_value("master_gain", -12.0)), 11.0),
    ] {
        let splash = splash(RATE, 1.0, || {
            let mut host = Host::new();
            host.flush(&[("limiter.enabled", 0.0)]);
            host.flush(&setup);
            let mut player = host.start(RATE, 64);
            let mut turned = false;
            move |jumped, channels: &mut [&mut [f32]]| {
                let now = jumped && !turned;
                turned |= jumped;
                process(&host, &mut player, now.then_some(change), channels);
            }
        });
        assert!(splash.splash_dbc <= -100.0, "{name}: {splash:?}");
        assert!(splash.moved_db.abs() >= moves_db, "{name}: {splash:?}");
    }
}
