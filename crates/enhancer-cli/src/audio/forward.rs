//! Sequential reading of a file with lookahead, through a buffer that moves forward.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// Bytes read at a time.
const STEP_BYTES: usize = 64 * 1024;

/// A file, and the buffered bytes from its current position on.
pub(super) struct Forward {
    file: File,
    bytes: Vec<u8>,
    /// Index of the current position in `bytes`.
    start: usize,
    /// Current position in the file.
    position: u64,
    /// Length of the file.
    length: u64,
    at_end: bool,
}

impl Forward {
    /// Starts at the beginning of the file.
    pub(super) fn new(mut file: File) -> std::io::Result<Self> {
        let length = file.metadata()?.len();
        file.rewind()?;
        Ok(Self { file, bytes: Vec::new(), start: 0, position: 0, length, at_end: false })
    }

    /// Reads until `count` bytes are buffered. False if the file ends before.
    pub(super) fn fill(&mut self, count: usize) -> std::io::Result<bool> {
        while self.bytes.len() - self.start < count && !self.at_end {
            if self.start > STEP_BYTES {
                self.bytes.drain(..self.start);
                self.start = 0;
            }
            let wanted = count.saturating_sub(self.bytes.len() - self.start).max(STEP_BYTES);
            let read = (&self.file).take(wanted as u64).read_to_end(&mut self.bytes)?;
            self.at_end = read < wanted;
        }
        Ok(self.bytes.len() - self.start >= count)
    }

    /// The buffered bytes from the current position on.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// True where the buffered bytes reach the end of the file.
    pub(super) fn is_last(&self) -> bool {
        self.at_end
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Moves forward by `count` bytes, at most to the end of the file.
    pub(super) fn skip(&mut self, count: u64) -> std::io::Result<()> {
        let buffered = self.bytes.len() - self.start;
        match usize::try_from(count) {
            Ok(count) if count <= buffered => {
                self.start += count;
                self.position += count as u64;
            }
            _ => self.seek((self.position.saturating_add(count)).min(self.length.max(self.position)))?,
        }
        Ok(())
    }

    fn seek(&mut self, position: u64) -> std::io::Result<()> {
        self.file.seek(SeekFrom::Start(position))?;
        self.bytes.clear();
        (self.start, self.position, self.at_end) = (0, position, false);
        Ok(())
    }

    /// Returns `count` bytes, or fewer at the end of the file, and moves past them.
    pub(super) fn take(&mut self, count: usize) -> std::io::Result<Vec<u8>> {
        self.fill(count)?;
        let taken = self.bytes()[..count.min(self.bytes().len())].to_vec();
        self.skip(taken.len() as u64)?;
        Ok(taken)
    }

    /// The last `count` bytes of the file, or all of a shorter one. The position stays.
    pub(super) fn tail(&mut self, count: u64) -> std::io::Result<Vec<u8>> {
        let mut tail = Vec::new();
        self.file.seek(SeekFrom::Start(self.length.saturating_sub(count)))?;
        (&self.file).take(count).read_to_end(&mut tail)?;
        self.seek(self.position)?;
        Ok(tail)
    }
}
