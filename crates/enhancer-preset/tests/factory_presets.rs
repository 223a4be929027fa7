//! Each factory preset keeps the loudness and has the effect that its name promises.

use ebur128::{EbuR128, Mode};
use enhancer_dsp::{Enhancer, EnhancerConfig};
use enhancer_measure::programme::programme;
use enhancer_measure::signal::{sine, to_db, white_noise};
use enhancer_preset::{Preset, factory_presets};

const RATE_HZ: f64 = 48_000.0;

fn preset(name: &str) -> &'static Preset {
    factory_presets().iter().find(|preset| preset.name == name).unwrap()
}

fn chain(config: &EnhancerConfig) -> Enhancer {
    let mut chain = Enhancer::new(RATE_HZ, 2).unwrap();
    chain.set_config(config).unwrap();
    chain
}

fn process(config: &EnhancerConfig, mut channels: [Vec<f32>; 2]) -> [Vec<f32>; 2] {
    let [left, right] = &mut channels;
    chain(config).process(&mut [left, right]);
    channels
}

fn lufs(channels: &[Vec<f32>; 2]) -> f64 {
    let mut meter = EbuR128::new(2, RATE_HZ as u32, Mode::I).unwrap();
    let [left, right] = channels;
    meter.add_frames_planar_f32(&[left, right]).unwrap();
    meter.loudness_global().unwrap()
}

/// RMS level of a channel after its first second, dB.
fn level_db(channel: &[f32]) -> f64 {
    let tail = &channel[RATE_HZ as usize..];
    let power = tail.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>() / tail.len() as f64;
    10.0 * power.log10()
}

/// Gain in dB for a sine at `frequency_hz`, equal on both channels (`side` 1) or inverted on one (`side`
/// −1).
fn gain_db(config: &EnhancerConfig, frequency_hz: f64, amplitude: f64, side: f32) -> f64 {
    let left = sine(frequency_hz, amplitude, 0.0, RATE_HZ, 2 * RATE_HZ as usize);
    let right: Vec<f32> = left.iter().map(|sample| side * sample).collect();
    let before = level_db(&left);
    level_db(&process(config, [left, right])[0]) - before
}

/// Gain at `frequency_hz` relative to `reference_hz` at a level below any dynamics stage's threshold, dB.
fn tone_db(name: &str, frequency_hz: f64, reference_hz: f64) -> f64 {
    let config = &preset(name).config;
    gain_db(config, frequency_hz, 1e-4, 1.0) - gain_db(config, reference_hz, 1e-4, 1.0)
}

/// Every name that a program may rely on.
const NAMES: [&str; 24] = [
    "flat",
    "vocal",
    "instrumental",
    "bass-boost",
    "treble-boost",
    "loudness",
    "headphones",
    "laptop-speakers",
    "small-speakers",
    "car",
    "night",
    "podcast",
    "speech-clarity",
    "audiobook",
    "acoustic",
    "rock",
    "pop",
    "electronic",
    "hip-hop",
    "jazz",
    "classical",
    "warm",
    "bright",
    "old-recording",
];

#[test]
fn all_exist_with_descriptions_and_distinct_configs() {
    let names: Vec<&str> = factory_presets().iter().map(|preset| preset.name.as_str()).collect();
    assert_eq!(names, NAMES);
    for preset in factory_presets() {
        assert!(preset.factory);
        assert!((40..=200).contains(&preset.description.len()), "{}: {}", preset.name, preset.description);
        assert!(!preset.category.is_empty() && preset.tags.len() >= 3, "{}", preset.name);
        let twins = factory_presets().iter().filter(|other| other.config == preset.config).count();
        assert_eq!(twins, 1, "{} has the config of another preset", preset.name);
    }
}

/// Music-like material at the loudness of streaming services. The `calibrate` example measures real music.
#[test]
fn loudness_stays_within_1_5_lu() {
    let music = programme(-17.0, RATE_HZ, 12 * RATE_HZ as usize);
    let before = lufs(&music);
    for preset in factory_presets() {
        let change = lufs(&process(&preset.config, music.clone())) - before;
        println!("{:18} {change:+.2} LU", preset.name);
        assert!(change.abs() <= 1.5, "{}: {change:+.2} LU", preset.name);
    }
}

/// A hot master: the same material at −11 LUFS, clipped a quarter dB above full scale, so that the limiter
/// is always active.
#[test]
fn loudness_of_a_hot_master_stays_within_1_5_lu() {
    let mut hot = programme(-11.0, RATE_HZ, 8 * RATE_HZ as usize);
    for _ in 0..4 {
        let gain = 10f64.powf((-11.0 - lufs(&hot)) / 20.0) as f32;
        hot.iter_mut().flatten().for_each(|sample| *sample = (*sample * gain).clamp(-1.03, 1.03));
    }
    let before = lufs(&hot);
    assert!((before + 11.0).abs() < 0.1, "{before} LUFS");
    let peak_db = to_db(hot.iter().flatten().fold(0f64, |peak, &sample| peak.max(f64::from(sample).abs())));
    assert!(peak_db > 0.2, "{peak_db} dBFS");
    for preset in factory_presets() {
        let change = lufs(&process(&preset.config, hot.clone())) - before;
        println!("{:18} {change:+.2} LU", preset.name);
        assert!(change.abs() <= 1.5, "{}: {change:+.2} LU", preset.name);
    }
}

