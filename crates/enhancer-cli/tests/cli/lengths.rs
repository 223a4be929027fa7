//! A header's length is a hint: all sound is read, and a note reports a wrong length in the header.

use crate::containers::{RATE, aiff, caf, chunk, decoded, fmt, riff};
use enhancer_measure::signal::Random;

/// Frames of the sound below, 16 bits, mono.
const FRAMES: usize = 5000;

/// Bytes that are no letters, so that no part resembles a chunk.
fn sound() -> Vec<u8> {
    (0..FRAMES).flat_map(|n| ((n * 37 % 100) as i16 - 130).to_le_bytes()).collect()
}

fn swapped(sound: &[u8]) -> Vec<u8> {
    sound.chunks_exact(2).flat_map(|sample| [sample[1], sample[0]]).collect()
}

fn wav(after_fmt: &[u8], stated: u32, sound: &[u8], after: &[u8]) -> Vec<u8> {
    let data = [&b"data"[..], &stated.to_le_bytes(), sound, after].concat();
    riff(&[chunk(b"fmt ", &fmt(1, 1, 16)), after_fmt.to_vec(), data])
}

/// Checks that all sound is read; `note` is a part of the messages, or empty for none.
#[track_caller]
fn check(label: &str, name: &str, bytes: &[u8], note: &str) {
    check_frames(label, name, bytes, FRAMES, note);
}

#[track_caller]
fn check_frames(label: &str, name: &str, bytes: &[u8], frames: usize, note: &str) {
    let (run, planes, _) = decoded(name, bytes);
    assert_eq!(run.code, Some(0), "{label}: {run:?}");
    assert_eq!(planes[0].len(), frames, "{label}: {run:?}");
    let sound = sound();
    let value = |n: usize| f32::from(i16::from_le_bytes([sound[2 * n], sound[2 * n + 1]])) / 32_768.0;
    assert!((0..frames.min(FRAMES)).all(|n| planes[0][n] == value(n)), "{label}: other samples");
    let notes: Vec<&str> =
        run.stderr.lines().filter(|line| !line.contains("its tags are not kept")).collect();
    let is_noted = if note.is_empty() { notes.is_empty() } else { notes.join("\n").contains(note) };
    assert!(is_noted, "{label}: {notes:?}");
}

#[test]
fn sizes_that_were_never_filled_in_lose_no_sound() {
    let sound = sound();
    for (stated, claimed) in
        [(0u32, 0u32), (0x7FFF_F000, 0x3FFF_F800), (0x7FFF_FFFF, 0x3FFF_FFFF), (u32::MAX, 0x7FFF_FFFF)]
    {
        let note =
            format!("the header claims {claimed} frames; the file holds 5000, and all of them are read");
        let mut file = wav(&[], stated, &sound, &[]);
        for riff_size in [0, 36, stated] {
            file[4..8].copy_from_slice(&riff_size.to_le_bytes());
            check("WAV", "in.wav", &file, &note);
        }
        // AIFF: the sound's size and the number of frames.
        let mut file = aiff(1, claimed, 16, None, &swapped(&sound));
        file[42..46].copy_from_slice(&stated.to_be_bytes());
        check("AIFF", "in.aiff", &file, "frames; the file holds 5000, and all of them are read");
    }
    // CAF's −1 means an unknown length and contradicts nothing.
    let mut file = caf(b"lpcm", 2, (2, 1, 1, 16), &[], &sound);
    let size = file.len() - sound.len() - 12;
    file[size..size + 8].copy_from_slice(&[0xFF; 8]);
    check("CAF −1", "in.caf", &file, "");
    file[size..size + 8].copy_from_slice(&0u64.to_be_bytes());
    check("CAF 0", "in.caf", &file, "the header claims 0 frames; the file holds 5000");
}

#[test]
fn silence_that_no_size_states_is_sound() {
    let (run, planes, _) = decoded("in.wav", &wav(&[], 0, &[0; 10_000], &[]));
    assert_eq!((run.code, planes[0].len()), (Some(0), 5000));
}

