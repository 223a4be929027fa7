//! Readers of the containers of uncompressed sound: RIFF (WAVE, RIFX, RF64, BW64), Sony Wave64, AIFF, AIFF-C
//! and CAF.
//!
//! A size in a header is a hint. All sound in the file is read, and a note reports a header that states
//! another length.

mod adpcm;
mod aiff;
mod alac;
mod blocks;
mod caf;
mod chunk;
mod format;
mod layout;
mod order;
mod riff;
mod wave;

#[cfg(test)]
mod tests;

use super::error::DecodeError;
use super::stream::{Decoder, Part, Speakers, Stream};
use super::trailer;
use super::window::{Media, Window};
use blocks::Blocks;
use chunk::Chunk;
use format::{Coding, Format};
use layout::Placement;

/// A container format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Riff,
    Rifx,
    Wave64,
    Aiff,
    Caf,
}

/// The identifier that a Wave64 file starts with.
const WAVE64_RIFF: [u8; 16] =
    [b'r', b'i', b'f', b'f', 0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0, 0];

impl Container {
    /// Number of bytes that [`Container::of`] needs.
    pub(super) const HEAD_BYTES: usize = 16;

    /// The container of a file with these first bytes.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match (head.get(..4)?, head.get(8..12)) {
            (b"RIFF" | b"RF64" | b"BW64", Some(b"WAVE")) => Some(Self::Riff),
            (b"RIFX", Some(b"WAVE")) => Some(Self::Rifx),
            (b"FORM", Some(b"AIFF" | b"AIFC")) => Some(Self::Aiff),
            (b"caff", _) => Some(Self::Caf),
            _ => head.starts_with(&WAVE64_RIFF).then_some(Self::Wave64),
        }
    }
}

/// An opened file.
pub(super) enum Opened {
    Stream(Stream),
    /// MPEG audio in the bytes from `start` to `end`, for its own reader.
    Mpeg {
        start: u64,
        end: u64,
        notes: Vec<String>,
    },
}

/// Opens a file in one of these containers.
pub(super) fn open(media: impl Media + 'static, container: Container) -> Result<Opened, DecodeError> {
    let mut window = Window::unbuffered(media)?;
    let found = match container {
        Container::Riff => riff::find(&mut window, false)?,
        Container::Rifx => riff::find(&mut window, true)?,
        Container::Wave64 => riff::find_wave64(&mut window)?,
        Container::Aiff => aiff::find(&mut window)?,
        Container::Caf => match caf::find(&mut window)? {
            caf::Caf::Blocks(found) => found,
            caf::Caf::Alac(alac) => return alac::open(window, alac).map(Opened::Stream),
        },
    };
    found.open(window)
}

/// A decoder that returns the channels in WAVE's order, and their speakers, from a layout of Apple's
/// (`chan`). With an unknown layout, the order stays.
pub(super) fn placed(
    decoder: Box<dyn Decoder>,
    layout: &[u8],
    channels: usize,
) -> (Box<dyn Decoder>, Option<u32>) {
    let Some(Placement { speakers, order, .. }) = layout::placement(layout, channels as u64) else {
        return (decoder, None);
    };
    let decoder = match order.is_empty() {
        true => decoder,
        false => Box::new(order::Reordered::new(decoder, order)),
    };
    (decoder, speakers)
}

/// The place of a file's sound, and its length according to the header.
#[derive(Debug)]
struct Sound {
    start: u64,
    end: u64,
    /// Stated length in bytes.
    stated_bytes: Option<u64>,
}

/// The results of reading a container.
#[derive(Debug)]
struct Found {
    format: Format,
    sound: Sound,
    /// Number of frames in a separate field, where stated.
    stated_frames: Option<u64>,
    /// The largest number of padding bytes that the sound's size may include.
    padding_bytes: u64,
    notes: Vec<String>,
}

