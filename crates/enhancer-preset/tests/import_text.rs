//! Equalizer APO, AutoEQ and GraphicEQ texts keep their response.

mod imported;

use enhancer_dsp::config::{BandChannel, BandType, EqBand};
use enhancer_dsp::filter::prototype::gain_db;
use enhancer_preset::Preset;
use enhancer_preset::import::{Format, ImportError, Imported, Note, detect_and_import};
use imported::import;

fn bands(preset: &Preset) -> &[EqBand] {
    &preset.config.equalizer.bands
}

/// Gain of the equalizer on one side at `frequency_hz`, dB.
fn response_db(preset: &Preset, side: BandChannel, frequency_hz: f64) -> f64 {
    let on = bands(preset).iter().filter(|band| band.enabled);
    let active = on.filter(|band| band.channel == BandChannel::Stereo || band.channel == side);
    f64::from(preset.config.equalizer.preamp_db) + active.map(|band| gain_db(band, frequency_hz)).sum::<f64>()
}

fn sweep() -> impl Iterator<Item = f64> {
    (0..=600).map(|point| 20.0 * 1000f64.powf(f64::from(point) / 600.0))
}

fn lines(notes: &[Note]) -> Vec<usize> {
    notes.iter().filter_map(|note| note.line).collect()
}

/// A file as AutoEQ writes it.
const PARAMETRIC: &str = "Preamp: -6.1 dB
Filter 1: ON LSC Fc 105 Hz Gain 6.4 dB Q 0.70
Filter 2: ON PK Fc 135 Hz Gain -3.4 dB Q 0.45
Filter 3: ON PK Fc 1303 Hz Gain -2.1 dB Q 1.79
Filter 4: ON PK Fc 3141 Hz Gain 4.2 dB Q 3.02
Filter 5: ON HSC Fc 10000 Hz Gain -3.8 dB Q 0.70
";

#[test]
fn imports_every_filter_of_an_autoeq_file() {
    let Imported { preset, format, notes } = import(PARAMETRIC);
    assert_eq!((format, notes), (Format::EqualizerApo, vec![]));
    assert_eq!(preset.config.equalizer.preamp_db, -6.1);
    assert_eq!(bands(&preset).len(), 5);
    let third = EqBand { frequency_hz: 1303.0, gain_db: -2.1, q: 1.79, ..EqBand::default() };
    assert_eq!(bands(&preset)[2], third);
    assert_eq!(bands(&preset)[4].kind, BandType::Highshelf);
}

#[test]
fn notation_does_not_change_the_result() {
    let expected = import(PARAMETRIC).preset;
    let comma = PARAMETRIC.replace('.', ",");
    let windows = format!("\u{feff}{}", PARAMETRIC.replace('\n', "\r\n"));
    let commented = format!("# AutoEQ\n\n{}", PARAMETRIC.replace(" Q 0.45", " Q 0.45 # wide"));
    let tight = PARAMETRIC.replace(" dB", "dB").replace(" Hz", "Hz").replace("Filter ", "  Filter");
    for text in [comma, windows, commented, tight, PARAMETRIC.to_lowercase()] {
        assert_eq!(import(&text).preset, expected, "{text}");
    }
}

#[test]
fn every_line_that_is_left_out_is_reported_with_its_number() {
    let text = "Filter Settings file
Room EQ V5.19
Device: all
Preamp: -3 dB
Include: other.txt
Copy: L=R
Filter 1: ON PK Fc 100 Hz Gain 3 dB Q 1
Filter 2: ON AP Fc 100 Hz Q 1
Filter 3: ON XX Fc 100 Hz
Channel: C SUB
Filter 4: ON PK Fc 100 Hz Gain 3 dB Q 1
Channel: all
If: inputChannelCount == 2
Filter 5: ON PK Fc 100 Hz Gain 3 dB Q 1
EndIf:
Convolution: room.wav
Filter 6: ON PK Fc 100 Hz Gain 33 dB Q 1
Filter 7: ON None
";
    let Imported { preset, notes, .. } = import(text);
    assert_eq!(bands(&preset).len(), 2);
    assert_eq!(lines(&notes), [1, 2, 5, 6, 8, 9, 10, 11, 13, 14, 16, 17]);
    for (line, part) in
        [(5, "other.txt"), (9, "XX"), (16, "room.wav"), (17, "gain 33 is out of range; 24 is used")]
    {
        let note = notes.iter().find(|note| note.line == Some(line)).unwrap().to_string();
        assert!(note.contains(part) && note.starts_with(&format!("line {line}: ")), "{note}");
    }
}

