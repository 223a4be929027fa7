//! Times in an Ogg stream, from the granule positions of pages for the packets that end in them (Vorbis I
//! appendix A.2; RFC 7845 §4).

use super::link::Link;
use crate::audio::flac::decoder::frame_length;
use crate::audio::opus::packet_frames;
use crate::audio::stream::{Packet, Part};
use crate::audio::vorbis::Timing;
use crate::audio::xiph::Codec;

/// A packet and the frames that it decodes to.
struct Coded {
    data: Vec<u8>,
    frames: u64,
}

/// The clock of one stream.
pub(super) struct Clock {
    codec: Codec,
    timing: Option<Timing>,
    /// Frames of the last Vorbis block.
    previous_block: Option<u64>,
    /// The current time, frames; `None` before the first granule position.
    now: Option<u64>,
    /// Packets without a known time so far.
    waiting: Vec<Coded>,
    /// The loss before the waiting packets.
    loss: Option<String>,
    /// Bytes outside of pages where, by the times, nothing is lost.
    pub(super) junk: u64,
    /// The same, since the last known time.
    passed: u64,
    /// The part that the next packet starts, with the codec's headers.
    part: Option<(Part, Vec<u8>)>,
    /// Time at which the sound starts, frames; 0 for the stream's beginning.
    pub(super) starts_at: u64,
    /// Frames without packets although none is lost.
    pub(super) unfilled: u64,
}

impl Clock {
    pub(super) fn new(link: &Link) -> Self {
        let part = Part { skip: link.pre_skip, ..Part::default() };
        Self {
            codec: link.codec,
            timing: link.timing.clone(),
            previous_block: None,
            now: None,
            waiting: Vec::new(),
            loss: None,
            junk: 0,
            passed: 0,
            part: Some((part, link.headers.clone())),
            starts_at: 0,
            unfilled: 0,
        }
    }

    /// Adds a packet that ends in the current page.
    pub(super) fn push(&mut self, data: Vec<u8>) {
        let frames = match self.codec {
            Codec::Opus => packet_frames(&data).unwrap_or(0),
            Codec::Flac => frame_length(&data).unwrap_or(0),
            Codec::Vorbis => match self.timing.as_ref().and_then(|timing| timing.window(&data)) {
                Some(window) => {
                    let frames = Timing::frames(self.previous_block, window);
                    self.previous_block = Some(window.block);
                    frames
                }
                None => 0,
            },
        };
        // An empty packet holds no sound.
        if !data.is_empty() {
            self.waiting.push(Coded { data, frames });
        }
    }

    /// Notes a gap in the page numbers, and `passed` bytes outside of pages. Before the first known time, a
    /// gap without such bytes is no loss: a recording of a broadcast starts with old headers and the current
    /// page.
    pub(super) fn lose(&mut self, passed: u64) {
        let is_midway = self.now.is_some() || !self.waiting.is_empty();
        let fault = match passed {
            0 if !is_midway => return,
            0 => "pages are missing".to_owned(),
            _ => format!("{passed} bytes are not intact pages"),
        };
        self.passed += passed;
        self.loss.get_or_insert(fault);
    }

    /// Returns the waiting packets with their trims, for a page whose granule position is the end of the last
    /// one.
    pub(super) fn release(&mut self, granule: u64, is_last: bool) -> Vec<Packet> {
        if self.waiting.is_empty() {
            return Vec::new();
        }
        let total: u64 = self.waiting.iter().map(|coded| coded.frames).sum();
        let mut trim = (0, 0);
        let mut hole = None;
        match self.now {
            None => self.start(granule, total, is_last, &mut trim, &mut hole),
            Some(now) => {
                let loss = self.loss.take();
                let passed = std::mem::take(&mut self.passed);
                match (granule.checked_sub(now + total), loss) {
                    (Some(0), _) => self.junk += passed,
                    (Some(missing), None) => self.unfilled += missing,
                    (Some(_), Some(fault)) => {
                        hole = Some((granule - now - self.without_overlap(total), fault));
                    }
                    (None, Some(fault)) => hole = Some((0, fault)),
                    // A time before the page's own start is no end of the sound.
                    (None, None) if is_last && granule >= now => trim.1 = now + total - granule,
                    (None, None) => {}
                }
            }
        }
        self.now = Some(granule);
        self.give(trim, hole)
    }

    /// Handles the first known time of the stream.
    fn start(
        &mut self,
        granule: u64,
        total: u64,
        is_last: bool,
        trim: &mut (u64, u64),
        hole: &mut Option<(u64, String)>,
    ) {
        let loss = self.loss.take();
        match granule.checked_sub(total) {
            Some(begin) => match loss {
                Some(fault) => *hole = Some((begin, fault)),
                None => self.starts_at = begin,
            },
            None if is_last => trim.1 = total - granule,
            // Vorbis may trim the start this way; Opus has its pre-skip for it.
            None if self.codec == Codec::Vorbis => trim.0 = total - granule,
            None => {}
        }
    }

    /// Frames of the waiting packets, without those that need a lost packet before them.
    fn without_overlap(&mut self, total: u64) -> u64 {
        let overlap = match (self.codec, self.waiting.first_mut()) {
            (Codec::Vorbis, Some(first)) => std::mem::take(&mut first.frames),
            _ => 0,
        };
        total - overlap
    }

    fn give(&mut self, trim: (u64, u64), hole: Option<(u64, String)>) -> Vec<Packet> {
        let mut packets = Vec::new();
        if let Some((frames, fault)) = hole {
            packets.push(Packet { frames: Some(frames), lost: Some(fault), ..Packet::default() });
        }
        let coded = std::mem::take(&mut self.waiting).into_iter();
        packets.extend(coded.map(|coded| Packet {
            data: coded.data,
            frames: Some(coded.frames),
            ..Packet::default()
        }));
        let (mut start, mut end) = trim;
        for packet in packets.iter_mut().rev().filter(|packet| packet.lost.is_none()) {
            packet.trim.1 = end.min(packet.frames.unwrap_or(0));
            end -= packet.trim.1;
        }
        for packet in &mut packets {
            packet.trim.0 = start.min(packet.frames.unwrap_or(0));
            start -= packet.trim.0;
        }
        if let (Some(first), Some((part, headers))) = (packets.first_mut(), self.part.take()) {
            (first.part, first.headers) = (Some(part), Some(headers));
        }
        packets
    }

    /// Returns the packets without a known time at the end.
    pub(super) fn flush(&mut self) -> Vec<Packet> {
        let lost = self.loss.take().map(|fault| (0, fault));
        self.give((0, 0), lost)
    }
}
