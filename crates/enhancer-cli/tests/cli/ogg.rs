//! Ogg files: lengths, joins and damage.

use crate::ogg_writer::{
    ALIGNED_DB, Link, OPUS_FRAMES, PRE_SKIP, decode, difference_db, opus, opus_head, opus_packets, opus_tags,
    tones, vorbis,
};
use crate::support::Bench;
use enhancer_measure::signal::Random;

#[test]
fn opus_starts_after_its_pre_skip_and_ends_at_its_last_time() {
    let bench = Bench::new();
    for frames in [20_000, 96_000, 95_999] {
        let (run, planes) = decode(&bench, "in.opus", &opus(1, 2, 0, frames).bytes(), &[]);
        assert_eq!(run.ok().stderr, "");
        for (plane, tone) in planes.iter().zip(tones(2, frames as usize)) {
            let db = difference_db(plane, &tone);
            assert!(db < ALIGNED_DB, "{frames}: {db} dB");
        }
    }
}

#[test]
fn opus_applies_the_gain_in_its_header() {
    let bench = Bench::new();
    let mut link = opus(1, 1, 0, 24_000);
    let (_, plain) = decode(&bench, "in.opus", &link.bytes(), &[]);
    // 1/256 dB: a quarter of the amplitude.
    link.headers[0] = opus_head(1, (-12.0412 * 256.0) as i16, &[0]);
    let (_, quiet) = decode(&bench, "in.opus", &link.bytes(), &[]);
    let worst = plain[0].iter().zip(&quiet[0]).map(|(a, b)| (a / 4.0 - b).abs()).fold(0.0, f32::max);
    assert!(worst < 1e-4, "{worst}");
}

/// A packet with its length inside, as all before the last of several packets in a row (RFC 6716 appendix B).
fn delimited(packet: &[u8]) -> Vec<u8> {
    assert_eq!(packet[0] & 3, 0, "one frame");
    let length = packet.len() - 1;
    let coded = match length {
        0..252 => vec![length as u8],
        _ => vec![252 + (length % 4) as u8, ((length - 252) / 4) as u8],
    };
    [&packet[..1], &coded, &packet[1..]].concat()
}

#[test]
fn opus_channels_follow_the_table_and_wave_s_order() {
    let bench = Bench::new();
    let frames = 24 * OPUS_FRAMES;
    let tones = tones(4, frames);
    // Two streams: one of a pair, one alone. The order in the file is left, centre, right.
    let pair = opus_packets(&[tones[0].clone(), tones[1].clone()]);
    let alone = opus_packets(&[tones[2].clone()]);
    let ends = (1..).map(|n| n * OPUS_FRAMES as i64);
    let rows = pair.iter().zip(&alone).map(|(pair, alone)| [delimited(pair), alone.clone()].concat());
    let packets: Vec<(Vec<u8>, i64)> = rows.zip(ends).collect();
    // Tone 0 right, tone 2 left, the centre silent; then unknown positions in the file's order.
    for (family, order, mask) in [(1, [1, 0, 3], 0x7), (255, [1, 3, 0], 0)] {
        let table = [family, 2, 1, 2, 255, 0];
        let headers = vec![opus_head(3, 0, &table), opus_tags()];
        let link = Link { serial: 9, headers, packets: packets.clone() };
        let (run, planes) = decode(&bench, "in.opus", &link.bytes(), &[]);
        run.ok();
        let wav = std::fs::read(bench.path("out.wav")).unwrap();
        assert_eq!(crate::support::mask(&wav), mask, "family {family}");
        let expected = [&tones[0], &tones[2]];
        for (place, plane) in order.iter().zip(&planes) {
            let audible = match place {
                0 => Some(expected[0]),
                1 => Some(expected[1]),
                _ => None,
            };
            match audible {
                Some(tone) => {
                    let db = difference_db(plane, &tone[..plane.len()]);
                    assert!(db < ALIGNED_DB, "family {family}: {db} dB");
                }
                None => assert!(plane.iter().all(|sample| *sample == 0.0), "family {family}"),
            }
        }
    }
    let link = Link { serial: 9, headers: vec![opus_head(4, 0, &[2]), opus_tags()], packets };
    let (run, _) = decode(&bench, "in.opus", &link.bytes(), &[]);
    assert!(run.code == Some(1) && run.stderr.contains("Ambisonics"), "{run:?}");
}

