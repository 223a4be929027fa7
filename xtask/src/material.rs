//! Prepares songs and speech from other sources, in all common formats, under `target/test-material`.
//!
//! `music/` has whole songs as their authors published them, and 30 s excerpts of two of them in other
//! formats. `speech/` has synthetic speakers. The material is made once, and again after a change of
//! [`RECIPE`].

use crate::packages::{ASC_MUSIC, TORUS_TROOPER_MUSIC};
use crate::run::{self, TaskError, at};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Version of the recipe. A new number discards old material.
const RECIPE: u32 = 1;

/// The most songs taken from a folder.
const MAX_SONGS: usize = 8;

/// Length of an excerpt, s.
const EXCERPT_SECONDS: f64 = 30.0;

/// File name suffixes of songs.
const SONG_ENDINGS: &[&str] = &["ogg", "mp3", "flac", "m4a", "wav"];

/// File name suffix and ffmpeg's output options of each format of an excerpt.
const FORMATS: &[(&str, &[&str])] = &[
    ("mp3", &["-c:a", "libmp3lame", "-b:a", "192k"]),
    ("m4a", &["-c:a", "aac", "-b:a", "192k"]),
    ("flac", &["-c:a", "flac", "-sample_fmt", "s16"]),
    ("96k.flac", &["-c:a", "flac", "-sample_fmt", "s32", "-bits_per_raw_sample", "24", "-ar", "96000"]),
    ("aiff", &["-c:a", "pcm_s16be"]),
    ("wav", &["-c:a", "pcm_s16le"]),
    ("float.wav", &["-c:a", "pcm_f32le"]),
];

/// Name, espeak-ng voice and text of each speaker.
const SPEAKERS: &[(&str, &str, &str)] = &[
    (
        "english",
        "en-us",
        "The north wind and the sun were disputing which was the stronger, when a traveller came along wrapped in a \
         warm cloak. They agreed that the one who first succeeded in making the traveller take his cloak off should \
         be considered stronger than the other. Then the north wind blew as hard as he could, but the more he blew, \
         the more closely did the traveller fold his cloak around him.",
    ),
    (
        "german",
        "de",
        "Einst stritten sich Nordwind und Sonne, wer von ihnen beiden wohl der Stärkere wäre, als ein Wanderer, der in \
         einen warmen Mantel gehüllt war, des Weges daherkam. Sie wurden einig, dass derjenige für den Stärkeren \
         gelten sollte, der den Wanderer zwingen würde, seinen Mantel abzunehmen.",
    ),
];

/// Makes the material, unless it exists, and returns its folder. Songs come from `songs_from`, or from the
/// packages.
///
/// # Errors
/// A folder without songs, a file that can't be written, or a failure of ffmpeg or espeak-ng.
pub(crate) fn prepare(songs_from: Option<&Path>) -> Result<PathBuf, TaskError> {
    let folder = crate::root().join("target/test-material");
    let source = songs_from.map_or_else(|| "packages".to_owned(), |path| path.display().to_string());
    let recipe = format!("{RECIPE} {source}\n");
    let stamp = folder.join("recipe");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == recipe) {
        return Ok(folder);
    }
    println!("Preparing songs and speech in {}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(at(&folder))?;
    }
    for part in ["music", "speech"] {
        fs::create_dir_all(folder.join(part)).map_err(at(&folder))?;
    }
    let songs = match songs_from {
        Some(path) => songs_in(path)?,
        None => [songs_in(Path::new(TORUS_TROOPER_MUSIC))?, songs_in(Path::new(ASC_MUSIC))?].concat(),
    };
    let music = folder.join("music");
    for song in songs.iter().take(MAX_SONGS) {
        let target = music.join(song.file_name().unwrap_or_default());
        fs::copy(song, &target).map_err(at(&target))?;
    }
    for song in [songs.first(), songs.last()].into_iter().flatten() {
        excerpts(song, &music)?;
    }
    speak(&folder.join("speech"))?;
    // Written last, so that an interruption leaves no material that seems complete.
    fs::write(&stamp, recipe).map_err(at(&stamp))?;
    Ok(folder)
}

/// The songs of a folder that last 20 s or more, sorted by name.
fn songs_in(folder: &Path) -> Result<Vec<PathBuf>, TaskError> {
    let entries = fs::read_dir(folder).map_err(at(folder))?;
    let mut songs: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    songs.retain(|path| {
        path.extension().is_some_and(|ending| SONG_ENDINGS.iter().any(|&song| ending == song))
    });
    songs.retain(|path| seconds(path).is_ok_and(|seconds| seconds >= 20.0));
    songs.sort();
    if songs.is_empty() { Err(TaskError::NoMusic(folder.to_owned())) } else { Ok(songs) }
}

/// Duration of a file, s; 0 if ffprobe reports none.
fn seconds(path: &Path) -> Result<f64, TaskError> {
    let probe = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"];
    let seconds = run::read(Command::new("ffprobe").args(probe).arg(path))?;
    Ok(seconds.trim().parse().unwrap_or(0.0))
}

/// Writes the middle of a song in every format, with tags.
fn excerpts(song: &Path, music: &Path) -> Result<(), TaskError> {
    let name = song.file_stem().unwrap_or_default().to_string_lossy();
    let start = ((seconds(song)? - EXCERPT_SECONDS) / 2.0).max(0.0).to_string();
    for (ending, options) in FORMATS {
        let target = music.join(format!("{name}-excerpt.{ending}"));
        ffmpeg(&["-ss", &start, "-t", &EXCERPT_SECONDS.to_string()], song, options, &target)?;
    }
    Ok(())
}

fn speak(speech: &Path) -> Result<(), TaskError> {
    for (name, voice, text) in SPEAKERS {
        let wav = speech.join(format!("{name}.wav"));
        run::read(Command::new("espeak-ng").args(["-v", voice, "-w"]).arg(&wav).arg(text))?;
        ffmpeg(&[], &wav, &["-c:a", "libmp3lame", "-b:a", "64k"], &speech.join(format!("{name}.mp3")))?;
    }
    Ok(())
}

fn ffmpeg(input: &[&str], from: &Path, output: &[&str], to: &Path) -> Result<(), TaskError> {
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let title = format!("title={name}");
    let tags =
        ["-map", "0:a:0", "-map_metadata", "-1", "-metadata", &title, "-metadata", "artist=Test material"];
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-y"]).args(input).arg("-i").arg(from);
    command.args(tags).args(["-bitexact"]).args(output).arg(to);
    run::read(&mut command).map(drop)
}
