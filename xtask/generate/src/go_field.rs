//! One field of a Go struct, and the field of a row: type, tag and comment.

use super::table::field;
use super::wrapped;
use enhancer_dsp::ParamSpec;
use enhancer_dsp::param::{ParamKind, Unit};
use std::fmt;

/// Longest comment line: 110 columns less the indent of four and `// `.
const COMMENT_WIDTH: usize = 103;

/// One field of a Go struct; its [`Display`](fmt::Display) is the source text.
pub(super) struct Field {
    /// Lines of the comment.
    pub(super) comment: Vec<String>,
    pub(super) name: String,
    /// Go type.
    pub(super) kind: String,
    /// Name in JSON.
    pub(super) json: String,
    /// True if JSON omits Go's zero value.
    pub(super) is_omitted: bool,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.comment {
            writeln!(f, "\t// {line}")?;
        }
        let option = if self.is_omitted { ",omitempty" } else { "" };
        writeln!(f, "\t{} {} `json:\"{}{option}\"`", self.name, self.kind, self.json)
    }
}

/// The field of a row.
pub(super) fn row(spec: &ParamSpec, is_omitted: bool) -> Field {
    let is_pointer = is_omitted && zero_is_another_value(spec);
    let kind = format!("{}{}", if is_pointer { "*" } else { "" }, go_type(&spec.kind));
    let mut facts = facts(spec);
    if let Some(zero) = zero_name(spec, is_pointer).filter(|_| is_omitted) {
        facts += &format!(" {zero} takes the default.");
    }
    let mut comment = wrapped(spec.help, COMMENT_WIDTH);
    comment.extend(wrapped(&facts, COMMENT_WIDTH));
    Field { comment, name: go_name(field(spec)), kind, json: field(spec).to_owned(), is_omitted }
}

/// The Go name of a JSON name: `mono_below` gives `MonoBelow`.
pub(super) fn go_name(json: &str) -> String {
    json.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase())
                .into_iter()
                .chain(letters)
                .collect::<String>()
        })
        .collect()
}

fn go_type(kind: &ParamKind) -> &'static str {
    match kind {
        ParamKind::Float { .. } => "float64",
        ParamKind::Switch => "bool",
        ParamKind::Choice(labels) if are_numbers(labels) => "int",
        ParamKind::Choice(_) => "string",
    }
}

fn are_numbers(labels: &[&str]) -> bool {
    labels.iter().all(|label| label.parse::<i32>().is_ok())
}

fn default_label(labels: &'static [&'static str], default: f32) -> &'static str {
    labels.get(default.round() as usize).copied().unwrap_or_default()
}

/// True if Go's zero value is valid and differs from the default: an omitted field then needs a pointer.
fn zero_is_another_value(spec: &ParamSpec) -> bool {
    match spec.kind {
        ParamKind::Float { min, max, .. } => (min..=max).contains(&0.0) && spec.default != 0.0,
        ParamKind::Switch => spec.default >= 0.5,
        ParamKind::Choice(labels) => labels.contains(&"0") && default_label(labels, spec.default) != "0",
    }
}

/// The Go value that takes the default, if it is not the default itself.
fn zero_name(spec: &ParamSpec, is_pointer: bool) -> Option<&'static str> {
    match spec.kind {
        _ if is_pointer => Some("Nil"),
        ParamKind::Float { .. } => (spec.default != 0.0).then_some("Zero"),
        ParamKind::Switch => None,
        ParamKind::Choice(labels) if are_numbers(labels) => (!labels.contains(&"0")).then_some("Zero"),
        ParamKind::Choice(_) => Some("Empty"),
    }
}

