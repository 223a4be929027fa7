//! The parameters as the editor edits them: through the host's gestures, with undo, redo and A/B.
//!
//! A host may confirm an edit late, or not at all while no audio runs. Until then, for at most a second, the
//! editor shows the edited value.

mod band_slots;
mod history;
mod steps;

pub use band_slots::BandSlots;

use crate::params::{EnhancerParams, HostParam, host_value};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::config::MAX_BANDS;
use history::{Change, History, Settings, Step};
use nice_plug::context::gui::GuiContext;
use std::collections::HashMap;
use std::sync::Arc;

/// Time that an edit is displayed before the host must confirm it, s.
const PATIENCE_S: f64 = 1.0;

/// Index of a parameter in [`EnhancerParams::all`].
pub type Slot = usize;

#[derive(Debug, Clone, Copy)]
struct Pending {
    value: f32,
    since_s: f64,
}

struct Gesture {
    /// The parameters that move, with their values before.
    before: Vec<(Slot, f32)>,
}

/// The parameters as the editor shows and moves them.
pub struct Model {
    params: Arc<EnhancerParams>,
    host: Option<GuiContext>,
    slots: HashMap<String, Slot>,
    bands: Vec<BandSlots>,
    pending: Vec<Option<Pending>>,
    /// Values of a fresh plugin.
    defaults: Vec<f32>,
    gesture: Option<Gesture>,
    history: History,
    /// The settings of A or B that do not play now; `None` until the first comparison.
    other: Option<Settings>,
    plays_b: bool,
    now_s: f64,
}

impl Model {
    /// Creates a model that moves nothing until it is [connected](Self::connect).
    #[must_use]
    pub fn new(params: Arc<EnhancerParams>) -> Self {
        let slots = params.all().iter().enumerate().map(|(slot, param)| (param.id().to_string(), slot));
        let slots: HashMap<String, Slot> = slots.collect();
        Self {
            bands: (0..MAX_BANDS).map(|band| BandSlots::of(band, &slots)).collect(),
            slots,
            pending: vec![None; params.all().len()],
            defaults: params.all().iter().map(host_default).collect(),
            params,
            host: None,
            gesture: None,
            history: History::default(),
            other: None,
            plays_b: false,
            now_s: 0.0,
        }
    }

    /// Sends all further edits to this host.
    pub fn connect(&mut self, host: GuiContext) {
        self.host = Some(host);
    }

    /// Ends the gesture under way and disconnects from the host. Call it when the window closes.
    pub fn disconnect(&mut self) {
        self.end();
        self.host = None;
    }

    /// Begins a picture. Drops edits that the host has confirmed, or failed to confirm in time.
    pub fn refresh(&mut self, now_s: f64) {
        self.now_s = now_s;
        for (pending, param) in self.pending.iter_mut().zip(self.params.all()) {
            let stale = |pending: &Pending| {
                param.unmodulated_value() == pending.value || now_s - pending.since_s > PATIENCE_S
            };
            if pending.as_ref().is_some_and(stale) {
                *pending = None;
            }
        }
        // The band was removed by undo or by another preset.
        if self.solo().is_some_and(|band| !self.has_band(band)) {
            self.set_solo(None);
        }
    }

    /// The plugin's parameters, shared with the audio thread.
    #[must_use]
    pub fn params(&self) -> &Arc<EnhancerParams> {
        &self.params
    }

    /// Index of the parameter with this id, such as `limiter.ceiling`.
    ///
    /// # Panics
    /// If there is no such parameter. Every id in the editor is a literal.
    #[must_use]
    pub fn slot(&self, id: &str) -> Slot {
        self.slots.get(id).copied().unwrap_or_else(|| panic!("no parameter `{id}`"))
    }

    /// Indices of a band's fields.
    #[must_use]
    pub fn band(&self, band: usize) -> BandSlots {
        self.bands[band]
    }

    /// The parameter at this index.
    ///
    /// # Panics
    /// If `slot` does not come from [`slot`](Self::slot) or [`band`](Self::band).
    #[must_use]
    pub fn param(&self, slot: Slot) -> &HostParam {
        &self.params.all()[slot]
    }

    /// Value in the unit of the parameter table, as last set by the editor or the host.
    #[must_use]
    pub fn value(&self, slot: Slot) -> f32 {
        self.pending[slot].map_or_else(|| self.param(slot).unmodulated_value(), |pending| pending.value)
    }

    /// True if a switch is on.
    #[must_use]
    pub fn is_on(&self, slot: Slot) -> bool {
        self.value(slot) >= 0.5
    }

    /// The config of all present values.
    #[must_use]
    pub fn config(&self) -> EnhancerConfig {
        let mut config = self.params.unmodulated();
        for (pending, param) in self.pending.iter().zip(self.params.all()) {
            if let Some(pending) = pending {
                param.set_in(&mut config, pending.value);
            }
        }
        config.equalizer.bands.drop_unused_end();
        config
    }

    /// Begins a gesture. All moves up to [`end`](Self::end) are one step of undo and one gesture to the host.
    pub fn begin(&mut self, slots: &[Slot]) {
        self.end();
        if let Some(host) = &self.host {
            slots.iter().for_each(|&slot| self.param(slot).begin_gesture(host));
        }
        let before = slots.iter().map(|&slot| (slot, self.value(slot))).collect();
        self.gesture = Some(Gesture { before });
    }

