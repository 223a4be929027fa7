//! Tags, chapters and attachments of Matroska (RFC 9559, 5.1.7 to 5.1.9).

use super::ebml::{Reader, text};
use super::found::{Chapter, Fields, Found};
use super::names;
use crate::audio::ebml::{children, unsigned};
use lofty::picture::{MimeType, Picture, PictureType};
use std::fs::File;
use std::io::Result;

const INFO: u32 = 0x1549_A966;
const TITLE: u32 = 0x7BA9;
const CHAPTERS: u32 = 0x1043_A770;
const EDITION: u32 = 0x45B9;
const CHAPTER: u32 = 0xB6;
const CHAPTER_START: u32 = 0x91;
const CHAPTER_END: u32 = 0x92;
const CHAPTER_HIDDEN: u32 = 0x98;
const CHAPTER_DISPLAY: u32 = 0x80;
const CHAPTER_STRING: u32 = 0x85;
const TAGS: u32 = 0x1254_C367;
const TAG: u32 = 0x7373;
const TARGETS: u32 = 0x63C0;
const TARGET_LEVEL: u32 = 0x68CA;
const TARGET_CHAPTER: u32 = 0x63C4;
const TARGET_ATTACHMENT: u32 = 0x63C6;
const SIMPLE_TAG: u32 = 0x67C8;
const TAG_NAME: u32 = 0x45A3;
const TAG_STRING: u32 = 0x4487;
const TAG_BINARY: u32 = 0x4485;
const ATTACHMENTS: u32 = 0x1941_A469;
const ATTACHED_FILE: u32 = 0x61A7;
const FILE_DESCRIPTION: u32 = 0x467E;
const FILE_NAME: u32 = 0x466E;
const FILE_TYPE: u32 = 0x4660;
const FILE_DATA: u32 = 0x465C;

/// The level of an album; that of a track is 30.
const ALBUM: u64 = 50;
const NANOSECONDS: u64 = 1_000_000;

/// Reads everything but the sound of a Matroska file.
pub(super) fn read(file: &File) -> Result<Found> {
    let mut found = Found::default();
    let mut reader = Reader::new(file)?;
    let mut title = None;
    while let Some((id, body)) = reader.next(&[INFO, CHAPTERS, TAGS, ATTACHMENTS])? {
        match id {
            INFO => {
                title = title.or(children(&body).find(|child| child.0 == TITLE).map(|child| text(child.1)))
            }
            CHAPTERS => add_editions(&body, &mut found),
            TAGS => children(&body).filter(|child| child.0 == TAG).for_each(|tag| add_tag(tag.1, &mut found)),
            _ => children(&body).for_each(|child| add_attachment(child, &mut found)),
        }
    }
    let mut titled = Fields::default();
    titled.push("TITLE", title.unwrap_or_default());
    found.fields.add_missing(titled);
    found.chapters.sort_by_key(|chapter| chapter.start_ms);
    Ok(found)
}

/// Reads the first edition; the others divide the same music in other ways.
fn add_editions(body: &[u8], found: &mut Found) {
    let mut editions = children(body).filter(|child| child.0 == EDITION);
    if let Some((_, edition)) = editions.next() {
        add_chapters(edition, &mut found.chapters);
    }
    if editions.next().is_some() {
        found.lost.push("further editions of the chapters".to_owned());
    }
}

fn add_chapters(parent: &[u8], chapters: &mut Vec<Chapter>) {
    for (_, atom) in children(parent).filter(|child| child.0 == CHAPTER) {
        let value = |id| children(atom).find(|child| child.0 == id).map(|child| child.1);
        let title = value(CHAPTER_DISPLAY)
            .and_then(|display| children(display).find(|child| child.0 == CHAPTER_STRING))
            .map(|child| text(child.1));
        if let Some(start) = value(CHAPTER_START)
            .filter(|_| value(CHAPTER_HIDDEN).is_none_or(|bytes| unsigned(bytes) == Some(0)))
        {
            chapters.push(Chapter {
                start_ms: unsigned(start).unwrap_or(0) / NANOSECONDS,
                end_ms: value(CHAPTER_END).and_then(unsigned).map(|end| end / NANOSECONDS),
                title: title.unwrap_or_default(),
            });
        }
        add_chapters(atom, chapters);
    }
}

