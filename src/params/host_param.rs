//! One row of the core's table as a host parameter.

use enhancer_dsp::{EnhancerConfig, ParseValueError};
use enhancer_dsp::{ParamId, ParamKind, StageId};
use nice_plug::context::gui::GuiContext;
use nice_plug::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A host parameter: a number from 0 to 1, a switch, or a choice.
pub struct HostParam {
    id: ParamId,
    control: Control,
}

enum Control {
    Number(FloatParam),
    Switch(BoolParam),
    Choice(IntParam),
}

impl HostParam {
    pub(super) fn new(id: ParamId, changed: &Arc<AtomicBool>) -> Self {
        let default = host_value(id, &EnhancerConfig::default());
        let control = match id.spec.kind {
            ParamKind::Float { .. } => Control::Number(number(id, default, changed)),
            ParamKind::Switch => Control::Switch(switch(id, default, changed)),
            ParamKind::Choice(labels) => Control::Choice(choice(id, labels, default, changed)),
        };
        Self { id, control }
    }

    /// The parameter's id: its row in the core's table, and the band for a field of a band.
    #[must_use]
    pub fn id(&self) -> ParamId {
        self.id
    }

    /// The value in the table's unit, the host's modulation included.
    ///
    /// # Realtime safety
    /// An atomic load and arithmetic.
    #[must_use]
    pub(crate) fn value(&self) -> f32 {
        match &self.control {
            Control::Number(param) => self.id.spec.kind.value_at(param.modulated_plain_value()),
            Control::Switch(param) => f32::from(u8::from(param.modulated_plain_value())),
            Control::Choice(param) => param.modulated_plain_value() as f32,
        }
    }

    /// The value in the table's unit, without the host's modulation.
    #[must_use]
    pub fn unmodulated_value(&self) -> f32 {
        match &self.control {
            Control::Number(param) => self.id.spec.kind.value_at(param.unmodulated_plain_value()),
            Control::Switch(param) => f32::from(u8::from(param.unmodulated_plain_value())),
            Control::Choice(param) => param.unmodulated_plain_value() as f32,
        }
    }

    /// The host's position, 0 to 1, for a value in the table's unit.
    #[must_use]
    fn normalized(&self, value: f32) -> f32 {
        self.id.spec.kind.position_of(value)
    }

    /// The form in which a saved state stores the value.
    #[must_use]
    pub(crate) fn state_value(id: ParamId, value: f32) -> nice_plug::plugin::ParamValue {
        use nice_plug::plugin::ParamValue as V;
        match id.spec.kind {
            ParamKind::Float { .. } => V::F32(id.spec.kind.position_of(value)),
            ParamKind::Switch => V::Bool(value >= 0.5),
            ParamKind::Choice(_) => V::I32(value.round() as i32),
        }
    }

    /// The parameter's range, taper and unit, or its labels.
    #[must_use]
    pub(crate) fn kind(&self) -> ParamKind {
        self.id.spec.kind
    }

    /// The name that hosts display, such as `Band 3 Gain`.
    #[must_use]
    pub(crate) fn name(&self) -> &str {
        match &self.control {
            Control::Number(param) => param.name(),
            Control::Switch(param) => param.name(),
            Control::Choice(param) => param.name(),
        }
    }

    /// Formats a value with its unit.
    #[must_use]
    pub(crate) fn format(&self, value: f32) -> String {
        self.id.format_value(value)
    }

    /// Parses a typed value.
    ///
    /// # Errors
    /// If the text is not a value or the value is out of range; the error contains the valid range.
    pub(crate) fn read(&self, text: &str) -> Result<f32, ParseValueError> {
        self.id.parse_value(text)
    }

    /// Parses a typed value and clamps it to the range; `None` if the text is not a value.
    #[must_use]
    pub(crate) fn parse(&self, text: &str) -> Option<f32> {
        self.id.parse_value_clamped(text)
    }

    /// Help text: the effect on the sound, then the range and the default of a number.
    #[must_use]
    pub(crate) fn explanation(&self) -> String {
        let help = self.id.spec.help;
        let ParamKind::Float { min, max, .. } = self.id.spec.kind else { return help.to_owned() };
        let [min, max, default] = [min, max, self.id.default_value()].map(|value| self.format(value));
        format!("{help}\n{min} to {max}, default {default}")
    }

    /// The nearest value that a host can store: the value of its position from 0 to 1.
    #[must_use]
    pub(crate) fn rounded(&self, value: f32) -> f32 {
        self.id.spec.kind.value_at(self.id.spec.kind.position_of(value))
    }

    /// The value in `config`; a band that `config` does not use is switched off.
    #[must_use]
    pub(crate) fn value_in(&self, config: &EnhancerConfig) -> f32 {
        host_value(self.id, config)
    }

    /// Sets the value in `config`.
    pub(crate) fn set_in(&self, config: &mut EnhancerConfig, value: f32) {
        self.id.set(config, value);
    }

