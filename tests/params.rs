//! The host's parameters: ids, order, ranges and tapers are frozen, and a value survives the conversions
//! between a config, a host's position from 0 to 1, and text.

use audio_enhancer::AudioEnhancer;
use audio_enhancer::params::{EnhancerParams, HostParam};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::param::Taper;
use enhancer_dsp::{ParamId, ParamKind};
use enhancer_preset::factory_presets;
use nice_plug::prelude::*;
use std::collections::{BTreeMap, HashSet};

fn id_of(param: &HostParam) -> String {
    param.id().to_string()
}

/// Projects store these ids, and positions in these ranges.
const FROZEN: &str = include_str!("../src/params/frozen.txt");

/// A parameter's line of the list by today's table.
fn frozen_line(id: &str) -> String {
    // The listening switches are the plugin's own parameters.
    let kind = ParamId::find(id).map_or(ParamKind::Switch, |id| id.spec.kind);
    let (min, max) = kind.range();
    let taper = match kind {
        ParamKind::Float { taper: Taper::Linear, .. } => "linear".to_owned(),
        ParamKind::Float { taper: Taper::Logarithmic, .. } => "log".to_owned(),
        ParamKind::Switch => "switch".to_owned(),
        ParamKind::Choice(labels) => format!("choice {}", labels.join(" ")),
    };
    format!("{id} {min} {max} {taper}")
}

#[test]
fn hosts_list_the_parameters_in_the_frozen_order() {
    let ids: Vec<String> = EnhancerParams::default().param_map().into_iter().map(|(id, ..)| id).collect();
    let frozen: Vec<&str> = FROZEN.lines().filter_map(|line| line.split(' ').next()).collect();
    let missing = ids.iter().filter(|id| !frozen.contains(&id.as_str()));
    let missing: Vec<String> = missing.map(|id| frozen_line(id)).collect();
    assert!(
        missing.is_empty(),
        "src/params/frozen.txt lacks these lines; `cargo xtask generate` appends them:\n{}",
        missing.join("\n")
    );
    assert_eq!(ids, frozen, "the plugin and src/params/frozen.txt list different ids or another order");
}

#[test]
fn ranges_tapers_and_labels_are_frozen() {
    for line in FROZEN.lines() {
        let id = line.split(' ').next().unwrap_or_default();
        assert_eq!(
            frozen_line(id),
            line,
            "{id}: the range, taper or labels (left) differ from src/params/frozen.txt (right); projects store \
             positions in the frozen range, so give a parameter with another range a new id"
        );
    }
}

/// Files, lines that are published, and the lines' checksum. A release with new lines raises the last two.
const PUBLISHED: [(&str, &str, usize, u64); 2] = [
    ("src/params/frozen.txt", FROZEN, 146, 0x1acd_419e_8e4f_0650),
    ("src/lv2/ports.txt", include_str!("../src/lv2/ports.txt"), 153, 0x3453_d7c1_4fbc_2797),
];

/// The plugin reads its order from these lists, so only a checksum detects a line that is moved within them.
#[test]
fn published_lines_never_change_or_move() {
    for (file, text, count, expected) in PUBLISHED {
        let published: Vec<&str> = text.lines().take(count).collect();
        let checksum = fnv_1a(&published.join("\n"));
        assert!(
            published.len() == count && checksum == expected,
            "one of the first {count} lines of {file} was changed, moved or removed (checksum {checksum:#018x}); \
             restore them and put new lines at the end"
        );
    }
}

/// The 64-bit FNV-1a hash.
fn fnv_1a(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// CLAP and VST3 identify a parameter by a 31-bit hash of its id.
#[test]
fn no_two_ids_have_the_same_hash() {
    let hash = |id: &str| {
        id.bytes().fold(0u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte))) & 0x7fff_ffff
    };
    let params = EnhancerParams::default();
    let hashes: HashSet<u32> = params.param_map().iter().map(|(id, ..)| hash(id)).collect();
    assert_eq!(hashes.len(), params.all().len() + 2);
}

