//! The metadata blocks of a FLAC file: comments, pictures, cue sheet, application data.

use super::found::{Fields, Found, add_pictures};
use super::{chapters, from_id3, riff, to_wav};
use flac_codec::metadata::{Application, Cuesheet, Picture, PictureType};
use lofty::picture::PictureInformation;

/// The largest metadata block, bytes: its length has 24 bits (RFC 9639 §8.1).
const MAX_BLOCK_BYTES: usize = (1 << 24) - 4096;

/// Metadata of a FLAC file.
#[derive(Clone, Default)]
pub(in crate::audio) struct FlacBlocks {
    /// `NAME=value`
    pub(in crate::audio) comments: Vec<String>,
    pub(in crate::audio) pictures: Vec<Picture>,
    pub(in crate::audio) cuesheet: Option<Cuesheet>,
    pub(in crate::audio) applications: Vec<Application>,
}

/// Converts all tags. Adds notes on everything that FLAC can't hold.
pub(super) fn convert(mut found: Found, notes: &mut Vec<String>) -> FlacBlocks {
    let id3 = from_id3::convert(&found.frames);
    let mut fields = std::mem::take(&mut found.fields);
    if found.id3_first {
        let own = std::mem::replace(&mut fields, id3.fields);
        fields.add_missing(own);
    } else {
        fields.add_missing(id3.fields);
    }
    fields.add_missing(to_wav::info_fields(&found.info));
    found.lost.extend(id3.lost);
    let mut chapters = if found.chapters.is_empty() { id3.chapters } else { found.chapters };
    if fields.has("CHAPTER000") || fields.has("CHAPTER001") {
        chapters.clear();
    }
    if chapters.len() > 999 {
        found.lost.push(format!("{} chapters beyond the 999th", chapters.len() - 999));
    }
    fields.0.extend(chapters::to_fields(&chapters).0);
    let mut pictures = found.pictures;
    add_pictures(&mut pictures, id3.pictures);
    found.lost.extend(found.chunks.iter().map(riff::described));
    let blocks = FlacBlocks {
        comments: comments(fields, &mut found.lost),
        pictures: pictures
            .iter()
            .filter_map(|picture| small(picture, &mut found.lost))
            .map(flac_picture)
            .collect(),
        cuesheet: found.cuesheet,
        applications: found.applications,
    };
    notes.extend(super::lost_note(&found.lost, "FLAC has no place for"));
    blocks
}

/// Converts fields. A name consists of printable ASCII without `=` (RFC 9639 §8.6).
fn comments(fields: Fields, lost: &mut Vec<String>) -> Vec<String> {
    let (mut comments, mut bytes) = (Vec::new(), 0);
    for (name, value) in fields.0 {
        let name = name.replace('=', "_");
        bytes += name.len() + value.len() + 5;
        if name.is_empty()
            || !name.bytes().all(|byte| (0x20..=0x7D).contains(&byte))
            || bytes > MAX_BLOCK_BYTES
        {
            lost.push(format!("the field {name}"));
        } else {
            comments.push(format!("{name}={value}"));
        }
    }
    comments
}

fn small<'a>(
    picture: &'a lofty::picture::Picture,
    lost: &mut Vec<String>,
) -> Option<&'a lofty::picture::Picture> {
    let is_small = picture.data().len() < MAX_BLOCK_BYTES;
    if !is_small {
        lost.push(format!("a picture of {} MB", picture.data().len() / 1_000_000));
    }
    is_small.then_some(picture)
}

fn flac_picture(picture: &lofty::picture::Picture) -> Picture {
    use PictureType as T;
    let size = PictureInformation::from_picture(picture).unwrap_or_default();
    // The kinds of ID3v2's `APIC`, which FLAC adopted. The two icon kinds may occur once each and have rules
    // of their own; they become "other".
    const KINDS: [T; 18] = [
        T::FrontCover,
        T::BackCover,
        T::LinerNotes,
        T::MediaLabel,
        T::LeadArtist,
        T::Artist,
        T::Conductor,
        T::Band,
        T::Composer,
        T::Lyricist,
        T::RecordingLocation,
        T::DuringRecording,
        T::DuringPerformance,
        T::ScreenCapture,
        T::Fish,
        T::Illustration,
        T::BandLogo,
        T::PublisherLogo,
    ];
    let kind = usize::from(picture.pic_type().as_u8()).checked_sub(3).and_then(|index| KINDS.get(index));
    Picture {
        picture_type: kind.copied().unwrap_or(T::Other),
        media_type: picture.mime_type().map_or_else(String::new, |kind| kind.as_str().to_owned()),
        description: picture.description().unwrap_or_default().to_owned(),
        width: size.width,
        height: size.height,
        color_depth: size.color_depth,
        colors_used: std::num::NonZero::new(size.num_colors),
        data: picture.data().to_vec(),
    }
}
