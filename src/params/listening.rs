//! The listening switches: [`enhancer_dsp::Listening`] as host parameters. They are not part of the config,
//! so neither presets nor projects store them: a project that opened in delta would mislead its user. Hosts
//! cannot automate them.

use enhancer_dsp::Listening;
use enhancer_dsp::ParamId;
use nice_plug::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The switches' path in the host's parameter tree.
const GROUP: &str = "Listening";

/// The listening switches, all off by default.
pub struct ListeningParams {
    /// Under bypass, plays the input at the loudness of the processed signal.
    pub loudness_match: BoolParam,
    /// Plays the difference: processed signal minus input.
    pub delta: BoolParam,
}

impl ListeningParams {
    pub(super) fn new(changed: &Arc<AtomicBool>) -> Self {
        Self { loudness_match: switch("Loudness Match", changed), delta: switch("Delta", changed) }
    }

    /// The switches' present positions, the host's modulation included.
    ///
    /// # Realtime safety
    /// Atomic loads.
    #[must_use]
    pub fn snapshot(&self) -> Listening {
        Listening {
            loudness_match: self.loudness_match.modulated_plain_value(),
            delta: self.delta.modulated_plain_value(),
        }
    }

    /// Finds a switch by its id, such as `listening.delta`.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&BoolParam> {
        self.by_id().into_iter().find_map(|(other, param)| (other == id).then_some(param))
    }

    /// The switches with their ids, in the order of a control surface.
    pub(crate) fn by_id(&self) -> [(&'static str, &BoolParam); 2] {
        [("listening.loudness_match", &self.loudness_match), ("listening.delta", &self.delta)]
    }

    pub(super) fn map(&self) -> impl Iterator<Item = (String, ParamPtr, String)> {
        self.by_id().into_iter().map(|(id, param)| (id.to_owned(), param.as_ptr(), GROUP.to_owned()))
    }
}

fn switch(name: &str, changed: &Arc<AtomicBool>) -> BoolParam {
    let changed = changed.clone();
    // Text is parsed as for the switches of the table.
    let like = ParamId::find("bypass_all");
    BoolParam::new(name, false)
        .with_value_to_string(Arc::new(|on| if on { "on" } else { "off" }.to_owned()))
        .with_string_to_value(Arc::new(move |text| Some(like?.parse_value_clamped(text)? >= 0.5)))
        .with_callback(Arc::new(move |_| changed.store(true, Ordering::Release)))
        .non_automatable()
}
