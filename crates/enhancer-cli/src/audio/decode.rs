//! Decoding: any file Symphonia reads, as planar `f32`, trimmed of the encoder's delay and padding.
//!
//! A file that is damaged or ends early is an error that says where, never a silently shorter result.

use super::block::{BLOCK_FRAMES, Block};
use super::vorbis::VorbisSurround;
use super::{gapless, ogg};
use enhancer_dsp::enhancer::{MAX_CHANNELS, SAMPLE_RATE_RANGE_HZ};
use std::fs::File;
use std::path::Path;
use symphonia::core::audio::{AudioSpec, Channels, GenericAudioBufferRef};
use symphonia::core::codecs::audio::well_known as codec;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{
    FormatId, FormatOptions, FormatReader, Track, TrackType, well_known as container,
};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

/// What stops a file from being decoded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecodeError {
    #[error("can't be read: {0}; check the path and its permissions")]
    Io(#[from] std::io::Error),
    #[error("is no regular file; name an audio file or a folder")]
    NotAFile,
    #[error(
        "is no audio that this program reads ({0}); it reads WAV, FLAC, MP3, Ogg Vorbis, AAC and ALAC in M4A, AIFF and CAF"
    )]
    Unsupported(String),
    #[error("is empty; get an intact copy")]
    Empty,
    #[error("is cut short: its audio or the index of it is missing; get an intact copy")]
    Headless,
    #[error("holds no audio; choose a file that does")]
    NoAudio,
    #[error("is damaged at {at}: {what}; get an intact copy")]
    Damaged { at: Timecode, what: String },
    #[error("is damaged or cut short: {found} of {expected} frames can be read; get an intact copy")]
    Incomplete { found: u64, expected: u64 },
    #[error("ends early, at {at}: its last page is missing; get an intact copy")]
    Unfinished { at: Timecode },
    #[error("changes sample rate or channels at {at}; split it there")]
    FormatChange { at: Timecode },
    #[error("has a sample rate of {0} Hz, outside 8000 to 384000 Hz; resample it")]
    SampleRate(u32),
    #[error("has {0} channels, but 1 to 8 are supported; downmix it")]
    Channels(usize),
    #[error("made the decoder give up; the file is damaged, get an intact copy")]
    Panicked,
}

/// Streams that are trimmed here: Symphonia trims them by its guess of their length, too.
const MPEG_FORMATS: &[FormatId] =
    &[container::FORMAT_ID_MP1, container::FORMAT_ID_MP2, container::FORMAT_ID_MP3];

/// A place in a file, shown as `m:ss.s`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Timecode(pub(crate) f64);

impl std::fmt::Display for Timecode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tenths = (self.0 * 10.0).round() as u64;
        write!(f, "{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
    }
}

/// How finely the input's samples are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Integers of so many bits.
    Integer(u32),
    /// Floating point.
    Float,
    /// A lossy codec: no depth of its own.
    Lossy,
}

/// What is known of a file before it is decoded.
#[derive(Debug, Clone)]
pub(crate) struct SourceInfo {
    pub(crate) sample_rate_hz: u32,
    pub(crate) channels: usize,
    /// Speaker positions as in `WAVEFORMATEXTENSIBLE`, where the file tells them.
    pub(crate) speakers: Option<u32>,
    pub(crate) depth: Depth,
    /// Frames to come, where the file tells for sure.
    pub(crate) frames: Option<u64>,
    /// About how many, for a progress bar.
    pub(crate) frames_hint: Option<u64>,
}

/// A file being decoded.
pub(crate) struct Source {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    spec: AudioSpec,
    info: SourceInfo,
    /// The first packet's audio, decoded on opening to learn the format.
    head: Block,
    /// Frames still to be dropped at the start.
    skip: u64,
    /// Frames handed out.
    delivered: u64,
    finished_ogg: bool,
}

