//! Errors of the preset library in the command's words: the fact, and the option or subcommand that helps.

use enhancer_preset::LibraryError;
use enhancer_preset::import::ImportError;

/// The most devices that a message names.
const MAX_DEVICES: usize = 8;

/// The message for an error of an import.
pub(crate) fn import_message(error: &ImportError) -> String {
    let ImportError::Devices { asked: None, names } = error else { return error.to_string() };
    let mut devices: Vec<String> = names.iter().take(MAX_DEVICES).map(|name| format!("`{name}`")).collect();
    if let Some(more) = names.len().checked_sub(MAX_DEVICES).filter(|&more| more > 0) {
        devices.push(format!("{more} more"));
    }
    let devices = devices.join(", ");
    format!(
        "the file has sections for several devices: {devices}; choose one by `presets import --device NAME`"
    )
}

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
        let devices = |count: usize| ImportError::Devices {
            asked: None,
            names: (1..=count).map(|number| number.to_string()).collect(),
        };
        let two = "several devices: `1`, `2`; choose one by `presets import --device NAME`";
        assert!(import_message(&devices(2)).ends_with(two), "{}", import_message(&devices(2)));
        assert!(import_message(&devices(10)).contains("`8`, 2 more; choose"));
    }
}
