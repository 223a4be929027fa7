//! With loudness match, bypass plays the input at the loudness of the processed signal, and nothing clicks,
//! pumps or drifts.

mod rig;

use enhancer_dsp::config::{BandType, EqBand};
use enhancer_dsp::meter::LoudnessMeter;
use enhancer_dsp::{EnhancerConfig, Listening, Quality};
use enhancer_measure::programme::programme;
use enhancer_measure::signal::{from_db, sine, to_db, white_noise};
use enhancer_measure::tone::rms;
use enhancer_measure::zipper::splash;
use rig::{chain, config, moving_noise, play};

const RATE: f64 = 48_000.0;

const MATCH: Listening = Listening { loudness_match: true, delta: false };

/// A config with a gain only.
fn gain(db: f32) -> EnhancerConfig {
    config(|config| config.master_gain_db = db)
}

/// A config that changes loudness, spectrum and dynamics.
fn much() -> EnhancerConfig {
    config(|config| {
        config.equalizer.enabled = true;
        let band =
            EqBand { kind: BandType::Highshelf, frequency_hz: 3000.0, gain_db: 8.0, ..EqBand::default() };
        config.equalizer.bands.push(band);
        config.compressor.enabled = true;
        config.compressor.ratio = 4.0;
        config.bass_boost.enabled = true;
        config.limiter.enabled = true;
        config.master_gain_db = 5.0;
    })
}

fn bypassed(config: &EnhancerConfig) -> EnhancerConfig {
    EnhancerConfig { bypass_all: true, ..*config }
}

/// Short-term loudness at the end of `channels`, LUFS, on the meter that passes the EBU tests.
fn short_term_lufs(rate: f64, channels: &[Vec<f32>]) -> f64 {
    let mut meter = LoudnessMeter::new(rate, channels.len()).unwrap();
    meter.push(&channels.iter().map(|channel| &channel[..]).collect::<Vec<_>>());
    meter.short_term_lufs().expect("3 s and more")
}

/// Output of a chain, as long as `input`.
fn played(rate: f64, config: &EnhancerConfig, listening: Listening, input: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let mut enhancer = chain(rate, input.len(), config);
    enhancer.set_listening(listening);
    play(&mut enhancer, input)
}

fn seconds(rate: f64, time: f64) -> usize {
    (rate * time) as usize
}

#[test]
fn the_bypassed_input_is_as_loud_as_the_processed_signal() {
    for (rate, channels, config) in [
        (48_000.0, 2, gain(6.0)),
        (48_000.0, 2, gain(-6.0)),
        (48_000.0, 2, much()),
        (8000.0, 1, much()),
        (44_100.0, 1, much()),
        (48_000.0, 6, much()),
        (48_000.0, 8, gain(-6.0)),
        (384_000.0, 1, much()),
    ] {
        let stereo = programme(-20.0, rate, seconds(rate, 6.0));
        // Surround channels differ in level, so that a wrong weight shows.
        let input: Vec<Vec<f32>> = (0..channels)
            .map(|channel| stereo[channel % 2].iter().map(|x| x * (1.0 - 0.1 * channel as f32)).collect())
            .collect();
        let processed = short_term_lufs(rate, &played(rate, &config, MATCH, &input));
        let matched = short_term_lufs(rate, &played(rate, &bypassed(&config), MATCH, &input));
        let plain = short_term_lufs(rate, &input);
        assert!((processed - plain).abs() > 1.0, "{rate} Hz: the config changes the loudness");
        let error = matched - processed;
        assert!(error.abs() < 0.2, "{rate} Hz, {channels} channels: {error:+.3} LU");
    }
}

