//! One filter line of Equalizer APO: `ON PK Fc 105 Hz Gain -3.0 dB Q 0.70`.
//!
//! Bandwidths are in octaves (`BW Oct 0.167`, `BW Oct 1/6`) or, as Room EQ Wizard writes them for equalizers
//! of Behringer, in sixtieths (`BW/60 10`). Frequencies may have units (`1 kHz`, `1k`).

use super::decimals::Decimals;
use crate::import::filter::{Shape, Values};
use crate::import::words::{Number, Piece, hertz_per, pieces};
use enhancer_dsp::config::EqBand;

/// What a filter line says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    /// A filter that we have.
    Band {
        /// The filter, every value in its range.
        band: EqBand,
        /// What had to be changed.
        changes: Vec<String>,
    },
    /// A line that sets nothing, such as `ON None`.
    Empty,
    /// A line that can't be taken over, and why.
    Refused(String),
}

/// Reads what follows `Filter 1:`.
pub(super) fn parse(parameters: &str, decimals: Decimals) -> Filter {
    let pieces = pieces(parameters);
    let mut rest = pieces.as_slice();
    let enabled = match next_word(&mut rest) {
        Some("ON") => true,
        Some("OFF") => false,
        _ => return Filter::Refused("a filter starts with ON or OFF".to_owned()),
    };
    let Some(word) = next_word(&mut rest) else { return Filter::Empty };
    let first_order = is_first_order(parameters);
    let shape = if first_order { Shape::of(&format!("{word}1")) } else { Shape::of(word) };
    let Some(shape) = shape else {
        return match word {
            "NONE" => Filter::Empty,
            "AP" => Filter::Refused("an all-pass changes no level and is left out".to_owned()),
            _ => Filter::Refused(format!("filter type {word} is not supported")),
        };
    };
    let mut changes = Vec::new();
    let read = read(rest, decimals, &mut changes).and_then(|values| values.band(shape, enabled));
    match read {
        Ok((band, held)) => Filter::Band { band, changes: [changes, held].concat() },
        Err(reason) => Filter::Refused(reason),
    }
}

fn next_word<'a>(pieces: &mut &'a [Piece]) -> Option<&'a str> {
    let (Piece::Word(word), rest) = pieces.split_first()? else { return None };
    *pieces = rest;
    Some(word)
}

/// Room EQ Wizard's passes of 6 dB per octave end in a 1 that stands right at the name.
fn is_first_order(parameters: &str) -> bool {
    let kind = parameters.split_whitespace().nth(1).unwrap_or_default();
    kind.eq_ignore_ascii_case("LP1") || kind.eq_ignore_ascii_case("HP1")
}

fn read(pieces: &[Piece], decimals: Decimals, changes: &mut Vec<String>) -> Result<Values, String> {
    let mut values = Values::default();
    // A shelf's slope comes first, without a key.
    if let [Piece::Number(slope), Piece::Word(unit), ..] = pieces
        && unit == "DB"
    {
        values.slope_db = Some(slope.value);
    }
    let mut rest = pieces;
    while let Some((piece, after)) = rest.split_first() {
        rest = after;
        let Piece::Word(key) = piece else { continue };
        match (key.as_str(), after) {
            ("FC", [Piece::Number(number), after @ ..]) => {
                values.frequency_hz = Some(hertz(*number, after, decimals, changes));
            }
            ("GAIN", [Piece::Number(number), ..]) => values.gain_db = Some(number.value),
            ("Q", [Piece::Number(number), ..]) => values.q = Some(number.value),
            ("BW", _) => values.octaves = Some(octaves(after).ok_or("BW has no number")?),
            ("FC" | "GAIN" | "Q", _) => return Err(format!("{key} has no number")),
            _ => {}
        }
    }
    Ok(values)
}

/// Thousands that the unit says count; those that three decimals may hide don't come on top.
fn hertz(number: Number, after: &[Piece], decimals: Decimals, changes: &mut Vec<String>) -> f64 {
    match after.first() {
        Some(Piece::Word(unit)) if hertz_per(unit) == Some(1000.0) => 1000.0 * number.value,
        _ => decimals.hertz(number, changes),
    }
}

/// The bandwidth after `BW`: `Oct 0.167`, `Oct 1/6`, `1.5`, or in sixtieths `/60 10`.
fn octaves(after: &[Piece]) -> Option<f64> {
    let after = match after {
        [Piece::Word(unit), after @ ..] if unit.starts_with("OCT") => after,
        _ => after,
    };
    match after {
        [Piece::Slash, Piece::Number(parts), Piece::Number(count), ..] => Some(count.value / parts.value),
        [Piece::Number(count), Piece::Slash, Piece::Number(parts), ..] => Some(count.value / parts.value),
        [Piece::Number(octaves), ..] => Some(octaves.value),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
