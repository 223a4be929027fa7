//! Errors of the preset library and the core in the command's words: the fact, then one remedy.

use enhancer_dsp::{ConfigError, NewError};
use enhancer_preset::import::ImportError;
use enhancer_preset::{LibraryError, ParseError};

/// One line on a failed `presets` command or an unknown `--preset`.
pub(crate) fn on_library(error: &LibraryError) -> String {
    let remedy = match error {
        LibraryError::NotFound { nearest: Some(nearest), .. } => {
            return format!("{error}; did you mean `{nearest}`? `presets list` shows those there are");
        }
        LibraryError::NotFound { nearest: None, .. } => "`presets list` shows those there are",
        LibraryError::Exists { .. } => "choose another name, or use --force to replace it",
        LibraryError::Factory { .. } | LibraryError::Name(_) => "choose another name",
        LibraryError::Shadowing { .. } => "rename the file",
        LibraryError::Config(error) => config_remedy(error),
        LibraryError::Damaged { error, .. } => parse_remedy(error),
        LibraryError::Io { .. } => "check the path and its permissions",
        LibraryError::NotAFile { .. } => "move it away or choose another name",
        LibraryError::NoFolder => "set the variable to a folder",
    };
    format!("{error}; {remedy}")
}

/// One line on a failed `presets import`.
pub(crate) fn on_import(error: &ImportError) -> String {
    let remedy = match error {
        ImportError::Json(error) => parse_remedy(error),
        ImportError::TooLong { .. } => "choose a preset file",
        ImportError::Unknown { .. } => "choose a file in one of these formats",
        ImportError::Nothing { .. } | ImportError::Refused { .. } => {
            "choose a file with the settings of an equalizer"
        }
        ImportError::Devices { .. } => "choose one by `presets import --device NAME`",
        ImportError::Io { .. } => "check the path and its permissions",
    };
    format!("{error}; {remedy}")
}

/// One line on an invalid preset or config file.
pub(crate) fn on_parse(error: &ParseError) -> String {
    format!("{error}; {}", parse_remedy(error))
}

/// One line on a config that the chain refuses.
pub(crate) fn on_config(error: &ConfigError) -> String {
    format!("{error}; {}", config_remedy(error))
}

/// One line on audio whose sample rate or channel count the chain and the meters refuse.
pub(crate) fn on_format(error: &NewError) -> String {
    let remedy = match error {
        NewError::SampleRate(_) => "resample the audio",
        NewError::Channels(_) => "downmix the audio",
        _ => "convert the audio",
    };
    format!("{error}; {remedy}")
}

fn parse_remedy(error: &ParseError) -> &'static str {
    match error {
        ParseError::TooLong { .. } => "choose a preset or config file",
        ParseError::Syntax { .. } => "correct the JSON there",
        ParseError::Field { .. } => "correct or remove the field",
        ParseError::Value { error, .. } => config_remedy(error),
        ParseError::Version { found: 0 } => "correct the version",
        ParseError::Version { .. } => "update this program to read it",
        ParseError::Name(_) => "correct the name",
        ParseError::Text { .. } => "shorten it to one line",
        ParseError::Tags(_) => "remove some",
    }
}

fn config_remedy(error: &ConfigError) -> &'static str {
    match error {
        ConfigError::OutOfRange { .. } => "choose a value in that range",
        _ => "update this program to read it",
    }
}

#[cfg(test)]
#[path = "../../enhancer-preset/tests/every_error/mod.rs"]
mod every_error;

#[cfg(test)]
mod tests {
    use super::every_error::{assert_without, import_errors, library_errors, parse_errors};
    use super::*;
    use crate::enhance::JobError;
    use crate::presets::PresetsError;
    use crate::settings::SettingsError;
    use enhancer_dsp::{EnhancerConfig, ParamId};
    use std::path::PathBuf;

    /// Words of the editor, of the plugin and of the C library.
    const OTHER_DOORS: [&str; 10] = [
        "click",
        "window",
        "button",
        "press",
        "paste",
        "plugin",
        "editor",
        "pass",
        "enhancer_",
        "plugingetpresets",
    ];

    /// Panics unless `message` is `fact` and one remedy in the command's words.
    fn assert_one_remedy(message: &str, fact: &str) {
        let remedy = message.split_once(fact).and_then(|(_, rest)| rest.strip_prefix("; "));
        let remedy = remedy.unwrap_or_else(|| panic!("`{message}` does not start with `{fact}; `"));
        assert!(remedy.len() > 5 && !remedy.contains(';'), "{message}");
        assert_without(message, &OTHER_DOORS);
    }

    #[test]
    fn each_error_gets_one_remedy_in_the_words_of_the_command() {
        for error in library_errors() {
            let fact = error.to_string();
            assert_one_remedy(&on_library(&error), &fact);
            assert_one_remedy(&SettingsError::Preset(error).to_string(), &fact);
        }
        for error in import_errors() {
            let fact = error.to_string();
            let failed = PresetsError::Import { path: PathBuf::from("mine.txt"), error };
            assert_one_remedy(&failed.to_string(), &fact);
        }
        for error in parse_errors() {
            let fact = error.to_string();
            let failed = SettingsError::Parse { path: PathBuf::from("mine.json"), error };
            assert_one_remedy(&failed.to_string(), &fact);
        }
        for error in [NewError::SampleRate(4000.0), NewError::Channels(9)] {
            assert_one_remedy(&JobError::from(error).to_string(), &error.to_string());
        }
        let out_of_range = EnhancerConfig { master_gain_db: 99.0, ..EnhancerConfig::default() };
        for error in [out_of_range.validate().unwrap_err(), ConfigError::SchemaVersion { found: 99 }] {
            assert_one_remedy(&SettingsError::Config(error).to_string(), &error.to_string());
        }
    }

    /// The core's message for an invalid value ends in the valid values, so the command adds nothing.
    #[test]
    fn an_invalid_value_names_the_valid_values_once() {
        let error = ParamId::find("compressor.ratio").unwrap().parse_value("99").unwrap_err();
        let message = SettingsError::Value(error).to_string();
        assert_eq!(message.matches("use a number from 1 to 20:1").count(), 1, "{message}");
        assert_eq!(message.matches(';').count(), 1, "{message}");
    }

    #[test]
    fn remedies_name_the_options_and_subcommands_that_help() {
        let missing = |nearest: Option<&str>| {
            on_library(&LibraryError::NotFound { name: "bas".into(), nearest: nearest.map(str::to_owned) })
        };
        assert_eq!(missing(None), "no preset is called `bas`; `presets list` shows those there are");
        assert!(missing(Some("bass")).contains("; did you mean `bass`? `presets list`"));
        let taken = on_library(&LibraryError::Exists { name: "mine".into() });
        assert!(taken.contains("`mine`") && taken.ends_with("or use --force to replace it"), "{taken}");
        let devices = |count: usize| ImportError::Devices {
            asked: None,
            names: (1..=count).map(|number| number.to_string()).collect(),
        };
        let two = "several devices: `1`, `2`; choose one by `presets import --device NAME`";
        assert!(on_import(&devices(2)).ends_with(two), "{}", on_import(&devices(2)));
        assert!(on_import(&devices(10)).contains("`8`, 2 more; choose"));
        let old = on_parse(&ParseError::Version { found: 0 });
        assert!(!old.contains("update"), "{old}");
    }
}
