//! Random access to a file through a buffer: one system call for each 256 KiB.

use std::io::{Read, Result, Seek, SeekFrom};

const WINDOW_BYTES: usize = 256 * 1024;

/// A file, or a buffer in a test.
pub(super) trait Media: Read + Seek + Send {}

impl<T: Read + Seek + Send> Media for T {}

/// A file from its first byte to an end, and the part of it that is in memory.
pub(super) struct Window {
    media: Box<dyn Media>,
    end: u64,
    /// Place of `bytes` in the file.
    start: u64,
    bytes: Vec<u8>,
    /// Bytes read at a time.
    step_bytes: usize,
}

impl Window {
    /// The file from its first byte to `end`, or to its own end where that comes first.
    pub(super) fn new(media: impl Media + 'static, end: u64) -> Result<Self> {
        let whole = Self::whole(media)?;
        Ok(Self { end: end.min(whole.end), ..whole })
    }

    /// The whole file.
    pub(super) fn whole(mut media: impl Media + 'static) -> Result<Self> {
        let end = media.seek(SeekFrom::End(0))?;
        Ok(Self { media: Box::new(media), end, start: 0, bytes: Vec::new(), step_bytes: WINDOW_BYTES })
    }

    /// The whole file, read in exactly the requested ranges: for short ranges that lie far apart.
    pub(super) fn unbuffered(media: impl Media + 'static) -> Result<Self> {
        Ok(Self { step_bytes: 0, ..Self::whole(media)? })
    }

    /// The place where the range ends, in bytes from the file's beginning.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// The bytes from `at` on, `count` of them, or fewer where the range ends.
    ///
    /// # Errors
    /// The file can't be read.
    pub(super) fn peek(&mut self, at: u64, count: usize) -> Result<&[u8]> {
        let count = usize::try_from(self.end.saturating_sub(at)).unwrap_or(usize::MAX).min(count);
        let is_inside = at >= self.start && at + count as u64 <= self.start + self.bytes.len() as u64;
        if !is_inside {
            self.bytes = self.load(at, count.max(self.step_bytes) as u64)?;
            self.start = at;
        }
        let from = at.saturating_sub(self.start) as usize;
        Ok(self.bytes.get(from..(from + count).min(self.bytes.len())).unwrap_or_default())
    }

    /// Copies the bytes from `at` on, `count` of them, or fewer where the range ends.
    ///
    /// # Errors
    /// The file can't be read.
    pub(super) fn read(&mut self, at: u64, count: u64) -> Result<Vec<u8>> {
        match usize::try_from(count) {
            Ok(count) if count <= self.step_bytes => Ok(self.peek(at, count)?.to_vec()),
            _ => self.load(at, count),
        }
    }

    fn load(&mut self, at: u64, count: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let left = self.end.saturating_sub(at).min(count);
        if left > 0 {
            self.media.seek(SeekFrom::Start(at))?;
            self.media.by_ref().take(left).read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }
}
