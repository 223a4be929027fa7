//! FLAC files with wrong headers, trailers and frames.

use crate::ogg_writer::{Link, decode};
use crate::support::{Bench, noise, read_wav};
use enhancer_measure::signal::Random;
use flac_codec::encode::{FlacSampleWriter, Options};
use flac_codec::metadata::VorbisComment;

const FRAMES: usize = 30_000;

/// Samples per channel in a block.
const BLOCK: usize = 1000;

/// Noise as integers of `bits` bits, a plane per channel. The channels are similar, so that an encoder stores
/// the difference of two.
fn samples(channels: usize, bits: u32) -> Vec<Vec<i32>> {
    let scale = 2f64.powi(bits as i32 - 1);
    let noise = noise(channels, FRAMES);
    let alike = |n: usize| (0..FRAMES).map(move |frame| (n, frame));
    let integer = |(n, frame): (usize, usize)| {
        let sample = f64::from(noise[0][frame]) + f64::from(noise[n][frame]) / 16.0;
        (sample * scale).round() as i32
    };
    (0..channels).map(|n| alike(n).map(integer).collect()).collect()
}

fn encode(rate: u32, bits: u32, planes: &[Vec<i32>], comments: &[&str]) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut options = Options::default().block_size(BLOCK as u16).unwrap().no_padding();
    if !comments.is_empty() {
        let fields = comments.iter().map(|comment| (*comment).to_owned()).collect();
        options = options.comment(VorbisComment { vendor_string: "test".to_owned(), fields });
    }
    let channels = planes.len() as u8;
    let mut writer = FlacSampleWriter::new(&mut bytes, options, rate, bits, channels, None).unwrap();
    let frames = 0..planes[0].len();
    let interleaved: Vec<i32> = frames.flat_map(|n| planes.iter().map(move |plane| plane[n])).collect();
    writer.write(&interleaved).unwrap();
    writer.finalize().unwrap();
    bytes.into_inner()
}

/// A file of 16 bits, two channels.
fn file() -> Vec<u8> {
    encode(44_100, 16, &samples(2, 16), &[])
}

/// Integers of `bits` bits as `f32`.
fn sound(bits: u32, planes: &[Vec<i32>]) -> Vec<Vec<f32>> {
    let scale = 2f64.powi(bits as i32 - 1);
    planes.iter().map(|plane| plane.iter().map(|s| (f64::from(*s) / scale) as f32).collect()).collect()
}

fn whole() -> Vec<Vec<f32>> {
    sound(16, &samples(2, 16))
}

/// The places of frames, whose numbers are in the fifth byte.
fn frame_places(bytes: &[u8]) -> Vec<usize> {
    let is_frame = |at: usize, number: u8| {
        bytes[at..].starts_with(&[0xFF, 0xF8])
            && bytes[at + 2] == bytes[places_start(bytes) + 2]
            && bytes[at + 4] == number
    };
    let mut places = vec![places_start(bytes)];
    for number in 1..30 {
        let from = places.last().unwrap() + 1;
        places.push((from..bytes.len() - 5).find(|&at| is_frame(at, number)).unwrap());
    }
    places
}

fn places_start(bytes: &[u8]) -> usize {
    let (mut at, mut is_last) = (4, false);
    while !is_last {
        is_last = bytes[at] & 0x80 != 0;
        at += 4 + usize::from(bytes[at + 2]) * 256 + usize::from(bytes[at + 3]);
    }
    at
}

/// Sets the total in STREAMINFO.
fn claim(bytes: &mut [u8], total: u64) {
    let packed = u64::from_be_bytes(bytes[18..26].try_into().unwrap());
    bytes[18..26].copy_from_slice(&(packed >> 36 << 36 | total).to_be_bytes());
}

#[test]
fn every_depth_stays_identical() {
    let bench = Bench::new();
    for (channels, bits) in [(1, 4), (1, 8), (2, 12), (2, 16), (2, 20), (3, 24), (2, 32), (8, 16)] {
        let planes = samples(channels, bits);
        let (run, found) = decode(&bench, "in.flac", &encode(48_000, bits, &planes, &[]), &[]);
        assert_eq!(run.ok().stderr, "");
        assert!(found == sound(bits, &planes), "{channels} {bits}");
    }
}

#[test]
fn channels_of_opposite_sign_stay_identical() {
    let bench = Bench::new();
    for bits in [16, 24, 32] {
        // Their mean is small, so that an encoder stores mean and difference.
        let mut planes = samples(2, bits);
        let first = planes[0].clone();
        planes[1].iter_mut().zip(first).for_each(|(sample, first)| *sample -= 2 * first);
        let (run, found) = decode(&bench, "in.flac", &encode(48_000, bits, &planes, &[]), &[]);
        assert_eq!(run.ok().stderr, "");
        assert!(found == sound(bits, &planes), "{bits}");
    }
}

