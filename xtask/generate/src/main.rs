//! `cargo xtask generate`: writes the files that derive from the parameter table.
//!
//! The rows of the core's table are the only source. The Go structs and docs/PARAMETERS.md are written as a
//! whole; the frozen lists of host parameters and LV2 ports grow at their ends.

mod frozen;
mod go_config;
mod go_field;
mod page;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use table::Table;

/// The failure of a generation.
#[derive(Debug, thiserror::Error)]
enum GenerateError {
    /// Generated files that differ from the parameter table.
    #[error("these files are out of date with the parameter table: {0}; run `cargo xtask generate`")]
    Stale(String),
    /// A parameter table that contradicts published names or ranges.
    #[error("{0}")]
    Table(String),
    /// A file that can't be read or written.
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// Unknown arguments.
    #[error("unknown argument `{0}`; use `--check` or none")]
    Usage(String),
}

/// Adds the file's name to an I/O error.
fn at(path: PathBuf) -> impl FnOnce(std::io::Error) -> GenerateError {
    move |source| GenerateError::File { path, source }
}

/// The folder of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn main() -> ExitCode {
    let outcome = match std::env::args().nth(1).as_deref() {
        None => write(),
        Some("--check") => check(),
        Some(argument) => Err(GenerateError::Usage(argument.to_owned())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A file of the repository and its contents by today's table.
struct Generated {
    path: &'static str,
    text: String,
}

const GO_CONFIG: &str = "go/api/config_generated.go";
const PAGE: &str = "docs/PARAMETERS.md";
const HOST_PARAMS: &str = "src/params/frozen.txt";
const PORTS: &str = "src/lv2/ports.txt";

/// Writes every file that is not up to date and prints its path.
///
/// # Errors
/// [`GenerateError::Table`] if the table contradicts a frozen list or the Go API; [`GenerateError::File`].
fn write() -> Result<(), GenerateError> {
    let root = root();
    let files = all(&root)?;
    let stale = stale(&root, &files);
    for file in &stale {
        let path = root.join(file.path);
        std::fs::write(&path, &file.text).map_err(at(path))?;
        println!("wrote {}", file.path);
    }
    if stale.is_empty() {
        println!("every generated file is up to date");
    }
    Ok(())
}

/// Compares the files with the table and writes none.
///
/// # Errors
/// [`GenerateError::Stale`] with the path of each file that is not up to date; those of [`write()`].
fn check() -> Result<(), GenerateError> {
    let root = root();
    let files = all(&root)?;
    let stale: Vec<&str> = stale(&root, &files).iter().map(|file| file.path).collect();
    if stale.is_empty() { Ok(()) } else { Err(GenerateError::Stale(stale.join(", "))) }
}

fn all(root: &Path) -> Result<[Generated; 4], GenerateError> {
    let read = |path| std::fs::read_to_string(root.join(path)).map_err(at(root.join(path)));
    let table = Table::of_core();
    Ok([
        Generated { path: GO_CONFIG, text: go_config::text(&table)? },
        Generated { path: PAGE, text: page::text() },
        Generated { path: HOST_PARAMS, text: frozen::host_params(HOST_PARAMS, &read(HOST_PARAMS)?)? },
        Generated { path: PORTS, text: frozen::ports(PORTS, &read(PORTS)?)? },
    ])
}

/// The files whose contents on disk differ or are missing.
fn stale<'a>(root: &Path, files: &'a [Generated]) -> Vec<&'a Generated> {
    let is_stale =
        |file: &&Generated| std::fs::read_to_string(root.join(file.path)).ok().as_ref() != Some(&file.text);
    files.iter().filter(is_stale).collect()
}

/// Wraps text at spaces to lines of at most `width` characters; a longer word has a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails with the path of each stale file and the command that writes it.
    #[test]
    fn generated_files_are_up_to_date() {
        if let Err(error) = check() {
            panic!("{error}");
        }
    }

    #[test]
    fn a_missing_or_different_file_is_stale() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("same"), "a\n").unwrap();
        std::fs::write(folder.path().join("old"), "a\n").unwrap();
        let files = [("same", "a\n"), ("old", "b\n"), ("missing", "")];
        let files = files.map(|(path, text)| Generated { path, text: text.to_owned() });
        let paths: Vec<&str> = stale(folder.path(), &files).iter().map(|file| file.path).collect();
        assert_eq!(paths, ["old", "missing"]);
    }

    #[test]
    fn wraps_at_spaces_and_counts_characters() {
        assert_eq!(wrapped("−1 dBTP is a", 7), ["−1 dBTP", "is a"]);
        assert_eq!(wrapped("long-word a", 4), ["long-word", "a"]);
        assert_eq!(wrapped("", 4), [""; 0]);
    }
}
