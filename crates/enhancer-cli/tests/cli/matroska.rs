//! Matroska and WebM files, written element by element.

use crate::ogg_writer::{
    ALIGNED_DB, OPUS_FRAMES, PRE_SKIP, decode, difference_db, opus_head, opus_packets, tones,
};
use crate::support::Bench;
use enhancer_measure::signal::Random;

const EBML: u32 = 0x1A45_DFA3;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const TRACKS: u32 = 0x1654_AE6B;
const CHAPTERS: u32 = 0x1043_A770;
const CLUSTER: u32 = 0x1F43_B675;

/// An element with a size of 8 bytes.
fn element(id: u32, body: &[u8]) -> Vec<u8> {
    let size = (1u64 << 56 | body.len() as u64).to_be_bytes();
    [id_bytes(id), size.to_vec(), body.to_vec()].concat()
}

/// An element of unknown size, which ends at another of its level.
fn open_element(id: u32, body: &[u8]) -> Vec<u8> {
    [id_bytes(id), [1].into(), vec![0xFF; 7], body.to_vec()].concat()
}

fn id_bytes(id: u32) -> Vec<u8> {
    id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect()
}

fn number(id: u32, value: u64) -> Vec<u8> {
    element(id, &value.to_be_bytes())
}

/// An audio track; `more` are further child elements.
fn track(index: u64, codec: &str, private: &[u8], channels: u64, rate: f64, more: &[u8]) -> Vec<u8> {
    let audio = [element(0xB5, &rate.to_be_bytes()), number(0x9F, channels), number(0x6264, 16)].concat();
    let parts =
        [number(0xD7, index), number(0x83, 2), element(0x86, codec.as_bytes()), element(0x63A2, private)];
    element(0xAE, &[parts.concat(), element(0xE1, &audio), more.to_vec()].concat())
}

fn simple_block(track: u8, time: i16, data: &[u8]) -> Vec<u8> {
    element(0xA3, &[&[0x80 | track][..], &time.to_be_bytes(), &[0x80], data].concat())
}

fn head() -> Vec<u8> {
    element(EBML, &element(0x4282, b"matroska"))
}

/// Frames in a block of PCM, 10 ms.
const PCM_FRAMES: usize = 480;

const BLOCKS: usize = 40;

/// Noise as planes and as mono PCM.
fn noise() -> (Vec<Vec<f32>>, Vec<u8>) {
    let mut random = Random::new(3);
    let integers: Vec<i16> =
        (0..PCM_FRAMES * BLOCKS).map(|_| (random.between(-0.1, 0.1) * 32_768.0) as i16).collect();
    let bytes = integers.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    (vec![integers.iter().map(|&sample| f32::from(sample) / 32_768.0).collect()], bytes)
}

/// The bodies of clusters with ten blocks each.
fn clusters(pcm: &[u8]) -> Vec<Vec<u8>> {
    let blocks: Vec<&[u8]> = pcm.chunks(2 * PCM_FRAMES).collect();
    let cluster = |(index, blocks): (usize, &[&[u8]])| {
        let blocks = blocks.iter().enumerate().map(|(n, data)| simple_block(1, 10 * n as i16, data));
        [number(0xE7, 100 * index as u64), blocks.collect::<Vec<_>>().concat()].concat()
    };
    blocks.chunks(10).enumerate().map(cluster).collect()
}

fn pcm_tracks() -> Vec<u8> {
    element(TRACKS, &track(1, "A_PCM/INT/LIT", &[], 1, 48_000.0, &[]))
}

/// A file of PCM, and the places of its clusters.
fn file() -> (Vec<u8>, Vec<usize>) {
    let clusters = clusters(&noise().1);
    let bodies: Vec<Vec<u8>> = clusters.iter().map(|body| element(CLUSTER, body)).collect();
    let info = element(INFO, &number(0x002A_D7B1, 1_000_000));
    let bytes = [head(), element(SEGMENT, &[info, pcm_tracks(), bodies.concat()].concat())].concat();
    let mut ends = vec![bytes.len()];
    bodies.iter().rev().for_each(|body| ends.insert(0, ends[0] - body.len()));
    (bytes, ends)
}

#[test]
fn chapters_without_an_edition_s_number_are_skipped() {
    let bench = Bench::new();
    let (sound, pcm) = noise();
    // One chapter: a number, a start, a name; no EditionUID.
    let name = element(0x80, &element(0x85, b"One"));
    let atom = element(0xB6, &[number(0x73C4, 1), number(0x91, 0), name].concat());
    let chapters = element(CHAPTERS, &element(0x45B9, &atom));
    let clusters: Vec<u8> = clusters(&pcm).iter().flat_map(|body| element(CLUSTER, body)).collect();
    let bytes = [head(), element(SEGMENT, &[chapters, pcm_tracks(), clusters].concat())].concat();
    let (run, found) = decode(&bench, "in.mka", &bytes, &[]);
    run.ok();
    assert!(found == sound);
}

