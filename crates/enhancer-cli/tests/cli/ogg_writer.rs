//! Ogg files, written page by page.

use crate::support::{Bench, Run, read_wav};
use enhancer_measure::signal::sine;

/// RFC 3533's checksum, computed bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc >> 31 == 0 { crc << 1 } else { crc << 1 ^ 0x04C1_1DB7 };
    bytes.iter().fold(0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte) << 24, |crc, _| step(crc)))
}

/// A page of whole packets.
pub(crate) fn page(serial: u32, sequence: u32, flags: u8, granule: i64, packets: &[Vec<u8>]) -> Vec<u8> {
    let mut lacing = Vec::new();
    for packet in packets {
        lacing.resize(lacing.len() + packet.len() / 255, 255);
        lacing.push((packet.len() % 255) as u8);
    }
    let mut page = [b"OggS\0", &[flags][..], &granule.to_le_bytes(), &serial.to_le_bytes()].concat();
    page.extend([&sequence.to_le_bytes()[..], &[0; 4], &[lacing.len() as u8], &lacing].concat());
    packets.iter().for_each(|packet| page.extend_from_slice(packet));
    let checksum = crc(&page).to_le_bytes();
    page[22..26].copy_from_slice(&checksum);
    page
}

/// A stream: its headers, a page each, then pages of up to five packets with the given times.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) serial: u32,
    pub(crate) headers: Vec<Vec<u8>>,
    /// Packets, each with its end time.
    pub(crate) packets: Vec<(Vec<u8>, i64)>,
}

impl Link {
    pub(crate) fn pages(&self) -> Vec<Vec<u8>> {
        let mut pages = Vec::new();
        for header in &self.headers {
            let flags = if pages.is_empty() { 2 } else { 0 };
            pages.push(page(self.serial, pages.len() as u32, flags, 0, std::slice::from_ref(header)));
        }
        let groups = self.packets.chunks(5);
        let last = groups.len() - 1;
        for (index, group) in groups.enumerate() {
            let packets: Vec<Vec<u8>> = group.iter().map(|(packet, _)| packet.clone()).collect();
            let flags = if index == last { 4 } else { 0 };
            let granule = group.last().unwrap().1;
            pages.push(page(self.serial, pages.len() as u32, flags, granule, &packets));
        }
        pages
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.pages().concat()
    }
}

/// Frames of an Opus packet here, 20 ms.
pub(crate) const OPUS_FRAMES: usize = 960;

/// The delay of libopus and similar encoders, as the header states it.
pub(crate) const PRE_SKIP: i64 = 312;

pub(crate) fn opus_head(channels: u8, gain: i16, family: &[u8]) -> Vec<u8> {
    let mut head = [b"OpusHead\x01", &[channels][..], &(PRE_SKIP as u16).to_le_bytes()].concat();
    head.extend([&48_000u32.to_le_bytes()[..], &gain.to_le_bytes(), family].concat());
    head
}

pub(crate) fn opus_tags() -> Vec<u8> {
    b"OpusTags\x04\0\0\0test\0\0\0\0".to_vec()
}

/// The difference between a tone of 3 kHz and its copy one frame later is −8 dB.
pub(crate) const ALIGNED_DB: f64 = -14.0;

/// Opus packets of these planes, whose length is a multiple of a packet's.
pub(crate) fn opus_packets(planes: &[Vec<f32>]) -> Vec<Vec<u8>> {
    let channels = planes.len();
    let application = rusty_opus::Application::Audio;
    let mut encoder = rusty_opus::OpusEncoder::new(48_000, channels, application).unwrap();
    encoder.bitrate_bps = 96_000 * channels as i32;
    let packet = |start: usize| {
        let frames = start..start + OPUS_FRAMES;
        let samples: Vec<f32> = frames.flat_map(|n| planes.iter().map(move |plane| plane[n])).collect();
        let mut bytes = vec![0; 1500];
        let length = encoder.encode(&samples, OPUS_FRAMES, &mut bytes).unwrap();
        bytes.truncate(length);
        bytes
    };
    (0..planes[0].len()).step_by(OPUS_FRAMES).map(packet).collect()
}

pub(crate) fn tones(channels: usize, frames: usize) -> Vec<Vec<f32>> {
    (0..channels).map(|n| sine(3000.0 * (n + 1) as f64, 0.2, 0.0, 48_000.0, frames)).collect()
}

