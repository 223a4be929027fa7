//! Reads preset and config files. The order is version, migration, strict parsing; each error has its line
//! and column.

mod locate;

use crate::excerpt::excerpt;
use crate::migrate::migrate;
use crate::name::{NameError, check_name};
use crate::preset::{Preset, PresetFile};
use enhancer_dsp::config::SCHEMA_VERSION;
use enhancer_dsp::{ConfigError, EnhancerConfig};
pub(crate) use locate::locate;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

/// The longest file that is read, bytes. A preset with every field takes about 5 kB.
pub const MAX_FILE_BYTES: usize = 1 << 20;

/// Longest description, category or tag in bytes, and the largest number of tags.
const MAX_DESCRIPTION_BYTES: usize = 2000;
const MAX_WORD_BYTES: usize = 64;
const MAX_TAGS: usize = 32;

/// The first mistake in a preset or config file. Lines and columns count from 1; the message is one line.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParseError {
    /// The text is longer than [`MAX_FILE_BYTES`].
    #[error("the text has {bytes} bytes; a preset has at most {MAX_FILE_BYTES}")]
    TooLong {
        /// Length of the text in bytes.
        bytes: usize,
    },
    /// The text is not JSON, or not a JSON object.
    #[error("line {line}, column {column}: invalid JSON: {message}")]
    Syntax {
        /// The JSON parser's message.
        message: String,
        /// Line of the mistake.
        line: usize,
        /// Column of the mistake.
        column: usize,
    },
    /// A field is unknown, missing or of the wrong type.
    #[error("line {line}, column {column}: `{path}`: {message}")]
    Field {
        /// Path of the field, such as `config.equalizer.bands[2].gian`.
        path: String,
        /// The mistake, such as ``unknown field `gian` ``.
        message: String,
        /// Line where the field's value starts.
        line: usize,
        /// Column where the field's value starts.
        column: usize,
    },
    /// A value is outside its range.
    #[error("line {line}, column {column}: {error}")]
    Value {
        /// The field, its value and its range.
        error: ConfigError,
        /// Line where the value starts.
        line: usize,
        /// Column where the value starts.
        column: usize,
    },
    /// A newer release wrote the file, or the version is 0.
    #[error("`schema_version` is {found}; this release reads 1 to {SCHEMA_VERSION}")]
    Version {
        /// The version in the file.
        found: u64,
    },
    /// The name breaks a rule of [`check_name`].
    #[error("`name`: {0}")]
    Name(#[from] NameError),
    /// A description, category or tag is too long or has control characters, so it doesn't fit on one line.
    #[error("`{field}` has line breaks or more than {max_bytes} bytes")]
    Text {
        /// Name of the field.
        field: &'static str,
        /// Longest allowed length in bytes of UTF-8.
        max_bytes: usize,
    },
    /// The preset has more tags than allowed; the value is their number.
    #[error("{0} tags are more than the {MAX_TAGS} allowed")]
    Tags(usize),
}

/// Reads a preset file of any schema version that has shipped. The preset takes its name from the text.
///
/// # Errors
/// The first mistake, with its place, on one line.
pub fn parse_preset(text: &str) -> Result<Preset, ParseError> {
    let document = Document::read(text)?;
    let file: PresetFile = document.strict()?;
    document.check_values(&file.config, "config.")?;
    check_name(&file.name)?;
    let PresetFile { name, description, category, tags, config, .. } = file;
    let preset = Preset { name, description, category, tags, config, factory: false };
    check_texts(&preset)?;
    Ok(preset)
}

/// Reads a config from a file that holds a config alone, or from a preset file.
///
/// # Errors
/// The first mistake, with its place, on one line.
pub fn parse_config(text: &str) -> Result<EnhancerConfig, ParseError> {
    let document = Document::read(text)?;
    if document.is_preset() {
        return parse_preset(text).map(|preset| preset.config);
    }
    let config: EnhancerConfig = document.strict()?;
    document.check_values(&config, "")?;
    Ok(config)
}

/// Reads a preset or a bare config and names it `name`, which replaces the name in the text.
pub(crate) fn parse_as(name: &str, text: &str) -> Result<Preset, ParseError> {
    let document = Document::read(text)?;
    let preset =
        if document.is_preset() { parse_preset(text)? } else { Preset::new(name, parse_config(text)?) };
    check_name(name)?;
    Ok(Preset { name: name.to_owned(), ..preset })
}

/// Checks the length of the description, the category and the tags, and that each fits on one line.
pub(crate) fn check_texts(preset: &Preset) -> Result<(), ParseError> {
    let check = |field, text: &str, max_bytes| {
        let bad = text.len() > max_bytes || text.chars().any(char::is_control);
        if bad { Err(ParseError::Text { field, max_bytes }) } else { Ok(()) }
    };
    check("description", &preset.description, MAX_DESCRIPTION_BYTES)?;
    check("category", &preset.category, MAX_WORD_BYTES)?;
    preset.tags.iter().try_for_each(|tag| check("tags", tag, MAX_WORD_BYTES))?;
    if preset.tags.len() > MAX_TAGS { Err(ParseError::Tags(preset.tags.len())) } else { Ok(()) }
}

