//! Streams of frames that find their own way: MPEG audio (MP1, MP2, MP3) and AAC in ADTS.
//!
//! Such a file has no table of its frames. It is read twice: first the frame headers alone, to learn where
//! tags, joints and damage lie and how long the sound is; then frame by frame. Several files joined by `cat`
//! are parts of one, each with its own encoder delay and padding.

mod adts;
mod index;
mod layer;
mod scan;
mod xing;

use super::aac;
use super::codec::Codec;
use super::error::{DecodeError, Timecode};
use super::info::Depth;
use super::stream::{Decoder, Demuxer, Packet, Part, Speakers, Stream};
use super::trailer::{self, At};
use super::window::Window;
use index::Index;
use scan::{Framing, Item, Scanner};
use std::fs::File;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_MP3};

/// Bytes of main data before a frame that it may refer to; behind a break they are missing (ISO/IEC 11172-3
/// §2.4.2.7: `main_data_begin` has 9 bits).
const RESERVOIR_BYTES: u64 = 1 << 9;

/// Opens MPEG audio that lies between two places in a file.
///
/// # Errors
/// No frames there, or a change of format.
pub(super) fn layers(file: File, start: u64, end: u64) -> Result<Stream, DecodeError> {
    let index = Index::of::<layer::Layer>(file.try_clone()?, start, end)?;
    let mut params = AudioCodecParameters::new();
    params.for_codec(match index.kind.layer {
        1 => CODEC_ID_MP1,
        2 => CODEC_ID_MP2,
        _ => CODEC_ID_MP3,
    });
    let frames = Some(index.frames());
    stream::<layer::Layer>(file, index, Box::new(Codec::new(&params)?), frames)
}

/// Opens AAC in ADTS that lies between two places in a file.
///
/// # Errors
/// No frames there, or a change of format.
pub(super) fn adts(file: File, start: u64, end: u64) -> Result<Stream, DecodeError> {
    let index = Index::of::<adts::Adts>(file.try_clone()?, start, end)?;
    // SBR doubles the frames, which only decoding shows.
    stream::<adts::Adts>(file, index, aac::in_adts()?, None)
}

/// What kind of frames a file starts with, behind tags: the first one that is followed by another.
///
/// # Errors
/// The file can't be read.
pub(super) fn kind(file: &File, start: u64, search: u64) -> std::io::Result<Option<Kind>> {
    let first = |place: Option<u64>| place.unwrap_or(u64::MAX);
    if Scanner::<layer::Layer>::new(file.try_clone()?, start, u64::MAX)?.is_free_format()? {
        return Ok(Some(Kind::Layers));
    }
    let layers = first(Scanner::<layer::Layer>::first_frame(file.try_clone()?, start, search)?);
    let adts = first(Scanner::<adts::Adts>::first_frame(file.try_clone()?, start, search)?);
    Ok(match layers.cmp(&adts) {
        std::cmp::Ordering::Less => Some(Kind::Layers),
        std::cmp::Ordering::Greater => Some(Kind::Adts),
        std::cmp::Ordering::Equal => None,
    })
}

/// A kind of frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Layers,
    Adts,
}

/// Where the tags at a file's start end.
///
/// # Errors
/// The file can't be read.
pub(super) fn after_tags(window: &mut Window) -> std::io::Result<u64> {
    let mut at = 0;
    while let Some(length) = trailer::known(&mut At(window, at))? {
        at += length;
    }
    Ok(at)
}

fn stream<F: Framing>(
    file: File,
    index: Index,
    decoder: Box<dyn Decoder>,
    frames: Option<u64>,
) -> Result<Stream, DecodeError> {
    let scanner = Scanner::<F>::new(file, index.start, index.end)?;
    let frames_hint = Some(index.frames());
    let notes = index.notes(F::NAME);
    let demuxer = Frames { scanner, index, frame: 0, part: 0, gap: 0, since_break: 0 };
    Ok(Stream {
        demuxer: Box::new(demuxer),
        decoder,
        speakers: Speakers::Codec,
        depth: Depth::Lossy,
        frames,
        frames_hint,
        notes,
    })
}

/// The second reading: frame by frame.
struct Frames<F: Framing> {
    scanner: Scanner<F>,
    index: Index,
    /// Audio frames (packets) so far.
    frame: u64,
    /// Parts so far.
    part: usize,
    /// Frames of sound that bytes before the next packet may have been.
    gap: u64,
    /// Bytes since the last place where frames are missing or another file starts.
    since_break: u64,
}

impl<F: Framing> Demuxer for Frames<F> {
    fn next_packet(&mut self, at: Timecode) -> Result<Option<Packet>, DecodeError> {
        loop {
            match self.scanner.next()? {
                None => return Ok(None),
                Some(Item::Frame { header, data }) => {
                    if F::tag(&data).is_some() {
                        self.since_break = 0;
                        continue;
                    }
                    let part = self.begin_part();
                    let gap = std::mem::take(&mut self.gap);
                    let may_fail = self.since_break < 2 * RESERVOIR_BYTES;
                    self.since_break += data.len() as u64;
                    self.frame += 1;
                    // SBR doubles the frames of AAC, which its header doesn't tell.
                    let frames = (header.kind.layer > 0).then_some(u64::from(header.frames));
                    return Ok(Some(Packet { data, frames, part, may_fail, gap, ..Packet::default() }));
                }
                Some(Item::Skipped { is_tag: true, .. }) => {}
                Some(Item::Skipped { bytes, .. }) => {
                    self.since_break = 0;
                    if let Some(frames) = self.index.lost_frames(self.part, bytes) {
                        let what = format!("{bytes} bytes are no frames of {}", F::NAME);
                        return Err(DecodeError::Hole { at, what, frames });
                    }
                    // Without a count the bytes may be a hole or an insertion: salvage takes them for a hole.
                    self.gap += self.index.about(self.part, bytes);
                }
                // The index has noted it, and decided that it is no loss.
                Some(Item::Cut { .. }) if !self.index.is_cut() => return Ok(None),
                Some(Item::Cut { .. }) => {
                    let what = "its last frame and what its header promises behind it are missing".to_owned();
                    return Err(DecodeError::Unfinished { at, what });
                }
                // The index would have refused it.
                Some(Item::Change { .. }) => return Ok(None),
            }
        }
    }
}

impl<F: Framing> Frames<F> {
    /// The part that starts with this frame.
    fn begin_part(&mut self) -> Option<Part> {
        let part = self.index.parts.get(self.part).filter(|part| part.first_frame == self.frame)?;
        self.part += 1;
        // SBR doubles the rate of what comes out.
        Some(Part { clock_hz: self.index.sample_rate_hz, ..part.trim() })
    }
}

#[cfg(test)]
mod tests;
