//! The encoder's delay and padding of a track. Sources are Apple's `iTunSMPB` comment (delay, padding and
//! length in hexadecimal) and the edit list (`elst`, ISO/IEC 14496-12 §8.6.6: start and length within the
//! media).

use super::super::stream::Part;
use super::boxes::{boxes, find};
use super::movie::{Track, timing};
use super::samples::Samples;
use crate::audio::bytes::{be32, be64};

/// The largest encoder delay, ticks. A longer one is an edit by a person.
const MOST_DELAY: u64 = 8192;

/// Delay and length as the file states them, in ticks of the track's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stated {
    Nothing,
    ITunes {
        skip: u64,
        padding: u64,
        frames: u64,
    },
    /// One edit; `None` for the whole rest.
    Edit {
        skip: u64,
        frames: Option<u64>,
    },
    /// More than one edit: a cut, which is not followed.
    Many(usize),
}

/// Reads the statements of a movie box.
pub(super) fn stated(moov: &[u8], track: &Track) -> Stated {
    itunes_comment(moov).or_else(|| edit_list(moov, track)).unwrap_or(Stated::Nothing)
}

/// The trims of a part with these packets, and a note on a contradiction.
pub(super) fn resolve(stated: Stated, samples: &Samples, timescale: u32) -> (Part, Option<String>) {
    if let (Some(timed), false) = (samples.contradiction(), samples.is_empty()) {
        let skip = match stated {
            Stated::ITunes { skip, .. } | Stated::Edit { skip, .. } => skip,
            Stated::Nothing | Stated::Many(_) => 0,
        };
        let note = format!(
            "its table of durations lists {timed} packets, its table of lengths {}; all of these are read",
            samples.len()
        );
        return (Part { skip, frames: None, clock_hz: timescale }, Some(note));
    }
    let decoded = samples.decoded();
    let usual = samples.ticks(0);
    let part = |skip: u64, frames| Part { skip: skip.min(decoded), frames, clock_hz: timescale };
    let seconds = |ticks: u64| ticks as f64 / f64::from(timescale.max(1));
    match stated {
        Stated::Nothing => (part(0, None), None),
        Stated::Many(edits) => {
            let note =
                format!("its edit list has {edits} cuts, which are not followed; all of its sound is read");
            (part(0, None), Some(note))
        }
        Stated::ITunes { skip, padding, frames } => {
            let sum = skip.saturating_add(frames).saturating_add(padding);
            let room = decoded.saturating_sub(skip);
            if sum.abs_diff(decoded) <= 2 * usual {
                return (part(skip, Some(frames.min(room))), None);
            }
            let note = format!(
                "its iTunSMPB tag claims {:.1} s of sound; there are {:.1} s, and all of them are read",
                seconds(frames),
                seconds(room)
            );
            (part(skip, None), Some(note))
        }
        Stated::Edit { skip, frames } => {
            let room = decoded.saturating_sub(skip);
            if let Some(frames) = frames.filter(|frames| *frames > room + 2 * usual) {
                let note = format!(
                    "its edit list claims {:.1} s of sound; there are {:.1} s, and all of them are read",
                    seconds(frames),
                    seconds(room)
                );
                return (part(skip, None), Some(note));
            }
            let end = frames.map_or(0, |frames| room.saturating_sub(frames));
            let note = (skip > MOST_DELAY || end > 2 * usual.max(1024)).then(|| {
                format!(
                    "its edit list leaves out {:.1} s at the start and {:.1} s at the end, as players do",
                    seconds(skip),
                    seconds(end)
                )
            });
            // Where the edit covers the whole part, the last packet's own length gives the padding.
            (part(skip, frames.map(|frames| frames.min(room))), note)
        }
    }
}

/// `iTunSMPB`: ` 00000000 DELAY PADDING LENGTH …`, hexadecimal, in a `----` item of the iTunes metadata.
fn itunes_comment(moov: &[u8]) -> Option<Stated> {
    let meta = find(moov, &[b"udta", b"meta"])?.get(4..)?;
    let ilst = find(meta, &[b"ilst"])?;
    let item = boxes(ilst).filter(|(kind, _)| kind == b"----").map(|(_, body)| body).find(|item| {
        boxes(item).any(|(kind, body)| kind == *b"name" && body.get(4..) == Some(&b"iTunSMPB"[..]))
    })?;
    let text = std::str::from_utf8(find(item, &[b"data"])?.get(8..)?).ok()?;
    let numbers: Option<Vec<u64>> =
        text.split_whitespace().take(4).map(|number| u64::from_str_radix(number, 16).ok()).collect();
    let [_, skip, padding, frames] = numbers?[..] else { return None };
    (frames > 0).then_some(Stated::ITunes { skip, padding, frames })
}

/// An edit list of one entry, perhaps after an empty one, in a track that counts in frames.
fn edit_list(moov: &[u8], track: &Track) -> Option<Stated> {
    let (movie_scale, _) = timing(find(moov, &[b"mvhd"])?)?;
    let elst = track.edits.as_deref()?;
    let wide = elst.first() == Some(&1);
    let entries: Vec<(u64, i64)> = elst
        .get(8..)?
        .chunks_exact(if wide { 20 } else { 12 })
        .filter_map(|entry| {
            let duration = if wide { be64(entry, 0)? } else { u64::from(be32(entry, 0)?) };
            let start = if wide { be64(entry, 8)? as i64 } else { i64::from(be32(entry, 4)? as i32) };
            Some((duration, start))
        })
        .filter(|(_, start)| *start >= 0)
        .collect();
    let [(duration, start)] = entries[..] else {
        return (entries.len() > 1).then_some(Stated::Many(entries.len()));
    };
    let skip = u64::try_from(start).ok()?;
    // The entry's length is rounded to the movie's clock, often a millisecond. The packets' length is exact.
    let tick = u64::from(track.timescale).div_ceil(u64::from(movie_scale.max(1)));
    let stated = u128::from(duration) * u128::from(track.timescale) / u128::from(movie_scale.max(1));
    let stated = u64::try_from(stated).ok()?;
    let is_whole = duration == 0 || stated.abs_diff(track.stated.saturating_sub(skip)) <= 2 * tick;
    Some(Stated::Edit { skip, frames: (!is_whole).then_some(stated) })
}
