//! Reader of MP4, M4A, M4B and QuickTime: audio in ISO base media files, whole or in fragments (ISO/IEC
//! 14496-12).
//!
//! Every packet in a sample table or fragment is decoded. The lengths in headers and segment indexes (`mvhd`,
//! `mdhd`, `mehd`, `sidx`) are hints. Two files joined by `cat` are two parts of one.

pub(super) mod boxes;
mod codec;
mod edit;
mod fragment;
mod movie;
mod samples;
mod uncompressed;

use super::error::{DecodeError, Timecode};
use super::info::Depth;
use super::stream::{Decoder, Demuxer, Packet, Part, Speakers, Stream};
use super::window::Window;
use boxes::Top;
use edit::Stated;
use movie::Track;
use samples::Samples;
use std::fs::File;

/// The largest `moov` or `moof` box that is read. An hour of audio needs about 2 MB.
const MAX_TABLE_BYTES: u64 = 256 << 20;

/// Allowed difference between a segment index and the packets, s. Encoders round the index to a packet or
/// two.
const INDEX_SLACK_S: f64 = 0.25;

/// Boxes that an MP4 or QuickTime file may start with.
const FIRST_BOXES: [&[u8; 4]; 8] = [b"ftyp", b"moov", b"styp", b"mdat", b"free", b"skip", b"wide", b"pnot"];

/// True for the first bytes of an MP4 or QuickTime file.
pub(super) fn is_mp4(head: &[u8]) -> bool {
    head.get(4..8).is_some_and(|kind| FIRST_BOXES.iter().any(|first| kind == *first))
}

/// Opens an MP4 or QuickTime file.
///
/// # Errors
/// No index, no audio, an unsupported codec, or a table that doesn't fit the file.
pub(super) fn stream(file: File) -> Result<Stream, DecodeError> {
    let mut window = Window::whole(file)?;
    let mut scan = Scan::default();
    scan.run(&mut window)?;
    let track = match (scan.track.take(), scan.movies) {
        (Some(track), _) => track,
        (None, 0) => return Err(DecodeError::Headless),
        (None, _) => return Err(DecodeError::NoAudio),
    };
    scan.pieces.retain(|piece| !piece.samples.is_empty());
    if scan.pieces.is_empty() {
        return Err(DecodeError::NoAudio);
    }
    let codec = codec::of(&track)?;
    scan.note_claims(track.timescale, codec.frame_bytes.is_some());
    let Scan { mut pieces, mut notes, .. } = scan;
    for piece in &mut pieces {
        let (part, note) = edit::resolve(piece.stated, &piece.samples, track.timescale);
        piece.part = match piece.stated {
            Stated::Nothing => Part { skip: codec.delay, ..Part::default() },
            _ => part,
        };
        notes.extend(note);
    }
    if pieces.len() > 1 {
        notes.push(format!("holds {} joined files; all of them are read", pieces.len()));
    }
    let hint = frames_hint(&pieces, &track, codec.sample_rate_hz);
    let frames = if codec.may_double { None } else { hint };
    let counts_frames = codec.sample_rate_hz == track.timescale;
    // Lossless decoders return the last packet's own length.
    let is_padded = codec.depth == Depth::Lossy;
    let packets = Packets {
        window,
        pieces,
        piece: 0,
        sample: 0,
        counts_frames,
        is_padded,
        frame_bytes: codec.frame_bytes,
    };
    Ok(Stream {
        demuxer: Box::new(packets),
        decoder: codec.decoder,
        speakers: codec.speakers,
        depth: codec.depth,
        frames,
        frames_hint: hint,
        notes,
    })
}

