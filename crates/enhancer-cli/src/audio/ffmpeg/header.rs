//! The header of the WAV stream from ffmpeg. Its sizes are unknown, and the sound extends to the end of the
//! stream.

use std::io::Read;

/// The largest chunk before the sound, in bytes.
const MAX_CHUNK_BYTES: u32 = 1 << 20;

/// The format of a frame of the stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) sample_rate_hz: u32,
    pub(super) channels: usize,
    /// Speaker positions; `None` where the mask is 0.
    pub(super) speakers: Option<u32>,
}

/// Reads up to the first sample.
///
/// # Errors
/// The fault in the stream, on one line.
pub(super) fn read(input: &mut impl Read) -> Result<Header, String> {
    let [riff, _, wave] = words(input)?;
    if riff != *b"RIFF" || wave != *b"WAVE" {
        return Err("its output is not a WAV stream".to_owned());
    }
    let mut header = None;
    loop {
        let [name, size] = words(input)?;
        let size = u32::from_le_bytes(size);
        if name == *b"data" {
            return header.ok_or_else(|| "its output has no format".to_owned());
        }
        if size > MAX_CHUNK_BYTES {
            return Err(format!("its output has a chunk of {size} bytes before the sound"));
        }
        let mut body = vec![0; size.next_multiple_of(2) as usize];
        input.read_exact(&mut body).map_err(|_| cut())?;
        if name == *b"fmt " {
            header = Some(format(&body).ok_or_else(|| "its output is not 32-bit floating point".to_owned())?);
        }
    }
}

/// `WAVEFORMATEX` or `WAVEFORMATEXTENSIBLE` of 32-bit floats.
fn format(body: &[u8]) -> Option<Header> {
    let u16_at = |at: usize| Some(u16::from_le_bytes(body.get(at..at + 2)?.try_into().ok()?));
    let u32_at = |at: usize| Some(u32::from_le_bytes(body.get(at..at + 4)?.try_into().ok()?));
    let (tag, mask) = match u16_at(0)? {
        0xFFFE => (u16_at(24)?, u32_at(20)?),
        tag => (tag, 0),
    };
    let channels = usize::from(u16_at(2)?);
    let is_float = tag == 3 && u16_at(14)? == 32 && channels > 0;
    is_float.then_some(Header { sample_rate_hz: u32_at(4)?, channels, speakers: (mask != 0).then_some(mask) })
}

fn words<const N: usize>(input: &mut impl Read) -> Result<[[u8; 4]; N], String> {
    let mut words = [[0; 4]; N];
    for word in &mut words {
        input.read_exact(word).map_err(|_| cut())?;
    }
    Ok(words)
}

fn cut() -> String {
    "it wrote no sound".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(format: &[u8]) -> Vec<u8> {
        let size = (format.len() as u32).to_le_bytes();
        let unknown = [0xFF; 4];
        [b"RIFF", &unknown[..], b"WAVEfmt ", &size, format, b"LIST\x03\0\0\0abc\0data", &unknown].concat()
    }

    /// `WAVEFORMATEXTENSIBLE`, 32-bit float, of 44.1 kHz.
    fn extensible(channels: u8, mask: u8) -> Vec<u8> {
        let mut format = vec![0xFE, 0xFF, channels, 0, 0x44, 0xAC, 0, 0, 0, 0, 0, 0, 4 * channels, 0, 32, 0];
        format.extend([22, 0, 32, 0, mask, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0]);
        format.extend([0, 0xAA, 0, 0x38, 0x9B, 0x71]);
        format
    }

    #[test]
    fn the_first_sample_follows_a_header_of_unknown_sizes() {
        let bytes = [header(&extensible(6, 0x3F)), vec![1, 2, 3]].concat();
        let mut rest = &bytes[..];
        let found = Header { sample_rate_hz: 44_100, channels: 6, speakers: Some(0x3F) };
        assert_eq!(read(&mut rest), Ok(found));
        assert_eq!(rest, [1, 2, 3]);
    }

    #[test]
    fn a_mask_of_0_is_unknown() {
        let bytes = header(&extensible(2, 0));
        assert_eq!(read(&mut &bytes[..]).map(|header| header.speakers), Ok(None));
    }

    #[test]
    fn a_stream_other_than_float_is_refused() {
        let mut integers = extensible(2, 3);
        integers[24] = 1;
        let mut huge = header(&extensible(2, 3));
        let list = huge.windows(4).position(|window| window == b"LIST").unwrap();
        huge[list + 4..list + 8].copy_from_slice(&[0xFE, 0xFF, 0xFF, 0x7F]);
        for bytes in [header(&integers), header(&[]), huge, b"OggS".repeat(9), b"RI".to_vec()] {
            assert!(read(&mut &bytes[..]).is_err());
        }
    }
}
