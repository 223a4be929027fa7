//! Packets of a track with their trims, and the lengths of holes between them.

use super::track::Track;
use crate::audio::flac::decoder::frame_length;
use crate::audio::opus::packet_frames;
use crate::audio::stream::{Packet, Part};
use crate::audio::vorbis::{self, Timing};
use crate::audio::xiph::Codec;
use std::collections::VecDeque;

/// The timing of a track's packets.
pub(super) struct Timeline {
    pub(super) track: Track,
    timing: Option<Timing>,
    previous_block: Option<u64>,
    /// The part that the next packet starts, with the codec's headers.
    part: Option<(Part, Option<Vec<u8>>)>,
    /// Time of the last block, ns, and its frames.
    last: Option<(f64, u64)>,
    loss: Option<String>,
    /// Set while the times of blocks are unknown because the start of their cluster is lost: the fault there.
    unsure: Option<String>,
}

impl Timeline {
    pub(super) fn new(track: Track) -> Self {
        let timing = vorbis::unlace(&track.private).and_then(|[ident, _, setup]| Timing::new(ident, setup));
        let headers = track.codec().map(|_| track.private.clone());
        let part = Some((Part { skip: track.skip, ..Part::default() }, headers));
        Self { track, timing, previous_block: None, part, last: None, loss: None, unsure: None }
    }

    pub(super) fn lose(&mut self, fault: String) {
        self.loss.get_or_insert(fault);
    }

    /// The fault after the last block, where no other block followed.
    pub(super) fn into_loss(self) -> Option<String> {
        self.loss
    }

    /// Starts a cluster, from which times are known again.
    pub(super) fn begin_cluster(&mut self) {
        self.loss = self.unsure.take().or(self.loss.take());
    }

    /// Queues a block's packets. `time` and `discard` are in nanoseconds. A positive `discard` is trimmed
    /// from the end, a negative one from the start (RFC 9559 §5.1.3.5.7).
    pub(super) fn push(&mut self, packets: &[&[u8]], time: f64, discard: i64, queue: &mut VecDeque<Packet>) {
        let follow = self.last.map(|(last, frames)| last + frames as f64 / self.track.sample_rate_hz * 1e9);
        let is_lost = self.loss.is_some() && self.last.is_some_and(|(last, _)| time < last);
        if is_lost {
            self.unsure = self.loss.take();
        }
        let time = follow.filter(|_| self.unsure.is_some()).unwrap_or(time);
        let hole = self.loss.take().map(|fault| {
            // The first Vorbis packet after a hole gives no sound, because it needs the previous one.
            self.previous_block = None;
            let window = self.timing.as_ref().and_then(|timing| timing.window(packets.first()?));
            (self.missing(time) + window.map_or(0, |window| window.block / 2), fault)
        });
        let cut = self.track.frames(discard.unsigned_abs() as f64);
        let (mut start, mut end) = if discard < 0 { (cut, 0) } else { (0, cut) };
        let mut taken = Vec::with_capacity(packets.len() + 1);
        if let Some((frames, fault)) = hole {
            taken.push(Packet { frames: Some(frames), lost: Some(fault), ..Packet::default() });
        }
        let first = taken.len();
        for data in packets {
            let data = [&self.track.prefix[..], data].concat();
            taken.push(Packet { frames: self.frames(&data), data, ..Packet::default() });
        }
        for packet in taken[first..].iter_mut().rev() {
            packet.trim.1 = end.min(packet.frames.unwrap_or(end));
            end -= packet.trim.1;
        }
        for packet in &mut taken[first..] {
            packet.trim.0 = start.min(packet.frames.unwrap_or(start));
            start -= packet.trim.0;
        }
        if let (Some(packet), Some((part, headers))) = (taken.first_mut(), self.part.take()) {
            (packet.part, packet.headers) = (Some(part), headers);
        }
        self.measure(time, taken[first..].iter().map(|packet| packet.frames).sum());
        queue.extend(taken);
    }

    /// Stores the time of a block and its length: from its codec, or else the time since the previous block.
    fn measure(&mut self, time: f64, frames: Option<u64>) {
        let since = self.last.map(|(last, frames)| (self.track.frames((time - last).max(0.0)), frames));
        // After a hole, the length of the block before it is more reliable.
        let usual = since.map(|(since, frames)| if frames == 0 { since } else { since.min(frames) });
        self.last = Some((time, frames.unwrap_or(usual.unwrap_or(0))));
    }

    /// Number of frames that a packet decodes to.
    fn frames(&mut self, data: &[u8]) -> Option<u64> {
        if let Some(bytes) = self.track.pcm_frame_bytes() {
            return Some((data.len() / bytes) as u64);
        }
        match self.track.codec()? {
            Codec::Opus => packet_frames(data),
            Codec::Flac => frame_length(data),
            Codec::Vorbis => {
                let window = self.timing.as_ref()?.window(data)?;
                let frames = Timing::frames(self.previous_block, window);
                self.previous_block = Some(window.block);
                Some(frames)
            }
        }
    }

    /// Number of frames between the last block and one at `time`. Times are rounded, often to a millisecond;
    /// packets of equal length give the exact number.
    fn missing(&self, time: f64) -> u64 {
        let Some((last, frames)) = self.last else { return self.track.frames(time.max(0.0)) };
        let missing = self.track.frames((time - last).max(0.0)).saturating_sub(frames);
        let packets = (missing as f64 / frames.max(1) as f64).round() as u64;
        let by_packets = packets * frames;
        let is_near = by_packets.abs_diff(missing) <= self.track.frames(2e6);
        if frames > 0 && is_near { by_packets } else { missing }
    }
}