#[test]
fn live_recordings_state_no_sizes() {
    let bench = Bench::new();
    let (sound, pcm) = noise();
    let clusters: Vec<u8> = clusters(&pcm).iter().flat_map(|body| open_element(CLUSTER, body)).collect();
    let bytes = [head(), open_element(SEGMENT, &[pcm_tracks(), clusters].concat())].concat();
    let (run, found) = decode(&bench, "in.mka", &bytes, &[]);
    run.ok();
    assert!(found == sound);
}

/// A file of Opus: `delay` is the CodecDelay in ns, `padding` the last block's DiscardPadding.
fn opus(frames: usize, delay: Option<u64>, padding: i64) -> Vec<u8> {
    let coded = frames + PRE_SKIP as usize;
    let packets = opus_packets(&tones(2, coded.next_multiple_of(OPUS_FRAMES)));
    let more = delay.map_or(Vec::new(), |delay| number(0x56AA, delay));
    let tracks = element(TRACKS, &track(1, "A_OPUS", &opus_head(2, 0, &[0]), 2, 48_000.0, &more));
    let (last, others) = packets.split_last().unwrap();
    let mut body = number(0xE7, 0);
    for (n, packet) in others.iter().enumerate() {
        body.extend(simple_block(1, 20 * n as i16, packet));
    }
    let time = (20 * others.len() as i16).to_be_bytes();
    let block = element(0xA1, &[&[0x81][..], &time, &[0], last].concat());
    let discard = element(0x75A2, &padding.to_be_bytes());
    body.extend(element(0xA0, &[block, discard].concat()));
    [head(), element(SEGMENT, &[tracks, element(CLUSTER, &body)].concat())].concat()
}

#[test]
fn opus_is_trimmed_at_both_ends() {
    let bench = Bench::new();
    let frames = 20_000;
    let coded = frames + PRE_SKIP as usize;
    let padding = (coded.next_multiple_of(OPUS_FRAMES) - coded) as f64 / 48_000.0 * 1e9;
    for delay in [Some(6_500_000), None] {
        let (run, found) = decode(&bench, "in.webm", &opus(frames, delay, padding.round() as i64), &[]);
        run.ok();
        for (plane, tone) in found.iter().zip(tones(2, frames)) {
            let db = difference_db(plane, &tone);
            assert!(db < ALIGNED_DB, "{db} dB");
        }
    }
}

#[test]
fn the_first_readable_track_is_taken() {
    let bench = Bench::new();
    let (sound, pcm) = noise();
    let clusters: Vec<u8> = clusters(&pcm).iter().flat_map(|body| element(CLUSTER, body)).collect();
    let pcm_track = track(1, "A_PCM/INT/LIT", &[], 1, 48_000.0, &[]);
    let dts = track(2, "A_DTS", &[], 6, 48_000.0, &[]);
    let bytes = |tracks: &[u8]| {
        [head(), element(SEGMENT, &[element(TRACKS, tracks), clusters.clone()].concat())].concat()
    };
    let (run, found) = decode(&bench, "in.mka", &bytes(&[dts.clone(), pcm_track].concat()), &[]);
    assert!(run.stderr.contains("holds 2 tracks of sound; number 2 is read"), "{run:?}");
    assert!(found == sound);
    let (run, _) = decode(&bench, "in.mka", &bytes(&dts), &[]);
    assert!(run.code == Some(1) && run.stderr.contains("DTS in Matroska"), "{run:?}");
}

#[test]
fn bytes_after_the_end_are_noted() {
    let bench = Bench::new();
    let (run, found) = decode(&bench, "in.mka", &[&file().0[..], &b"junk".repeat(5)].concat(), &[]);
    assert!(run.stderr.contains("holds 20 bytes after its end"), "{run:?}");
    assert!(found == noise().0);
}

#[test]
fn a_truncated_file_is_reported() {
    let bench = Bench::new();
    let (bytes, ends) = file();
    let (sound, _) = noise();
    for (length, frames) in [(ends[2], 20), (ends[2] + 40, 20), (ends[2] + 3000, 23)] {
        let (run, _) = decode(&bench, "in.mka", &bytes[..length], &[]);
        assert!(run.code == Some(1) && run.stderr.contains("ends early, at 0:00.2"), "{length}: {run:?}");
        let (run, found) = decode(&bench, "in.mka", &bytes[..length], &["--salvage"]);
        assert!(run.stderr.contains("ends early"), "{run:?}");
        assert!(found[0][..] == sound[0][..frames * PCM_FRAMES], "{length}: {}", found[0].len());
    }
}

