//! Reads format and sound of AIFF (Apple, version 1.3, 1989) and AIFF-C (draft of 1991).

use super::adpcm::Kind;
use super::chunk::{Chunk, Chunks, Style};
use super::format::{Coding, Format, usual_speakers};
use super::{Found, Rest, Sound, layout};
use crate::audio::bytes::{be16, be32};
use crate::audio::error::DecodeError;
use crate::audio::window::Window;

/// The `COMM` chunk.
struct Common {
    format: Format,
    stated_frames: u64,
}

/// Reads an AIFF or AIFF-C file. The sound may precede its format.
pub(super) fn find(window: &mut Window) -> Result<Found, DecodeError> {
    let is_compressed = window.read(8, 4)? == b"AIFC";
    let mut chunks = Chunks::new(window, Style::BigEndian, *b"SSND", 12);
    let (mut common, mut sound, mut channel_layout) = (None, None::<Chunk>, None);
    let (mut rest, mut offset) = (Rest::default(), 0);
    while let Some(chunk) = chunks.next()? {
        match &chunk.name {
            b"COMM" if common.is_none() => {
                common = Some(common_chunk(&chunks.body(&chunk, 512)?, is_compressed)?)
            }
            b"CHAN" => channel_layout = Some(chunks.body(&chunk, 1024)?),
            b"SSND" if sound.is_some() => rest.add_sound(&chunk),
            b"SSND" => {
                offset = u64::from(be32(&chunks.body(&chunk, 4)?, 0).unwrap_or(0));
                sound = Some(chunk);
            }
            b"FORM" => rest.add_file(&chunk),
            _ => {}
        }
    }
    rest.add_junk(&chunks.rest()?);
    let Common { mut format, stated_frames } = common.ok_or(DecodeError::Headless)?;
    // A file of no frames may lack the chunk (§ Sound Data Chunk).
    let sound = sound.ok_or(if stated_frames == 0 { DecodeError::NoAudio } else { DecodeError::Headless })?;
    let mut notes = Vec::new();
    notes.extend(channel_layout.and_then(|body| layout::apply(&body, &mut format)));
    notes.extend(rest.notes());
    // Offset and block size precede the sound.
    let head = 8u64.saturating_add(offset);
    let sound = Sound {
        start: sound.start.saturating_add(head).min(sound.end),
        end: sound.end,
        stated_bytes: Some(sound.size.saturating_sub(head)),
    };
    Ok(Found { format, sound, stated_frames: Some(stated_frames), padding_bytes: 0, notes })
}

fn common_chunk(body: &[u8], is_compressed: bool) -> Result<Common, DecodeError> {
    let short = DecodeError::Headless;
    let (Some(channels), Some(count), Some(bits)) = (be16(body, 0), be32(body, 2), be16(body, 6)) else {
        return Err(short);
    };
    let sample_rate_hz = body.get(8..18).map(extended).ok_or(short)?;
    let codec = if is_compressed { body.get(18..22).unwrap_or(b"NONE") } else { b"NONE" };
    let channels = u64::from(channels);
    let coding = coding(codec, u64::from(bits), channels)?;
    let format =
        Format { coding, sample_rate_hz, channels, speakers: usual_speakers(channels), order: Vec::new() };
    format.check()?;
    // `ima4` counts packets.
    let stated_frames = u64::from(count) * if codec == b"ima4" { format.block_frames() } else { 1 };
    Ok(Common { format, stated_frames })
}

fn coding(codec: &[u8], bits: u64, channels: u64) -> Result<Coding, DecodeError> {
    let integer =
        |is_signed, is_big_endian| Coding::integer(bits.div_ceil(8), bits as u32, is_signed, is_big_endian);
    let coding = match codec {
        b"NONE" | b"twos" => integer(true, true),
        b"sowt" => integer(true, false),
        b"raw " => integer(false, true),
        b"in24" => Coding::integer(3, 24, true, true),
        b"42ni" => Coding::integer(3, 24, true, false),
        b"in32" => Coding::integer(4, 32, true, true),
        b"23ni" => Coding::integer(4, 32, true, false),
        b"fl32" | b"FL32" => Coding::float(4, true),
        b"fl64" | b"FL64" => Coding::float(8, true),
        b"alaw" | b"ALAW" => Some(Coding::a_law()),
        b"ulaw" | b"ULAW" => Some(Coding::mu_law()),
        b"ima4" => Some(Coding::Adpcm { kind: Kind::Apple, bytes: 34 * channels }),
        _ => None,
    };
    coding.ok_or_else(|| {
        let name = String::from_utf8_lossy(codec).escape_debug().to_string();
        DecodeError::Unsupported(format!("the codec \"{name}\" of {bits} bits in AIFF"))
    })
}

/// A rate in the 80-bit format of IEEE 754 (SANE's extended), rounded to whole Hz; 0 for an invalid one.
fn extended(bytes: &[u8]) -> u32 {
    let exponent = i32::from(be16(bytes, 0).unwrap_or(0) & 0x7FFF) - 16_383 - 63;
    let mantissa = crate::audio::bytes::be64(bytes, 2).unwrap_or(0);
    let rate = mantissa as f64 * 2f64.powi(exponent);
    if rate < f64::from(u32::MAX) { rate.round() as u32 } else { 0 }
}
