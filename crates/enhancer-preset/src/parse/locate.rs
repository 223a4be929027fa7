//! Finds the line and column of a value in a JSON text.

use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Line and column where the value at `path` starts, counted in characters from 1. A step of the path is a
/// key or an index. For a missing value the result is the start of the innermost object or list that should
/// contain it.
pub(crate) fn locate<S: AsRef<str>>(text: &str, path: &[S]) -> (usize, usize) {
    let Ok(mut value) = serde_json::from_str::<&RawValue>(text) else { return (1, 1) };
    for step in path {
        match child(value.get(), step.as_ref()) {
            Some(inner) => value = inner,
            None => break,
        }
    }
    // A raw value borrows from the text, so the difference of the addresses is its offset.
    let offset = (value.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let before = text.get(..offset).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    (before.matches('\n').count() + 1, column)
}

fn child<'a>(value: &'a str, step: &str) -> Option<&'a RawValue> {
    if value.starts_with('[') {
        return serde_json::from_str::<Vec<&RawValue>>(value).ok()?.get(step.parse::<usize>().ok()?).copied();
    }
    serde_json::from_str::<BTreeMap<String, &RawValue>>(value).ok()?.get(step).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_value_by_keys_and_indices() {
        let text = "{\n \"é\": [1,\n  {\"b\\n\": 22}\n ], \"c\": 3}";
        assert_eq!(locate(text, &["é", "0"]), (2, 8));
        assert_eq!(locate(text, &["é", "1", "b\n"]), (3, 11));
        assert_eq!(locate(text, &["c"]), (4, 10));
        assert_eq!(locate(text, &["d"]), (1, 1));
        assert_eq!(locate(text, &["é", "7"]), (2, 7));
        assert_eq!(locate::<&str>("  {}", &[]), (1, 3));
        assert_eq!(locate("{", &["a"]), (1, 1));
    }
}
