//! FLAC's frame headers and checksums (RFC 9639 §9.1, §9.3).

/// The longest header: sync, codes, number, block size, sample rate, CRC-8.
pub(in crate::audio) const MAX_HEADER_BYTES: usize = 16;

/// A frame's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::audio) struct FrameHeader {
    /// Length of the header in bytes.
    pub(in crate::audio) length: usize,
    /// True where `number` counts samples, false where it counts FLAC frames.
    pub(in crate::audio) is_variable: bool,
    pub(in crate::audio) number: u64,
    /// Samples per channel.
    pub(in crate::audio) block: u32,
    /// `None` stands for the rate in STREAMINFO.
    pub(in crate::audio) sample_rate_hz: Option<u32>,
    pub(in crate::audio) channels: usize,
    /// `None` stands for the depth in STREAMINFO.
    pub(in crate::audio) bits: Option<u32>,
}

impl FrameHeader {
    /// The header at the start of `bytes`, if its checksum is right.
    pub(in crate::audio) fn parse(bytes: &[u8]) -> Option<Self> {
        let &[0xFF, sync @ (0xF8 | 0xF9), sizes, layout, ..] = bytes else { return None };
        let (number, mut at) = coded_number(bytes, 4)?;
        let mut extra = |count: usize| -> Option<u32> {
            let taken = bytes.get(at..at + count)?;
            at += count;
            Some(taken.iter().fold(0, |value, &byte| value << 8 | u32::from(byte)))
        };
        let block = match sizes >> 4 {
            0 => return None,
            1 => 192,
            code @ 2..=5 => 144 << code,
            6 => extra(1)? + 1,
            7 => extra(2)? + 1,
            code => 1 << code,
        };
        let sample_rate_hz = match sizes & 15 {
            0 => None,
            12 => Some(extra(1)? * 1000),
            13 => Some(extra(2)?),
            14 => Some(extra(2)? * 10),
            15 => return None,
            code => Some(RATES_HZ[usize::from(code) - 1]),
        };
        let channels = match layout >> 4 {
            code @ 0..=7 => usize::from(code) + 1,
            8..=10 => 2,
            _ => return None,
        };
        let bits = match layout >> 1 & 7 {
            0 => None,
            3 => return None,
            code => Some([8, 12, 0, 16, 20, 24, 32][usize::from(code) - 1]),
        };
        let is_valid = layout & 1 == 0 && bytes.get(at).copied() == Some(crc8(&bytes[..at]));
        let is_variable = sync == 0xF9;
        is_valid.then_some(Self {
            length: at + 1,
            is_variable,
            number,
            block,
            sample_rate_hz,
            channels,
            bits,
        })
    }

    /// The number of the next frame.
    pub(super) fn next_number(&self) -> u64 {
        self.number + if self.is_variable { u64::from(self.block) } else { 1 }
    }

    /// True if `later` can be a frame of the same stream; its number is not compared.
    pub(super) fn is_like(&self, later: &Self) -> bool {
        (self.is_variable, self.sample_rate_hz, self.channels, self.bits)
            == (later.is_variable, later.sample_rate_hz, later.channels, later.bits)
    }
}

const RATES_HZ: [u32; 11] =
    [88_200, 176_400, 192_000, 8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];

/// A number of up to 36 bits in the coding of UTF-8, and the position after it.
fn coded_number(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let first = *bytes.get(at)?;
    let length = match first.leading_ones() {
        0 => return Some((u64::from(first), at + 1)),
        length @ 2..=7 => length as usize,
        _ => return None,
    };
    let mut number = u64::from(first) & (0x7F >> length);
    for &byte in bytes.get(at + 1..at + length)? {
        if byte >> 6 != 2 {
            return None;
        }
        number = number << 6 | u64::from(byte & 63);
    }
    Some((number, at + length))
}

/// CRC-8 with polynomial 0x07, from zero.
fn crc8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |crc, &byte| CRC8[usize::from(crc ^ byte)])
}

/// Continues the CRC-16 of a frame, polynomial 0x8005. The result is zero after the checksum at the frame's
/// end.
pub(in crate::audio) fn crc16(crc: u16, byte: u8) -> u16 {
    crc << 8 ^ CRC16[usize::from((crc >> 8) as u8 ^ byte)]
}

const CRC8: [u8; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut crc = n as u8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x80 == 0 { crc << 1 } else { crc << 1 ^ 0x07 };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
};

const CRC16: [u16; 256] = {
    let mut table = [0; 256];
    let mut n = 0;
    while n < 256 {
        let mut crc = (n as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x8005 };
            bit += 1;
        }
        table[n] = crc;
        n += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_s_example_headers_are_read() {
        // RFC 9639 appendix D.1.3: 1 frame of 44.1 kHz, 2 channels, 16 bits.
        let header = FrameHeader::parse(&[0xff, 0xf8, 0x69, 0x18, 0x00, 0x00, 0xbf]).unwrap();
        assert_eq!((header.length, header.block, header.channels), (7, 1, 2));
        assert_eq!((header.sample_rate_hz, header.bits, header.number), (Some(44_100), Some(16), 0));
        // Appendix D.2.8: 16 frames, the side channel first; D.2.9: 3 frames, number 1.
        assert!(FrameHeader::parse(&[0xff, 0xf8, 0x69, 0x98, 0x00, 0x0f, 0x99]).is_some());
        assert!(FrameHeader::parse(&[0xff, 0xf8, 0x69, 0x18, 0x01, 0x02, 0xa4]).is_some());
        assert_eq!(FrameHeader::parse(&[0xff, 0xf8, 0x69, 0x18, 0x01, 0x02, 0xa5]), None);
    }

    #[test]
    fn a_whole_frame_s_checksum_is_zero() {
        // RFC 9639 appendix D.1.3 to D.1.5.
        let frame =
            [0xff, 0xf8, 0x69, 0x18, 0x00, 0x00, 0xbf, 0x03, 0x58, 0xfd, 0x03, 0x12, 0x8b, 0xaa, 0x9a];
        assert_eq!(frame.iter().fold(0, |crc, &byte| crc16(crc, byte)), 0);
    }
}
