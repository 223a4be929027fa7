//! Errors of the preset library in the command's words: the fact, and the option or subcommand that helps.

use enhancer_preset::LibraryError;

/// The message for an error of the library.
pub(crate) fn message(error: &LibraryError) -> String {
    match error {
        LibraryError::NotFound { name, nearest } => {
            let question =
                nearest.as_ref().map_or_else(String::new, |nearest| format!("did you mean `{nearest}`? "));
            format!("no preset is called `{name}`; {question}`presets list` shows those there are")
        }
        LibraryError::Exists { name } => {
            format!("a preset is already called `{name}`; choose another name, or use --force to replace it")
        }
        error => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_names_its_own_options_and_subcommands() {
        let missing = |nearest: Option<&str>| {
            message(&LibraryError::NotFound { name: "bas".into(), nearest: nearest.map(str::to_owned) })
        };
        assert_eq!(missing(None), "no preset is called `bas`; `presets list` shows those there are");
        assert!(missing(Some("bass")).contains("; did you mean `bass`? `presets list`"));
        let taken = message(&LibraryError::Exists { name: "mine".into() });
        assert!(taken.contains("`mine`") && taken.ends_with("or use --force to replace it"), "{taken}");
        let factory = LibraryError::Factory { name: "pop".into() };
        assert_eq!(message(&factory), factory.to_string());
    }
}
