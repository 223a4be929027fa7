//! Links: each file is processed once, by its shortest path. Where the output is a link, the file that it
//! leads to is replaced.

use crate::support::{Bench, Kind, noise};
use std::os::unix::fs::symlink;

fn bench_with(names: &[&str]) -> Bench {
    let bench = Bench::new();
    for name in names {
        bench.write_wav(name, 48_000, Kind::Int(16), &noise(1, 1000));
    }
    bench
}

/// The outputs for the folder `in`.
fn made(bench: &Bench) -> Vec<String> {
    bench.run(&["enhance", "in", "--out-dir", "out", "--preset", "flat"]).ok();
    let files = bench.files().into_iter();
    files.filter_map(|name| name.strip_prefix("out/").map(str::to_owned)).collect()
}

#[test]
fn a_file_is_found_by_its_shortest_path() {
    let bench = bench_with(&["in/real/x.wav", "in/deep/er/y.wav", "in/plain.wav"]);
    // As long as the file's own path and before it by name; the file's own path takes precedence.
    symlink("real", bench.path("in/0link")).unwrap();
    symlink("plain.wav", bench.path("in/0plain.wav")).unwrap();
    // Shorter, although by a link.
    symlink("deep/er/y.wav", bench.path("in/short.wav")).unwrap();
    // Longer: through the folder above.
    symlink("../..", bench.path("in/deep/up")).unwrap();
    assert_eq!(made(&bench), ["plain.wav", "real/x.wav", "short.wav"]);
}

#[test]
fn loops_of_links_terminate() {
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
    // A broken link with the name of an audio file is reported.
    symlink("nowhere", bench.path("in/broken.wav")).unwrap();
    symlink("knot.wav", bench.path("in/knot.wav")).unwrap();
    let run = bench.run(&["enhance", "in", "--out-dir", "out", "--force"]);
    assert_eq!((run.code, run.stderr.lines().count()), (Some(1), 2), "{run:?}");
    assert!(run.stderr.contains("broken.wav") && run.stderr.contains("knot.wav"), "{run:?}");
}

#[test]
fn a_link_as_a_target_exists_and_stays_while_its_file_is_replaced() {
    let bench = bench_with(&["in.wav"]);
    let is_link = |name: &str| bench.path(name).symlink_metadata().unwrap().is_symlink();
    std::fs::create_dir(bench.path("there")).unwrap();
    std::fs::write(bench.path("there/old.wav"), "old").unwrap();
    for (link, to) in [("full.wav", "there/old.wav"), ("twice.wav", "full.wav"), ("gap.wav", "there/new.wav")]
    {
        symlink(to, bench.path(link)).unwrap();
        let run = bench.run(&["enhance", "in.wav", "-o", link]);
        assert!(run.code == Some(1) && run.stderr.contains("exists; use --force"), "{run:?}");
    }
    assert!(!bench.path("there/new.wav").exists());
    for link in ["full.wav", "twice.wav", "gap.wav"] {
        std::fs::write(bench.path("there/old.wav"), "old").unwrap();
        bench.run(&["enhance", "in.wav", "-o", link, "--force"]).ok();
        assert!(is_link(link) && std::fs::read(bench.path(link)).unwrap().starts_with(b"RIFF"), "{link}");
    }
    assert!(is_link("full.wav") && std::fs::read(bench.path("there/new.wav")).unwrap().starts_with(b"RIFF"));
    assert_eq!(bench.files().iter().filter(|name| name.contains("part")).count(), 0);
}

#[test]
fn a_link_never_leads_to_an_input_or_another_result() {
    let bench = bench_with(&["a.wav", "b.wav"]);
    let before = std::fs::read(bench.path("b.wav")).unwrap();
    symlink("b.wav", bench.path("a.enhanced.wav")).unwrap();
    let run = bench.run(&["enhance", "a.wav", "b.wav", "--force"]);
    assert!(run.code == Some(1) && run.stderr.contains("which is an input"), "{run:?}");
    assert!(std::fs::read(bench.path("b.wav")).unwrap() == before);
    // Two names of the same file.
    std::fs::remove_file(bench.path("a.enhanced.wav")).unwrap();
    std::fs::remove_file(bench.path("b.enhanced.wav")).unwrap();
    symlink("b.enhanced.wav", bench.path("a.enhanced.wav")).unwrap();
    let run = bench.run(&["enhance", "a.wav", "b.wav", "--force"]);
    assert!(run.code == Some(1) && run.stderr.contains("as would that of a.wav"), "{run:?}");
    // A picture does not replace the file that it shows either.
    for (name, is_hard) in [("soft.svg", false), ("hard.svg", true)] {
        let made = if is_hard {
            std::fs::hard_link(bench.path("b.wav"), bench.path(name))
        } else {
            symlink("b.wav", bench.path(name))
        };
        made.unwrap();
        let run = bench.run(&["analyze", "b.wav", "--plot", name, "--force"]);
        assert!(run.code == Some(2) && run.stderr.contains("names the input"), "{run:?}");
    }
    assert!(std::fs::read(bench.path("b.wav")).unwrap() == before);
}

#[test]
fn a_demonstration_follows_no_links() {
    let bench = bench_with(&[]);
    std::fs::create_dir(bench.path("demo")).unwrap();
    std::fs::write(bench.path("mine.wav"), "mine").unwrap();
    let mark = "This folder was written by `audio-enhancer demo`, which replaces what is in it.\n";
    std::fs::write(bench.path("demo/demo.txt"), mark).unwrap();
    symlink("../mine.wav", bench.path("demo/music.wav")).unwrap();
    let run = bench.run(&["demo", "-o", "demo"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(std::fs::read(bench.path("mine.wav")).unwrap(), b"mine");
}