#[test]
fn each_channel_counts_as_much_as_on_the_meter() {
    // Channel 0 and one other channel sound. A gain of 9 dB in the left channel must change the loudness as
    // on the meter.
    for channels in 1..=8usize {
        for loud in 0..channels {
            let mut input = vec![vec![0.0; seconds(RATE, 3.5)]; channels];
            input[0] = white_noise(0.02, 1, input[0].len());
            let other = white_noise(0.05, 2, input[0].len());
            input[loud].iter_mut().zip(other).for_each(|(x, y)| *x += y);
            let config = config(|config| {
                config.equalizer.enabled = true;
                let channel = enhancer_dsp::config::BandChannel::Left;
                let band = EqBand {
                    kind: BandType::Lowshelf,
                    frequency_hz: 25_000.0,
                    gain_db: 9.0,
                    channel,
                    ..EqBand::default()
                };
                config.equalizer.bands.push(band);
            });
            let processed = short_term_lufs(RATE, &played(RATE, &config, MATCH, &input));
            let matched = short_term_lufs(RATE, &played(RATE, &bypassed(&config), MATCH, &input));
            let error = matched - processed;
            assert!(error.abs() < 0.1, "channel {loud} of {channels}: {error:+.3} LU");
        }
    }
}

#[test]
fn bypass_plays_the_matched_loudness_at_once() {
    let input = programme(-20.0, RATE, seconds(RATE, 8.0)).to_vec();
    let config = gain(6.0);
    let mut enhancer = chain(RATE, 2, &config);
    enhancer.set_listening(MATCH);
    let half = seconds(RATE, 4.0);
    let before: Vec<Vec<f32>> = input.iter().map(|channel| channel[..half].to_vec()).collect();
    let after: Vec<Vec<f32>> = input.iter().map(|channel| channel[half..].to_vec()).collect();
    play(&mut enhancer, &before);
    enhancer.set_config(&bypassed(&config)).unwrap();
    let output = play(&mut enhancer, &after);
    let latency = enhancer.latency_frames();
    // After the crossfade of 10 ms the gain is exactly that of the master gain, +6 dB.
    for frame in seconds(RATE, 0.011)..output[0].len() {
        let expected = f64::from(input[0][half + frame - latency]) * from_db(6.0);
        assert!((f64::from(output[0][frame]) - expected).abs() < 1e-3 * expected.abs() + 1e-6, "{frame}");
    }
}

#[test]
fn silence_holds_the_gain() {
    let config = bypassed(&gain(9.0));
    let noise = white_noise(0.05, 3, seconds(RATE, 4.0));
    let mut enhancer = chain(RATE, 1, &config);
    enhancer.set_listening(MATCH);
    play(&mut enhancer, std::slice::from_ref(&noise));
    // Silence, then noise of −88 dBFS, below the gate. The chain now reduces the noise by 24 dB.
    play(&mut enhancer, &[vec![0.0; seconds(RATE, 10.0)]]);
    enhancer.set_config(&bypassed(&gain(-24.0))).unwrap();
    let faint = white_noise(from_db(-88.0), 4, seconds(RATE, 10.0));
    let held = play(&mut enhancer, std::slice::from_ref(&faint));
    let latency = enhancer.latency_frames();
    let last = seconds(RATE, 0.25);
    let gain_db = to_db(rms(&held[0][held[0].len() - last..]))
        - to_db(rms(&faint[faint.len() - latency - last..][..last]));
    assert!((gain_db - 9.0).abs() < 0.01, "{gain_db}");
    // Programme again: the match follows to −24 dB.
    let output = play(&mut enhancer, std::slice::from_ref(&noise));
    let gain_db = to_db(rms(&output[0][noise.len() - last..]))
        - to_db(rms(&noise[noise.len() - latency - last..][..last]));
    assert!((gain_db + 24.0).abs() < 0.05, "{gain_db}");
}

#[test]
fn the_gain_stays_within_24_db() {
    let config = bypassed(&config(|config| {
        config.equalizer.enabled = true;
        (config.equalizer.preamp_db, config.master_gain_db) = (24.0, 24.0);
    }));
    let noise = white_noise(1e-3, 5, seconds(RATE, 3.0));
    let output = played(RATE, &config, MATCH, std::slice::from_ref(&noise));
    let last = seconds(RATE, 0.5);
    let gain_db = to_db(rms(&output[0][noise.len() - last..])) - to_db(rms(&noise[noise.len() - last..]));
    assert!((gain_db - 24.0).abs() < 0.3, "{gain_db}");
}

