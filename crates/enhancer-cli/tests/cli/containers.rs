//! WAV, RF64, Wave64, AIFF and CAF, written byte by byte from their standards: every coding, and every
//! speaker in its place.

use crate::support::{Bench, Run, read_wav};

/// The GUID of a WAVE format in `WAVEFORMATEXTENSIBLE`, after its number.
const GUID_TAIL: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

/// The last bytes of Wave64's chunk identifiers.
const WAVE64_TAIL: [u8; 12] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A];

pub(crate) const RATE: u32 = 44_100;

/// A chunk of RIFF, padded.
pub(crate) fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len() % 2];
    [&name[..], &(body.len() as u32).to_le_bytes(), body, &padding].concat()
}

/// A chunk of AIFF or RIFX, padded.
fn be_chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len() % 2];
    [&name[..], &(body.len() as u32).to_be_bytes(), body, &padding].concat()
}

fn caf_chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&name[..], &(body.len() as u64).to_be_bytes(), body].concat()
}

/// The body of `fmt ` for samples of `bits` bits.
pub(crate) fn fmt(tag: u16, channels: u16, bits: u16) -> Vec<u8> {
    let frame = channels * bits.div_ceil(8);
    let words = [tag.to_le_bytes(), channels.to_le_bytes()].concat();
    let rates = [RATE.to_le_bytes(), (RATE * u32::from(frame)).to_le_bytes()].concat();
    [words, rates, frame.to_le_bytes().to_vec(), bits.to_le_bytes().to_vec()].concat()
}

/// The same with a mask, and with `valid` bits in each sample of `bits` bits.
fn extensible(channels: u16, bits: u16, valid: u16, mask: u32) -> Vec<u8> {
    let head = fmt(0xFFFE, channels, bits);
    let middle = [22u16.to_le_bytes(), valid.to_le_bytes()].concat();
    [head, middle, mask.to_le_bytes().to_vec(), vec![1, 0], GUID_TAIL.to_vec()].concat()
}

pub(crate) fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = [b"WAVE".to_vec(), chunks.concat()].concat();
    chunk(b"RIFF", &body)
}

fn wave64(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let riff = [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0, 0];
    let mut file =
        [b"riff".to_vec(), riff.to_vec(), vec![0; 8], b"wave".to_vec(), WAVE64_TAIL.to_vec()].concat();
    for (name, body) in chunks {
        file.extend([&name[..], &WAVE64_TAIL, &(body.len() as u64 + 24).to_le_bytes(), body].concat());
        file.resize(file.len().next_multiple_of(8), 0);
    }
    let bytes = file.len() as u64;
    file[16..24].copy_from_slice(&bytes.to_le_bytes());
    file
}

/// `COMM` for 44.1 kHz, whose 80-bit number is 0x400E AC44 0000 0000 0000.
fn comm(channels: u16, frames: u32, bits: u16, codec: Option<&[u8; 4]>) -> Vec<u8> {
    let head = [channels.to_be_bytes().to_vec(), frames.to_be_bytes().to_vec(), bits.to_be_bytes().to_vec()];
    let rate = [0x40, 0x0E, 0xAC, 0x44, 0, 0, 0, 0, 0, 0];
    // The name of the codec is a Pascal string, here empty and padded.
    let codec = codec.map_or(Vec::new(), |codec| [&codec[..], &[0, 0]].concat());
    [head.concat(), rate.to_vec(), codec].concat()
}

pub(crate) fn aiff(channels: u16, frames: u32, bits: u16, codec: Option<&[u8; 4]>, sound: &[u8]) -> Vec<u8> {
    aiff_with(&comm(channels, frames, bits, codec), codec.is_some(), &[], sound)
}

fn aiff_with(comm: &[u8], is_compressed: bool, more: &[u8], sound: &[u8]) -> Vec<u8> {
    let kind = if is_compressed { b"AIFC" } else { b"AIFF" };
    let ssnd = be_chunk(b"SSND", &[&[0; 8], sound].concat());
    be_chunk(b"FORM", &[&kind[..], &be_chunk(b"COMM", comm), more, &ssnd].concat())
}

/// A CAF file of linear PCM (flags 1: floating point, 2: little-endian) or another codec.
pub(crate) fn caf(
    codec: &[u8; 4],
    flags: u32,
    frame: (u32, u32, u32, u32),
    more: &[u8],
    sound: &[u8],
) -> Vec<u8> {
    let (packet_bytes, packet_frames, channels, bits) = frame;
    let mut desc = f64::from(RATE).to_be_bytes().to_vec();
    desc.extend(codec);
    desc.extend([flags, packet_bytes, packet_frames, channels, bits].map(u32::to_be_bytes).concat());
    let data = caf_chunk(b"data", &[&[0; 4], sound].concat());
    [b"caff\0\x01\0\0".to_vec(), caf_chunk(b"desc", &desc), more.to_vec(), data].concat()
}

