//! Tags among the chunks of WAV, AIFF and CAF.

use super::found::{Fields, Found};
use super::{chunks, lofty_tags, names, stale, text};
use crate::audio::wav::Chunk;

/// Chunks about the storage of the sound, or padding.
const STRUCTURE: &[&[u8; 4]] = &[
    b"fmt ", b"fact", b"data", b"ds64", b"JUNK", b"junk", b"PAD ", b"FLLR", b"filr", b"COMM", b"FVER",
    b"SSND", b"desc", b"kuki", b"pakt", b"chan", b"free",
];

/// Place of the loudness values in a `bext` chunk, and the value for "not measured" (EBU Tech 3285, version
/// 2, 2011).
const BEXT_LOUDNESS: std::ops::Range<usize> = 412..422;
const BEXT_VERSION: std::ops::Range<usize> = 346..348;
const BEXT_UNSET: [u8; 2] = 0x7FFFu16.to_le_bytes();

/// The tags of a WAV, RF64 or W64 file, and all chunks that remain true.
pub(super) fn from_wav(chunks: Vec<Chunk>) -> Found {
    let mut found = Found { id3_first: true, ..Found::default() };
    for mut chunk in chunks {
        match &chunk.name {
            b"id3 " | b"ID3 " => add_id3(&chunk.body, &mut found),
            b"LIST" if chunk.body.starts_with(b"INFO") => found.info.extend(info(&chunk.body[4..])),
            name if is_dropped(name) => {}
            b"GUID" => found.lost.push("a chunk of W64 without a name".to_owned()),
            b"bext" => {
                forget_loudness(&mut chunk.body);
                found.chunks.push(chunk);
            }
            _ => found.chunks.push(chunk),
        }
    }
    found
}

/// The tags of an AIFF file.
pub(super) fn from_aiff(chunks: Vec<Chunk>) -> Found {
    let mut found = Found { id3_first: true, ..Found::default() };
    for chunk in chunks {
        let name = match &chunk.name {
            b"NAME" => "TITLE",
            b"AUTH" => "ARTIST",
            b"(c) " => "COPYRIGHT",
            b"ANNO" => "COMMENT",
            b"COMT" => {
                comments(&chunk.body).for_each(|comment| found.fields.push("COMMENT", comment));
                continue;
            }
            b"ID3 " | b"id3 " => {
                add_id3(&chunk.body, &mut found);
                continue;
            }
            name if is_dropped(name) => continue,
            b"MARK" => {
                found.chunks.push(chunk);
                continue;
            }
            _ => {
                found.lost.push(described(&chunk));
                continue;
            }
        };
        found.fields.push(name, text::decode(&chunk.body));
    }
    found
}

/// The tags of a CAF file: `info` holds pairs of texts (Apple, *Core Audio Format Specification 1.0*).
pub(super) fn from_caf(chunks: Vec<Chunk>) -> Found {
    let mut found = Found::default();
    for chunk in chunks {
        match &chunk.name {
            b"info" => add_caf_info(&chunk.body, &mut found.fields),
            name if is_dropped(name) => {}
            _ => found.lost.push(described(&chunk)),
        }
    }
    found
}

fn is_dropped(name: &[u8; 4]) -> bool {
    STRUCTURE.contains(&name) || stale::CHUNKS.contains(&name)
}

fn add_id3(bytes: &[u8], found: &mut Found) {
    match lofty_tags::id3v2(bytes) {
        Some(frames) => found.frames.extend(frames),
        None => found.lost.push("a damaged id3 chunk".to_owned()),
    }
}

/// Items of `LIST INFO`.
fn info(mut bytes: &[u8]) -> Vec<(String, String)> {
    let mut items = Vec::new();
    while let Some((header, rest)) = bytes.split_first_chunk::<8>() {
        let name = text::decode(&header[..4]);
        let size = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
        let body = rest.get(..size).unwrap_or(rest);
        let value = text::decode(body);
        if !value.is_empty() && name.len() == 4 {
            items.push((name, value));
        }
        bytes = rest.get(size.saturating_add(size % 2)..).unwrap_or_default();
    }
    items
}

/// Texts of AIFF's `COMT`: a count, then time, marker, length and text of each.
fn comments(bytes: &[u8]) -> impl Iterator<Item = String> {
    let mut rest = bytes.get(2..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (header, after) = rest.split_first_chunk::<8>()?;
        let length = usize::from(u16::from_be_bytes([header[6], header[7]]));
        let comment = text::decode(after.get(..length)?);
        rest = after.get(length + length % 2..).unwrap_or_default();
        Some(comment)
    })
}

fn add_caf_info(bytes: &[u8], fields: &mut Fields) {
    let mut texts = bytes.get(4..).unwrap_or_default().split(|&byte| byte == 0).map(text::decode);
    while let (Some(key), Some(value)) = (texts.next(), texts.next()) {
        let name = match key.to_lowercase().as_str() {
            "track" | "track number" => {
                fields.push_number(names::TRACK, &value);
                continue;
            }
            "year" | "recorded date" => "DATE".to_owned(),
            "comments" => "COMMENT".to_owned(),
            "tempo" => "BPM".to_owned(),
            "key signature" => "INITIALKEY".to_owned(),
            // These items describe the file, not the music.
            "approximate duration in seconds" | "channel layout" | "channel configuration" => continue,
            other => other.to_uppercase(),
        };
        fields.push(name, value);
    }
}

/// Sets loudness values that are no longer true to "not measured". Versions 0 and 1 have none.
fn forget_loudness(bext: &mut [u8]) {
    let version = bext.get(BEXT_VERSION).map_or(0, |bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
    if let Some(values) = bext.get_mut(BEXT_LOUDNESS).filter(|_| version >= 2) {
        values.chunks_exact_mut(2).for_each(|value| value.copy_from_slice(&BEXT_UNSET));
    }
}

/// A chunk's name, and its purpose.
pub(super) fn described(chunk: &Chunk) -> String {
    let name = String::from_utf8_lossy(&chunk.name).trim_end().to_owned();
    let purpose = match &chunk.name {
        b"bext" => "Broadcast WAV",
        b"cue " => "cue points",
        b"smpl" | b"inst" | b"INST" => "sampler settings",
        b"iXML" => "production notes",
        b"axml" | b"aXML" | b"chna" => "Audio Definition Model",
        b"cart" => "radio cart",
        b"umid" | b"UMID" => "material identifier",
        b"plst" => "playlist",
        b"acid" => "loop tempo",
        b"_PMX" => "XMP",
        b"MARK" | b"mark" => "markers",
        b"MIDI" | b"midi" => "MIDI data",
        b"APPL" => "application data",
        b"strg" => "marker names",
        b"regn" => "regions",
        b"LIST" if chunk.body.starts_with(b"adtl") => return "LIST adtl (cue labels)".to_owned(),
        _ => return format!("{name} (a chunk)"),
    };
    format!("{name} ({purpose})")
}

/// A `LIST INFO` chunk with these items.
pub(super) fn info_chunk(items: &[(String, String)]) -> Option<Chunk> {
    let mut body = b"INFO".to_vec();
    for (name, value) in items {
        let Ok(name) = <[u8; 4]>::try_from(name.as_bytes()) else { continue };
        let mut text = value.clone().into_bytes();
        text.push(0);
        body.extend(chunks::riff_bytes(name, &text));
    }
    (body.len() > 4).then_some(Chunk { name: *b"LIST", body })
}
