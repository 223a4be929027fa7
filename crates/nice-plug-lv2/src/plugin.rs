//! What a plugin tells LV2 beyond what nice-plug knows of it.

use crate::port::PortSpec;
use nice_plug::plugin::Plugin;

/// One LV2 plugin: a URI and the audio layout that goes with it.
///
/// LV2 fixes a plugin's ports, so each layout that should be available gets a URI of its own.
#[derive(Debug, Clone, Copy)]
pub struct Lv2Entry {
    /// The plugin's URI. Projects know the plugin by it: it never changes.
    pub uri: &'static str,
    /// Name in a host's list, such as `Gain` and `Gain (mono)`.
    pub name: &'static str,
    /// Which of [`Plugin::AUDIO_IO_LAYOUTS`].
    pub layout: usize,
    /// Stem of the plugin's Turtle file, such as `stereo`.
    pub file: &'static str,
}

/// An output control port that shows a level.
#[derive(Debug, Clone, Copy)]
pub struct MeterSpec {
    /// Letters, digits and underscores, not starting with a digit.
    pub symbol: &'static str,
    /// Name to show.
    pub name: &'static str,
    /// Unit as a person writes it, such as `dB`; empty for none.
    pub unit: &'static str,
    /// Range of the display.
    pub range: (f32, f32),
    /// Value before anything was measured.
    pub default: f32,
}

/// A preset that hosts list: values of some or all parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Lv2Preset {
    /// Letters, digits and dashes: part of the preset's URI and of its file's name.
    pub id: String,
    /// Name to show.
    pub label: String,
    /// What it is for; may be empty.
    pub comment: String,
    /// Parameter ids and values, in the unit of their ports.
    pub values: Vec<(String, f32)>,
}

/// A nice-plug plugin that is to be an LV2 plugin, too.
///
/// Only [`LV2_PLUGINS`](Self::LV2_PLUGINS) has to be given. [`nice_export_lv2!`](crate::nice_export_lv2) does the rest.
pub trait Lv2Plugin: Plugin {
    /// The plugins that the library holds, one for each layout that LV2 hosts should have.
    const LV2_PLUGINS: &'static [Lv2Entry];

    /// Classes of the [LV2 ontology](https://lv2plug.in/ns/lv2core), such as `ParaEQPlugin`, best first.
    const LV2_CLASSES: &'static [&'static str] = &[];

    /// One sentence on what it does, for `rdfs:comment`. Empty for none.
    const LV2_DESCRIPTION: &'static str = "";

    /// URI of the licence. Empty for none.
    const LV2_LICENSE: &'static str = "";

    /// Minor and micro version. Hosts prefer the highest they find; odd numbers and minor 0 mark pre-releases. By default made from
    /// [`Plugin::VERSION`]: `1.2.3` becomes minor 204, micro 6.
    const LV2_VERSION: (u32, u32) = version_of(Self::VERSION);

    /// Whether [`Plugin::process`] never blocks, for `lv2:hardRTCapable`.
    const LV2_HARD_REALTIME: bool = true;

    /// Symbols of the ports after the audio ports, separated by white space, in the order of their indices. Hosts
    /// and sessions know ports by index and symbol, so a published plugin freezes them here; ports that the list doesn't
    /// name come after it, in their natural order (see [`PortTable`](crate::PortTable)).
    const LV2_PORT_ORDER: &'static str = "";

    /// Levels to show, written by [`lv2_meters`](Self::lv2_meters).
    const LV2_METERS: &'static [MeterSpec] = &[];

    /// Describes the port of a parameter. `port` is what nice-plug's own metadata make of it: change what LV2 hosts
    /// should see otherwise.
    fn lv2_port(param_id: &str, port: PortSpec) -> PortSpec {
        let _ = param_id;
        port
    }

    /// Whether a port `level_meters`, off by default, says if somebody looks at the meters: for levels that cost time to
    /// measure. Its value comes through [`lv2_watch`](Self::lv2_watch).
    const LV2_METER_SWITCH: bool = false;

    /// Called once on a fresh plugin that is to run as LV2, before it is activated: the place to ready what only LV2
    /// needs, such as [meters](Self::LV2_METERS).
    fn lv2_begin(&mut self) {}

    /// Whether somebody looks at the meters. Called when it changes; nobody does at first.
    ///
    /// # Realtime safety
    /// Called from the audio thread before [`Plugin::process`]: must not allocate, lock or block.
    fn lv2_watch(&mut self, watched: bool) {
        let _ = watched;
    }

    /// The levels at the end of a block, in the order of [`LV2_METERS`](Self::LV2_METERS).
    ///
    /// # Realtime safety
    /// Called from the audio thread after [`Plugin::process`]: must not allocate, lock or block.
    fn lv2_meters(&mut self, values: &mut [f32]) {
        let _ = values;
    }

    /// The presets to write into the bundle.
    #[must_use]
    fn lv2_presets() -> Vec<Lv2Preset> {
        Vec::new()
    }
}

/// Minor and micro version of a semantic version: even, and growing with it.
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
    fn versions_are_even_and_grow() {
        let versions = ["0.1.0", "0.1.1", "0.2.0", "0.99.9", "1.0.0", "1.2.3", "1.2.10"];
        let numbers: Vec<_> = versions.map(version_of).to_vec();
        assert_eq!(numbers[0], (2, 0));
        assert_eq!(numbers[5], (204, 6));
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        assert!(numbers.iter().all(|(minor, micro)| minor % 2 == 0 && micro % 2 == 0));
        assert_eq!(version_of("2.1.4-beta.3"), (402, 8));
    }
}
