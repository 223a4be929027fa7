//! The chunks of WAV, RF64, W64, AIFF and CAF, except the sound.
//!
//! Sizes are hints: a chunk that would end beyond the file is left out, and reading ends where no valid chunk
//! name follows.

use crate::audio::wav::Chunk;
use std::fs::File;
use std::io::{BufReader, Read, Result, Seek, SeekFrom};

/// The largest chunk that is read as a tag, bytes.
const MAX_BYTES: u64 = 256 << 20;

/// The part of a W64 chunk's GUID after its name (Sony, *Wave64 file format*).
const W64_TAIL: [u8; 12] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A];
const W64_RIFF: &[u8; 16] = b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\x00\x00";

/// File formats that consist of chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// WAV, RF64 and BW64.
    Riff,
    W64,
    Aiff,
    Caf,
}

impl Kind {
    /// The format of a file with these first bytes.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let kind = head.get(8..12).unwrap_or_default();
        match head.get(..4)? {
            b"RIFF" | b"RF64" | b"BW64" if kind == b"WAVE" => Some(Self::Riff),
            b"FORM" if kind == b"AIFF" || kind == b"AIFC" => Some(Self::Aiff),
            b"caff" => Some(Self::Caf),
            _ if head.starts_with(W64_RIFF) => Some(Self::W64),
            _ => None,
        }
    }

    /// Bytes before the first chunk.
    fn start(self) -> u64 {
        match self {
            Self::Riff | Self::Aiff => 12,
            Self::W64 => 40,
            Self::Caf => 8,
        }
    }

    /// Name and length of a chunk.
    fn header(self, file: &mut impl Read) -> Result<([u8; 4], u64)> {
        let mut name = [0; 4];
        file.read_exact(&mut name)?;
        let (mut short, mut long) = ([0; 4], [0; 8]);
        let length = match self {
            Self::Riff | Self::Aiff => {
                file.read_exact(&mut short)?;
                let length =
                    if self == Self::Riff { u32::from_le_bytes(short) } else { u32::from_be_bytes(short) };
                length.into()
            }
            Self::Caf => {
                file.read_exact(&mut long)?;
                u64::from_be_bytes(long)
            }
            Self::W64 => {
                let mut tail = [0; 12];
                file.read_exact(&mut tail)?;
                file.read_exact(&mut long)?;
                if tail != W64_TAIL {
                    name = *b"GUID";
                }
                // The length includes the header.
                u64::from_le_bytes(long).saturating_sub(24)
            }
        };
        Ok((name, length))
    }

    fn alignment(self) -> u64 {
        match self {
            Self::Riff | Self::Aiff => 2,
            Self::W64 => 8,
            Self::Caf => 1,
        }
    }
}

/// Reads all chunks except the sound, which is skipped.
pub(super) fn read(file: &File, kind: Kind) -> Result<Vec<Chunk>> {
    let length = file.metadata()?.len();
    let mut file = BufReader::new(file);
    let mut at = file.seek(SeekFrom::Start(kind.start()))?;
    let (mut chunks, mut long_data) = (Vec::new(), None);
    while at < length {
        let Ok((name, mut size)) = kind.header(&mut file) else { break };
        if !name.iter().all(|byte| (b' '..=b'~').contains(byte)) {
            break;
        }
        let is_sound = [*b"data", *b"SSND", *b"wavl"].contains(&name);
        if is_sound && size == u64::from(u32::MAX) {
            size = long_data.unwrap_or(size);
        }
        let start = file.stream_position()?;
        let Some(end) = start.checked_add(size).filter(|&end| end <= length) else { break };
        // The length was never filled in, so the rest is sound.
        if is_sound && size == 0 {
            break;
        }
        if !is_sound && size <= MAX_BYTES {
            let mut body = vec![0; size as usize];
            file.read_exact(&mut body)?;
            if name == *b"ds64" {
                long_data = body.get(8..16).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
            }
            chunks.push(Chunk { name, body });
        }
        at = next_chunk(&mut file, end, kind)?;
        file.seek(SeekFrom::Start(at))?;
    }
    Ok(chunks)
}

/// Start of the chunk after one that ends at `end`. Some programs omit the padding.
fn next_chunk(file: &mut BufReader<&File>, end: u64, kind: Kind) -> Result<u64> {
    let aligned = end.next_multiple_of(kind.alignment());
    if aligned == end + 1 {
        let mut bytes = [0; 4];
        file.seek(SeekFrom::Start(end))?;
        if file.read_exact(&mut bytes).is_ok() && bytes.iter().all(|byte| (b' '..=b'~').contains(byte)) {
            return Ok(end);
        }
    }
    Ok(aligned)
}

/// A chunk in the form of a RIFF file, with its padding.
pub(super) fn riff_bytes(name: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut bytes = name.to_vec();
    bytes.extend((body.len() as u32).to_le_bytes());
    bytes.extend(body);
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}
