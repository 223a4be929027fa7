//! The two halves of every reader: a [`Demuxer`] takes coded packets out of a container, a [`Decoder`] turns
//! each into samples. [`super::decode::Source`] joins them, trims, and checks lengths.

use super::block::Block;
use super::error::{DecodeError, Timecode};
use super::info::Depth;
use std::collections::VecDeque;

/// A part of a file whose encoder delay and padding are known: a whole file, one of several MP3s joined by
/// `cat`, a link of a chained Ogg file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// Decoded frames before the sound.
    pub(super) skip: u64,
    /// Frames of sound, where the container states it reliably; later frames are padding.
    pub(super) frames: Option<u64>,
    /// The clock in which both count, where it is not the sample rate; else 0.
    pub(super) clock_hz: u32,
}

/// A packet of coded audio.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Packet {
    pub(super) data: Vec<u8>,
    /// Frames it decodes to, where the container tells: the length of the silence that salvage puts in its
    /// place.
    pub(super) frames: Option<u64>,
    /// Set on the first packet of a part.
    pub(super) part: Option<Part>,
    /// Set where a packet may lawfully fail to decode, such as an MP3 frame whose beginning lies before a
    /// cut. Silence takes its place.
    pub(super) may_fail: bool,
    /// Decoded frames to drop at the packet's start and end, in the part's clock.
    pub(super) trim: (u64, u64),
    /// Sound that seems to be missing before the packet, in the part's clock: salvage fills it with silence.
    pub(super) gap: u64,
    /// Set in place of `data` where a packet is lost or damaged: what is wrong with it.
    pub(super) lost: Option<String>,
    /// The codec's headers, where a part brings its own; see [`Decoder::configure`].
    pub(super) headers: Option<Vec<u8>>,
}

/// Takes packets out of a container, in order.
pub(super) trait Demuxer: Send {
    /// The next packet; `None` at the end.
    ///
    /// # Errors
    /// Damage; `at` is the place reached so far. The next call goes on behind the damage where that is
    /// possible, or returns `None`.
    fn next_packet(&mut self, at: Timecode) -> Result<Option<Packet>, DecodeError>;

    /// What the container claims and the data contradicts. Complete after the last packet.
    fn notes(&mut self) -> Vec<String> {
        Vec::new()
    }
}

/// A reader that finds any number of packets at a time and queues them; each is a [`Demuxer`].
pub(super) trait PacketQueue: Send {
    fn queue(&mut self) -> &mut VecDeque<Packet>;

    /// Reads one page, element or frame and queues its packets. False at the end of the file.
    ///
    /// # Errors
    /// As for [`Demuxer::next_packet`].
    fn advance(&mut self, at: Timecode) -> Result<bool, DecodeError>;

    /// As [`Demuxer::notes`].
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

/// What decoded audio looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) sample_rate_hz: u32,
    pub(super) channels: usize,
    /// Speaker positions as in `WAVEFORMATEXTENSIBLE`; `None` where unknown.
    pub(super) speakers: Option<u32>,
}

/// Turns packets into samples.
pub(super) trait Decoder: Send {
    /// Appends a packet's frames to `block`, whose planes are as many as the channels or none yet. `None`
    /// where the packet holds no audio.
    ///
    /// # Errors
    /// One line that names the fault; the block is unchanged then.
    fn decode(&mut self, data: &[u8], block: &mut Block) -> Result<Option<Shape>, String>;

    /// Forgets earlier packets.
    fn reset(&mut self);

    /// Takes the headers of a part that follows another, in the form that the container stores them in.
    ///
    /// # Errors
    /// One line that names the fault; the decoder is as before then.
    fn configure(&mut self, _headers: &[u8]) -> Result<(), String> {
        self.reset();
        Ok(())
    }

    /// Checks what the file states about all samples of the part that ends here, such as FLAC's MD5. The
    /// result is a note on what it states wrongly, although the sound is whole.
    ///
    /// # Errors
    /// A contradiction that means damage; `at` is the place.
    fn finish(&mut self, _at: Timecode) -> Result<Option<String>, DecodeError> {
        Ok(None)
    }
}

/// Where speaker positions come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speakers {
    /// The codec's.
    Codec,
    /// The container's: a WAVE mask, or `None` where it says that they are unknown.
    Container(Option<u32>),
}

/// A file's audio, ready to be decoded.
pub(super) struct Stream {
    pub(super) demuxer: Box<dyn Demuxer>,
    pub(super) decoder: Box<dyn Decoder>,
    pub(super) speakers: Speakers,
    pub(super) depth: Depth,
    /// Frames that will come out, counted from the data itself.
    pub(super) frames: Option<u64>,
    /// About how many, for a progress bar.
    pub(super) frames_hint: Option<u64>,
    /// What the header claims and the data contradicts, as far as it is known at the start.
    pub(super) notes: Vec<String>,
}
