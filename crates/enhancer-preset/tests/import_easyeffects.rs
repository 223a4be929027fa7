//! EasyEffects presets: a supported effect keeps its physical behaviour; any other is reported.

mod imported;

use enhancer_dsp::config::{BandChannel, BandType, Detector, EqBand, FilterSlope};
use enhancer_dsp::filter::prototype::Prototype;
use enhancer_preset::import::{Format, Imported, detect_and_import};
use imported::notes;

fn import(chain: &str) -> Imported {
    let imported = detect_and_import(&format!("{{\"output\": {{\n{chain}\n}}}}"), "Test").unwrap();
    assert_eq!(imported.format, Format::EasyEffects);
    imported.preset.config.validate().unwrap();
    imported
}

fn band(kind: &str, mode: &str, slope: &str, gain: f64, q: f64) -> String {
    format!(
        r#""plugins_order": ["equalizer#0"], "equalizer#0": {{"num-bands": 1, "split-channels": false,
        "left": {{"band0": {{"type": "{kind}", "mode": "{mode}", "slope": "{slope}", "solo": false, "mute": false,
        "gain": {gain}, "frequency": 1000.0, "q": {q}}}}}}}"#
    )
}

fn equalizer_db(bands: &[EqBand], frequency_hz: f64) -> f64 {
    bands.iter().map(|band| Prototype::new(band).gain_db(frequency_hz)).sum()
}

/// |H(jw)| of a product of equal sections, dB.
fn sections_db(count: i32, num: [f64; 3], den: [f64; 3], ratio: f64) -> f64 {
    let power = |[c0, c1, c2]: [f64; 3]| (c0 - c2 * ratio * ratio).powi(2) + (c1 * ratio).powi(2);
    f64::from(count) * 10.0 * (power(num) / power(den)).log10()
}

/// The analog sections that LSP documents for its `RLC` filters.
fn rlc_db(kind: &str, count: i32, gain_db: f64, q: f64, ratio: f64) -> f64 {
    let gain = 10f64.powf(gain_db / 20.0 / f64::from(count));
    let angle = gain.atan();
    match kind {
        "Bell" => {
            let k = 2.0 * (1.0 / gain + gain) / (1.0 + 2.0 * q / f64::from(count));
            sections_db(count, [1.0, k * angle.sin(), 1.0], [1.0, k * angle.cos(), 1.0], ratio)
        }
        "Resonance" => {
            let k = 2.0 / (1.0 + q);
            sections_db(count, [1.0, k * angle.sin(), 1.0], [1.0, k * angle.cos(), 1.0], ratio)
        }
        "Lo-shelf" | "Hi-shelf" => {
            let (root, k) = (gain.powf(0.25), 2.0 / (1.0 + q));
            let (up, down) = ([root, k, 1.0 / root], [1.0 / root, k, root]);
            let (num, den) = if kind == "Lo-shelf" { (up, down) } else { (down, up) };
            gain_db / 2.0 + sections_db(count, num, den, ratio)
        }
        "Hi-pass" => sections_db(count, [0.0, 0.0, 1.0], [1.0, 2.0 / (1.0 + q), 1.0], ratio),
        _ => sections_db(count, [1.0, 0.0, 1.0], [1.0, 2.0 / (1.0 + q), 1.0], ratio),
    }
}

#[test]
fn bands_of_the_rlc_mode_keep_their_response() {
    for kind in ["Bell", "Resonance", "Lo-shelf", "Hi-shelf", "Hi-pass", "Notch"] {
        for (slope, count) in [("x1", 1), ("x2", 2), ("x4", 4)] {
            for (gain_db, q) in [(6.0, 0.0), (-9.0, 1.5), (3.0, 4.36), (12.0, 2.0)] {
                if kind == "Notch" && count > 1 {
                    continue;
                }
                let gain_db = if matches!(kind, "Hi-pass" | "Notch") { 0.0 } else { gain_db };
                let imported = import(&band(kind, "RLC (BT)", slope, gain_db, q));
                assert_eq!(notes(&imported), Vec::<String>::new());
                for ratio in [0.05, 0.3, 0.8, 1.001, 1.7, 6.0] {
                    let ours = equalizer_db(&imported.preset.config.equalizer.bands, 1000.0 * ratio);
                    let theirs = rlc_db(kind, count, gain_db, q, ratio);
                    assert!(
                        (ours - theirs).abs() < 1e-3,
                        "{kind} {slope} {gain_db} dB Q {q}: {ours} {theirs}"
                    );
                }
            }
        }
    }
}

