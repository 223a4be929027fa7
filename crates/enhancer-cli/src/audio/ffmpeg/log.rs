//! ffmpeg's messages (`-v level+info`): the description of the input, and faults.
//!
//! A line reads `[context @ 0x…] [level] text`. The context is a codec or a container, and may be missing.

use crate::audio::info::Depth;
use crate::audio::stream::Shape;
use std::path::Path;

/// The largest number of stored faults.
const MAX_FAULTS: usize = 20;

/// Lossless codecs besides `pcm_*`.
const LOSSLESS: &[&str] = &[
    "alac",
    "als",
    "ape",
    "flac",
    "mlp",
    "osq",
    "ralf",
    "s302m",
    "shorten",
    "sonicls",
    "tak",
    "truehd",
    "tta",
    "wavarc",
    "wavpack",
    "wmalossless",
];

/// The contents of ffmpeg's messages.
#[derive(Default)]
pub(super) struct Log {
    /// Set at the end of the messages.
    pub(super) is_closed: bool,
    section: Section,
    has_input: bool,
    /// Codec and sample format of the first audio stream.
    audio: Option<(String, String)>,
    audio_streams: usize,
    /// Codecs of the other streams: damage to a cover does not affect the sound.
    other_codecs: Vec<String>,
    duration_s: Option<f64>,
    is_estimated: bool,
    change: Option<(Shape, Shape)>,
    faults: Vec<Fault>,
    /// Number of faults beyond the stored ones.
    more_faults: usize,
    /// The last line without a level, which another program wrote.
    last_line: Option<String>,
}

#[derive(Default, PartialEq, Eq)]
enum Section {
    #[default]
    Start,
    Input,
    Output,
}

#[derive(PartialEq, Eq)]
struct Fault {
    context: Option<String>,
    text: String,
}

impl Log {
    /// Parses a line.
    pub(super) fn push(&mut self, line: &str) {
        let (context, level, text) = parts(line);
        match level {
            Some("info") => self.describe(text),
            Some("error" | "fatal" | "panic") => self.fault(context, text),
            Some("warning") if text.contains("corrupt") => self.fault(context, text),
            Some("warning") if text.contains("Estimating duration") => self.is_estimated = true,
            Some(_) => {}
            None if text.trim().is_empty() => {}
            None => self.last_line = Some(text.trim().to_owned()),
        }
    }

    fn describe(&mut self, text: &str) {
        if text.starts_with("Input #0") {
            self.section = Section::Input;
            self.has_input = true;
        } else if text.starts_with("Output #0") {
            self.section = Section::Output;
        } else if self.section == Section::Input {
            if let Some(rest) = text.strip_prefix("  Duration: ") {
                self.duration_s = rest.split(',').next().and_then(seconds);
            } else if text.starts_with("  Stream #0:") {
                self.describe_stream(text);
            }
        } else if let Some((before, after)) = text.split_once(", incoming frame - ")
            && text.starts_with("filter context - ")
        {
            self.change = shape(before).zip(shape(after)).filter(|(from, to)| from != to);
        }
    }

    fn describe_stream(&mut self, text: &str) {
        let Some((_, audio)) = text.split_once(": Audio: ") else {
            let kind = [": Video: ", ": Subtitle: ", ": Data: ", ": Attachment: "];
            let other = kind.iter().find_map(|kind| Some(text.split_once(kind)?.1));
            self.other_codecs.extend(other.map(|rest| first_word(rest).to_owned()));
            return;
        };
        // Example: "wavpack, 44100 Hz, stereo, s32p (24 bit), 700 kb/s".
        let samples = audio.split(", ").find(|field| sample_bits(field).is_some()).unwrap_or_default();
        let codec = if audio.contains("DTS-HD MA") { "mlp" } else { first_word(audio) };
        self.audio_streams += 1;
        self.audio.get_or_insert_with(|| (codec.to_owned(), samples.to_owned()));
    }

    fn fault(&mut self, context: Option<&str>, text: &str) {
        let fault =
            Fault { context: context.map(str::to_owned), text: text.trim().trim_end_matches('.').to_owned() };
        if fault.text.starts_with("Last message repeated") || self.faults.contains(&fault) {
            return;
        }
        if self.faults.len() < MAX_FAULTS { self.faults.push(fault) } else { self.more_faults += 1 }
    }

    /// True after ffmpeg has described the input.
    pub(super) fn has_input(&self) -> bool {
        self.has_input
    }

