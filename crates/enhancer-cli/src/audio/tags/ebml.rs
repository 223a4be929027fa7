//! The elements of a Matroska file that hold tags, read without the clusters.

use crate::audio::ebml::{Header, MAX_HEADER_BYTES};
use std::fs::File;
use std::io::{BufReader, Read, Result, Seek, SeekFrom};

const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1F43_B675;
/// The largest element that is read as a tag, bytes.
const MAX_BYTES: u64 = 256 << 20;

/// The elements of a file's first segment.
pub(super) struct Reader<'a> {
    file: BufReader<&'a File>,
    at: u64,
    length: u64,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a File) -> Result<Self> {
        let length = file.metadata()?.len();
        let mut file = BufReader::new(file);
        file.rewind()?;
        Ok(Self { file, at: 0, length })
    }

    /// The next element of the `wanted` kinds, with its body. The segment itself is entered.
    pub(super) fn next(&mut self, wanted: &[u32]) -> Result<Option<(u32, Vec<u8>)>> {
        while self.at < self.length {
            self.file.seek(SeekFrom::Start(self.at))?;
            let Some(Header { id, size, length }) = self.header() else { return Ok(None) };
            let start = self.at + length as u64;
            if id == SEGMENT {
                self.at = start;
                continue;
            }
            // Clusters of a stream may have no length, and no tags follow them.
            let Some(size) = size.filter(|&size| size <= self.length - start.min(self.length)) else {
                return Ok(None);
            };
            self.at = start + size;
            if id != CLUSTER && wanted.contains(&id) && size <= MAX_BYTES {
                self.file.seek(SeekFrom::Start(start))?;
                let mut body = vec![0; size as usize];
                self.file.read_exact(&mut body)?;
                return Ok(Some((id, body)));
            }
        }
        Ok(None)
    }

    /// The header at the current place.
    fn header(&mut self) -> Option<Header> {
        let mut bytes = Vec::with_capacity(MAX_HEADER_BYTES);
        (&mut self.file).take(MAX_HEADER_BYTES as u64).read_to_end(&mut bytes).ok()?;
        Header::parse(&bytes)
    }
}

/// A text, without trailing NULs.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned()
}
