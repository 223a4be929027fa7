//! Files that must not be overwritten.

use crate::support::{Bench, Kind, noise};

fn content(bench: &Bench, name: &str) -> Vec<u8> {
    std::fs::read(bench.path(name)).unwrap()
}

#[test]
fn an_existing_file_is_kept_without_force() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(1, 1000));
    std::fs::write(bench.path("in.enhanced.wav"), b"precious").unwrap();
    std::fs::write(bench.path("there.wav"), b"precious").unwrap();
    for arguments in [&["enhance", "in.wav"][..], &["enhance", "in.wav", "-o", "there.wav"]] {
        let run = bench.run(arguments);
        assert_eq!(run.code, Some(1));
        assert!(run.stderr.contains("--force"), "{run:?}");
    }
    assert_eq!(content(&bench, "in.enhanced.wav"), b"precious");
    bench.run(&["enhance", "in.wav", "--force"]).ok();
    assert!(content(&bench, "in.enhanced.wav").starts_with(b"RIFF"));
    assert_eq!(content(&bench, "there.wav"), b"precious");
}

#[test]
fn an_input_is_never_overwritten() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(1, 1000));
    bench.write_wav("other.wav", 48_000, Kind::Int(16), &noise(1, 1000));
    std::fs::create_dir(bench.path("folder")).unwrap();
    let (before, other) = (content(&bench, "in.wav"), content(&bench, "other.wav"));
    let absolute = bench.path("in.wav");
    let mut spellings =
        vec!["in.wav".to_owned(), "./folder/../in.wav".to_owned(), absolute.to_string_lossy().into_owned()];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("in.wav", bench.path("symlink.wav")).unwrap();
        std::os::unix::fs::symlink(".", bench.path("same")).unwrap();
        spellings.extend(["symlink.wav".to_owned(), "same/in.wav".to_owned()]);
    }
    std::fs::hard_link(bench.path("in.wav"), bench.path("hardlink.wav")).unwrap();
    spellings.push("hardlink.wav".to_owned());
    for output in &spellings {
        let run = bench.run(&["enhance", "in.wav", "-o", output, "--force"]);
        assert_eq!(run.code, Some(1), "{output}");
        assert!(run.stderr.contains("which is an input"), "{run:?}");
    }
    // A whole folder onto itself, and a file onto another input.
    let run = bench.run(&["enhance", "in.wav", "other.wav", "--out-dir", ".", "--force"]);
    assert_eq!(run.code, Some(1));
    assert_eq!(content(&bench, "in.wav"), before);
    assert_eq!(content(&bench, "other.wav"), other);
}

#[test]
fn hard_links_to_a_replaced_file_keep_the_old_one() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 48_000, Kind::Int(16), &noise(1, 1000));
    std::fs::write(bench.path("out.wav"), b"old").unwrap();
    std::fs::hard_link(bench.path("out.wav"), bench.path("backup.wav")).unwrap();
    bench.run(&["enhance", "in.wav", "-o", "out.wav", "--force"]).ok();
    assert!(content(&bench, "out.wav").starts_with(b"RIFF"));
    assert_eq!(content(&bench, "backup.wav"), b"old");
}

#[test]
fn outputs_do_not_collide() {
    let bench = Bench::new();
    for name in ["a/x.wav", "b/x.wav", "same/y.wav"] {
        bench.write_wav(name, 48_000, Kind::Int(16), &noise(1, 1000));
    }
    bench.run(&["enhance", "same/y.wav", "-o", "same/y.flac"]).ok();
    // Two folders into one: the first file wins, the second is an error.
    let run = bench.run(&["enhance", "a", "b", "--out-dir", "out"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.lines().count() == 1 && run.stderr.contains("as would that of"), "{run:?}");
    // Inputs that differ only in their extension keep it. An input named twice is enhanced once.
    bench.run(&["enhance", "same", "same/y.wav", "--out-dir", "out2"]).ok();
    let files = bench.files();
    assert!(
        files.contains(&"out2/y.flac.wav".to_owned()) && files.contains(&"out2/y.wav.wav".to_owned()),
        "{files:?}"
    );
    assert_eq!(files.iter().filter(|name| name.starts_with("out")).count(), 3, "{files:?}");
}

#[test]
fn folders_keep_their_tree_and_other_files_are_skipped() {
    let bench = Bench::new();
    for name in ["music/1.wav", "music/deep/er/2.wav", "music/.hidden.wav", "music/1.enhanced.wav"] {
        bench.write_wav(name, 48_000, Kind::Int(16), &noise(1, 1000));
    }
    std::fs::write(bench.path("music/notes.txt"), "no audio").unwrap();
    std::fs::write(bench.path("music/cover.jpg"), "no audio").unwrap();
    let run = bench.run(&["enhance", "music", "--out-dir", "music/better"]).ok();
    assert_eq!(run.stderr, "");
    let made: Vec<String> = bench.files().into_iter().filter(|name| name.contains("better")).collect();
    assert_eq!(made, ["music/better/1.wav", "music/better/deep/er/2.wav"]);
    // Results are not taken as inputs.
    let again = bench.run(&["enhance", "music", "--out-dir", "music/better"]);
    assert_eq!((again.code, again.stderr.lines().count()), (Some(1), 2), "{again:?}");
    let files = bench.files().into_iter().filter(|name| name.contains("better"));
    assert_eq!(files.collect::<Vec<_>>(), made);
    std::fs::create_dir(bench.path("empty")).unwrap();
    let run = bench.run(&["enhance", "empty", "music/notes.txt", "nowhere.wav"]);
    assert_eq!(run.code, Some(1));
    for part in ["empty: holds no audio", "notes.txt: is not audio", "nowhere.wav: doesn't exist"] {
        assert!(run.stderr.contains(part), "{part}: {run:?}");
    }
}
