//! The solo of a band plays the frequencies that the band changes, and ends without a trace.

mod rig;

use enhancer_dsp::config::{BandChannel, BandType, EqBand};
use enhancer_dsp::{Enhancer, EnhancerConfig};
use enhancer_measure::zipper::splash;
use rig::{chain, config, moving_noise};
use std::f64::consts::TAU;

const RATE: f64 = 48_000.0;

fn with_band(band: EqBand) -> EnhancerConfig {
    config(|config| {
        config.equalizer.enabled = true;
        config.equalizer.bands.push(band);
        config.master_gain_db = 6.0;
    })
}

fn play(enhancer: &mut Enhancer, input: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let mut output = input.to_vec();
    enhancer.process(&mut output.iter_mut().map(|channel| &mut channel[..]).collect::<Vec<_>>());
    output
}

/// Gain of a tone through the solo of `band`, dB.
fn gain_db(band: EqBand, hz: f64) -> f64 {
    let mut enhancer = chain(RATE, 1, &with_band(band));
    enhancer.set_solo(Some(0));
    let tone = (0..48_000).map(|n| (0.25 * (TAU * hz * n as f64 / RATE).sin()) as f32).collect();
    let output = play(&mut enhancer, &[tone]);
    let energy: f64 = output[0][24_000..].iter().map(|&sample| f64::from(sample).powi(2)).sum();
    10.0 * (energy / 24_000.0 / (0.25f64.powi(2) / 2.0)).log10()
}

#[test]
fn a_solo_passes_the_frequencies_of_its_band_at_their_level() {
    let band = |kind| EqBand { kind, frequency_hz: 1000.0, gain_db: 9.0, q: 2.0, ..EqBand::default() };
    // At its frequency a band-pass passes everything, a Butterworth corner half of the power. Two octaves
    // off: Q 2 leaves |H|² = 1 / (1 + Q² (4 − 1/4)²) = −17.6 dB, a second-order corner −24.1 dB.
    for (kind, below, at, above) in [
        (BandType::Peak, -17.6, 0.0, -17.6),
        (BandType::Notch, -17.6, 0.0, -17.6),
        (BandType::Lowshelf, 0.0, -3.01, -24.1),
        (BandType::Highpass, 0.0, -3.01, -24.1),
        (BandType::Highshelf, -24.1, -3.01, 0.0),
        (BandType::Lowpass, -24.1, -3.01, 0.0),
        (BandType::Tilt, 0.0, 0.0, 0.0),
    ] {
        for (hz, expected) in [(250.0, below), (1000.0, at), (4000.0, above)] {
            let found = gain_db(band(kind), hz);
            assert!((found - expected).abs() < 0.6, "{kind:?} at {hz} Hz: {found} dB for {expected}");
        }
    }
}

#[test]
fn a_band_on_one_channel_plays_that_channel_alone() {
    let input = moving_noise(2, 20_000, 5);
    for channel in [BandChannel::Left, BandChannel::Right, BandChannel::Mid, BandChannel::Side] {
        let band = EqBand { kind: BandType::Tilt, gain_db: 3.0, channel, ..EqBand::default() };
        let mut enhancer = chain(RATE, 2, &with_band(band));
        enhancer.set_solo(Some(0));
        let latency = enhancer.latency_frames();
        let output = play(&mut enhancer, &input);
        for frame in latency..20_000 {
            let (left, right) = (input[0][frame - latency], input[1][frame - latency]);
            let expected = match channel {
                BandChannel::Left => [left, 0.0],
                BandChannel::Right => [0.0, right],
                BandChannel::Mid => [0.5 * (left + right); 2],
                _ => [0.5 * (left - right), 0.5 * (right - left)],
            };
            for side in 0..2 {
                assert!((output[side][frame] - expected[side]).abs() < 1e-6, "{channel:?} {frame}");
            }
        }
    }
}

#[test]
fn without_a_solo_no_bit_changes() {
    let input = moving_noise(2, 20_000, 6);
    let settings = with_band(EqBand { gain_db: 5.0, ..EqBand::default() });
    let plain = play(&mut chain(RATE, 2, &settings), &input);
    let mut enhancer = chain(RATE, 2, &settings);
    enhancer.set_solo(Some(7));
    assert!(play(&mut enhancer, &input) == plain, "an unused slot plays the output");
    let mut enhancer = chain(RATE, 2, &settings);
    enhancer.set_solo(Some(0));
    assert!(play(&mut enhancer, &input) != plain);
    enhancer.set_solo(None);
    enhancer.reset();
    assert!(play(&mut enhancer, &input) == plain, "after a reset");
}

#[test]
fn any_cut_into_blocks_gives_the_same_samples() {
    let input = moving_noise(2, 24_000, 7);
    let journey = |length: usize| {
        let mut enhancer = chain(RATE, 2, &with_band(EqBand { gain_db: 5.0, ..EqBand::default() }));
        let mut output = input.clone();
        for (part, solo) in [None, Some(0), Some(0), None].into_iter().enumerate() {
            enhancer.set_solo(solo);
            let (mut start, last) = (part * 6000, (part + 1) * 6000);
            while start < last {
                let end = start.saturating_add(length).min(last);
                let parts = output.iter_mut().map(|channel| &mut channel[start..end]);
                enhancer.process(&mut parts.collect::<Vec<_>>());
                start = end;
            }
        }
        output
    };
    let whole = journey(usize::MAX);
    for length in [1, 63, 64, 777] {
        assert!(journey(length) == whole, "blocks of {length}");
    }
}

#[test]
fn a_solo_starts_and_ends_without_a_click() {
    for (name, before, after) in [("on", None, Some(0)), ("off", Some(0), None)] {
        let band =
            EqBand { kind: BandType::Lowshelf, frequency_hz: 400.0, gain_db: 6.0, ..EqBand::default() };
        let splash = splash(RATE, 1.0, || {
            let mut enhancer = chain(RATE, 2, &with_band(band));
            enhancer.set_solo(before);
            let mut turned = false;
            move |jumped, channels: &mut [&mut [f32]]| {
                if jumped && !turned {
                    turned = true;
                    enhancer.set_solo(after);
                }
                enhancer.process(channels);
            }
        });
        assert!(splash.splash_dbc <= -100.0, "{name}: {splash:?}");
        assert!(splash.moved_db.abs() > 2.0, "{name}: {splash:?}");
    }
}
