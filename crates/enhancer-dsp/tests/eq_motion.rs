//! The equalizer changes without a click, follows automation, and stays stable in motion.

use enhancer_dsp::config::{BandChannel, BandType, EqBand, EqualizerConfig, FilterSlope, Quality};
use enhancer_dsp::{Enhancer, EnhancerConfig};
use enhancer_measure::eq::energy_above_db;
use enhancer_measure::signal::{Random, sine, to_db, white_noise};
use enhancer_measure::tone::fit_sine;

fn config(preamp_db: f32, bands: &[EqBand], quality: Quality) -> EnhancerConfig {
    let mut config = EnhancerConfig { quality, ..EnhancerConfig::default() };
    config.equalizer =
        EqualizerConfig { preamp_db, bands: bands.iter().copied().collect(), ..EqualizerConfig::default() };
    config.limiter.enabled = false;
    config
}

fn bell(frequency_hz: f32, gain_db: f32, q: f32) -> EqBand {
    EqBand { frequency_hz, gain_db, q, ..EqBand::default() }
}

/// A 1 kHz sine with one change of config in its middle.
fn jump(from: &EnhancerConfig, to: &EnhancerConfig) -> Vec<f32> {
    let mut chain = Enhancer::new(48_000.0, 2).unwrap();
    chain.set_config(from).unwrap();
    let mut left = sine(1000.0, 0.1, 0.3, 48_000.0, 48_000 + 32_768);
    let mut right = left.clone();
    let (before, after) = (&mut left.split_at_mut(64_000), &mut right.split_at_mut(64_000));
    chain.process(&mut [&mut *before.0, &mut *after.0]);
    chain.set_config(to).unwrap();
    chain.process(&mut [&mut *before.1, &mut *after.1]);
    left.split_off(48_000)
}

#[test]
fn any_gain_jumps_12_db_without_zipper_noise() {
    let shelf = |kind, gain_db| EqBand { kind, gain_db, frequency_hz: 800.0, ..EqBand::default() };
    let pairs: [(f32, [EqBand; 2], f32); 8] = [
        (-6.0, [bell(1000.0, 0.0, 1.0); 2], 6.0),
        (0.0, [bell(1000.0, -6.0, 1.0), bell(1000.0, 6.0, 1.0)], 0.0),
        (0.0, [bell(1000.0, 0.0, 4.0), bell(1000.0, 12.0, 4.0)], 0.0),
        (0.0, [bell(1200.0, 12.0, 0.7), bell(1200.0, 0.0, 0.7)], 0.0),
        (0.0, [shelf(BandType::Lowshelf, 0.0), shelf(BandType::Lowshelf, 12.0)], 0.0),
        (0.0, [shelf(BandType::Highshelf, 12.0), shelf(BandType::Highshelf, 0.0)], 0.0),
        (0.0, [shelf(BandType::Tilt, -6.0), shelf(BandType::Tilt, 6.0)], 0.0),
        (0.0, [bell(6000.0, 0.0, 1.0), bell(6000.0, 12.0, 1.0)], 0.0),
    ];
    for quality in [Quality::Good, Quality::Best] {
        for (from_db, [from, to], to_db) in pairs {
            let spray = energy_above_db(
                &jump(&config(from_db, &[from], quality), &config(to_db, &[to], quality)),
                5000.0,
                48_000.0,
            );
            assert!(spray <= -100.0, "{quality:?} {from:?} to {to:?}: {spray} dB");
        }
    }
}

#[test]
fn frequency_q_type_slope_and_channel_jump_without_a_click() {
    let lowpass =
        |slope| EqBand { kind: BandType::Lowpass, frequency_hz: 1500.0, slope, ..EqBand::default() };
    let on = |channel| EqBand { channel, ..bell(1000.0, 6.0, 1.0) };
    let pairs = [
        [bell(300.0, 6.0, 1.0), bell(3000.0, 6.0, 1.0)],
        [bell(1100.0, 6.0, 0.3), bell(1100.0, 6.0, 8.0)],
        [bell(1000.0, 6.0, 1.0), EqBand { kind: BandType::Highpass, ..bell(1000.0, 6.0, 1.0) }],
        [lowpass(FilterSlope::Db12), lowpass(FilterSlope::Db48)],
        [on(BandChannel::Stereo), on(BandChannel::Left)],
        [on(BandChannel::Mid), on(BandChannel::Left)],
        [EqBand { enabled: false, ..bell(1000.0, 12.0, 1.0) }, bell(1000.0, 12.0, 1.0)],
    ];
    for [from, to] in pairs {
        for [from, to] in [[from, to], [to, from]] {
            let [from, to] = [from, to].map(|band| config(0.0, &[band], Quality::Good));
            let spray = energy_above_db(&jump(&from, &to), 5000.0, 48_000.0);
            assert!(spray <= -90.0, "{:?} to {:?}: {spray} dB", from.equalizer.bands, to.equalizer.bands);
        }
    }
}

#[test]
fn automation_at_every_block_is_followed_with_a_lag_of_milliseconds() {
    let mut chain = Enhancer::new(48_000.0, 1).unwrap();
    let mut audio = sine(1000.0, 0.1, 0.0, 48_000.0, 96_000);
    let gain_at = |frame: usize| 12.0 * frame as f32 / 96_000.0;
    for (index, block) in audio.chunks_mut(64).enumerate() {
        chain.set_config(&config(0.0, &[bell(1000.0, gain_at(64 * index), 1.0)], Quality::Good)).unwrap();
        chain.process(&mut [block]);
    }
    let latency = chain.latency_frames();
    for start in (48_000..95_000).step_by(4800) {
        let (amplitude, _) = fit_sine(&audio[start..start + 480], 1000.0, 48_000.0);
        let expected = f64::from(gain_at(start + 240 - latency));
        // 6 dB a second: 8 ms of lag are 0.05 dB.
        let lag_db = expected - to_db(amplitude / 0.1);
        assert!((0.0..0.08).contains(&lag_db), "{lag_db} dB behind at {start}");
    }
}

