//! The frame header of AAC in ADTS (ISO/IEC 14496-3 §1.A.2.2).

use super::super::stream::Shape;
use super::scan::{Framing, Header, StreamKind};
use super::xing::Tag;

/// Sample rates by index, Hz (ISO/IEC 14496-3, table 1.18).
const RATES_HZ: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];

pub(super) struct Adts;

impl Framing for Adts {
    const NAME: &'static str = "AAC";
    const HEADER_BYTES: usize = 7;

    fn parse(bytes: &[u8]) -> Option<Header> {
        let &[0xFF, b1, b2, b3, b4, b5, b6, ..] = bytes else { return None };
        if b1 & 0xF6 != 0xF0 {
            return None;
        }
        let sample_rate_hz = *RATES_HZ.get(usize::from(b2 >> 2 & 15))?;
        let channels = usize::from((b2 & 1) << 2 | b3 >> 6);
        let bytes = usize::from(b3 & 3) << 11 | usize::from(b4) << 3 | usize::from(b5 >> 5);
        let header_bytes = if b1 & 1 == 1 { 7 } else { 9 };
        let blocks = u32::from(b6 & 3) + 1;
        (bytes > header_bytes).then_some(Header {
            bytes,
            frames: 1024 * blocks,
            shape: Shape { sample_rate_hz, channels, speakers: None },
            kind: StreamKind { layer: 0, version: 0 },
        })
    }

    fn tag(_: &[u8]) -> Option<Tag> {
        None
    }
}
