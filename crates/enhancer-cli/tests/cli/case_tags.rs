//! The tags of the cases: their values in WAV and FLAC, and the notes on lost ones.

use crate::cases::place;
use crate::support::{Bench, Run};
use crate::tag_kinds::{chunk, comments, flac_block, has};

/// Enhances a case to `out.wav` and `out.flac`.
fn both(bench: &Bench, name: &str) -> [Run; 2] {
    place(bench, name);
    ["out.wav", "out.flac"]
        .map(|out| bench.run(&["enhance", name, "-p", "flat", "-q", "-o", out, "--bits", "24"]).ok())
}

/// The value of a comment; the case of names is ignored.
fn value(comments: &[String], name: &str) -> Option<String> {
    let find = |comment: &String| {
        let (found, value) = comment.split_once('=')?;
        found.eq_ignore_ascii_case(name).then(|| value.to_owned())
    };
    comments.iter().find_map(find)
}

#[test]
fn a_broadcast_wav_keeps_its_time_reference_and_cue_points() {
    let bench = Bench::new();
    let [wav, flac] = both(&bench, "wav_bext_cue.wav");
    let before = chunk(&bench.path("wav_bext_cue.wav"), b"bext").unwrap();
    let after = chunk(&bench.path("out.wav"), b"bext").unwrap();
    // Description, originator, date, time and the 64-bit time reference (EBU Tech 3285 §2.3).
    assert_eq!(before[..346], after[..346]);
    assert_eq!(chunk(&bench.path("wav_bext_cue.wav"), b"cue "), chunk(&bench.path("out.wav"), b"cue "));
    assert_eq!(wav.stderr, "");
    assert!(flac.stderr.contains("bext") && flac.stderr.contains("cue"), "{flac:?}");
}

#[test]
fn an_artist_in_windows_1252_is_read() {
    let bench = Bench::new();
    both(&bench, "wav_info_cp1252.wav");
    assert_eq!(value(&comments(&bench.path("out.flac")), "ARTIST").as_deref(), Some("Meé"));
    assert!(has(&chunk(&bench.path("out.wav"), b"id3 ").unwrap(), "Meé".as_bytes()));
}

#[test]
fn gains_of_the_old_sound_are_removed_and_chapters_kept() {
    let bench = Bench::new();
    both(&bench, "tags_stale_and_chapters.mp3");
    let comments = comments(&bench.path("out.flac"));
    let stale = ["replaygain", "r128", "mp3gain", "itunnorm", "itunsmpb", "rva2"];
    for comment in &comments {
        let name = comment.split('=').next().unwrap_or_default().to_lowercase();
        assert!(!stale.iter().any(|stale| name.contains(stale)), "{comment}");
    }
    assert!(value(&comments, "CHAPTER001").is_some(), "{comments:?}");
    let id3 = chunk(&bench.path("out.wav"), b"id3 ").unwrap();
    assert!(has(&id3, b"CHAP") && has(&id3, b"CTOC") && has(&id3, b"SYLT"));
    for stale in [&b"RVA2"[..], b"r128_track_gain", b"MP3GAIN", b"iTunNORM", b"iTunSMPB"] {
        assert!(!has(&id3, stale), "{}", stale.escape_ascii());
    }
}

#[test]
fn an_audiobook_keeps_chapters_cover_lyrics_and_its_own_fields() {
    let bench = Bench::new();
    both(&bench, "tags_chapters_cover.m4b");
    let comments = comments(&bench.path("out.flac"));
    for name in ["CHAPTER001", "CHAPTER002", "LYRICS", "DESCRIPTION", "ASIN"] {
        assert!(value(&comments, name).is_some(), "{name}: {comments:?}");
    }
    // The kind of a picture block: 3 is a front cover (RFC 9639 §8.8).
    assert_eq!(flac_block(&bench.path("out.flac"), 6)[..4], [0, 0, 0, 3]);
    assert!(has(&chunk(&bench.path("out.wav"), b"id3 ").unwrap(), b"CHAP"));
}

#[test]
fn comments_with_and_without_a_frame_of_their_own_go_into_wav() {
    use flac_codec::encode::{FlacChannelWriter, Options};
    let bench = Bench::new();
    let fields = ["LYRICS=Line 1", "RATING=80", "CUSTOM_KEY=custom", "CUESHEET=TRACK 01", "DESCRIPTION=desc"];
    let comment = flac_codec::metadata::VorbisComment {
        vendor_string: "test".to_owned(),
        fields: fields.map(str::to_owned).to_vec(),
    };
    let file = std::fs::File::create(bench.path("in.flac")).unwrap();
    let options = Options::default().comment(comment);
    let mut writer = FlacChannelWriter::new(file, options, 44_100, 16, 1, None).unwrap();
    writer.write(&[vec![1000; 30_000]]).unwrap();
    writer.finalize().unwrap();
    for out in ["out.wav", "out.flac"] {
        bench.run(&["enhance", "in.flac", "-p", "flat", "-q", "-o", out]).ok();
    }
    let id3 = chunk(&bench.path("out.wav"), b"id3 ").unwrap();
    for part in [&b"USLT"[..], b"POPM", b"TXXX", b"CUSTOM_KEY", b"CUESHEET", b"DESCRIPTION"] {
        assert!(has(&id3, part), "{}", part.escape_ascii());
    }
    let kept = comments(&bench.path("out.flac"));
    assert!(fields.iter().all(|field| kept.contains(&(*field).to_owned())), "{kept:?}");
}
