//! A file with more filters than slots keeps its sound as closely as the slots allow; notes report each
//! loss.

mod cookbook;
mod imported;

use cookbook::sweep;
use enhancer_dsp::config::{BandChannel, BandType, EqBand, MAX_BANDS};
use enhancer_dsp::filter::prototype::gain_db;
use enhancer_preset::import::{Format, Imported};
use imported::import;

fn bands(imported: &Imported) -> &[EqBand] {
    &imported.preset.config.equalizer.bands
}

fn on_channel(imported: &Imported, channel: BandChannel) -> usize {
    bands(imported).iter().filter(|band| band.channel == channel).count()
}

/// Gain of the bands on one side at `frequency_hz` without the preamp, dB.
fn side_db(imported: &Imported, side: BandChannel, frequency_hz: f64) -> f64 {
    let active = bands(imported)
        .iter()
        .filter(|band| band.enabled && (band.channel == side || band.channel == BandChannel::Stereo));
    active.map(|band| gain_db(band, frequency_hz)).sum()
}

/// `count` bells over the whole range with alternating gains, and values that [`written`] writes exactly.
fn wavy(count: usize, gain_db: f32) -> Vec<EqBand> {
    let bell = |n: usize| EqBand {
        frequency_hz: (30.0 * 500f64.powf(n as f64 / count as f64)).round() as f32,
        gain_db: if n.is_multiple_of(2) { gain_db } else { -gain_db },
        q: 2.0,
        ..EqBand::default()
    };
    (0..count).map(bell).collect()
}

fn written(bells: &[EqBand]) -> String {
    let line = |band: &EqBand| {
        format!("Filter: ON PK Fc {} Hz Gain {} dB Q {}\n", band.frequency_hz, band.gain_db, band.q)
    };
    bells.iter().map(line).collect()
}

fn sum_db(bands: &[EqBand], frequency_hz: f64) -> f64 {
    bands.iter().map(|band| gain_db(band, frequency_hz)).sum()
}

/// The number of bands and the largest error in dB that a note reports for a fit.
fn reported(note: &str) -> (usize, f64) {
    let words: Vec<&str> = note.split_whitespace().collect();
    let within = words.iter().position(|word| *word == "within").unwrap();
    (words[within - 2].parse().unwrap(), words[within + 1].parse().unwrap())
}

/// Passes and notches stay unchanged; filters without effect are removed first, the others stay.
#[test]
fn passes_and_notches_are_kept_while_bells_are_merged() {
    let text = format!(
        "Preamp: -9 dB\nFilter: ON HPQ Fc 25 Hz Q 0.7\nFilter: ON NO Fc 50 Hz\n{}",
        written(&wavy(20, 0.5))
    );
    let imported = import(&text);
    let kinds: Vec<BandType> = bands(&imported).iter().map(|band| band.kind).take(2).collect();
    assert_eq!(kinds, [BandType::Highpass, BandType::Notch]);
    assert!(bands(&imported).len() <= MAX_BANDS);
    assert!(imported.notes.iter().any(|note| note.text.contains("20 filters (stereo) are merged into")));
}

/// Of twenty notches the first sixteen are kept, and a note gives the number of the others.
#[test]
fn passes_beyond_the_slots_are_left_out_and_counted() {
    let passes: String = (0..20).map(|n| format!("Filter: ON NO Fc {} Hz\n", 100 * (n + 1))).collect();
    let imported = import(&format!("Preamp: 0 dB\n{passes}Filter: ON PK Fc 1000 Hz Gain 3 dB Q 1"));
    let frequencies: Vec<f32> = bands(&imported).iter().map(|band| band.frequency_hz).collect();
    assert_eq!(frequencies, (1..=16).map(|n| 100.0 * n as f32).collect::<Vec<_>>());
    let notes: Vec<&str> = imported.notes.iter().map(|note| note.text.as_str()).collect();
    assert!(
        notes[0].starts_with("4 passes and notches are left out; the equalizer has 16 slots"),
        "{notes:?}"
    );
    assert_eq!(notes[1], "no slot is free for 1 bell or shelf (stereo) of up to 3 dB");
    assert_eq!(notes.len(), 2);
}

