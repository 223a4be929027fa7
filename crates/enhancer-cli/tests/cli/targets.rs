//! Targets other than plain files. Pipes and character devices are written into; block devices, sockets and
//! folders are refused; none of them is ever replaced. Devices here are copies of nodes in the test's own
//! folder.

use crate::support::{Bench, Kind, noise};
use std::fs::{self, File, Metadata};
use std::io::Read;
use std::os::unix::fs::FileTypeExt;
use std::process::{Command, Stdio};
use std::thread;

fn bench() -> Bench {
    let bench = Bench::new();
    // More than the capacity of a pipe, 64 KiB.
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(2, 100_000));
    bench
}

fn pipe(bench: &Bench, name: &str) {
    assert!(Command::new("mkfifo").arg(bench.path(name)).status().unwrap().success());
}

/// Makes a device node by Linux's numbers; false where the system does not allow it.
#[cfg(target_os = "linux")]
fn node(bench: &Bench, name: &str, kind: &str, major: &str, minor: &str) -> bool {
    let mut mknod = Command::new("mknod");
    let made = mknod.arg(bench.path(name)).args([kind, major, minor]).stderr(Stdio::null()).status();
    let is_made = made.is_ok_and(|status| status.success());
    if !is_made {
        println!("skipped: device nodes can't be made here");
    }
    is_made
}

fn standing(bench: &Bench, name: &str) -> Metadata {
    fs::symlink_metadata(bench.path(name)).unwrap()
}

#[test]
fn a_pipe_receives_the_same_bytes_as_a_file() {
    let bench = bench();
    for (name, arguments) in [
        ("pipe.wav", &[][..]),
        ("pipe.flac", &[]),
        ("pipe", &["--loudness", "-30"]),
        ("pipe2", &["--format", "flac", "--bits", "24"]),
    ] {
        pipe(&bench, name);
        let format = if name == "pipe.flac" || name == "pipe2" { "flac" } else { "wav" };
        let file = format!("file.{format}");
        let path = bench.path(name);
        let reader = thread::spawn(move || fs::read(path).unwrap());
        bench.run(&[&["enhance", "in.wav", "-p", "flat", "-o", name], arguments].concat()).ok();
        let read = reader.join().unwrap();
        bench.run(&[&["enhance", "in.wav", "-p", "flat", "-o", &file], arguments].concat()).ok();
        fs::rename(bench.path(&file), bench.path("file")).unwrap();
        assert!(read == fs::read(bench.path("file")).unwrap(), "{name}: {} bytes", read.len());
        assert!(standing(&bench, name).file_type().is_fifo(), "{name}");
    }
    assert!(bench.files().iter().all(|name| !name.contains(".part-")));
}

#[test]
fn a_link_to_a_pipe_counts_as_the_pipe() {
    let bench = bench();
    pipe(&bench, "pipe");
    std::os::unix::fs::symlink("pipe", bench.path("link.wav")).unwrap();
    let path = bench.path("pipe");
    let reader = thread::spawn(move || fs::read(path).unwrap());
    bench.run(&["enhance", "in.wav", "-o", "link.wav"]).ok();
    assert!(reader.join().unwrap().starts_with(b"RIFF"));
    assert!(standing(&bench, "link.wav").is_symlink() && standing(&bench, "pipe").file_type().is_fifo());
}

#[test]
fn a_reader_that_leaves_early_is_a_failure() {
    let bench = bench();
    pipe(&bench, "pipe.wav");
    let path = bench.path("pipe.wav");
    let reader = thread::spawn(move || File::open(path).unwrap().read_exact(&mut [0; 100]).unwrap());
    let run = bench.run(&["enhance", "in.wav", "-o", "pipe.wav", "--force"]);
    reader.join().unwrap();
    assert_eq!((run.code, run.stderr.lines().count()), (Some(1), 1), "{run:?}");
    assert!(run.stderr.contains("can't be written completely"), "{run:?}");
    assert!(standing(&bench, "pipe.wav").file_type().is_fifo());
}

