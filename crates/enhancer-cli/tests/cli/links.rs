//! Links: each file once, by its shortest path; a link as a target leads to the file that is replaced.

use crate::support::{Bench, Kind, noise};
use std::os::unix::fs::symlink;

fn bench_with(names: &[&str]) -> Bench {
    let bench = Bench::new();
    for name in names {
        bench.write_wav(name, 48_000, Kind::Int(16), &noise(1, 1000));
    }
    bench
}

/// What is made of the folder `in`.
fn made(bench: &Bench) -> Vec<String> {
    bench.run(&["enhance", "in", "--out-dir", "out", "--preset", "flat"]).ok();
    let files = bench.files().into_iter();
    files.filter_map(|name| name.strip_prefix("out/").map(str::to_owned)).collect()
}

#[test]
fn a_file_is_met_by_its_shortest_path() {
    let bench = bench_with(&["in/real/x.wav", "in/deep/er/y.wav", "in/plain.wav"]);
    // As long as the file's own path, and before it by name: the file's own wins.
    symlink("real", bench.path("in/0link")).unwrap();
    symlink("plain.wav", bench.path("in/0plain.wav")).unwrap();
    // Shorter, though by a link.
    symlink("deep/er/y.wav", bench.path("in/short.wav")).unwrap();
    // Longer: a way round by the folder above.
    symlink("../..", bench.path("in/deep/up")).unwrap();
    assert_eq!(made(&bench), ["plain.wav", "real/x.wav", "short.wav"]);
}

#[test]
fn loops_of_links_end() {
    let bench = bench_with(&["in/a/x.wav"]);
    symlink(".", bench.path("in/a/self")).unwrap();
    symlink("..", bench.path("in/a/up")).unwrap();
    symlink("knot", bench.path("in/knot")).unwrap();
    symlink("nowhere", bench.path("in/broken")).unwrap();
    // Each of twelve folders links to all: 12! paths.
    for from in 0..12 {
        std::fs::create_dir_all(bench.path(&format!("in/{from}"))).unwrap();
        for to in 0..12 {
            symlink(format!("../{to}"), bench.path(&format!("in/{from}/{to}"))).unwrap();
        }
    }
    bench.write_wav("in/7/y.wav", 48_000, Kind::Int(16), &noise(1, 1000));
    assert_eq!(made(&bench), ["7/y.wav", "a/x.wav"]);
    // A name that promises audio is told.
    symlink("nowhere", bench.path("in/broken.wav")).unwrap();
    symlink("knot.wav", bench.path("in/knot.wav")).unwrap();
    let run = bench.run(&["enhance", "in", "--out-dir", "out", "--force"]);
    assert_eq!((run.code, run.stderr.lines().count()), (Some(1), 2), "{run:?}");
    assert!(run.stderr.contains("broken.wav") && run.stderr.contains("knot.wav"), "{run:?}");
}
