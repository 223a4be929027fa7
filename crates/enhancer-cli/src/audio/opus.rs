//! Opus (RFC 6716) behind [`Decoder`], with the header of RFC 7845: channel mapping and output gain.

use super::block::Block;
use super::channel_order;
use super::error::{DecodeError, Timecode};
use super::stream::{Decoder, Shape};
use rusty_opus::OpusDecoder;

/// Sample rate of decoded Opus, Hz, for any input rate (RFC 7845 §5.1).
pub(super) const RATE_HZ: u32 = 48_000;

/// Frames of the longest packet, 120 ms (RFC 6716 §3.2.5).
const MAX_PACKET_FRAMES: u64 = 5760;

/// A packet of zeros alone that is longer than this is damage: an encoder writes silence in fewer bytes.
const LEAST_ZEROS: usize = 8;

/// Mapping index of a silent channel (RFC 7845 §5.1.1).
const SILENT: u8 = 255;

/// The header, `OpusHead` (RFC 7845 §5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OpusHead {
    /// Decoded frames before the sound.
    pub(super) pre_skip: u16,
    /// Output gain in 1/256 dB.
    gain: i16,
    channels: usize,
    family: u8,
    streams: usize,
    /// Number of stereo streams, which come first.
    coupled: usize,
    /// Decoded channel for each channel: first the pairs of the stereo streams, then the mono streams.
    mapping: Vec<u8>,
}

impl OpusHead {
    /// # Errors
    /// An invalid Opus header, or an unsupported channel mapping.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, DecodeError> {
        let bad = || DecodeError::Unsupported("Opus with an invalid header".to_owned());
        let fixed = bytes.get(..19).filter(|fixed| fixed.starts_with(b"OpusHead")).ok_or_else(bad)?;
        if fixed[8] >= 16 {
            return Err(DecodeError::Unsupported(format!("Opus of a later version, {}", fixed[8])));
        }
        let (channels, family) = (usize::from(fixed[9]), fixed[18]);
        let (streams, coupled, mapping) = match family {
            0 if (1..=2).contains(&channels) => (1, channels - 1, vec![0, 1][..channels].to_vec()),
            1 | 255 => {
                let table = bytes.get(19..21 + channels).ok_or_else(bad)?;
                (usize::from(table[0]), usize::from(table[1]), table[2..].to_vec())
            }
            2 | 3 => {
                return Err(DecodeError::Unsupported(format!(
                    "Opus as Ambisonics, channel mapping family {family}"
                )));
            }
            _ => return Err(bad()),
        };
        let decoded = streams + coupled;
        let is_valid = channels > 0
            && (family != 1 || channels <= 8)
            && streams > 0
            && coupled <= streams
            && decoded <= 255
            && mapping.iter().all(|&index| index == SILENT || usize::from(index) < decoded);
        if !is_valid {
            return Err(bad());
        }
        let le = |at: usize| [fixed[at], fixed[at + 1]];
        let (pre_skip, gain) = (u16::from_le_bytes(le(10)), i16::from_le_bytes(le(16)));
        Ok(Self { pre_skip, gain, channels, family, streams, coupled, mapping })
    }
}

/// Number of frames that a packet decodes to; `None` for an invalid packet (RFC 6716 §3.1, §3.2).
pub(super) fn packet_frames(data: &[u8]) -> Option<u64> {
    let toc = *data.first()?;
    let shift = u32::from(toc >> 3 & 3);
    let frame = match toc >> 3 {
        // SILK: 10, 20, 40, 60 ms.
        0..=11 if shift == 3 => 2880,
        0..=11 => 480 << shift,
        // Hybrid: 10, 20 ms.
        12..=15 => 480 << (shift & 1),
        // CELT: 2.5, 5, 10, 20 ms.
        _ => 120 << shift,
    };
    let count = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u64::from(data.get(1)? & 63),
    };
    Some(count * frame).filter(|frames| (1..=MAX_PACKET_FRAMES).contains(frames))
}

/// A decoder of 1 to 255 channels.
pub(super) struct Opus {
    head: OpusHead,
    /// One decoder per stream.
    decoders: Vec<OpusDecoder>,
    /// WAVE position of each channel.
    order: Vec<usize>,
    shape: Shape,
    gain: f32,
    /// Samples at full scale: `rusty-opus` clips its output to ±1.
    clipped: u64,
    /// Interleaved frames of one stream.
    scratch: Vec<f32>,
}

