//! One row of the core's table as a host sees it.

use enhancer_dsp::{EnhancerConfig, ParseValueError};
use enhancer_dsp::{ParamId, ParamKind};
use nice_plug::context::gui::GuiContext;
use nice_plug::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// One parameter of the plugin.
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

    /// Its row of the core's table.
    #[must_use]
    pub fn id(&self) -> ParamId {
        self.id
    }

    /// The value in the table's unit, the host's modulation included.
    ///
    /// # Realtime safety
    /// An atomic load and arithmetic.
    #[must_use]
    pub fn value(&self) -> f32 {
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

    /// The host's 0…1 for a value in the table's unit.
    #[must_use]
    pub fn normalized(&self, value: f32) -> f32 {
        self.id.spec.kind.position_of(value)
    }

    /// How a session's state writes the value.
    #[must_use]
    pub(crate) fn state_value(id: ParamId, value: f32) -> nice_plug::plugin::ParamValue {
        use nice_plug::plugin::ParamValue as V;
        match id.spec.kind {
            ParamKind::Float { .. } => V::F32(id.spec.kind.position_of(value)),
            ParamKind::Switch => V::Bool(value >= 0.5),
            ParamKind::Choice(_) => V::I32(value.round() as i32),
        }
    }

    /// Values that it takes.
    #[must_use]
    pub(crate) fn kind(&self) -> ParamKind {
        self.id.spec.kind
    }

    /// Its name among all parameters.
    #[must_use]
    pub(crate) fn name(&self) -> &str {
        match &self.control {
            Control::Number(param) => param.name(),
            Control::Switch(param) => param.name(),
            Control::Choice(param) => param.name(),
        }
    }

    /// A value as text.
    #[must_use]
    pub(crate) fn format(&self, value: f32) -> String {
        self.id.format_value(value)
    }

    /// What a person typed, in the range.
    ///
    /// # Errors
    /// What is no value, or out of range; the error says what would do.
    pub(crate) fn read(&self, text: &str) -> Result<f32, ParseValueError> {
        self.id.parse_value(text)
    }

    /// What a person typed, a number beyond the range as the range's end; none for what is no value.
    #[must_use]
    pub(crate) fn parse(&self, text: &str) -> Option<f32> {
        self.id.parse_value_clamped(text)
    }

    /// What it does to the sound, its range and its default.
    #[must_use]
    pub(crate) fn explanation(&self) -> String {
        let help = self.id.spec.help;
        let ParamKind::Float { min, max, .. } = self.id.spec.kind else { return help.to_owned() };
        let [min, max, default] = [min, max, self.id.default_value()].map(|value| self.format(value));
        format!("{help}\n{min} to {max}, default {default}")
    }

    /// The nearest value that survives the way through the host.
    #[must_use]
    pub(crate) fn rounded(&self, value: f32) -> f32 {
        self.id.spec.kind.value_at(self.id.spec.kind.position_of(value))
    }

    /// Its value in `config`.
    #[must_use]
    pub(crate) fn value_in(&self, config: &EnhancerConfig) -> f32 {
        host_value(self.id, config)
    }

    /// Sets it in `config`.
    pub(crate) fn set_in(&self, config: &mut EnhancerConfig, value: f32) {
        self.id.set(config, value);
    }

    /// Tells the host that a hand takes hold of it.
    pub(crate) fn begin_gesture(&self, host: &GuiContext) {
        let setter = host.param_setter();
        match &self.control {
            Control::Number(param) => setter.begin_set_parameter(param),
            Control::Switch(param) => setter.begin_set_parameter(param),
            Control::Choice(param) => setter.begin_set_parameter(param),
        }
    }

    /// Asks the host to set it, between [`begin_gesture`](Self::begin_gesture) and [`end_gesture`](Self::end_gesture).
    pub(crate) fn set_by_gesture(&self, host: &GuiContext, value: f32) {
        let (setter, position) = (host.param_setter(), self.normalized(value));
        match &self.control {
            Control::Number(param) => setter.set_parameter_normalized(param, position),
            Control::Switch(param) => setter.set_parameter_normalized(param, position),
            Control::Choice(param) => setter.set_parameter_normalized(param, position),
        }
    }

    /// Tells the host that the hand lets go.
    pub(crate) fn end_gesture(&self, host: &GuiContext) {
        let setter = host.param_setter();
        match &self.control {
            Control::Number(param) => setter.end_set_parameter(param),
            Control::Switch(param) => setter.end_set_parameter(param),
            Control::Choice(param) => setter.end_set_parameter(param),
        }
    }

    /// Whether a session's state means `value` by `saved`: several places on a control's travel are one value.
    #[must_use]
    pub(crate) fn spells(id: ParamId, saved: &nice_plug::plugin::ParamValue, value: f32) -> bool {
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

    /// Adds it to a CLAP remote-control page.
    pub(crate) fn add_to(&self, page: &mut impl RemoteControlsPage) {
        match &self.control {
            Control::Number(param) => page.add_param(param),
            Control::Switch(param) => page.add_param(param),
            Control::Choice(param) => page.add_param(param),
        }
    }

    /// Where a host's tree shows it, such as `EQ/Band 3`.
    pub(super) fn group(&self) -> String {
        if let Some(band) = self.id.band {
            return format!("EQ/Band {}", band + 1);
        }
        match self.id.spec.path.split_once('.').map(|(section, _)| section) {
            Some("equalizer") => "EQ",
            Some("compressor") => "Compressor",
            Some("bass_boost") => "Bass Boost",
            Some("treble_boost") => "Treble Boost",
            Some("stereo_enhancer") => "Stereo",
            Some("limiter") => "Limiter",
            _ => "",
        }
        .to_owned()
    }
}

/// The value that a host shows for `config`: a band that it doesn't use is switched off.
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
    // Another quality is another latency: not something to automate.
    if id.spec.path == "processing_quality" { param.non_automatable() } else { param }
}
