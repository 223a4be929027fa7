//! All instruction sets compute the same samples.

use super::Level;
use crate::config::{BandChannel, Bands, Detector, EnhancerConfig, EqBand, Quality, StageId};
use crate::enhancer::Enhancer;
use core::cell::Cell;
use enhancer_measure::signal::Random;

std::thread_local! {
    /// Instruction set of this thread's loops, instead of the fastest.
    pub(super) static FORCED: Cell<Option<Level>> = const { Cell::new(None) };
}

/// The instruction sets of this processor, in ascending order.
pub(crate) fn levels() -> Vec<Level> {
    #[cfg(target_arch = "x86_64")]
    {
        let best = Level::best();
        let all = [Level::Portable, Level::Sse2, Level::Avx2, Level::Avx512];
        let last = all.iter().position(|&level| level == best).unwrap_or(0);
        all[..=last].to_vec()
    }
    #[cfg(not(target_arch = "x86_64"))]
    vec![Level::Portable]
}

/// Runs a closure with each instruction set and returns the results.
pub(crate) fn with_each<T>(mut run: impl FnMut() -> T) -> Vec<(Level, T)> {
    let with = |level| {
        FORCED.set(Some(level));
        let result = run();
        FORCED.set(None);
        (level, result)
    };
    levels().into_iter().map(with).collect()
}

#[test]
fn all_instruction_sets_give_the_same_bits() {
    for &quality in Quality::ALL {
        let results = with_each(|| enhance(&everything(quality)));
        for (level, result) in &results {
            assert_eq!(result, &results[0].1, "{level:?} in {quality:?}");
        }
        let changed = results[0].1.iter().zip(source()).filter(|(a, b)| **a != b.to_bits()).count();
        assert!(changed > FRAMES, "the chain is on");
    }
}

const FRAMES: usize = 20_000;

/// Every stage on, with enough bands for one full cascade and part of another.
fn everything(quality: Quality) -> EnhancerConfig {
    let mut config = EnhancerConfig { quality, master_gain_db: 9.0, ..EnhancerConfig::default() };
    let channels = [BandChannel::Stereo, BandChannel::Left, BandChannel::Mid];
    config.equalizer.bands = Bands::from_iter((0..13u8).map(|n| EqBand {
        frequency_hz: 40.0 * 1.6f32.powi(i32::from(n)),
        gain_db: f32::from(n) - 6.0,
        channel: if n < 9 { channels[0] } else { channels[usize::from(n) % 3] },
        ..EqBand::default()
    }));
    for stage in StageId::ALL {
        stage.switch().set(&mut config, 1.0);
    }
    config.compressor.attack_ms = 2.0;
    config.stereo_enhancer.width_percent = 130.0;
    config.stereo_enhancer.mono_below_hz = 120.0;
    config.stereo_enhancer.crossfeed_percent = 20.0;
    config
}

/// Two tones with moving levels, clicks, and noise at −160 dBFS.
fn source() -> impl Iterator<Item = f32> {
    let mut random = Random::new(1);
    (0..2 * FRAMES).map(move |n| {
        let t = (n / 2) as f32;
        let tones = (t * 0.011).sin() * (t * 0.0007).sin() + 0.3 * (t * (0.9 + 0.1 * (n % 2) as f32)).sin();
        tones + if n % 7001 < 2 { 1.0 } else { 0.0 } + random.between(0.0, 1e-8) as f32
    })
}

/// The output of the chain as bits, for blocks of many lengths and a change of config in the stream.
fn enhance(config: &EnhancerConfig) -> Vec<u32> {
    let mut enhancer = Enhancer::new(48_000.0, 2).unwrap();
    enhancer.set_config(config).unwrap();
    let [mut left, mut right] = [0, 1].map(|lane| source().skip(lane).step_by(2).collect::<Vec<f32>>());
    let (mut start, mut turn) = (0, 0);
    while start < FRAMES {
        let end = FRAMES.min(start + [64, 1, 200, 7, 33, 512][turn % 6]);
        enhancer.process(&mut [&mut left[start..end], &mut right[start..end]]);
        (start, turn) = (end, turn + 1);
        if turn == 60 {
            let mut changed = *config;
            changed.equalizer.preamp_db = -3.0;
            changed.compressor.detector = Detector::Peak;
            changed.limiter.ceiling_dbtp = -4.0;
            changed.treble_boost.frequency_hz = 5000.0;
            changed.bass_boost.frequency_hz = 70.0;
            enhancer.set_config(&changed).unwrap();
        }
    }
    left.into_iter().chain(right).map(f32::to_bits).collect()
}
