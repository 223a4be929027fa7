//! Tables for terminals.

use super::{cut, print, shortened};
use crate::enhance::Enhanced;
use crate::numbers::{UNDEFINED, plain};
use crate::settings::Settings;
use crate::unmeasured::Unmeasured;
use enhancer_dsp::meter::AudioAnalysis;
use enhancer_preset::Preset;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

/// Text in place of the loudness of less than 400 ms.
const TOO_SHORT: &str = "too short";
/// The largest width of a table, columns: the usual width of a terminal.
const TABLE_WIDTH: usize = 80;
/// Columns of a file's name that are always shown.
const LEAST_NAME_WIDTH: usize = 12;

/// Prints a row per file: loudness, true peak, dynamic range, before and after; speed.
pub(crate) fn print_table(enhanced: &[Enhanced], settings: &Settings) {
    if enhanced.is_empty() {
        return;
    }
    let preset = settings.preset.as_deref().map_or("config file".to_owned(), |name| format!("preset {name}"));
    print(&format!("{preset}, quality {}\n", settings.config.quality.label()));
    let mut rows =
        vec![["file", "loudness, LUFS", "true peak, dBTP", "dynamic range, dB", "speed"].map(str::to_owned)];
    for file in enhanced {
        let change = |value: fn(&AudioAnalysis) -> Option<f64>| {
            format!("{} → {}", number(value(&file.before)), number(value(&file.after)))
        };
        let loudness = match Unmeasured::of(&file.after, file.sample_rate_hz) {
            Some(Unmeasured::TooShort) => TOO_SHORT.to_owned(),
            _ => change(|analysis| analysis.lufs_integrated),
        };
        let seconds = file.frames as f64 / f64::from(file.sample_rate_hz);
        rows.push([
            name_of(&file.task.output),
            loudness,
            change(|analysis| analysis.true_peak_dbtp),
            change(|analysis| analysis.dynamic_range_db),
            format!("{:.0}x", seconds / file.wall_seconds.max(1e-9)),
        ]);
    }
    print(&aligned(&rows));
}

/// A file that was measured.
pub(crate) struct Measured<'a> {
    pub(crate) path: &'a Path,
    pub(crate) sample_rate_hz: u32,
    pub(crate) analysis: &'a AudioAnalysis,
}

/// Prints a row per file that was measured.
pub(crate) fn print_analysis_table(files: &[Measured<'_>]) {
    if files.is_empty() {
        return;
    }
    let heads = [
        "file",
        "loudness, LUFS",
        "range, LU",
        "true peak, dBTP",
        "RMS, dBFS",
        "dynamic range, dB",
        "correlation",
    ];
    // The unit goes on the line below the name, which makes the columns narrower.
    let split = |head: &str| {
        head.split_once(", ")
            .map_or((head.to_owned(), String::new()), |(a, b)| (format!("{a},"), b.to_owned()))
    };
    let heads = heads.map(split);
    let mut rows = vec![heads.clone().map(|(name, _)| name), heads.map(|(_, unit)| unit)];
    for Measured { path, sample_rate_hz, analysis } in files {
        let loudness = match Unmeasured::of(analysis, *sample_rate_hz) {
            Some(Unmeasured::TooShort) => TOO_SHORT.to_owned(),
            _ => number(analysis.lufs_integrated),
        };
        rows.push([
            name_of(path),
            loudness,
            number(analysis.loudness_range),
            number(analysis.true_peak_dbtp),
            number(analysis.rms_dbfs),
            number(analysis.dynamic_range_db),
            analysis
                .features
                .stereo_correlation
                .map_or_else(|| UNDEFINED.to_owned(), |value| plain(value, 2)),
        ]);
    }
    print(&aligned(&rows));
}

/// Prints a row per preset.
pub(crate) fn print_presets(presets: &[Preset]) {
    let mut rows = Vec::new();
    for preset in presets {
        let category = if preset.factory { preset.category.clone() } else { "yours".to_owned() };
        rows.push([preset.name.clone(), category, preset.description.clone()]);
    }
    let widths =
        [0, 1].map(|column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    for [name, category, description] in rows {
        print(&format!("{name:<0$}  {category:<1$}  {description}\n", widths[0], widths[1]));
    }
}

/// A number with one decimal; a dash where silence leaves it undefined.
fn number(value: Option<f64>) -> String {
    value.map_or_else(|| UNDEFINED.to_owned(), |value| plain(value, 1))
}

fn name_of(path: &Path) -> String {
    shortened(path, TABLE_WIDTH)
}

/// Pads columns to the width of their widest cell, the first to the left, the others to the right. The first
/// column holds names, which are cut where the table would be wider than [`TABLE_WIDTH`].
fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width_of = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let mut widths: [usize; N] = std::array::from_fn(width_of);
    let figures: usize = widths.iter().skip(1).map(|width| width + 2).sum();
    widths[0] = widths[0].min(TABLE_WIDTH.saturating_sub(figures).max(LEAST_NAME_WIDTH));
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let cell = cut(cell, widths[column]);
            let padding = " ".repeat(widths[column] - cell.width());
            text += &if column == 0 { format!("{cell}{padding}") } else { format!("  {padding}{cell}") };
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [["a", "1"], ["long…", "−12"]].map(|row| row.map(str::to_owned));
        assert_eq!(aligned(&rows), "a        1\nlong…  −12\n");
    }

    #[test]
    fn no_line_is_wider_than_a_terminal() {
        let name =
            "a name that is much longer than the room that is left, 曲曲曲曲曲曲曲曲曲曲.flac".to_owned();
        let figure = || "-10.5 → -11.4".to_owned();
        let rows = [[name, figure(), figure(), figure()], ["曲.wav", "1", "2", "3"].map(str::to_owned)];
        let text = aligned(&rows);
        let widths: Vec<usize> = text.lines().map(str::width).collect();
        assert!(widths.iter().all(|&width| width == TABLE_WIDTH), "{widths:?}\n{text}");
        assert!(text.contains("曲.flac") && text.starts_with("a name"), "{text}");
    }

    #[test]
    fn an_undefined_number_is_a_dash() {
        assert_eq!(number(None), "–");
        assert_eq!(number(Some(-0.01)), "0.0");
        assert_eq!(number(Some(-10.04)), "-10.0");
    }
}
