//! For any file content, reading never panics and never gives an invalid preset, and each message has one
//! line.
//!
//! `PROPTEST_CASES=200000 cargo test --release -p enhancer-preset --test fuzz` runs more cases.

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

/// One text of every other format.
const OTHERS: [&str; 9] = [
    "[General]\nPreAmp=-6,5\n[Speakers]\nSpeakerTargets1=L R\n[Frequencies]\nFrequency1=90\nFrequency2=9000
[Gains]\nGain1=2.8\nGain2=-3\n[Qualities]\nQuality1=1.4\nQuality2=1\n[Filters]\nFilter2=5\n[Frequencies1]\nFrequency1=5\n[Gains1]\nGain1=1",
    r#"[{"name": "PA", "preamp": -5.5, "parametric": true, "bands": [{"type": 0, "channels": 0, "frequency": 90, "q": 0.8, "gain": 1},
{"type": 3, "channels": 2, "frequency": 1300, "q": 1.79, "gain": -2.1}, {"type": 2, "frequency": 9, "q": 0, "gain": 1}]}]"#,
    r#"{"data": {"parameters": {"gain_db": -6.4, "bands": [{"type": "low_shelf", "frequency": 105, "gain_db": 6.2, "q": 0.7},
{"type": "high_pass", "frequency": 20, "slope": 18}, {"type": "band_stop", "frequency": 50}]}}}"#,
    "-4.5 dB\nLSC 105 4.5 0.700\nPK 2500 -3.0 2.000\nAP 1 2 3",
    "<Preset><PresetInfo TenBand=\"1\"><Value>0.5</Value><Value>0.6</Value><Value>1</Value><Value>0.4</Value><Value>0.2143</Value>
<Value>0</Value><Value>0</Value><Value>0.4</Value><Value>0.3</Value><Value>0.3</Value><Value>0</Value><Value>0</Value></PresetInfo></Preset>",
    "graphiceq_enable=true\ngraphiceq_param=\"GraphicEQ: 20 -6; 1000 0\"\ntone_enable=1\ntone_eq=0;1;2;3;4;5;6;7;8;9;8;7;6;5;4
master_limthreshold=-2\nmaster_postgain=3\ncrossfeed_enable=true\ncrossfeed_mode=99\ncrossfeed_bs2b_feed=45\nreverb_enable=true",
    "devices: {samplerate: 48000}\nfilters:\n  a: {type: Gain, parameters: {gain: -3, scale: linear}}\n  b:\n    type: Biquad
    parameters: {type: Peaking, freq: 1000, gain: -4.5, bandwidth: 1.0}\n  c:\n    type: BiquadCombo\n    parameters:
      {type: LinkwitzRileyHighpass, freq: 60, order: 6}\n  d: &x [1]\npipeline:\n  - {type: Filter, channel: 0, names: [a, b]}
  - type: Filter\n    names: [b, c, d]\n",
    "frequency,raw,equalization\n20.0,80.1,-3.5\n1000.0,80,0\n20000,70.5,2e0\n",
    "* mine\nFreq;Gain\n20;-6,0\n1 kHz;0 dB\n20000;0,0\n",
];

/// Passes a text to every parser.
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

/// Each undamaged text is recognized, so the damaged ones reach their readers.
#[test]
fn each_undamaged_text_is_recognized() {
    let formats: std::collections::BTreeSet<String> = OTHERS
        .iter()
        .map(|text| {
            format!(
                "{:?}",
                detect_and_import(text, "x").unwrap_or_else(|error| panic!("{text}: {error}")).format
            )
        })
        .collect();
    assert_eq!(formats.len(), OTHERS.len(), "{formats:?}");
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
    fn damaged_others(which in any::<Index>(), edits in edits()) {
        read_everywhere(&edited(OTHERS[which.index(OTHERS.len())], &edits));
    }

    #[test]
    fn any_yaml(text in "[-a-z0-9:,{}&*!|>#\"' \n\t\\[\\]]{0,200}") {
        read_everywhere(&format!("devices:\nfilters: {text}\npipeline:\n  - {text}"));
    }

    #[test]
    fn filters_of_any_values(
        kind in prop::sample::select(vec!["PK", "LSQ", "HP1", "LS", "LSC", "HS 6dB", "HSC 9.5 dB", "LPQ", "HP", "NO", "BP", "Modal"]),
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
