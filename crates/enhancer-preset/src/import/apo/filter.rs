//! Reads one filter line of Equalizer APO: `ON PK Fc 105 Hz Gain -3.0 dB Q 0.70`.
//!
//! A bandwidth is in octaves (`BW Oct 0.167`, `BW Oct 1/6`) or in sixtieths of an octave (`BW/60 10`),
//! which Room EQ Wizard writes for Behringer equalizers. A frequency may have a unit (`1 kHz`, `1k`).

use super::decimals::Decimals;
use crate::import::filter::{Shape, Values};
use crate::import::tokens::{Number, Token, hertz_per, tokens};
use enhancer_dsp::config::EqBand;

/// The content of a filter line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    /// A supported filter.
    Band {
        /// The filter as a band, each value in its range.
        band: EqBand,
        /// A text for each changed value.
        changes: Vec<String>,
    },
    /// A line without a filter, such as `ON None`.
    Empty,
    /// An unsupported or invalid filter, and the reason.
    Refused(String),
}

/// Reads the parameters after `Filter 1:`.
pub(super) fn parse(parameters: &str, decimals: Decimals) -> Filter {
    let tokens = tokens(parameters);
    let mut rest = tokens.as_slice();
    let enabled = match next_word(&mut rest) {
        Some("ON") => true,
        Some("OFF") => false,
        _ => return Filter::Refused("it does not start with ON or OFF".to_owned()),
    };
    let Some(word) = next_word(&mut rest) else { return Filter::Empty };
    let first_order = is_first_order(parameters);
    let shape = if first_order { Shape::of(&format!("{word}1")) } else { Shape::of(word) };
    let Some(shape) = shape else {
        return match word {
            "NONE" => Filter::Empty,
            "AP" => Filter::Refused("an all-pass has no effect on levels".to_owned()),
            _ => Filter::Refused(format!("the type {word} is not supported")),
        };
    };
    let mut changes = Vec::new();
    let read = read(rest, decimals, &mut changes).and_then(|values| values.band(shape, enabled));
    match read {
        Ok((band, held)) => Filter::Band { band, changes: [changes, held].concat() },
        Err(reason) => Filter::Refused(reason),
    }
}

fn next_word<'a>(tokens: &mut &'a [Token]) -> Option<&'a str> {
    let (Token::Word(word), rest) = tokens.split_first()? else { return None };
    *tokens = rest;
    Some(word)
}

/// Room EQ Wizard's first-order passes have a 1 directly after the name.
fn is_first_order(parameters: &str) -> bool {
    let kind = parameters.split_whitespace().nth(1).unwrap_or_default();
    kind.eq_ignore_ascii_case("LP1") || kind.eq_ignore_ascii_case("HP1")
}

fn read(tokens: &[Token], decimals: Decimals, changes: &mut Vec<String>) -> Result<Values, String> {
    let mut values = Values::default();
    // A shelf's slope comes first and has no key.
    if let [Token::Number(slope), Token::Word(unit), ..] = tokens
        && unit == "DB"
    {
        values.slope_db = Some(slope.value);
    }
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        let Token::Word(key) = token else { continue };
        match (key.as_str(), after) {
            ("FC", [Token::Number(number), after @ ..]) => {
                values.frequency_hz = Some(hertz(*number, after, decimals, changes));
            }
            ("GAIN", [Token::Number(number), ..]) => values.gain_db = Some(number.value),
            ("Q", [Token::Number(number), ..]) => values.q = Some(number.value),
            ("BW", _) => values.octaves = Some(octaves(after).ok_or("BW has no number")?),
            ("FC" | "GAIN" | "Q", _) => return Err(format!("{key} has no number")),
            _ => {}
        }
    }
    Ok(values)
}

/// A unit of kHz settles the value; a number without one may still hide thousands in three decimals.
fn hertz(number: Number, after: &[Token], decimals: Decimals, changes: &mut Vec<String>) -> f64 {
    match after.first() {
        Some(Token::Word(unit)) if hertz_per(unit) == Some(1000.0) => 1000.0 * number.value,
        _ => decimals.hertz(number, changes),
    }
}

/// The bandwidth in octaves after `BW`: `Oct 0.167`, `Oct 1/6`, `1.5`, or in sixtieths `/60 10`.
fn octaves(after: &[Token]) -> Option<f64> {
    let after = match after {
        [Token::Word(unit), after @ ..] if unit.starts_with("OCT") => after,
        _ => after,
    };
    match after {
        [Token::Slash, Token::Number(parts), Token::Number(count), ..] => Some(count.value / parts.value),
        [Token::Number(count), Token::Slash, Token::Number(parts), ..] => Some(count.value / parts.value),
        [Token::Number(octaves), ..] => Some(octaves.value),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