impl Opus {
    /// A decoder for the header `OpusHead`.
    ///
    /// # Errors
    /// See [`OpusHead::parse`].
    pub(super) fn new(head: &[u8]) -> Result<Self, DecodeError> {
        let head = OpusHead::parse(head)?;
        let decoders = decoders(&head).map_err(DecodeError::Unsupported)?;
        let known = if head.family == 255 { None } else { channel_order::vorbis(head.channels) };
        let (order, speakers) = match known {
            Some((order, mask)) => (order.to_vec(), Some(mask)),
            None => ((0..head.channels).collect(), None),
        };
        let shape = Shape { sample_rate_hz: RATE_HZ, channels: head.channels, speakers };
        let gain = 10f64.powf(f64::from(head.gain) / (20.0 * 256.0)) as f32;
        Ok(Self { head, decoders, order, shape, gain, clipped: 0, scratch: Vec::new() })
    }

    /// Decodes each stream's packet into `planes`.
    fn decode_streams(&mut self, data: &[u8], frames: usize, planes: &mut [Vec<f32>]) -> Result<(), String> {
        let mut rest = data;
        for stream in 0..self.head.streams {
            let is_last = stream + 1 == self.head.streams;
            let (packet, length) =
                if is_last { (rest.to_vec(), rest.len()) } else { undelimited(rest).ok_or(BAD_PACKET)? };
            rest = &rest[length..];
            if packet_frames(&packet) != Some(frames as u64) {
                return Err(BAD_PACKET.to_owned());
            }
            let (first, width) = match stream.checked_sub(self.head.coupled) {
                None => (2 * stream, 2),
                Some(mono) => (2 * self.head.coupled + mono, 1),
            };
            self.scratch.resize(2 * frames, 0.0);
            let decoded = self.decoders[stream]
                .decode(
                    if is_silent(&packet) { &[] } else { &packet },
                    frames,
                    &mut self.scratch[..width * frames],
                )
                .map_err(|error| format!("opus: {error}"))?;
            if decoded != frames {
                return Err(BAD_PACKET.to_owned());
            }
            for (channel, &index) in self.head.mapping.iter().enumerate() {
                let Some(part) = usize::from(index).checked_sub(first).filter(|part| *part < width) else {
                    continue;
                };
                if index != SILENT {
                    let samples = self.scratch[part..].iter().step_by(width).take(frames);
                    self.clipped += samples.clone().filter(|sample| sample.abs() >= 1.0).count() as u64;
                    planes[self.order[channel]].extend(samples.map(|sample| sample * self.gain));
                }
            }
        }
        Ok(())
    }
}

/// True for frames of at most a byte, which an encoder writes in place of silence. A decoder treats them as
/// lost, with comfort noise (RFC 6716 §4.2.1, §2.1.9).
fn is_silent(packet: &[u8]) -> bool {
    match packet.first().map(|toc| toc & 3) {
        Some(0) => packet.len() <= 2,
        Some(1) => packet.len() <= 3,
        _ => false,
    }
}

const BAD_PACKET: &str = "opus: invalid packet";

fn decoders(head: &OpusHead) -> Result<Vec<OpusDecoder>, String> {
    let width = |stream| if stream < head.coupled { 2 } else { 1 };
    (0..head.streams)
        .map(|stream| OpusDecoder::new(RATE_HZ as i32, width(stream)).map_err(|error| error.to_string()))
        .collect()
}

impl Decoder for Opus {
    fn decode(&mut self, data: &[u8], block: &mut Block) -> Result<Option<Shape>, String> {
        // Zeros from an interrupted download have the form of a packet of 10 ms.
        if data.len() > LEAST_ZEROS && data.iter().all(|&byte| byte == 0) {
            return Err("opus: a packet of zeros".to_owned());
        }
        let frames = packet_frames(data).ok_or(BAD_PACKET)? as usize;
        let mut planes = vec![Vec::with_capacity(frames); self.head.channels];
        self.decode_streams(data, frames, &mut planes)?;
        if block.frames() == 0 {
            block.planes.resize_with(self.head.channels, Vec::new);
        }
        if block.planes.len() == self.head.channels {
            for (to, mut plane) in block.planes.iter_mut().zip(planes) {
                plane.resize(frames, 0.0);
                to.append(&mut plane);
            }
        }
        Ok(Some(self.shape))
    }

    fn reset(&mut self) {
        // The header was accepted before.
        if let Ok(decoders) = decoders(&self.head) {
            self.decoders = decoders;
        }
    }

    fn configure(&mut self, headers: &[u8]) -> Result<(), String> {
        *self = Self::new(headers).map_err(|error| error.to_string())?;
        Ok(())
    }