/// The command's output for a file with a preset that changes no sample.
pub(crate) fn decoded(name: &str, bytes: &[u8]) -> (Run, Vec<Vec<f32>>, u32) {
    let bench = Bench::new();
    std::fs::write(bench.path(name), bytes).unwrap();
    let run = bench.run(&[
        "enhance",
        name,
        "-o",
        "out.wav",
        "--bits",
        "32f",
        "-p",
        "flat",
        "--set",
        "limiter.enabled=off",
        "--quality",
        "draft",
    ]);
    if run.code != Some(0) {
        return (run, Vec::new(), 0);
    }
    let out = std::fs::read(bench.path("out.wav")).unwrap();
    let planes = read_wav(&bench.path("out.wav")).1;
    let mask =
        if out[20..22] == [0xFE, 0xFF] { u32::from_le_bytes(out[40..44].try_into().unwrap()) } else { 0 };
    (run, planes, mask)
}

/// Interleaved integer samples of `bits` bits.
fn samples(channels: usize, bits: u32) -> Vec<i64> {
    let top = 1i64 << (bits - 1);
    let noise = (0..6000 * channels as i64).map(|n| (n * n * 7919 + n * 104_729) % (2 * top) - top);
    noise.chain([-top, top - 1, 0, -1]).take(6000 * channels + 4 - 4 % channels).collect()
}

fn expected(samples: &[i64], channels: usize, bits: u32) -> Vec<Vec<f32>> {
    let value = |sample: &i64| (*sample as f64 / 2f64.powi(bits as i32 - 1)) as f32;
    (0..channels).map(|channel| samples[channel..].iter().step_by(channels).map(value).collect()).collect()
}

fn le(samples: &[i64], bytes: usize) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_le_bytes()[..bytes].to_vec()).collect()
}

fn be(samples: &[i64], bytes: usize) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_be_bytes()[8 - bytes..].to_vec()).collect()
}

#[track_caller]
fn check(name: &str, bytes: &[u8], expected: &[Vec<f32>]) {
    let (run, planes, _) = decoded(name, bytes);
    assert_eq!(run.code, Some(0), "{name}: {run:?}");
    assert!(!run.stderr.contains("claims") && !run.stderr.contains("left out"), "{name}: {run:?}");
    assert!(planes == expected, "{name}: other samples, {} frames", planes[0].len());
}

#[test]
fn integers_of_every_width_and_order_keep_their_value() {
    for (bits, channels) in [(8, 1), (16, 2), (24, 2), (32, 1)] {
        let (bytes, count) = (bits as usize / 8, channels as u16);
        let samples = samples(channels, bits);
        let expected = expected(&samples, channels, bits);
        let frames = expected[0].len() as u32;
        let unsigned: Vec<i64> = samples.iter().map(|sample| sample + 128).collect();
        let wav = if bits == 8 { le(&unsigned, 1) } else { le(&samples, bytes) };
        let (le, be) = (le(&samples, bytes), be(&samples, bytes));
        let fmt = fmt(1, count, bits as u16);
        check("plain.wav", &riff(&[chunk(b"fmt ", &fmt), chunk(b"data", &wav)]), &expected);
        check("wave64.w64", &wave64(&[(b"fmt ", fmt), (b"data", wav.clone())]), &expected);
        check("plain.aiff", &aiff(count, frames, bits as u16, None, &be), &expected);
        check("none.aifc", &aiff(count, frames, bits as u16, Some(b"NONE"), &be), &expected);
        check("sowt.aifc", &aiff(count, frames, bits as u16, Some(b"sowt"), &le), &expected);
        let named: [(&[u8; 4], &[u8]); 2] = match bits {
            8 => [(b"raw ", &wav), (b"twos", &be)],
            16 => [(b"twos", &be), (b"sowt", &le)],
            24 => [(b"in24", &be), (b"42ni", &le)],
            _ => [(b"in32", &be), (b"23ni", &le)],
        };
        for (codec, sound) in named {
            check("named.aifc", &aiff(count, frames, bits as u16, Some(codec), sound), &expected);
        }
        let frame = (bytes as u32 * channels as u32, 1, channels as u32, bits);
        check("be.caf", &caf(b"lpcm", 0, frame, &[], &be), &expected);
        check("le.caf", &caf(b"lpcm", 2, frame, &[], &le), &expected);
    }
}

