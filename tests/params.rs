//! The host's parameters: their ids never change, and nothing is lost between a config, a host's 0…1 and text.

use audio_enhancer::AudioEnhancer;
use audio_enhancer::params::{EnhancerParams, HostParam};
use enhancer_dsp::EnhancerConfig;
use enhancer_dsp::{ParamId, ParamKind};
use enhancer_preset::factory_presets;
use nice_plug::prelude::*;
use std::collections::{BTreeMap, HashSet};

fn id_of(param: &HostParam) -> String {
    param.id().to_string()
}

/// Projects know parameters by these ids. New ones are appended; none is ever changed, moved or removed.
#[test]
fn the_ids_are_frozen() {
    let frozen = include_str!("param_ids.txt");
    let ids: String = EnhancerParams::default().param_map().into_iter().map(|(id, ..)| id + "\n").collect();
    assert!(ids == frozen, "tests/param_ids.txt says otherwise:\n{ids}");
}

/// CLAP and VST3 know a parameter by a 31-bit hash of its id.
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
fn a_fresh_plugin_spells_the_default_config() {
    assert_eq!(EnhancerParams::default().snapshot(), EnhancerConfig::default());
}

#[test]
fn every_factory_preset_survives_the_trip_through_the_parameters() {
    for preset in factory_presets() {
        let params = EnhancerParams::default();
        load(&params, &preset.config);
        assert_eq!(params.snapshot(), preset.config, "{}", preset.name);
        assert_eq!(params.unmodulated(), preset.config, "{}", preset.name);
    }
}

#[test]
fn what_a_host_shows_it_reads_back() {
    let params = EnhancerParams::default();
    for (id, ptr, _) in params.param_map() {
        // SAFETY: `params` lives through the loop.
        #[allow(unsafe_code)]
        let (text_of, position_of) = unsafe {
            (
                move |position: f32| ptr.normalized_value_to_string(position, true),
                move |text: &str| ptr.string_to_normalized_value(text),
            )
        };
        for step in 0..=200 {
            let text = text_of(step as f32 / 200.0);
            let again = position_of(&text).unwrap_or_else(|| panic!("{id} does not read `{text}`"));
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
        // SAFETY: `params` lives on.
        #[allow(unsafe_code)]
        let position = unsafe { ptr.string_to_normalized_value(text) }.unwrap();
        assert_eq!(param.id().spec.kind.value_at(position), value, "{id} {text}");
    }
}

#[test]
fn a_state_brings_config_and_session_back() {
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
fn a_state_that_is_not_sound_is_refused_whole() {
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
    assert!(state.params.is_empty(), "a state without a config is none of ours");
}

/// A host compares what it saved with what it reads after loading: no control may move by a hair.
#[test]
fn a_state_leaves_every_control_where_it_was() {
    let positions = |params: &EnhancerParams| -> BTreeMap<String, f32> {
        let map = params.param_map().into_iter();
        // SAFETY: `params` outlives the pointers.
        #[allow(unsafe_code)]
        map.map(|(id, ptr, _)| (id, unsafe { ptr.unmodulated_normalized_value() })).collect()
    };
    let params = EnhancerParams::default();
    let numbers: Vec<&HostParam> = params.all().iter().filter(|param| is_number(param)).collect();
    let mut state = state_with(BTreeMap::new());
    for (index, param) in numbers.iter().enumerate() {
        let position = (index as f32 * 0.618_034 + 0.012_345_6).fract();
        let ptr = params.param_map().into_iter().find(|(id, _, _)| *id == id_of(param)).unwrap().1;
        // SAFETY: `params` lives on.
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
    // But the config decides: a place that means another value gives way.
    state.params.insert("master_gain".to_owned(), nice_plug::plugin::ParamValue::F32(0.25));
    AudioEnhancer::filter_state(&mut state);
    apply(&fresh, &state);
    assert_eq!(fresh.snapshot(), params.snapshot());
}

fn is_number(param: &HostParam) -> bool {
    matches!(param.id().spec.kind, ParamKind::Float { .. })
}

#[test]
fn numbers_of_a_config_keep_their_taper() {
    for param in EnhancerParams::default().all() {
        if let ParamKind::Float { taper: enhancer_dsp::param::Taper::Logarithmic, min, max, .. } =
            param.id().spec.kind
        {
            let middle = param.id().spec.kind.value_at(0.5);
            assert!((middle / (min * max).sqrt() - 1.0).abs() < 1e-4, "{}", id_of(param));
        }
    }
}

fn state_with(fields: BTreeMap<String, String>) -> PluginState {
    PluginState { version: "0.1.0".to_owned(), params: BTreeMap::new(), fields }
}

/// Does what a host's state loading does.
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
        // SAFETY: the caller's `params` owns what the pointers point to.
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