#[test]
fn steep_passes_are_butterworth_and_linkwitz_riley() {
    for (mode, factor) in [("BWC (BT)", 1.0), ("LRX (MT)", 2.0)] {
        for (slope, count) in [("x1", 1), ("x2", 2), ("x3", 3), ("x4", 4)] {
            let imported = import(&band("Lo-pass", mode, slope, 0.0, 0.0));
            // A Linkwitz–Riley filter of the same steepness is a Butterworth filter of half the order,
            // twice.
            let order = f64::from(2 * count) / factor;
            let theirs = |ratio: f64| -10.0 * factor * (1.0 + ratio.powf(2.0 * order)).log10();
            for ratio in [0.5, 1.0, 2.0] {
                let ours = equalizer_db(&imported.preset.config.equalizer.bands, 1000.0 * ratio);
                assert!((ours - theirs(ratio)).abs() < 1e-3, "{mode} {slope}: {ours} {}", theirs(ratio));
            }
        }
    }
    let apo = import(&band("Bell", "APO (DR)", "x1", 4.0, 2.5));
    assert_eq!(
        apo.preset.config.equalizer.bands[0],
        EqBand { frequency_hz: 1000.0, gain_db: 4.0, q: 2.5, ..EqBand::default() }
    );
}

#[test]
fn split_channels_stay_separate() {
    let side = |gain: f64| {
        format!(
            r#"{{"band0": {{"type": "Bell", "mode": "APO (DR)", "gain": {gain}, "frequency": 500, "q": 1}}}}"#
        )
    };
    let split = |left: f64, right: f64| {
        format!(
            r#""equalizer": {{"num-bands": 1, "split-channels": true, "left": {}, "right": {}}}"#,
            side(left),
            side(right)
        )
    };
    let channels = |imported: Imported| -> Vec<BandChannel> {
        imported.preset.config.equalizer.bands.iter().map(|band| band.channel).collect()
    };
    assert_eq!(channels(import(&split(2.0, 3.0))), [BandChannel::Left, BandChannel::Right]);
    assert_eq!(channels(import(&split(2.0, 2.0))), [BandChannel::Stereo]);
}

#[test]
fn the_compressor_keeps_its_curve() {
    let imported = import(
        r#""plugins_order": ["compressor#0", "level_meter#0"], "level_meter#0": {}, "compressor#0": {"bypass": false, "input-gain": 2.0,
        "output-gain": 1.0, "mode": "Downward", "attack": 15.0, "release": 300.0, "threshold": -18.0, "ratio": 3.0, "knee": -5.0,
        "makeup": 4.0, "dry": -80.01, "wet": 0.0, "hpf-mode": "12 dB/oct", "hpf-frequency": 90.0, "lpf-mode": "Off",
        "sidechain": {"type": "Feed-forward", "mode": "Peak", "preamp": 1.0, "lookahead": 0.0}}"#,
    );
    let config = &imported.preset.config;
    let compressor = &config.compressor;
    assert!(compressor.enabled && compressor.detector == Detector::Peak);
    assert_eq!((compressor.threshold_db, compressor.ratio, compressor.knee_db), (-21.0, 3.0, 10.0));
    assert_eq!((compressor.attack_ms, compressor.release_ms), (15.0, 300.0));
    assert_eq!((compressor.makeup_gain_db, compressor.mix_percent), (4.0, 100.0));
    assert_eq!(compressor.sidechain_highpass_hz, 90.0);
    assert_eq!((config.master_gain_db, config.equalizer.preamp_db), (3.0, 0.0));
    assert_eq!(notes(&imported), Vec::<String>::new());
}

#[test]
fn converts_a_dry_path_to_a_mix() {
    let imported = import(r#""plugins_order": ["compressor"], "compressor": {"dry": 0.0, "wet": 0.0}"#);
    assert_eq!(imported.preset.config.compressor.mix_percent, 50.0);
    assert!((imported.preset.config.master_gain_db - 6.02).abs() < 0.01);
}

/// The limiter's boost raises the threshold to full scale; a gain after the limiter moves the ceiling.
#[test]
fn the_limiter_keeps_its_ceiling_and_loudness() {
    for (boost, ceiling, master) in [("true", -0.5, 5.5), ("false", -6.5, -0.5)] {
        let imported = import(&format!(
            r#""plugins_order": ["limiter#0"], "limiter#0": {{"threshold": -6.0, "gain-boost": {boost}, "output-gain": -0.5,
            "alr": true, "alr-release": 60.0, "release": 5.0}}"#
        ));
        let config = &imported.preset.config;
        assert_eq!((config.limiter.ceiling_dbtp, config.limiter.release_ms), (ceiling, 60.0));
        assert_eq!(config.master_gain_db, master);
    }
    let maximizer =
        import(r#""plugins_order": ["maximizer"], "maximizer": {"threshold": -4.0, "release": 20.0}"#);
    assert_eq!(maximizer.preset.config.limiter.ceiling_dbtp, 0.0);
    assert_eq!(maximizer.preset.config.master_gain_db, 4.0);
}

