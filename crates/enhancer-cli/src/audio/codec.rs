//! Symphonia's decoders behind [`Decoder`].

use super::block::Block;
use super::error::DecodeError;
use super::info::Depth;
use super::stream::{Decoder, Shape};
use symphonia::core::audio::{Channels, GenericAudioBufferRef};
use symphonia::core::codecs::audio::well_known as codec;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

/// A decoder of the `symphonia` crate.
pub(super) struct Codec {
    decoder: Box<dyn AudioDecoder>,
    is_alac: bool,
}

impl Codec {
    /// A decoder for these parameters. Its output includes the encoder's delay and padding.
    ///
    /// # Errors
    /// An unsupported codec.
    pub(super) fn new(params: &AudioCodecParameters) -> Result<Self, DecodeError> {
        let options = AudioDecoderOptions::default().gapless(false);
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(params, &options)
            .map_err(|error| DecodeError::Unsupported(error.to_string()))?;
        Ok(Self { decoder, is_alac: params.codec == codec::CODEC_ID_ALAC })
    }
}

impl Decoder for Codec {
    fn decode(&mut self, data: &[u8], block: &mut Block) -> Result<Option<Shape>, String> {
        let packet = Packet::new(0, Timestamp::ZERO, Duration::ZERO, data);
        let audio = self.decoder.decode(&packet).map_err(|error| error.to_string())?;
        if audio.frames() == 0 {
            return Ok(None);
        }
        let (spec, channels) = (audio.spec(), audio.num_planes());
        let speakers = match (channels, self.is_alac) {
            // Symphonia names the speaker of mono FLAC "front left", and misnames the back speakers of ALAC's
            // 6.1.
            (1, _) => Some(0x4),
            (7, true) => Some(0x70F),
            _ => speakers(spec.channels()),
        };
        let shape = Shape { sample_rate_hz: spec.rate(), channels, speakers };
        if block.frames() == 0 {
            block.planes.resize_with(channels, Vec::new);
        }
        if block.planes.len() == channels {
            append(&audio, block);
        }
        Ok(Some(shape))
    }

    fn reset(&mut self) {
        self.decoder.reset();
    }
}

fn append(audio: &GenericAudioBufferRef<'_>, block: &mut Block) {
    let (start, frames) = (block.frames(), audio.frames());
    block.extend_silence(frames);
    let mut tails: Vec<&mut [f32]> = block.planes.iter_mut().map(|plane| &mut plane[start..]).collect();
    audio.copy_to_slice_planar(&mut tails);
}

/// Symphonia's first 18 positions are those of the WAVE mask, in the same order.
fn speakers(channels: &Channels) -> Option<u32> {
    match channels {
        Channels::Positioned(position) => u32::try_from(position.bits()).ok().filter(|mask| *mask < 1 << 18),
        _ => None,
    }
}

/// The resolution of the sound with these parameters.
pub(super) fn depth(params: &AudioCodecParameters) -> Depth {
    // Symphonia numbers its PCM codecs in sequence: integers, floating point, companded.
    let integers = codec::CODEC_ID_PCM_S32LE..=codec::CODEC_ID_PCM_U8_PLANAR;
    let floats = codec::CODEC_ID_PCM_F32LE..=codec::CODEC_ID_PCM_F64BE_PLANAR;
    let is_lossless = [codec::CODEC_ID_FLAC, codec::CODEC_ID_ALAC].contains(&params.codec);
    match params.bits_per_sample {
        _ if floats.contains(&params.codec) => Depth::Float,
        Some(bits) if is_lossless || integers.contains(&params.codec) => Depth::Integer(bits),
        _ => Depth::Lossy,
    }
}
