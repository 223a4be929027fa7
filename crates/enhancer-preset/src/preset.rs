//! A preset and how it is written.

use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::SCHEMA_VERSION;
use serde::{Deserialize, Serialize};

/// A named configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// What it is chosen by ([`check_name`](crate::check_name)).
    pub name: String,
    /// What it does to the sound, one or two sentences for a listener.
    pub description: String,
    /// The shelf that it stands on, such as `music` or `speech`.
    pub category: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// What it sets.
    pub config: EnhancerConfig,
    /// Whether it came with the program: such a preset can't be changed or deleted.
    pub factory: bool,
}

impl Preset {
    /// A user's preset without description, category or tags. The name is checked when it is saved.
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

/// The file as it is written. One version counts for the file and the config within.
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

/// The version stands at the top of the file, so the config leaves its own out.
fn without_version<S: serde::Serializer>(config: &EnhancerConfig, serializer: S) -> Result<S::Ok, S::Error> {
    let mut value = serde_json::to_value(config).map_err(serde::ser::Error::custom)?;
    if let Some(fields) = value.as_object_mut() {
        fields.remove("schema_version");
    }
    value.serialize(serializer)
}

/// The preset as a JSON file of the present schema version, every field written out; [`parse_preset`](crate::parse_preset)
/// reads it back.
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
    // Strings, numbers and lists: nothing in it can fail to become JSON.
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    text
}
