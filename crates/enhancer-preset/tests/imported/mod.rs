//! Imports a text and returns its notes, for the tests of all formats.
#![allow(dead_code, reason = "each test uses a part")]

use enhancer_preset::import::{Imported, detect_and_import};

/// Imports a text that must give a valid preset, under the name `Test`.
pub(crate) fn import(text: &str) -> Imported {
    let imported = detect_and_import(text, "Test").unwrap();
    imported.preset.config.validate().unwrap();
    imported
}

/// The notes of an import, each as the line that a user gets.
pub(crate) fn notes(imported: &Imported) -> Vec<String> {
    imported.notes.iter().map(ToString::to_string).collect()
}
