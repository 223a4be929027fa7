//! EBML (RFC 8794): elements of an id, a size and a body.

use super::forward::Forward;

/// The longest element header, bytes.
pub(super) const MAX_HEADER_BYTES: usize = 12;

/// An element's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) id: u32,
    /// Length of the body; `None` where it extends to an element of a higher level, as in live recordings.
    pub(super) size: Option<u64>,
    /// Length of the header in bytes.
    pub(super) length: usize,
}

impl Header {
    /// The header at the start of `bytes` (RFC 8794 §4, §5, §6).
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let id_length = bytes.first()?.leading_zeros() as usize + 1;
        let id = bytes.get(..id_length).filter(|id| id.len() <= 4)?;
        let id = id.iter().fold(0, |value, &byte| value << 8 | u32::from(byte));
        let (size, size_length) = number(bytes.get(id_length..)?)?;
        Some(Self { id, size, length: id_length + size_length })
    }

    /// The header at the start of the window.
    pub(super) fn read(window: &mut Forward) -> std::io::Result<Option<Self>> {
        window.fill(MAX_HEADER_BYTES)?;
        Ok(Self::parse(window.bytes()))
    }
}

/// A number whose leading zeros give its length, and that length. All ones mean "unknown".
pub(super) fn number(bytes: &[u8]) -> Option<(Option<u64>, usize)> {
    let length = bytes.first()?.leading_zeros() as usize + 1;
    let bytes = bytes.get(..length).filter(|bytes| bytes.len() <= 8)?;
    let mask = (1u64 << (7 * length)) - 1;
    let value = bytes.iter().fold(0u64, |value, &byte| value << 8 | u64::from(byte)) & mask;
    Some((Some(value).filter(|value| *value != mask), length))
}

/// The elements in a body, up to one that does not fit.
pub(super) fn children(body: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let header = Header::parse(rest)?;
        let length = usize::try_from(header.size?).ok()?;
        let (body, behind) = rest[header.length..].split_at_checked(length)?;
        rest = behind;
        Some((header.id, body))
    })
}

/// The body of the first element with this id.
pub(super) fn find(body: &[u8], id: u32) -> Option<&[u8]> {
    children(body).find(|(found, _)| *found == id).map(|(_, body)| body)
}

/// An unsigned integer of up to 8 bytes.
pub(super) fn unsigned(body: &[u8]) -> Option<u64> {
    (body.len() <= 8).then(|| body.iter().fold(0, |value, &byte| value << 8 | u64::from(byte)))
}

/// A signed integer of up to 8 bytes.
pub(super) fn signed(body: &[u8]) -> Option<i64> {
    let unused = 64 - 8 * body.len() as u32;
    match body {
        [] => Some(0),
        _ => unsigned(body).map(|value| ((value << unused) as i64) >> unused),
    }
}

/// A floating-point number of 4 or 8 bytes.
pub(super) fn float(body: &[u8]) -> Option<f64> {
    match body.len() {
        4 => Some(f64::from(f32::from_be_bytes(body.try_into().ok()?))),
        8 => Some(f64::from_be_bytes(body.try_into().ok()?)),
        _ => None,
    }
}

/// The CRC-32 of an element's other children: polynomial 0x04C11DB7, the low bit first (RFC 8794 §11.3.1).
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| crc >> 8 ^ CRC[usize::from(crc as u8 ^ byte)])
}

const CRC: [u32; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut crc = n as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 0 { crc >> 1 } else { crc >> 1 ^ 0xEDB8_8320 };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
};
