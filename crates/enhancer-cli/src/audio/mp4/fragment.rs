//! Movie fragments: the packets in a `moof` box (ISO/IEC 14496-12 §8.8).

use super::boxes::{boxes, find};
use super::movie::Track;
use super::samples::Samples;
use crate::audio::bytes::{be16, be32, be64};

/// Appends a fragment's packets of the track. True where its decode time shows that packets before it are
/// missing.
pub(super) fn append(moof: &[u8], at: u64, track: &Track, samples: &mut Samples) -> bool {
    let mut is_late = false;
    // Without a base of its own, a track's data follows the data of the previous track.
    let mut follow = at;
    for (kind, traf) in boxes(moof) {
        let Some(header) = find(traf, &[b"tfhd"]).filter(|_| &kind == b"traf").and_then(Header::read) else {
            continue;
        };
        let base = header.base.unwrap_or(if header.base_is_moof { at } else { follow });
        if header.track == track.id {
            is_late |= is_behind(traf, samples);
        }
        let mut next = base;
        for (_, trun) in boxes(traf).filter(|(kind, _)| kind == b"trun") {
            let Some(run) = Run::read(trun) else { break };
            let offset = run.offset.map_or(next, |offset| base.saturating_add_signed(i64::from(offset)));
            let defaults =
                (header.size.unwrap_or(track.defaults.1), header.ticks.unwrap_or(track.defaults.0));
            next = if header.track == track.id {
                offset.saturating_add(samples.append(offset, run.packets(defaults)))
            } else {
                offset.saturating_add(run.packets(defaults).map(|(size, _)| u64::from(size)).sum())
            };
        }
        follow = next;
    }
    is_late
}

/// True where the fragment's decode time (`tfdt`) is later than the end of the previous packets by more than
/// one packet.
fn is_behind(traf: &[u8], samples: &mut Samples) -> bool {
    let time = find(traf, &[b"tfdt"]).and_then(|tfdt| match tfdt.first()? {
        1 => be64(tfdt, 4),
        _ => be32(tfdt, 4).map(u64::from),
    });
    let Some(time) = time else { return false };
    // The first fragment of a live stream starts at any time.
    let start = samples.started_at(time);
    let usual = samples.ticks(samples.len().saturating_sub(1));
    let expected = start.saturating_add(samples.duration());
    let is_late = time > expected.saturating_add(usual);
    if is_late {
        samples.add_gap(time - expected);
    }
    is_late
}

/// Length of the media in a segment index (`sidx`, §8.16.3), s, without references to other indexes.
pub(super) fn indexed_seconds(sidx: &[u8]) -> Option<f64> {
    let timescale = be32(sidx, 8).filter(|&timescale| timescale > 0)?;
    let start = if sidx.first()? == &0 { 20 } else { 28 };
    let count = usize::from(be16(sidx, start + 2)?);
    let references = sidx.get(start + 4..)?.chunks_exact(12).take(count);
    let ticks: u64 = references
        .filter(|reference| reference[0] & 0x80 == 0)
        .filter_map(|reference| be32(reference, 4).map(u64::from))
        .sum();
    Some(ticks as f64 / f64::from(timescale))
}

/// A track fragment's header.
struct Header {
    track: u32,
    base: Option<u64>,
    base_is_moof: bool,
    ticks: Option<u32>,
    size: Option<u32>,
}

impl Header {
    fn read(tfhd: &[u8]) -> Option<Self> {
        let flags = be32(tfhd, 0)? & 0xFF_FFFF;
        let mut at = 8;
        let mut field = |flag: u32, length: usize| {
            let found = (flags & flag != 0).then_some(at);
            at += if found.is_some() { length } else { 0 };
            found
        };
        let base = field(1, 8);
        field(2, 4);
        let (ticks, size) = (field(8, 4), field(16, 4));
        Some(Self {
            track: be32(tfhd, 4)?,
            base: base.and_then(|at| be64(tfhd, at)),
            base_is_moof: flags & 0x2_0000 != 0,
            ticks: ticks.and_then(|at| be32(tfhd, at)),
            size: size.and_then(|at| be32(tfhd, at)),
        })
    }
}

/// The largest number of packets in a run without entries: a fragment of three hours.
const MAX_RUN: usize = 1 << 19;

/// A run of packets in a fragment.
struct Run<'a> {
    flags: u32,
    count: usize,
    offset: Option<i32>,
    entries: &'a [u8],
}

impl<'a> Run<'a> {
    fn read(trun: &'a [u8]) -> Option<Self> {
        let flags = be32(trun, 0)? & 0xFF_FFFF;
        let offset = if flags & 1 != 0 { Some(be32(trun, 8)? as i32) } else { None };
        let start = 8 + 4 * (usize::from(flags & 1 != 0) + usize::from(flags & 4 != 0));
        Some(Self { flags, count: be32(trun, 4)? as usize, offset, entries: trun.get(start..)? })
    }

    /// Length and ticks of each packet.
    fn packets(&self, (size, ticks): (u32, u32)) -> impl Iterator<Item = (u32, u32)> {
        let has = |flag: u32| self.flags & flag != 0;
        let width = 4 * [0x100, 0x200, 0x400, 0x800].into_iter().filter(|&flag| has(flag)).count();
        let (has_ticks, has_size) = (has(0x100), has(0x200));
        // The count of a run without entries is limited to the longest plausible fragment.
        let count = self.count.min(self.entries.len().checked_div(width).unwrap_or(MAX_RUN));
        (0..count).map(move |packet| {
            let at = packet * width;
            let own_ticks = has_ticks.then(|| be32(self.entries, at)).flatten();
            let size_at = at + if has_ticks { 4 } else { 0 };
            let own_size = has_size.then(|| be32(self.entries, size_at)).flatten();
            (own_size.unwrap_or(size), own_ticks.unwrap_or(ticks))
        })
    }
}
