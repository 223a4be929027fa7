//! Integers in the bytes of a file.

/// The unsigned integer of `width` bytes (at most eight) at `at`; `None` beyond the end.
pub(super) fn number(bytes: &[u8], at: usize, width: usize, is_big_endian: bool) -> Option<u64> {
    let field = bytes.get(at..at.checked_add(width)?)?;
    let shift = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
    Some(if is_big_endian { field.iter().fold(0, shift) } else { field.iter().rev().fold(0, shift) })
}

/// A big-endian 16-bit integer; `None` beyond the end.
pub(super) fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    number(bytes, at, 2, true).map(|value| value as u16)
}

/// A big-endian 32-bit integer; `None` beyond the end.
pub(super) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    number(bytes, at, 4, true).map(|value| value as u32)
}

/// A big-endian 64-bit integer; `None` beyond the end.
pub(super) fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    number(bytes, at, 8, true)
}
