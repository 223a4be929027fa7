//! The panels of the analysis figure: spectrum, waveform, loudness over time.

use super::ticks::{FREQUENCIES, time_label, time_step};
use super::{ALARM, LOUDNESS, SOUND};
use crate::numbers::signed;
use enhancer_dsp::meter::{AudioAnalysis, Waveform};
use enhancer_figure::{Align, Axis, GRID, INK, MUTED, Point, Sheet, Weight};

/// Left and right edge of every panel, px.
pub(super) const EDGES: (f64, f64) = (112.0, 1552.0);
/// Bands per octave of the drawn spectra.
const BANDS_PER_OCTAVE: f64 = 12.0;

/// Draws a panel's name and an explanation of its contents above its top left corner.
pub(super) fn title(sheet: &mut dyn Sheet, top: f64, name: &str, explanation: &str) {
    sheet.text((EDGES.0, top - 12.0), 18.0, Weight::Medium, Align::Left, INK, name);
    sheet.text((EDGES.0 + 124.0, top - 12.0), 15.0, Weight::Regular, Align::Left, MUTED, explanation);
}

/// Horizontal grid lines with their labels at the left.
pub(super) fn levels(sheet: &mut dyn Sheet, axis: &Axis, values: impl Iterator<Item = f64>, decimals: usize) {
    for value in values {
        let y = axis.px(value);
        sheet.line(&[(EDGES.0, y), (EDGES.1, y)], 1.0, GRID, 1.0);
        let label = signed(value, decimals);
        sheet.text((EDGES.0 - 10.0, y + 5.0), 15.0, Weight::Regular, Align::Right, MUTED, &label);
    }
}

/// Vertical grid lines at the usual frequencies, with their labels.
pub(super) fn frequencies(sheet: &mut dyn Sheet, axis: &Axis, top: f64, bottom: f64) {
    for (hz, label) in FREQUENCIES.into_iter().filter(|(hz, _)| axis.contains(*hz)) {
        let x = axis.px(hz);
        sheet.line(&[(x, top), (x, bottom)], 1.0, GRID, 1.0);
        sheet.text((x, bottom + 22.0), 15.0, Weight::Regular, Align::Center, MUTED, label);
    }
    sheet.text((EDGES.1 + 8.0, bottom + 22.0), 15.0, Weight::Regular, Align::Left, MUTED, "Hz");
}

/// Points of a spectrum in 1/12-octave bands, 96 to the octave, from 20 Hz to the axis' end.
///
/// The bands are 1/24 octave wide, averaged with a Hann window over 1/6 octave, and shown as the level of
/// 1/12 octave. Rectangular bands would draw square teeth for the tones of a chord. A sine still shows its
/// own level, within 0.3 dB.
pub(super) fn band_points(analysis: &AudioAnalysis, high_hz: f64) -> Vec<(f64, f64)> {
    const STEPS: f64 = 8.0 * BANDS_PER_OCTAVE;
    const SIDE: i32 = 8;
    let last = (STEPS * (high_hz / 20.0).log2()).floor() as i32;
    let centres: Vec<f64> =
        (-SIDE..=last + SIDE).map(|step| 20.0 * (f64::from(step) / STEPS).exp2()).collect();
    let Some(spectrum) = &analysis.spectrum else { return Vec::new() };
    let fine = spectrum.band_levels_db(&centres, 2.0 * BANDS_PER_OCTAVE);
    let power: Vec<f64> = fine.iter().map(|db| 2.0 * 10f64.powf(db / 10.0)).collect();
    let weight = |n: usize| 0.5 - 0.5 * (std::f64::consts::PI * n as f64 / f64::from(SIDE)).cos();
    let smooth = power.windows(2 * SIDE as usize + 1).map(|window| {
        let sum: f64 = window.iter().enumerate().map(|(n, power)| weight(n) * power).sum();
        10.0 * (sum / f64::from(SIDE)).log10()
    });
    centres.iter().skip(SIDE as usize).copied().zip(smooth).collect()
}

/// The highest frequency drawn, Hz.
pub(super) fn highest_hz(sample_rate_hz: f64) -> f64 {
    (sample_rate_hz / 2.0).min(22_000.0)
}

/// The top of a level axis, dB: the highest level, rounded up to 10 dB.
pub(super) fn top_db(points: &[(f64, f64)]) -> f64 {
    let highest = points.iter().map(|&(_, db)| db).fold(-60.0, f64::max);
    ((highest + 2.0) / 10.0).ceil() * 10.0
}

/// Draws the spectrum as a filled curve.
pub(super) fn spectrum(sheet: &mut dyn Sheet, analysis: &AudioAnalysis, sample_rate_hz: f64) {
    let (top, bottom) = (208.0, 508.0);
    title(sheet, top, "Spectrum", "level of 1/12-octave bands, dBFS; a full-scale sine reads 0");
    let points = band_points(analysis, highest_hz(sample_rate_hz));
    let highest = top_db(&points);
    let x = Axis::logarithmic((20.0, highest_hz(sample_rate_hz)), EDGES);
    let y = Axis::linear((highest - 80.0, highest), (bottom, top));
    levels(sheet, &y, y.multiples(20.0), 0);
    frequencies(sheet, &x, top, bottom);
    let line: Vec<Point> = points.iter().map(|&(hz, db)| (x.px(hz), y.px(db))).collect();
    let (Some(&first), Some(&last)) = (line.first(), line.last()) else { return };
    let shape: Vec<Point> = line.iter().copied().chain([(last.0, bottom), (first.0, bottom)]).collect();
    sheet.fill(&shape, SOUND, 0.14);
    sheet.line(&line, 2.2, SOUND, 1.0);
}