/// Number of frames of all parts at the codec's rate.
fn frames_hint(pieces: &[Piece], track: &Track, sample_rate_hz: u32) -> Option<u64> {
    let length = |piece: &Piece| {
        let whole = piece.samples.decoded();
        let rest = whole.saturating_sub(piece.part.skip);
        piece.part.frames.map_or(rest, |frames| frames.min(rest))
    };
    let ticks: u64 = pieces.iter().map(length).sum();
    let frames = u128::from(ticks) * u128::from(sample_rate_hz) / u128::from(track.timescale.max(1));
    u64::try_from(frames).ok()
}

/// The packets of one movie, with their trims.
struct Piece {
    samples: Samples,
    stated: Stated,
    part: Part,
}

/// The results of reading all boxes.
#[derive(Default)]
struct Scan {
    track: Option<Track>,
    pieces: Vec<Piece>,
    notes: Vec<String>,
    movies: usize,
    gaps: usize,
    /// Sum of all segment indexes, s.
    indexed: f64,
    /// True where the file ends within a fragment's index.
    is_cut: bool,
    /// Bytes of all media data.
    media_bytes: u64,
    /// True where the movie has one track.
    is_alone: bool,
    /// Start of the current file: 0, or the place where another file was joined.
    base: u64,
}

impl Scan {
    fn run(&mut self, window: &mut Window) -> Result<(), DecodeError> {
        let mut at = 0;
        while at < window.end() {
            let Some(top) = Top::read(window, at)? else {
                let next = Top::find(window, at)?;
                let bytes = next - at;
                self.notes.push(format!(
                    "{bytes} bytes after byte {at} are not part of an MP4 file and are skipped"
                ));
                at = next;
                continue;
            };
            match &top.kind {
                b"ftyp" if self.movies > 0 => self.base = at,
                b"moov" => {
                    let moov = top.body(window, MAX_TABLE_BYTES)?;
                    self.movie(&moov)?;
                }
                b"mdat" => self.media_bytes += top.end.min(window.end()).saturating_sub(top.body_start()),
                b"sidx" => {
                    let sidx = top.body(window, MAX_TABLE_BYTES)?;
                    self.indexed += fragment::indexed_seconds(&sidx).unwrap_or(0.0);
                }
                b"moof" if top.end > window.end() => self.is_cut = true,
                b"moof" => {
                    let moof = top.body(window, MAX_TABLE_BYTES)?;
                    self.fragment(&moof, at);
                }
                _ => {}
            }
            at = top.end;
        }
        if self.gaps > 0 {
            self.notes
                .push(format!("fragments are missing (gaps: {}); the sound continues there", self.gaps));
        }
        Ok(())
    }

    /// Notes differences between the indexes and the file.
    fn note_claims(&mut self, timescale: u32, is_uncompressed: bool) {
        if self.is_cut {
            self.notes.push("ends within the index of a fragment".to_owned());
        }
        let (taken, media) =
            (self.pieces.iter().map(|piece| piece.samples.bytes()).sum::<u64>(), self.media_bytes);
        // Bytes of other tracks are no sound. QuickTime counts a frame of uncompressed sound as one byte.
        if self.is_alone && !is_uncompressed && taken + taken / 100 < media {
            let note = format!("its index lists {taken} of {media} bytes of sound; the rest can't be found");
            self.notes.push(note);
        }
        let ticks: u64 = self.pieces.iter().map(|piece| piece.samples.duration()).sum();
        let (listed, found) = (self.indexed, ticks as f64 / f64::from(timescale.max(1)));
        if listed > found + INDEX_SLACK_S {
            self.notes.push(format!(
                "its segment index claims {listed:.1} s; the file holds {found:.1} s, and all of them are read"
            ));
        }
    }