fn random_band(random: &mut Random) -> EqBand {
    let pick = |random: &mut Random, count: usize| (random.unit() * count as f64) as usize;
    EqBand {
        enabled: random.unit() < 0.8,
        kind: BandType::ALL[pick(random, BandType::ALL.len())],
        frequency_hz: (10.0 * 3000f64.powf(random.unit())).clamp(10.0, 30_000.0) as f32,
        gain_db: random.between(-24.0, 24.0) as f32,
        q: (0.1 * 400f64.powf(random.unit())).clamp(0.1, 40.0) as f32,
        slope: FilterSlope::ALL[pick(random, FilterSlope::ALL.len())],
        channel: BandChannel::ALL[pick(random, BandChannel::ALL.len())],
    }
}

#[test]
fn random_automation_never_exceeds_the_gain_of_its_filters_and_decays() {
    for (sample_rate_hz, channels, quality) in
        [(8000.0, 2, Quality::Good), (48_000.0, 3, Quality::Best), (384_000.0, 2, Quality::Good)]
    {
        let mut random = Random::new(7);
        let mut chain = Enhancer::new(sample_rate_hz, channels).unwrap();
        for round in 0..1500 {
            let bands: Vec<EqBand> = (0..2).map(|_| random_band(&mut random)).collect();
            chain.set_config(&config(0.0, &bands, quality)).unwrap();
            let noise = white_noise(1e-3, round, 64);
            let mut audio = vec![noise; channels];
            let mut slices: Vec<&mut [f32]> = audio.iter_mut().map(Vec::as_mut_slice).collect();
            chain.process(&mut slices);
            let peak = audio.iter().flatten().fold(0f32, |peak, sample| peak.max(sample.abs()));
            // Two bands of +24 dB over noise with peaks at −47 dBFS. A sharper resonance has no time to build
            // up.
            assert!(peak < 1.2, "{sample_rate_hz} Hz, round {round}: {peak}");
        }
        let mut silence = vec![vec![0f32; 4 * sample_rate_hz as usize]; channels];
        let mut slices: Vec<&mut [f32]> = silence.iter_mut().map(Vec::as_mut_slice).collect();
        chain.process(&mut slices);
        let tail = silence.iter().flat_map(|channel| &channel[3 * sample_rate_hz as usize..]);
        assert!(tail.fold(0f32, |peak, sample| peak.max(sample.abs())) < 1e-3, "it keeps ringing");
    }
}

/// Runs `events` of (frame, config) over noise in blocks of `lengths` in turn.
fn run(events: &[(usize, EnhancerConfig)], lengths: &[usize]) -> Vec<f32> {
    let mut chain = Enhancer::new(44_100.0, 2).unwrap();
    let mut left = white_noise(0.1, 1, 12_000);
    let mut right = white_noise(0.1, 2, 12_000);
    let (mut start, mut turn) = (0, 0);
    while start < left.len() {
        for (_, config) in events.iter().filter(|(frame, _)| *frame == start) {
            chain.set_config(config).unwrap();
        }
        let next_event = events.iter().map(|(frame, _)| *frame).filter(|&frame| frame > start).min();
        let end =
            (start + lengths[turn % lengths.len()]).min(next_event.unwrap_or(left.len())).min(left.len());
        chain.process(&mut [&mut left[start..end], &mut right[start..end]]);
        (start, turn) = (end, turn + 1);
    }
    left.extend(right);
    left
}

#[test]
fn any_cut_into_blocks_gives_the_same_samples() {
    let mut random = Random::new(3);
    let events: Vec<(usize, EnhancerConfig)> = (0..6)
        .map(|index| {
            let bands: Vec<EqBand> = (0..7).map(|_| random_band(&mut random)).collect();
            (1900 * index, config(-12.0, &bands, Quality::Good))
        })
        .collect();
    let whole = run(&events, &[12_000]);
    for lengths in [&[1][..], &[64], &[63, 1, 2, 200], &[3, 5, 7, 11, 480]] {
        assert!(run(&events, lengths) == whole, "{lengths:?}");
    }
}

#[test]
fn reset_in_mid_glide_equals_a_fresh_start() {
    let mut random = Random::new(11);
    let mut configs = || {
        let bands: Vec<EqBand> = (0..8).map(|_| random_band(&mut random)).collect();
        config(-20.0, &bands, Quality::Best)
    };
    let (first, second) = (configs(), configs());
    let mut used = Enhancer::new(44_100.0, 2).unwrap();
    used.set_config(&first).unwrap();
    let (mut left, mut right) = (white_noise(0.1, 1, 3000), white_noise(0.1, 2, 3000));
    used.process(&mut [&mut left, &mut right]);
    used.set_config(&second).unwrap();
    used.process(&mut [&mut left[..100], &mut right[..100]]);
    used.reset();
    let mut fresh = Enhancer::new(44_100.0, 2).unwrap();
    fresh.set_config(&second).unwrap();
    let outputs = [&mut used, &mut fresh].map(|chain| {
        let (mut left, mut right) = (white_noise(0.1, 5, 3000), white_noise(0.1, 6, 3000));
        chain.process(&mut [&mut left, &mut right]);
        (left, right)
    });
    assert!(outputs[0] == outputs[1]);
}
