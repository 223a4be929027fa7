//! Saved states: loading restores the parameters and the sound, refuses a damaged state as a whole, and
//! accepts old ones.

use crate::mirror::{Values, any_value, assert_same, chain, host_value, noise, run};
use crate::rig::{Host, frozen_ids};
use enhancer_dsp::EnhancerConfig;
use enhancer_measure::signal::Random;
use serde_json::{Value, json};

fn bytes_of(state: &Value) -> Vec<u8> {
    let text = serde_json::to_vec(state).unwrap();
    [&(text.len() as u64).to_le_bytes()[..], &text].concat()
}

fn json_of(bytes: &[u8]) -> Value {
    serde_json::from_slice(&bytes[8..]).expect("JSON after the length")
}

/// A state with a config as its only field.
fn state(config: &Value) -> Vec<u8> {
    bytes_of(&json!({ "version": "0.1.0", "params": {}, "fields": { "config": config.to_string() } }))
}

/// Sets every parameter to a random value and returns all values.
fn randomize(host: &mut Host, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    let changes: Vec<(&str, f64)> = frozen_ids().map(|id| (id, any_value(id, &mut random))).collect();
    host.flush(&changes);
    host.values()
}

#[test]
fn a_saved_state_restores_every_parameter_and_the_sound() {
    for seed in 0..5 {
        let mut host = Host::new();
        let values = randomize(&mut host, seed);
        let saved = host.save();
        let mut other = Host::new();
        assert!(other.load(&saved));
        for ((id, value), loaded) in frozen_ids().zip(&values).zip(other.values()) {
            if id.starts_with("listening.") {
                assert_eq!(loaded, 0.0, "{id}: a project never stores it");
                continue;
            }
            // A position rounds to a value of four to five digits.
            assert!((loaded - value).abs() <= 1e-4 * value.abs().max(1.0), "{id}: {loaded}, was {value}");
        }
        let config = |host: &mut Host| Values::of(host).config();
        assert_eq!(config(&mut other), config(&mut host), "the configs are equal");
        assert_eq!(json_of(&other.save())["fields"], json_of(&saved)["fields"]);
        // Loading also works during processing.
        other.flush(&[("master_gain", 0.1), ("equalizer.enabled", 0.0), ("processing_quality", 0.0)]);
        let mut player = other.start(48_000.0, 512);
        let input = noise(2, 6000, seed);
        player.play(&input);
        assert!(other.load(&saved));
        other.take_restart_request();
        player.play(&input);
        player.reset();
        let expected = run(&mut chain(48_000.0, 2, &Values::of(&mut other)), &input);
        assert_same(&player.play(&input), &expected, "after loading");
        assert_eq!(config(&mut other), config(&mut host));
        other.stop(player);
    }
}

#[test]
fn a_damaged_state_is_refused_and_changes_nothing() {
    let mut host = Host::new();
    randomize(&mut host, 40);
    host.flush(&[("processing_quality", 1.0)]);
    let (values, saved) = (host.values(), host.save());
    let good = json_of(&saved);
    let with = |path: &str, value: Value| {
        let mut broken = good.clone();
        *broken.pointer_mut(path).expect("a part of the state") = value;
        bytes_of(&broken)
    };
    let config = |edit: &dyn Fn(&mut Value)| {
        let mut config: Value = serde_json::from_str(good["fields"]["config"].as_str().unwrap()).unwrap();
        edit(&mut config);
        with("/fields/config", Value::String(config.to_string()))
    };
    let broken: Vec<(&str, Vec<u8>)> = vec![
        ("empty", vec![]),
        ("half a length", vec![1, 2, 3]),
        ("a length of 0", 0u64.to_le_bytes().to_vec()),
        ("an endless length", u64::MAX.to_le_bytes().to_vec()),
        ("half a state", saved[..saved.len() / 2].to_vec()),
        ("noise", (0..3000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()),
        ("not JSON", bytes_of(&good).iter().map(|byte| byte ^ 0x15).collect()),
        (
            "a state of another plugin",
            bytes_of(&json!({ "version": "1", "params": { "gain": 1.0 }, "fields": {} })),
        ),
        ("no config", with("/fields", json!({}))),
        ("a config that is not JSON", with("/fields/config", json!("{"))),
        ("a value out of range", config(&|config| config["master_gain"] = json!(99.0))),
        ("an unknown field", config(&|config| config["loudness"] = json!(1.0))),
        ("a future schema version", config(&|config| config["schema_version"] = json!(2))),
        ("a number for a switch", config(&|config| config["limiter"]["enabled"] = json!(1))),
    ];
    let mut player = host.start(48_000.0, 512);
    let input = noise(2, 4000, 41);
    let before = player.play(&input);
    for (case, bytes) in broken {
        host.load(&bytes);
        host.take_restart_request();
        assert_eq!(host.values(), values, "{case}");
        player.reset();
        assert_same(&player.play(&input), &before, case);
    }
    host.stop(player);
    assert!(host.load(&saved), "a valid state still loads");
}

#[test]
fn an_older_state_with_fewer_fields_loads() {
    let mut host = Host::new();
    randomize(&mut host, 50);
    let config = json!({
        "schema_version": 1,
        "equalizer": { "bands": [{ "frequency": 250.0, "gain": -3.5, "q": 1.4, "type": "peak" }] },
        "compressor": { "threshold": -24.0 },
        "master_gain": 2.0,
    });
    assert!(host.load(&state(&config)));
    let loaded = Values::of(&mut host).config();
    let mut expected: EnhancerConfig = EnhancerConfig::default();
    let band =
        enhancer_dsp::config::EqBand { frequency_hz: 250.0, gain_db: -3.5, q: 1.4, ..Default::default() };
    expected.equalizer.bands.push(band);
    expected.compressor.threshold_db = -24.0;
    expected.master_gain_db = 2.0;
    assert_eq!(loaded, expected, "fields missing in the state have their defaults");
    assert_eq!(host.value("master_gain"), host_value("master_gain", 2.0));
}

#[test]
fn loading_a_state_leaves_the_listening_switches() {
    let mut host = Host::new();
    host.flush(&[("listening.delta", 1.0), ("listening.loudness_match", 1.0)]);
    let saved = host.save();
    let mut fresh = Host::new();
    assert!(fresh.load(&saved));
    assert_eq!((fresh.value("listening.delta"), fresh.value("listening.loudness_match")), (0.0, 0.0));
    assert!(host.load(&saved));
    assert_eq!(host.value("listening.delta"), 1.0, "delta stays on");
    let config = &json_of(&saved)["fields"]["config"];
    assert!(!config.as_str().unwrap().contains("listening"), "{config}");
}
