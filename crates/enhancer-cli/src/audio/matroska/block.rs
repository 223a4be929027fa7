//! Blocks of a track (RFC 9559 §10): a header, and one packet or several laced packets.

use crate::audio::ebml::number;

/// A block of a track.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    pub(super) track: u64,
    /// Time relative to the cluster, ticks.
    pub(super) time: i16,
    pub(super) packets: Vec<&'a [u8]>,
}

/// Parses a block; `None` where it is damaged.
pub(super) fn parse(body: &[u8]) -> Option<Block<'_>> {
    let (track, length) = number(body)?;
    let &[high, low, flags, ref rest @ ..] = body.get(length..)? else { return None };
    let packets = match flags >> 1 & 3 {
        0 => vec![rest],
        lacing => unlace(lacing, rest)?,
    };
    Some(Block { track: track?, time: i16::from_be_bytes([high, low]), packets })
}

/// Splits laced packets (RFC 9559 §10.3).
fn unlace(lacing: u8, body: &[u8]) -> Option<Vec<&[u8]>> {
    let (&count, mut rest) = body.split_first()?;
    let count = usize::from(count) + 1;
    let mut lengths = Vec::with_capacity(count);
    match lacing {
        1 => {
            for _ in 1..count {
                let mut length = 0;
                loop {
                    let (&byte, behind) = rest.split_first()?;
                    rest = behind;
                    length += usize::from(byte);
                    if byte < 255 {
                        break;
                    }
                }
                lengths.push(length);
            }
        }
        2 => lengths = vec![rest.len() / count; count - 1],
        _ => {
            let mut length = 0i64;
            for index in 1..count {
                let (value, bytes) = number(rest)?;
                rest = &rest[bytes..];
                // The first size is absolute; each other is a signed difference from the previous one.
                let bias = if index == 1 { 0 } else { (1i64 << (7 * bytes - 1)) - 1 };
                length += i64::try_from(value?).ok()? - bias;
                lengths.push(usize::try_from(length).ok()?);
            }
        }
    }
    if lacing == 2 && rest.len() % count != 0 {
        return None;
    }
    let mut packets = Vec::with_capacity(count);
    for length in lengths {
        let (packet, behind) = rest.split_at_checked(length)?;
        packets.push(packet);
        rest = behind;
    }
    packets.push(rest);
    Some(packets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_lacing_is_split() {
        let long = vec![7; 300];
        let tail = [&[8, 8][..], &long, &[9]].concat();
        let fixed = [1, 1, 2, 2, 3, 3];
        for (flags, sizes, body, expected) in [
            (0x00, &[][..], &fixed[..], vec![&fixed[..]]),
            (0x02, &[2, 2, 255, 45], &tail, vec![&[8, 8], &long, &[9]]),
            (0x04, &[2], &fixed, vec![&[1, 1], &[2, 2], &[3, 3]]),
            // Size 2, then a difference of 298 in two bytes, biased by 8191.
            (0x06, &[2, 0x82, 0x61, 0x29], &tail, vec![&[8, 8], &long, &[9]]),
        ] {
            let block = [&[0x81, 0xFF, 0xFE, flags], sizes, body].concat();
            let found = parse(&block).unwrap();
            assert_eq!((found.track, found.time, found.packets), (1, -2, expected), "{flags:02x}");
            (0..block.len().min(12)).for_each(|length| drop(parse(&block[..length])));
        }
    }
}
