//! ID3v2 frames as Vorbis comments, for FLAC and for `LIST INFO`.

use super::found::{Chapter, Fields};
use super::{chapters, names, rating};
use lofty::id3::v1::GENRES;
use lofty::id3::v2::{
    Frame, FrameList, KeyValueFrame, PopularimeterFrame, SynchronizedTextFrame, UniqueFileIdentifierFrame,
};
use lofty::picture::Picture;

const MUSICBRAINZ: &str = "http://musicbrainz.org";

/// The contents of ID3v2 frames, and the ids of frames without a counterpart.
#[derive(Default)]
pub(super) struct Converted {
    pub(super) fields: Fields,
    pub(super) pictures: Vec<Picture>,
    pub(super) chapters: Vec<Chapter>,
    pub(super) lost: Vec<String>,
}

/// Converts frames that are still true.
pub(super) fn convert(frames: &[Frame<'_>]) -> Converted {
    let mut to = Converted { chapters: chapters::from_frames(frames), ..Converted::default() };
    // A rating as text precedes a `POPM` byte.
    let (ratings, others): (Vec<_>, Vec<_>) =
        frames.iter().partition(|frame| matches!(frame, Frame::Popularimeter(_)));
    others.into_iter().for_each(|frame| convert_frame(frame, &mut to));
    for frame in ratings {
        if let Frame::Popularimeter(popularimeter) = frame {
            add_rating(popularimeter, &mut to.fields);
        }
    }
    to
}

fn convert_frame(frame: &Frame<'_>, to: &mut Converted) {
    let fields = &mut to.fields;
    match frame {
        Frame::Text(text) => add_text(text.id().as_str(), &text.value, fields),
        Frame::Timestamp(stamp) => {
            fields.push(names::of_id3_frame(stamp.id().as_str()), stamp.timestamp.to_string());
        }
        Frame::UserText(text) => {
            fields.push_all(&names::of_id3_description(&text.description), &text.content)
        }
        Frame::Comment(text) => fields.push(described("COMMENT", &text.description), &*text.content),
        Frame::UnsynchronizedText(text) => {
            fields.push(described("LYRICS", &text.description), &*text.content)
        }
        Frame::Url(link) => fields.push(names::of_id3_frame(link.id().as_str()), link.url()),
        Frame::UserUrl(link) => fields.push(described("URL", &link.description), &*link.content),
        Frame::KeyValue(people) => add_people(people, fields),
        Frame::Picture(attached) => to.pictures.push(attached.picture.clone().into_owned()),
        Frame::UniqueFileIdentifier(id) => add_identifier(id, to),
        Frame::Chapter(chapter) => lose_parts(&chapter.children, "CHAP", &mut to.lost),
        Frame::TableOfContents(list) => lose_parts(&list.children, "CTOC", &mut to.lost),
        Frame::Popularimeter(_) => {}
        Frame::Binary(binary) if binary.id().as_str() == "SYLT" => {
            match SynchronizedTextFrame::parse(&binary.data, binary.flags()).ok().as_ref().and_then(lyrics) {
                Some(text) => fields.push("SYNCEDLYRICS", text),
                None => to.lost.push("SYLT".to_owned()),
            }
        }
        Frame::Private(private) => to.lost.push(format!("PRIV {}", private.owner)),
        other => to.lost.push(other.id_str().to_owned()),
    }
}

/// Records the pictures and links of a chapter as lost, because they have no counterpart.
fn lose_parts(children: &FrameList<'_>, of: &str, lost: &mut Vec<String>) {
    let parts = children.iter().map(Frame::id_str).filter(|&id| (of, id) != ("CHAP", "TIT2"));
    lost.extend(parts.map(|id| format!("{id} of {of}")));
}

fn add_text(id: &str, value: &str, fields: &mut Fields) {
    if let Some((_, [number, total, _])) = names::NUMBERS.iter().find(|(frame, _)| *frame == id) {
        fields.push_number([number, total], value);
    } else if id == "TCON" {
        value.split('\0').for_each(|genre| add_genres(genre, fields));
    } else {
        fields.push_all(names::of_id3_frame(id), value);
    }
}

/// Adds genres given by name, by number, or as in ID3v2.3: `(17)(4)Rock with Eurodisco`.
fn add_genres(mut text: &str, fields: &mut Fields) {
    while let Some((code, rest)) = text.strip_prefix('(').and_then(|text| text.split_once(')')) {
        let Some(genre) = genre(code) else { break };
        text = rest;
        // The number's own name may follow it.
        if genre != rest {
            fields.push("GENRE", genre);
        }
    }
    // Two brackets stand for one bracket of the text.
    let text = if text.starts_with("((") { &text[1..] } else { text };
    fields.push("GENRE", genre(text).unwrap_or(text));
}

fn genre(code: &str) -> Option<&'static str> {
    match code {
        "RX" => Some("Remix"),
        "CR" => Some("Cover"),
        _ => GENRES.get(code.parse::<usize>().ok()?).copied(),
    }
}