#[test]
fn tags_and_padding_around_the_frames_are_no_damage() {
    let bench = Bench::new();
    let id3v2 = [b"ID3\x04\0\0\0\0\x02\x10", &[b'x'; 0x110][..]].concat();
    let id3v1 = [b"TAG", &[b'x'; 125][..]].concat();
    let ape = |flags: u8| {
        let numbers = [2000u32, 32, 0].map(u32::to_le_bytes).concat();
        [b"APETAGEX", &numbers[..], &[0, 0, 0, flags], &[0; 8]].concat()
    };
    // A header and a footer, without items between them.
    let ape = [ape(0xA0), ape(0x80)].concat();
    let zeros = vec![0; 5000];
    for (front, tail) in [
        (vec![], id3v1.clone()),
        (vec![], [&ape[..], &id3v1].concat()),
        (vec![], zeros.clone()),
        (vec![], [&zeros[..], &id3v1].concat()),
        (id3v2.clone(), vec![]),
        ([&id3v2[..], &id3v2].concat(), id3v1.clone()),
    ] {
        let (run, found) = decode(&bench, "in.flac", &[&front[..], &file(), &tail].concat(), &[]);
        let notes: Vec<&str> =
            run.stderr.lines().filter(|line| !line.contains("tags are not kept")).collect();
        assert!(notes.is_empty(), "{run:?}");
        assert!(found == whole(), "{} {}", front.len(), tail.len());
    }
    let (run, found) = decode(&bench, "in.flac", &[&file()[..], &b"junk".repeat(80)].concat(), &[]);
    assert!(run.stderr.contains("holds 320 bytes that are neither sound nor tags"), "{run:?}");
    assert!(found == whole());
}

#[test]
fn the_header_s_numbers_are_hints() {
    let bench = Bench::new();
    let edit = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = file();
        change(&mut bytes);
        decode(&bench, "in.flac", &bytes, &[])
    };
    for blocks in [[0, 0, 3, 0xE8], [0xFF, 0xFF, 0, 16]] {
        let (run, found) = edit(&|bytes| bytes[8..12].copy_from_slice(&blocks));
        assert!(run.stderr.is_empty() && found == whole(), "{run:?}");
    }
    for (total, messages) in
        [(0, None), (1000, Some("states 1000 frames")), (70_000, Some("states 70000 frames"))]
    {
        let (run, found) = edit(&|bytes| claim(bytes, total));
        assert!(messages.map_or(run.stderr.is_empty(), |messages| run.stderr.contains(messages)), "{run:?}");
        assert!(found == whole(), "{total}");
    }
    // Without a checksum that shows the file to be complete.
    let (run, _) = edit(&|bytes| {
        claim(bytes, 70_000);
        bytes[26..42].fill(0);
    });
    assert!(run.code == Some(1) && run.stderr.contains("30000 of 70000 frames"), "{run:?}");
    let (run, _) = edit(&|bytes| bytes[30] ^= 1);
    assert!(run.code == Some(1) && run.stderr.contains("(MD5)"), "{run:?}");
}

#[test]
fn damaged_and_missing_frames_are_reported_and_filled() {
    let bench = Bench::new();
    let places = frame_places(&file());
    let mut flipped = file();
    flipped[places[10] + 200] ^= 8;
    let mut bad_header = file();
    bad_header[places[10] + 3] ^= 0x10;
    let missing = [&file()[..places[10]], &file()[places[11]..]].concat();
    for bytes in [flipped, bad_header, missing] {
        let (run, _) = decode(&bench, "in.flac", &bytes, &[]);
        assert!(run.code == Some(1) && run.stderr.contains("is damaged at 0:00.2"), "{run:?}");
        let (run, found) = decode(&bench, "in.flac", &bytes, &["--salvage"]);
        assert!(run.stderr.contains("23 ms are silent there"), "{run:?}");
        let mut expected = whole();
        expected.iter_mut().for_each(|plane| plane[10 * BLOCK..11 * BLOCK].fill(0.0));
        assert!(found == expected);
    }
    // Frames are lost before the first readable one, whose number gives their count.
    let mut start = file();
    start[places[0]..places[2]].fill(0);
    let (run, _) = decode(&bench, "in.flac", &start, &[]);
    assert!(run.code == Some(1) && run.stderr.contains("is damaged at 0:00.0"), "{run:?}");
    let (_, found) = decode(&bench, "in.flac", &start, &["--salvage"]);
    let mut expected = whole();
    expected.iter_mut().for_each(|plane| plane[..2 * BLOCK].fill(0.0));
    assert!(found == expected);
    // Junk before a stream does not show that its recorder left out frames; this stream has no total and no
    // MD5.
    let mut excerpt = [&file()[..places[0]], &file()[places[2]..]].concat();
    excerpt[21] &= 0xF0;
    excerpt[22..42].fill(0);
    let joined = [&file()[..], &[0x55; 777], &excerpt].concat();
    let (run, found) = decode(&bench, "in.flac", &joined, &[]);
    assert!(run.code == Some(0), "{run:?}");
    assert_eq!(found[0].len(), 2 * whole()[0].len() - 2 * BLOCK);
    // Bytes between frames, without a loss.
    let between = [&file()[..places[10]], &[0x55; 777], &file()[places[10]..]].concat();
    let (run, found) = decode(&bench, "in.flac", &between, &[]);
    assert!(run.stderr.contains("holds 777 bytes that are neither") && found == whole(), "{run:?}");
    let (run, _) = decode(&bench, "in.flac", &file()[..places[10] + 100], &[]);
    assert!(run.code == Some(1) && run.stderr.contains("ends early, at 0:00.2"), "{run:?}");
    let (run, _) = decode(&bench, "in.flac", &file()[..places[10]], &[]);
    assert!(run.code == Some(1) && run.stderr.contains("10000 of 30000 frames"), "{run:?}");
}

