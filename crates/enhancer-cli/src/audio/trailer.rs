//! Tags before, between or after the sound, in files of any format.

use super::forward::Forward;
use super::window::Window;
use std::io::Result;

/// A place in a file with lookahead.
pub(super) trait Ahead {
    /// The bytes from the place on, `count` of them or fewer at the end of the file.
    fn ahead(&mut self, count: usize) -> Result<&[u8]>;
}

impl Ahead for Forward {
    fn ahead(&mut self, count: usize) -> Result<&[u8]> {
        self.fill(count)?;
        let bytes = self.bytes();
        Ok(&bytes[..count.min(bytes.len())])
    }
}

/// A place in a window.
pub(super) struct At<'a>(pub(super) &'a mut Window, pub(super) u64);

impl Ahead for At<'_> {
    fn ahead(&mut self, count: usize) -> Result<&[u8]> {
        self.0.peek(self.1, count)
    }
}

/// The length of the ID3v2 tag at a place: a header of 10 bytes, 7 bits of the length in each of its last
/// four, perhaps a footer (id3.org, *ID3v2.4.0 structure*, §3.1).
fn id3v2(place: &mut dyn Ahead) -> Result<Option<u64>> {
    let Some(&[b'I', b'D', b'3', major, _, flags, ref length @ ..]) = place.ahead(10)?.first_chunk::<10>()
    else {
        return Ok(None);
    };
    if major == 0xFF || length.iter().any(|byte| byte & 0x80 != 0) {
        return Ok(None);
    }
    let body = length.iter().fold(0u64, |value, &byte| value << 7 | u64::from(byte));
    let footer = if flags & 0x10 == 0 { 0 } else { 10 };
    Ok(Some(10 + body + footer))
}

/// Lengths of an ID3v1 tag, and of the extended one that may precede it.
const ID3V1_BYTES: usize = 128;
const ID3V1_EXTENDED_BYTES: usize = 227;

/// Lengths of an APE tag's header, and of its footer.
const APE_HEADER_BYTES: usize = 32;

/// Skips the ID3v2 tags at the start of the window.
pub(super) fn skip_id3v2(window: &mut Forward) -> Result<()> {
    while let Some(length) = id3v2(window)? {
        window.skip(length)?;
    }
    Ok(())
}

/// The length of the tag at a place: ID3v2, ID3v1 and its extension, APE, Lyrics3.
pub(super) fn known(place: &mut dyn Ahead) -> Result<Option<u64>> {
    if let Some(length) = id3v2(place)? {
        return Ok(Some(length));
    }
    let bytes = place.ahead(ID3V1_EXTENDED_BYTES + ID3V1_BYTES)?;
    Ok(match bytes {
        [b'T', b'A', b'G', b'+', ..] if is_id3v1_end(bytes, ID3V1_EXTENDED_BYTES) => {
            Some(ID3V1_EXTENDED_BYTES as u64)
        }
        [b'T', b'A', b'G', ..] if is_id3v1_end(bytes, ID3V1_BYTES) => Some(ID3V1_BYTES as u64),
        // The length excludes the header and includes the footer. A footer may occur alone.
        [b'A', b'P', b'E', b'T', b'A', b'G', b'E', b'X', ..] if bytes.len() >= APE_HEADER_BYTES => {
            let is_header = bytes[23] & 0x20 != 0;
            let length = u32::from_le_bytes([bytes[12], bytes[13], bytes[14], bytes[15]]);
            Some(APE_HEADER_BYTES as u64 + if is_header { u64::from(length) } else { 0 })
        }
        [b'L', b'Y', b'R', b'I', b'C', b'S', b'B', b'E', b'G', b'I', b'N', ..] => lyrics3(place)?,
        _ => None,
    })
}

/// True where a tag of ID3v1 may end: at the end of the file, or where another tag or file starts.
fn is_id3v1_end(bytes: &[u8], at: usize) -> bool {
    let starts: [&[u8]; 6] = [b"TAG", b"ID3", b"APETAGEX", b"fLaC", b"OggS", &[0xFF]];
    bytes
        .get(at..)
        .is_some_and(|behind| behind.is_empty() || starts.iter().any(|start| behind.starts_with(start)))
}

/// The length of a Lyrics3 tag, which ends with one of two words.
fn lyrics3(place: &mut dyn Ahead) -> Result<Option<u64>> {
    const MAX_BYTES: usize = 1 << 16;
    let end =
        place.ahead(MAX_BYTES)?.windows(9).position(|word| word == b"LYRICSEND" || word == b"LYRICS200");
    Ok(end.map(|end| end as u64 + 9))
}

/// The number of bytes without tags that have no header, and without zeros.
pub(super) fn junk(bytes: &[u8]) -> u64 {
    let mut rest = bytes;
    // A tag that only its end identifies.
    if let Some(tag) = rest.len().checked_sub(ID3V1_BYTES).filter(|at| rest[*at..].starts_with(b"TAG")) {
        rest = &rest[..tag];
    }
    if let Some(at) =
        rest.len().checked_sub(APE_HEADER_BYTES).filter(|at| rest[*at..].starts_with(b"APETAGEX"))
    {
        let length =
            u32::from_le_bytes([rest[at + 12], rest[at + 13], rest[at + 14], rest[at + 15]]) as usize;
        rest = &rest[..rest.len().saturating_sub(length)];
    }
    if rest.iter().all(|byte| *byte == 0) { 0 } else { rest.len() as u64 }
}