    fn finish(&mut self, _: Timecode) -> Result<Option<String>, DecodeError> {
        let clipped = std::mem::take(&mut self.clipped);
        Ok((clipped > 0).then(|| {
            format!(
                "{clipped} samples reach full scale, where the Opus decoder clips; --decoder ffmpeg does not"
            )
        }))
    }
}

/// The first of several packets in a row, each with the length of its last frame in front (RFC 6716 appendix
/// B). Returns it as an ordinary packet, and its length in the row.
fn undelimited(data: &[u8]) -> Option<(Vec<u8>, usize)> {
    let toc = *data.first()?;
    let mut header = vec![toc];
    let mut at = 1;
    // Bytes of the frames before the last, bytes of padding, and the number of frames with the last length.
    let (mut earlier, mut padding, mut copies) = (0, 0, 1);
    match toc & 3 {
        0 => {}
        1 => copies = 2,
        2 => earlier = length(data, &mut at)?,
        _ => {
            let count = *data.get(at)?;
            at += 1;
            if count & 0x40 != 0 {
                loop {
                    let byte = usize::from(*data.get(at)?);
                    at += 1;
                    padding += byte.min(254);
                    if byte < 255 {
                        break;
                    }
                }
            }
            match (count & 0x80 != 0, usize::from(count & 63)) {
                (_, 0) => return None,
                (true, frames) => {
                    for _ in 1..frames {
                        earlier += length(data, &mut at)?;
                    }
                }
                (false, frames) => copies = frames,
            }
        }
    }
    header.extend_from_slice(data.get(1..at)?);
    let last = length(data, &mut at)?;
    let end = at + earlier + copies * last + padding;
    header.extend_from_slice(data.get(at..end)?);
    Some((header, end))
}

/// A frame's length, of one or two bytes (RFC 6716 §3.2.1).
fn length(data: &[u8], at: &mut usize) -> Option<usize> {
    let first = usize::from(*data.get(*at)?);
    *at += 1;
    if first < 252 {
        return Some(first);
    }
    let second = usize::from(*data.get(*at)?);
    *at += 1;
    Some(first + 4 * second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_of_zeros_is_damage() {
        let head = [&b"OpusHead\x01\x02"[..], &[0; 9]].concat();
        let mut opus = Opus::new(&head).unwrap();
        let mut block = Block::default();
        assert!(opus.decode(&[0; 120], &mut block).is_err());
        assert_eq!(block.frames(), 0);
    }

    #[test]
    fn a_packet_s_length_is_in_its_first_byte() {
        for (toc, frames) in [
            (0b0000_0000, 480),
            (0b0001_1000, 2880),
            (0b0110_0000, 480),
            (0b0111_1000, 960),
            (0b1000_0000, 120),
            (0b1111_1000, 960),
            (0b1111_1001, 1920),
        ] {
            assert_eq!(packet_frames(&[toc]), Some(frames), "{toc:08b}");
        }
        assert_eq!(packet_frames(&[0b1111_1011, 6]), Some(5760));
        for bad in [&[][..], &[0b1111_1011], &[0b1111_1011, 7], &[0b1111_1011, 0]] {
            assert_eq!(packet_frames(bad), None);
        }
    }

    #[test]
    fn frames_of_at_most_a_byte_are_silent() {
        for packet in [&[0x08][..], &[0x08, 1], &[0x09], &[0x09, 1, 1]] {
            assert!(is_silent(packet), "{packet:?}");
        }
        for packet in [&[][..], &[0x08, 1, 2], &[0x09, 1, 2, 3, 4], &[0x0B, 1]] {
            assert!(!is_silent(packet), "{packet:?}");
        }
    }

    #[test]
    fn packets_in_a_row_are_split() {
        // One frame; two of equal length; two of unequal length; three of equal length with padding.
        let row =
            [&[0x00, 2, 7, 8][..], &[0x01, 1, 7, 8], &[0x02, 1, 2, 7, 8, 9], &[0x03, 0x43, 1, 1, 4, 5, 6, 0]];
        let ordinary = [&[0x00, 7, 8][..], &[0x01, 7, 8], &[0x02, 1, 7, 8, 9], &[0x03, 0x43, 1, 4, 5, 6, 0]];
        let bytes = row.concat();
        let mut rest = &bytes[..];
        for expected in ordinary {
            let (packet, length) = undelimited(rest).unwrap();
            assert_eq!(packet, expected);
            rest = &rest[length..];
        }
        assert!(rest.is_empty());
        for length in 0..row[3].len() {
            assert_eq!(undelimited(&row[3][..length]), None);
        }
    }
}
