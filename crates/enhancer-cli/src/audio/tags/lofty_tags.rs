//! Tags that the `lofty` crate reads: ID3, APE, Vorbis comments, MP4's item list.

use super::chunks::riff_bytes;
use super::found::{Fields, Found};
use super::{names, stale};
use lofty::ape::{ApeFile, ApeTag};
use lofty::config::{GlobalOptions, ParseOptions, ParsingMode, apply_global_options};
use lofty::error::FileParseError;
use lofty::file::{AudioFile, FileType, TaggedFileExt};
use lofty::flac::FlacFile;
use lofty::id3::v1::Id3v1Tag;
use lofty::id3::v2::{Frame, Id3v2Tag};
use lofty::iff::wav::WavFile;
use lofty::mp4::Mp4File;
use lofty::mpeg::MpegFile;
use lofty::ogg::tag::VorbisComments;
use lofty::ogg::{OggPictureStorage, OpusFile, SpeexFile, VorbisFile};
use lofty::picture::{APE_PICTURE_TYPES, Picture};
use lofty::tag::{Accessor, ItemValue, TagType};
use std::fs::File;
use std::io::{BufReader, Cursor, Seek};
use std::path::Path;

/// The largest picture or other item, bytes.
const MAX_ITEM_BYTES: usize = 256 << 20;

fn options() -> ParseOptions {
    let mut options = ParseOptions::new();
    options.read_properties(false).parsing_mode(ParsingMode::Relaxed);
    let mut global = GlobalOptions::new();
    global.allocation_limit(MAX_ITEM_BYTES);
    apply_global_options(global);
    options
}

/// Reads the tags of a file in a format that `lofty` supports.
pub(super) fn read(path: &Path) -> Result<Found, FileParseError> {
    let options = options();
    let probe = lofty::probe::Probe::open(path)?.options(options).guess_file_type()?;
    let kind = probe.file_type();
    let mut file = BufReader::new(File::open(path)?);
    file.rewind()?;
    let mut found = Found::default();
    match kind {
        Some(FileType::Mpeg) => mpeg(&MpegFile::read_from(&mut file, options)?, &mut found),
        Some(FileType::Aac) => {
            let file = lofty::aac::AacFile::read_from(&mut file, options)?;
            found.id3_first = true;
            add_id3(file.id3v2(), file.id3v1(), &mut found);
        }
        Some(FileType::Flac) => {
            let file = FlacFile::read_from(&mut file, options)?;
            add_comments(file.vorbis_comments(), &mut found);
            found.pictures.extend(file.pictures().iter().map(|(picture, _)| picture.clone()));
            add_id3(file.id3v2(), None, &mut found);
        }
        Some(FileType::Vorbis) => {
            add_comments(Some(VorbisFile::read_from(&mut file, options)?.vorbis_comments()), &mut found);
        }
        Some(FileType::Opus) => {
            add_comments(Some(OpusFile::read_from(&mut file, options)?.vorbis_comments()), &mut found);
        }
        Some(FileType::Speex) => {
            add_comments(Some(SpeexFile::read_from(&mut file, options)?.vorbis_comments()), &mut found);
        }
        Some(FileType::Mp4) => {
            if let Some(ilst) = Mp4File::read_from(&mut file, options)?.ilst() {
                super::mp4::add(ilst, &mut found);
            }
        }
        Some(FileType::Ape) => {
            let file = ApeFile::read_from(&mut file, options)?;
            add_ape(file.ape(), &mut found);
            add_id3(file.id3v2(), file.id3v1(), &mut found);
        }
        _ => others(&probe.read()?, &mut found),
    }
    Ok(found)
}

/// The frames of a separate ID3v2 tag of any version.
pub(super) fn id3v2(bytes: &[u8]) -> Option<Vec<Frame<'static>>> {
    // The crate reads whole files only; this is the smallest one that holds the tag.
    let mut file = b"RIFF\0\0\0\0WAVE".to_vec();
    file.extend(riff_bytes(*b"id3 ", bytes));
    let mut tag = WavFile::read_from(&mut Cursor::new(file), options()).ok()?;
    Some(tag.remove_id3v2()?.into_iter().collect())
}

