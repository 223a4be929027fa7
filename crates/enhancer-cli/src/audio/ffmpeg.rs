//! Decoding by an installed `ffmpeg`, which writes any format that it reads as a WAV stream of 32-bit floats
//! into a pipe.
//!
//! Without salvage, ffmpeg stops at the first fault (`-xerror`), and its message becomes the error. With
//! salvage it continues, fills gaps between time stamps with silence, and its messages become notes. A
//! playlist can't reach the network: only local files are opened.

mod child;
mod header;
mod log;

use super::block::Block;
use super::error::{DecodeError, Timecode};
use super::sniff;
use super::stream::{Decoder, Demuxer, Packet, Part, Shape, Speakers, Stream};
use crate::interrupt;
use child::Child;
use header::Header;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Environment variable with the program to use in place of the `ffmpeg` on the PATH.
const VARIABLE: &str = "AUDIO_ENHANCER_FFMPEG";

/// Allowed difference between the header's length and the decoded one, s; a larger one becomes a note.
/// Delays, padding and rounded clocks differ by less.
const LENGTH_TOLERANCE_S: f64 = 0.5;

/// Opens a file through `ffmpeg`.
pub(super) fn stream(path: &Path, salvage: bool) -> Result<Stream, DecodeError> {
    sniff::check_is_media(&File::open(path)?, path)?;
    let program = program()?;
    let mut child = Child::spawn(&program, &arguments(path, salvage)).map_err(|error| {
        DecodeError::NoFfmpeg(format!("{} can't be run ({error}); correct {VARIABLE}", program.display()))
    })?;
    let header = match header::read(&mut child) {
        Ok(header) => header,
        Err(fault) => return Err(refusal(&mut child, path, fault)),
    };
    let log = child.log_of_input();
    let (depth, others) = (log.depth(), log.audio_streams().saturating_sub(1));
    let duration_s = log.duration_s();
    drop(log);
    let Header { sample_rate_hz, channels, speakers } = header;
    let mut notes = Vec::new();
    if others > 0 {
        let streams = if others == 1 { "1 more audio stream is" } else { "more audio streams are" };
        let count = if others == 1 { String::new() } else { format!("{others} ") };
        notes.push(format!("{count}{streams} left out; only the first is read"));
    }
    let demuxer = Pipe {
        child,
        path: path.to_owned(),
        salvage,
        sample_rate_hz,
        frame_bytes: 4 * channels,
        partial: Vec::new(),
        frames: 0,
        duration_s,
        part: Some(Part::default()),
        has_ended: false,
        notes: Vec::new(),
    };
    Ok(Stream {
        demuxer: Box::new(demuxer),
        decoder: Box::new(Floats(Shape { sample_rate_hz, channels, speakers })),
        speakers: Speakers::Container(speakers),
        depth,
        frames: None,
        frames_hint: duration_s.map(|seconds| (seconds * f64::from(sample_rate_hz)) as u64),
        notes,
    })
}

/// True where ffmpeg is available for files that this program does not read.
pub(super) fn is_installed() -> bool {
    program().is_ok()
}

fn program() -> Result<PathBuf, DecodeError> {
    let name = std::env::var_os(VARIABLE).filter(|name| !name.is_empty());
    let found = find(name.as_deref().unwrap_or(OsStr::new("ffmpeg")));
    found.ok_or_else(|| match name {
        Some(name) => {
            let name = name.to_string_lossy();
            DecodeError::NoFfmpeg(format!("{VARIABLE} names {name}, which doesn't exist; correct it"))
        }
        None => DecodeError::NoFfmpeg(format!(
            "none is installed; get it from ffmpeg.org or the system's packages, or name it in {VARIABLE}"
        )),
    })
}

/// Finds a program by its path, or by its name in the absolute folders of PATH. Never searches the current
/// folder.
fn find(name: &OsStr) -> Option<PathBuf> {
    if Path::new(name).components().count() > 1 {
        return Some(PathBuf::from(name)).filter(|path| path.is_file());
    }
    let mut file = name.to_owned();
    if Path::new(name).extension().is_none() {
        file.push(std::env::consts::EXE_SUFFIX);
    }
    let path = std::env::var_os("PATH")?;
    let folders = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(&file)).find(|candidate| candidate.is_file())
}

fn arguments(path: &Path, salvage: bool) -> Vec<OsString> {
    let mut input = OsString::from("file:");
    input.push(path);
    let log = ["-hide_banner", "-nostats", "-nostdin", "-v", "level+info"];
    // Without salvage ffmpeg stops at the first fault; with salvage no number of bad packets stops it.
    let faults: &[&str] = if salvage { &["-max_error_rate", "1"] } else { &["-xerror"] };
    // A change of the sample rate is an error, not a resampling; unknown speaker positions stay unknown.
    let reading = ["-err_detect", "crccheck", "-reinit_filter", "0", "-guess_layout_max", "0"];
    let local = ["-protocol_whitelist", "file,pipe", "-i"];
    // Time stamps count the output's frames, so that wrong ones in the file stop nothing. Salvage first fills
    // their gaps.
    let times =
        if salvage { "aresample=async=1:min_hard_comp=0.01,asetpts=N/SR/TB" } else { "asetpts=N/SR/TB" };
    let output = ["-map", "0:a:0", "-map_metadata", "-1", "-map_chapters", "-1", "-af", times];
    let format = ["-c:a", "pcm_f32le", "-f", "wav", "pipe:1"];
    let before = log.iter().chain(faults).chain(&reading).chain(&local).map(OsString::from);
    before.chain([input]).chain(output.iter().chain(&format).map(OsString::from)).collect()
}

