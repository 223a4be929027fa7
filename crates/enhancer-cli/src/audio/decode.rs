//! Decoding of any supported file to planar `f32`, without the encoder's delay and padding.
//!
//! A header's length is a hint; every packet in the file is decoded. Damage is an error with its time. With
//! salvage it becomes silence of the right length and a note.

#[cfg(test)]
mod tests;

use super::block::{BLOCK_FRAMES, Block};
use super::error::{DecodeError, Timecode};
use super::info::{DecodeOptions, DecoderChoice, SourceInfo};
use super::open;
use super::stream::{Packet, Part, Shape, Speakers, Stream};
use crate::panics;
use enhancer_dsp::enhancer::{MAX_CHANNELS, SAMPLE_RATE_RANGE_HZ};
use std::path::Path;

/// The largest number of notes on damage for one file.
const MAX_DAMAGE_NOTES: usize = 20;

/// Packets that may fail to decode before the first sound. A file with an unsupported codec fails on all
/// packets.
const MAX_SILENT_HEAD: usize = 64;

/// The longest hole that is filled, a day at 48 kHz. A longer one is a damaged time stamp.
const MAX_HOLE_FRAMES: u64 = 86_400 * 48_000;

/// The longest silence before the first sound, 87 s at 48 kHz.
const MAX_HEAD_SILENCE_FRAMES: u64 = 1 << 22;

/// A file being decoded.
pub(crate) struct Source {
    stream: Stream,
    options: DecodeOptions,
    info: SourceInfo,
    shape: Shape,
    /// The first packet's audio, decoded on opening to learn the format.
    head: Block,
    /// A part whose first packet, which shows the rate, is still to be decoded.
    begun: Option<Part>,
    /// Clock of the part's trims, Hz; 0 for the sample rate.
    clock_hz: u32,
    /// Frames still to be dropped at the start of the part.
    skip: u64,
    /// Frames of the part still to come, where it states them.
    left: Option<u64>,
    /// Frames returned so far.
    delivered: u64,
    /// Frames of silence still to be returned in place of damage.
    silence: u64,
    /// The last packet's length in frames, used as the length of a hole of unknown length.
    usual_frames: u64,
    notes: Vec<String>,
    damages: usize,
    ended: bool,
}