#[test]
fn joined_files_play_one_after_the_other() {
    let bench = Bench::new();
    let id3v1 = [b"TAG", &[b'x'; 125][..]].concat();
    let id3v2 = [b"ID3\x04\0\0\0\0\x02\x10", &[b'x'; 0x110][..]].concat();
    for joint in [vec![], id3v1.clone(), [id3v1, id3v2].concat()] {
        let (run, found) = decode(&bench, "in.flac", &[&file()[..], &joint, &file()].concat(), &[]);
        assert_eq!(run.ok().stderr, "");
        let whole = whole();
        assert!(found.iter().zip(&whole).all(|(found, plane)| *found == [&plane[..], plane].concat()));
    }
    let other = encode(48_000, 16, &samples(2, 16), &[]);
    let (run, _) = decode(&bench, "in.flac", &[file(), other].concat(), &[]);
    assert!(run.code == Some(1) && run.stderr.contains("from 44100 Hz to 48000 Hz at 0:00.7"), "{run:?}");
}

#[test]
fn flac_in_ogg_gives_the_same_sound() {
    let bench = Bench::new();
    let bytes = file();
    let mut places = frame_places(&bytes);
    places.push(bytes.len());
    let ends = (1..).map(|n| n * BLOCK as i64);
    let frames = places.windows(2).map(|place| bytes[place[0]..place[1]].to_vec());
    let packets = frames.zip(ends).collect();
    let mapping = [b"\x7FFLAC\x01\0\0\0", &bytes[..42]].concat();
    let link = Link { serial: 5, headers: vec![mapping], packets };
    let (run, found) = decode(&bench, "in.oga", &link.bytes(), &[]);
    run.ok();
    assert!(found == whole());
}

#[test]
fn the_comment_names_the_speakers() {
    let bench = Bench::new();
    for (channels, comment, mask) in [
        (6, "WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x60F", 0x60F),
        (6, "TITLE=x", 0x3F),
        (6, "WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x0", 0),
        (3, "waveformatextensible_channel_mask=0xB", 0xB),
    ] {
        let bytes = encode(48_000, 16, &samples(channels, 16), &[comment]);
        decode(&bench, "in.flac", &bytes, &[]).0.ok();
        let wav = std::fs::read(bench.path("out.wav")).unwrap();
        assert_eq!(crate::support::mask(&wav), mask, "{comment}");
    }
    assert_eq!(read_wav(&bench.path("out.wav")).1.len(), 3);
}

#[test]
fn no_damage_loses_sound_without_a_message() {
    let bench = Bench::new();
    let mut random = Random::new(6);
    let mut at = |length: usize| (random.unit() * length as f64) as usize;
    for turn in 0..60 {
        let mut bytes = file();
        let mut expected = FRAMES;
        match turn % 6 {
            0 => bytes.truncate(at(bytes.len())),
            1 => {
                let place = 42 + at(bytes.len() - 42);
                bytes[place] ^= 1 << at(8);
            }
            2 => {
                bytes.extend(file());
                expected *= 2;
            }
            3 => claim(&mut bytes, at(100_000) as u64),
            4 => {
                let place = 42 + at(bytes.len() - 42);
                bytes.splice(place..place, vec![0x55; at(500)]);
            }
            _ => {
                let place = 42 + at(bytes.len() - 42);
                let end = (place + at(9000)).min(bytes.len());
                bytes.drain(place..end);
            }
        }
        let salvage: &[&str] = if turn % 2 == 0 { &["--salvage"] } else { &[] };
        let (run, planes) = decode(&bench, "in.flac", &bytes, salvage);
        let is_whole = planes.first().is_some_and(|plane| plane.len() == expected);
        assert!(
            matches!(run.code, Some(0 | 1)) && !run.stderr.contains("fault in this program"),
            "{turn}: {run:?}"
        );
        assert!(is_whole || !run.stderr.is_empty(), "{turn}: {run:?}");
    }
}