#[test]
fn a_hole_is_reported_and_filled_with_silence_of_its_length() {
    let bench = Bench::new();
    let (bytes, ends) = file();
    let (sound, _) = noise();
    // Two blocks and a few bytes in the second cluster; a block takes 9 + 4 + 960 bytes.
    let mut zeros = bytes.clone();
    zeros[ends[1] + 1500..ends[1] + 3500].fill(0);
    let (run, _) = decode(&bench, "in.mka", &zeros, &[]);
    assert!(run.code == Some(1) && run.stderr.contains("is damaged at 0:00.1"), "{run:?}");
    let (run, found) = decode(&bench, "in.mka", &zeros, &["--salvage"]);
    assert!(run.stderr.contains("ms are silent there"), "{run:?}");
    assert_eq!(found[0].len(), sound[0].len());
    assert!(found[0][..11 * PCM_FRAMES] == sound[0][..11 * PCM_FRAMES]);
    assert!(found[0][14 * PCM_FRAMES..] == sound[0][14 * PCM_FRAMES..]);
}

#[test]
fn a_hole_over_a_cluster_s_time_keeps_the_length() {
    let bench = Bench::new();
    let (mut bytes, ends) = file();
    let (sound, _) = noise();
    bytes[ends[1] - 1500..ends[1] + 60].fill(0);
    let (run, found) = decode(&bench, "in.mka", &bytes, &["--salvage"]);
    assert!(run.stderr.contains("ms are silent there"), "{run:?}");
    assert_eq!(found[0].len(), sound[0].len());
    // The sound from the next cluster on is at its place.
    assert!(found[0][20 * PCM_FRAMES..] == sound[0][20 * PCM_FRAMES..]);
}

#[test]
fn clusters_are_compared_with_their_checksum() {
    let bench = Bench::new();
    let (sound, pcm) = noise();
    let clusters: Vec<u8> = clusters(&pcm)
        .iter()
        .flat_map(|body| {
            let step = |crc: u32| if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0xEDB8_8320 };
            let crc =
                body.iter().fold(!0u32, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| step(crc)));
            element(CLUSTER, &[&[0xBF, 0x84][..], &(!crc).to_le_bytes(), body].concat())
        })
        .collect();
    let mut bytes = [head(), element(SEGMENT, &[pcm_tracks(), clusters].concat())].concat();
    let (run, found) = decode(&bench, "in.mka", &bytes, &[]);
    run.ok();
    assert!(found == sound);
    let at = bytes.len() - 15_000;
    bytes[at] ^= 1;
    let (run, _) = decode(&bench, "in.mka", &bytes, &[]);
    assert!(run.code == Some(1) && run.stderr.contains("a cluster's checksum is wrong"), "{run:?}");
}

#[test]
fn joined_files_play_one_after_the_other() {
    let bench = Bench::new();
    let one = opus(9_288, None, 0);
    let (run, alone) = decode(&bench, "in.webm", &one, &[]);
    run.ok();
    let (run, found) = decode(&bench, "in.webm", &[&one[..], &one].concat(), &[]);
    run.ok();
    assert!(found.iter().zip(&alone).all(|(found, plane)| *found == [&plane[..], plane].concat()));
}

#[test]
fn no_damage_loses_sound_without_a_message() {
    let bench = Bench::new();
    let (whole, _) = file();
    let mut random = Random::new(8);
    let mut at = |length: usize| (random.unit() * length as f64) as usize;
    for turn in 0..60 {
        let mut bytes = whole.clone();
        let mut expected = BLOCKS * PCM_FRAMES;
        match turn % 4 {
            0 => bytes.truncate(at(bytes.len())),
            1 => {
                bytes.extend(&whole);
                expected *= 2;
            }
            2 => {
                let place = at(bytes.len());
                bytes.splice(place..place, vec![0x55; at(500)]);
            }
            _ => {
                let place = at(bytes.len());
                let end = (place + at(3000)).min(bytes.len());
                bytes.drain(place..end);
            }
        }
        let salvage: &[&str] = if turn % 2 == 0 { &["--salvage"] } else { &[] };
        let (run, planes) = decode(&bench, "in.mka", &bytes, salvage);
        let is_whole = planes.first().is_some_and(|plane| plane.len() >= expected);
        let messages: Vec<&str> =
            run.stderr.lines().filter(|line| !line.contains("tags are not kept")).collect();
        assert!(
            matches!(run.code, Some(0 | 1)) && !run.stderr.contains("fault in this program"),
            "{turn}: {run:?}"
        );
        assert!(is_whole || !messages.is_empty(), "{turn}: {run:?}");
    }
}
