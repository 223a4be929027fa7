//! Times in an Ogg stream: what a page's granule position says of the packets that end in it (Vorbis I
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
    /// The time reached; `None` before the first page that tells it.
    now: Option<u64>,
    /// Packets that no page has told the time of.
    waiting: Vec<Coded>,
    /// What was lost before them.
    loss: Option<String>,
    /// Bytes that are no pages and stand where, by the times, nothing is lost.
    pub(super) junk: u64,
    /// The same, since the last time was told.
    passed: u64,
    /// For the next packet.
    part: Option<(Part, Vec<u8>)>,
    /// The time at which the sound starts, where that is not the stream's beginning.
    pub(super) starts_at: u64,
    /// Frames for which there are no packets although none is lost.
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

    /// Takes a packet that ends in the page at hand.
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
        // A packet of no bytes holds no sound.
        if !data.is_empty() {
            self.waiting.push(Coded { data, frames });
        }
    }

    /// Notes that a page's number does not follow the last one's, and the bytes between that are no pages.
    /// Where no page before told the time and no bytes stand between, nothing is known to be lost: a
    /// recording of a broadcast starts with old headers and the page of the moment.
    pub(super) fn lose(&mut self, passed: u64) {
        let is_midway = self.now.is_some() || !self.waiting.is_empty();
        let what = match passed {
            0 if !is_midway => return,
            0 => "pages are missing".to_owned(),
            _ => format!("{passed} bytes are no intact pages"),
        };
        self.passed += passed;
        self.loss.get_or_insert(what);
    }

    /// Gives the packets, once a page tells the time at which the last of them ends.
    pub(super) fn tell(&mut self, granule: u64, is_last: bool) -> Vec<Packet> {
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
                    (Some(_), Some(what)) => {
                        hole = Some((granule - now - self.without_overlap(total), what));
                    }
                    (None, Some(what)) => hole = Some((0, what)),
                    // A time before the page's own beginning is no end of the sound.
                    (None, None) if is_last && granule >= now => trim.1 = now + total - granule,
                    (None, None) => {}
                }
            }
        }
        self.now = Some(granule);
        self.give(trim, hole)
    }

    /// The first time that the stream tells.
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
                Some(what) => *hole = Some((begin, what)),
                None => self.starts_at = begin,
            },
            None if is_last => trim.1 = total - granule,
            // Vorbis may cut off the start that way; Opus has its pre-skip for it.
            None if self.codec == Codec::Vorbis => trim.0 = total - granule,
            None => {}
        }
    }

    /// The frames of the waiting packets, less those that need the packet before, which is lost.
    fn without_overlap(&mut self, total: u64) -> u64 {
        let overlap = match (self.codec, self.waiting.first_mut()) {
            (Codec::Vorbis, Some(first)) => std::mem::take(&mut first.frames),
            _ => 0,
        };
        total - overlap
    }

    fn give(&mut self, trim: (u64, u64), hole: Option<(u64, String)>) -> Vec<Packet> {
        let mut packets = Vec::new();
        if let Some((frames, what)) = hole {
            packets.push(Packet { frames: Some(frames), lost: Some(what), ..Packet::default() });
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

    /// Gives the packets that no page tells the time of.
    pub(super) fn flush(&mut self) -> Vec<Packet> {
        let lost = self.loss.take().map(|what| (0, what));
        self.give((0, 0), lost)
    }
}
