//! Writes docs/PARAMETERS.md: every parameter by stage, the chain's own first, a band of the equalizer once.

use super::table::of_chain;
use super::wrapped;
use enhancer_dsp::config::{MAX_BANDS, default_band_frequency_hz};
use enhancer_dsp::param::{ParamKind, Taper};
use enhancer_dsp::{ParamId, StageId};
use std::fmt::Write as _;

/// Title of the chain's own section.
const CHAIN: &str = "Whole chain";

/// Title of the section on the equalizer's bands.
const BANDS: &str = "Bands of the equalizer";

/// The page.
pub(super) fn text() -> String {
    let mut text = include_str!("page.md").to_owned();
    text += &index();
    section(&mut text, CHAIN, "These parameters belong to no single stage.", of_chain());
    for &stage in StageId::ALL {
        let about = format!("{} {}", stage.summary(), stage.switch().spec.usage);
        section(&mut text, stage.name(), &about, stage.params());
        if stage == StageId::Equalizer {
            section(&mut text, BANDS, &about_bands(), ParamId::of_band(0));
        }
    }
    text
}

/// A table with a row for each section, and its link.
fn index() -> String {
    let chain: Vec<&str> = of_chain().map(|param| param.spec.name).collect();
    let mut text = "\n| | section | effect | by default |\n|---|---|---|---|\n".to_owned();
    let _ = writeln!(text, "| | {} | {} | |", link(CHAIN), chain.join(", "));
    for (place, &stage) in StageId::ALL.iter().enumerate() {
        let default = if stage.switch().default_value() >= 0.5 { "on" } else { "off" };
        let (name, effect) = (link(stage.name()), cell(stage.summary().trim_end_matches('.')));
        let _ = writeln!(text, "| {} | {name} | {effect} | {default} |", place + 1);
        if stage == StageId::Equalizer {
            let names: Vec<&str> = ParamId::of_band(0).map(|param| param.spec.name).collect();
            let _ = writeln!(text, "| | {} | {} | |", link(BANDS), names.join(", "));
        }
    }
    text
}

/// A link to a section of the page. GitHub makes the anchor from the title.
fn link(title: &str) -> String {
    format!("[{title}](#{})", title.to_lowercase().replace(' ', "-"))
}

fn about_bands() -> String {
    format!(
        "The equalizer has {MAX_BANDS} bands. `N` is the number of a band, 0 to {}; hosts and the editor count from \
         1, so `equalizer.bands.0.gain` is *Band 1 Gain* in a host. A preset lists the bands that it uses, and a \
         host shows the others switched off. On the command line, `--set` switches an unused band on.",
        MAX_BANDS - 1
    )
}

fn section(text: &mut String, title: &str, about: &str, params: impl Iterator<Item = ParamId>) {
    let _ = writeln!(text, "\n## {title}\n");
    for line in wrapped(about, 110) {
        let _ = writeln!(text, "{line}");
    }
    text.push_str("\n| parameter | values | effect and *use* |\n|---|---|---|\n");
    for param in params {
        let spec = param.spec;
        let id = param.to_string().replace("bands.0.", "bands.N.");
        // The use of a whole stage stands above its table.
        let is_stage = StageId::of(&param).is_some_and(|stage| stage.switch() == param);
        let usage = if is_stage { String::new() } else { format!("<br>*{}*", cell(spec.usage)) };
        let (name, effect, values) = (cell(spec.name), cell(spec.help), values(&param));
        let _ = writeln!(text, "| **{name}**<br>`{id}` | {values} | {effect}{usage} |");
    }
}

/// Range or choices, and the default.
fn values(param: &ParamId) -> String {
    let default = match param.spec.path {
        "frequency" => {
            let of_slot = |slot| number(param, default_band_frequency_hz(slot));
            format!("default {} in the first to {} in the last band", of_slot(0), of_slot(MAX_BANDS - 1))
        }
        _ => format!("default {}", number(param, param.default_value())),
    };
    let values = match param.spec.kind {
        ParamKind::Float { min, max, taper, zero_is_off, .. } => {
            let (low, high) = (number(param, min), number(param, max));
            let low = if zero_is_off { "0 (off)" } else { without_equal_unit(&low, &high) };
            let taper = if taper == Taper::Logarithmic { ", logarithmic" } else { "" };
            format!("{low} to {high}{taper}")
        }
        ParamKind::Switch => "on or off".to_owned(),
        ParamKind::Choice(labels) => {
            labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(", ")
        }
    };
    format!("{values}<br>{default}")
}

/// The value with its unit, and a minus sign instead of a hyphen.
fn number(param: &ParamId, value: f32) -> String {
    let text = param.format_value(value);
    match param.spec.kind {
        ParamKind::Choice(_) => format!("`{text}`"),
        _ => text.replace('-', "−"),
    }
}

/// The lower end without its unit, if the upper end has the same: `−24 to 24 dB`, but `10 Hz to 30 kHz`.
fn without_equal_unit<'a>(low: &'a str, high: &str) -> &'a str {
    match (low.rsplit_once(' '), high.rsplit_once(' ')) {
        (Some((number, low_unit)), Some((_, high_unit))) if low_unit == high_unit => number,
        _ => low,
    }
}

/// Text for a cell of a table, where a bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_range_unit_taper_and_default() {
        for (id, expected) in [
            ("master_gain", "−24 to 24 dB<br>default 0 dB"),
            ("compressor.attack", "0.05 to 250 ms, logarithmic<br>default 10 ms"),
            ("compressor.ratio", "1:1 to 20:1, logarithmic<br>default 2:1"),
            ("compressor.sidechain_highpass", "0 (off) to 500 Hz<br>default off"),
            ("compressor.detector", "`peak`, `rms`<br>default `rms`"),
            ("limiter.enabled", "on or off<br>default on"),
            ("equalizer.bands.0.q", "0.1 to 40, logarithmic<br>default 0.7071"),
            ("treble_boost.frequency", "2 to 16 kHz, logarithmic<br>default 8 kHz"),
            (
                "equalizer.bands.0.frequency",
                "10 Hz to 30 kHz, logarithmic<br>default 25 Hz in the first to 16 kHz in the last band",
            ),
        ] {
            assert_eq!(values(&ParamId::find(id).unwrap()), expected, "{id}");
        }
    }

    #[test]
    fn every_parameter_has_a_row_and_every_stage_a_link() {
        let text = text();
        for param in ParamId::all().filter(|param| param.band.is_none_or(|band| band == 0)) {
            let id = param.to_string().replace("bands.0.", "bands.N.");
            assert_eq!(text.matches(&format!("<br>`{id}` |")).count(), 1, "{id}");
        }
        for stage in StageId::ALL {
            assert!(text.contains(&link(stage.name())) && text.contains(&format!("\n## {}\n", stage.name())));
        }
    }

    /// The rows of the band's switch and of the stage's have equal names, but a band's row keeps its use.
    #[test]
    fn the_use_of_a_stage_stands_above_its_table() {
        let text = text();
        let band = ParamId::find("equalizer.bands.0.enabled").unwrap();
        assert!(text.contains(&format!("<br>*{}* |", band.spec.usage)));
        for stage in StageId::ALL {
            assert!(text.contains(&format!("| {} |\n", stage.switch().spec.help)), "{}", stage.name());
        }
    }

    #[test]
    fn prose_stays_within_110_columns() {
        for line in text().lines().filter(|line| !line.starts_with('|')) {
            assert!(line.chars().count() <= 110, "{line}");
        }
    }
}