    fn movie(&mut self, moov: &[u8]) -> Result<(), DecodeError> {
        self.movies += 1;
        let Some(found) = Track::of(moov)? else { return Ok(()) };
        if found.others > 0 && self.track.is_none() {
            self.notes.push(format!("holds {} audio tracks; the first is read", found.others + 1));
        }
        let is_other = self.track.as_ref().is_some_and(|known| known.entry != found.entry);
        if is_other {
            let at = Timecode(
                self.pieces.iter().map(|piece| piece.samples.duration()).sum::<u64>() as f64
                    / f64::from(found.timescale.max(1)),
            );
            let fault = "another MP4 file with other audio follows; split it there".to_owned();
            return Err(DecodeError::Damaged { at, fault });
        }
        let samples = Samples::of_table(&found.table, self.base);
        self.is_alone = boxes::boxes(moov).filter(|(kind, _)| kind == b"trak").count() == 1;
        let stated = edit::stated(moov, &found);
        // A repeated initialisation segment holds no sound of its own; the fragments continue in the same
        // part.
        if self.pieces.is_empty() || !samples.is_empty() {
            self.pieces.push(Piece { samples, stated, part: Part::default() });
        }
        self.track.get_or_insert(found);
        Ok(())
    }

    fn fragment(&mut self, moof: &[u8], at: u64) {
        let (Some(track), Some(piece)) = (&self.track, self.pieces.last_mut()) else { return };
        let is_first = piece.samples.is_empty();
        if fragment::append(moof, at, track, &mut piece.samples) && !is_first {
            self.gaps += 1;
        }
    }
}

/// Reader of the packets of all parts, in order.
struct Packets {
    window: Window,
    pieces: Vec<Piece>,
    piece: usize,
    sample: usize,
    /// True where the track's clock counts frames.
    counts_frames: bool,
    /// True where the last packet also decodes to padding.
    is_padded: bool,
    /// Bytes per frame, for codecs whose packets are single frames; many are read at once.
    frame_bytes: Option<u64>,
}

/// Frames of uncompressed sound that are read at once.
const PCM_FRAMES: usize = 4096;

impl Demuxer for Packets {
    fn next_packet(&mut self, at: Timecode) -> Result<Option<Packet>, DecodeError> {
        let piece = loop {
            match self.pieces.get(self.piece) {
                None => return Ok(None),
                Some(piece) if self.sample < piece.samples.len() => break piece,
                Some(_) => (self.piece, self.sample) = (self.piece + 1, 0),
            }
        };
        let (count, place) = match self.frame_bytes {
            Some(bytes) => piece.samples.run(self.sample, PCM_FRAMES, bytes),
            None => (1, piece.samples.place(self.sample)),
        };
        let part = (self.sample == 0).then_some(piece.part);
        let ticks = piece.samples.ticks(self.sample) * count as u64;
        let gap = piece.samples.gap(self.sample);
        self.sample += count;
        let is_last = self.sample == piece.samples.len();
        let is_whole = self.is_padded && matches!(piece.stated, Stated::Edit { frames: None, .. });
        let end = if is_last && is_whole { piece.samples.padding() } else { 0 };
        let missing = || DecodeError::Unfinished {
            at,
            fault: "its index lists sound beyond the end of the file".to_owned(),
        };
        let Some((offset, bytes)) = place
            .filter(|(offset, bytes)| offset.checked_add(*bytes).is_some_and(|end| end <= self.window.end()))
        else {
            // The rest is missing as well.
            (self.piece, self.sample) = (self.pieces.len(), 0);
            return Err(missing());
        };
        let data = self.window.read(offset, bytes)?;
        let frames = self.counts_frames.then_some(ticks);
        Ok(Some(Packet { data, frames, part, trim: (0, end), gap, ..Packet::default() }))
    }
}

/// A codec and the facts from the sample description.
struct Codec {
    decoder: Box<dyn Decoder>,
    speakers: Speakers,
    depth: Depth,
    sample_rate_hz: u32,
    /// True for HE-AAC that only the packets announce: the decoder may return twice the frames.
    may_double: bool,
    /// Bytes per frame of uncompressed sound.
    frame_bytes: Option<u64>,
    /// The codec's own delay in frames, for files without an edit list.
    delay: u64,
}

#[cfg(test)]
mod tests;
