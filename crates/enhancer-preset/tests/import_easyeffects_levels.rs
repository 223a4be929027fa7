//! Levels and widths of EasyEffects' effects, computed from each effect's definition. The gain of a path is
//! the sum of its effects' gains, wherever the chain applies them.

use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::Detector;
use enhancer_preset::import::detect_and_import;

fn import(effects: &[(&str, &str)]) -> EnhancerConfig {
    let names: Vec<String> = effects.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let fields: Vec<String> =
        effects.iter().map(|(name, fields)| format!("\"{name}\": {{{fields}}}")).collect();
    let text = format!(r#"{{"output": {{"plugins_order": [{}], {}}}}}"#, names.join(","), fields.join(","));
    let imported = detect_and_import(&text, "Test").unwrap();
    imported.preset.config.validate().unwrap();
    imported.preset.config
}

fn near(value: f32, expected: f64) -> bool {
    (f64::from(value) - expected).abs() < 0.006
}

/// The input and output gain of every effect apply once: before the compressor as preamp, after it as
/// master gain.
#[test]
fn gains_apply_once_on_their_side_of_the_compressor() {
    const GAINS: &str = r#""input-gain": -1.5, "output-gain": -2.25"#;
    let linear = ["equalizer", "bass_enhancer", "exciter", "stereo_tools", "crossfeed"];
    for effect in linear {
        let alone = import(&[(effect, GAINS)]);
        assert_eq!((alone.equalizer.preamp_db, alone.master_gain_db), (-3.75, 0.0), "{effect}");
        let after = import(&[("compressor", ""), (effect, GAINS)]);
        assert_eq!((after.equalizer.preamp_db, after.master_gain_db), (0.0, -3.75), "{effect}");
    }
    let compressor = import(&[("compressor", GAINS)]);
    assert_eq!((compressor.equalizer.preamp_db, compressor.master_gain_db), (0.0, -3.75));
    for effect in ["limiter", "maximizer"] {
        assert_eq!(import(&[(effect, GAINS)]).master_gain_db, -3.75, "{effect}");
    }
}

/// A gain before the detector lowers the threshold by as much. A path at −80 dB or less is silent.
#[test]
fn the_threshold_is_measured_at_the_detector() {
    for (fields, threshold_db) in [
        (r#""threshold": -20"#, -20.0),
        (r#""threshold": -20, "input-gain": 3"#, -23.0),
        (r#""threshold": -20, "sidechain": {"preamp": 4}"#, -24.0),
        (r#""threshold": -20, "input-gain": -3, "sidechain": {"preamp": -4}"#, -13.0),
    ] {
        assert_eq!(import(&[("compressor", fields)]).compressor.threshold_db, threshold_db, "{fields}");
    }
}

/// The detector's high-pass applies if it is switched on. The field of the detector's kind has moved over
/// the years.
#[test]
fn imports_the_detector() {
    for (fields, highpass_hz) in [
        (r#""hpf-frequency": 90"#, 0.0),
        (r#""hpf-mode": "Off", "hpf-frequency": 90"#, 0.0),
        (r#""hpf-mode": "12 dB/oct", "hpf-frequency": 90"#, 90.0),
    ] {
        assert_eq!(
            import(&[("compressor", fields)]).compressor.sidechain_highpass_hz,
            highpass_hz,
            "{fields}"
        );
    }
    for (fields, detector) in [
        ("", Detector::Rms),
        (r#""detection": "RMS""#, Detector::Rms),
        (r#""detection": "Peak""#, Detector::Peak),
        (r#""sidechain": {"mode": "Peak"}"#, Detector::Peak),
        (r#""sidechain": {"mode": "RMS"}, "detection": "Peak""#, Detector::Rms),
    ] {
        assert_eq!(import(&[("compressor", fields)]).compressor.detector, detector, "{fields}");
    }
}

/// Dry and wet paths of gains d and w give a mix of w/(d + w) at a level of d + w.
#[test]
fn dry_and_wet_become_mix_and_level() {
    for (dry, wet) in [(-100.0, 0.0), (-80.0, 0.0), (-6.0, 0.0), (0.0, -12.0), (-3.0, -80.01), (-79.0, -20.0)]
    {
        let config = import(&[("compressor", &format!(r#""dry": {dry}, "wet": {wet}"#))]);
        let level = |db: f64| if db > -80.0 { 10f64.powf(db / 20.0) } else { 0.0 };
        let total = level(dry) + level(wet);
        assert!(near(config.compressor.mix_percent, 100.0 * level(wet) / total), "{dry} {wet}");
        assert!(near(config.master_gain_db, 20.0 * total.log10()), "{dry} {wet}: {}", config.master_gain_db);
    }
}

/// The ceiling is the limited level at the end of the chain: the threshold, raised to full scale by the
/// boost, less the gain before the detector, plus the gain after the limiter.
#[test]
fn the_ceiling_is_the_level_after_the_limiter() {
    for (fields, ceiling_db, master_db) in [
        (r#""threshold": -6"#, -6.0, 0.0),
        (r#""limit": -3"#, -3.0, 0.0),
        (r#""threshold": -6, "limit": -3"#, -6.0, 0.0),
        (r#""threshold": -6, "gain-boost": true"#, 0.0, 6.0),
        (r#""threshold": -6, "input-gain": 4"#, -6.0, 4.0),
        (r#""threshold": -6, "output-gain": -2"#, -8.0, -2.0),
        (r#""threshold": -6, "sidechain-preamp": 3"#, -9.0, 0.0),
        (r#""threshold": -6, "gain-boost": true, "sidechain-preamp": 3, "output-gain": -1"#, -4.0, 5.0),
    ] {
        let config = import(&[("limiter", fields)]);
        assert!(config.limiter.enabled);
        assert_eq!((config.limiter.ceiling_dbtp, config.master_gain_db), (ceiling_db, master_db), "{fields}");
    }
    // Automatic levelling has its own release.
    for (fields, release_ms) in [
        (r#""release": 7, "alr-release": 90"#, 7.0),
        (r#""release": 7, "alr-release": 90, "alr": true"#, 90.0),
        (r#""release": 7, "alr-release": 90, "alr": false"#, 7.0),
    ] {
        assert_eq!(import(&[("limiter", fields)]).limiter.release_ms, release_ms, "{fields}");
    }
}

/// The maximizer raises its threshold to its ceiling. Without values both are 0 dB, as in its schema.
#[test]
fn the_maximizer_lifts_the_threshold_to_the_ceiling() {
    for (fields, ceiling_db, master_db) in [
        ("", 0.0, 0.0),
        (r#""threshold": -6"#, 0.0, 6.0),
        (r#""threshold": -6, "ceiling": -1"#, -1.0, 5.0),
        (r#""threshold": -6, "ceiling": -6"#, -6.0, 0.0),
        (r#""threshold": 0, "ceiling": -2"#, -2.0, -2.0),
        (r#""threshold": -6, "ceiling": -1, "input-gain": 2, "output-gain": -3"#, -4.0, 4.0),
    ] {
        let config = import(&[("maximizer", fields)]);
        assert_eq!((config.limiter.ceiling_dbtp, config.master_gain_db), (ceiling_db, master_db), "{fields}");
        assert_eq!(config.limiter.release_ms, 25.0, "the release that EasyEffects starts from");
    }
}

/// Calf's stereo tools with mid m and side s: the base b makes s + 2bs of s for b > 0 and s + bs for b < 0;
/// the levels are gains of m and s. The gain of the mid becomes a gain of both sides, the rest a width.
#[test]
fn stereo_tools_keep_mid_and_side() {
    for (fields, side, mid_db) in [
        ("", 1.0, 0.0),
        (r#""stereo-base": 0.25"#, 1.5, 0.0),
        (r#""stereo-base": -0.25"#, 0.75, 0.0),
        (r#""stereo-base": -1"#, 0.0, 0.0),
        (r#""side-level": 4"#, 10f64.powf(4.0 / 20.0), 0.0),
        (r#""middle-level": 4"#, 1.0, 4.0),
        (r#""side-level": -3, "middle-level": -3"#, 10f64.powf(-3.0 / 20.0), -3.0),
        (r#""side-level": -6, "middle-level": 2, "stereo-base": 0.5"#, 2.0 * 10f64.powf(-6.0 / 20.0), 2.0),
        // The base is at most 1; the levels exceed that.
        (r#""stereo-base": 2, "side-level": -20"#, 0.3, 0.0),
        (r#""mode": "LR > L+R (Mono Sum L+R)", "stereo-base": 0.5"#, 0.0, 0.0),
    ] {
        let config = import(&[("stereo_tools", fields)]);
        // A silent mid leaves the width undefined, so every case here has a mid.
        let mid = 10f64.powf(mid_db / 20.0);
        assert!(near(config.stereo_enhancer.width_percent, 100.0 * side / mid), "{fields}");
        assert_eq!(f64::from(config.equalizer.preamp_db), mid_db, "{fields}");
    }
    for (fields, balance) in [
        (r#""balance-in": 0.25"#, 25.0),
        (r#""balance-out": -0.5"#, -50.0),
        (r#""balance-in": 0.25, "balance-out": -0.5"#, -25.0),
    ] {
        assert!(
            near(import(&[("stereo_tools", fields)]).stereo_enhancer.balance_percent, balance),
            "{fields}"
        );
    }
}

/// bs2b's default, 4.5 dB at 700 Hz, is a crossfeed of 100 %. Crossfeed and stereo tools share a stage and
/// keep each other's settings in either order.
#[test]
fn crossfeed_and_stereo_tools_share_a_stage() {
    let share = |feed: f64| 1.0 / (1.0 + 10f64.powf(feed / 20.0));
    for feed in [4.5, 6.0, 9.5, 15.0] {
        let config = import(&[("crossfeed", &format!(r#""feed": {feed}"#))]);
        assert!(near(config.stereo_enhancer.crossfeed_percent, 100.0 * share(feed) / share(4.5)), "{feed}");
        assert_eq!(config.stereo_enhancer.width_percent, 100.0);
    }
    let (tools, crossfeed) = (("stereo_tools", r#""stereo-base": 0.25"#), ("crossfeed", r#""feed": 4.5"#));
    for order in [[tools, crossfeed], [crossfeed, tools]] {
        let stereo = import(&order).stereo_enhancer;
        assert_eq!((stereo.width_percent, stereo.crossfeed_percent), (150.0, 100.0), "{order:?}");
    }
}

/// Harmonics mixed at a dB to the sound are a boost of 20 log10(1 + 10^(a/20)) dB.
#[test]
fn a_boost_is_the_level_of_the_sum() {
    for amount in [-30.0, -6.0, 0.0, 6.0] {
        let fields = format!(r#""amount": {amount}, "scope": 130, "harmonics": 4"#);
        let bass = import(&[("bass_enhancer", &fields)]).bass_boost;
        let treble = import(&[("exciter", &fields.replace("130", "5000"))]).treble_boost;
        let added = 20.0 * (1.0 + 10f64.powf(amount / 20.0)).log10();
        assert!(near(bass.amount_db, added) && near(treble.amount_db, added), "{amount}");
        assert_eq!((bass.frequency_hz, treble.frequency_hz), (130.0, 5000.0));
        assert_eq!((bass.harmonics_percent, treble.harmonics_percent), (40.0, 40.0));
    }
}
