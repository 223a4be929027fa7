//! The first pass over a stream of frames: its parts, its length, and contradictions with its tags.

use super::super::error::{DecodeError, Timecode};
use super::super::stream::Part;
use super::scan::{Framing, Header, Item, Scanner, StreamKind};
use super::xing::Tag;
use std::fs::File;

/// The largest number of skipped places with a note each.
const MAX_SKIPS: usize = 8;

/// One of the joined files; most files have one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Section {
    /// Number of its first packet, counted from the file's start.
    pub(super) first_frame: u64,
    /// Number of its packets.
    packets: u64,
    /// Bytes of its frames, including that of the tag.
    bytes: u64,
    /// Bytes that are neither frames nor tags.
    skipped: u64,
    tag: Option<Tag>,
    /// Samples per packet and channel.
    frames_per_packet: u64,
}

impl Section {
    /// The trims for delay and padding. The padding counts only where the frames end as the tag states.
    pub(super) fn trim(&self) -> Part {
        let decoded = self.decoded();
        let Some(tag) = self.tag else { return Part::default() };
        let skip = tag.skip().min(decoded);
        let frames =
            tag.padding.filter(|_| self.ends_as_stated() || self.is_damaged()).map(|(delay, padding)| {
                // A short padding does not cover the decoder's delay; those samples exist in no decoder
                // without a flush.
                decoded.saturating_sub(delay + padding).min(decoded - skip)
            });
        Part { skip, frames, clock_hz: 0 }
    }

    /// True where the part ends as its tag states. Some encoders count the frame that holds the tag. Where
    /// the tag counts one frame more than there are, the count of bytes distinguishes this from a missing
    /// frame.
    fn ends_as_stated(&self) -> bool {
        let Some(tag) = self.tag else { return false };
        let counts_itself = tag.frames == Some(self.packets + 1) && tag.bytes == Some(self.bytes);
        tag.frames == Some(self.packets) || counts_itself
    }

    /// True where bytes were skipped and the tag counts more frames than there are.
    fn is_damaged(&self) -> bool {
        self.skipped > 0 && self.promises_more()
    }

    fn promises_more(&self) -> bool {
        self.tag
            .and_then(|tag| tag.frames)
            .is_some_and(|stated| stated > self.packets && !self.ends_as_stated())
    }

    fn length(&self) -> u64 {
        let Part { skip, frames, .. } = self.trim();
        frames.unwrap_or(self.decoded() - skip)
    }

    /// Frames before trimming. For a damaged part, those that its tag counts: salvage fills its holes.
    fn decoded(&self) -> u64 {
        let stated = self.tag.and_then(|tag| tag.frames).filter(|_| self.is_damaged());
        stated.unwrap_or(self.packets) * self.frames_per_packet
    }
}

/// The results of the first pass.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) kind: StreamKind,
    pub(super) parts: Vec<Section>,
    pub(super) sample_rate_hz: u32,
    /// Times and lengths of bytes that are neither frames nor tags.
    skips: Vec<(Timecode, u64)>,
    skipped_places: usize,
    /// Bytes of a cut frame at the end of the file.
    cut_bytes: u64,
}

impl Index {
    /// Reads the headers of all frames between two places.
    ///
    /// # Errors
    /// No frame, a change of format, or a file that can't be read.
    pub(super) fn of<F: Framing>(file: File, start: u64, end: u64) -> Result<Self, DecodeError> {
        let mut scanner = Scanner::<F>::new(file, start, end)?;
        if scanner.is_free_format()? {
            return Err(DecodeError::Unsupported(format!("{} of free format", F::NAME)));
        }
        let mut index = Self {
            start,
            end,
            kind: StreamKind { layer: 0, version: 0 },
            parts: Vec::new(),
            sample_rate_hz: 0,
            skips: Vec::new(),
            skipped_places: 0,
            cut_bytes: 0,
        };
        let mut known: Option<Header> = None;
        while let Some(item) = scanner.next()? {
            match item {
                Item::Frame { header, data } => {
                    known = Some(header);
                    index.frame(&header, F::tag(&data));
                }
                Item::Skipped { is_tag: true, .. } => {}
                Item::Skipped { bytes, .. } => index.skip(bytes),
                Item::Cut { bytes } => index.cut_bytes = bytes,
                Item::Change { header } => {
                    let from = known.map_or(header.shape, |known| known.shape);
                    return Err(index.change(from, &header));
                }
            }
        }
        if index.packets() == 0 {
            return Err(DecodeError::NoAudio);
        }
        Ok(index)
    }

