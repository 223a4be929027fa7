//! The places of frames, tags and parts in files of known layout.

use super::*;
use std::io::Write;

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

/// A silent frame of MPEG-1 layer III, 128 kbit/s, 44.1 kHz, stereo: 417 bytes, 1152 samples.
fn frame() -> Vec<u8> {
    [&[0xFF, 0xFB, 0x90, 0x00][..], &[0; 413]].concat()
}

/// A frame with a tag like LAME's that counts `frames` and states 576 samples of delay and 1000 of padding.
fn tag(frames: u32) -> Vec<u8> {
    let mut tag = frame();
    tag[36..40].copy_from_slice(b"Info");
    tag[40..44].copy_from_slice(&1u32.to_be_bytes());
    tag[44..48].copy_from_slice(&frames.to_be_bytes());
    tag[48..57].copy_from_slice(b"LAME3.100");
    tag[48 + 21..48 + 24].copy_from_slice(&[0x24, 0x03, 0xE8]);
    tag
}

fn index(bytes: &[u8]) -> Result<Index, DecodeError> {
    Index::of::<layer::Layer>(file(bytes), 0, u64::MAX)
}

#[test]
fn delay_and_padding_are_trimmed_where_the_tag_s_frames_end() {
    let whole = [tag(10), frame().repeat(10)].concat();
    // 576 samples of the encoder's delay and 529 of the decoder's.
    let trim = index(&whole).unwrap().parts[0].trim();
    assert_eq!((trim.skip, trim.frames), (1105, Some(11_520 - 576 - 1000)));
    // The padding of a tag with a wrong count is ignored.
    for false_count in [0, 5, 11, 12, 1_000_000] {
        let index = index(&[tag(false_count), frame().repeat(10)].concat()).unwrap();
        assert_eq!((index.parts[0].trim().skip, index.parts[0].trim().frames), (1105, None));
        assert_eq!(index.frames(), 11_520 - 1105);
        assert!(index.notes("MP3")[0].contains(&format!("claims {false_count} frames")));
    }
}

#[test]
fn each_joined_file_is_a_part() {
    let id3 = [&b"ID3\x04\0\0\0\0\x01\0"[..], &[0xFF; 128]].concat();
    let one = [tag(10), frame().repeat(10)].concat();
    let index = index(&[&id3[..], &one, &id3, &one, &id3, &frame().repeat(3)].concat()).unwrap();
    let starts: Vec<u64> = index.parts.iter().map(|part| part.first_frame).collect();
    assert_eq!(starts, [0, 10]);
    // The second part's tag counts ten frames, but 13 follow it.
    assert_eq!(index.frames(), (11_520 - 1576) + (13 * 1152 - 1105));
}

#[test]
fn junk_between_frames_is_a_hole_where_the_tag_counts_more_frames() {
    let junk = [0x55; 1000];
    let whole = [&frame().repeat(5)[..], &junk, &frame().repeat(5)].concat();
    let noted = index(&whole).unwrap();
    assert_eq!((noted.frames(), noted.lost_frames(1, 1000)), (11_520, None));
    assert!(noted.notes("MP3")[0].contains("1000 bytes at 0:00.1"));
    // 1000 bytes are 2.4 frames of 417.
    assert_eq!(noted.about(1, 1000), 2 * 1152);
    let holed = index(&[&tag(12)[..], &whole].concat()).unwrap();
    assert_eq!(holed.lost_frames(1, 1000), Some(2 * 1152));
    assert_eq!(holed.frames(), 12 * 1152 - 1576);
}

#[test]
fn a_change_of_rate_is_an_error_with_its_time() {
    let other = [&[0xFF, 0xFB, 0x94, 0x00][..], &[0; 380]].concat();
    let error = index(&[frame().repeat(100), other.repeat(4)].concat()).unwrap_err();
    assert_eq!(error.to_string(), "changes from 44100 Hz to 48000 Hz at 0:02.6; split it there");
}

#[test]
fn a_cut_last_frame_is_a_note_or_an_error_where_its_tag_counts_more() {
    let cut = &frame()[..200];
    let without = index(&[&frame().repeat(10)[..], cut].concat()).unwrap();
    assert!(!without.is_cut() && without.notes("MP3")[0].contains("200 bytes at 0:00.3"));
    let with = index(&[&tag(12)[..], &frame().repeat(10), cut].concat()).unwrap();
    assert!(with.is_cut());
}

#[test]
fn frames_are_found_after_junk_but_not_in_noise() {
    let mut random = enhancer_measure::signal::Random::new(1);
    let junk: Vec<u8> = std::iter::repeat_with(|| random.next_u64() as u8).take(5000).collect();
    let found = |bytes: &[u8]| kind(&file(bytes), 0, 65_536).unwrap();
    assert_eq!(found(&[&junk[..], &frame().repeat(10)].concat()), Some(Kind::Layers));
    assert_eq!(found(&junk), None);
    assert_eq!(found(&frame()), Some(Kind::Layers));
}

#[test]
fn a_count_of_bytes_shows_whether_a_tag_counts_its_own_frame() {
    let mut own = tag(11);
    own[40..44].copy_from_slice(&3u32.to_be_bytes());
    // The extension follows the two counts.
    own.copy_within(48..80, 52);
    own[48..52].copy_from_slice(&(11u32 * 417).to_be_bytes());
    let whole = index(&[own, frame().repeat(10)].concat()).unwrap();
    assert_eq!(whole.parts[0].trim().frames, Some(11_520 - 1576));
    assert!(whole.notes("MP3").is_empty());
}
