//! A user's presets survive any state of their folder.

use enhancer_dsp::EnhancerConfig;
use enhancer_preset::{Library, LibraryError, Overwrite, Preset, factory_presets};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

fn fresh() -> (TempDir, Library) {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::at(folder.path().join("deep/presets"));
    (folder, library)
}

fn preset(name: &str, master_gain_db: f32) -> Preset {
    Preset::new(name, EnhancerConfig { master_gain_db, ..EnhancerConfig::default() })
}

fn path(library: &Library, file: &str) -> PathBuf {
    library.folder().unwrap().join(file)
}

fn user_names(library: &Library) -> Vec<String> {
    let (presets, _) = library.list();
    presets.into_iter().filter(|preset| !preset.factory).map(|preset| preset.name).collect()
}

#[test]
fn saves_loads_lists_renames_and_deletes_presets() {
    let (_folder, library) = fresh();
    assert!(user_names(&library).is_empty(), "a missing folder counts as empty");
    let mine = Preset {
        description: "Like „here“".to_owned(),
        tags: vec!["a".to_owned(), "b".to_owned()],
        ..preset("古典 2.0", -3.0)
    };
    library.save(&mine, Overwrite::Refuse).unwrap();
    library.save(&preset("Abc", 1.0), Overwrite::Refuse).unwrap();
    assert_eq!(library.get("Abc").unwrap().category, "user", "the default category");
    assert_eq!(library.get("古典 2.0").unwrap(), mine);
    assert_eq!(user_names(&library), ["Abc", "古典 2.0"]);
    library.rename("古典 2.0", "Mine").unwrap();
    assert_eq!(library.get("mine").unwrap(), Preset { name: "Mine".to_owned(), ..mine });
    library.rename("Mine", "MINE").unwrap();
    assert_eq!(user_names(&library), ["Abc", "MINE"]);
    assert!(fs::read_to_string(path(&library, "MINE.json")).unwrap().contains("\"MINE\""));
    library.delete("abc").unwrap();
    assert_eq!(user_names(&library), ["MINE"]);
    assert!(matches!(library.delete("Abc"), Err(LibraryError::NotFound { .. })));
    assert!(matches!(library.get("Abc"), Err(LibraryError::NotFound { .. })));
}