#[test]
fn every_group_of_the_tree_has_its_parent() {
    let groups: HashSet<String> =
        EnhancerParams::default().param_map().into_iter().map(|(_, _, group)| group).collect();
    for group in &groups {
        if let Some((parent, _)) = group.rsplit_once('/') {
            assert!(groups.contains(parent), "{group}");
        }
    }
    assert!(groups.contains("EQ/Band 16") && groups.contains("Limiter"));
}

#[test]
fn a_fresh_plugin_has_the_default_config() {
    assert_eq!(EnhancerParams::default().snapshot(), EnhancerConfig::default());
}

#[test]
fn parameters_carry_every_factory_preset_unchanged() {
    for preset in factory_presets() {
        let params = EnhancerParams::default();
        load(&params, &preset.config);
        assert_eq!(params.snapshot(), preset.config, "{}", preset.name);
        assert_eq!(params.unmodulated(), preset.config, "{}", preset.name);
    }
}

#[test]
fn parses_every_text_that_it_formats() {
    let params = EnhancerParams::default();
    for (id, ptr, _) in params.param_map() {
        // SAFETY: `ptr` points into `params`, which lives until the end of this function.
        #[allow(unsafe_code)]
        let (text_of, position_of) = unsafe {
            (
                move |position: f32| ptr.normalized_value_to_string(position, true),
                move |text: &str| ptr.string_to_normalized_value(text),
            )
        };
        for step in 0..=200 {
            let text = text_of(step as f32 / 200.0);
            let again = position_of(&text).unwrap_or_else(|| panic!("{id} cannot parse `{text}`"));
            assert_eq!(text_of(again), text, "{id}");
        }
    }
    for (id, text, value) in [
        ("equalizer.bands.3.frequency", "1.2k", 1200.0),
        ("equalizer.bands.3.frequency", "1,2 kHz", 1200.0),
        ("master_gain", "-inf", -24.0),
        ("compressor.enabled", "on", 1.0),
    ] {
        let param = params.find(id).unwrap();
        let ptr = params.param_map().into_iter().find(|(other, _, _)| other == id).unwrap().1;
        // SAFETY: `ptr` points into `params`, which lives until the end of this function.
        #[allow(unsafe_code)]
        let position = unsafe { ptr.string_to_normalized_value(text) }.unwrap();
        assert_eq!(param.id().spec.kind.value_at(position), value, "{id} {text}");
    }
}

#[test]
fn a_state_restores_config_and_session() {
    let params = EnhancerParams::default();
    let config = factory_presets()[3].config;
    load(&params, &config);
    params.update_session(|session| {
        session.preset = "bass-boost".to_owned();
        session.editor_size = (1500, 900);
    });
    let mut state = state_with(params.serialize_fields());
    AudioEnhancer::filter_state(&mut state);
    let fresh = EnhancerParams::default();
    apply(&fresh, &state);
    assert_eq!(fresh.snapshot(), config);
    assert_eq!(fresh.session(), params.session());
}

