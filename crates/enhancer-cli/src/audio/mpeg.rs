//! Streams of self-delimiting frames: MPEG audio (MP1, MP2, MP3) and AAC in ADTS.
//!
//! Such a file has no table of its frames, so it is read twice. The first pass reads the frame headers alone,
//! to find tags, joins, damage and the length of the sound. The second pass reads frame by frame. Several
//! files joined by `cat` are parts of one, each with its own encoder delay and padding.

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

/// Bytes of main data before a frame that it may refer to; they are missing after a break (ISO/IEC 11172-3
/// §2.4.2.7: `main_data_begin` has 9 bits).
const RESERVOIR_BYTES: u64 = 1 << 9;

/// Opens MPEG audio between two places in a file.
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

/// Opens AAC in ADTS between two places in a file.
///
/// # Errors
/// No frames there, or a change of format.
pub(super) fn adts(file: File, start: u64, end: u64) -> Result<Stream, DecodeError> {
    let index = Index::of::<adts::Adts>(file.try_clone()?, start, end)?;
    // SBR doubles the frames, which only decoding shows.
    stream::<adts::Adts>(file, index, aac::in_adts()?, None)
}

/// The kind of frames after a file's tags: that of the first frame with another of its kind after it.
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

/// A kind of self-delimiting frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Layers,
    Adts,
}

/// The end of the tags at the start of a file.
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

/// The second pass: frame by frame.
struct Frames<F: Framing> {
    scanner: Scanner<F>,
    index: Index,
    /// Packets so far.
    frame: u64,
    /// Number of parts so far.
    part: usize,
    /// Estimated frames of sound in the skipped bytes before the next packet.
    gap: u64,
    /// Bytes since the last place with missing frames or a new file.
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
                    // SBR doubles the frames of AAC, and the header does not show it.
                    let frames = (header.kind.layer > 0).then_some(u64::from(header.frames));
                    return Ok(Some(Packet { data, frames, part, may_fail, gap, ..Packet::default() }));
                }
                Some(Item::Skipped { is_tag: true, .. }) => {}
                Some(Item::Skipped { bytes, .. }) => {
                    self.since_break = 0;
                    if let Some(frames) = self.index.lost_frames(self.part, bytes) {
                        let fault = format!("{bytes} bytes are not frames of {}", F::NAME);
                        return Err(DecodeError::Hole { at, fault, frames });
                    }
                    // Without a count the bytes may be a hole or an insertion; salvage assumes a hole.
                    self.gap += self.index.about(self.part, bytes);
                }
                // The index has noted the cut and found that nothing is lost.
                Some(Item::Cut { .. }) if !self.index.is_cut() => return Ok(None),
                Some(Item::Cut { .. }) => {
                    let fault = "its last frame and later ones that its header counts are missing".to_owned();
                    return Err(DecodeError::Unfinished { at, fault });
                }
                // The index refuses such a file.
                Some(Item::Change { .. }) => return Ok(None),
            }
        }
    }
}

impl<F: Framing> Frames<F> {
    /// The part that this frame starts.
    fn begin_part(&mut self) -> Option<Part> {
        let part = self.index.parts.get(self.part).filter(|part| part.first_frame == self.frame)?;
        self.part += 1;
        // SBR doubles the rate of the decoded sound.
        Some(Part { clock_hz: self.index.sample_rate_hz, ..part.trim() })
    }
}

#[cfg(test)]
mod tests;
