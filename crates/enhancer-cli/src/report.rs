//! What a batch has to say: a table or JSON on standard output; notes and failures on standard error.

mod json;
mod table;

use crate::enhance::Enhanced;
pub(crate) use json::{AnalyzeJson, AnalyzedJson, EnhanceJson, print_json};
use std::io::Write;
use std::path::Path;
pub(crate) use table::{print_analysis_table, print_presets, print_table};

/// A file that failed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Failure {
    input: String,
    error: String,
}

impl Failure {
    pub(crate) fn new(input: &Path, error: &impl std::fmt::Display) -> Self {
        Self { input: input.to_string_lossy().into_owned(), error: one_line(&error.to_string()) }
    }
}

/// Prints what the user should know about files that were enhanced.
pub(crate) fn print_notes(enhanced: &[Enhanced]) {
    for file in enhanced {
        for note in &file.notes {
            eprint_line(&format!("note: {}: {note}", file.task.input.display()));
        }
    }
}

/// Prints what failed, a line each.
pub(crate) fn print_failures(failures: &[Failure]) {
    for failure in failures {
        eprint_line(&format!("error: {}: {}", failure.input, failure.error));
    }
}

/// Writes to standard output; a reader that has gone away is no error.
pub(crate) fn print(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Writes one line to standard error.
pub(crate) fn eprint_line(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", one_line(text));
}

/// The text with what would break a line or a terminal shown as an escape.
fn one_line(text: &str) -> String {
    let shown = |character: char| match character {
        c if c.is_control() => c.escape_default().to_string(),
        c => c.to_string(),
    };
    text.chars().map(shown).collect()
}

/// A file's name, cut in the middle where it is longer than `width`.
pub(crate) fn shortened(path: &Path, width: usize) -> String {
    let name = one_line(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy());
    let characters: Vec<char> = name.chars().collect();
    if characters.len() <= width {
        return name;
    }
    let (start, end) = (width / 2, width - width / 2 - 1);
    let tail = characters.len() - end;
    characters[..start].iter().chain(['…'].iter()).chain(&characters[tail..]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_and_stay_on_one_line() {
        assert_eq!(shortened(Path::new("/a/song.mp3"), 12), "song.mp3");
        assert_eq!(shortened(Path::new("a very long name.flac"), 12), "a very….flac");
        assert_eq!(shortened(Path::new("a\nb"), 12), "a\\nb");
    }
}
