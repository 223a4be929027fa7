//! Finds the lines of prose in a source file or a document.

use super::rule::COLUMNS;
use super::spans;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Rust,
    /// Go or C: comments as in Rust, without Markdown.
    Plain,
    Python,
    Markdown,
}

impl Language {
    pub(super) fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "rs" => Some(Self::Rust),
            "go" | "h" | "c" => Some(Self::Plain),
            "py" => Some(Self::Python),
            "md" => Some(Self::Markdown),
            _ => None,
        }
    }
}

/// One line of prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prose {
    /// Counted from 1.
    pub(super) line: usize,
    /// Without comment signs, code spans and link targets.
    pub(super) text: String,
    pub(super) is_too_long: bool,
}

/// First words of the header file that cbindgen writes. The rest of that file repeats the Rust source's
/// comments.
const GENERATED: &str = "Made by cbindgen";

/// The lines of prose of a file, outside code fences.
pub(super) fn prose(language: Language, text: &str) -> Vec<Prose> {
    let mut reader = Reader { language, block: Block::None, in_fence: false, in_span: false };
    let mut lines = vec![];
    let mut is_generated = false;
    for (index, line) in text.lines().enumerate() {
        let found = reader.comment(line);
        let is_comment = found.is_some();
        if let Some(text) = found.and_then(|text| reader.outside_code(text)) {
            is_generated |= language == Language::Plain && text.contains(GENERATED);
            lines.push(Prose { line: index + 1, text, is_too_long: is_too_long(language, line) });
        }
        if is_generated && !is_comment {
            break;
        }
    }
    lines
}

/// True for a line over [`COLUMNS`] that could be shorter: not a table's row, a picture or an address.
fn is_too_long(language: Language, line: &str) -> bool {
    let trimmed = line.trim();
    let has_address = trimmed.contains("http://") || trimmed.contains("https://");
    let is_fixed = match language {
        Language::Markdown => {
            trimmed.starts_with(['|', '!'])
                || !trimmed.contains(' ')
                || trimmed.starts_with('[') && trimmed.contains("]: ")
        }
        _ => has_address,
    };
    line.chars().count() > COLUMNS && !is_fixed
}

/// A construct that spans lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    None,
    /// `/* … */` or a Python docstring.
    Comment,
    /// A Python string that is no docstring.
    Data,
}

struct Reader {
    language: Language,
    block: Block,
    in_fence: bool,
    in_span: bool,
}

impl Reader {
    /// The text of a comment on this line, or the line of a document.
    fn comment<'a>(&mut self, line: &'a str) -> Option<&'a str> {
        let found = match self.language {
            Language::Markdown => Some(line),
            Language::Python => self.python(line),
            Language::Rust | Language::Plain => self.slashes(line),
        };
        if found.is_none() {
            (self.in_fence, self.in_span) = (false, false);
        }
        found
    }

    fn outside_code(&mut self, text: &str) -> Option<String> {
        if text.trim_start().starts_with("```") {
            self.in_fence = !self.in_fence;
            return None;
        }
        if self.in_fence {
            return None;
        }
        if text.trim().is_empty() {
            self.in_span = false;
        }
        Some(spans::without_targets(&spans::without_code(text, &mut self.in_span)))
    }

    fn slashes<'a>(&mut self, line: &'a str) -> Option<&'a str> {
        let trimmed = line.trim_start();
        if self.block == Block::Comment {
            let star = if trimmed.starts_with("*/") { "" } else { "*" };
            return Some(self.until("*/", trimmed.strip_prefix(star).unwrap_or(trimmed)));
        }
        if let Some(after) = trimmed.strip_prefix("//") {
            return Some(after.trim_start_matches(['/', '!']));
        }
        if let Some(after) = trimmed.strip_prefix("/*") {
            return Some(self.until("*/", after.trim_start_matches('*')));
        }
        after_code(line)
    }

    fn python<'a>(&mut self, line: &'a str) -> Option<&'a str> {
        const QUOTES: &str = "\"\"\"";
        let trimmed = line.trim_start();
        match self.block {
            Block::Comment => return Some(self.until(QUOTES, trimmed)),
            Block::Data => {
                self.block = if line.contains(QUOTES) { Block::None } else { Block::Data };
                return None;
            }
            Block::None => {}
        }
        if let Some(after) = trimmed.strip_prefix(QUOTES) {
            return Some(self.until(QUOTES, after));
        }
        if line.matches(QUOTES).count() % 2 == 1 {
            self.block = Block::Data;
            return None;
        }
        if trimmed.starts_with("#!") {
            return None;
        }
        trimmed.strip_prefix('#').or_else(|| line.split_once("  # ").map(|(_, after)| after))
    }

    /// The text before `end`; without it, the block goes on.
    fn until<'a>(&mut self, end: &str, text: &'a str) -> &'a str {
        match text.split_once(end) {
            Some((text, _)) => {
                self.block = Block::None;
                text
            }
            None => {
                self.block = Block::Comment;
                text
            }
        }
    }
}

/// The comment behind code on the same line: `//` and a blank, outside a string literal.
fn after_code(line: &str) -> Option<&str> {
    let bytes = line.as_bytes();
    let (mut in_string, mut index) = (false, 0);
    while let Some(byte) = bytes.get(index) {
        match byte {
            b'\\' if in_string => index += 1,
            // The character literal of a quotation mark.
            b'\'' if !in_string && bytes.get(index + 1..index + 3) == Some(b"\"'") => index += 2,
            b'"' => in_string = !in_string,
            b'/' if !in_string && bytes.get(index..index + 3) == Some(b"// ") => {
                return line.get(index + 3..);
            }
            _ => {}
        }
        index += 1;
    }
    None
}
