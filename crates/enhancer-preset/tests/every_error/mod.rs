//! One sample of every error that a user of this crate can meet, for tests of the messages.
//!
//! Each list is a chain of exhaustive matches: a new variant does not compile without a sample. The tests of
//! the command, the editor and the C library include this file too.
#![allow(dead_code, reason = "each test uses a part")]

use enhancer_dsp::{ConfigError, EnhancerConfig};
use enhancer_preset::import::{Format, ImportError};
use enhancer_preset::{LibraryError, NameError, ParseError};
use std::io;
use std::iter::successors;
use std::path::PathBuf;

fn name() -> String {
    "mine".to_owned()
}

fn path() -> PathBuf {
    PathBuf::from("/presets/mine.json")
}

fn denied() -> io::Error {
    io::Error::from(io::ErrorKind::PermissionDenied)
}

fn out_of_range() -> ConfigError {
    EnhancerConfig { master_gain_db: 99.0, ..EnhancerConfig::default() }.validate().unwrap_err()
}

/// Every [`LibraryError`], the [`NameError`]s and [`ParseError`]s within it included.
pub(crate) fn library_errors() -> Vec<LibraryError> {
    let after = |error: &LibraryError| {
        Some(match error {
            LibraryError::NotFound { nearest: None, .. } => {
                LibraryError::NotFound { name: name(), nearest: Some("mine 2".to_owned()) }
            }
            LibraryError::NotFound { nearest: Some(_), .. } => LibraryError::Exists { name: name() },
            LibraryError::Exists { .. } => LibraryError::Factory { name: name() },
            LibraryError::Factory { .. } => LibraryError::Shadowing { path: path(), name: name() },
            LibraryError::Shadowing { .. } => LibraryError::Config(out_of_range()),
            LibraryError::Config(_) => LibraryError::Io { action: "write", path: path(), error: denied() },
            LibraryError::Io { .. } => LibraryError::NotAFile { path: path(), kind: "a folder" },
            LibraryError::NotAFile { .. } => LibraryError::NoFolder,
            LibraryError::NoFolder | LibraryError::Name(_) | LibraryError::Damaged { .. } => return None,
        })
    };
    let names = name_errors().into_iter().map(LibraryError::Name);
    let files = parse_errors().into_iter().map(|error| LibraryError::Damaged { path: path(), error });
    let first = LibraryError::NotFound { name: name(), nearest: None };
    successors(Some(first), after).chain(names).chain(files).collect()
}

/// Every [`ImportError`], the [`ParseError`]s within it included.
pub(crate) fn import_errors() -> Vec<ImportError> {
    let after = |error: &ImportError| {
        Some(match error {
            ImportError::TooLong { .. } => ImportError::Unknown { file: name() },
            ImportError::Unknown { .. } => ImportError::Nothing { format: Format::Peace, notes: Vec::new() },
            ImportError::Nothing { .. } => {
                ImportError::Refused { format: Format::Table, reason: "is a measurement".to_owned() }
            }
            ImportError::Refused { .. } => {
                ImportError::Devices { asked: None, names: vec!["a".to_owned(), "b".to_owned()] }
            }
            ImportError::Devices { asked: None, .. } => {
                ImportError::Devices { asked: Some(name()), names: vec!["a".to_owned()] }
            }
            ImportError::Devices { asked: Some(_), names } if names.len() == 1 => {
                ImportError::Devices { asked: Some(name()), names: vec!["a".to_owned(); 20] }
            }
            ImportError::Devices { .. } => ImportError::Io { path: path(), error: denied() },
            ImportError::Io { .. } | ImportError::Json(_) => return None,
        })
    };
    let json = parse_errors().into_iter().map(ImportError::Json);
    successors(Some(ImportError::TooLong { bytes: 1 << 21 }), after).chain(json).collect()
}

/// Every [`NameError`].
pub(crate) fn name_errors() -> Vec<NameError> {
    let after = |error: &NameError| {
        Some(match error {
            NameError::Empty => NameError::TooLong { bytes: 65 },
            NameError::TooLong { .. } => NameError::Character('/'),
            NameError::Character(_) => NameError::Edge,
            NameError::Edge => NameError::Reserved("con".to_owned()),
            NameError::Reserved(_) => return None,
        })
    };
    successors(Some(NameError::Empty), after).collect()
}

/// Every [`ParseError`], the [`NameError`]s within it included.
pub(crate) fn parse_errors() -> Vec<ParseError> {
    let (line, column, message) = (2, 3, "expected value".to_owned());
    let after = |error: &ParseError| {
        Some(match error {
            ParseError::TooLong { .. } => ParseError::Syntax { message: message.clone(), line, column },
            ParseError::Syntax { .. } => {
                ParseError::Field { path: "config.gian".to_owned(), message: message.clone(), line, column }
            }
            ParseError::Field { .. } => ParseError::Value { error: out_of_range(), line, column },
            ParseError::Value { .. } => ParseError::Version { found: 7 },
            ParseError::Version { .. } => ParseError::Text { field: "description", max_bytes: 2000 },
            ParseError::Text { .. } => ParseError::Tags(33),
            ParseError::Tags(_) | ParseError::Name(_) => return None,
        })
    };
    let names = name_errors().into_iter().map(ParseError::Name);
    successors(Some(ParseError::TooLong { bytes: 1 << 21 }), after).chain(names).collect()
}

/// Panics if `message` has several lines or one of `words`. A word of letters matches whole and in any case;
/// a phrase or a symbol such as `--` matches anywhere.
pub(crate) fn assert_without(message: &str, words: &[&str]) {
    assert!(!message.is_empty() && !message.chars().any(char::is_control), "{message:?}");
    let lower = message.to_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    for word in words {
        let is_plain = word.chars().all(char::is_alphanumeric);
        let found = if is_plain { parts.contains(word) } else { message.contains(word) };
        assert!(!found, "`{word}` in {message}");
    }
}