/// The reason why ffmpeg wrote no header; `fault` where it reports none.
fn refusal(child: &mut Child, path: &Path, fault: String) -> DecodeError {
    if interrupt::is_requested() {
        return DecodeError::Interrupted;
    }
    // A program that writes another format than WAV is not waited for.
    let end = if child.has_ended() { child.end() } else { Ok(()) };
    let log = child.log();
    let message = log.first_message(path).unwrap_or(match end {
        Err(end) => format!("{fault} ({end})"),
        Ok(()) => fault,
    });
    match log.has_input() {
        true if log.audio_streams() == 0 => DecodeError::NoAudio,
        true => DecodeError::Damaged { at: Timecode(0.0), fault: message },
        false => DecodeError::Ffmpeg(message),
    }
}

/// The output of ffmpeg as packets.
struct Pipe {
    child: Child,
    path: PathBuf,
    salvage: bool,
    sample_rate_hz: u32,
    frame_bytes: usize,
    /// The first bytes of an incomplete frame.
    partial: Vec<u8>,
    frames: u64,
    /// Length stated by the header, s.
    duration_s: Option<f64>,
    /// The part that the first packet starts.
    part: Option<Part>,
    has_ended: bool,
    notes: Vec<String>,
}

impl Demuxer for Pipe {
    fn next_packet(&mut self, at: Timecode) -> Result<Option<Packet>, DecodeError> {
        if self.has_ended {
            return Ok(None);
        }
        while let Some(chunk) = self.child.next_chunk()? {
            self.partial.extend_from_slice(&chunk);
            let whole = self.partial.len() - self.partial.len() % self.frame_bytes;
            if whole > 0 {
                let rest = self.partial.split_off(whole);
                let data = std::mem::replace(&mut self.partial, rest);
                self.frames += (whole / self.frame_bytes) as u64;
                return Ok(Some(Packet { data, part: self.part.take(), ..Packet::default() }));
            }
        }
        self.has_ended = true;
        self.finish(at)?;
        Ok(None)
    }

    fn notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }
}

impl Pipe {
    /// Checks the exit status and messages of ffmpeg at its end.
    fn finish(&mut self, at: Timecode) -> Result<(), DecodeError> {
        let end = self.child.end();
        if interrupt::is_requested() {
            return Err(DecodeError::Interrupted);
        }
        let log = self.child.log();
        if let Some((from, to)) = log.format_change() {
            return Err(from.change_to(to, at));
        }
        let mut messages = log.messages(&self.path);
        if let Err(end) = end {
            let fault = if messages.is_empty() { format!("ffmpeg {end}") } else { messages.remove(0) };
            self.notes = messages;
            return Err(DecodeError::Damaged { at, fault });
        }
        if !self.partial.is_empty() {
            let fault = "ffmpeg's output ends in the middle of a frame".to_owned();
            return Err(DecodeError::Unfinished { at, fault });
        }
        if !self.salvage && !messages.is_empty() {
            let fault = format!("ffmpeg reports an earlier fault: {}", messages.remove(0));
            return Err(DecodeError::Damaged { at, fault });
        }
        self.notes = messages.into_iter().map(|message| format!("ffmpeg reports: {message}")).collect();
        let seconds = self.frames as f64 / f64::from(self.sample_rate_hz.max(1));
        if let Some(stated) = self.duration_s.filter(|stated| (stated - seconds).abs() > LENGTH_TOLERANCE_S) {
            let (stated, found) = (Timecode(stated), Timecode(seconds));
            self.notes
                .push(format!("its header states a length of {stated}, but {found} of sound was decoded"));
        }
        Ok(())
    }
}

/// Deinterleaves 32-bit floats.
struct Floats(Shape);

impl Decoder for Floats {
    fn decode(&mut self, data: &[u8], block: &mut Block) -> Result<Option<Shape>, String> {
        let channels = self.0.channels;
        if block.frames() == 0 {
            block.planes.resize_with(channels, Vec::new);
        }
        if block.planes.len() == channels {
            for frame in data.chunks_exact(4 * channels) {
                for (plane, sample) in block.planes.iter_mut().zip(frame.chunks_exact(4)) {
                    plane.push(f32::from_le_bytes([sample[0], sample[1], sample[2], sample[3]]));
                }
            }
        }
        Ok(Some(self.0))
    }

    fn reset(&mut self) {}
}
