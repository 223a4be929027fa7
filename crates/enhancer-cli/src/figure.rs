//! Pictures of sound: the analysis of a file, and spectra before and after.
//!
//! The file's extension selects SVG or PNG. PNGs draw their text with an embedded font, so no font has to be
//! installed.

mod panels;
mod spectra;
mod ticks;

pub(crate) use spectra::{SpectraData, spectra_figure};

use crate::numbers;
use crate::output::{self, OutputError, Target};
use crate::unmeasured::Unmeasured;
use enhancer_dsp::meter::AudioAnalysis;
use enhancer_figure::{Align, Color, Format, INK, MUTED, Sheet, Weight};
use std::path::{Path, PathBuf};

/// Faults in the sound, such as clipping.
const ALARM: Color = Color(0xc9, 0x2a, 0x2a);
/// The sound itself; in comparisons, the sound after.
const SOUND: Color = Color(0x1c, 0x6d, 0xd0);
/// In comparisons, the sound before.
const BEFORE: Color = Color(0x8a, 0x96, 0xa3);
/// Loudness; in comparisons, the response.
const LOUDNESS: Color = Color(0xd9, 0x5f, 0x0e);

/// An error that stops a figure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum FigureError {
    /// The extension is neither `.svg` nor `.png`.
    #[error("{}: a figure's name ends in .svg or .png; choose one of them", .0.display())]
    Format(PathBuf),
    /// The picture could not be drawn or encoded.
    #[error("{}: the figure could not be drawn; try the other format, .svg or .png", .0.display())]
    Draw(PathBuf),
    /// The file could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// The contents of the analysis figure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FigureData<'a> {
    /// Title of the figure, such as the file's name.
    pub(crate) title: &'a str,
    /// Sample rate, Hz.
    pub(crate) sample_rate_hz: f64,
    /// Number of channels.
    pub(crate) channels: usize,
    /// The analysis, with its spectrum.
    pub(crate) analysis: &'a AudioAnalysis,
}

/// Checks the path of a figure before any work is done for it.
///
/// # Errors
/// An extension other than `.svg` and `.png`; without `replace` an existing file.
pub(crate) fn check(path: &Path, replace: bool) -> Result<(), FigureError> {
    format(path)?;
    Target::of(path, replace)?;
    Ok(())
}

fn format(path: &Path) -> Result<Format, FigureError> {
    Format::of(path).ok_or_else(|| FigureError::Format(path.to_owned()))
}

/// Draws a picture of `size` px with `paint` and writes it to `path` in the format of its extension.
fn write(
    path: &Path,
    replace: bool,
    size: (u32, u32),
    paint: &mut dyn FnMut(&mut dyn Sheet),
) -> Result<(), FigureError> {
    let bytes = enhancer_figure::draw(format(path)?, size, paint);
    let bytes = bytes.map_err(|_| FigureError::Draw(path.to_owned()))?;
    Ok(output::write(path, &bytes, replace)?)
}

/// Draws the analysis of a file to `path`: key figures, spectrum, waveform and loudness over time. `replace`
/// allows an existing file.
///
/// # Errors
/// An extension other than `.svg` and `.png`; a file that can't be written.
pub(crate) fn analysis_figure(path: &Path, replace: bool, data: &FigureData<'_>) -> Result<(), FigureError> {
    write(path, replace, (1600, 1040), &mut |sheet| {
        let seconds = data.analysis.frames as f64 / data.sample_rate_hz;
        header(sheet, data, seconds);
        panels::spectrum(sheet, data.analysis, data.sample_rate_hz);
        panels::waveform(sheet, &data.analysis.waveform, seconds);
        panels::loudness(sheet, data.analysis, seconds);
    })
}

