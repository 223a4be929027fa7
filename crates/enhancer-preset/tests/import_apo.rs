//! Equalizer APO's dialects, selections and sides: the preset has the response that the cookbook gives for
//! the file.

mod cookbook;
mod imported;

use cookbook::{assert_response, assert_sides, high_shelf_db, low_shelf_db, peak_db};
use enhancer_dsp::Enhancer;
use enhancer_preset::Preset;
use enhancer_preset::import::{ImportError, Imported, detect_and_import, import_file_for};
use imported::{import, notes};

/// squig.link and Moondrop write shelves of centre and Q as `LSQ` and `HSQ`.
#[test]
fn shelves_of_squig_link_are_shelves_with_q() {
    let imported = import(
        "Preamp: -5.4 dB
Filter 1: ON LSQ Fc 105 Hz Gain 5.4 dB Q 0.700
Filter 2: ON PK Fc 2500 Hz Gain -3.0 dB Q 2.000
Filter 3: ON HSQ Fc 10000 Hz Gain 4.0 dB Q 0.700
",
    );
    assert_eq!(imported.notes, []);
    let expected = |f| {
        -5.4 + low_shelf_db(105.0, 5.4, 0.7, f)
            + peak_db(2500.0, -3.0, 2.0, f)
            + high_shelf_db(10_000.0, 4.0, 0.7, f)
    };
    assert_response(&imported.preset, expected, 0.01);
}

#[test]
fn converts_kilohertz() {
    let imported = import(
        "Filter 1: ON PK Fc 1 kHz Gain 6 dB Q 1\nFilter 2: ON PK Fc 2.5 kHz Gain 6 dB Q 1\nFilter 3: ON PK Fc 10k Gain 3 dB Q 2",
    );
    let preamp_db = f64::from(imported.preset.config.equalizer.preamp_db);
    assert!(preamp_db < -6.0, "{preamp_db}");
    let expected = |f| {
        preamp_db
            + peak_db(1000.0, 6.0, 1.0, f)
            + peak_db(2500.0, 6.0, 1.0, f)
            + peak_db(10_000.0, 3.0, 2.0, f)
    };
    assert_response(&imported.preset, expected, 0.01);
}

/// First order: −10 log10(1 + (f/f₀)²) for a low-pass, and its mirror image for a high-pass.
#[test]
fn first_order_passes_of_room_eq_wizard_are_first_order() {
    let imported = import("Preamp: 0 dB\nFilter 1: ON LP1 Fc 1000 Hz\nFilter 2: ON HP1 Fc 100 Hz");
    assert_eq!(imported.notes, []);
    let expected =
        |f: f64| -10.0 * (1.0 + (f / 1000.0).powi(2)).log10() - 10.0 * (1.0 + (100.0 / f).powi(2)).log10();
    assert_response(&imported.preset, expected, 0.001);
}

/// Three decimals are thousands, as Room EQ Wizard writes them, unless other lines have decimals.
#[test]
fn other_lines_decide_whether_three_decimals_are_thousands() {
    let wizard = import(
        "Preamp: 0 dB\nFilter 1: ON PK Fc 1.500 Hz Gain 6 dB Q 2\nFilter 2: ON PK Fc 63 Hz Gain 2 dB Q 1",
    );
    assert_eq!(wizard.preset.config.equalizer.bands[0].frequency_hz, 1500.0);
    assert!(joined_notes(&wizard).contains("read as 1500 Hz"));
    for other in ["Fc 63.5 Hz Gain 2 dB Q 1", "Fc 105.125 Hz Gain 2 dB Q 1", "Fc 63 Hz Gain 2.5 dB Q 1"] {
        let plain = import(&format!(
            "Preamp: 0 dB\nFilter 1: ON PK Fc 25.125 Hz Gain 6 dB Q 2\nFilter 2: ON PK {other}"
        ));
        assert_eq!(plain.preset.config.equalizer.bands[0].frequency_hz, 25.125, "{other}");
        assert_eq!(plain.notes, [], "{other}");
    }
}

const TWO_DEVICES: &str =
    "Device: Speakers High Definition Audio Device {11111111-2222-3333-4444-555555555555}
