//! `plugin.json` matches the library's metadata and the config that it accepts.

mod support;

use enhancer_musicfox::instances::*;
use enhancer_musicfox::types::PluginMetadata;
use serde_json::Value;
use std::mem::MaybeUninit;
use support::{Running, c, last_error, string};

fn manifest() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/plugin.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_manifest_matches_the_metadata() {
    let folder = tempfile::tempdir().unwrap();
    let instance = Running::stereo(folder.path());
    let mut metadata = MaybeUninit::<PluginMetadata>::uninit();
    // SAFETY: `metadata` is a writable struct, and the library writes all of it on success.
    let metadata = unsafe {
        assert_eq!(enhancer_get_metadata(instance.0, metadata.as_mut_ptr()), 0);
        metadata.assume_init()
    };
    let manifest = manifest();
    for (field, text) in [
        ("id", metadata.id),
        ("name", metadata.name),
        ("version", metadata.version),
        ("description", metadata.description),
        ("author", metadata.author),
        ("license", metadata.license),
    ] {
        assert_eq!(manifest[field], string(text).as_str(), "{field}");
    }
    let tags: Value = serde_json::from_str(&string(metadata.tags_json)).unwrap();
    assert_eq!(manifest["tags"], tags);
    let more: Value = serde_json::from_str(&string(metadata.metadata_json)).unwrap();
    assert_eq!((&manifest["api_version"], &manifest["category"]), (&more["api_version"], &more["category"]));
    for (field, value) in
        [("type", "dynamic_library"), ("api_version", "v2.0.0"), ("category", "audio-effect")]
    {
        assert_eq!(manifest[field], value);
    }
    assert!(manifest["entry_point"].as_str().unwrap().starts_with("audio-enhancer."));
    assert!(
        manifest["permissions"].as_array().unwrap().iter().all(|permission| permission["id"].is_string())
    );
}

/// True if the library accepts the config.
fn accepts(config: &Value) -> bool {
    let mut config = config.clone();
    config["log_level"] = "off".into();
    // SAFETY: `c` makes a C string.
    let handle = unsafe { enhancer_create(c(config.to_string()).as_ptr()) };
    let accepted = !handle.is_null();
    if accepted {
        enhancer_destroy(handle);
    }
    accepted
}

#[test]
fn the_schema_matches_the_config_that_the_library_accepts() {
    let manifest = manifest();
    let properties = manifest["config_schema"]["properties"].as_object().unwrap();
    let defaults = {
        // SAFETY: `c` makes a C string.
        let handle = unsafe { enhancer_create(c(r#"{"log_level": "off"}"#).as_ptr()) };
        let config: Value = serde_json::from_str(&string(enhancer_get_config(handle))).unwrap();
        enhancer_destroy(handle);
        config
    };
    for (name, property) in properties.iter().filter(|(_, property)| property["type"] == "integer") {
        let number = |field: &str| property[field].as_i64().unwrap();
        let with = |value: i64| serde_json::json!({ name.as_str(): value });
        assert!(accepts(&with(number("minimum"))) && accepts(&with(number("maximum"))), "{name}");
        assert!(!accepts(&with(number("minimum") - 1)) && !accepts(&with(number("maximum") + 1)), "{name}");
        assert_eq!(property["default"], defaults[name], "{name}");
    }
    assert!(
        accepts(&serde_json::json!({ "preset": "warm" })) && accepts(&serde_json::json!({ "enhancer": {} }))
    );
    assert!(!accepts(&serde_json::json!({ "other": 1 })));
    let mut names: Vec<&str> = properties.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["buffer_size", "channels", "enhancer", "log_level", "preset", "preset_folder", "sample_rate"]
    );
    // The message for an unknown level lists the valid ones. Passing a valid level would write a log.
    // SAFETY: `c` makes a C string.
    assert!(unsafe { enhancer_create(c(r#"{"log_level": "loud"}"#).as_ptr()) }.is_null());
    let levels: Vec<String> = properties["log_level"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|level| format!("`{}`", level.as_str().unwrap()))
        .collect();
    assert!(last_error().contains(&format!("one of {} at", levels.join(", "))), "{}", last_error());
}