impl Source {
    /// Opens a file and decodes its first packet.
    pub(crate) fn open(path: &Path) -> Result<Self, DecodeError> {
        // Asked before it is opened, for opening a pipe waits for its other end.
        let metadata = std::fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(DecodeError::NotAFile);
        }
        if metadata.len() == 0 {
            return Err(DecodeError::Empty);
        }
        let file = File::open(path)?;
        let trim = gapless::edit(&file)?;
        let finished_ogg = ogg::is_finished(&file)?;
        let mut format = probe(file, path)?;
        let track = format.default_track(TrackType::Audio).ok_or(DecodeError::NoAudio)?.clone();
        let params = audio_params(&track)?;
        let is_mpeg = MPEG_FORMATS.contains(&format.format_info().format);
        let mut decoder = make_decoder(&params, !is_mpeg)?;
        let mut head = Block::default();
        let spec = decode_head(format.as_mut(), decoder.as_mut(), track.id, &mut head)?;
        let (frames, skip) = match trim {
            Some(trim) => (Some(trim.frames), trim.skip),
            // Only an encoder's tag tells an MPEG stream's length; else Symphonia guesses from the bit rate.
            None if is_mpeg => {
                (track.num_frames.filter(|_| track.delay.is_some()), track.delay.unwrap_or(0).into())
            }
            None => (track.num_frames, 0),
        };
        let info = SourceInfo {
            sample_rate_hz: spec.rate(),
            channels: spec.channels().count(),
            speakers: speakers(spec.channels()),
            depth: depth(&params),
            frames,
            frames_hint: frames.or(track.num_frames),
        };
        check(&info)?;
        let track_id = track.id;
        Ok(Self { format, decoder, track_id, spec, info, head, skip, delivered: 0, finished_ogg })
    }

    pub(crate) fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// Fills `block` with the next frames, at least [`BLOCK_FRAMES`] until the file ends; no frame means the end.
    pub(crate) fn read(&mut self, block: &mut Block) -> Result<(), DecodeError> {
        block.clear();
        block.planes.resize_with(self.info.channels, Vec::new);
        if self.head.frames() > 0 {
            std::mem::swap(block, &mut self.head);
            self.trim(block, 0);
        }
        while block.frames() < BLOCK_FRAMES {
            let before = block.frames();
            if !self.decode_packet(block)? {
                break;
            }
            self.trim(block, before);
        }
        self.delivered += block.frames() as u64;
        if block.frames() == 0 { self.check_length() } else { Ok(()) }
    }

    /// Appends the next packet's audio; false at the end.
    fn decode_packet(&mut self, block: &mut Block) -> Result<bool, DecodeError> {
        let at = self.timecode(block);
        let packet = match self.format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => return Ok(false),
            Err(SymphoniaError::ResetRequired) => return self.next_chain(at).map(|()| true),
            Err(SymphoniaError::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                return Ok(false);
            }
            Err(SymphoniaError::IoError(error)) => return Err(error.into()),
            Err(error) => return Err(damaged(at, &error)),
        };
        if packet.track_id != self.track_id {
            return Ok(true);
        }
        match self.decoder.decode(&packet) {
            Ok(audio) if audio.frames() == 0 => Ok(true),
            Ok(audio) if audio.spec() != &self.spec => Err(DecodeError::FormatChange { at }),
            Ok(audio) => {
                append(&audio, block);
                Ok(true)
            }
            Err(error) => Err(damaged(at, &error)),
        }
    }

    /// Drops what lies before the first and after the last frame to be heard, of the frames from `from` on.
    fn trim(&mut self, block: &mut Block, from: usize) {
        let new = (block.frames() - from) as u64;
        let skip = self.skip.min(new);
        if skip > 0 {
            for plane in &mut block.planes {
                plane.drain(from..from + skip as usize);
            }
            self.skip -= skip;
        }
        if let Some(frames) = self.info.frames {
            block.truncate(usize::try_from(frames - self.delivered.min(frames)).unwrap_or(usize::MAX));
        }
    }

    /// Goes on with the next of several streams that follow each other in an Ogg file.
    fn next_chain(&mut self, at: Timecode) -> Result<(), DecodeError> {
        let track = self.format.default_track(TrackType::Audio).ok_or(DecodeError::NoAudio)?;
        self.track_id = track.id;
        let params = audio_params(track)?;
        self.decoder = make_decoder(&params, true)?;
        // What was told is the first stream's length.
        self.info.frames = None;
        let rate_changed = params.sample_rate.is_some_and(|rate| rate != self.spec.rate());
        let channels_changed = params.channels.is_some_and(|channels| &channels != self.spec.channels());
        if rate_changed || channels_changed { Err(DecodeError::FormatChange { at }) } else { Ok(()) }
    }

    fn check_length(&self) -> Result<(), DecodeError> {
        let at = Timecode(self.delivered as f64 / f64::from(self.info.sample_rate_hz));
        match self.info.frames {
            Some(expected) if self.delivered < expected => {
                Err(DecodeError::Incomplete { found: self.delivered, expected })
            }
            _ if !self.finished_ogg => Err(DecodeError::Unfinished { at }),
            _ if self.delivered == 0 => Err(DecodeError::NoAudio),
            _ => Ok(()),
        }
    }

    fn timecode(&self, block: &Block) -> Timecode {
        let frames = self.delivered + block.frames() as u64;
        Timecode(frames as f64 / f64::from(self.info.sample_rate_hz))
    }
}

