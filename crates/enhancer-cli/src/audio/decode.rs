//! Decoding: any file that a reader knows, as planar `f32`, trimmed of the encoder's delay and padding.
//!
//! A header's length is a hint; every packet that the file holds is decoded. Damage is an error that says
//! where, or with salvage silence of the right length and a note.

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

/// The most notes on damage that are printed for one file.
const MAX_DAMAGE_NOTES: usize = 20;

/// Packets that may fail to decode before the first sound; a file whose codec is not understood fails on all
/// of them.
const MAX_SILENT_HEAD: usize = 64;

/// The longest hole that is filled, a day of 48 kHz: a longer one is a damaged time stamp.
const MAX_HOLE_FRAMES: u64 = 86_400 * 48_000;

/// The most silence before the first sound, 87 s of 48 kHz.
const MAX_HEAD_SILENCE_FRAMES: u64 = 1 << 22;

/// A file being decoded.
pub(crate) struct Source {
    stream: Stream,
    options: DecodeOptions,
    info: SourceInfo,
    shape: Shape,
    /// The first packet's audio, decoded on opening to learn the format.
    head: Block,
    /// A part whose first packet is still to be decoded, which tells the rate.
    begun: Option<Part>,
    /// The clock of the part's trims; 0 for the sample rate.
    clock_hz: u32,
    /// Frames still to be dropped at the start of the part.
    skip: u64,
    /// Frames of the part still to come, where it states them.
    left: Option<u64>,
    /// Frames handed out.
    delivered: u64,
    /// Frames of silence that come next, in place of what is damaged.
    silence: u64,
    /// The last packet's length in frames: the length of a hole of unknown length.
    usual_frames: u64,
    notes: Vec<String>,
    damages: usize,
    ended: bool,
}

impl Source {
    /// Opens a file and decodes its first packet.
    pub(crate) fn open(path: &Path, options: DecodeOptions) -> Result<Self, DecodeError> {
        // Asked before it is opened, for opening a pipe waits for its other end.
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

    /// What differs between the file's claims and its data, and the damage that salvage bridged. Complete at
    /// the end of the file.
    pub(crate) fn notes(&mut self) -> Vec<String> {
        let mut notes = std::mem::take(&mut self.notes);
        if self.damages > MAX_DAMAGE_NOTES {
            notes.push(format!("{} more places are damaged and silent", self.damages - MAX_DAMAGE_NOTES));
        }
        notes
    }

    /// Fills `block` with the next frames, at least [`BLOCK_FRAMES`] until the file ends; no frame means the
    /// end.
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

    /// Decodes until the first audio, to learn the format.
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
            // A part of silence to be skipped is longer than any encoder's delay: the format is known all the
            // same.
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
            // Salvage goes on with the packet at hand.
            if !(self.options.salvage && error.is_damage()) {
                return Err(error);
            }
            self.bridge(&error, None);
        }
        if let Some(what) = &packet.lost {
            self.stream.decoder.reset();
            return self.failed(&packet, what.clone(), at);
        }
        match self.stream.decoder.decode(&packet.data, block) {
            Ok(None) => {}
            Ok(Some(shape)) => {
                if let Err(error) = self.check_shape(shape, at) {
                    block.truncate(before);
                    block.planes.resize_with(self.shape.channels, Vec::new);
                    // Damage can look like another count of channels.
                    let is_damage = self.options.salvage || shape.channels > MAX_CHANNELS;
                    let what = format!("a packet decodes to {} channels", shape.channels);
                    return if is_damage { self.failed(&packet, what, at) } else { Err(error) };
                }
                self.usual_frames = (block.frames() - before) as u64;
                if packet.gap > 0 && self.options.salvage {
                    self.fill_gap(packet.gap, at);
                }
                self.silence_before(block, before);
                self.trim(block, before, packet.trim);
            }
            Err(what) => self.failed(&packet, what, at)?,
        }
        Ok(())
    }

    /// A packet that can't be decoded.
    fn failed(&mut self, packet: &Packet, what: String, at: Timecode) -> Result<(), DecodeError> {
        let error = DecodeError::Damaged { at, what };
        if !self.options.salvage && !packet.may_fail {
            return Err(error);
        }
        self.bridge(&error, Some(packet));
        Ok(())
    }

    /// Puts the silence that is due before the first sound, whose channels were not known until now, at its
    /// place.
    fn silence_before(&mut self, block: &mut Block, at: usize) {
        let frames = std::mem::take(&mut self.silence).min(MAX_HEAD_SILENCE_FRAMES) as usize;
        for plane in block.planes.iter_mut().filter(|_| frames > 0) {
            plane.splice(at..at, std::iter::repeat_n(0.0, frames));
        }
    }

    /// Silence for the sound that is missing before a packet.
    fn fill_gap(&mut self, ticks: u64, at: Timecode) {
        let clock_hz = self.begun.map_or(self.clock_hz, |part| part.clock_hz);
        let frames = rescaled(ticks, clock_hz, self.shape.sample_rate_hz).min(MAX_HEAD_SILENCE_FRAMES);
        self.silence += frames;
        let length = self.length_of(frames);
        self.notes.push(format!("sound is missing at {at}; {length} are silent there"));
    }

    /// A count of frames as people read it; before the first sound their rate is unknown.
    fn length_of(&self, frames: u64) -> String {
        match self.shape.sample_rate_hz {
            0 => format!("{frames} frames"),
            rate_hz => format!("{:.0} ms", 1000.0 * frames as f64 / f64::from(rate_hz)),
        }
    }

    /// Puts silence in place of what can't be decoded, and notes it.
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
            DecodeError::Damaged { at, what } | DecodeError::Hole { at, what, .. } if frames > 0 => {
                format!("is damaged at {at}: {what}; {length} are silent there")
            }
            DecodeError::Damaged { at, what } => format!("is damaged at {at}: {what}"),
            DecodeError::Unfinished { at, what } => format!("ends early, at {at}: {what}"),
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
                configured.map_err(|what| DecodeError::Damaged { at, what })?;
            }
            None => self.stream.decoder.reset(),
        }
        ended
    }

    /// A part that states more frames than it holds is cut.
    fn end_part(&mut self, at: Timecode) -> Result<(), DecodeError> {
        if let Some(left) = self.left.take().filter(|left| *left > 0) {
            return Err(DecodeError::Unfinished { at, what: format!("{left} frames are missing") });
        }
        self.notes.extend(self.stream.decoder.finish(at)?);
        Ok(())
    }

    fn end(&mut self, at: Timecode) -> Result<(), DecodeError> {
        self.ended = true;
        self.notes.extend(self.stream.demuxer.notes());
        self.end_part(at)
    }

    /// Drops, of the frames from `from` on, the encoder's delay and padding.
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
        Err(format_change(at, known, shape))
    }

    fn timecode(&self, block: &Block) -> Timecode {
        Timecode::of(self.delivered + block.frames() as u64, self.shape.sample_rate_hz)
    }
}

/// The error for a file whose sample rate or channels change.
pub(super) fn format_change(at: Timecode, from: Shape, to: Shape) -> DecodeError {
    let (from, to) = if from.sample_rate_hz == to.sample_rate_hz {
        (format!("{} channels", from.channels), format!("{}", to.channels))
    } else {
        (format!("{} Hz", from.sample_rate_hz), format!("{} Hz", to.sample_rate_hz))
    };
    DecodeError::FormatChange { at, from, to }
}

/// Ticks of one clock in those of another; a clock of 0 Hz is the other one.
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
