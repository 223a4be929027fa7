//! The readings of a file's tables, compared with the standard and the file's own bytes.

use super::boxes::{Top, boxes, find};
use super::edit::{Stated, resolve, stated};
use super::movie::Track;
use super::samples::Samples;
use super::*;
use std::io::Write;

fn wrap(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32 + 8).to_be_bytes();
    [&length[..], kind, body].concat()
}

fn header(scale: u32, length: u32) -> Vec<u8> {
    [&[0; 12][..], &scale.to_be_bytes(), &length.to_be_bytes()].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// A movie clock of 1 ms, and an audio track of 100 000 frames at 44.1 kHz with one edit: 97 packets of 1024
/// frames and one of 672.
fn moov(duration: u32, start: u32) -> Vec<u8> {
    let entry = [&[0; 16][..], &words(&[0x0002_0010, 0, 44_100 << 16])].concat();
    let stbl = [
        wrap(b"stsd", &[words(&[0, 1]), wrap(b"mp4a", &entry)].concat()),
        wrap(b"stts", &words(&[0, 2, 97, 1024, 1, 672])),
        wrap(b"stsz", &words(&[0, 300, 98])),
        wrap(b"stsc", &words(&[0, 2, 1, 40, 1, 3, 18, 1])),
        wrap(b"stco", &words(&[0, 3, 1000, 20_000, 50_000])),
    ]
    .concat();
    let mdia = [
        wrap(b"mdhd", &header(44_100, 100_000)),
        wrap(b"hdlr", b"\0\0\0\0\0\0\0\0soun"),
        wrap(b"minf", &wrap(b"stbl", &stbl)),
    ]
    .concat();
    let edit = words(&[0, 1, duration, start, 0x0001_0000]);
    let trak =
        [wrap(b"tkhd", &words(&[0, 0, 0, 1])), wrap(b"edts", &wrap(b"elst", &edit)), wrap(b"mdia", &mdia)]
            .concat();
    [wrap(b"mvhd", &header(1000, 2245)), wrap(b"trak", &trak)].concat()
}

fn trimmed(moov: &[u8]) -> (u64, Option<u64>) {
    let track = Track::of(moov).unwrap().unwrap();
    let samples = Samples::of_table(&track.table, 0);
    let (part, _) = resolve(stated(moov, &track), &samples, track.timescale);
    (part.skip, part.frames)
}

#[test]
fn an_edit_list_gives_the_start_and_exact_length_of_the_audio() {
    // 98 976 frames are 2244.35 ms, which a millisecond clock rounds. The edit covers the whole part, and the
    // last packet's 672 of 1024 frames give its end.
    assert_eq!(trimmed(&moov(2244, 1024)), (1024, None));
    let track = Track::of(&moov(2244, 1024)).unwrap().unwrap();
    assert_eq!(Samples::of_table(&track.table, 0).padding(), 1024 - 672);
    assert_eq!(trimmed(&moov(1000, 1024)), (1024, Some(44_100)));
}

#[test]
fn the_itunes_comment_counts_in_frames_and_only_with_the_right_sum() {
    let tagged = |text: &[u8]| {
        let data = wrap(b"data", &[&[0; 8][..], text].concat());
        let item = wrap(b"----", &[wrap(b"name", b"\0\0\0\0iTunSMPB"), data].concat());
        let meta = wrap(b"meta", &[&[0; 4][..], &wrap(b"ilst", &item)].concat());
        [moov(2244, 1024), wrap(b"udta", &meta)].concat()
    };
    // 0x840 + 0x1CA + 0x17C96 = 100 000.
    let true_sum = tagged(b" 00000000 00000840 000001CA 0000000000017C96 00000000");
    assert_eq!(trimmed(&true_sum), (0x840, Some(0x17C96)));
    let too_short = tagged(b" 00000000 00000840 000001CA 0000000000001000 00000000");
    assert_eq!(trimmed(&too_short), (0x840, None));
}

#[test]
fn packets_have_the_places_of_their_chunks() {
    let moov = moov(2244, 1024);
    let track = Track::of(&moov).unwrap().unwrap();
    let samples = Samples::of_table(&track.table, 7);
    // Chunks of 40, 40 and 18 packets of 300 bytes.
    let expected = |packet: usize| match packet {
        0..40 => 1007 + 300 * packet as u64,
        40..80 => 20_007 + 300 * (packet as u64 - 40),
        _ => 50_007 + 300 * (packet as u64 - 80),
    };
    for packet in (0..98).chain([5, 97, 41, 0]) {
        assert_eq!(samples.place(packet), Some((expected(packet), 300)), "{packet}");
    }
    assert_eq!((samples.len(), samples.decoded(), samples.duration()), (98, 100_000, 100_000 - 64 + 64));
}

fn case(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name)).unwrap()
}

fn open(bytes: &[u8]) -> Result<Stream, DecodeError> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    stream(file)
}

#[test]
fn every_byte_of_the_media_data_is_in_one_packet() {
    for name in ["m4a_dash_fragments.m4a", "m4a_aac_5.1.m4a"] {
        let bytes = case(name);
        let media: usize =
            boxes(&bytes).filter(|(kind, _)| kind == b"mdat").map(|(_, body)| body.len()).sum();
        let mut stream = open(&bytes).unwrap();
        let mut packets = 0;
        while let Some(packet) = stream.demuxer.next_packet(Timecode(0.0)).unwrap() {
            packets += packet.data.len();
        }
        assert_eq!(packets, media, "{name}");
    }
}

