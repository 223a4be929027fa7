//! Whatever a file holds, reading it neither panics nor makes an invalid preset, and what is said about it is one line.
//!
//! `PROPTEST_CASES=200000 cargo test --release -p enhancer-preset --test fuzz` looks further.

use enhancer_preset::import::{ImportError, decode, detect_and_import};
use enhancer_preset::{check_name, export, factory_presets, parse_config, parse_preset, to_json};
use proptest::prelude::*;
use proptest::sample::Index;

const APO: &str = "Preamp: -6,1 dB\r\nFilter 1: ON PK Fc 105 Hz Gain -3.0 dB Q 0.70 # c\nFilter 2: ON LS 6dB Fc 1.050,5 Hz Gain 3 dB
Channel: L R\nFilter: OFF HSC 12 dB Fc 8e3 Hz Gain 4 dB Q 0.7\nFilter 3: ON NO Fc 50 Hz BW Oct 0.1\nIf: x\nEndIf:\nCopy: L=R
Filter 4: ON HPQ Fc 20 Hz Q 0.5\nInclude: a.txt\n";

const EASY: &str = r#"{"output": {"blocklist": [], "plugins_order": ["equalizer#0", "compressor#0", "limiter#0", "bass_enhancer#0",
"stereo_tools#0", "crossfeed#0", "autogain#0"], "equalizer#0": {"input-gain": -3, "num-bands": 3, "split-channels": true,
"left": {"band0": {"type": "Bell", "mode": "RLC (BT)", "slope": "x2", "gain": 3, "frequency": 100, "q": 1.5},
"band1": {"type": "Hi-pass", "mode": "BWC (BT)", "slope": "x3", "gain": 0, "frequency": "20,5", "q": 0}},
"right": {"band0": {"type": "Lo-shelf", "mode": "APO (DR)", "gain": "-2", "frequency": 80, "q": 0.7, "mute": true}}},
"compressor#0": {"threshold": -18, "ratio": 3, "knee": -5, "dry": -20, "sidechain": {"mode": "Peak", "preamp": 2}},
"limiter#0": {"threshold": -6, "gain-boost": true}, "bass_enhancer#0": {"amount": 3}, "stereo_tools#0": {"stereo-base": 0.2},
"crossfeed#0": {"feed": 4.5}, "autogain#0": {}}}"#;

/// Puts a text through every door.
fn read_everywhere(text: &str) {
    let one_line = |message: String| assert!(!message.chars().any(char::is_control), "{message:?}");
    match parse_preset(text) {
        Ok(preset) => {
            preset.config.validate().unwrap();
            assert_eq!(parse_preset(&to_json(&preset)).unwrap(), preset);
        }
        Err(error) => one_line(error.to_string()),
    }
    match parse_config(text) {
        Ok(config) => config.validate().unwrap(),
        Err(error) => one_line(error.to_string()),
    }
    match detect_and_import(text, text) {
        Ok(imported) => {
            imported.preset.config.validate().unwrap();
            check_name(&imported.preset.name).unwrap();
            imported.notes.iter().for_each(|note| one_line(note.to_string()));
            let exported = export::equalizer_apo(&imported.preset);
            detect_and_import(&exported.text, "again").unwrap();
            assert_eq!(parse_preset(&to_json(&imported.preset)).unwrap().config, imported.preset.config);
        }
        Err(error @ ImportError::Io { .. }) => panic!("{error}"),
        Err(error) => one_line(error.to_string()),
    }
}

/// A change to a valid file.
#[derive(Debug, Clone)]
enum Edit {
    Delete(Index, usize),
    Insert(Index, String),
    Copy(Index, Index, usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let piece = prop_oneof![
        Just("1e999".to_owned()),
        Just("-".to_owned()),
        Just("null".to_owned()),
        Just("[[".to_owned()),
        Just("\"x\":{}".to_owned()),
        Just("NaN".to_owned()),
        Just("99999999999999999999".to_owned()),
        Just("\u{202f}\u{feff}é".to_owned()),
        "[0-9eE.,+-]{1,8}",
        any::<char>().prop_map(String::from),
        "\\PC{0,6}",
    ];
    let edit = prop_oneof![
        (any::<Index>(), 1usize..20).prop_map(|(at, length)| Edit::Delete(at, length)),
        (any::<Index>(), piece).prop_map(|(at, text)| Edit::Insert(at, text)),
        (any::<Index>(), any::<Index>(), 1usize..60)
            .prop_map(|(from, to, length)| Edit::Copy(from, to, length)),
    ];
    prop::collection::vec(edit, 1..6)
}

fn edited(text: &str, edits: &[Edit]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for edit in edits {
        let place = |index: &Index| index.index(characters.len() + 1);
        match edit {
            Edit::Delete(at, length) => {
                let start = place(at);
                characters.drain(start..(start + length).min(characters.len()));
            }
            Edit::Insert(at, text) => {
                let start = place(at);
                characters.splice(start..start, text.chars());
            }
            Edit::Copy(from, to, length) => {
                let (start, target) = (place(from), place(to));
                let piece: Vec<char> = characters.iter().skip(start).take(*length).copied().collect();
                characters.splice(target..target, piece);
            }
        }
    }
    characters.into_iter().collect()
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_everywhere(&decode(&bytes));
    }

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        read_everywhere(&text);
        read_everywhere(&format!("Filter 1: ON PK {text}"));
        read_everywhere(&format!("GraphicEQ: {text}"));
        read_everywhere(&format!("{{{text}}}"));
    }

    #[test]
    fn damaged_presets(which in any::<Index>(), edits in edits()) {
        let presets = factory_presets();
        read_everywhere(&edited(&to_json(&presets[which.index(presets.len())]), &edits));
    }

    #[test]
    fn damaged_configs(edits in edits()) {
        let text = r#"{"schema_version":1,"master_gain":-1.5,"equalizer":{"bands":[{"frequency":200,"gain":-2,"q":1.5,"type":"lowshelf",
            "slope":24,"channel":"mid"},{}]},"compressor":{"enabled":true,"detector":"peak"},"limiter":{"ceiling":-1}}"#;
        read_everywhere(&edited(text, &edits));
    }

    #[test]
    fn damaged_equalizer_apo(edits in edits()) {
        read_everywhere(&edited(APO, &edits));
    }

    #[test]
    fn damaged_easyeffects(edits in edits()) {
        read_everywhere(&edited(EASY, &edits));
    }

    #[test]
    fn filters_of_any_values(
        kind in prop::sample::select(vec!["PK", "LS", "LSC", "HS 6dB", "HSC 9.5 dB", "LPQ", "HP", "NO", "BP", "Modal"]),
        frequency in -1e6..1e6f64, gain in -1e3..1e3f64, q in -1e3..1e3f64, preamp in -1e3..1e3f64,
    ) {
        read_everywhere(&format!("Preamp: {preamp}\nFilter: ON {kind} Fc {frequency} Hz Gain {gain} dB Q {q}"));
        read_everywhere(&format!("Filter: ON {kind} Fc {frequency:e} Hz Gain {gain:e} dB Q {q:e}"));
    }

    #[test]
    fn hints_become_names(hint in "\\PC{0,120}") {
        if let Ok(imported) = detect_and_import("Preamp: -1 dB", &hint) {
            check_name(&imported.preset.name).unwrap();
        }
    }
}