fn probe(file: File, path: &Path) -> Result<Box<dyn FormatReader>, DecodeError> {
    let mut hint = Hint::new();
    if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
        hint.with_extension(extension);
    }
    let options = MediaSourceStreamOptions { buffer_len: 256 * 1024 };
    let stream = MediaSourceStream::new(Box::new(file), options);
    symphonia::default::get_probe()
        .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
        .map_err(|error| match error {
            SymphoniaError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                DecodeError::Headless
            }
            SymphoniaError::IoError(error) => error.into(),
            // An M4A's index may stand at its end.
            SymphoniaError::Unsupported(what) if what.ends_with("missing moov atom") => DecodeError::Headless,
            error => DecodeError::Unsupported(error.to_string()),
        })
}

fn audio_params(track: &Track) -> Result<AudioCodecParameters, DecodeError> {
    let params = track.codec_params.as_ref().and_then(|params| params.audio());
    params.cloned().ok_or(DecodeError::NoAudio)
}

fn make_decoder(params: &AudioCodecParameters, trims: bool) -> Result<Box<dyn AudioDecoder>, DecodeError> {
    let unsupported = |error: SymphoniaError| DecodeError::Unsupported(error.to_string());
    if let Some(decoder) = VorbisSurround::for_params(params).map_err(unsupported)? {
        return Ok(Box::new(decoder));
    }
    symphonia::default::get_codecs()
        .make_audio_decoder(params, &AudioDecoderOptions::default().gapless(trims))
        .map_err(unsupported)
}

/// Decodes up to the first audio and tells its format.
fn decode_head(
    format: &mut dyn FormatReader,
    decoder: &mut dyn AudioDecoder,
    track_id: u32,
    head: &mut Block,
) -> Result<AudioSpec, DecodeError> {
    let start = Timecode(0.0);
    loop {
        let packet = match format.next_packet() {
            Ok(Some(packet)) if packet.track_id == track_id => packet,
            Ok(Some(_)) => continue,
            Ok(None) => return Err(DecodeError::NoAudio),
            Err(SymphoniaError::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                return Err(DecodeError::NoAudio);
            }
            Err(error) => return Err(damaged(start, &error)),
        };
        let audio = decoder.decode(&packet).map_err(|error| damaged(start, &error))?;
        if audio.frames() > 0 {
            head.planes.resize_with(audio.num_planes(), Vec::new);
            append(&audio, head);
            return Ok(audio.spec().clone());
        }
    }
}

fn append(audio: &GenericAudioBufferRef<'_>, block: &mut Block) {
    let (start, frames) = (block.frames(), audio.frames());
    block.extend_silence(frames);
    let mut tails: Vec<&mut [f32]> = block.planes.iter_mut().map(|plane| &mut plane[start..]).collect();
    audio.copy_to_slice_planar(&mut tails);
}

fn damaged(at: Timecode, error: &SymphoniaError) -> DecodeError {
    DecodeError::Damaged { at, what: error.to_string() }
}

fn check(info: &SourceInfo) -> Result<(), DecodeError> {
    if !SAMPLE_RATE_RANGE_HZ.contains(&f64::from(info.sample_rate_hz)) {
        return Err(DecodeError::SampleRate(info.sample_rate_hz));
    }
    if !(1..=MAX_CHANNELS).contains(&info.channels) {
        return Err(DecodeError::Channels(info.channels));
    }
    Ok(())
}

/// Symphonia's first 18 positions are those of the WAVE mask, in its order.
fn speakers(channels: &Channels) -> Option<u32> {
    match channels {
        Channels::Positioned(position) => u32::try_from(position.bits()).ok().filter(|mask| *mask < 1 << 18),
        _ => None,
    }
}

fn depth(params: &AudioCodecParameters) -> Depth {
    // Symphonia numbers its PCM codecs in a row: integers, floating point, companded.
    let integers = codec::CODEC_ID_PCM_S32LE..=codec::CODEC_ID_PCM_U8_PLANAR;
    let floats = codec::CODEC_ID_PCM_F32LE..=codec::CODEC_ID_PCM_F64BE_PLANAR;
    let is_lossless = [codec::CODEC_ID_FLAC, codec::CODEC_ID_ALAC].contains(&params.codec);
    match params.bits_per_sample {
        _ if floats.contains(&params.codec) => Depth::Float,
        Some(bits) if is_lossless || integers.contains(&params.codec) => Depth::Integer(bits),
        _ => Depth::Lossy,
    }
}
