//! A test's folder, the command in it, and WAV files read and written by the `hound` crate.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Exit code and output of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The run, after a check that it succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// A temporary folder in which the command runs.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command, not yet started. The folder holds its user presets.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_audio-enhancer"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("AUDIO_ENHANCER_DATA_DIR", self.path(".data"));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().unwrap();
        Run {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Names of all files below the folder, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = walkdir::WalkDir::new(self.folder.path()).into_iter().map(Result::unwrap);
        let files = entries.filter(|entry| !entry.file_type().is_dir());
        let mut names: Vec<String> = files
            .map(|entry| {
                entry.path().strip_prefix(self.folder.path()).unwrap().to_string_lossy().replace('\\', "/")
            })
            .collect();
        names.sort();
        names
    }

    pub(crate) fn write_wav(&self, name: &str, rate: u32, kind: Kind, planes: &[Vec<f32>]) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        write_wav(&path, rate, kind, planes);
        path
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int(u16),
    Float,
}

pub(crate) fn write_wav(path: &Path, rate: u32, kind: Kind, planes: &[Vec<f32>]) {
    let (bits_per_sample, sample_format) = match kind {
        Kind::Int(bits) => (bits, hound::SampleFormat::Int),
        Kind::Float => (32, hound::SampleFormat::Float),
    };
    let channels = planes.len() as u16;
    let spec = hound::WavSpec { channels, sample_rate: rate, bits_per_sample, sample_format };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for frame in 0..planes[0].len() {
        for plane in planes {
            match kind {
                Kind::Float => writer.write_sample(plane[frame]).unwrap(),
                Kind::Int(bits) => {
                    let scale = 2f64.powi(i32::from(bits) - 1);
                    let value = (f64::from(plane[frame]) * scale).round().clamp(-scale, scale - 1.0);
                    writer.write_sample(value as i32).unwrap();
                }
            }
        }
    }
    writer.finalize().unwrap();
}

/// A WAV file without its other chunks, because `hound` does not skip the padding of odd ones.
fn bare(wav: &[u8]) -> Vec<u8> {
    let mut bare = wav[..12].to_vec();
    let mut at = 12;
    while at + 8 <= wav.len() {
        let length = u32::from_le_bytes(wav[at + 4..at + 8].try_into().unwrap()) as usize;
        let end = at + 8 + length;
        if matches!(&wav[at..at + 4], b"fmt " | b"fact" | b"data") {
            bare.extend(&wav[at..end]);
        }
        at = end + length % 2;
    }
    bare
}

/// The speaker mask of a WAV file with an extensible header.
pub(crate) fn mask(wav: &[u8]) -> u32 {
    let bare = bare(wav);
    assert_eq!(bare[20..22], [0xFE, 0xFF], "no extensible header");
    u32::from_le_bytes(bare[40..44].try_into().unwrap())
}

/// A WAV file's format and samples, ±1 full scale.
pub(crate) fn read_wav(path: &Path) -> (hound::WavSpec, Vec<Vec<f32>>) {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = hound::WavReader::new(std::io::Cursor::new(bare(&bytes)))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let spec = reader.spec();
    let channels = usize::from(spec.channels);
    let samples: Vec<f32> = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().map(Result::unwrap).collect(),
        hound::SampleFormat::Int => {
            let scale = 2f64.powi(i32::from(spec.bits_per_sample) - 1);
            reader.samples::<i32>().map(|sample| (f64::from(sample.unwrap()) / scale) as f32).collect()
        }
    };
    let plane = |channel: usize| samples.iter().skip(channel).step_by(channels).copied().collect();
    (spec, (0..channels).map(plane).collect())
}

/// Noise at a level that the limiter does not change.
pub(crate) fn noise(channels: usize, frames: usize) -> Vec<Vec<f32>> {
    (0..channels as u64).map(|seed| enhancer_measure::signal::white_noise(0.05, 7 + seed, frames)).collect()
}

/// Real songs and speech, if the test run has prepared them.
pub(crate) fn material() -> Option<Vec<PathBuf>> {
    let Some(folder) = std::env::var_os("AUDIO_ENHANCER_TEST_MATERIAL") else {
        println!("skipped: AUDIO_ENHANCER_TEST_MATERIAL names no songs; `cargo xtask test` prepares them");
        return None;
    };
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let is_audio = |path: &PathBuf| {
        path.extension().is_some_and(|ending| {
            ["ogg", "mp3", "m4a", "flac", "aiff", "wav"].iter().any(|&audio| ending == audio)
        })
    };
    Some(entries.map(walkdir::DirEntry::into_path).filter(is_audio).collect())
}