    fn change(&self, from: super::super::stream::Shape, header: &Header) -> DecodeError {
        if from == header.shape {
            let fault = "another layer of MPEG audio follows".to_owned();
            return DecodeError::Damaged { at: self.place(), fault };
        }
        from.change_to(header.shape, self.place())
    }

    fn frame(&mut self, header: &Header, tag: Option<Tag>) {
        self.kind = header.kind;
        self.sample_rate_hz = header.shape.sample_rate_hz;
        if tag.is_some() || self.parts.is_empty() {
            let first_frame = self.packets();
            // A tag without sound after it is no part.
            self.parts.retain(|part| part.packets > 0);
            let frames_per_packet = u64::from(header.frames);
            self.parts.push(Section {
                first_frame,
                packets: 0,
                bytes: 0,
                skipped: 0,
                tag,
                frames_per_packet,
            });
        }
        if let Some(part) = self.parts.last_mut() {
            part.bytes += header.bytes as u64;
            part.packets += u64::from(tag.is_none());
        }
    }

    fn skip(&mut self, bytes: u64) {
        if let Some(part) = self.parts.last_mut() {
            part.skipped += bytes;
        }
        self.skipped_places += 1;
        if self.skips.len() < MAX_SKIPS {
            self.skips.push((self.place(), bytes));
        }
    }

    fn packets(&self) -> u64 {
        self.parts.iter().map(|part| part.packets).sum()
    }

    fn place(&self) -> Timecode {
        Timecode::of(self.frames(), self.sample_rate_hz)
    }

    /// Total number of frames of sound.
    pub(super) fn frames(&self) -> u64 {
        self.parts.iter().map(Section::length).sum()
    }

    /// Frames of sound that are missing where `bytes` were skipped in the part before number `next`: those
    /// that its tag counts and the file lacks. `None` where no tag shows that any is missing.
    pub(super) fn lost_frames(&self, next: usize, bytes: u64) -> Option<u64> {
        let part = next.checked_sub(1).and_then(|part| self.parts.get(part))?;
        let missing = part.tag?.frames?.checked_sub(part.packets).filter(|&missing| missing > 0)?;
        let share = u128::from(missing) * u128::from(bytes) / u128::from(part.skipped.max(1));
        Some(u64::try_from(share).unwrap_or(0) * part.frames_per_packet)
    }

    /// Approximate number of frames of sound in `bytes` bytes of a part, by its mean.
    pub(super) fn about(&self, next: usize, bytes: u64) -> u64 {
        let part = next.checked_sub(1).and_then(|part| self.parts.get(part));
        let packets = part.filter(|part| part.bytes > 0).map_or(0, |part| {
            let packets = u128::from(bytes) * u128::from(part.packets) * 2 / u128::from(part.bytes);
            u64::try_from(packets.div_ceil(2)).unwrap_or(0)
        });
        packets * part.map_or(0, |part| part.frames_per_packet)
    }

    /// True where the file ends within a frame and its tag counts more frames: the rest is missing.
    pub(super) fn is_cut(&self) -> bool {
        let promises =
            |part: &Section| part.tag.and_then(|tag| tag.frames).is_some_and(|stated| stated > part.packets);
        self.cut_bytes > 0 && self.parts.last().is_some_and(promises)
    }

    /// Notes on differences between header and file.
    pub(super) fn notes(&self, name: &str) -> Vec<String> {
        let mut notes = Vec::new();
        for (number, part) in self.parts.iter().enumerate() {
            let Some(stated) = part.tag.and_then(|tag| tag.frames) else { continue };
            if !part.ends_as_stated() && !self.is_cut() && !part.is_damaged() {
                let place =
                    if self.parts.len() > 1 { format!(" of part {}", number + 1) } else { String::new() };
                notes.push(format!(
                    "the header{place} claims {stated} frames of {name}; there are {}, and all of them are read",
                    part.packets
                ));
            }
        }
        if self.parts.len() > 1 {
            notes.push(format!("holds {} joined files; all of them are read", self.parts.len()));
        }
        if self.parts.iter().any(Section::is_damaged) {
            // The second pass refuses or replaces each place.
            return notes;
        }
        for (at, bytes) in &self.skips {
            notes.push(format!("{bytes} bytes at {at} are not {name} and are skipped"));
        }
        if self.skipped_places > self.skips.len() {
            notes.push(format!("{} more such places", self.skipped_places - self.skips.len()));
        }
        if self.cut_bytes > 0 && !self.is_cut() {
            notes.push(format!(
                "its last frame is cut off: {} bytes at {} are left out",
                self.cut_bytes,
                self.place()
            ));
        }
        notes
    }
}
