//! Writing WAV as it streams by: PCM of 16 and 24 bits, 32-bit float, speaker positions for more than two channels.
//!
//! Microsoft and IBM, *Multimedia Programming Interface and Data Specifications 1.0* (1991), and `WAVEFORMATEXTENSIBLE`. `hound`
//! writes neither tags nor the speaker positions of the input.

use super::encode::{Bits, EncodeError, Layout};
use std::io::{Seek, SeekFrom, Write};

/// What is left of 4 GiB for audio, after header and tags of the usual size.
const MAX_RIFF_BYTES: u64 = u32::MAX as u64;

/// The part of a sub-format's GUID that is the same for all (RFC 2361).
const GUID_TAIL: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

/// A part of a RIFF file.
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
    /// Where the audio starts.
    data_start: u64,
    data_bytes: u64,
    /// The frames of one call, as they go to the file.
    buffer: Vec<u8>,
}

impl<W: Write + Seek> WavWriter<W> {
    /// Writes the header and the given chunks; a length that is known and too long is refused at once.
    pub(super) fn new(
        mut writer: W,
        layout: &Layout,
        bits: Bits,
        chunks: &[Chunk],
    ) -> Result<Self, EncodeError> {
        let mut header = b"RIFF\0\0\0\0WAVE".to_vec();
        push_chunk(&mut header, *b"fmt ", &format_chunk(layout, bits));
        if bits == Bits::Float32 {
            push_chunk(&mut header, *b"fact", &[0; 4]);
        }
        for Chunk { name, body } in chunks {
            push_chunk(&mut header, *name, body);
        }
        header.extend(b"data\0\0\0\0");
        let frame_bytes = u64::from(bits.bytes()) * layout.channels as u64;
        let data_start = header.len() as u64;
        let most = data_start.saturating_add(layout.frames.unwrap_or(0).saturating_mul(frame_bytes));
        if most > MAX_RIFF_BYTES {
            return Err(EncodeError::TooLong);
        }
        writer.write_all(&header)?;
        Ok(Self { writer, bits, frame_bytes, data_start, data_bytes: 0, buffer: Vec::new() })
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
        if self.data_start + self.data_bytes > MAX_RIFF_BYTES {
            return Err(EncodeError::TooLong);
        }
        Ok(self.writer.write_all(&self.buffer)?)
    }

    /// Completes the file: pads the data and writes the lengths into the header.
    pub(super) fn finish(mut self) -> Result<(), EncodeError> {
        let padding = self.data_bytes % 2;
        if padding == 1 {
            self.writer.write_all(&[0])?;
        }
        let riff_bytes = self.data_start + self.data_bytes + padding - 8;
        self.patch(4, riff_bytes)?;
        self.patch(self.data_start - 4, self.data_bytes)?;
        if self.bits == Bits::Float32 {
            // `fact` follows `fmt `, whose length stands at 16.
            let format_bytes = if self.is_extensible() { 40 } else { 18 };
            self.patch(20 + format_bytes + 8, self.data_bytes / self.frame_bytes.max(1))?;
        }
        Ok(self.writer.flush()?)
    }

    fn is_extensible(&self) -> bool {
        self.frame_bytes > 2 * u64::from(self.bits.bytes())
    }

    fn patch(&mut self, at: u64, value: u64) -> Result<(), EncodeError> {
        let value = u32::try_from(value).map_err(|_| EncodeError::TooLong)?;
        self.writer.seek(SeekFrom::Start(at))?;
        Ok(self.writer.write_all(&value.to_le_bytes())?)
    }
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
    let extensible = layout.channels > 2;
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
