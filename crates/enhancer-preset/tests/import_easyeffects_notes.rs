//! Of an EasyEffects preset everything is either heard after the import or named with its line: switches, orders and
//! fields one by one.

use enhancer_dsp::config::{BandChannel, BandType, EqBand};
use enhancer_preset::import::{Format, ImportError, Imported, detect_and_import};

/// An output chain of these effects, in this order, each on a line of its own from the third on.
fn import(effects: &[(&str, &str)]) -> Imported {
    let imported = detect_and_import(&chain(effects), "Test").unwrap();
    assert_eq!(imported.format, Format::EasyEffects);
    imported.preset.config.validate().unwrap();
    imported
}

/// What is said of a chain, whether or not anything of it is taken over.
fn said(effects: &[(&str, &str)]) -> Vec<String> {
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

fn notes(imported: &Imported) -> Vec<String> {
    imported.notes.iter().map(ToString::to_string).collect()
}

fn band(fields: &str) -> String {
    format!(r#""num-bands": 1, "left": {{"band0": {{{fields}}}}}"#)
}

fn bands(imported: &Imported) -> &[EqBand] {
    &imported.preset.config.equalizer.bands
}

/// What a field says that we can't: one note, on the effect's line.
#[test]
fn each_field_that_is_not_taken_over_is_named() {
    let equalizer = |fields: &str| ("equalizer#0", band(fields));
    let steep = r#""type": "Lo-pass", "mode": "BWC (BT)", "q": 1.0"#;
    let close = r#""type": "Bell", "mode": "LRX (BT)", "gain": 3"#;
    for ((effect, fields), part) in [
        (("equalizer#0", r#""balance": 10"#.to_owned()), "balance is not supported"),
        (("equalizer#0", r#""pitch-left": 1"#.to_owned()), "pitch-left is not supported"),
        (("equalizer#0", r#""pitch-right": -1"#.to_owned()), "pitch-right is not supported"),
        (equalizer(r#""type": "Allpass""#), "band 0: an all-pass changes no level"),
        (equalizer(r#""type": "Bandpass""#), "band 0: type Bandpass is not supported"),
        (equalizer(r#""type": "Notch", "gain": -4.5"#), "band 0: a gain of -4.5 dB on a"),
        (equalizer(r#""gain": 30, "mode": "APO (DR)", "q": 1"#), "band 0: gain 30 is held at 24"),
        (equalizer(r#""frequency": 5"#), "band 0: frequency 5 is held at 10"),
        (equalizer(steep), "band 0: Q of a steep pass is left out"),
        (equalizer(close), "band 0: its mode is taken for RLC, which is close"),
        (("compressor#0", r#""mode": "Upward""#.to_owned()), "Upward compression is not supported"),
        (("compressor#0", r#""sidechain": {"mode": "LPF"}"#.to_owned()), "detection LPF is taken for RMS"),
        (("compressor#0", r#""lpf-mode": "12 dB/oct""#.to_owned()), "side-chain low-pass is left out"),
        (("compressor#0", r#""sidechain": {"type": "External"}"#.to_owned()), "External is taken for Feed-"),
        (("compressor#0", r#""stereo-split": true"#.to_owned()), "the channels are linked"),
        (("compressor#0", r#""sidechain": {"lookahead": 2}"#.to_owned()), "look-ahead is left out"),
        (("compressor#0", r#""ratio": 40"#.to_owned()), "ratio 40 is held at 20"),
        (("limiter#0", r#""release": 0.25"#.to_owned()), "release 0.25 is held at 1"),
        (("bass_enhancer#0", String::new()), "taken over in kind"),
        (("exciter#0", String::new()), "taken over in kind"),
        (("stereo_tools#0", r#""softclip": true"#.to_owned()), "softclip is not supported"),
        (("stereo_tools#0", r#""mutel": true"#.to_owned()), "mutel is not supported"),
        (("stereo_tools#0", r#""phaser": true"#.to_owned()), "phaser is not supported"),
        (("stereo_tools#0", r#""delay": 3"#.to_owned()), "delay is not supported"),
        (("stereo_tools#0", r#""stereo-phase": 9"#.to_owned()), "stereo-phase is not supported"),
        (("stereo_tools#0", r#""mode": "LR > MS""#.to_owned()), "mode LR > MS is not supported"),
        (("crossfeed#0", r#""fcut": 650"#.to_owned()), "the corner of 650 Hz is taken for 700 Hz"),
        (("autogain#0", String::new()), "levelling over time"),
        (("reverb#0", String::new()), "not part of the chain"),
        (("convolver#0", r#""kernel-name": "Room""#.to_owned()), "impulse response is not part of the chain"),
        (("multiband_compressor#0", String::new()), "compression in bands is not part of the chain"),
        (("gate#0", String::new()), "gating is not part of the chain"),
    ] {
        let notes = said(&[(effect, &fields)]);
        let kind = effect.split('#').next().unwrap();
        let named = notes.len() == 1 && notes[0].contains(part);
        assert!(named && notes[0].starts_with(&format!("line 3: {kind}: ")), "{effect} {fields}: {notes:?}");
    }
}

/// The same fields at the values that change nothing: no note.
#[test]
fn fields_that_do_nothing_are_not_worth_a_note() {
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
        assert_eq!(said(&[(effect, fields)]), Vec::<String>::new(), "{effect} {fields}");
    }
}

/// An effect is off by `bypass`, or in old files by `state`, as a switch or as a word.
#[test]
fn what_is_off_stays_off() {
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

/// A number may be a word, with a comma, in old files; one that nobody can have meant counts as absent.
#[test]
fn numbers_are_read_in_every_form() {
    for (written, read) in [("-3.5", -3.5), (r#"" -3.5 ""#, -3.5), (r#""-3,5""#, -3.5), ("-3", -3.0)] {
        let imported = import(&[("crossfeed", &format!(r#""input-gain": {written}"#))]);
        assert_eq!(imported.preset.config.equalizer.preamp_db, read, "{written}");
    }
    for absent in ["1e7", "-1e300", r#""1e999""#, r#""NaN""#, r#""loud""#, "true", "null", "[1]"] {
        let imported = import(&[("limiter", &format!(r#""threshold": {absent}, "limit": -4"#))]);
        assert_eq!(imported.preset.config.limiter.ceiling_dbtp, -4.0, "{absent}");
    }
}

/// Equalizers add up; of anything else the first counts, and there is one limiter, whatever it is called.
#[test]
fn of_two_alike_the_first_counts() {
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
        assert_eq!(notes(&both), [format!("line 4: {second}: there is one already; this one is left out")]);
    }
}

/// Ours are equalizer, compressor, tone and stereo, limiter. Linear effects may change places without a sound.
#[test]
fn an_order_is_reported_where_it_is_heard() {
    const EQUALIZER: &str = "the equalizer works before the compressor, in the file after it";
    const TONE: &str = "bass, treble and stereo effects work after the compressor, in the file before it";
    const LIMITER: &str = "the limiter works last, in the file earlier";
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

/// Notes come in the file's order, those about no line at the end.
#[test]
fn notes_stand_in_the_order_of_the_file() {
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

/// What a band's fields mean beside its mode: a gain on a notch is none, a width without a Q is one of old files, and
/// LSP's notch knows no slope.
#[test]
fn the_fields_of_a_band_are_read() {
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

/// EasyEffects has 32 bands a side; where the count is absent all of them are read, and never more than 64.
#[test]
fn the_number_of_bands_counts() {
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
fn a_microphones_preset_says_so() {
    let text = "{\"spectrum\": {},\n\"input\": {\"plugins_order\": [\"crossfeed\"], \"crossfeed\": {}}}";
    let imported = detect_and_import(text, "Test").unwrap();
    assert!(imported.preset.config.stereo_enhancer.enabled);
    let notes = notes(&imported);
    assert!(
        notes.len() == 1 && notes[0].starts_with("line 2: this is a preset for a microphone"),
        "{notes:?}"
    );
}

/// A file may hold both chains; what is heard is the output's.
#[test]
fn the_output_counts_before_the_input() {
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

/// Effects are found by their full name or else by their kind, and without an order by being there.
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

/// A hundred effects are read, and where more are listed it is said.
#[test]
fn a_chain_is_read_up_to_a_hundred_effects() {
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
    assert_eq!(notes[0].to_string(), "line 1: more than 100 effects; the rest is not read");
}

/// Both sides' bands count only where the channels are split; a muted band is kept, switched off.
#[test]
fn sides_and_mutes_are_kept() {
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