    /// True after ffmpeg has started to write.
    pub(super) fn has_output(&self) -> bool {
        self.section == Section::Output
    }

    pub(super) fn audio_streams(&self) -> usize {
        self.audio_streams
    }

    /// Length stated by the header, s.
    pub(super) fn duration_s(&self) -> Option<f64> {
        self.duration_s.filter(|_| !self.is_estimated)
    }

    /// Resolution of the first audio stream.
    pub(super) fn depth(&self) -> Depth {
        let Some((codec, samples)) = &self.audio else { return Depth::Lossy };
        let is_companded = ["pcm_alaw", "pcm_mulaw", "pcm_vidc"].contains(&codec.as_str());
        let is_pcm = codec.starts_with("pcm_") && !is_companded;
        match sample_bits(samples) {
            Some(_) if !is_pcm && !LOSSLESS.contains(&codec.as_str()) => Depth::Lossy,
            Some(depth) => depth,
            None => Depth::Lossy,
        }
    }

    /// The shapes before and after a change of format within the file.
    pub(super) fn format_change(&self) -> Option<(Shape, Shape)> {
        self.change
    }

    /// Faults of the sound, one per line.
    pub(super) fn messages(&self, path: &Path) -> Vec<String> {
        let own = format!("file:{}: ", path.display());
        let is_of_sound = |fault: &&Fault| {
            !fault.context.as_ref().is_some_and(|context| self.other_codecs.contains(context))
        };
        let line = |fault: &Fault| {
            let text = fault.text.replace(&own, "");
            match fault.context.as_deref().filter(|context| !context.contains(['#', '/', ','])) {
                Some(context) => format!("{context}: {text}"),
                None => text,
            }
        };
        let mut lines: Vec<String> = self.faults.iter().filter(is_of_sound).map(line).collect();
        if self.more_faults > 0 {
            lines.push(format!("{} more messages like these", self.more_faults));
        }
        lines
    }

    /// The first fault, which causes the later ones.
    pub(super) fn first_message(&self, path: &Path) -> Option<String> {
        self.messages(path).into_iter().next().or_else(|| self.last_line.clone())
    }
}

/// Splits a line into context, level and text.
fn parts(line: &str) -> (Option<&str>, Option<&str>, &str) {
    let (mut context, mut rest) = (None, line);
    while let Some((inside, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
        match inside.split_once(" @ ") {
            Some((name, _)) => context = Some(name),
            None => return (context, Some(inside), after),
        }
        rest = after;
    }
    (context, None, rest)
}

fn first_word(text: &str) -> &str {
    text.split([' ', ',']).next().unwrap_or_default()
}

/// The resolution that a sample format can hold, such as `s16p`, `flt`, or `s32 (24 bit)`.
fn sample_bits(field: &str) -> Option<Depth> {
    let (name, rest) = field.split_once(' ').unwrap_or((field, ""));
    let used = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(" bit)")?.parse().ok());
    match name.trim_end_matches('p') {
        "flt" | "dbl" => Some(Depth::Float),
        "u8" => Some(Depth::Integer(used.unwrap_or(8))),
        "s16" => Some(Depth::Integer(used.unwrap_or(16))),
        "s32" => Some(Depth::Integer(used.unwrap_or(32))),
        "s64" => Some(Depth::Integer(used.unwrap_or(64))),
        _ => None,
    }
}

/// Seconds of `00:01:02.50`; `None` of `N/A`.
fn seconds(text: &str) -> Option<f64> {
    let fields: Option<Vec<f64>> = text.split(':').map(|field| field.parse().ok()).collect();
    match fields?[..] {
        [hours, minutes, seconds] => Some(3600.0 * hours + 60.0 * minutes + seconds),
        _ => None,
    }
}

