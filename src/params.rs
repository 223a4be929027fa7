//! The host's parameters, built from the core's table: one for each row, and one for each field of the 16
//! band slots.
//!
//! A number is a host parameter from 0 to 1: the position of its control. [`ParamKind::value_at`] maps the
//! position to the value, so the control of a frequency is logarithmic. A switch is off or on; a choice is
//! the index of its label. Ids come from the table, such as `compressor.threshold` and
//! `equalizer.bands.0.gain`. `src/params/frozen.txt` fixes the order, range and taper of each.
//!
//! [`ParamKind::value_at`]: enhancer_dsp::ParamKind::value_at

mod frozen;
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

/// All parameters that a host can set, and the [`Session`](state::Session) saved beside them.
pub struct EnhancerParams {
    /// In the order of [`ParamId::all`].
    host: Box<[HostParam]>,
    listening: Box<ListeningParams>,
    /// True from a parameter's change until the next [`take_changed`](Self::take_changed).
    changed: Arc<AtomicBool>,
    /// The soloed equalizer band, counted from 1; 0 for none.
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
    /// All parameters of the config, in the order of [`ParamId::all`]; a host lists them in the frozen order.
    #[must_use]
    pub fn all(&self) -> &[HostParam] {
        &self.host
    }

    /// Finds a parameter of the config by its id, such as `limiter.ceiling`.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&HostParam> {
        let id = ParamId::find(id)?;
        self.host.iter().find(|param| param.id() == id)
    }

    /// The listening switches. They are host parameters but not part of the config.
    #[must_use]
    pub fn listening(&self) -> &ListeningParams {
        &self.listening
    }

    /// The soloed equalizer band, counted from 0. Solo is not a host parameter, and no project saves it.
    ///
    /// # Realtime safety
    /// An atomic load.
    #[must_use]
    pub fn solo(&self) -> Option<usize> {
        self.solo.load(Ordering::Relaxed).checked_sub(1)
    }

    /// Solos an equalizer band, or ends the solo with `None`.
    pub fn set_solo(&self, band: Option<usize>) {
        self.solo.store(band.map_or(0, |band| band + 1), Ordering::Relaxed);
        self.mark_changed();
    }

    /// The config made of the parameters' values, the host's modulation included.
    ///
    /// # Realtime safety
    /// Never allocates or locks.
    #[must_use]
    pub fn snapshot(&self) -> EnhancerConfig {
        self.config_of(HostParam::value)
    }

    /// The config without the host's modulation. Projects and presets store this one.
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

    /// Returns true if a parameter changed since the last call.
    ///
    /// # Realtime safety
    /// One atomic exchange.
    pub(crate) fn take_changed(&self) -> bool {
        self.changed.swap(false, Ordering::AcqRel)
    }

    /// Makes the next [`take_changed`](Self::take_changed) return true.
    pub(crate) fn mark_changed(&self) {
        self.changed.store(true, Ordering::Release);
    }

    /// A copy of the session data. Takes a lock, so not for the audio thread.
    #[must_use]
    pub fn session(&self) -> state::Session {
        self.session.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the session data in place. Takes a lock, so not for the audio thread.
    pub fn update_session(&self, change: impl FnOnce(&mut state::Session)) {
        change(&mut self.session.write().unwrap_or_else(PoisonError::into_inner));
    }
}

// SAFETY: `param_map` must return pointers that stay valid as long as this object. They point into the boxes
// `host` and `listening`, which this type never replaces.
#[allow(unsafe_code, reason = "the trait is unsafe; its derive can't build parameters from a table")]
unsafe impl Params for EnhancerParams {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        let host = self.host.iter().map(|param| (param.id().to_string(), param.as_ptr(), param.group()));
        let mut entries: Vec<_> = host.chain(self.listening.map()).collect();
        frozen::sort(&mut entries);
        entries
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
