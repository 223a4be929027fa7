//! The state that a host saves with a project: the config in the JSON of preset files, and the [`Session`]
//! beside it.
//!
//! The config's JSON decides. It has a schema version, so old projects migrate as old preset files do. It is
//! strict, so a damaged state is refused as a whole. Loading a state rebuilds the framework's list of
//! parameter values from the config; a control keeps its saved position if that position stands for the
//! config's value.

use crate::params::{HostParam, host_value};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::ParamId;
use enhancer_preset::parse_config;
use nice_plug::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const CONFIG_FIELD: &str = "config";
const SESSION_FIELD: &str = "session";

/// Data that a project saves beside the config.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Name of the last loaded preset; empty for none.
    pub preset: String,
    /// Width and height of the editor's window, logical pixels. Default 1120 by 700.
    pub editor_size: (u32, u32),
}

impl Default for Session {
    fn default() -> Self {
        Self { preset: String::new(), editor_size: (1120, 700) }
    }
}

/// The fields that the host saves: `config` and `session`, each as JSON.
pub(crate) fn to_fields(config: &EnhancerConfig, session: &Session) -> BTreeMap<String, String> {
    let config = serde_json::to_string(config).map(|json| (CONFIG_FIELD.to_owned(), json));
    let session = serde_json::to_string(session).map(|json| (SESSION_FIELD.to_owned(), json));
    [config, session].into_iter().flatten().collect()
}

/// Reads the session from the fields; `None` if it is missing or is not valid JSON.
pub(crate) fn session_of(fields: &BTreeMap<String, String>) -> Option<Session> {
    serde_json::from_str(fields.get(SESSION_FIELD)?).ok()
}

/// Validates and migrates a state before it is loaded. An invalid state is emptied, so loading it changes
/// nothing.
pub(crate) fn filter(state: &mut PluginState) {
    match state.fields.get(CONFIG_FIELD).map(|json| parse_config(json)) {
        Some(Ok(config)) => {
            let value = |id: ParamId| {
                let value = host_value(id, &config);
                let saved = state.params.get(&id.to_string());
                let position = saved.filter(|position| HostParam::stands_for(id, position, value));
                (id.to_string(), position.cloned().unwrap_or_else(|| HostParam::state_value(id, value)))
            };
            state.params = ParamId::all().map(value).collect();
        }
        refused => {
            match refused {
                Some(Err(error)) => nice_warn!("the saved state is invalid and was not loaded: {error}"),
                _ => nice_warn!("the saved state is invalid and was not loaded: it has no `{CONFIG_FIELD}`"),
            }
            state.params.clear();
            state.fields.clear();
        }
    }
}
