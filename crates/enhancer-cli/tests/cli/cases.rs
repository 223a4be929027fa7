//! Thirty small inputs after public bug reports, with the right result for each. `tests/cases` holds those
//! that are not built here. All were made for this project from tones and noise.

use crate::support::{Bench, Run, mask, noise, read_wav};
use std::path::Path;

/// Copies a case into the test's folder.
pub(crate) fn place(bench: &Bench, name: &str) {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name);
    let bytes = std::fs::read(&kept).unwrap_or_else(|_| built(name));
    std::fs::write(bench.path(name), bytes).unwrap();
}

/// The cases that consist of headers around sound.
fn built(name: &str) -> Vec<u8> {
    let stereo: Vec<i16> = interleaved(&noise(2, 66_150));
    let big_endian = || stereo.iter().flat_map(|sample| sample.to_be_bytes());
    let little_endian = || stereo.iter().flat_map(|sample| sample.to_le_bytes());
    match name {
        // As sox writes it into a pipe: COMM counts 536 608 768 frames, SSND and FORM end at 2 GiB.
        "aiff_sox_pipe.aiff" => {
            let head =
                b"FORM\x7F\0\0\x50AIFFCOMM\0\0\0\x12\0\x02\x1F\xC0\0\0\0\x10\x40\x0E\xAC\x44\0\0\0\0\0\0\
                SSND\x7F\0\0\x08\0\0\0\0\0\0\0\0";
            head.iter().copied().chain(big_endian()).collect()
        }
        // As `ffmpeg -rf64 always` writes it (EBU Tech 3306).
        "rf64.wav" => {
            let bytes = 4 * 66_150u64;
            let ds64 = [bytes + 72, bytes, 66_150].map(u64::to_le_bytes).concat();
            let head =
                [&b"RF64\xFF\xFF\xFF\xFFWAVEds64\x1C\0\0\0"[..], &ds64, &[0; 4], &format(1, 2, 44_100, 16)];
            [&head.concat()[..], b"data\xFF\xFF\xFF\xFF", &little_endian().collect::<Vec<u8>>()].concat()
        }
        "wav_2.1_only_lfe.wav" => {
            let tone = |frame: usize| (8192.0 * (frame as f64 * 0.008).sin()) as i16;
            let frames: Vec<u8> =
                (0..96_000).flat_map(|n| [0, 0, tone(n)]).flat_map(i16::to_le_bytes).collect();
            let guid = *b"\x01\0\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71";
            let mut format = format(0xFFFE, 3, 48_000, 16);
            format[4] = 40;
            format.extend(*b"\x16\0\x10\0\x0B\0\0\0");
            format.extend(guid);
            wave(&format, &frames)
        }
        "wav_float_peak_15dB_over.wav" => {
            let loud =
                noise(2, 132_300).into_iter().map(|plane| plane.iter().map(|x| x * 5.6 / 0.2).collect());
            let planes: Vec<Vec<f32>> = loud.collect();
            let samples = (0..132_300).flat_map(|n| [planes[0][n], planes[1][n]]);
            wave(&format(3, 2, 44_100, 32), &samples.flat_map(f32::to_le_bytes).collect::<Vec<u8>>())
        }
        _ => panic!("no case is called {name}"),
    }
}

fn interleaved(planes: &[Vec<f32>]) -> Vec<i16> {
    let frames = 0..planes[0].len();
    frames.flat_map(|n| planes.iter().map(move |plane| (plane[n] * 32_768.0) as i16)).collect()
}

fn format(tag: u16, channels: u16, rate: u32, bits: u16) -> Vec<u8> {
    let frame = channels * bits / 8;
    let mut chunk = b"fmt \x10\0\0\0".to_vec();
    chunk.extend(tag.to_le_bytes());
    chunk.extend(channels.to_le_bytes());
    chunk.extend(rate.to_le_bytes());
    chunk.extend((rate * u32::from(frame)).to_le_bytes());
    chunk.extend(frame.to_le_bytes());
    chunk.extend(bits.to_le_bytes());
    chunk
}

fn wave(format: &[u8], sound: &[u8]) -> Vec<u8> {
    let riff = (4 + format.len() + 8 + sound.len()) as u32;
    let data = (sound.len() as u32).to_le_bytes();
    [b"RIFF", &riff.to_le_bytes()[..], b"WAVE", format, b"data", &data, sound].concat()
}

fn enhance(bench: &Bench, name: &str, options: &[&str]) -> Run {
    place(bench, name);
    let fixed = ["enhance", name, "-p", "flat", "--set", "limiter.enabled=off", "--bits", "32f", "-q"];
    bench.run(&[&fixed[..], &["-f", "-o", "out.wav"], options].concat())
}