/// The filters of a channel are merged separately: no side gets another's, the slots suffice for all, and
/// each sum has the error that its note reports.
#[test]
fn channels_are_merged_separately_and_share_the_slots() {
    let parts = [
        (BandChannel::Stereo, "stereo", wavy(10, 1.5)),
        (BandChannel::Left, "left", wavy(10, -1.0)),
        (BandChannel::Right, "right", wavy(10, 2.0)),
    ];
    let [stereo, left, right] = [0, 1, 2].map(|part| written(&parts[part].2));
    let imported = import(&format!("Preamp: -20 dB\n{stereo}Channel: L\n{left}Channel: R\n{right}"));
    let (mut total, mut off_db) = (0, 0.0);
    for (channel, name, _) in &parts {
        let head = format!("10 filters ({name}) are merged into");
        let note = imported.notes.iter().find(|note| note.text.starts_with(&head)).expect(name);
        let (count, within_db) = reported(&note.text);
        assert_eq!(count, on_channel(&imported, *channel), "{note}");
        (total, off_db) = (total + count, off_db + within_db);
    }
    assert!(total == bands(&imported).len() && total == MAX_BANDS, "{total} slots are used");
    assert!(off_db < 4.0, "{off_db}");
    for side in [BandChannel::Left, BandChannel::Right] {
        let active = parts.iter().filter(|part| part.0 == BandChannel::Stereo || part.0 == side);
        let expected: Vec<EqBand> = active.flat_map(|part| part.2.clone()).collect();
        for frequency in sweep() {
            let expected = sum_db(&expected, frequency);
            let gain = side_db(&imported, side, frequency);
            assert!(
                (gain - expected).abs() < off_db + 0.05,
                "{side:?} {frequency} Hz: {gain}, not {expected}"
            );
        }
    }
}

/// A channel with a single filter keeps it unchanged, for any number of filters on other channels.
#[test]
fn a_channel_with_a_single_filter_keeps_it() {
    for (one, many) in [("all", "L"), ("L", "all"), ("R", "all"), ("R", "L")] {
        let text = format!(
            "Preamp: -20 dB\nChannel: {many}\n{}Channel: {one}\nFilter: ON PK Fc 777 Hz Gain 4 dB Q 3",
            written(&wavy(17, 2.0))
        );
        let imported = import(&text);
        let kept: Vec<&EqBand> = bands(&imported).iter().filter(|band| band.frequency_hz == 777.0).collect();
        let channel = match one {
            "L" => BandChannel::Left,
            "R" => BandChannel::Right,
            _ => BandChannel::Stereo,
        };
        let filter = EqBand { frequency_hz: 777.0, gain_db: 4.0, q: 3.0, channel, ..EqBand::default() };
        assert_eq!(kept, [&filter], "{one} beside {many}");
        assert_eq!(imported.notes.len(), 1, "{:?}", imported.notes);
    }
}

/// A curve gets at least half of the slots, for any number of filters beside it, and both have their
/// effect.
#[test]
fn a_curve_beside_many_filters_gets_half_the_slots() {
    let curve = |frequency: f64| 4.0 * (frequency.ln() * 2.5).sin();
    let points: Vec<String> = sweep().map(|f| format!("{f:.1} {:.2}", curve(f))).collect();
    let filters = wavy(16, 1.0);
    let text = format!("Preamp: 0 dB\n{}GraphicEQ: {}", written(&filters), points.join("; "));
    let imported = import(&text);
    assert_eq!(imported.format, Format::EqualizerApo, "a GraphicEQ file holds nothing but the curve");
    let find = |part: &str| imported.notes.iter().find(|note| note.text.contains(part)).unwrap();
    let (fitted, merged) = (find("the curve is approximated by"), find("are merged into"));
    assert_eq!(reported(&fitted.text).0, MAX_BANDS / 2, "{fitted}");
    assert_eq!(fitted.line, Some(18));
    assert!(bands(&imported).len() <= MAX_BANDS);
    let off_db = reported(&fitted.text).1 + reported(&merged.text).1;
    let preamp_db = f64::from(imported.preset.config.equalizer.preamp_db);
    for frequency in sweep() {
        let expected = curve(frequency) + sum_db(&filters, frequency);
        let gain = preamp_db + side_db(&imported, BandChannel::Left, frequency);
        assert!((gain - expected).abs() < off_db + 0.1, "{frequency} Hz: {gain}, not {expected}");
    }
}

