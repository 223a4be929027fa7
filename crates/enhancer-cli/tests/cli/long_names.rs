//! File names of the greatest length: 255 bytes.

use crate::support::{Bench, Kind, noise};
use std::path::Path;

#[test]
fn a_name_of_255_bytes_is_read_and_written() {
    let bench = Bench::new();
    // Characters of three bytes: `é` would be a letter and an accent on some systems.
    let long = format!("{}.wav", "曲".repeat(83) + "ab");
    assert_eq!(long.len(), 255);
    bench.write_wav(&long, 48_000, Kind::Int(16), &noise(1, 1000));
    let out = long.replace("ab.wav", ".flac");
    assert_eq!(out.len(), 254);
    bench.run(&["enhance", &long, "-o", &out]).ok();
    bench.run(&["enhance", &long, "-o", &out, "--force"]).ok();
    std::fs::create_dir(bench.path("out")).unwrap();
    for force in [&[][..], &["--force"]] {
        bench.run(&[&["enhance", &long, "--out-dir", "out"], force].concat()).ok();
        bench
            .run(&[&["enhance", &long, "-o", &format!("out/{}", long.replace("ab", "xy"))], force].concat())
            .ok();
    }
    assert!(bench.path("out").join(&long).exists());
    assert_eq!(bench.files().len(), 4, "{:?}", bench.files());
}

#[test]
fn a_longer_name_is_shortened_in_its_middle_with_a_note() {
    let bench = Bench::new();
    // 13 bytes of `.enhanced.wav` don't fit; the two names differ at their end.
    let names = ["01", "02"].map(|number| format!("{} - track {number}.wav", "曲".repeat(79)));
    for name in &names {
        bench.write_wav(&format!("in/{name}"), 48_000, Kind::Int(16), &noise(1, 1000));
    }
    let run = bench.run(&["enhance", "in", "--json"]).ok();
    assert_eq!(run.stderr.lines().count(), 2, "{run:?}");
    for (file, number) in run.json()["files"].as_array().unwrap().iter().zip(["01", "02"]) {
        let output = file["output"].as_str().unwrap();
        let name = Path::new(output).file_name().unwrap().to_str().unwrap();
        assert!((250..=255).contains(&name.len()), "{name}");
        assert!(name.starts_with("曲曲") && name.contains('~'), "{name}");
        assert!(name.ends_with(&format!(" - track {number}.enhanced.wav")), "{name}");
        assert!(bench.path(output).exists() && run.stderr.contains(name), "{run:?}");
    }
    // They are recognised as results: not enhanced again, and replaced with `--force`.
    let run = bench.run(&["enhance", "in"]);
    assert_eq!((run.code, run.stderr.lines().count()), (Some(1), 2), "{run:?}");
    bench.run(&["enhance", "in", "--force"]).ok();
    assert_eq!(bench.files().len(), 4, "{:?}", bench.files());
}

#[cfg(unix)]
#[test]
fn a_name_that_is_too_long_is_reported_as_such() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(1, 1000));
    let run = bench.run(&["enhance", "in.wav", "-o", &format!("{}.wav", "x".repeat(252))]);
    assert_eq!((run.code, run.stderr.lines().count()), (Some(1), 1), "{run:?}");
    assert!(run.stderr.contains("shorten the name to 255 bytes"), "{run:?}");
}
