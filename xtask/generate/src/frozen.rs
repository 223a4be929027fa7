//! The frozen lists: host parameters and LV2 ports, in the order that projects and sessions store.
//!
//! A published line never changes, moves or disappears. New lines go to the end, in the order of
//! [`ParamId::all`]. The plugin sorts its parameters by the same rule.

use crate::GenerateError;
use enhancer_dsp::ParamId;
use enhancer_dsp::param::{ParamKind, Taper};
use std::collections::HashSet;

/// The list of host parameters, with lines for new ones. A line reads `id min max taper`; the labels of a
/// choice follow.
///
/// # Errors
/// A line that differs from the table or has no parameter there.
pub(super) fn host_params(path: &str, present: &str) -> Result<String, GenerateError> {
    let lines: Vec<String> = ParamId::all().map(|param| host_param(&param)).collect();
    // The listening switches are the plugin's own parameters and not part of the table.
    extended(path, present, &lines, |id| id.starts_with("listening."))
}

/// The list of LV2 control ports, with lines for new parameters. No row of the table gives the ports of the
/// wrapper and of the meters, so a new meter's line is added by hand.
///
/// # Errors
/// A port listed twice.
pub(super) fn ports(path: &str, present: &str) -> Result<String, GenerateError> {
    // The bypass is the port `enabled`, with on and off reversed.
    let params = ParamId::all().map(|param| param.to_string()).filter(|id| id != "bypass_all");
    let lines: Vec<String> = params.map(|id| id.replace('.', "_")).collect();
    extended(path, present, &lines, |_| true)
}

fn host_param(param: &ParamId) -> String {
    let (min, max) = param.spec.kind.range();
    let taper = match param.spec.kind {
        ParamKind::Float { taper: Taper::Linear, .. } => "linear".to_owned(),
        ParamKind::Float { taper: Taper::Logarithmic, .. } => "log".to_owned(),
        ParamKind::Switch => "switch".to_owned(),
        ParamKind::Choice(labels) => format!("choice {}", labels.join(" ")),
    };
    format!("{param} {min} {max} {taper}")
}

/// Appends the lines of `wanted` whose first word is not in `present` yet. `is_foreign` accepts first words
/// that `wanted` does not have.
fn extended(
    path: &str,
    present: &str,
    wanted: &[String],
    is_foreign: impl Fn(&str) -> bool,
) -> Result<String, GenerateError> {
    let mut seen = HashSet::new();
    for line in present.lines() {
        let id = first_word(line);
        if !seen.insert(id) {
            return Err(GenerateError::Table(format!("{path} lists `{id}` twice")));
        }
        match wanted.iter().find(|wanted| first_word(wanted) == id) {
            Some(wanted) if wanted == line => {}
            Some(wanted) => return Err(GenerateError::Table(contradiction(path, line, wanted))),
            None if is_foreign(id) => {}
            None => {
                return Err(GenerateError::Table(format!(
                    "{path} has `{line}`, but the table has no `{id}`; projects store this id, so restore its row"
                )));
            }
        }
    }
    let mut text = present.to_owned();
    for line in wanted.iter().filter(|line| !seen.contains(first_word(line))) {
        text.push_str(line);
        text.push('\n');
    }
    Ok(text)
}

fn contradiction(path: &str, line: &str, wanted: &str) -> String {
    format!(
        "{path} has `{line}`, but the table gives `{wanted}`; projects store positions in the frozen range, so \
         restore the row, or give the parameter a new id"
    )
}

fn first_word(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extend(present: &str, wanted: &[&str]) -> Result<String, String> {
        let wanted: Vec<String> = wanted.iter().map(|&line| line.to_owned()).collect();
        extended("list.txt", present, &wanted, |id| id.starts_with("listening."))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn new_lines_go_to_the_end_and_present_lines_stay() {
        let present = "b 0 1 switch\nlistening.delta 0 1 switch\na 0 2 linear\n";
        let wanted = ["new.b 0 1 switch", "a 0 2 linear", "b 0 1 switch", "new.a 1 2 log"];
        let text = extend(present, &wanted).unwrap();
        assert_eq!(text, format!("{present}new.b 0 1 switch\nnew.a 1 2 log\n"));
        assert_eq!(extend(&text, &wanted).unwrap(), text, "a second run changes nothing");
    }

    #[test]
    fn a_line_that_differs_from_the_table_is_an_error_with_both() {
        let message = extend("a 0 2 linear\n", &["a 0 3 linear"]).unwrap_err();
        for part in ["list.txt", "`a 0 2 linear`", "`a 0 3 linear`", "new id"] {
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn a_line_without_a_parameter_and_a_repeated_line_are_errors() {
        let message = extend("gone 0 1 switch\n", &["a 0 3 linear"]).unwrap_err();
        assert!(message.contains("`gone 0 1 switch`") && message.contains("no `gone`"), "{message}");
        let message = extend("a 0 3 linear\na 0 3 linear\n", &["a 0 3 linear"]).unwrap_err();
        assert!(message.contains("`a` twice"), "{message}");
    }

    #[test]
    fn a_line_has_range_taper_and_labels() {
        for (id, line) in [
            ("compressor.attack", "compressor.attack 0.05 250 log"),
            ("master_gain", "master_gain -24 24 linear"),
            ("bypass_all", "bypass_all 0 1 switch"),
            ("equalizer.bands.3.slope", "equalizer.bands.3.slope 0 4 choice 6 12 24 36 48"),
        ] {
            assert_eq!(host_param(&ParamId::find(id).unwrap()), line);
        }
    }

    /// The names are those of the ports in use: dots become underscores, and the bypass is `enabled`.
    #[test]
    fn ports_are_ids_with_underscores() {
        let text = ports("ports.txt", "enabled\nlatency\n").unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..3], ["enabled", "latency", "master_gain"]);
        assert!(lines.contains(&"equalizer_bands_15_channel") && !lines.contains(&"bypass_all"));
    }
}
