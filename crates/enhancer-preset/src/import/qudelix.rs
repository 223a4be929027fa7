//! Filters for Qudelix's devices as squig.link writes them (`.q5k`): the preamp on the first line, then one
//! filter a line, `PK 105 -3.0 0.700`, with frequency in Hz, gain in dB and Q.

use super::filter::{Shape, Values};
use super::taken::Taken;
use super::words::{Piece, only_number, pieces};
use super::{Format, ImportError, Imported, Source};
use enhancer_dsp::config::BandChannel;

/// Reads `source` if every line has that form.
pub(super) fn import(source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    let mut lines = source.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).peekable();
    let mut taken = Taken::default();
    if let Some((_, first)) = lines.peek()
        && let Some(preamp_db) = preamp_db(first)
    {
        taken.gain(preamp_db);
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
        taken.filter(index + 1, &format!("filter {kind}"), shape, &values, (true, BandChannel::Stereo));
    }
    (filters > 0).then(|| taken.finish(Format::Qudelix, &source.name))
}

fn preamp_db(line: &str) -> Option<f64> {
    match pieces(line).as_slice() {
        [Piece::Number(number)] => Some(number.value),
        [Piece::Number(number), Piece::Word(unit)] if unit == "DB" => Some(number.value),
        _ => None,
    }
}