/// A JSON document whose version this release reads.
struct Document<'a> {
    text: &'a str,
    /// The migrated document; `None` if the text already has the current version.
    migrated: Option<Value>,
    is_preset: bool,
}

impl<'a> Document<'a> {
    fn read(text: &'a str) -> Result<Self, ParseError> {
        if text.len() > MAX_FILE_BYTES {
            return Err(ParseError::TooLong { bytes: text.len() });
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let value: Value = serde_json::from_str(text).map_err(|error| syntax(&error))?;
        let Value::Object(mut fields) = value else {
            let message = "expected an object in braces { }".to_owned();
            return Err(ParseError::Syntax { message, line: 1, column: 1 });
        };
        let version = read_version(text, fields.get("schema_version"), &["schema_version"])?;
        refuse_lists(text, &fields)?;
        let is_preset = fields.contains_key("config");
        let inner = fields.get("config").and_then(|config| config.get("schema_version"));
        if is_preset && inner.is_some() {
            let path = ["config", "schema_version"];
            let inner_version = read_version(text, inner, &path)?;
            if inner_version != version {
                let message = format!("is {inner_version}, but the file's is {version}");
                return Err(field_at(text, &path, message));
            }
        }
        let migrated = (version != SCHEMA_VERSION).then(|| {
            migrate(&mut fields, version);
            Value::Object(fields)
        });
        Ok(Self { text, migrated, is_preset })
    }

    fn is_preset(&self) -> bool {
        self.is_preset
    }

    /// Deserializes a type; an unknown field is an error.
    fn strict<T: DeserializeOwned>(&self) -> Result<T, ParseError> {
        match &self.migrated {
            Some(value) => serde_path_to_error::deserialize(value).map_err(|error| self.field(&error)),
            None => {
                let mut reader = serde_json::Deserializer::from_str(self.text);
                serde_path_to_error::deserialize(&mut reader).map_err(|error| self.field(&error))
            }
        }
    }

    fn field(&self, error: &serde_path_to_error::Error<serde_json::Error>) -> ParseError {
        let steps: Vec<String> = error.path().iter().filter_map(step).collect();
        let (line, column) = locate(self.text, &steps);
        let path = excerpt(&error.path().to_string());
        ParseError::Field { path, message: message(error.inner()), line, column }
    }

    fn check_values(&self, config: &EnhancerConfig, prefix: &str) -> Result<(), ParseError> {
        config.validate().map_err(|error| {
            let path = match error {
                ConfigError::OutOfRange { param, .. } => format!("{prefix}{param}"),
                _ => format!("{prefix}schema_version"),
            };
            let (line, column) = locate(self.text, &path.split('.').collect::<Vec<_>>());
            ParseError::Value { error, line, column }
        })
    }
}

/// A missing version means version 1, because files written by hand have none.
fn read_version(text: &str, version: Option<&Value>, path: &[&str]) -> Result<u32, ParseError> {
    let Some(version) = version else { return Ok(1) };
    let Some(found) = version.as_u64() else {
        return Err(field_at(text, path, "expected a whole number".to_owned()));
    };
    match u32::try_from(found) {
        Ok(version) if (1..=SCHEMA_VERSION).contains(&version) => Ok(version),
        _ => Err(ParseError::Version { found }),
    }
}

/// Serde accepts a list in place of an object and assigns its items to the fields in order. A file must
/// name its fields, so this is an error.
fn refuse_lists(text: &str, document: &Map<String, Value>) -> Result<(), ParseError> {
    let mut pending: Vec<(Vec<String>, &Value)> =
        document.iter().map(|(key, value)| (vec![key.clone()], value)).collect();
    while let Some((path, value)) = pending.pop() {
        let inner = |step: String| path.iter().cloned().chain([step]).collect::<Vec<_>>();
        let holds_list = path.last().is_some_and(|key| key == "bands" || key == "tags");
        match value {
            Value::Array(items) if holds_list => {
                pending
                    .extend(items.iter().enumerate().map(|(index, item)| (inner(index.to_string()), item)));
            }
            Value::Array(_) => {
                return Err(field_at(text, &path, "a list is not allowed here".to_owned()));
            }
            Value::Object(fields) => {
                pending.extend(fields.iter().map(|(key, value)| (inner(key.clone()), value)));
            }
            _ => {}
        }
    }
    Ok(())
}

fn field_at<S: AsRef<str>>(text: &str, path: &[S], message: String) -> ParseError {
    let (line, column) = locate(text, path);
    let steps: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
    ParseError::Field { path: excerpt(&steps.join(".")), message, line, column }
}

fn syntax(error: &serde_json::Error) -> ParseError {
    ParseError::Syntax { message: message(error), line: error.line(), column: error.column().max(1) }
}

fn step(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Map { key } => Some(key.clone()),
        Segment::Seq { index } => Some(index.to_string()),
        _ => None,
    }
}

/// The parser's message without its place, which the error states separately.
fn message(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    excerpt(&message.replace("struct PresetFile", "a preset").replace("struct ", ""))
}

#[cfg(test)]
mod tests;
