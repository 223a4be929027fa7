//! Vorbis comments as ID3v2.4 frames, for WAV.

use super::found::Fields;
use super::{names, rating};
use lofty::TextEncoding::UTF8;
use lofty::id3::v2::{
    CommentFrame, ExtendedTextFrame, ExtendedUrlFrame, Frame, FrameId, KeyValueFrame, PopularimeterFrame,
    TextInformationFrame, UniqueFileIdentifierFrame, UnsynchronizedTextFrame, UrlLinkFrame,
};
use lofty::tag::items::UNKNOWN_LANGUAGE;
use std::borrow::Cow;

/// Converts all fields. `taken` are the frames of the tag, which allows one frame of each kind for numbers
/// and people.
pub(super) fn convert(mut fields: Fields, taken: &[Frame<'static>]) -> Vec<Frame<'static>> {
    let mut frames = Vec::new();
    let is_free = |id: &str| !taken.iter().any(|frame| frame.id_str() == id);
    for &(id, [number, total, other_total]) in names::NUMBERS {
        if is_free(id) {
            frames.extend(numbered(id, number, [total, other_total], &mut fields));
        }
    }
    if is_free("TIPL") {
        frames.extend(involved_people(&mut fields));
    }
    if is_free("TMCL") {
        frames.extend(musicians(&mut fields));
    }
    // The value itself is kept as text.
    let stars = fields.values("RATING").find_map(rating::byte_of);
    if let Some(stars) = stars.filter(|_| is_free("POPM")) {
        frames.push(PopularimeterFrame::new(rating::AUTHOR, stars, 0).into());
    }
    while let Some((name, _)) = fields.0.first() {
        let name = name.clone();
        let values = fields.take(&name);
        let converted = convert_field(&name, &values);
        let is_taken = |frame| taken.iter().chain(&frames).any(|known| replaces(known, frame));
        if converted.iter().any(is_taken) {
            frames.push(user_text(&name, &values.join("\0")));
        } else {
            frames.extend(converted);
        }
    }
    frames
}

/// True if a tag may hold only one of both frames.
fn replaces(known: &Frame<'static>, frame: &Frame<'static>) -> bool {
    let is_single = |frame: &Frame<'_>| matches!(frame, Frame::Text(_) | Frame::Timestamp(_) | Frame::Url(_));
    (is_single(known) && is_single(frame) && known.id_str() == frame.id_str()) || known == frame
}

fn convert_field(name: &str, values: &[String]) -> Vec<Frame<'static>> {
    let (kind, description) = name.split_once(':').unwrap_or((name, ""));
    match kind.to_ascii_uppercase().as_str() {
        "COMMENT" => texts(values, description, |description, text| {
            CommentFrame::new(UTF8, UNKNOWN_LANGUAGE, description, text).into()
        }),
        "LYRICS" | "UNSYNCEDLYRICS" => texts(values, description, |description, text| {
            UnsynchronizedTextFrame::new(UTF8, UNKNOWN_LANGUAGE, description, text).into()
        }),
        "URL" => texts(values, description, |description, text| {
            ExtendedUrlFrame::new(UTF8, description, text).into()
        }),
        "UFID" if !description.is_empty() => identifiers(description, values),
        "MUSICBRAINZ_TRACKID" => identifiers("http://musicbrainz.org", values),
        _ => vec![text_frame(name, values)],
    }
}

/// Frames of one text each. A number distinguishes the second and later ones.
fn texts(
    values: &[String],
    description: &str,
    frame: impl Fn(String, String) -> Frame<'static>,
) -> Vec<Frame<'static>> {
    let numbered = values.iter().enumerate().map(|(index, text)| {
        let description = match index {
            0 => description.to_owned(),
            _ => format!("{description} {}", index + 1).trim_start().to_owned(),
        };
        frame(description, text.clone())
    });
    numbered.collect()
}

fn identifiers(owner: &str, values: &[String]) -> Vec<Frame<'static>> {
    // One frame per owner; further ones go into a text.
    let mut frames: Vec<Frame<'static>> = Vec::new();
    if let Some(first) = values.first() {
        frames.push(UniqueFileIdentifierFrame::new(owner.to_owned(), first.clone().into_bytes()).into());
    }
    if values.len() > 1 {
        frames.push(user_text(owner, &values.join("\0")));
    }
    frames
}

