//! Finds the end of a FLAC frame. Frames state no length: a frame ends where the next one starts and the
//! checksum is right.

use super::frame::{FrameHeader, MAX_HEADER_BYTES, crc16};
use crate::audio::forward::Forward;

/// The start of a stream: the magic and the header of a STREAMINFO block, which may be the last block.
pub(super) const STREAM_STARTS: [&[u8]; 2] = [b"fLaC\0\0\0\x22", b"fLaC\x80\0\0\x22"];

/// Bytes searched between two reads of the file.
const STRIDE_BYTES: usize = 32 * 1024;

/// Bytes searched before the window moves on.
const MAX_JUNK_BYTES: usize = 1 << 20;

/// The end of a stretch of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// A complete frame of this many bytes ends here.
    Clean(usize),
    /// Another frame or stream, or the end of the file. The bytes before are not exactly one frame.
    Other(usize),
}

/// Finds the end of the frame at the start of the window.
pub(super) fn frame_end(window: &mut Forward, frame: &FrameHeader) -> std::io::Result<End> {
    // Uncompressed samples, and one more bit for a difference of channels.
    let longest = frame.block as usize * frame.channels * 33 / 8 + 1024;
    let mut crc = 0;
    let mut at = 0;
    loop {
        let is_more = window.fill(at + STRIDE_BYTES + MAX_HEADER_BYTES)?;
        let bytes = window.bytes();
        let stop = if is_more { at + STRIDE_BYTES } else { bytes.len() };
        while at < stop {
            if at >= frame.length && may_start(bytes, at) {
                if crc == 0 && starts(bytes, at).is_some() {
                    return Ok(End::Clean(at));
                }
                match starts(bytes, at) {
                    Some(Start::Stream) => return Ok(End::Other(at)),
                    Some(Start::Frame(next)) if is_next(frame, &next) || at > longest => {
                        return Ok(End::Other(at));
                    }
                    _ => {}
                }
            }
            crc = crc16(crc, bytes[at]);
            at += 1;
        }
        if !is_more {
            return Ok(if crc == 0 { End::Clean(at) } else { End::Other(at) });
        }
        if at > longest + MAX_JUNK_BYTES {
            return Ok(End::Other(at));
        }
    }
}

/// The distance to the next frame or stream after the window's start, to the end of the file, or to the place
/// where the search continues.
pub(super) fn next_start(window: &mut Forward, like: Option<&FrameHeader>) -> std::io::Result<usize> {
    let mut at = 0;
    loop {
        let is_more = window.fill(at + STRIDE_BYTES + MAX_HEADER_BYTES)?;
        let bytes = window.bytes();
        let stop = if is_more { at + STRIDE_BYTES } else { bytes.len() };
        while at < stop {
            if at > 0 && may_start(bytes, at) {
                match starts(bytes, at) {
                    Some(Start::Stream) => return Ok(at),
                    Some(Start::Frame(next)) if like.is_none_or(|like| like.is_like(&next)) => {
                        return Ok(at);
                    }
                    _ => {}
                }
            }
            at += 1;
        }
        if !is_more || at > MAX_JUNK_BYTES {
            return Ok(at);
        }
    }
}

/// The element that starts at a place.
enum Start {
    Frame(FrameHeader),
    Stream,
}

fn may_start(bytes: &[u8], at: usize) -> bool {
    matches!(bytes[at..], [0xFF, 0xF8 | 0xF9, ..] | [b'f', b'L', ..])
}

fn starts(bytes: &[u8], at: usize) -> Option<Start> {
    let bytes = &bytes[at..];
    if STREAM_STARTS.iter().any(|start| bytes.starts_with(start)) {
        return Some(Start::Stream);
    }
    FrameHeader::parse(&bytes[..bytes.len().min(MAX_HEADER_BYTES)]).map(Start::Frame)
}

/// True for the next frame by number, and for a later one of the same form. Any other header is probably a
/// coincidence within coded samples.
fn is_next(frame: &FrameHeader, next: &FrameHeader) -> bool {
    frame.is_like(next)
        && (next.number == frame.next_number()
            || (next.number > frame.number
                && next.block == frame.block
                && next.number - frame.number < 1 << 24))
}
