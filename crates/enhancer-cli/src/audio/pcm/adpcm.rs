//! Decoder of the ADPCM in WAVE, AIFF-C and CAF: four bits per sample.
//!
//! IMA: Interactive Multimedia Association, *Recommended Practices for Enhancing Digital Audio Compatibility*
//! (1992), with the blocks of Microsoft's *Multimedia Data Standards Update* (1994) or Apple's `ima4`
//! (Technical Note 1081). Microsoft's own ADPCM: the same update, `WAVE_FORMAT_ADPCM`.

use crate::audio::block::Block;
use crate::audio::stream::{Decoder, Shape};

/// Bytes of a channel in a packet of `ima4`, and the frames that it holds.
const APPLE_BYTES: usize = 34;
const APPLE_FRAMES: u64 = 64;

/// The pairs of coefficients that every WAVE file of Microsoft's ADPCM has, in units of 1/256.
const STANDARD_COEFFICIENTS: [(i32, i32); 7] =
    [(256, 0), (512, -256), (0, 0), (192, 64), (240, 0), (460, -208), (392, -232)];

/// Factors for Microsoft's step after each code, in units of 1/256.
const ADAPTATION: [i32; 16] =
    [230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230];

/// IMA's steps: each about 1.1 times the one before.
const STEPS: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88,
    97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658,
    724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660,
    4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818,
    18500, 20350, 22385, 24623, 27086, 29794, 32767,
];

/// A variant of ADPCM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// IMA in WAVE: a block starts with a sample and a step for each channel.
    Ima,
    /// IMA in AIFF-C, CAF and QuickTime: 64 samples of a channel, then those of the next.
    Apple,
    /// Microsoft's ADPCM with its pairs of coefficients.
    Microsoft(Vec<(i32, i32)>),
}

impl Kind {
    /// Microsoft's ADPCM with the coefficients from byte 20 of a `fmt ` chunk, or the standard ones.
    pub(super) fn microsoft(format_chunk: &[u8]) -> Self {
        let count = format_chunk.get(20..22).map_or(0, |count| u16::from_le_bytes([count[0], count[1]]));
        let pairs = format_chunk.get(22..).unwrap_or_default().chunks_exact(4).take(usize::from(count));
        let number = |low: u8, high: u8| i32::from(i16::from_le_bytes([low, high]));
        let stated: Vec<_> = pairs.map(|pair| (number(pair[0], pair[1]), number(pair[2], pair[3]))).collect();
        let is_complete = stated.len() >= STANDARD_COEFFICIENTS.len();
        Self::Microsoft(if is_complete { stated } else { STANDARD_COEFFICIENTS.to_vec() })
    }

    /// Number of frames in a block of `bytes` bytes; a file's last block may be short.
    pub(super) fn frames_in(&self, bytes: u64, channels: u64) -> u64 {
        let channels = channels.max(1);
        match self {
            // Codes are in groups of eight for each channel in turn; mono needs no groups.
            Self::Ima if bytes < 4 * channels => 0,
            Self::Ima if channels == 1 => 1 + 2 * (bytes - 4),
            Self::Ima => 1 + (bytes - 4 * channels) / (4 * channels) * 8,
            Self::Apple => bytes / (APPLE_BYTES as u64 * channels) * APPLE_FRAMES,
            Self::Microsoft(_) if bytes < 7 * channels => 0,
            Self::Microsoft(_) => 2 + (bytes - 7 * channels) * 2 / channels,
        }
    }
}

/// Decodes blocks of one kind.
pub(super) struct Adpcm {
    kind: Kind,
    block_bytes: usize,
    sample_rate_hz: u32,
    /// The state of each channel, which only `ima4` keeps from block to block.
    ima: Vec<Ima>,
}

impl Adpcm {
    pub(super) fn new(kind: Kind, block_bytes: usize, channels: usize, sample_rate_hz: u32) -> Self {
        Self { kind, block_bytes: block_bytes.max(1), sample_rate_hz, ima: vec![Ima::default(); channels] }
    }

    fn ima_block(&mut self, data: &[u8], planes: &mut [Vec<f32>]) -> Result<(), String> {
        let channels = self.ima.len();
        let (head, codes) = data.split_at_checked(4 * channels).unwrap_or_default();
        for ((state, plane), head) in self.ima.iter_mut().zip(&mut *planes).zip(head.chunks_exact(4)) {
            let step = usize::from(head[2]);
            if step >= STEPS.len() {
                return Err(format!("an ADPCM step of {step}, beyond 88"));
            }
            *state = Ima { sample: i32::from(i16::from_le_bytes([head[0], head[1]])), step };
            plane.push(amplitude(state.sample));
        }
        let group = if channels == 1 { 1 } else { 4 };
        let whole = codes.len() - codes.len() % (group * channels);
        for (index, codes) in codes[..whole].chunks_exact(group).enumerate() {
            let channel = index % channels;
            self.ima[channel].decode(codes, &mut planes[channel]);
        }
        Ok(())
    }

