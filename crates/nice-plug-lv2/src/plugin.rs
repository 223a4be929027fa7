//! The trait [`Lv2Plugin`]: LV2's metadata that nice-plug's own traits lack.

use crate::port::PortSpec;
use nice_plug::plugin::Plugin;

/// One LV2 plugin: a URI and its audio layout.
///
/// The ports of an LV2 plugin are fixed, so each available layout needs a URI of its own.
#[derive(Debug, Clone, Copy)]
pub struct Lv2Entry {
    /// The plugin's URI. Projects store it, so it must never change.
    pub uri: &'static str,
    /// Name in a host's list, such as `Gain` and `Gain (mono)`.
    pub name: &'static str,
    /// Index of the layout in [`Plugin::AUDIO_IO_LAYOUTS`].
    pub layout: usize,
    /// Stem of the plugin's Turtle file, such as `stereo`.
    pub file: &'static str,
}

/// An output control port for a level.
#[derive(Debug, Clone, Copy)]
pub struct MeterSpec {
    /// Letters, digits and underscores, not starting with a digit.
    pub symbol: &'static str,
    /// Name that hosts display.
    pub name: &'static str,
    /// Symbol of the unit, such as `dB`; empty for none.
    pub unit: &'static str,
    /// Smallest and largest value to display.
    pub range: (f32, f32),
    /// Value before the first measurement.
    pub default: f32,
}

/// A preset that hosts list: values of some or all parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Lv2Preset {
    /// Identifier, of letters, digits and dashes: part of the preset's URI and file name.
    pub id: String,
    /// Name that hosts display.
    pub label: String,
    /// Purpose of the preset; may be empty.
    pub comment: String,
    /// Parameter ids and values, in the units of their ports.
    pub values: Vec<(String, f32)>,
}

/// A nice-plug plugin that [`nice_export_lv2!`](crate::nice_export_lv2) can export as LV2.
///
/// Only [`LV2_PLUGINS`](Self::LV2_PLUGINS) is required.
pub trait Lv2Plugin: Plugin {
    /// The library's LV2 plugins, one for each layout that LV2 hosts can use.
    const LV2_PLUGINS: &'static [Lv2Entry];

    /// Classes of the [LV2 ontology](https://lv2plug.in/ns/lv2core), such as `ParaEQPlugin`, best first.
    const LV2_CLASSES: &'static [&'static str] = &[];

    /// Description in one sentence, for `rdfs:comment`. Empty for none.
    const LV2_DESCRIPTION: &'static str = "";

    /// URI of the licence. Empty for none.
    const LV2_LICENSE: &'static str = "";

    /// Minor and micro version. Hosts prefer the highest installed version; odd numbers and minor 0 mark
    /// pre-releases. The default derives from [`Plugin::VERSION`]: `1.2.3` becomes minor 204, micro 6.
    const LV2_VERSION: (u32, u32) = version_of(Self::VERSION);

    /// Whether [`Plugin::process`] never blocks, for `lv2:hardRTCapable`.
    const LV2_HARD_REALTIME: bool = true;

    /// Symbols of the ports after the audio and event ports, separated by white space, in the order of their
    /// indices. Hosts and sessions store indices and symbols, so a published plugin must fix them here. Ports
    /// that the list lacks follow it in their natural order (see [`PortTable`](crate::PortTable)).
    const LV2_PORT_ORDER: &'static str = "";

    /// Output ports for levels. [`lv2_meters`](Self::lv2_meters) writes their values.
    const LV2_METERS: &'static [MeterSpec] = &[];

    /// Describes the port of a parameter. `port` is the description from nice-plug's metadata, which is also
    /// the default; change the fields that LV2 hosts should see differently.
    fn lv2_port(param_id: &str, port: PortSpec) -> PortSpec {
        let _ = param_id;
        port
    }

    /// Adds an input port `level_meters`, off by default, that switches expensive measurements.
    /// [`lv2_watch`](Self::lv2_watch) receives its value. Default false.
    const LV2_METER_SWITCH: bool = false;

    /// Prepares the plugin for LV2: enables parts that no other format needs, such as
    /// [meters](Self::LV2_METERS). Called once, before the first activation.
    fn lv2_begin(&mut self) {}

    /// Receives the value of the port `level_meters` when it changes. It starts as false.
    ///
    /// # Realtime safety
    /// Called on the audio thread before [`Plugin::process`]: must not allocate, lock or block.
    fn lv2_watch(&mut self, watched: bool) {
        let _ = watched;
    }

    /// Writes the levels at the end of a block, in the order of [`LV2_METERS`](Self::LV2_METERS).
    ///
    /// # Realtime safety
    /// Called on the audio thread after [`Plugin::process`]: must not allocate, lock or block.
    fn lv2_meters(&mut self, values: &mut [f32]) {
        let _ = values;
    }

    /// The presets for the bundle. None by default.
    #[must_use]
    fn lv2_presets() -> Vec<Lv2Preset> {
        Vec::new()
    }
}

/// Converts a semantic version to a minor and a micro version, both even; a higher version gives higher
/// numbers.
const fn version_of(version: &str) -> (u32, u32) {
    let bytes = version.as_bytes();
    let mut parts = [0u32; 3];
    let (mut part, mut at) = (0, 0);
    while at < bytes.len() && part < 3 {
        match bytes[at] {
            digit @ b'0'..=b'9' => parts[part] = parts[part] * 10 + (digit - b'0') as u32,
            b'.' => part += 1,
            _ => break,
        }
        at += 1;
    }
    (2 * (parts[0] * 100 + parts[1]), 2 * parts[2])
}

#[cfg(test)]
mod tests {
    use super::version_of;

    #[test]
    fn versions_are_even_and_increase() {
        let versions = ["0.1.0", "0.1.1", "0.2.0", "0.99.9", "1.0.0", "1.2.3", "1.2.10"];
        let numbers: Vec<_> = versions.map(version_of).to_vec();
        assert_eq!(numbers[0], (2, 0));
        assert_eq!(numbers[5], (204, 6));
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        assert!(numbers.iter().all(|(minor, micro)| minor % 2 == 0 && micro % 2 == 0));
        assert_eq!(version_of("2.1.4-beta.3"), (402, 8));
    }
}
