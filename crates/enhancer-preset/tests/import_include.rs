//! `Include:` reads files of the folder and no others, at any depth, length and in cycles.

mod imported;

use enhancer_preset::import::{ImportError, Imported, detect_and_import, import_file};
use imported::notes;
use proptest::prelude::*;
use std::path::Path;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

fn import(folder: &Path) -> Imported {
    let imported = import_file(&folder.join("config/config.txt")).unwrap();
    imported.preset.config.validate().unwrap();
    imported
}

#[test]
fn reads_files_of_the_folder_and_below_in_place() {
    let folder = folder(&[
        (
            "config/config.txt",
            "Preamp: -1 dB\nChannel: L\nInclude: peace.txt\nFilter: ON PK Fc 500 Hz Gain -1 dB Q 1\nInclude: sub\\deep.txt",
        ),
        // A channel that an included file selects ends with that file.
        (
            "config/peace.txt",
            "Filter: ON PK Fc 100 Hz Gain -2 dB Q 1\nChannel: R\nFilter: ON PK Fc 200 Hz Gain -3 dB Q 1\nnonsense",
        ),
        ("config/sub/deep.txt", "Include: deeper.txt"),
        ("config/sub/deeper.txt", "Preamp: -4 dB\nFilter: ON XX Fc 1 Hz"),
    ]);
    let imported = import(folder.path());
    let bands = &imported.preset.config.equalizer.bands;
    let read: Vec<(f32, &str)> = bands.iter().map(|band| (band.frequency_hz, band.channel.label())).collect();
    assert_eq!(read, [(100.0, "left"), (200.0, "right"), (500.0, "left")]);
    // The inner preamp applies to the left side, which the outer file selected.
    assert!(imported.preset.config.stereo_enhancer.balance_percent > 0.0);
    let notes = notes(&imported);
    assert!(
        notes.contains(&"line 3: `peace.txt`, line 4: `nonsense` is not a command".to_owned()),
        "{notes:?}"
    );
    assert!(notes.iter().any(|note| note.starts_with("line 5: ") && note.contains("type XX")), "{notes:?}");
}

/// A device section of an included file applies where its `Include:` does.
#[test]
fn selects_devices_of_included_files() {
    let folder = folder(&[
        ("config/config.txt", "Include: a.txt\nInclude: b.txt\nPreamp: -1 dB"),
        ("config/a.txt", "Device: Speakers\nPreamp: -2 dB"),
        ("config/b.txt", "Device: Headphones\nPreamp: -4 dB"),
    ]);
    let error = import_file(&folder.path().join("config/config.txt")).unwrap_err();
    assert!(matches!(error, ImportError::Devices { .. }), "{error:?}");
    let path = folder.path().join("config/config.txt");
    let chosen = enhancer_preset::import::import_file_for(&path, Some("speakers")).unwrap();
    assert_eq!(chosen.preset.config.equalizer.preamp_db, -3.0);
}

#[test]
fn reads_nothing_outside_the_folder() {
    let folder = folder(&[
        ("config/config.txt", ""),
        ("config/inside.txt", "Preamp: -2 dB"),
        ("secret.txt", "Preamp: -16 dB"),
    ]);
    let absolute = folder.path().join("secret.txt");
    let mut outside =
        vec!["../secret.txt".to_owned(), "..\\secret.txt".to_owned(), "sub/../../secret.txt".to_owned()];
    outside.push(absolute.to_str().unwrap().to_owned());
    outside.push("C:\\Program Files\\EqualizerAPO\\config\\secret.txt".to_owned());
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&absolute, folder.path().join("config/link.txt")).unwrap();
        outside.push("link.txt".to_owned());
    }
    for name in outside {
        let text = format!("Preamp: -1 dB\nInclude: {name}\nInclude: inside.txt");
        std::fs::write(folder.path().join("config/config.txt"), text).unwrap();
        let imported = import(folder.path());
        assert_eq!(imported.preset.config.equalizer.preamp_db, -3.0, "{name}");
        let notes = notes(&imported);
        assert!(notes.len() == 1 && notes[0].starts_with("line 2: `Include: "), "{notes:?}");
        assert!(notes[0].contains("outside"), "{notes:?}");
    }
}

#[test]
fn missing_circular_and_too_many_files_are_reported() {
    let folder = folder(&[
        (
            "config/config.txt",
            "Preamp: -1 dB\nInclude: missing.txt\nInclude: loop.txt\nInclude: .\nInclude: many.txt",
        ),
        ("config/loop.txt", "Preamp: -2 dB\nInclude: loop.txt\nInclude: config.txt"),
        ("config/many.txt", &"Include: small.txt\n".repeat(100)),
        ("config/small.txt", "Preamp: -0.1 dB"),
    ]);
    let imported = import(folder.path());
    let notes = notes(&imported);
    for part in
        ["`Include: missing.txt` can't be read", "includes itself", "is not a file", "at most 32 files"]
    {
        assert!(notes.iter().any(|note| note.contains(part)), "{part}: {notes:?}");
    }
    // At most 32 files: loop.txt, many.txt and small.txt 30 times.
    assert_eq!(imported.preset.config.equalizer.preamp_db, -6.0);
    let chain: Vec<(String, String)> = (0..20)
        .map(|n| (format!("config/{n}.txt"), format!("Preamp: -0.1 dB\nInclude: {}.txt", n + 1)))
        .collect();
    let chain: Vec<(&str, &str)> = chain.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let deep = self::folder(&[&[("config/config.txt", "Include: 0.txt")], chain.as_slice()].concat());
    assert_eq!(import(deep.path()).preset.config.equalizer.preamp_db, -0.8);
}

/// Pasted text has no folder.
#[test]
fn pasted_text_includes_nothing() {
    let imported = detect_and_import("Preamp: -1 dB\nInclude: Cargo.toml", "Pasted").unwrap();
    assert_eq!(
        notes(&imported),
        ["line 2: `Include: Cargo.toml` is not read, because pasted text has no folder"]
    );
    let alone = detect_and_import("Include: other.txt", "Pasted").unwrap_err();
    assert!(alone.to_string().contains("other.txt"), "{alone}");
}

proptest! {
    /// For any name, the file beside the folder is not read.
    #[test]
    fn no_name_leads_out_of_the_folder(
        parts in prop::collection::vec(
            prop::sample::select(vec!["../", "..\\", "./", "sub/", "up/", "/", "\\", " ", "\"", "ROOT/", "~/", "%2e%2e/"]),
            0..5,
        ),
    ) {
        let folder = folder(&[("secret.txt", "Preamp: -16 dB"), ("config/sub/other.txt", "Preamp: -2 dB")]);
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path(), folder.path().join("config/up")).unwrap();
        let name = (parts.concat() + "secret.txt").replace("ROOT", folder.path().to_str().unwrap());
        std::fs::write(folder.path().join("config/config.txt"), format!("Preamp: -1 dB\nInclude: {name}")).unwrap();
        prop_assert_eq!(import(folder.path()).preset.config.equalizer.preamp_db, -1.0);
    }
}
