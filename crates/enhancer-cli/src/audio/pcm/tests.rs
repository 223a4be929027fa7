//! The readers' decisions, also on files with wrong sizes.

use super::adpcm::{Adpcm, Kind};
use super::*;
use crate::audio::block::Block;
use crate::audio::error::Timecode;
use crate::audio::info::Depth;
use crate::audio::stream::Decoder;
use enhancer_measure::signal::Random;
use std::io::{Cursor, Read, Result as IoResult, Seek, SeekFrom};

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len() % 2];
    [&name[..], &(body.len() as u32).to_le_bytes(), body, &padding].concat()
}

fn be_chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len() % 2];
    [&name[..], &(body.len() as u32).to_be_bytes(), body, &padding].concat()
}

fn caf_chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&name[..], &(body.len() as u64).to_be_bytes(), body].concat()
}

/// 16-bit stereo at 44.1 kHz.
const FMT: [u8; 16] = [1, 0, 2, 0, 0x44, 0xAC, 0, 0, 0x10, 0xB1, 2, 0, 4, 0, 16, 0];

fn wav() -> Vec<u8> {
    let chunks = [
        b"WAVE".to_vec(),
        chunk(b"bext", &[7; 31]),
        chunk(b"fmt ", &FMT),
        chunk(b"fact", &[100, 0, 0, 0]),
        chunk(b"data", &[0x81; 400]),
        chunk(b"LIST", b"INFO"),
    ];
    chunk(b"RIFF", &chunks.concat())
}

fn rf64() -> Vec<u8> {
    let sizes = [0u64, 400, 100].map(u64::to_le_bytes).concat();
    let ds64 = chunk(b"ds64", &[&sizes[..], &[0; 4]].concat());
    let data = [&b"data\xFF\xFF\xFF\xFF"[..], &[0x81; 400]].concat();
    [b"RF64\xFF\xFF\xFF\xFFWAVE".to_vec(), ds64, chunk(b"fmt ", &FMT), data].concat()
}

fn wave64() -> Vec<u8> {
    let guid = |name: &[u8; 4]| {
        [&name[..], &[0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A]].concat()
    };
    let chunk = |name, body: &[u8]| [&guid(name)[..], &(body.len() as u64 + 24).to_le_bytes(), body].concat();
    [WAVE64_RIFF.to_vec(), vec![0; 8], guid(b"wave"), chunk(b"fmt ", &FMT), chunk(b"data", &[0x81; 400])]
        .concat()
}

fn aiff() -> Vec<u8> {
    let comm =
        [0, 2, 0, 0, 0, 100, 0, 16, 0x40, 0x0E, 0xAC, 0x44, 0, 0, 0, 0, 0, 0, b's', b'o', b'w', b't', 0, 0];
    let layout = [0, 101, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0];
    let chunks = [
        b"AIFC".to_vec(),
        be_chunk(b"COMM", &comm),
        be_chunk(b"CHAN", &layout),
        be_chunk(b"SSND", &[&[0; 8][..], &[0x81; 400]].concat()),
    ];
    be_chunk(b"FORM", &chunks.concat())
}

/// CAF with four packets of ALAC, or with PCM.
fn caf(codec: &[u8; 4]) -> Vec<u8> {
    let rate = 44_100f64.to_be_bytes();
    let (packet_bytes, packet_frames, bits) =
        if codec == b"alac" { (0u32, 4096u32, 0u32) } else { (4, 1, 16) };
    let numbers = [0, packet_bytes, packet_frames, 2, bits].map(u32::to_be_bytes).concat();
    let cookie = [0, 0, 16, 0, 0, 16, 40, 10, 14, 2, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xAC, 0x44];
    let table = [&[0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0x40, 0][..], &[0; 8], &[100; 4]].concat();
    [
        b"caff\0\x01\0\0".to_vec(),
        caf_chunk(b"desc", &[&rate[..], codec, &numbers].concat()),
        caf_chunk(b"chan", &[0, 101, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]),
        caf_chunk(b"kuki", &cookie),
        caf_chunk(b"pakt", &table),
        caf_chunk(b"data", &[&[0; 4][..], &[0x81; 400]].concat()),
    ]
    .concat()
}

