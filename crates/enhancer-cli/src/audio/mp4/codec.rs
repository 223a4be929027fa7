//! Builds a decoder from a sample description (ISO/IEC 14496-12 §12.2.3, 14496-14 §5.6; QuickTime File
//! Format, sound sample descriptions).

use super::super::aac;
use super::super::codec::{Codec as Symphonia, depth};
use super::super::error::DecodeError;
use super::super::info::Depth;
use super::super::stream::{Decoder, Speakers};
use super::super::{opus, xiph};
use super::boxes::find;
use super::movie::Track;
use super::{Codec, uncompressed};
use crate::audio::bytes::{be16, be32};
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_MP3};

/// The decoder of a track.
///
/// # Errors
/// An unsupported codec, by name.
pub(super) fn of(track: &Track) -> Result<Codec, DecodeError> {
    let (kind, body) = (&track.entry.0, track.entry.1.as_slice());
    let inner = extensions(body);
    match kind {
        b"mp4a" => elementary(track, inner),
        b".mp3" | b"ms\0U" => symphonia(track, CODEC_ID_MP3, None),
        b"Opus" => opus(extension_with_version(inner, b"dOps")),
        b"alac" => symphonia(track, CODEC_ID_ALAC, extension(inner, b"alac")),
        b"fLaC" => {
            symphonia(track, CODEC_ID_FLAC, extension(inner, b"dfLa").and_then(|dfla| dfla.get(4..38)))
        }
        _ => uncompressed::of(track, inner)
            .unwrap_or_else(|| Err(DecodeError::Unsupported(format!("{} in MP4", name(kind))))),
    }
}

/// The boxes after the fixed fields of a sound description, of which QuickTime has three versions.
fn extensions(body: &[u8]) -> &[u8] {
    let start = match be16(body, 8) {
        Some(1) => 28 + 16,
        Some(2) => 28 + 36,
        _ => 28,
    };
    body.get(start..).unwrap_or_default()
}

/// A box without its version and flags, from the description itself or from QuickTime's `wave`.
fn extension<'a>(inner: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    extension_with_version(inner, name)?.get(4..)
}

/// Opus (*Encapsulation of Opus in ISO Base Media File Format*, §4.3.2): the box holds the header of RFC 7845
/// with big-endian numbers.
fn opus(dops: Option<&[u8]>) -> Result<Codec, DecodeError> {
    let bad = || DecodeError::Unsupported("Opus without its configuration in MP4".to_owned());
    let fixed = dops.and_then(|dops| dops.get(..11)).ok_or_else(bad)?;
    let turned = |from: usize, to: usize| fixed[from..to].iter().rev().copied().collect::<Vec<u8>>();
    let head = [
        &b"OpusHead\x01"[..],
        &fixed[1..2],
        &turned(2, 4),
        &turned(4, 8),
        &turned(8, 10),
        &fixed[10..11],
        dops.and_then(|dops| dops.get(11..)).unwrap_or_default(),
    ]
    .concat();
    let (decoder, depth) = xiph::Codec::Opus.decoder(&head)?;
    Ok(Codec {
        decoder,
        speakers: Speakers::Codec,
        depth,
        sample_rate_hz: opus::RATE_HZ,
        may_double: false,
        frame_bytes: None,
        delay: u64::from(be16(fixed, 2).unwrap_or(0)),
    })
}

/// A box with its version and flags.
fn extension_with_version<'a>(inner: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    find(inner, &[name]).or_else(|| find(inner, &[b"wave", name]))
}

/// `mp4a`: an elementary stream descriptor names the codec.
fn elementary(track: &Track, inner: &[u8]) -> Result<Codec, DecodeError> {
    let esds = extension(inner, b"esds");
    let Some((kind, config)) = esds.and_then(descriptor) else {
        return Err(DecodeError::Unsupported("AAC without its configuration".to_owned()));
    };
    match kind {
        0x40 | 0x66..=0x68 => {
            let aac::Configured { decoder, sample_rate_hz, may_double } = aac::with_config(config)?;
            Ok(Codec {
                decoder,
                speakers: Speakers::Codec,
                depth: Depth::Lossy,
                sample_rate_hz,
                may_double,
                frame_bytes: None,
                delay: 0,
            })
        }
        0x69 | 0x6B => symphonia(track, CODEC_ID_MP3, None),
        0xA5 => Err(DecodeError::Unsupported("AC-3 in MP4".to_owned())),
        0xA6 => Err(DecodeError::Unsupported("E-AC-3 in MP4".to_owned())),
        0xA9 => Err(DecodeError::Unsupported("DTS in MP4".to_owned())),
        0xDD => Err(DecodeError::Unsupported("Vorbis in MP4".to_owned())),
        kind => Err(DecodeError::Unsupported(format!("codec 0x{kind:02X} in MP4"))),
    }
}

