//! What an MP4 file says is to be heard of its audio: the encoder's delay and padding cut off.
//!
//! Symphonia trims MP3 and Ogg by itself, but not MP4. Sources: ISO/IEC 14496-12 §8.6.6 (edit list `elst`: where in the media
//! presentation starts, and how long it lasts) and Apple's `iTunSMPB` comment (delay, padding and length in hexadecimal).

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

/// The stretch of a track that is to be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Edit {
    /// Frames before it.
    pub(super) skip: u64,
    /// Its length in frames.
    pub(super) frames: u64,
}

/// The largest `moov` box that is read: an hour of audio needs about 2 MB.
const MAX_MOOV_BYTES: u64 = 256 << 20;

/// The edit of the file's audio track, if it is an MP4 file that has one. Leaves the file at its start.
pub(super) fn edit(mut file: &File) -> std::io::Result<Option<Edit>> {
    let mut magic = [0; 8];
    file.rewind()?;
    let is_mp4 = file.read_exact(&mut magic).is_ok() && magic[4..] == *b"ftyp";
    let moov = if is_mp4 { read_moov(file)? } else { None };
    file.rewind()?;
    Ok(moov.and_then(|moov| edit_of(&moov)))
}

fn read_moov(mut file: &File) -> std::io::Result<Option<Vec<u8>>> {
    let end = file.metadata()?.len();
    let mut position = 0;
    while position + 8 <= end {
        let mut header = [0; 16];
        file.seek(SeekFrom::Start(position))?;
        let read = (end - position).min(16) as usize;
        file.read_exact(&mut header[..read])?;
        let (length, header_length) = match be32(&header, 0) {
            Some(0) => (end - position, 8),
            Some(1) => (be64(&header, 8).unwrap_or(0), 16),
            length => (u64::from(length.unwrap_or(0)), 8),
        };
        if length < header_length {
            return Ok(None);
        }
        if header[4..8] == *b"moov" {
            let body = (length - header_length).min(end - position - header_length);
            if body > MAX_MOOV_BYTES {
                return Ok(None);
            }
            let mut moov = vec![0; body as usize];
            file.seek(SeekFrom::Start(position + header_length))?;
            file.read_exact(&mut moov)?;
            return Ok(Some(moov));
        }
        position = position.saturating_add(length);
    }
    Ok(None)
}

fn edit_of(moov: &[u8]) -> Option<Edit> {
    let tracks = boxes(moov).filter(|(kind, _)| kind == b"trak").map(|(_, body)| body);
    let is_audio =
        |trak: &&[u8]| find(trak, &[b"mdia", b"hdlr"]).and_then(|hdlr| hdlr.get(8..12)) == Some(b"soun");
    let trak = tracks.into_iter().find(is_audio)?;
    itunes_comment(moov).or_else(|| edit_list(moov, trak))
}

/// `iTunSMPB`: ` 00000000 DELAY PADDING LENGTH …`, hexadecimal, in a `----` item of the iTunes metadata.
fn itunes_comment(moov: &[u8]) -> Option<Edit> {
    let meta = find(moov, &[b"udta", b"meta"])?.get(4..)?;
    let ilst = find(meta, &[b"ilst"])?;
    let item = boxes(ilst).filter(|(kind, _)| kind == b"----").map(|(_, body)| body).find(|item| {
        boxes(item).any(|(kind, body)| kind == *b"name" && body.get(4..) == Some(&b"iTunSMPB"[..]))
    })?;
    let text = std::str::from_utf8(find(item, &[b"data"])?.get(8..)?).ok()?;
    let mut numbers = text.split_whitespace().map(|number| u64::from_str_radix(number, 16).ok());
    let (skip, frames) = (numbers.nth(1)??, numbers.nth(1)??);
    (frames > 0).then_some(Edit { skip, frames })
}

/// An edit list of one entry, perhaps after an empty one, played at normal speed, in a track that counts in frames.
fn edit_list(moov: &[u8], trak: &[u8]) -> Option<Edit> {
    let (movie_scale, _) = timing(find(moov, &[b"mvhd"])?)?;
    let (media_scale, clock_length) = timing(find(trak, &[b"mdia", b"mdhd"])?)?;
    let media_length = packets_length(find(trak, &[b"mdia", b"minf", b"stbl", b"stts"])?)?;
    let elst = find(trak, &[b"edts", b"elst"])?;
    let (wide, entry_length) = if elst.first() == Some(&1) { (true, 20) } else { (false, 12) };
    let entries: Vec<(u64, i64)> = elst
        .get(8..)?
        .chunks_exact(entry_length)
        .filter_map(|entry| {
            let duration = if wide { be64(entry, 0)? } else { u64::from(be32(entry, 0)?) };
            let start = if wide { be64(entry, 8)? as i64 } else { i64::from(be32(entry, 4)? as i32) };
            Some((duration, start))
        })
        .filter(|(_, start)| *start >= 0)
        .collect();
    let [(duration, start)] = entries[..] else { return None };
    let skip = u64::try_from(start).ok()?;
    let rest = media_length.checked_sub(skip)?;
    // The entry's length is rounded to the movie's clock, often a millisecond; the packets' length is exact.
    let tick = u64::from(media_scale).div_ceil(u64::from(movie_scale.max(1)));
    let stated = u128::from(duration) * u128::from(media_scale) / u128::from(movie_scale.max(1));
    let stated = u64::try_from(stated).ok()?;
    let is_whole = duration == 0 || stated.abs_diff(clock_length.saturating_sub(skip)) <= 2 * tick;
    let frames = if is_whole { rest } else { stated.min(rest) };
    (frames > 0).then_some(Edit { skip, frames })
}

