//! The chunks of a WAV file: `LIST INFO`, which every player reads, `id3 ` with all tags, and the chunks of
//! the input.

use super::found::{Fields, Found, add_pictures};
use super::{chapters, from_id3, markers, names, riff, to_id3};
use crate::audio::wav::Chunk;
use lofty::TextEncoding;
use lofty::config::WriteOptions;
use lofty::id3::v2::{AttachedPictureFrame, Frame, FrameId, Id3v2Tag};
use lofty::tag::{TagExt, TagType};

/// Converts all tags. Adds notes on everything that can't be written.
pub(super) fn convert(mut found: Found, length_ms: Option<u64>, notes: &mut Vec<String>) -> Vec<Chunk> {
    for application in &found.applications {
        let name = application.id.to_be_bytes();
        found.lost.push(format!("{} (FLAC application data)", String::from_utf8_lossy(&name).trim_end()));
    }
    if found.cuesheet.is_some() {
        found.lost.push("CUESHEET (a FLAC block)".to_owned());
    }
    let mut chunks = Vec::new();
    let known = from_id3::convert(&found.frames).fields;
    chunks.extend(riff::info_chunk(&info_items(&found, &known)));
    let mut frames = std::mem::take(&mut found.frames);
    if !found.id3_first {
        // The format's own tags take precedence.
        frames.retain(|frame| {
            let held = from_id3::convert(std::slice::from_ref(frame)).fields;
            held.0.is_empty() || held.0.iter().any(|(name, _)| !found.fields.has(name))
        });
    }
    complete(&mut frames, &mut found, length_ms);
    match id3_chunk(frames, &mut found.lost) {
        Ok(chunk) => chunks.extend(chunk),
        Err(error) => notes.push(format!("its tags are kept in LIST INFO alone: {error}")),
    }
    for chunk in found.chunks {
        match &chunk.name {
            b"MARK" => chunks.extend(markers::to_wav(&chunk.body)),
            _ => chunks.push(chunk),
        }
    }
    notes.extend(super::lost_note(&found.lost, "WAV has no place for"));
    chunks
}

/// Adds frames for all tags that the input's own frames don't hold.
fn complete(frames: &mut Vec<Frame<'static>>, found: &mut Found, length_ms: Option<u64>) {
    let held = from_id3::convert(frames);
    let mut fields = std::mem::take(&mut found.fields);
    fields.add_missing(info_fields(&found.info));
    let of_fields = chapters::take_from_fields(&mut fields);
    let chapters = if found.chapters.is_empty() { of_fields } else { std::mem::take(&mut found.chapters) };
    fields.0.retain(|(name, _)| !held.fields.has(name));
    frames.extend(to_id3::convert(fields, frames));
    if held.chapters.is_empty() {
        frames.extend(chapters::to_frames(&chapters, length_ms));
    }
    let count = held.pictures.len();
    let mut pictures = held.pictures;
    add_pictures(&mut pictures, std::mem::take(&mut found.pictures));
    for picture in pictures.into_iter().skip(count) {
        frames.push(AttachedPictureFrame::new(TextEncoding::UTF8, picture).into());
    }
}

/// Items of `LIST INFO` as comments.
pub(super) fn info_fields(items: &[(String, String)]) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in items {
        match names::of(TagType::RiffInfo, name).as_str() {
            "TRACKNUMBER" => fields.push_number(names::TRACK, value),
            name => fields.push(name, value),
        }
    }
    fields
}

/// The input's items, and those derived from its other tags.
fn info_items(found: &Found, known: &Fields) -> Vec<(String, String)> {
    let mut items = found.info.clone();
    let mut all = known.clone();
    all.add_missing(found.fields.clone());
    for (name, _) in &all.0 {
        let Some(item) = names::info_of(name) else { continue };
        if !items.iter().any(|(known, _)| known == item) {
            let values: Vec<&str> = all.values(name).collect();
            items.push((item.to_owned(), values.join("; ")));
        }
    }
    items
}

/// An ID3v2.4 tag. Frames of ID3v2.2 without a newer name can't be written.
fn id3_chunk(frames: Vec<Frame<'static>>, lost: &mut Vec<String>) -> Result<Option<Chunk>, String> {
    let mut tag = Id3v2Tag::new();
    for frame in sorted(frames) {
        match frame.id() {
            FrameId::Outdated(id) => lost.push(format!("ID3v2.2 {id}")),
            // All pictures of one kind are kept.
            FrameId::Valid(_) => {
                tag.insert(frame);
            }
        }
    }
    if tag.is_empty() {
        return Ok(None);
    }
    let mut body = Vec::new();
    tag.dump_to(&mut body, WriteOptions::new()).map_err(|error| error.to_string())?;
    Ok(Some(Chunk { name: *b"id3 ", body }))
}

/// Pictures come last, so that a reader finds the texts first. The others keep their order.
fn sorted(mut frames: Vec<Frame<'static>>) -> Vec<Frame<'static>> {
    frames.sort_by_key(|frame| matches!(frame, Frame::Picture(_)));
    frames
}
