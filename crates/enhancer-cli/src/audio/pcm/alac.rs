//! Reader of ALAC packets in a CAF file, by the sizes in its packet table.
//!
//! `pakt` (Apple, *Core Audio Format Specification 1.0*) holds the number of packets and of valid frames,
//! then priming and remainder frames. The packets' sizes in bytes follow, seven bits per byte; a set top bit
//! means that another byte follows.

use super::{Sound, claim, partial};
use crate::audio::bytes::{be32, be64};
use crate::audio::codec::Codec;
use crate::audio::error::{DecodeError, Timecode};
use crate::audio::info::Depth;
use crate::audio::stream::{Demuxer, Packet, Part, Speakers, Stream};
use crate::audio::window::Window;
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_ALAC;

/// Offset of the sizes in the table.
const SIZES: usize = 24;

/// The largest packet that is read: 65 536 frames of eight channels of 32 bits, uncompressed, are 2 MB.
const MAX_PACKET_BYTES: u64 = 4 << 20;

/// The facts about the ALAC in a CAF file.
pub(super) struct Alac {
    pub(super) cookie: Vec<u8>,
    pub(super) table: Vec<u8>,
    pub(super) packet_frames: u64,
    pub(super) sound: Sound,
    pub(super) notes: Vec<String>,
}

/// The packets that are complete in the file.
struct Packets {
    count: u64,
    bytes: u64,
    /// Start of the last packet, relative to the start of the sound.
    last: u64,
    /// True if the table lists more packets.
    is_cut: bool,
}

/// Opens a file with ALAC.
pub(super) fn open(mut window: Window, alac: Alac) -> Result<Stream, DecodeError> {
    let Alac { cookie, table, packet_frames, sound, mut notes } = alac;
    let depth = cookie_depth(&cookie);
    let mut params = AudioCodecParameters::new();
    params.for_codec(CODEC_ID_ALAC).with_extra_data(cookie.into_boxed_slice());
    let decoder = Codec::new(&params)?;
    let header = (be64(&table, 0), be64(&table, 8), be32(&table, 16));
    let (Some(stated_packets), Some(valid), Some(priming)) = header else {
        return Err(DecodeError::Headless);
    };
    let priming = u64::from(priming);
    let packets = packets(&table, stated_packets, sound.end - sound.start);
    let Some(before_last) = packets.count.checked_sub(1) else { return Err(DecodeError::NoAudio) };
    let last = window.read(sound.start + packets.last, 16)?;
    let last_frames = frames_of(&last).unwrap_or(packet_frames).min(packet_frames);
    let total = before_last.saturating_mul(packet_frames).saturating_add(last_frames);
    let held = total.checked_sub(priming).filter(|held| *held > 0).ok_or(DecodeError::NoAudio)?;
    // A count that ends within the last packet excludes its padding. Some encoders count the whole last
    // packet.
    let is_complete = packets.count == stated_packets;
    let padding = held.checked_sub(valid).filter(|padding| is_complete && *padding < last_frames);
    let is_last_whole = is_complete && (held..=held + packet_frames - last_frames).contains(&valid);
    if padding.is_none() && !is_last_whole {
        notes.push(claim(valid, held));
    }
    let frames = held - padding.unwrap_or(0);
    let rest = sound.end - sound.start - packets.bytes;
    if packets.is_cut && rest > 0 {
        notes.push(partial(rest));
    } else if rest > 0 {
        notes.push(format!("{rest} bytes after the last packet are left out"));
    }
    let demuxer = Table {
        window,
        at: sound.start,
        left: packets.count,
        table,
        entry: SIZES,
        part: Some(Part { skip: priming, ..Part::default() }),
        padding: padding.unwrap_or(0),
    };
    Ok(Stream {
        demuxer: Box::new(demuxer),
        decoder: Box::new(decoder),
        speakers: Speakers::Codec,
        depth,
        frames: Some(frames),
        frames_hint: None,
        notes,
    })
}

/// Bits per sample: byte 5 of the 24 (or, with a layout, 48) bytes at the end of the cookie.
fn cookie_depth(cookie: &[u8]) -> Depth {
    let has_layout = cookie.len() >= 48 && cookie[cookie.len() - 20..].starts_with(b"chan");
    let config = cookie.len().checked_sub(if has_layout { 48 } else { 24 });
    let bits = config.and_then(|start| cookie.get(start + 5)).copied().unwrap_or(0);
    if bits == 0 { Depth::Lossy } else { Depth::Integer(u32::from(bits)) }
}

/// Counts the packets of a table that fit into `held` bytes.
fn packets(table: &[u8], stated: u64, held: u64) -> Packets {
    let mut packets = Packets { count: 0, bytes: 0, last: 0, is_cut: false };
    let mut entry = SIZES;
    while let Some(size) = size(table, &mut entry).filter(|_| packets.count < stated) {
        packets.is_cut = size > MAX_PACKET_BYTES || packets.bytes + size > held;
        if packets.is_cut {
            break;
        }
        packets.last = packets.bytes;
        packets.bytes += size;
        packets.count += 1;
    }
    packets
}

/// The number of frames that a packet states; a packet shorter than the others states it. The fields are
/// three bits of kind, 16 unused, one flag for the statement, three others, and 32 bits of the number (Apple,
/// *ALAC reference*, `ALACDecoder.cpp`).
fn frames_of(packet: &[u8]) -> Option<u64> {
    let head = be64(packet, 0)?;
    let is_stated = head >> 44 & 1 == 1;
    is_stated.then_some(head >> 9 & 0xFFFF_FFFF)
}

/// The size at `entry`, which is then advanced to the next.
fn size(table: &[u8], entry: &mut usize) -> Option<u64> {
    let mut size = 0u64;
    loop {
        let byte = *table.get(*entry)?;
        *entry += 1;
        size = size.checked_mul(128)? + u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some(size);
        }
    }
}

/// Reader of a file's packets by a table of their sizes.
struct Table {
    window: Window,
    at: u64,
    left: u64,
    table: Vec<u8>,
    entry: usize,
    /// The part that the first packet starts.
    part: Option<Part>,
    /// Frames to drop at the end of the last packet.
    padding: u64,
}

impl Demuxer for Table {
    fn next_packet(&mut self, at: Timecode) -> Result<Option<Packet>, DecodeError> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let Some(size) = size(&self.table, &mut self.entry) else { return Ok(None) };
        let data = self.window.read(self.at, size)?;
        if (data.len() as u64) < size {
            self.left = 0;
            return Err(DecodeError::Unfinished { at, fault: "the file became shorter".to_owned() });
        }
        self.at += size;
        let trim = (0, if left == 0 { self.padding } else { 0 });
        Ok(Some(Packet { data, part: self.part.take(), trim, ..Packet::default() }))
    }
}
