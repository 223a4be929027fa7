//! Streaming WAV writer: PCM of 16 and 24 bits, 32-bit float, and speaker positions where the channel count
//! does not imply them. A file longer than 4 GiB becomes RF64.
//!
//! Microsoft and IBM, *Multimedia Programming Interface and Data Specifications 1.0* (1991),
//! `WAVEFORMATEXTENSIBLE`, and EBU Tech 3306 (RF64). `hound` writes neither tags nor the speaker positions of
//! the input.

use super::output_format::{Bits, EncodeError, Layout};
use std::io::{Cursor, Seek, SeekFrom, Write};

/// The longest file whose sizes fit into RIFF's 32 bits.
const MAX_RIFF_BYTES: u64 = u32::MAX as u64;

/// Length of RF64's `ds64` chunk without a table: sizes of the file and the sound, frames, entries of the
/// table.
const DS64_BYTES: usize = 28;

/// Start of the body of `ds64`, or of the `JUNK` chunk that reserves its place (EBU Tech 3306 §3.5).
const DS64_START: u64 = 20;

/// The common part of the sub-formats' GUIDs (RFC 2361).
pub(super) const GUID_TAIL: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

/// A chunk of a RIFF file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) name: [u8; 4],
    pub(super) body: Vec<u8>,
}

#[derive(Debug)]
pub(super) struct WavWriter<W: Write + Seek> {
    writer: W,
    bits: Bits,
    frame_bytes: u64,
    /// Start of the audio in the file.
    data_start: u64,
    data_bytes: u64,
    /// Place of the number of frames, in floating-point files.
    frames_at: Option<u64>,
    /// Length above which the file becomes RF64; `None` where it is certain to stay below.
    max_riff_bytes: Option<u64>,
    /// The frames of one call in their coded form.
    buffer: Vec<u8>,
}

impl<W: Write + Seek> WavWriter<W> {
    /// Writes the header and the given chunks. Where the length is unknown or too long for RIFF, the header
    /// reserves a place for RF64's sizes.
    pub(super) fn new(writer: W, layout: &Layout, bits: Bits, chunks: &[Chunk]) -> Result<Self, EncodeError> {
        Self::with_limit(writer, layout, bits, chunks, MAX_RIFF_BYTES)
    }

    fn with_limit(
        mut writer: W,
        layout: &Layout,
        bits: Bits,
        chunks: &[Chunk],
        limit: u64,
    ) -> Result<Self, EncodeError> {
        let frame_bytes = u64::from(bits.bytes()) * layout.channels as u64;
        let tags: u64 = chunks.iter().map(|chunk| chunk.body.len() as u64 + 9).sum();
        let most = layout.frames.map(|frames| frames.saturating_mul(frame_bytes).saturating_add(tags + 256));
        let max_riff_bytes = most.is_none_or(|most| most > limit).then_some(limit);
        let mut header = b"RIFF\0\0\0\0WAVE".to_vec();
        if max_riff_bytes.is_some() {
            push_chunk(&mut header, *b"JUNK", &[0; DS64_BYTES]);
        }
        push_chunk(&mut header, *b"fmt ", &format_chunk(layout, bits));
        let mut frames_at = None;
        if bits == Bits::Float32 {
            push_chunk(&mut header, *b"fact", &[0; 4]);
            frames_at = Some(header.len() as u64 - 4);
        }
        for Chunk { name, body } in chunks {
            push_chunk(&mut header, *name, body);
        }
        header.extend(b"data\0\0\0\0");
        writer.write_all(&header)?;
        let data_start = header.len() as u64;
        let buffer = Vec::new();
        Ok(Self { writer, bits, frame_bytes, data_start, data_bytes: 0, frames_at, max_riff_bytes, buffer })
    }