/// Object type and decoder configuration of an `esds` box (ISO/IEC 14496-1 §7.2.6).
fn descriptor(esds: &[u8]) -> Option<(u8, &[u8])> {
    let stream = tagged(esds, 3)?;
    let flags = *stream.get(2)?;
    let mut at = 3;
    at += if flags & 0x80 != 0 { 2 } else { 0 };
    at += if flags & 0x40 != 0 { 1 + usize::from(*stream.get(at)?) } else { 0 };
    at += if flags & 0x20 != 0 { 2 } else { 0 };
    let config = tagged(stream.get(at..)?, 4)?;
    let specific = config.get(13..).and_then(|rest| tagged(rest, 5)).unwrap_or_default();
    Some((*config.first()?, specific))
}

/// The body of the descriptor with this tag. Its length has seven bits per byte.
fn tagged(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    if *bytes.first()? != tag {
        return None;
    }
    let mut length = 0;
    for (index, byte) in bytes.get(1..5.min(bytes.len()))?.iter().enumerate() {
        length = length << 7 | usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            let body = bytes.get(index + 2..)?;
            return Some(body.get(..length).unwrap_or(body));
        }
    }
    None
}

fn symphonia(
    track: &Track,
    codec: symphonia::core::codecs::audio::AudioCodecId,
    extra: Option<&[u8]>,
) -> Result<Codec, DecodeError> {
    let mut params = AudioCodecParameters::new();
    params.for_codec(codec);
    if let Some(extra) = extra {
        params.with_extra_data(extra.to_vec().into_boxed_slice());
        params.bits_per_sample = bits(codec, extra);
    }
    let decoder: Box<dyn Decoder> = Box::new(Symphonia::new(&params)?);
    let rate = extra.and_then(|extra| rate_hz(codec, extra)).unwrap_or(track.rate_hz);
    Ok(Codec {
        decoder,
        speakers: Speakers::Codec,
        depth: depth(&params),
        sample_rate_hz: if rate > 0 { rate } else { track.timescale },
        may_double: false,
        frame_bytes: None,
        delay: 0,
    })
}

/// Bits per sample: byte 5 of ALAC's cookie, bits 103 to 107 of FLAC's STREAMINFO.
fn bits(codec: symphonia::core::codecs::audio::AudioCodecId, extra: &[u8]) -> Option<u32> {
    match codec {
        CODEC_ID_ALAC => extra.get(5).map(|&bits| u32::from(bits)),
        CODEC_ID_FLAC => be16(extra, 12).map(|word| u32::from(word >> 4 & 31) + 1),
        _ => None,
    }
}

/// The sample rate: bytes 20 to 23 of ALAC's cookie, bits 80 to 99 of FLAC's STREAMINFO.
fn rate_hz(codec: symphonia::core::codecs::audio::AudioCodecId, extra: &[u8]) -> Option<u32> {
    match codec {
        CODEC_ID_ALAC => be32(extra, 20),
        CODEC_ID_FLAC => be32(extra, 10).map(|word| word >> 12),
        _ => None,
    }
}

/// A codec's name, by its four characters.
fn name(kind: &[u8; 4]) -> String {
    let known = match kind {
        b"ac-3" => "AC-3",
        b"ec-3" => "E-AC-3 (Dolby Digital Plus)",
        b"ac-4" => "AC-4",
        b"mlpa" => "Dolby TrueHD",
        b"dtsc" | b"dtse" | b"dtsh" | b"dtsl" => "DTS",
        b"samr" | b"sawb" => "AMR",
        b"mha1" | b"mhm1" => "MPEG-H 3D Audio",
        b"Qclp" | b"QDM2" | b"QDMC" | b"MAC3" | b"MAC6" | b"ima4" => "an old QuickTime codec",
        _ => return format!("codec `{}`", kind.escape_ascii()),
    };
    known.to_owned()
}
