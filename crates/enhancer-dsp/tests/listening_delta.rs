//! Delta plays processed minus delayed input, exact to the sample, and switches without a click.

mod rig;

use enhancer_dsp::config::EqBand;
use enhancer_dsp::{EnhancerConfig, Listening};
use enhancer_measure::signal::Random;
use enhancer_measure::zipper::splash;
use rig::{chain, config, moving_noise, play};

const RATE: f64 = 48_000.0;
const DELTA: Listening = Listening { loudness_match: false, delta: true };
const BOTH: Listening = Listening { loudness_match: true, delta: true };

fn much() -> EnhancerConfig {
    config(|config| {
        config.equalizer.enabled = true;
        config.equalizer.bands.push(EqBand { frequency_hz: 700.0, gain_db: 7.0, ..EqBand::default() });
        config.compressor.enabled = true;
        config.bass_boost.enabled = true;
        config.limiter.enabled = true;
        config.master_gain_db = 3.0;
    })
}

#[test]
fn delta_is_processed_minus_delayed_input() {
    for (rate, channels) in [(48_000.0, 2), (44_100.0, 1), (96_000.0, 5)] {
        let input = moving_noise(channels, 20_000, 11);
        for listening in [DELTA, BOTH] {
            let processed = play(&mut chain(rate, channels, &much()), &input);
            let mut enhancer = chain(rate, channels, &much());
            enhancer.set_listening(listening);
            assert_eq!(enhancer.listening(), listening);
            let delta = play(&mut enhancer, &input);
            let latency = enhancer.latency_frames();
            let mut largest = 0f32;
            for ((delta, processed), input) in delta.iter().zip(&processed).zip(&input) {
                for frame in 0..20_000 {
                    let input = if frame < latency { 0.0 } else { input[frame - latency] };
                    assert!((delta[frame] - (processed[frame] - input)).abs() < 1e-6, "{rate} {frame}");
                    largest = largest.max(delta[frame].abs());
                }
            }
            assert!(largest > 0.1, "the delta is audible");
        }
    }
}

#[test]
fn a_chain_that_changes_nothing_has_a_silent_delta() {
    let mut enhancer = chain(RATE, 2, &config(|_| {}));
    enhancer.set_listening(DELTA);
    let output = play(&mut enhancer, &moving_noise(2, 20_000, 12));
    assert!(output.iter().flatten().all(|&sample| sample == 0.0));
}

#[test]
fn bypass_takes_precedence_over_delta() {
    let input = moving_noise(2, 20_000, 13);
    let mut enhancer = chain(RATE, 2, &EnhancerConfig { bypass_all: true, ..much() });
    enhancer.set_listening(DELTA);
    let output = play(&mut enhancer, &input);
    let latency = enhancer.latency_frames();
    for (output, input) in output.iter().zip(&input) {
        assert_eq!(output[latency..], input[..20_000 - latency]);
    }
}

#[test]
fn switching_does_not_click() {
    // The chain changes the sine by 12 dB, so the delta is 9.5 dB above the input, or 2.5 dB below it.
    for (name, master_gain_db, before, after) in [
        ("on", 12.0, Listening::default(), DELTA),
        ("off", 12.0, DELTA, Listening::default()),
        ("on under a cut", -12.0, Listening::default(), DELTA),
        ("delta for match", 12.0, DELTA, Listening { loudness_match: true, delta: false }),
    ] {
        let splash = splash(RATE, 1.0, || {
            let mut enhancer = chain(RATE, 2, &config(|config| config.master_gain_db = master_gain_db));
            enhancer.set_listening(before);
            let mut turned = false;
            move |jumped, channels: &mut [&mut [f32]]| {
                if jumped && !turned {
                    turned = true;
                    enhancer.set_listening(after);
                }
                enhancer.process(channels);
            }
        });
        assert!(splash.splash_dbc <= -100.0, "{name}: {splash:?}");
        assert!(splash.moved_db.abs() > 2.0, "{name}: {splash:?}");
    }
}

/// Runs through several switch positions in blocks of lengths from `length`.
fn journey(input: &[Vec<f32>], mut length: impl FnMut() -> usize) -> Vec<Vec<f32>> {
    let matched = Listening { loudness_match: true, delta: false };
    let steps =
        [(Listening::default(), false), (matched, true), (DELTA, true), (BOTH, false), (matched, true)];
    let mut enhancer = chain(RATE, input.len(), &much());
    let mut output = input.to_vec();
    let part = input[0].len() / steps.len();
    for (index, (listening, bypass_all)) in steps.into_iter().enumerate() {
        enhancer.set_listening(listening);
        enhancer.set_config(&EnhancerConfig { bypass_all, ..much() }).unwrap();
        let mut start = index * part;
        let last = start + part;
        while start < last {
            let end = start.saturating_add(length()).min(last);
            enhancer
                .process(&mut output.iter_mut().map(|channel| &mut channel[start..end]).collect::<Vec<_>>());
            start = end;
        }
    }
    output
}

#[test]
fn cuts_into_blocks_change_no_bit() {
    let input = moving_noise(3, 5 * 9001, 14);
    let whole = journey(&input, || usize::MAX);
    let mut random = Random::new(15);
    for longest in [1.0, 63.0, 200.0, 3000.0] {
        assert!(whole == journey(&input, || random.between(1.0, longest + 1.0) as usize), "{longest}");
    }
}

#[test]
fn reset_equals_a_new_chain() {
    let input = moving_noise(2, 30_000, 16);
    for listening in [BOTH, Listening { loudness_match: true, delta: false }] {
        for bypass_all in [false, true] {
            let config = EnhancerConfig { bypass_all, ..much() };
            let mut fresh = chain(RATE, 2, &config);
            fresh.set_listening(listening);
            let mut used = chain(RATE, 2, &config);
            used.set_listening(Listening { loudness_match: true, delta: false });
            play(&mut used, &moving_noise(2, 30_011, 17));
            used.set_listening(listening);
            play(&mut used, &moving_noise(2, 100, 18));
            used.reset();
            assert_eq!(used.listening(), listening);
            assert!(play(&mut used, &input) == play(&mut fresh, &input), "{listening:?} {bypass_all}");
        }
    }
}

#[test]
fn invalid_samples_give_finite_output_and_the_chain_recovers() {
    let noise = moving_noise(2, 30_000, 19);
    for listening in [DELTA, BOTH] {
        for bypass_all in [false, true] {
            let mut enhancer = chain(RATE, 2, &EnhancerConfig { bypass_all, ..much() });
            enhancer.set_listening(listening);
            play(&mut enhancer, &noise);
            for garbage in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 1e-40] {
                let output = play(&mut enhancer, &vec![vec![garbage; 5000]; 2]);
                assert!(output.iter().flatten().all(|x| x.is_finite() && !x.is_subnormal()), "{garbage}");
            }
            play(&mut enhancer, &vec![vec![0.0; 48_000]; 2]);
            let output = play(&mut enhancer, &noise);
            let rms = enhancer_measure::tone::rms(&output[0][10_000..]);
            assert!((1e-3..10.0).contains(&rms), "{rms}");
        }
    }
}
