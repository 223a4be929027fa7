//! The compressor with moving controls, in blocks of any length, and on invalid samples.

mod rig;

use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::{CompressorConfig, Detector};
use enhancer_measure::signal::sine;
use enhancer_measure::zipper::{Splash, splash};
use rig::{assert_cuts_do_not_matter, chain, compressor, moving_noise, run, run_fresh};

const RATE: f64 = 48_000.0;

/// A fast compressor before and after `turn`.
///
/// The attack is 0.5 ms. At the fastest attack the gain follows the static curve at once: a threshold that
/// crosses the level then shows the corner of the hard knee, −84 dBc.
fn turned(detector: Detector, turn: fn(&mut CompressorConfig, bool)) -> Splash {
    let config = |after| {
        compressor(detector, |config| {
            (config.compressor.attack_ms, config.compressor.release_ms) = (0.5, 50.0);
            turn(&mut config.compressor, after);
        })
    };
    splash(RATE, 1.0, || {
        let mut enhancer = chain(RATE, 2, &config(false));
        let mut turned = false;
        move |jumped, channels: &mut [&mut [f32]]| {
            if jumped && !turned {
                turned = true;
                enhancer.set_config(&config(true)).expect("a valid config");
            }
            enhancer.process(channels);
        }
    })
}

/// Name of a control, smallest movement of the gain in dB, and the change of the control.
type Control = (&'static str, f64, fn(&mut CompressorConfig, bool));

#[test]
fn no_control_splashes() {
    let controls: [Control; 9] = [
        ("make-up", 11.9, |c, after| c.makeup_gain_db = if after { 12.0 } else { 0.0 }),
        ("auto make-up", 10.0, |c, after| (c.threshold_db, c.auto_makeup) = (-27.0, after)),
        ("threshold", 9.0, |c, after| (c.threshold_db, c.ratio) = (if after { -31.4 } else { -18.6 }, 20.0)),
        ("ratio", 9.0, |c, after| (c.threshold_db, c.ratio) = (-34.0, if after { 4.0 } else { 1.0 })),
        ("mix", 9.0, |c, after| {
            (c.threshold_db, c.ratio, c.mix_percent) = (-30.6, 20.0, if after { 100.0 } else { 0.0 });
        }),
        ("knee", 1.9, |c, after| {
            (c.threshold_db, c.ratio, c.knee_db) = (-20.0, 20.0, if after { 24.0 } else { 0.0 })
        }),
        ("side-chain high-pass", 0.2, |c, after| {
            (c.threshold_db, c.ratio) = (-35.0, 20.0);
            c.sidechain_highpass_hz = if after { 500.0 } else { 0.0 };
        }),
        ("detector", 2.8, |c, after| {
            (c.threshold_db, c.ratio) = (-35.0, 20.0);
            let was_peak = c.detector == Detector::Peak;
            c.detector = if after == was_peak { Detector::Rms } else { Detector::Peak };
        }),
        ("times", 0.0, |c, after| {
            c.threshold_db = -35.0;
            if after {
                (c.attack_ms, c.release_ms) = (100.0, 2000.0);
            }
        }),
    ];
    for detector in [Detector::Peak, Detector::Rms] {
        for (name, moves_db, turn) in controls {
            let splash = turned(detector, turn);
            assert!(splash.splash_dbc <= -100.0, "{detector:?} {name}: {splash:?}");
            assert!(splash.moved_db.abs() >= moves_db, "{detector:?} {name}: {splash:?}");
        }
    }
}

#[test]
fn changed_times_do_not_splash_while_the_gain_moves() {
    // Threshold and times before the change; the threshold moves 50 ms before the times.
    let (long, short) = ((30.0, 120.0), (2.0, 12.0));
    for (name, thresholds_db, (before, after)) in [
        ("shorter attack", (-20.0, -54.0), (long, short)),
        ("longer attack", (-20.0, -54.0), ((60.0, 120.0), (250.0, 120.0))),
        ("shorter release", (-54.0, -20.0), (long, short)),
        ("longer release", (-54.0, -20.0), (long, (30.0, 2500.0))),
        ("attack longer than release", (-20.0, -54.0), (long, (100.0, 5.0))),
    ] {
        for detector in [Detector::Peak, Detector::Rms] {
            let config = |threshold_db, (attack_ms, release_ms)| {
                compressor(detector, |config| {
                    let c = &mut config.compressor;
                    (c.threshold_db, c.ratio, c.knee_db) = (threshold_db, 16.0, 12.0);
                    (c.attack_ms, c.release_ms) = (attack_ms, release_ms);
                })
            };
            let reached = splash(RATE, 1.0, || {
                let mut enhancer = chain(RATE, 2, &config(thresholds_db.0, before));
                let mut calls = 0;
                move |jumped, channels: &mut [&mut [f32]]| {
                    // Each call has 1 ms; the times change after half a second.
                    match calls {
                        450 => enhancer.set_config(&config(thresholds_db.1, before)).expect("a valid config"),
                        500 => enhancer.set_config(&config(thresholds_db.1, after)).expect("a valid config"),
                        _ => {}
                    }
                    assert_eq!(jumped, calls >= 500);
                    calls += 1;
                    enhancer.process(channels);
                }
            });
            println!("{name}, {detector:?}: {reached:?}");
            assert!(reached.splash_dbc <= -100.0, "{name}, {detector:?}: {reached:?}");
            assert!(reached.moved_db.abs() > 3.0, "{name}, {detector:?}: {reached:?}");
        }
    }
}

/// Configs that differ in every control that glides or crossfades.
fn journey() -> Vec<EnhancerConfig> {
    vec![
        compressor(Detector::Rms, |_| {}),
        compressor(Detector::Peak, |c| c.compressor.makeup_gain_db = 6.0),
        compressor(Detector::Peak, |c| {
            (c.compressor.knee_db, c.compressor.release_ms) = (12.0, 15.0);
            c.compressor.sidechain_highpass_hz = 120.0;
        }),
        compressor(Detector::Rms, |c| {
            (c.compressor.sidechain_highpass_hz, c.compressor.mix_percent) = (300.0, 40.0);
            (c.compressor.threshold_db, c.compressor.attack_ms) = (-40.0, 0.5);
        }),
        compressor(Detector::Rms, |c| c.compressor.enabled = false),
    ]
}

#[test]
fn cuts_into_blocks_change_no_bit() {
    for channels in [1, 2, 5] {
        assert_cuts_do_not_matter(RATE, &moving_noise(channels, 24_000, 3), &journey(), 1700);
    }
}

#[test]
fn reset_equals_a_new_chain() {
    let noise = moving_noise(2, 9_000, 5);
    let last = &journey()[3];
    let mut used = chain(RATE, 2, &journey()[1]);
    run(&mut used, &noise);
    used.set_config(last).expect("a valid config");
    run(&mut used, &noise);
    used.reset();
    assert!(run(&mut used, &noise) == run_fresh(RATE, last, &noise));
}

#[test]
fn invalid_samples_give_finite_output_and_leave_no_trace() {
    for rate in [8_000.0, 48_000.0, 384_000.0] {
        for detector in [Detector::Peak, Detector::Rms] {
            let config = compressor(detector, |c| c.compressor.sidechain_highpass_hz = 80.0);
            let mut enhancer = chain(rate, 8, &config);
            let garbage = [f32::NAN, f32::INFINITY, -f32::MAX, 1e-40, -0.0, 3e38, f32::NEG_INFINITY];
            let bad: Vec<Vec<f32>> =
                (0..8).map(|c| (0..3000).map(|n| garbage[(n / (c + 1)) % garbage.len()]).collect()).collect();
            let out = run(&mut enhancer, &bad);
            assert!(out.iter().flatten().all(|sample| sample.is_finite()));

            // 116 dB over the threshold give 87 dB of reduction; at 100 ms less than 0.01 dB remains after 1
            // s.
            let soft = vec![sine(997.0, 0.01, 0.0, rate, (1.5 * rate) as usize); 8];
            let out = run(&mut enhancer, &soft);
            let tail = soft[0].len() - 1000;
            let worst = out[3][tail..].iter().zip(&soft[3][tail..]).map(|(o, s)| (o - s).abs());
            assert!(worst.fold(0.0, f32::max) < 1e-4 * 0.01 * 2.0, "{detector:?} at {rate} Hz");
        }
    }
}

#[test]
fn silence_stays_silence() {
    for detector in [Detector::Peak, Detector::Rms] {
        let config = compressor(detector, |c| c.compressor.makeup_gain_db = 24.0);
        let out = run_fresh(RATE, &config, &vec![vec![0.0; 5000]; 2]);
        assert!(out.iter().flatten().all(|&sample| sample == 0.0));
    }
}
