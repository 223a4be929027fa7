//! Each band works on its channel, and on no other.

use enhancer_dsp::config::{BandChannel, EqBand, EqualizerConfig, Quality};
use enhancer_dsp::eq::EqResponse;
use enhancer_dsp::{Enhancer, EnhancerConfig};
use enhancer_measure::signal::{to_db, white_noise};
use enhancer_measure::tone::fit_sine;

fn equalize(channels: &[Vec<f32>], bands: &[EqBand]) -> Vec<Vec<f32>> {
    let equalizer = EqualizerConfig { bands: bands.iter().copied().collect(), ..EqualizerConfig::default() };
    let mut config = EnhancerConfig { equalizer, ..EnhancerConfig::default() };
    config.limiter.enabled = false;
    let mut chain = Enhancer::new(48_000.0, channels.len()).unwrap();
    chain.set_config(&config).unwrap();
    let latency = chain.latency_frames();
    let mut audio: Vec<Vec<f32>> =
        channels.iter().map(|c| c.iter().copied().chain(vec![0.0; latency]).collect()).collect();
    let mut slices: Vec<&mut [f32]> = audio.iter_mut().map(Vec::as_mut_slice).collect();
    chain.process(&mut slices);
    audio.into_iter().map(|channel| channel[latency..].to_vec()).collect()
}

fn bell(channel: BandChannel) -> EqBand {
    EqBand { channel, gain_db: 9.0, q: 0.7, ..EqBand::default() }
}

fn noise(seed: u64) -> Vec<f32> {
    white_noise(0.1, seed, 20_000)
}

fn negated(samples: &[f32]) -> Vec<f32> {
    samples.iter().map(|sample| -sample).collect()
}

#[test]
fn a_band_on_one_side_leaves_the_other_to_the_bit() {
    let input = [noise(1), noise(2)];
    let both = equalize(&input, &[bell(BandChannel::Stereo)]);
    let left = equalize(&input, &[bell(BandChannel::Left)]);
    let right = equalize(&input, &[bell(BandChannel::Right)]);
    assert!(both[0] != input[0] && both[1] != input[1]);
    assert!(left[0] == both[0] && left[1] == input[1]);
    assert!(right[0] == input[0] && right[1] == both[1]);
}

#[test]
fn a_side_band_leaves_mono_and_a_mid_band_anti_phase_to_the_bit() {
    let (same, opposite) = ([noise(1), noise(1)], [noise(1), negated(&noise(1))]);
    assert!(equalize(&same, &[bell(BandChannel::Side)]) == same);
    assert!(equalize(&opposite, &[bell(BandChannel::Mid)]) == opposite);
    // On their own channel they work as a stereo band does.
    for (input, channel) in [(same, BandChannel::Mid), (opposite, BandChannel::Side)] {
        assert!(equalize(&input, &[bell(channel)]) == equalize(&input, &[bell(BandChannel::Stereo)]));
    }
}

#[test]
fn mid_and_side_together_are_stereo() {
    let input = [noise(1), noise(2)];
    let both = equalize(&input, &[bell(BandChannel::Stereo)]);
    let apart = equalize(&input, &[bell(BandChannel::Mid), bell(BandChannel::Side)]);
    for (a, b) in both.iter().flatten().zip(apart.iter().flatten()) {
        assert!((a - b).abs() < 1e-7, "{a} {b}");
    }
}

#[test]
fn one_channel_is_left_and_mid_but_never_right_or_side() {
    let input = [noise(1)];
    let stereo = equalize(&input, &[bell(BandChannel::Stereo)]);
    for channel in [BandChannel::Left, BandChannel::Mid] {
        assert!(equalize(&input, &[bell(channel)]) == stereo);
    }
    for channel in [BandChannel::Right, BandChannel::Side] {
        assert!(equalize(&input, &[bell(channel)]) == input);
    }
}

#[test]
fn beyond_the_first_pair_only_stereo_bands_work() {
    let input: Vec<Vec<f32>> = (0..5).map(noise).collect();
    let stereo = equalize(&input, &[bell(BandChannel::Stereo)]);
    assert!(input.iter().zip(&stereo).all(|(input, output)| input != output));
    let pair = equalize(&input[..2], &[bell(BandChannel::Stereo)]);
    assert!(stereo[..2] == pair);
    for channel in [BandChannel::Left, BandChannel::Right, BandChannel::Mid, BandChannel::Side] {
        assert!(equalize(&input, &[bell(channel)])[2..] == input[2..], "{channel:?}");
    }
}

#[test]
fn the_response_function_follows_the_channels() {
    let bands = [
        EqBand { gain_db: 3.0, ..bell(BandChannel::Left) },
        EqBand { gain_db: 5.0, ..bell(BandChannel::Stereo) },
        EqBand { gain_db: -4.0, ..bell(BandChannel::Right) },
    ];
    let tone = enhancer_measure::signal::sine(1000.0, 0.1, 0.0, 48_000.0, 20_000);
    let output = equalize(&[tone.clone(), tone], &bands);
    let config = EqualizerConfig { bands: bands.into_iter().collect(), ..EqualizerConfig::default() };
    let response = EqResponse::new(&config, 48_000.0, Quality::Good);
    for (samples, channel, promised) in
        [(&output[0], BandChannel::Left, 8.0), (&output[1], BandChannel::Right, 1.0)]
    {
        let (amplitude, _) = fit_sine(&samples[10_000..], 1000.0, 48_000.0);
        let expected = response.gain_db(1000.0, channel);
        assert!((to_db(amplitude / 0.1) - expected).abs() < 1e-4 && (expected - promised).abs() < 0.01);
    }
}
