//! Excerpts of foreign text for one-line messages.

/// The longest excerpt, characters.
const MAX_CHARACTERS: usize = 160;

/// Returns `text` on one line, with control characters escaped, cut after 160 characters.
pub(crate) fn excerpt(text: &str) -> String {
    let mut line = String::new();
    for (count, character) in text.trim().chars().enumerate() {
        if count == MAX_CHARACTERS {
            line.push('…');
            break;
        }
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_control_characters_and_cuts_long_text() {
        assert_eq!(excerpt(" a\nb\u{7}\r\n"), "a\\nb\\u{7}");
        // Unicode's line and paragraph separators are not control characters, but they break lines too.
        assert_eq!(excerpt("a\u{2028}b\u{2029}c"), "a\\u{2028}b\\u{2029}c");
        assert_eq!(excerpt(&"é".repeat(500)).chars().count(), 161);
    }
}
