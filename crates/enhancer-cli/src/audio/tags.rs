//! Tags and cover art, carried from the input to the output.
//!
//! What describes the sound rather than the music is left behind, for it's no longer true: ReplayGain and R128 gains, and
//! the settings of the input's encoder.

use super::wav::Chunk;
use lofty::config::WriteOptions;
use lofty::file::TaggedFileExt;
use lofty::id3::v2::Id3v2Tag;
use lofty::iff::wav::RiffInfoList;
use lofty::ogg::tag::VorbisComments;
use lofty::picture::{Picture, PictureInformation};
use lofty::tag::{ItemKey, Tag, TagExt};
use std::path::Path;

/// What a changed sound makes wrong.
const STALE: &[ItemKey] = &[
    ItemKey::EncoderSettings,
    ItemKey::EncoderSoftware,
    ItemKey::R128AlbumGain,
    ItemKey::R128TrackGain,
    ItemKey::ReplayGainAlbumGain,
    ItemKey::ReplayGainAlbumPeak,
    ItemKey::ReplayGainTrackGain,
    ItemKey::ReplayGainTrackPeak,
];

/// A file's tags that could not be read or written; the sound is not affected.
#[derive(Debug, thiserror::Error)]
#[error("its tags are not kept: {0}")]
pub(crate) struct TagError(String);

impl TagError {
    fn new(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// The tags of one file.
#[derive(Clone, Default)]
pub(crate) struct Tags(Option<Tag>);

impl Tags {
    /// Reads a file's tags; of several kinds, that which is native to the format.
    pub(crate) fn read(path: &Path) -> Result<Self, TagError> {
        let parse = || lofty::probe::Probe::open(path)?.options(options()).guess_file_type()?.read();
        let file = parse().map_err(TagError::new)?;
        let mut tag = file.primary_tag().or_else(|| file.first_tag()).cloned();
        if let Some(tag) = &mut tag {
            STALE.iter().for_each(|&key| tag.remove_key(key));
        }
        Ok(Self(tag))
    }

    /// Chunks for a WAV file: `LIST INFO`, which every player reads, and `id3 ` with all of it and the cover.
    pub(super) fn wav_chunks(&self) -> Result<Vec<Chunk>, TagError> {
        let Some(tag) = &self.0 else { return Ok(Vec::new()) };
        let mut chunks = Vec::new();
        let info = RiffInfoList::from(tag.clone());
        if !info.is_empty() {
            let mut bytes = Vec::new();
            info.dump_to(&mut bytes, WriteOptions::new()).map_err(TagError::new)?;
            chunks.push(Chunk { name: *b"LIST", body: unwrapped(bytes, b"LIST") });
        }
        let id3 = Id3v2Tag::from(tag.clone());
        if !id3.is_empty() {
            let mut bytes = Vec::new();
            id3.dump_to(&mut bytes, WriteOptions::new()).map_err(TagError::new)?;
            chunks.push(Chunk { name: *b"id3 ", body: bytes });
        }
        Ok(chunks)
    }

    /// Comments (`NAME=value`) and pictures for a FLAC file.
    pub(super) fn flac_blocks(&self) -> (Vec<String>, Vec<flac_codec::metadata::Picture>) {
        let Some(tag) = &self.0 else { return (Vec::new(), Vec::new()) };
        let pictures = tag.pictures().iter().map(flac_picture).collect();
        let comments = VorbisComments::from(tag.clone());
        let stale = |name: &str| {
            let name = name.to_uppercase();
            name.starts_with("REPLAYGAIN_") || name.starts_with("R128_")
        };
        let fields =
            comments.items().filter(|(name, _)| !stale(name)).map(|(name, value)| format!("{name}={value}"));
        (fields.collect(), pictures)
    }
}

fn options() -> lofty::config::ParseOptions {
    let mut options = lofty::config::ParseOptions::new();
    options.read_properties(false).parsing_mode(lofty::config::ParsingMode::Relaxed);
    options
}

/// A chunk's body, without the header that the library may have put before it.
fn unwrapped(bytes: Vec<u8>, name: &[u8; 4]) -> Vec<u8> {
    if bytes.starts_with(name) { bytes.get(8..).unwrap_or_default().to_vec() } else { bytes }
}

fn flac_picture(picture: &Picture) -> flac_codec::metadata::Picture {
    use flac_codec::metadata::PictureType as T;
    let size = PictureInformation::from_picture(picture).unwrap_or_default();
    // The kinds of ID3v2's `APIC`, which FLAC took over; the icon kinds, of which there may be one each, become "other".
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
    flac_codec::metadata::Picture {
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
