//! Tags and cover art are copied; tags that are no longer true of the new sound are not.

use crate::support::{Bench, Kind, noise};
use lofty::config::WriteOptions;
use lofty::file::TaggedFileExt;
use lofty::picture::{MimeType, Picture, PictureType};
use lofty::tag::{Accessor, ItemKey, Tag, TagExt, TagType};
use std::path::Path;

/// The smallest PNG: one pixel.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0,
    1, 8, 0, 0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T', 0x78, 0x9C, 0x63, 0x60, 0,
    0, 0, 2, 0, 1, 0x48, 0xAF, 0xA4, 0x71, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xAE, 0x42, 0x60, 0x82,
];

fn tag_it(path: &Path, kind: TagType) {
    let mut tag = Tag::new(kind);
    tag.set_title("Überall – 曲".to_owned());
    tag.set_artist("Somebody".to_owned());
    tag.set_album("An Album".to_owned());
    tag.set_track(7);
    tag.insert_text(ItemKey::Composer, "Someone Else".to_owned());
    tag.insert_text(ItemKey::ReplayGainTrackGain, "-7.5 dB".to_owned());
    let cover = Picture::unchecked(PNG.to_vec()).pic_type(PictureType::CoverFront).mime_type(MimeType::Png);
    tag.push_picture(cover.description("front").build());
    tag.save_to_path(path, WriteOptions::default()).unwrap();
}

#[track_caller]
fn check(path: &Path) {
    let file = lofty::read_from_path(path).unwrap();
    let tag = file.primary_tag().unwrap_or_else(|| panic!("{} has no tag", path.display()));
    assert_eq!(tag.title().as_deref(), Some("Überall – 曲"), "{}", path.display());
    assert_eq!(tag.artist().as_deref(), Some("Somebody"));
    assert_eq!(tag.album().as_deref(), Some("An Album"));
    assert_eq!(tag.track(), Some(7));
    assert_eq!(tag.get_string(ItemKey::Composer), Some("Someone Else"));
    assert_eq!(tag.get_string(ItemKey::ReplayGainTrackGain), None, "{}", path.display());
    assert_eq!(tag.pictures().len(), 1, "{}", path.display());
    assert_eq!(tag.pictures()[0].data(), PNG);
    assert_eq!(tag.pictures()[0].pic_type(), PictureType::CoverFront);
}

#[test]
fn tags_and_cover_are_copied() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 44_100, Kind::Int(16), &noise(2, 5000));
    bench.run(&["enhance", "in.wav", "-o", "in.flac"]).ok();
    tag_it(&bench.path("in.flac"), TagType::VorbisComments);
    tag_it(&bench.path("in.wav"), TagType::Id3v2);
    for (input, output) in
        [("in.flac", "a.flac"), ("in.flac", "a.wav"), ("in.wav", "b.flac"), ("in.wav", "b.wav")]
    {
        let run = bench.run(&["enhance", input, "-o", output]).ok();
        assert_eq!(run.stderr, "");
        check(&bench.path(output));
    }
    // The tags also survive a second conversion.
    bench.run(&["enhance", "a.wav", "-o", "c.flac"]).ok();
    check(&bench.path("c.flac"));
}

#[test]
fn comments_without_a_standard_name_stay_in_flac() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 44_100, Kind::Int(16), &noise(1, 5000));
    bench.run(&["enhance", "in.wav", "-o", "in.flac"]).ok();
    let mut comments = lofty::ogg::tag::VorbisComments::new();
    comments.push("MY_OWN_FIELD".to_owned(), "kept".to_owned());
    comments.push("ARTIST".to_owned(), "one".to_owned());
    comments.push("ARTIST".to_owned(), "two".to_owned());
    comments.save_to_path(bench.path("in.flac"), WriteOptions::default()).unwrap();
    bench.run(&["enhance", "in.flac", "-o", "out.flac"]).ok();
    let bytes = std::fs::read(bench.path("out.flac")).unwrap();
    for field in ["MY_OWN_FIELD=kept", "ARTIST=one", "ARTIST=two"] {
        assert!(bytes.windows(field.len()).any(|window| window == field.as_bytes()), "{field}");
    }
}

/// Chunks of a RIFF file after its kind: name and body. Each starts at an even place (RIFF 1991).
fn chunks(bytes: &[u8]) -> Vec<([u8; 4], &[u8])> {
    let mut found = Vec::new();
    let mut rest = &bytes[12..];
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[4..8].try_into().unwrap()) as usize;
        found.push((rest[..4].try_into().unwrap(), &rest[8..8 + length]));
        rest = &rest[8 + length + length % 2..];
    }
    found
}

#[test]
fn players_without_id3_find_title_and_artist_in_wav() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 44_100, Kind::Int(16), &noise(2, 5000));
    tag_it(&bench.path("in.wav"), TagType::Id3v2);
    bench.run(&["enhance", "in.wav", "-o", "out.wav"]).ok();
    let bytes = std::fs::read(bench.path("out.wav")).unwrap();
    let list = chunks(&bytes).into_iter().find(|(name, _)| name == b"LIST").expect("a LIST chunk").1;
    assert_eq!(&list[..4], b"INFO");
    for (field, text) in [(b"INAM", "Überall – 曲"), (b"IART", "Somebody"), (b"IPRD", "An Album")] {
        let at = list.windows(4).position(|window| window == field).unwrap();
        assert!(list[at + 8..].starts_with(text.as_bytes()), "{text}");
    }
}

#[test]
fn a_wav_file_s_chunks_fill_it_to_the_last_byte() {
    // Three bytes per frame and an odd number of frames: a byte of padding follows the audio.
    let bench = Bench::new();
    bench.write_wav("in.wav", 44_100, Kind::Float, &noise(1, 4999));
    for (bits, frame_bytes) in [("16", 2), ("24", 3), ("32f", 4)] {
        bench.run(&["enhance", "in.wav", "-o", "out.wav", "--bits", bits, "--force"]).ok();
        let bytes = std::fs::read(bench.path("out.wav")).unwrap();
        let riff = u32::from_le_bytes(bytes[4..8].try_into().unwrap()) as usize;
        assert_eq!((riff + 8, bytes.len() % 2), (bytes.len(), 0), "{bits}");
        let found = chunks(&bytes);
        let body = |name: &[u8; 4]| found.iter().find(|chunk| chunk.0 == *name).map(|chunk| chunk.1);
        assert_eq!(body(b"data").unwrap().len(), 4999 * frame_bytes, "{bits}");
        // `fact` counts the frames of codings other than PCM.
        let frames = body(b"fact").map(|fact| u32::from_le_bytes(fact.try_into().unwrap()));
        assert_eq!(frames, (bits == "32f").then_some(4999));
    }
}

#[test]
fn the_same_input_gives_the_same_file() {
    let bench = Bench::new();
    bench.write_wav("in.wav", 44_100, Kind::Int(16), &noise(2, 5000));
    tag_it(&bench.path("in.wav"), TagType::Id3v2);
    for name in ["out.wav", "out.flac"] {
        let mut runs = (0..6).map(|_| {
            bench.run(&["enhance", "in.wav", "-o", name, "--force"]).ok();
            std::fs::read(bench.path(name)).unwrap()
        });
        let first = runs.next().unwrap();
        assert!(runs.all(|run| run == first), "{name} differs from run to run");
    }
}
