//! Reader of FLAC files: takes the frames between tags, independent of STREAMINFO (RFC 9639).

use super::decoder::Flac;
use super::frame::{FrameHeader, MAX_HEADER_BYTES};
use super::headers::{BLOCK_HEADER_BYTES, Headers};
use super::search::{End, STREAM_STARTS, frame_end, next_start};
use crate::audio::error::{DecodeError, Timecode};
use crate::audio::forward::Forward;
use crate::audio::stream::{Packet, PacketQueue, Part, Speakers, Stream};
use crate::audio::trailer;
use std::collections::VecDeque;
use std::fs::File;

/// The largest amount of metadata kept, bytes. Pictures are the largest part.
const MAX_METADATA_BYTES: usize = 1 << 26;

/// Opens a FLAC file, with or without ID3v2 tags at its start.
pub(in crate::audio) fn stream(file: File) -> Result<Stream, DecodeError> {
    let mut window = Forward::new(file)?;
    trailer::skip_id3v2(&mut window)?;
    let metadata = metadata(&mut window)?;
    let headers = Headers::parse(&metadata).ok_or(DecodeError::Headless)?;
    let decoder = Flac::new(&metadata)?;
    let depth = decoder.depth();
    let frames_hint = headers.total;
    let reader = Reader {
        window,
        headers,
        part: Some(metadata),
        last: None,
        fixed_block: 0,
        junk: 0,
        passed: 0,
        queue: VecDeque::new(),
        notes: Notes::default(),
    };
    Ok(Stream {
        demuxer: Box::new(reader),
        decoder: Box::new(decoder),
        speakers: Speakers::Codec,
        depth,
        frames: None,
        frames_hint,
        notes: Vec::new(),
    })
}

/// Reads `fLaC` and the metadata blocks. A block that extends beyond the file ends them.
fn metadata(window: &mut Forward) -> Result<Vec<u8>, DecodeError> {
    let mut metadata = window.take(4)?;
    loop {
        if !window.fill(BLOCK_HEADER_BYTES)? {
            return Ok(metadata);
        }
        let header = &window.bytes()[..BLOCK_HEADER_BYTES];
        // No block has type 127, so a frame starts here, although no block was marked as the last.
        if header[0] == 0xFF {
            return Ok(metadata);
        }
        let is_last = header[0] & 0x80 != 0;
        let length = u32::from_be_bytes([0, header[1], header[2], header[3]]) as usize;
        if window.position() + (length + BLOCK_HEADER_BYTES) as u64 > window.length() {
            return Ok(metadata);
        }
        if metadata.len() + length < MAX_METADATA_BYTES {
            metadata.append(&mut window.take(BLOCK_HEADER_BYTES + length)?);
        } else {
            window.skip((BLOCK_HEADER_BYTES + length) as u64)?;
        }
        if is_last {
            return Ok(metadata);
        }
    }
}

/// Irregularities that leave the sound complete.
#[derive(Default)]
struct Notes {
    /// Bytes that are neither frames nor tags.
    junk: u64,
    /// Places where the frame numbers decrease.
    backwards: u64,
}

/// Reader of the frames of a file.
struct Reader {
    window: Forward,
    headers: Headers,
    /// The metadata of a stream before its first frame.
    part: Option<Vec<u8>>,
    /// Header of the previous frame.
    last: Option<FrameHeader>,
    /// Samples per channel in each block except the last, where the blocks have the same length.
    fixed_block: u64,
    /// Bytes since the previous frame that are neither a frame nor a tag.
    junk: u64,
    /// Bytes since the previous frame or stream that are no frame, zeros included.
    passed: u64,
    queue: VecDeque<Packet>,
    notes: Notes,
}

