//! Each kind of tag is copied into each output that can hold it. Tags that are no longer true are dropped,
//! and a note names the rest.

use crate::support::{Bench, Kind, noise};
use lofty::config::WriteOptions;
use lofty::ogg::tag::VorbisComments;
use lofty::tag::TagExt;
use std::path::Path;

/// Four letters, a length of seven bits per byte, two flags, the body (ID3v2.4.0, clause 4).
fn frame(id: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), &synchsafe(body.len()), &[0, 0], body].concat()
}

fn synchsafe(size: usize) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| (size >> shift & 0x7F) as u8)
}

fn id3(frames: &[Vec<u8>]) -> Vec<u8> {
    let frames = frames.concat();
    [b"ID3\x04\0\0", &synchsafe(frames.len())[..], &frames].concat()
}

/// A second of MPEG-1 layer III, mono, 128 kbit/s: frames whose side information describes silence.
fn silent_mp3() -> Vec<u8> {
    let mut one = vec![0; 417];
    one[..4].copy_from_slice(&[0xFF, 0xFB, 0x90, 0xC0]);
    one.repeat(38)
}

/// A tag after the sound: header, items and footer (APEv2 specification).
fn ape(items: &[(&str, &str)]) -> Vec<u8> {
    let bodies = items.iter().map(|(name, value)| {
        let size = (value.len() as u32).to_le_bytes();
        [&size[..], &[0; 4], name.as_bytes(), &[0], value.as_bytes()].concat()
    });
    let body = bodies.collect::<Vec<_>>().concat();
    let edge = |flags: u32| {
        let numbers =
            [2000, body.len() as u32 + 32, items.len() as u32, flags].map(u32::to_le_bytes).concat();
        [b"APETAGEX", &numbers[..], &[0; 8]].concat()
    };
    [edge(0xA000_0000), body.clone(), edge(0x8000_0000)].concat()
}

fn chapter(id: &str, start_ms: u32, end_ms: u32, title: &str) -> Vec<u8> {
    let times = [start_ms, end_ms, u32::MAX, u32::MAX].map(u32::to_be_bytes).concat();
    let title = frame("TIT2", &[b"\x03", title.as_bytes()].concat());
    frame("CHAP", &[id.as_bytes(), &[0], &times, &title].concat())
}

pub(crate) fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Chunks of a RIFF file: name and body (RIFF 1991).
fn chunks(path: &Path) -> Vec<([u8; 4], Vec<u8>)> {
    let bytes = std::fs::read(path).unwrap();
    let (mut found, mut rest) = (Vec::new(), &bytes[12..]);
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[4..8].try_into().unwrap()) as usize;
        found.push((rest[..4].try_into().unwrap(), rest[8..8 + length].to_vec()));
        rest = &rest[8 + length + length % 2..];
    }
    found
}

pub(crate) fn chunk(path: &Path, name: &[u8; 4]) -> Option<Vec<u8>> {
    chunks(path).into_iter().find(|chunk| chunk.0 == *name).map(|chunk| chunk.1)
}

/// Frames of a WAV file's ID3v2.4 tag: id and body.
fn frames(path: &Path) -> Vec<(String, Vec<u8>)> {
    let tag = chunk(path, b"id3 ").expect("an id3 chunk");
    assert!(tag.starts_with(b"ID3\x04"));
    let number = |bytes: &[u8]| bytes.iter().fold(0, |number, &byte| number << 7 | usize::from(byte));
    let (mut found, mut rest) = (Vec::new(), &tag[10..10 + number(&tag[6..10])]);
    while rest.first().is_some_and(|&byte| byte != 0) {
        let size = number(&rest[4..8]);
        found.push((String::from_utf8(rest[..4].to_vec()).unwrap(), rest[10..10 + size].to_vec()));
        rest = &rest[10 + size..];
    }
    found
}

#[track_caller]
fn assert_frame(frames: &[(String, Vec<u8>)], id: &str, part: &[u8]) {
    assert!(frames.iter().any(|(known, body)| known == id && has(body, part)), "{id}: {frames:?}");
}

