//! The encoder's tag in the first frame of an MP3: `Xing`, `Info` or `VBRI`, with LAME's extension.
//!
//! Sources: the Xing header as LAME and ffmpeg write it (flags, frames, bytes, table, quality). LAME's
//! extension holds encoder delay and padding in two 12-bit numbers at its byte 21 (*LAME tag revision 1*).
//! Fraunhofer's VBRI header is at byte 36.

use crate::audio::bytes::be32;

/// Samples that a layer III decoder outputs before the sound: 528 of its filter bank and one.
const DECODER_DELAY: u64 = 529;

/// The contents of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag {
    /// Number of frames, where stated.
    pub(super) frames: Option<u64>,
    /// Bytes of all frames, including that of the tag, where stated.
    pub(super) bytes: Option<u64>,
    /// Samples that the encoder added before and after the sound.
    pub(super) padding: Option<(u64, u64)>,
}

impl Tag {
    /// Decoded samples before the sound.
    pub(super) fn skip(self) -> u64 {
        self.padding.map_or(0, |(delay, _)| delay + DECODER_DELAY)
    }
}

/// The tag in a frame, if it is a layer III frame with a tag in place of sound.
pub(super) fn parse(frame: &[u8]) -> Option<Tag> {
    let (b1, b3) = (*frame.get(1)?, *frame.get(3)?);
    if b1 >> 1 & 3 != 1 {
        return None;
    }
    let side_info = match (b1 >> 3 & 1 == 1, b3 >> 6 == 3) {
        (true, false) => 32,
        (true, true) | (false, false) => 17,
        (false, true) => 9,
    };
    let crc = if b1 & 1 == 0 { 2 } else { 0 };
    // Some encoders write the tag at the place that it has without a CRC, although there is one.
    xing(frame.get(4 + side_info..)?)
        .or_else(|| xing(frame.get(4 + crc + side_info..)?))
        .or_else(|| vbri(frame.get(36..)?))
}

fn xing(tag: &[u8]) -> Option<Tag> {
    if !tag.starts_with(b"Xing") && !tag.starts_with(b"Info") {
        return None;
    }
    let flags = be32(tag, 4)?;
    let mut at = 8;
    let (mut frames, mut bytes) = (None, None);
    for (flag, length) in [(1, 4), (2, 4), (4, 100), (8, 4)] {
        if flags & flag != 0 {
            match flag {
                1 => frames = be32(tag, at).map(u64::from),
                2 => bytes = be32(tag, at).map(u64::from),
                _ => {}
            }
            at += length;
        }
    }
    let has_lame = tag.get(at..at + 4).is_some_and(|name| name.iter().all(u8::is_ascii_alphanumeric));
    let padding = tag.get(at + 21..at + 24).filter(|_| has_lame).map(|bytes| {
        let number = u64::from(bytes[0]) << 16 | u64::from(bytes[1]) << 8 | u64::from(bytes[2]);
        (number >> 12, number & 0xFFF)
    });
    Some(Tag { frames, bytes, padding })
}

fn vbri(tag: &[u8]) -> Option<Tag> {
    let frames = be32(tag, 14).map(u64::from);
    let bytes = be32(tag, 10).map(u64::from);
    tag.starts_with(b"VBRI").then_some(Tag { frames, bytes, padding: None })
}
