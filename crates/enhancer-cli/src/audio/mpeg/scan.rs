//! Iterates over the frames and tags of a stream, and skips other bytes up to the next run of frames.

use super::super::stream::Shape;
use super::super::trailer::{self, At};
use super::super::window::Window;
use super::xing::Tag;
use std::fs::File;
use std::io::Result;
use std::marker::PhantomData;

/// Number of frames that must follow a frame away from the start. Shorter runs occur by chance in any data.
const LONG_RUN: usize = 6;

/// The properties that stay the same in a stream besides its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StreamKind {
    /// 1 to 3 for MPEG audio, 0 for AAC.
    pub(super) layer: u8,
    pub(super) version: u8,
}

/// A frame's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// Length of the frame in bytes with its header; 0 for free format, whose header gives no length.
    pub(super) bytes: usize,
    /// Samples per channel.
    pub(super) frames: u32,
    pub(super) shape: Shape,
    pub(super) kind: StreamKind,
}

impl Header {
    fn agrees(&self, other: &Self) -> bool {
        self.kind == other.kind && self.shape == other.shape
    }
}

/// A kind of self-delimiting frame.
pub(super) trait Framing: Send + 'static {
    /// Name in messages.
    const NAME: &'static str;
    const HEADER_BYTES: usize;
    /// The header at the start of these bytes.
    fn parse(bytes: &[u8]) -> Option<Header>;
    /// The encoder's tag in a frame without sound.
    fn tag(frame: &[u8]) -> Option<Tag>;
}

/// An element of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    Frame {
        header: Header,
        data: Vec<u8>,
    },
    /// Bytes that are no frame.
    Skipped {
        bytes: u64,
        is_tag: bool,
    },
    /// A frame that the end of the file cuts.
    Cut {
        bytes: u64,
    },
    /// The first of at least two frames of another format.
    Change {
        header: Header,
    },
}

pub(super) struct Scanner<F: Framing> {
    window: Window,
    at: u64,
    /// The format, after the first frame.
    known: Option<Header>,
    framing: PhantomData<F>,
}

impl<F: Framing> Scanner<F> {
    pub(super) fn new(file: File, start: u64, end: u64) -> Result<Self> {
        Ok(Self { window: Window::new(file, end)?, at: start, known: None, framing: PhantomData })
    }

    /// The place of the first frame with another of its kind after it, within `search` bytes after the tags.
    pub(super) fn first_frame(file: File, start: u64, search: u64) -> Result<Option<u64>> {
        let mut scanner = Self::new(file, start, u64::MAX)?;
        let mut end = start.saturating_add(search);
        while scanner.at < end.min(scanner.window.end()) {
            let at = scanner.at;
            if let Some(length) = scanner.tag(at)? {
                scanner.at += length;
                end = end.saturating_add(length);
            } else if scanner.starts_long_run(at, if at == start { 1 } else { LONG_RUN })? {
                return Ok(Some(at));
            } else {
                scanner.at += scanner.next_candidate(at + 1)?.saturating_sub(at).max(1);
            }
        }
        Ok(None)
    }

    /// True where `frames` frames follow the one at a place, or as many as the file has.
    fn starts_long_run(&mut self, at: u64, frames: usize) -> Result<bool> {
        let mut place = at;
        for _ in 0..frames {
            let Some(header) = self.starts_run(place)? else { return Ok(false) };
            place += header.bytes as u64;
            if place >= self.window.end() {
                break;
            }
        }
        Ok(true)
    }

    /// The next element; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Item>> {
        if self.at >= self.window.end() {
            return Ok(None);
        }
        if let Some(length) = self.tag(self.at)? {
            self.at += length;
            return Ok(Some(Item::Skipped { bytes: length, is_tag: true }));
        }
        match (self.header(self.at)?, self.known) {
            (Some(header), Some(known)) if header.agrees(&known) && header.bytes > 0 => {
                self.frame(header).map(Some)
            }
            (Some(_), _) => match self.starts_run(self.at)? {
                Some(header) if self.known.is_none_or(|known| known.agrees(&header)) => {
                    self.known = Some(header);
                    self.frame(header).map(Some)
                }
                Some(header) => {
                    self.known = Some(header);
                    Ok(Some(Item::Change { header }))
                }
                None => self.skip().map(Some),
            },
            (None, _) => self.skip().map(Some),
        }
    }

    fn frame(&mut self, header: Header) -> Result<Item> {
        let data = self.window.read(self.at, header.bytes as u64)?;
        self.at += data.len() as u64;
        if data.len() < header.bytes {
            return Ok(Item::Cut { bytes: data.len() as u64 });
        }
        Ok(Item::Frame { header, data })
    }

    /// Skips to the next tag or run of frames.
    fn skip(&mut self) -> Result<Item> {
        let start = self.at;
        loop {
            self.at = self.next_candidate(self.at + 1)?;
            if self.at >= self.window.end()
                || self.tag(self.at)?.is_some()
                || self.starts_run(self.at)?.is_some()
            {
                return Ok(Item::Skipped { bytes: self.at - start, is_tag: false });
            }
        }
    }

    /// The next place where a frame or tag could start.
    fn next_candidate(&mut self, from: u64) -> Result<u64> {
        let mut at = from;
        loop {
            let bytes = self.window.peek(at, 1 << 16)?;
            if bytes.is_empty() {
                return Ok(self.window.end());
            }
            if let Some(offset) =
                bytes.iter().position(|byte| matches!(byte, 0xFF | b'I' | b'T' | b'A' | b'L'))
            {
                return Ok(at + offset as u64);
            }
            at += bytes.len() as u64;
        }
    }

    /// The length of the tag at a place.
    fn tag(&mut self, at: u64) -> Result<Option<u64>> {
        trailer::known(&mut At(&mut self.window, at))
    }

    fn header(&mut self, at: u64) -> Result<Option<Header>> {
        Ok(F::parse(self.window.peek(at, F::HEADER_BYTES)?))
    }

    /// The header at a place where a frame is followed by another of its kind, by a tag or by the end of the
    /// file. A single frame counts where it fills the rest of the file.
    fn starts_run(&mut self, at: u64) -> Result<Option<Header>> {
        let Some(header) = self.header(at)?.filter(|header| header.bytes > 0) else { return Ok(None) };
        let next = at + header.bytes as u64;
        let known = self.known.is_some_and(|known| known.agrees(&header));
        let follows = if next >= self.window.end() {
            next == self.window.end() || known
        } else {
            self.header(next)?.is_some_and(|next| next.agrees(&header)) || self.tag(next)?.is_some()
        };
        Ok(follows.then_some(header))
    }

    /// True where the first frames are of free format (bit rate index 0), whose length the reader has to
    /// find.
    pub(super) fn is_free_format(&mut self) -> Result<bool> {
        Ok(self.header(self.at)?.is_some_and(|header| header.bytes == 0))
    }
}