#[test]
fn floating_point_keeps_its_value_beyond_full_scale() {
    let values: Vec<f64> = (0..9000).map(|n| f64::from((n * 37) % 2001 - 1000) / 256.0).collect();
    let expected: Vec<Vec<f32>> = vec![values.iter().map(|value| *value as f32).collect()];
    let f32le: Vec<u8> = values.iter().flat_map(|value| (*value as f32).to_le_bytes()).collect();
    let f32be: Vec<u8> = values.iter().flat_map(|value| (*value as f32).to_be_bytes()).collect();
    let f64le: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let f64be: Vec<u8> = values.iter().flat_map(|value| value.to_be_bytes()).collect();
    check("f32.wav", &riff(&[chunk(b"fmt ", &fmt(3, 1, 32)), chunk(b"data", &f32le)]), &expected);
    check("f64.wav", &riff(&[chunk(b"fmt ", &fmt(3, 1, 64)), chunk(b"data", &f64le)]), &expected);
    check("f32.aifc", &aiff(1, 9000, 32, Some(b"fl32"), &f32be), &expected);
    check("f64.aifc", &aiff(1, 9000, 64, Some(b"FL64"), &f64be), &expected);
    check("f32.caf", &caf(b"lpcm", 3, (4, 1, 1, 32), &[], &f32le), &expected);
    check("f64.caf", &caf(b"lpcm", 1, (8, 1, 1, 64), &[], &f64be), &expected);
}

#[test]
fn samples_narrower_than_their_bytes_use_the_top_bits() {
    // Twelve bits in two bytes, 20 in three, 24 in four.
    for (valid, bytes) in [(12, 2), (20, 3), (24, 4)] {
        let samples: Vec<i64> =
            samples(1, valid).iter().map(|sample| sample << (8 * bytes - valid)).collect();
        let expected = expected(&samples, 1, 8 * bytes);
        let bytes = bytes as usize;
        let wide = extensible(1, 8 * bytes as u16, valid as u16, 4);
        check("wide.wav", &riff(&[chunk(b"fmt ", &wide), chunk(b"data", &le(&samples, bytes))]), &expected);
        let mut narrow = fmt(1, 1, valid as u16);
        narrow[12..14].copy_from_slice(&(bytes as u16).to_le_bytes());
        check(
            "narrow.wav",
            &riff(&[chunk(b"fmt ", &narrow), chunk(b"data", &le(&samples, bytes))]),
            &expected,
        );
        let frame = (bytes as u32, 1, 1, valid);
        check("narrow.caf", &caf(b"lpcm", 0, frame, &[], &be(&samples, bytes)), &expected);
    }
}

#[test]
fn the_depth_is_that_of_the_valid_bits() {
    let bench = Bench::new();
    let sound = vec![0; 40_000];
    let wav = riff(&[chunk(b"fmt ", &extensible(2, 32, 24, 3)), chunk(b"data", &sound)]);
    std::fs::write(bench.path("in.wav"), wav).unwrap();
    bench.run(&["enhance", "in.wav", "-o", "out.wav"]).ok();
    assert_eq!(read_wav(&bench.path("out.wav")).0.bits_per_sample, 24);
}

#[test]
fn a_frame_size_too_small_for_the_samples_is_ignored_with_a_note() {
    let samples = samples(2, 16);
    for frame in [0u16, 1, 2, 3] {
        let mut fmt = fmt(1, 2, 16);
        fmt[12..14].copy_from_slice(&frame.to_le_bytes());
        let (run, planes, _) =
            decoded("in.wav", &riff(&[chunk(b"fmt ", &fmt), chunk(b"data", &le(&samples, 2))]));
        assert!(run.stderr.contains(&format!("claims {frame} bytes per frame; 4 are used")), "{run:?}");
        assert!(planes == expected(&samples, 2, 16), "{frame}");
    }
}

#[test]
fn big_endian_riff_is_read() {
    let samples = samples(2, 16);
    let fmt = [1u16, 2].map(u16::to_be_bytes).concat();
    let rates = [RATE, RATE * 4].map(u32::to_be_bytes).concat();
    let fmt = [fmt, rates, [4u16, 16].map(u16::to_be_bytes).concat()].concat();
    let chunks = [b"WAVE".to_vec(), be_chunk(b"fmt ", &fmt), be_chunk(b"data", &be(&samples, 2))].concat();
    check("rifx.wav", &be_chunk(b"RIFX", &chunks), &expected(&samples, 2, 16));
}

