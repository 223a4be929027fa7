//! Random parameters, block lengths and samples for a minute. The plugin's output equals the core's to the
//! bit, is finite, has no subnormals, and recovers from invalid input.

use crate::automation::{Changes, events, expected};
use crate::mirror::{Values, any_value, assert_same, chain, noise, run};
use crate::rig::{Host, frozen_ids};
use enhancer_measure::signal::Random;

const RATE: f64 = 48_000.0;

fn assert_clean(output: &[Vec<f32>], case: &str) {
    let bad = output.iter().flatten().find(|sample| !sample.is_finite() || sample.is_subnormal());
    assert_eq!(bad, None, "{case}");
}

/// About ten random changes a second, in bursts of up to eight.
fn storm(frames: usize, random: &mut Random) -> Changes {
    let ids: Vec<&str> = frozen_ids().collect();
    let mut changes = Changes::new();
    let mut frame = 0;
    while frame < frames {
        for _ in 0..1 + random.next_u64() % 8 {
            let id = ids[(random.next_u64() % ids.len() as u64) as usize];
            changes.push((frame, id.to_owned(), any_value(id, random)));
        }
        frame += (random.next_u64() % 40_000) as usize;
    }
    changes
}

/// Random block lengths: common ones and edge cases.
fn lengths(seed: u64) -> impl FnMut() -> usize {
    let mut random = Random::new(seed);
    move || match random.next_u64() % 8 {
        0 => 1,
        1 => 63,
        2 => 64,
        3 => 65,
        4 => 4096,
        _ => 1 + (random.next_u64() % 1500) as usize,
    }
}

#[test]
fn a_minute_of_random_changes_agrees_with_the_core() {
    let mut random = Random::new(60);
    let mut host = Host::new();
    let mut values = Values::of(&mut host);
    let mut player = host.start(RATE, 4096);
    let mut enhancer = chain(RATE, 2, &values);
    let mut block_lengths = lengths(61);
    for part in 0..12 {
        let frames = 5 * RATE as usize;
        let mut input = noise(2, frames, part);
        // A few samples that no sound card sends.
        for _ in 0..20 {
            let garbage = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 1e-42]
                [(random.next_u64() % 5) as usize];
            let at = (random.next_u64() % frames as u64) as usize;
            input[(random.next_u64() % 2) as usize][at] = garbage;
        }
        let changes = storm(frames, &mut random);
        let played = player
            .play_with(&input, &mut block_lengths, |start, frames| events(&host, &changes, start, frames));
        assert_clean(&played, &format!("part {part}"));
        assert_same(
            &played,
            &expected(&mut enhancer, &mut values, &input, &changes),
            &format!("part {part}"),
        );
        // A DAW restarts the plugin after the quality has changed the latency.
        if host.take_restart_request() {
            host.stop(player);
            player = host.start(RATE, 4096);
            enhancer = chain(RATE, 2, &values);
        }
    }
    host.stop(player);
}

#[test]
fn invalid_samples_have_no_lasting_effect() {
    for bypass in [0.0, 1.0] {
        for garbage in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 1e-42] {
            let mut host = Host::new();
            host.flush(&[("bypass_all", bypass), ("compressor.enabled", 1.0), ("bass_boost.enabled", 1.0)]);
            let mut player = host.start(RATE, 512);
            let input = noise(2, 24_000, 62);
            let clean = player.play(&input);
            let output = player.play(&vec![vec![garbage; 4800]; 2]);
            assert_clean(&output, &format!("{garbage}"));
            // After two seconds of silence, the filters' states have decayed and the output is as before.
            let silence = player.play(&vec![vec![0.0; 2 * RATE as usize]; 2]);
            assert_clean(&silence, "silence");
            let after = player.play(&input);
            let latency = host.latency_frames();
            for (after, clean) in after.iter().zip(&clean) {
                for frame in latency..24_000 {
                    assert!((after[frame] - clean[frame]).abs() < 1e-4, "{garbage}: {frame}");
                }
            }
            host.stop(player);
        }
    }
}

#[test]
fn subnormals_are_flushed_with_and_without_bypass() {
    for bypass in [0.0, 1.0] {
        let mut host = Host::new();
        host.flush(&[("bypass_all", bypass)]);
        let mut player = host.start(RATE, 512);
        let mut input = noise(2, 2000, 63);
        // A fade from normal numbers through the subnormals to 0.
        for channel in &mut input {
            channel.iter_mut().enumerate().for_each(|(n, sample)| *sample *= 10f32.powf(-(n as f32) / 40.0));
        }
        assert!(input[0].iter().any(|sample| sample.is_subnormal()));
        assert_clean(&player.play(&input), "a fade");
        host.stop(player);
    }
}

#[test]
fn a_silent_input_channel_stays_silent() {
    let mut host = Host::new();
    let mut player = host.start(RATE, 512);
    let mut input = noise(2, 4000, 64);
    input[1].fill(0.0);
    let output = player.play(&input);
    assert!(output[1].iter().all(|&sample| sample == 0.0));
    let expected = run(&mut chain(RATE, 2, &Values::of(&mut host)), &input);
    assert_same(&output, &expected, "one side");
    host.stop(player);
}
