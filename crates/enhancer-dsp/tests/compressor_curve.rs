//! The compressor's static curve: gain as a function of a steady level.

mod rig;

use enhancer_dsp::config::Detector;
use enhancer_dsp::dynamics::Compressor;
use enhancer_dsp::{EnhancerConfig, StageId};
use enhancer_measure::compressor::{Rig, static_gain_db};
use enhancer_measure::signal::{from_db, sine, to_db};
use enhancer_measure::tone::{fit_sine, rms};
use rig::{chain, compressor, run_fresh};

/// RMS of a sine below its peak, dB.
const SINE_CREST_DB: f64 = 3.010_299_956_639_812;

/// Level of a sine of peak `peak_db` on the given detector.
fn level(detector: Detector, peak_db: f64) -> f64 {
    match detector {
        Detector::Peak => peak_db,
        Detector::Rms => peak_db - SINE_CREST_DB,
    }
}

fn settled_gain_db(config: &EnhancerConfig, rate: f64, frequency_hz: f64, level_db: f64) -> f64 {
    let latency_frames = chain(rate, 2, config).latency_frames();
    let rig = Rig { sample_rate_hz: rate, latency_frames };
    static_gain_db(&rig, frequency_hz, level_db, 1.5, &mut |channels| {
        chain(rate, 2, config).process(channels);
    })
}

#[test]
fn the_gain_of_a_sine_follows_the_curve() {
    // With an attack of 1 ms peaks raise the level at onsets; that must not change the level of a steady
    // tone.
    for (detector, attack_ms) in [(Detector::Peak, 10.0), (Detector::Rms, 10.0), (Detector::Rms, 1.0)] {
        let config = compressor(detector, |config| config.compressor.attack_ms = attack_ms);
        for (rate, frequency_hz) in
            [(48_000.0, 997.0), (48_000.0, 100.0), (48_000.0, 41.0), (44_100.0, 5000.0), (8_000.0, 997.0)]
        {
            for peak_db in [-40.0, -24.0, -20.0, -17.5, -16.0, -10.0, -3.0, 0.0] {
                let prescribed = 0.75 * (level(detector, peak_db) + 20.0).max(0.0);
                let gain = settled_gain_db(&config, rate, frequency_hz, peak_db);
                assert!(
                    (gain + prescribed).abs() <= 0.05,
                    "{detector:?}, {attack_ms} ms, {frequency_hz} Hz at {peak_db} dB: {gain} for {prescribed}"
                );
            }
        }
    }
}

#[test]
fn the_knee_bends_the_curve_quadratically() {
    for detector in [Detector::Peak, Detector::Rms] {
        let config = compressor(detector, |config| {
            config.compressor.knee_db = 12.0;
            config.compressor.ratio = 2.0;
        });
        for over_db in [-8.0, -6.0, -4.0, 0.0, 3.0, 6.0, 9.0] {
            let peak_db = -20.0 + over_db - level(detector, 0.0);
            let prescribed = match over_db {
                _ if over_db <= -6.0 => 0.0,
                _ if over_db >= 6.0 => 0.5 * over_db,
                _ => 0.5 * (over_db + 6.0) * (over_db + 6.0) / 24.0,
            };
            let gain = settled_gain_db(&config, 48_000.0, 997.0, peak_db);
            assert!((gain + prescribed).abs() <= 0.05, "{detector:?} {over_db}: {gain} for {prescribed}");
        }
    }
}

#[test]
fn anti_phase_counts_like_in_phase_and_the_loudest_channel_sets_the_gain() {
    for detector in [Detector::Peak, Detector::Rms] {
        let config = compressor(detector, |_| {});
        let tone = sine(997.0, 0.5, 0.0, 48_000.0, 48_000);
        let inverted: Vec<f32> = tone.iter().map(|sample| -sample).collect();
        let same = run_fresh(48_000.0, &config, &[tone.clone(), tone.clone()]);
        let anti = run_fresh(48_000.0, &config, &[tone.clone(), inverted]);
        assert_eq!(same[0], anti[0], "{detector:?}: the gain of the left channel is equal");
        assert!(to_db(rms(&anti[0][24_000..]) / rms(&tone[24_000..])) < -7.0, "the compressor reduces");

        let soft: Vec<f32> = tone.iter().map(|sample| sample * 0.1).collect();
        for loud in 0..7 {
            let mut channels = vec![soft.clone(); 7];
            channels[loud] = tone.clone();
            let linked = run_fresh(48_000.0, &config, &channels);
            assert_eq!(linked[loud], same[0], "{detector:?}: channel {loud} of 7 sets the gain");
            let expected: f64 = rms(&same[0]) * 0.1;
            let other = rms(&linked[(loud + 1) % 7]);
            assert!((to_db(other / expected)).abs() < 1e-4, "the others follow");
        }
    }
}

