//! Output of a batch: a table or JSON on standard output; notes and errors on standard error.

mod json;
mod table;

pub(crate) use json::{AnalysisJson, AnalyzeJson, AnalyzedJson, EnhanceJson, print_json};
use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
pub(crate) use table::{Measured, print_analysis_table, print_presets, print_table};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A file that failed, as in `--json`.
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

/// Prints a file's notes, one per line.
pub(crate) fn print_notes(input: &Path, notes: &[String]) {
    for note in notes {
        eprint_line(&format!("note: {}: {note}", input.display()));
    }
}

/// Prints the failed files, one per line.
pub(crate) fn print_failures(failures: &[Failure]) {
    for failure in failures {
        eprint_line(&format!("error: {}: {}", failure.input, failure.error));
    }
}

/// The error of the first failed write to standard output.
static LOST: OnceLock<String> = OnceLock::new();

/// True where standard output carries a sound file.
static IS_STDOUT_TAKEN: AtomicBool = AtomicBool::new(false);

/// Reserves standard output for a sound file: results go to standard error.
pub(crate) fn leave_stdout() {
    IS_STDOUT_TAKEN.store(true, Ordering::Relaxed);
}

/// Writes to standard output. A closed pipe is not an error; [`lost_output`] returns
/// all other errors.
pub(crate) fn print(text: &str) {
    if IS_STDOUT_TAKEN.load(Ordering::Relaxed) {
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
        return;
    }
    let mut stdout = std::io::stdout().lock();
    if let Err(error) = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        let _ = LOST.set(error.to_string());
    }
}

/// The error that made a write to standard output fail, such as a full disk.
pub(crate) fn lost_output() -> Option<&'static str> {
    LOST.get().map(String::as_str)
}

/// Writes one line to standard error.
pub(crate) fn eprint_line(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", one_line(text));
}

/// The text with control characters escaped, so that it stays on one line and changes no terminal settings.
fn one_line(text: &str) -> String {
    let shown = |character: char| match character {
        c if c.is_control() => c.escape_default().to_string(),
        c => c.to_string(),
    };
    text.chars().map(shown).collect()
}

/// A file's name, cut in the middle where it is wider than `width` columns of a terminal.
pub(crate) fn shortened(path: &Path, width: usize) -> String {
    cut(&one_line(&path.file_name().unwrap_or(path.as_os_str()).to_string_lossy()), width)
}

/// The text, cut in the middle where it is wider than `width` columns of a terminal.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let tail_width = (width.saturating_sub(1)) / 2;
    let head = fitting(text.chars(), width.saturating_sub(1 + tail_width));
    let tail = fitting(text.chars().rev(), tail_width);
    head.chars().chain(['…']).chain(tail.chars().rev()).collect()
}

/// The first characters that fit into `width` columns.
fn fitting(characters: impl Iterator<Item = char>, width: usize) -> String {
    let mut left = width;
    let fits = |character: &char| {
        let rest = left.checked_sub(character.width().unwrap_or(0));
        left = rest.unwrap_or(left);
        rest.is_some()
    };
    characters.take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortened_names_fit_and_stay_on_one_line() {
        assert_eq!(shortened(Path::new("/a/song.mp3"), 12), "song.mp3");
        assert_eq!(shortened(Path::new("a very long name.flac"), 12), "a very….flac");
        assert_eq!(shortened(Path::new("a\nb"), 12), "a\\nb");
    }
}
