//! The host's parameters, built from the core's table: one for each row, and for each field of 16 band slots.
//!
//! A number is a host parameter from 0 to 1, the place on the control's travel ([`ParamKind::value_at`] makes it the
//! value, so a frequency's travel is logarithmic); switches are on or off, choices count their labels. Ids are the
//! table's own, such as `compressor.threshold` and `equalizer.bands.0.gain`; `tests/param_ids.txt` freezes them.
//!
//! [`ParamKind::value_at`]: enhancer_dsp::ParamKind::value_at

mod host_param;
mod listening;

pub use host_param::HostParam;
pub(crate) use host_param::host_value;
pub use listening::ListeningParams;

use crate::state;
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::ParamId;
use nice_plug::params::Params;
use nice_plug::prelude::ParamPtr;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Everything that a host can set, and what a session remembers beside it.
pub struct EnhancerParams {
    /// In the order of [`ParamId::all`].
    host: Box<[HostParam]>,
    listening: Box<ListeningParams>,
    /// Whether a parameter moved since the audio thread last looked.
    changed: Arc<AtomicBool>,
    /// The band that the editor listens to, counted from 1; 0 for none.
    solo: AtomicUsize,
    session: RwLock<state::Session>,
}

impl Default for EnhancerParams {
    fn default() -> Self {
        let changed = Arc::new(AtomicBool::new(true));
        let host = ParamId::all().map(|id| HostParam::new(id, &changed)).collect();
        let listening = Box::new(ListeningParams::new(&changed));
        Self { host, listening, changed, solo: AtomicUsize::new(0), session: RwLock::default() }
    }
}

impl EnhancerParams {
    /// All parameters of the config, in the order of [`ParamId::all`].
    #[must_use]
    pub fn all(&self) -> &[HostParam] {
        &self.host
    }

    /// The parameter with an id such as `limiter.ceiling`.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&HostParam> {
        let id = ParamId::find(id)?;
        self.host.iter().find(|param| param.id() == id)
    }

    /// What is listened to: the host's last parameters, which no config has.
    #[must_use]
    pub fn listening(&self) -> &ListeningParams {
        &self.listening
    }

    /// The equalizer band that is listened to alone. No host knows of it, and no project saves it.
    ///
    /// # Realtime safety
    /// An atomic load.
    #[must_use]
    pub fn solo(&self) -> Option<usize> {
        self.solo.load(Ordering::Relaxed).checked_sub(1)
    }

    /// Listens to an equalizer band alone, or to everything again.
    pub fn set_solo(&self, band: Option<usize>) {
        self.solo.store(band.map_or(0, |band| band + 1), Ordering::Relaxed);
        self.mark_changed();
    }

    /// The config that the parameters spell, the host's modulation included.
    ///
    /// # Realtime safety
    /// Never allocates or locks.
    #[must_use]
    pub fn snapshot(&self) -> EnhancerConfig {
        self.config_of(HostParam::value)
    }

    /// The config without the host's modulation: what is saved.
    #[must_use]
    pub fn unmodulated(&self) -> EnhancerConfig {
        self.config_of(HostParam::unmodulated_value)
    }

    fn config_of(&self, value: impl Fn(&HostParam) -> f32) -> EnhancerConfig {
        let mut config = EnhancerConfig::default();
        for param in &self.host {
            param.id().set(&mut config, value(param));
        }
        config.equalizer.bands.drop_unused_end();
        config
    }

    /// Whether a parameter moved since the last call.
    ///
    /// # Realtime safety
    /// One atomic exchange.
    pub fn take_changed(&self) -> bool {
        self.changed.swap(false, Ordering::AcqRel)
    }

    /// Makes the next [`take_changed`](Self::take_changed) true.
    pub fn mark_changed(&self) {
        self.changed.store(true, Ordering::Release);
    }

    /// What a session remembers beside the parameters.
    #[must_use]
    pub fn session(&self) -> state::Session {
        self.session.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes what a session remembers beside the parameters. Not for the audio thread.
    pub fn update_session(&self, change: impl FnOnce(&mut state::Session)) {
        change(&mut self.session.write().unwrap_or_else(PoisonError::into_inner));
    }
}

// SAFETY: the pointers point into `host` and `listening`, boxes that are never replaced, so they hold as long as this object,
// which is what `param_map` must promise.
#[allow(unsafe_code, reason = "the trait is unsafe; its derive can't build parameters from a table")]
unsafe impl Params for EnhancerParams {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        let host = self.host.iter().map(|param| (param.id().to_string(), param.as_ptr(), param.group()));
        host.chain(self.listening.map()).collect()
    }

    fn serialize_fields(&self) -> BTreeMap<String, String> {
        state::to_fields(&self.unmodulated(), &self.session())
    }

    fn deserialize_fields(&self, fields: &BTreeMap<String, String>) {
        if let Some(session) = state::session_of(fields) {
            self.update_session(|present| *present = session);
        }
    }
}
