//! Weights of the channels in the loudness, by the positions of their speakers.
//!
//! ITU-R BS.1770-4, annex 3, table 4: 1.41 (+1.5 dB) for azimuths of 60° to 120° at ear height, 1 for all
//! others. The LFE does not count. Positions are those of the WAVE mask (Microsoft, `WAVEFORMATEXTENSIBLE`,
//! `dwChannelMask`).

use crate::block::MAX_CHANNELS;
use ebur128::Channel as Position;

const LOW_FREQUENCY: u32 = 0x8;
/// Back left and right: at ±110° if they are the only surrounds, otherwise at ±135°.
const BACK: u32 = 0x10 | 0x20;
/// Side left and right, at ±90°.
const SIDE: u32 = 0x200 | 0x400;
/// The 18 positions that the mask defines.
const PLACES: u32 = (1 << 18) - 1;

/// Positions of `channels` channels by `mask`, from its lowest bit; `None` for 0 or more than 8 channels.
///
/// A channel without a bit counts as a front channel. Without a mask, or with one that defines no position,
/// the usual layout of that many channels applies.
pub(super) fn positions(channels: usize, mask: Option<u32>) -> Option<[Position; MAX_CHANNELS]> {
    let usual = usual_mask(channels)?;
    let mask = mask.map(|mask| mask & PLACES).filter(|&mask| mask != 0).unwrap_or(usual);
    let mut positions = [Position::Left; MAX_CHANNELS];
    let places = (0..u32::BITS).map(|bit| 1 << bit).filter(|place| mask & place != 0);
    for (position, place) in positions.iter_mut().zip(places) {
        *position = position_of(place, mask);
    }
    Some(positions)
}

/// A position to which the `ebur128` crate gives the same weight; left and right have equal weights.
fn position_of(place: u32, mask: u32) -> Position {
    let surrounds = if mask & SIDE == 0 { BACK } else { SIDE };
    match place {
        LOW_FREQUENCY => Position::Unused,
        _ if place & surrounds != 0 => Position::Mp090,
        _ => Position::Left,
    }
}

/// Usual positions for a number of channels (RFC 9639 §9.1.3).
fn usual_mask(channels: usize) -> Option<u32> {
    const MASKS: [u32; MAX_CHANNELS] = [0x4, 0x3, 0x7, 0x33, 0x37, 0x3F, 0x70F, 0x63F];
    MASKS.get(channels.checked_sub(1)?).copied()
}
