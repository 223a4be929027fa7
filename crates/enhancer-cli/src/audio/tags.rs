//! Tags, pictures, chapters and other chunks, copied from the input to the output.
//!
//! Everything that WAV or FLAC can hold is kept; a note names the rest. Data about the sound instead of the
//! music is dropped, because it is no longer true ([`stale`]).

mod chapters;
mod chunks;
mod ebml;
mod flac_blocks;
mod found;
mod from_id3;
mod id3_repeats;
mod lofty_tags;
mod markers;
mod matroska;
mod mp4;
mod names;
mod quicktime;
mod rating;
mod riff;
mod stale;
mod symphonia_tags;
#[cfg(test)]
mod tests;
mod text;
mod to_flac;
mod to_id3;
mod to_wav;

use super::output_format::Format;
use super::wav::Chunk;
use crate::panics;
use found::Found;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;
pub(super) use to_flac::FlacBlocks;

/// The first bytes of an EBML file (Matroska, WebM).
const EBML: &[u8; 4] = &[0x1A, 0x45, 0xDF, 0xA3];

/// An error in reading a file's tags; the sound is not affected.
#[derive(Debug, thiserror::Error)]
#[error("its tags are not kept: {0}")]
struct TagError(String);

impl TagError {
    fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// The tags in the form of one output format.
#[derive(Clone, Default)]
pub(crate) struct Tags {
    chunks: Vec<Chunk>,
    blocks: FlacBlocks,
}

impl Tags {
    /// Reads a file's tags for an output of `format`. Returns them with notes on everything that it can't
    /// hold. `length` is that of the sound, if known.
    pub(crate) fn read(path: &Path, format: Format, length: Option<Duration>) -> (Self, Vec<String>) {
        // Readers of tags can panic on damaged files.
        let attempt = panics::catch(|| find(path)).unwrap_or_else(|panic| {
            Err(TagError::new(format!("they are damaged, or caused a fault in this program: {panic}")))
        });
        let mut found = match attempt {
            Ok(found) => found,
            Err(error) => return (Self::default(), vec![error.to_string()]),
        };
        stale::remove(&mut found);
        let mut notes = std::mem::take(&mut found.notes);
        let mut tags = Self::default();
        match format {
            Format::Wav => {
                let length_ms = length.and_then(|length| u64::try_from(length.as_millis()).ok());
                tags.chunks = to_wav::convert(found, length_ms, &mut notes);
            }
            Format::Flac => tags.blocks = to_flac::convert(found, &mut notes),
        }
        (tags, notes)
    }

    /// Chunks for a WAV file.
    pub(super) fn wav_chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// Metadata for a FLAC file.
    pub(super) fn flac_blocks(&self) -> FlacBlocks {
        self.blocks.clone()
    }
}

/// Reads the tags by the file's first bytes, never by its name.
fn find(path: &Path) -> Result<Found, TagError> {
    let mut file = File::open(path).map_err(TagError::new)?;
    let mut head = Vec::with_capacity(64);
    (&mut file).take(64).read_to_end(&mut head).map_err(TagError::new)?;
    if head.starts_with(EBML) {
        return matroska::read(&file).map_err(TagError::new);
    }
    if let Some(kind) = chunks::Kind::of(&head) {
        let chunks = chunks::read(&file, kind).map_err(TagError::new)?;
        return Ok(match kind {
            chunks::Kind::Riff | chunks::Kind::W64 => riff::from_wav(chunks),
            chunks::Kind::Aiff => riff::from_aiff(chunks),
            chunks::Kind::Caf => riff::from_caf(chunks),
        });
    }
    let is_ogg_flac = head.starts_with(b"OggS") && head.get(28..33) == Some(b"\x7FFLAC");
    let found = if is_ogg_flac { None } else { lofty_tags::read(path).ok() };
    let mut found = match found {
        Some(found) => found,
        // One library may read tags that the other can't.
        None => symphonia_tags::read(file.try_clone().map_err(TagError::new)?)
            .map_err(|_| TagError::new("this program can't read their kind"))?,
    };
    if head.get(4..8) == Some(b"ftyp") {
        found.chapters = mp4::chapters(path);
        quicktime::add(&file, &mut found).map_err(TagError::new)?;
    }
    flac_blocks::add(&file, &mut found).map_err(TagError::new)?;
    found.notes.extend(id3_repeats::note(&file).map_err(TagError::new)?);
    Ok(found)
}

/// A note with the names of lost tags.
fn lost_note(names: &[String], why: &str) -> Option<String> {
    let mut distinct: Vec<&str> = Vec::new();
    for name in names {
        if !distinct.contains(&name.as_str()) {
            distinct.push(name);
        }
    }
    let (them, are) = if distinct.len() == 1 { ("it", "is") } else { ("them", "are") };
    let advice = if why.starts_with("FLAC") { "; try --format wav" } else { "" };
    (!distinct.is_empty()).then(|| format!("{} {are} not kept: {why} {them}{advice}", distinct.join(", ")))
}
