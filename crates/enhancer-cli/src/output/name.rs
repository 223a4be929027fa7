//! File names within the file system's limits.

use std::ffi::{OsStr, OsString};

/// The longest file name, bytes, on Linux and the BSDs. The 255 UTF-16 units of Windows and macOS hold as
/// many.
pub(crate) const MAX_NAME_BYTES: usize = 255;

/// Number of random letters at the end of a hidden name.
const RANDOM_LETTERS: usize = 6;

/// Bytes kept from the end of a shortened stem, which often distinguishes files.
const TAIL_BYTES: usize = 32;

/// The name of an incomplete file without its random end: `.NAME.part-`, with NAME cut where it is too long.
pub(super) fn hidden_prefix(name: &OsStr) -> OsString {
    const END: &str = ".part-";
    let mut prefix = OsString::from(".");
    prefix.push(head(name, MAX_NAME_BYTES - 1 - END.len() - RANDOM_LETTERS));
    prefix.push(END);
    prefix
}

/// `stem` followed by `end`. Where that is longer than [`MAX_NAME_BYTES`], a `~` replaces the middle of the
/// stem.
pub(crate) fn fitting(stem: &OsStr, end: &str) -> OsString {
    let room = MAX_NAME_BYTES.saturating_sub(end.len());
    let mut name = if stem.len() <= room {
        stem.to_owned()
    } else {
        let mut short = head(stem, room.saturating_sub(1 + TAIL_BYTES));
        short.push("~");
        short.push(tail(stem, TAIL_BYTES));
        short
    };
    name.push(end);
    name
}

/// The first bytes of a name, at most `most`, without cutting a character of UTF-8.
fn head(name: &OsStr, most: usize) -> OsString {
    let bytes = name.as_encoded_bytes();
    let end = (0..=most.min(bytes.len())).rev().find(|&end| is_boundary(bytes, end));
    part(name, 0..end.unwrap_or(0))
}

/// The last bytes of a name, at most `most`, without cutting a character of UTF-8.
fn tail(name: &OsStr, most: usize) -> OsString {
    let bytes = name.as_encoded_bytes();
    let start = (bytes.len().saturating_sub(most)..bytes.len()).find(|&start| is_boundary(bytes, start));
    part(name, start.unwrap_or(bytes.len())..bytes.len())
}

fn is_boundary(bytes: &[u8], at: usize) -> bool {
    bytes.get(at).is_none_or(|byte| byte & 0xC0 != 0x80)
}

#[cfg(unix)]
fn part(name: &OsStr, range: std::ops::Range<usize>) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(name.as_bytes().get(range).unwrap_or_default()).to_owned()
}

#[cfg(not(unix))]
fn part(name: &OsStr, range: std::ops::Range<usize>) -> OsString {
    String::from_utf8_lossy(name.as_encoded_bytes().get(range).unwrap_or_default()).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_stem_loses_its_middle() {
        assert_eq!(fitting(OsStr::new("song"), ".enhanced.wav"), "song.enhanced.wav");
        let exact = "x".repeat(255 - 13);
        assert_eq!(fitting(OsStr::new(&exact), ".enhanced.wav"), OsString::from(exact + ".enhanced.wav"));
        // Characters of two, three and four bytes, at every offset.
        for character in ["é", "曲", "🎵"] {
            for offset in 0..5 {
                let stem = format!("{}{} - 07", "a".repeat(offset), character.repeat(130));
                let name = fitting(OsStr::new(&stem), ".enhanced.wav").into_string().unwrap();
                assert!((249..=255).contains(&name.len()), "{}", name.len());
                let (head, tail) = name.split_once('~').unwrap();
                assert!(head.len() >= 205 && stem.starts_with(head), "{name}");
                assert!(tail.ends_with(" - 07.enhanced.wav"), "{name}");
            }
        }
    }

    #[test]
    fn a_hidden_name_leaves_room_for_its_random_end() {
        assert_eq!(hidden_prefix(OsStr::new("a.wav")), ".a.wav.part-");
        let long = hidden_prefix(OsStr::new(&"é".repeat(127)));
        assert_eq!(long.len(), 255 - RANDOM_LETTERS);
        assert!(long.into_string().unwrap().ends_with("é.part-"));
    }
}
