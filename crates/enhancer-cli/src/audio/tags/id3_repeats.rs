//! Duplicate frames in an ID3v2 tag that allows one: the reader of tags keeps the last.
//!
//! id3.org, *ID3v2.3.0* and *ID3v2.4.0*, §4.2: "There may only be one text information frame of its kind in a
//! tag." Some taggers nevertheless write several artists this way.

use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom};

/// The longest tag that is searched, bytes.
const MAX_TAG_BYTES: u64 = 16 << 20;

/// A note on the duplicate frames of the tag at the file's start.
pub(super) fn note(mut file: &File) -> Result<Option<String>> {
    let mut header = [0; 10];
    file.seek(SeekFrom::Start(0))?;
    if file.read_exact(&mut header).is_err() || !header.starts_with(b"ID3") {
        return Ok(None);
    }
    let mut body = Vec::new();
    file.take(synchsafe(&header[6..10]).min(MAX_TAG_BYTES)).read_to_end(&mut body)?;
    let repeated = repeated(header[3], header[5], body);
    Ok((!repeated.is_empty())
        .then(|| format!("its ID3 tag repeats {}; the last of each is kept", repeated.join(", "))))
}

/// The ids of text frames that occur more than once in a tag of this version and with these flags.
fn repeated(version: u8, flags: u8, mut body: Vec<u8>) -> Vec<String> {
    const UNSYNCHRONISED: u8 = 0x80;
    const EXTENDED: u8 = 0x40;
    if flags & UNSYNCHRONISED != 0 && version < 4 {
        let mut before = 0;
        body.retain(|&byte| {
            let is_stuffed = before == 0xFF && byte == 0;
            before = byte;
            !is_stuffed
        });
    }
    let mut rest = body.as_slice();
    if flags & EXTENDED != 0 && version > 2 {
        // The size in version 2.3 excludes itself.
        let size =
            rest.get(..4).map_or(0, |size| if version == 3 { 4 + plain(size) } else { synchsafe(size) });
        rest = rest.get(size as usize..).unwrap_or_default();
    }
    let id_bytes = if version == 2 { 3 } else { 4 };
    let header_bytes = if version == 2 { 6 } else { 10 };
    let mut ids: Vec<(String, usize)> = Vec::new();
    while let Some(header) = rest.get(..header_bytes) {
        let (id, size) = header.split_at(id_bytes);
        if !id.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            break;
        }
        let size = if version == 4 { synchsafe(&size[..4]) } else { plain(&size[..id_bytes]) };
        let id = String::from_utf8_lossy(id).into_owned();
        if id.starts_with('T') && !id.starts_with("TXX") {
            match ids.iter_mut().find(|(known, _)| *known == id) {
                Some((_, count)) => *count += 1,
                None => ids.push((id, 1)),
            }
        }
        rest = rest.get(header_bytes + size as usize..).unwrap_or_default();
    }
    ids.into_iter().filter(|(_, count)| *count > 1).map(|(id, _)| id).collect()
}

fn synchsafe(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |size, &byte| size << 7 | u64::from(byte & 0x7F))
}

fn plain(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |size, &byte| size << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(version: u8, id: &str, text: &[u8]) -> Vec<u8> {
        let size = text.len() as u32;
        match version {
            2 => [id.as_bytes(), &size.to_be_bytes()[1..], text].concat(),
            _ => [id.as_bytes(), &size.to_be_bytes(), &[0, 0], text].concat(),
        }
    }

    #[test]
    fn repeated_text_frames_are_found_in_each_version() {
        for (version, artist, own) in [(2, "TP1", "TXX"), (3, "TPE1", "TXXX"), (4, "TPE1", "TXXX")] {
            let text = |id: &str, text: &[u8]| frame(version, id, text);
            let single = [text(artist, b"\0A"), text(own, b"\0a\0b"), text(own, b"\0c\0d")].concat();
            assert!(repeated(version, 0, single.clone()).is_empty(), "{version}");
            let twice = [single, text(artist, b"\0B"), vec![0; 20]].concat();
            assert_eq!(repeated(version, 0, twice), [artist], "{version}");
        }
    }

    #[test]
    fn unsynchronised_bytes_and_extended_headers_are_skipped() {
        let extended = [0, 0, 0, 6, 0, 0, 0, 0, 0, 0];
        let twice = [frame(3, "TIT2", b"\x01\xFF\xFEa\0"), frame(3, "TIT2", b"\0b")].concat();
        let body = [&extended[..], &twice].concat();
        let stuffed: Vec<u8> =
            body.iter().flat_map(|&byte| if byte == 0xFF { vec![0xFF, 0] } else { vec![byte] }).collect();
        assert_eq!(repeated(3, 0x40, body), ["TIT2"]);
        assert_eq!(repeated(3, 0xC0, stuffed), ["TIT2"]);
        for length in 0..40 {
            repeated(3, 0x40, vec![b'T'; length]);
        }
    }
}
