//! Reader of Matroska and WebM files (RFC 9559): the blocks of one audio track. Chapters, cues and tags are
//! skipped.

mod block;
mod timeline;
mod track;

use super::ebml::{self, Header, find, float, signed, unsigned};
use super::error::{DecodeError, Timecode};
use super::forward::Forward;
use super::stream::{Packet, PacketQueue, Speakers, Stream};
use super::trailer;
use std::collections::VecDeque;
use std::fs::File;
use timeline::Timeline;
use track::Track;

const EBML: u32 = 0x1A45_DFA3;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const TIMESTAMP_SCALE: u32 = 0x002A_D7B1;
const DURATION: u32 = 0x4489;
const TRACKS: u32 = 0x1654_AE6B;
const CLUSTER: u32 = 0x1F43_B675;
const TIMESTAMP: u32 = 0xE7;
const SIMPLE_BLOCK: u32 = 0xA3;
const BLOCK_GROUP: u32 = 0xA0;
const BLOCK: u32 = 0xA1;
const DISCARD_PADDING: u32 = 0x75A2;

/// Elements of the first three levels that are skipped: SeekHead, Cues, Chapters, Tags, Attachments, Void,
/// CRC-32, PrevSize, Position, SilentTracks, EncryptedBlock.
const PASSED_OVER: [u32; 11] =
    [0x114D_9B74, 0x1C53_BB6B, 0x1043_A770, 0x1254_C367, 0x1941_A469, 0xEC, 0xBF, 0xAB, 0xA7, 0x5854, 0xAF];

/// The largest cluster whose checksum is verified, bytes. Clusters are seldom longer than 5 MB.
const MAX_CHECKED_BYTES: u64 = 1 << 26;

/// The largest element body that is read into memory, bytes.
const MAX_BODY_BYTES: u64 = 1 << 28;

/// Opens a Matroska file.
pub(super) fn stream(file: File) -> Result<Stream, DecodeError> {
    let mut reader = Reader {
        window: Forward::new(file)?,
        scale: 1e6,
        duration: None,
        timeline: None,
        cluster_time: 0,
        end: 0,
        is_appended: false,
        queue: VecDeque::new(),
        notes: Vec::new(),
    };
    trailer::skip_id3v2(&mut reader.window)?;
    let tracks = loop {
        let Some(header) = Header::read(&mut reader.window)? else { return Err(DecodeError::Headless) };
        if header.id == TRACKS {
            let body = reader.body(&header)?.ok_or(DecodeError::Headless)?;
            break Track::all(&body);
        }
        if header.id == CLUSTER || !reader.step_over(&header)? {
            return Err(DecodeError::Headless);
        }
    };
    let (track, decoder, depth) = reader.choose(tracks)?;
    let frames_hint = reader.duration.map(|ticks| track.frames(ticks * reader.scale));
    reader.timeline = Some(Timeline::new(track));
    Ok(Stream {
        demuxer: Box::new(reader),
        decoder,
        speakers: Speakers::Codec,
        depth,
        frames: None,
        frames_hint,
        notes: Vec::new(),
    })
}

/// Reader of the blocks of a file.
struct Reader {
    window: Forward,
    /// Nanoseconds per tick.
    scale: f64,
    /// Stated duration, ticks.
    duration: Option<f64>,
    timeline: Option<Timeline>,
    /// Time of the current cluster, ticks.
    cluster_time: u64,
    /// End of the file according to its segment and clusters.
    end: u64,
    /// True after a second file has started.
    is_appended: bool,
    queue: VecDeque<Packet>,
    notes: Vec<String>,
}

type Chosen = (Track, Box<dyn super::stream::Decoder>, super::info::Depth);

impl Reader {
    /// Chooses the first track that can be decoded.
    fn choose(&mut self, tracks: Vec<Track>) -> Result<Chosen, DecodeError> {
        let count = tracks.len();
        let mut refusal = None;
        for (index, track) in tracks.into_iter().enumerate() {
            match track.decoder() {
                Ok((decoder, depth)) => {
                    if count > 1 {
                        let taken =
                            if index == 0 { "the first".to_owned() } else { format!("number {}", index + 1) };
                        self.notes.push(format!("holds {count} tracks of sound; {taken} is read"));
                    }
                    return Ok((track, decoder, depth));
                }
                Err(error) => refusal = refusal.or(Some(error)),
            }
        }
        Err(refusal.unwrap_or(DecodeError::NoAudio))
    }

