//! Blocks of a FLAC file besides its comments and pictures: cue sheets and application data (RFC 9639, 8.4
//! and 8.7).
//!
//! `flac --keep-foreign-metadata` stores the chunks of a WAV file as application data named `riff`. A WAV
//! output receives them as chunks again.

use super::found::Found;
use super::riff;
use crate::audio::wav::Chunk;
use flac_codec::metadata::{Application, Block, read_blocks};
use std::fs::File;
use std::io::{BufReader, Read, Result, Seek, SeekFrom};

/// Application id under which `flac` stores chunks of AIFF and W64 files.
const AIFF: u32 = Application::AIFF;
const W64: u32 = u32::from_be_bytes(*b"w64 ");

/// Adds the contents of the blocks, up to the first that can't be read.
pub(super) fn add(file: &File, found: &mut Found) -> Result<()> {
    let mut file = BufReader::new(file);
    let start = after_id3(&mut file)?;
    file.seek(SeekFrom::Start(start))?;
    let mut chunks = Vec::new();
    for block in read_blocks(&mut file) {
        match block {
            Ok(Block::Cuesheet(cuesheet)) => found.cuesheet = Some(cuesheet),
            Ok(Block::Application(block)) => match block.id {
                Application::RIFF => chunks.extend(chunk(&block.data)),
                AIFF => found.lost.push("aiff (chunks of an AIFF file)".to_owned()),
                W64 => found.lost.push("w64 (chunks of a W64 file)".to_owned()),
                _ => found.applications.push(block),
            },
            Ok(_) => {}
            Err(_) => break,
        }
    }
    let foreign = riff::from_wav(chunks);
    found.frames.extend(foreign.frames);
    found.info.extend(foreign.info);
    found.chunks.extend(foreign.chunks);
    Ok(())
}

/// One stored chunk. The first block holds the header of the file instead.
fn chunk(bytes: &[u8]) -> Option<Chunk> {
    let (header, rest) = bytes.split_first_chunk::<8>()?;
    let name = [header[0], header[1], header[2], header[3]];
    let size = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
    let is_header = [*b"RIFF", *b"RF64", *b"BW64", *b"data"].contains(&name);
    (!is_header).then_some(Chunk { name, body: rest.get(..size)?.to_vec() })
}

/// Start of the stream, which ID3v2 tags may precede (ID3v2.4.0, 3.1).
fn after_id3(file: &mut (impl Read + Seek)) -> Result<u64> {
    let mut at = 0;
    loop {
        file.seek(SeekFrom::Start(at))?;
        let mut header = [0; 10];
        if file.read_exact(&mut header).is_err() || !header.starts_with(b"ID3") {
            return Ok(at);
        }
        let size = header[6..].iter().fold(0, |size, &byte| size << 7 | u64::from(byte & 0x7F));
        let footer = if header[5] & 0x10 == 0 { 0 } else { 10 };
        at += 10 + size + footer;
    }
}