fn files() -> Vec<Vec<u8>> {
    vec![wav(), rf64(), wave64(), aiff(), caf(b"lpcm"), caf(b"alac")]
}

/// Opens a file, reads it to its end, and returns the number of bytes in its packets.
fn read(bytes: &[u8]) -> Option<usize> {
    let container = Container::of(bytes)?;
    let Ok(Opened::Stream(mut stream)) = open(Cursor::new(bytes.to_vec()), container) else { return None };
    let mut held = 0;
    let mut block = Block::default();
    while let Ok(Some(packet)) = stream.demuxer.next_packet(Timecode(0.0)) {
        held += packet.data.len();
        block.clear();
        let _ = stream.decoder.decode(&packet.data, &mut block);
    }
    Some(held)
}

#[test]
fn every_container_is_read_completely() {
    for (index, file) in files().iter().enumerate() {
        assert_eq!(read(file), Some(400), "file {index}");
    }
}

#[test]
fn damaged_headers_give_an_error_or_no_more_than_the_file_holds() {
    let mut random = Random::new(5);
    for file in files() {
        for length in 0..file.len() {
            assert!(read(&file[..length]).unwrap_or(0) <= length);
        }
        for turn in 0..3000 {
            let mut bytes = file.clone();
            for _ in 0..=turn % 4 {
                let at = (random.unit() * bytes.len() as f64) as usize;
                bytes[at] = if turn % 3 == 0 { 0xFF } else { random.next_u64() as u8 };
            }
            assert!(read(&bytes).unwrap_or(0) <= bytes.len());
        }
        // A size of all ones at every place.
        for at in 0..file.len() - 8 {
            for width in [4, 8] {
                let mut bytes = file.clone();
                bytes[at..at + width].fill(0xFF);
                assert!(read(&bytes).unwrap_or(0) <= bytes.len());
            }
        }
    }
}

/// A file of six gigabytes with zeros after its header.
struct Sparse {
    head: Vec<u8>,
    at: u64,
    read: u64,
}

const SPARSE_BYTES: u64 = 6 << 30;

impl Read for Sparse {
    fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        let head = self.head.get(self.at as usize..).unwrap_or_default();
        let count = (buffer.len() as u64).min(SPARSE_BYTES - self.at) as usize;
        let known = count.min(head.len());
        buffer[..known].copy_from_slice(&head[..known]);
        buffer[known..count].fill(0);
        (self.at, self.read) = (self.at + count as u64, self.read + count as u64);
        assert!(self.read < 1 << 20, "a header is looked for, not the sound read");
        Ok(count)
    }
}

impl Seek for Sparse {
    fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(by) => SPARSE_BYTES.saturating_add_signed(by),
            SeekFrom::Current(by) => self.at.saturating_add_signed(by),
        };
        Ok(self.at)
    }
}

#[test]
fn files_beyond_four_gigabytes_give_all_their_frames() {
    // RF64 states 5 GiB, and a chunk follows them. RIFF can state no more than 4 GiB. Wave64 states the true
    // size.
    let sizes = [0, 5u64 << 30, 0].map(u64::to_le_bytes).concat();
    let mut rf64 = rf64();
    rf64[20..44].copy_from_slice(&sizes);
    let start = rf64.len() as u64 - 400;
    rf64.truncate(start as usize);
    let mut riff = wav();
    riff.truncate(riff.len() - 412);
    let riff_start = riff.len() as u64;
    let at = riff.len() - 4;
    riff[at..].fill(0xFF);
    let mut wave64 = wave64();
    wave64.truncate(wave64.len() - 400);
    let wave64_start = wave64.len() as u64;
    let at = wave64.len() - 8;
    wave64[at..].copy_from_slice(&(SPARSE_BYTES - wave64_start + 24).to_le_bytes());
    for (head, container, end, start) in [
        (rf64, Container::Riff, SPARSE_BYTES, start),
        (riff, Container::Riff, SPARSE_BYTES, riff_start),
        (wave64, Container::Wave64, SPARSE_BYTES, wave64_start),
    ] {
        let Ok(Opened::Stream(stream)) = open(Sparse { head, at: 0, read: 0 }, container) else { panic!() };
        assert_eq!(stream.frames, Some((end - start) / 4), "{container:?}");
    }
}