#[test]
fn a_recorded_broadcast_plays_from_where_it_starts() {
    let bench = Bench::new();
    let link = opus(7, 1, 48_000 * 90, 30_000);
    let (run, planes) = decode(&bench, "in.opus", &link.bytes(), &[]);
    assert!(run.stderr.contains("starts at 1:30.0 of a longer recording"), "{run:?}");
    assert_eq!(planes[0].len(), 30_000);
    let db = difference_db(&planes[0], &tones(1, 30_000)[0]);
    assert!(db < ALIGNED_DB, "{db} dB");
}

#[test]
fn files_joined_by_cat_play_one_after_the_other() {
    let bench = Bench::new();
    let (a, b) = (opus(1, 2, 0, 20_000), opus(2, 2, 0, 30_000));
    let alone: Vec<_> = [&a, &b].map(|link| decode(&bench, "in.opus", &link.bytes(), &[]).1).into();
    // Also the same serial number twice.
    for (joined, parts) in [([&a, &b], [0, 1]), ([&a, &a], [0, 0])] {
        let bytes = joined.map(Link::bytes).concat();
        let (run, planes) = decode(&bench, "in.opus", &bytes, &[]);
        assert_eq!(run.ok().stderr, "");
        for (channel, plane) in planes.iter().enumerate() {
            assert!(*plane == parts.map(|part| alone[part][channel].clone()).concat());
        }
    }
    let mono = [a.bytes(), opus(3, 1, 0, 20_000).bytes()].concat();
    let (run, _) = decode(&bench, "in.opus", &mono, &[]);
    assert!(run.code == Some(1) && run.stderr.contains("from 2 channels to 1 at 0:00.4"), "{run:?}");
    let mixed = [a.bytes(), vorbis(4, 20_000, 0).bytes()].concat();
    let (run, _) = decode(&bench, "in.opus", &mixed, &[]);
    assert!(run.code == Some(1) && run.stderr.contains("from Opus to Vorbis at 0:00.4"), "{run:?}");
}

#[test]
fn a_hole_is_reported_and_filled_with_silence_of_its_length() {
    let bench = Bench::new();
    let pages = opus(1, 2, 0, 96_000).pages();
    let (_, whole) = decode(&bench, "in.opus", &pages.concat(), &[]);
    let mut flipped = pages.clone();
    flipped[9][100] ^= 0x40;
    let lost = [&pages[..9], &pages[10..]].concat();
    for bytes in [flipped.concat(), lost.concat()] {
        let (run, _) = decode(&bench, "in.opus", &bytes, &[]);
        assert!(run.code == Some(1) && run.stderr.contains("is damaged at 0:00.7"), "{run:?}");
        let (run, planes) = decode(&bench, "in.opus", &bytes, &["--salvage"]);
        assert!(run.stderr.contains("100 ms are silent there"), "{run:?}");
        assert_eq!(planes[0].len(), 96_000);
        // Seven pages of five packets come before.
        let start = 7 * 5 * OPUS_FRAMES - PRE_SKIP as usize;
        let hole = start..start + 5 * OPUS_FRAMES;
        assert!(planes[0][..start] == whole[0][..start]);
        assert!(planes[0][hole.clone()].iter().all(|sample| *sample == 0.0));
        let behind = hole.end + 9600..96_000;
        assert!(difference_db(&planes[0][behind.clone()], &whole[0][behind]) < -60.0);
    }
}

#[test]
fn a_hole_before_the_first_sound_keeps_the_alignment() {
    let bench = Bench::new();
    let mut pages = opus(1, 2, 0, 96_000).pages();
    let (_, whole) = decode(&bench, "in.opus", &pages.concat(), &[]);
    pages[2][100] ^= 0x40;
    let (run, planes) = decode(&bench, "in.opus", &pages.concat(), &["--salvage"]);
    assert!(run.stderr.contains("is damaged at 0:00.0"), "{run:?}");
    assert_eq!(planes[0].len(), 96_000);
    let silence = 5 * OPUS_FRAMES - PRE_SKIP as usize;
    assert!(planes[0][..silence].iter().all(|sample| *sample == 0.0));
    let behind = silence + 9600..96_000;
    assert!(difference_db(&planes[0][behind.clone()], &whole[0][behind]) < -60.0);
}

#[test]
fn time_without_packets_is_noted() {
    let bench = Bench::new();
    let mut link = opus(1, 1, 0, 96_000);
    link.packets.iter_mut().skip(50).for_each(|(_, end)| *end += 4800);
    let (run, planes) = decode(&bench, "in.opus", &link.bytes(), &[]);
    assert!(run.stderr.contains("leaves out 0:00.1 of its time"), "{run:?}");
    assert_eq!(planes[0].len(), 96_000);
}

