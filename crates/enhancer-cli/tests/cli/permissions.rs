//! A result has its input's read, write and execute permissions for user, group and others.

use crate::support::{Bench, Kind, noise};
use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt;

fn mode(bench: &Bench, name: &str) -> u32 {
    bench.path(name).metadata().unwrap().permissions().mode() & 0o7777
}

#[test]
fn the_input_s_permissions_are_kept_and_no_others() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(1, 1000));
    for (input, result) in [
        (0o600, 0o600),
        (0o640, 0o640),
        (0o644, 0o644),
        (0o664, 0o664),
        (0o666, 0o666),
        (0o755, 0o755),
        (0o444, 0o444),
        // Only the permissions to read, write and execute.
        (0o4755, 0o755),
        (0o2750, 0o750),
        (0o1777, 0o777),
    ] {
        set_permissions(bench.path("in.wav"), Permissions::from_mode(input)).unwrap();
        for format in ["wav", "flac"] {
            let out = format!("out-{input:o}.{format}");
            bench.run(&["enhance", "in.wav", "-o", &out]).ok();
            assert_eq!(mode(&bench, &out), result, "{input:o} {format}");
            // A replaced file also receives the input's permissions instead of its own.
            set_permissions(bench.path(&out), Permissions::from_mode(0o620)).unwrap();
            bench.run(&["enhance", "in.wav", "-o", &out, "--force"]).ok();
            assert_eq!(mode(&bench, &out), result, "{input:o} {format}");
        }
    }
}

#[test]
fn another_group_gets_at_most_the_permissions_of_others() {
    use std::os::unix::fs::{MetadataExt, chown};
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(1, 1000));
    let own = bench.path("in.wav").metadata().unwrap().gid();
    std::fs::create_dir(bench.path("shared")).unwrap();
    // New files in this folder belong to its group.
    if chown(bench.path("shared"), None, Some(own + 1)).is_err() {
        println!("skipped: a folder can't be given to another group here");
        return;
    }
    set_permissions(bench.path("shared"), Permissions::from_mode(0o2775)).unwrap();
    for (input, result) in [(0o660, 0o600), (0o664, 0o644), (0o640, 0o600), (0o777, 0o777)] {
        set_permissions(bench.path("in.wav"), Permissions::from_mode(input)).unwrap();
        bench.run(&["enhance", "in.wav", "--out-dir", "shared", "--force"]).ok();
        assert_eq!(mode(&bench, "shared/in.wav"), result, "{input:o}");
        assert_eq!(bench.path("shared/in.wav").metadata().unwrap().gid(), own + 1);
    }
}

#[test]
fn files_without_an_input_follow_the_umask() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(1, 1000));
    std::fs::write(bench.path("plain"), "").unwrap();
    set_permissions(bench.path("in.wav"), Permissions::from_mode(0o600)).unwrap();
    bench.run(&["analyze", "in.wav", "--plot", "a.svg"]).ok();
    assert_eq!(mode(&bench, "a.svg"), mode(&bench, "plain"));
}
