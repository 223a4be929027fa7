//! The first reading of a stream of frames: its parts, its length, and what contradicts its tags.

use super::super::decode::format_change;
use super::super::error::{DecodeError, Timecode};
use super::super::stream::Part;
use super::scan::{Framing, Header, Item, Scanner, StreamKind};
use super::xing::Tag;
use std::fs::File;

/// The most skipped places that are noted one by one.
const MAX_SKIPS: usize = 8;

/// One of the files that were joined; most files have one part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Section {
    /// Its first packet, counted from the file's start.
    pub(super) first_frame: u64,
    /// Packets in it.
    packets: u64,
    /// Bytes of its frames, that of the tag included.
    bytes: u64,
    /// Bytes in it that are no frames and no tags.
    skipped: u64,
    tag: Option<Tag>,
    /// Samples a packet.
    frames_per_packet: u64,
}

impl Section {
    /// Delay and padding to cut off. The padding's length counts only where the tag's own frames end.
    pub(super) fn trim(&self) -> Part {
        let decoded = self.decoded();
        let Some(tag) = self.tag else { return Part::default() };
        let skip = tag.skip().min(decoded);
        let frames =
            tag.padding.filter(|_| self.ends_as_stated() || self.is_damaged()).map(|(delay, padding)| {
                // A short padding leaves the decoder's delay uncovered: those samples exist in no decoder
                // without a flush.
                decoded.saturating_sub(delay + padding).min(decoded - skip)
            });
        Part { skip, frames, clock_hz: 0 }
    }

    /// Some encoders count the frame that holds the tag. Where one more is counted than there are, the count
    /// of bytes tells this from a frame that is missing.
    fn ends_as_stated(&self) -> bool {
        let Some(tag) = self.tag else { return false };
        let counts_itself = tag.frames == Some(self.packets + 1) && tag.bytes == Some(self.bytes);
        tag.frames == Some(self.packets) || counts_itself
    }

    /// True where bytes were passed over and the tag counts more frames than there are.
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

    /// Frames before trimming. Of a damaged part those that its tag counts: salvage fills its holes.
    fn decoded(&self) -> u64 {
        let stated = self.tag.and_then(|tag| tag.frames).filter(|_| self.is_damaged());
        stated.unwrap_or(self.packets) * self.frames_per_packet
    }
}

/// What the first reading found.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) kind: StreamKind,
    pub(super) parts: Vec<Section>,
    pub(super) sample_rate_hz: u32,
    /// Places and lengths of bytes that are no frames and no tags.
    skips: Vec<(Timecode, u64)>,
    skipped_places: usize,
    /// Bytes of a frame that the file ends in.
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
            let what = "another layer of MPEG audio follows".to_owned();
            return DecodeError::Damaged { at: self.place(), what };
        }
        format_change(self.place(), from, header.shape)
    }

    fn frame(&mut self, header: &Header, tag: Option<Tag>) {
        self.kind = header.kind;
        self.sample_rate_hz = header.shape.sample_rate_hz;
        if tag.is_some() || self.parts.is_empty() {
            let first_frame = self.packets();
            // A tag that no sound follows is no part.
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

    /// Frames of sound.
    pub(super) fn frames(&self) -> u64 {
        self.parts.iter().map(Section::length).sum()
    }

    /// Frames of sound that are missing where bytes were passed over in the part before number `next`: those
    /// that its tag counts and the file lacks. `None` where nothing says that any is missing.
    pub(super) fn lost_frames(&self, next: usize, bytes: u64) -> Option<u64> {
        let part = next.checked_sub(1).and_then(|part| self.parts.get(part))?;
        let missing = part.tag?.frames?.checked_sub(part.packets).filter(|&missing| missing > 0)?;
        let share = u128::from(missing) * u128::from(bytes) / u128::from(part.skipped.max(1));
        Some(u64::try_from(share).unwrap_or(0) * part.frames_per_packet)
    }

    /// About how many frames of sound so many bytes of a part stand for, by its mean.
    pub(super) fn about(&self, next: usize, bytes: u64) -> u64 {
        let part = next.checked_sub(1).and_then(|part| self.parts.get(part));
        let packets = part.filter(|part| part.bytes > 0).map_or(0, |part| {
            let packets = u128::from(bytes) * u128::from(part.packets) * 2 / u128::from(part.bytes);
            u64::try_from(packets.div_ceil(2)).unwrap_or(0)
        });
        packets * part.map_or(0, |part| part.frames_per_packet)
    }

    /// True where the file ends within a frame and its tag promises more of them: the rest is missing.
    pub(super) fn is_cut(&self) -> bool {
        let promises =
            |part: &Section| part.tag.and_then(|tag| tag.frames).is_some_and(|stated| stated > part.packets);
        self.cut_bytes > 0 && self.parts.last().is_some_and(promises)
    }

    /// What the header claims and the file contradicts.
    pub(super) fn notes(&self, name: &str) -> Vec<String> {
        let mut notes = Vec::new();
        for (number, part) in self.parts.iter().enumerate() {
            let Some(stated) = part.tag.and_then(|tag| tag.frames) else { continue };
            if !part.ends_as_stated() && !self.is_cut() && !part.is_damaged() {
                let place =
                    if self.parts.len() > 1 { format!(" of part {}", number + 1) } else { String::new() };
                notes.push(format!(
                    "the header{place} claims {stated} frames of {name}; there are {}, and all of them are taken",
                    part.packets
                ));
            }
        }
        if self.parts.len() > 1 {
            notes.push(format!("holds {} joined files; all of them are taken", self.parts.len()));
        }
        if self.parts.iter().any(Section::is_damaged) {
            // The second reading refuses or bridges each place.
            return notes;
        }
        for (at, bytes) in &self.skips {
            notes.push(format!("{bytes} bytes at {at} are no {name} and are passed over"));
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