#[test]
fn imports_tone_and_stereo_effects() {
    let imported = import(
        r#""plugins_order": ["bass_enhancer#0", "exciter#0", "stereo_tools#0", "crossfeed#0"],
        "bass_enhancer#0": {"amount": 0.0, "scope": 110.0, "harmonics": 5.0},
        "exciter#0": {"amount": -6.0, "scope": 8000.0, "harmonics": 2.0},
        "stereo_tools#0": {"stereo-base": 0.2, "balance-out": 0.1, "mode": "LR > LR (Stereo Default)"},
        "crossfeed#0": {"fcut": 650, "feed": 9.5}"#,
    );
    let config = &imported.preset.config;
    assert!(config.bass_boost.enabled && config.treble_boost.enabled && config.stereo_enhancer.enabled);
    assert_eq!((config.bass_boost.frequency_hz, config.bass_boost.harmonics_percent), (110.0, 50.0));
    assert!((config.bass_boost.amount_db - 6.02).abs() < 0.01);
    assert!((config.treble_boost.amount_db - 3.53).abs() < 0.01);
    assert!((config.stereo_enhancer.width_percent - 140.0).abs() < 1e-3);
    assert!((config.stereo_enhancer.balance_percent - 10.0).abs() < 1e-3);
    // bs2b at 9.5 dB: a share of 0.251; 100 % is a share of 0.373.
    assert!((config.stereo_enhancer.crossfeed_percent - 67.3).abs() < 0.5);
    let notes = notes(&imported);
    assert!(notes.iter().any(|note| note.contains("650 Hz")), "{notes:?}");
}

#[test]
fn unsupported_effects_are_reported_with_their_lines() {
    let imported = import(
        r#""plugins_order": ["convolver#0", "autogain#0", "crystalizer#0", "reverb#0", "limiter#0", "equalizer#0"],
"convolver#0": {"bypass": false},
"autogain#0": {"bypass": false},
"crystalizer#0": {"bypass": true},
"reverb#0": {"state": "false"},
"limiter#0": {"threshold": 0.0, "release": 20.0},
"equalizer#0": {"num-bands": 1, "left": {"band0": {"type": "Ladder-pass", "frequency": 100, "q": 0}}}"#,
    );
    let notes = notes(&imported);
    for part in [
        "line 3: convolver",
        "line 4: autogain",
        "line 8: equalizer: band 0: type Ladder-pass",
        "the limiter comes last",
    ] {
        assert!(notes.iter().any(|note| note.contains(part)), "{part} in {notes:?}");
    }
    assert_eq!(notes.len(), 4, "effects that are off give no note: {notes:?}");
}

#[test]
fn the_order_of_compressor_and_equalizer_is_kept_or_reported() {
    let before = import(
        r#""plugins_order": ["equalizer", "compressor"], "equalizer": {"input-gain": -4.0}, "compressor": {}"#,
    );
    assert_eq!((before.preset.config.equalizer.preamp_db, before.preset.config.master_gain_db), (-4.0, 0.0));
    let after = import(
        r#""plugins_order": ["compressor", "equalizer"], "equalizer": {"input-gain": -4.0}, "compressor": {}"#,
    );
    assert_eq!((after.preset.config.equalizer.preamp_db, after.preset.config.master_gain_db), (0.0, -4.0));
    assert!(notes(&after).iter().any(|note| note.contains("comes before the compressor")));
}

/// PulseEffects wrote numbers as strings, widths in Hz, and a state for every effect.
#[test]
fn reads_the_oldest_form() {
    let imported = import(
        r#""plugins_order": ["equalizer", "limiter"], "limiter": {"state": "false", "limit": "-3"},
        "equalizer": {"state": "true", "num-bands": "2", "input-gain": "-2",
        "band0": {"gain": "4", "frequency": "32", "width": "16", "type": "peak"},
        "band1": {"gain": "-1,5", "frequency": "8000", "width": "8000", "type": "high-shelf"}}"#,
    );
    let equalizer = &imported.preset.config.equalizer;
    let expected = [
        EqBand { frequency_hz: 32.0, gain_db: 4.0, q: 2.0, ..EqBand::default() },
        EqBand {
            kind: BandType::Highshelf,
            frequency_hz: 8000.0,
            gain_db: -1.5,
            q: 1.0,
            ..EqBand::default()
        },
    ];
    assert_eq!(equalizer.bands.as_slice(), expected);
    assert_eq!(equalizer.preamp_db, -2.0);
    assert_eq!(expected[0].slope, FilterSlope::Db12);
}

#[test]
fn merges_more_bands_than_slots() {
    let bands: Vec<String> = (0..32)
        .map(|n| {
            let frequency = 22.0 * 800f64.powf(f64::from(n) / 31.0);
            let gain = 4.0 * (f64::from(n) * 0.5).sin();
            format!(r#""band{n}": {{"type": "Bell", "mode": "RLC (BT)", "gain": {gain}, "frequency": {frequency}, "q": 4.36}}"#)
        })
        .collect();
    let imported = import(&format!(
        r#""plugins_order": ["equalizer#0"], "equalizer#0": {{"num-bands": 32, "left": {{{}}}}}"#,
        bands.join(",")
    ));
    assert_eq!(imported.preset.config.equalizer.bands.len(), 16);
    assert!(notes(&imported).iter().any(|note| note.contains("merged into 16 bands within")));
}
