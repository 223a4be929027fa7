//! Reader of Ogg files: takes one audio stream from the pages, link after link.

mod clock;
mod link;
mod packets;
mod page;

use super::error::{DecodeError, Timecode};
use super::forward::Forward;
use super::stream::{Packet, PacketQueue, Speakers, Stream};
use super::trailer;
use super::xiph::Codec;
use clock::Clock;
use link::Link;
use page::{Page, Skipped};
use std::collections::VecDeque;
use std::fs::File;

/// Bytes at the file's end that include a whole page of any length.
const TAIL_BYTES: u64 = 2 * 65_307;

/// Opens an Ogg file.
pub(super) fn stream(file: File) -> Result<Stream, DecodeError> {
    let mut window = Forward::new(file)?;
    let tail = window.tail(TAIL_BYTES)?;
    trailer::skip_id3v2(&mut window)?;
    let (first, skipped) = page::next(&mut window)?;
    let first = first.filter(|page| page.is_first).ok_or(DecodeError::Headless)?;
    let link = link::read(&mut window, first)?;
    let (decoder, depth) = link.codec.decoder(&link.headers)?;
    let frames_hint = page::last_granule(&tail, link.serial);
    let mut reader = Reader {
        window,
        current: None,
        codec: link.codec,
        queue: VecDeque::new(),
        junk: skipped.bytes,
        notes: Vec::new(),
    };
    reader.begin(link);
    Ok(Stream {
        demuxer: Box::new(reader),
        decoder,
        speakers: Speakers::Codec,
        depth,
        frames: None,
        frames_hint,
        notes: Vec::new(),
    })
}

/// Reader of the packets of a file.
struct Reader {
    window: Forward,
    /// `None` after a link with damaged headers.
    current: Option<Current>,
    codec: Codec,
    queue: VecDeque<Packet>,
    /// Bytes outside of pages where nothing is lost.
    junk: u64,
    notes: Vec<String>,
}

/// The current link.
struct Current {
    link: Link,
    clock: Clock,
    is_ended: bool,
    /// True after a page of an unknown stream.
    is_intruded: bool,
}

impl Reader {
    fn begin(&mut self, link: Link) {
        if link.other_sounds > 0 {
            self.notes.push(format!("holds {} streams of sound; the first is read", link.other_sounds + 1));
        }
        let clock = Clock::new(&link);
        let is_ended = link.last_page.is_last;
        let mut current = Current { link, clock, is_ended, is_intruded: false };
        // Sound may start in the page in which the headers end.
        let begun = std::mem::take(&mut current.link.begun);
        if !begun.is_empty() {
            let page = current.link.last_page.clone();
            current.take(begun, &page, &mut self.queue);
        }
        self.current = Some(current);
    }

    /// Starts a link that was appended to the file.
    fn next_link(&mut self, first: Page, at: Timecode) -> Result<(), DecodeError> {
        match link::read(&mut self.window, first) {
            Ok(link) if link.codec == self.codec => self.begin(link),
            Ok(link) => {
                let (from, to) = (self.codec.name().to_owned(), link.codec.name().to_owned());
                return Err(DecodeError::FormatChange { at, from, to });
            }
            Err(DecodeError::NoAudio) => self.notes.push("holds a part without sound".to_owned()),
            Err(DecodeError::Headless) => {
                let fault = "the headers of a part are damaged".to_owned();
                return Err(DecodeError::Damaged { at, fault });
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Ends the current link. Packets after the last known time are sound as well.
    fn end_link(&mut self, at: Timecode, is_cut: bool) -> Result<(), DecodeError> {
        let Some(mut current) = self.current.take() else { return Ok(()) };
        self.queue.extend(current.clock.flush());
        self.junk += current.clock.junk;
        let rate = match &current.link.timing {
            Some(timing) => timing.sample_rate_hz,
            None => super::opus::RATE_HZ,
        };
        let seconds = |frames: u64| Timecode::of(frames, rate);
        if current.clock.starts_at > 0 && current.link.codec != Codec::Flac {
            self.notes.push(format!("starts at {} of a longer recording", seconds(current.clock.starts_at)));
        }
        if current.clock.unfilled > 0 && current.link.codec != Codec::Flac {
            self.notes.push(format!("leaves out {} of its time", seconds(current.clock.unfilled)));
        }
        if current.is_ended && !is_cut && !current.link.assembler.is_midway() {
            return Ok(());
        }
        let fault = if is_cut { "its last page is cut" } else { "its last page is missing" };
        Err(DecodeError::Unfinished { at, fault: fault.to_owned() })
    }
}

impl Current {
    /// Reads a page of the stream.
    fn page(&mut self, page: &Page, skipped: Skipped, queue: &mut VecDeque<Packet>, junk: &mut u64) {
        let ended = self.link.assembler.push(page);
        if ended.is_gap {
            self.clock.lose(skipped.bytes);
        } else {
            *junk += skipped.bytes;
        }
        self.is_ended |= page.is_last;
        self.take(ended.packets, page, queue);
    }

    fn take(&mut self, packets: Vec<Vec<u8>>, page: &Page, queue: &mut VecDeque<Packet>) {
        packets.into_iter().for_each(|packet| self.clock.push(packet));
        if let Some(granule) = page.granule {
            queue.extend(self.clock.release(granule, page.is_last));
        }
    }
}

impl PacketQueue for Reader {
    fn queue(&mut self) -> &mut VecDeque<Packet> {
        &mut self.queue
    }

    fn advance(&mut self, at: Timecode) -> Result<bool, DecodeError> {
        let (page, skipped) = page::next(&mut self.window)?;
        let Some(page) = page else {
            let cut = self.end_link(at, skipped.is_page);
            if cut.is_ok() {
                self.junk += skipped.bytes;
            }
            return cut.map(|()| !self.queue.is_empty());
        };
        if page.is_first {
            self.junk += skipped.bytes;
            let ended = self.end_link(at, false);
            self.next_link(page, at)?;
            return ended.map(|()| true);
        }
        let Some(current) = &mut self.current else { return Ok(true) };
        if page.serial == current.link.serial {
            current.page(&page, skipped, &mut self.queue, &mut self.junk);
        } else {
            self.junk += skipped.bytes;
            if !current.link.others.contains(&page.serial) && !current.is_intruded {
                current.is_intruded = true;
                let fault = "a stream's beginning is missing".to_owned();
                self.queue.push_back(Packet { frames: Some(0), lost: Some(fault), ..Packet::default() });
            }
        }
        Ok(true)
    }

    fn notes(&mut self) -> Vec<String> {
        if self.junk > 0 {
            self.notes.push(format!("holds {} bytes that are not Ogg pages", self.junk));
        }
        std::mem::take(&mut self.notes)
    }
}