#[test]
fn rf64_and_bw64_take_their_sizes_from_ds64() {
    let samples = samples(2, 16);
    let sound = le(&samples, 2);
    for magic in [b"RF64", b"BW64"] {
        // A table gives the size of one more chunk, whose header also states all ones.
        let mut ds64 = [0, sound.len() as u64, samples.len() as u64 / 2].map(u64::to_le_bytes).concat();
        ds64.extend(1u32.to_le_bytes());
        ds64.extend(*b"big ");
        ds64.extend(6u64.to_le_bytes());
        let body = [
            b"WAVE".to_vec(),
            chunk(b"ds64", &ds64),
            chunk(b"fmt ", &fmt(1, 2, 16)),
            b"big \xFF\xFF\xFF\xFFsix by".to_vec(),
            b"data\xFF\xFF\xFF\xFF".to_vec(),
            sound.clone(),
            chunk(b"LIST", b"adtlnote\x06\0\0\0\x01\0\0\0a\0"),
        ];
        let file = [&magic[..], &[0xFF; 4], &body.concat()].concat();
        check("rf64.wav", &file, &expected(&samples, 2, 16));
    }
}

#[test]
fn companded_samples_follow_g_711() {
    // ITU-T G.711, tables 1a to 2b: the first and last values of both halves, of 8192 and 4096 steps.
    let mu_law = [(0x00u8, -8031.0), (0x7F, 0.0), (0x80, 8031.0), (0xFF, 0.0), (0xEF, 33.0)];
    let a_law = [(0x2Au8, -4032.0), (0xAA, 4032.0), (0xD5, 1.0), (0x55, -1.0)];
    for (tag, codec, full, table) in [(7, b"ulaw", 8192.0, &mu_law[..]), (6, b"alaw", 4096.0, &a_law)] {
        let codes: Vec<u8> = table.iter().cycle().take(4000).map(|(code, _)| *code).collect();
        let values = table.iter().cycle().take(4000).map(|(_, value)| (*value / full) as f32);
        let expected = vec![values.collect::<Vec<f32>>()];
        check("g711.wav", &riff(&[chunk(b"fmt ", &fmt(tag, 1, 8)), chunk(b"data", &codes)]), &expected);
        check("g711.aifc", &aiff(1, 4000, 16, Some(codec), &codes), &expected);
        check("g711.caf", &caf(codec, 0, (1, 1, 1, 8), &[], &codes), &expected);
    }
}

#[test]
fn masks_stay_and_unknown_positions_stay_unknown() {
    let noise = vec![0; 6 * 2000];
    for (channels, mask, kept, note) in [
        (6, 0x3F, 0x3F, ""),
        (6, 0x60F, 0x60F, ""),
        (6, 0, 0, ""),
        (6, 0x8000_0000, 0, ""),
        (6, 0x33, 0, "names 4 speakers for 6 channels"),
        (1, 0x1, 0x1, ""),
        (2, 0x30, 0x30, ""),
    ] {
        let wav = riff(&[chunk(b"fmt ", &extensible(channels, 16, 16, mask)), chunk(b"data", &noise)]);
        let (run, _, found) = decoded("in.wav", &wav);
        assert_eq!((run.code, found), (Some(0), kept), "{mask:x}: {run:?}");
        assert!(if note.is_empty() { run.stderr.is_empty() } else { run.stderr.contains(note) }, "{run:?}");
    }
}

#[test]
fn ambisonic_channels_are_pcm_without_positions() {
    let mut fmt = extensible(4, 16, 16, 0x33);
    fmt[26..].copy_from_slice(&[0, 0, 0x21, 0x07, 0xD3, 0x11, 0x86, 0x44, 0xC8, 0xC1, 0xCA, 0, 0, 0]);
    let (run, planes, mask) = decoded("in.wav", &riff(&[chunk(b"fmt ", &fmt), chunk(b"data", &[0; 8000])]));
    assert_eq!((run.code, planes.len(), mask), (Some(0), 4, 0), "{run:?}");
}

