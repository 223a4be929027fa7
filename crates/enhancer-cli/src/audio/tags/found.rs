//! What a file's tags hold, as near to their own form as an output can take.
//!
//! ID3v2 frames and `LIST INFO` items go to a WAV file as they are; everything else has the names of Vorbis
//! comments.

use crate::audio::wav::Chunk;
use flac_codec::metadata::{Application, Cuesheet};
use lofty::id3::v2::Frame;
use lofty::picture::Picture;

/// Named values in order; a name may occur more than once. Names compare without regard to case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    /// Adds a value; an empty one says nothing.
    pub(super) fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        if !value.is_empty() {
            self.0.push((name, value));
        }
    }

    /// Adds each of several values that are separated by NUL.
    pub(super) fn push_all(&mut self, name: &str, values: &str) {
        values.split('\0').for_each(|value| self.push(name, value));
    }

    /// Adds a number that may stand before its total: `3/12`.
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

    /// Takes the values of a field out.
    pub(super) fn take(&mut self, name: &str) -> Vec<String> {
        let taken = self.0.extract_if(.., |(known, _)| known.eq_ignore_ascii_case(name));
        taken.map(|(_, value)| value).collect()
    }
}

/// A named place in the music.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chapter {
    pub(super) start_ms: u64,
    /// Where it ends, if the file tells.
    pub(super) end_ms: Option<u64>,
    pub(super) title: String,
}

/// All of a file's tags.
#[derive(Default)]
pub(super) struct Found {
    /// True where ID3v2 is the format's own kind of tag and comes before the others.
    pub(super) id3_first: bool,
    pub(super) frames: Vec<Frame<'static>>,
    /// Items of `LIST INFO`.
    pub(super) info: Vec<(String, String)>,
    pub(super) fields: Fields,
    pub(super) pictures: Vec<Picture>,
    pub(super) chapters: Vec<Chapter>,
    /// Chunks that stay true in a WAV file.
    pub(super) chunks: Vec<Chunk>,
    pub(super) cuesheet: Option<Cuesheet>,
    pub(super) applications: Vec<Application>,
    /// Names of what no output can hold.
    pub(super) lost: Vec<String>,
    /// What else the user should know.
    pub(super) notes: Vec<String>,
}

/// Adds pictures of another tag, which may hold the same ones.
pub(super) fn add_pictures(pictures: &mut Vec<Picture>, others: Vec<Picture>) {
    let is_same = |a: &Picture, b: &Picture| a.pic_type() == b.pic_type() && a.data() == b.data();
    let new: Vec<_> =
        others.into_iter().filter(|other| !pictures.iter().any(|known| is_same(known, other))).collect();
    pictures.extend(new);
}
