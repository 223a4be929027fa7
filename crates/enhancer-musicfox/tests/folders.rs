//! Unusable folders: presets that can't be written, and paths that would lead the log elsewhere.

#![cfg(unix)]

mod support;

use enhancer_musicfox::instances::*;
use std::ffi::c_int;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Running, c, last_error};
use tempfile::TempDir;

fn save(instance: &Running) -> c_int {
    // SAFETY: `c` makes C strings.
    unsafe { enhancer_save_preset(instance.0, c("mine").as_ptr(), c("{}").as_ptr()) }
}

#[test]
fn the_message_names_a_folder_that_can_not_be_written() {
    // Even root can't create a folder in /proc.
    let temp = TempDir::new().unwrap();
    std::fs::write(temp.path().join("file"), "").unwrap();
    for folder in [Path::new("/proc/audio-enhancer").to_owned(), temp.path().join("file/presets")] {
        let instance = Running::stereo(&folder);
        assert_eq!(save(&instance), -1);
        assert!(last_error().contains(folder.to_str().unwrap()), "{}", last_error());
        assert_eq!(enhancer_get_status(instance.0), 2);
    }
}

/// Child process of the test below: saves a preset while no byte can be written.
#[test]
#[ignore = "child process of `a_full_disk_gives_an_error_and_keeps_the_old_preset`"]
fn child_saves_on_a_full_disk() {
    let folder = PathBuf::from(std::env::var_os("TEST_FOLDER").unwrap());
    let instance = Running::stereo(&folder);
    assert_eq!(save(&instance), -1);
    assert!(last_error().contains("can't write"), "{}", last_error());
}

#[test]
fn a_full_disk_gives_an_error_and_keeps_the_old_preset() {
    let temp = TempDir::new().unwrap();
    assert_eq!(save(&Running::stereo(temp.path())), 0);
    let before = std::fs::read(temp.path().join("mine.json")).unwrap();
    // A limit of 0 on the length of files simulates a full disk. The script ignores the signal of that limit.
    let script = r#"trap "" XFSZ; ulimit -f 0; exec "$0" --exact --ignored --nocapture child_saves_on_a_full_disk >&2"#;
    let mut child = Command::new("sh");
    let output =
        child.args(["-c", script]).arg(std::env::current_exe().unwrap()).env("TEST_FOLDER", temp.path());
    // The child's messages go to a pipe, because the limit applies to files.
    let output = output.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names: Vec<_> =
        std::fs::read_dir(temp.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(
        (std::fs::read(temp.path().join("mine.json")).unwrap(), names.len()),
        (before, 1),
        "{names:?}"
    );
}

/// Child process of the tests below: an instance with a log starts and stops.
#[test]
#[ignore = "child process of the tests about the log"]
fn child_logs() {
    let rounds = std::env::var("TEST_ROUNDS").map_or(1, |rounds| rounds.parse().unwrap());
    // SAFETY: `c` makes a C string.
    let e = unsafe { enhancer_create(c(r#"{"log_level": "info"}"#).as_ptr()) };
    assert!(!e.is_null(), "{}", last_error());
    for _ in 0..rounds {
        assert_eq!((enhancer_start(e), enhancer_stop(e)), (0, 0));
    }
    enhancer_destroy(e);
}

/// Runs `child_logs` in a process whose folder for temporary files is `temp`.
fn run_with_log(temp: &Path, rounds: u32) {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "--ignored", "child_logs"]).env("TMPDIR", temp).env("HOME", temp);
    let output = child.env("TEST_ROUNDS", rounds.to_string()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

const LOG: &str = "go-musicfox/plugins/audio-enhancer.log";

#[test]
fn the_log_is_private() {
    let temp = TempDir::new().unwrap();
    run_with_log(temp.path(), 1);
    let mode = |path: &str| temp.path().join(path).metadata().unwrap().mode() & 0o777;
    assert_eq!((mode("go-musicfox"), mode("go-musicfox/plugins"), mode(LOG)), (0o700, 0o700, 0o600));
    assert_eq!(std::fs::read_to_string(temp.path().join(LOG)).unwrap().lines().count(), 4);
}

#[test]
fn there_is_no_log_behind_links_or_in_writable_folders() {
    let elsewhere = TempDir::new().unwrap();
    let victim = elsewhere.path().join("victim");
    std::fs::write(&victim, "mine").unwrap();
    let in_temp = |prepare: &dyn Fn(&Path)| {
        let temp = TempDir::new().unwrap();
        prepare(temp.path());
        run_with_log(temp.path(), 1);
        assert_eq!(std::fs::read_to_string(&victim).unwrap(), "mine");
        let others = std::fs::read_dir(elsewhere.path()).unwrap().count();
        assert_eq!(others, 1, "something was written through a link");
        temp
    };
    let plugins = |temp: &Path| {
        std::fs::create_dir_all(temp.join("go-musicfox/plugins")).unwrap();
        temp.join(LOG)
    };
    in_temp(&|temp| symlink(elsewhere.path(), temp.join("go-musicfox")).unwrap());
    in_temp(&|temp| {
        std::fs::create_dir(temp.join("go-musicfox")).unwrap();
        symlink(elsewhere.path(), temp.join("go-musicfox/plugins")).unwrap();
    });
    in_temp(&|temp| symlink(&victim, plugins(temp)).unwrap());
    in_temp(&|temp| std::fs::hard_link(&victim, plugins(temp)).unwrap());
    in_temp(&|temp| std::fs::create_dir(plugins(temp)).unwrap());
    let temp = in_temp(&|temp| {
        plugins(temp);
        std::fs::set_permissions(temp.join("go-musicfox"), PermissionsExt::from_mode(0o777)).unwrap();
    });
    assert!(!temp.path().join(LOG).exists(), "a log in a folder that other users can write to");
    // Opening a pipe would block.
    in_temp(&|temp| assert!(Command::new("mkfifo").arg(plugins(temp)).status().unwrap().success()));
}

#[test]
fn the_log_stays_small() {
    let temp = TempDir::new().unwrap();
    run_with_log(temp.path(), 12_000);
    let length = |path: &str| temp.path().join(path).metadata().unwrap().len();
    let previous = length(&format!("{LOG}.1"));
    assert!(length(LOG) <= 1 << 20 && previous <= 1 << 20 && previous > 900_000, "{previous}");
    let files = std::fs::read_dir(temp.path().join("go-musicfox/plugins")).unwrap().count();
    assert_eq!(files, 2);
}
