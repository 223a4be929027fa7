//! After the end of the input the output falls below −100 dB of the input's peak within `tail_frames`, and
//! not much sooner.

mod rig;

use enhancer_dsp::config::{BandChannel, BandType, EqBand, FilterSlope};
use enhancer_dsp::{EnhancerConfig, Quality};
use enhancer_measure::signal::{sine, white_noise};
use rig::{chain, config};

/// Measured tail in frames: the longest after noise and after each of `tones_hz`, all played until they have
/// settled.
fn measured(rate: f64, config: &EnhancerConfig, tones_hz: &[f64]) -> usize {
    let mut enhancer = chain(rate, 2, config);
    let tail = enhancer.tail_frames();
    // Long enough for a resonance as slow as the tail to come within 0.1 dB of its height.
    let sounding = (tail / 2).max((0.2 * rate) as usize);
    let noise = || {
        let mut noise = white_noise(0.2, 21, sounding);
        noise.iter_mut().for_each(|sample| *sample = sample.clamp(-1.0, 1.0));
        noise
    };
    let tones = tones_hz.iter().map(|&hz| sine(hz, 1.0, 0.3, rate, sounding));
    let mut longest = 0;
    for left in tones.chain([noise()]) {
        for right_sign in [1.0, -1.0] {
            let mut left = left.clone();
            let mut right: Vec<f32> = left.iter().map(|sample| right_sign * sample).collect();
            let peak = left.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
            for channel in [&mut left, &mut right] {
                channel.resize(sounding + 2 * tail + (0.3 * rate) as usize, 0.0);
            }
            enhancer.reset();
            enhancer.process(&mut [&mut left[..], &mut right[..]]);
            for channel in [&left, &right] {
                let end = channel[sounding..].iter().rposition(|sample| sample.abs() > 1e-5 * peak);
                longest = longest.max(end.map_or(0, |end| end + 1));
            }
        }
    }
    longest
}

fn band(kind: BandType, frequency_hz: f32, gain_db: f32, q: f32) -> EqBand {
    EqBand { kind, frequency_hz, gain_db, q, ..EqBand::default() }
}

fn equalizer(bands: &[EqBand]) -> EnhancerConfig {
    config(|config| {
        config.equalizer.enabled = true;
        for band in bands {
            assert!(config.equalizer.bands.push(*band));
        }
    })
}

/// Asserts that the tail is long enough, and at most `slack` times the measured one plus 45 ms for glides.
fn assert_tail(name: &str, rate: f64, config: &EnhancerConfig, tones_hz: &[f64], slack: f64) {
    let measured = measured(rate, config, tones_hz);
    let tail = chain(rate, 2, config).tail_frames();
    let ratio = tail as f64 / measured as f64;
    println!("{name} at {rate} Hz: {:.3} s, {ratio:.2} times the measured tail", tail as f64 / rate);
    assert!(tail >= measured, "{name} at {rate} Hz: {tail} frames, but it sounds on for {measured}");
    assert!(
        tail as f64 <= slack * measured as f64 + 0.045 * rate,
        "{name} at {rate} Hz: {ratio} times {measured}"
    );
}

#[test]
fn the_tail_of_a_band_follows_its_pole() {
    let cases = [
        (8000.0, band(BandType::Peak, 10.0, 24.0, 40.0)),
        (48_000.0, band(BandType::Peak, 100.0, 24.0, 40.0)),
        (48_000.0, band(BandType::Peak, 100.0, 12.0, 4.0)),
        (48_000.0, band(BandType::Peak, 100.0, -12.0, 4.0)),
        (48_000.0, band(BandType::Peak, 1000.0, 6.0, 1.0)),
        (48_000.0, band(BandType::Notch, 60.0, 0.0, 30.0)),
        (48_000.0, band(BandType::Bandpass, 200.0, 0.0, 10.0)),
        (48_000.0, band(BandType::Lowpass, 40.0, 0.0, 5.0)),
        (48_000.0, band(BandType::Highpass, 20.0, 0.0, 0.7)),
        (48_000.0, band(BandType::Lowshelf, 50.0, 12.0, 0.7)),
        (48_000.0, band(BandType::Lowshelf, 50.0, -12.0, 0.5)),
        (48_000.0, band(BandType::Highshelf, 100.0, 12.0, 3.0)),
        (48_000.0, band(BandType::Tilt, 50.0, 6.0, 0.5)),
        (48_000.0, band(BandType::Peak, 50.0, 6.0, 0.1)),
        (192_000.0, band(BandType::Peak, 40.0, 12.0, 10.0)),
    ];
    for (rate, band) in cases {
        let tones = [0.5, 0.97, 1.0, 1.03, 2.0].map(|ratio| ratio * f64::from(band.frequency_hz));
        // The bound is closer for a resonance than for a response that decays before its pole shows.
        let slack = if band.q > 2.0 && band.gain_db >= 0.0 { 1.65 } else { 3.0 };
        assert_tail(&format!("{band:?}"), rate, &equalizer(&[band]), &tones, slack);
    }
}

#[test]
fn resonances_at_the_top_of_the_band_count() {
    for quality in Quality::ALL.iter().copied() {
        for frequency_hz in [15_000.0, 20_000.0, 23_400.0] {
            let resonance =
                EqBand { slope: FilterSlope::Db48, ..band(BandType::Peak, frequency_hz, 24.0, 40.0) };
            let config = EnhancerConfig { quality, ..equalizer(&[resonance]) };
            let tones = [0.99, 1.0, 1.01].map(|ratio| ratio * f64::from(frequency_hz));
            assert_tail(&format!("{quality:?} {frequency_hz} Hz"), 48_000.0, &config, &tones, 3.0);
        }
    }
}

