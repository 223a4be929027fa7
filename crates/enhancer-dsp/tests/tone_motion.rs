//! The bass and treble boost in motion: no clicks, no endless tails, the same samples for any cut into
//! blocks.

use enhancer_dsp::{Enhancer, EnhancerConfig, Quality};
use enhancer_measure::signal::{Random, sine, to_db, white_noise};
use enhancer_measure::tone::rms;
use std::f64::consts::{PI, TAU};

fn both(quality: Quality) -> EnhancerConfig {
    let mut config = EnhancerConfig { quality, ..EnhancerConfig::default() };
    config.limiter.enabled = false;
    config.bass_boost.enabled = true;
    config.bass_boost.harmonics_percent = 60.0;
    config.treble_boost.enabled = true;
    config.treble_boost.frequency_hz = 3000.0;
    config.treble_boost.harmonics_percent = 60.0;
    config
}

/// `samples` through an 8th-order Butterworth high-pass at `corner_hz`.
fn above(samples: &[f32], corner_hz: f64, rate_hz: f64) -> Vec<f32> {
    let g = (PI * corner_hz / rate_hz).tan();
    let mut signal: Vec<f64> = samples.iter().map(|&s| f64::from(s)).collect();
    for section in 0..4 {
        let k = 2.0 * (PI * f64::from(2 * section + 1) / 16.0).sin();
        let a1 = 1.0 / (1.0 + g * (g + k));
        let (mut one, mut two) = (0.0, 0.0);
        for x in &mut signal {
            let v1 = a1 * one + g * a1 * (*x - two);
            let v2 = two + g * v1;
            one = 2.0 * v1 - one;
            two = 2.0 * v2 - two;
            *x -= k * v1 + v2;
        }
    }
    signal.iter().map(|&s| s as f32).collect()
}

/// Largest RMS above `corner_hz` in any 10 ms around a change of config, over the RMS of the sine before it,
/// dB.
fn zipper_dbc(before: &EnhancerConfig, after: &EnhancerConfig, hz: f64, corner_hz: f64) -> f64 {
    let rate = 48_000.0;
    let mut enhancer = Enhancer::new(rate, 2).unwrap();
    enhancer.set_config(before).unwrap();
    let mut left = sine(hz, 0.25, 0.0, rate, 96_000);
    let mut right = left.clone();
    let (a, b) = (left.split_at_mut(48_000), right.split_at_mut(48_000));
    enhancer.process(&mut [a.0, b.0]);
    enhancer.set_config(after).unwrap();
    enhancer.process(&mut [a.1, b.1]);
    let reference = rms(&left[40_000..48_000]);
    let high = above(&left, corner_hz, rate);
    to_db(high[47_500..52_000].windows(480).map(rms).fold(0.0, f64::max) / reference)
}

#[test]
fn a_jump_of_the_amount_makes_no_zipper_noise() {
    let mut low = both(Quality::Good);
    low.bass_boost.harmonics_percent = 0.0;
    low.treble_boost.harmonics_percent = 0.0;
    low.bass_boost.amount_db = 0.0;
    low.treble_boost.amount_db = 0.0;
    low.bass_boost.frequency_hz = 250.0;
    low.treble_boost.frequency_hz = 2000.0;
    let mut high = low;
    high.bass_boost.amount_db = 12.0;
    high.treble_boost.amount_db = 12.0;
    // The low shelf, both shelves and the high shelf change these tones by 12, 1 and 11 dB.
    for (hz, corner_hz) in [(100.0, 5000.0), (1000.0, 5000.0), (3500.0, 16_000.0)] {
        for (before, after) in [(&low, &high), (&high, &low)] {
            let dbc = zipper_dbc(before, after, hz, corner_hz);
            assert!(dbc < -100.0, "{hz} Hz: {dbc} dBc");
        }
    }
}

#[test]
fn bass_harmonics_switch_and_move_without_a_click() {
    let mut off = both(Quality::Good);
    off.treble_boost.enabled = false;
    off.bass_boost.frequency_hz = 250.0;
    off.bass_boost.harmonics_percent = 0.0;
    let mut on = off;
    on.bass_boost.harmonics_percent = 100.0;
    let mut moved = on;
    moved.bass_boost.frequency_hz = 30.0;
    for (before, after) in [(&off, &on), (&on, &off), (&on, &moved), (&moved, &on)] {
        let dbc = zipper_dbc(before, after, 100.0, 5000.0);
        assert!(dbc < -100.0, "{dbc} dBc");
    }
}

