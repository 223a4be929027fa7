//! The ports of one LV2 plugin, in the order of their indices.
//!
//! First the audio ports: main inputs, main outputs, auxiliary inputs, auxiliary outputs; then the event ports, if the plugin takes or
//! makes notes. After them come, in the order that [`Lv2Plugin::LV2_PORT_ORDER`] freezes, `enabled` (the inverse of
//! the bypass parameter, if there is one), `freewheel`, `latency`, `level_meters` (if meters want a switch), one port for each parameter and one for each meter.

use crate::plugin::{Lv2Entry, Lv2Plugin};
use crate::port::{PortSpec, symbol_of};
use nice_plug::midi::MidiConfig;
use nice_plug::params::internals::ParamPtr;
use nice_plug::params::{ParamFlags, Params};
use nice_plug::prelude::AudioIOLayout;
use std::collections::HashSet;
use std::num::NonZeroU32;
use std::sync::Arc;

/// What a port is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortRole {
    /// A channel that comes in; bus 0 is the main one, the others are auxiliary (side chains).
    AudioIn {
        /// Which bus.
        bus: usize,
        /// Which channel of it.
        channel: usize,
    },
    /// A channel that goes out; bus 0 is the main one.
    AudioOut {
        /// Which bus.
        bus: usize,
        /// Which channel of it.
        channel: usize,
    },
    /// Notes that come in.
    EventsIn,
    /// Notes that go out.
    EventsOut,
    /// 1 to work, 0 to bypass: the inverse of the bypass parameter.
    Enabled,
    /// Whether the host renders faster than real time.
    Freewheel,
    /// Shows the latency in frames.
    Latency,
    /// Whether somebody looks at the meters.
    MeterSwitch,
    /// The parameter of that place in [`PortTable::params`].
    Param(usize),
    /// Shows the level of that place in [`Lv2Plugin::LV2_METERS`].
    Meter(usize),
}

/// One port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Unique in the plugin.
    pub symbol: String,
    /// Name to show.
    pub name: String,
    /// What it is for.
    pub role: PortRole,
}

/// A parameter and its port.
pub struct ParamPort {
    /// nice-plug's id.
    pub id: String,
    /// How LV2 shows it.
    pub spec: PortSpec,
    pub(crate) param: ParamPtr,
}

/// All ports of one LV2 plugin.
pub struct PortTable {
    /// The ports, by index.
    pub ports: Vec<Port>,
    /// The parameters, in nice-plug's order; the bypass parameter among them, though `enabled` is its port.
    pub params: Vec<ParamPort>,
    /// Which of [`params`](Self::params) is the bypass parameter.
    pub bypass: Option<usize>,
    /// The layout of the audio ports.
    pub layout: AudioIOLayout,
    /// Keeps alive what the [`ParamPtr`]s point to.
    owner: Arc<dyn Params>,
}

impl PortTable {
    /// The ports of `entry`, over the parameters of one instance.
    ///
    /// # Panics
    /// If the entry names a layout that [`Plugin::AUDIO_IO_LAYOUTS`](nice_plug::plugin::Plugin::AUDIO_IO_LAYOUTS) doesn't have.
    #[must_use]
    pub fn new<P: Lv2Plugin>(entry: &Lv2Entry, owner: Arc<dyn Params>) -> Self {
        let layout = P::AUDIO_IO_LAYOUTS[entry.layout];
        let mut bypass = None;
        let params: Vec<ParamPort> = owner
            .param_map()
            .into_iter()
            .enumerate()
            .map(|(index, (id, param, group))| {
                // SAFETY: the table keeps `owner`, to which the pointer belongs.
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
        // A stable sort: ports that the list doesn't name keep their natural order behind the others.
        if let Some(controls) = ports.get_mut(frozen..) {
            controls.sort_by_cached_key(place);
        }
        Self { ports, params, bypass, layout, owner }
    }

    /// The parameters' owner.
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

    /// The normalized value of what a host wrote into a parameter's port; none for what is no number.
    pub(crate) fn normalized(&self, param: usize, value: f32) -> Option<f32> {
        if self.bypass == Some(param) {
            return (!value.is_nan()).then_some(f32::from(u8::from(value <= 0.5)));
        }
        self.params[param].spec.normalized(value)
    }

    /// What a parameter's port holds for a normalized value.
    pub(crate) fn port_value(&self, param: usize, normalized: f32) -> f32 {
        if self.bypass == Some(param) {
            return f32::from(u8::from(normalized < 0.5));
        }
        (self.params[param].spec.from_normalized)(normalized)
    }

    /// The index of the port through which a parameter is set.
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
    // nice-plug's `main_output_name()` looks at the input's name.
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

/// Numbers symbols that come twice.
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