Preamp: -6 dB
Filter: ON PK Fc 1000 Hz Gain 6 dB Q 1
Device: Headphones USB DAC
Preamp: -3 dB
Filter: ON PK Fc 1000 Hz Gain 3 dB Q 1
Device: all
";

fn joined_notes(imported: &Imported) -> String {
    notes(imported).join("\n")
}

fn import_for(text: &str, device: Option<&str>) -> Result<Imported, ImportError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.txt");
    std::fs::write(&path, text).unwrap();
    import_file_for(&path, device)
}

#[test]
fn sections_of_several_devices_need_a_selection() {
    let error = detect_and_import(TWO_DEVICES, "x").unwrap_err();
    assert!(matches!(&error, ImportError::Devices { asked: None, names } if names.len() == 2), "{error:?}");
    let message = error.to_string();
    assert!(
        message.contains("`Headphones USB DAC`") && message.contains("`Speakers High Definition"),
        "{message}"
    );
    for (device, gain_db) in [
        ("headphones", 3.0),
        ("usb dac", 3.0),
        ("SPEAKERS", 6.0),
        ("11111111-2222", 6.0),
        // A device's full name, which contains the words of the section.
        ("Headphones (USB DAC Pro) {9}", 3.0),
    ] {
        let imported = import_for(TWO_DEVICES, Some(device)).unwrap();
        assert_response(&imported.preset, |f| -gain_db + peak_db(1000.0, gain_db, 1.0, f), 0.01);
        let left_out = imported.notes.iter().filter(|note| note.text.contains("is not selected")).count();
        assert_eq!(left_out, 1, "{device}: {:?}", imported.notes);
    }
    for unfit in ["bluetooth", "a"] {
        let error = import_for(TWO_DEVICES, Some(unfit)).unwrap_err();
        assert!(
            matches!(&error, ImportError::Devices { asked: Some(_), names } if names.len() == 2),
            "{error:?}"
        );
    }
}

/// A single device needs no selection. Lines for all devices apply to each. A file's `Device` ends with the
/// file.
#[test]
fn sections_for_all_devices_apply_to_the_selected_one() {
    let one = import(
        "Device: Speakers; Benchmark\nFilter: ON PK Fc 500 Hz Gain -4 dB Q 1\nDevice: all\nPreamp: -1 dB",
    );
    assert_response(&one.preset, |f| -1.0 + peak_db(500.0, -4.0, 1.0, f), 0.01);
    let shared = format!("Preamp: -1 dB\n{TWO_DEVICES}Filter: ON PK Fc 100 Hz Gain -2 dB Q 1");
    let headphones = import_for(&shared, Some("Headphones")).unwrap();
    let expected = |f| -4.0 + peak_db(1000.0, 3.0, 1.0, f) + peak_db(100.0, -2.0, 1.0, f);
    assert_response(&headphones.preset, expected, 0.01);
    // A condition does not hide a device, because Equalizer APO evaluates devices first.
    let hidden = "If: a\nDevice: A\nEndIf:\nPreamp: -1 dB\nDevice: B\nPreamp: -2 dB";
    assert!(matches!(detect_and_import(hidden, "x"), Err(ImportError::Devices { .. })));
    // A selection without device sections has no effect, and a note reports that.
    let plain = import_for("Preamp: -3 dB", Some("headphones")).unwrap();
    assert!(joined_notes(&plain).contains("no sections for devices"), "{:?}", plain.notes);
    let peace = "[Frequencies]\nFrequency1=100\n[Gains]\nGain1=2\n[Qualities]\nQuality1=1\n";
    assert!(
        joined_notes(&import_for(peace, Some("headphones")).unwrap()).contains("no sections for devices")
    );
    // Empty sections need no selection.
    let empty = import("Device: A\nDevice: B\nPreamp: -2 dB");
    assert_eq!(empty.preset.config.equalizer.preamp_db, -2.0);
}