fn mpeg(file: &MpegFile, found: &mut Found) {
    found.id3_first = true;
    add_ape(file.ape(), found);
    if let Some(tag) = file.id3v2() {
        let frames: Vec<_> = tag.into_iter().cloned().collect();
        found.notes.extend(contradictions(&found.fields, &super::from_id3::convert(&frames).fields));
    }
    add_id3(file.id3v2(), file.id3v1(), found);
}

/// A note on texts of an APE tag that differ from those of an ID3v2 tag. Numbers and dates are left out,
/// because they have many spellings.
fn contradictions(ape: &Fields, id3: &Fields) -> Option<String> {
    let is_text = |value: &str| value.chars().any(char::is_alphabetic);
    let differs = |name: &str, value: &str| {
        id3.has(name) && !id3.values(name).any(|known| known.trim().eq_ignore_ascii_case(value.trim()))
    };
    let mut names: Vec<&str> = Vec::new();
    for (name, value) in &ape.0 {
        if is_text(value)
            && differs(name, value)
            && !stale::is_stale(name, value)
            && !names.contains(&name.as_str())
        {
            names.push(name);
        }
    }
    let names = names.join(", ");
    (!names.is_empty()).then(|| format!("{names} of its APE tag is not kept: its ID3v2 tag differs"))
}

/// The other formats (WavPack, Musepack) have APE tags, or the generic kind.
fn others(file: &lofty::file::TaggedFile, found: &mut Found) {
    for tag in file.tags() {
        let comments = VorbisComments::from(tag.clone());
        let mut fields = Fields::default();
        comments.items().for_each(|(name, value)| fields.push(name, value));
        found.fields.add_missing(fields);
        found.pictures.extend(tag.pictures().iter().cloned());
    }
}

fn add_id3(v2: Option<&Id3v2Tag>, v1: Option<&Id3v1Tag>, found: &mut Found) {
    if let Some(tag) = v2 {
        found.frames.extend(tag.into_iter().cloned());
    }
    let Some(tag) = v1 else { return };
    // ID3v1 comes last, because it holds at most thirty bytes of a text.
    let mut fields = Fields::default();
    fields.push("TITLE", tag.title.clone().unwrap_or_default());
    fields.push("ARTIST", tag.artist.clone().unwrap_or_default());
    fields.push("ALBUM", tag.album.clone().unwrap_or_default());
    fields.push("COMMENT", tag.comment.clone().unwrap_or_default());
    fields.push("DATE", tag.year.map(|year| year.to_string()).unwrap_or_default());
    fields.push("TRACKNUMBER", tag.track_number.map(|number| number.to_string()).unwrap_or_default());
    fields.push("GENRE", tag.genre().unwrap_or_default());
    found.fields.add_missing(fields);
}

fn add_comments(comments: Option<&VorbisComments>, found: &mut Found) {
    let Some(comments) = comments else { return };
    comments.items().for_each(|(name, value)| found.fields.push(name, value));
    found.pictures.extend(comments.pictures().iter().map(|(picture, _)| picture.clone()));
}

fn add_ape(tag: Option<&ApeTag>, found: &mut Found) {
    for item in tag.into_iter().flatten() {
        let name = names::of(TagType::Ape, item.key());
        match item.value() {
            ItemValue::Text(text) | ItemValue::Locator(text) => match name.as_str() {
                "TRACKNUMBER" => found.fields.push_number(names::TRACK, text),
                "DISCNUMBER" => found.fields.push_number(names::DISC, text),
                _ => found.fields.push_all(&name, text),
            },
            ItemValue::Binary(bytes) if APE_PICTURE_TYPES.contains(&item.key()) => {
                match Picture::from_ape_bytes(item.key(), bytes) {
                    Ok(picture) => found.pictures.push(picture),
                    Err(_) => found.lost.push(format!("APE {}", item.key())),
                }
            }
            ItemValue::Binary(_) => found.lost.push(format!("APE {}", item.key())),
        }
    }
}
