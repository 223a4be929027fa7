//! What the editor edits: the plugin's parameters through the host's gestures, with undo, redo and A/B.
//!
//! A host may take its time to echo an edit, and some echo nothing while no audio runs: until it does, for at most a second, the
//! editor shows what it asked for.

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

/// How long an edit is believed without the host's echo, s.
const PATIENCE_S: f64 = 1.0;

/// Place of a parameter in [`EnhancerParams::all`].
pub type Slot = usize;

#[derive(Debug, Clone, Copy)]
struct Pending {
    value: f32,
    since_s: f64,
}

struct Gesture {
    /// Parameters that move, with the values that they had.
    before: Vec<(Slot, f32)>,
}

/// The parameters as the editor sees and moves them.
pub struct Model {
    params: Arc<EnhancerParams>,
    host: Option<GuiContext>,
    slots: HashMap<String, Slot>,
    bands: Vec<BandSlots>,
    pending: Vec<Option<Pending>>,
    /// What a fresh plugin has.
    defaults: Vec<f32>,
    gesture: Option<Gesture>,
    history: History,
    /// The settings that are not heard now, A's or B's; none until the first comparison.
    other: Option<Settings>,
    hears_b: bool,
    now_s: f64,
}

impl Model {
    /// A model that moves nothing until it is [connected](Self::connect).
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
            hears_b: false,
            now_s: 0.0,
        }
    }

    /// From now on edits go to this host.
    pub fn connect(&mut self, host: GuiContext) {
        self.host = Some(host);
    }

    /// The window closes: what is held is let go.
    pub fn disconnect(&mut self) {
        self.end();
        self.host = None;
    }

    /// Begins a frame: forgets edits that the host has echoed, or should have.
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
        // Undone, or gone with another preset.
        if self.solo().is_some_and(|band| !self.has_band(band)) {
            self.set_solo(None);
        }
    }

    /// The plugin's parameters.
    #[must_use]
    pub fn params(&self) -> &Arc<EnhancerParams> {
        &self.params
    }

    /// The place of the parameter with this id.
    ///
    /// # Panics
    /// There is no such parameter: ids are written in the code.
    #[must_use]
    pub fn slot(&self, id: &str) -> Slot {
        self.slots.get(id).copied().unwrap_or_else(|| panic!("no parameter `{id}`"))
    }

    /// The places of a band's fields.
    #[must_use]
    pub fn band(&self, band: usize) -> BandSlots {
        self.bands[band]
    }

    /// The parameter.
    #[must_use]
    pub fn param(&self, slot: Slot) -> &HostParam {
        &self.params.all()[slot]
    }

    /// Its value in the table's unit, as the editor last set it or the host did.
    #[must_use]
    pub fn value(&self, slot: Slot) -> f32 {
        self.pending[slot].map_or_else(|| self.param(slot).unmodulated_value(), |pending| pending.value)
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn is_on(&self, slot: Slot) -> bool {
        self.value(slot) >= 0.5
    }

    /// The config that all this spells.
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

    /// Takes hold of parameters: what follows up to [`end`](Self::end) is one step, and one gesture to the host.
    pub fn begin(&mut self, slots: &[Slot]) {
        self.end();
        if let Some(host) = &self.host {
            slots.iter().for_each(|&slot| self.param(slot).begin_gesture(host));
        }
        let before = slots.iter().map(|&slot| (slot, self.value(slot))).collect();
        self.gesture = Some(Gesture { before });
    }

    /// Whether this parameter is held.
    #[must_use]
    pub fn holds(&self, slot: Slot) -> bool {
        self.gesture.as_ref().is_some_and(|gesture| gesture.before.iter().any(|(held, _)| *held == slot))
    }

    /// Whether any parameter is held.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.gesture.is_some()
    }

    /// Moves a parameter that is held.
    pub fn drag(&mut self, slot: Slot, value: f32) {
        debug_assert!(self.holds(slot));
        let value = self.param(slot).rounded(value);
        if value != self.value(slot) {
            self.send(slot, value);
        }
    }

    /// Lets go.
    pub fn end(&mut self) {
        let Some(gesture) = self.gesture.take() else { return };
        if let Some(host) = &self.host {
            gesture.before.iter().for_each(|(slot, _)| self.param(*slot).end_gesture(host));
        }
        let changes = gesture.before.iter().map(|&(slot, before)| {
            let after = self.value(slot);
            Change { slot, before, after }
        });
        let step = Step::of(changes.filter(|change| change.before != change.after).collect(), self.hears_b);
        self.history.push(step, self.now_s, false);
    }

    /// Sets parameters at once, as one step.
    pub fn set(&mut self, values: &[(Slot, f32)]) {
        self.end();
        let step = Step::of(self.changed(values), self.hears_b);
        self.history.push(step, self.now_s, false);
    }

    /// Moves one parameter a little; quick repetitions are one step.
    pub fn nudge(&mut self, slot: Slot, value: f32) {
        self.end();
        let step = Step::of(self.changed(&[(slot, value)]), self.hears_b);
        self.history.push(step, self.now_s, true);
    }

    /// Sets a parameter to its default.
    pub fn set_default(&mut self, slot: Slot) {
        self.set(&[(slot, self.defaults[slot])]);
    }

    /// Whether anything but the bypass differs from `config`.
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

    /// Whether a band is there: switched on, or off with settings of its own.
    #[must_use]
    pub fn has_band(&self, band: usize) -> bool {
        self.band(band).all().iter().any(|&slot| self.value(slot) != self.defaults[slot])
    }

    /// Whether a switch of how to listen is on.
    #[must_use]
    pub fn listens(&self, id: &str) -> bool {
        self.params.listening().find(id).is_some_and(|switch| switch.value())
    }

    /// Sets a switch of how to listen. It is no setting of the sound, so there is nothing to undo.
    pub fn listen(&mut self, id: &str, on: bool) {
        let (Some(host), Some(switch)) = (&self.host, self.params.listening().find(id)) else { return };
        let setter = host.param_setter();
        setter.begin_set_parameter(switch);
        setter.set_parameter(switch, on);
        setter.end_set_parameter(switch);
    }

    /// The band that is listened to alone.
    #[must_use]
    pub fn solo(&self) -> Option<usize> {
        self.params.solo()
    }

    /// Listens to a band alone, or to everything again.
    pub fn set_solo(&mut self, band: Option<usize>) {
        self.params.set_solo(band);
    }

    /// The first band slot that is free.
    #[must_use]
    pub fn free_band(&self) -> Option<usize> {
        (0..MAX_BANDS).find(|&band| !self.has_band(band))
    }

    /// Adds a band as one step and says which; none if all are taken.
    pub fn add_band(&mut self, frequency_hz: f32, gain_db: f32) -> Option<usize> {
        let band = self.free_band()?;
        let slots = self.band(band);
        self.set(&[(slots.enabled, 1.0), (slots.frequency, frequency_hz), (slots.gain, gain_db)]);
        Some(band)
    }

    /// Removes a band as one step: its slot is as fresh again.
    pub fn remove_band(&mut self, band: usize) {
        if self.solo() == Some(band) {
            self.set_solo(None);
        }
        let fresh = self.band(band).all().map(|slot| (slot, self.defaults[slot]));
        self.set(&fresh);
    }

    /// Sets parameters and says which changed.
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

/// What a fresh plugin has.
fn host_default(param: &HostParam) -> f32 {
    host_value(param.id(), &EnhancerConfig::default())
}
