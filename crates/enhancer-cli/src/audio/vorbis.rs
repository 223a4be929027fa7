//! Vorbis behind [`Decoder`]: each packet gives the number of frames from the specification (Vorbis I
//! §4.3.8).
//!
//! Symphonia decodes mono and stereo. Symphonia 0.6.1 undoes the coupling of channels in ascending order,
//! where the specification (§4.3.5) requires descending order. Surround would have errors as loud as the
//! sound, so `lewton` decodes it.

use super::block::Block;
use super::channel_order;
use super::codec::Codec;
use super::error::DecodeError;
use super::stream::{Decoder, Shape};
use lewton::audio::{PreviousWindowRight, read_audio_packet_generic};
use lewton::header::{IdentHeader, SetupHeader, read_header_ident, read_header_setup};
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_VORBIS;

const BAD_HEADERS: &str = "Vorbis with invalid headers";

/// The three headers from Xiph's lacing, as Matroska stores them: `2`, two lengths, the headers.
pub(super) fn unlace(headers: &[u8]) -> Option<[&[u8]; 3]> {
    let (&2, mut rest) = headers.split_first()? else { return None };
    let mut lengths = [0usize; 2];
    for length in &mut lengths {
        loop {
            let (&byte, tail) = rest.split_first()?;
            rest = tail;
            *length += usize::from(byte);
            if byte < 255 {
                break;
            }
        }
    }
    let (ident, rest) = rest.split_at_checked(lengths[0])?;
    let (comment, setup) = rest.split_at_checked(lengths[1])?;
    Some([ident, comment, setup])
}

/// Puts three headers into Xiph's lacing.
pub(super) fn lace(headers: &[Vec<u8>; 3]) -> Vec<u8> {
    let mut laced = vec![2];
    for header in &headers[..2] {
        laced.resize(laced.len() + header.len() / 255, 255);
        laced.push((header.len() % 255) as u8);
    }
    headers.iter().for_each(|header| laced.extend_from_slice(header));
    laced
}

/// A packet's place in the overlap of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Frames of the block, twice the number that it adds to the sound.
    pub(super) block: u64,
    /// True for a long block before a short one.
    narrows: bool,
}

/// The headers' facts on the lengths of packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Timing {
    pub(super) sample_rate_hz: u32,
    pub(super) channels: usize,
    /// Frames of a short and a long block.
    blocks: [u64; 2],
    /// For each mode, true if its blocks are long.
    is_long: Vec<bool>,
}

impl Timing {
    /// Reads the identification and setup headers (Vorbis I §4.2.2, §4.2.4).
    pub(super) fn new(ident: &[u8], setup: &[u8]) -> Option<Self> {
        let ident = ident.strip_prefix(b"\x01vorbis")?.get(..22)?;
        let setup = setup.strip_prefix(b"\x05vorbis")?;
        let sample_rate_hz = u32::from_le_bytes(ident[5..9].try_into().ok()?);
        let blocks = [1 << (ident[21] & 15), 1 << (ident[21] >> 4)];
        let timing = Self { sample_rate_hz, channels: usize::from(ident[4]), blocks, is_long: modes(setup)? };
        Some(timing).filter(|timing| timing.channels > 0 && sample_rate_hz > 0)
    }

    /// A packet's window; `None` for a packet without audio.
    pub(super) fn window(&self, packet: &[u8]) -> Option<Window> {
        let bit = |index: usize| packet.get(index / 8).map(|byte| byte >> (index % 8) & 1 == 1);
        if bit(0)? {
            return None;
        }
        let width = (usize::BITS - (self.is_long.len() - 1).leading_zeros()) as usize;
        let mut mode = 0;
        for place in 0..width {
            mode |= usize::from(bit(1 + place)?) << place;
        }
        let is_long = *self.is_long.get(mode)?;
        let narrows = is_long && self.blocks[0] < self.blocks[1] && !bit(2 + width)?;
        Some(Window { block: self.blocks[usize::from(is_long)], narrows })
    }

    /// Frames that a packet gives after a block of `previous` frames. The first packet gives none.
    pub(super) fn frames(previous: Option<u64>, window: Window) -> u64 {
        previous.map_or(0, |previous| (previous + window.block) / 4)
    }
}

/// The modes' block flags. The modes are the last part of the setup header: 6 bits of their count less one,
/// 41 bits each, then a set bit. They are found from the end, because everything before them needs the whole
/// decoder.
fn modes(setup: &[u8]) -> Option<Vec<bool>> {
    const MODE_BITS: usize = 41;
    let bits = |from: usize, count: usize| {
        (0..count)
            .fold(0u64, |value, n| value | u64::from(setup[(from + n) / 8] >> ((from + n) % 8) & 1) << n)
    };
    let end = (0..8 * setup.len()).rev().find(|&bit| bits(bit, 1) == 1)?;
    let mut found = None;
    let mut flags = Vec::new();
    for count in 1..=64 {
        let Some(start) = end.checked_sub(MODE_BITS * count).filter(|start| *start >= 6) else { break };
        // Window type and transform type are zero; the mapping is one of 64.
        if bits(start + 1, 32) != 0 || bits(start + 33, 8) > 63 {
            break;
        }
        flags.push(bits(start, 1) == 1);
        if bits(start - 6, 6) + 1 == count as u64 {
            found = Some(flags.iter().rev().copied().collect());
        }
    }
    found
}