#[test]
fn a_riff_size_alone_contradicts_nothing() {
    for riff_size in [0, 100, 10_028, 10_044, 1 << 30, u32::MAX] {
        let mut file = wav(&[], 10_000, &sound(), &[]);
        file[4..8].copy_from_slice(&riff_size.to_le_bytes());
        check("RIFF", "in.wav", &file, "");
    }
}

#[test]
fn sound_after_its_stated_end_is_read() {
    let sound = sound();
    for stated in [2, 1000, 9000, 9990] {
        let note = format!("the header claims {} frames; the file holds 5000", stated / 2);
        check("WAV", "in.wav", &wav(&[], stated, &sound, &[]), &note);
        let mut file = aiff(1, 5000, 16, None, &swapped(&sound));
        file[42..46].copy_from_slice(&(stated + 8).to_be_bytes());
        check("AIFF", "in.aiff", &file, &note);
    }
}

#[test]
fn chunks_and_tags_after_the_sound_are_not_played() {
    let sound = sound();
    let list = chunk(b"LIST", b"adtlnote\x06\0\0\0\x01\0\0\0a\0");
    let id3v1 = [&b"TAG"[..], &[0x20; 125]].concat();
    let cut_list = b"LIST\xFF\0\0\0INFOICMT".to_vec();
    let ape = [&b"APETAGEX\xD0\x07\0\0\x20\0\0\0"[..], &[0; 7], &[0x80], &[0; 8]].concat();
    for after in [list.clone(), vec![0; 2048], id3v1, chunk(b"abcd", &[7; 33]), cut_list, ape] {
        check("behind", "in.wav", &wav(&[], 10_000, &sound, &after), "");
    }
    // Sizes that are a few bytes off: the next chunk shows the end of the sound.
    for stated in [9_990, 9_998, 10_002, 10_008, 10_036] {
        let note = format!("the header claims {} frames; the file holds 5000", stated / 2);
        check("off", "in.wav", &wav(&[], stated, &sound, &list), &note);
    }
}

#[test]
fn missing_or_excess_padding_is_accepted() {
    let (sound, fmt) = (sound(), chunk(b"fmt ", &fmt(1, 1, 16)));
    let data = chunk(b"data", &sound);
    let odd = b"abcd\x03\0\0\0odd".to_vec();
    let padded = [&odd[..], &[0]].concat();
    for chunks in [
        vec![odd.clone(), fmt.clone(), data.clone()],
        vec![padded.clone(), fmt.clone(), data.clone()],
        vec![fmt.clone(), odd, data.clone()],
        vec![fmt.clone(), vec![0; 5], data.clone()],
        // A size of 3 for five bytes.
        vec![fmt.clone(), [padded, vec![1; 2]].concat(), data.clone()],
        // The format after the sound.
        vec![data, fmt],
    ] {
        check("odd", "in.wav", &riff(&chunks), "");
    }
}

#[test]
fn an_odd_sound_without_padding_hides_no_chunk() {
    let data = [&b"data"[..], &4999u32.to_le_bytes(), &[0x90; 4999]].concat();
    let (run, planes, _) = decoded("in.wav", &riff(&[data, chunk(b"fmt ", &fmt(1, 1, 8))]));
    assert_eq!((run.code, planes[0].len()), (Some(0), 4999), "{run:?}");
}