/// The title, the format under it, and the key figures in a row.
fn header(sheet: &mut dyn Sheet, data: &FigureData<'_>, seconds: f64) {
    sheet.text((64.0, 62.0), 30.0, Weight::Medium, Align::Left, INK, &shorten(data.title, 60));
    let kilohertz = format!("{}", (data.sample_rate_hz / 100.0).round() / 10.0);
    let channels = match data.channels {
        1 => "mono".to_owned(),
        2 => "stereo".to_owned(),
        n => format!("{n} channels"),
    };
    let format = format!("{}   ·   {kilohertz} kHz   ·   {channels}", numbers::clock(seconds));
    sheet.text((1552.0, 62.0), 20.0, Weight::Regular, Align::Right, MUTED, &format);
    let analysis = data.analysis;
    let is_too_short = Unmeasured::of(analysis, data.sample_rate_hz as u32) == Some(Unmeasured::TooShort);
    let tiles = [
        ("Loudness, LUFS", analysis.lufs_integrated),
        ("Loudness range, LU", analysis.loudness_range),
        ("True peak, dBTP", analysis.true_peak_dbtp),
        ("RMS, dBFS", analysis.rms_dbfs),
        ("Dynamic range, dB", analysis.dynamic_range_db),
        ("Stereo correlation", analysis.features.stereo_correlation),
        ("Spectral centroid, Hz", analysis.features.spectral_centroid_hz),
        ("Clipped samples", Some(analysis.features.clipped_samples as f64)),
    ];
    for (index, (name, value)) in tiles.into_iter().enumerate() {
        let x = 64.0 + 188.0 * index as f64;
        sheet.text((x, 112.0), 15.0, Weight::Regular, Align::Left, MUTED, name);
        let value = match (value, name) {
            (None, "Loudness, LUFS") if is_too_short => "too short".to_owned(),
            (None, _) => "–".to_owned(),
            (Some(value), "Clipped samples" | "Spectral centroid, Hz") => numbers::grouped(value),
            (Some(value), "Stereo correlation") => numbers::signed(value, 2),
            (Some(value), _) => numbers::signed(value, 1),
        };
        let alarm = match name {
            "Clipped samples" => analysis.features.clipped_samples > 0,
            "True peak, dBTP" => analysis.true_peak_dbtp.is_some_and(|peak| peak > 0.0),
            _ => false,
        };
        let color = if alarm { ALARM } else { INK };
        sheet.text((x, 144.0), 27.0, Weight::Medium, Align::Left, color, &value);
    }
}

/// The title with its middle left out where it has more than `most` characters.
fn shorten(title: &str, most: usize) -> String {
    let characters: Vec<char> = title.chars().collect();
    if characters.len() <= most {
        return title.to_owned();
    }
    let (head, tail) = (most / 2, most - most / 2 - 1);
    characters[..head].iter().chain(&['…']).chain(&characters[characters.len() - tail..]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use enhancer_dsp::meter::Analyzer;
    use enhancer_measure::signal::{sine, white_noise};

    fn draw(path: &Path, title: &str, samples: &[f32]) {
        let mut analyzer = Analyzer::new(48_000.0, 2).unwrap();
        analyzer.push(&[samples, samples]);
        let analysis = analyzer.finish();
        let data = FigureData { title, sample_rate_hz: 48_000.0, channels: 2, analysis: &analysis };
        analysis_figure(path, false, &data).unwrap();
    }

    #[test]
    fn any_sound_gives_a_picture_of_the_stated_size() {
        let folder = tempfile::tempdir().unwrap();
        let sounds = [
            vec![],
            vec![0.0; 96_000],
            vec![0.5],
            sine(440.0, 1.5, 0.0, 48_000.0, 30_000),
            white_noise(0.1, 1, 240_000),
        ];
        for (index, sound) in sounds.iter().enumerate() {
            let path = folder.path().join(format!("{index}.png"));
            draw(&path, "sound", sound);
            let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).unwrap()));
            let mut reader = decoder.read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            let info = reader.next_frame(&mut pixels).unwrap();
            assert_eq!((info.width, info.height), (1600, 1040));
            let dark = pixels.chunks_exact(3).filter(|pixel| pixel.iter().all(|&value| value < 80)).count();
            assert!(dark > 1000, "text is drawn: {dark} dark pixels");
        }
    }

    #[test]
    fn a_title_cannot_break_the_svg() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.svg");
        draw(&path, "<b> & \"c\".wav", &white_noise(0.1, 1, 48_000));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("<svg width=\"1600\" height=\"1040\"") && text.trim_end().ends_with("</svg>")
        );
        assert!(text.contains("&lt;b&gt; &amp;") && !text.contains("<b>"));
    }

    #[test]
    fn a_figure_follows_its_extension_and_replaces_no_file_without_force() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(check(&folder.path().join("a.jpg"), true), Err(FigureError::Format(_))));
        let there = folder.path().join("a.PNG");
        std::fs::write(&there, b"mine").unwrap();
        assert!(matches!(check(&there, false), Err(FigureError::Output(OutputError::Exists(_)))));
        assert!(check(&there, true).is_ok() && check(&folder.path().join("b.svg"), false).is_ok());
    }

    #[test]
    fn a_long_title_keeps_its_beginning_and_end() {
        assert_eq!(shorten("short.wav", 60), "short.wav");
        let long = shorten(&"äb".repeat(100), 61);
        assert!(long.chars().count() == 61 && long.starts_with("äb") && long.ends_with("äb"));
    }
}