#[test]
fn channels_stay_separate() {
    let text =
        "Filter 1: ON PK Fc 100 Hz Gain -1 dB Q 1\nChannel: L\nFilter 1: ON PK Fc 200 Hz Gain -2 dB Q 1
Channel: 2\nFilter 1: ON PK Fc 300 Hz Gain -3 dB Q 1\nChannel: L R\nFilter 1: ON PK Fc 400 Hz Gain -4 dB Q 1";
    let preset = import(text).preset;
    let channels: Vec<BandChannel> = bands(&preset).iter().map(|band| band.channel).collect();
    assert_eq!(channels, [BandChannel::Stereo, BandChannel::Left, BandChannel::Right, BandChannel::Stereo]);
}

/// If the file sets no level, no sine at any frequency on either side gains level.
#[test]
fn without_a_preamp_no_gain_exceeds_0_db() {
    for text in [
        "Filter: ON PK Fc 1000 Hz Gain 6 dB Q 8\nFilter: ON LSC Fc 100 Hz Gain 5 dB Q 0.7",
        "Filter: ON PK Fc 1000 Hz Gain -6 dB Q 8\nChannel: L\nFilter: ON PK Fc 3210 Hz Gain 9 dB Q 30",
        "Channel: R\nFilter: ON HPQ Fc 40 Hz Q 4",
        "GraphicEQ: 20 3; 100 6; 1000 0; 20000 -8",
    ] {
        let Imported { preset, notes, .. } = import(text);
        let fine = (0..=60_000).map(|point| 10.0 * 3000f64.powf(f64::from(point) / 60_000.0));
        let loudest = fine
            .flat_map(|f| [BandChannel::Left, BandChannel::Right].map(|side| response_db(&preset, side, f)))
            .fold(f64::NEG_INFINITY, f64::max);
        assert!((-0.15..=0.02).contains(&loudest), "{text}: {loudest}");
        assert!(notes.iter().any(|note| note.text.contains("no preamp")), "{notes:?}");
    }
    let quiet = import("Filter: ON PK Fc 1000 Hz Gain -6 dB Q 8");
    assert_eq!((quiet.preset.config.equalizer.preamp_db, quiet.notes.len()), (0.0, 0));
    let kept = import("Preamp: -1 dB\nPreamp: -0,5 dB\nFilter: ON PK Fc 1000 Hz Gain 6 dB Q 8");
    assert_eq!(kept.preset.config.equalizer.preamp_db, -1.5, "a file's own preamp is kept");
}

/// A correction curve like those in AutoEQ's GraphicEQ files: 127 points, details of 1/12 octave, a preamp
/// included.
fn headphone_curve(seed: u64) -> (String, impl Fn(f64) -> f64) {
    let mut random = enhancer_measure::signal::Random::new(seed);
    let humps: Vec<(f64, f64, f64)> = (0..14)
        .map(|_| {
            let (at, width) = (random.between(20f64.log2(), 18_000f64.log2()), random.between(0.25, 2.0));
            (at, width, random.between(-6.0, 6.0))
        })
        .collect();
    let tilt = random.between(-0.4, 0.4);
    let curve = move |f: f64| {
        let x = f.log2();
        let bumps = humps.iter().map(|(at, width, gain)| gain * (-((x - at) / width).powi(2)).exp());
        bumps.sum::<f64>() + tilt * (x - 10.0) - 7.0
    };
    let points = (0..127).map(|point| 20.0 * 993.0f64.powf(f64::from(point) / 126.0));
    let text: Vec<String> = points.map(|f| format!("{:.0} {:.1}", f, curve(f))).collect();
    (format!("GraphicEQ: {}", text.join("; ")), curve)
}

