//! Uncompressed sound in QuickTime and MP4: a packet is a frame (QuickTime File Format, *Sound Sample
//! Descriptions*, versions 0 to 2; ISO/IEC 23003-5 for `ipcm` and `fpcm`).

use super::super::codec::{Codec as Symphonia, depth};
use super::super::error::DecodeError;
use super::super::pcm;
use super::super::stream::{Decoder, Speakers};
use super::Codec;
use super::boxes::find;
use super::movie::Track;
use crate::audio::bytes::{be16, be32, be64};
use symphonia::core::audio::Channels;
use symphonia::core::codecs::audio::well_known as id;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters};

/// Flags of a version 2 description (`kAudioFormatFlag…`).
const IS_FLOAT: u32 = 1;
const IS_BIG_ENDIAN: u32 = 2;

/// The storage of samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Layout {
    codec: AudioCodecId,
    bytes: usize,
}

/// The decoder for a description of uncompressed sound; `None` for another codec.
///
/// # Errors
/// An unsupported layout.
pub(super) fn of(track: &Track, inner: &[u8]) -> Option<Result<Codec, DecodeError>> {
    let (kind, body) = (&track.entry.0, track.entry.1.as_slice());
    let is_v2 = be16(body, 8) == Some(2);
    let bits = if is_v2 { be32(body, 48)? } else { u32::from(be16(body, 18)?) };
    let layout = match kind {
        b"twos" => integer(bits, true),
        b"sowt" => integer(bits, false),
        b"in24" => integer(24, !is_little_endian(inner)),
        b"in32" => integer(32, !is_little_endian(inner)),
        b"fl32" => float(32, !is_little_endian(inner)),
        b"fl64" => float(64, !is_little_endian(inner)),
        b"raw " | b"NONE" if bits == 8 => Some(Layout { codec: id::CODEC_ID_PCM_U8, bytes: 1 }),
        b"NONE" => integer(bits, true),
        b"ulaw" => Some(Layout { codec: id::CODEC_ID_PCM_MULAW, bytes: 1 }),
        b"alaw" => Some(Layout { codec: id::CODEC_ID_PCM_ALAW, bytes: 1 }),
        b"lpcm" if is_v2 => {
            let flags = be32(body, 52)?;
            let is_big_endian = flags & IS_BIG_ENDIAN != 0;
            if flags & IS_FLOAT != 0 { float(bits, is_big_endian) } else { integer(bits, is_big_endian) }
        }
        b"ipcm" | b"fpcm" => {
            let config = find(inner, &[b"pcmC"])?;
            let (is_big_endian, bits) = (config.get(4)? & 1 == 0, u32::from(*config.get(5)?));
            if kind == b"ipcm" { integer(bits, is_big_endian) } else { float(bits, is_big_endian) }
        }
        _ => return None,
    };
    let rate_hz = if is_v2 { f64::from_bits(be64(body, 32)?) as u32 } else { track.rate_hz };
    let channels = if is_v2 { be32(body, 40)? as usize } else { usize::from(be16(body, 16)?) };
    Some(match layout {
        Some(layout) => {
            let places = find(inner, &[b"chan"]).and_then(|chan| chan.get(4..));
            codec(layout, if rate_hz > 0 { rate_hz } else { track.timescale }, channels, places)
        }
        None => Err(DecodeError::Unsupported(format!("{bits}-bit samples in MP4"))),
    })
}

/// True where QuickTime's `enda` atom selects little-endian samples for a kind that is big-endian without it.
fn is_little_endian(inner: &[u8]) -> bool {
    let enda = find(inner, &[b"wave", b"enda"]).or_else(|| find(inner, &[b"enda"]));
    enda.and_then(|enda| be16(enda, 0)) == Some(1)
}

fn integer(bits: u32, is_big_endian: bool) -> Option<Layout> {
    let (codec, bytes) = match (bits, is_big_endian) {
        (8, _) => (id::CODEC_ID_PCM_S8, 1),
        (16, true) => (id::CODEC_ID_PCM_S16BE, 2),
        (16, false) => (id::CODEC_ID_PCM_S16LE, 2),
        (24, true) => (id::CODEC_ID_PCM_S24BE, 3),
        (24, false) => (id::CODEC_ID_PCM_S24LE, 3),
        (32, true) => (id::CODEC_ID_PCM_S32BE, 4),
        (32, false) => (id::CODEC_ID_PCM_S32LE, 4),
        _ => return None,
    };
    Some(Layout { codec, bytes })
}

fn float(bits: u32, is_big_endian: bool) -> Option<Layout> {
    let (codec, bytes) = match (bits, is_big_endian) {
        (32, true) => (id::CODEC_ID_PCM_F32BE, 4),
        (32, false) => (id::CODEC_ID_PCM_F32LE, 4),
        (64, true) => (id::CODEC_ID_PCM_F64BE, 8),
        (64, false) => (id::CODEC_ID_PCM_F64LE, 8),
        _ => return None,
    };
    Some(Layout { codec, bytes })
}

fn codec(
    layout: Layout,
    sample_rate_hz: u32,
    channels: usize,
    places: Option<&[u8]>,
) -> Result<Codec, DecodeError> {
    let count = u16::try_from(channels).ok().filter(|&count| count > 0);
    let count = count.ok_or(DecodeError::Channels(channels))?;
    let mut params = AudioCodecParameters::new();
    params.for_codec(layout.codec).with_sample_rate(sample_rate_hz).with_channels(Channels::Discrete(count));
    let decoder: Box<dyn Decoder> = Box::new(Symphonia::new(&params)?);
    let (decoder, speakers) = match places {
        Some(places) => pcm::placed(decoder, places, channels),
        None => (decoder, usual_speakers(channels)),
    };
    let is_companded = [id::CODEC_ID_PCM_ALAW, id::CODEC_ID_PCM_MULAW].contains(&layout.codec);
    params.bits_per_sample = (!is_companded).then_some(8 * layout.bytes as u32);
    Ok(Codec {
        decoder,
        speakers: Speakers::Container(speakers),
        depth: depth(&params),
        sample_rate_hz,
        may_double: false,
        frame_bytes: Some((layout.bytes * channels) as u64),
        delay: 0,
    })
}

/// The speakers of mono and stereo, which need no layout.
fn usual_speakers(channels: usize) -> Option<u32> {
    match channels {
        1 => Some(0x4),
        2 => Some(0x3),
        _ => None,
    }
}
