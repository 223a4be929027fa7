//! The cuts of a stream into blocks never change a bit of the result, and `reset` makes a chain equal to a
//! new one.

#[path = "chain/everything.rs"]
mod everything;

use enhancer_dsp::{Enhancer, EnhancerConfig, Quality};
use enhancer_measure::signal::Random;
use everything::{any_config, everything, music, process_all, process_part};

/// Runs `input` through `enhancer` in blocks of lengths from `length`, with a new config at each of the given
/// frames.
fn run(
    enhancer: &mut Enhancer,
    input: &[Vec<f32>],
    configs: &[(usize, EnhancerConfig)],
    mut length: impl FnMut() -> usize,
) -> Vec<Vec<f32>> {
    let mut output = input.to_vec();
    let frames = input[0].len();
    for (index, (start, config)) in configs.iter().enumerate() {
        enhancer.set_config(config).unwrap();
        let end = configs.get(index + 1).map_or(frames, |next| next.0);
        let mut at = *start;
        while at < end {
            let to = (at + length()).min(end);
            process_part(enhancer, &mut output, at, to);
            at = to;
        }
    }
    output
}

fn assert_same(one: &[Vec<f32>], other: &[Vec<f32>], context: &str) {
    for (channel, (a, b)) in one.iter().zip(other).enumerate() {
        let first = a.iter().zip(b).position(|(a, b)| a.to_bits() != b.to_bits());
        assert_eq!(first, None, "{context}: channel {channel} differs from this frame on");
    }
}

/// Usual block lengths and extreme ones.
fn awkward(seed: u64) -> impl FnMut() -> usize {
    let mut random = Random::new(seed);
    move || match random.next_u64() % 8 {
        0 => 0,
        1 => 1,
        2 => 63,
        3 => 64,
        4 => 65,
        5 => 5000,
        _ => (random.next_u64() % 700) as usize,
    }
}

/// Stages switched on and off, every kind of glide, a bypass, and two changes of quality.
fn journey(quality: Quality) -> Vec<(usize, EnhancerConfig)> {
    let first = everything(quality);
    let mut second = first;
    second.master_gain_db = -6.0;
    second.equalizer.bands.as_mut_slice()[2].gain_db = 9.0;
    second.compressor.enabled = false;
    second.bass_boost.harmonics_percent = 0.0;
    second.treble_boost.enabled = false;
    second.stereo_enhancer.width_percent = 0.0;
    second.limiter.ceiling_dbtp = -6.0;
    let mut third = first;
    third.bypass_all = true;
    let mut fourth = first;
    fourth.quality = if quality == Quality::Best { Quality::Draft } else { Quality::Best };
    vec![(0, first), (4001, second), (9000, third), (13_007, fourth), (20_011, first)]
}

#[test]
fn any_partition_gives_the_same_bits() {
    for (rate, channels, quality) in [
        (48_000.0, 2, Quality::Good),
        (44_100.0, 2, Quality::Draft),
        (96_000.0, 2, Quality::Best),
        (8000.0, 1, Quality::Best),
        (48_000.0, 3, Quality::Good),
        (22_050.0, 8, Quality::Draft),
    ] {
        let input = music(rate, channels, 30_000);
        let mut enhancer = Enhancer::new(rate, channels).unwrap();
        let whole = run(&mut enhancer, &input, &journey(quality), || 30_000);
        for seed in 1..4 {
            let mut enhancer = Enhancer::new(rate, channels).unwrap();
            let cut = run(&mut enhancer, &input, &journey(quality), awkward(seed));
            assert_same(&whole, &cut, &format!("{rate} Hz, {channels} channels, {quality:?}"));
        }
    }
}

/// Both paths scrub invalid samples alike.
#[test]
fn interleaved_samples_give_the_same_bits() {
    for (channels, quality) in
        [(1, Quality::Draft), (2, Quality::Good), (3, Quality::Draft), (8, Quality::Draft)]
    {
        let mut planar = music(48_000.0, channels, 8000);
        planar[0][777] = f32::NAN;
        planar[channels - 1][801] = f32::NEG_INFINITY;
        planar[channels - 1][802] = 1e-40;
        let mut single: Vec<f32> = (0..8000).flat_map(|n| planar.iter().map(move |plane| plane[n])).collect();
        let mut double: Vec<f64> = single.iter().copied().map(f64::from).collect();
        let enhancer = || {
            let mut enhancer = Enhancer::new(48_000.0, channels).unwrap();
            enhancer.set_config(&everything(quality)).unwrap();
            enhancer
        };
        process_all(&mut enhancer(), &mut planar);
        let (mut singles, mut doubles) = (enhancer(), enhancer());
        for block in single.chunks_mut(channels * 441) {
            singles.process_interleaved(block);
        }
        for block in double.chunks_mut(channels * 441) {
            doubles.process_interleaved(block);
        }
        for (n, (single, double)) in single.iter().zip(&double).enumerate() {
            let expected = planar[n % channels][n / channels];
            assert_eq!(single.to_bits(), expected.to_bits(), "{channels} channels, sample {n}");
            assert_eq!(double.to_bits(), f64::from(expected).to_bits(), "{channels} channels, sample {n}");
        }
        // An incomplete frame stays unchanged.
        let mut part = vec![0.25f32; channels - 1];
        singles.process_interleaved(&mut part);
        assert_eq!(part, vec![0.25; channels - 1]);
    }
}

#[test]
fn any_partition_gives_the_same_bits_for_any_config() {
    let mut random = Random::new(77);
    for trial in 0..24 {
        let rate = [8000.0, 44_100.0, 48_000.0, 192_000.0][trial % 4];
        let channels = [2, 1, 2, 5][trial / 4 % 4];
        let input = music(rate, channels, 12_000);
        let configs: Vec<_> = (0..4).map(|part| (part * 3001, any_config(&mut random))).collect();
        let whole = run(&mut Enhancer::new(rate, channels).unwrap(), &input, &configs, || 12_000);
        let cut =
            run(&mut Enhancer::new(rate, channels).unwrap(), &input, &configs, awkward(trial as u64 + 9));
        assert_same(&whole, &cut, &format!("trial {trial}"));
    }
}

#[test]
fn reset_equals_fresh() {
    for quality in Quality::ALL.iter().copied() {
        let input = music(48_000.0, 2, 9000);
        let mut fresh = Enhancer::new(48_000.0, 2).unwrap();
        fresh.set_config(&everything(quality)).unwrap();
        let mut expected = input.clone();
        process_all(&mut fresh, &mut expected);
        // The used chain has other settings, glides in progress and an unfinished change of quality behind
        // it.
        let mut used = Enhancer::new(48_000.0, 2).unwrap();
        let mut past = music(48_000.0, 2, 20_077);
        let mut random = Random::new(5);
        for part in 0..20 {
            used.set_config(&any_config(&mut random)).unwrap();
            process_part(&mut used, &mut past, part * 1003, part * 1003 + 1003);
        }
        used.set_config(&everything(quality)).unwrap();
        process_part(&mut used, &mut past, 20_060, 20_077);
        used.reset();
        let mut output = input.clone();
        process_all(&mut used, &mut output);
        assert_same(&expected, &output, &format!("{quality:?}"));
    }
}
