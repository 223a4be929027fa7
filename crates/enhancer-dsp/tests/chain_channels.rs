//! One to eight channels: all are processed alike, and none leaks into another.

#[path = "chain/everything.rs"]
mod everything;

use enhancer_dsp::config::{BandChannel, EqBand};
use enhancer_dsp::{Enhancer, EnhancerConfig, Quality};
use everything::{everything, music, process_all};

/// All stages that process channels alike: no stereo stage, no band for a single channel.
fn even_handed(quality: Quality) -> EnhancerConfig {
    let mut config = everything(quality);
    config.stereo_enhancer.enabled = false;
    for band in config.equalizer.bands.as_mut_slice() {
        band.channel = BandChannel::Stereo;
    }
    config
}

#[test]
fn equal_channels_stay_equal_and_equal_mono() {
    let mono = music(48_000.0, 1, 12_000);
    for quality in Quality::ALL.iter().copied() {
        let mut expected = mono.clone();
        let mut enhancer = Enhancer::new(48_000.0, 1).unwrap();
        enhancer.set_config(&even_handed(quality)).unwrap();
        process_all(&mut enhancer, &mut expected);
        for channels in 2..=8 {
            let mut enhancer = Enhancer::new(48_000.0, channels).unwrap();
            enhancer.set_config(&even_handed(quality)).unwrap();
            let mut output = vec![mono[0].clone(); channels];
            process_all(&mut enhancer, &mut output);
            assert!(output.iter().all(|channel| *channel == expected[0]), "{channels} channels, {quality:?}");
        }
    }
}

#[test]
fn a_silent_channel_stays_silent() {
    for channels in 2..=8 {
        for silent in 0..channels {
            let mut enhancer = Enhancer::new(44_100.0, channels).unwrap();
            enhancer.set_config(&even_handed(Quality::Good)).unwrap();
            let mut stream = music(44_100.0, channels, 6000);
            stream[silent].fill(0.0);
            process_all(&mut enhancer, &mut stream);
            for (index, channel) in stream.iter().enumerate() {
                assert_eq!(channel.iter().all(|&s| s == 0.0), index == silent, "{channels}: channel {index}");
            }
        }
    }
}

#[test]
fn dynamics_are_linked() {
    // A loud last channel reduces the gain of all channels equally, so their waveforms stay.
    let mut config = EnhancerConfig::default();
    config.compressor.enabled = true;
    config.compressor.threshold_db = -40.0;
    config.compressor.ratio = 10.0;
    for channels in 2..=8 {
        let mut stream = vec![enhancer_measure::signal::sine(997.0, 0.01, 0.0, 48_000.0, 24_000); channels];
        stream[channels - 1] = enhancer_measure::signal::sine(1499.0, 0.9, 0.0, 48_000.0, 24_000);
        let mut enhancer = Enhancer::new(48_000.0, channels).unwrap();
        enhancer.set_config(&config).unwrap();
        process_all(&mut enhancer, &mut stream);
        let (quiet, _) = enhancer_measure::tone::fit_sine(&stream[0][14_400..], 997.0, 48_000.0);
        assert!(quiet < 0.01 * 0.1, "{channels} channels: {quiet}");
        assert!(stream[..channels - 1].iter().all(|channel| *channel == stream[0]));
    }
}

/// A single channel has no partner: soloing a mid or side band must not leave a signal in the unused lane.
#[test]
fn a_mono_chain_is_the_same_after_a_solo() {
    let rate = 48_000.0;
    let mut config = EnhancerConfig { master_gain_db: 6.0, ..EnhancerConfig::default() };
    config.compressor.enabled = true;
    for channel in [BandChannel::Mid, BandChannel::Side] {
        config.equalizer.bands =
            [EqBand { channel, gain_db: 6.0, ..EqBand::default() }].into_iter().collect();
        let [mut plain, mut soloed] = [(); 2].map(|()| {
            let mut enhancer = Enhancer::new(rate, 1).unwrap();
            enhancer.set_config(&config).unwrap();
            enhancer
        });
        let mut difference = 0f32;
        for block in 0..400 {
            soloed.set_solo((block < 20).then_some(0));
            let [mut left, mut right] = [(); 2].map(|()| music(rate, 1, 512).remove(0));
            plain.process(&mut [&mut left]);
            soloed.process(&mut [&mut right]);
            if block > 200 {
                let differences = left.iter().zip(&right).map(|(left, right)| (left - right).abs());
                difference = differences.fold(difference, f32::max);
            }
        }
        assert!(difference < 1e-6, "{channel:?}: {difference}");
        assert_eq!(soloed.meters().input_peak[1], 0.0);
    }
}

/// A caller that passes fewer channels than the chain has gives silence for the others.
#[test]
fn missing_channels_are_silent() {
    let rate = 48_000.0;
    let config = EnhancerConfig { master_gain_db: 6.0, ..EnhancerConfig::default() };
    let mut enhancer = Enhancer::new(rate, 2).unwrap();
    enhancer.set_config(&config).unwrap();
    enhancer.process(&mut [&mut [0.1; 512][..], &mut [0.2; 512][..]]);
    for _ in 0..100 {
        enhancer.process(&mut [&mut [0.1; 512][..]]);
    }
    enhancer.meters();
    enhancer.process(&mut [&mut [0.1; 512][..]]);
    assert_eq!(enhancer.meters().input_peak[..2], [0.1, 0.0]);
    let (mut left, mut right) = ([0.0; 4096], [0.0; 4096]);
    enhancer.process(&mut [&mut left[..], &mut right[..]]);
    assert_eq!(enhancer.meters().input_peak[1], 0.0);
    assert!(right.iter().all(|sample| *sample == 0.0), "the missing channel left a signal");
}
