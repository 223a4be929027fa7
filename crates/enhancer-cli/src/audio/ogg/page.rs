//! Ogg's pages (RFC 3533 §6): units with a checksum, a number within their stream and a time.

use crate::audio::forward::Forward;

/// Length of a page's header before the lengths of its segments.
const HEADER_BYTES: usize = 27;

const MAGIC: &[u8; 4] = b"OggS";

/// A page whose checksum is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) serial: u32,
    pub(super) sequence: u32,
    /// End time of the last packet that ends in the page, in the codec's units.
    pub(super) granule: Option<u64>,
    /// True where the page starts with the rest of a packet.
    pub(super) is_continued: bool,
    /// True for the stream's first page.
    pub(super) is_first: bool,
    /// True for the stream's last page.
    pub(super) is_last: bool,
    /// Lengths of the segments. A packet ends with the first segment of less than 255 bytes.
    pub(super) lacing: Vec<u8>,
    pub(super) body: Vec<u8>,
}

/// The bytes skipped before a page or the end of the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Skipped {
    pub(super) bytes: u64,
    /// True where they start like a page.
    pub(super) is_page: bool,
}

/// Reads the next page and skips other bytes. No page means the end of the file.
pub(super) fn next(window: &mut Forward) -> std::io::Result<(Option<Page>, Skipped)> {
    let mut skipped = Skipped::default();
    loop {
        if !window.fill(HEADER_BYTES)? {
            let rest = window.bytes().len() as u64;
            skipped.is_page |= window.bytes().starts_with(MAGIC);
            skipped.bytes += rest;
            window.skip(rest)?;
            return Ok((None, skipped));
        }
        if window.bytes().starts_with(MAGIC) {
            if let Some((page, length)) = read(window)? {
                window.skip(length as u64)?;
                return Ok((Some(page), skipped));
            }
            skipped.is_page = true;
            window.skip(1)?;
            skipped.bytes += 1;
        }
        let bytes = window.bytes();
        let found = bytes.windows(MAGIC.len()).position(|word| word == MAGIC);
        let step = found.unwrap_or((bytes.len() + 1).saturating_sub(MAGIC.len()).max(1)) as u64;
        window.skip(step)?;
        skipped.bytes += step;
    }
}

/// The page at the start of the window, and its length.
fn read(window: &mut Forward) -> std::io::Result<Option<(Page, usize)>> {
    let segments = usize::from(window.bytes()[26]);
    if !window.fill(HEADER_BYTES + segments)? {
        return Ok(None);
    }
    let lacing = &window.bytes()[HEADER_BYTES..HEADER_BYTES + segments];
    let length = HEADER_BYTES + segments + lacing.iter().map(|&length| usize::from(length)).sum::<usize>();
    if !window.fill(length)? {
        return Ok(None);
    }
    let bytes = &window.bytes()[..length];
    // The checksum field counts as zero in the checksum.
    let checked = bytes[..22].iter().chain(&[0; 4]).chain(&bytes[26..]);
    let crc = checked.fold(0, |crc: u32, &byte| crc << 8 ^ CRC[usize::from((crc >> 24) as u8 ^ byte)]);
    let le32 = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    if bytes[4] != 0 || le32(22) != crc {
        return Ok(None);
    }
    let granule = u64::from(le32(6)) | u64::from(le32(10)) << 32;
    let page = Page {
        serial: le32(14),
        sequence: le32(18),
        granule: Some(granule).filter(|granule| i64::try_from(*granule).is_ok()),
        is_continued: bytes[5] & 1 != 0,
        is_first: bytes[5] & 2 != 0,
        is_last: bytes[5] & 4 != 0,
        lacing: bytes[HEADER_BYTES..HEADER_BYTES + segments].to_vec(),
        body: bytes[HEADER_BYTES + segments..].to_vec(),
    };
    Ok(Some((page, length)))
}

/// The last granule position of a stream in these bytes; checksums are not verified.
pub(super) fn last_granule(bytes: &[u8], serial: u32) -> Option<u64> {
    let pages = bytes.windows(HEADER_BYTES).filter(|page| page.starts_with(MAGIC));
    let of_stream = pages.filter(|page| page[14..18] == serial.to_le_bytes());
    let granules =
        of_stream.filter_map(|page| page[6..14].try_into().ok().map(i64::from_le_bytes)?.try_into().ok());
    granules.reduce(|_, later| later)
}

/// CRC-32 with polynomial 0x04C11DB7, the high bit first.
const CRC: [u32; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut crc = (n as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc >> 31 == 0 { crc << 1 } else { crc << 1 ^ 0x04C1_1DB7 };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
};