impl Found {
    fn open(mut self, window: Window) -> Result<Opened, DecodeError> {
        let Sound { start, mut end, stated_bytes } = self.sound;
        if self.format.coding == Coding::Mpeg {
            return Ok(Opened::Mpeg { start, end, notes: self.notes });
        }
        let format = &self.format;
        // A last byte after an odd size is no padding where it completes a frame.
        let block_bytes = format.block_bytes();
        if block_bytes > 1 && (end - start) % block_bytes == block_bytes - 1 && end + 1 == window.end() {
            end += 1;
        }
        let held = format.frames_in(end - start);
        if held == 0 {
            return Err(DecodeError::NoAudio);
        }
        let mut frames = held;
        match (stated_bytes.map(|bytes| format.frames_in(bytes)), self.stated_frames) {
            (Some(stated), _) if stated != held => self.notes.push(claim(stated, held)),
            (_, Some(stated)) if stated < held && self.is_padding(held - stated) => frames = stated,
            (_, Some(stated)) if stated != held => self.notes.push(claim(stated, held)),
            _ => {}
        }
        let is_in_blocks = format.block_frames() > 1;
        let rest = (end - start) % format.block_bytes();
        let is_partial = rest > 0 && !(is_in_blocks && format.frames_in(rest) > 0);
        let is_padding = rest <= self.padding_bytes && stated_bytes == Some(end - start);
        if is_partial && !is_padding {
            self.notes.push(partial(rest));
        }
        let end = if is_partial { end - rest } else { end };
        let part = Part { frames: (frames < held).then_some(frames), ..Part::default() };
        Ok(Opened::Stream(Stream {
            decoder: format.decoder()?,
            speakers: Speakers::Container(format.speakers),
            depth: format.depth(),
            frames: Some(frames),
            frames_hint: None,
            demuxer: Box::new(Blocks::new(window, (start, end), format, part)),
            notes: self.notes,
        }))
    }

    /// True for a number of frames at the end that a last block or the container's alignment may add.
    fn is_padding(&self, frames: u64) -> bool {
        let bytes = frames.saturating_mul(self.format.block_bytes());
        frames < self.format.block_frames() || self.format.block_frames() == 1 && bytes <= self.padding_bytes
    }
}

/// The note on a stated length that the data contradicts.
fn claim(stated: u64, held: u64) -> String {
    format!("the header claims {stated} frames; the file holds {held}, and all of them are read")
}

/// The note on bytes that are too few for a frame.
fn partial(bytes: u64) -> String {
    let (bytes, are) = if bytes == 1 { ("byte".to_owned(), "is") } else { (format!("{bytes} bytes"), "are") };
    format!("the last {bytes} of the sound {are} less than a frame and left out")
}

/// Sound after the first data chunk, which is left out.
#[derive(Debug, Default)]
struct Rest {
    chunks: u32,
    chunk_bytes: u64,
    files: u32,
    file_bytes: u64,
    /// Bytes after the last chunk that are no chunk.
    junk_bytes: u64,
}

impl Rest {
    /// Counts another chunk of sound.
    fn add_sound(&mut self, chunk: &Chunk) {
        self.chunks += 1;
        self.chunk_bytes += chunk.end - chunk.start;
    }

    /// Counts a chunk that is a whole file, joined to the first.
    fn add_file(&mut self, chunk: &Chunk) {
        self.files += 1;
        self.file_bytes += chunk.end - chunk.start;
    }

    /// Counts the bytes after the last chunk, without tags and zeros.
    fn add_junk(&mut self, bytes: &[u8]) {
        self.junk_bytes = trailer::junk(bytes);
    }

    fn notes(&self) -> Vec<String> {
        let Self { chunks, chunk_bytes, files, file_bytes, junk_bytes } = self;
        let junk = (*junk_bytes > 0).then(|| {
            format!("{junk_bytes} bytes after its last chunk are neither sound nor a tag and are skipped")
        });
        let chunks = (*chunks > 0).then(|| {
            format!("only the first of {} data chunks is read; {chunk_bytes} bytes are left out", chunks + 1)
        });
        let files = (*files > 0).then(|| {
            format!(
                "only the first of {} files joined to one is read; {file_bytes} bytes are left out; split it there",
                files + 1
            )
        });
        chunks.into_iter().chain(files).chain(junk).collect()
    }
}