#[test]
fn a_truncated_file_is_reported_and_its_start_salvaged() {
    let bench = Bench::new();
    let pages = opus(1, 1, 0, 96_000).pages();
    let (_, whole) = decode(&bench, "in.opus", &pages.concat(), &[]);
    let bytes = pages[..12].concat();
    for cut in [bytes.len(), bytes.len() - 30] {
        let (run, _) = decode(&bench, "in.opus", &bytes[..cut], &[]);
        assert!(run.code == Some(1) && run.stderr.contains("ends early, at 0:0"), "{run:?}");
        let (run, planes) = decode(&bench, "in.opus", &bytes[..cut], &["--salvage"]);
        assert!(run.stderr.contains("ends early"), "{run:?}");
        assert!(planes[0][..] == whole[0][..planes[0].len()] && planes[0].len() > 40_000);
    }
}

#[test]
fn a_file_without_its_head_is_refused() {
    let bench = Bench::new();
    let (run, _) = decode(&bench, "in.opus", &opus(1, 1, 0, 96_000).pages()[6..].concat(), &["--salvage"]);
    assert!(run.code == Some(1) && run.stderr.contains("is cut short"), "{run:?}");
}

#[test]
fn other_streams_are_noted() {
    let bench = Bench::new();
    let pages = opus(1, 1, 0, 48_000).pages();
    let (_, whole) = decode(&bench, "in.opus", &pages.concat(), &[]);
    let junk = [&pages[..6], &[b"junk".repeat(25)], &pages[6..]].concat().concat();
    let (run, planes) = decode(&bench, "in.opus", &junk, &[]);
    assert!(run.stderr.contains("holds 100 bytes that are not Ogg pages") && planes == whole, "{run:?}");
    // Another audio stream and a video, interleaved page by page.
    let other = opus(2, 2, 0, 48_000).pages();
    let video =
        Link { serial: 3, headers: vec![b"\x80theora".to_vec(); 2], packets: vec![(vec![1; 99], 5); 40] };
    let video = video.pages();
    let mut mixed = vec![video[0].clone(), pages[0].clone(), other[0].clone()];
    for n in 1..pages.len() {
        mixed.extend([&pages, &other, &video].iter().filter_map(|stream| stream.get(n).cloned()));
    }
    let (run, planes) = decode(&bench, "in.ogg", &mixed.concat(), &[]);
    assert!(run.stderr.contains("holds 2 streams of sound; the first is read"), "{run:?}");
    assert!(planes == whole);
    let speex = Link { serial: 3, headers: vec![b"Speex   1.2".to_vec()], packets: vec![(vec![1; 99], 5)] };
    let (run, _) = decode(&bench, "in.spx", &speex.bytes(), &[]);
    assert!(run.code == Some(1) && run.stderr.contains("is Speex"), "{run:?}");
}

#[test]
fn vorbis_is_trimmed_at_both_ends() {
    let bench = Bench::new();
    for (frames, early) in [(20_000, 0), (20_001, 0), (20_000, 700)] {
        let (run, planes) = decode(&bench, "in.ogg", &vorbis(1, frames, early).bytes(), &[]);
        assert_eq!(run.ok().stderr, "");
        assert_eq!(planes.len(), 2);
        assert_eq!(planes[0].len(), frames as usize, "{early} early");
    }
    let pages = vorbis(1, 20_000, 0).pages();
    let lost = [&pages[..5], &pages[6..]].concat().concat();
    let (run, planes) = decode(&bench, "in.ogg", &lost, &["--salvage"]);
    assert!(run.stderr.contains("pages are missing") && planes[0].len() == 20_000, "{run:?}");
}

#[test]
fn no_damage_loses_sound_without_a_message() {
    let bench = Bench::new();
    let links = [opus(1, 1, 0, 40_000), opus(2, 1, 0, 20_000)];
    let whole: Vec<usize> = vec![40_000, 20_000];
    let mut random = Random::new(5);
    let mut at = |length: usize| (random.unit() * length as f64) as usize;
    for turn in 0..60 {
        let mut bytes = links[0].bytes();
        let mut expected = whole[0];
        match turn % 5 {
            0 => bytes.truncate(at(bytes.len())),
            1 => {
                let place = at(bytes.len());
                bytes[place] ^= 1 << at(8);
            }
            2 => {
                bytes.extend(links[1].bytes());
                expected += whole[1];
            }
            3 => {
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
        let (run, planes) = decode(&bench, "in.opus", &bytes, salvage);
        let is_whole = planes.first().is_some_and(|plane| plane.len() == expected);
        assert!(
            matches!(run.code, Some(0 | 1)) && !run.stderr.contains("fault in this program"),
            "{turn}: {run:?}"
        );
        assert!(is_whole || !run.stderr.is_empty(), "{turn}: {run:?}");
    }
}
