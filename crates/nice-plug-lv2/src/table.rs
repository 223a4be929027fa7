//! The ports of an LV2 plugin, in the order of their indices.
//!
//! The audio ports come first: main inputs, main outputs, auxiliary inputs, auxiliary outputs. The event
//! ports follow, if the plugin receives or sends notes. The control ports are last:
//!
//! - `enabled`, the inverse of the bypass parameter, if there is one;
//! - `freewheel` and `latency`;
//! - `level_meters`, if the plugin's meters have a switch;
//! - a port for each other parameter, and one for each meter.
//!
//! [`Lv2Plugin::LV2_PORT_ORDER`] fixes the order of the control ports.

use crate::plugin::{Lv2Entry, Lv2Plugin};
use crate::port::{PortSpec, symbol_of};
use nice_plug::midi::MidiConfig;
use nice_plug::params::internals::ParamPtr;
use nice_plug::params::{ParamFlags, Params};
use nice_plug::prelude::AudioIOLayout;
use std::collections::HashSet;
use std::num::NonZeroU32;
use std::sync::Arc;

/// The function of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortRole {
    /// An input channel. Bus 0 is the main bus; the others are auxiliary (side chains).
    AudioIn {
        /// Index of the bus.
        bus: usize,
        /// Index of the channel in the bus.
        channel: usize,
    },
    /// An output channel. Bus 0 is the main bus.
    AudioOut {
        /// Index of the bus.
        bus: usize,
        /// Index of the channel in the bus.
        channel: usize,
    },
    /// Input sequence of notes.
    EventsIn,
    /// Output sequence of notes.
    EventsOut,
    /// 1 to process, 0 to bypass: the inverse of the bypass parameter.
    Enabled,
    /// 1 while the host renders faster than real time.
    Freewheel,
    /// Output of the latency, frames.
    Latency,
    /// 1 to measure levels that are expensive to measure.
    MeterSwitch,
    /// The parameter at this index of [`PortTable::params`].
    Param(usize),
    /// Output of the level at this index of [`Lv2Plugin::LV2_METERS`].
    Meter(usize),
}

/// A port's symbol, name and function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Symbol, unique in the plugin.
    pub symbol: String,
    /// Name that hosts display.
    pub name: String,
    /// The port's function in the plugin.
    pub role: PortRole,
}

/// A parameter and the description of its port.
pub struct ParamPort {
    /// The parameter's id in nice-plug.
    pub id: String,
    /// Description of the port.
    pub spec: PortSpec,
    pub(crate) param: ParamPtr,
}

/// All ports of an LV2 plugin, and the parameters behind them.
pub struct PortTable {
    /// The ports, by index.
    pub ports: Vec<Port>,
    /// The parameters, in nice-plug's order. They include the bypass parameter, whose port is `enabled`.
    pub params: Vec<ParamPort>,
    /// Index of the bypass parameter in [`params`](Self::params).
    pub bypass: Option<usize>,
    /// The layout of the audio ports.
    pub layout: AudioIOLayout,
    /// Owns the parameters, so that the [`ParamPtr`]s stay valid.
    owner: Arc<dyn Params>,
}

impl PortTable {
    /// Lists the ports of `entry` for an instance's parameters.
    ///
    /// # Panics
    /// If the entry's layout is not an index of
    /// [`Plugin::AUDIO_IO_LAYOUTS`](nice_plug::plugin::Plugin::AUDIO_IO_LAYOUTS).
    #[must_use]
    pub fn new<P: Lv2Plugin>(entry: &Lv2Entry, owner: Arc<dyn Params>) -> Self {
        let layout = P::AUDIO_IO_LAYOUTS[entry.layout];
        let mut bypass = None;
        let params: Vec<ParamPort> = owner
            .param_map()
            .into_iter()
            .enumerate()
            .map(|(index, (id, param, group))| {
                // SAFETY: the contract of `Params` guarantees that the pointers stay valid while `owner`
                // lives, and the table stores `owner`.
                let (spec, flags) = unsafe { (PortSpec::of(&id, param, &group), param.flags()) };
                if flags.contains(ParamFlags::BYPASS) {
                    bypass = Some(index);
                }
                ParamPort { spec: P::lv2_port(&id, spec), id, param }
            })
            .collect();
        let mut ports = audio_ports(&layout);
        ports.extend(event_ports::<P>());
        let frozen = ports.len();
        ports.extend(control_ports::<P>(&params, bypass));
        make_unique(&mut ports);
        let place = |port: &Port| {
            let order = P::LV2_PORT_ORDER.split_whitespace();
            order.into_iter().position(|symbol| symbol == port.symbol).unwrap_or(usize::MAX)
        };
        // The sort is stable: ports that are not in the list come last, in their own order.
        if let Some(controls) = ports.get_mut(frozen..) {
            controls.sort_by_cached_key(place);
        }
        Self { ports, params, bypass, layout, owner }
    }

    /// The object that owns the parameters.
    pub(crate) fn owner(&self) -> &Arc<dyn Params> {
        &self.owner
    }

    /// Channels of each input bus, the main one first.
    pub(crate) fn input_buses(&self) -> Vec<usize> {
        buses(self.layout.main_input_channels, self.layout.aux_input_ports)
    }

