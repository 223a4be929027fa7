//! All sound of a file is read, or a line reports the loss: files cut, joined, padded and with wrong headers,
//! at random.
//!
//! The reference is the decoded sound of the intact parts, whose lengths are those of the encoder's input.

use crate::support::{Bench, Kind, noise, read_wav, write_wav};
use enhancer_measure::signal::Random;
use std::path::Path;

/// The samples from a file, and the messages.
struct Outcome {
    code: Option<i32>,
    planes: Vec<Vec<f32>>,
    messages: String,
}

impl Outcome {
    fn frames(&self) -> usize {
        self.planes.first().map_or(0, Vec::len)
    }
}

fn decode(bench: &Bench, name: &str, bytes: &[u8], options: &[&str]) -> Outcome {
    std::fs::write(bench.path(name), bytes).unwrap();
    let fixed = ["enhance", name, "-p", "flat", "--quality", "draft", "--set", "limiter.enabled=off"];
    let written = ["--bits", "32f", "-f", "-q", "-o", "out.wav"];
    let _ = std::fs::remove_file(bench.path("out.wav"));
    let run = bench.run(&[&fixed[..], &written, options].concat());
    let is_polite = |line: &str| line.starts_with("note: ") || line.starts_with("error: ");
    assert!(matches!(run.code, Some(0 | 1)) && run.stderr.lines().all(is_polite), "{name}: {run:?}");
    assert!(!run.stderr.contains("fault in this program"), "a panic: {name}: {run:?}");
    let planes = if run.code == Some(0) { read_wav(&bench.path("out.wav")).1 } else { Vec::new() };
    Outcome { code: run.code, planes, messages: run.stderr }
}

/// A format to test: its extension, an intact file, and the frames in it.
struct Subject {
    name: &'static str,
    bytes: Vec<u8>,
    frames: usize,
    /// Places of the bits that hold lengths.
    lengths: Vec<std::ops::Range<usize>>,
    joins: bool,
}

fn case(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name)).unwrap()
}

fn at(bytes: &[u8], name: &[u8]) -> usize {
    bytes.windows(name.len()).position(|window| window == name).unwrap()
}

fn subjects(bench: &Bench) -> Vec<Subject> {
    let mut subjects = Vec::new();
    // The first of two joined files. Each has its encoder's tag in its first frame, 36 bytes into it.
    let two = case("mp3_two_concatenated.mp3");
    let tag = at(&two, b"Xing");
    let joint = tag + 4 + at(&two[tag + 4..], b"Xing") - 36;
    let mp3 = two[..joint].to_vec();
    let lengths = vec![tag + 8..tag + 12, tag + 12..tag + 16];
    subjects.push(Subject { name: "mp3", bytes: mp3, frames: 66_150, lengths, joins: true });
    subjects.push(Subject {
        name: "aac",
        bytes: case("aac_he.aac"),
        frames: 65_536,
        lengths: Vec::new(),
        joins: true,
    });
    let m4a = case("m4a_dash_fragments.m4a");
    let (sidx, mvhd, mdhd) = (at(&m4a, b"sidx"), at(&m4a, b"mvhd"), at(&m4a, b"mdhd"));
    let lengths = vec![sidx + 28..sidx + 32, mvhd + 20..mvhd + 24, mdhd + 20..mdhd + 24];
    subjects.push(Subject { name: "m4a", bytes: m4a, frames: 66_150, lengths, joins: false });
    for (name, file, frames, joins) in [
        ("m4b", "tags_chapters_cover.m4b", 132_300, true),
        ("mka", "mka_chapters_no_edition_uid.mka", 66_150, true),
        ("caf", "caf_alac.caf", 66_150, false),
        ("w64", "w64.w64", 19_845, false),
    ] {
        subjects.push(Subject { name, bytes: case(file), frames, lengths: Vec::new(), joins });
    }
    write_wav(&bench.path("a.wav"), 44_100, Kind::Int(16), &noise(2, 20_000));
    let wav = std::fs::read(bench.path("a.wav")).unwrap();
    let data = at(&wav, b"data");
    subjects.push(Subject {
        name: "wav",
        lengths: vec![4..8, data + 4..data + 8],
        bytes: wav,
        frames: 20_000,
        joins: false,
    });
    bench.run(&["enhance", "a.wav", "-o", "a.flac", "-q"]).ok();
    let flac = std::fs::read(bench.path("a.flac")).unwrap();
    // Block sizes, frame sizes and the low half of the total in STREAMINFO.
    let lengths = vec![8..12, 12..18, 22..26];
    subjects.push(Subject { name: "flac", bytes: flac, frames: 20_000, lengths, joins: true });
    subjects
}

