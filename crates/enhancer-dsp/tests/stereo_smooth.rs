//! The stereo enhancer under moving controls, blocks of any length and invalid samples.

mod rig;

use enhancer_dsp::config::StereoEnhancerConfig;
use enhancer_dsp::{Enhancer, EnhancerConfig};
use enhancer_measure::signal::{sine, to_db};
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

/// Name of a control, gain of the right channel, least change of the left one, dB, and the change of the
/// config.
type Control = (&'static str, f32, f64, fn(&mut StereoEnhancerConfig, bool));

#[test]
fn no_control_makes_a_click() {
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

/// Peak of the side signal while the crossover glides from 500 to 20 Hz, over the peak of the input, dB.
/// After `frames` frames the glide is redirected to `redirected_hz`.
fn gliding_peak_db(hz: f64, frames: usize, redirected_hz: f32) -> f64 {
    let crossover = |hz| stereo(|s| s.mono_below_hz = hz);
    let mut enhancer = chain(RATE, 2, &crossover(500.0));
    let left = sine(hz, 0.1, 0.0, RATE, 30_000);
    let input = [left.clone(), left.iter().map(|sample| -sample).collect()];
    let peak = |enhancer: &mut Enhancer, range: std::ops::Range<usize>| {
        let mut output = input.each_ref().map(|channel: &Vec<f32>| channel[range.clone()].to_vec());
        enhancer.process(&mut output.each_mut().map(Vec::as_mut_slice));
        output.iter().flatten().fold(0f32, |peak, sample| peak.max(sample.abs()))
    };
    peak(&mut enhancer, 0..20_000);
    enhancer.set_config(&crossover(20.0)).expect("a valid config");
    let before = peak(&mut enhancer, 20_000..20_000 + frames);
    enhancer.set_config(&crossover(redirected_hz)).expect("a valid config");
    let after = peak(&mut enhancer, 20_000 + frames..30_000);
    to_db(f64::from(before.max(after)) / 0.1)
}

#[test]
fn a_redirected_crossover_is_no_louder_than_a_plain_glide() {
    for hz in [20.0, 50.0, 120.0, 300.0, 1000.0] {
        for frames in (400..=800).step_by(44) {
            // A crossover that falls releases energy stored at the higher frequency: up to 4 dB, redirected
            // or not.
            let plain_db = gliding_peak_db(hz, frames, 20.0);
            let peak_db = gliding_peak_db(hz, frames, 21.0);
            let case = format!("{hz} Hz, redirected after {frames} frames: {peak_db} dB, else {plain_db} dB");
            assert!(plain_db < 4.0 && peak_db < plain_db + 0.2, "{case}");
        }
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
fn any_cut_into_blocks_gives_the_same_samples() {
    assert_cuts_do_not_matter(RATE, &moving_noise(2, 24_000, 3), &journey(), 1500);
}

#[test]
fn a_reset_equals_a_new_chain() {
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
fn a_part_starts_from_silence_when_it_is_switched_on() {
    // The filters must not replay the sound that rang in them when they were last on.
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
fn invalid_samples_come_out_finite_and_decay() {
    for rate in [8_000.0, 48_000.0, 384_000.0] {
        let config = stereo(|s| {
            (s.width_percent, s.balance_percent) = (200.0, 50.0);
            (s.crossfeed_percent, s.mono_below_hz) = (100.0, 500.0);
        });
        let mut enhancer = chain(rate, 2, &config);
        let invalid = [f32::NAN, f32::INFINITY, -f32::MAX, 1e-40, 3e38];
        let bad: Vec<Vec<f32>> =
            (1..3).map(|c| (0..3000).map(|n| invalid[n / c % invalid.len()]).collect()).collect();
        assert!(run(&mut enhancer, &bad).iter().flatten().all(|sample| sample.is_finite()));
        let out = run(&mut enhancer, &vec![vec![0.0; rate as usize]; 2]);
        assert!(out.iter().all(|channel| channel[rate as usize - 100..].iter().all(|&sample| sample == 0.0)));
    }
}
