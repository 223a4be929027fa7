//! The stereo enhancer under moving controls, odd blocks and garbage.

mod rig;

use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::StereoEnhancerConfig;
use enhancer_measure::zipper::{Splash, splash};
use rig::{assert_cuts_do_not_matter, chain, config, moving_noise, run, run_fresh};

const RATE: f64 = 48_000.0;

fn stereo(edit: impl Fn(&mut StereoEnhancerConfig)) -> EnhancerConfig {
    config(|config| {
        config.stereo_enhancer.enabled = true;
        edit(&mut config.stereo_enhancer);
    })
}

fn turned(right_gain: f32, turn: fn(&mut StereoEnhancerConfig, bool)) -> Splash {
    splash(RATE, right_gain, || {
        let mut enhancer = chain(RATE, 2, &stereo(|s| turn(s, false)));
        let mut turned = false;
        move |jumped, channels: &mut [&mut [f32]]| {
            if jumped && !turned {
                turned = true;
                enhancer.set_config(&stereo(|s| turn(s, true))).expect("a valid config");
            }
            enhancer.process(channels);
        }
    })
}

/// A control, the right channel's gain, how far it moves the left one at least, dB, and how it is turned.
type Control = (&'static str, f32, f64, fn(&mut StereoEnhancerConfig, bool));

#[test]
fn no_control_splashes() {
    let controls: [Control; 9] = [
        ("width of a side signal", -1.0, 12.0, |s, after| s.width_percent = if after { 200.0 } else { 50.0 }),
        ("width of a left signal", 0.0, 3.0, |s, after| s.width_percent = if after { 0.0 } else { 100.0 }),
        ("balance", 1.0, 12.0, |s, after| s.balance_percent = if after { 80.0 } else { -20.0 }),
        ("crossfeed of a side signal", -1.0, 1.5, |s, after| {
            s.crossfeed_percent = if after { 100.0 } else { 0.0 }
        }),
        ("crossfeed back", 0.0, 0.9, |s, after| s.crossfeed_percent = if after { 0.0 } else { 100.0 }),
        ("mono lows on", -1.0, 0.1, |s, after| s.mono_below_hz = if after { 500.0 } else { 0.0 }),
        ("mono lows off", -1.0, 0.1, |s, after| s.mono_below_hz = if after { 0.0 } else { 500.0 }),
        ("mono lows on under a mid", 1.0, 0.0, |s, after| s.mono_below_hz = if after { 200.0 } else { 0.0 }),
        ("mono lows moved", -1.0, 0.4, |s, after| s.mono_below_hz = if after { 500.0 } else { 60.0 }),
    ];
    for (name, right_gain, moves_db, turn) in controls {
        let splash = turned(right_gain, turn);
        assert!(splash.splash_dbc <= -100.0, "{name}: {splash:?}");
        assert!(splash.moved_db.abs() >= moves_db, "{name}: {splash:?}");
    }
}

fn journey() -> Vec<EnhancerConfig> {
    vec![
        stereo(|_| {}),
        stereo(|s| (s.width_percent, s.mono_below_hz) = (160.0, 120.0)),
        stereo(|s| (s.crossfeed_percent, s.mono_below_hz) = (70.0, 300.0)),
        stereo(|s| (s.crossfeed_percent, s.balance_percent) = (20.0, -30.0)),
        stereo(|s| s.enabled = false),
        stereo(|s| s.width_percent = 0.0),
    ]
}

#[test]
fn how_the_stream_is_cut_changes_no_bit() {
    assert_cuts_do_not_matter(RATE, &moving_noise(2, 24_000, 3), &journey(), 1500);
}

#[test]
fn reset_is_as_good_as_new() {
    let noise = moving_noise(2, 9_000, 5);
    for last in &journey() {
        let mut used = chain(RATE, 2, &journey()[2]);
        run(&mut used, &noise);
        used.set_config(last).expect("a valid config");
        run(&mut used, &noise);
        used.reset();
        assert!(run(&mut used, &noise) == run_fresh(RATE, last, &noise));
    }
}

#[test]
fn a_part_that_was_off_starts_without_a_past() {
    // What rang in the filters when they were last on must not come back with them.
    let with = stereo(|s| (s.crossfeed_percent, s.mono_below_hz) = (100.0, 200.0));
    let without = stereo(|_| {});
    let silence = vec![vec![0.0; 4800]; 2];
    let mut enhancer = chain(RATE, 2, &with);
    run(&mut enhancer, &moving_noise(2, 4800, 8));
    enhancer.set_config(&without).expect("a valid config");
    run(&mut enhancer, &silence);
    enhancer.set_config(&with).expect("a valid config");
    let out = run(&mut enhancer, &silence);
    assert!(out.iter().flatten().all(|&sample| sample == 0.0));
}

#[test]
fn garbage_comes_out_finite_and_is_forgotten() {
    for rate in [8_000.0, 48_000.0, 384_000.0] {
        let config = stereo(|s| {
            (s.width_percent, s.balance_percent) = (200.0, 50.0);
            (s.crossfeed_percent, s.mono_below_hz) = (100.0, 500.0);
        });
        let mut enhancer = chain(rate, 2, &config);
        let garbage = [f32::NAN, f32::INFINITY, -f32::MAX, 1e-40, 3e38];
        let bad: Vec<Vec<f32>> =
            (1..3).map(|c| (0..3000).map(|n| garbage[n / c % garbage.len()]).collect()).collect();
        assert!(run(&mut enhancer, &bad).iter().flatten().all(|sample| sample.is_finite()));
        let out = run(&mut enhancer, &vec![vec![0.0; rate as usize]; 2]);
        assert!(out.iter().all(|channel| channel[rate as usize - 100..].iter().all(|&sample| sample == 0.0)));
    }
}