    /// Reports to the host that the user grabs the control.
    pub(crate) fn begin_gesture(&self, host: &GuiContext) {
        let setter = host.param_setter();
        match &self.control {
            Control::Number(param) => setter.begin_set_parameter(param),
            Control::Switch(param) => setter.begin_set_parameter(param),
            Control::Choice(param) => setter.begin_set_parameter(param),
        }
    }

    /// Sets the parameter through the host. Call it between [`begin_gesture`](Self::begin_gesture) and
    /// [`end_gesture`](Self::end_gesture).
    pub(crate) fn set_by_gesture(&self, host: &GuiContext, value: f32) {
        let (setter, position) = (host.param_setter(), self.normalized(value));
        match &self.control {
            Control::Number(param) => setter.set_parameter_normalized(param, position),
            Control::Switch(param) => setter.set_parameter_normalized(param, position),
            Control::Choice(param) => setter.set_parameter_normalized(param, position),
        }
    }

    /// Reports to the host that the user releases the control.
    pub(crate) fn end_gesture(&self, host: &GuiContext) {
        let setter = host.param_setter();
        match &self.control {
            Control::Number(param) => setter.end_set_parameter(param),
            Control::Switch(param) => setter.end_set_parameter(param),
            Control::Choice(param) => setter.end_set_parameter(param),
        }
    }

    /// Returns true if the saved position `saved` stands for `value`. Several positions of a control round to
    /// the same value.
    #[must_use]
    pub(crate) fn stands_for(id: ParamId, saved: &nice_plug::plugin::ParamValue, value: f32) -> bool {
        use nice_plug::plugin::ParamValue as V;
        match saved {
            V::F32(position) => {
                (0.0..=1.0).contains(position)
                    && matches!(id.spec.kind, ParamKind::Float { .. })
                    && id.spec.kind.value_at(*position) == value
            }
            _ => false,
        }
    }

    pub(super) fn as_ptr(&self) -> ParamPtr {
        match &self.control {
            Control::Number(param) => param.as_ptr(),
            Control::Switch(param) => param.as_ptr(),
            Control::Choice(param) => param.as_ptr(),
        }
    }

    /// Adds the parameter to a CLAP remote-control page.
    pub(crate) fn add_to(&self, page: &mut impl RemoteControlsPage) {
        match &self.control {
            Control::Number(param) => page.add_param(param),
            Control::Switch(param) => page.add_param(param),
            Control::Choice(param) => page.add_param(param),
        }
    }

    /// The path in the host's parameter tree: the stage's name, such as `Compressor`, with a level below it
    /// for each band, such as `EQ/Band 3`; empty for the chain's own parameters.
    pub(super) fn group(&self) -> String {
        let stage = StageId::of(&self.id).map_or("", StageId::name);
        self.id.band.map_or_else(|| stage.to_owned(), |band| format!("{stage}/Band {}", band + 1))
    }
}

/// The value that a host shows for `config`. A band that the config does not use is switched off.
pub(crate) fn host_value(id: ParamId, config: &EnhancerConfig) -> f32 {
    let unused = id.band.is_some_and(|band| band >= config.equalizer.bands.len());
    if unused && id.spec.path == "enabled" { 0.0 } else { id.get(config) }
}

fn name(id: ParamId) -> String {
    match id.band {
        Some(band) => format!("Band {} {}", band + 1, id.spec.name),
        None => id.spec.name.to_owned(),
    }
}

fn number(id: ParamId, default: f32, changed: &Arc<AtomicBool>) -> FloatParam {
    let kind = id.spec.kind;
    let changed = changed.clone();
    FloatParam::new(name(id), kind.position_of(default), FloatRange::Linear { min: 0.0, max: 1.0 })
        .with_value_to_string(Arc::new(move |position| id.format_value(kind.value_at(position))))
        .with_string_to_value(Arc::new(move |text| Some(kind.position_of(id.parse_value_clamped(text)?))))
        .with_callback(Arc::new(move |_| changed.store(true, Ordering::Release)))
}

fn switch(id: ParamId, default: f32, changed: &Arc<AtomicBool>) -> BoolParam {
    let changed = changed.clone();
    let param = BoolParam::new(name(id), default >= 0.5)
        .with_value_to_string(Arc::new(move |on| id.format_value(f32::from(u8::from(on)))))
        .with_string_to_value(Arc::new(move |text| Some(id.parse_value_clamped(text)? >= 0.5)))
        .with_callback(Arc::new(move |_| changed.store(true, Ordering::Release)));
    if id.spec.path == "bypass_all" { param.make_bypass() } else { param }
}

fn choice(id: ParamId, labels: &[&str], default: f32, changed: &Arc<AtomicBool>) -> IntParam {
    let changed = changed.clone();
    let range = IntRange::Linear { min: 0, max: labels.len() as i32 - 1 };
    let param = IntParam::new(name(id), default as i32, range)
        .with_value_to_string(Arc::new(move |index| id.format_value(index as f32)))
        .with_string_to_value(Arc::new(move |text| Some(id.parse_value_clamped(text)? as i32)))
        .with_callback(Arc::new(move |_| changed.store(true, Ordering::Release)));
    // Each quality has its own latency, so automation must not change it.
    if id.spec.path == "processing_quality" { param.non_automatable() } else { param }
}
