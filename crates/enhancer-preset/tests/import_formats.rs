//! Presets of other equalizers keep the response that their formats define.

mod cookbook;
mod imported;

use cookbook::{assert_response, assert_sides, high_shelf_db, low_shelf_db, peak_db, shelf_q};
use enhancer_preset::import::{Format, ImportError, Imported, detect_and_import};
use imported::notes;

fn import(text: &str, format: Format) -> Imported {
    let imported = detect_and_import(text, "Test").unwrap();
    imported.preset.config.validate().unwrap();
    assert_eq!(imported.format, format);
    imported
}

/// Sliders without a type are bells; 4 and 5 are Equalizer APO's plain shelves. The left and right speakers
/// have their own sliders.
#[test]
fn imports_peace_presets() {
    let text = "[General]
PreAmp=-6,5
[Speakers]
SpeakerTargets0=all
SpeakerTargets1=L
SpeakerTargets2=R
SpeakerTargets3=C
[Frequencies]
Frequency1=90
Frequency2=200
Frequency3=4000
Frequency4=9000
[Gains]
Gain1=2.8
Gain2=-3.3
Gain4=-4
[Qualities]
Quality1=1.41
Quality2=0.9
Quality3=2
Quality4=1
[Filters]
Filter1=4
Filter4=5
[Frequencies1]
Frequency1=500
[Gains1]
Gain1=1.5
[Qualities1]
Quality1=3
[Frequencies3]
Frequency1=500
[Gains3]
Gain1=9
";
    let imported = import(text, Format::Peace);
    let both = |f| {
        -6.5 + low_shelf_db(90.0, 2.8, shelf_q(0.9, 2.8), f)
            + peak_db(200.0, -3.3, 0.9, f)
            + high_shelf_db(9000.0, -4.0, shelf_q(0.9, -4.0), f)
    };
    assert_sides(&imported.preset, |f| both(f) + peak_db(500.0, 1.5, 3.0, f), both, 0.01);
    assert_eq!(notes(&imported), ["the sliders of the speaker `C` are left out"]);
}