/// `NAME`, or `NAME:description`.
fn described(name: &str, description: &str) -> String {
    if description.is_empty() { name.to_owned() } else { format!("{name}:{description}") }
}

/// Adds `TIPL` and `TMCL`: people by role and by instrument.
fn add_people(people: &KeyValueFrame<'_>, fields: &mut Fields) {
    for (role, person) in people.key_value_pairs.iter() {
        let known = names::ROLES.iter().find(|(known, _)| known.eq_ignore_ascii_case(role));
        match known {
            Some((_, name)) => fields.push(*name, &**person),
            None if role.is_empty() || role.eq_ignore_ascii_case("performer") => {
                fields.push("PERFORMER", &**person);
            }
            None => fields.push("PERFORMER", format!("{person} ({role})")),
        }
    }
}

fn add_identifier(id: &UniqueFileIdentifierFrame<'_>, to: &mut Converted) {
    let text = std::str::from_utf8(&id.identifier).ok().filter(|text| !text.contains(char::is_control));
    match text {
        Some(text) if id.owner == MUSICBRAINZ => to.fields.push("MUSICBRAINZ_TRACKID", text),
        Some(text) => to.fields.push(format!("UFID:{}", id.owner), text),
        None => to.lost.push(format!("UFID {}", id.owner)),
    }
}

/// Lines of LRC, `[mm:ss.cc]text`, if the times are in milliseconds.
fn lyrics(frame: &SynchronizedTextFrame<'_>) -> Option<String> {
    use lofty::id3::v2::TimestampFormat;
    if frame.timestamp_format != TimestampFormat::MS {
        return None;
    }
    let lines = frame.content.iter().map(|(ms, text)| {
        let hundredths = ms / 10;
        let (minutes, seconds) = (hundredths / 6000, hundredths / 100 % 60);
        format!("[{minutes:02}:{seconds:02}.{:02}]{}", hundredths % 100, text.trim_matches(['\r', '\n']))
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

fn add_rating(popularimeter: &PopularimeterFrame<'_>, fields: &mut Fields) {
    if let Some(percent) = rating::percent_of(popularimeter.rating) {
        let first = !fields.has("RATING");
        let name = if first { "RATING".to_owned() } else { described("RATING", &popularimeter.email) };
        // The value from which this byte was made is present already.
        if first || popularimeter.email != rating::AUTHOR {
            fields.push(name, percent.to_string());
        }
    }
    if popularimeter.counter > 0 && !fields.has("PLAYCOUNT") {
        fields.push("PLAYCOUNT", popularimeter.counter.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn genres_are_read_in_every_form() {
        for (text, genres) in [
            ("Rock", &["Rock"][..]),
            ("17", &["Rock"]),
            ("(17)", &["Rock"]),
            ("(17)Rock", &["Rock"]),
            ("(17)(4)Eurodisco", &["Rock", "Disco", "Eurodisco"]),
            ("(RX)", &["Remix"]),
            ("((I think)", &["(I think)"]),
            ("(live)", &["(live)"]),
        ] {
            let mut fields = Fields::default();
            add_genres(text, &mut fields);
            assert_eq!(fields.values("GENRE").collect::<Vec<_>>(), genres, "{text}");
        }
    }
}
