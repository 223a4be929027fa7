//! Imports AutoEQ's results as CSV. The heading names the columns; `frequency` and `equalization` are the
//! curve.

use super::builder::Builder;
use super::{Format, ImportError, Imported, Source, curve};
use enhancer_dsp::config::BandChannel;

/// Imports `source` if its first line is such a heading.
pub(super) fn import(source: &Source<'_>) -> Option<Result<Imported, ImportError>> {
    let mut lines = source.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (first, heading) = lines.next()?;
    let heading = heading.to_lowercase();
    let columns: Vec<&str> = heading.split(',').map(str::trim).collect();
    let column = |name: &str| columns.iter().position(|column| *column == name);
    let frequency = column("frequency")?;
    let Some(equalization) = column("equalization") else {
        let reason = "without a column `equalization` is a measurement, not an equalizer";
        let refused = ImportError::Refused { format: Format::AutoEqCsv, reason: reason.to_owned() };
        return column("raw").map(|_| Err(refused));
    };
    let mut builder = Builder::default();
    let mut points = Vec::new();
    for (index, line) in lines {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let field = |column: usize| fields.get(column)?.parse::<f64>().ok().filter(|value| value.is_finite());
        match (field(frequency), field(equalization)) {
            (Some(frequency), Some(gain)) if frequency > 0.0 => points.push((frequency, gain)),
            _ => builder.note(index + 1, "the line has no frequency or no equalization and is left out"),
        }
    }
    if let Some(curve) = curve::of_points(points) {
        builder.curve(first + 1, BandChannel::Stereo, curve);
    }
    Some(builder.finish(Format::AutoEqCsv, &source.name))
}