#[test]
fn waiting_for_a_reader_can_be_interrupted() {
    let bench = bench();
    pipe(&bench, "pipe.wav");
    let mut command = bench.command(&["enhance", "in.wav", "-o", "pipe.wav"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The wait is not visible from outside; an earlier interruption ends the command as well.
    thread::sleep(std::time::Duration::from_millis(1500));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let printed = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{printed}");
    assert!(printed.contains("was interrupted") && printed.lines().count() == 1, "{printed}");
    assert!(standing(&bench, "pipe.wav").file_type().is_fifo());
}

#[test]
fn standard_output_that_carries_sound_carries_nothing_else() {
    let bench = bench();
    bench.run(&["enhance", "in.wav", "-o", "file.wav"]).ok();
    for results in [&[][..], &["--json"]] {
        let arguments = [&["enhance", "in.wav", "-o", "/dev/stdout"], results].concat();
        let output = bench.command(&arguments).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{printed}");
        assert!(output.stdout == fs::read(bench.path("file.wav")).unwrap(), "{}", output.stdout.len());
        assert!(printed.contains(if results.is_empty() { "preset pop" } else { "\"files\"" }), "{printed}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_redirected_to_a_file_receives_the_sound() {
    let bench = bench();
    bench.run(&["enhance", "in.wav", "-o", "file.wav"]).ok();
    let arguments = ["enhance", "in.wav", "-o", "/dev/stdout", "--format", "wav"];
    for (force, status) in [(&[][..], Some(1)), (&["--force"], Some(0))] {
        let file = File::create(bench.path("out.wav")).unwrap();
        let output = bench.command(&[&arguments, force].concat()).stdout(file).output().unwrap();
        let printed = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), status, "{printed}");
        assert!(printed.contains(if force.is_empty() { "use --force" } else { "preset pop" }), "{printed}");
    }
    assert!(fs::read(bench.path("out.wav")).unwrap() == fs::read(bench.path("file.wav")).unwrap());
}

#[cfg(target_os = "linux")]
#[test]
fn a_character_device_is_written_into_and_stays() {
    let bench = bench();
    // The null device's numbers.
    if !node(&bench, "null.wav", "c", "1", "3") || fs::write(bench.path("null.wav"), "x").is_err() {
        println!("skipped: devices can't be opened here");
        return;
    }
    fs::rename(bench.path("null.wav"), bench.path("null")).unwrap();
    std::os::unix::fs::symlink("null", bench.path("link.flac")).unwrap();
    for arguments in [
        &["-o", "null"][..],
        &["-o", "null", "--force"],
        &["-o", "null", "--force", "--format", "flac", "--loudness", "-20"],
        &["-o", "link.flac", "-f"],
    ] {
        bench.run(&[&["enhance", "in.wav"], arguments].concat()).ok();
        let null = standing(&bench, "null");
        assert!(
            null.file_type().is_char_device() && std::os::unix::fs::MetadataExt::rdev(&null) == 0x103,
            "{arguments:?}"
        );
        assert!(standing(&bench, "link.flac").is_symlink(), "{arguments:?}");
    }
    // By any name: as the result of a folder, and as a picture.
    fs::rename(bench.path("null"), bench.path("in.enhanced.wav")).unwrap();
    bench.run(&["enhance", "in.wav", "--force"]).ok();
    assert!(standing(&bench, "in.enhanced.wav").file_type().is_char_device());
    fs::rename(bench.path("in.enhanced.wav"), bench.path("null.svg")).unwrap();
    bench.run(&["analyze", "in.wav", "--plot", "null.svg", "--force"]).ok();
    assert!(standing(&bench, "null.svg").file_type().is_char_device());
}

#[test]
fn block_devices_sockets_and_folders_are_refused() {
    let bench = bench();
    fs::create_dir(bench.path("folder.wav")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(bench.path("socket.wav")).unwrap();
    #[cfg_attr(not(target_os = "linux"), allow(unused_mut))]
    let mut targets = vec![("socket.wav", "a socket")];
    // A loop device that no system has; it is never opened.
    #[cfg(target_os = "linux")]
    if node(&bench, "block.wav", "b", "7", "250") {
        targets.push(("block.wav", "a block device"));
    }
    for (name, kind) in targets {
        let kind_before = standing(&bench, name).file_type();
        for force in [&[][..], &["--force"]] {
            let run = bench.run(&[&["enhance", "in.wav", "-o", name], force].concat());
            assert_eq!((run.code, run.stderr.lines().count()), (Some(1), 1), "{run:?}");
            assert!(run.stderr.contains(&format!("{name} is {kind}, which is never written to")), "{run:?}");
            assert_eq!(standing(&bench, name).file_type(), kind_before);
        }
    }
    fs::create_dir(bench.path("in.enhanced.wav")).unwrap();
    let run = bench.run(&["enhance", "in.wav", "--force"]);
    assert!(run.code == Some(1) && run.stderr.contains("is a folder"), "{run:?}");
}
