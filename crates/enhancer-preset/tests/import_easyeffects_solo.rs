//! EasyEffects: solo bands, and presets without supported settings.

mod cookbook;

use cookbook::{assert_response, assert_sides, peak_db};
use enhancer_preset::import::{Format, ImportError, Imported, detect_and_import};

fn import(effects: &str) -> Result<Imported, ImportError> {
    detect_and_import(&format!(r#"{{"output": {{"blocklist": [], {effects}}}}}"#), "Test")
}

fn bell(frequency: f64, gain: f64, switches: &str) -> String {
    format!(
        r#"{{"type": "Bell", "mode": "APO (DR)", "frequency": {frequency}, "gain": {gain}, "q": 1.5{switches}}}"#
    )
}

/// If a band is solo, the bands without solo are off; a muted one stays off.
#[test]
fn only_solo_bands_are_active() {
    let equalizer = |left: [&str; 3], right: Option<[&str; 3]>| {
        let side = |switches: [&str; 3]| {
            let bands = [
                bell(100.0, 3.0, switches[0]),
                bell(1000.0, -4.0, switches[1]),
                bell(8000.0, 2.0, switches[2]),
            ];
            format!(r#"{{"band0": {}, "band1": {}, "band2": {}}}"#, bands[0], bands[1], bands[2])
        };
        let split = right.is_some();
        format!(
            r#""plugins_order": ["equalizer#0"], "equalizer#0": {{"num-bands": 3, "split-channels": {split}, "left": {}, "right": {}}}"#,
            side(left),
            side(right.unwrap_or(left))
        )
    };
    let (solo, muted) = (r#", "solo": true"#, r#", "solo": true, "mute": true"#);
    let (low, middle, high) = (
        |f| peak_db(100.0, 3.0, 1.5, f),
        |f| peak_db(1000.0, -4.0, 1.5, f),
        |f| peak_db(8000.0, 2.0, 1.5, f),
    );
    let one = import(&equalizer(["", solo, ""], None)).unwrap();
    assert_response(&one.preset, middle, 0.01);
    assert_eq!(one.notes.len(), 2);
    assert!(one.notes[0].text.contains("band 0: it is off because other bands are solo"), "{:?}", one.notes);
    let two = import(&equalizer([solo, muted, solo], None)).unwrap();
    assert_response(&two.preset, |f| low(f) + high(f), 0.01);
    let sides = import(&equalizer(["", "", solo], Some(["", "", ""]))).unwrap();
    assert_sides(&sides.preset, high, |f| low(f) + middle(f) + high(f), 0.01);
    let none = import(&equalizer(["", "", ""], None)).unwrap();
    assert_response(&none.preset, |f| low(f) + middle(f) + high(f), 0.01);
}

/// A preset with unsupported effects only would be empty. It is rejected with a message that names an
/// effect.
#[test]
fn a_preset_without_supported_settings_is_rejected() {
    for (effects, part) in [
        (
            r#""plugins_order":["convolver#0"],"convolver#0":{"bypass":false,"kernel-name":"Room","ir-width":100}"#,
            "convolver: convolution with an impulse response",
        ),
        (
            r#""plugins_order":["autogain#0","gate#0"],"autogain#0":{},"gate#0":{}"#,
            "autogain: automatic gain",
        ),
        (r#""plugins_order":[]"#, "nothing is saved"),
        (r#""plugins_order":["limiter#0"],"limiter#0":{"bypass":true}"#, "nothing is saved"),
        // A flat equalizer beside an unsupported effect.
        (
            r#""plugins_order":["equalizer#0","reverb#0"],"equalizer#0":{"num-bands":1,"left":{"band0":{"gain":0}}},"reverb#0":{}"#,
            "reverb: reverberation",
        ),
    ] {
        let error = import(effects).unwrap_err();
        assert!(matches!(error, ImportError::Nothing { format: Format::EasyEffects, .. }), "{error:?}");
        let message = error.to_string();
        assert!(
            message.starts_with("an EasyEffects preset holds nothing") && message.contains(part),
            "{message}"
        );
    }
    assert!(import(r#""plugins_order":["limiter#0","reverb#0"],"limiter#0":{},"reverb#0":{}"#).is_ok());
}