#[test]
fn intact_files_are_read_completely_without_messages() {
    let bench = Bench::new();
    for Subject { name, bytes, frames, .. } in subjects(&bench) {
        let outcome = decode(&bench, &format!("in.{name}"), &bytes, &[]);
        assert_eq!((outcome.frames(), outcome.messages.as_str()), (frames, ""), "{name}");
    }
}

#[test]
fn a_false_length_in_a_header_loses_no_sound() {
    let bench = Bench::new();
    let mut random = Random::new(41);
    for Subject { name, bytes, frames, lengths, .. } in subjects(&bench) {
        let intact = decode(&bench, &format!("in.{name}"), &bytes, &[]);
        for turn in 0..4 * lengths.len() {
            let mut false_bytes = bytes.clone();
            for byte in &mut false_bytes[lengths[turn / 4].clone()] {
                // All zeros, all ones, and two random lengths.
                *byte = [0, 0xFF, random.next_u64() as u8, random.next_u64() as u8][turn % 4];
            }
            let outcome = decode(&bench, &format!("in.{name}"), &false_bytes, &[]);
            assert_eq!(outcome.code, Some(0), "{name} {turn}: {}", outcome.messages);
            // Without a true length, an encoder's padding can't be distinguished from sound: at most 4096
            // frames more.
            let more = outcome.frames() - frames.min(outcome.frames());
            assert!(outcome.frames() >= frames && more <= 4096, "{name} {turn}: {}", outcome.frames());
            assert!(more == 0 || outcome.messages.contains("claims"), "{name} {turn}: {}", outcome.messages);
            let same = |(a, b): (&Vec<f32>, &Vec<f32>)| a[..frames] == b[..];
            assert!(outcome.planes.iter().zip(&intact.planes).all(same), "{name} {turn}");
        }
    }
}

#[test]
fn a_cut_file_is_reported_or_read_completely() {
    let bench = Bench::new();
    let mut random = Random::new(42);
    for Subject { name, bytes, frames, .. } in subjects(&bench) {
        for turn in 0..12 {
            let cut = (random.unit() * bytes.len() as f64) as usize;
            // After it, before it, or a piece out of the middle.
            let end = cut + (random.unit() * (bytes.len() - cut) as f64) as usize;
            let piece = match turn % 3 {
                0 => bytes[..cut].to_vec(),
                1 => bytes[cut..].to_vec(),
                _ => [&bytes[..cut], &bytes[end..]].concat(),
            };
            if piece.is_empty() {
                continue;
            }
            let file = format!("cut.{name}");
            let outcome = decode(&bench, &file, &piece, &[]);
            let is_whole = outcome.frames() >= frames;
            // A stream of frames without a table does not show losses before its first or after its last
            // frame.
            let is_stream = name == "aac" || (name == "mp3" && turn % 3 == 1);
            assert!(is_whole || !outcome.messages.is_empty() || is_stream, "{name} {turn} {cut}..{end}");
            let salvaged = decode(&bench, &file, &piece, &["--salvage"]);
            assert!(salvaged.code == Some(0) || salvaged.messages.contains("error: "), "{name} {turn}");
            assert!(
                salvaged.frames() >= outcome.frames(),
                "{name} {turn} {cut}..{end}: {}",
                salvaged.messages
            );
        }
    }
}