#[test]
fn approximates_a_graphic_equalizer_and_reports_the_error() {
    for seed in 1..=5 {
        let (text, curve) = headphone_curve(seed);
        let Imported { preset, format, notes } = import(&text);
        assert_eq!(format, Format::GraphicEq);
        // A level that would clip is lowered as a whole, so the shape counts.
        let errors: Vec<f64> =
            sweep().map(|f| response_db(&preset, BandChannel::Left, f) - curve(f)).collect();
        let mean = errors.iter().sum::<f64>() / errors.len() as f64;
        let rms = (errors.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / errors.len() as f64).sqrt();
        let worst = errors.iter().fold(0f64, |worst, e| worst.max((e - mean).abs()));
        println!("{worst:.2} {rms:.2} {}", notes[0]);
        assert!(rms < 0.15 && worst < 0.5, "seed {seed}: rms {rms} worst {worst} dB; {notes:?}");
        assert!(notes[0].text.contains("16 bands within"), "{}", notes[0]);
    }
}

#[test]
fn merges_more_filters_than_slots_into_the_same_curve() {
    let filters: Vec<String> = (0..31)
        .map(|n| {
            let frequency = 20.0 * 1000f64.powf(f64::from(n) / 30.0);
            let gain = 5.0 * (f64::from(n) * 0.7).sin();
            format!("Filter {n}: ON PK Fc {frequency:.1} Hz Gain {gain:.1} dB Q 4.3")
        })
        .collect();
    let text = format!("Preamp: -8 dB\n{}", filters.join("\n"));
    let Imported { preset, notes, .. } = import(&text);
    assert_eq!(bands(&preset).len(), 16);
    let note = notes.iter().find(|note| note.text.contains("merged")).unwrap();
    let wanted = |f: f64| {
        let parts = (0..31).map(|n| EqBand {
            frequency_hz: (200.0 * 1000f64.powf(f64::from(n) / 30.0)).round() as f32 / 10.0,
            gain_db: (50.0 * (f64::from(n) * 0.7).sin()).round() as f32 / 10.0,
            q: 4.3,
            ..EqBand::default()
        });
        parts.map(|band| gain_db(&band, f)).sum::<f64>() - 8.0
    };
    let errors = sweep().map(|f| (response_db(&preset, BandChannel::Left, f) - wanted(f)).powi(2));
    let rms = (errors.sum::<f64>() / 601.0).sqrt();
    println!("{rms:.2} {note}");
    assert!(rms < 0.45, "{rms} dB; {note}");
}

#[test]
fn removes_filters_without_effect_first() {
    let mut text = String::new();
    for n in 0..20 {
        let gain = if n % 2 == 0 { 0.0 } else { -1.0 };
        let kind = ["PK", "LSC", "HSC"][n % 3];
        text += &format!("Filter {n}: ON {kind} Fc {} Hz Gain {gain} dB Q 1\n", 100 * (n + 1));
    }
    // A pass has no gain and still has an effect.
    text += "Filter 20: ON HPQ Fc 20 Hz Q 0.7";
    let Imported { preset, notes, .. } = import(&text);
    assert_eq!(bands(&preset).len(), 11);
    assert!(notes.len() == 1 && notes[0].text.contains("10 filters without effect"), "{notes:?}");
}

#[test]
fn a_text_without_settings_is_an_error() {
    for text in ["", "hello", "Preamp: loud", "Filter: ON None", "GraphicEQ:", "<html>"] {
        match detect_and_import(text, "x") {
            Err(error @ (ImportError::Nothing { .. } | ImportError::Unknown { .. })) => {
                assert!(!error.to_string().contains('\n'))
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn imports_the_products_own_files() {
    let preset = import(PARAMETRIC).preset;
    let again = detect_and_import(&enhancer_preset::to_json(&preset), "Other").unwrap();
    assert_eq!((again.format, again.preset), (Format::Preset, preset));
    let bare = detect_and_import("{\"master_gain\": -2}", "Bare").unwrap();
    assert_eq!((bare.format, bare.preset.name.as_str()), (Format::Config, "Bare"));
    assert!(matches!(detect_and_import("{\"master_gian\": -2}", "x"), Err(ImportError::Json(_))));
}