/// A decoder of Vorbis packets.
pub(super) struct Vorbis {
    timing: Timing,
    engine: Engine,
    /// Frames of the previous packet's block.
    previous: Option<u64>,
    /// True where the previous packet was decoded.
    is_primed: bool,
    /// Frames that the engine returned before their packet.
    early: Block,
}

enum Engine {
    Symphonia(Codec),
    Lewton(Box<Surround>),
}

impl Vorbis {
    /// A decoder for three laced headers.
    ///
    /// # Errors
    /// Invalid headers.
    pub(super) fn new(headers: &[u8]) -> Result<Self, DecodeError> {
        let bad = || DecodeError::Unsupported(BAD_HEADERS.to_owned());
        let [ident, _, setup] = unlace(headers).ok_or_else(bad)?;
        let timing = Timing::new(ident, setup).ok_or_else(bad)?;
        let engine = if timing.channels > 2 {
            Engine::Lewton(Box::new(Surround::new(ident, setup).ok_or_else(bad)?))
        } else {
            let mut params = AudioCodecParameters::default();
            params.for_codec(CODEC_ID_VORBIS).with_extra_data(headers.into());
            Engine::Symphonia(Codec::new(&params)?)
        };
        Ok(Self { timing, engine, previous: None, is_primed: false, early: Block::default() })
    }

    /// The packet's frames, without those that the decoder adds.
    fn decode_packet(&mut self, data: &[u8]) -> Result<Block, String> {
        let mut decoded = Block { planes: vec![Vec::new(); self.timing.channels] };
        match &mut self.engine {
            Engine::Symphonia(codec) => {
                codec.decode(data, &mut decoded)?;
                if !self.is_primed {
                    decoded.clear();
                }
            }
            Engine::Lewton(surround) => surround.decode(data, &mut decoded)?,
        }
        Ok(decoded)
    }
}

impl Decoder for Vorbis {
    fn decode(&mut self, data: &[u8], block: &mut Block) -> Result<Option<Shape>, String> {
        let window = self.timing.window(data).ok_or("vorbis: invalid packet")?;
        let frames = Timing::frames(self.previous, window) as usize;
        self.previous = Some(window.block);
        let decoded = match self.decode_packet(data) {
            Ok(decoded) => decoded,
            Err(fault) => {
                let previous = self.previous;
                self.reset();
                self.previous = previous;
                return Err(fault);
            }
        };
        self.is_primed = true;
        // Lewton returns a long block's frames up to the slope of the short block after it.
        let is_early = window.narrows && matches!(self.engine, Engine::Lewton(_));
        let early = if is_early { ((window.block - self.timing.blocks[0]) / 4) as usize } else { 0 };
        let channels = self.timing.channels;
        if block.frames() == 0 {
            block.planes.resize_with(channels, Vec::new);
        }
        self.early.planes.resize_with(channels, Vec::new);
        // After a packet that could not be decoded, the overlap is missing.
        let silence = (frames + early).saturating_sub(self.early.frames() + decoded.frames());
        self.early.extend_silence(silence);
        for (plane, mut more) in self.early.planes.iter_mut().zip(decoded.planes) {
            plane.append(&mut more);
        }
        if block.planes.len() == channels {
            for (to, plane) in block.planes.iter_mut().zip(&mut self.early.planes) {
                to.extend(plane.drain(..frames.min(plane.len())));
            }
        }
        let speakers = channel_order::vorbis(channels).map(|(_, mask)| mask);
        Ok(Some(Shape { sample_rate_hz: self.timing.sample_rate_hz, channels, speakers }))
    }

    fn reset(&mut self) {
        match &mut self.engine {
            Engine::Symphonia(codec) => codec.reset(),
            Engine::Lewton(surround) => surround.window = PreviousWindowRight::new(),
        }
        self.previous = None;
        self.is_primed = false;
        self.early.clear();
    }

    fn configure(&mut self, headers: &[u8]) -> Result<(), String> {
        *self = Self::new(headers).map_err(|error| error.to_string())?;
        Ok(())
    }
}

/// State of the `lewton` decoder.
struct Surround {
    ident: IdentHeader,
    setup: SetupHeader,
    window: PreviousWindowRight,
}

impl Surround {
    fn new(ident: &[u8], setup: &[u8]) -> Option<Self> {
        let ident = read_header_ident(ident).ok()?;
        let blocks = (ident.blocksize_0, ident.blocksize_1);
        let setup = read_header_setup(setup, ident.audio_channels, blocks).ok()?;
        Some(Self { ident, setup, window: PreviousWindowRight::new() })
    }

    fn decode(&mut self, data: &[u8], block: &mut Block) -> Result<(), String> {
        let planes: Vec<Vec<f32>> =
            read_audio_packet_generic(&self.ident, &self.setup, data, &mut self.window)
                .map_err(|_| "vorbis: invalid audio packet")?;
        let order = channel_order::vorbis(planes.len()).map(|(order, _)| order);
        for (channel, plane) in planes.into_iter().enumerate() {
            let to = order.map_or(channel, |order| order[channel]);
            block.planes[to] = plane;
        }
        Ok(())
    }
}
