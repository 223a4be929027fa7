//! Reads bytes at any place of a file, never more than the file holds.

use std::io::{Read, Result, Seek, SeekFrom};

/// A file, or a buffer in a test.
pub(super) trait Media: Read + Seek + Send {}

impl<T: Read + Seek + Send> Media for T {}

/// A file and its length.
pub(super) struct Input {
    media: Box<dyn Media>,
    len: u64,
}

impl Input {
    pub(super) fn new(mut media: Box<dyn Media>) -> Result<Self> {
        let len = media.seek(SeekFrom::End(0))?;
        Ok(Self { media, len })
    }

    /// Length of the file in bytes.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Reads `count` bytes from `at` on; fewer where the file ends.
    pub(super) fn bytes(&mut self, at: u64, count: u64) -> Result<Vec<u8>> {
        let count = count.min(self.len.saturating_sub(at));
        let mut bytes = Vec::with_capacity(count as usize);
        if count > 0 {
            self.media.seek(SeekFrom::Start(at))?;
            self.media.by_ref().take(count).read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }
}

/// The unsigned number in up to eight bytes from `at` on; `None` beyond the end.
pub(super) fn number(bytes: &[u8], at: usize, width: usize, is_big_endian: bool) -> Option<u64> {
    let field = bytes.get(at..at.checked_add(width)?)?;
    let shift = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
    Some(if is_big_endian { field.iter().fold(0, shift) } else { field.iter().rev().fold(0, shift) })
}

/// A big-endian number of 16 bits.
pub(super) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    number(bytes, at, 2, true).map(|value| value as u16)
}

/// A big-endian number of 32 bits.
pub(super) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    number(bytes, at, 4, true).map(|value| value as u32)
}

/// A big-endian number of 64 bits.
pub(super) fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    number(bytes, at, 8, true)
}