/// Frames that the packets decode to, all of the commonest length but the last, which may be cut (`stts`, §8.6.1.2). The
/// track's clock can tell less, where an encoder saw gaps in its input's time stamps.
fn packets_length(stts: &[u8]) -> Option<u64> {
    let entries = stts.get(8..)?.chunks_exact(8);
    let runs: Vec<(u64, u64)> = entries
        .filter_map(|entry| Some((u64::from(be32(entry, 0)?), u64::from(be32(entry, 4)?))))
        .filter(|(count, _)| *count > 0)
        .collect();
    let (_, usual) = runs.iter().copied().max()?;
    let (_, last) = runs.last().copied()?;
    let packets: u64 = runs.iter().map(|(count, _)| count).sum();
    packets.checked_mul(usual)?.checked_sub(usual.saturating_sub(last))
}

/// Ticks per second and length in ticks, of an `mvhd` or `mdhd` box.
fn timing(header: &[u8]) -> Option<(u32, u64)> {
    match header.first()? {
        1 => Some((be32(header, 20)?, be64(header, 24)?)),
        _ => Some((be32(header, 12)?, u64::from(be32(header, 16)?))),
    }
}

fn find<'a>(body: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    path.iter().try_fold(body, |body, name| boxes(body).find(|(kind, _)| kind == *name).map(|(_, body)| body))
}

/// The boxes in a body, as kind and body; stops at the first that does not fit.
fn boxes(body: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let length = be32(rest, 0)? as usize;
        let kind = <[u8; 4]>::try_from(rest.get(4..8)?).ok()?;
        let length = if length == 0 { rest.len() } else { length };
        let found = rest.get(8..length)?;
        rest = rest.get(length..)?;
        Some((kind, found))
    })
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let length = (body.len() as u32 + 8).to_be_bytes();
        [&length[..], kind, body].concat()
    }

    fn header(scale: u32, length: u32) -> Vec<u8> {
        [&[0; 12][..], &scale.to_be_bytes(), &length.to_be_bytes()].concat()
    }

    /// A movie clock of 1 ms, and an audio track of 100 000 frames at 44.1 kHz with one edit.
    fn moov(duration: u32, start: u32) -> Vec<u8> {
        // 97 packets of 1024 frames and one of 672.
        let times = [0u32, 2, 97, 1024, 1, 672].map(u32::to_be_bytes).concat();
        let mdia = [
            wrap(b"mdhd", &header(44_100, 100_000)),
            wrap(b"hdlr", b"\0\0\0\0\0\0\0\0soun"),
            wrap(b"minf", &wrap(b"stbl", &wrap(b"stts", &times))),
        ]
        .concat();
        let entry =
            [&[0, 0, 0, 0, 0, 0, 0, 1][..], &duration.to_be_bytes(), &start.to_be_bytes(), &[0; 4]].concat();
        let trak = [wrap(b"edts", &wrap(b"elst", &entry)), wrap(b"mdia", &mdia)].concat();
        [wrap(b"mvhd", &header(1000, 2245)), wrap(b"trak", &trak)].concat()
    }

    #[test]
    fn an_edit_list_tells_where_the_audio_starts_and_its_exact_length() {
        // 98 976 frames are 2244.35 ms, which a millisecond clock rounds.
        assert_eq!(edit_of(&moov(2244, 1024)), Some(Edit { skip: 1024, frames: 98_976 }));
        assert_eq!(edit_of(&moov(1000, 1024)), Some(Edit { skip: 1024, frames: 44_100 }));
        assert_eq!(edit_of(&moov(1000, 100_001)), None);
    }

    #[test]
    fn the_itunes_comment_counts_in_frames() {
        let text = b" 00000000 00000840 000001CA 00000000000186A0 00000000";
        let data = wrap(b"data", &[&[0; 8][..], text].concat());
        let item = wrap(b"----", &[wrap(b"name", b"\0\0\0\0iTunSMPB"), data].concat());
        let meta = wrap(b"meta", &[&[0; 4][..], &wrap(b"ilst", &item)].concat());
        let moov = [moov(2244, 1024), wrap(b"udta", &meta)].concat();
        assert_eq!(edit_of(&moov), Some(Edit { skip: 0x840, frames: 0x186A0 }));
    }

    #[test]
    fn damaged_boxes_end_the_search() {
        let whole = moov(2244, 1024);
        for length in 0..whole.len() {
            edit_of(&whole[..length]);
            let mut damaged = whole.clone();
            damaged[length] ^= 0xff;
            edit_of(&damaged);
        }
    }
}
