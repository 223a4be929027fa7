//! FLAC frames behind [`Decoder`], with their checksums and the MD5 of all samples.

use super::frame::{FrameHeader, crc16};
use super::headers::{Headers, STREAMINFO_BYTES};
use super::wide;
use crate::audio::block::Block;
use crate::audio::error::{DecodeError, Timecode};
use crate::audio::info::Depth;
use crate::audio::stream::{Decoder, Shape};
use symphonia::core::audio::{Audio, GenericAudioBufferRef};
use symphonia::core::checksum::Md5;
use symphonia::core::codecs::audio::well_known::CODEC_ID_FLAC;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::io::Monitor;
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

/// The largest depth that Symphonia decodes. The difference of two channels of 32 bits has 33.
const MAX_COMMON_BITS: u32 = 31;

/// A decoder of FLAC frames.
pub(in crate::audio) struct Flac {
    headers: Headers,
    engine: Option<Engine>,
    md5: Md5,
    /// Number of frames decoded.
    found: u64,
    /// True where packets are missing, so that the header's total and MD5 can't be checked.
    is_broken: bool,
    /// Samples of a frame, a plane per channel.
    planes: Vec<Vec<i32>>,
    bytes: Vec<u8>,
}

/// Symphonia's decoder for one format.
struct Engine {
    channels: usize,
    bits: u32,
    decoder: Box<dyn AudioDecoder>,
}

impl Flac {
    /// A decoder for `fLaC` and the metadata after it.
    ///
    /// # Errors
    /// Invalid headers.
    pub(in crate::audio) fn new(headers: &[u8]) -> Result<Self, DecodeError> {
        let headers = Headers::parse(headers)
            .ok_or_else(|| DecodeError::Unsupported("FLAC with invalid headers".to_owned()))?;
        let (md5, planes, bytes) = (Md5::default(), Vec::new(), Vec::new());
        Ok(Self { headers, engine: None, md5, found: 0, is_broken: false, planes, bytes })
    }

    pub(in crate::audio) fn depth(&self) -> Depth {
        Depth::Integer(self.headers.bits)
    }

    /// Decodes a frame into `planes`.
    fn decode_frame(&mut self, data: &[u8], header: &FrameHeader, bits: u32) -> Result<(), String> {
        self.planes.resize_with(header.channels, Vec::new);
        self.planes.iter_mut().for_each(Vec::clear);
        if bits > MAX_COMMON_BITS {
            return wide::decode(data, &self.headers, &mut self.planes);
        }
        let channels = header.channels;
        if self.engine.as_ref().is_none_or(|engine| (engine.channels, engine.bits) != (channels, bits)) {
            let headers = Headers { channels, bits, ..self.headers.clone() };
            self.engine = Some(Engine { channels, bits, decoder: engine(&headers.streaminfo())? });
        }
        let Some(engine) = &mut self.engine else { return Ok(()) };
        let packet = Packet::new(0, Timestamp::ZERO, Duration::ZERO, data);
        let audio = engine.decoder.decode(&packet).map_err(|error| error.to_string())?;
        let GenericAudioBufferRef::S32(audio) = audio else { return Err(BAD_FRAME.to_owned()) };
        for (channel, plane) in self.planes.iter_mut().enumerate() {
            let samples = audio.plane(channel).ok_or(BAD_FRAME)?;
            plane.extend(samples.iter().map(|sample| sample >> (32 - bits)));
        }
        Ok(())
    }

    /// Continues the MD5 over interleaved samples of whole bytes, the low byte first (RFC 9639 §8.2).
    fn digest(&mut self, bits: u32) {
        let width = bits.div_ceil(8) as usize;
        self.bytes.clear();
        for frame in 0..self.planes[0].len() {
            for plane in &self.planes {
                self.bytes.extend_from_slice(&plane[frame].to_le_bytes()[..width]);
            }
        }
        self.md5.process_buf_bytes(&self.bytes);
    }
}

/// Number of samples per channel in a FLAC frame; `None` without a valid header.
pub(in crate::audio) fn frame_length(data: &[u8]) -> Option<u64> {
    FrameHeader::parse(data).map(|header| u64::from(header.block))
}

const BAD_FRAME: &str = "flac: invalid frame";

fn engine(streaminfo: &[u8; STREAMINFO_BYTES]) -> Result<Box<dyn AudioDecoder>, String> {
    let mut params = AudioCodecParameters::default();
    params.for_codec(CODEC_ID_FLAC).with_extra_data(streaminfo[..].into());
    let options = AudioDecoderOptions::default().gapless(false);
    let decoder = symphonia::default::get_codecs().make_audio_decoder(&params, &options);
    decoder.map_err(|error| error.to_string())
}

impl Decoder for Flac {
    fn decode(&mut self, data: &[u8], block: &mut Block) -> Result<Option<Shape>, String> {
        let header = FrameHeader::parse(data).ok_or("flac: invalid frame header");
        let header = header.inspect_err(|_| self.is_broken = true)?;
        let bits = header.bits.unwrap_or(self.headers.bits);
        let checked = if data.iter().fold(0, |crc, &byte| crc16(crc, byte)) == 0 {
            self.decode_frame(data, &header, bits)
        } else {
            Err("flac: a frame's checksum is wrong".to_owned())
        };
        checked.inspect_err(|_| self.is_broken = true)?;
        let channels = header.channels;
        let speakers = if channels == self.headers.channels { self.headers.speakers } else { None };
        let sample_rate_hz = header.sample_rate_hz.unwrap_or(self.headers.sample_rate_hz);
        if block.frames() == 0 {
            block.planes.resize_with(channels, Vec::new);
        }
        if block.planes.len() == channels {
            self.digest(bits);
            self.found += u64::from(header.block);
            let scale = 2f32.powi(1 - bits as i32);
            for (to, plane) in block.planes.iter_mut().zip(&self.planes) {
                to.extend(plane.iter().map(|&sample| sample as f32 * scale));
            }
        }
        Ok(Some(Shape { sample_rate_hz, channels, speakers }))
    }

    fn reset(&mut self) {
        self.is_broken |= self.found > 0;
    }

    fn configure(&mut self, headers: &[u8]) -> Result<(), String> {
        *self = Self::new(headers).map_err(|error| error.to_string())?;
        Ok(())
    }

    fn finish(&mut self, at: Timecode) -> Result<Option<String>, DecodeError> {
        let found = self.found;
        let is_same = self.headers.md5.map(|md5| md5 == self.md5.md5());
        match self.headers.total.filter(|total| *total != found) {
            _ if self.is_broken => Ok(None),
            Some(expected) if expected > found && is_same != Some(true) => {
                Err(DecodeError::Incomplete { found, expected })
            }
            _ if is_same == Some(false) => {
                let fault = "its samples differ from the checksum of the original (MD5)".to_owned();
                Err(DecodeError::Damaged { at, fault })
            }
            Some(total) => Ok(Some(format!("its header states {total} frames; all {found} are read"))),
            None => Ok(None),
        }
    }
}
