//! Runs the chain with a single stage on, for the tests of that stage.

#![allow(dead_code, reason = "each test crate uses its part")]

use enhancer_dsp::config::Detector;
use enhancer_dsp::{Enhancer, EnhancerConfig};
use enhancer_measure::signal::Random;

/// A config with all stages off, changed by `edit`.
pub(crate) fn config(edit: impl Fn(&mut EnhancerConfig)) -> EnhancerConfig {
    let mut config = EnhancerConfig::default();
    config.equalizer.enabled = false;
    config.limiter.enabled = false;
    edit(&mut config);
    config
}

/// A config with the compressor on (−20 dB, 4:1, hard knee, 10 ms, 100 ms), changed by `edit`.
pub(crate) fn compressor(detector: Detector, edit: impl Fn(&mut EnhancerConfig)) -> EnhancerConfig {
    config(|config| {
        config.compressor.enabled = true;
        config.compressor.threshold_db = -20.0;
        config.compressor.ratio = 4.0;
        config.compressor.knee_db = 0.0;
        config.compressor.attack_ms = 10.0;
        config.compressor.release_ms = 100.0;
        config.compressor.detector = detector;
        edit(config);
    })
}

/// A new chain with a config.
pub(crate) fn chain(sample_rate_hz: f64, channels: usize, config: &EnhancerConfig) -> Enhancer {
    let mut enhancer = Enhancer::new(sample_rate_hz, channels).expect("a valid rate and channel count");
    enhancer.set_config(config).expect("a valid config");
    enhancer
}

/// Runs channels of equal length through `enhancer` and removes its latency.
pub(crate) fn run(enhancer: &mut Enhancer, input: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let latency = enhancer.latency_frames();
    let mut channels = input.to_vec();
    for channel in &mut channels {
        channel.resize(channel.len() + latency, 0.0);
    }
    enhancer.process(&mut channels.iter_mut().map(|channel| &mut channel[..]).collect::<Vec<_>>());
    channels.into_iter().map(|mut channel| channel.split_off(latency)).collect()
}

/// Runs channels through `enhancer` without any change of their length.
pub(crate) fn play(enhancer: &mut Enhancer, input: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let mut output = input.to_vec();
    enhancer.process(&mut output.iter_mut().map(|channel| &mut channel[..]).collect::<Vec<_>>());
    output
}

/// [`run`] through a new chain with `config`.
pub(crate) fn run_fresh(sample_rate_hz: f64, config: &EnhancerConfig, input: &[Vec<f32>]) -> Vec<Vec<f32>> {
    run(&mut chain(sample_rate_hz, input.len(), config), input)
}

/// Noise with a level that moves over 50 dB, different in each channel.
pub(crate) fn moving_noise(channels: usize, frames: usize, seed: u64) -> Vec<Vec<f32>> {
    let mut random = Random::new(seed);
    let mut level = 0.1;
    let mut noise = vec![Vec::with_capacity(frames); channels];
    for frame in 0..frames {
        if frame % 700 == 0 {
            level = 10f64.powf(random.between(-2.5, 0.0));
        }
        for channel in &mut noise {
            channel.push((level * random.gaussian()) as f32);
        }
    }
    noise
}

/// Asserts that no cut of the stream into blocks changes a bit of the output. The config changes every
/// `change_frames` frames, in turn through `configs`.
pub(crate) fn assert_cuts_do_not_matter(
    sample_rate_hz: f64,
    input: &[Vec<f32>],
    configs: &[EnhancerConfig],
    change_frames: usize,
) {
    let mut random = Random::new(7);
    let whole = cut(sample_rate_hz, input, configs, change_frames, &mut || usize::MAX);
    for longest in [1.0, 63.0, 200.0, 3000.0] {
        let pieces = cut(sample_rate_hz, input, configs, change_frames, &mut || {
            random.between(1.0, longest + 1.0) as usize
        });
        assert!(whole == pieces, "blocks of up to {longest} frames differ");
    }
}

fn cut(
    sample_rate_hz: f64,
    input: &[Vec<f32>],
    configs: &[EnhancerConfig],
    change_frames: usize,
    next: &mut dyn FnMut() -> usize,
) -> Vec<Vec<f32>> {
    let mut enhancer = chain(sample_rate_hz, input.len(), &configs[0]);
    let mut output = input.to_vec();
    let frames = output[0].len();
    let mut start = 0;
    while start < frames {
        if start % change_frames == 0 {
            let config = &configs[start / change_frames % configs.len()];
            enhancer.set_config(config).expect("a valid config");
        }
        let to_change = change_frames - start % change_frames;
        let end = start + next().min(to_change).min(frames - start);
        let mut block: Vec<&mut [f32]> = output.iter_mut().map(|channel| &mut channel[start..end]).collect();
        enhancer.process(&mut block);
        start = end;
    }
    output
}