#[test]
fn the_length_comes_from_the_data() {
    let Ok(Opened::Stream(stream)) = open(Cursor::new(wav()), Container::Riff) else { panic!() };
    assert_eq!((stream.frames, stream.depth, stream.notes.len()), (Some(100), Depth::Integer(16), 0));
}

#[test]
fn mpeg_audio_is_returned_as_a_range_of_the_file() {
    let mut file = wav();
    let at = file.windows(4).position(|name| name == b"fmt ").unwrap() + 8;
    file[at] = 0x55;
    let Ok(Opened::Mpeg { start, end, .. }) = open(Cursor::new(file.clone()), Container::Riff) else {
        panic!()
    };
    assert!(file[start as usize..end as usize] == [0x81; 400]);
}

/// The samples of a block as 16-bit integers.
fn decoded(kind: Kind, block_bytes: usize, channels: usize, data: &[u8]) -> Vec<Vec<i32>> {
    let mut block = Block::default();
    let mut adpcm = Adpcm::new(kind.clone(), block_bytes, channels, 8000);
    adpcm.decode(data, &mut block).unwrap();
    let frames = kind.frames_in(data.len() as u64, channels as u64);
    assert_eq!(block.frames() as u64, frames);
    block.planes.iter().map(|plane| plane.iter().map(|sample| (sample * 32_768.0) as i32).collect()).collect()
}

#[test]
fn ima_steps_follow_the_standard() {
    // From 100 with a step of 7: code 7 adds 0 + 7 + 3 + 1; the step becomes 16; code 15 takes 2 + 16 + 8 +
    // 4; the step becomes 34; code 0 adds 4; the step becomes 31; code 8 takes 3.
    let block = [100, 0, 0, 0, 0xF7, 0x80];
    assert_eq!(decoded(Kind::Ima, 6, 1, &block), [[100, 111, 81, 85, 82]]);
    // Two channels alternate every four bytes.
    let stereo = [100, 0, 0, 0, 200, 0, 0, 0, 0xF7, 0x80, 0, 0, 0, 0, 0, 0];
    let planes = decoded(Kind::Ima, 16, 2, &stereo);
    assert_eq!((planes[0].len(), &planes[0][..5]), (9, &[100, 111, 81, 85, 82][..]));
    assert_eq!(planes[1][..2], [200, 200]);
    let mut adpcm = Adpcm::new(Kind::Ima, 6, 1, 8000);
    assert!(adpcm.decode(&[0, 0, 89, 0, 0, 0], &mut Block::default()).is_err());
}

#[test]
fn apple_s_packets_keep_the_exact_sample_where_the_head_agrees() {
    let mut packet = vec![0; 34];
    packet[2] = 0xF7;
    let first = decoded(Kind::Apple, 34, 1, &packet);
    assert_eq!(first[0][..2], [11, -19]);
    // The head of the second packet is rounded down to a multiple of 128. Step and sample continue from the
    // first packet.
    let mut step = 8i32 + 8;
    let codes = packet[2..].iter().flat_map(|byte| [byte & 15, byte >> 4]).skip(2);
    codes.for_each(|_| step = (step - 1).max(0));
    let last = *first[0].last().unwrap();
    let head = ((last >> 7 << 7) as u16 | step as u16).to_be_bytes();
    let mut second = vec![0; 34];
    second[..2].copy_from_slice(&head);
    let both = decoded(Kind::Apple, 34, 1, &[packet, second].concat());
    assert_eq!(both[0][64], last, "code 0 at the smallest step adds nothing");
}

#[test]
fn microsoft_s_steps_adapt() {
    // Predictor 0 repeats the sample; a step of 16: code 1 adds 16, code 15 takes 16; 7 adds 112, and the
    // step is 16 · 614 / 256 = 38; 8 takes 8 · 38.
    let block = [0, 16, 0, 100, 0, 90, 0, 0x1F, 0x78];
    let kind = Kind::microsoft(&[]);
    assert_eq!(decoded(kind.clone(), 9, 1, &block), [[90, 100, 116, 100, 212, -92]]);
    let mut adpcm = Adpcm::new(kind, 9, 1, 8000);
    let unknown = [7, 16, 0, 100, 0, 90, 0, 0x1F, 0x78];
    assert!(adpcm.decode(&unknown, &mut Block::default()).is_err(), "there are seven predictors");
}