/// A bass note starts and stops. The onset of its harmonics stays out of the highs, and no constant moves the
/// cone.
#[test]
fn a_bass_note_starts_without_a_thump() {
    let rate = 48_000.0;
    let mut config = both(Quality::Good);
    config.treble_boost.enabled = false;
    config.bass_boost.amount_db = 0.0;
    config.bass_boost.harmonics_percent = 100.0;
    let ramp = |n: usize| 0.5 - 0.5 * (PI * (n as f64 / 480.0).min(1.0)).cos();
    let note = |n: usize| if n < 24_000 { ramp(n) * ramp(24_000 - n) } else { 0.0 };
    let input: Vec<f32> =
        sine(60.0, 0.5, 0.0, rate, 48_000).iter().enumerate().map(|(n, s)| s * note(n) as f32).collect();
    let mut enhancer = Enhancer::new(rate, 1).unwrap();
    enhancer.set_config(&config).unwrap();
    let latency = enhancer.latency_frames();
    let mut output = input.clone();
    enhancer.process(&mut [&mut output]);
    let added: Vec<f32> = output[latency..].iter().zip(&input).map(|(o, i)| o - i).collect();
    let peak = added.iter().fold(0f32, |peak, s| peak.max(s.abs()));
    assert!(peak > 0.1 && peak < 0.5, "harmonics of a sine of 0.5 sum to at most 0.69 of it, were {peak}");
    let splatter = to_db(rms(&above(&added, 2000.0, rate)) / rms(&input));
    assert!(splatter < -80.0, "{splatter} dB above 2 kHz");
    let mut slow = 0.0;
    let constant = added.iter().fold(0f64, |worst, &s| {
        slow += (f64::from(s) - slow) * (TAU * 10.0 / rate);
        worst.max(slow.abs())
    });
    assert!(constant < 0.5 * 0.05, "below 10 Hz at most {constant}");
}

#[test]
fn silence_stays_silent_and_returns_after_sound() {
    for rate in [8000.0, 48_000.0, 384_000.0] {
        let mut enhancer = Enhancer::new(rate, 2).unwrap();
        enhancer.set_config(&both(Quality::Best)).unwrap();
        let mut left = vec![0.0; 10_000];
        let mut right = vec![0.0; 10_000];
        enhancer.process(&mut [&mut left, &mut right]);
        assert!(left.iter().chain(&right).all(|&s| s == 0.0));
        let mut left = white_noise(0.3, 5, 10_000);
        let mut right = white_noise(0.3, 6, 10_000);
        enhancer.process(&mut [&mut left, &mut right]);
        // The 10 Hz high-pass of the bass harmonics is the slowest, 62.8 nepers a second: it reaches 1e-30
        // after 1.1 s and the smallest `f32` after 1.4 s.
        let mut tail = vec![0.0; (rate * 2.0) as usize];
        let mut other = tail.clone();
        enhancer.process(&mut [&mut tail, &mut other]);
        let last = tail.iter().rposition(|&s| s != 0.0).unwrap_or(0) as f64 / rate;
        assert!(last < 1.6, "{rate}: the tail lasted {last} s");
        assert!(tail.iter().all(|s| *s == 0.0 || s.is_normal()));
    }
}

#[test]
fn any_cut_into_blocks_gives_the_same_samples_and_a_reset_equals_a_new_chain() {
    for (rate, channels, quality) in
        [(8000.0, 1, Quality::Best), (44_100.0, 3, Quality::Good), (192_000.0, 2, Quality::Draft)]
    {
        let input: Vec<Vec<f32>> = (0..channels).map(|c| white_noise(0.2, 11 + c as u64, 20_000)).collect();
        let configs = {
            let first = both(quality);
            let mut second = first;
            second.bass_boost.amount_db = 11.0;
            second.bass_boost.frequency_hz = 200.0;
            second.treble_boost.frequency_hz = 2500.0;
            second.treble_boost.harmonics_percent = 0.0;
            [first, second, first]
        };
        let mut enhancer = Enhancer::new(rate, channels).unwrap();
        let mut run = |seed: Option<u64>| {
            enhancer.reset();
            enhancer.set_config(&configs[0]).unwrap();
            let mut random = Random::new(seed.unwrap_or(0));
            let mut output = input.clone();
            for (part, config) in configs.iter().enumerate() {
                let (mut at, end) = (part * 6000, part * 6000 + 6000);
                if part > 0 {
                    enhancer.set_config(config).unwrap();
                }
                while at < end {
                    let length = if seed.is_some() { (random.next_u64() % 300) as usize } else { 6000 };
                    let to = (at + length).min(end);
                    let mut views: Vec<&mut [f32]> = output.iter_mut().map(|c| &mut c[at..to]).collect();
                    enhancer.process(&mut views);
                    at = to;
                }
            }
            output
        };
        let whole = run(None);
        assert_eq!(whole, run(Some(1)));
        assert_eq!(whole, run(Some(2)));
    }
}
