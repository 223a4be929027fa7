//! The import reads a bounded part of any file and reports where it stops.

mod imported;

use enhancer_preset::MAX_FILE_BYTES;
use enhancer_preset::import::{Format, ImportError, detect_and_import, import_file};
use imported::{import, notes};
use std::fs::{self, File};
use std::io::Write;

#[test]
fn reads_at_most_ten_thousand_lines() {
    let last = format!("{}Preamp: -1 dB", "\n".repeat(9_999));
    let whole = import(&last);
    assert_eq!((whole.preset.config.equalizer.preamp_db, whole.notes.len()), (-1.0, 0));
    let longer = import(&format!("{last}\nPreamp: -2 dB"));
    assert_eq!(longer.preset.config.equalizer.preamp_db, -1.0, "line 10001 is not read");
    assert_eq!(notes(&longer), ["line 10000: the lines after this one are not read"]);
}

#[test]
fn filters_beyond_512_are_left_out_and_reported() {
    let text =
        |count: usize| format!("Preamp: 0 dB\n{}", "Filter: OFF PK Fc 9 Hz Gain 1 dB Q 1\n".repeat(count));
    // Each frequency is clamped to 10 Hz, so each filter has a note of its own.
    let clamped = |count| notes(&import(&text(count).replace("Fc 9", "Fc 50")));
    assert_eq!(clamped(512), ["512 filters without effect are left out"]);
    assert_eq!(
        clamped(513),
        ["line 514: more than 512 filters; this one is left out", "512 filters without effect are left out"]
    );
    // The notes are limited too: 200, and one that reports the limit.
    let many = notes(&import(&text(512)));
    assert_eq!(many.len(), 202, "{:?}", &many[198..]);
    assert!(many[199].starts_with("line 201: frequency 9 is out of range; 10 is used"), "{}", many[199]);
    assert_eq!(many[200], "line 202: further notes are omitted");
}

#[test]
fn three_curves_are_imported_and_a_fourth_is_left_out() {
    let curves = "Preamp: 0 dB\nGraphicEQ: 20 -1; 20000 -1\n".to_owned() + &"GraphicEQ: 20 0\n".repeat(3);
    let imported = import(&curves);
    let ignored: Vec<String> =
        notes(&imported).into_iter().filter(|note| note.contains("more than 3 curves")).collect();
    assert_eq!(ignored, ["line 5: more than 3 curves; this one is left out"]);
}

/// Equalizer APO nests its conditions: lines after the inner `EndIf` are still under the outer `If`.
#[test]
fn conditions_nest() {
    let nested = import(
        "If: a\nIf: b\nPreamp: -1 dB\nEndIf:\nPreamp: -2 dB\nEndIf:\nPreamp: -4 dB\nEndIf:\nPreamp: -8 dB",
    );
    assert_eq!(nested.preset.config.equalizer.preamp_db, -12.0, "an `EndIf` too many closes nothing");
    assert_eq!(nested.notes.iter().filter_map(|note| note.line).collect::<Vec<_>>(), [1, 2, 3, 5]);
}

#[test]
fn a_text_may_have_the_maximum_length() {
    let text = |bytes: usize| format!("Preamp: -1 dB{}", " ".repeat(bytes - 13));
    assert_eq!(import(&text(MAX_FILE_BYTES)).format, Format::EqualizerApo);
    let refused = detect_and_import(&text(MAX_FILE_BYTES + 1), "x");
    assert!(matches!(refused, Err(ImportError::TooLong { bytes }) if bytes == MAX_FILE_BYTES + 1));
}

/// The longest texts for each reader give a small result.
#[test]
fn the_longest_texts_of_every_format_give_short_results() {
    let fill = |head: &str, piece: &str, tail: &str| {
        let count = (MAX_FILE_BYTES - head.len() - tail.len()) / piece.len();
        format!("{head}{}{tail}", piece.repeat(count))
    };
    let bands = r#"{"type":3,"channels":0,"frequency":99,"q":1,"gain":1},"#;
    let numbered = |piece: fn(usize) -> String| (0..20_000).map(piece).collect::<String>();
    for text in [
        fill("20 1\n", "1000 -3\n", ""),
        fill("frequency,equalization\n", "1000,-3\n", ""),
        fill("GraphicEQ: ", "1000 -3; ", "20 1"),
        fill("-3 dB\n", "PK 100 1 1\n", ""),
        fill("<PresetInfo>", "<Value>0.5</Value>", ""),
        fill(r#"[{"preamp":0,"bands":["#, bands, &format!("{}]}}]", &bands[..bands.len() - 1])),
        fill(r#"{"parameters":{"bands":["#, "{},", "{}]}}"),
        fill("devices:\nfilters:\n  a: {type: Gain}\npipeline:\n", "  - {type: Filter, names: [a]}\n", ""),
        fill("devices:\nfilters:\npipeline: ", "[", ""),
        fill("graphiceq_enable=1\ngraphiceq_param=", "1000 -3; ", "20 1"),
        "[Frequencies]\n".to_owned()
            + &numbered(|n| format!("Frequency{n}=100\n"))
            + "[Gains]\n"
            + &numbered(|n| format!("Gain{n}=1\n")),
        fill("", "Device: a\nPreamp: -1 dB\n", ""),
        fill("", "Channel: L\nFilter: ON PK Fc 99 Hz Gain 1 dB Q 1\n", ""),
    ] {
        let (format, notes) = match detect_and_import(&text, "x") {
            Ok(imported) => (Some(imported.format), imported.notes.len()),
            Err(error) => {
                assert!(error.to_string().len() < 2000, "{error}");
                (None, 0)
            }
        };
        assert!(notes < 250, "{format:?}: {notes} notes");
    }
}

/// UTF-16 takes two bytes for a character that takes one in UTF-8, so a file may have twice the bytes of a
/// text. A longer file is rejected by its length on the disk, before it is read.
#[test]
fn a_file_may_have_twice_the_maximum_length_of_a_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Mine ParametricEQ.txt");
    let wide = |bytes: usize| -> Vec<u8> {
        let text = format!("\u{feff}Preamp: -1 dB{}", " ".repeat(bytes / 2 - 14));
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    fs::write(&path, wide(2 * MAX_FILE_BYTES)).unwrap();
    let imported = import_file(&path).unwrap();
    assert_eq!(imported.preset.name, "Mine");
    assert_eq!(imported.preset.config.equalizer.preamp_db, -1.0);
    for bytes in [2 * MAX_FILE_BYTES + 2, 3 * MAX_FILE_BYTES] {
        fs::write(&path, wide(bytes)).unwrap();
        let refused = import_file(&path);
        assert!(
            matches!(refused, Err(ImportError::TooLong { bytes: stated }) if stated == bytes),
            "{bytes}: {refused:?}"
        );
    }
    let mut mixed = File::create(&path).unwrap();
    mixed.write_all(b"Preamp: -1,5 dB # caf\xe9\r\n").unwrap();
    assert_eq!(import_file(&path).unwrap().preset.config.equalizer.preamp_db, -1.5);
}

#[test]
fn folders_and_devices_are_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = vec![folder.path().to_owned(), folder.path().join("missing.txt")];
    if cfg!(unix) {
        paths.push("/dev/null".into());
    }
    for path in paths {
        let refused = import_file(&path);
        assert!(matches!(refused, Err(ImportError::Io { .. })), "{}: {refused:?}", path.display());
    }
}
