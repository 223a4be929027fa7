//! Imports a curve as lines of two numbers, frequency in Hz or kHz and gain in dB, separated by a tab, a
//! semicolon, a comma or spaces.
//!
//! A heading may come first. Lines that begin with `#`, `*`, `;` or `//` are comments.

use super::builder::Builder;
use super::tokens::{Token, hertz_per, tokens};
use super::{Format, ImportError, Imported, Source, curve};
use enhancer_dsp::config::BandChannel;

/// The largest number of heading lines.
const MAX_HEADING: usize = 20;
/// Values above this are levels of a measurement, not gains, dB.
const MAX_GAIN_DB: f64 = 40.0;

/// Imports `source` if every line after the heading is two numbers.
pub(super) fn import(source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    let is_comment = |line: &str| ["#", "*", ";", "//"].iter().any(|sign| line.starts_with(sign));
    let lines = source.text.lines().map(str::trim).enumerate();
    let lines: Vec<(usize, &str)> = lines.filter(|(_, line)| !line.is_empty() && !is_comment(line)).collect();
    let heading = lines.iter().take_while(|(_, line)| row(line).is_none()).count();
    if heading > MAX_HEADING {
        return None;
    }
    let lines = lines.get(heading..)?;
    let rows: Vec<Vec<f64>> = lines.iter().map_while(|(_, line)| row(line)).collect();
    let columns = rows.first()?.len();
    if rows.len() < 2 || rows.len() < lines.len() || rows.iter().any(|row| row.len() != columns) {
        return None;
    }
    let audible = |row: &Vec<f64>| row.first().is_some_and(|hz| (20.0..=20_000.0).contains(hz));
    if columns < 2 || !rows.iter().any(audible) {
        return None;
    }
    let (first, _) = lines.first()?;
    Some(read(&rows, columns, first + 1, source))
}

fn read(
    rows: &[Vec<f64>],
    columns: usize,
    line: usize,
    source: &Source<'_>,
) -> Result<Imported, ImportError> {
    let refused = |reason: String| Err(ImportError::Refused { format: Format::Table, reason });
    if columns > 2 {
        return refused(format!("has two columns, frequency and gain; this file has {columns}"));
    }
    let points: Vec<(f64, f64)> = rows.iter().filter_map(|row| Some((*row.first()?, *row.get(1)?))).collect();
    if points.iter().any(|(frequency, _)| *frequency <= 0.0) {
        return refused("has frequencies above 0 Hz in its first column; this file has others".to_owned());
    }
    if let Some((_, gain)) = points.iter().find(|(_, gain)| gain.abs() > MAX_GAIN_DB) {
        let reason = format!(
            "has gains in its second column; {gain} dB is beyond ±{MAX_GAIN_DB} dB, so it is a level of a measurement"
        );
        return refused(reason);
    }
    let mut builder = Builder::default();
    if let Some(curve) = curve::of_points(points) {
        builder.curve(line, BandChannel::Stereo, curve);
    }
    builder.finish(Format::Table, &source.name)
}

/// The numbers of a line; `None` if it has anything else.
fn row(line: &str) -> Option<Vec<f64>> {
    let fields: Vec<&str> = if line.contains('\t') {
        line.split('\t').collect()
    } else if line.contains(';') {
        line.trim_end_matches(';').split(';').collect()
    } else if line.contains(char::is_whitespace) && !line.contains(", ") && has_numbers_only(line) {
        line.split_whitespace().collect()
    } else {
        line.split(',').collect()
    };
    fields.into_iter().filter(|field| !field.trim().is_empty()).map(field).collect()
}

/// True if the line has numbers only, so that spaces separate numbers, not units.
fn has_numbers_only(line: &str) -> bool {
    tokens(line).iter().all(|token| matches!(token, Token::Number(_)))
}

/// A number with an optional unit: dB, Hz or kHz.
fn field(text: &str) -> Option<f64> {
    match tokens(text).as_slice() {
        [Token::Number(number)] => Some(number.value),
        [Token::Number(number), Token::Word(unit)] if unit == "DB" => Some(number.value),
        [Token::Number(number), Token::Word(unit)] => Some(number.value * hertz_per(unit)?),
        _ => None,
    }
}
