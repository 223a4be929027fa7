//! Turtle (<https://www.w3.org/TR/turtle/>), as much of it as a bundle needs.

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

/// A file's head: the prefixes that it uses.
pub(super) fn prefixes(used: &[&str]) -> String {
    let lines = PREFIXES.iter().filter(|(name, _)| used.contains(name));
    lines.map(|(name, uri)| format!("@prefix {name}: <{uri}> .\n")).collect()
}

/// A URI, absolute or of a file of the bundle. What a URI can't hold is escaped.
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

/// A string.
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

/// A port's value: a whole number where the port takes nothing else.
pub(super) fn number(kind: PortKind, value: f32) -> String {
    match kind {
        PortKind::Number | PortKind::Logarithmic => decimal(value),
        PortKind::Integer | PortKind::Toggle | PortKind::Enumeration => format!("{value:.0}"),
    }
}

/// A decimal number, the shortest that a float reads back to the bit.
pub(super) fn decimal(value: f32) -> String {
    let digits = value.to_string();
    if digits.contains('.') { digits } else { digits + ".0" }
}

/// A node without a name, `depth` tabs in.
pub(super) fn node(depth: usize, pairs: &[(&str, String)]) -> String {
    let tabs = "\t".repeat(depth);
    let lines: Vec<String> = pairs.iter().map(|(verb, object)| format!("{tabs}\t{verb} {object}")).collect();
    format!("[\n{}\n{tabs}]", lines.join(" ;\n"))
}

/// A named thing and what is said of it. Objects of one verb stand together, verbs in the order of their first use.
pub(super) struct Subject {
    iri: String,
    verbs: Vec<(String, Vec<String>)>,
}

impl Subject {
    pub(super) fn new(iri: String) -> Self {
        Self { iri, verbs: Vec::new() }
    }

    /// Says what it is.
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

    /// The statement, after an empty line.
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
    fn what_turtle_would_misread_is_escaped() {
        assert_eq!(text("a \"b\"\\\nc"), r#""a \"b\"\\\nc""#);
        assert_eq!(iri("Audio Enhancer.so"), "<Audio%20Enhancer.so>");
        assert_eq!(iri("a>b"), "<a%3Eb>");
    }

    #[test]
    fn numbers_read_back_to_the_bit() {
        for value in [0.1f32, -24.0, 30_000.0, 0.62, 1e-7, 16_777_216.0] {
            assert_eq!(decimal(value).parse(), Ok(value));
            assert!(decimal(value).contains('.'), "{value}");
        }
        assert_eq!(number(PortKind::Integer, 3.0), "3");
    }
}
