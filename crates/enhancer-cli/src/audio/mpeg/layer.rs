//! The frame header of MPEG audio, layers I to III, MPEG-1, 2 and 2.5 (ISO/IEC 11172-3 §2.4.1.3, ISO/IEC
//! 13818-3 §2.4.1.3). MPEG-2.5 is Fraunhofer's extension to 8, 11.025 and 12 kHz.

use super::super::stream::Shape;
use super::scan::{Framing, Header, StreamKind};
use super::xing::{self, Tag};

/// Bit rates by index, kbit/s, for MPEG-1 layers I, II, III and MPEG-2 layers I, II and III; 0 is free
/// format.
const KBITS: [[u32; 15]; 5] = [
    [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// Sample rates of MPEG-1, Hz; MPEG-2 halves and MPEG-2.5 quarters them.
const RATES_HZ: [u32; 3] = [44_100, 48_000, 32_000];

pub(super) struct Layer;

impl Framing for Layer {
    const NAME: &'static str = "MPEG audio";
    const HEADER_BYTES: usize = 4;

    fn parse(bytes: &[u8]) -> Option<Header> {
        let &[0xFF, b1, b2, b3, ..] = bytes else { return None };
        if b1 & 0xE0 != 0xE0 || b3 & 3 == 2 {
            return None;
        }
        let halvings = match b1 >> 3 & 3 {
            3 => 0,
            2 => 1,
            0 => 2,
            _ => return None,
        };
        let layer = match b1 >> 1 & 3 {
            0 => return None,
            code => 4 - code,
        };
        let sample_rate_hz = RATES_HZ.get(usize::from(b2 >> 2 & 3))? >> halvings;
        let is_mpeg1 = halvings == 0;
        let table = match (is_mpeg1, layer) {
            (true, layer) => usize::from(layer) - 1,
            (false, 1) => 3,
            (false, _) => 4,
        };
        let kbits = *KBITS.get(table)?.get(usize::from(b2 >> 4))?;
        let padding = u32::from(b2 >> 1 & 1);
        let frames = match layer {
            1 => 384,
            3 if !is_mpeg1 => 576,
            _ => 1152,
        };
        let bytes = match layer {
            1 => (12_000 * kbits / sample_rate_hz + padding) * 4,
            _ => frames / 8 * 1000 * kbits / sample_rate_hz + padding,
        };
        let channels = if b3 >> 6 == 3 { 1 } else { 2 };
        Some(Header {
            bytes: bytes as usize,
            frames,
            shape: Shape { sample_rate_hz, channels, speakers: None },
            kind: StreamKind { layer, version: halvings },
        })
    }

    fn tag(frame: &[u8]) -> Option<Tag> {
        xing::parse(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_follow_the_standard() {
        // 128 kbit/s at 44.1 kHz: 144·128000/44100 = 417.96 bytes.
        let frame = |header: [u8; 4]| Layer::parse(&header).map(|h| (h.bytes, h.frames, h.shape));
        let shape = |sample_rate_hz, channels| Shape { sample_rate_hz, channels, speakers: None };
        assert_eq!(frame([0xFF, 0xFB, 0x90, 0x00]), Some((417, 1152, shape(44_100, 2))));
        assert_eq!(frame([0xFF, 0xFB, 0x92, 0xC0]), Some((418, 1152, shape(44_100, 1))));
        // MPEG-2 layer III, 64 kbit/s at 22.05 kHz: 72·64000/22050 = 208.98.
        assert_eq!(frame([0xFF, 0xF3, 0x80, 0x00]), Some((208, 576, shape(22_050, 2))));
        // MPEG-2.5, 8 kbit/s at 8 kHz: 72 bytes.
        assert_eq!(frame([0xFF, 0xE3, 0x18, 0xC0]), Some((72, 576, shape(8000, 1))));
        // Layer II, 384 kbit/s at 48 kHz: 1152 bytes; layer I, 448 kbit/s at 32 kHz: 672.
        assert_eq!(frame([0xFF, 0xFD, 0xE4, 0x00]), Some((1152, 1152, shape(48_000, 2))));
        assert_eq!(frame([0xFF, 0xFF, 0xE8, 0x00]), Some((672, 384, shape(32_000, 2))));
        for reserved in
            [[0xFF, 0xEB, 0x90, 0], [0xFF, 0xF9, 0xF0, 0], [0xFF, 0xFB, 0x9C, 0], [0xFE, 0xFB, 0x90, 0]]
        {
            assert_eq!(frame(reserved), None, "{reserved:X?}");
        }
    }
}
