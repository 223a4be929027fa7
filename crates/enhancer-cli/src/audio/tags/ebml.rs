//! Elements of EBML (RFC 8794): a number of variable length, a length, a body.

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
            let Some((id, size, header)) = self.header() else { return Ok(None) };
            let start = self.at + header;
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

    /// Id, length if known, and the number of bytes of both.
    fn header(&mut self) -> Option<(u32, Option<u64>, u64)> {
        let mut bytes = Vec::with_capacity(12);
        (&mut self.file).take(12).read_to_end(&mut bytes).ok()?;
        let (id, id_bytes) = number(&bytes, true)?;
        let (size, size_bytes) = number(&bytes[id_bytes..], false)?;
        let unknown = (1 << (7 * size_bytes)) - 1;
        Some((u32::try_from(id).ok()?, (size != unknown).then_some(size), (id_bytes + size_bytes) as u64))
    }
}

/// A number of variable length, and its number of bytes. An id keeps the bit that marks the length.
fn number(bytes: &[u8], keep_mark: bool) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let length = first.leading_zeros() as usize + 1;
    let bytes = bytes.get(..length.min(8)).filter(|_| length <= 8)?;
    let value = bytes.iter().fold(0, |value, &byte| value << 8 | u64::from(byte));
    Some((if keep_mark { value } else { value & !(1 << (7 * length)) }, length))
}

/// The elements in a body, up to one that doesn't fit.
pub(super) fn children(mut body: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    std::iter::from_fn(move || {
        let (id, id_bytes) = number(body, true)?;
        let (size, size_bytes) = number(body.get(id_bytes..)?, false)?;
        let start = id_bytes + size_bytes;
        let end = start.checked_add(usize::try_from(size).ok()?)?;
        let content = body.get(start..end)?;
        body = &body[end..];
        Some((u32::try_from(id).ok()?, content))
    })
}

/// A text, without trailing NULs.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned()
}

/// An unsigned integer of up to eight bytes.
pub(super) fn unsigned(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |value, &byte| value << 8 | u64::from(byte))
}
