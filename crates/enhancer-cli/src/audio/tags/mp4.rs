//! Tags and chapters of MP4 (M4A, M4B): the item list, `chpl` (Nero) and QuickTime's chapter track.

use super::found::{Chapter, Found};
use super::names;
use lofty::mp4::{Atom, AtomData, AtomIdent, Ilst};
use lofty::picture::PictureType;
use lofty::tag::TagType;
use mp4ameta::ReadConfig;
use std::path::Path;

/// Adds all items of the list.
pub(super) fn add(list: &Ilst, found: &mut Found) {
    for atom in list {
        let key = key_of(atom.ident());
        match key.as_str() {
            "trkn" => add_numbers(atom, names::TRACK, found),
            "disk" => add_numbers(atom, names::DISC, found),
            _ => atom.data().for_each(|data| add_data(&key, data, found)),
        }
    }
}

/// The key of an item: `©nam`, or `----:com.apple.iTunes:NAME`.
fn key_of(ident: &AtomIdent<'_>) -> String {
    match ident {
        AtomIdent::Fourcc(code) => code.iter().map(|&byte| char::from(byte)).collect(),
        AtomIdent::Freeform { mean, name } => format!("----:{mean}:{name}"),
    }
}

/// The name of an item without a counterpart, without `©` and without Apple's domain.
pub(super) fn name_of(key: &str) -> String {
    let name = names::of(TagType::Mp4Ilst, key);
    let name = name
        .strip_prefix("----:")
        .map_or(name.as_str(), |name| name.strip_prefix("com.apple.iTunes:").unwrap_or(name));
    name.trim_start_matches('\u{A9}').to_owned()
}

fn add_data(key: &str, data: &AtomData, found: &mut Found) {
    let name = name_of(key);
    match data {
        AtomData::UTF8(text) | AtomData::UTF16(text) => found.fields.push(name, text),
        AtomData::Picture(picture) => {
            let mut picture = picture.clone();
            if picture.pic_type() == PictureType::Other {
                picture.set_pic_type(PictureType::CoverFront);
            }
            found.pictures.push(picture);
        }
        AtomData::SignedInteger(number) => found.fields.push(name, number.to_string()),
        AtomData::UnsignedInteger(number) => found.fields.push(name, number.to_string()),
        AtomData::Bool(flag) => found.fields.push(name, u8::from(*flag).to_string()),
        AtomData::Unknown { data, .. } => match integer(data) {
            Some(number) => found.fields.push(name, number.to_string()),
            None => found.lost.push(format!("MP4 {key}")),
        },
    }
}

/// An integer of an item; flags and numbers may be declared as data of no type.
fn integer(bytes: &[u8]) -> Option<u64> {
    let fits = (1..=8).contains(&bytes.len());
    fits.then(|| bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

/// Adds number and total, 16 bits each after two bytes.
fn add_numbers(atom: &Atom<'_>, names: [&str; 2], found: &mut Found) {
    for data in atom.data() {
        let AtomData::Unknown { data, .. } = data else { continue };
        for (name, bytes) in names.into_iter().zip(data.get(2..).unwrap_or_default().chunks_exact(2)) {
            let number = u16::from_be_bytes([bytes[0], bytes[1]]);
            if number > 0 {
                found.fields.push(name, number.to_string());
            }
        }
    }
}

/// The chapters. Where both kinds exist, the chapter track is used, because `chpl` cuts titles at 255 bytes.
pub(super) fn chapters(path: &Path) -> Vec<Chapter> {
    let config = ReadConfig { read_chapter_list: true, read_chapter_track: true, ..ReadConfig::NONE };
    let Ok(tag) = mp4ameta::Tag::read_with_path(path, &config) else { return Vec::new() };
    let chapters = if tag.chapter_track().is_empty() { tag.chapter_list() } else { tag.chapter_track() };
    let chapters = chapters.iter().map(|chapter| Chapter {
        start_ms: u64::try_from(chapter.start.as_millis()).unwrap_or(u64::MAX),
        end_ms: None,
        title: chapter.title.trim_end_matches('\0').to_owned(),
    });
    chapters.collect()
}
