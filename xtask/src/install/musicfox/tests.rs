//! Installs into a temporary home and checks the files that arrive, stay and go.

use super::*;
use std::collections::BTreeMap;
use tempfile::TempDir;

/// A temporary home and a library in it, as a build leaves it.
struct Home {
    temporary: TempDir,
}

impl Home {
    fn new() -> Self {
        Self { temporary: tempfile::tempdir().unwrap() }
    }

    fn folder(&self) -> PathBuf {
        folder_in(self.temporary.path())
    }

    /// Writes the library; `word` makes one build differ from another.
    fn build(&self, word: &str) -> PathBuf {
        let library = self.temporary.path().join("built.so");
        fs::write(&library, [b"\x7fELF ", MARK, word.as_bytes()].concat()).unwrap();
        library
    }

    /// Writes a file into the folder.
    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.folder().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Every file and folder in the plugin's folder, with the files' content.
    fn all(&self) -> BTreeMap<String, Vec<u8>> {
        fn add(folder: &Path, prefix: &str, all: &mut BTreeMap<String, Vec<u8>>) {
            for entry in fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap()) {
                let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
                if entry.file_type().unwrap().is_dir() {
                    all.insert(format!("{name}/"), vec![]);
                    add(&entry.path(), &format!("{name}/"), all);
                } else {
                    all.insert(name, fs::read(entry.path()).unwrap_or_default());
                }
            }
        }
        let mut all = BTreeMap::new();
        add(&self.folder(), "", &mut all);
        all
    }

    fn status(&self) -> String {
        status_of(&self.folder(), &self.temporary.path().join("built.so")).unwrap()
    }
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[test]
fn installs_the_library_the_manifest_and_the_factory_presets_alone() {
    assert_eq!(folder_in(Path::new("/home")), Path::new("/home/.go-musicfox/plugins/audio-enhancer"));
    let home = Home::new();
    let library = home.build("first");
    install_into(&home.folder(), &library).unwrap();
    let all = home.all();
    let mut expected = [LIBRARY, "plugin.json", "configs/", "configs/presets/"].map(str::to_owned).to_vec();
    for entry in fs::read_dir(crate::root().join("presets")).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("configs/presets/{}", path.file_name().unwrap().to_str().unwrap());
        assert_eq!(all[&name], fs::read(path).unwrap(), "{name}");
        expected.push(name);
    }
    expected.sort_unstable();
    assert_eq!(all.keys().cloned().collect::<Vec<_>>(), expected);
    assert!(expected.len() > 24);
    assert_eq!(all[LIBRARY], fs::read(library).unwrap());
    let manifest = String::from_utf8(all["plugin.json"].clone()).unwrap();
    assert!(manifest.contains(&format!("\"entry_point\": \"{LIBRARY}\"")), "{manifest}");
    assert!(manifest.contains(&format!("\"version\": \"{VERSION}\"")), "{manifest}");
    assert!(home.status().ends_with(&format!("{VERSION}, the same as the last build")), "{}", home.status());
    // The user may write the files and folders; other users may not. The player reads them.
    #[cfg(unix)]
    for name in expected.iter().map(String::as_str).chain([""]) {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(home.folder().join(name)).unwrap().permissions().mode();
        assert_eq!((mode & 0o600, mode & 0o002), (0o600, 0), "{name}: {mode:o}");
    }
}

#[test]
fn a_new_version_replaces_the_old_one_and_keeps_the_users_files() {
    let home = Home::new();
    install_into(&home.folder(), &home.build("old")).unwrap();
    // The state that another version would leave.
    let manifest = String::from_utf8(home.all()["plugin.json"].clone()).unwrap();
    home.put("plugin.json", manifest.replace(VERSION, "0.0.1"));
    home.put("configs/presets/warm.json", "an older warm");
    home.put("configs/presets/mine.json", "mine");
    home.put("configs/mine.txt", "mine");
    assert!(home.status().contains("0.0.1, the same"), "{}", home.status());
    let library = home.build("new");
    assert!(home.status().contains("0.0.1, not the same"), "{}", home.status());
    install_into(&home.folder(), &library).unwrap();
    let all = home.all();
    assert_eq!(all[LIBRARY], fs::read(&library).unwrap());
    assert_eq!(all["plugin.json"], manifest.as_bytes());
    assert_eq!(all["configs/presets/warm.json"], fs::read(factory().join("warm.json")).unwrap());
    assert_eq!(
        (&all["configs/presets/mine.json"][..], &all["configs/mine.txt"][..]),
        (&b"mine"[..], &b"mine"[..])
    );
    fs::remove_file(&library).unwrap();
    assert!(home.status().ends_with("no build here to compare with"), "{}", home.status());
    assert!(uninstall_from(&home.folder()).unwrap());
    let left: Vec<String> = home.all().into_keys().collect();
    assert_eq!(left, ["configs/", "configs/mine.txt", "configs/presets/", "configs/presets/mine.json"]);
    assert!(!uninstall_from(&home.folder()).unwrap(), "our files are gone");
    assert!(home.status().contains("not installed"), "{}", home.status());
}

