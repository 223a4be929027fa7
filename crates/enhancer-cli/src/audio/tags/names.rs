//! Names of the same tag in different formats; the names of Vorbis comments are the common form.
//!
//! The pairs of ID3v2 and Vorbis comments follow the *Picard Tag Mapping* (MusicBrainz). Other formats follow
//! lofty's tables. A name without a counterpart is kept unchanged.

use lofty::tag::{ItemKey, TagType};

/// ID3v2.4 text frames (ID3v2.4.0, 4.2) and web links with one address (4.3), with their Vorbis comments.
const ID3: &[(&str, &str)] = &[
    ("GRP1", "GROUPING"),
    ("MVNM", "MOVEMENTNAME"),
    ("TALB", "ALBUM"),
    ("TBPM", "BPM"),
    ("TCAT", "PODCASTCATEGORY"),
    ("TCMP", "COMPILATION"),
    ("TCOM", "COMPOSER"),
    ("TCON", "GENRE"),
    ("TCOP", "COPYRIGHT"),
    ("TDES", "PODCASTDESC"),
    ("TDOR", "ORIGINALDATE"),
    ("TDRC", "DATE"),
    ("TDRL", "RELEASEDATE"),
    ("TDTG", "TAGGINGDATE"),
    ("TENC", "ENCODEDBY"),
    ("TEXT", "LYRICIST"),
    ("TGID", "PODCASTID"),
    ("TIT1", "GROUPING"),
    ("TIT2", "TITLE"),
    ("TIT3", "SUBTITLE"),
    ("TKEY", "INITIALKEY"),
    ("TKWD", "PODCASTKEYWORDS"),
    ("TLAN", "LANGUAGE"),
    ("TLEN", "LENGTH"),
    ("TMED", "MEDIA"),
    ("TMOO", "MOOD"),
    ("TOAL", "ORIGINALALBUM"),
    ("TOFN", "ORIGINALFILENAME"),
    ("TOLY", "ORIGINALLYRICIST"),
    ("TOPE", "ORIGINALARTIST"),
    ("TOWN", "FILEOWNER"),
    ("TPE1", "ARTIST"),
    ("TPE2", "ALBUMARTIST"),
    ("TPE3", "CONDUCTOR"),
    ("TPE4", "REMIXER"),
    ("TPUB", "PUBLISHER"),
    ("TRSN", "RADIOSTATION"),
    ("TRSO", "RADIOSTATIONOWNER"),
    ("TSO2", "ALBUMARTISTSORT"),
    ("TSOA", "ALBUMSORT"),
    ("TSOC", "COMPOSERSORT"),
    ("TSOP", "ARTISTSORT"),
    ("TSOT", "TITLESORT"),
    ("TSRC", "ISRC"),
    ("TSST", "DISCSUBTITLE"),
    ("WFED", "PODCASTURL"),
    ("WOAR", "WEBSITE"),
];

/// Other spellings of Vorbis comments for which ID3v2 has a frame.
const ALIASES: &[(&str, &str)] = &[
    ("ALBUM ARTIST", "TPE2"),
    ("ENCODED-BY", "TENC"),
    ("ENCODED_BY", "TENC"),
    ("GROUPING", "TIT1"),
    ("KEY", "TKEY"),
    ("MIXARTIST", "TPE4"),
    ("ORIGINALYEAR", "TDOR"),
    ("YEAR", "TDRC"),
];

/// Frames of numbers with a total, `3/12`: number, total, and the total's other name.
pub(super) const NUMBERS: &[(&str, [&str; 3])] = &[
    ("MVIN", ["MOVEMENT", "MOVEMENTTOTAL", "MOVEMENTTOTAL"]),
    ("TPOS", ["DISCNUMBER", "DISCTOTAL", "TOTALDISCS"]),
    ("TRCK", ["TRACKNUMBER", "TRACKTOTAL", "TOTALTRACKS"]),
];

/// The number and total of a track, and of a disc.
pub(super) const TRACK: [&str; 2] = ["TRACKNUMBER", "TRACKTOTAL"];
pub(super) const DISC: [&str; 2] = ["DISCNUMBER", "DISCTOTAL"];

