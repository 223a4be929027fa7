//! Reads the format of a WAVE file: `fmt ` (Microsoft, *Multimedia Data Standards Update*, 1994) and
//! `WAVEFORMATEXTENSIBLE`.

use super::adpcm::Kind;
use super::format::{Coding, Format, usual_speakers};
use crate::audio::bytes::number;
use crate::audio::error::DecodeError;
use crate::audio::wav::GUID_TAIL;

/// The same part for ambisonic B-format (Richard Dobson, 2000): PCM without speakers.
const AMBISONIC_TAIL: [u8; 14] = [0, 0, 0x21, 0x07, 0xD3, 0x11, 0x86, 0x44, 0xC8, 0xC1, 0xCA, 0, 0, 0];

const PCM: u64 = 1;
const MICROSOFT_ADPCM: u64 = 2;
const FLOAT: u64 = 3;
const EXTENSIBLE: u64 = 0xFFFE;

/// Codecs by their number in the header, for messages (RFC 2361 and later registrations).
const CODECS: &[(u64, &str)] = &[
    (0x0008, "DTS"),
    (0x000A, "Windows Media Voice"),
    (0x0016, "G.723 ADPCM"),
    (0x0022, "TrueSpeech"),
    (0x0031, "GSM 6.10"),
    (0x0040, "G.721 ADPCM"),
    (0x0042, "G.723.1"),
    (0x0045, "G.726 ADPCM"),
    (0x0064, "G.726 ADPCM"),
    (0x0065, "G.722 ADPCM"),
    (0x0092, "AC-3"),
    (0x00FF, "AAC"),
    (0x0160, "Windows Media Audio 1"),
    (0x0161, "Windows Media Audio"),
    (0x0162, "Windows Media Audio Professional"),
    (0x0163, "Windows Media Audio Lossless"),
    (0x0270, "ATRAC3"),
    (0x1600, "AAC (ADTS)"),
    (0x1602, "AAC (LOAS)"),
    (0x1610, "HE-AAC"),
    (0x2000, "AC-3"),
    (0x2001, "DTS"),
    (0x566F, "Vorbis"),
    (0x674F, "Vorbis"),
    (0x6750, "Vorbis"),
    (0x6751, "Vorbis"),
    (0x676F, "Vorbis"),
    (0x6770, "Vorbis"),
    (0x6771, "Vorbis"),
    (0x704F, "Opus"),
    (0xF1AC, "FLAC"),
];

/// The fields common to all `fmt ` chunks, and the extension.
struct Fields<'a> {
    chunk: &'a [u8],
    is_big_endian: bool,
    channels: u64,
    block_bytes: u64,
    bits: u64,
}

impl Fields<'_> {
    fn number(&self, at: usize, width: usize) -> Option<u64> {
        number(self.chunk, at, width, self.is_big_endian)
    }
}

/// The format in a `fmt ` chunk. Notes are appended to `notes`.
pub(super) fn format(
    chunk: &[u8],
    is_big_endian: bool,
    notes: &mut Vec<String>,
) -> Result<Format, DecodeError> {
    let field = |at, width| number(chunk, at, width, is_big_endian).ok_or(DecodeError::Headless);
    let (channels, block_bytes) = (field(2, 2)?, field(12, 2)?);
    // A chunk of 14 bytes, from before 1991, has no width.
    let bits = number(chunk, 14, 2, is_big_endian).unwrap_or(block_bytes * 8 / channels.max(1));
    let fields = Fields { chunk, is_big_endian, channels, block_bytes, bits };
    let mut format = Format {
        coding: Coding::Mpeg,
        sample_rate_hz: field(4, 4)? as u32,
        channels,
        speakers: usual_speakers(channels),
        order: Vec::new(),
    };
    let (mut tag, mut valid_bits) = (field(0, 2)?, bits);
    if tag != 0x55 && tag != 0x50 {
        format.check()?;
    }
    if tag == EXTENSIBLE {
        if let Some(mask) = fields.number(20, 4) {
            format.speakers = speakers(mask as u32, channels, notes);
        }
        valid_bits = fields.number(18, 2).filter(|valid| (1..=bits).contains(valid)).unwrap_or(bits);
        tag = sub_format(&fields, &mut format)?;
    }
    format.coding = coding(tag, valid_bits, &fields, notes)?;
    Ok(format)
}

/// The positions of a mask, where their number equals that of the channels.
fn speakers(mask: u32, channels: u64, notes: &mut Vec<String>) -> Option<u32> {
    /// `SPEAKER_ALL`: any set of speakers.
    const ANY: u32 = 0x8000_0000;
    if mask == 0 || mask & ANY != 0 {
        return None;
    }
    if u64::from(mask.count_ones()) != channels {
        notes.push(format!(
            "its mask 0x{mask:X} names {} speakers for {channels} channels; their positions are unknown",
            mask.count_ones()
        ));
        return None;
    }
    Some(mask)
}

