//! A curve as lines of two numbers, frequency in Hz (or kHz) and gain in dB, parted by a tab, semicolon,
//! comma or spaces.
//!
//! A heading may come first; lines that begin with `#`, `*`, `;` or `//` are comments.

use super::taken::Taken;
use super::words::{Piece, hertz_per, pieces};
use super::{Format, ImportError, Imported, Source, curve};
use enhancer_dsp::config::BandChannel;

/// Lines that a heading may have.
const MAX_HEADING: usize = 20;
/// Gains beyond this are levels of a measurement, dB.
const MAX_GAIN_DB: f64 = 40.0;

/// Reads `source` if every line after a heading is two numbers.
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
        return refused(format!("has two columns, this file has {columns}; keep frequency and gain"));
    }
    let points: Vec<(f64, f64)> = rows.iter().filter_map(|row| Some((*row.first()?, *row.get(1)?))).collect();
    if points.iter().any(|(frequency, _)| *frequency <= 0.0) {
        return refused("has frequencies above 0 Hz in its first column; check the file".to_owned());
    }
    if let Some((_, gain)) = points.iter().find(|(_, gain)| gain.abs() > MAX_GAIN_DB) {
        let reason = format!("has gains in its second column, but {gain} dB is a level, as of a measurement");
        return refused(reason + "; give the gains of an equalizer");
    }
    let mut taken = Taken::default();
    if let Some(curve) = curve::of_points(points) {
        taken.curve(line, BandChannel::Stereo, curve);
    }
    taken.finish(Format::Table, &source.name)
}

/// The numbers of a line; `None` if it has anything else.
fn row(line: &str) -> Option<Vec<f64>> {
    let fields: Vec<&str> = if line.contains('\t') {
        line.split('\t').collect()
    } else if line.contains(';') {
        line.trim_end_matches(';').split(';').collect()
    } else if line.contains(char::is_whitespace) && !line.contains(", ") && pieces_are_bare(line) {
        line.split_whitespace().collect()
    } else {
        line.split(',').collect()
    };
    fields.into_iter().filter(|field| !field.trim().is_empty()).map(field).collect()
}

/// Whether spaces part numbers rather than numbers and their units.
fn pieces_are_bare(line: &str) -> bool {
    pieces(line).iter().all(|piece| matches!(piece, Piece::Number(_)))
}

/// A number with or without its unit.
fn field(text: &str) -> Option<f64> {
    match pieces(text).as_slice() {
        [Piece::Number(number)] => Some(number.value),
        [Piece::Number(number), Piece::Word(unit)] if unit == "DB" => Some(number.value),
        [Piece::Number(number), Piece::Word(unit)] => Some(number.value * hertz_per(unit)?),
        _ => None,
    }
}