fn text_frame(name: &str, values: &[String]) -> Frame<'static> {
    let joined = values.join("\0");
    let web = name.len() == 4 && name.starts_with('W') && name.bytes().all(|byte| byte.is_ascii_uppercase());
    match names::id3_frame_of(name).or((web && joined.is_ascii()).then_some(name)) {
        Some(id) if id.starts_with('W') && values.len() == 1 && joined.is_ascii() => {
            UrlLinkFrame::new(frame_id(id), joined).into()
        }
        Some(id) if id.starts_with('T') && id != "TXXX" => {
            TextInformationFrame::new(frame_id(id), UTF8, joined).into()
        }
        _ => user_text(&names::id3_description_of(name), &joined),
    }
}

fn user_text(description: &str, text: &str) -> Frame<'static> {
    ExtendedTextFrame::new(UTF8, description.to_owned(), text.to_owned()).into()
}

fn frame_id(id: &str) -> FrameId<'static> {
    FrameId::Valid(Cow::Owned(id.to_owned()))
}

/// A frame such as `3/12`. A total alone stays a field, and so do several numbers.
fn numbered(id: &str, number: &str, totals: [&str; 2], fields: &mut Fields) -> Option<Frame<'static>> {
    if fields.values(number).count() != 1 {
        return None;
    }
    let mut text = fields.take(number).remove(0);
    let total = totals.into_iter().find(|total| fields.has(total));
    if let Some(total) = total.filter(|_| !text.contains('/')) {
        text = format!("{text}/{}", fields.take(total).remove(0));
        // The same total by its other name.
        totals.into_iter().for_each(|name| {
            if fields.values(name).all(|other| text.ends_with(&format!("/{other}"))) {
                fields.take(name);
            }
        });
    }
    Some(TextInformationFrame::new(frame_id(id), UTF8, text).into())
}

fn involved_people(fields: &mut Fields) -> Option<Frame<'static>> {
    let mut pairs: Vec<(Cow<'static, str>, Cow<'static, str>)> = Vec::new();
    for &(role, name) in names::ROLES {
        pairs.extend(fields.take(name).into_iter().map(|person| (role.into(), person.into())));
    }
    (!pairs.is_empty()).then(|| KeyValueFrame::new(frame_id("TIPL"), UTF8, pairs).into())
}

/// The frame for `PERFORMER=name (instrument)`.
fn musicians(fields: &mut Fields) -> Option<Frame<'static>> {
    let mut pairs: Vec<(Cow<'static, str>, Cow<'static, str>)> = Vec::new();
    for performer in fields.take("PERFORMER") {
        let split = performer.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
        let (person, instrument) = split.unwrap_or((&performer, "performer"));
        pairs.push((instrument.to_owned().into(), person.to_owned().into()));
    }
    (!pairs.is_empty()).then(|| KeyValueFrame::new(frame_id("TMCL"), UTF8, pairs).into())
}

#[cfg(test)]
mod tests {
    use super::super::from_id3;
    use super::*;

    /// Fields that become frames become the same fields again.
    #[test]
    fn fields_survive_the_conversion_to_frames_and_back() {
        let mut fields = Fields::default();
        for (name, value) in [
            ("TITLE", "Título"),
            ("ARTIST", "Artist A"),
            ("ARTIST", "Artist B"),
            ("TRACKNUMBER", "3"),
            ("TRACKTOTAL", "12"),
            ("DISCTOTAL", "2"),
            ("GENRE", "Rock"),
            ("GENRE", "Pop"),
            ("DATE", "2020-05-06"),
            ("LYRICS", "Line 1\nLine 2"),
            ("RATING", "70"),
            ("COMMENT", "one"),
            ("COMMENT:private", "two"),
            ("PERFORMER", "Anna (violin)"),
            ("PERFORMER", "Berta"),
            ("PRODUCER", "Carla"),
            ("MUSICBRAINZ_TRACKID", "aaaa"),
            ("MUSICBRAINZ_ALBUMID", "bbbb"),
            ("UFID:owner", "cccc"),
            ("URL:shop", "http://x.example/"),
            ("WCOM", "http://y.example/"),
            ("WEBSITE", "http://z.example/"),
            ("CUSTOM_KEY", "custom"),
            ("SYNCEDLYRICS", "[00:01.00]la"),
            ("DESCRIPTION", "described"),
        ] {
            fields.push(name, value);
        }
        let frames = convert(fields.clone(), &[]);
        let mut back = from_id3::convert(&frames).fields.0;
        let mut fields = fields.0;
        fields.sort();
        back.sort();
        assert_eq!(back, fields);
    }
}