    pub(super) fn write_float(&mut self, planes: &[Vec<f32>]) -> Result<(), EncodeError> {
        let frames = planes.first().map_or(0, Vec::len);
        self.buffer.resize(frames * self.frame_bytes as usize, 0);
        for (channel, plane) in planes.iter().enumerate() {
            let frames = self.buffer.chunks_exact_mut(self.frame_bytes as usize);
            for (frame, sample) in frames.zip(plane) {
                frame[channel * 4..channel * 4 + 4].copy_from_slice(&sample.to_le_bytes());
            }
        }
        self.flush_buffer()
    }

    pub(super) fn write_integers(&mut self, planes: &[Vec<i32>]) -> Result<(), EncodeError> {
        let frames = planes.first().map_or(0, Vec::len);
        let width = self.bits.bytes() as usize;
        self.buffer.resize(frames * self.frame_bytes as usize, 0);
        for (channel, plane) in planes.iter().enumerate() {
            let frames = self.buffer.chunks_exact_mut(self.frame_bytes as usize);
            let frames = frames.map(|frame| &mut frame[channel * width..(channel + 1) * width]);
            if width == 2 {
                frames.zip(plane).for_each(|(at, value)| at.copy_from_slice(&value.to_le_bytes()[..2]));
            } else {
                frames.zip(plane).for_each(|(at, value)| at.copy_from_slice(&value.to_le_bytes()[..3]));
            }
        }
        self.flush_buffer()
    }

    fn flush_buffer(&mut self) -> Result<(), EncodeError> {
        self.data_bytes += self.buffer.len() as u64;
        Ok(self.writer.write_all(&self.buffer)?)
    }

    /// Completes the file: pads the data and writes the lengths into the header.
    pub(super) fn finish(mut self) -> Result<(), EncodeError> {
        let padding = self.data_bytes % 2;
        if padding == 1 {
            self.writer.write_all(&[0])?;
        }
        let file_bytes = self.data_start + self.data_bytes + padding;
        let frames = self.data_bytes / self.frame_bytes.max(1);
        if let Some(at) = self.frames_at {
            self.patch(at, &low(frames))?;
        }
        if self.max_riff_bytes.is_some_and(|limit| file_bytes > limit) {
            let sizes = [file_bytes - 8, self.data_bytes, frames].map(u64::to_le_bytes).concat();
            self.patch(0, b"RF64\xFF\xFF\xFF\xFF")?;
            self.patch(DS64_START - 8, b"ds64")?;
            self.patch(DS64_START, &sizes)?;
            self.patch(self.data_start - 4, &[0xFF; 4])?;
        } else {
            self.patch(4, &low(file_bytes - 8))?;
            self.patch(self.data_start - 4, &low(self.data_bytes))?;
        }
        Ok(self.writer.flush()?)
    }

    fn patch(&mut self, at: u64, bytes: &[u8]) -> Result<(), EncodeError> {
        self.writer.seek(SeekFrom::Start(at))?;
        Ok(self.writer.write_all(bytes)?)
    }
}

/// A whole WAV file of integers in memory, without tags.
///
/// # Errors
/// None: writing into memory does not fail.
pub(crate) fn bytes(layout: &Layout, bits: Bits, planes: &[Vec<i32>]) -> Result<Vec<u8>, EncodeError> {
    let mut file = Cursor::new(Vec::new());
    let mut writer = WavWriter::new(&mut file, layout, bits, &[])?;
    writer.write_integers(planes)?;
    writer.finish()?;
    Ok(file.into_inner())
}

/// A number in RIFF's 32 bits; all ones where it needs more.
fn low(value: u64) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes()
}

fn push_chunk(header: &mut Vec<u8>, name: [u8; 4], body: &[u8]) {
    header.extend(name);
    header.extend((body.len() as u32).to_le_bytes());
    header.extend(body);
    if body.len() % 2 == 1 {
        header.push(0);
    }
}

