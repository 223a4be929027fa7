//! The editor's words for failed preset operations: the error's fact, then the remedy in this window.

use enhancer_preset::import::ImportError;
use enhancer_preset::{LibraryError, ParseError};

/// One line on a failed save, rename or delete. `can_replace` is true while the button “Replace it” is shown.
pub(super) fn on_library(error: &LibraryError, can_replace: bool) -> String {
    let remedy = match error {
        LibraryError::Exists { .. } if can_replace => "type another name, or click “Replace it”",
        LibraryError::NotFound { .. } => "close and open this list to read the folder again",
        LibraryError::Exists { .. } | LibraryError::Factory { .. } | LibraryError::Name(_) => {
            "type another name"
        }
        LibraryError::Shadowing { .. } => "rename the file",
        LibraryError::Config(_) => "change the setting",
        LibraryError::Damaged { error, .. } => on_parse(error),
        LibraryError::Io { .. } => "check the path and its permissions",
        LibraryError::NotAFile { .. } => "move it away or type another name",
        LibraryError::NoFolder => "set the variable to a folder and restart the program",
    };
    format!("{error}; {remedy}")
}

/// One line on a failed import.
pub(super) fn on_import(error: &ImportError) -> String {
    let remedy = match error {
        ImportError::Json(error) => on_parse(error),
        ImportError::TooLong { .. } | ImportError::Unknown { .. } => "choose another file",
        ImportError::Nothing { .. } | ImportError::Refused { .. } => "choose a file with an equalizer",
        ImportError::Devices { .. } => "paste the lines for one device into the text field",
        ImportError::Io { .. } => "check the path and its permissions",
    };
    format!("{error}; {remedy}")
}

fn on_parse(error: &ParseError) -> &'static str {
    match error {
        ParseError::TooLong { .. } => "choose another file",
        ParseError::Syntax { .. } => "correct the JSON there",
        ParseError::Field { .. } => "correct or remove the field",
        ParseError::Value { .. } => "correct the value",
        ParseError::Version { .. } => "update the plugin to read it",
        ParseError::Name(_) => "correct the name",
        ParseError::Text { .. } => "shorten it to one line",
        ParseError::Tags(_) => "remove some",
    }
}

#[cfg(test)]
#[path = "../../../crates/enhancer-preset/tests/every_error/mod.rs"]
mod every_error;

#[cfg(test)]
mod tests {
    use super::every_error::{assert_without, import_errors, library_errors};
    use super::*;

    #[test]
    fn messages_speak_to_a_user_of_the_editor_alone() {
        let library = [true, false].map(|can_replace| {
            library_errors().iter().map(|error| on_library(error, can_replace)).collect::<Vec<_>>()
        });
        let import = import_errors().iter().map(on_import).collect();
        for message in [library.concat(), import].concat() {
            assert_without(&message, &["--", "`presets", "command", "enhancer_", "call"]);
            assert!(message.contains("; "), "{message} has no remedy");
        }
    }

    #[test]
    fn a_taken_name_offers_the_button_only_while_it_is_shown() {
        let error = LibraryError::Exists { name: "mine".to_owned() };
        assert!(on_library(&error, true).contains("Replace it"));
        assert!(!on_library(&error, false).contains("Replace it"));
    }
}