#[test]
fn the_side_chain_high_pass_is_second_order_and_only_in_the_side_chain() {
    for detector in [Detector::Peak, Detector::Rms] {
        let config = compressor(detector, |config| config.compressor.sidechain_highpass_hz = 200.0);
        for frequency_hz in [50.0, 100.0, 200.0, 400.0, 3000.0] {
            let ratio: f64 = 200.0 / frequency_hz;
            // Butterworth: |H|² = 1 / (1 + (fc/f)⁴); the bilinear transform changes it by less than 0.01 dB
            // here.
            let filter_db = -10.0 * (1.0 + ratio.powi(4)).log10();
            let prescribed = 0.75 * (level(detector, -4.0) + filter_db + 20.0).max(0.0);
            let gain = settled_gain_db(&config, 48_000.0, frequency_hz, -4.0);
            assert!(
                (gain + prescribed).abs() <= 0.05,
                "{detector:?} {frequency_hz} Hz: {gain}, {prescribed}"
            );
        }
    }
}

#[test]
fn make_up_and_mix_combine_by_their_formula() {
    let tone = sine(997.0, from_db(-8.0), 0.3, 48_000.0, 48_000);
    for (makeup_db, mix_percent) in
        [(0.0, 100.0), (6.0, 100.0), (-12.0, 100.0), (6.0, 50.0), (0.0, 25.0), (24.0, 0.0)]
    {
        let config = compressor(Detector::Peak, |config| {
            config.compressor.makeup_gain_db = makeup_db;
            config.compressor.mix_percent = mix_percent;
        });
        let output = run_fresh(48_000.0, &config, &[tone.clone(), tone.clone()]);
        let (amplitude, phase) = fit_sine(&output[1][38_000..], 997.0, 48_000.0);
        let (_, phase_in) = fit_sine(&tone[38_000..], 997.0, 48_000.0);
        let share = f64::from(mix_percent) / 100.0;
        let expected = (1.0 - share) + share * from_db(f64::from(makeup_db) - 9.0);
        // The samples of 997 Hz miss its peak by up to 0.02 dB; the hold of 25 ms covers 25 periods.
        assert!(to_db(amplitude / from_db(-8.0) / expected).abs() < 0.02, "{makeup_db} dB, {mix_percent} %");
        assert!((phase - phase_in).abs() < 1e-4, "dry and wet are in phase: no comb");
    }
    let dry = compressor(Detector::Rms, |config| config.compressor.mix_percent = 0.0);
    assert_eq!(
        run_fresh(48_000.0, &dry, &[tone.clone(), tone.clone()])[0],
        tone,
        "0 % is the input to the bit"
    );
}

#[test]
fn below_the_threshold_nothing_changes() {
    for detector in [Detector::Peak, Detector::Rms] {
        let config = compressor(detector, |_| {});
        let soft = sine(441.0, from_db(-20.1), 0.0, 44_100.0, 44_100);
        assert_eq!(run_fresh(44_100.0, &config, &[soft.clone(), soft.clone()])[0], soft);
    }
}

#[test]
fn auto_make_up_equals_the_reduction_of_programme_and_the_meter_shows_the_reduction() {
    for detector in [Detector::Peak, Detector::Rms] {
        let plain = compressor(detector, |_| {});
        let auto = compressor(detector, |config| config.compressor.auto_makeup = true);
        let tone = sine(997.0, from_db(-5.0), 0.0, 48_000.0, 48_000);
        let gain = |config| {
            let output = run_fresh(48_000.0, config, &[tone.clone(), tone.clone()]);
            to_db(rms(&output[0][38_400..]) / rms(&tone[38_400..]))
        };
        let added = gain(&auto) - gain(&plain);
        // −6 dBFS peak and −13 dBFS RMS lie 14 and 7 dB over the threshold; 4:1 reduces them by three
        // quarters of that.
        let expected = if detector == Detector::Peak { 10.5 } else { 5.25 };
        assert!((added - expected).abs() < 1e-3, "{detector:?}: {added}");
        assert!((Compressor::auto_makeup_db(&auto.compressor) - expected).abs() < 1e-9);
        assert_eq!(Compressor::auto_makeup_db(&plain.compressor), 0.0);

        let mut enhancer = chain(48_000.0, 2, &auto);
        rig::run(&mut enhancer, &[tone.clone(), tone.clone()]);
        let shown = f64::from(enhancer.meters().reduction_db(StageId::Compressor));
        assert!((shown + gain(&plain)).abs() < 0.05, "{detector:?}: {shown}");
    }
}
