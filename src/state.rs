//! What a host saves with a project: the config as a preset file writes it, and what the session remembers beside it.
//!
//! The config's JSON is the truth: it has a schema version, so the migrations of preset files serve old projects too, and
//! it is strict, so a damaged state is refused whole. The framework's own list of parameter values is made from it
//! when a state is loaded; a place on a control's travel stays where it was left if it means the config's value.

use crate::params::{HostParam, host_value};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::ParamId;
use enhancer_preset::parse_config;
use nice_plug::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const CONFIG_FIELD: &str = "config";
const SESSION_FIELD: &str = "session";

/// What a project remembers beside the config.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Name of the preset that was loaded last; empty for none.
    pub preset: String,
    /// Size of the editor's window, width and height in logical pixels.
    pub editor_size: (u32, u32),
}

impl Default for Session {
    fn default() -> Self {
        Self { preset: String::new(), editor_size: (1120, 700) }
    }
}

/// The fields that the host saves.
pub(crate) fn to_fields(config: &EnhancerConfig, session: &Session) -> BTreeMap<String, String> {
    let config = serde_json::to_string(config).map(|json| (CONFIG_FIELD.to_owned(), json));
    let session = serde_json::to_string(session).map(|json| (SESSION_FIELD.to_owned(), json));
    [config, session].into_iter().flatten().collect()
}

/// The session in the fields, if they hold a sound one.
pub(crate) fn session_of(fields: &BTreeMap<String, String>) -> Option<Session> {
    serde_json::from_str(fields.get(SESSION_FIELD)?).ok()
}

/// Checks a state on its way in and brings it up to date. A state that is not sound is emptied, so that loading
/// it changes nothing.
pub(crate) fn filter(state: &mut PluginState) {
    match state.fields.get(CONFIG_FIELD).map(|json| parse_config(json)) {
        Some(Ok(config)) => {
            let value = |id: ParamId| {
                let value = host_value(id, &config);
                let saved = state.params.get(&id.to_string());
                let position = saved.filter(|position| HostParam::spells(id, position, value));
                (id.to_string(), position.cloned().unwrap_or_else(|| HostParam::state_value(id, value)))
            };
            state.params = ParamId::all().map(value).collect();
        }
        refused => {
            match refused {
                Some(Err(error)) => nice_warn!("the saved state is refused, the present one stays: {error}"),
                _ => nice_warn!(
                    "the saved state is refused, the present one stays: it holds no `{CONFIG_FIELD}`"
                ),
            }
            state.params.clear();
            state.fields.clear();
        }
    }
}