/// The suggested name of a [`LibraryError::NotFound`].
fn suggestion<T: std::fmt::Debug>(result: Result<T, LibraryError>) -> Option<String> {
    match result {
        Err(LibraryError::NotFound { nearest, .. }) => nearest,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_mistyped_name_gets_a_suggestion() {
    let (_folder, library) = fresh();
    library.save(&preset("Night drive", 1.0), Overwrite::Refuse).unwrap();
    for (typed, meant) in [("bass", "bass-boost"), ("nightdrive", "Night drive"), ("driev", "Night drive")] {
        assert_eq!(suggestion(library.get(typed)).as_deref(), Some(meant));
    }
    assert_eq!(suggestion(library.delete("drive")).as_deref(), Some("Night drive"));
    assert_eq!(suggestion(library.rename("drive", "Drive 2")).as_deref(), Some("Night drive"));
    assert_eq!(suggestion(library.get("xyzzy")), None);
}

#[test]
fn a_user_preset_is_replaced_only_on_request() {
    let (_folder, library) = fresh();
    library.save(&preset("Mine", 1.0), Overwrite::Refuse).unwrap();
    library.save(&preset("Other", 5.0), Overwrite::Refuse).unwrap();
    for name in ["Mine", "MINE"] {
        let refused = library.save(&preset(name, 2.0), Overwrite::Refuse);
        assert!(matches!(refused, Err(LibraryError::Exists { name }) if name == "Mine"));
    }
    assert_eq!(library.get("Mine").unwrap().config.master_gain_db, 1.0);
    assert!(matches!(library.rename("Mine", "Other"), Err(LibraryError::Exists { .. })));
    for (name, gain_db) in [("Mine", 2.0), ("MINE", 3.0)] {
        let saved = library.save(&preset(name, gain_db), Overwrite::Replace).unwrap();
        assert_eq!(saved, path(&library, "Mine.json"), "a name that differs in case has the same file");
        assert_eq!(library.get("Mine").unwrap().config.master_gain_db, gain_db);
        assert_eq!(user_names(&library), ["Mine", "Other"]);
    }
}

#[test]
fn factory_presets_can_be_neither_shadowed_nor_deleted() {
    let (_folder, library) = fresh();
    for factory in factory_presets() {
        for name in [factory.name.clone(), factory.name.to_uppercase()] {
            let saved = library.save(&preset(&name, 1.0), Overwrite::Replace);
            assert!(matches!(saved, Err(LibraryError::Factory { .. })), "{name}");
            assert!(matches!(library.delete(&name), Err(LibraryError::Factory { .. })), "{name}");
            assert_eq!(library.get(&name).unwrap(), *factory);
        }
    }
    library.save(&preset("Mine", 1.0), Overwrite::Refuse).unwrap();
    assert!(matches!(library.rename("Mine", "flat"), Err(LibraryError::Factory { .. })));
    assert!(matches!(library.rename("flat", "Mine 2"), Err(LibraryError::Factory { .. })));
    // A file created by hand is reported, and the name still means the factory preset.
    fs::copy(path(&library, "Mine.json"), path(&library, "Flat.json")).unwrap();
    let (presets, problems) = library.list();
    assert_eq!(presets.len(), factory_presets().len() + 1);
    assert_eq!(problems.len(), 1);
    assert!(problems[0].path.ends_with("Flat.json"), "{}", problems[0].path.display());
}

#[test]
fn damaged_files_are_reported_with_their_place_and_skipped() {
    let (_folder, library) = fresh();
    library.save(&preset("Good", 1.0), Overwrite::Refuse).unwrap();
    for (file, text) in [
        ("Half.json", &b"{\"name\": \"Half\",\n \"config\": {\"master"[..]),
        ("Typo.json", b"{\"name\": \"Typo\",\n \"config\": {\"master_gian\": 3}}"),
        ("Loud.json", b"{\"name\": \"Loud\", \"config\": {\"master_gain\": 99}}"),
        ("Binary.json", b"\xff\xfe\x00"),
        ("Empty.json", b""),
        ("bad name!.json", b"{}"),
        ("Newer.json", b"{\"schema_version\": 7, \"name\": \"Newer\"}"),
        ("notes.txt", b"not a preset"),
        (".hidden.json", b"not a preset"),
    ] {
        fs::write(path(&library, file), text).unwrap();
    }
    fs::write(path(&library, "Huge.json"), " ".repeat(enhancer_preset::MAX_FILE_BYTES + 1)).unwrap();
    fs::create_dir(path(&library, "Folder.json")).unwrap();
    let (_, problems) = library.list();
    assert_eq!(user_names(&library), ["Good"]);
    let messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(problems.iter().all(|problem| problem.to_string().contains(&*problem.path.to_string_lossy())));
    assert_eq!(messages.len(), 9, "{messages:#?}");
    for parts in [
        &["Half.json", "line 2"][..],
        &["Typo.json", "line 2, column 28", "`config.master_gian`"],
        &["Loud.json", "master_gain", "99", "-24 to 24 dB"],
        &["Binary.json", "UTF-8"],
        &["Empty.json", "line 1"],
        &["bad name!.json", "`!`"],
        &["Newer.json", "`schema_version` is 7"],
        &["Huge.json", "at most 1048576"],
        &["Folder.json", "a folder"],
    ] {
        let found = messages.iter().any(|message| parts.iter().all(|part| message.contains(part)));
        assert!(found, "{parts:?} in {messages:#?}");
    }
    assert!(messages.iter().all(|message| !message.contains('\n')));
    assert!(matches!(library.get("Half"), Err(LibraryError::Damaged { .. })));
    library.delete("Half").unwrap();
}

#[test]
fn a_file_name_is_the_preset_name_and_a_bare_config_is_a_preset() {
    let (_folder, library) = fresh();
    library.save(&preset("Mine", 1.0), Overwrite::Refuse).unwrap();
    fs::rename(path(&library, "Mine.json"), path(&library, "Copied.json")).unwrap();
    fs::write(path(&library, "Bare.json"), "{\"master_gain\": -2}").unwrap();
    assert_eq!(user_names(&library), ["Bare", "Copied"]);
    assert_eq!(library.get("Bare").unwrap().config.master_gain_db, -2.0);
}

#[test]
fn names_are_never_paths() {
    let (folder, library) = fresh();
    let outside = folder.path().join("outside.json");
    fs::write(&outside, "{\"master_gain\": -2}").unwrap();
    let absolute = outside.with_extension("");
    for name in ["../../outside", "..", "a/b", "", absolute.to_str().unwrap(), "CON"] {
        assert!(
            matches!(library.save(&preset(name, 1.0), Overwrite::Replace), Err(LibraryError::Name(_))),
            "{name}"
        );
        assert!(matches!(library.get(name), Err(LibraryError::Name(_))), "{name}");
        assert!(matches!(library.delete(name), Err(LibraryError::Name(_))), "{name}");
    }
    library.save(&preset("Mine", 1.0), Overwrite::Refuse).unwrap();
    assert!(matches!(library.rename("Mine", "../../other"), Err(LibraryError::Name(_))));
    // The Kelvin sign equals `k` except for case, and has three bytes.
    let (short, long) = ("k".repeat(64), "\u{212a}".repeat(64));
    library.save(&preset(&short, 1.0), Overwrite::Refuse).unwrap();
    assert!(matches!(library.rename(&short, &long), Err(LibraryError::Name(_))));
    assert_eq!(user_names(&library), ["Mine", short.as_str()]);
    assert!(outside.exists());
}

#[test]
fn an_invalid_config_or_text_is_not_saved() {
    let (_folder, library) = fresh();
    assert!(matches!(library.save(&preset("Mine", 99.0), Overwrite::Refuse), Err(LibraryError::Config(_))));
    let rambling = Preset { description: "a\nb".to_owned(), ..preset("Mine", 1.0) };
    assert!(matches!(library.save(&rambling, Overwrite::Refuse), Err(LibraryError::Damaged { .. })));
    assert!(user_names(&library).is_empty());
}

/// A reader finds the old file or the new one at any moment, and no other files remain.
#[test]
fn a_preset_is_never_half_written() {
    let (_folder, library) = fresh();
    library.save(&preset("Mine", 0.0), Overwrite::Refuse).unwrap();
    let writer = {
        let library = library.clone();
        std::thread::spawn(move || {
            for round in 0..100 {
                library.save(&preset("Mine", (round % 20) as f32), Overwrite::Replace).unwrap();
            }
        })
    };
    let mut reads = 0;
    while !writer.is_finished() || reads == 0 {
        library.get("Mine").unwrap();
        reads += 1;
    }
    writer.join().unwrap();
    let left: Vec<_> =
        fs::read_dir(library.folder().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["Mine.json"]);
}

/// If two programs save a new preset of one name at the same time, one gets an error and neither overwrites
/// the other's.
#[test]
fn two_saves_at_once_do_not_overwrite_each_other() {
    let (_folder, library) = fresh();
    for round in 0..20 {
        let name = format!("Round {round}");
        let barrier = std::sync::Barrier::new(2);
        let save = |gain_db: f32| {
            barrier.wait();
            library.save(&preset(&name, gain_db), Overwrite::Refuse)
        };
        let results = std::thread::scope(|scope| {
            let other = scope.spawn(|| save(1.0));
            let mine = save(2.0);
            [other.join().unwrap(), mine]
        });
        let [first, second] = results.each_ref().map(Result::is_ok);
        assert!(first != second, "{results:?}");
        let refused = results.iter().find_map(|result| result.as_ref().err());
        assert!(matches!(refused, Some(LibraryError::Exists { .. })), "{refused:?}");
        let kept = if first { 1.0 } else { 2.0 };
        assert_eq!(library.get(&name).unwrap().config.master_gain_db, kept);
    }
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    #[test]
    fn links_are_read_but_never_written_through() {
        let (folder, library) = fresh();
        library.save(&preset("Mine", 1.0), Overwrite::Refuse).unwrap();
        let elsewhere = folder.path().join("elsewhere.json");
        fs::rename(path(&library, "Mine.json"), &elsewhere).unwrap();
        symlink(&elsewhere, path(&library, "Mine.json")).unwrap();
        symlink("nowhere", path(&library, "Dangling.json")).unwrap();
        assert_eq!(library.get("Mine").unwrap().config.master_gain_db, 1.0);
        let refused = library.save(&preset("Mine", 2.0), Overwrite::Replace);
        assert!(matches!(refused, Err(LibraryError::NotAFile { kind: "a symbolic link", .. })));
        let (_, problems) = library.list();
        assert!(problems.len() == 1 && problems[0].path.ends_with("Dangling.json"));
        for to in ["Other", "MINE"] {
            let refused = library.rename("Mine", to);
            assert!(
                matches!(refused, Err(LibraryError::NotAFile { kind: "a symbolic link", .. })),
                "{refused:?}"
            );
        }
        assert_eq!(fs::read_link(path(&library, "Mine.json")).unwrap(), elsewhere);
        assert_eq!(user_names(&library), ["Mine"]);
        library.delete("Mine").unwrap();
        library.delete("Dangling").unwrap();
        assert!(elsewhere.exists(), "the link goes, the file stays");
    }

    /// On a case-sensitive file system, each name means its own file if both exist.
    #[test]
    #[cfg(target_os = "linux")]
    fn an_exact_file_name_takes_precedence_over_one_of_other_case() {
        let (_folder, library) = fresh();
        library.save(&preset("mine", 1.0), Overwrite::Refuse).unwrap();
        fs::write(path(&library, "MINE.json"), "{\"master_gain\": 2}").unwrap();
        for (name, gain_db) in [("mine", 1.0), ("MINE", 2.0)] {
            assert_eq!(library.get(name).unwrap().config.master_gain_db, gain_db, "{name}");
        }
        library.delete("mine").unwrap();
        assert_eq!(user_names(&library), ["MINE"]);
    }

    #[test]
    fn an_unusable_folder_is_one_clear_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let library = Library::at(file.join("presets"));
        let message = library.save(&preset("Mine", 1.0), Overwrite::Refuse).unwrap_err().to_string();
        assert!(message.starts_with("can't create") && !message.contains('\n'), "{message}");
        let library = Library::at(file);
        let (presets, problems) = library.list();
        assert_eq!((presets.len(), problems.len()), (factory_presets().len(), 1));
    }

    #[test]
    fn a_folder_without_permission_is_one_clear_error() {
        let (_folder, library) = fresh();
        library.save(&preset("Mine", 1.0), Overwrite::Refuse).unwrap();
        let presets = library.folder().unwrap();
        fs::set_permissions(presets, fs::Permissions::from_mode(0o555)).unwrap();
        // Root may write everywhere, so no error is expected then.
        if fs::write(presets.join("probe"), "").is_err() {
            let refused = library.save(&preset("Other", 1.0), Overwrite::Refuse);
            assert!(matches!(refused, Err(LibraryError::Io { action: "write in", .. })));
        }
        fs::set_permissions(presets, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Reading a device could block forever.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_device_is_not_read() {
        let (_folder, library) = fresh();
        library.save(&preset("Mine", 1.0), Overwrite::Refuse).unwrap();
        symlink("/dev/full", path(&library, "Full.json")).unwrap();
        let error = library.get("Full").unwrap_err();
        assert!(matches!(error, LibraryError::NotAFile { kind: "a device", .. }), "{error}");
    }
}
