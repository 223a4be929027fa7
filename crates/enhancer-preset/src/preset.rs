//! A preset and its JSON form.

use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::SCHEMA_VERSION;
use serde::{Deserialize, Serialize};

/// A configuration with the name and texts that a list of presets shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// The name that identifies it; [`check_name`](crate::check_name) gives the rules.
    pub name: String,
    /// One or two sentences for a listener on its effect.
    pub description: String,
    /// The group in a list of presets, such as `music` or `speech`.
    pub category: String,
    /// Keywords that a search matches.
    pub tags: Vec<String>,
    /// The settings of the whole chain.
    pub config: EnhancerConfig,
    /// True for a factory preset, which can't be changed or deleted.
    pub factory: bool,
}

impl Preset {
    /// Creates a user preset without description or tags, in the category `user`.
    /// [`Library::save`](crate::Library::save) checks the name.
    #[must_use]
    pub fn new(name: impl Into<String>, config: EnhancerConfig) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            category: "user".to_owned(),
            tags: Vec::new(),
            config,
            factory: false,
        }
    }
}

/// The JSON document. Its one version applies to the config inside, too.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PresetFile {
    #[serde(default = "current_version")]
    pub(crate) schema_version: u32,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) category: String,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(serialize_with = "without_version")]
    pub(crate) config: EnhancerConfig,
}

fn current_version() -> u32 {
    SCHEMA_VERSION
}

/// Omits the config's own version, as the document states it once at the top.
fn without_version<S: serde::Serializer>(config: &EnhancerConfig, serializer: S) -> Result<S::Ok, S::Error> {
    let mut value = serde_json::to_value(config).map_err(serde::ser::Error::custom)?;
    if let Some(fields) = value.as_object_mut() {
        fields.remove("schema_version");
    }
    value.serialize(serializer)
}

/// Returns the preset as a JSON document of the current schema version with every field.
/// [`parse_preset`](crate::parse_preset) reads it back unchanged.
#[must_use]
pub fn to_json(preset: &Preset) -> String {
    let file = PresetFile {
        schema_version: SCHEMA_VERSION,
        name: preset.name.clone(),
        description: preset.description.clone(),
        category: preset.category.clone(),
        tags: preset.tags.clone(),
        config: preset.config,
    };
    // Strings, numbers and lists always serialize.
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    text
}
