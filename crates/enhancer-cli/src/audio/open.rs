//! Selects the reader for a file by its first bytes. The name counts only where these are ambiguous.

use super::error::DecodeError;
use super::pcm::{self, Opened};
use super::stream::Stream;
use super::window::Window;
use super::{flac, matroska, mp4, mpeg, ogg, sniff};
use std::fs::File;
use std::io::{Read, Result as IoResult, Seek, SeekFrom};
use std::path::Path;

/// Bytes before the first frame of MPEG audio that may be junk.
const SEARCH_BYTES: u64 = 64 * 1024;

/// Opens a file with the reader for its contents.
pub(super) fn stream(path: &Path) -> Result<Stream, DecodeError> {
    let file = File::open(path)?;
    // Checked first, because DTS in a WAV file resembles samples.
    sniff::check(&file, path)?;
    let mut window = Window::whole(file.try_clone()?)?;
    let start = mpeg::after_tags(&mut window)?;
    let head = window.peek(start, pcm::Container::HEAD_BYTES)?;
    if let Some(container) = pcm::Container::of(head) {
        return uncompressed(file, start, container);
    }
    if mp4::is_mp4(head) && start == 0 {
        return mp4::stream(file);
    }
    let magic = <[u8; 4]>::try_from(window.peek(start, 4)?).unwrap_or_default();
    match &magic {
        b"fLaC" => flac::reader::stream(file),
        b"OggS" => ogg::stream(file),
        [0x1A, 0x45, 0xDF, 0xA3] => matroska::stream(file),
        // Frames may follow junk.
        _ => match mpeg::kind(&file, start, SEARCH_BYTES)? {
            Some(mpeg::Kind::Layers) => mpeg::layers(file, start, u64::MAX),
            Some(mpeg::Kind::Adts) => mpeg::adts(file, start, u64::MAX),
            None => Err(DecodeError::Unsupported("an unknown format".to_owned())),
        },
    }
}

/// Opens WAV, AIFF, CAF and similar files from `offset` on, or the MPEG audio in one of them.
fn uncompressed(file: File, offset: u64, container: pcm::Container) -> Result<Stream, DecodeError> {
    match pcm::open(Behind { file: file.try_clone()?, offset }, container)? {
        Opened::Stream(stream) => Ok(stream),
        Opened::Mpeg { start, end, notes } => {
            let mut stream = mpeg::layers(file, offset + start, offset.saturating_add(end))?;
            stream.notes.splice(0..0, notes);
            Ok(stream)
        }
    }
}

/// A file without the bytes before `offset`, such as an ID3v2 tag.
struct Behind {
    file: File,
    offset: u64,
}

impl Read for Behind {
    fn read(&mut self, bytes: &mut [u8]) -> IoResult<usize> {
        self.file.read(bytes)
    }
}

impl Seek for Behind {
    fn seek(&mut self, place: SeekFrom) -> IoResult<u64> {
        let place = match place {
            SeekFrom::Start(at) => SeekFrom::Start(at.saturating_add(self.offset)),
            place => place,
        };
        Ok(self.file.seek(place)?.saturating_sub(self.offset))
    }
}
