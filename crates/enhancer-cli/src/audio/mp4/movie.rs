//! The audio track of a movie box.

use super::super::error::DecodeError;
use super::boxes::{boxes, find};
use crate::audio::bytes::{be16, be32};

/// An audio track.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) id: u32,
    /// Ticks per second of the track's clock.
    pub(super) timescale: u32,
    /// Length stated by the track's header, ticks.
    pub(super) stated: u64,
    /// The first sample description: its kind, then its body.
    pub(super) entry: ([u8; 4], Vec<u8>),
    /// Sample rate stated by the description, Hz.
    pub(super) rate_hz: u32,
    /// Body of the sample table (`stbl`).
    pub(super) table: Vec<u8>,
    /// Body of the edit list.
    pub(super) edits: Option<Vec<u8>>,
    /// Default ticks and bytes per packet in fragments (`trex`).
    pub(super) defaults: (u32, u32),
    /// Number of other audio tracks.
    pub(super) others: usize,
}

impl Track {
    /// The first audio track of a movie.
    ///
    /// # Errors
    /// An encrypted track.
    pub(super) fn of(moov: &[u8]) -> Result<Option<Self>, DecodeError> {
        let is_audio =
            |trak: &&[u8]| find(trak, &[b"mdia", b"hdlr"]).and_then(|hdlr| hdlr.get(8..12)) == Some(b"soun");
        let traks: Vec<&[u8]> =
            boxes(moov).filter(|(kind, _)| kind == b"trak").map(|(_, body)| body).filter(is_audio).collect();
        let Some(trak) = traks.first() else { return Ok(None) };
        let read = || {
            let tkhd = find(trak, &[b"tkhd"])?;
            let id = be32(tkhd, if tkhd.first() == Some(&1) { 20 } else { 12 })?;
            let (timescale, stated) = timing(find(trak, &[b"mdia", b"mdhd"])?)?;
            let table = find(trak, &[b"mdia", b"minf", b"stbl"])?;
            let (kind, body) = boxes(find(table, &[b"stsd"])?.get(8..)?).next()?;
            let edits = find(trak, &[b"edts", b"elst"]).map(<[u8]>::to_vec);
            let rate_hz = u32::from(be16(body, 24)?);
            let defaults = defaults(moov, id);
            let (entry, table, others) = ((kind, body.to_vec()), table.to_vec(), traks.len() - 1);
            Some(Self { id, timescale, stated, entry, rate_hz, table, edits, defaults, others })
        };
        let track = read();
        match &track {
            Some(track) if matches!(&track.entry.0, b"drms" | b"enca") => {
                Err(DecodeError::Unsupported("a protected file (DRM)".to_owned()))
            }
            _ => Ok(track),
        }
    }
}

/// Defaults of a track's fragments.
fn defaults(moov: &[u8], id: u32) -> (u32, u32) {
    let mvex = find(moov, &[b"mvex"]).unwrap_or_default();
    let trex = boxes(mvex).filter(|(kind, _)| kind == b"trex").map(|(_, body)| body);
    let of_track = trex.into_iter().find(|trex| be32(trex, 4) == Some(id));
    let read = |trex: &[u8]| Some((be32(trex, 12)?, be32(trex, 16)?));
    of_track.and_then(read).unwrap_or((0, 0))
}

/// Ticks per second and length in ticks, of an `mvhd` or `mdhd` box.
pub(super) fn timing(header: &[u8]) -> Option<(u32, u64)> {
    match header.first()? {
        1 => Some((be32(header, 20)?, crate::audio::bytes::be64(header, 24)?)),
        _ => Some((be32(header, 12)?, u64::from(be32(header, 16)?))),
    }
}
