//! Installs into a temporary home and checks the bundles that arrive, stay and go.

use super::*;

/// A folder of bundles as a build leaves it; `word` makes one build differ from another.
fn build(folder: &Path, word: &str) -> PathBuf {
    let built = folder.join("built");
    let library = [b"\x7fELF ", MARK, word.as_bytes()].concat();
    let inner = built.join(bundle::VST3).join("Contents/x86_64-linux");
    fs::create_dir_all(&inner).unwrap();
    fs::write(inner.join("Audio Enhancer.so"), &library).unwrap();
    fs::write(built.join(bundle::CLAP), &library).unwrap();
    let lv2 = built.join(bundle::lv2::LV2);
    fs::create_dir_all(lv2.join("presets")).unwrap();
    fs::write(lv2.join("audio-enhancer.so"), &library).unwrap();
    built
}

fn all_found(built: &Path, home: &Path) -> Vec<Found> {
    survey(built, home).unwrap().into_iter().map(|(_, found)| found).collect()
}

/// Every path in the plugin folders.
fn in_home(home: &Path) -> Vec<PathBuf> {
    let mut all = vec![];
    for format in FORMATS {
        let folder = format.folder(home);
        all.extend(fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()));
    }
    all
}

#[test]
fn installs_replaces_and_removes_only_itself() {
    let temporary = tempfile::tempdir().unwrap();
    let home = temporary.path().join("home");
    let first = build(&temporary.path().join("1"), "first");
    assert_eq!(all_found(&first, &home), [Found::Nothing; 3]);
    install_from(&first, &home).unwrap();
    assert_eq!(all_found(&first, &home), [Found::Same; 3]);
    let neighbour = FORMATS[1].folder(&home).join("Neighbour.vst3");
    fs::write(&neighbour, "another plugin").unwrap();
    // A file that the new build lacks must not stay in the bundle.
    fs::write(FORMATS[1].installed(&home).join("Contents/stale"), "old").unwrap();
    let second = build(&temporary.path().join("2"), "second");
    assert_eq!(all_found(&second, &home), [Found::Other; 3]);
    install_from(&second, &home).unwrap();
    assert_eq!(all_found(&second, &home), [Found::Same; 3]);
    assert_eq!(all_found(&first, &home), [Found::Other; 3]);
    assert_eq!(in_home(&home).len(), 4, "temporary files beside the bundles: {:?}", in_home(&home));
    uninstall_from(&home).unwrap();
    assert_eq!(in_home(&home), [neighbour]);
    uninstall_from(&home).unwrap();
}

#[test]
fn leaves_bundles_of_another_maker_unchanged() {
    let temporary = tempfile::tempdir().unwrap();
    let home = temporary.path().join("home");
    let built = build(temporary.path(), "new");
    let foreign = FORMATS[1].installed(&home);
    fs::create_dir_all(&foreign).unwrap();
    fs::write(foreign.join("library.so"), "another maker's").unwrap();
    let error = install_from(&built, &home).unwrap_err();
    assert!(matches!(&error, TaskError::NotOurs(path) if *path == foreign), "{error}");
    assert_eq!(in_home(&home), std::slice::from_ref(&foreign), "no other format was installed");
    uninstall_from(&home).unwrap();
    assert_eq!(fs::read(foreign.join("library.so")).unwrap(), b"another maker's");
}

#[cfg(unix)]
#[test]
fn leaves_a_link_unchanged() {
    let temporary = tempfile::tempdir().unwrap();
    let home = temporary.path().join("home");
    let built = build(temporary.path(), "new");
    let link = FORMATS[0].installed(&home);
    fs::create_dir_all(link.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(built.join(bundle::CLAP), &link).unwrap();
    assert!(install_from(&built, &home).is_err());
    uninstall_from(&home).unwrap();
    assert!(link.is_symlink());
}

#[test]
fn refuses_a_bundle_without_the_plugin() {
    let temporary = tempfile::tempdir().unwrap();
    let home = temporary.path().join("home");
    let built = build(temporary.path(), "new");
    fs::write(built.join(bundle::CLAP), "an empty shell").unwrap();
    assert!(install_from(&built, &home).is_err());
    assert!(!FORMATS[0].installed(&home).exists());
}

#[cfg(unix)]
#[test]
fn a_failed_replacement_keeps_the_old_bundle() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("plugins");
    let (old, new) = (build(&temporary.path().join("1"), "old"), build(&temporary.path().join("2"), "new"));
    let to = folder.join(bundle::VST3);
    files::replace(&old.join(bundle::VST3), &to).unwrap();
    // A link without a target makes the copy fail half-way.
    std::os::unix::fs::symlink("/nowhere/at/all", new.join(bundle::VST3).join("Contents/zz")).unwrap();
    files::replace(&new.join(bundle::VST3), &to).unwrap_err();
    assert_eq!(files::contents(&to).unwrap(), files::contents(&old.join(bundle::VST3)).unwrap());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no partial copy is left");
}
