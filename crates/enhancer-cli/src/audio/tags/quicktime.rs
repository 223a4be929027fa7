//! QuickTime's tags in MOV and in some M4A files: texts in `udta`, and items with keys in `meta` (Apple,
//! *QuickTime File Format*, User Data Atoms; Metadata).

use super::found::{Fields, Found};
use super::{mp4, text};
use crate::audio::mp4::boxes::boxes;
use std::fs::File;
use std::io::{BufReader, Read, Result, Seek, SeekFrom};

/// The largest index that is read, bytes.
const MAX_BYTES: u64 = 256 << 20;
/// The first part of Apple's keys.
const DOMAIN: &str = "com.apple.quicktime.";

/// Adds the tags that no item list holds.
pub(super) fn add(file: &File, found: &mut Found) -> Result<()> {
    let moov = moov(file)?;
    let mut fields = Fields::default();
    for (name, body) in boxes(&moov) {
        match &name {
            b"udta" => boxes(body).for_each(|(name, inner)| match &name {
                b"meta" => add_items(inner, &mut fields, &mut found.lost),
                _ => add_text((name, inner), &mut fields),
            }),
            b"meta" => add_items(body, &mut fields, &mut found.lost),
            _ => {}
        }
    }
    found.fields.add_missing(fields);
    Ok(())
}

/// The body of the index.
fn moov(file: &File) -> Result<Vec<u8>> {
    let length = file.metadata()?.len();
    let mut file = BufReader::new(file);
    let mut at = 0;
    while at < length {
        file.seek(SeekFrom::Start(at))?;
        let (mut header, mut long) = ([0; 8], [0; 8]);
        if file.read_exact(&mut header).is_err() {
            break;
        }
        let (mut start, mut size) =
            (8, u64::from(u32::from_be_bytes([header[0], header[1], header[2], header[3]])));
        if size == 1 {
            file.read_exact(&mut long)?;
            (start, size) = (16, u64::from_be_bytes(long));
        }
        let Some(end) = at.checked_add(size).filter(|&end| size >= start && end <= length) else { break };
        if &header[4..] == b"moov" && size <= MAX_BYTES {
            let mut body = vec![0; (size - start) as usize];
            file.read_exact(&mut body)?;
            return Ok(body);
        }
        at = end;
    }
    Ok(Vec::new())
}

/// Adds `©nam` and similar texts, each with a length and a language. The first language counts.
fn add_text((name, body): ([u8; 4], &[u8]), fields: &mut Fields) {
    let Some((header, rest)) = body.split_first_chunk::<4>().filter(|_| name[0] == 0xA9) else { return };
    let length = usize::from(u16::from_be_bytes([header[0], header[1]]));
    if let Some(bytes) = rest.get(..length) {
        let key: String = name.iter().map(|&byte| char::from(byte)).collect();
        fields.push(mp4::name_of(&key), text::decode(bytes));
    }
}

/// Adds the items of `ilst`, whose numbers from 1 refer to the names in `keys`.
fn add_items(meta: &[u8], fields: &mut Fields, lost: &mut Vec<String>) {
    // In MP4 a version precedes the boxes.
    let meta = if meta.get(4..8) == Some(b"hdlr") { meta } else { meta.get(4..).unwrap_or_default() };
    let part = |wanted: &[u8; 4]| boxes(meta).find(|(name, _)| name == wanted).map_or(&[][..], |part| part.1);
    let keys: Vec<String> =
        boxes(part(b"keys").get(8..).unwrap_or_default()).map(|key| text::decode(key.1)).collect();
    for (index, item) in boxes(part(b"ilst")) {
        let index = u32::from_be_bytes(index) as usize;
        let Some(key) = index.checked_sub(1).and_then(|index| keys.get(index)) else { continue };
        let data = boxes(item).find(|(name, _)| name == b"data").map_or(&[][..], |data| data.1);
        // Type 1 is UTF-8.
        match data.split_first_chunk::<8>() {
            Some(([0, 0, 0, 1, ..], value)) => fields.push(name_of_key(key), text::decode(value)),
            _ => lost.push(format!("QuickTime {key}")),
        }
    }
}

fn name_of_key(key: &str) -> String {
    match key.strip_prefix(DOMAIN) {
        Some("year") => "DATE".to_owned(),
        Some(name) => name.to_uppercase(),
        None => key.to_owned(),
    }
}
