//! Chapters in each form of an output.
//!
//! - Vorbis comments: `CHAPTER001=00:01:02.345`, `CHAPTER001NAME=…` (Xiph wiki, *Chapter Extension*; up to
//!   `CHAPTER999`).
//! - ID3v2: `CHAP` frames, listed by a `CTOC` (*ID3v2 Chapter Frame Addendum 1.0*, 2005).

use super::found::{Chapter, Fields};
use lofty::TextEncoding;
use lofty::id3::v2::{
    ChapterFrame, ChapterTableOfContentsFrame, CtocFlags, Frame, FrameId, FrameList, TextInformationFrame,
};
use std::borrow::Cow;

/// A byte offset that readers have to ignore.
const NO_OFFSET: u32 = u32::MAX;
/// The largest chapter number of three digits.
const MOST_NUMBERED: usize = 999;

/// Chapters as Vorbis comments.
pub(super) fn to_fields(chapters: &[Chapter]) -> Fields {
    let mut fields = Fields::default();
    for (index, chapter) in chapters.iter().take(MOST_NUMBERED).enumerate() {
        let (seconds, ms) = (chapter.start_ms / 1000, chapter.start_ms % 1000);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let name = format!("CHAPTER{:03}", index + 1);
        fields.push(&name, format!("{hours:02}:{minutes:02}:{seconds:02}.{ms:03}"));
        fields.push(name + "NAME", &chapter.title);
    }
    fields
}

/// Removes chapters from Vorbis comments and returns them. Comments with invalid times stay.
pub(super) fn take_from_fields(fields: &mut Fields) -> Vec<Chapter> {
    let mut chapters: Vec<(String, u64)> = Vec::new();
    for (name, value) in &fields.0 {
        let number = name.get(..7).filter(|start| start.eq_ignore_ascii_case("CHAPTER")).map(|_| &name[7..]);
        let number = number.filter(|number| number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit()));
        if let (Some(number), Some(start_ms)) = (number, milliseconds(value)) {
            chapters.push((number.to_owned(), start_ms));
        }
    }
    let mut taken: Vec<Chapter> = Vec::new();
    for (number, start_ms) in chapters {
        fields.take(&format!("CHAPTER{number}"));
        let title = fields.take(&format!("CHAPTER{number}NAME")).into_iter().next().unwrap_or_default();
        taken.push(Chapter { start_ms, end_ms: None, title });
    }
    taken.sort_by_key(|chapter| chapter.start_ms);
    taken
}

/// Milliseconds of `hh:mm:ss.mmm`.
fn milliseconds(text: &str) -> Option<u64> {
    let mut parts = text.trim().split(':');
    let (hours, minutes): (u64, u64) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let seconds: f64 = parts.next()?.parse().ok().filter(|seconds| (0.0..60.0).contains(seconds))?;
    let whole = hours.checked_mul(3600)?.checked_add(minutes * 60)?.checked_mul(1000)?;
    parts.next().is_none().then(|| whole + (seconds * 1000.0).round() as u64)
}

/// Chapters as ID3v2 frames. A chapter without an end ends where the next one starts, the last one at the end
/// of the file.
pub(super) fn to_frames(chapters: &[Chapter], length_ms: Option<u64>) -> Vec<Frame<'static>> {
    let clamp = |ms: u64| u32::try_from(ms).unwrap_or(u32::MAX);
    let ids: Vec<Cow<'static, str>> =
        (1..=chapters.len()).map(|number| format!("ch{number}").into()).collect();
    let mut frames: Vec<Frame<'static>> = Vec::new();
    for (index, chapter) in chapters.iter().enumerate() {
        let next = chapters.get(index + 1).map(|next| next.start_ms).or(length_ms);
        let end_ms = chapter.end_ms.or(next).unwrap_or(chapter.start_ms).max(chapter.start_ms);
        let times = clamp(chapter.start_ms)..clamp(end_ms);
        frames.push(
            ChapterFrame::new(ids[index].clone(), times, NO_OFFSET..NO_OFFSET, titled(&chapter.title)).into(),
        );
    }
    // A list counts its entries in one byte. Without a list, the chapters are ordered by their times.
    if (1..=255).contains(&chapters.len()) {
        let flags = CtocFlags { top_level: true, ordered: true };
        frames.push(ChapterTableOfContentsFrame::new("toc", flags, ids, FrameList::new()).into());
    }
    frames
}

fn titled(title: &str) -> FrameList<'static> {
    let mut list = FrameList::new();
    if !title.is_empty() {
        let id = FrameId::Valid(Cow::Borrowed("TIT2"));
        list.insert(TextInformationFrame::new(id, TextEncoding::UTF8, title.to_owned()).into());
    }
    list
}

/// The chapters in ID3v2 frames, by time.
pub(super) fn from_frames(frames: &[Frame<'_>]) -> Vec<Chapter> {
    let chapters = frames.iter().filter_map(|frame| match frame {
        Frame::Chapter(chapter) => Some(chapter),
        _ => None,
    });
    let mut chapters: Vec<Chapter> = chapters
        .map(|chapter| Chapter {
            start_ms: chapter.times.start.into(),
            end_ms: Some(chapter.times.end.into()),
            title: chapter.title().unwrap_or_default().replace('\0', " / "),
        })
        .collect();
    chapters.sort_by_key(|chapter| chapter.start_ms);
    chapters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_survive_both_forms() {
        let chapters = vec![
            Chapter { start_ms: 0, end_ms: None, title: "One".to_owned() },
            Chapter { start_ms: 3_723_045, end_ms: None, title: "Zwei".to_owned() },
        ];
        let mut fields = to_fields(&chapters);
        assert_eq!(fields.0[2], ("CHAPTER002".to_owned(), "01:02:03.045".to_owned()));
        fields.push("CHAPTER", "kept");
        fields.push("CHAPTER003", "no time");
        assert_eq!(take_from_fields(&mut fields), chapters);
        assert_eq!(fields.0.len(), 2);
        let ends: Vec<_> = from_frames(&to_frames(&chapters, Some(4_000_000)));
        assert_eq!(
            ends.iter().map(|chapter| chapter.end_ms.unwrap()).collect::<Vec<_>>(),
            [3_723_045, 4_000_000]
        );
    }
}
