//! A file read through a window that follows the reader: random access, a system call each 256 KiB.

use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom};

const WINDOW_BYTES: usize = 256 * 1024;

/// A range of a file.
#[derive(Debug)]
pub(super) struct Window {
    file: File,
    end: u64,
    start: u64,
    bytes: Vec<u8>,
}

impl Window {
    /// The file from its first byte to `end`, or to its own end where that comes first.
    pub(super) fn new(file: File, end: u64) -> Result<Self> {
        let end = end.min(file.metadata()?.len());
        Ok(Self { file, end, start: 0, bytes: Vec::new() })
    }

    /// The whole file.
    pub(super) fn whole(file: File) -> Result<Self> {
        Self::new(file, u64::MAX)
    }

    /// Where the range ends.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// The bytes from `at` on, `count` of them or as many as there are.
    ///
    /// # Errors
    /// The file can't be read.
    pub(super) fn peek(&mut self, at: u64, count: usize) -> Result<&[u8]> {
        let count = usize::try_from(self.end.saturating_sub(at)).unwrap_or(usize::MAX).min(count);
        let is_inside = at >= self.start && at + count as u64 <= self.start + self.bytes.len() as u64;
        if !is_inside {
            self.fill(at, count)?;
        }
        let from = at.saturating_sub(self.start) as usize;
        Ok(self.bytes.get(from..(from + count).min(self.bytes.len())).unwrap_or_default())
    }

    /// Copies the bytes of a range; fewer where the file ends.
    ///
    /// # Errors
    /// The file can't be read.
    pub(super) fn read(&mut self, at: u64, count: usize) -> Result<Vec<u8>> {
        if count > WINDOW_BYTES {
            let mut bytes = Vec::new();
            self.file.seek(SeekFrom::Start(at))?;
            let left = self.end.saturating_sub(at).min(count as u64);
            (&self.file).take(left).read_to_end(&mut bytes)?;
            return Ok(bytes);
        }
        Ok(self.peek(at, count)?.to_vec())
    }

    fn fill(&mut self, at: u64, count: usize) -> Result<()> {
        self.bytes.clear();
        self.start = at;
        let wanted = self.end.saturating_sub(at).min(count.max(WINDOW_BYTES) as u64);
        self.file.seek(SeekFrom::Start(at))?;
        (&self.file).take(wanted).read_to_end(&mut self.bytes)?;
        Ok(())
    }
}