#[test]
fn all_sound_is_read_and_every_wrong_size_is_noted() {
    let mut random = Random::new(31);
    let mut below = |limit: usize| (random.unit() * limit as f64) as usize;
    let sound = sound();
    for turn in 0..60 {
        let held = &sound[..sound.len() - below(8000)];
        let stated = match turn % 4 {
            0 => below(20_000),
            1 => below(u32::MAX as usize),
            2 => held.len() + below(40) - 20,
            _ => held.len(),
        } as u32;
        let (name, mut file) = if turn % 8 < 4 {
            let mut file = wav(&[], stated, held, &[]);
            // Without padding.
            file.truncate(44 + held.len());
            ("in.wav", file)
        } else {
            let mut file = aiff(1, stated / 2, 16, None, &swapped(&held[..held.len() & !1]));
            file[42..46].copy_from_slice(&stated.saturating_add(8).to_be_bytes());
            ("in.aiff", file)
        };
        file[4..8].copy_from_slice(&(below(1 << 32) as u32).to_le_bytes());
        let frames = held.len() / 2;
        let note = if stated as usize / 2 == frames {
            String::new()
        } else {
            format!("the file holds {frames}, and all")
        };
        let (run, planes, _) = decoded(name, &file);
        assert_eq!(run.code, Some(0), "{turn} {stated} {frames}: {run:?}");
        assert_eq!(planes[0].len(), frames, "{turn} {stated}: {run:?}");
        assert!(
            run.stderr.contains("claims") != note.is_empty() && run.stderr.contains(&note),
            "{turn} {stated}: {run:?}"
        );
    }
}

#[test]
fn a_number_of_frames_besides_the_sound_s_size_is_a_hint() {
    let sound = sound();
    for (stated, note) in
        [(5000u32, ""), (0, "claims 0 frames"), (4999, "claims 4999"), (70_000, "claims 70000")]
    {
        let fact = chunk(b"fact", &stated.to_le_bytes());
        check("fact", "in.wav", &wav(&fact, 10_000, &sound, &[]), note);
        check("COMM", "in.aiff", &aiff(1, stated, 16, None, &swapped(&sound)), note);
    }
}

#[test]
fn a_truncated_file_gives_its_remaining_sound() {
    let sound = sound();
    let caf = caf(b"lpcm", 2, (2, 1, 1, 16), &[], &sound);
    for (name, whole) in [
        ("in.wav", wav(&[], 10_000, &sound, &[])),
        ("in.aiff", aiff(1, 5000, 16, None, &swapped(&sound))),
        ("in.caf", caf),
    ] {
        let cut = &whole[..whole.len() - 2001];
        let note = "the header claims 5000 frames; the file holds 3999, and all of them are read";
        check_frames("cut", name, cut, 3999, note);
        check_frames("cut", name, cut, 3999, "the last byte of the sound is less than a frame and left out");
    }
}

#[test]
fn a_file_without_sound_holds_no_audio() {
    for (name, bytes) in [
        ("in.wav", wav(&[], 0, &[], &[])),
        ("in.wav", wav(&[], 0, &[], &chunk(b"LIST", b"INFO"))),
        ("in.wav", [&wav(&[], 10_000, &[], &[])[..], &[1]].concat()),
        ("in.aiff", aiff(1, 0, 16, None, &[])),
        ("in.caf", caf(b"lpcm", 2, (2, 1, 1, 16), &[], &[])),
    ] {
        let (run, ..) = decoded(name, &bytes);
        assert!(run.code == Some(1) && run.stderr.contains("holds no audio"), "{name}: {run:?}");
    }
}

#[test]
fn the_first_of_several_data_chunks_is_read_and_the_others_are_noted() {
    let sound = sound();
    let file = wav(&[], 10_000, &sound, &chunk(b"data", &[0; 300]));
    check("two", "in.wav", &file, "only the first of 2 data chunks is read; 300 bytes are left out");
    let empty = wav(&[], 0, &[], &chunk(b"data", &sound));
    check("empty first", "in.wav", &empty, "");
}

#[test]
fn the_first_of_joined_files_is_read_and_the_others_are_noted() {
    let sound = sound();
    let one = wav(&[], 10_000, &sound, &[]);
    let note = "only the first of 3 files joined to one is read; 20072 bytes are left out";
    check("WAV", "in.wav", &one.repeat(3), note);
    check(
        "AIFF",
        "in.aiff",
        &aiff(1, 5000, 16, None, &swapped(&sound)).repeat(3),
        "only the first of 3 files",
    );
}