/// The shape in a filter's description, such as `fmt: fltp r: 24000 layout: 3 ch: 2`.
fn shape(text: &str) -> Option<Shape> {
    let number = |key: &str| text.split_once(key)?.1.split([' ', ',']).next()?.parse().ok();
    let channels = number(" ch: ")? as usize;
    Some(Shape { sample_rate_hz: number(" r: ")?, channels, speakers: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: &[&str]) -> Log {
        let mut log = Log::default();
        lines.iter().for_each(|line| log.push(line));
        log
    }

    fn depth_of(stream: &str) -> Depth {
        log(&["[info] Input #0, x, from 'file:x':", &format!("[info]   Stream #0:0(eng): Audio: {stream}")])
            .depth()
    }

    #[test]
    fn lossless_codecs_keep_their_depth() {
        assert_eq!(depth_of("wavpack, 44100 Hz, stereo, s16p"), Depth::Integer(16));
        assert_eq!(depth_of("wavpack, 44100 Hz, stereo, s32p (24 bit)"), Depth::Integer(24));
        assert_eq!(depth_of("ape (APE  / 0x20455041), 44100 Hz, stereo, s16p"), Depth::Integer(16));
        assert_eq!(depth_of("wavpack, 48000 Hz, 5.1(side), fltp"), Depth::Float);
        assert_eq!(
            depth_of("pcm_s24be (twos / 0x73), 96000 Hz, mono, s32 (24 bit), 9 kb/s"),
            Depth::Integer(24)
        );
        assert_eq!(depth_of("dts (DTS-HD MA), 48000 Hz, 5.1, s32p (24 bit)"), Depth::Integer(24));
    }

    #[test]
    fn lossy_codecs_have_no_depth() {
        assert_eq!(
            depth_of("wmav2 (a[1][0][0] / 0x0161), 44100 Hz, 2 channels, fltp, 128 kb/s"),
            Depth::Lossy
        );
        assert_eq!(depth_of("pcm_mulaw, 8000 Hz, mono, s16, 64 kb/s"), Depth::Lossy);
        assert_eq!(depth_of("mp2, 44100 Hz, stereo, s16p, 384 kb/s"), Depth::Lossy);
    }

    #[test]
    fn streams_of_the_output_are_ignored() {
        let log = log(&[
            "[info] Input #0, matroska,webm, from 'file:x':",
            "[info]   Duration: 00:01:02.50, start: 0.000000, bitrate: 887 kb/s",
            "[info]     title           : Stream #0:9: Audio: mp3",
            "[info]   Stream #0:0: Video: mjpeg (Baseline), yuvj420p",
            "[info]   Stream #0:1: Audio: wavpack, 44100 Hz, stereo, s16p",
            "[info]   Stream #0:2: Audio: aac, 44100 Hz, stereo, fltp",
            "[info] Output #0, wav, to 'pipe:':",
            "[info]   Stream #0:0: Audio: pcm_f32le, 44100 Hz, stereo, flt",
        ]);
        assert_eq!((log.audio_streams(), log.depth()), (2, Depth::Integer(16)));
        assert_eq!(log.duration_s(), Some(62.5));
        assert!(log.has_output());
    }

    #[test]
    fn faults_of_a_cover_are_ignored() {
        let log = log(&[
            "[mjpeg @ 0x1] [error] error y=5 x=18",
            "[info] Input #0, flac, from 'file:a.flac':",
            "[info]   Stream #0:0: Audio: flac, 44100 Hz, stereo, s16",
            "[info]   Stream #0:1: Video: mjpeg (Baseline), yuvj420p",
            "[flac @ 0x55] [error] invalid sync code",
            "[flac @ 0x56] [error] invalid sync code",
            "[error]     Last message repeated 3 times",
            "[error] file:a.flac: Input/output error",
        ]);
        let lines = ["flac: invalid sync code", "Input/output error"];
        assert_eq!(log.messages(Path::new("a.flac")), lines);
    }

    #[test]
    fn faults_beyond_the_limit_are_counted() {
        let mut log = Log::default();
        (0..1000).for_each(|n| log.push(&format!("[error] fault {n}")));
        let lines = log.messages(Path::new("x"));
        assert_eq!(lines.len(), MAX_FAULTS + 1);
        assert_eq!(lines[MAX_FAULTS], "980 more messages like these");
    }

    #[test]
    fn a_change_of_the_rate_is_detected() {
        let log = log(&[
            "[graph_0_in_0_0 @ 0x5] [info] filter context - fmt: fltp r: 24000 layout: 3 ch: 2, incoming frame - fmt: fltp r: 22050 layout: 3 ch: 2 pts_time: 1.4",
        ]);
        let shape = |sample_rate_hz| Shape { sample_rate_hz, channels: 2, speakers: None };
        assert_eq!(log.format_change(), Some((shape(24_000), shape(22_050))));
    }

    #[test]
    fn another_program_s_message_is_used_without_any_of_ffmpeg() {
        let log = log(&["starting", "ffmpeg: permission denied", ""]);
        assert_eq!(log.first_message(Path::new("x")).as_deref(), Some("ffmpeg: permission denied"));
    }
}