impl Reader {
    /// Queues the frame at the start of the window.
    fn frame(&mut self, header: &FrameHeader, at: Timecode) -> Result<bool, DecodeError> {
        let (length, end) = match frame_end(&mut self.window, header)? {
            End::Clean(length) => (Ok(length), length),
            End::Other(end) => (self.exact_length(end), end),
        };
        match length {
            Ok(length) => {
                self.queue_hole(header);
                let part = self.part.take();
                self.queue.push_back(Packet {
                    data: self.window.take(length)?,
                    frames: Some(u64::from(header.block)),
                    part: part.is_some().then(Part::default),
                    headers: part,
                    ..Packet::default()
                });
                self.last = Some(*header);
                Ok(true)
            }
            Err(error) if is_cut(&error) && self.window.is_last() && end == self.window.bytes().len() => {
                self.window.skip(end as u64)?;
                Err(DecodeError::Unfinished { at, fault: "its last frame is cut".to_owned() })
            }
            Err(_) => {
                self.queue_hole(header);
                self.window.skip(end as u64)?;
                self.last = Some(*header);
                let fault = "flac: a frame's checksum is wrong".to_owned();
                self.queue.push_back(Packet {
                    frames: Some(u64::from(header.block)),
                    part: self.part.is_some().then(Part::default),
                    headers: self.part.take(),
                    lost: Some(fault),
                    ..Packet::default()
                });
                Ok(true)
            }
        }
    }

    /// The length of the frame at the start of the window, found by decoding it.
    fn exact_length(&self, end: usize) -> Result<usize, flac_codec::Error> {
        let mut rest = &self.window.bytes()[..end];
        self.headers.read_frame(&mut rest)?;
        Ok(end - rest.len())
    }

    /// Skips bytes that are no frame: tags, or bytes that the frame numbers show to be lost frames.
    fn other(&mut self) -> Result<bool, DecodeError> {
        if let Some(length) = trailer::known(&mut self.window)? {
            self.window.skip(length)?;
            return Ok(true);
        }
        let end = next_start(&mut self.window, self.last.as_ref())?;
        self.junk += trailer::junk(&self.window.bytes()[..end]);
        self.passed += end as u64;
        self.window.skip(end as u64)?;
        Ok(true)
    }

    /// Queues a hole for the frames that are missing before this one, by their numbers.
    fn queue_hole(&mut self, header: &FrameHeader) {
        let junk = std::mem::take(&mut self.junk);
        let passed = std::mem::take(&mut self.passed);
        let Some(last) = self.last.filter(|last| last.is_variable == header.is_variable) else {
            self.fixed_block = u64::from(header.block);
            let unit = if header.is_variable { 1 } else { self.fixed_block };
            let frames = header.number.saturating_mul(unit);
            if self.last.is_none() && passed > 0 && frames > 0 {
                let fault = format!("{passed} bytes are not frames");
                self.queue.push_back(Packet { frames: Some(frames), lost: Some(fault), ..Packet::default() });
            } else {
                self.notes.junk += junk;
            }
            return;
        };
        let missing = header.number.saturating_sub(last.next_number());
        if missing == 0 {
            self.notes.backwards += u64::from(header.number < last.next_number());
            self.notes.junk += junk;
            return;
        }
        let frames = if header.is_variable { missing } else { missing.saturating_mul(self.fixed_block) };
        let fault =
            if junk > 0 { format!("{junk} bytes are not frames") } else { "frames are missing".to_owned() };
        self.queue.push_back(Packet { frames: Some(frames), lost: Some(fault), ..Packet::default() });
    }
}

fn is_cut(error: &flac_codec::Error) -> bool {
    matches!(error, flac_codec::Error::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof)
}

impl PacketQueue for Reader {
    fn queue(&mut self) -> &mut VecDeque<Packet> {
        &mut self.queue
    }

    fn advance(&mut self, at: Timecode) -> Result<bool, DecodeError> {
        if !self.window.fill(1)? {
            self.notes.junk += std::mem::take(&mut self.junk);
            return Ok(false);
        }
        self.window.fill(MAX_HEADER_BYTES)?;
        let bytes = &self.window.bytes()[..self.window.bytes().len().min(MAX_HEADER_BYTES)];
        if STREAM_STARTS.iter().any(|start| bytes.starts_with(start)) {
            self.notes.junk += std::mem::take(&mut self.junk);
            self.passed = 0;
            let metadata = metadata(&mut self.window)?;
            if let Some(headers) = Headers::parse(&metadata) {
                (self.headers, self.part, self.last) = (headers, Some(metadata), None);
            }
            return Ok(true);
        }
        match FrameHeader::parse(bytes) {
            Some(header) => self.frame(&header, at),
            None => self.other(),
        }
    }

    fn notes(&mut self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.notes.junk > 0 {
            notes.push(format!("holds {} bytes that are neither sound nor tags", self.notes.junk));
        }
        if self.notes.backwards > 0 {
            notes.push(format!("its frame numbers decrease {} times", self.notes.backwards));
        }
        notes
    }
}
