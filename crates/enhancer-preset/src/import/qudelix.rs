//! Imports filter lists for Qudelix devices as squig.link writes them (`.q5k`). The first line is the
//! preamp. Each further line is a filter with frequency in Hz, gain in dB and Q: `PK 105 -3.0 0.700`.

use super::builder::Builder;
use super::filter::{Shape, Values};
use super::tokens::{Token, only_number, tokens};
use super::{Format, ImportError, Imported, Source};
use enhancer_dsp::config::BandChannel;

/// Imports `source` if every line has that form.
pub(super) fn import(source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    let mut lines = source.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
    let mut builder = Builder::default();
    if let Some((_, first)) = lines.peek()
        && let Some(preamp_db) = preamp_db(first)
    {
        builder.gain(preamp_db);
        lines.next();
    }
    let mut filters = 0;
    for (index, line) in lines {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [kind, frequency, gain, q] = fields.as_slice() else { return None };
        let kind = kind.to_uppercase();
        let shape = Shape::of(&kind);
        if shape.is_none() && kind != "AP" {
            return None;
        }
        let values =
            Values::new(Some(only_number(frequency)?), Some(only_number(gain)?), Some(only_number(q)?));
        filters += 1;
        builder.filter(index + 1, &format!("filter {kind}"), shape, &values, (true, BandChannel::Stereo));
    }
    (filters > 0).then(|| builder.finish(Format::Qudelix, &source.name))
}

fn preamp_db(line: &str) -> Option<f64> {
    match tokens(line).as_slice() {
        [Token::Number(number)] => Some(number.value),
        [Token::Number(number), Token::Word(unit)] if unit == "DB" => Some(number.value),
        _ => None,
    }
}
