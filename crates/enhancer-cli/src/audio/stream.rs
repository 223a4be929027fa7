//! The two halves of every reader: a [`Demuxer`] takes coded packets from a container, a [`Decoder`] turns
//! each into samples. [`super::decode::Source`] joins them, trims, and checks lengths.

use super::block::Block;
use super::error::{DecodeError, Timecode};
use super::info::Depth;
use std::collections::VecDeque;

/// A part of a file with its own encoder delay and padding: a whole file, one of several MP3s joined by
/// `cat`, or a link of a chained Ogg file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// Decoded frames before the sound.
    pub(super) skip: u64,
    /// Number of frames of sound, where the container states it reliably; later frames are padding.
    pub(super) frames: Option<u64>,
    /// Clock of both counts, Hz; 0 for the sample rate.
    pub(super) clock_hz: u32,
}

/// A packet of coded audio.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Packet {
    pub(super) data: Vec<u8>,
    /// Number of frames that it decodes to, where the container states it; salvage replaces the packet by as
    /// much silence.
    pub(super) frames: Option<u64>,
    /// Set on the first packet of a part.
    pub(super) part: Option<Part>,
    /// True where a packet may fail to decode without damage, such as an MP3 frame that refers to data before
    /// a cut. Silence replaces it.
    pub(super) may_fail: bool,
    /// Decoded frames to drop at the packet's start and end, in the part's clock.
    pub(super) trim: (u64, u64),
    /// Sound that is probably missing before the packet, in the part's clock. Salvage fills it with silence.
    pub(super) gap: u64,
    /// The fault of a lost or damaged packet, in place of `data`.
    pub(super) lost: Option<String>,
    /// The codec's headers, where a part has its own; see [`Decoder::configure`].
    pub(super) headers: Option<Vec<u8>>,
}

/// Takes packets from a container, in order.
pub(super) trait Demuxer: Send {
    /// The next packet; `None` at the end.
    ///
    /// # Errors
    /// Damage; `at` is the time reached so far. The next call continues after the damage where possible, or
    /// returns `None`.
    fn next_packet(&mut self, at: Timecode) -> Result<Option<Packet>, DecodeError>;

    /// Notes on contradictions between container and data. Complete after the last packet.
    fn notes(&mut self) -> Vec<String> {
        Vec::new()
    }
}

/// A reader that finds any number of packets at a time and queues them. Each is a [`Demuxer`].
pub(super) trait PacketQueue: Send {
    fn queue(&mut self) -> &mut VecDeque<Packet>;

    /// Reads one page, element or frame and queues its packets. False at the end of the file.
    ///
    /// # Errors
    /// As for [`Demuxer::next_packet`].
    fn advance(&mut self, at: Timecode) -> Result<bool, DecodeError>;

    /// See [`Demuxer::notes`].
    fn notes(&mut self) -> Vec<String>;
}

impl<T: PacketQueue> Demuxer for T {
    fn next_packet(&mut self, at: Timecode) -> Result<Option<Packet>, DecodeError> {
        loop {
            if let Some(packet) = self.queue().pop_front() {
                return Ok(Some(packet));
            }
            if !self.advance(at)? {
                return Ok(None);
            }
        }
    }

    fn notes(&mut self) -> Vec<String> {
        PacketQueue::notes(self)
    }
}

/// The format of decoded audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) sample_rate_hz: u32,
    pub(super) channels: usize,
    /// Speaker positions as in `WAVEFORMATEXTENSIBLE`; `None` where unknown.
    pub(super) speakers: Option<u32>,
}

impl Shape {
    /// The error for a change of sample rate or channels within a file.
    pub(super) fn change_to(self, to: Self, at: Timecode) -> DecodeError {
        let (from, to) = if self.sample_rate_hz == to.sample_rate_hz {
            (format!("{} channels", self.channels), format!("{}", to.channels))
        } else {
            (format!("{} Hz", self.sample_rate_hz), format!("{} Hz", to.sample_rate_hz))
        };
        DecodeError::FormatChange { at, from, to }
    }
}

/// Turns packets into samples.
pub(super) trait Decoder: Send {
    /// Appends a packet's frames to `block`, which has one plane per channel or none yet. `None` where the
    /// packet holds no audio.
    ///
    /// # Errors
    /// The fault, on one line; the block is then unchanged.
    fn decode(&mut self, data: &[u8], block: &mut Block) -> Result<Option<Shape>, String>;

    /// Drops the state from earlier packets.
    fn reset(&mut self);

    /// Sets the headers of a part that follows another, in the form in which the container stores them.
    ///
    /// # Errors
    /// The fault, on one line; the decoder is then unchanged.
    fn configure(&mut self, _headers: &[u8]) -> Result<(), String> {
        self.reset();
        Ok(())
    }

    /// Checks the file's statements on all samples of the part that ends here, such as FLAC's MD5. Returns a
    /// note on a wrong statement where the sound is complete.
    ///
    /// # Errors
    /// A contradiction that means damage; `at` is the time.
    fn finish(&mut self, _at: Timecode) -> Result<Option<String>, DecodeError> {
        Ok(None)
    }
}

/// The source of speaker positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speakers {
    /// The codec's positions.
    Codec,
    /// The container's positions as a WAVE mask; `None` where they are unknown.
    Container(Option<u32>),
}

/// An opened file, ready for decoding.
pub(super) struct Stream {
    pub(super) demuxer: Box<dyn Demuxer>,
    pub(super) decoder: Box<dyn Decoder>,
    pub(super) speakers: Speakers,
    pub(super) depth: Depth,
    /// Number of frames to be decoded, counted from the data itself.
    pub(super) frames: Option<u64>,
    /// Approximate number of frames for a progress bar.
    pub(super) frames_hint: Option<u64>,
    /// Contradictions between header and data that are known at the start.
    pub(super) notes: Vec<String>,
}