/// The first metadata block of a kind in a FLAC file (RFC 9639 §8.1).
pub(crate) fn flac_block(path: &Path, kind: u8) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    let mut at = 4;
    loop {
        let length = u32::from_be_bytes([0, bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize;
        let body = at + 4..at + 4 + length;
        if bytes[at] & 0x7F == kind {
            return bytes[body].to_vec();
        }
        assert!(bytes[at] & 0x80 == 0, "no block of kind {kind}");
        at = body.end;
    }
}

/// `NAME=value` of a FLAC file (RFC 9639 §8.6).
pub(crate) fn comments(path: &Path) -> Vec<String> {
    let bytes = flac_block(path, 4);
    let mut at = 0;
    let text = |at: &mut usize| {
        let length = u32::from_le_bytes(bytes[*at..*at + 4].try_into().unwrap()) as usize;
        *at += 4 + length;
        String::from_utf8(bytes[*at - length..*at].to_vec()).unwrap()
    };
    let _vendor = text(&mut at);
    let count = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    at += 4;
    (0..count).map(|_| text(&mut at)).collect()
}

const STALE: &[&str] = &[
    "r128_track_gain",
    "Replaygain_Album_Peak",
    "iTunNORM",
    "iTunSMPB",
    "MP3GAIN_MINMAX",
    "RVA2",
    "RVAD",
    "LAME3",
];

fn tagged_mp3() -> Vec<u8> {
    let text = |id: &str, text: &str| frame(id, &[b"\x03", text.as_bytes()].concat());
    let tag = id3(&[
        text("TIT2", "Título"),
        text("TPE1", "A\0B"),
        text("TRCK", "3/12"),
        text("TCON", "17\0Eurodisco"),
        text("TBPM", "120"),
        text("TSSE", "LAME3.100"),
        text("TXXX", "r128_track_gain\0-200"),
        text("TXXX", "Replaygain_Album_Peak\0.98"),
        text("TXXX", "MOOD2\0happy"),
        frame("RVA2", b"track\0\x01\xFB\x50\x00"),
        frame("RVAD", &[3, 16, 0, 0, 0, 0, 0, 0, 0, 0]),
        frame("COMM", b"\x03eng\0A comment"),
        frame("COMM", b"\x03engiTunNORM\0 00000500"),
        frame("COMM", b"\x03engiTunSMPB\0 00000000"),
        frame("USLT", b"\x03eng\0Line 1\nLine 2"),
        frame("POPM", b"a@b\0\xC4\x05"),
        frame("TMCL", b"\x03violin\0Anna"),
        frame("UFID", b"http://musicbrainz.org\0rec-id"),
        frame("WCOM", b"http://x.example/"),
        frame("PRIV", b"owner\0\x01\x02"),
        frame("PRIV", b"PeakValue\0\x01\x02\x03\x04"),
        frame("CTOC", b"toc\0\x03\x02ch1\0ch2\0"),
        chapter("ch1", 0, 400, "One"),
        chapter("ch2", 400, 900, "Two"),
    ]);
    [tag, silent_mp3(), ape(&[("MP3GAIN_MINMAX", "100,200"), ("Label", "From APE"), ("Title", "Other")])]
        .concat()
}

#[test]
fn all_true_tags_of_an_mp3_are_copied_into_wav() {
    let bench = Bench::new();
    std::fs::write(bench.path("in.mp3"), tagged_mp3()).unwrap();
    let run = bench.run(&["enhance", "in.mp3", "-o", "out.wav", "-p", "flat"]).ok();
    assert_eq!(run.stderr.matches("not kept").count(), 1, "{run:?}");
    let note = "TITLE of its APE tag is not kept: its ID3v2 tag differs";
    assert!(run.stderr.contains(note), "{run:?}");
    let frames = frames(&bench.path("out.wav"));
    for (id, part) in [
        ("TIT2", "Título".as_bytes()),
        ("TPE1", b"A\0B"),
        ("TRCK", b"3/12"),
        ("TXXX", b"MOOD2\0happy"),
        ("TXXX", b"From APE"),
        ("COMM", b"A comment"),
        ("USLT", b"Line 1\nLine 2"),
        ("POPM", b"a@b\0\xC4"),
        ("TMCL", b"violin\0Anna"),
        ("UFID", b"rec-id"),
        ("WCOM", b"http://x.example/"),
        ("PRIV", b"owner\0\x01\x02"),
        ("CTOC", b"ch1\0ch2\0"),
        ("CHAP", b"ch2\0\x00\x00\x01\x90\x00\x00\x03\x84"),
    ] {
        assert_frame(&frames, id, part);
    }
    let bytes = std::fs::read(bench.path("out.wav")).unwrap();
    for name in STALE.iter().chain(&["PeakValue", "TSSE"]) {
        assert!(!has(&bytes, name.as_bytes()), "{name} is stale");
    }
}

#[test]
fn all_tags_with_a_comment_are_copied_into_flac() {
    let bench = Bench::new();
    std::fs::write(bench.path("in.mp3"), tagged_mp3()).unwrap();
    let run = bench.run(&["enhance", "in.mp3", "-o", "out.flac", "-p", "flat", "--json"]).ok();
    let comments = comments(&bench.path("out.flac"));
    for comment in [
        "TITLE=Título",
        "ARTIST=A",
        "ARTIST=B",
        "TRACKNUMBER=3",
        "TRACKTOTAL=12",
        "GENRE=Rock",
        "GENRE=Eurodisco",
        "BPM=120",
        "MOOD2=happy",
        "LABEL=From APE",
        "COMMENT=A comment",
        "LYRICS=Line 1\nLine 2",
        "RATING=80",
        "PLAYCOUNT=5",
        "PERFORMER=Anna (violin)",
        "MUSICBRAINZ_TRACKID=rec-id",
        "WCOM=http://x.example/",
        "CHAPTER001=00:00:00.000",
        "CHAPTER001NAME=One",
        "CHAPTER002=00:00:00.400",
        "CHAPTER002NAME=Two",
    ] {
        assert!(comments.iter().any(|known| known == comment), "{comment}: {comments:?}");
    }
    assert_eq!(comments.len(), 21, "{comments:?}");
    // A note on standard error and in the JSON names every tag that it can't hold.
    let note = "PRIV owner is not kept: FLAC has no place for it; try --format wav";
    assert!(run.stderr.contains(note), "{run:?}");
    assert!(run.json()["files"][0]["notes"].as_array().unwrap().iter().any(|known| known == note));
}

#[test]
fn comments_lyrics_rating_and_chapters_are_copied_into_wav() {
    let bench = Bench::new();
    bench.write_wav("plain.wav", 44_100, Kind::Int(16), &noise(1, 5000));
    bench.run(&["enhance", "plain.wav", "-o", "in.flac"]).ok();
    let mut tag = VorbisComments::new();
    for (name, value) in [
        ("lyrics", "Line 1\nLine 2"),
        ("RATING", "80"),
        ("Custom_Key", "custom"),
        ("CUESHEET", "TRACK 01"),
        ("DESCRIPTION", "described"),
        ("artist", "A"),
        ("ARTIST", "B"),
        ("replaygain_reference_loudness", "89 dB"),
        ("ENCODER", "LAME3"),
        ("CHAPTER001", "00:00:00.050"),
        ("CHAPTER001NAME", "One"),
    ] {
        tag.push(name.to_owned(), value.to_owned());
    }
    tag.save_to_path(bench.path("in.flac"), WriteOptions::default()).unwrap();
    let run = bench.run(&["enhance", "in.flac", "-o", "out.wav", "-p", "flat"]).ok();
    assert_eq!(run.stderr, "");
    let found = frames(&bench.path("out.wav"));
    for (id, part) in [
        ("USLT", &b"Line 1\nLine 2"[..]),
        ("POPM", b"Windows Media Player 9 Series\0\xC4"),
        ("TXXX", b"RATING\x0080"),
        ("TXXX", b"Custom_Key\0custom"),
        ("TXXX", b"CUESHEET\0TRACK 01"),
        ("TXXX", b"DESCRIPTION\0described"),
        ("TPE1", b"A\0B"),
        // It ends with the sound: 5000 frames.
        ("CHAP", b"ch1\0\x00\x00\x00\x32\x00\x00\x00\x71"),
    ] {
        assert_frame(&found, id, part);
    }
    assert!(!found.iter().any(|(_, body)| has(body, b"89 dB") || has(body, b"LAME3")), "{found:?}");
    // The tags also survive the conversion back.
    bench.run(&["enhance", "out.wav", "-o", "back.flac", "-p", "flat"]).ok();
    let mut back = comments(&bench.path("back.flac"));
    back.sort();
    let expected = [
        "ARTIST=A",
        "ARTIST=B",
        "CHAPTER001=00:00:00.050",
        "CHAPTER001NAME=One",
        "CUESHEET=TRACK 01",
        "Custom_Key=custom",
        "DESCRIPTION=described",
        "LYRICS=Line 1\nLine 2",
        "RATING=80",
    ];
    assert_eq!(back, expected);
}

/// A WAV file with these chunks after the sound.
fn wav_with(bench: &Bench, name: &str, chunks: &[([u8; 4], Vec<u8>)]) {
    let path = bench.write_wav(name, 48_000, Kind::Int(16), &noise(1, 4801));
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    for (name, body) in chunks {
        bytes.extend(name);
        bytes.extend((body.len() as u32).to_le_bytes());
        bytes.extend(body);
        bytes.resize(bytes.len().next_multiple_of(2), 0);
    }
    let size = (bytes.len() as u32 - 8).to_le_bytes();
    bytes[4..8].copy_from_slice(&size);
    std::fs::write(path, bytes).unwrap();
}

/// Version 2 of EBU Tech 3285: time reference at 338, version at 346, loudness at 412.
fn bext(loudness: [u8; 10]) -> Vec<u8> {
    let mut body = vec![0; 602];
    body[..11].copy_from_slice(b"Description");
    body[338..346].copy_from_slice(&123_456_789u64.to_le_bytes());
    body[346] = 2;
    body[412..422].copy_from_slice(&loudness);
    [body, b"A=PCM\r\n".to_vec()].concat()
}

#[test]
fn chunks_that_stay_true_are_copied_into_wav() {
    let bench = Bench::new();
    let kept = [
        (*b"cue ", [&1u32.to_le_bytes()[..], &[0; 24]].concat()),
        (*b"LIST", b"adtllabl\x06\0\0\0\x01\0\0\0A\0".to_vec()),
        (*b"iXML", b"<BWFXML/>".to_vec()),
        (*b"smpl", vec![7; 36]),
        (*b"zzzz", vec![1, 2, 3]),
    ];
    let stale = [(*b"PEAK", vec![9; 16]), (*b"levl", vec![9; 8])];
    let all = [&[(*b"bext", bext([1; 10]))][..], &kept, &stale].concat();
    wav_with(&bench, "in.wav", &all);
    let run = bench.run(&["enhance", "in.wav", "-o", "out.wav", "-p", "flat"]).ok();
    assert_eq!(run.stderr, "");
    let found = chunks(&bench.path("out.wav"));
    for chunk in &kept {
        assert!(found.contains(chunk), "{chunk:?}");
    }
    // The sound's loudness has changed: all five values mean "not measured".
    let unset = [0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F];
    assert_eq!(chunk(&bench.path("out.wav"), b"bext"), Some(bext(unset)));
    assert!(stale.iter().all(|(name, _)| found.iter().all(|chunk| chunk.0 != *name)));
    // FLAC has no place for them; a note reports it.
    let run = bench.run(&["enhance", "in.wav", "-o", "out.flac", "-p", "flat"]).ok();
    let names = "bext (Broadcast WAV), cue (cue points), LIST adtl (cue labels), iXML (production notes), smpl (sampler \
                 settings), zzzz (a chunk) are not kept: FLAC has no place for them; try --format wav";
    assert!(run.stderr.contains(names), "{run:?}");
}

#[test]
fn info_of_both_encodings_is_read() {
    let bench = Bench::new();
    let info = b"INFOIART\x03\0\0\0M\xE9\0\0INAM\x04\0\0\0M\xC3\xA9\0IENG\x05\0\0\0Anna\0\0ISFT\x05\0\0\0Lavf\0\0ITRK\x02\0\0\x007\0";
    wav_with(&bench, "in.wav", &[(*b"LIST", info.to_vec())]);
    bench.run(&["enhance", "in.wav", "-o", "out.flac", "-p", "flat"]).ok();
    let found = comments(&bench.path("out.flac"));
    assert_eq!(found, ["ARTIST=Mé", "TITLE=Mé", "IENG=Anna", "TRACKNUMBER=7"]);
    bench.run(&["enhance", "in.wav", "-o", "out.wav", "-p", "flat"]).ok();
    let list = chunk(&bench.path("out.wav"), b"LIST").unwrap();
    assert!(has(&list, "IART\x04\0\0\0Mé\0".as_bytes()) && has(&list, b"IENG\x05\0\0\0Anna\0"), "{list:?}");
    assert!(!has(&list, b"ISFT"));
    assert_frame(&frames(&bench.path("out.wav")), "TPE1", "Mé".as_bytes());
}