    /// True while this parameter is in a gesture.
    #[must_use]
    pub fn holds(&self, slot: Slot) -> bool {
        self.gesture.as_ref().is_some_and(|gesture| gesture.before.iter().any(|(held, _)| *held == slot))
    }

    /// True while any parameter is in a gesture.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.gesture.is_some()
    }

    /// Moves a parameter of the present gesture.
    pub fn drag(&mut self, slot: Slot, value: f32) {
        debug_assert!(self.holds(slot));
        let value = self.param(slot).rounded(value);
        if value != self.value(slot) {
            self.send(slot, value);
        }
    }

    /// Ends the gesture under way, if any.
    pub fn end(&mut self) {
        let Some(gesture) = self.gesture.take() else { return };
        if let Some(host) = &self.host {
            gesture.before.iter().for_each(|(slot, _)| self.param(*slot).end_gesture(host));
        }
        let changes = gesture.before.iter().map(|&(slot, before)| {
            let after = self.value(slot);
            Change { slot, before, after }
        });
        let step = Step::of(changes.filter(|change| change.before != change.after).collect(), self.plays_b);
        self.history.push(step, self.now_s, false);
    }

    /// Sets parameters as one step of undo.
    pub fn set(&mut self, values: &[(Slot, f32)]) {
        self.end();
        let step = Step::of(self.changed(values), self.plays_b);
        self.history.push(step, self.now_s, false);
    }

    /// Moves one parameter a little. Nudges within 0.8 s are one step of undo.
    pub fn nudge(&mut self, slot: Slot, value: f32) {
        self.end();
        let step = Step::of(self.changed(&[(slot, value)]), self.plays_b);
        self.history.push(step, self.now_s, true);
    }

    /// Sets a parameter to its default, as one step of undo.
    pub fn set_default(&mut self, slot: Slot) {
        self.set(&[(slot, self.defaults[slot])]);
    }

    /// True if any value but the bypass differs from `config`.
    #[must_use]
    pub fn differs_from(&self, config: &EnhancerConfig) -> bool {
        let present = self.config();
        EnhancerConfig { bypass_all: config.bypass_all, ..present } != *config
    }

    fn values_of(&self, config: &EnhancerConfig) -> Vec<(Slot, f32)> {
        let all = self.params.all().iter().enumerate();
        let values = all.map(|(slot, param)| (slot, param.value_in(config)));
        let bypass = self.slot("bypass_all");
        values.filter(|(slot, _)| *slot != bypass).collect()
    }

    /// True if a band is in use: switched on, or off with settings of its own.
    #[must_use]
    pub fn has_band(&self, band: usize) -> bool {
        self.band(band).all().iter().any(|&slot| self.value(slot) != self.defaults[slot])
    }

    /// True if a listening switch, such as delta, is on.
    #[must_use]
    pub fn listens(&self, id: &str) -> bool {
        self.params.listening().find(id).is_some_and(|switch| switch.value())
    }

    /// Sets a listening switch. It is not part of the settings, so undo ignores it.
    pub fn listen(&mut self, id: &str, on: bool) {
        let (Some(host), Some(switch)) = (&self.host, self.params.listening().find(id)) else { return };
        let setter = host.param_setter();
        setter.begin_set_parameter(switch);
        setter.set_parameter(switch, on);
        setter.end_set_parameter(switch);
    }

    /// Index of the soloed band.
    #[must_use]
    pub fn solo(&self) -> Option<usize> {
        self.params.solo()
    }

    /// Solos a band, or ends solo.
    pub fn set_solo(&mut self, band: Option<usize>) {
        self.params.set_solo(band);
    }

    /// Index of the first unused band.
    #[must_use]
    pub fn free_band(&self) -> Option<usize> {
        (0..MAX_BANDS).find(|&band| !self.has_band(band))
    }

    /// Adds a band as one step and returns its index; `None` if all 16 are in use.
    pub fn add_band(&mut self, frequency_hz: f32, gain_db: f32) -> Option<usize> {
        let band = self.free_band()?;
        let slots = self.band(band);
        self.set(&[(slots.enabled, 1.0), (slots.frequency, frequency_hz), (slots.gain, gain_db)]);
        Some(band)
    }

    /// Removes a band as one step: sets its fields to their defaults.
    pub fn remove_band(&mut self, band: usize) {
        if self.solo() == Some(band) {
            self.set_solo(None);
        }
        let fresh = self.band(band).all().map(|slot| (slot, self.defaults[slot]));
        self.set(&fresh);
    }

    /// Sets parameters and returns those that changed.
    fn changed(&mut self, values: &[(Slot, f32)]) -> Vec<Change> {
        let mut changes = vec![];
        for &(slot, value) in values {
            let (before, after) = (self.value(slot), self.param(slot).rounded(value));
            if before != after {
                self.send_alone(slot, after);
                changes.push(Change { slot, before, after });
            }
        }
        changes
    }

    fn send_alone(&mut self, slot: Slot, value: f32) {
        if let Some(host) = &self.host {
            self.param(slot).begin_gesture(host);
        }
        self.send(slot, value);
        if let Some(host) = &self.host {
            self.param(slot).end_gesture(host);
        }
    }

    fn send(&mut self, slot: Slot, value: f32) {
        if let Some(host) = &self.host {
            self.param(slot).set_by_gesture(host, value);
        }
        self.pending[slot] = Some(Pending { value, since_s: self.now_s });
    }
}

/// Value in a fresh plugin.
fn host_default(param: &HostParam) -> f32 {
    host_value(param.id(), &EnhancerConfig::default())
}
