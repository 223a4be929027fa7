//! FLAC's metadata for the decoder (RFC 9639 §8).

use flac_codec::stream::Frame;

/// Length of a metadata block's header: type and length.
pub(in crate::audio) const BLOCK_HEADER_BYTES: usize = 4;

/// Length of a STREAMINFO block.
pub(in crate::audio) const STREAMINFO_BYTES: usize = 34;

const STREAMINFO: u8 = 0;
const VORBIS_COMMENT: u8 = 4;

/// Name of the comment that holds the speakers, as `0x` and a WAVE mask.
const MASK_COMMENT: &str = "WAVEFORMATEXTENSIBLE_CHANNEL_MASK";

/// Facts that the metadata states; each may be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::audio) struct Headers {
    pub(in crate::audio) sample_rate_hz: u32,
    pub(in crate::audio) channels: usize,
    pub(in crate::audio) bits: u32,
    /// Number of frames, where stated.
    pub(in crate::audio) total: Option<u64>,
    /// MD5 of all samples, where stated.
    pub(in crate::audio) md5: Option<[u8; 16]>,
    /// Speakers as a WAVE mask.
    pub(in crate::audio) speakers: Option<u32>,
}

impl Headers {
    /// Reads `fLaC` and the blocks after it; blocks after STREAMINFO may be missing.
    pub(in crate::audio) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut blocks = blocks(bytes.strip_prefix(b"fLaC")?);
        let (_, info) = blocks.next().filter(|(kind, _)| *kind == STREAMINFO)?;
        let mut headers = Self::of_streaminfo(info)?;
        let comments = blocks.find(|(kind, _)| *kind == VORBIS_COMMENT);
        if let Some(mask) = comments.and_then(|(_, comments)| mask(comments)) {
            headers.speakers = Some(mask).filter(|mask| *mask != 0);
        }
        Some(headers)
    }

    fn of_streaminfo(info: &[u8]) -> Option<Self> {
        let info: &[u8; STREAMINFO_BYTES] = info.get(..STREAMINFO_BYTES)?.try_into().ok()?;
        let packed = info[10..18].iter().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
        let channels = (packed >> 41 & 7) as usize + 1;
        let md5: [u8; 16] = info[18..].try_into().ok()?;
        Some(Self {
            sample_rate_hz: (packed >> 44) as u32,
            channels,
            bits: (packed >> 36 & 31) as u32 + 1,
            total: Some(packed & 0xF_FFFF_FFFF).filter(|total| *total > 0),
            md5: Some(md5).filter(|md5| md5.iter().any(|byte| *byte != 0)),
            speakers: super::DEFAULT_SPEAKERS.get(channels - 1).copied(),
        })
    }

    /// The body of a STREAMINFO block for a decoder: only the format, with the longest block size.
    pub(super) fn streaminfo(&self) -> [u8; STREAMINFO_BYTES] {
        let mut info = [0; STREAMINFO_BYTES];
        info[..4].copy_from_slice(&[0, 16, 0xFF, 0xFF]);
        let packed = u64::from(self.sample_rate_hz) << 44
            | (self.channels as u64 - 1) << 41
            | (u64::from(self.bits) - 1) << 36;
        info[10..18].copy_from_slice(&packed.to_be_bytes());
        info
    }
}

impl Headers {
    /// Reads a frame to its end, which only decoding can find.
    ///
    /// # Errors
    /// A cut or damaged frame.
    pub(super) fn read_frame(&self, bytes: &mut &[u8]) -> Result<Frame, flac_codec::Error> {
        let stream = [b"fLaC\x80\0\0\x22", &self.streaminfo()[..]].concat();
        Frame::read(bytes, &flac_codec::metadata::read_info(&stream[..])?)
    }
}

/// Type and body of each metadata block in `bytes`, up to one that is cut.
fn blocks(mut rest: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let (header, behind) = rest.split_first_chunk::<BLOCK_HEADER_BYTES>()?;
        let length = u32::from_be_bytes([0, header[1], header[2], header[3]]) as usize;
        let (body, behind) = behind.split_at_checked(length)?;
        rest = behind;
        Some((header[0] & 0x7F, body))
    })
}

/// The mask in a block of comments. The block holds a vendor's name, a count and the comments; each text
/// follows its length.
fn mask(comments: &[u8]) -> Option<u32> {
    let mut rest = comments;
    field(&mut rest)?;
    rest = rest.get(4..)?;
    while let Some(text) = field(&mut rest) {
        let Some((name, value)) = std::str::from_utf8(text).ok().and_then(|text| text.split_once('=')) else {
            continue;
        };
        if name.eq_ignore_ascii_case(MASK_COMMENT) {
            let value = value.trim();
            let digits = value.strip_prefix("0x").or_else(|| value.strip_prefix("0X"));
            return digits.map_or_else(|| value.parse().ok(), |digits| u32::from_str_radix(digits, 16).ok());
        }
    }
    None
}

/// A text after its length.
fn field<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, behind) = rest.split_first_chunk::<4>()?;
    let (text, behind) = behind.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *rest = behind;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_names_the_speakers() {
        let comments = |texts: &[&str]| {
            let mut bytes = [&4u32.to_le_bytes()[..], b"test", &(texts.len() as u32).to_le_bytes()].concat();
            for text in texts {
                bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
            bytes
        };
        let of = |texts: &[&str]| mask(&comments(texts));
        assert_eq!(of(&["TITLE=x", "waveformatextensible_channel_mask=0x60F"]), Some(0x60F));
        assert_eq!(of(&["WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x0"]), Some(0));
        assert_eq!(of(&["TITLE=x"]), None);
        let whole = comments(&["TITLE=x", "WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x3"]);
        assert!((0..whole.len()).all(|length| mask(&whole[..length]).is_none()));
    }
}