#[test]
fn apple_s_layouts_are_reordered_to_wave() {
    // Layouts by the names of Core Audio. Each channel in the file is a number: left 1, right 2, centre 3,
    // LFE 4, surround 5 and 6.
    for (tag, channels, file_order, mask) in [
        (121u32, 6u32, &[1, 2, 3, 4, 5, 6][..], 0x3F),
        (122, 6, &[1, 2, 5, 6, 3, 4], 0x3F),
        (123, 6, &[1, 3, 2, 5, 6, 4], 0x3F),
        (124, 6, &[3, 1, 2, 5, 6, 4], 0x3F),
        (120, 5, &[2, 1, 3, 4, 5], 0x37),
        (108, 4, &[1, 2, 3, 4], 0x33),
        (142, 7, &[3, 1, 2, 5, 6, 7, 4], 0x13F),
        (127, 8, &[3, 7, 8, 1, 2, 5, 6, 4], 0xFF),
        (128, 8, &[1, 2, 3, 4, 7, 8, 5, 6], 0x63F),
        (147, 6, &[1, 2, 3, 4, 5, 6], 0),
    ] {
        // The 5.0 layout has no LFE, so its order counts without it: centre, left, right.
        let file_order: Vec<i64> = if tag == 120 { vec![3, 1, 2, 4, 5] } else { file_order.to_vec() };
        let sound = be(
            &file_order.iter().cycle().take(2000 * channels as usize).map(|n| n << 8).collect::<Vec<_>>(),
            2,
        );
        let layout = [tag << 16 | if tag == 147 { 0 } else { channels }, 0, 0].map(u32::to_be_bytes).concat();
        let caf = caf(b"lpcm", 0, (2 * channels, 1, channels, 16), &caf_chunk(b"chan", &layout), &sound);
        let comm = comm(channels as u16, 2000, 16, None);
        let aiff = aiff_with(&comm, false, &be_chunk(b"CHAN", &layout), &sound);
        for (name, bytes) in [("in.caf", caf), ("in.aiff", aiff)] {
            let (run, planes, found) = decoded(name, &bytes);
            assert_eq!((run.code, found), (Some(0), mask), "{tag}: {run:?}");
            let numbers: Vec<i64> = planes.iter().map(|plane| (plane[1500] * 128.0) as i64).collect();
            assert_eq!(numbers, (1..=i64::from(channels)).collect::<Vec<_>>(), "{tag} {name}");
        }
    }
}

#[test]
fn unsupported_formats_are_refused_by_name() {
    let sound = vec![0x55; 8000];
    let dts = [&[0xFE, 0x7F, 0x01, 0x80][..], &[0x37; 1020]].concat().repeat(8);
    let mut cool_edit = fmt(1, 2, 24);
    cool_edit[12] = 8;
    let wav = |tag| riff(&[chunk(b"fmt ", &fmt(tag, 2, 16)), chunk(b"data", &sound)]);
    for (name, bytes, label) in [
        ("in.wav", wav(0x2000), "AC-3 in WAV"),
        ("in.wav", riff(&[chunk(b"fmt ", &fmt(1, 2, 16)), chunk(b"data", &dts)]), "DTS in a WAV file"),
        ("in.wav", wav(0x31), "GSM 6.10 in WAV"),
        ("in.wav", wav(0x1610), "HE-AAC in WAV"),
        ("in.wav", wav(0x7777), "the codec 0x7777 in WAV"),
        (
            "in.wav",
            riff(&[chunk(b"fmt ", &fmt(1, 2, 0)), chunk(b"data", &sound)]),
            "0 bits, 2 channels and 0 bytes",
        ),
        (
            "in.wav",
            riff(&[chunk(b"fmt ", &fmt(3, 2, 16)), chunk(b"data", &sound)]),
            "16-bit floating point in WAV",
        ),
        (
            "in.wav",
            riff(&[chunk(b"fmt ", &cool_edit), chunk(b"data", &sound)]),
            "Cool Edit's floating point in WAV",
        ),
        ("in.aiff", aiff(2, 2000, 16, Some(b"QDM2"), &sound), "the codec \"QDM2\" of 16 bits in AIFF"),
        ("in.caf", caf(b"ilbc", 0, (0, 0, 1, 0), &[], &sound), "the codec \"ilbc\" in CAF"),
        ("in.caf", caf(b"alac", 0, (0, 4096, 2, 0), &[], &sound), "ALAC in CAF without its table"),
        ("in.wav", riff(&[chunk(b"data", &sound)]), "is cut short"),
        ("in.wav", riff(&[chunk(b"fmt ", &fmt(1, 0, 16)), chunk(b"data", &sound)]), "0 channels"),
    ] {
        let (run, ..) = decoded(name, &bytes);
        assert!(run.code == Some(1) && run.stderr.contains(label), "{label}: {run:?}");
    }
}