/// A stream of Opus with sound from `start` on, of `frames` frames.
pub(crate) fn opus(serial: u32, channels: usize, start: i64, frames: i64) -> Link {
    let coded = (frames + PRE_SKIP) as usize;
    let planes = tones(channels, coded.next_multiple_of(OPUS_FRAMES));
    let ends = (1..).map(|n| start + n * OPUS_FRAMES as i64);
    let mut packets: Vec<(Vec<u8>, i64)> = opus_packets(&planes).into_iter().zip(ends).collect();
    packets.last_mut().unwrap().1 = start + coded as i64;
    Link { serial, headers: vec![opus_head(channels as u8, 0, &[0]), opus_tags()], packets }
}

/// Decodes a file with a preset that changes no sample.
pub(crate) fn decode(bench: &Bench, name: &str, bytes: &[u8], more: &[&str]) -> (Run, Vec<Vec<f32>>) {
    std::fs::write(bench.path(name), bytes).unwrap();
    let _ = std::fs::remove_file(bench.path("out.wav"));
    let arguments = ["enhance", name, "-o", "out.wav", "-p", "flat", "--bits", "32f", "--quality", "draft"];
    let off = ["--set", "limiter.enabled=off"];
    let run = bench.run(&[&arguments[..], &off, more].concat());
    let planes = if run.code == Some(0) { read_wav(&bench.path("out.wav")).1 } else { Vec::new() };
    (run, planes)
}

/// The level of the difference relative to `expected`, without the first and last 10 ms, dB.
pub(crate) fn difference_db(found: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let inner = 480..found.len() - 480;
    let difference: Vec<f32> = inner.clone().map(|n| found[n] - expected[n]).collect();
    let level = enhancer_measure::tone::rms;
    enhancer_measure::signal::to_db(level(&difference) / level(&expected[inner]))
}

/// Bits, the low bit of a byte first.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn put(&mut self, fields: &[(u64, usize)]) {
        self.0.extend(fields.iter().flat_map(|&(value, width)| (0..width).map(move |n| value >> n & 1 == 1)));
    }

    fn bytes(&self) -> Vec<u8> {
        let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, &bit| byte << 1 | u8::from(bit));
        self.0.chunks(8).map(byte).collect()
    }
}

/// Silence in Vorbis, blocks of 256 and 2048 frames, with the smallest possible headers (Vorbis I §4.2). The
/// first granule position is `early` frames less than the packets give; the last one is `frames`.
pub(crate) fn vorbis(serial: u32, frames: i64, early: i64) -> Link {
    let ident = [b"\x01vorbis\0\0\0\0\x02", &48_000u32.to_le_bytes()[..], &[0; 12], &[0xB8, 1]].concat();
    let mut setup = Bits::default();
    // One codebook of two words; no time transform; a floor without partitions; an empty residue; one
    // mapping.
    setup.put(&[
        (0, 8),
        (0x0056_4342, 24),
        (1, 16),
        (2, 24),
        (0, 2),
        (0, 5),
        (0, 5),
        (0, 4),
        (0, 6),
        (0, 16),
    ]);
    setup.put(&[(0, 6), (1, 16), (0, 5), (0, 2), (4, 4)]);
    setup.put(&[(0, 6), (0, 16), (0, 24), (0, 24), (0, 24), (0, 6), (0, 8), (0, 4)]);
    setup.put(&[(0, 6), (0, 16), (0, 4), (0, 8), (0, 8), (0, 8)]);
    // Two modes: short and long blocks.
    setup.put(&[(1, 6), (0, 41), (1, 41), (1, 1)]);
    let setup = [b"\x05vorbis", &setup.bytes()[..]].concat();
    let comment = b"\x03vorbis\0\0\0\0\0\0\0\0\x01".to_vec();
    let mut packets = Vec::new();
    let (mut time, mut previous, mut index) = (-early, None, 0);
    while time < frames {
        let is_long = index % 7 > 2;
        let next_is_long = (index + 1) % 7 > 2;
        let mut packet = Bits::default();
        packet.put(&[(0, 1), (u64::from(is_long), 1)]);
        if is_long {
            packet.put(&[(u64::from(previous == Some(2048)), 1), (u64::from(next_is_long), 1)]);
        }
        packet.put(&[(0, 2)]);
        let block = if is_long { 2048 } else { 256 };
        time += previous.map_or(0, |previous| (previous + block) / 4);
        previous = Some(block);
        packets.push((packet.bytes(), time.min(frames)));
        index += 1;
    }
    Link { serial, headers: vec![ident, comment, setup], packets }
}
