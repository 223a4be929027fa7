//! Each setting of an EasyEffects preset is imported or reported with its line: switches, orders and single
//! fields.

mod imported;

use enhancer_dsp::config::{BandChannel, BandType, EqBand};
use enhancer_preset::import::{Format, ImportError, Imported, detect_and_import};
use imported::notes;

/// Imports an output chain of these effects in this order, each on a line of its own from the third on.
fn import(effects: &[(&str, &str)]) -> Imported {
    let imported = detect_and_import(&chain(effects), "Test").unwrap();
    assert_eq!(imported.format, Format::EasyEffects);
    imported.preset.config.validate().unwrap();
    imported
}

/// The notes on a chain, also if nothing of it is imported.
fn notes_on(effects: &[(&str, &str)]) -> Vec<String> {
    match detect_and_import(&chain(effects), "Test") {
        Ok(imported) => notes(&imported),
        Err(ImportError::Nothing { notes, .. }) => notes.iter().map(ToString::to_string).collect(),
        Err(error) => panic!("{error}"),
    }
}

fn chain(effects: &[(&str, &str)]) -> String {
    let names: Vec<String> = effects.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let lines: Vec<String> =
        effects.iter().map(|(name, fields)| format!("\"{name}\": {{{fields}}}")).collect();
    format!("{{\"output\": {{\n\"plugins_order\": [{}],\n{}}}}}", names.join(","), lines.join(",\n"))
}

