//! Reads YAML into JSON values: mappings, lists and scalars, bounded in size and depth.

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

/// The largest number of parser events and the deepest nesting.
const MAX_EVENTS: usize = 100_000;
const MAX_DEPTH: usize = 32;

/// A collection whose end has not been read.
enum Open {
    List(Vec<Value>),
    /// The entries, and the key whose value comes next.
    Map(Map<String, Value>, Option<String>),
}

/// Reads the first document of `text`.
///
/// # Errors
/// The first mistake and its line, on one line.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(text).take(MAX_EVENTS) {
        let (event, place) = event.map_err(|error| error.to_string())?;
        let done = match event {
            Event::Scalar(text, style, ..) => Some(scalar(&text, style)),
            // An alias can multiply the size of a value, so it is an error.
            Event::Alias(_) => return Err(format!("line {}: aliases are not supported", place.start.line())),
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(Map::new(), None));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|open| match open {
                Open::List(values) => Value::Array(values),
                Open::Map(values, _) => Value::Object(values),
            }),
            _ => None,
        };
        if open.len() > MAX_DEPTH {
            return Err(format!("line {}: nested too deeply", place.start.line()));
        }
        let Some(value) = done else { continue };
        match open.last_mut() {
            None => return Ok(value),
            Some(Open::List(values)) => values.push(value),
            Some(Open::Map(values, key)) => match key.take() {
                Some(key) => {
                    values.insert(key, value);
                }
                None => *key = Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
            },
        }
    }
    Err("it is empty or too long".to_owned())
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::String(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => number.into(),
            _ => Value::String(text.to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_block_and_flow_style() {
        let text = "a:\n  b: {c: 1.5, d: \"2\"}\n  e: [0, null, true]\nf: # nothing\ng: -3 # rest\n";
        let expected =
            json!({"a": {"b": {"c": 1.5, "d": "2"}, "e": [0.0, null, true]}, "f": null, "g": -3.0});
        assert_eq!(read(text), Ok(expected));
    }

    #[test]
    fn rejects_unbounded_size_nesting_and_aliases() {
        for (text, part) in [
            (format!("a: {}", "[".repeat(10_000)), "recursion limit"),
            (format!("a: {}", "[".repeat(100)), "nested too deeply"),
            (format!("a: {}{}", "{b: ".repeat(100), "}".repeat(100)), "nested too deeply"),
            ("a: &x [1]\nb: *x\n".to_owned(), "line 2: aliases"),
            (format!("a: [{}]", "1, ".repeat(MAX_EVENTS)), "too long"),
            ("a: [1".to_owned(), ""),
            (String::new(), "empty"),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
