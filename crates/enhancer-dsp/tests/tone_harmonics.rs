//! The harmonics of the bass and treble boost: their levels, the untouched fundamental, and the absence of
//! other tones.

use enhancer_dsp::{Enhancer, EnhancerConfig, Quality};
use enhancer_measure::harmonics::{Intermodulation, Lines, sine_lines, two_tone_lines};

/// An amplitude ratio in dB.
fn db(share: f64) -> f64 {
    20.0 * share.log10()
}

fn plain(quality: Quality) -> EnhancerConfig {
    let mut config = EnhancerConfig { quality, ..EnhancerConfig::default() };
    config.limiter.enabled = false;
    config
}

fn treble(quality: Quality, frequency_hz: f32, percent: f32) -> EnhancerConfig {
    let mut config = plain(quality);
    config.treble_boost.enabled = true;
    config.treble_boost.frequency_hz = frequency_hz;
    config.treble_boost.amount_db = 0.0;
    config.treble_boost.harmonics_percent = percent;
    config
}

fn bass(frequency_hz: f32, percent: f32) -> EnhancerConfig {
    let mut config = plain(Quality::Good);
    config.bass_boost.enabled = true;
    config.bass_boost.frequency_hz = frequency_hz;
    config.bass_boost.amount_db = 0.0;
    config.bass_boost.harmonics_percent = percent;
    config
}

fn lines(config: &EnhancerConfig, rate_hz: f64, frequency_hz: f64, level_dbfs: f64) -> Lines {
    let mut enhancer = Enhancer::new(rate_hz, 2).unwrap();
    enhancer.set_config(config).unwrap();
    sine_lines(&mut |channels| enhancer.process(channels), 2, rate_hz, frequency_hz, level_dbfs)
}

fn two_tones(config: &EnhancerConfig, tones_hz: [f64; 2]) -> Intermodulation {
    let mut enhancer = Enhancer::new(48_000.0, 2).unwrap();
    enhancer.set_config(config).unwrap();
    two_tone_lines(&mut |channels| enhancer.process(channels), 2, 48_000.0, tones_hz, -12.0)
}

#[test]
fn treble_harmonics_have_their_levels_at_any_loudness_and_quality() {
    for quality in Quality::ALL.iter().copied() {
        for level in [-6.0, -26.0, -60.0] {
            let full = lines(&treble(quality, 2000.0, 100.0), 48_000.0, 5001.0, level);
            assert!((full.harmonics_dbc[0] + 16.0).abs() < 0.3, "{quality:?} {full:?}");
            assert!((full.harmonics_dbc[1] + 24.0).abs() < 0.3, "{quality:?} {full:?}");
        }
        let tenth = lines(&treble(quality, 2000.0, 10.0), 48_000.0, 5001.0, -6.0);
        assert!((tenth.harmonics_dbc[0] + 36.0).abs() < 0.3, "{quality:?} {tenth:?}");
    }
}

/// The limits are −70 dBc in `good` and −100 dBc in `best`, with harmonics of −16 and −24 dBc.
#[test]
fn harmonics_of_9_khz_do_not_alias() {
    for rate in [44_100.0, 48_000.0] {
        let good = lines(&treble(Quality::Good, 2000.0, 100.0), rate, 9000.0, -6.0);
        assert!(good.worst_other_dbc < -85.0, "{rate} {good:?}");
        let best = lines(&treble(Quality::Best, 2000.0, 100.0), rate, 9000.0, -6.0);
        assert!(best.worst_other_dbc < -104.0, "{rate} {best:?}");
        assert!(best.harmonics_dbc[0] > -17.0, "{best:?}");
    }
}