#[test]
fn without_the_switch_no_bit_changes() {
    let input = moving_noise(2, 20_000, 4);
    for config in [much(), bypassed(&much())] {
        let plain = play(&mut chain(RATE, 2, &config), &input);
        let mut enhancer = chain(RATE, 2, &config);
        enhancer.set_listening(MATCH);
        play(&mut enhancer, &input);
        enhancer.set_listening(Listening::default());
        // The gain fades within 20 ms; the match does not affect the rest of the chain.
        play(&mut enhancer, &input);
        let tail = play(&mut enhancer, &input);
        let mut reference = chain(RATE, 2, &config);
        play(&mut reference, &input);
        play(&mut reference, &input);
        assert_eq!(tail, play(&mut reference, &input));
        let mut switched = chain(RATE, 2, &config);
        switched.set_listening(MATCH);
        switched.set_listening(Listening::default());
        assert_eq!(play(&mut switched, &input), plain);
    }
}

#[test]
fn nothing_clicks() {
    let (off, on) = (Listening::default(), MATCH);
    // Name, config and switches before and after, and the smallest movement of the sine, dB.
    let cases = [
        ("match on under bypass", bypassed(&gain(12.0)), off, bypassed(&gain(12.0)), on, 6.0),
        ("match off under bypass", bypassed(&gain(-12.0)), on, bypassed(&gain(-12.0)), off, 10.5),
        ("bypass with match on", gain(12.0), on, bypassed(&gain(12.0)), on, 0.0),
        ("the gain that is matched moves", bypassed(&gain(-12.0)), on, bypassed(&gain(12.0)), on, 0.5),
    ];
    for (name, before, listening_before, after, listening_after, moves_db) in cases {
        let splash = splash(RATE, 1.0, || {
            let mut enhancer = chain(RATE, 2, &before);
            enhancer.set_listening(listening_before);
            let mut turned = false;
            move |jumped, channels: &mut [&mut [f32]]| {
                if jumped && !turned {
                    turned = true;
                    enhancer.set_config(&after).unwrap();
                    enhancer.set_listening(listening_after);
                }
                enhancer.process(channels);
            }
        });
        assert!(splash.splash_dbc <= -100.0, "{name}: {splash:?}");
        assert!(splash.moved_db.abs() >= moves_db, "{name}: {splash:?}");
    }
}

#[test]
fn the_gain_never_overshoots() {
    // 20 dB up, then 20 dB down before the window is full: the level moves in one direction only.
    let tone = sine(1000.0, 0.01, 0.0, RATE, seconds(RATE, 4.0));
    let mut enhancer = chain(RATE, 1, &bypassed(&gain(20.0)));
    enhancer.set_listening(MATCH);
    let up = play(&mut enhancer, std::slice::from_ref(&tone));
    enhancer.set_config(&bypassed(&gain(-20.0))).unwrap();
    let down = play(&mut enhancer, std::slice::from_ref(&tone));
    let levels =
        |samples: &[f32]| samples.chunks_exact(480).skip(1).map(|part| to_db(rms(part))).collect::<Vec<_>>();
    assert!(levels(&up[0]).windows(2).all(|pair| pair[1] >= pair[0] - 1e-3));
    assert!(levels(&down[0]).windows(2).all(|pair| pair[1] <= pair[0] + 1e-3));
}

#[test]
fn a_change_of_quality_keeps_the_match() {
    let noise = white_noise(0.05, 6, seconds(RATE, 4.0));
    let config = bypassed(&gain(12.0));
    let mut enhancer = chain(RATE, 1, &config);
    enhancer.set_listening(MATCH);
    play(&mut enhancer, std::slice::from_ref(&noise));
    enhancer.set_config(&EnhancerConfig { quality: Quality::Best, ..config }).unwrap();
    let output = play(&mut enhancer, std::slice::from_ref(&noise));
    // The fades and the refill take 50 ms.
    for part in output[0][2400..].chunks_exact(4800) {
        assert!((to_db(rms(part)) - to_db(0.05) - 12.0).abs() < 0.5, "{}", to_db(rms(part)));
    }
}