/// A low-pass of 3 dB is a contradiction, so the file is rejected under its format's name.
#[test]
fn a_contradictory_peace_preset_is_rejected_by_name() {
    let text =
        "[General]\nPreamp=-6.0\n[Frequencies]\nFrequency1=31\nFrequency2=1000\n[Gains]\nGain1=3\nGain2=-2
[Qualities]\nQuality1=1.41\nQuality2=1.41\n[Filters]\nFilter1=1\nFilter2=1\n";
    let error = detect_and_import(text, "peace.peace").unwrap_err();
    assert!(matches!(error, ImportError::Nothing { format: Format::Peace, .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.starts_with("a Peace preset ") && message.contains("line 7: slider 1"), "{message}");
    let bells = import(&text.replace("[Filters]\nFilter1=1\nFilter2=1\n", ""), Format::Peace);
    let expected = |f| -6.0 + peak_db(31.0, 3.0, 1.41, f) + peak_db(1000.0, -2.0, 1.41, f);
    assert_response(&bells.preset, expected, 0.01);
}

/// The dials come first and have no effect at 0 dB. A band is for both channels, the left or the right.
#[test]
fn imports_poweramp_presets() {
    let band = |kind: u32, channels: u32, frequency: u32, q: f64, gain: f64| {
        format!(
            r#"{{"type": {kind}, "channels": {channels}, "frequency": {frequency}, "q": {q}, "gain": {gain}, "color": 0}}"#
        )
    };
    let bands = [
        band(0, 0, 90, 0.8, 0.0),
        band(1, 0, 10_000, 0.6, 0.0),
        band(4, 0, 105, 0.7, 5.0),
        band(3, 1, 1300, 1.79, -2.1),
        band(3, 2, 1300, 1.79, 2.1),
        band(5, 0, 9000, 0.71, -3.8),
    ];
    let text = format!(
        r#"[{{"name": "PA", "preamp": -5.5, "parametric": true, "bands": [{}]}}]"#,
        bands.join(",\n")
    );
    let imported = import(&text, Format::Poweramp);
    assert_eq!(notes(&imported), Vec::<String>::new());
    let both = |f| -5.5 + low_shelf_db(105.0, 5.0, 0.7, f) + high_shelf_db(9000.0, -3.8, 0.71, f);
    assert_sides(
        &imported.preset,
        |f| both(f) + peak_db(1300.0, -2.1, 1.79, f),
        |f| both(f) + peak_db(1300.0, 2.1, 1.79, f),
        0.01,
    );
    let several = format!("[{}, {}]", &text[1..text.len() - 1], &text[1..text.len() - 1]);
    assert!(notes(&import(&several, Format::Poweramp))[0].contains("the first preset, `PA`"));
    let odd = format!(
        r#"{{"name": "x", "preamp": 0, "bands": [{}]}}"#,
        band(9, 0, 100, 1.0, 1.0) + "," + &bands[2]
    );
    assert!(notes(&import(&odd, Format::Poweramp))[0].contains("band 0 left out"));
}

/// Sliders an octave apart are bells an octave wide.
#[test]
fn poweramp_sliders_are_bells_as_wide_as_their_spacing() {
    let slider = |frequency: u32, gain: f64| {
        format!(
            r#"{{"type": 2, "channels": 0, "frequency": {frequency}, "q": 0.0, "gain": {gain}, "color": 0}}"#
        )
    };
    let text = format!(
        r#"[{{"name": "G", "preamp": -4, "parametric": false, "bands": [{}]}}]"#,
        [slider(250, 4.0), slider(500, 0.0), slider(1000, -2.0)].join(",")
    );
    let imported = import(&text, Format::Poweramp);
    let octave = core::f64::consts::SQRT_2;
    let expected = |f| -4.0 + peak_db(250.0, 4.0, octave, f) + peak_db(1000.0, -2.0, octave, f);
    assert_response(&imported.preset, expected, 0.01);
}

#[test]
fn imports_opra_equalizers() {
    let inner = r#""author": "A", "type": "parametric_eq", "parameters": {"gain_db": -6.4, "bands": [
{"type": "low_shelf", "frequency": 105, "gain_db": 6.2, "q": 0.7},
{"type": "peak_dip", "frequency": 210, "gain_db": -4.8, "q": 0.44},
{"type": "high_shelf", "frequency": 10000, "gain_db": -1.2, "q": 0.7},
{"type": "high_pass", "frequency": 20, "slope": 18}]}"#;
    for text in [format!("{{{inner}}}"), format!(r#"{{"type": "eq", "data": {{{inner}}}}}"#)] {
        let imported = import(&text, Format::Roon);
        assert_eq!(notes(&imported), Vec::<String>::new());
        // A Butterworth filter of third order.
        let expected = |f: f64| {
            -6.4 + low_shelf_db(105.0, 6.2, 0.7, f)
                + peak_db(210.0, -4.8, 0.44, f)
                + high_shelf_db(10_000.0, -1.2, 0.7, f)
                - 10.0 * (1.0 + (20.0 / f).powi(6)).log10()
        };
        assert_response(&imported.preset, expected, 0.01);
    }
    let odd = import(&format!("{{{}}}", inner.replace("peak_dip", "comb")), Format::Roon);
    assert!(notes(&odd)[0].starts_with("line 3: band 1 (comb) left out"), "{:?}", odd.notes);
}

#[test]
fn imports_qudelix_filters() {
    let imported = import(
        "-4.5 dB\r\nLSC 105 4.5 0.700\r\nPK 2500 -3.0 2.000\r\nHSC 10000 2.0 0.700\r\n",
        Format::Qudelix,
    );
    let expected = |f| {
        -4.5 + low_shelf_db(105.0, 4.5, 0.7, f)
            + peak_db(2500.0, -3.0, 2.0, f)
            + high_shelf_db(10_000.0, 2.0, 0.7, f)
    };
    assert_response(&imported.preset, expected, 0.01);
}

/// The values of the list are cubes and fractions of their ranges; a band that is off is left out.
#[test]
fn imports_toneboosters_presets() {
    let value = |v: f64| format!("<Value>{v:.8}</Value>\n");
    let cube_root = |x: f64, low: f64, high: f64| ((x - low) / (high - low)).powf(1.0 / 3.0);
    let band = |kind: f64, frequency: f64, gain: f64, q: f64, on: f64| {
        [
            cube_root(frequency, 16.0, 20_000.0),
            (gain + 20.0) / 40.0,
            on,
            cube_root(q, 0.1, 10.0),
            kind / 14.0,
            0.0,
        ]
        .map(value)
        .concat()
    };
    let rest = [0.0, (-6.5 + 20.0) / 40.0, 0.34, 0.33333334, 0.05, 0.0].map(value).concat();
    let text = |kind: f64| {
        format!(
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><Preset>\n<PresetInfo Name=\"x\" TenBand=\"1\">\n{}{}{}{}{rest}</PresetInfo></Preset>",
            band(1.0, 105.0, 5.5, 0.7, 1.0),
            band(kind, 1303.0, -2.1, 1.79, 1.0),
            band(3.0, 500.0, 9.0, 1.0, 0.0),
            band(4.0, 9000.0, -3.8, 0.71, 1.0),
        )
    };
    let imported = import(&text(3.0), Format::ToneBoosters);
    let expected = |f| {
        -6.5 + low_shelf_db(105.0, 5.5, 0.7, f)
            + peak_db(1303.0, -2.1, 1.79, f)
            + high_shelf_db(9000.0, -3.8, 0.71, f)
    };
    // The list's values have eight decimals, the preset's two.
    assert_response(&imported.preset, expected, 0.02);
    assert!(notes(&import(&text(7.0), Format::ToneBoosters))[0].contains("band 2 left out: its type"));
}

const JAMES: &str = "master_enable=true
master_limthreshold=-2
master_limrelease=80
master_postgain=3
graphiceq_enable=true
graphiceq_param=\"GraphicEQ: 20 -6; 100 -6; 1000 0; 20000 0\"
tone_enable=false
tone_eq=25.0;40.0;63.0;100.0;160.0;250.0;400.0;630.0;1000.0;1600.0;2500.0;4000.0;6300.0;10000.0;16000.0;0;0;0;0;0;0;0;0;0;0;0;9;9;9;9
reverb_enable=true
liveprog_enable=true
bass_enable=true
bass_maxgain=15
crossfeed_enable=true
crossfeed_mode=99
crossfeed_bs2b_feed=45
";

/// Linear in dB between the points, over the logarithm of frequency.
fn ramp_db(f: f64) -> f64 {
    -6.0 + 6.0 * (f / 100.0).log10().clamp(0.0, 1.0)
}

#[test]
fn imports_jamesdsp_presets() {
    let imported = import(JAMES, Format::JamesDsp);
    assert_response(&imported.preset, |f| ramp_db(f) + 3.0, 0.3);
    let config = &imported.preset.config;
    assert_eq!((config.limiter.ceiling_dbtp, config.limiter.release_ms), (-2.0, 80.0));
    assert_eq!(config.stereo_enhancer.crossfeed_percent, 100.0);
    assert_eq!((config.bass_boost.enabled, config.bass_boost.amount_db), (true, 12.0));
    let notes = notes(&imported).join("\n");
    for part in [
        "line 9: reverberation",
        "line 10: the Liveprog script",
        "line 11: bass 15 is out of range; 12 is used",
        "line 6: the curve is",
    ] {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    let tone = import(
        &JAMES
            .replace("graphiceq_enable=true", "graphiceq_enable=false")
            .replace("tone_enable=false", "tone_enable=1"),
        Format::JamesDsp,
    );
    let lowered_db = f64::from(tone.preset.config.equalizer.preamp_db + tone.preset.config.master_gain_db);
    assert!(lowered_db < -4.0, "{lowered_db}");
    let off = JAMES.replace("=true", "=false").replace("-2\n", "0\n").replace("postgain=3", "postgain=0");
    let error = detect_and_import(&off, "off").unwrap_err();
    assert!(matches!(error, ImportError::Nothing { format: Format::JamesDsp, .. }), "{error:?}");
    let script =
        detect_and_import("desc: Echo\n@init\nx = 1;\n@sample\nspl0 = spl0 * x;\n", "echo").unwrap_err();
    assert!(script.to_string().contains("Liveprog"), "{script}");
}

const CAMILLA: &str = "---
devices:
  samplerate: 48000
filters:
  sub: {type: Gain, parameters: {gain: -3, inverted: false}}
  peak:
    type: Biquad
    parameters: {type: Peaking, freq: 1000, gain: -4.5, bandwidth: 1.0}
  high:
    type: Biquad
    parameters:
      type: Highshelf
      freq: 8000
      gain: 3
      slope: 6   # dB per octave
  first:
    type: Biquad
    parameters: {type: LowshelfFO, freq: 200, gain: 4}
  cross:
    type: BiquadCombo
    parameters: {type: LinkwitzRileyHighpass, freq: 60, order: 4}
  fir: {type: Conv, parameters: {type: Wav, filename: x.wav}}
  unused: {type: Gain, parameters: {gain: -20}}
mixers:
  mono: {}
pipeline:
  - type: Mixer
    name: mono
  - type: Filter
    channel: 0
    names: [sub, peak, high]
  - {type: Filter, channels: [1], names: [peak, high]}
  - type: Filter
    names: [first, cross, fir, gone]
  - {type: Filter, channels: [2, 3], names: [peak]}
  - {type: Filter, bypassed: true, names: [unused]}
";

#[test]
fn imports_camilladsp_configurations() {
    let imported = import(CAMILLA, Format::CamillaDsp);
    let bell_q = 0.5 / (core::f64::consts::LN_2 / 2.0).sinh();
    let both = |f: f64| {
        let (gain, ratio) = (10f64.powf(4.0 / 40.0), f / 200.0);
        // First-order shelf, A (A + s)/(1 + A s) at s = j ratio.
        let shelf = gain * ((gain * gain + ratio * ratio) / (1.0 + (gain * ratio).powi(2))).sqrt();
        peak_db(1000.0, -4.5, bell_q, f)
            + high_shelf_db(8000.0, 3.0, shelf_q(0.5, 3.0), f)
            + 20.0 * shelf.log10()
            - 20.0 * (1.0 + (60.0 / f).powi(4)).log10()
    };
    assert_sides(&imported.preset, |f| both(f) - 3.0, both, 0.02);
    // Both sides have the bell and the shelf, which become one band each.
    assert_eq!(imported.preset.config.equalizer.bands.len(), 5);
    let notes = notes(&imported).join("\n");
    for part in
        ["Mixer `mono`", "filter `fir` of the type Conv", "filter `gone` is not defined", "channels 2.0, 3.0"]
    {
        assert!(notes.contains(part), "{part}: {notes}");
    }
    let broken = detect_and_import(&CAMILLA.replace("pipeline:\n", "pipeline: [\n"), "x").unwrap_err();
    assert!(broken.to_string().starts_with("a CamillaDSP configuration is not valid YAML"), "{broken}");
    let silent = detect_and_import(CAMILLA.split("mixers:").next().unwrap(), "x").unwrap_err();
    assert!(silent.to_string().contains("no pipeline"), "{silent}");
}

/// The column `equalization` is the curve; a measurement alone is rejected.
#[test]
fn fits_autoeq_results() {
    let mut text = "frequency,raw,error,smoothed,equalization,target\n".to_owned();
    for f in cookbook::sweep() {
        text += &format!("{f:.2},80.1,1.0,1.0,{:.2},0.0\n", ramp_db(f));
    }
    let imported = import(&text, Format::AutoEqCsv);
    assert_response(&imported.preset, ramp_db, 0.35);
    assert!(notes(&imported)[0].contains("bands within"));
    let measured = detect_and_import("frequency,raw\n20.0,80\n30.0,81\n", "x").unwrap_err();
    assert!(measured.to_string().contains("measurement"), "{measured}");
}

/// For any separator, with units, headings and comments.
#[test]
fn fits_tables_of_frequency_and_gain() {
    for (text, name) in [
        ("20\t-6\n100\t-6\n1000\t0\n20000\t0\n", "tabs"),
        ("Freq(Hz) Gain(dB)\n20 -6.0\n100 -6.0\n1000 0\n20000 0", "spaces"),
        ("20;-6,0\n100;-6,0\n1000;0\n20000;0,0\n", "semicolons"),
        ("# by me\n20,-6\n100,-6\n1000,0\n20000,0\n", "commas"),
        ("20 Hz, -6 dB\n100 Hz, -6 dB\n1 kHz, 0 dB\n20k, 0 dB\n", "units"),
        ("* frequency gain\r\n1000 0\r\n20 -6\r\n20000 0\r\n100 -6\r\n", "disorder"),
    ] {
        let imported = detect_and_import(text, "Test").unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(imported.format, Format::Table, "{name}");
        assert_response(&imported.preset, ramp_db, 0.3);
    }
    for (text, part) in [
        ("20 75.1\n100 80.2\n1000 81", "measurement"),
        ("20 -6 0\n100 -6 10\n1000 0 20", "two columns"),
        ("-20 -6\n100 -6\n1000 0", "above 0 Hz"),
    ] {
        let error = detect_and_import(text, "x").unwrap_err();
        assert!(error.to_string().contains(part), "{text}: {error}");
    }
}

/// An unknown format is reported as unknown with the file's name, never as invalid JSON.
#[test]
fn an_unknown_format_is_reported_with_the_file_name() {
    for (text, name) in [
        ("hello", "notes.txt"),
        ("<html><body></body></html>", "page.html"),
        ("[General]\nvolume=3\n", "player.conf"),
        ("{ preset = { 1, 2 } }", "preset.lua"),
        ("{\"eqBands\": [1, 2, 3], \"volume\": 5}", "other.json"),
        ("[1, 2, 3]", "list.json"),
        ("Winamp EQ library file v1.1\u{1a}!--Entry1", "winamp.eqf"),
        ("a: 1\nb: [2]\n", "x.yml"),
        ("1 2\n3 4\n", "small.txt"),
        ("", "empty.txt"),
    ] {
        let error = detect_and_import(text, name).unwrap_err();
        assert!(matches!(&error, ImportError::Unknown { file } if file == name), "{name}: {error:?}");
        let message = error.to_string();
        assert!(message.starts_with(&format!("`{name}` is in an unknown format")), "{message}");
    }
    // A file that begins as JSON and has a mistake is reported with its place.
    let broken = detect_and_import("{\"name\": \"x\",}", "x").unwrap_err();
    assert!(broken.to_string().contains("invalid JSON"), "{broken}");
}