impl Source {
    /// Opens a file and decodes its first packet.
    pub(crate) fn open(path: &Path, options: DecodeOptions) -> Result<Self, DecodeError> {
        // Checked before the file is opened, because opening a pipe waits for its other end.
        let metadata = std::fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(DecodeError::NotAFile);
        }
        if metadata.len() == 0 {
            return Err(DecodeError::Empty);
        }
        let stream = panics::catch(|| match options.decoder {
            DecoderChoice::Builtin => open::stream(path),
            DecoderChoice::Ffmpeg => super::ffmpeg::stream(path, options.salvage),
        })??;
        Self::new(stream, options)
    }

    fn new(mut stream: Stream, options: DecodeOptions) -> Result<Self, DecodeError> {
        let notes = std::mem::take(&mut stream.notes);
        let shape = Shape { sample_rate_hz: 0, channels: 0, speakers: None };
        let info = SourceInfo {
            sample_rate_hz: 0,
            channels: 0,
            speakers: None,
            depth: stream.depth,
            frames: stream.frames,
            frames_hint: stream.frames.or(stream.frames_hint),
        };
        let mut source = Self {
            stream,
            options,
            info,
            shape,
            head: Block::default(),
            begun: None,
            clock_hz: 0,
            skip: 0,
            left: None,
            delivered: 0,
            silence: 0,
            usual_frames: 0,
            notes,
            damages: 0,
            ended: false,
        };
        source.decode_head()?;
        Ok(source)
    }

    pub(crate) fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// Notes on differences between the header and the data, and on damage that salvage replaced. Complete at
    /// the end of the file.
    pub(crate) fn notes(&mut self) -> Vec<String> {
        let mut notes = std::mem::take(&mut self.notes);
        if self.damages > MAX_DAMAGE_NOTES {
            notes.push(format!("{} more places are damaged and silent", self.damages - MAX_DAMAGE_NOTES));
        }
        notes
    }

    /// Fills `block` with the next frames: at least [`BLOCK_FRAMES`], fewer at the end, none after the end.
    pub(crate) fn read(&mut self, block: &mut Block) -> Result<(), DecodeError> {
        block.clear();
        block.planes.resize_with(self.info.channels, Vec::new);
        if self.head.frames() > 0 {
            std::mem::swap(block, &mut self.head);
        }
        while block.frames() < BLOCK_FRAMES && !self.ended {
            match self.step(block) {
                Ok(()) => {}
                Err(error) if self.options.salvage && error.is_damage() => self.bridge(&error, None),
                Err(error) => return Err(error),
            }
        }
        self.delivered += block.frames() as u64;
        if block.frames() == 0 && self.delivered == 0 { Err(DecodeError::NoAudio) } else { Ok(()) }
    }

    /// Decodes up to the first audio to find the format.
    fn decode_head(&mut self) -> Result<(), DecodeError> {
        let mut head = Block::default();
        let mut failures = 0;
        while self.shape.channels == 0 || head.frames() == 0 {
            if self.ended {
                return Err(DecodeError::NoAudio);
            }
            match self.step(&mut head) {
                Err(error) if self.options.salvage && error.is_damage() && failures < MAX_SILENT_HEAD => {
                    failures += 1;
                    self.bridge(&error, None);
                }
                step => step?,
            }
            // A skipped part of silence may be longer than any encoder's delay; its format is known
            // nevertheless.
            if self.shape.channels > 0 && head.frames() == 0 && self.left == Some(0) {
                break;
            }
        }
        self.head = head;
        let Shape { sample_rate_hz, channels, speakers } = self.shape;
        self.info.sample_rate_hz = sample_rate_hz;
        self.info.channels = channels;
        self.info.speakers = match self.stream.speakers {
            Speakers::Codec => speakers,
            Speakers::Container(mask) => mask,
        }
        .filter(|mask| mask.count_ones() as usize == channels);
        check(&self.info)
    }

    /// Appends the next packet's audio, trimmed. A panic of a decoder becomes an error.
    fn step(&mut self, block: &mut Block) -> Result<(), DecodeError> {
        panics::catch(|| self.append_packet(block))?
    }

    fn append_packet(&mut self, block: &mut Block) -> Result<(), DecodeError> {
        let before = block.frames();
        if self.silence > 0 && self.shape.channels > 0 {
            let frames = self.silence.min(BLOCK_FRAMES as u64);
            block.extend_silence(frames as usize);
            self.silence -= frames;
            self.trim(block, before, (0, 0));
            return Ok(());
        }
        let at = self.timecode(block);
        let Some(packet) = self.stream.demuxer.next_packet(at)? else {
            return self.end(at);
        };
        if let Some(part) = packet.part
            && let Err(error) = self.begin(part, packet.headers.as_deref(), at)
        {
            // Salvage continues with the packet at hand.
            if !(self.options.salvage && error.is_damage()) {
                return Err(error);
            }
            self.bridge(&error, None);
        }
        if let Some(fault) = &packet.lost {
            self.stream.decoder.reset();
            return self.failed(&packet, fault.clone(), at);
        }
        match self.stream.decoder.decode(&packet.data, block) {
            Ok(None) => {}
            Ok(Some(shape)) => {
                if let Err(error) = self.check_shape(shape, at) {
                    block.truncate(before);
                    block.planes.resize_with(self.shape.channels, Vec::new);
                    // Damage can resemble a change of the channel count.
                    let is_damage = self.options.salvage || shape.channels > MAX_CHANNELS;
                    let fault = format!("a packet decodes to {} channels", shape.channels);
                    return if is_damage { self.failed(&packet, fault, at) } else { Err(error) };
                }
                self.usual_frames = (block.frames() - before) as u64;
                if packet.gap > 0 && self.options.salvage {
                    self.fill_gap(packet.gap, at);
                }
                self.silence_before(block, before);
                self.trim(block, before, packet.trim);
            }
            Err(fault) => self.failed(&packet, fault, at)?,
        }
        Ok(())
    }

    /// Handles a packet that can't be decoded.
    fn failed(&mut self, packet: &Packet, fault: String, at: Timecode) -> Result<(), DecodeError> {
        let error = DecodeError::Damaged { at, fault };
        if !self.options.salvage && !packet.may_fail {
            return Err(error);
        }
        self.bridge(&error, Some(packet));
        Ok(())
    }

    /// Inserts the silence that precedes the first sound, whose channel count was unknown until now.
    fn silence_before(&mut self, block: &mut Block, at: usize) {
        let frames = std::mem::take(&mut self.silence).min(MAX_HEAD_SILENCE_FRAMES) as usize;
        for plane in block.planes.iter_mut().filter(|_| frames > 0) {
            plane.splice(at..at, std::iter::repeat_n(0.0, frames));
        }
    }

    /// Queues silence for sound that is missing before a packet.
    fn fill_gap(&mut self, ticks: u64, at: Timecode) {
        let clock_hz = self.begun.map_or(self.clock_hz, |part| part.clock_hz);
        let frames = rescaled(ticks, clock_hz, self.shape.sample_rate_hz).min(MAX_HEAD_SILENCE_FRAMES);
        self.silence += frames;
        let length = self.length_of(frames);
        self.notes.push(format!("sound is missing at {at}; {length} are silent there"));
    }

    /// A number of frames as a text in milliseconds; in frames while the sample rate is unknown.
    fn length_of(&self, frames: u64) -> String {
        match self.shape.sample_rate_hz {
            0 => format!("{frames} frames"),
            rate_hz => format!("{:.0} ms", 1000.0 * frames as f64 / f64::from(rate_hz)),
        }
    }

    /// Queues silence in place of damage, and notes the damage.
    fn bridge(&mut self, error: &DecodeError, packet: Option<&Packet>) {
        let frames = match (error, packet) {
            (DecodeError::Hole { frames, .. }, _) => *frames,
            (_, Some(packet)) => packet.frames.unwrap_or(self.usual_frames),
            (_, None) => 0,
        };
        let frames = if frames > MAX_HOLE_FRAMES { 0 } else { frames };
        let (start, end) = packet.map_or((0, 0), |packet| packet.trim);
        self.skip += start;
        self.silence += frames.saturating_sub(end);
        self.damages += 1;
        if self.damages > MAX_DAMAGE_NOTES {
            return;
        }
        let length = self.length_of(frames);
        self.notes.push(match error {
            DecodeError::Damaged { at, fault } | DecodeError::Hole { at, fault, .. } if frames > 0 => {
                format!("is damaged at {at}: {fault}; {length} are silent there")
            }
            DecodeError::Damaged { at, fault } => format!("is damaged at {at}: {fault}"),
            DecodeError::Unfinished { at, fault } => format!("ends early, at {at}: {fault}"),
            DecodeError::Incomplete { found, expected } => {
                format!("is damaged or cut short: {found} of {expected} frames can be read")
            }
            error => error.to_string(),
        });
    }

    fn begin(&mut self, part: Part, headers: Option<&[u8]>, at: Timecode) -> Result<(), DecodeError> {
        let ended = if self.shape.channels > 0 { self.end_part(at) } else { Ok(()) };
        self.skip = 0;
        self.left = None;
        self.begun = Some(part);
        match headers {
            Some(headers) => {
                let configured = self.stream.decoder.configure(headers);
                configured.map_err(|fault| DecodeError::Damaged { at, fault })?;
            }
            None => self.stream.decoder.reset(),
        }
        ended
    }

    /// Ends a part. A part that states more frames than it holds is cut short.
    fn end_part(&mut self, at: Timecode) -> Result<(), DecodeError> {
        if let Some(left) = self.left.take().filter(|left| *left > 0) {
            return Err(DecodeError::Unfinished { at, fault: format!("{left} frames are missing") });
        }
        self.notes.extend(self.stream.decoder.finish(at)?);
        Ok(())
    }

    fn end(&mut self, at: Timecode) -> Result<(), DecodeError> {
        self.ended = true;
        self.notes.extend(self.stream.demuxer.notes());
        self.end_part(at)
    }

    /// Drops the encoder's delay and padding from the frames at and after `from`.
    fn trim(&mut self, block: &mut Block, from: usize, (start, end): (u64, u64)) {
        if let Some(part) = self.begun.take() {
            let rate_hz = self.shape.sample_rate_hz;
            self.skip += rescaled(part.skip, part.clock_hz, rate_hz);
            self.left = part.frames.map(|frames| rescaled(frames, part.clock_hz, rate_hz));
            self.clock_hz = part.clock_hz;
        }
        let [start, end] =
            [start, end].map(|ticks| rescaled(ticks, self.clock_hz, self.shape.sample_rate_hz));
        let kept = (block.frames() - from) as u64;
        block.truncate(from + kept.saturating_sub(end) as usize);
        let kept = (block.frames() - from) as u64;
        self.skip += start;
        let skip = self.skip.min(kept);
        if skip > 0 {
            for plane in &mut block.planes {
                plane.drain(from..from + skip as usize);
            }
            self.skip -= skip;
        }
        if let Some(left) = &mut self.left {
            let kept = ((block.frames() - from) as u64).min(*left);
            block.truncate(from + kept as usize);
            *left -= kept;
        }
    }

    fn check_shape(&mut self, shape: Shape, at: Timecode) -> Result<(), DecodeError> {
        let known = self.shape;
        if known.channels == 0 {
            self.shape = shape;
            return Ok(());
        }
        if (known.sample_rate_hz, known.channels) == (shape.sample_rate_hz, shape.channels) {
            return Ok(());
        }
        Err(known.change_to(shape, at))
    }

    fn timecode(&self, block: &Block) -> Timecode {
        Timecode::of(self.delivered + block.frames() as u64, self.shape.sample_rate_hz)
    }
}

/// Converts ticks of one clock into ticks of another. A clock of 0 Hz stands for the other clock.
fn rescaled(ticks: u64, from_hz: u32, to_hz: u32) -> u64 {
    if from_hz == 0 || from_hz == to_hz {
        return ticks;
    }
    let scaled = u128::from(ticks) * u128::from(to_hz) / u128::from(from_hz);
    u64::try_from(scaled).unwrap_or(u64::MAX)
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
