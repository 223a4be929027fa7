//! Units in LV2's ontology (<https://lv2plug.in/ns/extensions/units>).

/// A unit in the Turtle files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unit {
    /// No unit.
    None,
    /// A unit of the ontology, by its local name.
    Known(&'static str),
    /// A unit that the ontology lacks, by its symbol.
    Own(String),
}

impl Unit {
    /// Finds the unit for a symbol such as `dB`.
    pub(crate) fn of(text: &str) -> Self {
        let known = match text.trim() {
            "" => return Self::None,
            "dB" => "db",
            "Hz" => "hz",
            "kHz" => "khz",
            "MHz" => "mhz",
            "s" | "sec" => "s",
            "ms" => "ms",
            "min" => "min",
            "%" => "pc",
            "°" | "deg" => "degree",
            "st" | "semitones" => "semitone12TET",
            "ct" | "cents" => "cent",
            "oct" => "oct",
            "bpm" | "BPM" => "bpm",
            "beats" => "beat",
            "bars" => "bar",
            "samples" | "frames" => "frame",
            "m" => "m",
            "cm" => "cm",
            other => return Self::Own(other.to_owned()),
        };
        Self::Known(known)
    }
}

#[cfg(test)]
mod tests {
    use super::Unit;

    #[test]
    fn known_units_use_the_ontology() {
        assert_eq!(Unit::of(" dB"), Unit::Known("db"));
        assert_eq!(Unit::of("%"), Unit::Known("pc"));
        assert_eq!(Unit::of("dBTP"), Unit::Own("dBTP".to_owned()));
        assert_eq!(Unit::of(""), Unit::None);
    }
}
