//! The contents of a file's tags, as near to their original form as an output allows.
//!
//! ID3v2 frames and `LIST INFO` items go to a WAV file unchanged. Everything else has the names of Vorbis
//! comments.

use crate::audio::wav::Chunk;
use flac_codec::metadata::{Application, Cuesheet};
use lofty::id3::v2::Frame;
use lofty::picture::Picture;

/// Named values in order. A name may occur more than once. The case of names is ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    /// Adds a value, unless it is empty.
    pub(super) fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        if !value.is_empty() {
            self.0.push((name, value));
        }
    }

    /// Adds each of several values that NUL separates.
    pub(super) fn push_all(&mut self, name: &str, values: &str) {
        values.split('\0').for_each(|value| self.push(name, value));
    }

    /// Adds a number, perhaps with its total: `3/12`.
    pub(super) fn push_number(&mut self, [number, total]: [&str; 2], value: &str) {
        let (first, second) = value.split_once('/').unwrap_or((value, ""));
        self.push(number, first.trim());
        self.push(total, second.trim());
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.values(name).next().is_some()
    }

    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Adds the fields of `other` whose names are missing here.
    pub(super) fn add_missing(&mut self, other: Self) {
        let missing: Vec<_> = other.0.into_iter().filter(|(name, _)| !self.has(name)).collect();
        self.0.extend(missing);
    }

    /// Removes the values of a field and returns them.
    pub(super) fn take(&mut self, name: &str) -> Vec<String> {
        let taken = self.0.extract_if(.., |(known, _)| known.eq_ignore_ascii_case(name));
        taken.map(|(_, value)| value).collect()
    }
}

/// A named time in the music.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chapter {
    pub(super) start_ms: u64,
    /// Time of its end, where the file states it.
    pub(super) end_ms: Option<u64>,
    pub(super) title: String,
}

/// All tags of a file.
#[derive(Default)]
pub(super) struct Found {
    /// True where ID3v2 is the format's own kind of tag and takes precedence.
    pub(super) id3_first: bool,
    pub(super) frames: Vec<Frame<'static>>,
    /// Items of `LIST INFO`.
    pub(super) info: Vec<(String, String)>,
    pub(super) fields: Fields,
    pub(super) pictures: Vec<Picture>,
    pub(super) chapters: Vec<Chapter>,
    /// Chunks that remain true in a WAV file.
    pub(super) chunks: Vec<Chunk>,
    pub(super) cuesheet: Option<Cuesheet>,
    pub(super) applications: Vec<Application>,
    /// Names of tags that no output can hold.
    pub(super) lost: Vec<String>,
    /// Other notes for the user.
    pub(super) notes: Vec<String>,
}

/// Adds pictures of another tag, without duplicates.
pub(super) fn add_pictures(pictures: &mut Vec<Picture>, others: Vec<Picture>) {
    let is_same = |a: &Picture, b: &Picture| a.pic_type() == b.pic_type() && a.data() == b.data();
    let new: Vec<_> =
        others.into_iter().filter(|other| !pictures.iter().any(|known| is_same(known, other))).collect();
    pictures.extend(new);
}