    /// Channels of each output bus, the main one first.
    pub(crate) fn output_buses(&self) -> Vec<usize> {
        buses(self.layout.main_output_channels, self.layout.aux_output_ports)
    }

    /// Converts a value that a host wrote to a parameter's port; `None` for NaN.
    pub(crate) fn normalized(&self, param: usize, value: f32) -> Option<f32> {
        if self.bypass == Some(param) {
            return (!value.is_nan()).then_some(f32::from(u8::from(value <= 0.5)));
        }
        self.params[param].spec.normalized(value)
    }

    /// Converts a normalized value to the value of the parameter's port.
    pub(crate) fn port_value(&self, param: usize, normalized: f32) -> f32 {
        if self.bypass == Some(param) {
            return f32::from(u8::from(normalized < 0.5));
        }
        (self.params[param].spec.from_normalized)(normalized)
    }

    /// The index of the port that controls a parameter.
    pub(crate) fn index_of_param(&self, param: usize) -> Option<usize> {
        let role = if Some(param) == self.bypass { PortRole::Enabled } else { PortRole::Param(param) };
        self.ports.iter().position(|port| port.role == role)
    }
}

fn buses(main: Option<NonZeroU32>, aux: &[NonZeroU32]) -> Vec<usize> {
    let main = main.map_or(0, |channels| channels.get() as usize);
    std::iter::once(main).chain(aux.iter().map(|channels| channels.get() as usize)).collect()
}

fn audio_ports(layout: &AudioIOLayout) -> Vec<Port> {
    let mut ports = Vec::new();
    let mut bus_of = |bus: usize, channels: usize, symbol: &str, name: &str, input: bool| {
        for channel in 0..channels {
            let (tail, word) = match (channels, channel) {
                (1, _) => (String::new(), String::new()),
                (2, 0) => ("_left".to_owned(), " Left".to_owned()),
                (2, _) => ("_right".to_owned(), " Right".to_owned()),
                (_, channel) => (format!("_{}", channel + 1), format!(" {}", channel + 1)),
            };
            let role =
                if input { PortRole::AudioIn { bus, channel } } else { PortRole::AudioOut { bus, channel } };
            ports.push(Port { symbol: symbol.to_owned() + &tail, name: name.to_owned() + &word, role });
        }
    };
    let inputs = buses(layout.main_input_channels, layout.aux_input_ports);
    let outputs = buses(layout.main_output_channels, layout.aux_output_ports);
    bus_of(0, inputs[0], "in", &layout.main_input_name(), true);
    // nice-plug's `main_output_name()` returns the input's name.
    bus_of(0, outputs[0], "out", layout.names.main_output.unwrap_or("Output"), false);
    for (index, &channels) in inputs.iter().enumerate().skip(1) {
        let name = layout.aux_input_name(index - 1).unwrap_or_default();
        bus_of(index, channels, &format!("sidechain_{index}"), &name, true);
    }
    for (index, &channels) in outputs.iter().enumerate().skip(1) {
        let name = layout.aux_output_name(index - 1).unwrap_or_default();
        bus_of(index, channels, &format!("aux_{index}"), &name, false);
    }
    ports
}

fn port(symbol: &str, name: &str, role: PortRole) -> Port {
    Port { symbol: symbol.to_owned(), name: name.to_owned(), role }
}

fn event_ports<P: Lv2Plugin>() -> impl Iterator<Item = Port> {
    let takes = P::MIDI_INPUT != MidiConfig::None;
    let makes = P::MIDI_OUTPUT != MidiConfig::None;
    let events_in = takes.then(|| port("events_in", "Events In", PortRole::EventsIn));
    events_in.into_iter().chain(makes.then(|| port("events_out", "Events Out", PortRole::EventsOut)))
}

fn control_ports<P: Lv2Plugin>(params: &[ParamPort], bypass: Option<usize>) -> Vec<Port> {
    let mut ports = Vec::new();
    if bypass.is_some() {
        ports.push(port("enabled", "Enabled", PortRole::Enabled));
    }
    ports.push(port("freewheel", "Freewheel", PortRole::Freewheel));
    ports.push(port("latency", "Latency", PortRole::Latency));
    if P::LV2_METER_SWITCH {
        ports.push(port("level_meters", "Level Meters", PortRole::MeterSwitch));
    }
    let rest = params.iter().enumerate().filter(|(index, _)| Some(*index) != bypass);
    ports.extend(
        rest.map(|(index, param)| port(&param.spec.symbol, &param.spec.name, PortRole::Param(index))),
    );
    let meters = P::LV2_METERS.iter().enumerate();
    ports.extend(
        meters.map(|(index, meter)| port(&symbol_of(meter.symbol), meter.name, PortRole::Meter(index))),
    );
    ports
}

/// Appends a number to symbols that occur twice.
fn make_unique(ports: &mut [Port]) {
    let mut taken = HashSet::new();
    for port in ports {
        let stem = port.symbol.clone();
        let mut number = 2;
        while !taken.insert(port.symbol.clone()) {
            port.symbol = format!("{stem}_{number}");
            number += 1;
        }
    }
}