/// A curve of one side does not use the preamp, which would change the other side too.
#[test]
fn a_curve_of_one_side_leaves_the_other_unchanged() {
    for (name, side, other) in
        [("L", BandChannel::Left, BandChannel::Right), ("R", BandChannel::Right, BandChannel::Left)]
    {
        let imported = import(&format!("Channel: {name}\nGraphicEQ: 20 -6; 200 -6; 2000 -3; 20000 -6"));
        assert_eq!(imported.preset.config.equalizer.preamp_db, 0.0, "nothing is above 0 dB");
        for frequency in sweep() {
            assert_eq!(side_db(&imported, other, frequency), 0.0);
            let x = frequency.log10();
            let expected = -6.0 + (3.0 - 3.0 * (x - 2000f64.log10()).abs()).max(0.0);
            let gain = side_db(&imported, side, frequency);
            assert!((gain - expected).abs() < 0.5, "{frequency} Hz: {gain}, not {expected}");
        }
    }
}

/// A curve of both sides uses the preamp: a constant curve becomes a preamp and no band.
#[test]
fn a_constant_curve_of_both_sides_becomes_a_preamp() {
    let imported = import("GraphicEQ: 20 -4.2; 20000 -4.2");
    assert_eq!((bands(&imported).len(), imported.preset.config.equalizer.preamp_db), (0, -4.2));
}

/// The bands of a curve are in the order of their frequencies, with rounded values: Hz to the tenth below
/// 100 and whole above, dB to the hundredth, Q to the thousandth.
#[test]
fn fitted_bands_have_rounded_values() {
    let imported = import("GraphicEQ: 20 3; 45 -2; 100 6; 400 -3; 1000 0; 3000 5; 8000 -6; 20000 1");
    assert!(bands(&imported).len() > 4);
    let has_decimals = |value: f32, factor: f64| {
        let scaled = f64::from(value) * factor;
        (scaled - scaled.round()).abs() < 1e-6 * scaled.abs().max(1.0)
    };
    for band in bands(&imported) {
        let factor = if band.frequency_hz < 100.0 { 10.0 } else { 1.0 };
        assert!(has_decimals(band.frequency_hz, factor), "{band:?}");
        assert!(has_decimals(band.gain_db, 100.0) && has_decimals(band.q, 1000.0), "{band:?}");
    }
    assert!(bands(&imported).is_sorted_by_key(|band| band.frequency_hz), "{:?}", bands(&imported));
}

/// Without a preamp in the file, the largest gain ends between −0.1 and 0 dB. Filters that are off have no
/// influence; narrow ones count with their full peak.
#[test]
fn the_preamp_is_the_loudest_gain_rounded_down_to_a_tenth() {
    for (text, preamp_db) in [
        ("Filter: ON PK Fc 1000 Hz Gain 6.04 dB Q 2", -6.1),
        ("Filter: ON PK Fc 1000 Hz Gain 6.06 dB Q 2", -6.1),
        ("Filter: ON PK Fc 1003.6 Hz Gain 12 dB Q 40", -12.0),
        ("Filter: OFF PK Fc 1000 Hz Gain 12 dB Q 2", 0.0),
        ("Filter: OFF PK Fc 1000 Hz Gain 12 dB Q 2\nFilter: ON PK Fc 100 Hz Gain 2 dB Q 2", -2.0),
        (
            "Channel: L\nFilter: ON PK Fc 100 Hz Gain 5 dB Q 2\nChannel: R\nFilter: ON PK Fc 100 Hz Gain 3 dB Q 2",
            -5.0,
        ),
        (
            "Channel: L\nFilter: ON PK Fc 100 Hz Gain 3 dB Q 2\nChannel: R\nFilter: ON PK Fc 100 Hz Gain 5 dB Q 2",
            -5.0,
        ),
    ] {
        assert_eq!(import(text).preset.config.equalizer.preamp_db, preamp_db, "{text}");
    }
}