/// Roles of `TIPL` (ID3v2.4.0, 4.2.2) for which Vorbis comments have names.
pub(super) const ROLES: &[(&str, &str)] = &[
    ("arranger", "ARRANGER"),
    ("engineer", "ENGINEER"),
    ("producer", "PRODUCER"),
    ("DJ-mix", "DJMIXER"),
    ("mix", "MIXER"),
];

/// The comment's name for a text or web frame.
pub(super) fn of_id3_frame(id: &str) -> &str {
    ID3.iter().find(|(frame, _)| *frame == id).map_or(id, |(_, name)| name)
}

/// The text or web frame that a comment goes into.
pub(super) fn id3_frame_of(name: &str) -> Option<&'static str> {
    let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name)).map(|(_, frame)| *frame);
    alias.or_else(|| ID3.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(frame, _)| *frame))
}

/// The comment's name for a `TXXX` frame of this description.
pub(super) fn of_id3_description(description: &str) -> String {
    match ItemKey::from_key(TagType::Id3v2, description).filter(|_| description.len() != 4) {
        Some(key) => vorbis(key).unwrap_or(description).to_owned(),
        None => description.to_owned(),
    }
}

/// The description of the `TXXX` frame that a comment goes into.
pub(super) fn id3_description_of(name: &str) -> String {
    let key = ItemKey::from_key(TagType::VorbisComments, name);
    let description = key.and_then(|key| key.map_key(TagType::Id3v2)).filter(|key| key.len() != 4);
    description.unwrap_or(name).to_owned()
}

/// The comment's name for an item of another kind of tag.
pub(super) fn of(kind: TagType, key: &str) -> String {
    const OTHERS: &[(&str, &str)] = &[
        // MP4 (lofty has `©mvi`, `©mvc` and so on).
        ("\u{A9}des", "DESCRIPTION"),
        ("\u{A9}xyz", "LOCATION"),
        ("apID", "ITUNESACCOUNT"),
        ("cmID", "ITUNESCOMPOSERID"),
        ("cnID", "ITUNESCATALOGID"),
        ("egid", "PODCASTID"),
        ("catg", "PODCASTCATEGORY"),
        ("keyw", "PODCASTKEYWORDS"),
        ("ldes", "LONGDESCRIPTION"),
        ("pcst", "PODCAST"),
        ("pgap", "GAPLESS"),
        ("purd", "PURCHASEDATE"),
        ("purl", "PODCASTURL"),
        ("rtng", "ITUNESADVISORY"),
        ("soco", "COMPOSERSORT"),
        ("stik", "ITUNESMEDIATYPE"),
        ("tmpo", "BPM"),
        ("tven", "TVEPISODEID"),
        ("tves", "TVEPISODE"),
        ("tvnn", "TVNETWORK"),
        ("tvsh", "TVSHOW"),
        ("tvsn", "TVSEASON"),
        // APE.
        ("Year", "DATE"),
        // INFO: a source, not a recording code.
        ("ISRC", "SOURCE"),
        ("ITRK", "TRACKNUMBER"),
    ];
    // APE's `ISRC` is the recording code.
    let others = OTHERS.iter().filter(|(known, _)| *known != "ISRC" || kind == TagType::RiffInfo);
    if let Some((_, name)) = others.into_iter().find(|(known, _)| *known == key) {
        return (*name).to_owned();
    }
    ItemKey::from_key(kind, key).and_then(vorbis).map_or_else(|| key.to_owned(), str::to_owned)
}

/// The `LIST INFO` item that a comment goes into.
pub(super) fn info_of(name: &str) -> Option<&'static str> {
    if name.eq_ignore_ascii_case("SOURCE") {
        return Some("ISRC");
    }
    let key = ItemKey::from_key(TagType::VorbisComments, name)?;
    let info = key.map_key(TagType::RiffInfo)?;
    // A rating in `IRTD` has no common scale.
    (info != "IRTD").then_some(info)
}

fn vorbis(key: ItemKey) -> Option<&'static str> {
    key.map_key(TagType::VorbisComments)
}