fn format_chunk(layout: &Layout, bits: Bits) -> Vec<u8> {
    let tag: u16 = if bits == Bits::Float32 { 3 } else { 1 };
    // Readers of a plain header assume the centre for one channel, and left and right for two.
    let usual = [None, Some(0x4), Some(0x3)].get(layout.channels).copied().flatten();
    let extensible = layout.channels > 2 || layout.speakers != usual;
    let frame_bytes = u32::from(bits.bytes()) * layout.channels as u32;
    let mut chunk = Vec::new();
    chunk.extend(if extensible { 0xFFFEu16 } else { tag }.to_le_bytes());
    chunk.extend((layout.channels as u16).to_le_bytes());
    chunk.extend(layout.sample_rate_hz.to_le_bytes());
    chunk.extend((layout.sample_rate_hz * frame_bytes).to_le_bytes());
    chunk.extend((frame_bytes as u16).to_le_bytes());
    chunk.extend((u16::from(bits.bytes()) * 8).to_le_bytes());
    if extensible {
        chunk.extend(22u16.to_le_bytes());
        chunk.extend((u16::from(bits.bytes()) * 8).to_le_bytes());
        chunk.extend(layout.speakers.unwrap_or(0).to_le_bytes());
        chunk.extend(tag.to_le_bytes());
        chunk.extend(GUID_TAIL);
    } else if bits == Bits::Float32 {
        chunk.extend(0u16.to_le_bytes());
    }
    chunk
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of 999 frames of 24 bits, with a limit in bytes.
    fn written(channels: usize, frames: Option<u64>, speakers: Option<u32>, limit: u64) -> Vec<u8> {
        let layout = Layout { sample_rate_hz: 48_000, channels, speakers, frames };
        let mut file = Cursor::new(Vec::new());
        let mut writer = WavWriter::with_limit(&mut file, &layout, Bits::Int24, &[], limit).unwrap();
        writer.write_integers(&vec![(0..999).collect(); channels]).unwrap();
        writer.finish().unwrap();
        file.into_inner()
    }

    fn number(bytes: &[u8]) -> u64 {
        bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
    }

    #[test]
    fn a_file_too_long_for_riff_becomes_rf64() {
        for frames in [None, Some(999)] {
            let file = written(1, frames, Some(4), 2000);
            // EBU Tech 3306: the RIFF and data sizes are all ones, those in `ds64` are true.
            assert_eq!(&file[..16], b"RF64\xFF\xFF\xFF\xFFWAVEds64");
            assert_eq!(number(&file[16..20]), 28);
            assert_eq!(number(&file[20..28]), file.len() as u64 - 8);
            assert_eq!(number(&file[28..36]), 2997);
            assert_eq!(number(&file[36..44]), 999);
            assert_eq!(number(&file[44..48]), 0);
            assert_eq!(&file[48..52], b"fmt ");
            assert_eq!(&file[72..80], b"data\xFF\xFF\xFF\xFF");
            assert_eq!((file.len(), file.last()), (80 + 2998, Some(&0)), "the odd sound is padded");
        }
    }

    #[test]
    fn a_file_within_the_limit_stays_riff() {
        let plain = written(1, Some(999), Some(4), MAX_RIFF_BYTES);
        assert_eq!((&plain[..4], &plain[12..16], number(&plain[40..44])), (&b"RIFF"[..], &b"fmt "[..], 2997));
        // With an unknown length, the place for `ds64` stays junk.
        let file = written(1, None, Some(4), MAX_RIFF_BYTES);
        assert_eq!((&file[..4], number(&file[4..8])), (&b"RIFF"[..], file.len() as u64 - 8));
        assert_eq!((&file[12..20], number(&file[76..80])), (&b"JUNK\x1C\0\0\0"[..], 2997));
        assert_eq!(file[48..], plain[12..]);
    }

    #[test]
    fn speakers_beyond_a_plain_header_need_an_extensible_one() {
        for (channels, speakers, mask) in [
            (1, Some(1), Some(1)),
            (2, Some(0x30), Some(0x30)),
            (2, None, Some(0)),
            (1, Some(4), None),
            (2, Some(3), None),
        ] {
            let file = written(channels, Some(999), speakers, MAX_RIFF_BYTES);
            let is_extensible = file[20..22] == [0xFE, 0xFF];
            assert_eq!(is_extensible.then(|| number(&file[40..44])), mask, "{channels} {speakers:?}");
        }
    }
}