#[test]
fn uninstalling_leaves_no_empty_folder() {
    let home = Home::new();
    assert!(!uninstall_from(&home.folder()).unwrap());
    install_into(&home.folder(), &home.build("first")).unwrap();
    assert!(uninstall_from(&home.folder()).unwrap());
    assert!(!home.folder().exists() && home.folder().parent().unwrap().exists());
}

#[test]
fn completes_an_interrupted_installation() {
    for missing in [LIBRARY, "plugin.json"] {
        let home = Home::new();
        let library = home.build("first");
        install_into(&home.folder(), &library).unwrap();
        let whole = home.all();
        fs::remove_file(home.folder().join(missing)).unwrap();
        if missing == "plugin.json" {
            // The library and the manifest come before the presets.
            fs::remove_dir_all(home.folder().join("configs")).unwrap();
        }
        assert!(home.status().contains("incomplete"), "{}", home.status());
        install_into(&home.folder(), &library).unwrap();
        assert_eq!(home.all(), whole);
    }
}

/// Asserts that installing and uninstalling change nothing.
fn assert_unchanged(home: &Home, name: &str) {
    let before = home.all();
    let library = home.build("new");
    let refused = install_into(&home.folder(), &library);
    assert!(matches!(&refused, Err(TaskError::NotOurs(path)) if path.ends_with(name)), "{name}: {refused:?}");
    assert!(!uninstall_from(&home.folder()).unwrap(), "{name}");
    assert_eq!(home.all(), before, "{name}");
}

#[test]
fn leaves_files_of_another_maker_unchanged() {
    for name in [LIBRARY, "plugin.json", "configs/presets/warm.json"] {
        let home = Home::new();
        home.put(name, r#"{"id": "audio-enhancer", "author": "another"}"#);
        assert_unchanged(&home, name);
        assert_eq!(
            home.status().contains("of another maker"),
            !name.starts_with("configs"),
            "{}",
            home.status()
        );
    }
    let home = Home::new();
    fs::create_dir_all(home.folder().join(LIBRARY)).unwrap();
    assert_unchanged(&home, LIBRARY);
    let home = Home::new();
    fs::create_dir_all(home.folder().parent().unwrap()).unwrap();
    fs::write(home.folder(), "a file where the folder goes").unwrap();
    assert_unchanged(&home, LIBRARY);
}

#[test]
#[cfg(unix)]
fn follows_no_link() {
    use std::os::unix::fs::symlink;
    let elsewhere = tempfile::tempdir().unwrap();
    for name in ["", LIBRARY, "configs", "configs/presets", "configs/presets/warm.json"] {
        let home = Home::new();
        // Without a slash at its end, which would follow the link.
        let path: PathBuf = home.folder().join(name).components().collect();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(elsewhere.path().join("there"), &path).unwrap();
        let refused = install_into(&home.folder(), &home.build("new"));
        assert!(matches!(refused, Err(TaskError::NotOurs(_))), "{name}: {refused:?}");
        assert!(!uninstall_from(&home.folder()).unwrap(), "{name}");
        assert!(path.is_symlink() && !elsewhere.path().join("there").exists(), "{name}");
    }
}

#[test]
#[cfg(unix)]
fn leaves_a_linked_folder_unchanged() {
    let home = Home::new();
    install_into(&home.folder(), &home.build("first")).unwrap();
    let real = home.temporary.path().join("real");
    fs::rename(home.folder(), &real).unwrap();
    std::os::unix::fs::symlink(&real, home.folder()).unwrap();
    assert!(!uninstall_from(&home.folder()).unwrap());
    assert!(real.join("plugin.json").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn names_a_path_that_cannot_be_written() {
    // The kernel's own folder refuses even root.
    let home = Home::new();
    let refused = install_into(Path::new("/proc/audio-enhancer"), &home.build("first"));
    assert!(
        matches!(&refused, Err(TaskError::File { path, .. }) if path.starts_with("/proc")),
        "{refused:?}"
    );
}