fn band(fields: &str) -> String {
    format!(r#""num-bands": 1, "left": {{"band0": {{{fields}}}}}"#)
}

fn bands(imported: &Imported) -> &[EqBand] {
    &imported.preset.config.equalizer.bands
}

/// Each unsupported field gives one note, on the effect's line.
#[test]
fn each_unsupported_field_is_reported() {
    let equalizer = |fields: &str| ("equalizer#0", band(fields));
    let steep = r#""type": "Lo-pass", "mode": "BWC (BT)", "q": 1.0"#;
    let close = r#""type": "Bell", "mode": "LRX (BT)", "gain": 3"#;
    for ((effect, fields), part) in [
        (("equalizer#0", r#""balance": 10"#.to_owned()), "balance is not supported"),
        (("equalizer#0", r#""pitch-left": 1"#.to_owned()), "pitch-left is not supported"),
        (("equalizer#0", r#""pitch-right": -1"#.to_owned()), "pitch-right is not supported"),
        (equalizer(r#""type": "Allpass""#), "band 0: an all-pass has no effect on levels"),
        (equalizer(r#""type": "Bandpass""#), "band 0: type Bandpass is not supported"),
        (equalizer(r#""type": "Notch", "gain": -4.5"#), "band 0: the gain of -4.5 dB on a"),
        (
            equalizer(r#""gain": 30, "mode": "APO (DR)", "q": 1"#),
            "band 0: gain 30 is out of range; 24 is used",
        ),
        (equalizer(r#""frequency": 5"#), "band 0: frequency 5 is out of range; 10 is used"),
        (equalizer(steep), "band 0: the Q of a steep pass is left out"),
        (equalizer(close), "band 0: its mode is approximated by RLC"),
        (("compressor#0", r#""mode": "Upward""#.to_owned()), "Upward compression is not supported"),
        (("compressor#0", r#""sidechain": {"mode": "LPF"}"#.to_owned()), "detection LPF is replaced by RMS"),
        (("compressor#0", r#""lpf-mode": "12 dB/oct""#.to_owned()), "side-chain low-pass is left out"),
        (
            ("compressor#0", r#""sidechain": {"type": "External"}"#.to_owned()),
            "External is replaced by Feed-",
        ),
        (("compressor#0", r#""stereo-split": true"#.to_owned()), "the channels are linked"),
        (("compressor#0", r#""sidechain": {"lookahead": 2}"#.to_owned()), "look-ahead is left out"),
        (("compressor#0", r#""ratio": 40"#.to_owned()), "ratio 40 is out of range; 20 is used"),
        (("limiter#0", r#""release": 0.25"#.to_owned()), "release 0.25 is out of range; 1 is used"),
        (("bass_enhancer#0", String::new()), "approximated"),
        (("exciter#0", String::new()), "approximated"),
        (("stereo_tools#0", r#""softclip": true"#.to_owned()), "softclip is not supported"),
        (("stereo_tools#0", r#""mutel": true"#.to_owned()), "mutel is not supported"),
        (("stereo_tools#0", r#""phaser": true"#.to_owned()), "phaser is not supported"),
        (("stereo_tools#0", r#""delay": 3"#.to_owned()), "delay is not supported"),
        (("stereo_tools#0", r#""stereo-phase": 9"#.to_owned()), "stereo-phase is not supported"),
        (("stereo_tools#0", r#""mode": "LR > MS""#.to_owned()), "mode LR > MS is not supported"),
        (
            ("crossfeed#0", r#""fcut": 650"#.to_owned()),
            "the corner frequency of 650 Hz is replaced by 700 Hz",
        ),
        (("autogain#0", String::new()), "automatic gain"),
        (("reverb#0", String::new()), "not supported"),
        (("convolver#0", r#""kernel-name": "Room""#.to_owned()), "impulse response is not supported"),
        (("multiband_compressor#0", String::new()), "multiband compression is not supported"),
        (("gate#0", String::new()), "gating is not supported"),
    ] {
        let notes = notes_on(&[(effect, &fields)]);
        let kind = effect.split('#').next().unwrap();
        let named = notes.len() == 1 && notes[0].contains(part);
        assert!(named && notes[0].starts_with(&format!("line 3: {kind}: ")), "{effect} {fields}: {notes:?}");
    }
}

/// The same fields at neutral values give no note.
#[test]
fn neutral_fields_give_no_note() {
    for (effect, fields) in [
        ("equalizer#0", r#""balance": 0, "pitch-left": 0, "num-bands": 0"#),
        (
            "compressor#0",
            r#""mode": "Downward", "lpf-mode": "Off", "sidechain": {"mode": "RMS", "lookahead": 0}"#,
        ),
        ("stereo_tools#0", r#""softclip": false, "delay": 0"#),
        ("crossfeed#0", r#""fcut": 700, "feed": 4.5"#),
        ("level_meter#0", ""),
    ] {
        assert_eq!(notes_on(&[(effect, fields)]), Vec::<String>::new(), "{effect} {fields}");
    }
}

/// An effect is switched off by `bypass`, or in old files by `state`, as a switch or as a text.
#[test]
fn an_effect_that_is_off_stays_off() {
    for (fields, on) in [
        ("", true),
        (r#""bypass": false"#, true),
        (r#""bypass": true"#, false),
        (r#""bypass": "true""#, false),
        (r#""state": true"#, true),
        (r#""state": "true""#, true),
        (r#""state": false"#, false),
        (r#""state": "false""#, false),
    ] {
        let imported = detect_and_import(&chain(&[("bass_enhancer", fields)]), "Test");
        let enabled = imported.is_ok_and(|imported| imported.preset.config.bass_boost.enabled);
        assert_eq!(enabled, on, "{fields}");
    }
}

/// In old files a number may be a text, with a decimal comma. An impossible number counts as absent.
#[test]
fn reads_numbers_in_every_form() {
    for (written, read) in [("-3.5", -3.5), (r#"" -3.5 ""#, -3.5), (r#""-3,5""#, -3.5), ("-3", -3.0)] {
        let imported = import(&[("crossfeed", &format!(r#""input-gain": {written}"#))]);
        assert_eq!(imported.preset.config.equalizer.preamp_db, read, "{written}");
    }
    for absent in ["1e7", "-1e300", r#""1e999""#, r#""NaN""#, r#""loud""#, "true", "null", "[1]"] {
        let imported = import(&[("limiter", &format!(r#""threshold": {absent}, "limit": -4"#))]);
        assert_eq!(imported.preset.config.limiter.ceiling_dbtp, -4.0, "{absent}");
    }
}

/// Equalizers add up. Of any other effect the first is imported, and limiter and maximizer count as one
/// effect.
#[test]
fn of_two_equal_effects_the_first_is_imported() {
    let bell = band(r#""mode": "APO (DR)", "gain": 2, "frequency": 500, "q": 1"#);
    let twice = import(&[("equalizer#0", &bell), ("equalizer#1", &bell)]);
    assert_eq!((bands(&twice).len(), twice.notes.len()), (2, 0));
    for (first, second) in [
        (("limiter#0", r#""threshold": -2"#), ("limiter#1", r#""threshold": -5"#)),
        (("limiter#0", r#""threshold": -2"#), ("maximizer#0", r#""threshold": -5"#)),
        (("maximizer#0", r#""threshold": -2"#), ("limiter#0", r#""threshold": -5"#)),
        (("crossfeed#0", r#""feed": 6"#), ("crossfeed#1", r#""feed": 9"#)),
        (("compressor#0", r#""threshold": -20"#), ("compressor#1", r#""threshold": -30"#)),
    ] {
        let both = import(&[first, second]);
        assert_eq!(both.preset.config, import(&[first]).preset.config, "{first:?} {second:?}");
        let second = second.0.split('#').next().unwrap();
        assert_eq!(
            notes(&both),
            [format!("line 4: {second}: only the first is imported; this one is left out")]
        );
    }
}

/// The chain's order is equalizer, compressor, tone and stereo, limiter. The order of linear effects has no
/// effect.
#[test]
fn an_order_is_reported_where_it_changes_the_sound() {
    const EQUALIZER: &str = "the equalizer comes before the compressor; in the file it comes after";
    const TONE: &str =
        "bass, treble and stereo effects come after the compressor; in the file they come before";
    const LIMITER: &str = "the limiter comes last; in the file it comes earlier";
    for (order, expected) in [
        (&["equalizer", "compressor", "crossfeed", "limiter"][..], &[][..]),
        (&["crossfeed", "equalizer", "limiter"], &[]),
        (&["crossfeed", "equalizer", "maximizer"], &[]),
        (&["limiter"], &[]),
        (&["compressor", "equalizer"], &[EQUALIZER]),
        (&["equalizer", "compressor", "equalizer#1"], &[EQUALIZER]),
        (&["crossfeed", "compressor"], &[TONE]),
        (&["stereo_tools", "compressor"], &[TONE]),
        (&["limiter", "equalizer"], &[LIMITER]),
        (&["maximizer", "crossfeed"], &[LIMITER]),
        (&["stereo_tools", "limiter", "compressor", "equalizer"], &[EQUALIZER, TONE, LIMITER]),
    ] {
        let effects: Vec<(&str, &str)> = order.iter().map(|name| (*name, "")).collect();
        let notes = notes(&import(&effects));
        assert_eq!(notes, expected, "{order:?}");
    }
}

/// Notes are in the file's order; those without a line are last.
#[test]
fn notes_are_in_the_order_of_the_file() {
    let text = r#"{"output": {"plugins_order": ["reverb", "convolver", "limiter", "crossfeed", "pitch"],
"pitch": {},
"crossfeed": {"fcut": 650},
"limiter": {},
"convolver": {},
"reverb": {}}}"#;
    let imported = detect_and_import(text, "Test").unwrap();
    let lines: Vec<Option<usize>> = imported.notes.iter().map(|note| note.line).collect();
    assert_eq!(lines, [Some(2), Some(3), Some(5), Some(6), None], "{:?}", imported.notes);
}

/// Fields of a band beside its mode: a gain on a notch has no effect, a width without a Q is an old file's,
/// and LSP's notch ignores the slope.
#[test]
fn reads_the_fields_of_a_band() {
    let read = |fields: &str| bands(&import(&[("equalizer#0", &band(fields))])).to_vec();
    let apo =
        |fields: &str| read(&format!(r#""type": "Notch", "mode": "APO (DR)", "frequency": 500, {fields}"#));
    let notch = EqBand { kind: BandType::Notch, frequency_hz: 500.0, q: 2.0, ..EqBand::default() };
    assert_eq!(apo(r#""q": 2, "gain": 6"#), [notch]);
    assert_eq!(apo(r#""width": 250"#), [notch]);
    assert_eq!(apo(r#""width": 100, "q": 2"#), [notch]);
    let rlc = r#""type": "Notch", "mode": "RLC (BT)", "slope": "x4", "frequency": 500, "q": 3"#;
    assert_eq!(read(rlc), [notch]);
    let bell = r#""mode": "RLC (BT)", "frequency": 500, "gain": 3"#;
    assert_eq!(read(&format!(r#"{bell}, "width": 0"#)), read(bell));
}

/// EasyEffects has 32 bands a side. Without a count all of them are read, and never more than 64.
#[test]
fn reads_the_number_of_bands() {
    let chain = |count: &str, index: usize| {
        let fields = format!(
            r#"{count} "left": {{"band{index}": {{"mode": "APO (DR)", "frequency": 500, "gain": 3, "q": 1}}}}"#
        );
        bands(&import(&[("equalizer#0", &fields), ("crossfeed#0", "")])).len()
    };
    for (count, index, read) in [
        ("", 31, 1),
        ("", 32, 0),
        (r#""num-bands": 3,"#, 2, 1),
        (r#""num-bands": 3,"#, 3, 0),
        (r#""num-bands": 500,"#, 63, 1),
        (r#""num-bands": 500,"#, 64, 0),
        (r#""num-bands": -1,"#, 0, 0),
    ] {
        assert_eq!(chain(count, index), read, "{count} band{index}");
    }
}

#[test]
fn a_microphone_preset_is_reported() {
    let text = "{\"spectrum\": {},\n\"input\": {\"plugins_order\": [\"crossfeed\"], \"crossfeed\": {}}}";
    let imported = detect_and_import(text, "Test").unwrap();
    assert!(imported.preset.config.stereo_enhancer.enabled);
    let notes = notes(&imported);
    assert!(notes.len() == 1 && notes[0].starts_with("line 2: the preset is for a microphone"), "{notes:?}");
}

/// A file may hold both chains; the output's is imported.
#[test]
fn the_output_takes_precedence_over_the_input() {
    let chain =
        |gain: f64| format!(r#"{{"plugins_order": ["crossfeed"], "crossfeed": {{"input-gain": {gain}}}}}"#);
    for text in [
        format!(r#"{{"output": {}, "input": {}}}"#, chain(-2.0), chain(-5.0)),
        format!(r#"{{"input": {}, "output": {}}}"#, chain(-5.0), chain(-2.0)),
    ] {
        let imported = detect_and_import(&text, "Test").unwrap();
        assert_eq!(imported.preset.config.equalizer.preamp_db, -2.0);
        assert_eq!(notes(&imported), Vec::<String>::new());
    }
}

/// An effect is found by its full name, else by its kind; without an order the effects in the file count.
#[test]
fn effects_are_found_by_name_or_kind() {
    for text in [
        r#"{"output": {"plugins_order": ["crossfeed#0"], "crossfeed": {"input-gain": -2}}}"#,
        r#"{"output": {"plugins_order": ["crossfeed"], "crossfeed": {"input-gain": -2}}}"#,
        r#"{"output": {"plugins_order": ["crossfeed#1"], "crossfeed#1": {"input-gain": -2}, "crossfeed": {}}}"#,
        r#"{"output": {"blocklist": [], "equalizer": {}, "crossfeed": {"input-gain": -2}}}"#,
        r#"{"output": {"plugins_order": ["crossfeed", "missing"], "crossfeed": {"input-gain": -2}}}"#,
    ] {
        let imported = detect_and_import(text, "Test").unwrap();
        assert_eq!(
            (imported.format, imported.preset.config.equalizer.preamp_db),
            (Format::EasyEffects, -2.0)
        );
        assert_eq!(notes(&imported), Vec::<String>::new(), "{text}");
    }
}

/// At most 100 effects are read, and a note reports more.
#[test]
fn reads_at_most_100_effects() {
    let chain = |count: usize| {
        let order = format!("[{}\"crossfeed\"]", "\"equalizer\",".repeat(count - 1));
        let text = format!(
            r#"{{"output": {{"plugins_order": {order}, "equalizer": {{}}, "crossfeed": {{"feed": 4.5}}}}}}"#
        );
        detect_and_import(&text, "Test")
    };
    let whole = chain(100).unwrap();
    assert!(whole.preset.config.stereo_enhancer.enabled && whole.notes.is_empty());
    let Err(ImportError::Nothing { notes, .. }) = chain(101) else { panic!() };
    assert_eq!(notes[0].to_string(), "line 1: more than 100 effects; the others are left out");
}

/// Bands of both sides are imported only if the channels are split. A muted band is imported switched off.
#[test]
fn keeps_sides_and_mutes() {
    let side = |gain: f64, mute: bool| {
        format!(
            r#"{{"band0": {{"type": "Hi-shelf", "mode": "APO (DR)", "gain": {gain}, "frequency": 500, "q": 1, "mute": {mute}}}}}"#
        )
    };
    let chain = |split: bool| {
        let fields = format!(
            r#""num-bands": 1, "split-channels": {split}, "left": {}, "right": {}"#,
            side(2.0, false),
            side(3.0, true)
        );
        import(&[("equalizer#0", &fields)])
    };
    let left =
        EqBand { kind: BandType::Highshelf, frequency_hz: 500.0, gain_db: 2.0, q: 1.0, ..EqBand::default() };
    assert_eq!(bands(&chain(false)), [left]);
    let split = [
        EqBand { channel: BandChannel::Left, ..left },
        EqBand { channel: BandChannel::Right, gain_db: 3.0, enabled: false, ..left },
    ];
    assert_eq!(bands(&chain(true)), split);
}
