//! Tags of files that only Symphonia reads, such as FLAC in Ogg. Its raw names are those in the file.

use super::found::Found;
use lofty::picture::{MimeType, Picture, PictureType};
use std::fs::File;
use symphonia::core::formats::FormatOptions;
use symphonia::core::formats::probe::Hint;
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::{MetadataOptions, MetadataRevision, RawValue, StandardVisualKey, Visual};

/// Reads the tags of any file that Symphonia supports.
pub(super) fn read(file: File) -> Result<Found, symphonia::core::errors::Error> {
    let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
    let probe = symphonia::default::get_probe();
    let mut format =
        probe.probe(&Hint::new(), stream, FormatOptions::default(), MetadataOptions::default())?;
    let mut found = Found::default();
    let mut metadata = format.metadata();
    while let Some(revision) = metadata.pop() {
        add(&revision, &mut found);
    }
    if let Some(revision) = metadata.current() {
        add(revision, &mut found);
    }
    Ok(found)
}

fn add(revision: &MetadataRevision, found: &mut Found) {
    let tracks = revision.per_track.iter().map(|track| &track.metadata);
    for container in std::iter::once(&revision.media).chain(tracks) {
        for tag in &container.tags {
            match &tag.raw.value {
                RawValue::Binary(_) => found.lost.push(tag.raw.key.clone()),
                value => {
                    // Symphonia returns a field with number and total twice.
                    let field = (tag.raw.key.clone(), value.to_string());
                    if found.fields.0.last() != Some(&field) {
                        found.fields.push(field.0, field.1);
                    }
                }
            }
        }
        found.pictures.extend(container.visuals.iter().map(picture));
    }
}

fn picture(visual: &Visual) -> Picture {
    let kind = match visual.usage {
        None | Some(StandardVisualKey::FrontCover) => PictureType::CoverFront,
        Some(StandardVisualKey::BackCover) => PictureType::CoverBack,
        Some(_) => PictureType::Other,
    };
    let picture = Picture::unchecked(visual.data.to_vec()).pic_type(kind);
    match &visual.media_type {
        Some(media_type) => picture.mime_type(MimeType::from_str(media_type)).build(),
        None => picture.build(),
    }
}