/// The time axis under a panel.
fn times(sheet: &mut dyn Sheet, axis: &Axis, seconds: f64, top: f64, bottom: f64, labelled: bool) {
    let step = time_step(seconds);
    for time in axis.multiples(step) {
        let x = axis.px(time);
        sheet.line(&[(x, top), (x, bottom)], 1.0, GRID, 1.0);
        if labelled {
            let label = time_label(time, step);
            sheet.text((x, bottom + 22.0), 15.0, Weight::Regular, Align::Center, MUTED, &label);
        }
    }
}

/// Draws highest, lowest and RMS values over time.
pub(super) fn waveform(sheet: &mut dyn Sheet, waveform: &Waveform, seconds: f64) {
    let (top, bottom) = (580.0, 720.0);
    title(sheet, top, "Waveform", "peaks and, darker, RMS of all channels; full scale is ±1");
    let reach = waveform.bins.iter().map(|bin| bin.max.max(-bin.min)).fold(1.0, f32::max);
    let x = Axis::linear((0.0, seconds.max(1e-6)), EDGES);
    let y = Axis::linear((f64::from(-reach), f64::from(reach)), (bottom, top));
    levels(sheet, &y, [-1.0, 0.0, 1.0].into_iter(), 0);
    times(sheet, &x, seconds, top, bottom, false);
    let outline = |upper: &dyn Fn(usize) -> f32, lower: &dyn Fn(usize) -> f32| -> Vec<Point> {
        let middle = |index: usize| x.px((index as f64 + 0.5) * waveform.bin_seconds);
        let there = (0..waveform.bins.len()).map(|index| (middle(index), y.px(f64::from(upper(index)))));
        let back = (0..waveform.bins.len()).rev().map(|index| (middle(index), y.px(f64::from(lower(index)))));
        there.chain(back).collect()
    };
    let bins = &waveform.bins;
    if bins.len() > 1 {
        sheet.fill(&outline(&|n| bins[n].max, &|n| bins[n].min), SOUND, 0.45);
        sheet.fill(&outline(&|n| bins[n].rms, &|n| -bins[n].rms), SOUND, 0.75);
    }
    if reach > 1.0 {
        for edge in [-1.0, 1.0] {
            sheet.line(&[(EDGES.0, y.px(edge)), (EDGES.1, y.px(edge))], 1.2, ALARM, 0.9);
        }
    }
}

/// Draws momentary and short-term loudness over time, and the integrated loudness as a line.
pub(super) fn loudness(sheet: &mut dyn Sheet, analysis: &AudioAnalysis, seconds: f64) {
    let (top, bottom) = (792.0, 992.0);
    title(sheet, top, "Loudness", "momentary (thin, 400 ms) and short-term (thick, 3 s), LUFS");
    let curve = &analysis.loudness_curve;
    let known = curve.momentary_lufs.iter().chain(&curve.short_term_lufs).flatten();
    let highest = ((known.fold(-60.0f64, |a, &b| a.max(b)) + 1.0) / 6.0).ceil() * 6.0;
    let x = Axis::linear((0.0, seconds.max(1e-6)), EDGES);
    let y = Axis::linear((highest - 36.0, highest), (bottom, top));
    levels(sheet, &y, y.multiples(6.0), 0);
    times(sheet, &x, seconds, top, bottom, true);
    for (values, width, opacity) in [(&curve.momentary_lufs, 1.1, 0.55), (&curve.short_term_lufs, 2.8, 1.0)] {
        for run in runs(values) {
            let at =
                |&(index, lufs): &(usize, f64)| (x.px((index as f64 + 0.5) * curve.step_seconds), y.px(lufs));
            sheet.line(&run.iter().map(at).collect::<Vec<Point>>(), width, LOUDNESS, opacity);
        }
    }
    let Some(integrated) = analysis.lufs_integrated else {
        let middle = ((EDGES.0 + EDGES.1) / 2.0, (top + bottom) / 2.0);
        sheet.text(middle, 18.0, Weight::Regular, Align::Center, MUTED, "silent, or shorter than 400 ms");
        return;
    };
    let level = y.px(integrated);
    sheet.dashes((EDGES.0, level), (EDGES.1, level), 1.8, INK);
    let legend = match (analysis.features.lufs_momentary_max, analysis.features.lufs_short_term_max) {
        (Some(momentary), Some(short_term)) => format!(
            "integrated {} (dashed), highest momentary {}, highest short-term {} LUFS",
            signed(integrated, 1),
            signed(momentary, 1),
            signed(short_term, 1)
        ),
        _ => format!("integrated {} LUFS (dashed)", signed(integrated, 1)),
    };
    sheet.text((EDGES.1, top - 12.0), 15.0, Weight::Regular, Align::Right, INK, &legend);
}

/// The runs of present values, each value with its index.
fn runs(values: &[Option<f64>]) -> Vec<Vec<(usize, f64)>> {
    let mut runs = vec![Vec::new()];
    for (index, value) in values.iter().enumerate() {
        match (value, runs.last_mut()) {
            (Some(value), Some(run)) => run.push((index, *value)),
            (None, Some(run)) if !run.is_empty() => runs.push(Vec::new()),
            _ => {}
        }
    }
    runs.retain(|run| run.len() > 1);
    runs
}
