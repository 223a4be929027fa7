//! Reads format and sound of RIFF files with WAVE (Microsoft and IBM, 1991), of RF64 and BW64 (EBU Tech 3306,
//! ITU-R BS.2088) and of Sony Wave64.

use super::chunk::{Chunk, Chunks, Style};
use super::format::Format;
use super::{Found, Rest, Sound, wave};
use crate::audio::bytes::number;
use crate::audio::error::DecodeError;
use crate::audio::window::Window;

/// The longest `fmt ` chunk that is read. Microsoft's ADPCM has 50 bytes.
const MAX_FORMAT_BYTES: u64 = 4096;

/// Start of the chunks in a Wave64 file: after `riff`, the file's size, and `wave`.
const WAVE64_START: u64 = 40;

/// Reads a RIFF, RF64, BW64 or RIFX file.
pub(super) fn find(window: &mut Window, is_big_endian: bool) -> Result<Found, DecodeError> {
    let style = if is_big_endian { Style::BigEndian } else { Style::Riff };
    gather(Chunks::new(window, style, *b"data", 12), is_big_endian)
}

/// Reads a Wave64 file.
pub(super) fn find_wave64(window: &mut Window) -> Result<Found, DecodeError> {
    gather(Chunks::new(window, Style::Wave64, *b"data", WAVE64_START), false)
}

fn gather(mut chunks: Chunks<'_>, is_big_endian: bool) -> Result<Found, DecodeError> {
    let mut is_doubtful = false;
    let (mut format, mut sound, mut stated_frames) = (None::<Format>, None::<Chunk>, None);
    let (mut notes, mut rest) = (Vec::new(), Rest::default());
    while let Some(chunk) = chunks.next()? {
        match &chunk.name {
            b"ds64" => chunks.long_sizes = long_sizes(&chunks.body(&chunk, 1 << 16)?),
            b"fmt " if format.is_none() => {
                let body = chunks.body(&chunk, MAX_FORMAT_BYTES)?;
                format = Some(wave::format(&body, is_big_endian, &mut notes)?);
                is_doubtful = !is_big_endian && wave::is_like_cool_edit(&body);
            }
            b"fact" => {
                let body = chunks.body(&chunk, 8)?;
                let width = if body.len() == 8 && chunks.is_wave64() { 8 } else { 4 };
                stated_frames = number(&body, 0, width, is_big_endian);
            }
            b"data" => match sound {
                Some(first) if first.start < first.end => rest.add_sound(&chunk),
                _ => sound = Some(chunk),
            },
            b"RIFF" | b"RIFX" | b"RF64" | b"BW64" => rest.add_file(&chunk),
            _ => {}
        }
    }
    rest.add_junk(&chunks.rest()?);
    let format = format.ok_or(DecodeError::Headless)?;
    let sound = sound.ok_or(DecodeError::Headless)?;
    let head = chunks.body(&sound, 1 << 16)?;
    if is_doubtful && head.chunks_exact(4).any(|sample| sample[0] != 0) {
        return Err(DecodeError::Unsupported("Cool Edit's floating point in WAV".to_owned()));
    }
    notes.extend(rest.notes());
    let long_frames = chunks.long_sizes.iter().find(|(name, _)| name == b"fact").map(|(_, frames)| *frames);
    let stated_frames = match stated_frames {
        Some(0xFFFF_FFFF) => long_frames.filter(|frames| *frames > 0),
        stated => stated,
    };
    let sound = Sound { start: sound.start, end: sound.end, stated_bytes: Some(sound.size) };
    // Some programs round a Wave64 size up to the chunk's alignment.
    let padding_bytes = if chunks.is_wave64() { 7 } else { 0 };
    Ok(Found { format, sound, stated_frames, padding_bytes, notes })
}

/// The sizes in RF64's `ds64` chunk, by the chunk that they belong to; `fact` is the number of frames.
fn long_sizes(body: &[u8]) -> Vec<([u8; 4], u64)> {
    let long = |at| number(body, at, 8, false);
    let mut sizes: Vec<([u8; 4], u64)> = Vec::new();
    sizes.extend(long(8).map(|size| (*b"data", size)));
    sizes.extend(long(16).map(|frames| (*b"fact", frames)));
    for entry in body.get(28..).unwrap_or_default().chunks_exact(12) {
        let name = entry.first_chunk::<4>().copied().unwrap_or_default();
        sizes.extend(number(entry, 4, 8, false).map(|size| (name, size)));
    }
    sizes
}