/// Range or choices, and the default.
fn facts(spec: &ParamSpec) -> String {
    match spec.kind {
        ParamKind::Float { min, max, unit, zero_is_off, .. } => {
            let range = match unit {
                Unit::Ratio => format!("{min}:1 to {max}:1"),
                _ if zero_is_off => format!("0 (off) to {max} {}", unit.symbol()),
                _ => format!("{min} to {max} {}", unit.symbol()),
            };
            // Each band slot has a default frequency of its own.
            let default =
                if spec.path == "frequency" { String::new() } else { format!(", default {}", spec.default) };
            format!("Range {}{default}.", range.trim_end())
        }
        ParamKind::Switch => format!("Default {}.", spec.default >= 0.5),
        ParamKind::Choice(labels) => {
            let quoted =
                |label: &str| if are_numbers(labels) { label.to_owned() } else { format!("\"{label}\"") };
            let all: Vec<String> = labels.iter().map(|label| quoted(label)).collect();
            format!("One of {}; default {}.", all.join(", "), quoted(default_label(labels, spec.default)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use enhancer_dsp::ParamId;
    use enhancer_dsp::param::Taper;

    fn of(id: &str, is_omitted: bool) -> Field {
        row(ParamId::find(id).unwrap().spec, is_omitted)
    }

    fn last_line(field: &Field) -> &str {
        field.comment.last().map_or("", String::as_str)
    }

    #[test]
    fn names_have_no_initialisms() {
        for (json, go) in [("mono_below", "MonoBelow"), ("q", "Q"), ("eq_id", "EqId")] {
            assert_eq!(go_name(json), go);
        }
    }

    #[test]
    fn only_an_omitted_field_with_another_valid_zero_is_a_pointer() {
        for (id, is_omitted, kind) in [
            ("compressor.mix", true, "*float64"),
            ("compressor.mix", false, "float64"),
            ("compressor.sidechain_highpass", true, "float64"),
            ("compressor.attack", true, "float64"),
            ("equalizer.bands.0.enabled", true, "*bool"),
            ("compressor.auto_makeup", true, "bool"),
            ("equalizer.bands.0.slope", true, "int"),
            ("compressor.detector", true, "string"),
        ] {
            assert_eq!(of(id, is_omitted).kind, kind, "{id}");
        }
    }

    #[test]
    fn comments_end_with_range_default_and_omission() {
        for (id, is_omitted, line) in [
            ("master_gain", false, "Range -24 to 24 dB, default 0."),
            ("compressor.ratio", false, "Range 1:1 to 20:1, default 2."),
            ("compressor.attack", true, "Range 0.05 to 250 ms, default 10. Zero takes the default."),
            ("compressor.sidechain_highpass", true, "Range 0 (off) to 500 Hz, default 0."),
            ("compressor.mix", true, "Range 0 to 100 %, default 100. Nil takes the default."),
            (
                "compressor.detector",
                true,
                "One of \"peak\", \"rms\"; default \"rms\". Empty takes the default.",
            ),
            (
                "equalizer.bands.0.slope",
                true,
                "One of 6, 12, 24, 36, 48; default 12. Zero takes the default.",
            ),
            ("equalizer.bands.0.frequency", false, "Range 10 to 30000 Hz."),
            ("equalizer.bands.0.q", false, "Range 0.1 to 40, default 0.7071."),
            ("limiter.enabled", false, "Default true."),
        ] {
            assert_eq!(last_line(&of(id, is_omitted)), line, "{id}");
        }
    }

    #[test]
    fn a_choice_with_a_valid_zero_needs_a_pointer_unless_zero_is_the_default() {
        let spec = |default| ParamSpec {
            path: "a.order",
            name: "",
            help: "Order.",
            usage: "",
            kind: ParamKind::Choice(&["0", "1"]),
            default,
        };
        assert_eq!(row(&spec(1.0), true).kind, "*int");
        assert_eq!(row(&spec(0.0), true).kind, "int");
        assert_eq!(last_line(&row(&spec(0.0), true)), "One of 0, 1; default 0.");
    }

    #[test]
    fn comments_wrap_at_110_columns() {
        let kind = ParamKind::Float {
            min: 0.0,
            max: 1.0,
            unit: Unit::None,
            taper: Taper::Linear,
            zero_is_off: false,
        };
        let help = Box::leak("word ".repeat(60).into_boxed_str());
        let spec = ParamSpec { path: "a.b", name: "", help, usage: "", kind, default: 0.0 };
        let field = row(&spec, true);
        assert!(field.comment.len() == 4 && field.comment.iter().all(|line| line.chars().count() <= 103));
    }
}
