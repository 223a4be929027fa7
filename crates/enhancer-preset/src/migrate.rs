//! Migrates a file from its schema version to the current one, one version at a time.

use enhancer_dsp::config::SCHEMA_VERSION;
use serde_json::{Map, Value};

/// Converts a config from one version to the next, in place.
type Step = fn(&mut Map<String, Value>);

/// The step at index n converts version n + 1 to n + 2. The array's length follows from the schema version,
/// so a new version does not compile without its step.
const STEPS: [Step; SCHEMA_VERSION as usize - 1] = [];

/// Migrates a preset file or a bare config to the current version. `from` is at least 1.
pub(crate) fn migrate(document: &mut Map<String, Value>, from: u32) {
    run(&STEPS, document, from);
}

fn run(steps: &[Step], document: &mut Map<String, Value>, from: u32) {
    let pending = steps.iter().skip(from.saturating_sub(1) as usize);
    match document.get_mut("config").and_then(Value::as_object_mut) {
        Some(config) => {
            pending.for_each(|step| step(config));
            // The version at the top of the file applies to the config too.
            config.remove("schema_version");
        }
        None => pending.for_each(|step| step(document)),
    }
    document.insert("schema_version".to_owned(), Value::from(steps.len() + 1));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two invented steps: the first renames a field, the second changes its unit.
    const INVENTED: [Step; 2] = [
        |config| {
            if let Some(value) = config.remove("volume") {
                config.insert("gain".to_owned(), value);
            }
        },
        |config| {
            if let Some(gain) = config.get_mut("gain") {
                *gain = Value::from(gain.as_f64().unwrap() / 10.0);
            }
        },
    ];

    fn migrated(text: &str, from: u32) -> Value {
        let mut document = serde_json::from_str(text).unwrap();
        run(&INVENTED, &mut document, from);
        Value::Object(document)
    }

    #[test]
    fn a_file_passes_only_the_steps_after_its_version() {
        let newest = serde_json::json!({ "schema_version": 3, "gain": 2.0 });
        assert_eq!(migrated(r#"{"volume": 20}"#, 1), newest);
        assert_eq!(migrated(r#"{"schema_version": 2, "gain": 20}"#, 2), newest);
        assert_eq!(migrated(r#"{"schema_version": 3, "gain": 2.0}"#, 3), newest);
    }

    #[test]
    fn migrates_the_config_inside_a_preset() {
        let preset = migrated(r#"{"name": "a", "config": {"schema_version": 1, "volume": 20}}"#, 1);
        assert_eq!(
            preset,
            serde_json::json!({ "schema_version": 3, "name": "a", "config": { "gain": 2.0 } })
        );
    }
}