/// Playback passes pre-mix and post-mix; only recordings pass capture.
#[test]
fn stages_select_playback() {
    let imported = import(
        "Preamp: -1 dB
Stage: capture
Preamp: -2 dB
Stage: pre-mix
Preamp: -4 dB
Stage: post-mix capture
Preamp: -8 dB
",
    );
    assert_eq!(imported.preset.config.equalizer.preamp_db, -13.0);
    assert!(joined_notes(&imported).contains("line 2: `Stage: capture`"), "{:?}", imported.notes);
    let twice = import("Stage: pre-mix post-mix\nPreamp: -2 dB");
    assert_eq!(twice.preset.config.equalizer.preamp_db, -4.0);
    assert!(joined_notes(&twice).contains("count twice"));
    // A recording device needs no selection, and its included files are not read.
    let microphone = import(
        "Device: Mic\nStage: capture\nPreamp: 9 dB\nInclude: x\nDevice: Out\nStage: post-mix\nPreamp: -3 dB",
    );
    assert_eq!((microphone.preset.config.equalizer.preamp_db, microphone.notes.len()), (-3.0, 1));
    let recording = detect_and_import("Stage: capture\nFilter: ON HPQ Fc 80 Hz Q 0.7", "Mic").unwrap_err();
    assert!(matches!(&recording, ImportError::Nothing { notes, .. } if notes.len() == 1), "{recording:?}");
    assert!(recording.to_string().contains("`Stage: capture`"), "{recording}");
}

/// Processes a sine through the preset and measures the gain of each side, dB.
fn measured_db(preset: &Preset, frequency_hz: f64) -> [f64; 2] {
    const SAMPLE_RATE_HZ: f64 = 48_000.0;
    let mut config = preset.config;
    config.limiter.enabled = false;
    let mut enhancer = Enhancer::new(SAMPLE_RATE_HZ, 2).unwrap();
    enhancer.set_config(&config).unwrap();
    let phase = |frame: usize| core::f64::consts::TAU * frequency_hz * frame as f64 / SAMPLE_RATE_HZ;
    let mut sides: [Vec<f32>; 2] =
        [(); 2].map(|()| (0..48_000).map(|frame| (0.1 * phase(frame).sin()) as f32).collect());
    let [left, right] = &mut sides;
    for (left, right) in left.chunks_mut(480).zip(right.chunks_mut(480)) {
        enhancer.process(&mut [left, right]);
    }
    sides.map(|side| {
        let settled = &side[24_000..];
        let power = settled.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / settled.len() as f64;
        10.0 * (power / 0.005).log10()
    })
}

/// A preamp for one side has the same gain at all frequencies there and leaves the other side unchanged,
/// measured and computed.
#[test]
fn a_preamp_of_one_side_changes_that_side_only() {
    for (text, left_db, right_db) in [
        ("Channel: L\nPreamp: -5 dB\nChannel: all\nFilter: ON PK Fc 1000 Hz Gain -6 dB Q 1", -5.0, 0.0),
        (
            "Preamp: -6 dB\nChannel: R\nPreamp: 2.5 dB\nChannel: L R\nFilter: ON PK Fc 1000 Hz Gain -6 dB Q 1",
            -6.0,
            -3.5,
        ),
        (
            "Channel: L\nPreamp: -3 dB\nChannel: R\nPreamp: -3 dB\nFilter: ON PK Fc 1000 Hz Gain -6 dB Q 1\nChannel: L\nFilter: ON PK Fc 1000 Hz Gain -6 dB Q 1",
            -3.0,
            -3.0,
        ),
    ] {
        let imported = import(text);
        let bell = |f| peak_db(1000.0, -6.0, 1.0, f);
        assert_sides(&imported.preset, |f| left_db + bell(f), |f| right_db + bell(f), 0.02);
        for frequency_hz in [20.0, 1000.0, 10_000.0] {
            let measured = measured_db(&imported.preset, frequency_hz);
            for (gain_db, side_db) in measured.iter().zip([left_db, right_db]) {
                let expected_db = side_db + bell(frequency_hz);
                assert!((gain_db - expected_db).abs() < 0.1, "{text} at {frequency_hz} Hz: {measured:?}");
            }
        }
        let differs = left_db != right_db;
        assert_eq!(joined_notes(&imported).contains("become a balance"), differs, "{:?}", imported.notes);
        assert_eq!(imported.preset.config.stereo_enhancer.enabled, differs);
    }
}