    /// Reads an element with its body; `None` where the file ends before.
    fn body(&mut self, header: &Header) -> Result<Option<Vec<u8>>, DecodeError> {
        let Some(size) = header.size.filter(|size| *size <= MAX_BODY_BYTES) else { return Ok(None) };
        if self.window.position() + header.length as u64 + size > self.window.length() {
            return Ok(None);
        }
        self.window.skip(header.length as u64)?;
        Ok(Some(self.window.take(size as usize)?))
    }

    /// Skips an element without sound, or enters one that holds others. False where the element is unknown or
    /// does not fit.
    fn step_over(&mut self, header: &Header) -> Result<bool, DecodeError> {
        let start = self.window.position() + header.length as u64;
        let end = header.size.map(|size| start.saturating_add(size));
        match header.id {
            SEGMENT | CLUSTER => {
                self.end = self.end.max(end.unwrap_or(0));
                self.window.skip(header.length as u64)?;
            }
            INFO => {
                let Some(body) = self.body(header)? else { return Ok(false) };
                self.scale =
                    find(&body, TIMESTAMP_SCALE).and_then(unsigned).map_or(1e6, |scale| scale as f64);
                self.duration = find(&body, DURATION).and_then(float);
            }
            TIMESTAMP => {
                let Some(body) = self.body(header)? else { return Ok(false) };
                self.cluster_time = unsigned(&body).unwrap_or(0);
                if let Some(timeline) = &mut self.timeline {
                    timeline.begin_cluster();
                }
            }
            EBML | TRACKS => return self.pass(end),
            id if PASSED_OVER.contains(&id) => return self.pass(end),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn pass(&mut self, end: Option<u64>) -> Result<bool, DecodeError> {
        let Some(end) = end.filter(|end| *end <= self.window.length()) else { return Ok(false) };
        self.window.skip(end - self.window.position())?;
        Ok(true)
    }

    /// Skips bytes that are no element, up to the next cluster or block of the track.
    fn recover(&mut self, at: Timecode) -> Result<bool, DecodeError> {
        let start = self.window.position();
        self.window.skip(1)?;
        loop {
            let is_more = self.window.fill(2 * RECOVERY_BYTES)?;
            let bytes = self.window.bytes();
            let stop = if is_more { RECOVERY_BYTES } else { bytes.len() };
            let track = self.timeline.as_ref().map(|timeline| timeline.track.number);
            let found = (0..stop).find(|&place| is_start(&bytes[place..], track));
            self.window.skip(found.unwrap_or(stop) as u64)?;
            if found.is_some() || !is_more {
                break;
            }
        }
        let passed = self.window.position() - start;
        if self.window.position() < self.window.length() {
            if let Some(timeline) = &mut self.timeline {
                timeline.lose(format!("{passed} bytes are not elements"));
            }
            return Ok(true);
        }
        if self.end > 0 && start >= self.end {
            self.notes.push(format!("holds {passed} bytes after its end"));
            return Ok(false);
        }
        self.end = 0;
        Err(DecodeError::Unfinished { at, fault: "it ends within a block".to_owned() })
    }

    /// Verifies the checksum at a cluster's start, if it has one (RFC 8794 §11.3.1).
    fn check_cluster(&mut self, size: Option<u64>, at: Timecode) -> Result<(), DecodeError> {
        let Some(size) = size.filter(|size| *size <= MAX_CHECKED_BYTES).map(|size| size as usize) else {
            return Ok(());
        };
        self.window.fill(CHECKSUM_BYTES)?;
        let Some(&[0xBF, 0x84, a, b, c, d]) = self.window.bytes().first_chunk::<CHECKSUM_BYTES>() else {
            return Ok(());
        };
        let is_whole = self.window.fill(size)?;
        if is_whole
            && ebml::crc32(&self.window.bytes()[CHECKSUM_BYTES..size.max(CHECKSUM_BYTES)])
                != u32::from_le_bytes([a, b, c, d])
        {
            let fault = "a cluster's checksum is wrong".to_owned();
            return Err(DecodeError::Damaged { at, fault });
        }
        Ok(())
    }

    /// Starts a file that was appended to this one.
    fn append(&mut self, header: &Header, at: Timecode) -> Result<bool, DecodeError> {
        let Some(body) = self.body(header)? else { return self.recover(at) };
        let Some(timeline) = &self.timeline else { return Ok(true) };
        let (known, id) = (timeline.track.codec(), timeline.track.codec_id.clone());
        let (track, _, _) = self.choose(Track::all(&body))?;
        if track.codec_id != id {
            let name = |id: &str| id.trim_start_matches("A_").to_owned();
            return Err(DecodeError::FormatChange { at, from: name(&id), to: name(&track.codec_id) });
        }
        // A codec without headers of its own continues as one stream.
        if known.is_some() {
            let before = self.timeline.replace(Timeline::new(track));
            self.notes.extend(before.and_then(Timeline::into_loss).map(|fault| format!("{fault}, at {at}")));
        }
        Ok(true)
    }
}

/// Length of a checksum element.
const CHECKSUM_BYTES: usize = 6;

/// Bytes searched at a time; blocks are seldom longer.
const RECOVERY_BYTES: usize = 1 << 16;

/// True where a cluster seems to start, or a block of the track with another element after it.
fn is_start(bytes: &[u8], track: Option<u64>) -> bool {
    let Some(header) = Header::parse(bytes) else { return false };
    let is_known =
        |id: u32| [SEGMENT, CLUSTER, SIMPLE_BLOCK, BLOCK_GROUP].contains(&id) || PASSED_OVER.contains(&id);
    match header.id {
        CLUSTER | EBML => true,
        SIMPLE_BLOCK => {
            let Some(size) = header.size.filter(|size| *size < RECOVERY_BYTES as u64) else { return false };
            let number = bytes.get(header.length..).and_then(ebml::number).and_then(|(number, _)| number);
            let behind = bytes.get(header.length + size as usize..).unwrap_or_default();
            let next = Header::parse(behind);
            number == track && (behind.is_empty() || next.is_some_and(|next| is_known(next.id)))
        }
        _ => false,
    }
}

impl PacketQueue for Reader {
    fn queue(&mut self) -> &mut VecDeque<Packet> {
        &mut self.queue
    }

    fn advance(&mut self, at: Timecode) -> Result<bool, DecodeError> {
        if !self.window.fill(1)? {
            let missing = std::mem::take(&mut self.end).saturating_sub(self.window.length());
            let fault = format!("{missing} bytes are missing");
            return if missing > 0 { Err(DecodeError::Unfinished { at, fault }) } else { Ok(false) };
        }
        // A tag between joined files.
        if let Some(length) = trailer::known(&mut self.window)? {
            self.window.skip(length)?;
            return Ok(true);
        }
        let Some(header) = Header::read(&mut self.window)? else { return self.recover(at) };
        let element = match header.id {
            SIMPLE_BLOCK | BLOCK_GROUP => self.body(&header)?,
            CLUSTER => {
                self.step_over(&header)?;
                return self.check_cluster(header.size, at).map(|()| true);
            }
            TRACKS if self.is_appended => return self.append(&header, at),
            EBML => {
                self.is_appended = true;
                return if self.step_over(&header)? { Ok(true) } else { self.recover(at) };
            }
            _ => return if self.step_over(&header)? { Ok(true) } else { self.recover(at) },
        };
        let Some(body) = element else { return self.recover(at) };
        let (block, discard) = if header.id == SIMPLE_BLOCK {
            (Some(&body[..]), 0)
        } else {
            (find(&body, BLOCK), find(&body, DISCARD_PADDING).and_then(signed).unwrap_or(0))
        };
        let Some(timeline) = &mut self.timeline else { return Ok(true) };
        match block.and_then(block::parse) {
            Some(block) if block.track == timeline.track.number => {
                let time = (self.cluster_time as f64 + f64::from(block.time)) * self.scale;
                timeline.push(&block.packets, time, discard, &mut self.queue);
            }
            Some(_) => {}
            None => timeline.lose("a block is damaged".to_owned()),
        }
        Ok(true)
    }

    fn notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }
}
