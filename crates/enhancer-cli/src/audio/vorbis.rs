//! Vorbis of more than two channels, by `lewton`.
//!
//! Symphonia 0.6.1 undoes the coupling of channels in ascending order, where the Vorbis I specification (section 4.3.5) asks for
//! the descending one. Mono and stereo have at most one coupling, and Symphonia decodes them; surround would come out with errors
//! as loud as the sound, so it is decoded here.

use lewton::audio::{PreviousWindowRight, read_audio_packet_generic};
use lewton::header::{IdentHeader, SetupHeader, read_header_ident, read_header_setup};
use symphonia::core::audio::{
    AsGenericAudioBufferRef, AudioBuffer, AudioMut, AudioSpec, Channels, GenericAudioBufferRef, Position,
};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::well_known::CODEC_ID_VORBIS;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, FinalizeResult};
use symphonia::core::errors::{Error, Result, decode_error};
use symphonia::core::packet::PacketRef;

/// How the headers start that the decoder needs.
const IDENT: &[u8] = b"\x01vorbis";
const SETUP: &[u8] = b"\x05vorbis";

/// Where Vorbis' channels go in the order of WAVE, and their speakers as its mask, from three channels on (Vorbis I,
/// section 4.3.9).
const LAYOUTS: [(&[usize], u64); 6] = [
    (&[0, 2, 1], 0x7),
    (&[0, 1, 2, 3], 0x33),
    (&[0, 2, 1, 3, 4], 0x37),
    (&[0, 2, 1, 4, 5, 3], 0x3F),
    (&[0, 2, 1, 5, 6, 4, 3], 0x70F),
    (&[0, 2, 1, 6, 7, 4, 5, 3], 0x63F),
];

static INFO: CodecInfo = CodecInfo { short_name: "vorbis", long_name: "Vorbis", profiles: &[] };

/// A decoder of 3 to 8 channels.
pub(super) struct VorbisSurround {
    params: AudioCodecParameters,
    ident: IdentHeader,
    setup: SetupHeader,
    /// Where each channel goes.
    order: &'static [usize],
    window: PreviousWindowRight,
    buffer: AudioBuffer<f32>,
}

impl VorbisSurround {
    /// A decoder for these parameters; `None` for what Symphonia decodes.
    pub(super) fn for_params(params: &AudioCodecParameters) -> Result<Option<Self>> {
        let Some(headers) = params.extra_data.as_deref().filter(|_| params.codec == CODEC_ID_VORBIS) else {
            return Ok(None);
        };
        let (Some(ident), Some(setup)) = (find(headers, IDENT), find(headers, SETUP)) else {
            return Ok(None);
        };
        let ident = read_header_ident(ident).map_err(|_| BAD_HEADERS)?;
        let layout = usize::from(ident.audio_channels).checked_sub(3).and_then(|index| LAYOUTS.get(index));
        let Some(&(order, mask)) = layout else { return Ok(None) };
        let blocks = (ident.blocksize_0, ident.blocksize_1);
        let setup = read_header_setup(setup, ident.audio_channels, blocks).map_err(|_| BAD_HEADERS)?;
        let channels = Channels::Positioned(Position::from_bits_truncate(mask as _));
        let spec = AudioSpec::new(ident.audio_sample_rate, channels);
        let buffer = AudioBuffer::new(spec, 1 << ident.blocksize_1);
        let window = PreviousWindowRight::new();
        Ok(Some(Self { params: params.clone(), ident, setup, order, window, buffer }))
    }

    fn decode_packet(&mut self, packet: &PacketRef<'_>) -> Result<()> {
        self.buffer.clear();
        let planes: Vec<Vec<f32>> =
            read_audio_packet_generic(&self.ident, &self.setup, packet.data, &mut self.window)
                .map_err(|_| Error::DecodeError("vorbis: invalid audio packet"))?;
        let frames = planes.iter().map(Vec::len).min().unwrap_or(0);
        if frames > self.buffer.capacity() {
            return decode_error("vorbis: audio packet too long");
        }
        self.buffer.render_uninit(Some(frames));
        for (plane, &channel) in planes.iter().zip(self.order) {
            if let Some(to) = self.buffer.plane_mut(channel) {
                to.copy_from_slice(&plane[..frames]);
            }
        }
        self.buffer.trim(packet.trim_start.get() as usize, packet.trim_end.get() as usize);
        Ok(())
    }
}

const BAD_HEADERS: Error = Error::DecodeError("vorbis: invalid headers");

/// What starts with `start`.
fn find<'a>(bytes: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    let at = bytes.windows(start.len()).position(|window| window == start)?;
    bytes.get(at..)
}

impl AudioDecoder for VorbisSurround {
    fn reset(&mut self) {
        self.window = PreviousWindowRight::new();
    }

    fn codec_info(&self) -> &CodecInfo {
        &INFO
    }

    fn codec_params(&self) -> &AudioCodecParameters {
        &self.params
    }

    fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
        if let Err(error) = self.decode_packet(packet) {
            self.buffer.clear();
            return Err(error);
        }
        Ok(self.buffer.as_generic_audio_buffer_ref())
    }

    fn finalize(&mut self) -> FinalizeResult {
        FinalizeResult::default()
    }

    fn last_decoded(&self) -> GenericAudioBufferRef<'_> {
        self.buffer.as_generic_audio_buffer_ref()
    }
}
