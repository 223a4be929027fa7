//! Reads texts of `key=value` lines under `[section]` headings; `;` and `#` begin comments.

use std::collections::BTreeMap;

/// Values by section and key in lower case, each with its line.
pub(super) struct Ini<'a> {
    values: BTreeMap<(String, String), (&'a str, usize)>,
}

impl<'a> Ini<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let mut values = BTreeMap::new();
        let mut section = String::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.starts_with([';', '#']) {
                continue;
            }
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = name.trim().to_lowercase();
            } else if let Some((key, value)) = line.split_once('=') {
                let value = value.trim().trim_matches('"');
                values.insert((section.clone(), key.trim().to_lowercase()), (value, index + 1));
            }
        }
        Self { values }
    }

    /// The value of a key, and its line.
    pub(super) fn get(&self, section: &str, key: &str) -> Option<(&'a str, usize)> {
        self.values.get(&(section.to_owned(), key.to_owned())).copied()
    }

    /// The value of a key as a number with a decimal point or comma.
    pub(super) fn number(&self, section: &str, key: &str) -> Option<f64> {
        super::tokens::only_number(self.get(section, key)?.0)
    }

    pub(super) fn has_section(&self, section: &str) -> bool {
        self.values.keys().any(|(name, _)| name == section)
    }

    /// The numbers after `prefix` in a section's keys in ascending order, such as 1 and 3 for `gain1` and
    /// `gain3`.
    pub(super) fn indices(&self, section: &str, prefix: &str) -> Vec<u32> {
        let keys = self.values.keys().filter(|(name, _)| name == section);
        let mut indices: Vec<u32> =
            keys.filter_map(|(_, key)| key.strip_prefix(prefix)?.parse().ok()).collect();
        indices.sort_unstable();
        indices
    }
}