#[test]
fn all_sound_is_kept_with_its_rate_and_channels() {
    for (name, frames, channels, rate, messages) in [
        ("m4a_dash_fragments.m4a", 66_150, 2, 44_100, ""),
        ("mp3_two_concatenated.mp3", 132_300, 2, 44_100, "2 joined files"),
        // Without a count of frames, padding can't be distinguished from sound.
        ("mp3_xing_0_frames.mp3", 67_968, 2, 44_100, "claims 0 frames"),
        ("aac_he.aac", 65_536, 2, 44_100, ""),
        ("m4a_aac_5.1.m4a", 19_845, 6, 44_100, ""),
        ("rf64.wav", 66_150, 2, 44_100, ""),
        ("w64.w64", 19_845, 2, 44_100, ""),
        ("wav_datasize0.wav", 22_050, 2, 44_100, "claims"),
        ("wav_sox_pipe_7ffff000.wav", 22_050, 2, 44_100, "claims"),
        ("wav_riff_short_by_8.wav", 22_050, 2, 44_100, ""),
        ("wav_mask_bit31_6ch.wav", 13_230, 6, 48_000, ""),
        ("wav_bext_cue.wav", 22_050, 2, 48_000, ""),
        ("wav_info_cp1252.wav", 22_050, 2, 44_100, ""),
        ("aiff_sox_pipe.aiff", 66_150, 2, 44_100, "claims"),
        ("caf_alac.caf", 66_150, 2, 44_100, ""),
        ("flac_id3v1_tail.flac", 19_845, 2, 44_100, ""),
        ("flac_min_block_0.flac", 19_845, 2, 44_100, ""),
        ("mka_chapters_no_edition_uid.mka", 66_150, 2, 44_100, ""),
        // The last packet of ALAC is short by itself; the edit list cuts that of AAC.
        ("alac.m4a", 12_345, 2, 44_100, ""),
        ("tags_chapters_cover.m4b", 132_300, 2, 44_100, ""),
        ("tags_stale_and_chapters.mp3", 132_300, 2, 44_100, ""),
    ] {
        let bench = Bench::new();
        let run = enhance(&bench, name, &[]).ok();
        let (spec, planes) = read_wav(&bench.path("out.wav"));
        let found = (planes[0].len(), usize::from(spec.channels), spec.sample_rate);
        assert_eq!(found, (frames, channels, rate), "{name}: {run:?}");
        assert!(planes.iter().flatten().any(|sample| sample.abs() > 0.01), "{name} is silent");
        let is_said = if messages.is_empty() { true } else { run.stderr.contains(messages) };
        assert!(is_said, "{name}: {run:?}");
    }
}

#[test]
fn a_change_of_rate_is_named_with_its_time() {
    let bench = Bench::new();
    let run = enhance(&bench, "mp3_rate_change.mp3", &[]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("changes from 24000 Hz to 22050 Hz at 0:01.6"), "{run:?}");
}

#[test]
fn an_undefined_mask_stays_unknown() {
    let bench = Bench::new();
    enhance(&bench, "wav_mask_bit31_6ch.wav", &[]).ok();
    assert_eq!(mask(&std::fs::read(bench.path("out.wav")).unwrap()), 0);
}

#[test]
fn an_lfe_alone_has_no_loudness() {
    let bench = Bench::new();
    place(&bench, "wav_2.1_only_lfe.wav");
    let json = bench.run(&["analyze", "wav_2.1_only_lfe.wav", "--json"]).ok().json();
    assert!(json["files"][0]["analysis"]["lufs_integrated"].is_null(), "{json}");
    assert!(json["files"][0]["analysis"]["true_peak_dbtp"].as_f64().unwrap() > -13.0, "{json}");
}

#[test]
fn a_float_file_far_over_full_scale_reaches_its_target() {
    let bench = Bench::new();
    place(&bench, "wav_float_peak_15dB_over.wav");
    bench
        .run(&["enhance", "wav_float_peak_15dB_over.wav", "-p", "flat", "--loudness", "-23", "-o", "out.wav"])
        .ok();
    let json = bench.run(&["analyze", "out.wav", "--json"]).ok().json();
    let loudness = json["files"][0]["analysis"]["lufs_integrated"].as_f64().unwrap();
    assert!((loudness + 23.0).abs() <= 0.1, "{loudness}");
}

#[test]
fn settings_of_other_programs_are_imported_or_refused_by_name() {
    let bench = Bench::new();
    let import = |name: &str, options: &[&str]| {
        place(&bench, name);
        bench.run(&[&["presets", "import", name, "--name", "imported", "--force"], options].concat())
    };
    let bands = |bench: &Bench| {
        let shown = bench.run(&["presets", "show", "imported"]).ok().json();
        shown["config"]["equalizer"]["bands"].as_array().unwrap().clone()
    };
    import("apo_lsq_hsq.txt", &[]).ok();
    let shelves = bands(&bench);
    assert_eq!(shelves[0]["type"], "lowshelf");
    assert!((shelves[0]["gain"].as_f64().unwrap() - 5.4).abs() < 1e-3);
    assert!((shelves[0]["frequency"].as_f64().unwrap() - 105.0).abs() < 1e-3);
    assert_eq!((&shelves[2]["type"], &shelves[2]["gain"]), (&"highshelf".into(), &4.0.into()));
    let refused = import("apo_two_devices.txt", &[]);
    assert!(refused.code == Some(1) && refused.stderr.contains("--device"), "{refused:?}");
    import("apo_khz.txt", &[]).ok();
    assert_eq!(bands(&bench)[0]["frequency"], 1000.0);
    import("rew_lp1.txt", &[]).ok();
    assert!(bands(&bench).iter().all(|band| band["slope"] == 6), "{:?}", bands(&bench));
    let refused = import("ee_only_convolver.json", &[]);
    assert!(refused.code == Some(1) && refused.stderr.contains("convolver"), "{refused:?}");
    let peace = import("peace.peace", &[]);
    assert!(peace.code == Some(0) || peace.stderr.contains("Peace"), "{peace:?}");
}