#[test]
fn a_missing_fragment_is_noted() {
    let bytes = case("m4a_dash_fragments.m4a");
    let mut window = {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        Window::whole(file).unwrap()
    };
    let mut at = 0;
    let mut fragments = Vec::new();
    while let Some(top) = Top::read(&mut window, at).unwrap() {
        if top.kind == *b"moof" {
            fragments.push(at as usize);
        }
        at = top.end;
    }
    let without_second = [&bytes[..fragments[1]], &bytes[fragments[2]..]].concat();
    let notes = open(&without_second).unwrap().notes;
    assert!(notes.iter().any(|note| note.contains("fragments are missing (gaps: 1)")), "{notes:?}");
    assert!(open(&bytes).unwrap().notes.is_empty());
}

#[test]
fn damaged_boxes_end_in_an_error_or_in_packets() {
    for bytes in [case("m4a_dash_fragments.m4a"), case("m4a_aac_5.1.m4a")] {
        let ends = boxes(&bytes).map(|(_, body)| body.len()).take(3).sum::<usize>().min(2000);
        for at in 0..ends {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xFF;
            for variant in [&bytes[..at], &damaged[..]] {
                let Ok(mut stream) = open(variant) else { continue };
                for _ in 0..20 {
                    if !matches!(stream.demuxer.next_packet(Timecode(0.0)), Ok(Some(_))) {
                        break;
                    }
                }
            }
        }
    }
}

#[test]
fn an_elementary_stream_descriptor_is_found_after_any_length() {
    let moov = case("m4a_aac_5.1.m4a");
    let moov = find(&moov, &[b"moov"]).unwrap();
    let track = Track::of(moov).unwrap().unwrap();
    assert_eq!(track.entry.0, *b"mp4a");
    assert!(matches!(stated(moov, &track), Stated::Edit { skip: 1024, frames: None }));
    assert!(codec::of(&track).is_ok());
}

#[test]
fn uncompressed_sound_is_read_frame_by_frame_from_its_chunks() {
    // Six stereo frames of 16 bits, big-endian, in chunks of four and two.
    let frames: Vec<i16> = (1..=12).map(|value| value * 1000).collect();
    let data: Vec<u8> = frames.iter().flat_map(|value| value.to_be_bytes()).collect();
    let media = [&[0xEE; 8][..], &data[..16], &[0xEE; 8], &data[16..]].concat();
    let mdat = wrap(b"mdat", &media);
    let entry = [&[0; 16][..], &words(&[0x0002_0010, 0, 48_000 << 16])].concat();
    let stbl = [
        wrap(b"stsd", &[words(&[0, 1]), wrap(b"twos", &entry)].concat()),
        wrap(b"stts", &words(&[0, 1, 6, 1])),
        // QuickTime counts a frame as one byte here.
        wrap(b"stsz", &words(&[0, 1, 6])),
        wrap(b"stsc", &words(&[0, 2, 1, 4, 1, 2, 2, 1])),
        wrap(b"stco", &words(&[0, 2, 16, 40])),
    ]
    .concat();
    let mdia = [
        wrap(b"mdhd", &header(48_000, 6)),
        wrap(b"hdlr", b"\0\0\0\0mhlrsoun"),
        wrap(b"minf", &wrap(b"stbl", &stbl)),
    ]
    .concat();
    let trak = [wrap(b"tkhd", &words(&[0, 0, 0, 1])), wrap(b"mdia", &mdia)].concat();
    let moov = wrap(b"moov", &[wrap(b"mvhd", &header(1000, 1)), wrap(b"trak", &trak)].concat());
    let mut stream = open(&[mdat, moov].concat()).unwrap();
    let mut block = crate::audio::block::Block::default();
    while let Some(packet) = stream.demuxer.next_packet(Timecode(0.0)).unwrap() {
        stream.decoder.decode(&packet.data, &mut block).unwrap();
    }
    let channel =
        |start: usize| frames.iter().skip(start).step_by(2).map(|&value| f32::from(value) / 32_768.0);
    assert_eq!(block.planes, [channel(0).collect::<Vec<_>>(), channel(1).collect()]);
    assert_eq!((stream.frames, stream.depth), (Some(6), Depth::Integer(16)));
}

#[test]
fn a_contradicting_table_of_durations_removes_no_sound() {
    let whole = moov(2244, 1024);
    let at = whole.windows(4).position(|name| name == b"stts").unwrap() + 12;
    // 97 packets of 1024 frames; the table states 50, and then 512 frames each.
    for (place, value) in [(at, 50u32), (at + 4, 512)] {
        let mut false_table = whole.clone();
        false_table[place..place + 4].copy_from_slice(&value.to_be_bytes());
        assert_eq!(trimmed(&false_table), (1024, None), "{value}");
    }
}

#[test]
fn a_file_cut_in_a_fragment_or_index_gets_a_note() {
    let bytes = case("m4a_dash_fragments.m4a");
    let second = bytes.windows(4).enumerate().filter(|(_, name)| name == b"moof").nth(1).unwrap().0 - 4;
    let notes = open(&bytes[..second + 20]).unwrap().notes;
    assert!(notes.iter().any(|note| note.contains("ends within the index of a fragment")), "{notes:?}");
    // One index for the whole file also lists the fragments that a cut removes.
    let references: Vec<u8> = (0..3).flat_map(|_| words(&[1000, 22_050, 0])).collect();
    let sidx = wrap(b"sidx", &[words(&[0, 1, 44_100, 0, 0, 3]), references].concat());
    let moov = bytes.windows(4).position(|name| name == b"moov").unwrap() - 4;
    let indexed = [&bytes[..moov], &sidx, &bytes[moov..second]].concat();
    let notes = open(&indexed).unwrap().notes;
    assert!(notes.iter().any(|note| note.contains("its segment index claims")), "{notes:?}");
}
