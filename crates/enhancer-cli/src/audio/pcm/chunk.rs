//! Iterates over the chunks of RIFF, Wave64, AIFF and CAF files, also where their stated sizes are wrong.
//!
//! The sound's chunk ends at its stated size if a chunk, a tag or the end of the file follows there.
//! Otherwise its size is wrong, and the sound extends to a known chunk at most [`SLACK`] bytes away, or to
//! the end of the file.

use crate::audio::bytes::number;
use crate::audio::window::Window;
use std::io::Result;

/// Search distance around a chunk's stated place, bytes. Some sizes count a header twice or not at all.
const SLACK: u64 = 64;

/// Search distance for the next known chunk after one with a wrong size, bytes.
const REACH: u64 = 64 << 10;

/// The largest run of zeros after the sound that counts as padding, bytes.
const MAX_PADDING: u64 = 64 << 10;

/// The largest number of chunks that are read. Ordinary files hold a few dozen.
const MAX_CHUNKS: u32 = 10_000;

/// Bytes 4 to 15 of Wave64's chunk identifiers; the first four are the names of RIFF.
const WAVE64_TAIL: [u8; 12] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A];

/// Chunks that are accepted although their size doesn't fit.
const KNOWN: &[&[u8; 4]] = &[
    b"(c) ", b"ANNO", b"APPL", b"AUTH", b"CHAN", b"COMM", b"COMT", b"BW64", b"DISP", b"FLLR", b"FORM",
    b"FVER", b"ID3 ", b"INST", b"JUNK", b"LGWV", b"LIST", b"MARK", b"NAME", b"PAD ", b"PEAK", b"RF64",
    b"RIFF", b"RIFX", b"SSND", b"_PMX", b"acid", b"afsp", b"axml", b"bext", b"cart", b"chan", b"chna",
    b"cue ", b"data", b"desc", b"ds64", b"edct", b"elm1", b"fact", b"fmt ", b"free", b"iXML", b"id3 ",
    b"inst", b"info", b"junk", b"kuki", b"labl", b"levl", b"mark", b"minf", b"note", b"pakt", b"plst",
    b"regn", b"smpl", b"strg", b"umid", b"uuid",
];

/// The chunk layout of a family of formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// RIFF: 32-bit little-endian sizes; chunks start at even places.
    Riff,
    /// RIFX and AIFF: the same, big-endian.
    BigEndian,
    /// Sony Wave64: identifiers of 16 bytes, 64-bit sizes that include the header; chunks start at multiples
    /// of eight.
    Wave64,
    /// Apple's CAF: 64-bit big-endian sizes; no padding.
    Caf,
}

impl Style {
    fn header_bytes(self) -> u64 {
        match self {
            Self::Riff | Self::BigEndian => 8,
            Self::Wave64 => 24,
            Self::Caf => 12,
        }
    }

    /// The first place at or after `at` where a chunk may start.
    fn aligned(self, at: u64) -> u64 {
        match self {
            Self::Riff | Self::BigEndian => at.next_multiple_of(2),
            Self::Wave64 => at.next_multiple_of(8),
            Self::Caf => at,
        }
    }

    fn parse(self, header: &[u8], at: u64) -> Option<Chunk> {
        let name = *header.first_chunk::<4>()?;
        let size = match self {
            Self::Riff => number(header, 4, 4, false),
            Self::BigEndian => number(header, 4, 4, true),
            Self::Caf => number(header, 4, 8, true),
            Self::Wave64 if header.get(4..16) != Some(&WAVE64_TAIL[..]) => None,
            Self::Wave64 => number(header, 16, 8, false)?.checked_sub(24),
        }?;
        Some(Chunk { name, start: at + self.header_bytes(), size, end: 0 })
    }
}

/// A chunk of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) name: [u8; 4],
    /// Start of its body in the file.
    pub(super) start: u64,
    /// Stated length of its body, bytes.
    pub(super) size: u64,
    /// End of its body in the file.
    pub(super) end: u64,
}

impl Chunk {
    fn stated_end(&self) -> u64 {
        self.start.saturating_add(self.size)
    }

    fn is_known(&self) -> bool {
        KNOWN.contains(&&self.name)
    }

    fn is_plausible(&self, len: u64) -> bool {
        let is_printable = self.name.iter().all(|byte| (0x20..0x7F).contains(byte));
        self.is_known() || is_printable && self.stated_end() <= len
    }
}

/// Iterator over the chunks of a file.
pub(super) struct Chunks<'a> {
    window: &'a mut Window,
    style: Style,
    /// Name of the chunk with the sound.
    sound: [u8; 4],
    at: u64,
    /// Start of the previous chunk's body.
    floor: u64,
    /// True after the sound, where a chunk must follow directly on the previous one.
    is_behind_sound: bool,
    /// True after a chunk of odd size, whose padding may be missing.
    is_padded: bool,
    left: u32,
    /// Chunk sizes from RF64's `ds64`, for chunks that state `u32::MAX`.
    pub(super) long_sizes: Vec<([u8; 4], u64)>,
}