fn add_tag(tag: &[u8], found: &mut Found) {
    let targets = children(tag).find(|child| child.0 == TARGETS).map_or(&[][..], |child| child.1);
    let of_a_part = [TARGET_CHAPTER, TARGET_ATTACHMENT];
    if children(targets).any(|(id, uid)| of_a_part.contains(&id) && unsigned(uid) != Some(0)) {
        found.lost.push("tags of single chapters".to_owned());
        return;
    }
    // Programs that tag only tracks omit the level, which strictly means an album.
    let level = children(targets)
        .find(|child| child.0 == TARGET_LEVEL)
        .map_or(0, |child| unsigned(child.1).unwrap_or(0));
    for (_, simple) in children(tag).filter(|child| child.0 == SIMPLE_TAG) {
        add_simple_tag(simple, level == ALBUM, found);
    }
}

fn add_simple_tag(simple: &[u8], of_album: bool, found: &mut Found) {
    let value = |id| children(simple).find(|child| child.0 == id).map(|child| child.1);
    let name = value(TAG_NAME).map(text).unwrap_or_default();
    if let Some(name) = comment_name(&name, of_album) {
        match (value(TAG_STRING), value(TAG_BINARY)) {
            (Some(string), _) if name == names::TRACK[0] => {
                found.fields.push_number(names::TRACK, &text(string));
            }
            (Some(string), _) => found.fields.push(name, text(string)),
            (None, Some(_)) => found.lost.push(format!("Matroska {name}")),
            (None, None) => {}
        }
    }
    for (_, nested) in children(simple).filter(|child| child.0 == SIMPLE_TAG) {
        add_simple_tag(nested, of_album, found);
    }
}

/// The Vorbis comment for a name of Matroska; `None` for facts about the old file.
fn comment_name(name: &str, of_album: bool) -> Option<String> {
    let upper = name.to_uppercase();
    Some(match (upper.as_str(), of_album) {
        ("BPS" | "DURATION" | "NUMBER_OF_BYTES" | "NUMBER_OF_FRAMES", _) => return None,
        (statistics, _) if statistics.starts_with("_STATISTICS") => return None,
        ("TITLE", true) => "ALBUM".to_owned(),
        ("ARTIST", true) => "ALBUMARTIST".to_owned(),
        ("PART_NUMBER", _) => "TRACKNUMBER".to_owned(),
        ("TOTAL_PARTS", _) => "TRACKTOTAL".to_owned(),
        ("DATE_RELEASED", true) => "DATE".to_owned(),
        ("DATE_RELEASED", false) => "RELEASEDATE".to_owned(),
        ("DATE_RECORDED", _) => "DATE".to_owned(),
        ("INITIAL_KEY", _) => "INITIALKEY".to_owned(),
        _ => name.to_owned(),
    })
}

fn add_attachment((id, body): (u32, &[u8]), found: &mut Found) {
    if id != ATTACHED_FILE {
        return;
    }
    let value = |id| children(body).find(|child| child.0 == id).map(|child| child.1);
    let name = value(FILE_NAME).map(text).unwrap_or_default();
    let kind = value(FILE_TYPE).map(text).unwrap_or_default();
    let Some(data) = value(FILE_DATA).filter(|_| kind.starts_with("image/")) else {
        found.lost.push(format!("the attachment {name}"));
        return;
    };
    let picture = Picture::unchecked(data.to_vec()).mime_type(MimeType::from_str(&kind));
    let picture = picture.pic_type(PictureType::CoverFront);
    found.pictures.push(match value(FILE_DESCRIPTION).map(text) {
        Some(description) => picture.description(description).build(),
        None => picture.build(),
    });
}