/// The codec's number from the sub-format; without one the samples are PCM.
fn sub_format(fields: &Fields<'_>, format: &mut Format) -> Result<u64, DecodeError> {
    let Some(guid) = fields.chunk.get(24..40) else { return Ok(PCM) };
    let tag = fields.number(24, 2).unwrap_or(PCM);
    // RIFX also reverses the fields of the GUID.
    let is_standard = guid[2..] == GUID_TAIL || fields.is_big_endian && guid[8..] == GUID_TAIL[6..];
    if is_standard {
        let tag = if guid[..2] == [0, 0] { u64::from(guid[3]) } else { tag };
        return Ok(tag);
    }
    if guid[2..] == AMBISONIC_TAIL {
        format.speakers = None;
        return Ok(tag);
    }
    let digits: String = guid.iter().map(|byte| format!("{byte:02x}")).collect();
    Err(DecodeError::Unsupported(format!("a codec in WAV that is unknown, with the GUID {digits}")))
}

fn coding(
    tag: u64,
    valid_bits: u64,
    fields: &Fields<'_>,
    notes: &mut Vec<String>,
) -> Result<Coding, DecodeError> {
    let Fields { channels, block_bytes, bits, .. } = *fields;
    let big = fields.is_big_endian;
    match tag {
        PCM => {
            let bytes = sample_bytes(fields, notes)?;
            // Eight bits are unsigned, more are signed.
            let signed = bytes > 1;
            let coding = Coding::integer(bytes, valid_bits as u32, signed, big);
            coding.ok_or_else(|| DecodeError::Unsupported(format!("{bits}-bit PCM in WAV")))
        }
        FLOAT => {
            let coding = Coding::float(bits.div_ceil(8), big).filter(|_| block_bytes % bits.div_ceil(8) == 0);
            coding.ok_or_else(|| DecodeError::Unsupported(format!("{bits}-bit floating point in WAV")))
        }
        6 => Ok(Coding::a_law()),
        7 => Ok(Coding::mu_law()),
        0x50 | 0x55 => Ok(Coding::Mpeg),
        MICROSOFT_ADPCM | 0x11 => {
            let kind = if tag == 0x11 { Kind::Ima } else { Kind::microsoft(fields.chunk) };
            let is_read = bits == 4 && !big && kind.frames_in(block_bytes, channels) > 0;
            let coding = is_read.then_some(Coding::Adpcm { kind, bytes: block_bytes });
            let fault = || format!("ADPCM of {bits} bits and {block_bytes} bytes per block in WAV");
            coding.ok_or_else(|| DecodeError::Unsupported(fault()))
        }
        _ => {
            let name = CODECS.iter().find(|(number, _)| *number == tag).map(|(_, name)| *name);
            let name = name.map_or_else(|| format!("the codec 0x{tag:04X}"), str::to_owned);
            Err(DecodeError::Unsupported(format!("{name} in WAV")))
        }
    }
}

/// Bytes of a PCM sample: its share of the frame, which may exceed its bits. A frame that is too small is a
/// fault of the header, which other players ignore as well.
fn sample_bytes(fields: &Fields<'_>, notes: &mut Vec<String>) -> Result<u64, DecodeError> {
    let Fields { channels, block_bytes, bits, .. } = *fields;
    let (share, needed) = (block_bytes / channels.max(1), bits.div_ceil(8));
    if bits == 0 || share >= needed && block_bytes % channels.max(1) != 0 {
        let fault = format!(
            "WAV whose header states {bits} bits, {channels} channels and {block_bytes} bytes per frame"
        );
        return Err(DecodeError::Unsupported(fault));
    }
    if share < needed {
        notes.push(format!(
            "the header claims {block_bytes} bytes per frame; {} are used, as {channels} channels of {bits} bits need",
            needed * channels
        ));
    }
    // 24 bits in four bytes are common; 16 in four are probably a fault of the header.
    if share > needed && bits % 8 == 0 && bits != 24 {
        notes.push(format!(
            "the header claims {block_bytes} bytes per frame; {channels} channels of {bits} bits need {}, and the upper {bits} bits of each {share} bytes are used",
            needed * channels
        ));
    }
    Ok(share.max(needed))
}

/// True for a header that Cool Edit writes both for floating point in the range of 16 or 24 bits and for PCM
/// of 24 bits in four bytes. Such integers leave the lowest byte zero.
pub(super) fn is_like_cool_edit(chunk: &[u8]) -> bool {
    let field = |at, width| number(chunk, at, width, false).unwrap_or(0);
    field(0, 2) == PCM && field(14, 2) == 24 && field(12, 2) == 4 * field(2, 2)
}