#[test]
fn salvage_fills_the_time_of_a_missing_fragment() {
    let bench = Bench::new();
    let whole = case("m4a_dash_fragments.m4a");
    // Each fragment starts with its segment index.
    let starts: Vec<usize> = whole
        .windows(4)
        .enumerate()
        .filter(|(_, name)| name == b"sidx")
        .map(|(place, _)| place - 4)
        .collect();
    let without = [&whole[..starts[1]], &whole[starts[2]..]].concat();
    let outcome = decode(&bench, "in.m4a", &without, &[]);
    assert!(outcome.messages.contains("fragments are missing"), "{}", outcome.messages);
    let salvaged = decode(&bench, "in.m4a", &without, &["--salvage"]);
    assert_eq!(salvaged.frames(), 66_150, "{}", salvaged.messages);
    assert!(salvaged.frames() - outcome.frames() > 20_000, "{}", outcome.frames());
}

#[test]
fn joined_files_are_read_in_sequence() {
    let bench = Bench::new();
    for Subject { name, bytes, frames, joins, .. } in subjects(&bench) {
        if !joins {
            continue;
        }
        let id3v1 = [&b"TAG"[..], &[b'x'; 125]].concat();
        let id3v2 = [&b"ID3\x04\0\0\0\0\x01\0"[..], &[0xFF; 128]].concat();
        for between in [Vec::new(), id3v1, id3v2] {
            let single = decode(&bench, &format!("one.{name}"), &bytes, &[]);
            let joined = [&bytes[..], &between, &bytes].concat();
            let outcome = decode(&bench, &format!("two.{name}"), &joined, &[]);
            assert_eq!(outcome.frames(), 2 * frames, "{name}: {}", outcome.messages);
            for (plane, single) in outcome.planes.iter().zip(&single.planes) {
                assert!(plane[..frames] == single[..], "{name}: the first part differs");
                // A lossy decoder starts its second file with the state of the first, so the comparison
                // starts later.
                let settled = 4096;
                let (again, single) = (&plane[frames + settled..], &single[settled..]);
                // The noise that AAC substitutes in its bands differs the second time.
                let power =
                    |samples: &[f32]| samples.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>();
                let is_same = if name == "aac" {
                    (power(again) / power(single) - 1.0).abs() < 0.05
                } else {
                    again == single
                };
                assert!(is_same, "{name}: the second part differs");
            }
        }
    }
}

#[test]
fn bytes_after_the_sound_are_not_played() {
    let bench = Bench::new();
    let ape = [&b"APETAGEX\xD0\x07\0\0\x20\0\0\0\0\0\0\0\0\0\0\x80"[..], &[0; 8]].concat();
    let junk: Vec<u8> = (0..777u32).map(|n| ((n * n) >> 3) as u8 & 0x7F).collect();
    for Subject { name, bytes, frames, .. } in subjects(&bench) {
        for (kind, tail) in [
            ("an ID3v1 tag", [&b"TAG"[..], &[b'x'; 125]].concat()),
            ("an APEv2 tag", ape.clone()),
            ("zeros", vec![0; 1000]),
            ("junk", junk.clone()),
        ] {
            let outcome = decode(&bench, &format!("in.{name}"), &[&bytes[..], &tail].concat(), &[]);
            let is_said = !outcome.messages.is_empty();
            // Where a file ends with its sound, junk after it may be sound that the header does not count.
            let most = if ["wav", "w64"].contains(&name) { frames + tail.len() / 4 } else { frames };
            assert!((frames..=most).contains(&outcome.frames()), "{name} {kind}: {}", outcome.messages);
            assert!(is_said || !matches!(kind, "junk"), "{name} {kind}: no message");
        }
    }
}
