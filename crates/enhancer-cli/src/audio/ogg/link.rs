//! The start of an Ogg file, and of each appended one: its streams and their headers (RFC 3533 §4; RFC 5334
//! for the names).

use super::packets::Assembler;
use super::page::{self, Page, Skipped};
use crate::audio::error::DecodeError;
use crate::audio::flac::decoder::Flac;
use crate::audio::forward::Forward;
use crate::audio::opus::OpusHead;
use crate::audio::vorbis::{self, Timing};
use crate::audio::xiph::Codec;

/// The first bytes of audio streams that this program does not read.
const UNREAD: [(&[u8], &str); 4] =
    [(b"Speex   ", "Speex"), (b"CELT    ", "CELT"), (b"PCM     ", "OggPCM"), (b"fLaC", "FLAC of 2003")];

/// The largest number of header pages. A cover picture takes about 16 per megabyte.
const MAX_HEADER_PAGES: usize = 4096;

/// An audio stream, and the other streams beside it.
pub(super) struct Link {
    pub(super) serial: u32,
    pub(super) codec: Codec,
    /// Headers in the form of Matroska's `CodecPrivate`.
    pub(super) headers: Vec<u8>,
    /// Timing of Vorbis packets.
    pub(super) timing: Option<Timing>,
    /// For Opus, decoded frames before the sound.
    pub(super) pre_skip: u64,
    pub(super) assembler: Assembler,
    /// Packets of sound that end in the last page of the headers, and that page without its packets.
    pub(super) begun: Vec<Vec<u8>>,
    pub(super) last_page: Page,
    /// Serial numbers of the other streams.
    pub(super) others: Vec<u32>,
    /// Number of other streams with sound.
    pub(super) other_sounds: usize,
}

/// Reads from a link's first page to the end of the headers of its first audio stream.
pub(super) fn read(window: &mut Forward, first: Page) -> Result<Link, DecodeError> {
    let mut starts = vec![first];
    let mut page = next(window)?;
    while page.is_first {
        starts.push(page);
        page = next(window)?;
    }
    let (start, codec) = choose(&starts)?;
    let serial = start.serial;
    let others = starts.iter().map(|start| start.serial).filter(|other| *other != serial).collect();
    let other_sounds = starts.iter().filter(|start| codec_of(start).is_some()).count() - 1;
    let mut assembler = Assembler::default();
    let mut packets = assembler.push(start).packets;
    for _ in 0..MAX_HEADER_PAGES {
        if page.serial == serial {
            let ended = assembler.push(&page);
            if ended.is_gap {
                return Err(DecodeError::Headless);
            }
            packets.extend(ended.packets);
            if let Some(count) = header_packets(codec, &packets) {
                let begun = packets.split_off(count);
                let (headers, timing, pre_skip) = headers(codec, packets)?;
                page.body.clear();
                return Ok(Link {
                    serial,
                    codec,
                    headers,
                    timing,
                    pre_skip,
                    assembler,
                    begun,
                    last_page: page,
                    others,
                    other_sounds,
                });
            }
        }
        page = next(window)?;
    }
    Err(DecodeError::Headless)
}

/// The next page. Damage among the headers is an error, because nothing can be read without them.
fn next(window: &mut Forward) -> Result<Page, DecodeError> {
    match page::next(window)? {
        (Some(page), Skipped { is_page: false, .. }) => Ok(page),
        _ => Err(DecodeError::Headless),
    }
}

/// The first stream whose sound can be read.
fn choose(starts: &[Page]) -> Result<(&Page, Codec), DecodeError> {
    let known = starts.iter().find_map(|start| Some((start, codec_of(start)?)));
    known.ok_or_else(|| {
        let unread =
            UNREAD.iter().find(|(magic, _)| starts.iter().any(|start| start.body.starts_with(magic)));
        match unread {
            Some((_, name)) => DecodeError::Unsupported(format!("{name} in Ogg")),
            None => DecodeError::NoAudio,
        }
    })
}

fn codec_of(start: &Page) -> Option<Codec> {
    match &start.body[..] {
        [0x01, b'v', b'o', b'r', b'b', b'i', b's', ..] => Some(Codec::Vorbis),
        [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', ..] => Some(Codec::Opus),
        [0x7F, b'F', b'L', b'A', b'C', ..] => Some(Codec::Flac),
        _ => None,
    }
}

/// Number of header packets, when they are complete.
fn header_packets(codec: Codec, packets: &[Vec<u8>]) -> Option<usize> {
    match codec {
        Codec::Vorbis => (packets.len() >= 3).then_some(3),
        Codec::Opus => (packets.len() >= 2).then_some(2),
        // The count may be zero, for unknown. A frame starts with a byte that is no type of metadata.
        Codec::Flac => match packets.first()?.get(7..9)? {
            [0, 0] => packets.iter().position(|packet| packet.first() == Some(&0xFF)),
            count => {
                let count = usize::from(u16::from_be_bytes([count[0], count[1]])) + 1;
                (packets.len() >= count).then_some(count)
            }
        },
    }
}

type Headers = (Vec<u8>, Option<Timing>, u64);

fn headers(codec: Codec, packets: Vec<Vec<u8>>) -> Result<Headers, DecodeError> {
    let bad = || DecodeError::Unsupported(format!("{} with invalid headers", codec.name()));
    match codec {
        Codec::Vorbis => {
            let packets: [Vec<u8>; 3] = packets.try_into().map_err(|_| bad())?;
            let timing = Timing::new(&packets[0], &packets[2]).ok_or_else(bad)?;
            Ok((vorbis::lace(&packets), Some(timing), 0))
        }
        Codec::Opus => {
            let head = packets.into_iter().next().ok_or_else(bad)?;
            let pre_skip = u64::from(OpusHead::parse(&head)?.pre_skip);
            Ok((head, None, pre_skip))
        }
        // After the mapping's own 9 bytes: `fLaC` and STREAMINFO.
        Codec::Flac => {
            let mut metadata = packets[0].get(9..).ok_or_else(bad)?.to_vec();
            packets[1..].iter().for_each(|packet| metadata.extend_from_slice(packet));
            Flac::new(&metadata)?;
            Ok((metadata, None, 0))
        }
    }
}
