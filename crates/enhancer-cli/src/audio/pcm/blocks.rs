//! Reads blocks of equal size from a range of a file, about [`BLOCK_FRAMES`] frames at a time.

use super::format::Format;
use crate::audio::block::BLOCK_FRAMES;
use crate::audio::error::{DecodeError, Timecode};
use crate::audio::stream::{Demuxer, Packet, Part};
use crate::audio::window::Window;

/// The sound of a file as one range of bytes.
pub(super) struct Blocks {
    window: Window,
    at: u64,
    end: u64,
    packet_bytes: u64,
    /// The part that the first packet starts.
    part: Option<Part>,
}

impl Blocks {
    pub(super) fn new(window: Window, (start, end): (u64, u64), format: &Format, part: Part) -> Self {
        let blocks = (BLOCK_FRAMES as u64 / format.block_frames().max(1)).max(1);
        Self { window, at: start, end, packet_bytes: blocks * format.block_bytes(), part: Some(part) }
    }
}

impl Demuxer for Blocks {
    fn next_packet(&mut self, at: Timecode) -> Result<Option<Packet>, DecodeError> {
        let wanted = self.packet_bytes.min(self.end - self.at);
        if wanted == 0 {
            return Ok(None);
        }
        let data = self.window.read(self.at, wanted)?;
        if (data.len() as u64) < wanted {
            self.end = self.at;
            return Err(DecodeError::Unfinished { at, fault: "the file became shorter".to_owned() });
        }
        self.at += wanted;
        Ok(Some(Packet { data, part: self.part.take(), ..Packet::default() }))
    }
}
