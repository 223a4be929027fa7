//! Spectra before and after, above the response of the chain.

use super::panels::{EDGES, band_points, frequencies, highest_hz, levels, title, top_db};
use super::{BEFORE, FigureError, LOUDNESS, SOUND, write};
use enhancer_dsp::meter::AudioAnalysis;
use enhancer_figure::{Align, Axis, Color, INK, Point, Sheet, Weight};
use std::path::Path;

/// The contents of a comparison.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SpectraData<'a> {
    /// Title of the figure.
    pub(crate) title: &'a str,
    /// Sample rate, Hz.
    pub(crate) sample_rate_hz: f64,
    /// Analysis of the input, with its spectrum.
    pub(crate) before: &'a AudioAnalysis,
    /// Analysis of the output, with its spectrum.
    pub(crate) after: &'a AudioAnalysis,
    /// The response of the chain's linear stages: pairs of Hz and dB.
    pub(crate) response: &'a [(f64, f64)],
}

/// Draws spectra before and after, in 1/12-octave bands, above the response. An existing file is replaced.
///
/// # Errors
/// An extension other than `.svg` and `.png`; a file that can't be written.
pub(crate) fn spectra_figure(path: &Path, data: &SpectraData<'_>) -> Result<(), FigureError> {
    write(path, true, (1600, 820), &mut |sheet| paint(sheet, data))
}

fn paint(sheet: &mut dyn Sheet, data: &SpectraData<'_>) {
    sheet.text((64.0, 58.0), 28.0, Weight::Medium, Align::Left, INK, data.title);
    legend(sheet, &[("before", BEFORE), ("after", SOUND), ("response", LOUDNESS)]);
    let highest_hz = highest_hz(data.sample_rate_hz);
    let x = Axis::logarithmic((20.0, highest_hz), EDGES);
    let (before, after) = (band_points(data.before, highest_hz), band_points(data.after, highest_hz));
    let (top, bottom) = (116.0, 476.0);
    title(sheet, top, "Spectrum", "level of 1/12-octave bands, dBFS");
    let highest = top_db(&before).max(top_db(&after));
    let y = Axis::linear((highest - 70.0, highest), (bottom, top));
    levels(sheet, &y, y.multiples(10.0), 0);
    frequencies(sheet, &x, top, bottom);
    for (points, color, fill) in [(&before, BEFORE, 0.18), (&after, SOUND, 0.0)] {
        let line: Vec<Point> = points.iter().map(|&(hz, db)| (x.px(hz), y.px(db))).collect();
        if let (Some(&first), Some(&last)) = (line.first(), line.last()) {
            let shape: Vec<Point> =
                line.iter().copied().chain([(last.0, bottom), (first.0, bottom)]).collect();
            sheet.fill(&shape, color, fill);
        }
        sheet.line(&line, 2.4, color, 1.0);
    }
    response(sheet, &x, data.response);
}

fn response(sheet: &mut dyn Sheet, x: &Axis, points: &[(f64, f64)]) {
    let (top, bottom) = (566.0, 766.0);
    title(sheet, top, "Response", "equalizer, bass and treble boost at low level, dB");
    let inside = || points.iter().filter(|&&(hz, _)| x.contains(hz));
    let reach = inside().map(|&(_, db)| db.abs().min(24.0)).fold(5.0, f64::max);
    let reach = (reach / 6.0).ceil() * 6.0;
    let y = Axis::linear((-reach, reach), (bottom, top));
    levels(sheet, &y, y.multiples(if reach > 12.0 { 6.0 } else { 3.0 }), 0);
    frequencies(sheet, x, top, bottom);
    sheet.line(&[(EDGES.0, y.px(0.0)), (EDGES.1, y.px(0.0))], 1.4, BEFORE, 1.0);
    let line: Vec<Point> =
        inside().filter(|&&(_, db)| y.contains(db)).map(|&(hz, db)| (x.px(hz), y.px(db))).collect();
    sheet.line(&line, 2.6, LOUDNESS, 1.0);
}

fn legend(sheet: &mut dyn Sheet, entries: &[(&str, Color)]) {
    for (index, (name, color)) in entries.iter().rev().enumerate() {
        let right = EDGES.1 - 150.0 * index as f64;
        sheet.text((right - 80.0, 58.0), 18.0, Weight::Regular, Align::Left, INK, name);
        sheet.line(&[(right - 126.0, 52.0), (right - 90.0, 52.0)], 4.0, *color, 1.0);
    }
}
