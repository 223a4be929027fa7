//! Reads format and sound of Core Audio Format files (Apple, *Core Audio Format Specification 1.0*, 2011).

use super::adpcm::Kind;
use super::alac::Alac;
use super::chunk::{Chunk, Chunks, Style};
use super::format::{Coding, Format, usual_speakers};
use super::{Found, Rest, Sound, layout};
use crate::audio::bytes::{be32, be64};
use crate::audio::error::DecodeError;
use crate::audio::window::Window;

/// Bits of `mFormatFlags` for linear PCM.
const IS_FLOAT: u32 = 1;
const IS_LITTLE_ENDIAN: u32 = 2;

/// The longest packet table that is read: ten days of ALAC need 30 MB.
const MAX_TABLE_BYTES: u64 = 64 << 20;

/// The kind of sound in the file.
pub(super) enum Caf {
    /// Samples or packets of equal size.
    Blocks(Found),
    /// ALAC, whose packets have different sizes.
    Alac(Alac),
}

/// The `desc` chunk.
struct Description {
    sample_rate_hz: u32,
    codec: [u8; 4],
    flags: u32,
    packet_bytes: u32,
    packet_frames: u32,
    channels: u64,
    bits: u32,
}

/// Reads a CAF file.
pub(super) fn find(window: &mut Window) -> Result<Caf, DecodeError> {
    let mut chunks = Chunks::new(window, Style::Caf, *b"data", 8);
    let (mut description, mut data, mut channel_layout) = (None, None::<Chunk>, None);
    let (mut cookie, mut table) = (Vec::new(), None);
    let mut rest = Rest::default();
    while let Some(chunk) = chunks.next()? {
        match &chunk.name {
            b"desc" if description.is_none() => description = Some(describe(&chunks.body(&chunk, 64)?)?),
            b"chan" => channel_layout = Some(chunks.body(&chunk, 1024)?),
            b"kuki" => cookie = chunks.body(&chunk, 1024)?,
            b"pakt" => table = Some(chunks.body(&chunk, MAX_TABLE_BYTES)?),
            b"data" if data.is_some() => rest.add_sound(&chunk),
            b"data" => data = Some(chunk),
            _ => {}
        }
    }
    rest.add_junk(&chunks.rest()?);
    let description = description.ok_or(DecodeError::Headless)?;
    let data = data.ok_or(DecodeError::Headless)?;
    // The number of edits precedes the sound. A length of −1 means "to the end of the file".
    let start = data.start.saturating_add(4).min(data.end);
    let stated_bytes = (data.size != u64::MAX).then(|| data.size.saturating_sub(4));
    let sound = Sound { start, end: data.end, stated_bytes };
    let mut notes = rest.notes();
    if &description.codec == b"alac" {
        let table = table.ok_or_else(|| {
            DecodeError::Unsupported("ALAC in CAF without its table of packets, `pakt`".to_owned())
        })?;
        let packet_frames = u64::from(description.packet_frames);
        return Ok(Caf::Alac(Alac { cookie, table, packet_frames, sound, notes }));
    }
    let mut format = description.format()?;
    notes.extend(channel_layout.and_then(|body| layout::apply(&body, &mut format)));
    // A table may state that the last packet of `ima4` holds padding.
    let stated_frames = table.filter(|_| format.block_frames() > 1).and_then(|table| be64(&table, 8));
    Ok(Caf::Blocks(Found { format, sound, stated_frames, padding_bytes: 0, notes }))
}

fn describe(body: &[u8]) -> Result<Description, DecodeError> {
    let field = |at| be32(body, at).ok_or(DecodeError::Headless);
    let rate = f64::from_bits(be64(body, 0).ok_or(DecodeError::Headless)?);
    Ok(Description {
        sample_rate_hz: rate.round() as u32,
        codec: field(8)?.to_be_bytes(),
        flags: field(12)?,
        packet_bytes: field(16)?,
        packet_frames: field(20)?,
        channels: u64::from(field(24)?),
        bits: field(28)?,
    })
}

impl Description {
    fn format(&self) -> Result<Format, DecodeError> {
        let (channels, sample_rate_hz) = (self.channels, self.sample_rate_hz);
        let coding = self.coding()?;
        let speakers = usual_speakers(channels);
        let format = Format { coding, sample_rate_hz, channels, speakers, order: Vec::new() };
        format.check()?;
        Ok(format)
    }

    fn coding(&self) -> Result<Coding, DecodeError> {
        let coding = match &self.codec {
            b"lpcm" => self.linear(),
            b"alaw" => Some(Coding::a_law()),
            b"ulaw" => Some(Coding::mu_law()),
            b"ima4" => Some(Coding::Adpcm { kind: Kind::Apple, bytes: 34u64.saturating_mul(self.channels) }),
            b".mp1" | b".mp2" | b".mp3" => Some(Coding::Mpeg),
            _ => None,
        };
        coding.ok_or_else(|| {
            DecodeError::Unsupported(match &self.codec {
                b"lpcm" => format!("PCM of {} bits in CAF", self.bits),
                b"aac " => "AAC in CAF".to_owned(),
                b"opus" => "Opus in CAF".to_owned(),
                codec => {
                    format!("the codec \"{}\" in CAF", String::from_utf8_lossy(codec).escape_debug())
                }
            })
        })
    }

    fn linear(&self) -> Option<Coding> {
        let needed = u64::from(self.bits).div_ceil(8);
        let share = u64::from(self.packet_bytes).checked_div(self.channels).unwrap_or(0);
        let bytes = if share * self.channels == u64::from(self.packet_bytes) { share } else { 0 };
        let is_big_endian = self.flags & IS_LITTLE_ENDIAN == 0;
        match self.flags & IS_FLOAT {
            _ if needed == 0 || bytes < needed || self.packet_frames > 1 => None,
            0 => Coding::integer(bytes, self.bits, true, is_big_endian),
            _ => Coding::float(bytes, is_big_endian).filter(|_| bytes == needed),
        }
    }
}
