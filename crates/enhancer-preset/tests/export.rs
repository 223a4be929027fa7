//! A preset keeps its response through export and import.

use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::{BandChannel, BandType, Bands, EqBand, EqualizerConfig, FilterSlope};
use enhancer_dsp::filter::prototype::gain_db;
use enhancer_preset::export::equalizer_apo;
use enhancer_preset::import::detect_and_import;
use enhancer_preset::{Preset, factory_presets};

fn preset(bands: &[EqBand], preamp_db: f32) -> Preset {
    let bands: Bands = bands.iter().copied().collect();
    let equalizer = EqualizerConfig { preamp_db, bands, ..EqualizerConfig::default() };
    Preset::new("Test", EnhancerConfig { equalizer, ..EnhancerConfig::default() })
}

/// Gain of equalizer and master gain on one side, dB.
fn response_db(preset: &Preset, side: BandChannel, frequency_hz: f64) -> f64 {
    let equalizer = &preset.config.equalizer;
    let on = equalizer.bands.iter().filter(|band| band.enabled && equalizer.enabled);
    let active = on.filter(|band| band.channel == BandChannel::Stereo || band.channel == side);
    let gain = active.map(|band| gain_db(band, frequency_hz)).sum::<f64>();
    let preamp = if equalizer.enabled { equalizer.preamp_db } else { 0.0 };
    gain + f64::from(preamp) + f64::from(preset.config.master_gain_db)
}

fn assert_same_response(preset: &Preset) {
    let text = equalizer_apo(preset).text;
    let back = detect_and_import(&text, "Test").unwrap();
    assert_eq!(back.notes, vec![], "{text}");
    for point in 0..=200 {
        let frequency = 11.0 * 2000f64.powf(f64::from(point) / 200.0);
        for side in [BandChannel::Left, BandChannel::Right] {
            let (before, after) =
                (response_db(preset, side, frequency), response_db(&back.preset, side, frequency));
            let same = (before - after).abs() < 1e-3 || (before < -120.0 && after < -120.0);
            assert!(same, "{frequency} Hz: {before} became {after} dB\n{text}");
        }
    }
}

#[test]
fn every_supported_filter_survives_export_and_import() {
    for kind in [BandType::Peak, BandType::Lowshelf, BandType::Highshelf, BandType::Notch, BandType::Bandpass]
    {
        for channel in [BandChannel::Stereo, BandChannel::Left, BandChannel::Right] {
            let gain_db = if matches!(kind, BandType::Notch | BandType::Bandpass) { 0.0 } else { -7.3 };
            // 1234.567 has three decimals; Equalizer APO would read 1234567.
            let band =
                EqBand { kind, channel, frequency_hz: 1234.567, gain_db, q: 1.234_567, ..EqBand::default() };
            let exported = preset(&[band], -3.25);
            assert_same_response(&exported);
            let text = equalizer_apo(&exported).text;
            assert_eq!(detect_and_import(&text, "Test").unwrap().preset.config, exported.config, "{text}");
        }
    }
}

/// Equalizer APO reads a point before three decimals as a thousands separator.
#[test]
fn a_frequency_never_has_three_decimals() {
    for (frequency_hz, written) in
        [(25.125, "25.1250"), (1234.567, "1234.5670"), (440.0, "440"), (62.5, "62.5"), (31.25, "31.25")]
    {
        let exported = preset(&[EqBand { frequency_hz, gain_db: 3.0, ..EqBand::default() }], 0.0);
        assert_same_response(&exported);
        let text = equalizer_apo(&exported).text;
        assert!(text.contains(&format!(" Fc {written} Hz ")), "{text}");
    }
}

#[test]
fn steep_passes_and_tilts_keep_their_response() {
    for &slope in FilterSlope::ALL.iter().filter(|&&slope| slope != FilterSlope::Db6) {
        for kind in [BandType::Lowpass, BandType::Highpass] {
            assert_same_response(&preset(
                &[EqBand { kind, slope, frequency_hz: 440.0, q: 1.1, ..EqBand::default() }],
                0.0,
            ));
        }
    }
    for (gain_db, q) in [(6.0, 0.5), (-9.0, 1.3), (12.0, 0.3)] {
        let tilt = EqBand { kind: BandType::Tilt, frequency_hz: 900.0, gain_db, q, ..EqBand::default() };
        let mut with_gain = preset(&[tilt], -2.0);
        with_gain.config.master_gain_db = 1.5;
        assert_same_response(&with_gain);
    }
}

