//! The channel orders of Vorbis and Opus, which differ from WAVE's.

/// For each count of channels, their places in the order of WAVE, and their speakers as its mask (Vorbis I
/// §4.3.9, adopted by RFC 7845 §5.1.1.2).
const VORBIS: [(&[usize], u32); 8] = [
    (&[0], 0x4),
    (&[0, 1], 0x3),
    (&[0, 2, 1], 0x7),
    (&[0, 1, 2, 3], 0x33),
    (&[0, 2, 1, 3, 4], 0x37),
    (&[0, 2, 1, 4, 5, 3], 0x3F),
    (&[0, 2, 1, 5, 6, 4, 3], 0x70F),
    (&[0, 2, 1, 6, 7, 4, 5, 3], 0x63F),
];

/// The order and speakers of `channels` channels in Vorbis and Opus; `None` for more than eight.
pub(super) fn vorbis(channels: usize) -> Option<(&'static [usize], u32)> {
    VORBIS.get(channels.checked_sub(1)?).copied()
}