    fn apple_block(&mut self, data: &[u8], planes: &mut [Vec<f32>]) {
        let packets = data.chunks_exact(APPLE_BYTES);
        for ((state, plane), packet) in self.ima.iter_mut().zip(planes).zip(packets) {
            let head = i16::from_be_bytes([packet[0], packet[1]]);
            let (sample, step) =
                (i32::from(head & !0x7F), usize::from(head as u16 & 0x7F).min(STEPS.len() - 1));
            // The head holds nine bits of the sample. Where it agrees with the previous packet, the sample of
            // that packet is exact.
            if state.step != step || (state.sample - sample).abs() > 0x7F {
                *state = Ima { sample, step };
            }
            state.decode(&packet[2..], plane);
        }
    }
}

impl Decoder for Adpcm {
    fn decode(&mut self, data: &[u8], block: &mut Block) -> Result<Option<Shape>, String> {
        let (before, channels) = (block.frames(), self.ima.len());
        block.planes.resize_with(channels, Vec::new);
        for data in data.chunks(self.block_bytes) {
            if self.kind.frames_in(data.len() as u64, channels as u64) == 0 {
                continue;
            }
            let decoded = match &self.kind {
                Kind::Ima => self.ima_block(data, &mut block.planes),
                Kind::Apple => {
                    self.apple_block(data, &mut block.planes);
                    Ok(())
                }
                Kind::Microsoft(coefficients) => microsoft_block(coefficients, data, &mut block.planes),
            };
            if let Err(fault) = decoded {
                block.truncate(before);
                return Err(fault);
            }
        }
        let shape = Shape { sample_rate_hz: self.sample_rate_hz, channels, speakers: None };
        Ok((block.frames() > before).then_some(shape))
    }

    fn reset(&mut self) {
        self.ima.fill(Ima::default());
    }
}

/// A channel of IMA's ADPCM.
#[derive(Debug, Clone, Copy, Default)]
struct Ima {
    sample: i32,
    /// Index into [`STEPS`].
    step: usize,
}

impl Ima {
    /// Decodes two codes per byte, the lower one first.
    fn decode(&mut self, codes: &[u8], plane: &mut Vec<f32>) {
        for code in codes.iter().flat_map(|byte| [byte & 0xF, byte >> 4]) {
            let step = STEPS[self.step];
            let bit = |bit: u8, value: i32| if code & bit == 0 { 0 } else { value };
            let difference = (step >> 3) + bit(4, step) + bit(2, step >> 1) + bit(1, step >> 2);
            let sample = if code & 8 == 0 { self.sample + difference } else { self.sample - difference };
            self.sample = sample.clamp(i32::from(i16::MIN), i32::from(i16::MAX));
            let change = if code & 4 == 0 { -1 } else { 2 * (isize::from(code & 3) + 1) };
            self.step = self.step.saturating_add_signed(change).min(STEPS.len() - 1);
            plane.push(amplitude(self.sample));
        }
    }
}

/// A channel of Microsoft's ADPCM.
struct Microsoft {
    coefficients: (i32, i32),
    delta: i32,
    /// The last sample and the one before it.
    samples: [i32; 2],
}

impl Microsoft {
    fn decode(&mut self, code: u8) -> f32 {
        let [last, before] = self.samples;
        let (first, second) = self.coefficients;
        let predicted = (last * first).saturating_add(before * second) / 256;
        let signed = i32::from(code) - if code & 8 == 0 { 0 } else { 16 };
        let sample = predicted.saturating_add(signed.saturating_mul(self.delta));
        let sample = sample.clamp(i32::from(i16::MIN), i32::from(i16::MAX));
        self.samples = [sample, last];
        // Beyond the range of any encoder, the product would overflow.
        self.delta = (ADAPTATION[usize::from(code)].saturating_mul(self.delta) / 256).max(16);
        amplitude(sample)
    }
}

fn microsoft_block(coefficients: &[(i32, i32)], data: &[u8], planes: &mut [Vec<f32>]) -> Result<(), String> {
    let channels = planes.len();
    let word = |at: usize| i32::from(i16::from_le_bytes([data[at], data[at + 1]]));
    let mut states = Vec::with_capacity(channels);
    for (channel, &predictor) in data[..channels].iter().enumerate() {
        let coefficients = coefficients.get(usize::from(predictor)).copied();
        let coefficients =
            coefficients.ok_or_else(|| format!("ADPCM coefficients {predictor}, which the file lacks"))?;
        let field = |index: usize| word(channels + 2 * (index * channels + channel));
        states.push(Microsoft { coefficients, delta: field(0), samples: [field(1), field(2)] });
    }
    for (state, plane) in states.iter().zip(&mut *planes) {
        plane.extend([amplitude(state.samples[1]), amplitude(state.samples[0])]);
    }
    let codes = data[7 * channels..].iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
    let codes: Vec<u8> = codes.collect();
    for frame in codes.chunks_exact(channels) {
        for ((code, state), plane) in frame.iter().zip(&mut states).zip(&mut *planes) {
            plane.push(state.decode(*code));
        }
    }
    Ok(())
}

fn amplitude(sample: i32) -> f32 {
    sample as f32 / 32_768.0
}