impl<'a> Chunks<'a> {
    /// The chunks from `at` on.
    pub(super) fn new(window: &'a mut Window, style: Style, sound: [u8; 4], at: u64) -> Self {
        Self {
            window,
            style,
            sound,
            at,
            floor: at,
            is_behind_sound: false,
            is_padded: false,
            left: MAX_CHUNKS,
            long_sizes: Vec::new(),
        }
    }

    /// The next chunk; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Chunk>> {
        self.left = self.left.saturating_sub(1);
        let Some(mut chunk) = self.find()? else { return Ok(None) };
        let end = chunk.stated_end().min(self.window.end());
        chunk.end = if chunk.name == self.sound { self.end_of_sound(&chunk)? } else { end };
        self.floor = chunk.start;
        self.is_behind_sound |= chunk.name == self.sound && chunk.end > chunk.start;
        self.at = self.style.aligned(chunk.end);
        self.is_padded = self.at != chunk.end;
        Ok(Some(chunk))
    }

    /// The bytes after the last chunk, 64 KiB at most.
    pub(super) fn rest(&mut self) -> Result<Vec<u8>> {
        self.window.read(self.at, 1 << 16)
    }

    /// True for Wave64.
    pub(super) fn is_wave64(&self) -> bool {
        self.style == Style::Wave64
    }

    /// A chunk's body, at most `most` bytes.
    pub(super) fn body(&mut self, chunk: &Chunk, most: u64) -> Result<Vec<u8>> {
        self.window.read(chunk.start, (chunk.end - chunk.start).min(most))
    }

    fn find(&mut self) -> Result<Option<Chunk>> {
        if self.left == 0 {
            return Ok(None);
        }
        if let Some(chunk) = self.plausible_at(self.at)? {
            return Ok(Some(chunk));
        }
        if let Some(chunk) = if self.is_padded { self.plausible_at(self.at - 1)? } else { None } {
            return Ok(Some(chunk));
        }
        if self.is_behind_sound {
            return Ok(None);
        }
        let from = self.at.saturating_sub(SLACK).max(self.floor);
        let at = self.known_between(from, self.at.saturating_add(REACH))?;
        at.map_or(Ok(None), |at| self.chunk_at(at))
    }

    fn chunk_at(&mut self, at: u64) -> Result<Option<Chunk>> {
        let header = self.window.read(at, self.style.header_bytes())?;
        let mut chunk = self.style.parse(&header, at);
        if let Some(chunk) = chunk.as_mut().filter(|chunk| chunk.size == u64::from(u32::MAX)) {
            let long = self.long_sizes.iter().find(|(name, _)| *name == chunk.name);
            chunk.size = long.map_or(chunk.size, |(_, size)| *size);
        }
        Ok(chunk)
    }

    fn plausible_at(&mut self, at: u64) -> Result<Option<Chunk>> {
        let len = self.window.end();
        Ok(self.chunk_at(at)?.filter(|chunk| chunk.is_plausible(len)))
    }

    /// The place of the first known chunk that fits into the file, within a range that holds no chunk so far.
    fn known_between(&mut self, from: u64, to: u64) -> Result<Option<u64>> {
        let bytes = self.window.read(from, (to - from).saturating_add(self.style.header_bytes()))?;
        let found = (0..bytes.len()).find(|&offset| {
            let chunk = self.style.parse(&bytes[offset..], from + offset as u64);
            chunk.is_some_and(|chunk| chunk.is_known() && chunk.stated_end() <= self.window.end())
        });
        Ok(found.map(|offset| from + offset as u64))
    }

    fn end_of_sound(&mut self, chunk: &Chunk) -> Result<u64> {
        let (stated, len) = (chunk.stated_end(), self.window.end());
        let aligned = self.style.aligned(stated.min(len));
        if stated == len || stated > len.saturating_add(SLACK) {
            return Ok(len);
        }
        if stated < len && aligned >= len {
            return Ok(stated);
        }
        for at in [aligned, stated].into_iter().filter(|at| *at < len) {
            if self.plausible_at(at)?.is_some() || self.is_tag(at)? {
                return Ok(stated);
            }
        }
        let from = stated.saturating_sub(SLACK).max(chunk.start);
        match self.known_between(from, stated.saturating_add(SLACK))? {
            Some(at) => Ok(at),
            None if stated < len && chunk.size > 0 && self.is_blank(stated)? => Ok(stated),
            None => Ok(len),
        }
    }

    /// True where only zeros follow up to the end of the file: the padding of a disk or a program.
    fn is_blank(&mut self, at: u64) -> Result<bool> {
        let rest = self.window.end().saturating_sub(at);
        Ok(rest <= MAX_PADDING && self.window.read(at, rest)?.iter().all(|byte| *byte == 0))
    }

    /// True where a tag starts that some programs append to any file.
    fn is_tag(&mut self, at: u64) -> Result<bool> {
        let head = self.window.read(at, 8)?;
        Ok(head.starts_with(b"TAG") && self.window.end() - at == 128
            || head == b"APETAGEX"
            || head.starts_with(b"ID3") && head.get(3).is_some_and(|version| (2..=4).contains(version)))
    }
}