#[test]
fn an_invalid_state_is_refused_as_a_whole() {
    let good = EnhancerParams::default().serialize_fields();
    for (field, text) in [
        ("config", r#"{"schema_version":1,"master_gain":99}"#),
        ("config", r#"{"schema_version":2}"#),
        ("config", r#"{"schema_version":1,"mister_gain":1}"#),
        ("config", "[]"),
        ("config", ""),
    ] {
        let mut fields = good.clone();
        fields.insert(field.to_owned(), text.to_owned());
        let mut state = state_with(fields);
        state.params.insert("master_gain".to_owned(), nice_plug::plugin::ParamValue::F32(1e9));
        AudioEnhancer::filter_state(&mut state);
        assert!(state.params.is_empty() && state.fields.is_empty(), "{text}");
    }
    let mut state = state_with(BTreeMap::new());
    state.params.insert("master_gain".to_owned(), nice_plug::plugin::ParamValue::F32(1.0));
    AudioEnhancer::filter_state(&mut state);
    assert!(state.params.is_empty(), "a state without a config is refused");
}

/// Hosts compare the positions after loading with the saved ones, so loading must keep each position to the
/// bit.
#[test]
fn loading_a_state_keeps_every_position() {
    let positions = |params: &EnhancerParams| -> BTreeMap<String, f32> {
        let map = params.param_map().into_iter();
        // SAFETY: the pointers point into `params`, which outlives this closure's calls.
        #[allow(unsafe_code)]
        map.map(|(id, ptr, _)| (id, unsafe { ptr.unmodulated_normalized_value() })).collect()
    };
    let params = EnhancerParams::default();
    let numbers: Vec<&HostParam> = params.all().iter().filter(|param| is_number(param)).collect();
    let mut state = state_with(BTreeMap::new());
    for (index, param) in numbers.iter().enumerate() {
        let position = (index as f32 * 0.618_034 + 0.012_345_6).fract();
        let ptr = params.param_map().into_iter().find(|(id, _, _)| *id == id_of(param)).unwrap().1;
        // SAFETY: `ptr` points into `params`, which lives until the end of this function.
        #[allow(unsafe_code)]
        unsafe {
            ptr._internal_set_normalized_value(position)
        };
        state.params.insert(id_of(param), nice_plug::plugin::ParamValue::F32(position));
    }
    state.fields = params.serialize_fields();
    AudioEnhancer::filter_state(&mut state);
    let fresh = EnhancerParams::default();
    apply(&fresh, &state);
    assert_eq!(positions(&fresh), positions(&params));
    // The config decides: a saved position of another value is ignored.
    state.params.insert("master_gain".to_owned(), nice_plug::plugin::ParamValue::F32(0.25));
    AudioEnhancer::filter_state(&mut state);
    apply(&fresh, &state);
    assert_eq!(fresh.snapshot(), params.snapshot());
}

fn is_number(param: &HostParam) -> bool {
    matches!(param.id().spec.kind, ParamKind::Float { .. })
}

#[test]
fn the_middle_of_a_logarithmic_control_is_the_geometric_mean() {
    for param in EnhancerParams::default().all() {
        if let ParamKind::Float { taper: Taper::Logarithmic, min, max, .. } = param.id().spec.kind {
            let middle = param.id().spec.kind.value_at(0.5);
            assert!((middle / (min * max).sqrt() - 1.0).abs() < 1e-4, "{}", id_of(param));
        }
    }
}

fn state_with(fields: BTreeMap<String, String>) -> PluginState {
    PluginState { version: "0.1.0".to_owned(), params: BTreeMap::new(), fields }
}

/// Loads `config` as a host loads a state.
fn load(params: &EnhancerParams, config: &EnhancerConfig) {
    let json = serde_json::to_string(config).unwrap();
    let mut state = state_with(BTreeMap::from([("config".to_owned(), json)]));
    AudioEnhancer::filter_state(&mut state);
    apply(params, &state);
}

fn apply(params: &EnhancerParams, state: &PluginState) {
    use nice_plug::plugin::ParamValue;
    let pointers: BTreeMap<String, ParamPtr> =
        params.param_map().into_iter().map(|(id, ptr, _)| (id, ptr)).collect();
    for (id, value) in &state.params {
        // SAFETY: the pointers point into the caller's `params`.
        #[allow(unsafe_code)]
        unsafe {
            let normalized = match value {
                ParamValue::F32(position) => *position,
                ParamValue::Bool(on) => f32::from(u8::from(*on)),
                ParamValue::I32(index) => {
                    let (_, last) = ParamId::find(id).unwrap().spec.kind.range();
                    *index as f32 / last
                }
                ParamValue::String(_) => unreachable!("no parameter is saved as a string"),
            };
            pointers[id]._internal_set_normalized_value(normalized);
        }
    }
    params.deserialize_fields(&state.fields);
}