/// Below 0.4535 of the sample rate, the lower edge of the half-band filters, no treble tone leaves an alias.
#[test]
fn harmonics_of_5_to_20_khz_do_not_alias_into_the_audio_band() {
    for rate in [44_100.0, 48_000.0] {
        for frequency in [5003.0, 7013.0, 10_007.0, 11_003.0, 14_009.0, 16_007.0, 18_013.0, 20_000.0] {
            let edge = 0.4535 * rate;
            for (quality, law) in [(Quality::Good, -80.0), (Quality::Best, -100.0)] {
                let lines = lines(&treble(quality, 2000.0, 100.0), rate, frequency, -6.0);
                // The mirror image of a harmonic just above half the rate lies in the transition band.
                let clean = lines.worst_other_dbc < law || lines.worst_other_hz > edge;
                assert!(clean, "{quality:?} {rate} {frequency} {lines:?}");
            }
        }
    }
}

#[test]
fn harmonics_do_not_change_their_fundamental() {
    for quality in Quality::ALL.iter().copied() {
        for frequency in [1500.0, 2500.0, 5001.0, 9000.0, 15_000.0] {
            let with = lines(&treble(quality, 2000.0, 100.0), 48_000.0, frequency, -6.0);
            assert!((with.fundamental_dbfs + 6.0).abs() < 0.005, "{quality:?} {frequency} {with:?}");
            assert!(with.dc_dbc < -90.0, "{with:?}");
        }
    }
    for frequency in [25.0, 60.0, 90.0, 200.0] {
        let with = lines(&bass(90.0, 100.0), 48_000.0, frequency, -6.0);
        assert!((with.fundamental_dbfs + 6.0).abs() < 0.01, "{frequency} {with:?}");
        assert!(with.dc_dbc < -140.0, "{with:?}");
    }
}

#[test]
fn bass_harmonics_have_their_levels_at_every_sample_rate() {
    for rate in [8000.0, 44_100.0, 192_000.0] {
        for level in [-6.0, -40.0] {
            let full = lines(&bass(120.0, 100.0), rate, 50.0, level);
            for (measured, share) in full.harmonics_dbc.iter().zip([0.30, 0.20, 0.12, 0.07]) {
                assert!((measured - db(share)).abs() < 0.3, "{rate} {full:?}");
            }
            assert!(full.harmonics_dbc[4] < -60.0 && full.worst_other_dbc < -100.0, "{rate} {full:?}");
        }
    }
    let subtle = lines(&bass(120.0, 20.0), 48_000.0, 50.0, -6.0);
    assert!((subtle.harmonics_dbc[0] - db(0.06)).abs() < 0.3, "{subtle:?}");
}

#[test]
fn sound_outside_the_band_makes_no_harmonics() {
    let above = lines(&bass(90.0, 100.0), 48_000.0, 900.0, -6.0);
    assert!(above.harmonics_dbc[0] < -80.0, "{above:?}");
    let below = lines(&treble(Quality::Good, 8000.0, 100.0), 48_000.0, 800.0, -6.0);
    assert!(below.harmonics_dbc.iter().all(|&h| h < -80.0), "{below:?}");
}

/// Powers of an analytic signal hold sums alone. Tones below the two come from the ripple of the envelope.
#[test]
fn two_tones_make_no_difference_tones() {
    for quality in [Quality::Good, Quality::Best] {
        let pair = two_tones(&treble(quality, 2000.0, 100.0), [5001.0, 6113.0]);
        assert!(pair.worst_below_dbc < -65.0, "{pair:?}");
        assert!(pair.worst_sum_dbc < -15.0 && pair.worst_sum_dbc > -17.0, "{pair:?}");
    }
    let pair = two_tones(&bass(120.0, 100.0), [50.0, 71.0]);
    assert!(pair.worst_below_dbc < -45.0, "{pair:?}");
}

#[test]
fn a_corner_beyond_the_band_makes_no_harmonics() {
    // In `draft` every harmonic would alias into the band.
    let lines = lines(&treble(Quality::Draft, 16_000.0, 100.0), 8000.0, 3001.0, -6.0);
    assert!(lines.worst_other_dbc < -140.0 && (lines.fundamental_dbfs + 6.0).abs() < 1e-3, "{lines:?}");
}