#[test]
fn bands_in_a_row_have_a_longer_tail() {
    let same = [band(BandType::Peak, 80.0, 12.0, 8.0); 3];
    assert_tail("three alike", 48_000.0, &equalizer(&same), &[79.0, 80.0, 81.0], 3.0);
    let steep = EqBand { slope: FilterSlope::Db48, ..band(BandType::Highpass, 40.0, 0.0, 0.7) };
    assert_tail("48 dB per octave", 48_000.0, &equalizer(&[steep]), &[30.0, 38.0, 40.0, 45.0], 3.0);
    let faster = band(BandType::Peak, 2000.0, 6.0, 1.0);
    assert_tail("the slower one second", 48_000.0, &equalizer(&[faster, same[0]]), &[80.0, 2000.0], 3.0);
    let side = EqBand { channel: BandChannel::Side, ..band(BandType::Peak, 90.0, 12.0, 8.0) };
    assert_tail("on the side", 48_000.0, &equalizer(&[side, same[0]]), &[79.0, 80.0, 90.0], 3.0);
}

#[test]
fn every_stage_counts() {
    let bass = config(|config| {
        config.bass_boost.enabled = true;
        (config.bass_boost.frequency_hz, config.bass_boost.amount_db) = (30.0, 12.0);
        config.bass_boost.harmonics_percent = 0.0;
    });
    assert_tail("bass shelf", 48_000.0, &bass, &[15.0, 30.0, 60.0], 3.0);
    let harmonics = config(|config| {
        config.bass_boost = bass.bass_boost;
        config.bass_boost.harmonics_percent = 100.0;
    });
    for rate in [8000.0, 48_000.0, 192_000.0] {
        assert_tail("bass harmonics", rate, &harmonics, &[10.0, 20.0, 30.0, 60.0], 3.0);
    }
    let treble = config(|config| {
        config.treble_boost.enabled = true;
        (config.treble_boost.frequency_hz, config.treble_boost.harmonics_percent) = (2000.0, 100.0);
    });
    assert_tail("treble harmonics", 48_000.0, &treble, &[500.0, 2000.0, 6000.0], 3.0);
    let stereo = config(|config| {
        config.stereo_enhancer.enabled = true;
        config.stereo_enhancer.mono_below_hz = 30.0;
        config.stereo_enhancer.width_percent = 200.0;
        config.stereo_enhancer.crossfeed_percent = 100.0;
    });
    assert_tail("mono lows", 48_000.0, &stereo, &[20.0, 30.0, 60.0], 3.0);
}

#[test]
fn gain_extends_the_tail_by_its_decibels() {
    let resonance = equalizer(&[band(BandType::Peak, 100.0, 12.0, 4.0)]);
    let tail = |edit: &dyn Fn(&mut EnhancerConfig)| {
        let mut config = resonance;
        edit(&mut config);
        assert_tail("with gain", 48_000.0, &config, &[100.0], 3.0);
        chain(48_000.0, 2, &config).tail_frames() as f64 / 48_000.0
    };
    let plain = tail(&|_| {});
    // The pole's Q is q √G. 24 dB take 24 / 8.686 of its time constants Q/(π f), and little more.
    let longer = 24.0 / 8.686 * 4.0 * 10f64.powf(12.0 / 40.0) / (std::f64::consts::PI * 100.0);
    let gains: [&dyn Fn(&mut EnhancerConfig); 3] =
        [&|config| config.master_gain_db = 24.0, &|config| config.equalizer.preamp_db = 24.0, &|config| {
            config.compressor.enabled = true;
            config.compressor.makeup_gain_db = 24.0;
        }];
    for (index, gain) in gains.into_iter().enumerate() {
        let found = tail(gain) - plain;
        assert!((longer..1.3 * longer).contains(&found), "{index}: {found} s, not {longer} s");
    }
}

#[test]
fn stages_that_are_off_have_no_tail() {
    let mut config = equalizer(&[band(BandType::Peak, 10.0, 24.0, 40.0)]);
    let glides = 1920;
    let tail = |config: &EnhancerConfig| {
        let chain = chain(48_000.0, 2, config);
        chain.tail_frames() - chain.latency_frames()
    };
    assert!(tail(&config) > 60 * 48_000);
    assert_eq!(tail(&EnhancerConfig { bypass_all: true, ..config }), 0);
    config.equalizer.enabled = false;
    assert_eq!(tail(&config), glides);
    config.equalizer.enabled = true;
    let mut running = chain(48_000.0, 2, &config);
    config.equalizer.bands.as_mut_slice()[0].enabled = false;
    assert_eq!(tail(&config), glides);
    // The band moves to the other channel, then goes off, while sound plays.
    running.process(&mut [&mut [0.5; 300][..], &mut [0.5; 300][..]]);
    assert!(running.tail_frames() > 60 * 48_000);
    let mut elsewhere = config;
    let band = &mut elsewhere.equalizer.bands.as_mut_slice()[0];
    (band.enabled, band.channel) = (true, BandChannel::Left);
    running.set_config(&elsewhere).expect("a valid config");
    assert!(running.tail_frames() > 60 * 48_000, "it will ring there");
    running.set_config(&config).expect("a valid config");
    assert_eq!(running.tail_frames() - running.latency_frames(), glides);
}

#[test]
fn the_longest_tail_is_two_minutes() {
    let rate = 48_000.0;
    let all = [band(BandType::Peak, 10.0, 24.0, 40.0); 16];
    let chain = chain(rate, 2, &equalizer(&all));
    assert_eq!(chain.tail_frames(), chain.latency_frames() + 120 * 48_000);
}
