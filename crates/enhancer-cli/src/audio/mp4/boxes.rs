//! Boxes: length, kind and body (ISO/IEC 14496-12 §4.2).

use super::super::error::DecodeError;
use super::super::window::Window;
use crate::audio::bytes::{be32, be64};

/// Boxes of the top level. The end of the file may cut one of them.
const KNOWN: [&[u8; 4]; 17] = [
    b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"free", b"skip", b"wide", b"pnot", b"meta", b"sidx",
    b"ssix", b"uuid", b"emsg", b"prft", b"mfra", b"udta",
];

/// Boxes that start another file or fragment.
const STARTS: [&[u8; 4]; 3] = [b"ftyp", b"styp", b"moof"];

/// Bytes between two files that are searched for the second one.
const SEARCH_BYTES: usize = 1 << 18;

/// A box at the file's top level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Top {
    pub(super) kind: [u8; 4],
    body: u64,
    /// The start of the next box; beyond the end of the file where this one is cut.
    pub(super) end: u64,
}

impl Top {
    /// The box at `at`; `None` at the end of the file, or where no box starts.
    pub(super) fn read(window: &mut Window, at: u64) -> Result<Option<Self>, DecodeError> {
        let file_end = window.end();
        let head = window.peek(at, 16)?;
        let (Some(length), Some(kind)) = (be32(head, 0), head.get(4..8)) else { return Ok(None) };
        let kind = <[u8; 4]>::try_from(kind).unwrap_or_default();
        if !kind.iter().all(|byte| byte.is_ascii_graphic() || matches!(byte, b' ' | 0xA9)) {
            return Ok(None);
        }
        let (length, header) = match length {
            0 => (file_end - at, 8),
            1 => (be64(head, 8).unwrap_or(0), 16),
            length => (u64::from(length), 8),
        };
        let end = at.saturating_add(length);
        // Bytes that are no box resemble a long one.
        let is_likely = end <= file_end || KNOWN.contains(&&kind);
        Ok((length >= header && is_likely).then_some(Self { kind, body: at + header, end }))
    }

    /// Start of the body in the file.
    pub(super) fn body_start(&self) -> u64 {
        self.body
    }

    /// The first place at or after `at`, within [`SEARCH_BYTES`], where a known box starts; otherwise the end
    /// of the file.
    pub(super) fn find(window: &mut Window, at: u64) -> Result<u64, DecodeError> {
        let bytes = window.peek(at, SEARCH_BYTES)?;
        let places = bytes.windows(4).enumerate().skip(4);
        let starts: Vec<u64> = places
            .filter(|(_, kind)| STARTS.iter().any(|start| kind == start))
            .map(|(offset, _)| at + offset as u64 - 4)
            .collect();
        for start in starts {
            if Self::read(window, start)?.is_some() {
                return Ok(start);
            }
        }
        Ok(window.end())
    }

    /// The body, as far as the file holds it.
    ///
    /// # Errors
    /// A body of more than `most` bytes.
    pub(super) fn body(&self, window: &mut Window, most: u64) -> Result<Vec<u8>, DecodeError> {
        let length = self.end.min(window.end()).saturating_sub(self.body);
        if self.end > window.end() && self.kind == *b"moov" {
            return Err(DecodeError::Headless);
        }
        if length > most {
            return Err(DecodeError::Unsupported(format!("an index of {} MB", length >> 20)));
        }
        Ok(window.read(self.body, length)?)
    }
}

/// Kind and body of each box in a body, up to one that does not fit.
pub(in crate::audio) fn boxes(body: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let length = be32(rest, 0)? as usize;
        let kind = <[u8; 4]>::try_from(rest.get(4..8)?).ok()?;
        let (length, header) = match length {
            0 => (rest.len(), 8),
            1 => (usize::try_from(be64(rest, 8)?).ok()?, 16),
            length => (length, 8),
        };
        let found = rest.get(header..length)?;
        rest = rest.get(length..)?;
        Some((kind, found))
    })
}

/// The box at a path of kinds.
pub(super) fn find<'a>(body: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    path.iter().try_fold(body, |body, name| boxes(body).find(|(kind, _)| kind == *name).map(|(_, body)| body))
}
