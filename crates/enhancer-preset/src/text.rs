//! Foreign text made fit for a one-line message.

/// The longest quotation in a message, in characters.
const MAX_QUOTE: usize = 160;

/// `text` on one line: control characters escaped, cut after 160 characters.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for (count, character) in text.trim().chars().enumerate() {
        if count == MAX_QUOTE {
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
    fn control_characters_are_shown_and_long_text_is_cut() {
        assert_eq!(one_line(" a\nb\u{7}\r\n"), "a\\nb\\u{7}");
        // Unicode's line and paragraph separators are no control characters, but break lines all the same.
        assert_eq!(one_line("a\u{2028}b\u{2029}c"), "a\\u{2028}b\\u{2029}c");
        assert_eq!(one_line(&"é".repeat(500)).chars().count(), 161);
    }
}
