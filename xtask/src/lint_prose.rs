//! `cargo xtask lint-prose`: counts the faults of style in comments and documents, and holds them to bounds.
//!
//! Measures the files that git tracks. Text between backticks, code fences and string literals don't count.

mod language;
mod names;
mod report;
mod rule;
mod spans;
#[cfg(test)]
mod tests;

use crate::run::{self, TaskError, at};
use language::Language;
use report::Report;
use rule::Rule;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Folders of test data: their text belongs to other programs.
const DATA: &[&str] = &["fixtures", "testdata", "cases"];

/// A place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Finding {
    rule: Rule,
    /// Counted from 1.
    line: usize,
    text: String,
}

/// The measurement of one file.
#[derive(Debug, Default)]
struct Measured {
    /// Words of prose, the base of the rates.
    words: usize,
    findings: Vec<Finding>,
}

/// Measures the tracked files under `paths` (relative to the current folder), or all of them. `--list` among
/// the arguments prints every finding; the rules that allow none always print theirs.
///
/// # Errors
/// [`TaskError::Prose`] if the files together exceed a bound; an unknown option; a file that can't be read.
pub(crate) fn run(arguments: &[&str]) -> Result<(), TaskError> {
    let (options, paths): (Vec<&str>, Vec<&str>) =
        arguments.iter().partition(|argument| argument.starts_with('-'));
    if let Some(unknown) = options.iter().find(|option| **option != "--list") {
        return Err(TaskError::Usage(format!("lint-prose {unknown}")));
    }
    let mut report = Report::default();
    for name in tracked(&paths)? {
        if let Some(language) = language_of(&name) {
            let path = crate::root().join(&name);
            // A tracked file may be deleted and not yet committed.
            if path.is_file() {
                let text = fs::read_to_string(&path).map_err(at(&path))?;
                report.add(&name, measure(language, &text));
            }
        }
    }
    print!("{}", report.text(!options.is_empty()));
    let exceeded = report.exceeded();
    if exceeded.is_empty() { Ok(()) } else { Err(TaskError::Prose(exceeded.join(", "))) }
}

/// Names of tracked files, relative to the workspace's root.
fn tracked(paths: &[&str]) -> Result<Vec<String>, TaskError> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--full-name", "--"]).args(paths);
    if paths.is_empty() {
        git.current_dir(crate::root());
    }
    let names = run::read(&mut git)?;
    Ok(names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// The language of a file that is measured; none for every other file.
fn language_of(name: &str) -> Option<Language> {
    let path = Path::new(name);
    let is_data = path.parent()?.iter().any(|part| DATA.iter().any(|data| part == *data));
    if is_data { None } else { Language::of_extension(path.extension()?.to_str()?) }
}

fn measure(language: Language, text: &str) -> Measured {
    let mut measured = Measured::default();
    for prose in language::prose(language, text) {
        measured.words += spans::count_words(&prose.text);
        let rules =
            rule::broken_by(&prose.text).into_iter().chain(prose.is_too_long.then_some(Rule::LongLine));
        let line = text.lines().nth(prose.line - 1).unwrap_or_default();
        let finding = |rule| Finding { rule, line: prose.line, text: line.trim().to_owned() };
        measured.findings.extend(rules.map(finding));
    }
    measured.findings.extend(names::findings(language, text));
    measured.findings.sort_by_key(|finding| finding.line);
    measured
}
