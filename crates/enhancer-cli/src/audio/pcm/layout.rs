//! Apple's channel layouts (`CHAN` of AIFF, `chan` of CAF; Core Audio's `CoreAudioBaseTypes.h`): WAVE masks,
//! and the order that brings the channels into WAVE's.

use super::format::Format;
use crate::audio::bytes::be32;

const BY_DESCRIPTIONS: u32 = 0;
const BY_BITMAP: u32 = 1 << 16;

/// The bit of a WAVE mask for a letter of [`TAGS`].
fn speaker(letter: u8) -> u32 {
    match letter {
        b'L' => 0x1,
        b'R' => 0x2,
        b'C' => 0x4,
        b'E' => 0x8,
        // Left and right surround, which WAVE calls "back".
        b'l' => 0x10,
        b'r' => 0x20,
        // Left and right centre.
        b'(' => 0x40,
        b')' => 0x80,
        b'S' => 0x100,
        // Side surround channels, where there are rear ones as well.
        b'[' => 0x200,
        b']' => 0x400,
        _ => 0,
    }
}

/// Numbers of layouts, and their channels in order.
const TAGS: &[(u32, &str)] = &[
    (100, "C"),
    (101, "LR"),
    (102, "LR"),
    (106, "LR"),
    (108, "LRlr"),
    (109, "LRlrC"),
    (110, "LRlrCS"),
    (111, "LR[]CSlr"),
    (113, "LRC"),
    (114, "CLR"),
    (115, "LRCS"),
    (116, "CLRS"),
    (117, "LRClr"),
    (118, "LRlrC"),
    (119, "LCRlr"),
    (120, "CLRlr"),
    (121, "LRCElr"),
    (122, "LRlrCE"),
    (123, "LCRlrE"),
    (124, "CLRlrE"),
    (125, "LRCElrS"),
    (126, "LRCElr()"),
    (127, "C()LRlrE"),
    (128, "LRCE[]lr"),
    (129, "LRlrCE()"),
    (131, "LRS"),
    (132, "LRlr"),
    (133, "LRE"),
    (134, "LRES"),
    (135, "LRElr"),
    (136, "LRCE"),
    (137, "LRCES"),
    (138, "LRlrE"),
    (139, "LRlrCS"),
    (140, "LR[]Clr"),
    (141, "CLRlrS"),
    (142, "CLRlrSE"),
    (143, "CLR[]lr"),
    (144, "CLR[]lrS"),
    (148, "LRlrC()"),
    (149, "CE"),
    (150, "LCR"),
    (151, "LCRS"),
    (152, "LCRE"),
    (153, "LRSE"),
    (154, "LCRSE"),
];

/// The positions of a file's channels.
pub(super) struct Placement {
    /// A WAVE mask; `None` where the layout names no positions.
    pub(super) speakers: Option<u32>,
    /// The file's channels in the order of the mask; empty where that is the file's order.
    pub(super) order: Vec<usize>,
    /// The note on an unknown layout.
    note: Option<String>,
}

/// Reads a layout for so many channels; `None` where it is cut short.
pub(super) fn placement(body: &[u8], channels: u64) -> Option<Placement> {
    let tag = be32(body, 0)?;
    let speakers = match tag {
        BY_DESCRIPTIONS => described(body, channels),
        BY_BITMAP => bits(be32(body, 4).unwrap_or(0)),
        _ => TAGS
            .iter()
            .find(|(number, _)| *number == tag >> 16)
            .map_or_else(Vec::new, |(_, letters)| letters.bytes().map(speaker).collect()),
    };
    let mask = speakers.iter().fold(0, |mask, speaker| mask | speaker);
    let is_clear = speakers.len() as u64 == channels && u64::from(mask.count_ones()) == channels;
    if !is_clear {
        // These layouts state that they have no positions: in order, unknown, ambisonic, mid and side, XY.
        let is_silent = [147, 0xFFFF, 107, 104, 105].contains(&(tag >> 16));
        let note = (!is_silent).then(|| {
            format!(
                "its channel layout 0x{tag:X} is unknown for {channels} channels; their positions are unknown"
            )
        });
        return Some(Placement { speakers: None, order: Vec::new(), note });
    }
    let mut order: Vec<usize> = (0..speakers.len()).collect();
    order.sort_by_key(|&channel| speakers[channel]);
    let order = if order.is_sorted() { Vec::new() } else { order };
    Some(Placement { speakers: Some(mask), order, note: None })
}

/// Sets the speakers of a format and the order of its channels. Returns a note on an unknown layout.
pub(super) fn apply(body: &[u8], format: &mut Format) -> Option<String> {
    let Placement { speakers, order, note } = placement(body, format.channels)?;
    (format.speakers, format.order) = (speakers, order);
    note
}

fn bits(bitmap: u32) -> Vec<u32> {
    // Apple's bits equal WAVE's up to the top row (bit 17).
    (0..32).map(|bit| bitmap & 1 << bit).filter(|bit| *bit != 0 && *bit < 1 << 18).collect()
}

/// The speakers of channel labels, each in a description of 20 bytes.
fn described(body: &[u8], channels: u64) -> Vec<u32> {
    let labels = body.get(12..).unwrap_or_default().chunks_exact(20).filter_map(|entry| be32(entry, 0));
    let labels: Vec<u32> = labels.take(channels as usize).collect();
    let has_rear = labels.contains(&33);
    let speaker = |label: &u32| match *label {
        5 if has_rear => 0x200,
        6 if has_rear => 0x400,
        33 => 0x10,
        34 => 0x20,
        42 => 0x4,
        label @ 1..=18 => 1 << (label - 1),
        _ => 0,
    };
    labels.iter().map(speaker).collect()
}