#[test]
fn an_offset_before_aiff_s_sound_is_skipped() {
    let mut file = aiff(1, 5000, 16, None, &[&[1; 16], &swapped(&sound())[..]].concat());
    file[46..50].copy_from_slice(&16u32.to_be_bytes());
    check("offset", "in.aiff", &file, "");
}

/// A packet of ALAC with uncompressed samples (`escape`). The number of frames is stated where it is not
/// 4096.
fn alac_packet(samples: &[i16]) -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::new();
    let mut push = |value: u64, width: u32| bits.extend((0..width).rev().map(|bit| value >> bit & 1 == 1));
    let is_short = samples.len() != 4096;
    // One channel, instance 0, unused; short; no shifted bytes; escape.
    push(0, 3 + 4 + 12);
    push(u64::from(is_short), 1);
    push(1, 3);
    if is_short {
        push(samples.len() as u64, 32);
    }
    samples.iter().for_each(|sample| push(u64::from(*sample as u16), 16));
    push(7, 3);
    bits.chunks(8)
        .map(|bits| (0..8).fold(0, |byte, n| byte << 1 | u8::from(bits.get(n) == Some(&true))))
        .collect()
}

fn alac_caf(packets: &[Vec<u8>], stated_packets: u64, valid: u64, priming: u32, remainder: u32) -> Vec<u8> {
    let cookie =
        [&4096u32.to_be_bytes()[..], &[0, 16, 40, 10, 14, 1, 0, 255], &[0; 8], &RATE.to_be_bytes()].concat();
    let mut table = [stated_packets, valid].map(u64::to_be_bytes).concat();
    table.extend([priming, remainder].map(u32::to_be_bytes).concat());
    for packet in packets {
        let size = packet.len();
        table.extend([(size >> 14) as u8 | 0x80, (size >> 7) as u8 & 0x7F | 0x80, size as u8 & 0x7F]);
    }
    let chunk = |name: &[u8; 4], body: &[u8]| [&name[..], &(body.len() as u64).to_be_bytes(), body].concat();
    let more = [chunk(b"kuki", &cookie), chunk(b"pakt", &table)].concat();
    caf(b"alac", 0, (0, 4096, 1, 0), &more, &packets.concat())
}

#[test]
fn alac_in_caf_is_trimmed_exactly_by_its_packet_table() {
    let sound: Vec<i16> =
        sound().chunks_exact(2).map(|sample| i16::from_le_bytes([sample[0], sample[1]])).collect();
    let padded = [&sound[..], &[0; 8192 - FRAMES]].concat();
    let short = [alac_packet(&sound[..4096]), alac_packet(&sound[4096..])];
    let whole = [alac_packet(&padded[..4096]), alac_packet(&padded[4096..])];
    let late: Vec<i16> = [&[9; 700][..], &padded].concat();
    let late = [alac_packet(&late[..4096]), alac_packet(&late[4096..8192])];
    check("a last packet that states its length", "in.caf", &alac_caf(&short, 2, 5000, 0, 3192), "");
    check("the same, counted as whole", "in.caf", &alac_caf(&short, 2, 8192, 0, 0), "");
    check("a last packet with padding", "in.caf", &alac_caf(&whole, 2, 5000, 0, 3192), "");
    check("priming", "in.caf", &alac_caf(&late, 2, 5000, 700, 2492), "");
    let note = "the header claims 20000 frames; the file holds 5000, and all of them are read";
    check("a wrong number", "in.caf", &alac_caf(&short, 2, 20_000, 0, 0), note);
    check("too small a number", "in.caf", &alac_caf(&short, 2, 100, 0, 0), "the header claims 100 frames");
    let file = alac_caf(&short, 2, 5000, 0, 3192);
    check_frames(
        "cut",
        "in.caf",
        &file[..file.len() - 100],
        4096,
        "the header claims 5000 frames; the file holds 4096",
    );
}
