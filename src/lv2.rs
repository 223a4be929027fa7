//! The LV2 side of the plugin: URIs, classes and presets, and ports in physical units from the core's table.

mod level_ports;

pub(crate) use level_ports::LevelPorts;

use crate::AudioEnhancer;
use crate::params::host_value;
use enhancer_dsp::param::Taper;
use enhancer_dsp::{ParamId, ParamKind};
use enhancer_preset::{Preset, factory_presets};
use level_ports::LEVELS;
use nice_plug_lv2::{Lv2Entry, Lv2Plugin, Lv2Preset, MeterSpec, PortKind, PortSpec};
use std::sync::Arc;

/// Parameters that a preset leaves unchanged: bypass is not part of a sound, and the quality depends on the
/// machine's speed.
const NOT_IN_PRESETS: [&str; 2] = ["bypass_all", "processing_quality"];

impl Lv2Plugin for AudioEnhancer {
    const LV2_PLUGINS: &'static [Lv2Entry] = &[
        Lv2Entry {
            uri: "https://audio-enhancer.github.io/lv2/stereo",
            name: "Audio Enhancer",
            layout: 0,
            file: "stereo",
        },
        Lv2Entry {
            uri: "https://audio-enhancer.github.io/lv2/mono",
            name: "Audio Enhancer Mono",
            layout: 1,
            file: "mono",
        },
    ];
    const LV2_CLASSES: &'static [&'static str] = &["MultiEQPlugin"];
    const LV2_DESCRIPTION: &'static str =
        "Equalizer, compressor, bass and treble with harmonics, stereo width and a true-peak limiter";
    const LV2_LICENSE: &'static str = "https://spdx.org/licenses/MIT";
    const LV2_PORT_ORDER: &'static str = include_str!("lv2/ports.txt");

    const LV2_METERS: &'static [MeterSpec] = &LEVELS;

    const LV2_METER_SWITCH: bool = true;

    fn lv2_begin(&mut self) {
        self.level_ports.switch_on();
    }

    fn lv2_watch(&mut self, watched: bool) {
        self.level_ports.watch(watched);
    }

    fn lv2_meters(&mut self, values: &mut [f32]) {
        self.level_ports.show(values);
    }

    fn lv2_port(param_id: &str, mut port: PortSpec) -> PortSpec {
        let Some(id) = ParamId::find(param_id) else { return port };
        let kind = id.spec.kind;
        // A new quality changes the latency and fades the sound out and in.
        port.expensive = id.spec.path == "processing_quality";
        id.spec.help.clone_into(&mut port.comment);
        match kind {
            ParamKind::Float { taper, unit, .. } => {
                port.kind =
                    if taper == Taper::Logarithmic { PortKind::Logarithmic } else { PortKind::Number };
                unit.symbol().clone_into(&mut port.unit);
                port.range = kind.range();
                port.default = id.default_value();
                port.to_normalized = Arc::new(move |value| kind.position_of(value));
                port.from_normalized = Arc::new(move |position| kind.value_at(position));
            }
            ParamKind::Switch => port.kind = PortKind::Toggle,
            ParamKind::Choice(labels) => {
                port.kind = PortKind::Enumeration;
                let points = labels.iter().enumerate();
                port.scale_points = points.map(|(index, &label)| (index as f32, label.to_owned())).collect();
            }
        }
        port
    }

    fn lv2_presets() -> Vec<Lv2Preset> {
        factory_presets().iter().map(preset).collect()
    }
}

fn preset(preset: &Preset) -> Lv2Preset {
    let settable = ParamId::all().filter(|id| !NOT_IN_PRESETS.contains(&id.to_string().as_str()));
    Lv2Preset {
        id: preset.name.clone(),
        label: title(&preset.name),
        comment: preset.description.clone(),
        values: settable.map(|id| (id.to_string(), host_value(id, &preset.config))).collect(),
    }
}

/// Converts a preset's name to a title: `bass-boost` becomes `Bass Boost`.
fn title(name: &str) -> String {
    let mut title = String::with_capacity(name.len());
    for word in name.split('-') {
        let mut letters = word.chars();
        if !title.is_empty() {
            title.push(' ');
        }
        title.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        title.push_str(letters.as_str());
    }
    title
}
