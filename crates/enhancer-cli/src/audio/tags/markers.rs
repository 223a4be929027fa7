//! AIFF's markers as WAV's cue points (Apple, *Audio Interchange File Format 1.3*, Marker Chunk; RIFF 1991,
//! `cue ` and `LIST adtl`).

use super::chunks::riff_bytes;
use crate::audio::wav::Chunk;

/// `cue ` with the places, and `LIST adtl` with their names.
pub(super) fn to_wav(markers: &[u8]) -> Vec<Chunk> {
    let (mut points, mut labels, mut count) = (Vec::new(), b"adtl".to_vec(), 0u32);
    let mut rest = markers.get(2..).unwrap_or_default();
    while let Some((header, after)) = rest.split_first_chunk::<7>() {
        let id = u32::from(u16::from_be_bytes([header[0], header[1]])).to_le_bytes();
        let frame = u32::from_be_bytes([header[2], header[3], header[4], header[5]]).to_le_bytes();
        let length = usize::from(header[6]);
        let Some(name) = after.get(..length) else { break };
        points.extend([id, frame, *b"data", [0; 4], [0; 4], frame].concat());
        labels.extend(riff_bytes(*b"labl", &[&id[..], name, &[0]].concat()));
        count += 1;
        // The byte of the length and the name together have an even number of bytes.
        rest = after.get(length + (length + 1) % 2..).unwrap_or_default();
    }
    if count == 0 {
        return Vec::new();
    }
    let cue = [&count.to_le_bytes()[..], &points].concat();
    vec![Chunk { name: *b"cue ", body: cue }, Chunk { name: *b"LIST", body: labels }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_names_are_kept() {
        let one = [&[0, 1, 0, 0, 0x12, 0xC0, 1][..], b"A"].concat();
        let two = [&[0, 2, 0, 0, 0x25, 0x80, 2][..], b"BC\0"].concat();
        let chunks = to_wav(&[&[0, 2][..], &one, &two].concat());
        let point = |id: u8, frame: [u8; 2]| {
            [
                &[id, 0, 0, 0, frame[0], frame[1], 0, 0][..],
                b"data\0\0\0\0\0\0\0\0",
                &[frame[0], frame[1], 0, 0],
            ]
            .concat()
        };
        assert_eq!(
            chunks[0].body,
            [vec![2, 0, 0, 0], point(1, [0xC0, 0x12]), point(2, [0x80, 0x25])].concat()
        );
        let labels = b"adtllabl\x06\0\0\0\x01\0\0\0A\0labl\x07\0\0\0\x02\0\0\0BC\0\0";
        assert_eq!(chunks[1].body, labels);
        assert!(to_wav(&[0, 0]).is_empty() && to_wav(&[0, 1, 0, 0, 0, 0, 0, 0, 9, b'A']).is_empty());
    }
}
