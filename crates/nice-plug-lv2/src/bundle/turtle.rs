//! Writes the subset of Turtle (<https://www.w3.org/TR/turtle/>) that a bundle uses.

use crate::port::PortKind;
use std::fmt::Write;

const PREFIXES: &[(&str, &str)] = &[
    ("atom", "http://lv2plug.in/ns/ext/atom#"),
    ("bufsz", "http://lv2plug.in/ns/ext/buf-size#"),
    ("doap", "http://usefulinc.com/ns/doap#"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("log", "http://lv2plug.in/ns/ext/log#"),
    ("lv2", "http://lv2plug.in/ns/lv2core#"),
    ("midi", "http://lv2plug.in/ns/ext/midi#"),
    ("opts", "http://lv2plug.in/ns/ext/options#"),
    ("pg", "http://lv2plug.in/ns/ext/port-groups#"),
    ("pprops", "http://lv2plug.in/ns/ext/port-props#"),
    ("pset", "http://lv2plug.in/ns/ext/presets#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("state", "http://lv2plug.in/ns/ext/state#"),
    ("ui", "http://lv2plug.in/ns/extensions/ui#"),
    ("units", "http://lv2plug.in/ns/extensions/units#"),
    ("urid", "http://lv2plug.in/ns/ext/urid#"),
    ("work", "http://lv2plug.in/ns/ext/worker#"),
];

/// The declarations of the prefixes in `used`, for the start of a file.
pub(super) fn prefixes(used: &[&str]) -> String {
    let lines = PREFIXES.iter().filter(|(name, _)| used.contains(name));
    lines.map(|(name, uri)| format!("@prefix {name}: <{uri}> .\n")).collect()
}

/// A URI, absolute or relative to the bundle. Forbidden characters are percent-encoded.
pub(super) fn iri(uri: &str) -> String {
    let mut escaped = String::from("<");
    for byte in uri.bytes() {
        if byte.is_ascii_graphic() && !b"<>\"{}|^`\\".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped + ">"
}

/// A string literal, escaped.
pub(super) fn text(text: &str) -> String {
    let mut quoted = String::from("\"");
    for char in text.chars() {
        match char {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            '\n' => quoted += "\\n",
            '\r' => quoted += "\\r",
            '\t' => quoted += "\\t",
            char => quoted.push(char),
        }
    }
    quoted + "\""
}

/// A port's value; written as a whole number if the port accepts only those.
pub(super) fn number(kind: PortKind, value: f32) -> String {
    match kind {
        PortKind::Number | PortKind::Logarithmic => decimal(value),
        PortKind::Integer | PortKind::Toggle | PortKind::Enumeration => format!("{value:.0}"),
    }
}

/// The shortest decimal number that parses to the same float.
pub(super) fn decimal(value: f32) -> String {
    let digits = value.to_string();
    if digits.contains('.') { digits } else { digits + ".0" }
}

/// A blank node, indented by `depth` tabs.
pub(super) fn node(depth: usize, pairs: &[(&str, String)]) -> String {
    let tabs = "\t".repeat(depth);
    let lines: Vec<String> = pairs.iter().map(|(verb, object)| format!("{tabs}\t{verb} {object}")).collect();
    format!("[\n{}\n{tabs}]", lines.join(" ;\n"))
}

/// A subject and its statements. Objects of the same verb are grouped; verbs keep the order of their first
/// use.
pub(super) struct Subject {
    iri: String,
    verbs: Vec<(String, Vec<String>)>,
}

impl Subject {
    pub(super) fn new(iri: String) -> Self {
        Self { iri, verbs: Vec::new() }
    }

    /// Adds a class of the subject.
    pub(super) fn is(&mut self, class: &str) -> &mut Self {
        self.add("a", class.to_owned())
    }

    pub(super) fn add(&mut self, verb: &str, object: String) -> &mut Self {
        match self.verbs.iter_mut().find(|(present, _)| present == verb) {
            Some((_, objects)) => objects.push(object),
            None => self.verbs.push((verb.to_owned(), vec![object])),
        }
        self
    }

    /// The subject's statements, after an empty line.
    pub(super) fn end(&self) -> String {
        let verbs: Vec<String> =
            self.verbs.iter().map(|(verb, objects)| format!("\t{verb} {}", objects.join(" , "))).collect();
        format!("\n{}\n{} .\n", self.iri, verbs.join(" ;\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(text("a \"b\"\\\nc"), r#""a \"b\"\\\nc""#);
        assert_eq!(iri("Audio Enhancer.so"), "<Audio%20Enhancer.so>");
        assert_eq!(iri("a>b"), "<a%3Eb>");
    }

    #[test]
    fn numbers_parse_to_the_same_bits() {
        for value in [0.1f32, -24.0, 30_000.0, 0.62, 1e-7, 16_777_216.0] {
            assert_eq!(decimal(value).parse(), Ok(value));
            assert!(decimal(value).contains('.'), "{value}");
        }
        assert_eq!(number(PortKind::Integer, 3.0), "3");
    }
}