#[test]
fn bands_and_equalizers_that_are_off_stay_off() {
    let off = EqBand { enabled: false, gain_db: 6.0, ..EqBand::default() };
    let tilt = EqBand { enabled: false, kind: BandType::Tilt, gain_db: 6.0, ..EqBand::default() };
    assert_same_response(&preset(&[off, tilt], -1.0));
    let mut whole = preset(&[EqBand { gain_db: 6.0, ..EqBand::default() }], -1.0);
    whole.config.equalizer.enabled = false;
    assert_same_response(&whole);
}

#[test]
fn settings_that_the_format_lacks_are_reported() {
    let mut all = preset(
        &[
            EqBand { channel: BandChannel::Mid, gain_db: 3.0, ..EqBand::default() },
            EqBand { kind: BandType::Lowpass, slope: FilterSlope::Db6, ..EqBand::default() },
            EqBand { kind: BandType::Tilt, channel: BandChannel::Left, gain_db: 3.0, ..EqBand::default() },
        ],
        0.0,
    );
    all.config.compressor.enabled = true;
    all.config.bass_boost.enabled = true;
    all.config.master_gain_db = -2.0;
    let exported = equalizer_apo(&all);
    let notes: Vec<String> = exported.notes.iter().map(ToString::to_string).collect();
    for part in [
        "band 1 is left out",
        "band 2 is left out",
        "band 3 is left out",
        "compressor",
        "bass boost",
        "limiter",
        "master gain",
    ] {
        assert!(notes.iter().any(|note| note.contains(part)), "{part} in {notes:?}");
    }
    assert_eq!(notes.len(), 7, "{notes:?}");
    assert_eq!(exported.text, "# Test\nPreamp: -2 dB\n");
}

/// A `Channel:` line applies to every filter after it (Equalizer APO's configuration reference). One per
/// run of filters is enough, and none is needed before the first filter for both sides.
#[test]
fn a_channel_is_written_once_for_a_run_of_filters() {
    let on = |channel| EqBand { channel, gain_db: 3.0, ..EqBand::default() };
    use BandChannel::{Left, Right, Stereo};
    let exported = preset(&[Stereo, Stereo, Left, Left, Right, Stereo, Stereo].map(on), 0.0);
    assert_same_response(&exported);
    let text = equalizer_apo(&exported).text;
    let heads: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("Channel") || line.starts_with("Filter"))
        .map(|line| if line.starts_with("Filter") { "F" } else { line })
        .collect();
    assert_eq!(
        heads,
        ["F", "F", "Channel: L", "F", "F", "Channel: R", "F", "Channel: all", "F", "F"],
        "{text}"
    );
}

/// Each active stage has a note; an inactive one has none.
#[test]
fn every_stage_that_is_left_out_is_reported() {
    type SwitchOn = fn(&mut EnhancerConfig);
    let cases: [(&str, SwitchOn); 6] = [
        ("the compressor", |config| config.compressor.enabled = true),
        ("the bass boost", |config| config.bass_boost.enabled = true),
        ("the treble boost", |config| config.treble_boost.enabled = true),
        ("the stereo enhancer", |config| config.stereo_enhancer.enabled = true),
        ("the limiter", |config| config.limiter.enabled = true),
        ("the bypass", |config| config.bypass_all = true),
    ];
    for (stage, switch_on) in cases {
        let mut one = preset(&[], 0.0);
        one.config.limiter.enabled = false;
        assert_eq!(equalizer_apo(&one).notes, vec![]);
        switch_on(&mut one.config);
        let notes = equalizer_apo(&one).notes;
        assert!(notes.len() == 1 && notes[0].text.starts_with(stage), "{stage}: {notes:?}");
    }
}

#[test]
fn every_factory_preset_can_be_exported() {
    for preset in factory_presets() {
        let exported = equalizer_apo(preset);
        let back = detect_and_import(&exported.text, &preset.name).unwrap();
        back.preset.config.validate().unwrap();
    }
}