/// Only the ceiling limits a peak: the output never exceeds it.
#[test]
fn no_preset_exceeds_its_ceiling_on_loud_noise() {
    let loud = [1, 2].map(|seed| white_noise(0.7, seed, 2 * RATE_HZ as usize));
    for preset in factory_presets() {
        let limiter = preset.config.limiter;
        assert!(limiter.enabled, "{}", preset.name);
        for channel in process(&preset.config, loud.clone()) {
            let peak = to_db(channel.iter().fold(0f64, |peak, &sample| peak.max(f64::from(sample).abs())));
            assert!(peak <= f64::from(limiter.ceiling_dbtp) + 0.5, "{}: {peak} dBFS", preset.name);
        }
    }
}

#[test]
fn flat_changes_nothing_below_the_ceiling() {
    let music = programme(-20.0, RATE_HZ, RATE_HZ as usize);
    let latency = chain(&preset("flat").config).latency_frames();
    let [out, _] = process(&preset("flat").config, music.clone());
    let rest =
        music[0].iter().zip(&out[latency..]).fold(0f64, |worst, (a, b)| worst.max(f64::from((a - b).abs())));
    assert!(rest < 1e-6, "{rest}");
}

#[test]
fn bass_and_treble_presets_shape_the_range_in_their_name() {
    for (name, frequency_hz, least) in [
        ("bass-boost", 45.0, 3.5),
        ("electronic", 45.0, 2.5),
        ("hip-hop", 45.0, 2.5),
        ("treble-boost", 14_000.0, 3.0),
        ("bright", 12_000.0, 2.0),
        ("loudness", 40.0, 2.8),
        ("loudness", 14_000.0, 2.0),
        ("warm", 100.0, 1.0),
        ("rock", 60.0, 1.5),
        ("vocal", 3000.0, 2.0),
        ("speech-clarity", 3300.0, 1.5),
    ] {
        let gain = tone_db(name, frequency_hz, 800.0);
        println!("{name:16} {frequency_hz:7} Hz {gain:+.2} dB");
        assert!(gain >= least, "{name}: {gain} dB at {frequency_hz} Hz");
    }
    for (name, frequency_hz, most) in [
        ("warm", 12_000.0, -1.5),
        ("bright", 100.0, -1.0),
        ("night", 50.0, -3.0),
        ("podcast", 35.0, -12.0),
        ("speech-clarity", 45.0, -12.0),
        ("old-recording", 25.0, -14.0),
        ("old-recording", 15_000.0, -8.0),
        ("small-speakers", 25.0, -12.0),
        ("audiobook", 6800.0, -1.5),
    ] {
        let gain = tone_db(name, frequency_hz, 800.0);
        println!("{name:16} {frequency_hz:7} Hz {gain:+.2} dB");
        assert!(gain <= most, "{name}: {gain} dB at {frequency_hz} Hz");
    }
}

/// A tone of 60 Hz, too low for a small speaker, gets harmonics that the speaker can reproduce.
#[test]
fn small_speaker_presets_add_harmonics_of_the_bass() {
    let bass = sine(60.0, 0.1, 0.0, RATE_HZ, 2 * RATE_HZ as usize);
    for (name, least) in [("laptop-speakers", -30.0), ("small-speakers", -30.0)] {
        let [out, _] = process(&preset(name).config, [bass.clone(), bass.clone()]);
        let tail = &out[RATE_HZ as usize..];
        let at = |hz: f64| to_db(enhancer_measure::tone::fit_sine(tail, hz, RATE_HZ).0);
        let second = at(120.0) - at(60.0);
        assert!(second > least, "{name}: {second} dBc");
        let [plain, _] = process(&preset("flat").config, [bass.clone(), bass.clone()]);
        let clean = to_db(enhancer_measure::tone::fit_sine(&plain[RATE_HZ as usize..], 120.0, RATE_HZ).0);
        assert!(clean < -100.0, "the tone itself has none: {clean}");
    }
}

#[test]
fn stereo_presets_change_the_side_and_keep_the_mid() {
    let side_db = |name: &str, hz: f64| {
        gain_db(&preset(name).config, hz, 1e-4, -1.0) - gain_db(&preset(name).config, hz, 1e-4, 1.0)
    };
    assert!(side_db("electronic", 1000.0) > 1.4 && side_db("classical", 1000.0) > 0.7);
    assert!(side_db("podcast", 1000.0) < -0.4 && side_db("old-recording", 1000.0) < -1.2);
    assert!(side_db("electronic", 40.0) < -6.0, "the bass is in the middle");
    // Crossfeed: of a sound on one side, the lows reach the other ear, the highs hardly.
    let one_sided = |hz: f64| {
        let left = sine(hz, 0.05, 0.0, RATE_HZ, 2 * RATE_HZ as usize);
        let silent = vec![0.0; left.len()];
        let [near, far] = process(&preset("headphones").config, [left, silent]);
        level_db(&far) - level_db(&near)
    };
    let (low, high) = (one_sided(150.0), one_sided(8000.0));
    assert!((-18.0..-6.0).contains(&low) && high < low - 8.0, "{low} {high}");
}

/// The level difference between loud and quiet shrinks by as much as the name promises.
#[test]
fn dynamics_presets_reduce_level_differences() {
    let range = |name: &str| {
        let config = &preset(name).config;
        gain_db(config, 1000.0, 0.01, 1.0) - gain_db(config, 1000.0, 0.3, 1.0)
    };
    for (name, least, most) in [
        ("night", 7.0, 12.0),
        ("podcast", 3.0, 12.0),
        ("speech-clarity", 3.0, 14.0),
        ("audiobook", 3.0, 12.0),
        ("car", 2.5, 10.0),
        ("flat", -0.01, 0.01),
        ("classical", -0.01, 0.01),
        ("jazz", -0.01, 0.01),
    ] {
        let range = range(name);
        println!("{name:16} {range:.2} dB");
        assert!((least..=most).contains(&range), "{name}: {range} dB");
    }
}
